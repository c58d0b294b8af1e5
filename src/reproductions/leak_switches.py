"""Leaks that can be switched on one by one: fixed test rows, train sets of one size, every
combination."""

from __future__ import annotations

import hashlib
import itertools
import sys
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.preprocessing import StandardScaler

from claimbook.predictions import cluster_codes
from claimbook.rules import percentiles
from genrelab.distances import neighbours
from genrelab.distances.neighbours import knn_votes
from genrelab.evaluation.protocols import fold_groups
from genrelab.runtime import cached, code_version, generator, parallel_cached
from reproductions import ladder, standings
from reproductions.ladder import Sizes, deal_artists, without_copies

SWITCHES = {
    "song": "other slices of the test songs are learned from",
    "copies": "copies of the test songs are learned from",
    "artist": "other songs of the test artists are learned from",
    "scaler": "the scaler sees all rows",
    "k": "k is chosen on the test",
}

K_MOST = 30


class Pools(NamedTuple):
    """Rows by what they share with the test: places in the table.

    Attributes
    ----------
    test
        Every other slice of some tracks.
    valid, base
        Of artists who are not in the test, nor on each other's side.
    song
        The slices between those of the test.
    copies
        Of tracks that hold the same take as one in the test, exactly or nearly.
    artist
        Of other tracks by named artists of the test.
    """

    test: np.ndarray
    valid: np.ndarray
    base: np.ndarray
    song: np.ndarray
    copies: np.ndarray
    artist: np.ndarray


def pools(rows: pd.DataFrame, tracks: pd.DataFrame, copies: pd.Series, sizes: Sizes,
          seed: int) -> Pools:
    """Deal artists out, then sort all rows by what they share with the test rows.

    Parameters
    ----------
    rows
        The columns `track` and `segment`.
    tracks, copies, sizes
        As in `reproductions.ladder.equal_sizes`, which gives the sizes; half of the tracks of the
        test side are tested; the other half holds songs by the same artists.
    seed
        Of the dealing.

    Notes
    -----
    Notebook: 09.
    """
    chance = generator(seed, "switches")
    part = pd.Series(deal_artists(without_copies(tracks, copies), sizes, chance))
    sides = fold_groups(tracks)
    tested = part.index[part == "test"]
    order = tracks.loc[chance.permutation(tested)].groupby("genre").cumcount()
    heard = order.index[order < sizes.test - sizes.test // 2]
    again = copies.index[copies.isin(copies[heard]) & ~copies.index.isin(heard)]
    mates = tested.difference(heard).difference(again)
    mates = mates[sides[mates].isin(sides[heard]) & tracks["artist"][mates].notna()]
    odd = (rows["segment"].to_numpy() % 2).astype(bool)
    track = rows["track"]

    def of(chosen: pd.Index) -> np.ndarray:
        return track.isin(chosen).to_numpy()

    assert not set(sides[heard]) & set(sides[part.index[part == "train"]])
    masks = (of(heard) & ~odd, of(part.index[part == "valid"]), of(part.index[part == "train"]),
             of(heard) & odd)
    return Pools(*map(np.flatnonzero, (*masks, of(again), of(mates))))


def accuracies(values: np.ndarray, rows: pd.DataFrame, tracks: pd.DataFrame, copies: pd.Series,
               sizes: Sizes, seeds: Sequence[int], draws: int = 10_000) -> pd.DataFrame:
    """Return the accuracy of nearest neighbours for every combination of leaks.

    Parameters
    ----------
    values
        (n_rows, n_features), one slice a row.
    rows, tracks, copies, sizes
        As in `pools`, with the column `genre` in `rows`.
    seeds
        One dealing out of the artists each.
    draws
        Number of bootstrap draws of artists.

    Returns
    -------
    pandas.DataFrame
        Indexed by the state of the switches in the order of `SWITCHES` (``"10010"``: the first and
        the fourth are on): `accuracy`, `low`, `high` (95 % over artists). The test rows are the
        same for all combinations, the train set has the same number of rows of each genre for all,
        drawn from what the switches let in.

    Notes
    -----
    Notebook: 09.
    """
    content = hashlib.sha1(np.ascontiguousarray(values).tobytes())
    content.update("|".join([*rows["track"], *copies, *fold_groups(tracks),
                             *tracks["genre"]]).encode())
    code = code_version(neighbours, ladder, sys.modules[__name__])
    keys = [{"rows": content.hexdigest(), "sizes": list(sizes), "seed": int(seed), "code": code}
            for seed in seeds]
    jobs = list(zip(seeds, keys))
    work = partial(_kept, values=values, rows=rows, tracks=tracks, copies=copies, sizes=sizes)
    found = pd.concat(parallel_cached("leak_switches", work, jobs, keys, "leaks on and off"))
    shares = found.groupby("track").mean()
    groups = tracks["group"].where(tracks["artist"].notna())
    clusters = cluster_codes(shares.index, groups.loc[shares.index])
    drawn = standings.drawn_means(shares.to_numpy(), clusters, draws)
    low, high = np.transpose([percentiles(column, 0.95) for column in drawn.T])
    table = pd.DataFrame({"accuracy": shares.mean().to_numpy(), "low": low, "high": high},
                         index=shares.columns)
    return table.rename_axis("on")


def _kept(job: tuple[int, dict], **given) -> pd.DataFrame:
    seed, key = job
    return cached("leak_switches", lambda: _of_seed(seed, **given), **key)


def _of_seed(seed: int, values: np.ndarray, rows: pd.DataFrame, tracks: pd.DataFrame,
             copies: pd.Series, sizes: Sizes) -> pd.DataFrame:
    """Return how many rows of each test track are right, (n_tracks, n_combinations), indexed by
    track."""
    dealt = pools(rows, tracks, copies, sizes, seed)
    labels = rows["genre"].map(sorted(rows["genre"].unique()).index).to_numpy()
    n_labels = int(labels.max()) + 1
    # one order for all: what a switch lets in is all that moves
    rank = generator(seed, "train").permutation(len(rows))
    right = {}
    for song, again, artist in itertools.product((0, 1), repeat=3):
        let_in = [dealt.base, *(pool for pool, on in zip(dealt[3:], (song, again, artist)) if on)]
        train = _first(np.concatenate(let_in), rank, labels, dealt.base)
        for scaler in (0, 1):
            seen = np.concatenate([train, dealt.valid, dealt.test]) if scaler else train
            scaled = StandardScaler().fit(values[seen]).transform(values)
            hits = {}
            for part in ("valid", "test"):
                asked = getattr(dealt, part)
                votes = knn_votes(_squares(scaled[asked], scaled[train]), labels[train], n_labels,
                                  K_MOST)
                hits[part] = votes.argmax(axis=2) == labels[asked][:, None]
            for chosen_on_test, part in enumerate(("valid", "test")):
                k = int(hits[part].mean(axis=0).argmax())
                right[f"{song}{again}{artist}{scaler}{chosen_on_test}"] = hits["test"][:, k]
    table = pd.DataFrame(right).astype(float).assign(track=rows["track"].to_numpy()[dealt.test])
    return table.groupby("track").mean().reindex(columns=sorted(right))


def _first(pool: np.ndarray, rank: np.ndarray, labels: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Return as many rows of each genre as the base has, the first ones by rank."""
    mixed = pool[np.argsort(rank[pool])]
    return np.concatenate([mixed[labels[mixed] == k][:n]
                           for k, n in enumerate(np.bincount(labels[base]))])


def _squares(asked: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Return squared Euclidean distances less a term that is the same for all neighbours of a
    row."""
    return (train**2).sum(axis=1) - 2 * asked @ train.T
