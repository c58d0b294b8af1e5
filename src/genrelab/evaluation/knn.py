"""Nearest neighbours on a matrix of distances, with k chosen where the test tracks cannot be
seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from genrelab.distances.neighbours import knn_votes
from genrelab.evaluation.scores import confusion, weighted_f1


class Knn(NamedTuple):
    """Predictions by nearest neighbours.

    Attributes
    ----------
    votes
        (n_predicted, n_labels) shares of the votes, or (n_tracks, n_shuffles, n_labels) for
        artist-grouped folds.
    k
        The chosen number of neighbours: one, or (n_shuffles, n_folds).
    curve
        (k_max,) weighted F1 on the tracks that k was chosen by; missing for artist-grouped folds.
    folds
        (n_tracks, n_shuffles) the fold in which each track was predicted; missing for a fixed
        split.
    chosen
        (n_shuffles, n_folds) which of several matrices was taken; missing for a fixed split.
    """

    votes: np.ndarray
    k: np.ndarray
    curve: np.ndarray | None = None
    folds: np.ndarray | None = None
    chosen: np.ndarray | None = None


def f1_by_k(distances: np.ndarray, labels: np.ndarray, references: np.ndarray, queries: np.ndarray,
            k_max: int):
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

    Notes
    -----
    Notebook: 06.
    """
    n_labels = int(labels.max()) + 1
    votes = knn_votes(distances[np.ix_(queries, references)], labels[references], n_labels, k_max)
    predicted = votes.argmax(axis=2)
    counts = np.stack(
        [confusion(labels[queries], column, range(n_labels)) for column in predicted.T])
    return weighted_f1(counts), votes


def knn_on_split(distances: np.ndarray, labels: np.ndarray, split: np.ndarray, k_max: int = 30,
                 k: int | None = None, with_valid: bool = False) -> Knn:
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


def knn_by_artist(matrices: Sequence[np.ndarray], labels: np.ndarray, groups: np.ndarray,
                  shuffles: Sequence[int], n_folds: int = 5, k_max: int = 30) -> Knn:
    """Predict every track from folds without its artist; all choices are made in inner folds that
    part artists, too.

    Parameters
    ----------
    matrices
        Distances to choose from, (n, n) each; one is no choice.
    labels
        As in `f1_by_k`.
    groups
        (n,) what stays on one side of a fold; see `fold_groups`.
    shuffles
        Seeds of the shuffled folds.
    n_folds
        Outer folds, and inner ones.
    k_max
        Largest k that is tried.

    Notes
    -----
    Notebook: 06.
    """
    n = len(labels)
    votes = np.zeros((n, len(shuffles), int(labels.max()) + 1), dtype=np.float32)
    folds = np.zeros((n, len(shuffles)), dtype=int)
    k, chosen = np.zeros((2, len(shuffles), n_folds), dtype=int)
    for column, seed in enumerate(shuffles):
        divide = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
        for fold, (train, test) in enumerate(divide.split(labels, labels, groups)):
            inner = [(train[a], train[b])
                     for a, b in divide.split(train, labels[train], groups[train])]
            curves = [[f1_by_k(matrix, labels, a, b, k_max)[0] for a, b in inner]
                      for matrix in matrices]
            taken, best = np.unravel_index(
                np.argmax(np.mean(curves, axis=1)), (len(matrices), k_max))
            votes[test, column] = f1_by_k(
                matrices[taken], labels, train, test, best + 1)[1][:, best]
            folds[test, column], k[column, fold], chosen[column, fold] = fold, best + 1, taken
    return Knn(votes, k, folds=folds, chosen=chosen)
