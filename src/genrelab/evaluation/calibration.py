"""Does a classifier know how sure it may be? Errors of its probabilities, and what it gains by
staying silent.

Every measure takes the weights of the answers, of any number of draws at once, so that a bootstrap
is one call.
"""

from __future__ import annotations

import numpy as np

BINS = 10
"""Of confidence, equally wide. A few hundred tracks fill no more."""


def calibration_error(probabilities: np.ndarray, truth: np.ndarray,
                      weights: np.ndarray) -> np.ndarray:
    """Return the expected calibration error, ECE: how far confidence and accuracy lie apart.

    Parameters
    ----------
    probabilities
        (n, n_labels), rows that sum to 1.
    truth
        (n,) places of the true labels.
    weights
        (..., n) how often each answer counts.

    Returns
    -------
    numpy.ndarray
        (...): the sum over bins of \\|accuracy − mean confidence\\|, each bin weighing its share of
        the answers. Confidence is the largest probability; a bin holds its upper end.

    Notes
    -----
    Noise within a bin counts as error, so of few answers it is too large.

    Source: M. P. Naeini, G. F. Cooper and M. Hauskrecht, "Obtaining well calibrated probabilities
    using Bayesian binning", 2015; C. Guo and others, "On calibration of modern neural networks",
    2017, equation 3 (with 15 bins).
    """
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    place = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    gaps = (weights * (right - confidence)) @ np.eye(BINS)[place]
    return np.abs(gaps).sum(axis=-1) / weights.sum(axis=-1)


def brier_score(probabilities: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the mean squared distance of probabilities to the truth, (...): 0 is sure and right,
    2 sure and wrong, 0.9 equal shares of ten labels.

    The parameters are those of `calibration_error`.

    Notes
    -----
    Source: G. W. Brier, "Verification of forecasts expressed in terms of probability", 1950,
    equation 2: summed over all labels.
    """
    missed = ((probabilities - np.eye(probabilities.shape[1])[truth]) ** 2).sum(axis=1)
    return weights @ missed / weights.sum(axis=-1)


def risk_by_coverage(probabilities: np.ndarray, truth: np.ndarray,
                     weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which share of the answers is wrong where only the surest ones are given.

    The parameters are those of `calibration_error`.

    Returns
    -------
    coverage, risk
        (..., n) each, the surest answer first: the share of answers given, and the share of these
        that is wrong. Equally sure ones are given together.

    Notes
    -----
    Source: R. El-Yaniv and Y. Wiener, "On the foundations of noise-free selective classification",
    2010.
    """
    confidence, wrong = probabilities.max(axis=1), probabilities.argmax(axis=1) != truth
    order = np.argsort(-confidence, kind="stable")
    together = np.searchsorted(-confidence[order], -confidence[order], side="right") - 1
    weights = weights[..., order]
    given = weights.cumsum(axis=-1)[..., together]
    risk = (weights * wrong[order]).cumsum(axis=-1)[..., together] / np.maximum(given, 1e-12)
    return given / weights.sum(axis=-1, keepdims=True), risk


def area_under_risk(probabilities: np.ndarray, truth: np.ndarray,
                    weights: np.ndarray) -> np.ndarray:
    """Return the mean risk over all coverages, AURC, (...): the error rate where confidence says
    nothing, less where wrong answers come last.

    The parameters are those of `calibration_error`.

    Notes
    -----
    Source: Y. Geifman, G. Uziel and R. El-Yaniv, "Bias-reduced uncertainty estimation for deep
    neural classifiers", 2019, equation 2.
    """
    order = np.argsort(-probabilities.max(axis=1), kind="stable")
    _, risk = risk_by_coverage(probabilities, truth, weights)
    return (weights[..., order] * risk).sum(axis=-1) / weights.sum(axis=-1)
