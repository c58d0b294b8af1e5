"""Bootstrap intervals over artists or tracks."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from genrelab.evaluation.scores import accuracy, confusion
from genrelab.runtime import generator


class Interval(NamedTuple):
    """A value and its interval, with the number of tracks and of clusters that it rests on."""

    value: float
    low: float
    high: float
    n_tracks: int
    n_clusters: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}], n = {self.n_tracks} tracks"


def bootstrap(truth: np.ndarray, predicted: np.ndarray, clusters: np.ndarray,
              statistic: Callable[[np.ndarray], np.ndarray] = accuracy, draws: int = 10_000,
              seed: int = 0) -> Interval:
    """Return a score with its 95 % percentile interval over clusters.

    Parameters
    ----------
    truth
        (n_tracks,) labels.
    predicted
        (n_tracks,) labels, or (n_tracks, n_repeats) where the same tracks were predicted several
        times (seeds, shuffled folds); the score is then the one of all repeats together, and a
        track stays one track.
    clusters
        (n_tracks,) what is drawn: artists (tracks of one artist come or go together), or the tracks
        themselves.
    statistic
        Function of confusion matrices (..., n_labels, n_labels), as in `scores`.
    draws
        Number of bootstrap samples.
    seed
        Seed of the draws.

    Notes
    -----
    The statistic is recomputed on every draw; averages of terms per track would be wrong for F1.

    Notebook: 09.
    """
    counts = _counts_by_cluster(truth, predicted, clusters, _labels(truth, predicted))
    samples = statistic(_resample(counts, draws, seed))
    return _interval(float(statistic(counts.sum(axis=0))), samples, len(truth), len(counts))


def bootstrap_difference(truth: np.ndarray, better: np.ndarray, worse: np.ndarray,
                         clusters: np.ndarray,
                         statistic: Callable[[np.ndarray], np.ndarray] = accuracy,
                         draws: int = 10_000, seed: int = 0) -> Interval:
    """Return `better` minus `worse` with its paired 95 % interval: both are scored on the same
    draws of clusters.

    The parameters are those of `bootstrap`; `better` and `worse` are predictions of the same
    tracks.
    """
    labels = _labels(truth, better, worse)
    first, second = (_counts_by_cluster(truth, predicted, clusters, labels)
                     for predicted in (better, worse))
    both = [statistic(_resample(counts, draws, seed)) for counts in (first, second)]
    value = float(statistic(first.sum(axis=0)) - statistic(second.sum(axis=0)))
    return _interval(value, both[0] - both[1], len(truth), len(first))


def _labels(*columns: np.ndarray) -> list:
    return sorted(set(np.concatenate([np.asarray(column).ravel() for column in columns])))


def _counts_by_cluster(truth: np.ndarray, predicted: np.ndarray, clusters: np.ndarray,
                       labels: list) -> np.ndarray:
    """Return one confusion matrix a cluster, (n_clusters, n_labels, n_labels)."""
    predicted = np.asarray(predicted).reshape(len(truth), -1)
    truth = np.broadcast_to(np.asarray(truth)[:, None], predicted.shape)
    members = (
        pd.Series(np.arange(len(truth))).groupby(np.asarray(clusters), sort=True).indices.values())
    return np.stack(
        [confusion(truth[rows].ravel(), predicted[rows].ravel(), labels) for rows in members])


def _resample(counts: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Draw clusters with replacement and add up their confusion matrices: (draws, n_labels,
    n_labels)."""
    n = len(counts)
    times = generator(seed, "bootstrap").multinomial(n, np.full(n, 1 / n), size=draws)
    return (times @ counts.reshape(n, -1)).reshape(draws, *counts.shape[1:])


def _interval(value: float, samples: np.ndarray, n_tracks: int, n_clusters: int) -> Interval:
    low, high = np.percentile(samples, [2.5, 97.5])
    return Interval(value, float(low), float(high), n_tracks, n_clusters)
