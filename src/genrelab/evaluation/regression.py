"""Logistic regression on codes, with the strength of its penalty chosen where the test tracks
cannot be seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from genrelab.evaluation.scores import confusion, weighted_f1

STRENGTHS = tuple(10.0**power for power in range(-6, 1))
"""The values of C that are tried: the inverse of the L2 penalty."""


class Regression(NamedTuple):
    """Predictions by logistic regression.

    Attributes
    ----------
    probabilities
        (n_predicted, n_labels), or (n_tracks, n_shuffles, n_labels) for artist-grouped folds.
    strength
        The chosen C: one, or (n_shuffles, n_folds).
    curve
        (n_strengths,) weighted F1 on the tracks that C was chosen by; missing for artist-grouped
        folds.
    folds
        (n_tracks, n_shuffles) the fold in which each track was predicted; missing for a fixed
        split.
    """

    probabilities: np.ndarray
    strength: np.ndarray
    curve: np.ndarray | None = None
    folds: np.ndarray | None = None


one_thread = threadpool_limits.wrap(limits=1)
"""Products this small are slower in several threads, and many fits run side by side."""


@one_thread
def principal_scores(codes: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Standardise codes by the train rows and turn them to the axes that these rows span.

    Features that are constant on train are dropped. A regression with an L2 penalty never leaves
    the span of its train rows, so on these at most `n_train` columns it is the regression on all
    features, and much faster where there are more features than tracks.

    Parameters
    ----------
    codes
        (n_tracks, n_features) numbers of any type.
    train
        Rows that means, deviations and axes are taken from.

    Returns
    -------
    np.ndarray
        (n_tracks, n_axes) float64.

    Notes
    -----
    Notebook: 07.
    """
    seen = codes[train].astype(np.float32)
    mean, spread = seen.mean(axis=0), seen.std(axis=0)
    varied = spread > 1e-6 * np.abs(seen).max(initial=1)
    if not varied.any():
        raise ValueError(
            "No feature varies over the train tracks, so there is nothing to learn from.")
    scaled = (codes[:, varied].astype(np.float32) - mean[varied]) / spread[varied]
    products = (scaled @ scaled[train].T).astype(np.float64)
    sizes, axes = np.linalg.eigh(products[train])
    kept = sizes > 1e-6 * sizes[-1]
    return products @ (axes[:, kept] / np.sqrt(sizes[kept]))


def f1_by_strength(codes: np.ndarray, labels: np.ndarray, train: np.ndarray, queries: np.ndarray,
                   strengths: Sequence[float]) -> np.ndarray:
    """Return the weighted F1 of the query rows for every C, (n_strengths,)."""
    scores = principal_scores(codes, train)
    found = _fit(scores, labels, train, queries, strengths)
    n_labels = int(labels.max()) + 1
    return weighted_f1(
        np.stack([confusion(labels[queries], p.argmax(axis=1), range(n_labels)) for p in found]))


def regression_on_split(codes: np.ndarray, labels: np.ndarray, split: np.ndarray,
                        strengths: Sequence[float] = STRENGTHS,
                        with_valid: bool = False) -> Regression:
    """Choose C on valid, with train to learn from, and predict test.

    Parameters
    ----------
    codes
        (n_tracks, n_features).
    labels
        (n_tracks,) integers.
    split
        (n_tracks,) part of each track: train, valid or test.
    strengths
        Values of C to try, in rising order; of equally good ones the smallest is taken.
    with_valid
        Whether the last fit learns from valid tracks, too (after C was chosen without them).

    Notes
    -----
    Source: Namgyal et al., section 3.1; scaler, penalty and its strength are our choices, for it
    names none.

    Notebook: 07.
    """
    rows = {part: np.flatnonzero(split == part) for part in ("train", "valid", "test")}
    curve = f1_by_strength(codes, labels, rows["train"], rows["valid"], strengths)
    best = float(strengths[int(np.argmax(curve))])
    learned = np.concatenate([rows["train"], rows["valid"]]) if with_valid else rows["train"]
    (found,) = _fit(principal_scores(codes, learned), labels, learned, rows["test"], [best])
    return Regression(found, np.array(best), curve)


def regression_by_artist(codes: np.ndarray, labels: np.ndarray, groups: np.ndarray,
                         shuffles: Sequence[int], n_folds: int = 5, n_inner: int = 3,
                         strengths: Sequence[float] = STRENGTHS) -> Regression:
    """Predict every track from folds without its artist; C is chosen in inner folds that part
    artists, too.

    Parameters
    ----------
    codes, labels, strengths
        As in `regression_on_split`.
    groups
        (n_tracks,) what stays on one side of a fold; see `fold_groups`.
    shuffles
        Seeds of the shuffled folds.
    n_folds, n_inner
        Outer and inner folds.

    Notes
    -----
    Notebook: 07.
    """
    n = len(labels)
    probabilities = np.zeros((n, len(shuffles), int(labels.max()) + 1), dtype=np.float32)
    folds = np.zeros((n, len(shuffles)), dtype=int)
    chosen = np.zeros((len(shuffles), n_folds))
    for column, seed in enumerate(shuffles):
        outer = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
        for fold, (train, test) in enumerate(outer.split(labels, labels, groups)):
            parts = _inner_folds(train, labels, groups, n_inner, seed)
            curves = [f1_by_strength(codes, labels, a, b, strengths) for a, b in parts]
            best = float(
                strengths[int(np.mean(curves, axis=0).argmax() if curves else len(strengths) // 2)])
            (found,) = _fit(principal_scores(codes, train), labels, train, test, [best])
            probabilities[test, column], folds[test, column], chosen[column, fold] = (
                found, fold, best)
    return Regression(probabilities, chosen, folds=folds)


def _inner_folds(train: np.ndarray, labels: np.ndarray, groups: np.ndarray, n_inner: int,
                 seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Divide train rows by group; folds that would learn from one genre alone are left out."""
    n_inner = min(n_inner, len(set(groups[train])))
    if n_inner < 2:
        return []
    inner = StratifiedGroupKFold(n_inner, shuffle=True, random_state=seed)
    parts = [(train[a], train[b]) for a, b in inner.split(train, labels[train], groups[train])]
    return [(a, b) for a, b in parts if len(set(labels[a])) > 1]


@one_thread
def _fit(scores: np.ndarray, labels: np.ndarray, train: np.ndarray, queries: np.ndarray,
         strengths: Sequence[float]) -> list[np.ndarray]:
    """Return the probabilities of the query rows for each C, each fit beginning where the last one
    ended."""
    # the axes differ in length by orders of magnitude, which costs second-order steps less than
    # gradients alone
    model = LogisticRegression(solver="newton-cg", max_iter=200, warm_start=True)
    found = []
    for strength in strengths:
        model.set_params(C=strength).fit(scores[train], labels[train])
        full = np.zeros((len(queries), int(labels.max()) + 1))
        full[:, model.classes_] = model.predict_proba(scores[queries])  # a fold may lack a genre
        found.append(full)
    return found
