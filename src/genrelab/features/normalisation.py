"""Cepstral mean and variance normalisation over a sliding window."""

from __future__ import annotations

import numpy as np

NO_SPREAD = 1e-6
"""A window whose deviation is smaller than this share of the whole row's counts as constant."""


def cmvn(coefficients: np.ndarray, window: int = 301, variance: bool = True) -> np.ndarray:
    """Normalise each coefficient by its mean and deviation over the frames around it.

    Parameters
    ----------
    coefficients
        (..., n_coefficients, n_frames), such as MFCCs.
    window
        Odd number of frames, the frame itself in the middle. At the ends the window holds only
        frames that are there; one of at least ``2 * n_frames - 1`` frames sees the whole sound
        everywhere.
    variance
        False takes the mean away and leaves the deviation.

    Returns
    -------
    numpy.ndarray
        As `coefficients`, float64: without unit where `variance`, else in their unit. 0 where a
        window is constant.

    Raises
    ------
    ValueError
        If there are no frames, or `window` is no odd positive number.

    Notes
    -----
    What is fixed over the window goes: a microphone, a room, an equaliser each add a constant to
    the logarithm of the spectrum, hence to its cosine transform. The paper names neither window nor
    code; 301 frames with variance are the default of a common package for speech, which mirrors the
    frames at the ends instead of shortening the window. On three seconds (130 frames) 301 frames
    are the whole, so that choice makes no difference to the mean.

    Paper: P. Cortis, section III.B; O. Viikki and K. Laurila, 1998. Notebook: 02.
    """
    x = np.asarray(coefficients, dtype=np.float64)
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ValueError("There are no frames to normalise. Give (n_coefficients, n_frames) "
                         "coefficients.")
    if window != int(window) or window < 1 or window % 2 == 0:
        raise ValueError(f"window={window}: the window has an odd number of frames, such as 301.")
    n = x.shape[-1]
    half = int(window) // 2
    first = np.maximum(np.arange(n) - half, 0)
    beyond = np.minimum(np.arange(n) + half + 1, n)
    x = x - x.mean(axis=-1, keepdims=True)  # so that the running sums below stay small, and exact

    def over_window(values: np.ndarray) -> np.ndarray:
        zero = np.zeros_like(values[..., :1])
        total = np.concatenate([zero, np.cumsum(values, axis=-1)], axis=-1)
        return (total[..., beyond] - total[..., first]) / (beyond - first)

    mean = over_window(x)
    if not variance:
        return x - mean
    deviation = np.sqrt(np.maximum(over_window(x**2) - mean**2, 0))
    varies = deviation > NO_SPREAD * x.std(axis=-1, keepdims=True)
    return np.where(varies, (x - mean) / np.where(varies, deviation, 1), 0)
