"""What is known of GTZAN's 1000 tracks, as a table, and how a copy of GTZAN is recognised."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import pandas as pd

GENRES = tuple("blues classical country disco hiphop jazz metal pop reggae rock".split())

TABLE_1 = pd.DataFrame(
    {
        "total": (100, 99, 98, 93, 92, 87, 91, 84, 86, 100),
        "train": (46, 48, 45, 42, 47, 43, 44, 41, 43, 44),
        "valid": (23, 20, 23, 22, 18, 17, 20, 13, 17, 24),
        "test": (31, 31, 30, 29, 27, 27, 27, 30, 26, 32),
    },
    index=pd.Index(GENRES, name="genre"),
)
"""Tracks per genre and part as Namgyal et al. print them (Table 1)."""

RECOGNISED_SHARE = 0.98
COMPLETE_SHARE = 0.99


@lru_cache
def facts() -> pd.DataFrame:
    """Return artist, title, fault-filtered part, exact duplicate and length of GTZAN's 1000 tracks.

    Returns
    -------
    pandas.DataFrame
        Indexed by track id: `genre`, `artist` (as credited), `performers` (those who are named in
        the credit, separated by ``;``, each in one spelling), `title`, `split` (train, valid, test,
        removed), `duplicate_of` (the copy that the fault-filtered split keeps) and `n_samples`
        (from the table published on Kaggle).

    Notes
    -----
    Artists and titles are from B. L. Sturm's index (2012), which names 919 tracks; performers are
    ours, read off the credits (who played in whose band is not told). The split is the one of
    Kereliuk, Sturm and Larsen (2015); it removes 70 repeated, distorted or otherwise faulty tracks.
    No credit stands in two of its parts, but three performers do, by joint credits. Duplicates are
    tracks whose samples are equal, bit for bit.

    Notebook: 01.
    """
    return pd.read_csv(files("genrelab.corpora") / "gtzan.csv", index_col="track")


def is_gtzan(lengths: pd.Series) -> bool:
    """Tell whether tracks are GTZAN's, by their names and their lengths in samples.

    Parameters
    ----------
    lengths
        Number of samples of each track, indexed by track id.

    Notes
    -----
    Names alone prove nothing, but GTZAN's lengths run from 660 000 to 675 808 samples and survive
    every usual re-coding. A part of the data set is recognised too.
    """
    known = facts()["n_samples"].reindex(lengths.index)
    return len(lengths) > 0 and bool((known == lengths).mean() >= RECOGNISED_SHARE)


def is_complete(tracks: pd.Index) -> bool:
    """Tell whether tracks are all of GTZAN but for a few: the copy on Kaggle has one broken
    file."""
    return bool(facts().index.isin(tracks).mean() >= COMPLETE_SHARE)
