"""Spectra on the mel scale and their cepstrum."""

from __future__ import annotations

import numpy as np
import pandas as pd

from genrelab.corpora import SAMPLE_RATE


def log_mel(y: np.ndarray, sr: int = SAMPLE_RATE, n_mels: int = 128, n_fft: int = 2048,
            hop: int = 512) -> np.ndarray:
    """Return the mel spectrogram in decibels below its loudest value.

    Parameters
    ----------
    y
        (n_samples,) mono sound.
    sr
        Samples a second.
    n_mels, n_fft, hop
        Mel bands; samples in a frame; samples from one frame to the next.

    Returns
    -------
    numpy.ndarray
        (n_mels, n_frames) float32 in [−80, 0] dB, low bands first.

    Notes
    -----
    Notebook: 00 and 04.
    """
    import librosa

    power = librosa.feature.melspectrogram(y=y, sr=sr, n_mels=n_mels, n_fft=n_fft, hop_length=hop)
    return librosa.power_to_db(power, ref=np.max).astype(np.float32)


def mfcc(y: np.ndarray, sr: int = SAMPLE_RATE, n_mfcc: int = 20) -> np.ndarray:
    """Return mel-frequency cepstral coefficients by librosa's defaults: (n_mfcc, n_frames) float32.

    Notes
    -----
    Notebook: 02.
    """
    import librosa

    return librosa.feature.mfcc(y=y, sr=sr, n_mfcc=n_mfcc)


def mfcc_statistics(y: np.ndarray, sr: int = SAMPLE_RATE) -> pd.Series:
    """Return mean and standard deviation over time of 20 MFCCs: the plainest description of a
    sound's colour.

    Returns
    -------
    pandas.Series
        40 values named ``mfcc1_mean`` … ``mfcc20_mean``, ``mfcc1_sd`` … ``mfcc20_sd``.

    Notes
    -----
    Notebook: 01.
    """
    coefficients = mfcc(y, sr)
    numbers = range(1, len(coefficients) + 1)
    return pd.Series(np.concatenate([coefficients.mean(axis=1), coefficients.std(axis=1)]),
                     index=[f"mfcc{k}_mean" for k in numbers] + [f"mfcc{k}_sd" for k in numbers])
