"""Chords and scales: the little theory that every part of a score shares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

KEYS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")

SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "blues": (0, 3, 5, 6, 7, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
}

DEGREES = {"i": 0, "ii": 2, "iii": 4, "iv": 5, "v": 7, "vi": 9, "vii": 11}

QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "5": (0, 7, 12),
    "6": (0, 4, 7, 9),
    "7": (0, 4, 7, 10),
    "9": (0, 4, 7, 10, 14),
    "maj7": (0, 4, 7, 11),
    "maj9": (0, 4, 7, 11, 14),
    "m7": (0, 3, 7, 10),
    "m9": (0, 3, 7, 10, 14),
    "m7b5": (0, 3, 6, 10),
    "dim": (0, 3, 6),
    "sus4": (0, 5, 7),
}


@dataclass(frozen=True)
class Chord:
    """A chord, as pitch classes above a root.

    Attributes
    ----------
    root : int
        Pitch class of the root, 0 (C) to 11 (B).
    intervals : tuple of int
        Semitones above the root, the root first.
    """

    root: int
    intervals: tuple[int, ...]

    @property
    def classes(self) -> tuple[int, ...]:
        """Pitch classes of the chord, 0 to 11, the root first."""
        return tuple((self.root + step) % 12 for step in self.intervals)


@cache
def chord(numeral: str, key: int) -> Chord:
    """Read a Roman numeral in a key.

    Parameters
    ----------
    numeral : str
        Such as ``"I"``, ``"ii7"``, ``"bVII"``, ``"IVmaj7"`` or ``"i5"``; small letters are minor.
    key : int
        Pitch class of the tonic.

    Returns
    -------
    Chord
    """
    accidental, letters, suffix = re.fullmatch(r"([b#]?)([ivIV]+)(.*)", numeral).groups()
    root = key + DEGREES[letters.lower()] + {"b": -1, "#": 1, "": 0}[accidental]
    minor = letters.islower() and suffix in ("", "7", "9")
    return Chord(root % 12, QUALITIES["m" + suffix if minor else suffix])


def nearest(pitch: float, classes: tuple[int, ...]) -> int:
    """The MIDI pitch closest to ``pitch`` among the given pitch classes (the lower one of two)."""
    near = round(pitch)
    return min(
        (near + step for step in range(-6, 7) if (near + step) % 12 in classes),
        key=lambda candidate: (abs(candidate - pitch), candidate),
    )


def ladder(key: int, scale: str, low: int, high: int) -> list[int]:
    """Every MIDI pitch of a scale between ``low`` and ``high``, rising."""
    classes = {(key + step) % 12 for step in SCALES[scale]}
    return [pitch for pitch in range(low, high + 1) if pitch % 12 in classes]


def voicing(harmony: Chord, centre: float, previous: tuple[int, ...] = ()) -> tuple[int, ...]:
    """Spread a chord around ``centre``, each voice moving little from the chord before.

    Parameters
    ----------
    harmony : Chord
    centre : float
        MIDI pitch that the middle of the chord should sit at.
    previous : tuple of int
        The voicing before this one, or empty.

    Returns
    -------
    tuple of int
        Rising MIDI pitches, as many as the chord has tones.
    """
    best, cost = (), float("inf")
    for turn in range(len(harmony.intervals)):
        # An inversion starts on another tone of the chord and stacks the rest above it.
        classes = harmony.classes[turn:] + harmony.classes[:turn]
        for bottom in range(int(centre) - 12, int(centre) + 3):
            if bottom % 12 != classes[0]:
                continue
            pitches = [bottom]
            for wanted in classes[1:]:
                pitches.append(pitches[-1] + (wanted - pitches[-1] - 1) % 12 + 1)
            # A pile of wrapped ninths can grow too tall to be one hand's chord.
            tall = max(0, pitches[-1] - pitches[0] - 14)
            here = abs(sum(pitches) / len(pitches) - centre) + 0.3 * tall
            if len(previous) == len(pitches):
                here += sum(abs(a - b) for a, b in zip(previous, pitches)) / len(pitches)
            if here < cost:
                best, cost = tuple(pitches), here
    return best
