"""Instruments: four physical ideas that between them make every pitched sound of the corpus.

``Plucked`` is a string with losses (Karplus and Strong), ``Struck`` a set of ringing partials,
``Solo`` one player with vibrato, breath and formants, ``Ensemble`` many players at once. Each has
one method, ``play(frequency, seconds, velocity, rng, slide, cache)``. It takes a frequency in Hz,
the seconds until the key is let go, a velocity from 0 to 1, a random generator, a slide in
semitones (heard from ``Solo`` only) and a dictionary of what was rendered before; it gives float64
samples at `RATE` that outlast the note by its release.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy  # loads its parts when they are first used: not every reader of the catalogue renders

RATE = 22050
NYQUIST = RATE / 2
CONTROL = 64  # samples between two values of a slow curve (vibrato, envelope)
TABLE = 2048  # samples in one period of a wavetable

# Peaks of the vocal tract for sung vowels: (centre, width, gain), in Hz, Hz and amplitude.
VOWELS = {
    "a": ((800, 90, 1), (1200, 110, 0.6), (2700, 170, 0.28), (3600, 250, 0.16), (4900, 400, 0.09)),
    "e": ((450, 70, 1), (1900, 120, 0.42), (2600, 170, 0.3), (3500, 250, 0.18), (4900, 400, 0.09)),
    "i": ((320, 60, 1), (2200, 130, 0.32), (2950, 180, 0.3), (3700, 250, 0.18), (5000, 400, 0.09)),
    "o": ((480, 70, 1), (850, 90, 0.55), (2500, 170, 0.14), (3400, 250, 0.09), (4800, 400, 0.05)),
    "u": ((350, 60, 1), (700, 80, 0.3), (2400, 170, 0.1), (3300, 250, 0.06), (4800, 400, 0.04)),
}


def formants(frequency: np.ndarray, peaks: tuple, floor: float = 0.03) -> np.ndarray:
    """Amplitude that a set of resonances lets through at each frequency (Hz)."""
    gain = np.full_like(frequency, floor)
    for centre, width, height in peaks:
        gain += height / (1 + ((frequency - centre) / width) ** 2)
    return gain


def fade(samples: np.ndarray, release: float) -> np.ndarray:
    """Let the last ``release`` seconds of a note die away, in place."""
    tail = min(int(release * RATE), len(samples))
    if tail:
        samples[-tail:] *= 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, tail))
    return samples


@dataclass(frozen=True)
class Plucked:
    """A plucked string: a burst of noise that runs round a loop of one period and loses its highs.

    Attributes
    ----------
    brightness : float
        0 (thumb) to 1 (a hard pick).
    sustain : float
        Seconds in which the fundamental falls by 60 dB.
    pick : float
        Where along the string it is plucked, as a share of its length; near the bridge is twangy.
    body : tuple
        Resonances of the body, as in `formants`.
    mute : float
        0 to 1: how far the palm rests on the strings.
    release : float
        Seconds from the note's end to silence.
    """

    brightness: float = 0.6
    sustain: float = 4.0
    pick: float = 0.16
    body: tuple = ()
    mute: float = 0.0
    release: float = 0.08

    def ring(self, frequency: float, velocity: float, rng: np.random.Generator) -> np.ndarray:
        """The string left to ring, up to 2.5 s, at a peak near 1."""
        seconds = min(2.5, self.sustain * (1 - 0.85 * self.mute))
        count = int(seconds * RATE)
        # A two-point mean in the loop damps the highs; a second one tunes the fraction of a sample.
        damping = 0.5 * np.clip(0.25 + 0.75 * (1 - self.brightness) + 0.6 * self.mute, 0.05, 1.0)
        period = RATE / frequency - damping
        whole = int(period)
        part = period - whole
        loss = 10 ** (-3 / (frequency * self.sustain * (1 - 0.9 * self.mute)))
        taps = loss * np.convolve([1 - damping, damping], [1 - part, part])
        burst = rng.uniform(-1, 1, whole + 2)
        # Soft plucks start duller; plucking at a point kills the harmonics with a node there.
        smooth = np.clip(0.85 - 0.5 * self.brightness - 0.4 * velocity, 0.0, 0.9)
        burst = scipy.signal.lfilter([1 - smooth], [1, -smooth], burst)
        burst -= np.roll(burst, max(1, int(self.pick * whole)))
        wave = np.zeros(count + 2 * whole + 4)
        start = whole + 2
        wave[start : start + len(burst)] = burst
        at = start + len(burst)
        while at < len(wave):
            stop = min(at + whole, len(wave))
            # One whole period at a time: the loop is longer than the block, so this reads the past.
            wave[at:stop] = (
                taps[0] * wave[at - whole : stop - whole]
                + taps[1] * wave[at - whole - 1 : stop - whole - 1]
                + taps[2] * wave[at - whole - 2 : stop - whole - 2]
            )
            at = stop
        return wave[start : start + count] / (np.abs(burst).max() + 1e-9)

    def play(self, frequency, seconds, velocity, rng, slide=0.0, cache=None) -> np.ndarray:
        """Samples of one note; the head of this file tells what goes in."""
        layer = round(velocity * 3) / 3
        key = (self, round(frequency, 2), layer)
        if key not in cache:
            wave = self.ring(frequency, layer, rng)
            if self.body:
                spectrum = scipy.fft.rfft(wave, scipy.fft.next_fast_len(len(wave)))
                spectrum *= formants(np.linspace(0, NYQUIST, len(spectrum)), self.body, 0.4)
                wave = scipy.fft.irfft(spectrum)[: len(wave)]
            cache[key] = wave
        wave = cache[key][: int((seconds + self.release) * RATE)].copy()
        return fade(wave, self.release) * velocity


@dataclass(frozen=True)
class Struck:
    """Something struck that rings: a piano string, a tine, a bar.

    Attributes
    ----------
    partials : int
        How many, at most.
    tilt : float
        Fall of the partials' amplitudes, as a power of their number.
    stiffness : float
        Inharmonicity: partial ``n`` lies at ``n * sqrt(1 + stiffness * n**2)`` times the
        fundamental.
    ratios : tuple of float
        The partials' frequencies over the fundamental's, in place of a stiff string's.
    ring_time : float
        Seconds in which the first partial falls by 60 dB; higher ones fall faster.
    knock : float
        Level of the hammer's noise.
    unison : float
        Cents between the two or three strings of one note.
    release : float
        Seconds from the note's end to silence.
    """

    partials: int = 18
    tilt: float = 1.1
    stiffness: float = 0.0004
    ratios: tuple = ()
    ring_time: float = 5.0
    knock: float = 0.1
    unison: float = 1.5
    release: float = 0.12

    def ring(self, frequency: float, velocity: float, rng: np.random.Generator) -> np.ndarray:
        """The note left to ring for 2.5 s at most, at a peak near 1."""
        count = int(min(2.5, self.ring_time) * RATE)
        pulse = np.zeros(count)
        pulse[0] = 1.0
        number = np.arange(1, self.partials + 1)
        stretched = number * np.sqrt(1 + self.stiffness * number**2)
        ratios = np.array(self.ratios) if self.ratios else stretched
        wave = np.zeros(count)
        for index, ratio in enumerate(ratios, start=1):
            hertz = frequency * ratio
            if hertz > 0.92 * NYQUIST:
                break
            level = index ** (-self.tilt - 0.9 * (1 - velocity)) * rng.uniform(0.6, 1.2)
            for cents in (-self.unison, self.unison) if index < 7 else (0.0,):
                angle = 2 * np.pi * hertz * 2 ** (cents / 1200) / RATE
                radius = 10 ** (-3 * (1 + 0.25 * index) / (self.ring_time * RATE))
                # A two-pole resonator struck once rings as a decaying sine, cheaper than a sine.
                poles = [1, -2 * radius * np.cos(angle), radius**2]
                heard = int(count / (1 + 0.08 * index))
                sine = scipy.signal.lfilter([0, np.sin(angle)], poles, pulse[:heard])
                wave[:heard] += level * sine
        thump = rng.normal(size=600) * np.exp(-np.arange(600) / 90)
        thump = scipy.signal.lfilter([0.4], [1, -0.6], thump)
        wave[:600] += self.knock * velocity * thump * np.abs(wave).max()
        return wave / np.abs(wave).max()

    def play(self, frequency, seconds, velocity, rng, slide=0.0, cache=None) -> np.ndarray:
        """Samples of one note; the head of this file tells what goes in."""
        layer = round(velocity * 3) / 3
        key = (self, round(frequency, 2), layer)
        if key not in cache:
            cache[key] = self.ring(frequency, layer, rng)
        wave = cache[key][: int((seconds + self.release) * RATE)].copy()
        return fade(wave, self.release) * velocity


@dataclass(frozen=True)
class Solo:
    """One player of a sustained instrument: a voice, a horn, a bow, a synthesiser.

    Its wave is read from two tables, a dull and a bright one (or two vowels), and the louder it is
    played the more of the second is heard: that change is what keeps a held note alive.

    Attributes
    ----------
    tilt : float
        Fall of the harmonics' amplitudes, as a power of their number, when played loudly.
    soft : float
        How much steeper it falls when played softly.
    peaks : tuple
        Fixed resonances, as in `formants`; empty for none.
    vowels : str
        Letters of `VOWELS` to sing; overrides ``peaks``.
    odd : float
        Level of even harmonics (1 keeps them; a clarinet or a square wave has few).
    attack, release : float
        Seconds.
    decay : float
        Seconds to fall by 60 dB while held; 0 holds for ever.
    vibrato, rate : float
        Depth in semitones and speed in Hz; it sets in after a moment.
    noise : float
        Level of breath, bow or consonant noise.
    glide : float
        Seconds that a slide into the note takes.
    tract : float
        Length of the vocal tract: factor on the vowels' resonances.
    wander : float
        Semitones by which the pitch strays within a note; a voice is never as steady as a key.
    """

    tilt: float = 1.0
    soft: float = 1.0
    peaks: tuple = ()
    vowels: str = ""
    odd: float = 1.0
    attack: float = 0.03
    release: float = 0.08
    decay: float = 0.0
    vibrato: float = 0.25
    rate: float = 5.3
    noise: float = 0.03
    glide: float = 0.06
    tract: float = 1.0
    wander: float = 0.04

    def table(self, frequency: float, tilt: float, peaks: tuple) -> np.ndarray:
        """One period with only the harmonics that fit under half the sampling rate."""
        number = np.arange(1, max(2, int(0.95 * NYQUIST / frequency)))
        amplitude = number ** (-tilt) * np.where(number % 2 == 0, self.odd, 1.0)
        if peaks:
            amplitude = amplitude * formants(number * frequency, peaks)
        spectrum = np.zeros(TABLE // 2 + 1, complex)
        number = number[: TABLE // 2]
        # Schroeder's phases keep the crest low: a buzz rather than a click once a period.
        spectrum[number] = amplitude[: len(number)] * np.exp(1j * np.pi * number**2 / len(number))
        wave = scipy.fft.irfft(spectrum)
        wave = wave / (np.sqrt(np.mean(wave**2)) * 3)
        return np.append(wave, wave[0])

    def tables(self, frequency: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """The two tables that a note moves between."""
        if self.vowels:
            pair = [self.vowels[i] for i in rng.integers(len(self.vowels), size=2)]
            # A singer opens the first resonance up to the note when the note lies above it.
            stretched = [
                tuple(
                    (max(c * self.tract, frequency) if i == 0 else c * self.tract, w, g)
                    for i, (c, w, g) in enumerate(VOWELS[v])
                )
                for v in pair
            ]
            return tuple(self.table(frequency, self.tilt, peaks) for peaks in stretched)
        dull = self.table(frequency, self.tilt + self.soft, self.peaks)
        return dull, self.table(frequency, self.tilt, self.peaks)

    def play(self, frequency, seconds, velocity, rng, slide=0.0, cache=None) -> np.ndarray:
        """Samples of one note; the head of this file tells what goes in."""
        count = max(int((seconds + self.release) * RATE), 2 * CONTROL)
        ticks = np.arange(count // CONTROL + 2)
        clock = ticks * (CONTROL / RATE)
        onset = np.clip((clock - 0.18) / 0.3, 0, 1)
        rate = rng.uniform(0.93, 1.07)
        bend = self.vibrato * onset * np.sin(2 * np.pi * self.rate * rate * clock)
        bend += slide * np.exp(-clock / self.glide)
        bend += self.wander * np.sin(2 * np.pi * rng.uniform(0.6, 1.8) * clock + rng.uniform(0, 6))
        if self.vowels:
            # Breath runs out: the pitch droops over the last tenth of a second.
            bend -= 6 * self.wander * np.clip((clock - seconds + 0.1) / 0.1, 0, 1)
        pitch = frequency * 2 ** (bend / 12)
        turns = rng.uniform() + np.concatenate(([0], np.cumsum(pitch[:-1] * CONTROL / RATE)))
        level = np.clip(clock / self.attack, 0, 1) ** 1.5
        if self.decay:
            level *= 10 ** (-3 * clock / self.decay)
        elif seconds > 0.25:
            # A held note swells and sags a little instead of standing still.
            level *= 0.85 + 0.15 * np.sin(np.pi * np.clip(clock / seconds, 0, 1))
        level *= np.clip((seconds + self.release - clock) / self.release, 0, 1)
        here = np.arange(count)
        phase = np.interp(here, ticks * CONTROL, turns) % 1.0 * TABLE
        index = phase.astype(np.int32)
        phase -= index
        first, second = self.tables(frequency, rng)
        if self.vowels:
            blend = np.clip(clock / max(0.8 * seconds, 0.05), 0, 1)
        else:
            blend = np.clip(level * (0.35 + 0.75 * velocity), 0, 1)
        envelope = np.interp(here, ticks * CONTROL, level * velocity)
        blend = np.interp(here, ticks * CONTROL, blend)
        low = first[index] + phase * (first[index + 1] - first[index])
        high = second[index] + phase * (second[index + 1] - second[index])
        wave = (low + blend * (high - low)) * envelope
        if self.noise:
            self._breathe(wave, envelope, velocity, rng)
        return wave

    def _breathe(self, wave, envelope, velocity, rng) -> None:
        """Add air to a note, and to a sung one now and then a consonant in front."""
        hiss = rng.normal(size=len(wave)) * self.noise
        wave += scipy.signal.lfilter([1, -0.85], [1, -0.3], hiss) * envelope
        if self.vowels and rng.uniform() < 0.7:
            count = min(int(rng.uniform(0.03, 0.09) * RATE), len(wave))
            sharp = scipy.signal.lfilter([1, -1.6, 0.7], [1, 0.2], rng.normal(size=count))
            wave[:count] += 0.16 * velocity * (sharp * np.hanning(count))


@dataclass(frozen=True)
class Ensemble:
    """Many players in unison, or pipes and drawbars: harmonics smeared into narrow bands of noise.

    One long period is built in the frequency domain with random phases (Nasca's PADsynth), so that
    twenty violins cost as much as one.

    Attributes
    ----------
    tilt : float
        Fall of the harmonics' amplitudes, as a power of their number.
    harmonics : tuple of float
        Amplitudes of the first harmonics instead (an organ's drawbars).
    peaks : tuple
        Resonances, as in `formants`.
    spread : float
        Detuning between the players, in cents.
    attack, release : float
        Seconds.
    click : float
        Level of the key's or bow's onset noise.
    """

    tilt: float = 1.1
    harmonics: tuple = ()
    peaks: tuple = ()
    spread: float = 14.0
    attack: float = 0.12
    release: float = 0.25
    click: float = 0.0

    def cloth(self, frequency: float, rng: np.random.Generator) -> np.ndarray:
        """Three seconds of the sound, made so that its end joins its start."""
        size = 1 << 16
        step = RATE / size
        amplitude = np.zeros(size // 2 + 1)
        levels = self.harmonics or np.arange(1, 80) ** -self.tilt
        for number, level in enumerate(levels, start=1):
            centre = number * frequency
            if not level or centre > 0.97 * NYQUIST:
                continue
            width = max(centre * (2 ** (self.spread / 1200) - 1), 0.6 * step)
            low, high = int((centre - 3 * width) / step), int((centre + 3 * width) / step) + 2
            bins = np.arange(max(low, 1), min(high, len(amplitude)))
            shape = np.exp(-0.5 * ((bins * step - centre) / width) ** 2)
            amplitude[bins] += level * shape / np.sqrt(np.sum(shape**2) + 1e-12)
        if self.peaks:
            amplitude *= formants(np.arange(len(amplitude)) * step, self.peaks)
        wave = scipy.fft.irfft(amplitude * np.exp(2j * np.pi * rng.uniform(size=len(amplitude))))
        return wave / (np.sqrt(np.mean(wave**2)) * 3)

    def play(self, frequency, seconds, velocity, rng, slide=0.0, cache=None) -> np.ndarray:
        """Samples of one note; the head of this file tells what goes in."""
        key = (self, round(frequency, 2))
        if key not in cache:
            cache[key] = self.cloth(frequency, rng)
        count = int((seconds + self.release) * RATE)
        begin = int(rng.integers(1 << 16))
        wave = np.take(cache[key], np.arange(begin, begin + count), mode="wrap")
        rise = min(int(self.attack * RATE), count)
        wave[:rise] *= np.linspace(0, 1, rise)
        if self.click:
            size = min(400, count)
            wave[:size] += self.click * rng.normal(size=size) * np.exp(-np.arange(size) / 60)
        return fade(wave, min(self.release, count / RATE)) * velocity


VIOLIN = ((290, 60, 0.8), (460, 90, 1.0), (1100, 250, 0.6), (2700, 600, 0.8), (4500, 1500, 0.25))
GUITAR = ((105, 30, 0.8), (210, 50, 0.9), (420, 90, 0.5), (2300, 1200, 0.5))
BANJO = ((320, 120, 0.8), (700, 200, 1.0), (1500, 500, 0.8), (3400, 1500, 0.7))
SAX = ((550, 180, 1.0), (1400, 250, 0.7), (2600, 400, 0.4), (4200, 900, 0.2))
BRASS = ((700, 300, 0.7), (1300, 400, 1.0), (2600, 700, 0.5), (4500, 1500, 0.2))

#: Every instrument that a style may name.
INSTRUMENTS = {
    "acoustic guitar": Plucked(brightness=0.8, sustain=3.5, pick=0.2, body=GUITAR),
    "twang guitar": Plucked(brightness=0.95, sustain=3.0, pick=0.09),
    "banjo": Plucked(brightness=0.95, sustain=1.2, pick=0.12, body=BANJO),
    "jazz guitar": Plucked(brightness=0.35, sustain=2.5, pick=0.3, body=GUITAR),
    "electric guitar": Plucked(brightness=0.75, sustain=5.0, pick=0.15),
    "muted guitar": Plucked(brightness=0.7, sustain=2.0, pick=0.12, mute=0.65, release=0.03),
    "choppy guitar": Plucked(brightness=0.85, sustain=1.2, pick=0.14, mute=0.25, release=0.02),
    "harpsichord": Plucked(brightness=0.97, sustain=2.5, pick=0.1,
        body=((1200, 900, 0.6), (3500, 2000, 0.9))),
    "harp": Plucked(sustain=3.5, pick=0.4, body=GUITAR),
    "electric bass": Plucked(brightness=0.5, pick=0.2, release=0.05),
    "picked bass": Plucked(brightness=0.8, pick=0.12, release=0.05),
    "upright bass": Plucked(brightness=0.22, sustain=1.6, pick=0.3,
        body=((90, 30, 1.0), (190, 60, 0.6)), release=0.06),
    "piano": Struck(),
    "bright piano": Struck(tilt=0.8, knock=0.2, unison=3.0),
    "honky-tonk piano": Struck(tilt=0.8, knock=0.25, unison=9.0, ring_time=3.5),
    "electric piano": Struck(ratios=(1.0, 2.0, 3.01, 6.3, 9.2, 14.1), tilt=1.2, ring_time=3.5,
        knock=0.15),
    "vibraphone": Struck(ratios=(1.0, 3.98, 9.8, 10.2), tilt=1.3, ring_time=4.0, unison=0.5),
    "clavinet": Struck(partials=24, tilt=0.55, ring_time=1.2, knock=0.3, stiffness=0.0001,
        release=0.03),
    "strings": Ensemble(tilt=0.75, peaks=VIOLIN, spread=16.0, attack=0.05, click=0.08),
    "dark strings": Ensemble(tilt=1.05, peaks=VIOLIN, attack=0.07, click=0.05),
    "choir": Ensemble(tilt=0.9, peaks=VOWELS["a"], spread=22.0, attack=0.15),
    "organ": Ensemble(harmonics=(1, 0.8, 0.9, 0.5, 0.05, 0.3, 0.0, 0.35), spread=2.0, attack=0.008,
        release=0.03, click=0.12),
    "reed organ": Ensemble(tilt=0.7, harmonics=(1, 0.5, 0.7, 0.3, 0.4, 0.2, 0.2, 0.1, 0.1),
        spread=4.0, attack=0.02, release=0.04, click=0.05),
    "synth pad": Ensemble(tilt=0.95, spread=20.0, attack=0.2, release=0.4),
    "synth brass": Ensemble(tilt=0.65, peaks=BRASS, spread=9.0, attack=0.03, release=0.06,
        click=0.05),
    "brass section": Ensemble(tilt=0.55, peaks=BRASS, spread=6.0, attack=0.025, release=0.06,
        click=0.08),
    "violin": Solo(tilt=0.7, soft=0.3, peaks=VIOLIN, attack=0.05, vibrato=0.3, rate=5.7,
        noise=0.05),
    "fiddle": Solo(tilt=0.55, soft=0.3, peaks=VIOLIN, vibrato=0.18, rate=6.0, noise=0.1),
    "cello": Solo(tilt=0.85, soft=0.4, peaks=((180, 60, 1.0), (420, 120, 0.8), (1300, 400, 0.5)),
        attack=0.07, noise=0.05, release=0.15),
    "flute": Solo(tilt=2.0, attack=0.05, vibrato=0.2, noise=0.16),
    "oboe": Solo(tilt=0.7, soft=0.3, peaks=((1100, 200, 1.0), (2900, 400, 0.6))),
    "clarinet": Solo(tilt=0.9, soft=0.7, odd=0.15, peaks=((900, 600, 1.0),), vibrato=0.05,
        noise=0.05),
    "tenor sax": Solo(tilt=0.45, soft=0.8, peaks=SAX, attack=0.025, vibrato=0.3, rate=4.8,
        noise=0.14),
    "alto sax": Solo(tilt=0.4, soft=0.7,
        peaks=((750, 220, 1.0), (1700, 350, 0.8), (3200, 600, 0.4)), attack=0.02, rate=5.2,
        noise=0.12),
    "trumpet": Solo(tilt=0.35, soft=1.1, peaks=BRASS, attack=0.02, vibrato=0.18, rate=5.5,
        noise=0.06),
    "muted trumpet": Solo(tilt=0.2, soft=0.4, peaks=((1600, 300, 1.0), (3800, 900, 0.6)),
        attack=0.02, vibrato=0.2, noise=0.06),
    "harmonica": Solo(tilt=0.35, soft=0.3,
        peaks=((650, 300, 0.7), (2000, 600, 1.0), (4200, 1200, 0.4)), vibrato=0.2, rate=6.2,
        noise=0.1, glide=0.1),
    "lead guitar": Solo(tilt=0.9, soft=0.4, attack=0.006, decay=7.0, vibrato=0.35, rate=5.8,
        noise=0.02, glide=0.09, peaks=((700, 500, 0.8), (2400, 1200, 0.8))),
    "steel guitar": Solo(soft=0.5, attack=0.015, decay=6.0, rate=5.0, noise=0.01, glide=0.16,
        peaks=((900, 600, 0.8), (2800, 1500, 0.6)), release=0.2),
    "female voice": Solo(tilt=0.75, vowels="aeio", attack=0.04, vibrato=0.35, rate=5.6, noise=0.035,
        tract=1.15, glide=0.07, release=0.06, wander=0.2),
    "male voice": Solo(tilt=0.7, vowels="aeiou", attack=0.04, rate=5.2, noise=0.035, glide=0.07,
        release=0.06, wander=0.2),
    "rough voice": Solo(tilt=0.45, vowels="aeo", vibrato=0.15, noise=0.16, glide=0.09, tract=0.95,
        wander=0.3),
    "shout": Solo(tilt=0.25, vowels="aeo", attack=0.02, vibrato=0.05, noise=0.4, glide=0.12,
        tract=0.9),
    "rapper": Solo(tilt=0.55, vowels="aeiou", attack=0.015, vibrato=0.0, noise=0.14, glide=0.05,
        tract=0.97, release=0.03, wander=0.6),
    "synth lead": Solo(tilt=0.7, soft=0.8, attack=0.01, vibrato=0.12, noise=0.0),
    "synth bass": Solo(tilt=0.8, soft=1.4, attack=0.005, decay=2.0, vibrato=0.0, noise=0.0,
        release=0.03),
    "sub bass": Solo(tilt=2.2, attack=0.01, decay=5.0, vibrato=0.0, noise=0.0, release=0.05,
        glide=0.04),
}


def voiced(name: str, brightness: float):
    """An instrument of `INSTRUMENTS`, made brighter or duller by an act's taste.

    Parameters
    ----------
    name : str
    brightness : float
        -1 (dull) to 1 (bright).
    """
    plain = INSTRUMENTS[name]
    if isinstance(plain, Plucked):
        brighter = np.clip(plain.brightness + 0.15 * brightness, 0.05, 1.0)
        return replace(plain, brightness=float(brighter))
    return replace(plain, tilt=plain.tilt - 0.2 * brightness)
