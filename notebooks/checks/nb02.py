"""Checks of notebook 02."""

from __future__ import annotations

import math

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
        return f"{truth:.2f} Hz: the same as 2048 samples at 22 050, since a frame lasts as long."
    if math.isclose(answer, truth / 2, rel_tol=0.01):
        raise Hint("The rows reach up to half of the sampling rate, and there are half as many "
                   "steps, too.")
    if math.isclose(answer, 2 * truth, rel_tol=0.01):
        raise Hint("4096 samples give 2048 steps, but only up to half of the sampling rate.")
    if any(math.isclose(answer, x, rel_tol=0.01) for x in (22_050 / 4096, 44_100 / 2048)):
        raise Hint("Look at the numbers again: 44 100 samples a second, 4096 samples in a frame.")
    raise Hint("One step is one oscillation more in a frame. How many seconds does a frame last?")


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
                     "That normalises each frame over the coefficients: take the other axis."),
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
