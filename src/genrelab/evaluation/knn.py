"""Nearest neighbours on a matrix of distances, with k chosen where the test tracks cannot be seen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from genrelab.distances.neighbours import knn_votes
from genrelab.evaluation.scores import confusion, weighted_f1

INNER_FOLDS = 5


class Knn(NamedTuple):
    """Predictions by nearest neighbours.

    Attributes
    ----------
    votes
        (n_predicted, n_labels) shares of the votes, or (n_tracks, n_shuffles, n_labels) for artist-grouped folds.
    k
        The chosen number of neighbours: one, or (n_shuffles, n_folds).
    curve
        (k_max,) weighted F1 on the tracks that k was chosen by; missing for artist-grouped folds.
    """

    votes: np.ndarray
    k: np.ndarray
    curve: np.ndarray | None = None


def f1_by_k(distances: np.ndarray, labels: np.ndarray, references: np.ndarray, queries: np.ndarray, k_max: int):
    """Return the weighted F1 of the queries for every k from 1 to `k_max`, and their votes.

    Parameters
    ----------
    distances
        (n, n) between all tracks.
    labels
        (n,) integers.
    references, queries
        Rows of the tracks that vote, and of those that are voted on.
    k_max
        Largest k.
    """
    n_labels = int(labels.max()) + 1
    votes = knn_votes(distances[np.ix_(queries, references)], labels[references], n_labels, k_max)
    predicted = votes.argmax(axis=2)
    counts = np.stack([confusion(labels[queries], column, range(n_labels)) for column in predicted.T])
    return weighted_f1(counts), votes


def knn_on_split(
    distances: np.ndarray,
    labels: np.ndarray,
    split: np.ndarray,
    k_max: int = 30,
    k: int | None = None,
    with_valid: bool = False,
) -> Knn:
    """Choose k on valid, with train as references, and predict test.

    Parameters
    ----------
    distances, labels
        As in `f1_by_k`.
    split
        (n,) part of each track: train, valid or test.
    k_max
        Largest k that is tried; of equally good ones the smallest is taken.
    k
        A k that is given instead of chosen.
    with_valid
        Whether valid tracks vote on test tracks, too (after k was chosen without them).

    Notes
    -----
    Source: Namgyal et al., section 3. Notebook: 06.
    """
    rows = {part: np.flatnonzero(split == part) for part in ("train", "valid", "test")}
    curve, _ = f1_by_k(distances, labels, rows["train"], rows["valid"], k_max)
    chosen = int(np.argmax(curve)) + 1 if k is None else k
    references = np.concatenate([rows["train"], rows["valid"]]) if with_valid else rows["train"]
    _, votes = f1_by_k(distances, labels, references, rows["test"], max(k_max, chosen))
    return Knn(votes[:, chosen - 1], np.array(chosen), curve)


def knn_by_artist(
    distances: np.ndarray, labels: np.ndarray, groups: np.ndarray, shuffles: range, n_folds: int = 5, k_max: int = 30
) -> Knn:
    """Predict every track from folds without its artist; k is chosen in inner folds that keep artists apart, too.

    Parameters
    ----------
    distances, labels
        As in `f1_by_k`.
    groups
        (n,) what stays on one side of a fold; see `fold_groups`.
    shuffles
        Seeds of the shuffled folds.
    n_folds
        Outer folds.
    k_max
        Largest k that is tried.

    Notes
    -----
    Notebook: 06.
    """
    votes = np.zeros((len(labels), len(shuffles), int(labels.max()) + 1), dtype=np.float32)
    chosen = np.zeros((len(shuffles), n_folds), dtype=int)
    for column, seed in enumerate(shuffles):
        outer = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
        for fold, (train, test) in enumerate(outer.split(labels, labels, groups)):
            inner = StratifiedGroupKFold(INNER_FOLDS, shuffle=True, random_state=seed)
            parts = inner.split(train, labels[train], groups[train])
            curves = [f1_by_k(distances, labels, train[a], train[b], k_max)[0] for a, b in parts]
            best = int(np.argmax(np.mean(curves, axis=0)))
            votes[test, column] = f1_by_k(distances, labels, train, test, best + 1)[1][:, best]
            chosen[column, fold] = best + 1
    return Knn(votes, chosen)
