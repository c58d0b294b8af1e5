"""The checks of notebook 03 tell right from the mistakes that were foreseen."""

import numpy as np
import pandas as pd
import pytest

from coursekit.exercises import assess

FEATURES = ["rms_mean", "tempo", "mfcc1_var"]
INFORMATION = pd.DataFrame({"f": [9.0, 3.0, 1.0], "information": [0.5, 0.9, 0.1]}, index=FEATURES)


def said(number, answer, *context):
    outcome = assess(number, answer, *context)
    return outcome.state, outcome.text


@pytest.mark.parametrize(
    "answer, text",
    [
        ("tempo", "0.90 bits"),
        ("rms_mean", "largest F"),
        ("mfcc1_var", "tells 0.10 bits"),
        ("loudness", "no feature"),
        (0.9, "The name"),
        (["tempo"], "A name"),
    ],
)
def test_03_1(answer, text):
    state, found = said("03.1", answer, INFORMATION)
    assert text in found and state == ("right" if answer == "tempo" else "not yet")


def by_quartiles(train, other, axis=0):
    low, middle, high = np.quantile(train, [0.25, 0.5, 0.75], axis=axis)
    return (other - middle) / np.where(high > low, high - low, 1)


@pytest.mark.parametrize(
    "answer, text",
    [
        (lambda train, other: by_quartiles(other, other), "peeping"),
        (lambda train, other: (other - train.mean(axis=0)) / train.std(axis=0), "standard scaling"),
        (
            lambda train, other: (other - np.median(train, axis=0)) / train.std(axis=0),
            "The median is right",
        ),
        (
            lambda train, other: by_quartiles(train, other + np.median(train, axis=0)),
            "take the median away",
        ),
        (lambda train, other: by_quartiles(train, other, axis=None), "axis=0"),
        (lambda train, other: other, "becomes"),
        (lambda train, other: other[0], "shape"),
    ],
)
def test_03_2(answer, text):
    assert said("03.2", by_quartiles)[0] == "right"
    state, found = said("03.2", answer)
    assert state == "not yet" and text in found


def test_03_2_minds_equal_quartiles():
    def divides_by_nothing(train, other):
        low, middle, high = np.quantile(train, [0.25, 0.5, 0.75], axis=0)
        return (other - middle) / np.maximum(high - low, 1e-9)

    state, found = said("03.2", divides_by_nothing)
    assert state == "not yet" and "only shifted" in found


def ratio(values, names):
    means = pd.Series(values).groupby(names).transform("mean")
    return float(means.var(ddof=0) / values.var())


@pytest.mark.parametrize(
    "answer, text",
    [
        (lambda values, names: 1 - ratio(values, names), "within the genres"),
        (lambda values, names: ratio(values, names) ** 0.5, "without the root"),
        (
            lambda v, names: float(pd.Series(v).groupby(names).mean().var(ddof=0) / v.var()),
            "weigh its mean",
        ),
        (lambda values, names: 0.5, "is right; yours"),
        (lambda values, names: values, "A number"),
        (lambda values, names: ratio(values, names) if names[0] == "blues" else 0.0, "other names"),
    ],
)
def test_03_3(answer, text):
    assert said("03.3", ratio)[0] == "right"
    state, found = said("03.3", answer)
    assert state == "not yet" and text in found


def test_03_4():
    everything = [f"feature_{k}" for k in range(20)]

    def accuracy(names):
        return (
            0.8
            if len(names) == 20
            else 0.1 + 0.1 * ("feature_0" in names) + 0.2 * ("feature_1" in names)
        )

    for answer, text in [
        ("feature_0", "A list"),
        (everything, "One to eight"),
        ([], "One to eight"),
        (["feature_0", "loudness"], "no feature 'loudness'"),
        (["feature_0", "feature_0"], "twice"),
        (["feature_0"], "half of it"),
    ]:
        state, found = said("03.4", answer, accuracy, everything)
        assert state == "not yet" and text in found
    assert said("03.4", ["feature_0", "feature_1"], accuracy, everything)[0] == "right"
    assert said("03.4", ..., accuracy, everything)[0] == "not attempted"
