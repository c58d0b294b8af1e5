"""Measures of calibration, worked by hand."""

import numpy as np
import pytest

from genrelab.evaluation.calibration import (
    area_under_risk,
    brier_score,
    calibration_error,
    risk_by_coverage,
)

P = np.array([[0.95, 0.05], [0.85, 0.15], [0.35, 0.65], [0.38, 0.62]])
TRUTH = np.array([0, 1, 1, 0])  # right, wrong, right, wrong
ONCE = np.ones(4)


def test_expected_calibration_error_by_hand():
    # (0.9, 1]: |1 − .95|; (0.8, 0.9]: |0 − .85|; (0.6, 0.7], two answers: |.5 − .635|
    expected = (0.05 + 0.85 + 2 * 0.135) / 4
    assert calibration_error(P, TRUTH, ONCE) == pytest.approx(expected)


def test_a_bin_holds_its_upper_end():
    # both are in (0.7, 0.8], so their gaps, .2 and −.75, meet
    probabilities = np.array([[0.8, 0.2], [0.75, 0.25]])
    found = calibration_error(probabilities, np.array([0, 1]), np.ones(2))
    assert found == pytest.approx(0.55 / 2)


def test_brier_score_by_hand():
    terms = [2 * 0.05**2, 2 * 0.85**2, 2 * 0.35**2, 2 * 0.62**2]
    assert brier_score(P, TRUTH, ONCE) == pytest.approx(np.mean(terms))
    tenths = np.full((3, 10), 0.1)
    assert brier_score(tenths, np.array([0, 4, 9]), np.ones(3)) == pytest.approx(0.9)


def test_risk_by_coverage_by_hand():
    coverage, risk = risk_by_coverage(P, TRUTH, ONCE)
    np.testing.assert_allclose(coverage, [0.25, 0.5, 0.75, 1])
    np.testing.assert_allclose(risk, [0, 1 / 2, 1 / 3, 1 / 2])
    assert area_under_risk(P, TRUTH, ONCE) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_equally_sure_answers_are_given_together():
    equal = np.tile([0.7, 0.3], (4, 1))
    coverage, risk = risk_by_coverage(equal, np.array([0, 0, 0, 1]), ONCE)
    np.testing.assert_allclose(coverage, 1)
    np.testing.assert_allclose(risk, 0.25)
    for truth in ([0, 0, 0, 1], [1, 0, 0, 0]):  # in whatever order they stand
        assert area_under_risk(equal, np.array(truth), ONCE) == pytest.approx(0.25)


@pytest.mark.parametrize("measure", [calibration_error, brier_score, area_under_risk])
def test_a_weight_is_a_number_of_copies(measure):
    rng = np.random.default_rng(0)
    probabilities, truth = rng.dirichlet(np.ones(5), 30), rng.integers(0, 5, 30)
    draws = rng.integers(0, 4, (3, 30))
    again = [measure(np.repeat(probabilities, times, axis=0), np.repeat(truth, times),
                     np.ones(times.sum())) for times in draws]
    np.testing.assert_allclose(measure(probabilities, truth, draws), again)


def test_a_calibrated_classifier_has_little_error_and_an_overconfident_one_much():
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.full(10, 0.3), 20_000)
    truth = (probabilities.cumsum(axis=1) > rng.random((20_000, 1))).argmax(axis=1)
    once = np.ones(20_000)
    assert calibration_error(probabilities, truth, once) < 0.015
    sharper = probabilities**3 / (probabilities**3).sum(axis=1, keepdims=True)
    assert calibration_error(sharper, truth, once) > 0.15
    # order by confidence is what coverage is about; sharpening hardly changes it
    assert area_under_risk(probabilities, truth, once) < 1 - (
        probabilities.argmax(axis=1) == truth).mean()
