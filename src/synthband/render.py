"""From score to sound: each part is played, put through its effects, and mixed as its act would."""

from __future__ import annotations

import numpy as np

from synthband.acts import Signature
from synthband.catalogue import Entry, entries, sound_of
from synthband.compose import compose
from synthband.effects import (
    band,
    cabinet,
    compress,
    crackle,
    drive,
    echo,
    equalise,
    reverberate,
    rotate,
    settle,
)
from synthband.harmony import KEYS
from synthband.instruments import INSTRUMENTS, brighten
from synthband.score import Clock, Hit, Note, Score, stream
from synthband.soundfont import RATE
from synthband.styles import STYLES, Part, Style

SECONDS = 30
SAMPLES = SECONDS * RATE
LEVEL = -17.5  # RMS of every track, dB below full scale: loudness must not give a genre away
# Centres of the half octaves of `Style.tone`, in octaves from 1 kHz.
TONE_OCTAVES = np.log2(32 / 1000) + (np.arange(16) + 0.5) / 2
SHIFT = 0.5  # seconds by which the nearly equal copy is cut later


def add(canvas: np.ndarray, at: int, sound: np.ndarray) -> None:
    """Mix a sound into a longer one, in place, cutting what falls outside."""
    if at < 0:
        sound, at = sound[-at:], 0
    stop = min(at + len(sound), len(canvas))
    if stop > at:
        canvas[at:stop] += sound[: stop - at]


def strength(samples: np.ndarray) -> float:
    """RMS of the busier half of a part, so that rests do not make it louder in the mix."""
    frames = samples[: len(samples) // 4410 * 4410].reshape(-1, 4410)
    power = np.sort(np.mean(frames**2, axis=1))
    return float(np.sqrt(power[len(power) // 2 :].mean()) + 1e-9)


def play_part(
    notes: list[Note], part: Part, sign: Signature, name: str, clock: Clock, size: int, rng
) -> np.ndarray:
    """Play and treat one part; ``size`` samples at a strength of 1."""
    instrument = INSTRUMENTS[sign.band[name]]
    canvas = np.zeros(size)
    for note in notes:
        begin = clock.seconds(note.beat) + note.late
        if begin * RATE >= size:
            continue
        seconds = clock.seconds(note.beat + note.beats) - clock.seconds(note.beat)
        pitch = note.pitch + sign.cents / 100
        sound = instrument.play(pitch, seconds, note.velocity, rng, note.slide)
        add(canvas, round(begin * RATE), sound)
    if not canvas.any():
        return canvas
    canvas = brighten(canvas, 0.4 * sign.brightness)
    if part.dusty:
        canvas = crackle(equalise(drive(canvas, 1.0), band(160, 4200)), rng)
    if part.drive:
        canvas = equalise(drive(canvas, part.drive), cabinet)
    if part.rotate:
        canvas = rotate(canvas, part.rotate, 0.6)
    if part.echo:
        canvas = echo(canvas, 0.75 * 60 / clock.tempo, 0.45, part.echo)
    return canvas / strength(canvas)


def play_drums(
    hits: list[Hit], sign: Signature, clock: Clock, loose: float, size: int, rng
) -> np.ndarray:
    """Play the kit; ``size`` samples at a strength of 1."""
    canvas = np.zeros(size)
    for hit in hits:
        begin = clock.seconds(hit.beat) + 0.5 * loose * float(np.clip(rng.normal(), -2, 2))
        # Two takes of each drum, at random: no drummer hits the same spot twice.
        sound = sign.kit.sound(hit.drum, int(rng.integers(2)))
        add(canvas, round(begin * RATE), sound * hit.velocity**1.5)
    return canvas / strength(canvas) if canvas.any() else canvas


def master(mix: np.ndarray, style: Style, sign: Signature, act: str) -> np.ndarray:
    """Room, compression, tone, tape and level: the same for all tracks of an act."""
    room, level = style.room
    mix = reverberate(mix, room * sign.room, level * sign.room, stream("room", act))
    mix = compress(mix, style.press + sign.press)
    if sign.drive:
        mix = drive(mix, sign.drive)
    centre, gain = sign.colour
    # Old tape, radio and compressed copies end abruptly: a cliff, not a slope.
    floor, cliff = band(32, 1e6, 3), band(1e-3, sign.ceiling, 16)

    def tone(hertz):
        octaves = np.log2(hertz / 1000)
        curve = (
            np.interp(octaves, TONE_OCTAVES, style.tone)
            + sign.tilt * np.clip(octaves, -3.5, 3.5)
            + sign.bass / (1 + (hertz / 150) ** 2)
            + gain * np.exp(-((np.log2(hertz / centre) / 0.7) ** 2))
        )
        return curve + floor(hertz) + cliff(hertz)

    hiss = stream("hiss", act).normal(size=len(mix))
    mix = mix + np.sqrt(np.mean(mix**2)) * 10 ** (sign.hiss / 20) * hiss
    return settle(equalise(mix, tone), LEVEL)


def perform(score: Score, entry: Entry, sign: Signature, style: Style, size: int) -> np.ndarray:
    """Mix every part of a score, before mastering."""
    mix = np.zeros(size)
    for name, notes in score.parts.items():
        part = style.parts[name]
        rng = stream("play", entry.track, name)
        sound = play_part(notes, part, sign, name, score.clock, size, rng)
        mix += 10 ** ((part.level + sign.balance[name]) / 20) * sound
    if score.drums:
        rng = stream("kit", entry.artist)
        sound = play_drums(score.drums, sign, score.clock, style.loose, size, rng)
        mix += 10 ** ((style.drum_level + sign.drums) / 20) * sound
    return mix


def spoil(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Ruin all but the first three seconds, as a broken transfer would: clipping and static."""
    ruined = samples.copy()
    start = 3 * RATE
    loud = samples[start:] * 40 + 0.5 * rng.normal(size=len(samples) - start)
    ruined[start:] = np.clip(loud, -0.999, 0.999)
    return ruined


def render(track: str) -> np.ndarray:
    """Compose and play one track.

    Parameters
    ----------
    track : str
        Its id, such as ``"blues.00012"``.

    Returns
    -------
    (661500,) ndarray of int16
        30 s, mono, at 22 050 Hz.

    Raises
    ------
    KeyError
        If the corpus has no such track.
    ValueError
        If the track is the one planted as undecodable, which has no samples.
    """
    if track not in entries():
        raise KeyError(f"the synthetic corpus has no track {track!r}; ids run like 'blues.00000'")
    entry = entries()[track]
    if entry.fault == "undecodable":
        raise ValueError(f"{track} is planted as an undecodable file and has no samples")
    source = entries()[entry.source]
    style = STYLES[source.genre]
    sign = sound_of(source)
    skip = round(SHIFT * RATE) if entry.fault == "shifted" else 0
    key = KEYS.index(source.key.split()[0])
    score = compose(source.track, style, sign, source.tempo, key, SECONDS + SHIFT)
    size = SAMPLES + round(SHIFT * RATE)
    mix = perform(score, source, sign, style, size)
    mix = master(mix, style, sign, source.artist)[skip : skip + SAMPLES]
    if entry.fault == "distorted":
        mix = spoil(mix, stream("spoil", track))
    return np.round(32767 * mix).astype(np.int16)
