"""A corpus: a table of tracks, and the way to their sound and pictures."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from genrelab.corpora.audio import AudioError, Content, read_audio, read_content, read_contents
from genrelab.corpora.pictures import read_picture
from genrelab.runtime import printable


class Problem(NamedTuple):
    """A row of `Corpus.problems`: a file, why it is not used, and what mends that."""

    file: str
    problem: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}: {self.problem}. {self.mend}"


PURPOSES = {"train": "to learn from", "valid": "to choose by", "test": "to test"}
"""What the parts of a split are for."""


class CorpusError(ValueError):
    """A folder that cannot be taken as a corpus; the message names it and the mend."""


class CorpusLacks(CorpusError):
    """A corpus that is in order but lacks what a notebook needs; the report then skips the
    notebook.

    Notebook: 03.
    """


@dataclass(frozen=True)
class Corpus:
    """Music with genre labels.

    Attributes
    ----------
    name
        ``"synthetic"``, ``"gtzan"`` or the name of the folder.
    root
        The folder that `path` in `tracks` is relative to.
    tracks
        One row a track, indexed by track id (``"blues.00012"``): `genre`, `path`, `artist` and
        `title` (may be missing), `performers` (names in the credit, separated by ``;``), `group`
        (all artists who are linked by a joint credit, else the track itself), `split` (train,
        valid, test or removed), `duplicate_of` (the id of the copy that is kept, or missing),
        `seconds`; further columns of the folder's own `tracks.csv` follow.
    problems
        One row for each file that was left out or is missing: `file`, `problem`, `mend`.
    audio_kind
        What the sound is: ``"pcm"``, ``"mp3-32k"``, ``"mixed (mp3, pcm)"`` …; results from re-coded
        audio are not results from the original.
    notices
        Sentences that a reader of any result should know.
    table_note
        What was understood of the folder's `tracks.csv`, in a sentence.
    """

    name: str
    root: Path
    tracks: pd.DataFrame
    problems: pd.DataFrame
    audio_kind: str
    pictures: dict[str, str] = field(default_factory=dict, repr=False)
    notices: tuple[str, ...] = ()
    table_note: str = ""

    @property
    def genres(self) -> list[str]:
        """The genres in alphabetical order."""
        return sorted(self.tracks["genre"].unique())

    @property
    def is_synthetic(self) -> bool:
        return self.name == "synthetic"

    def audio(self, track: str) -> np.ndarray:
        """Return the sound of a track: (n_samples,) float32, mono, 22 050 Hz, at its own level.

        Raises
        ------
        KeyError
            If the corpus has no such track.
        AudioError
            If the file cannot be decoded any more.
        """
        return read_audio(self.path(track))

    def picture(self, track: str) -> np.ndarray | None:
        """Return the published mel-spectrogram picture of a track, (216, 334) float32 in [0, 1], or
        None.

        None means that the corpus has no picture of this track;
        `features.pictures.picture_of_sound` computes one from the sound.
        """
        self.path(track)
        if track not in self.pictures:
            return None
        return read_picture(self.root / self.pictures[track])

    def path(self, track: str) -> Path:
        """Return where the sound file of a track lies."""
        if track not in self.tracks.index:
            named = f"its tracks are named like {', '.join(self.tracks.index[:3])}"
            raise KeyError(f"the corpus {self.name!r} has no track {track!r}; {named}")
        return self.root / self.tracks.at[track, "path"]

    def content(self, track: str) -> Content:
        """Return hash, peak, level and clipping of a track."""
        return read_content(self.path(track))

    def contents(self) -> dict[str, Content | AudioError]:
        """Return hash, peak, level and clipping of every track, or what is wrong with it; decodes
        all at first.

        Each file is looked at once for a corpus that is loaded; load it again to hear of files that
        have changed since.
        """
        return dict(self._contents)

    @cached_property
    def _contents(self) -> dict[str, Content | AudioError]:
        paths = [self.path(track) for track in self.tracks.index]
        return dict(zip(self.tracks.index, read_contents(paths)))

    def lacks(
        self,
        *,
        artists: int = 0,
        groups: int = 0,
        genres: int = 1,
        seconds: float = 0,
        tracks: int = 0,
        in_all: int = 0,
        parts: Mapping[str, int] | None = None,
        train_of_each: int = 0,
    ) -> str:
        """Say in one sentence what the corpus lacks of a need, or return an empty string.

        Tracks that are removed from the split count for nothing but `seconds`.

        Parameters
        ----------
        artists
            How many artists must be known in each genre.
        groups
            The same, but where not one artist of the corpus is known, each track counts as an
            artist of its own.
        genres
            How many genres there must be.
        seconds
            How long the shortest track must be.
        tracks
            How many tracks each genre must have, where exact copies of each other count as one.
        in_all
            How many tracks there must be in all.
        parts
            How many tracks must be in a part of the split: ``{"train": 8, "valid": 1}``.
        train_of_each
            How many tracks of each genre must be in train.
        """
        used = self.tracks[self.tracks["split"] != "removed"]
        there = sorted(used["genre"].unique())
        if len(there) < genres:
            return self._too_few_genres(there, genres)
        named = used[used["artist"].notna()]
        known = named.groupby("genre")["group"].nunique().reindex(self.genres, fill_value=0)
        if len(named):
            artists = max(artists, groups)
        if artists and known.min() < artists:
            few = f"{_counted(known.min(), 'artist')} {'is' if known.min() == 1 else 'are'} known"
            mend = "Name them in a tracks.csv with the columns track and artist"
            return (f"Of {known.idxmin()} {few}; {artists} in each genre are needed. {mend} "
                    f"(tracks are named like {self.tracks.index[0]}).")
        fewest = self._count(used[~used["duplicate_of"].isin(used.index)])
        needed = max(tracks, groups)
        if fewest.min() < needed:
            has = _has(fewest, self._count(self.tracks))
            return f"{has}; at least {needed} are needed. Add tracks."
        if len(used) < in_all:
            there = f"There are {_counted(len(used), 'track')} in all"
            return f"{there}; at least {in_all} are needed. Add tracks."
        return self._lacks_parts(used, parts or {}, train_of_each) or self._lacks_seconds(seconds)

    def _too_few_genres(self, there: list[str], genres: int) -> str:
        lost = [genre for genre in self.genres if genre not in there]
        aside = [f"all tracks of {', '.join(lost)} are removed from the split"] if lost else []
        if len(self.problems):
            files = _counted(len(self.problems), "file")
            aside.append(f"{files} cannot be used, as notebook 00 lists")
        why = f" ({'; '.join(aside)})" if aside else ""
        found = f"The corpus has too few genres ({', '.join(there) or 'none'})"
        return f"{found}; {genres} are needed{why}. Add genre folders."

    def _count(self, tracks: pd.DataFrame) -> pd.Series:
        """Return how many of some tracks each genre of the corpus has."""
        return tracks["genre"].value_counts().reindex(self.genres, fill_value=0)

    def _lacks_parts(self, used: pd.DataFrame, parts: Mapping[str, int], train_of_each: int) -> str:
        what = "tracks of further artists" if used["artist"].notna().any() else "tracks"
        mend = f"Add {what}, or put some there by the column split of a tracks.csv."
        learned = self._count(used[used["split"] == "train"])
        if learned.min() < train_of_each:
            few = f"{learned.idxmin()} has {_counted(learned.min(), 'track')} to learn from (train)"
            return f"{few}; at least {train_of_each} are needed. {mend}"
        for part, needed in parts.items():
            found = int((used["split"] == part).sum())
            if found < needed:
                there = f"The split has {_counted(found, 'track')} {PURPOSES[part]} ({part})"
                return f"{there}; at least {needed} {'is' if needed == 1 else 'are'} needed. {mend}"
        return ""

    def _lacks_seconds(self, seconds: float) -> str:
        shortest = self.tracks["seconds"].min()
        if shortest >= seconds:
            return ""
        track = self.tracks["seconds"].idxmin()
        lasts = math.floor(10 * shortest) / 10  # never rounded up to what is needed
        needed = f"at least {seconds:g} s are needed"
        return f"{track} lasts {lasts:.1f} s; {needed}. Take short files out."

    def require(self, **needs) -> None:
        """Raise `CorpusLacks` with the reason if the corpus lacks a need; the needs are those of
        `lacks`."""
        if reason := self.lacks(**needs):
            raise CorpusLacks(reason)


def _counted(number: int, what: str) -> str:
    """Return ``"1 track"`` or ``"2 tracks"``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _has(used: pd.Series, all_of: pd.Series) -> str:
    """Say how many tracks the genre with the fewest has, and how many are set aside, if some
    are."""
    genre = used.idxmin()
    aside = all_of[genre] - used[genre]
    has = f"{genre} has {_counted(used[genre], 'track')}"
    what = "is an exact copy or removed" if aside == 1 else "are exact copies or removed"
    return f"{has} (without {aside} that {what})" if aside else has


def problem_row(root: Path, error: AudioError) -> Problem:
    """Return file (relative to the corpus, on one line), problem and mend of an error."""
    file = printable(error.path.relative_to(root).as_posix())
    file += "/" if os.path.isdir(error.path) else ""
    return Problem(file, error.problem, f"{error.mend}.")


def list_problems(problems: list[Problem]) -> str:
    """Return the first problems on lines of their own, for the end of an error message."""
    return "".join(f"\n  {problem}" for problem in problems[:5])
