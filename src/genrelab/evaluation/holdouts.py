"""How rows are dealt out to train, validation and test: a paper's random holdouts, and what stands
beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold, StratifiedShuffleSplit

from genrelab.evaluation.protocols import fold_groups

UNUSED = ""
"""Part of a row that a split leaves out."""


FEWEST = 8
"""Rows of a genre that can be dealt out: fewer would leave a part without the genre."""


class Split(NamedTuple):
    """One way of dealing rows out.

    Attributes
    ----------
    seed, fold
        Number of the holdout, or of the training seed; place among the folds that are scored
        together.
    part
        (n_rows,) of ``"train"``, ``"valid"``, ``"test"``, or `UNUSED`.
    """

    seed: int
    fold: int
    part: np.ndarray

    def rows(self, part: str) -> np.ndarray:
        """Return the places of the rows of a part."""
        return np.flatnonzero(self.part == part)


def random_holdouts(genre: pd.Series, seeds: Sequence[int]) -> list[Split]:
    """Deal rows out at random in each genre: 64 % train, 16 % valid, 20 % test; whatever track they
    are from.

    Parameters
    ----------
    genre
        (n_rows,) labels.
    seeds
        One holdout each.

    Notes
    -----
    Paper: P. Cortis, section IV.A (stratified Monte-Carlo holdouts, a fifth for test, a fifth of
    the rest for validation). Notebook: 04.
    """
    return [Split(seed, 0, _deal(genre.to_numpy(), seed)) for seed in seeds]


def track_holdouts(track: pd.Series, tracks: pd.DataFrame, seeds: Sequence[int]) -> list[Split]:
    """Deal tracks out like `random_holdouts`, so that all rows of a track and of its exact copies
    stay on one side.

    Parameters
    ----------
    track
        (n_rows,) track of each row.
    tracks
        `Corpus.tracks`: which tracks there are, their genres and copies. The same tracks and seeds
        give the same sides, however many rows a track has.
    seeds
        One holdout each.

    Notes
    -----
    Notebook: 04.
    """
    original = originals(tracks)
    units = tracks.loc[sorted(set(original)), "genre"]
    splits = []
    for seed in seeds:
        part = pd.Series(_deal(units.to_numpy(), seed), units.index)
        splits.append(Split(seed, 0, part[original[track]].to_numpy().astype(str)))
    return splits


def originals(tracks: pd.DataFrame) -> pd.Series:
    """Return the track whose exact copy each track is, itself where it is none (or where that one
    is not there).

    Notebook: 04.
    """
    there = tracks["duplicate_of"].isin(tracks.index)
    return tracks["duplicate_of"].where(there, tracks.index.to_series())


def published_split(track: pd.Series, tracks: pd.DataFrame, seeds: Sequence[int]) -> list[Split]:
    """Return the corpus's own split, once for each training seed; removed tracks are left out.

    The parameters are those of `track_holdouts`.

    Notes
    -----
    Notebook: 04.
    """
    part = tracks["split"].where(tracks["split"] != "removed", UNUSED)
    return [Split(seed, 0, part[track].to_numpy().astype(str)) for seed in seeds]


def artist_folds(track: pd.Series, tracks: pd.DataFrame, seeds: Sequence[int], n_folds: int = 5,
                 shuffle: int = 0) -> list[Split]:
    """Return artist-grouped folds, the same for each training seed; artists of validation are not
    in train, either.

    Parameters
    ----------
    track, tracks, seeds
        As in `track_holdouts`; removed tracks are left out.
    n_folds
        Number of folds; about a fifth of each one's train tracks is for validation.
    shuffle
        Seed of the folds.

    Notes
    -----
    Notebook: 05.
    """
    kept = tracks[tracks["split"] != "removed"]
    genre, groups = kept["genre"].to_numpy(), fold_groups(kept).to_numpy()
    outer = StratifiedGroupKFold(n_folds, shuffle=True, random_state=shuffle)
    folds = []
    for train, test in outer.split(genre, genre, groups):
        part = pd.Series(UNUSED, tracks.index)
        inner = StratifiedGroupKFold(n_folds, shuffle=True, random_state=shuffle)
        learned, chosen = next(inner.split(genre[train], genre[train], groups[train]))
        for name, rows in {"train": train[learned], "valid": train[chosen], "test": test}.items():
            part[kept.index[rows]] = name
        folds.append(part[track].to_numpy().astype(str))
    return [Split(seed, fold, part) for seed in seeds for fold, part in enumerate(folds)]


def one_row_a_track(splits: Sequence[Split], track: pd.Series) -> list[Split]:
    """Leave one row of each track in train and in valid, drawn by the seed of the split; test keeps
    all.

    Notebook: 04.
    """
    thinned = []
    for split in splits:
        order = np.random.default_rng(split.seed).permutation(len(track))
        first = pd.Series(track.to_numpy()[order]).drop_duplicates().index.to_numpy()
        kept = np.zeros(len(track), bool)
        kept[order[first]] = True
        thinned.append(
            split._replace(part=np.where(kept | (split.part == "test"), split.part, UNUSED)))
    return thinned


def _deal(genre: np.ndarray, seed: int) -> np.ndarray:
    genres, counts = np.unique(genre, return_counts=True)
    if counts.min() < FEWEST:
        few = f"{genres[counts.argmin()]} has {counts.min()} rows to deal out"
        raise ValueError(f"{few}; {FEWEST} are needed for three parts. Add tracks, or leave the "
                         "genre out.")
    part = np.full(len(genre), "train", dtype="<U5")
    rows = np.arange(len(genre))
    for name in ("test", "valid"):
        left = rows[part == "train"]
        dealt = StratifiedShuffleSplit(1, test_size=0.2, random_state=seed).split(left, genre[left])
        part[left[next(dealt)[1]]] = name
    return part
