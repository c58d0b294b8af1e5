"""What a code knows of genre: plain classifiers on it, under both protocols, and their answers in
the ledger."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from claimbook.ledger import Ledger
from genrelab.corpora import Corpus
from genrelab.distances import all_pairs, neighbours
from genrelab.distances.all_pairs import squared_distances
from genrelab.evaluation import knn, regression
from genrelab.evaluation.audits import audit
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


def probe_all(
    codes: Mapping[Hashable, np.ndarray], tracks: pd.DataFrame, shuffles: Sequence[int]
) -> dict[Hashable, Probe]:
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
        zip(codes, parallel_cached("probes", work, list(codes.values()), keys, "probing codes"))
    )


def probe(codes: np.ndarray, tracks: pd.DataFrame, shuffles: Sequence[int]) -> Probe:
    """Probe one code; the parameters are those of `probe_all`."""

    def work() -> Probe:
        labels, groups = labels_of(tracks), fold_groups(tracks).to_numpy()
        split, n_folds = tracks["split"].to_numpy(), fold_number(tracks)
        matrix = squared_distances(codes.astype(np.float32), "distances of codes")
        return Probe(
            regression_on_split(codes, labels, split),
            knn_on_split(matrix, labels, split),
            regression_by_artist(codes, labels, groups, shuffles, n_folds),
            knn_by_artist([matrix], labels, groups, shuffles, n_folds),
        )

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
    return {
        "codes": hashlib.sha1(np.ascontiguousarray(codes).tobytes()).hexdigest(),
        "shape": f"{codes.dtype} {codes.shape}",
        "tracks": hashlib.sha1(about.encode()).hexdigest(),
        "shuffles": [int(seed) for seed in shuffles],
        "code": code_version(regression, knn, neighbours, all_pairs, sys.modules[__name__]),
    }


def record_answers(
    ledger: Ledger,
    name: str,
    on_split: Mapping[int, Regression | Knn] | None,
    apart: Mapping[int, Regression | Knn] | None,
    tracks: pd.DataFrame,
    corpus: Corpus,
    **about: Any,
) -> None:
    """Hand the answers of all training seeds to the ledger, with an audit of each split.

    Parameters
    ----------
    ledger, name
        Where, and the claim or arm.
    on_split
        Training seed to answers for the test tracks of the split, recorded as ``ff``; None leaves
        them out.
    apart
        The same for artist-grouped folds, recorded as ``ag``.
    tracks, corpus
        As in `probe_all`; the corpus that they are from.
    **about
        Further arguments of `Ledger.record`.

    Notes
    -----
    Notebook: 07.
    """
    if on_split:
        test = tracks[tracks["split"] == "test"]
        table = pd.concat(
            [_answers(test, found[0], tracks, seed=seed) for seed, found in on_split.items()]
        )
        ledger.record(name, "ff", table, leaks=audit(tracks["split"], corpus), **about)
    if apart:
        tables = [
            _answers(tracks, found[0][:, fold], tracks, seed=seed, fold=fold)
            for seed, found in apart.items()
            for fold in range(found.folds.shape[1])
        ]
        folds = next(iter(apart.values())).folds
        parts = [
            np.where(column == fold, "test", "train")
            for column in folds.T
            for fold in range(folds.max() + 1)
        ]
        audits = [audit(pd.Series(part, tracks.index), corpus) for part in parts]
        ledger.record(name, "ag", pd.concat(tables), leaks=audits, **about)


def _answers(
    rows: pd.DataFrame, scores: np.ndarray, tracks: pd.DataFrame, **more: int
) -> pd.DataFrame:
    genres = sorted(tracks["genre"].unique())
    table = pd.DataFrame({"track": rows.index, "truth": rows["genre"].to_numpy()})
    return table.assign(predicted=[genres[k] for k in scores.argmax(axis=1)], **more)
