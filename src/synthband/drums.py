"""A drum kit: strokes of the sound font's kits, tuned and damped as an act likes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from synthband import soundfont
from synthband.soundfont import RATE

#: Drum to its key in General MIDI, and its gain: the font's metal is shy.
DRUMS = {
    "kick": (36, 1.0), "hard kick": (35, 1.2), "snare": (38, 1.0), "tight snare": (40, 1.0),
    "rim": (37, 1.0), "clap": (39, 1.0), "hat": (42, 2.5), "pedal hat": (44, 3.0),
    "open hat": (46, 3.5), "ride": (51, 2.0), "bell": (53, 2.5), "crash": (49, 2.0),
    "low tom": (41, 0.8), "tom": (45, 0.9), "high tom": (48, 1.2), "tambourine": (54, 1.0),
    "cowbell": (56, 1.2), "conga": (63, 0.8), "low conga": (64, 0.8), "shaker": (82, 1.2),
    "brush": (40, 4.0), "brush tap": (38, 4.0), "scratch": (29, 2.5), "back scratch": (30, 2.5),
}

BRUSHES = 40  # the kit that is played with brushes


@dataclass(frozen=True)
class Kit:
    """The kit of one act.

    Attributes
    ----------
    program : int
        Kit of the font.
    tune : float
        Semitones by which it is tuned up.
    damp : float
        Factor on how long everything rings.
    """

    program: int = 0
    tune: float = 0.0
    damp: float = 1.0

    def sound(self, drum: str, take: int) -> np.ndarray:
        """Samples of one stroke at full velocity, the first or second of two takes."""
        program = BRUSHES if drum.startswith("brush") else self.program
        tune = round(self.tune + 0.15 * take, 1)
        return _stroke(program, drum, tune, round(self.damp, 1))


@lru_cache(maxsize=1000)
def _stroke(program: int, drum: str, tune: float, damp: float) -> np.ndarray:
    key, gain = DRUMS[drum]
    wave = gain * soundfont.note(program, key, 0.05, 1.4, np.full(8, tune), soundfont.DRUMS)
    return wave * np.exp(-np.arange(len(wave)) / RATE * 3.5 / damp)
