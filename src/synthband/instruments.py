"""Instruments: what plays the pitched parts of a score.

``Sampled`` is an instrument of the sound font, ``Voice`` a singer made of vowels, for a font has no
words. Each has one method, ``play(pitch, seconds, velocity, rng, slide)``. It takes a MIDI pitch,
the seconds until the note is let go, a velocity from 0 to 1, a random generator and a slide in
semitones (where the note starts, seen from its pitch); it gives float64 samples at `RATE` that
outlast the note by its release.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy  # loads its parts when they are first used: not every reader of the catalogue renders

from synthband import soundfont
from synthband.soundfont import NYQUIST, RATE

CONTROL = 64  # samples between two values of a voice's slow curves
TABLE = 2048  # samples in one period of a wavetable

# Peaks of the vocal tract for sung vowels: (centre, width, gain), in Hz, Hz and amplitude.
VOWELS = {
    "a": ((800, 90, 1), (1200, 110, 0.6), (2700, 170, 0.28), (3600, 250, 0.16), (4900, 400, 0.09)),
    "e": ((450, 70, 1), (1900, 120, 0.42), (2600, 170, 0.3), (3500, 250, 0.18), (4900, 400, 0.09)),
    "i": ((320, 60, 1), (2200, 130, 0.32), (2950, 180, 0.3), (3700, 250, 0.18), (5000, 400, 0.09)),
    "o": ((480, 70, 1), (850, 90, 0.55), (2500, 170, 0.14), (3400, 250, 0.09), (4800, 400, 0.05)),
    "u": ((350, 60, 1), (700, 80, 0.3), (2400, 170, 0.1), (3300, 250, 0.06), (4800, 400, 0.04)),
}


def fade(samples: np.ndarray, release: float) -> np.ndarray:
    """Let the last ``release`` seconds of a note die away, in place."""
    tail = min(int(release * RATE), len(samples))
    if tail:
        samples[-tail:] *= 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, tail))
    return samples


def brighten(samples: np.ndarray, amount: float) -> np.ndarray:
    """Raise what lies above some 1 kHz by a factor of ``1 + amount``, or lower it."""
    if not amount:
        return samples
    low = scipy.signal.lfilter([0.25], [1, -0.75], samples)
    return samples + amount * (samples - low)


@dataclass(frozen=True)
class Sampled:
    """An instrument of the sound font.

    Attributes
    ----------
    program : int
        Its number in General MIDI, from 0.
    release : float
        Seconds from the note's end to silence.
    vibrato, rate : float
        Depth in semitones and speed in Hz; it sets in after a moment.
    glide : float
        Seconds that a slide into the note takes.
    octave : int
        Octaves by which it sounds above what is written.
    """

    program: int
    release: float = 0.12
    vibrato: float = 0.0
    rate: float = 5.3
    glide: float = 0.07
    octave: int = 0

    def play(self, pitch, seconds, velocity, rng, slide=0.0) -> np.ndarray:
        """Samples of one note; the head of this file tells what goes in."""
        pitch = pitch + 12 * self.octave
        soft = velocity < 0.6
        if slide or (self.vibrato and seconds > 0.35):
            wave = soundfont.note(self.program, pitch, seconds, self.release,
                                  self.bend(seconds, rng, slide))
            wave = brighten(wave, -0.35) if soft else wave
        else:
            # Two takes of each note, a little apart: no player meets the same pitch twice.
            take = pitch + (0.03 if rng.uniform() < 0.5 else -0.03)
            whole = _take(self.program, round(take, 2), _longer(seconds + self.release), soft)
            wave = whole[: int((seconds + self.release) * RATE)].copy()
        return fade(wave, self.release) * velocity

    def bend(self, seconds: float, rng: np.random.Generator, slide: float) -> np.ndarray:
        """Semitones above the written pitch: a slide into the note, then vibrato."""
        clock = np.arange(int(seconds * RATE) // soundfont.CONTROL + 1)
        clock = clock * (soundfont.CONTROL / RATE)
        onset = np.clip((clock - 0.18) / 0.3, 0, 1)
        rate = self.rate * rng.uniform(0.93, 1.07)
        return (slide * np.exp(-clock / self.glide)
                + self.vibrato * onset * np.sin(2 * np.pi * rate * clock))


def _longer(seconds: float) -> float:
    """Round a length up, so that notes of about one length share a take."""
    return next((length for length in (0.3, 0.6, 1.2, 2.4, 5.0) if length >= seconds), 10.0)


@lru_cache(maxsize=4000)
def _take(program: int, pitch: float, seconds: float, soft: bool) -> np.ndarray:
    """A note held for so long; played softly it is duller, too."""
    wave = soundfont.note(program, pitch, seconds, 0.0)
    return brighten(wave, -0.35) if soft else wave


@dataclass(frozen=True)
class Voice:
    """A singer: a buzz that is read from two tables, one for each of two vowels, and moves between
    them.

    Attributes
    ----------
    vowels : str
        Letters of `VOWELS` to sing.
    tilt : float
        Fall of the harmonics' amplitudes, as a power of their number.
    attack, release : float
        Seconds.
    vibrato, rate : float
        Depth in semitones and speed in Hz; it sets in after a moment.
    noise : float
        Level of breath and consonants.
    glide : float
        Seconds that a slide into the note takes.
    tract : float
        Length of the vocal tract: factor on the vowels' resonances.
    wander : float
        Semitones by which the pitch strays within a note; a voice is never as steady as a key.
    """

    vowels: str = "aeiou"
    tilt: float = 0.7
    attack: float = 0.04
    release: float = 0.06
    vibrato: float = 0.25
    rate: float = 5.3
    noise: float = 0.035
    glide: float = 0.07
    tract: float = 1.0
    wander: float = 0.2

    def table(self, frequency: float, vowel: str) -> np.ndarray:
        """One period of a vowel, with only the harmonics under half the sampling rate."""
        number = np.arange(1, min(max(2, int(0.95 * NYQUIST / frequency)), TABLE // 2))
        hertz = number * frequency
        gain = np.full(len(number), 0.03)
        for place, (centre, width, height) in enumerate(VOWELS[vowel]):
            # A singer opens the first resonance up to the note when the note lies above it.
            centre = max(centre * self.tract, 0 if place else frequency)
            gain += height / (1 + ((hertz - centre) / width) ** 2)
        # Schroeder's phases keep the crest low: a buzz rather than a click once a period.
        spectrum = np.zeros(TABLE // 2 + 1, complex)
        phases = np.exp(1j * np.pi * number**2 / len(number))
        spectrum[number] = number ** (-self.tilt) * gain * phases
        wave = scipy.fft.irfft(spectrum)
        wave = wave / (np.sqrt(np.mean(wave**2)) * 3)
        return np.append(wave, wave[0])

    def play(self, pitch, seconds, velocity, rng, slide=0.0) -> np.ndarray:
        """Samples of one note; the head of this file tells what goes in."""
        frequency = 440.0 * 2 ** ((pitch - 69) / 12)
        count = max(int((seconds + self.release) * RATE), 2 * CONTROL)
        ticks = np.arange(count // CONTROL + 2)
        clock = ticks * (CONTROL / RATE)
        onset = np.clip((clock - 0.18) / 0.3, 0, 1)
        rate = self.rate * rng.uniform(0.93, 1.07)
        bend = self.vibrato * onset * np.sin(2 * np.pi * rate * clock)
        bend += slide * np.exp(-clock / self.glide)
        bend += self.wander * np.sin(2 * np.pi * rng.uniform(0.6, 1.8) * clock + rng.uniform(0, 6))
        # Breath runs out: the pitch droops over the last tenth of a second.
        bend -= 6 * self.wander * np.clip((clock - seconds + 0.1) / 0.1, 0, 1)
        turns = np.cumsum(frequency * 2 ** (bend / 12) * CONTROL / RATE) + rng.uniform()
        level = np.clip(clock / self.attack, 0, 1) ** 1.5
        if seconds > 0.25:
            # A held note swells and sags a little instead of standing still.
            level *= 0.85 + 0.15 * np.sin(np.pi * np.clip(clock / seconds, 0, 1))
        level *= np.clip((seconds + self.release - clock) / self.release, 0, 1)
        here = np.arange(count)
        phase = np.interp(here, ticks * CONTROL, turns) % 1.0 * TABLE
        index = phase.astype(np.int32)
        phase -= index
        first, second = (self.table(frequency, self.vowels[i])
                         for i in rng.integers(len(self.vowels), size=2))
        blend = np.clip(clock / max(0.8 * seconds, 0.05), 0, 1)
        envelope = np.interp(here, ticks * CONTROL, level * velocity)
        low = first[index] + phase * (first[index + 1] - first[index])
        high = second[index] + phase * (second[index + 1] - second[index])
        wave = (low + np.interp(here, ticks * CONTROL, blend) * (high - low)) * envelope
        hiss = rng.normal(size=count) * self.noise
        wave += scipy.signal.lfilter([1, -0.85], [1, -0.3], hiss) * envelope
        if rng.uniform() < 0.7:
            # Now and then a consonant in front.
            size = min(int(rng.uniform(0.03, 0.09) * RATE), count)
            sharp = scipy.signal.lfilter([1, -1.6, 0.7], [1, 0.2], rng.normal(size=size))
            wave[:size] += 0.35 * velocity * (sharp * np.hanning(size))
        return wave


#: Every instrument that a style may name.
INSTRUMENTS = {
    "piano": Sampled(0, release=0.2),
    "bright piano": Sampled(1, release=0.15),
    "honky-tonk piano": Sampled(3, release=0.15),
    "electric piano": Sampled(4, release=0.2),
    "harpsichord": Sampled(6),
    "clavinet": Sampled(7, release=0.04),
    "vibraphone": Sampled(11, release=0.5),
    "organ": Sampled(16, release=0.05),
    "rock organ": Sampled(18, release=0.05),
    "reed organ": Sampled(20, release=0.06),
    "harmonica": Sampled(22, release=0.06, vibrato=0.2, rate=6.0, glide=0.1),
    "nylon guitar": Sampled(24, release=0.15),
    "acoustic guitar": Sampled(25, release=0.12),
    "jazz guitar": Sampled(26, release=0.1),
    "electric guitar": Sampled(27, release=0.08),
    "choppy guitar": Sampled(27, release=0.02),
    "twang guitar": Sampled(27, release=0.2),
    "muted guitar": Sampled(28, release=0.04),
    "lead guitar": Sampled(29, release=0.1, vibrato=0.3, rate=5.6, glide=0.09),
    "driven guitar": Sampled(29, release=0.06),
    "distorted guitar": Sampled(30, release=0.06),
    "upright bass": Sampled(32, release=0.08),
    "electric bass": Sampled(33, release=0.05),
    "picked bass": Sampled(34, release=0.05),
    "fretless bass": Sampled(35, release=0.06),
    "slap bass": Sampled(36, release=0.04),
    "synth bass": Sampled(38, release=0.03),
    "sub bass": Sampled(39, release=0.05),
    "violin": Sampled(40, release=0.12, vibrato=0.2, rate=5.7),
    "fiddle": Sampled(110, release=0.08, vibrato=0.12, rate=6.0),
    "cello": Sampled(42, release=0.2, vibrato=0.15),
    "pizzicato": Sampled(45, release=0.3),
    "harp": Sampled(46, release=0.6),
    "strings": Sampled(48, release=0.25),
    "dark strings": Sampled(49, release=0.35),
    "synth pad": Sampled(89, release=0.4),
    "choir": Sampled(52, release=0.3),
    "trumpet": Sampled(56, release=0.08, vibrato=0.12),
    "trombone": Sampled(57, release=0.08, vibrato=0.1),
    "muted trumpet": Sampled(59, release=0.06, vibrato=0.12),
    "french horns": Sampled(60, release=0.2),
    "brass section": Sampled(61, release=0.06),
    "synth brass": Sampled(62, release=0.08),
    "alto sax": Sampled(65, release=0.08, vibrato=0.2, rate=5.0),
    "tenor sax": Sampled(66, release=0.08, vibrato=0.2, rate=4.8),
    "oboe": Sampled(68, release=0.1, vibrato=0.1),
    "clarinet": Sampled(71, release=0.08),
    "flute": Sampled(73, release=0.1, vibrato=0.12),
    "synth lead": Sampled(81, release=0.06, vibrato=0.08),
    "banjo": Sampled(105, release=0.1),
    "steel guitar": Sampled(27, release=0.25, vibrato=0.15, rate=5.0, glide=0.16),
    "female voice": Voice("aeio", tilt=0.75, vibrato=0.35, rate=5.6, tract=1.15),
    "male voice": Voice("aeiou", rate=5.2),
    "rough voice": Voice("aeo", tilt=0.45, vibrato=0.15, noise=0.16, glide=0.09, tract=0.95,
                         wander=0.3),
    "shout": Voice("aeo", tilt=0.25, attack=0.02, vibrato=0.05, noise=0.4, glide=0.12, tract=0.9),
    "rapper": Voice("aeiou", tilt=0.55, attack=0.015, vibrato=0.0, noise=0.14, glide=0.05,
                    tract=0.97, release=0.03, wander=0.6),
}
