"""Train, valid and test for music of which no published split exists."""

from __future__ import annotations

import pandas as pd

from genrelab.runtime import generator

BLANK = " \t\r\n\N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\N{ZERO WIDTH SPACE}"

FRACTIONS = {"train": 0.6, "test": 0.2, "valid": 0.2}
"""In the order in which parts are served where there are too few groups for all three."""


def split_names(text: str) -> list[str]:
    """Return the names in a credit, which are separated by ``;``; there may be none.

    Examples
    --------
    >>> split_names("Ann;; Bo ;")
    ['Ann', 'Bo']
    """
    return [name for part in text.split(";") if (name := part.strip(BLANK))]


def linked_artists(performers: pd.Series) -> pd.Series:
    """Return one name for all artists who are linked by a joint credit, and the track itself where
    nobody is named.

    Parameters
    ----------
    performers
        Names separated by ``;``, or missing, indexed by track id.

    Notes
    -----
    Who sings on one track with A and on another with B links A and B: a split that keeps artists
    apart has to keep the three together. The name is the alphabetically first of all.

    Notebook: 01.
    """
    leader: dict[str, str] = {}

    def lead(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    credits = {track: split_names(text) for track, text in performers.dropna().items()}
    for names in filter(None, credits.values()):
        first, *others = sorted(map(lead, names))
        for other in others:
            leader[other] = first
    linked = [lead(credits[t][0]) if credits.get(t) else t for t in performers.index]
    return pd.Series(linked, performers.index, name="group")


def split_by_group(tracks: pd.DataFrame, seed: int = 0) -> pd.Series:
    """Deal the tracks of each genre out to train, valid and test, all tracks of a group (an artist)
    to one part.

    Parameters
    ----------
    tracks
        Table with the columns `genre` and `group`; a column `split` may tell the part of some of
        them already.
    seed
        Decides the order in which groups of the same size are dealt.

    Returns
    -------
    pandas.Series
        ``"train"``, ``"valid"`` or ``"test"`` for each track: 60, 20 and 20 % of each genre, as
        near as whole groups allow.

    Notes
    -----
    Large groups are dealt first, each to the part that lacks most of its share; the last ones go to
    parts that are still empty, so a genre with three groups of its own has tracks in all three
    parts. A group that plays in two genres keeps the part that it was dealt first.

    Notebook: 01.
    """
    part_of: dict[str, str] = {}
    if "split" in tracks:
        given = tracks[tracks["split"].isin(FRACTIONS)]
        part_of = dict(zip(given["group"], given["split"]))
    for genre, table in tracks.groupby("genre", sort=True):
        counts = table["group"].value_counts()
        shuffled = generator(seed, "split", genre).permutation(sorted(counts.index))
        held = dict.fromkeys(FRACTIONS, 0.0)
        for group in shuffled:
            if group in part_of:
                held[part_of[group]] += counts[group]
        large_first = sorted(shuffled, key=lambda group: -counts[group])
        waiting = [group for group in large_first if group not in part_of]
        for done, group in enumerate(waiting):
            empty = [part for part in FRACTIONS if not held[part]]
            parts = empty if len(empty) >= len(waiting) - done else list(FRACTIONS)
            part_of[group] = max(parts, key=lambda part: FRACTIONS[part] - held[part] / len(table))
            held[part_of[group]] += counts[group]
    return tracks["group"].map(part_of).rename("split")
