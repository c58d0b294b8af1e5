"""Five ways to spoil a sound by a known amount, to hear what a distance makes of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from genrelab.corpora import SAMPLE_RATE
from genrelab.runtime import generator


def add_noise(y: np.ndarray, snr: float, seed: int = 0) -> np.ndarray:
    """Add white noise at a signal-to-noise ratio of `snr` dB.

    Notebook: 04.
    """
    noise = generator(seed, "noise").normal(size=y.shape)
    return (y + noise * np.sqrt(np.mean(y**2) / 10 ** (snr / 10))).astype(np.float32)


def change_gain(y: np.ndarray, decibels: float) -> np.ndarray:
    """Make a sound softer (negative) or louder."""
    return (y * 10 ** (decibels / 20)).astype(np.float32)


def low_pass(y: np.ndarray, cutoff: float) -> np.ndarray:
    """Take away what lies above `cutoff` Hz (Butterworth, order 8, forwards and backwards: no
    delay).

    Notebook: 00.
    """
    from scipy.signal import butter, sosfiltfilt

    return sosfiltfilt(butter(8, cutoff, fs=SAMPLE_RATE, output="sos"), y).astype(np.float32)


def shift_time(y: np.ndarray, milliseconds: float) -> np.ndarray:
    """Let a sound begin later; what is pushed over the end comes in at the beginning."""
    return np.roll(y, round(milliseconds * SAMPLE_RATE / 1000))


def clip(y: np.ndarray, share: float) -> np.ndarray:
    """Cut off the largest `share` of all samples at one level, as an overdriven amplifier does."""
    level = np.quantile(np.abs(y), 1 - share)
    return np.clip(y, -level, level).astype(np.float32)


class Distortion(NamedTuple):
    """A way to spoil a sound, with its steps from mild to strong.

    Attributes
    ----------
    apply
        From a sound and a step to the spoilt sound.
    steps
        The amounts, mild ones first.
    label
        How an amount is written, such as ``"{:g} dB"``.
    """

    apply: Callable[[np.ndarray, float], np.ndarray]
    steps: tuple[float, ...]
    label: str


DISTORTIONS = {
    "noise": Distortion(add_noise, (40, 30, 20, 10), "white noise, {:g} dB below the music"),
    "gain": Distortion(change_gain, (-3, -6, -12, -24), "{:g} dB"),
    "low-pass": Distortion(low_pass, (8000, 4000, 2000, 1000), "nothing above {:g} Hz"),
    "time-shift": Distortion(shift_time, (25, 100, 400, 1600), "{:g} ms later"),
    "clipping": Distortion(
        clip, (0.001, 0.01, 0.1, 0.4), "the largest {:.1%} of the samples cut off"),
}
"""The distortions of notebook 06."""
