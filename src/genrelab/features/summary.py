"""The 57 numbers by which a well-known table describes each track of GTZAN, computed fast."""

from __future__ import annotations

import sys
import warnings
from functools import lru_cache, partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from genrelab.corpora import SAMPLE_RATE, AudioError, Corpus, audio, read_audio
from genrelab.corpora.audio import read_content
from genrelab.features import hpss
from genrelab.runtime import cached, code_version, parallel_cached

N_FFT, HOP, N_MFCC = 2048, 512, 20
"""Samples in a frame, samples from one frame to the next, cepstral coefficients: librosa's
defaults."""

WINDOWS = {"30s": None, "3s": 3.0}
"""Seconds of each window of `feature_table`; None is the whole track."""

_DESCRIBED = ("chroma_stft", "rms", "spectral_centroid", "spectral_bandwidth", "rolloff",
              "zero_crossing_rate")
_SOUNDS = ("harmony", "perceptr")

COLUMNS = (
    *(f"{name}_{statistic}" for name in (*_DESCRIBED, *_SOUNDS) for statistic in ("mean", "var")),
    "tempo",
    *(f"mfcc{k}_{statistic}" for k in range(1, N_MFCC + 1) for statistic in ("mean", "var")),
)
"""Names of the 57 features, in the order of the published table."""


def summary_features(y: np.ndarray, sr: int = SAMPLE_RATE) -> pd.Series:
    """Describe a sound by the 57 numbers of the features published with GTZAN.

    Parameters
    ----------
    y
        (n_samples,) mono sound; one sample is enough, though little can be said of it.
    sr
        Its samples a second. Another rate than 22 050 Hz is resampled first, since all features
        depend on it.

    Returns
    -------
    pandas.Series
        57 float64 values named as in `features_30_sec.csv`: ``<feature>_mean`` and
        ``<feature>_var`` over the frames for ``chroma_stft`` (relative strength of the twelve pitch
        classes), ``rms`` (full scale = 1), ``spectral_centroid``, ``spectral_bandwidth`` and
        ``rolloff`` (Hz), ``zero_crossing_rate`` (share of the samples), ``mfcc1`` … ``mfcc20``
        (dB); mean and variance over the samples of ``harmony`` and ``perceptr``, the harmonic and
        the percussive part of the sound; and ``tempo`` (beats a minute; 0 where nothing begins).

    Raises
    ------
    ValueError
        If there are no samples, more than one channel, values that are not finite, or no such rate.

    Notes
    -----
    The features are those that librosa computes by its defaults (2048 samples a frame, 512 from one
    to the next) with ``pad_mode="reflect"``, to within 1e-4: the librosa of the table's time
    mirrored the sound at its ends, where today's adds silence, which moves some features by several
    per cent. All of them share one STFT, the tuning is estimated where its pitches can lie, and
    `hpss.separate` takes the sound apart. Silence has the features that librosa gives it: 0, and
    −1131 for the mean of ``mfcc1``.

    What is left against the published table is below 0.1 %, and has one cause: the separation of
    that time left what stands after the last whole hop silent, up to 511 samples. `harmony_mean`
    and `perceptr_mean` are near zero, and differ by up to 2e-5 of full scale.

    Paper: P. Cortis, section III.B; used by its feature models of Table I. Notebook: 02.

    Examples
    --------
    >>> summary_features(np.zeros(22_050, np.float32))["tempo"]
    0.0
    """
    import librosa

    y = _checked(y, sr)
    # not by librosa, which refuses to mirror less than half a frame
    mirrored = np.pad(y, N_FFT // 2, mode="reflect")
    spectrum = librosa.stft(mirrored, n_fft=N_FFT, hop_length=HOP, center=False)
    magnitudes = np.abs(spectrum)
    power = np.square(magnitudes)
    levels = librosa.power_to_db(_mel_filters() @ power)
    described = dict(zip(_DESCRIBED, (
        librosa.feature.chroma_stft(S=power, sr=SAMPLE_RATE, tuning=_tuning(power)),
        librosa.feature.rms(y=mirrored, frame_length=N_FFT, hop_length=HOP, center=False),
        *_centroid_and_bandwidth(magnitudes), _rolloff(magnitudes), _zero_crossing_rate(y))))
    described |= dict(zip(_SOUNDS, hpss.separate(y, spectrum)))
    described |= {f"mfcc{k}": row
                  for k, row in enumerate(librosa.feature.mfcc(S=levels, n_mfcc=N_MFCC), start=1)}
    values = {"tempo": _tempo(levels)}
    for name, series in described.items():
        values[f"{name}_mean"] = series.mean(dtype=np.float64)
        values[f"{name}_var"] = series.var(dtype=np.float64)
    return pd.Series(values, dtype=np.float64)[list(COLUMNS)]


def _checked(y: np.ndarray, sr: float) -> np.ndarray:
    """Return a sound as (n_samples,) float32 at 22 050 Hz, or say what is wrong with it."""
    y = np.asarray(y)
    if y.ndim != 1:
        raise ValueError(f"A sound is a (n_samples,) array; this one is {y.shape}. Average its "
                         "channels first.")
    if not len(y):
        raise ValueError("The sound holds no samples. Leave it out.")
    if y.dtype.kind in "iu":
        raise ValueError(f"The samples are {y.dtype}. Divide them by {np.iinfo(y.dtype).max}: full "
                         "scale is 1.")
    if not np.isfinite(y).all():
        raise ValueError("The sound holds samples that are not finite numbers. Leave it out, or "
                         "mend it first.")
    if not sr > 0:
        raise ValueError(f"sr={sr}: a sound has a positive number of samples a second, such as "
                         f"{SAMPLE_RATE}.")
    if sr != SAMPLE_RATE:
        import soxr  # only for sound of another rate than GTZAN's

        y = soxr.resample(y.astype(np.float32), sr, SAMPLE_RATE, quality="HQ")
        if not len(y):
            raise ValueError(f"The sound is too short to be brought from {sr} to {SAMPLE_RATE} Hz. "
                             "Leave it out.")
    return np.ascontiguousarray(y, dtype=np.float32)


@lru_cache
def _mel_filters() -> np.ndarray:
    import librosa

    return librosa.filters.mel(sr=SAMPLE_RATE, n_fft=N_FFT)


def _tuning(power: np.ndarray) -> float:
    """Estimate how far a sound is tuned from 440 Hz, in semitones, as `librosa.estimate_tuning`
    does.

    librosa looks at pitches up to 4000 Hz only, so the lower half of the rows is enough. It is
    handed over as the spectrum of half as long frames at half the rate, whose rows stand at the
    same frequencies.
    """
    import librosa

    half = N_FFT // 4 + 1
    with warnings.catch_warnings():
        # of silence, or of a single sample: it is 0
        warnings.filterwarnings("ignore", "Trying to estimate tuning")
        return librosa.estimate_tuning(S=power[:half], sr=SAMPLE_RATE / 2, n_fft=N_FFT // 2,
                                       ref=0.1 * power.max(axis=0))


def _centroid_and_bandwidth(magnitudes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of frequency in each frame, (n_frames,) Hz each; 0 for
    silent frames."""
    frequencies = np.arange(len(magnitudes)) * (SAMPLE_RATE / N_FFT)
    moments = (np.stack([np.ones_like(frequencies), frequencies, frequencies**2])
               @ magnitudes.astype(np.float64))
    total, first, second = moments
    total = np.where(total < np.finfo(np.float32).tiny, 1.0, total)
    centroid = first / total
    return centroid, np.sqrt(np.maximum(second / total - centroid**2, 0))


def _rolloff(magnitudes: np.ndarray, share: float = 0.85) -> np.ndarray:
    """Return the frequency below which 85 % of each frame's magnitude lies, (n_frames,) Hz."""
    total = np.cumsum(magnitudes, axis=0)
    return np.count_nonzero(total < share * total[-1], axis=0) * (SAMPLE_RATE / N_FFT)


def _zero_crossing_rate(y: np.ndarray) -> np.ndarray:
    """Return the share of samples at which the sign changes, (n_frames,), by one running count over
    all frames."""
    negative = y < -1e-10  # librosa takes smaller values for zero, and zero for positive
    crossings = np.zeros(len(y) + 2 * (N_FFT // 2), np.int64)
    crossings[N_FFT // 2 + 1 : N_FFT // 2 + len(y)] = negative[1:] != negative[:-1]
    count = np.cumsum(crossings)
    first = np.arange(0, len(crossings) - N_FFT + 1, HOP)
    # a frame's own first sample is no crossing
    return (count[first + N_FFT - 1] - count[first]) / N_FFT


def _tempo(levels: np.ndarray) -> float:
    """Estimate the tempo in beats a minute, as `librosa.beat.beat_track` does: 0 where no note
    begins."""
    import librosa

    onsets = librosa.onset.onset_strength(S=levels, sr=SAMPLE_RATE, hop_length=HOP,
                                          aggregate=np.median)
    if not onsets.any():
        return 0.0
    return float(librosa.feature.tempo(onset_envelope=onsets, sr=SAMPLE_RATE, hop_length=HOP)[0])


def feature_table(corpus: Corpus, window: str = "30s") -> pd.DataFrame:
    """Describe every track of a corpus, or every three seconds of it, by the 57 summary features.

    Parameters
    ----------
    corpus
        Whose tracks.
    window
        ``"30s"`` for whole tracks, ``"3s"`` for consecutive pieces of 66 150 samples; what is left
        over at the end is not used, and a track shorter than three seconds is one piece.

    Returns
    -------
    pandas.DataFrame
        ``"30s"``: one row a track, indexed by track id in the order of `corpus.tracks`, 57 columns.
        ``"3s"``: one row a piece, with the columns `track` and `segment` (counted from 0) before
        the 57.

    Raises
    ------
    ValueError
        If there is no such window.
    AudioError
        If a file cannot be decoded any more; the message names it and the mend.

    Notes
    -----
    Tracks are worked on in parallel. The rows of a track are kept as soon as they are there, by its
    samples, the window, librosa's version and the code; a run that was killed goes on where it
    stopped.

    Paper: P. Cortis, section III.A and III.B (both tables). Notebook: 02, 03 and 04.
    """
    if window not in WINDOWS:
        raise ValueError(f"There is no window {window!r}. Choose one of {', '.join(WINDOWS)}.")
    contents = corpus.contents()
    for content in contents.values():
        if isinstance(content, AudioError):
            raise content
    key = {"window": window, "code": code_version(sys.modules[__name__], hpss, audio),
           "librosa": version("librosa")}
    keys = [{"content": content.hash, **key} for content in contents.values()]
    paths = [corpus.path(track) for track in contents]
    rows = parallel_cached("summary_features", partial(_rows, key=key), paths, keys,
                           f"57 features, {window}")
    table = pd.DataFrame(np.concatenate(rows), columns=list(COLUMNS))
    counts = [len(found) for found in rows]
    tracks = corpus.tracks.index.repeat(counts)
    if WINDOWS[window] is None:
        return table.set_index(tracks)
    table.insert(0, "track", tracks)
    table.insert(1, "segment", np.concatenate([np.arange(count) for count in counts]))
    return table


def _rows(path: Path, key: dict) -> np.ndarray:
    """Return the features of each window of a file, (n_windows, 57) float64."""
    return cached("summary_features", lambda: _describe(path, key["window"]),
                  content=read_content(path).hash, **key)


def _describe(path: Path, window: str) -> np.ndarray:
    return np.stack(
        [summary_features(piece) for piece in segments(read_audio(path), WINDOWS[window])])


def segments(y: np.ndarray, seconds: float | None = 3.0) -> list[np.ndarray]:
    """Cut a sound at 22 050 Hz into consecutive pieces; see `feature_table`.

    Parameters
    ----------
    y
        (n_samples,) sound.
    seconds
        Length of a piece; None keeps the sound whole.

    Returns
    -------
    list of numpy.ndarray
        (n_samples_of_a_piece,) each, views into `y`.

    Notes
    -----
    Notebook: 02 and 04.
    """
    length = len(y) if seconds is None else round(seconds * SAMPLE_RATE)
    if len(y) <= length:
        return [y]
    return [y[first : first + length] for first in range(0, len(y) - length + 1, length)]
