"""How segments are split: shuffled as published, or with one fold of artists held out a seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from genrelab.evaluation.holdouts import UNUSED, Split, artist_folds
from genrelab.runtime import generator

SHARES = (0.75, 0.125, 0.125)
"""Of train, validation (the paper's dev) and test: 6000, 1000 and 1000 of 8000 segments."""


def shuffled_segments(n_rows: int, seeds: Sequence[int]) -> list[Split]:
    """Deal segments out at random, whatever track they are from.

    Parameters
    ----------
    n_rows
        Number of segments.
    seeds
        One shuffle each.

    Notes
    -----
    Paper: A. Sawhney and others, section 3. Nearly every track outside train has other segments of
    itself in it. Notebook: 05.
    """
    n_valid, n_test = (round(share * n_rows) for share in SHARES[1:])
    names = np.repeat(["train", "valid", "test"], [n_rows - n_valid - n_test, n_valid, n_test])
    splits = []
    for seed in seeds:
        part = np.empty(n_rows, "<U5")
        part[generator(seed, "segments").permutation(n_rows)] = names
        splits.append(Split(seed, 0, part))
    return splits


def fold_of_seed(track: pd.Series, tracks: pd.DataFrame, seeds: Sequence[int],
                 n_folds: int = 5) -> list[Split]:
    """Hold one fold of artists out for each seed: the folds of one shuffle, then those of the next.

    Parameters
    ----------
    track
        (n_rows,) track of each row.
    tracks
        Rows of `Corpus.tracks`; removed tracks are left out.
    seeds
        Five seeds test every track once, fifteen are three shuffles.
    n_folds
        Number of folds of a shuffle; fewer where a genre has fewer artists.

    Notes
    -----
    As in `shuffled_segments`, one seed is one way of dealing out and one initialisation, so that
    the spread over seeds holds both. Notebook: 05.
    """
    splits = []
    for seed in seeds:
        shuffle, fold = divmod(seed, n_folds)
        splits.append(artist_folds(track, tracks, [seed], n_folds, shuffle)[fold])
    return splits


def random_genres(rows: pd.DataFrame, tracks: pd.DataFrame, size: int, seeds: Sequence[int],
                  n_folds: int = 5) -> list[Split]:
    """Draw some genres for each seed, and hold one of their folds of artists out, as in
    `fold_of_seed`.

    Parameters
    ----------
    rows
        The columns `track` and `genre` of the segments; those of other genres are left out.
    tracks, seeds, n_folds
        As in `fold_of_seed`.
    size
        Number of genres, at most as many as there are.

    Notes
    -----
    Notebook: 05.
    """
    splits = []
    genres = sorted(rows["genre"].unique())
    for seed in seeds:
        drawn = generator(seed, "genres", size).choice(genres, size, replace=False)
        mine = rows["genre"].isin(drawn).to_numpy()
        part = np.full(len(rows), UNUSED, dtype="<U5")
        part[mine] = fold_of_seed(
            rows["track"][mine], tracks[tracks["genre"].isin(drawn)], [seed], n_folds)[0].part
        splits.append(Split(seed, seed % n_folds, part))
    return splits
