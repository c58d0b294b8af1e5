"""How much genre is in a code? Plain classifiers on it, under both protocols."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from genrelab.distances import all_pairs, neighbours
from genrelab.distances.all_pairs import squared_distances
from genrelab.evaluation import knn, regression
from genrelab.evaluation.knn import Knn, knn_by_artist, knn_on_split
from genrelab.evaluation.protocols import fold_groups
from genrelab.evaluation.regression import Regression, regression_by_artist, regression_on_split
from genrelab.runtime import cached, code_version, parallel_cached


class Probe(NamedTuple):
    """What plain classifiers say of a code.

    Attributes
    ----------
    regression, neighbours
        Answers of logistic regression and of nearest neighbours (Euclidean) for the test tracks of
        the split.
    regression_apart, neighbours_apart
        The same for all tracks in artist-grouped folds.
    """

    regression: Regression
    neighbours: Knn
    regression_apart: Regression
    neighbours_apart: Knn


def probe_all(codes: Mapping[Hashable, np.ndarray], tracks: pd.DataFrame,
              shuffles: Sequence[int]) -> dict[Hashable, Probe]:
    """Probe several codes, side by side; what an earlier run has found is taken from the cache.

    Parameters
    ----------
    codes
        Name to (n_tracks, n_features).
    tracks
        Rows of `Corpus.tracks`, in the order of the codes, without removed ones.
    shuffles
        Seeds of the artist-grouped folds.

    Notes
    -----
    Notebook: 07.
    """
    keys = [_key(code, tracks, shuffles) for code in codes.values()]
    work = partial(probe, tracks=tracks, shuffles=shuffles)
    return dict(
        zip(codes, parallel_cached("probes", work, list(codes.values()), keys, "probing codes")))


def probe(codes: np.ndarray, tracks: pd.DataFrame, shuffles: Sequence[int]) -> Probe:
    """Probe one code; the parameters are those of `probe_all`."""

    def work() -> Probe:
        labels, groups = labels_of(tracks), fold_groups(tracks).to_numpy()
        split, n_folds = tracks["split"].to_numpy(), fold_number(tracks)
        matrix = squared_distances(codes.astype(np.float32), "distances of codes")
        return Probe(regression_on_split(codes, labels, split), knn_on_split(matrix, labels, split),
                     regression_by_artist(codes, labels, groups, shuffles, n_folds),
                     knn_by_artist([matrix], labels, groups, shuffles, n_folds))

    return cached("probes", work, **_key(codes, tracks, shuffles))


def labels_of(tracks: pd.DataFrame) -> np.ndarray:
    """Return the place of each track's genre in the alphabet of genres, (n_tracks,) integers.

    Notebook: 07.
    """
    return tracks["genre"].map(sorted(tracks["genre"].unique()).index).to_numpy()


def fold_number(tracks: pd.DataFrame) -> int:
    """Return the number of artist-grouped folds: five, or as many as the genre with the fewest
    artists allows.

    Notebook: 04.
    """
    return int(min(5, fold_groups(tracks).groupby(tracks["genre"]).nunique().min()))


def _key(codes: np.ndarray, tracks: pd.DataFrame, shuffles: Sequence[int]) -> dict[str, Any]:
    about = "|".join([*tracks.index, *tracks["genre"], *tracks["split"], *fold_groups(tracks)])
    return {"codes": hashlib.sha1(np.ascontiguousarray(codes).tobytes()).hexdigest(),
            "shape": f"{codes.dtype} {codes.shape}", "tracks": hashlib.sha1(about.encode())
            .hexdigest(), "shuffles": [int(seed) for seed in shuffles],
            "code": code_version(regression, knn, neighbours, all_pairs, sys.modules[__name__])}
