"""Kept predictions: all that a score, its interval and its verdict are computed from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from genrelab.runtime.cache import write_whole

PARTS = ("train", "dev", "valid", "test")

WHOLE_TRACK = -1
"""The number of the segment where a row is a whole track."""


class RecordError(ValueError):
    """A record that cannot be made, read or paired; the message names it and the mend.

    Notebook: 04 and 07.
    """


def cluster_codes(tracks: Sequence[str], artists: Sequence[str | None]) -> np.ndarray:
    """Return a number for each artist; a track without a known artist is a cluster by itself.

    Parameters
    ----------
    tracks, artists
        (n_tracks,) ids and names; None or NaN where the name is not known.

    Returns
    -------
    numpy.ndarray
        (n_tracks,) int64, made from the names alone: the same artist has the same number in every
        file, so two files with different tracks can be drawn together.
    """
    keys = [f"track {track}" if pd.isna(artist) else f"artist {artist}"
            for track, artist in zip(tracks, artists)]
    digests = (hashlib.sha256(key.encode()).digest()[:6] for key in keys)
    return np.array([int.from_bytes(digest, "big") for digest in digests], np.int64)


@dataclass(frozen=True, eq=False)
class Record:
    """What predictions and measures share: tracks, their clusters, and rows that belong to tracks.

    Attributes
    ----------
    tracks
        (n_tracks,) ids.
    clusters
        (n_tracks,) int64, see `cluster_codes`.
    labels
        (n_labels,) names of the classes.
    track
        (n_rows,) uint16, place in `tracks`.
    seed
        (n_rows,) uint16: training seed, or holdout. The score is taken seed by seed, then averaged.
    part
        (n_rows,) uint8, place in `PARTS`.
    about
        What is known of the run, as JSON values; part of the file, so it must not vary between
        equal runs.
    """

    tracks: np.ndarray
    clusters: np.ndarray
    labels: np.ndarray
    track: np.ndarray
    seed: np.ndarray
    part: np.ndarray
    about: Mapping[str, object] = field(default_factory=dict)

    BY_ROW: ClassVar = ("track", "seed", "part")

    @property
    def seeds(self) -> list[int]:
        return sorted(set(self.seed.tolist()))

    def rows(self, seed: int, part: str) -> np.ndarray:
        """Return which rows belong to a seed and a part."""
        return np.flatnonzero((self.seed == seed) & (self.part == PARTS.index(part)))

    def of_seeds(self, seeds: Sequence[int]) -> Record:
        """Return the record with the rows of some seeds alone."""
        kept = np.isin(self.seed, list(seeds))
        rows = {name: getattr(self, name) for name in self.BY_ROW}
        taken = {name: values[kept] for name, values in rows.items() if len(values)}
        if columns := getattr(self, "columns", None):
            taken["columns"] = {name: values[kept] for name, values in columns.items()}
        return replace(self, **taken)


@dataclass(frozen=True, eq=False)
class Predictions(Record):
    """Predicted labels and probabilities of tracks or of their segments.

    Attributes
    ----------
    segment
        (n_rows,) int16, `WHOLE_TRACK` where the row is a track.
    fold
        (n_rows,) uint8; the folds of a seed are scored together.
    truth, predicted
        (n_rows,) uint8, places in `labels`. `predicted` is kept beside the probabilities, so their
        rounding never changes an answer.
    probabilities
        (n_rows, n_labels) float16, or (0, n_labels) where none were handed in. Older records of
        segments hold uint8 (255 is certain), which lowers areas by up to 0.004.

    Notes
    -----
    Sizes: a track or segment with ten classes takes 20 bytes of probabilities, and 4 bytes of the
    rest after compression. Hand in only the parts that a claim needs, and no probabilities
    where labels do.
    """

    segment: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int16))
    fold: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint8))
    truth: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint8))
    predicted: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint8))
    probabilities: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float16))

    BY_ROW: ClassVar = (*Record.BY_ROW, "segment", "fold", "truth", "predicted", "probabilities")

    @classmethod
    def from_table(cls, table: pd.DataFrame, artists: Mapping[str, str | None] | pd.Series,
                   labels: Sequence[str], about: Mapping[str, object] | None = None) -> Predictions:
        """Pack a tidy table.

        Parameters
        ----------
        table
            One row a prediction: `track`, `truth`, and `predicted` or one column of probabilities
            for each label (or both); optional are `part` (default test), `segment` (default whole
            track), `seed` and `fold` (default 0).
        artists
            Artist of each track, None or NaN where unknown.
        labels
            Names of the classes, in the order in which they are kept.
        about
            See `Record`.

        Raises
        ------
        RecordError
            If a column is missing, a label or part is unknown, a probability is no number, or a row
            stands twice.
        """
        labels = [str(label) for label in labels]
        table = _completed(table, "predictions", segment=WHOLE_TRACK, fold=0)
        scored = [label for label in labels if label in table]
        missing = ", ".join(label for label in labels if label not in scored)
        _demand(len(table) > 0, "The predictions have no rows.")
        _demand("predicted" in table or not missing, f"The predictions need a column 'predicted', "
                f"or probabilities of all labels ({missing} lack).")
        table["segment"] = table["segment"].fillna(WHOLE_TRACK)
        key = ["part", "seed", "fold", "track", "segment"]
        table = table.sort_values(key, kind="stable", ignore_index=True)
        _demand(not table.duplicated(key).any(),
                "A track (or segment) stands twice in one part, seed and fold.")
        probabilities = np.zeros((0, len(labels)), np.float16)
        if not missing:
            exact = table[labels].to_numpy(np.float64)
            _demand(np.isfinite(exact).all(), "A probability is not a number.")
            _demand(((exact >= 0) & (exact <= 1.0001)).all(),
                    "A probability is not between 0 and 1.")
            probabilities = exact.astype(np.float16)
            if "predicted" not in table:
                table["predicted"] = np.array(labels)[exact.argmax(axis=1)]
        return cls(**_shared(table, artists, labels, about), segment=table["segment"].to_numpy()
                   .astype(np.int16), fold=table["fold"].to_numpy().astype(np.uint8),
                   truth=_places(table["truth"], labels, "truth"), predicted=_places(
                       table["predicted"], labels, "predicted"), probabilities=probabilities)

    @property
    def in_segments(self) -> bool:
        return bool((self.segment != WHOLE_TRACK).any())

    def scores(self, rows: np.ndarray) -> np.ndarray:
        """Return probabilities of rows as float32, (n, n_labels).

        Raises
        ------
        RecordError
            If none were kept.
        """
        _demand(len(self.probabilities),
                "This statistic needs class probabilities, and only labels were recorded.")
        kept = self.probabilities[rows]
        return kept / np.float32(255) if kept.dtype == np.uint8 else kept.astype(np.float32)

    def vote(self) -> Predictions:
        """Return one row a track: the label that most of its segments were given (of equals the
        first)."""
        keys = pd.DataFrame({n: getattr(self, n) for n in ("part", "seed", "fold", "track")})
        group = keys.groupby([*keys], sort=True).ngroup().to_numpy()
        first = np.unique(group, return_index=True)[1]
        votes = np.zeros((len(first), len(self.labels)), np.int32)
        np.add.at(votes, (group, self.predicted), 1)
        rows = {n: getattr(self, n)[first] for n in ("track", "seed", "part", "fold", "truth")}
        return replace(self, **rows, segment=np.full(len(first), WHOLE_TRACK, np.int16),
                       predicted=votes.argmax(axis=1).astype(np.uint8),
                       probabilities=np.zeros((0, len(self.labels)), np.float16))


@dataclass(frozen=True, eq=False)
class Measures(Record):
    """Numbers of tracks for statistics that are no score of a classification.

    Attributes
    ----------
    truth
        (n_tracks,) uint8, places in `labels`.
    columns
        Numbers by name, (n_rows,) float32: errors, occurrences, shares.
    vectors
        (n_rows, n_dimensions) float16: points of a space; (0, 0) where there are none.
    distances
        (n_tracks·(n_tracks − 1)/2,) float16, upper triangle by rows, divided by `largest`; empty
        where there are none.
    largest
        (1,) float64, the largest distance.

    Notes
    -----
    Notebook: 03.
    """

    truth: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint8))
    columns: Mapping[str, np.ndarray] = field(default_factory=dict)
    vectors: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float16))
    distances: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float16))
    largest: np.ndarray = field(default_factory=lambda: np.ones(1))

    BY_ROW: ClassVar = (*Record.BY_ROW, "vectors")

    @classmethod
    def from_table(cls, table: pd.DataFrame, artists: Mapping[str, str | None] | pd.Series,
                   labels: Sequence[str], vectors: np.ndarray | None = None, distances: np.ndarray
                   | None = None, about: Mapping[str, object] | None = None) -> Measures:
        """Pack a table of numbers.

        Parameters
        ----------
        table
            One row a track (and seed): `track`, `truth`, optional `seed` and `part`; every other
            column is a measure.
        artists, labels, about
            As in `Predictions.from_table`.
        vectors
            (n_rows, n_dimensions) in the order of the table.
        distances
            (n_tracks, n_tracks), symmetric, in the order of a table that has one row a track.
        """
        table = _completed(table, "measures")
        table = table.sort_values(["part", "seed", "track"], kind="stable")
        order = table.index.to_numpy()
        shared = _shared(table, artists, [str(label) for label in labels], about)
        numbers = sorted(set(table) - {"track", "truth", "seed", "part"})
        columns = {str(name): table[name].to_numpy(np.float32) for name in numbers}
        finite = all(np.isfinite(column).all() for column in columns.values())
        _demand(finite, "A measure is not a number.")
        first = np.unique(shared["track"], return_index=True)[1]
        given = {"truth": _places(table["truth"].iloc[first], labels, "truth"), "columns": columns}
        if vectors is not None:
            given["vectors"] = np.asarray(vectors)[order].astype(np.float16)
        if distances is not None:
            n = len(shared["tracks"])
            square = n == len(table) == len(distances)
            _demand(square, "Distances need a table with one row a track.")
            triangle = np.asarray(distances)[np.ix_(order, order)][np.triu_indices(n, 1)]
            largest = max(float(triangle.max()), 1e-30)
            given["distances"] = (triangle / largest).astype(np.float16)
            given["largest"] = np.array([largest])
        return cls(**shared, **given)


def save_record(record: Record, path: Path) -> None:
    """Write a record; equal records give equal bytes.

    Notebook: 04.
    """
    fields = {name: value for name, value in vars(record).items() if isinstance(value, np.ndarray)}
    arrays = {name: value for name, value in fields.items() if value.size}
    arrays |= {f"column {name}": values for name, values in getattr(record, "columns", {}).items()}
    head = {"kind": type(record).__name__, "about": dict(record.about)}
    arrays["told"] = np.frombuffer(json.dumps(head, sort_keys=True).encode(), np.uint8)

    def write(temporary: Path) -> None:
        # a file, not a name: numpy would add an ending to the name
        with open(temporary, "wb") as file:
            np.savez_compressed(file, **dict(sorted(arrays.items())))

    write_whole(path, write)


def load_record(path: Path) -> Predictions | Measures:
    """Read a record.

    Raises
    ------
    RecordError
        If the file is missing or damaged; the message names it and the mend.

    Notes
    -----
    Notebook: 05 and 09.
    """
    if not path.is_file():
        raise RecordError(f"{path.name} is missing. Run the notebook that makes it.")
    found = path.stat()
    return _read(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=16)
def _read(path: Path, *stamp: int) -> Predictions | Measures:
    """Read a record; one that several claims are computed from is read once."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        for values in arrays.values():
            values.setflags(write=False)  # several claims share them
        head = json.loads(arrays.pop("told").tobytes())
        kind = {"Predictions": Predictions, "Measures": Measures}[head["kind"]]
        columns = [name for name in arrays if name.startswith("column ")]
        if kind is Measures:
            taken = {name.removeprefix("column "): arrays.pop(name) for name in columns}
            arrays["columns"] = taken
        return kind(about=head["about"], **arrays)
    except Exception as error:  # damage shows up as errors of zip, zlib, json and numpy alike
        raise RecordError(f"{path.name} is damaged ({error}). Delete it and run its notebook "
                          "again, or restore it by git.") from error


def _completed(table: pd.DataFrame, what: str, **absent: Any) -> pd.DataFrame:
    """Return a table with the columns that may be left out."""
    for needed in ("track", "truth"):
        _demand(needed in table, f"The {what} have no column {needed!r}.")
    absent |= {"part": "test", "seed": 0}
    return table.reset_index(drop=True).assign(**{n: absent[n] for n in absent if n not in table})


def _shared(table: pd.DataFrame, artists: Mapping[str, str | None] | pd.Series,
            labels: Sequence[str], about: Mapping[str, object] | None) -> dict[str, Any]:
    """Return the fields that predictions and measures share."""
    tracks, place = np.unique(np.array(table["track"].tolist(), str), return_inverse=True)
    known = dict(artists)
    missing = [track for track in tracks if track not in known]
    _demand(not missing, f"No artist (or None) is told for {len(missing)} tracks, such as "
                         f"{missing[:1]}.")
    clusters = cluster_codes(tracks, [known[track] for track in tracks])
    return {"tracks": tracks, "clusters": clusters,
            "labels": np.array(labels), "track": place.astype(np.uint16),
            "seed": table["seed"].to_numpy().astype(np.uint16),
            "part": _places(table["part"], PARTS, "part"), "about": dict(about or {})}


def _places(column: pd.Series, names: Sequence[str], what: str) -> np.ndarray:
    place = {name: k for k, name in enumerate(names)}
    unknown = sorted(set(column) - set(place), key=str)[:1]
    _demand(not unknown, f"The column {what!r} holds {unknown}, which is none of "
                         f"{', '.join(map(str, names))}.")
    return column.map(place).to_numpy().astype(np.uint8)


def _demand(holds: object, problem: str) -> None:
    if not holds:
        raise RecordError(problem)
