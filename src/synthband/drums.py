"""A drum kit: each drum a recipe of swept sines, shaped noise and clashing partials."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # loads its parts when they are first used: not every reader of the catalogue renders

from synthband.instruments import RATE


def _time(seconds: float) -> np.ndarray:
    """Sample times in seconds."""
    return np.arange(int(seconds * RATE)) / RATE


def _decay(t: np.ndarray, seconds: float) -> np.ndarray:
    """A fall by 60 dB in ``seconds``, with a millisecond's rise so that it does not click."""
    return np.exp(-6.9 * t / seconds) * np.clip(t / 0.001, 0, 1)


def _noise(t: np.ndarray, low: float, high: float, rng: np.random.Generator) -> np.ndarray:
    """Noise between two frequencies in Hz, at an RMS near 0.3."""
    limits = (low, min(high, 0.98 * RATE / 2))
    sections = scipy.signal.butter(2, limits, "bandpass", fs=RATE, output="sos")
    wave = scipy.signal.sosfilt(sections, rng.normal(size=len(t)))
    return 0.3 * wave / (np.sqrt(np.mean(wave**2)) + 1e-9)


def _clang(t: np.ndarray, base: float, count: int, rng: np.random.Generator) -> np.ndarray:
    """Partials at no simple ratio to each other, as a cymbal has."""
    wave = np.zeros_like(t)
    for hertz in base * np.sort(rng.uniform(1, 5.5, count)):
        if hertz < 10000:
            partial = np.sin(2 * np.pi * hertz * t + rng.uniform(0, 6.28))
            wave += partial * np.exp(-t * rng.uniform(2, 9))
    return 0.45 * wave / np.sqrt(count)


@dataclass(frozen=True)
class Kit:
    """The kit of one act.

    Attributes
    ----------
    tune : float
        Factor on the pitch of skins and shells.
    damp : float
        Factor on how long everything rings.
    snap : float
        Share of wires and noise in the snare, 0 to 1.
    metal : float
        Factor on the pitch of hats and cymbals.
    machine : float
        0 (played) to 1 (a drum machine: purer, deeper kick, thin hats).
    """

    tune: float = 1.0
    damp: float = 1.0
    snap: float = 0.6
    metal: float = 1.0
    machine: float = 0.0

    def sound(self, drum: str, rng: np.random.Generator) -> np.ndarray:
        """Samples of one stroke at full velocity."""
        return getattr(self, drum.replace(" ", "_"))(rng)

    def kick(self, rng):
        t = _time((0.35 + 0.4 * self.machine) * self.damp)
        # The skin is stretched by the blow, so its pitch starts high and falls.
        fall = (2.6 + 3.0 * (1 - self.machine)) * (1 - np.exp(-t * 34)) * self.tune
        sweep = 48 * self.tune * t + fall
        body = np.sin(2 * np.pi * sweep) * _decay(t, (0.4 + 0.5 * self.machine) * self.damp)
        click = _noise(t, 1500, 6000, rng) * _decay(t, 0.025) * (1.3 - 0.8 * self.machine)
        return np.tanh(1.6 * body) + click

    def metal_kick(self, rng):
        t = _time(0.22)
        sweep = 58 * self.tune * t + 3.0 * (1 - np.exp(-t * 50))
        body = np.sin(2 * np.pi * sweep) * _decay(t, 0.25)
        return np.tanh(1.6 * body) + 2.2 * _noise(t, 2500, 8000, rng) * _decay(t, 0.03)

    def snare(self, rng):
        t = _time(0.35 * self.damp)
        body = np.sin(2 * np.pi * (185 * self.tune * t + 0.8 * (1 - np.exp(-t * 60))))
        body = (body + 0.6 * np.sin(2 * np.pi * 330 * self.tune * t)) * _decay(t, 0.16 * self.damp)
        wires = _noise(t, 900, 9500, rng) * _decay(t, 0.32 * self.damp)
        return 0.9 * (1 - 0.5 * self.snap) * body + 2.0 * self.snap * wires

    def rim(self, rng):
        t = _time(0.09)
        wave = np.sin(2 * np.pi * 1700 * self.tune * t)
        wave += 0.8 * np.sin(2 * np.pi * 820 * self.tune * t)
        return 0.5 * wave * _decay(t, 0.06) + _noise(t, 1500, 7000, rng) * _decay(t, 0.03)

    def clap(self, rng):
        t = _time(0.3 * self.damp)
        level = _decay(t, 0.25 * self.damp) * 0.7
        for late in (0.0, 0.011, 0.021):
            # Several hands never meet at once.
            level = level + np.where(t >= late, np.exp(-(t - late) * 220), 0)
        return 0.9 * _noise(t, 800, 4500, rng) * level

    def hat(self, rng):
        t = _time(0.09 * self.damp)
        ring = _clang(t, 3000 * self.metal, 14, rng)
        return (1.2 * _noise(t, 5500 * self.metal, 10800, rng) + ring) * _decay(t, 0.08 * self.damp)

    def open_hat(self, rng):
        t = _time(0.45 * self.damp)
        ring = _clang(t, 2800 * self.metal, 18, rng)
        return (1.2 * _noise(t, 4500 * self.metal, 10800, rng) + ring) * _decay(t, 0.55 * self.damp)

    def ride(self, rng):
        t = _time(0.8)
        ring = _clang(t, 1700 * self.metal, 24, rng) * _decay(t, 1.6 * self.damp)
        stick = _noise(t, 3500, 9000, rng) * _decay(t, 0.035)
        return 1.0 * ring + 1.4 * stick + 0.35 * _noise(t, 5000, 10500, rng) * _decay(t, 0.9)

    def crash(self, rng):
        t = _time(1.4)
        wash = _noise(t, 1800 * self.metal, 10500, rng) * _decay(t, 1.7 * self.damp)
        return 1.4 * wash + _clang(t, 1200 * self.metal, 24, rng) * _decay(t, 1.8)

    def tom(self, rng, pitch=110.0):
        t = _time(0.45 * self.damp)
        sweep = pitch * self.tune * t + 1.2 * (1 - np.exp(-t * 30))
        body = np.sin(2 * np.pi * sweep) + 0.4 * np.sin(2 * np.pi * 1.6 * sweep)
        stick = 0.7 * _noise(t, 600, 5000, rng) * _decay(t, 0.04)
        return body * _decay(t, 0.45 * self.damp) + stick

    def low_tom(self, rng):
        return self.tom(rng, 78.0)

    def high_tom(self, rng):
        return self.tom(rng, 155.0)

    def brush(self, rng):
        t = _time(0.3)
        return 0.9 * _noise(t, 1500, 8000, rng) * np.sin(np.pi * t / 0.3) ** 1.5

    def brush_tap(self, rng):
        t = _time(0.16)
        shell = np.sin(2 * np.pi * 200 * self.tune * t) * _decay(t, 0.1)
        return 0.5 * shell + 1.2 * _noise(t, 900, 8000, rng) * _decay(t, 0.13)

    def shaker(self, rng):
        t = _time(0.1)
        return _noise(t, 5000, 10500, rng) * np.sin(np.pi * t / 0.1) ** 2

    def tambourine(self, rng):
        t = _time(0.2)
        jingles = _clang(t, 4200 * self.metal, 12, rng)
        return (jingles + 0.8 * _noise(t, 6000, 10800, rng)) * _decay(t, 0.2)

    def conga(self, rng):
        t = _time(0.3)
        skin = np.sin(2 * np.pi * (240 * self.tune * t + 0.5 * (1 - np.exp(-t * 80))))
        return skin * _decay(t, 0.25) + 0.6 * _noise(t, 800, 5000, rng) * _decay(t, 0.02)
