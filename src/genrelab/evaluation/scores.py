"""Scores as functions of confusion matrices, so that a bootstrap can recompute them on ten thousand
at once."""

from __future__ import annotations

import numpy as np


def confusion(truth: np.ndarray, predicted: np.ndarray, labels: list) -> np.ndarray:
    """Count how often each true label (row) was given each label (column).

    Parameters
    ----------
    truth, predicted
        (n,) labels.
    labels
        The n_labels labels in the order of rows and columns.

    Returns
    -------
    numpy.ndarray
        (n_labels, n_labels) int64.

    Notes
    -----
    Notebook: 06 and 07.
    """
    place = {label: k for k, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)), dtype=np.int64)
    np.add.at(counts, ([place[label] for label in truth], [place[label] for label in predicted]), 1)
    return counts


def accuracy(counts: np.ndarray) -> np.ndarray:
    """Return the share of right answers of confusion matrices, (..., n_labels, n_labels) ->
    (...)."""
    return np.trace(counts, axis1=-2, axis2=-1) / counts.sum(axis=(-2, -1))


def weighted_f1(counts: np.ndarray) -> np.ndarray:
    """Return the F1 score of each label, averaged with the label's frequency as weight.

    Parameters
    ----------
    counts
        (..., n_labels, n_labels), true labels in rows.

    Notes
    -----
    F1 is 2·hits / (true + predicted); a label that is neither true nor predicted has weight zero.
    Equal to scikit-learn's `f1_score(average="weighted")`. Used by Namgyal et al., Table 2.

    Notebook: 07.
    """
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    true, predicted = counts.sum(axis=-1), counts.sum(axis=-2)
    f1 = 2 * hits / np.maximum(true + predicted, 1e-12)
    return (f1 * true).sum(axis=-1) / true.sum(axis=-1)


def kappa(counts: np.ndarray) -> np.ndarray:
    """Return Cohen's kappa: accuracy above what equal margins would give by chance, (..., n, n) ->
    (...)."""
    total = counts.sum(axis=(-2, -1))
    by_chance = (counts.sum(axis=-1) * counts.sum(axis=-2)).sum(axis=-1) / total**2
    return (accuracy(counts) - by_chance) / np.maximum(1 - by_chance, 1e-12)


def _by_label(counts: np.ndarray, hits: np.ndarray, of: np.ndarray,
              label: list[int] | None) -> np.ndarray:
    """Divide hits by what they are a share of, for one label or for each; NaN for a label that no
    track has."""
    values = np.where(counts.sum(axis=-1) > 0, hits / np.maximum(of, 1e-12), np.nan)
    return values if label is None else values[..., label[0]]


def precision(counts: np.ndarray, label: list[int] | None = None) -> np.ndarray:
    """Return the share of right ones among those that were given a label, (..., n, n) -> (..., n)
    or one label's."""
    return _by_label(counts, np.diagonal(counts, axis1=-2, axis2=-1), counts.sum(axis=-2), label)


def recall(counts: np.ndarray, label: list[int] | None = None) -> np.ndarray:
    """Return the share of right ones among those that have a label, (..., n, n) -> (..., n) or one
    label's."""
    return _by_label(counts, np.diagonal(counts, axis1=-2, axis2=-1), counts.sum(axis=-1), label)


def f1(counts: np.ndarray, label: list[int] | None = None) -> np.ndarray:
    """Return the harmonic mean of precision and recall, (..., n, n) -> (..., n) or one label's."""
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    return _by_label(counts, 2 * hits, counts.sum(axis=-1) + counts.sum(axis=-2), label)


def predicted_share(counts: np.ndarray, labels: list[int]) -> np.ndarray:
    """Return the share of answers that are one of some labels."""
    return counts.sum(axis=-2)[..., labels].sum(axis=-1) / counts.sum(axis=(-2, -1))


def balance(counts: np.ndarray) -> np.ndarray:
    """Return the entropy of the answers over the largest possible: 1 where all labels are given
    equally often."""
    share = counts.sum(axis=-2) / counts.sum(axis=(-2, -1))[..., None]
    return -(share * np.log(np.maximum(share, 1e-300))).sum(axis=-1) / np.log(counts.shape[-1])


def recall_spread(counts: np.ndarray, without: list[int]) -> np.ndarray:
    """Return the standard deviation of recall over the labels, some left out."""
    kept = [place for place in range(counts.shape[-1]) if place not in without]
    return np.nan_to_num(recall(counts))[..., kept].std(axis=-1)


def mutual_information(counts: np.ndarray) -> np.ndarray:
    """Return the mutual information of true labels and clusters in nats."""
    share = counts / counts.sum(axis=(-2, -1))[..., None, None]
    expected = share.sum(axis=-1)[..., :, None] * share.sum(axis=-2)[..., None, :]
    return (share * np.log(np.where(share > 0, share / np.maximum(expected, 1e-300), 1))).sum(
        axis=(-2, -1))


def adjusted_rand(counts: np.ndarray) -> np.ndarray:
    """Return the adjusted Rand index of true labels and clusters."""

    def pairs(n: np.ndarray) -> np.ndarray:
        return n * (n - 1) / 2

    total = pairs(counts.sum(axis=(-2, -1)))
    both = pairs(counts).sum(axis=(-2, -1))
    rows, columns = (pairs(counts.sum(axis=axis)).sum(axis=-1) for axis in (-1, -2))
    expected = rows * columns / total
    return (both - expected) / np.maximum((rows + columns) / 2 - expected, 1e-12)
