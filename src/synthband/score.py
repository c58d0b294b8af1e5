"""The score: who plays which note when, before any sound is made."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np


def stream(*names: object) -> np.random.Generator:
    """A random generator that depends on names only, so that it is the same in every run.

    Python's own ``hash`` of a string changes from run to run; a cryptographic one does not.
    """
    digest = hashlib.sha256("/".join(map(str, names)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "little"))


@dataclass(frozen=True)
class Note:
    """One note of one part.

    Attributes
    ----------
    beat, beats : float
        Start and length, in beats from the start of the track.
    pitch : float
        MIDI number (69 is A at 440 Hz).
    velocity : float
        How hard it is played, 0 to 1.
    slide : float
        Semitones away from ``pitch`` where the note starts before it glides there (bends, scoops).
    late : float
        Seconds after the beat at which it really sounds (strummed strings, a hand that drags).
    """

    beat: float
    beats: float
    pitch: float
    velocity: float
    slide: float = 0.0
    late: float = 0.0


@dataclass(frozen=True)
class Hit:
    """One stroke on one drum: its beat, the drum's name, and a velocity from 0 to 1."""

    beat: float
    drum: str
    velocity: float


@dataclass(frozen=True)
class Clock:
    """Turns beats into seconds: tempo, swing and rubato.

    Attributes
    ----------
    tempo : float
        Beats a minute.
    swing : float
        Where the second half of a swung unit falls, as a share of it: 0.5 straight, 0.67 a triplet.
    unit : float
        Length of that unit in beats: 1 swings the eighths, 0.5 the sixteenths.
    rubato : float
        Depth of the slow ebb and flow of tempo, as a share of it.
    phrase : float
        Beats in one such ebb and flow.
    """

    tempo: float
    swing: float = 0.5
    unit: float = 1.0
    rubato: float = 0.0
    phrase: float = 16.0

    def seconds(self, beat: float) -> float:
        """Seconds from the start of the track at which ``beat`` falls."""
        whole, part = divmod(beat / self.unit, 1.0)
        if part < 0.5:
            part = 2 * part * self.swing
        else:
            part = self.swing + (2 * part - 1) * (1 - self.swing)
        beat = (whole + part) * self.unit
        # The derivative of this sine is the tempo curve: it presses on mid-phrase and holds back at
        # the end.
        turn = 2 * np.pi * beat / self.phrase
        sway = self.rubato * self.phrase / (2 * np.pi) * (1 - np.cos(turn) - 0.5 * np.sin(turn))
        return 60.0 / self.tempo * (beat - sway)


@dataclass(frozen=True)
class Bar:
    """One bar as its players see it.

    Attributes
    ----------
    index : int
        Bars since the start of the track.
    start, length : float
        In beats.
    section : str
        Such as ``"verse"``.
    place : int
        Bars since the start of the section.
    last : bool
        Whether the section ends with this bar (time for a fill).
    chords : tuple of Chord
        One, or several sharing the bar evenly.
    """

    index: int
    start: float
    length: int
    section: str
    place: int
    last: bool
    chords: tuple

    def chord_at(self, beat: float):
        """The chord under a beat counted from the start of the bar."""
        return self.chords[min(int(beat / self.length * len(self.chords)), len(self.chords) - 1)]


@dataclass
class Score:
    """A composed track: its clock and what each part plays."""

    clock: Clock
    metre: int
    key: int
    parts: dict[str, list[Note]] = field(default_factory=dict)
    drums: list[Hit] = field(default_factory=list)
