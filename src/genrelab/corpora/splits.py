"""Train, valid and test for music of which no published split exists."""

from __future__ import annotations

import pandas as pd

from genrelab.runtime import generator

FRACTIONS = {"train": 0.6, "valid": 0.2, "test": 0.2}


def split_by_group(tracks: pd.DataFrame, seed: int = 0) -> pd.Series:
    """Deal the tracks of each genre out to train, valid and test, all tracks of a group (an artist) to one part.

    Parameters
    ----------
    tracks
        Table with the columns `genre` and `group`.
    seed
        Decides the order in which groups of the same size are dealt.

    Returns
    -------
    pandas.Series
        ``"train"``, ``"valid"`` or ``"test"`` for each track: 60, 20 and 20 % of each genre, as near as whole groups
        allow.

    Notes
    -----
    Large groups are dealt first, each to the part that lacks most of its share; the last ones go to parts that are
    still empty, so a genre with three groups of its own has tracks in all three parts. A group that plays in two
    genres keeps the part that it was dealt first.

    Notebook: 01.
    """
    part_of: dict[str, str] = {}
    for genre, table in tracks.groupby("genre", sort=True):
        counts = table["group"].value_counts()
        shuffled = generator(seed, "split", genre).permutation(sorted(counts.index))
        held = dict.fromkeys(FRACTIONS, 0.0)
        for group in shuffled:
            if group in part_of:
                held[part_of[group]] += counts[group]
        waiting = [group for group in sorted(shuffled, key=lambda g: -counts[g]) if group not in part_of]
        for left, group in zip(range(len(waiting), 0, -1), waiting):
            empty = [part for part in FRACTIONS if not held[part]]
            parts = empty if len(empty) >= left else list(FRACTIONS)
            part_of[group] = max(parts, key=lambda part: FRACTIONS[part] - held[part] / len(table))
            held[part_of[group]] += counts[group]
    return tracks["group"].map(part_of).rename("split")
