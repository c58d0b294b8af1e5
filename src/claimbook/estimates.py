"""From records to evidence: the statistic on the same bootstrap draws for all sides of a
comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from claimbook.predictions import PARTS, Predictions, Record, RecordError
from claimbook.rules import Evidence
from claimbook.statistics import Drawn, Sample, statistic
from genrelab.runtime import generator

CHUNK = 1000
"""Draws that are worked on at once: 1000 draws of 1000 tracks are 4 MB."""

HOLDOUTS = ("mc", "grp", "ag4")
"""Protocols whose seeds are holdouts of the same tracks; under ``"ag4"`` each seed holds out one
fold of artists."""


class Side(NamedTuple):
    """A record, and what is computed from it.

    Notebook: 03 and 09.
    """

    record: Record
    statistic: str
    part: str = "test"
    options: Mapping[str, Any] = {}

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts whose rows are used."""
        return statistic(self.statistic).parts or (self.part,)

    def by_seed(self) -> np.ndarray:
        """Return the statistic of each seed, (n_seeds,) or (n_seeds, n_candidates)."""
        every = np.arange(len(self.record.tracks))
        once = np.ones((len(every), 1))
        values = [drawn(once)[0] for drawn in self.drawn_by(every, len(every))]
        return np.stack(values) - self.options.get("minus", 0)

    def drawn_by(self, unit_of_track: np.ndarray, n_units: int) -> list[Drawn]:
        """Return the function of draws of each seed; see `Sample`."""
        if not len(self.record.rows(self.record.seeds[0], self.part)):
            raise RecordError(f"The record has no rows of the part {self.part!r}.")
        bind = statistic(self.statistic).bind
        return [bind(Sample(self.record, seed, self.part, unit_of_track, n_units, self.options))
                for seed in self.record.seeds]

    def units(self, over: str) -> np.ndarray:
        """Return what is drawn, (n_tracks,): clusters or track ids."""
        return self.record.clusters if over == "artists" else self.record.tracks

    def used(self) -> np.ndarray:
        """Return which tracks have rows of the part, (n_tracks,) bool."""
        used = np.isin(self.record.part, [PARTS.index(part) for part in self.parts])
        return np.isin(np.arange(len(self.record.tracks)), self.record.track[used])


def resample(sides: Sequence[Side], draws: int, over: str = "artists") -> list[np.ndarray]:
    """Draw artists or tracks with replacement and return the statistic of every side on each draw.

    Parameters
    ----------
    sides
        All are scored on the same draws: an artist who is on two sides comes or goes on both.
    draws
        Number of draws; slow statistics take fewer.
    over
        ``"artists"`` or ``"tracks"``.

    Returns
    -------
    list of numpy.ndarray
        For each side (n_draws,) or (n_draws, n_candidates), the mean over seeds.

    Notes
    -----
    Notebook: 09.
    """
    draws = min([draws, *[most for side in sides if (most := statistic(side.statistic).at_most)]])
    units = np.unique(np.concatenate([side.units(over)[side.used()] for side in sides]))
    times = _times_drawn(len(units), draws, over)
    places = [np.searchsorted(units, side.units(over)).clip(max=len(units) - 1) for side in sides]
    functions = [side.drawn_by(place, len(units)) for side, place in zip(sides, places)]
    values: list[list[np.ndarray]] = [[] for _ in sides]
    for begin in range(0, draws, CHUNK):
        chunk = times[:, begin : begin + CHUNK].astype(np.float64)
        for side, seeds, chunks in zip(sides, functions, values):
            mean = _mean_of_seeds([drawn(chunk) for drawn in seeds], side.statistic)
            chunks.append(mean - side.options.get("minus", 0))
    return [np.concatenate(chunks) for chunks in values]


@lru_cache(maxsize=64)
def _times_drawn(n_units: int, draws: int, over: str) -> np.ndarray:
    """Return how often each unit comes in each draw, (n_units, n_draws); most rows share them."""
    chance = generator(0, "ledger", over)
    times = chance.multinomial(n_units, np.full(n_units, 1 / n_units), size=draws)
    # a byte each: of 256 units and more, none is ever drawn 256 times
    return np.ascontiguousarray(times.T, np.uint8)


def _mean_of_seeds(values: Sequence[np.ndarray], name: str) -> np.ndarray:
    """Return the mean over seeds; a seed whose test part a draw leaves without a label, or empty,
    is left aside."""
    known, absent = ~np.isnan(values), statistic(name).absent
    total, seeds = np.where(known, values, 0).sum(axis=0), known.sum(axis=0)
    return np.where(seeds > 0, total / np.maximum(seeds, 1), np.nan if absent is None else absent)


def estimate(side: Side, draws: int, deterministic: bool, protocol: str) -> Evidence:
    """Return the evidence of one number."""
    values = side.by_seed()
    (artists,), (tracks,) = (resample([side], draws, over) for over in ("artists", "tracks"))
    return Evidence(float(values.mean()), artists, tracks, values, deterministic,
                    protocol in HOLDOUTS, **_sizes([side]))


def compared(better: Side, worse: Side, draws: int, deterministic: bool, protocol: str,
             paired: bool, contrast: str) -> Evidence:
    """Return the evidence of `better` minus (or by) `worse`.

    Raises
    ------
    RecordError
        If a paired comparison is asked for and the two are not the same tracks, folds and seeds.

    Notes
    -----
    Notebook: 03.
    """
    better, worse = sides = on_shared_seeds([better, worse])
    if paired:
        check_pairing(sides)
    against = np.divide if contrast == "ratio" else np.subtract
    first, second = better.by_seed(), worse.by_seed()
    artists, tracks = (against(*resample(sides, draws, over)) for over in ("artists", "tracks"))
    by_seed = against(first, second)  # a side without chance stands against each seed of the other
    return Evidence(float(against(first.mean(), second.mean())), artists, tracks, by_seed,
                    deterministic, protocol in HOLDOUTS, **_sizes(sides))


def trend_evidence(arms: Sequence[tuple[Side, ...]], draws: int, deterministic: bool, protocol: str,
                   paired: bool, falling: bool) -> tuple[Evidence, list[Evidence]]:
    """Return the evidence of last minus first, and of each step; an arm of two sides is their
    difference."""
    sides = on_shared_seeds([side for arm in arms for side in arm])
    if paired:
        check_pairing(sides)
    by_seed = _by_arm(arms, [side.by_seed() for side in sides])
    by_draw = [_by_arm(arms, resample(sides, draws, over)) for over in ("artists", "tracks")]
    about = {"deterministic": deterministic, "holdouts": protocol in HOLDOUTS} | _sizes(sides)

    def between(a: int, b: int) -> Evidence:
        seeds = by_seed[b] - by_seed[a]
        artists, tracks = (drawn[b] - drawn[a] for drawn in by_draw)
        rise = Evidence(float(seeds.mean()), artists, tracks, seeds, **about)
        return rise.turned() if falling else rise

    return between(0, len(arms) - 1), [between(k, k + 1) for k in range(len(arms) - 1)]


def _by_arm(arms: Sequence[tuple[Side, ...]], values: Sequence[np.ndarray]) -> list[np.ndarray]:
    waiting = iter(values)
    by_arm = [[next(waiting) for _ in arm] for arm in arms]
    return [one[0] if len(one) == 1 else one[0] - one[1] for one in by_arm]


def top_evidence(sides: Sequence[Side], candidate: str, names: Sequence[str], draws: int,
                 lowest: bool, protocol: str) -> Evidence:
    """Return the evidence that a candidate is first: of one record's columns, or of several
    records."""
    if candidate not in names:
        raise RecordError(f"There is no candidate {candidate!r} among {', '.join(names)}.")
    place = list(names).index(candidate)
    by_seed = [side.by_seed() for side in sides]
    drawn = [resample(sides, draws, over) for over in ("artists", "tracks")]
    if len(sides) > 1:
        # a side without chance stands beside every seed of the others
        most = max(len(one) for one in by_seed)
        by_seed = [np.stack([np.broadcast_to(one, most) for one in by_seed], axis=1)]
        drawn = [[np.stack(one, axis=1)] for one in drawn]
    artists, tracks = (one[0] for one in drawn)
    sign = -1 if lowest else 1
    others = np.delete(sign * artists, place, axis=1).max(axis=1)
    first = float((sign * artists[:, place] > others).mean())
    seeds = by_seed[0][:, place]
    return Evidence(float(seeds.mean()), artists[:, place], tracks[:, place], seeds,
                    holdouts=protocol in HOLDOUTS, first=first, **_sizes(sides))


def check_pairing(sides: Sequence[Side]) -> None:
    """Raise `RecordError` unless all sides can be paired with the first."""
    for side in sides[1:]:
        if problem := pairing_problem(sides[0], side):
            raise RecordError(problem)


def pairing_problem(one: Side, other: Side) -> str:
    """Say why two sides cannot be paired, or return an empty text."""
    seeds = len(one.record.seeds) > 1 and len(other.record.seeds) > 1
    first, second = (_keys(side, seeds) for side in (one, other))
    if set(zip(*first.values())) == set(zip(*second.values())):
        return ""
    for what in first:
        mine, theirs = set(first[what]), set(second[what])
        if mine != theirs:
            odd = ", ".join(map(str, sorted(mine ^ theirs)[:3]))
            return (f"The two records are not paired: their {what} differ ({len(mine)} and "
                    f"{len(theirs)}, such as {odd}). Record both with the same tracks, folds and "
                    "seeds.")
    return ("The two records are not paired: the same tracks fall into other folds or seeds. Use "
            "one split for both.")


def _keys(side: Side, seeds: bool) -> dict[str, list]:
    """Return the track, fold and seed of each row."""
    record = side.record
    rows = np.concatenate([record.rows(seed, side.part) for seed in record.seeds])
    return {"tracks": record.tracks[record.track[rows]].tolist(),
            "folds": record.fold[rows].tolist() if isinstance(record, Predictions)
            else [0] * len(rows), "seeds": record.seed[rows].tolist() if seeds else [0] * len(rows)}


def on_shared_seeds(sides: Sequence[Side]) -> list[Side]:
    """Cut records down to the seeds that all of them have: a cheap method may have been trained
    more often.

    Raises
    ------
    RecordError
        If the seeds of one record are not among those of another that has more of them.
    """
    trained = sorted((set(side.record.seeds) for side in sides if len(side.record.seeds) > 1),
                     key=len)
    for one, other in pairwise(trained):
        if not one <= other:
            both = f"seeds {sorted(one)} and {sorted(other)}"
            raise RecordError(f"The two records are not paired: {both}. Record both with the same "
                              "seeds.")
    if not trained or trained[0] == trained[-1]:
        return list(sides)
    cut = [side.record.of_seeds(trained[0]) if len(side.record.seeds) > 1 else side.record
           for side in sides]
    return [side._replace(record=record) for side, record in zip(sides, cut)]


def _sizes(sides: Sequence[Side]) -> dict[str, int]:
    tracks = {track for side in sides for track in side.record.tracks[side.used()].tolist()}
    artists = {cluster for side in sides for cluster in side.record.clusters[side.used()].tolist()}
    return {"n_tracks": len(tracks), "n_artists": len(artists)}
