"""Scores as functions of confusion matrices, so that a bootstrap can recompute them on ten thousand at once."""

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
    """
    place = {label: k for k, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)), dtype=np.int64)
    np.add.at(counts, ([place[label] for label in truth], [place[label] for label in predicted]), 1)
    return counts


def accuracy(counts: np.ndarray) -> np.ndarray:
    """Return the share of right answers of confusion matrices, (..., n_labels, n_labels) -> (...)."""
    return np.trace(counts, axis1=-2, axis2=-1) / counts.sum(axis=(-2, -1))


def weighted_f1(counts: np.ndarray) -> np.ndarray:
    """Return the F1 score of each label, averaged with the label's frequency as weight.

    Parameters
    ----------
    counts
        (..., n_labels, n_labels), true labels in rows.

    Notes
    -----
    F1 is 2·hits / (true + predicted); a label that is neither true nor predicted has weight zero. Equal to
    scikit-learn's `f1_score(average="weighted")`. Used by Namgyal et al., Table 2.
    """
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    true, predicted = counts.sum(axis=-1), counts.sum(axis=-2)
    f1 = 2 * hits / np.maximum(true + predicted, 1e-12)
    return (f1 * true).sum(axis=-1) / true.sum(axis=-1)
