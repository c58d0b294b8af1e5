"""Single notes from a sound font: recorded instruments, played at any pitch by `tinysoundfont`.

The font is TimGM6mb by Tim Brechbill (2004, GPL 2), which the package `pretty_midi` brings: 128
instruments in the numbering of General MIDI, and eight drum kits, in 6 MB.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import scipy  # loads its parts when they are first used: not every reader of the catalogue renders

RATE = 22050
NYQUIST = RATE / 2
FINE = 2  # the font is read at this multiple of the rate, so that little folds back
CONTROL = 128  # samples between two values of a bend
RANGE = 12  # semitones that a bend reaches either way
DRUMS = 128  # bank of the drum kits
FADE = 1024  # samples in which the player lets a note that is cut off fade, into the next one


def font() -> Path:
    """Where the sound font lies.

    Raises
    ------
    FileNotFoundError
        If it is missing, or the package that brings it.
    """
    package = find_spec("pretty_midi")
    path = Path(package.origin).with_name("TimGM6mb.sf2") if package else None
    if path is None or not path.is_file():
        raise FileNotFoundError(
            "The sound font of the course's band, TimGM6mb.sf2, comes with the package pretty_midi "
            "and is missing. To get it: `make setup`, or `pip install pretty_midi==0.2.11.post0`."
        )
    return path


@cache
def _player() -> tuple:
    """The synthesiser of this process with the font loaded, and the font's number in it.

    Raises
    ------
    ModuleNotFoundError
        If `tinysoundfont` is missing. A plain `pip install` of the course leaves it out, because it
        asks for pyaudio, which pip cannot install without a compiler, and which nobody needs here.
    """
    try:
        import tinysoundfont
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "The course's band plays its sound font with the package tinysoundfont, which is "
            "missing. To get it: `make setup`, or `pip install --no-deps tinysoundfont==0.3.7`.",
            name="tinysoundfont",
        ) from error
    synth = tinysoundfont.Synth(samplerate=FINE * RATE)
    return synth, synth.sfload(str(font()), max_voices=8)


def note(
    program: int, pitch: float, seconds: float, tail: float, bend: np.ndarray | None = None,
    bank: int = 0,
) -> np.ndarray:
    """Play one note.

    Parameters
    ----------
    program : int
        Instrument, in the numbering of General MIDI from 0, or drum kit.
    pitch : float
        MIDI number; parts of a semitone are tuned.
    seconds : float
        Until the key is let go.
    tail : float
        Seconds that are heard of what rings after that.
    bend : ndarray
        Semitones above `pitch`, one for every `CONTROL` samples; the last one stays.
    bank : int
        0, or `DRUMS`.

    Returns
    -------
    ndarray of float64
        Mono samples at `RATE`, those of a note at full strength.
    """
    synth, number = _player()
    synth.sounds_off()
    synth.generate(FADE)
    synth.program_select(0, number, bank, program, bank == DRUMS)
    key = round(pitch)
    synth.set_tuning(0, pitch - key)
    synth.pitchbend_range(0, RANGE)
    synth.pitchbend(0, 8192)
    held, rest = round(seconds * RATE), round(tail * RATE)
    blocks = []
    for place, semitones in enumerate(() if bend is None else bend[: held // CONTROL]):
        synth.pitchbend(0, int(8192 + 8191 * np.clip(semitones / RANGE, -1, 1)))
        if not place:
            synth.noteon(0, key, 120)
        blocks.append(np.frombuffer(synth.generate(CONTROL * FINE), np.float32))
    if not blocks:
        synth.noteon(0, key, 120)
    blocks.append(np.frombuffer(synth.generate(FINE * max(held - CONTROL * len(blocks), 1)),
                                np.float32))
    synth.noteoff(0, key)
    blocks.append(np.frombuffer(synth.generate(FINE * max(rest, 1)), np.float32))
    both = np.concatenate(blocks)
    samples = 0.5 * (both[::2] + both[1::2])
    return scipy.signal.resample_poly(samples, 1, FINE).astype(np.float64)
