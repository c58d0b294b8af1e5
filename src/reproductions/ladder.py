"""The ladder of leaks: the same rows split five ways, each stricter, equal in size and genres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from genrelab.corpora import Corpus
from genrelab.evaluation.holdouts import UNUSED, Split, originals
from genrelab.evaluation.protocols import fold_groups
from genrelab.features.fingerprints import near_copies
from genrelab.runtime import generator

RUNGS = {
    "segments": "segments at random",
    "tracks": "tracks together",
    "duplicates": "duplicates removed",
    "artists": "artists apart",
    "ff": "fault-filtered split",
}

PARTS = ("train", "valid", "test")

TRIES = 200
"""Shuffles of the artists; at least a tenth of them must work out, or the parts are made
smaller."""


class Sizes(NamedTuple):
    """Tracks of each genre in each part."""

    train: int
    valid: int
    test: int


def copies_of(corpus: Corpus) -> pd.Series:
    """Return for each track the first track that holds the same take, exactly or nearly; itself if
    none does.

    Notebook: 09.
    """
    first = originals(corpus.tracks)
    pairs = near_copies(corpus)
    for _ in range(len(pairs)):  # what is a copy of a copy is a copy
        before = first.copy()
        for one, other in zip(pairs["track"], pairs["copy"]):
            kept = min(first[one], first[other])
            first = first.where(~first.isin([first[one], first[other]]), kept)
        if first.equals(before):
            break
    return first


def equal_sizes(tracks: pd.DataFrame, copies: pd.Series) -> Sizes:
    """Return the largest parts that every rung can fill with the same number of tracks of each
    genre.

    Parameters
    ----------
    tracks
        Rows of `Corpus.tracks`.
    copies
        See `copies_of`.

    Raises
    ------
    ValueError
        If some genre has too few tracks or artists for three parts.

    Notes
    -----
    Begins with the parts of the corpus's own split in the genre that has fewest, and makes them
    smaller until the artists of every genre can be dealt out. Notebook: 09.
    """
    own = (tracks.groupby(["genre", "split"]).size().unstack(fill_value=0)
           .reindex(columns=PARTS, fill_value=0).min())
    pool = without_copies(tracks, copies)
    for share in np.arange(1, 0, -0.02):
        sizes = Sizes(*(int(share * own[part]) for part in PARTS))
        if min(sizes) < 1:
            break
        chance = generator(0, "sizes")
        if sum(_by_artist(pool, sizes, chance) is not None for _ in range(TRIES)) >= TRIES // 10:
            return sizes
    raise ValueError("The artists of some genre cannot be dealt out to three parts (the split has "
                     f"{own.to_dict()} tracks of the smallest genre). Add tracks of more artists, "
                     "or leave the genre out.")


def without_copies(tracks: pd.DataFrame, copies: pd.Series) -> pd.DataFrame:
    """Return the tracks that are nobody's copy."""
    return tracks[copies.loc[tracks.index].to_numpy() == tracks.index]


def rung(name: str, rows: pd.DataFrame, tracks: pd.DataFrame, copies: pd.Series, sizes: Sizes,
         seeds: Sequence[int]) -> list[Split]:
    """Deal rows out as one rung of the ladder asks.

    Parameters
    ----------
    name
        A key of `RUNGS`. ``"segments"``: the rows of some tracks are shuffled; ``"tracks"``: the
        same tracks, each with all its rows on one side; ``"duplicates"``: none of them a copy of
        another, exact or near; ``"artists"``: the artists on one side, too; ``"ff"``: the corpus's
        own split.
    rows
        The columns `track` and `segment`; of each track as many segments are used as the shortest
        track has.
    tracks, copies
        As in `equal_sizes`; tracks of other genres than these are left out.
    sizes
        Of the parts, in tracks of each genre.
    seeds
        One way of dealing out each.

    Returns
    -------
    list of Split
        Every rung has equal numbers of rows of each genre in train, valid and test.

    Notes
    -----
    Notebook: 09.
    """
    if name not in RUNGS:
        raise ValueError(f"There is no rung {name!r}. Choose one of {', '.join(RUNGS)}.")
    n_segments = rows[rows["track"].isin(tracks.index)].groupby("track").size().min()
    place = rows.groupby("track").cumcount().to_numpy()
    usable = (place < n_segments) & rows["track"].isin(tracks.index).to_numpy()
    splits = []
    for seed in seeds:
        part = _parts_of_tracks(name, tracks, copies, sizes, seed)
        dealt = rows["track"].map(part).where(usable).fillna(UNUSED).to_numpy().astype("<U5")
        if name == "segments":
            dealt = _shuffled(dealt, rows["track"].map(tracks["genre"]).to_numpy(),
                              generator(seed, "segments"))
        splits.append(Split(seed, 0, dealt))
    return splits


def deal_artists(tracks: pd.DataFrame, sizes: Sizes, chance: np.random.Generator) -> dict[str, str]:
    """Return the part of each track that is dealt out, no artist in two parts; tried until the
    parts are full.

    Raises
    ------
    ValueError
        If they cannot be filled.
    """
    for _ in range(50 * TRIES):
        if (part := _by_artist(tracks, sizes, chance)) is not None:
            return part
    raise ValueError(f"The artists cannot be dealt out to parts of {sizes}. Take the sizes that "
                     "equal_sizes gives.")


def _parts_of_tracks(name: str, tracks: pd.DataFrame, copies: pd.Series, sizes: Sizes,
                     seed: int) -> Mapping[str, str] | pd.Series:
    """Return the part of each track that is dealt out."""
    chance = generator(seed, "ladder", "random" if name in ("segments", "tracks") else name)
    if name in ("duplicates", "artists"):
        tracks = without_copies(tracks, copies)
    if name == "artists":
        return deal_artists(tracks, sizes, chance)
    part = {}
    for _, members in tracks.groupby("genre"):
        if name == "ff":
            drawn = [chance.permutation(members.index[members["split"] == each])[:n]
                     for each, n in zip(PARTS, sizes)]
        else:
            drawn = np.split(chance.permutation(members.index)[: sum(sizes)], np.cumsum(sizes)[:-1])
        if [len(each) for each in drawn] != list(sizes):
            raise ValueError(f"{members['genre'].iloc[0]} has too few tracks for parts of {sizes}.")
        part |= {track: each for each, chosen in zip(PARTS, drawn) for track in chosen}
    return part


def _by_artist(tracks: pd.DataFrame, sizes: Sizes,
               chance: np.random.Generator) -> dict[str, str] | None:
    """Deal artists out at random, the larger ones rather first; None where the parts cannot be
    filled this way."""
    groups = fold_groups(tracks)
    counts = pd.crosstab(groups, tracks["genre"])
    needed = np.tile(np.array(sizes, float)[:, None], (1, counts.shape[1]))
    order = np.argsort(-counts.to_numpy().sum(axis=1) * chance.uniform(0.2, 1, len(counts)),
                       kind="stable")
    side = {}
    for place in order:
        own = counts.to_numpy()[place]
        want = (np.maximum(needed, 0) * (own > 0)).sum(axis=1)
        if want.sum() > 0:
            chosen = int(chance.choice(len(PARTS), p=want / want.sum()))
            needed[chosen] -= own
            side[counts.index[place]] = PARTS[chosen]
    if (needed > 0).any():
        return None
    part = {}
    for _, members in tracks.groupby("genre"):
        where = groups[members.index].map(side)
        for each, n in zip(PARTS, sizes):
            part |= dict.fromkeys(chance.permutation(members.index[where == each])[:n], each)
    return part


def _shuffled(dealt: np.ndarray, genre: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Exchange the parts of rows at random within each genre."""
    mixed = dealt.copy()
    for each in sorted(set(genre[dealt != UNUSED])):
        used = np.flatnonzero((genre == each) & (dealt != UNUSED))
        mixed[used] = dealt[chance.permutation(used)]
    return mixed
