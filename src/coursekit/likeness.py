"""Whether one sound is still the other, told from how their spectra go on in time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from coursekit.exercises import Hint, call
from genrelab.corpora import SAMPLE_RATE

FRAMES = 32
"""Length of a stretch that is looked for, in frames of 1024 samples: one second and a half."""

BANDS = 4
"""By so many mel bands may a stretch be higher or lower: some three semitones."""

LEAST = 0.5
"""The likeness of the same music, even in noise as loud as itself; noise with the music's own
spectrum has some 0.1."""


def likeness(changed: np.ndarray, sound: np.ndarray) -> float:
    """Return how well the stretches of a changed sound are found again in the sound, from 0 to 1.

    Each stretch of the changed mel spectrogram is correlated with all of the other, at all times
    and a little higher or lower, and the best is taken. So an echo, a filter, some noise, another
    level, pitch or tempo, or parts in another order leave much of the likeness; noise and the same
    piece played backwards do not. Another piece of the same genre may have some 0.6.
    """
    here, there = _course(changed), _course(sound)
    n = min(FRAMES, here.shape[1], there.shape[1])
    stretches = np.stack([_unit(here[:, k : k + n]) for k in range(0, here.shape[1] - n + 1, n)])
    best = np.zeros(len(stretches))
    for shift in range(-BANDS, BANDS + 1):
        moved = np.zeros_like(there)
        lowered = there[max(-shift, 0) : len(there) - max(shift, 0)]
        moved[max(shift, 0) : len(there) + min(shift, 0)] = lowered
        windows = np.lib.stride_tricks.sliding_window_view(moved, n, axis=1)
        products = np.tensordot(stretches, windows, axes=([1, 2], [0, 2]))
        sums, squares = windows.sum(axis=(0, 2)), (windows**2).sum(axis=(0, 2))
        deviations = np.sqrt(np.maximum(squares - sums**2 / moved[:, :n].size, 1e-9))
        best = np.maximum(best, (products / deviations).max(axis=1))
    return float(best.mean())


def changed_sound(answer: Callable, sound: np.ndarray) -> np.ndarray:
    """Return what an answer makes of a sound; raise a hint where that is no sound of its length."""
    changed = np.asarray(call(answer, sound.copy()))
    if np.iscomplexobj(changed):
        raise Hint("The result is complex: go back to sound with irfft or istft.")
    if changed.shape != sound.shape:
        raise Hint(f"As many samples as before are asked for: {sound.shape}, not {changed.shape}.")
    return changed


def must_be_the_same_music(answer: Callable, changed: np.ndarray, sound: np.ndarray) -> float:
    """Return the likeness of what an answer made of a sound; raise a hint where it is no longer
    that music.

    Raises
    ------
    Hint
        If the answer does not depend on what goes in, plays it backwards, or leaves too little of
        it.
    """
    backwards = sound[::-1].copy()
    if np.array_equal(np.asarray(answer(backwards.copy())), changed):
        raise Hint("Whatever sound goes in, the same comes out: change the sound that you are "
                   "given.")
    found, reversed_ = likeness(changed, sound), likeness(changed, backwards)
    if reversed_ > max(found, LEAST):
        raise Hint("That is the piece played backwards, and nobody would know it again.")
    if not found > LEAST:
        raise Hint("The piece is not heard in it any more: its stretches are found again with a "
                   f"correlation of {found:.2f} over time; more than {LEAST} is asked for.")
    return found


def _course(y: np.ndarray) -> np.ndarray:
    """Return a mel spectrogram in decibels, (64, n_frames), without what each band has on average:
    that is colour."""
    import librosa

    power = librosa.feature.melspectrogram(y=y.astype(np.float32), sr=SAMPLE_RATE, hop_length=1024,
                                           n_mels=64)
    decibels = librosa.power_to_db(power, ref=np.max, top_db=60)
    return decibels - decibels.mean(axis=1, keepdims=True)


def _unit(x: np.ndarray) -> np.ndarray:
    x = x - x.mean()
    return x / max(np.linalg.norm(x), 1e-9)
