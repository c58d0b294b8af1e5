"""Checks of notebook 02."""

from __future__ import annotations

import math

import librosa
import numpy as np

from coursekit.exercises import Hint, call, exercise, foresee, must_be_a_number
from coursekit.likeness import changed_sound, likeness
from genrelab.corpora import SAMPLE_RATE
from genrelab.features import summary_features


@exercise("02.1")
def spacing(answer) -> str:
    truth = 44_100 / 4096
    must_be_a_number(answer)
    if math.isclose(answer, truth, rel_tol=0.01):
        return f"{truth:.2f} Hz: the same as 2048 samples at 22 050, since a window lasts as long."
    if math.isclose(answer, truth / 2, rel_tol=0.01):
        raise Hint("The rows reach up to half of the sampling rate, and there are half as many "
                   "steps, too.")
    if math.isclose(answer, 2 * truth, rel_tol=0.01):
        raise Hint("4096 samples give 2048 steps, but only up to half of the sampling rate.")
    if any(math.isclose(answer, x, rel_tol=0.01) for x in (22_050 / 4096, 44_100 / 2048)):
        raise Hint("Look at the numbers again: 44 100 samples per second, 4096 per window.")
    raise Hint("One step is one swing more in a window. How many seconds does a window last?")


@exercise("02.2")
def keep_band(answer) -> str:
    time = np.arange(SAMPLE_RATE + 300) / SAMPLE_RATE
    pitches = (150, 1000, 4000)
    both = sum((0.2 * np.sin(2 * np.pi * p * time)).astype(np.float32) for p in pitches)
    found = np.asarray(call(answer, both.copy(), 500, 2000))
    if found.shape != both.shape:
        raise Hint(f"{both.shape} samples went in and {found.shape} came out; istft takes a "
                   "length.")
    if np.iscomplexobj(found):
        raise Hint("The result is complex: go back to sound with librosa.istft.")
    inner = slice(2048, -2048)
    waves = {pitch: np.exp(-2j * np.pi * pitch * time[inner]) for pitch in pitches}
    for low, high, inside in ((500, 2000, 1000), (2000, 6000, 4000)):
        found = np.asarray(call(answer, both.copy(), low, high))
        if not np.isfinite(found).all():
            raise Hint("Not all samples that come out are finite numbers.")
        kept = {pitch: 10 * abs(np.mean(found[inner] * wave)) for pitch, wave in waves.items()}
        if kept[inside] < 0.95:
            raise Hint(f"A tone of {inside} Hz must pass from {low} to {high} Hz; yours keeps "
                       f"{kept[inside]:.0%}.")
        for pitch in set(pitches) - {inside}:
            if kept[pitch] > 0.05:
                raise Hint(f"A tone of {pitch} Hz must not pass from {low} to {high} Hz; "
                           f"{kept[pitch]:.0%} of it does.")
    return "In two bands, the tone inside passes and those outside do not."


@exercise("02.3")
def normalise(answer) -> str:
    x = np.random.default_rng(0).normal([[5], [-200], [0]], [[1], [40], [3]], (3, 50))
    found = np.asarray(call(answer, x.copy()))
    if found.shape != x.shape:
        raise Hint(f"The shape {x.shape} must stay; yours is {found.shape}.")
    centred = x - x.mean(axis=1, keepdims=True)
    foresee(found, [((x - x.mean(axis=0)) / x.std(axis=0),
                     "That normalises each column over the coefficients: take the other axis."),
                    ((x - x.mean()) / x.std(), "That is one mean for all; each row has its own."),
                    (centred, "The means are gone; now divide each row by its deviation."),
                    (centred / x.var(axis=1, keepdims=True),
                     "Divide by the standard deviation, not by the variance.")])
    truth = centred / x.std(axis=1, keepdims=True)
    if not np.allclose(found, truth, atol=1e-3):
        raise Hint(f"The first value should be {truth[0, 0]:.3f}; yours is {found[0, 0]:.3f}.")
    with np.errstate(all="ignore"):
        constant = np.asarray(call(answer, np.full((2, 9), 7.0)))
    if constant.any():  # not a number is true as well
        raise Hint("Right, but a row that does not vary must become zeros.")
    return "Each row has mean 0 and deviation 1, and a constant row is 0."


@exercise("02.4")
def mfcc_of(answer) -> str:
    chance = np.random.default_rng(0)
    swings = np.outer([7.3, 40, 111.5], np.arange(2048)) / 2048
    samples = 0.2 * np.sin(2 * np.pi * swings).sum(axis=0) + 0.01 * chance.normal(size=2048)
    found = np.asarray(call(answer, samples.copy()))
    if found.shape != (20,):
        raise Hint(f"Twenty numbers are asked for, in the shape (20,); yours is {found.shape}.")
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(2048) / 2048)
    magnitudes = np.abs(np.fft.rfft(samples * window))
    mel, bare = (librosa.filters.mel(sr=SAMPLE_RATE, n_fft=2048) @ power for power in
                 (magnitudes**2, np.abs(np.fft.rfft(samples)) ** 2))
    levels = 10 * np.log10(mel)
    of_magnitudes = 10 * np.log10(librosa.filters.mel(sr=SAMPLE_RATE, n_fft=2048) @ magnitudes)
    truth, first_too_large = _cosines(levels), _cosines(levels) * np.sqrt([2, *[1] * 19])
    foresee(found, [
        (_cosines(10 * np.log10(bare)), "The samples are cut off sharply: fade them with the "
                                        "window first."),
        (_cosines(of_magnitudes), "Mel bands add up power: square the magnitudes."),
        (_cosines(2 * of_magnitudes), "Square the magnitudes before the bands add them up."),
        (_cosines(np.log(mel)), "That is the natural logarithm; decibels are 10 times log10."),
        (_cosines(2 * levels), "Of power, decibels are 10 times the logarithm; 20 times is for "
                               "magnitudes."),
        (_cosines(mel), "The levels are missing: take decibels before the cosine waves."),
        (first_too_large, "All right but the first: the flat wave is scaled by √(1 / 128)."),
        (first_too_large * 8, "The waves are not scaled: multiply by √(2 / 128), and the first "
                              "by √(1 / 128)."),
    ], rtol=1e-3, atol=0.01)
    if not np.allclose(found, truth, rtol=1e-3, atol=0.01):
        raise Hint(f"The first number should be {truth[0]:.1f} and the second {truth[1]:.1f}; "
                   f"yours are {found[0]:.1f} and {found[1]:.1f}.")
    return "From 2048 samples to 20 numbers, as librosa makes them."


def _cosines(levels: np.ndarray) -> np.ndarray:
    """Return the first 20 coefficients of the orthonormal cosine transform of 128 levels."""
    waves = np.cos(np.pi * np.outer(np.arange(20), np.arange(128) + 0.5) / 128)
    return waves @ levels * np.sqrt([1 / 128, *[2 / 128] * 19])


@exercise("02.5")
def what_lasts(answer) -> str:
    time = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    tone, clicks = 0.2 * np.sin(2 * np.pi * 440 * time), np.zeros(len(time))
    clicks[SAMPLE_RATE // 2 :: SAMPLE_RATE // 2] = 1.0
    both = (tone + clicks).astype(np.float32)
    found = np.asarray(call(answer, both.copy()))
    if found.shape != both.shape:
        raise Hint(f"{both.shape} samples went in and {found.shape} came out; istft takes a "
                   "length.")
    if np.iscomplexobj(found) or not np.isfinite(found).all():
        raise Hint("The result must be sound: real, finite numbers. Go back with librosa.istft, "
                   "and add 1e-30 to the sum below the fraction bar.")
    tones, strokes = (float(found @ part / (part @ part)) for part in (tone, clicks))
    if tones < 0.5 < strokes:
        raise Hint("The strokes are left, and the tone is gone: the two medians have changed "
                   "places.")
    if strokes > 0.5:
        raise Hint("The strokes are still there. Does one median run along time, size (1, 31)?")
    if tones < 0.9:
        raise Hint(f"Of the lasting tone only {tones:.0%} is left. Multiply the complex STFT, not "
                   "its magnitudes.")
    if strokes > 0.2:
        raise Hint(f"{strokes:.0%} of each stroke is left: square the medians, and divide by the "
                   "sum of both.")
    return f"The tone stays ({tones:.0%}) and the strokes go ({strokes:.0%} are left)."


@exercise("02.6")
def fool(answer, sound, table) -> str:
    changed = changed_sound(answer, sound).astype(np.float32)
    if not np.isfinite(changed).all() or not changed.any():
        raise Hint("There is nothing to hear, or not a number among the samples.")
    alike = _likeness(sound, changed)
    if alike > 0.5:
        raise Hint("That is still the same sound, perhaps shifted or louder: they correlate by "
                   f"{alike:.2f}.")
    if (same := likeness(changed, sound)) > 0.8:
        raise Hint("To the ear that is the same piece: its course is found again with a "
                   f"correlation of {same:.2f}.")
    moved = (summary_features(changed) - summary_features(sound)).abs() / table.std().replace(0, 1)
    if moved.mean() >= 0.2:
        worst = ", ".join(moved.sort_values().index[-3:][::-1])
        raise Hint(f"The features move by {moved.mean():.2f} deviations on average; the most: "
                   f"{worst}.")
    return f"Another sound to the ear, {moved.mean():.2f} deviations to the features."


def _likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Return the largest correlation of two sounds over all shifts, round the end."""
    product = np.fft.irfft(np.fft.rfft(one) * np.conj(np.fft.rfft(other)), len(one))
    return float(np.abs(product).max() / (np.linalg.norm(one) * np.linalg.norm(other)))
