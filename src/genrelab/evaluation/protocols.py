"""How tracks are dealt out to train and test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold


def fold_groups(tracks: pd.DataFrame) -> pd.Series:
    """Return what must stay on one side of a fold: linked artists; the unnamed tracks of a genre
    form one group.

    Parameters
    ----------
    tracks
        Table with the columns `genre`, `artist` and `group`.

    Notes
    -----
    Tracks without a name may all be by one artist, so they are kept together: that errs on the
    clean side. Where nobody at all is named, nothing can be kept apart but tracks, and each is a
    group of its own. To be handed to scikit-learn's `StratifiedGroupKFold`.

    Notebook: 09.
    """
    named = tracks["artist"].notna()
    if not named.any():
        return tracks["group"]
    return tracks["group"].where(named, "unnamed " + tracks["genre"])


class Fewest(NamedTuple):
    """What the poorest fold within a fold leaves to learn from: tracks, and genres that they are
    of."""

    tracks: int
    genres: int


def fewest_to_learn_from(tracks: pd.DataFrame, shuffles: Sequence[int], n_folds: int) -> Fewest:
    """Return what is left to learn from where artist-grouped folds are divided again; 0 where they
    cannot be.

    Folds vary in size, because whole artists are dealt: a corpus of few artists may leave very few
    tracks.

    Parameters
    ----------
    tracks
        Rows of `Corpus.tracks`, without removed ones, in the order in which they are dealt.
    shuffles, n_folds
        Seeds of the folds, and their number, as in `knn_by_artist`.

    Notes
    -----
    Notebook: 06 and 07.
    """
    labels = np.unique(tracks["genre"].to_numpy().astype(str), return_inverse=True)[1]
    groups = fold_groups(tracks).to_numpy()
    found = []
    for seed in shuffles:
        folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
        for train, _ in folds.split(labels, labels, groups):
            found.append(train)
            if n_folds > max(np.bincount(labels[train]), default=0):
                return Fewest(0, 0)
            found += [train[inner] for inner, _ in folds.split(train, labels[train], groups[train])]
    return Fewest(min(map(len, found)), min(len(set(labels[rows])) for rows in found))
