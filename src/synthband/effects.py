"""What a studio does to sound once it is played. All take and give float64 samples at 22 050 Hz."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy  # loads its parts when they are first used: not every reader of the catalogue renders

from synthband.soundfont import NYQUIST, RATE


def equalise(samples: np.ndarray, curve: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Filter by a gain curve: ``curve`` takes frequencies in Hz and returns decibels."""
    size = scipy.fft.next_fast_len(len(samples) + 2048, real=True)
    hertz = np.linspace(0, NYQUIST, size // 2 + 1)
    spectrum = scipy.fft.rfft(samples, size) * 10 ** (curve(np.maximum(hertz, 10.0)) / 20)
    return scipy.fft.irfft(spectrum, size)[: len(samples)]


def band(low: float, high: float, order: int = 2) -> Callable[[np.ndarray], np.ndarray]:
    """A gain curve that passes ``low`` to ``high`` Hz, with Butterworth's slopes."""
    return lambda hertz: (
        -10 * np.log10((1 + (low / hertz) ** (2 * order)) * (1 + (hertz / high) ** (2 * order)))
    )


def cabinet(hertz: np.ndarray) -> np.ndarray:
    """Gain curve of a guitar loudspeaker: no deep bass, a hump of presence, little above 5 kHz."""
    hump = 5 * np.exp(-(np.log2(hertz / 2600) ** 2)) - 4 * np.exp(-(np.log2(hertz / 500) ** 2) * 2)
    return band(85, 4800, 3)(hertz) + hump


def drive(samples: np.ndarray, amount: float) -> np.ndarray:
    """Overdrive: push the sound into a soft ceiling that flattens, and so brightens, what is loud.

    Parameters
    ----------
    samples : (n,) ndarray
    amount : float
        Gain before the ceiling, over the level that just reaches it; 1 is gentle, 20 a wall.
    """
    level = np.sqrt(np.mean(samples**2)) + 1e-9
    # New harmonics reach past half the sampling rate and would fold back: work at twice the rate.
    fine = scipy.signal.resample_poly(samples * (amount / (3 * level)), 2, 1)
    # The offset makes the two half-waves differ, as a valve does; it adds even harmonics.
    bent = np.tanh(fine + 0.15) - np.tanh(0.15)
    return scipy.signal.resample_poly(bent, 1, 2)[: len(samples)]


def echo(samples: np.ndarray, delay: float, feedback: float, level: float) -> np.ndarray:
    """Tape echo: repeats ``delay`` seconds apart, each weaker and duller than the last."""
    out = samples.copy()
    wet = samples
    step = int(delay * RATE)
    for repeat in range(4):
        wet = scipy.signal.lfilter([0.45], [1, -0.55], wet) * (feedback if repeat else level)
        out[step * (repeat + 1) :] += wet[: len(out) - step * (repeat + 1)]
    return out


def rotate(samples: np.ndarray, rate: float, depth: float) -> np.ndarray:
    """A turning loudspeaker: pitch and loudness waver at ``rate`` Hz, by ``depth`` (0 to 1)."""
    here = np.arange(len(samples))
    turn = np.sin(2 * np.pi * rate / RATE * here)
    moved = np.interp(here - 20 * depth * (1 + turn), here, samples)
    return 0.4 * samples + moved * (0.6 + 0.35 * depth * turn)


def reverberate(
    samples: np.ndarray, seconds: float, level: float, rng: np.random.Generator
) -> np.ndarray:
    """Add a room: noise that dies away, faster at high frequencies, as its echo.

    Parameters
    ----------
    samples : (n,) ndarray
    seconds : float
        Reverberation time, to fall by 60 dB.
    level : float
        Of the room against the direct sound.
    rng : Generator
        Makes the room; the same room for all tracks of one act.
    """
    t = np.arange(int(1.1 * seconds * RATE)) / RATE
    dull = scipy.signal.lfilter([0.3], [1, -0.7], rng.normal(size=len(t))) * 1.9
    bright = rng.normal(size=len(t))
    room = dull * np.exp(-6.9 * t / seconds) + 0.7 * bright * np.exp(-12 * t / seconds)
    # The first sound back has crossed the room once.
    room *= np.clip((t - 0.008) / 0.02, 0, 1)
    for _ in range(8):
        room[rng.integers(200, 1600)] += rng.choice((-6, 6))
    room /= np.sqrt(np.sum(room**2))
    return samples + level * scipy.signal.fftconvolve(samples, room)[: len(samples)]


def crackle(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Dust and wear in the groove of a record: a few clicks a second over a low surface noise."""
    level = np.sqrt(np.mean(samples**2))
    dust = np.zeros(len(samples))
    clicks = rng.integers(len(samples), size=len(samples) // 2500)
    dust[clicks] = rng.exponential(1.5, len(clicks)) * rng.choice((-1.0, 1.0), len(clicks))
    surface = 0.03 * rng.normal(size=len(samples))
    return samples + level * scipy.signal.lfilter([1, -0.4], [1, -0.5, 0.3], dust + surface)


def compress(samples: np.ndarray, ratio: float) -> np.ndarray:
    """Even out loud and soft over tenths of a second, by ``ratio`` (1 leaves it alone)."""
    hop = 256
    frames = samples[: len(samples) // hop * hop].reshape(-1, hop)
    level = np.sqrt(np.mean(frames**2, axis=1) + 1e-9)
    level = scipy.signal.filtfilt([0.12], [1, -0.88], level)
    gain = np.maximum(level, 0.1 * level.mean()) ** (1 / ratio - 1)
    centres = (np.arange(len(frames)) + 0.5) * hop
    return samples * np.interp(np.arange(len(samples)), centres, gain)


def settle(samples: np.ndarray, level: float, ceiling: float = 0.94) -> np.ndarray:
    """Bring a mix to an RMS ``level`` (dB re full scale), with peaks rounded under ``ceiling``."""
    for _ in range(2):
        # Rounding the peaks takes a little loudness, hence a second turn.
        samples = samples * (10 ** (level / 20) / (np.sqrt(np.mean(samples**2)) + 1e-12))
        loud = np.abs(samples)
        knee = 0.6 * ceiling
        over = np.maximum(loud - knee, 0.0)
        rounded = knee + (ceiling - knee) * np.tanh(over / (ceiling - knee))
        samples = np.where(loud > knee, np.sign(samples) * rounded, samples)
    return samples
