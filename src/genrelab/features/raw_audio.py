"""Segments of 0.9 seconds as numbers: raw audio averaged to a few hundred values, or coefficients
beside it."""

from __future__ import annotations

import sys
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from genrelab.corpora import SAMPLE_RATE, AudioError, Corpus, audio, read_audio
from genrelab.corpora.audio import read_content
from genrelab.runtime import cached, code_version, parallel_cached

LENGTH = 20_000
"""Samples of a segment."""

N_SEGMENTS = 20
"""Segments of a track: its first 400 000 samples, 18.1 s."""

SECONDS = LENGTH * N_SEGMENTS / SAMPLE_RATE

HOP, N_FFT, ROWS = 800, 2048, 20
"""Of the coefficients: 25 frames of 20 rows are 500 numbers, as many as pooling by 40 leaves."""

KINDS = ("raw", "mfcc", "log_mel")


class Segments(NamedTuple):
    """Segments of tracks, 20 of each.

    Attributes
    ----------
    rows
        The columns `track`, `segment` and `genre`.
    values
        (n_segments, n_values) float32.
    """

    rows: pd.DataFrame
    values: np.ndarray


def pooled(y: np.ndarray, pool: int = 40) -> np.ndarray:
    """Return the segments of a track with each `pool` neighbouring samples averaged, (20, 20 000 /
    pool) float32.

    Parameters
    ----------
    y
        (n_samples,) of at least 400 000 samples.
    pool
        A divisor of 20 000. At 40, what is left has 551 values a second, so no frequency above 276
        Hz.

    Notes
    -----
    Paper: A. Sawhney and others, section 3. Notebook: 05.
    """
    return _cut(y).reshape(N_SEGMENTS, LENGTH // pool, pool).mean(
        axis=2, dtype=np.float64).astype(np.float32)


def unpooled(values: np.ndarray, pool: int = 40) -> np.ndarray:
    """Return the sound of averaged values, (n,) to (n · pool,) at 22 050 Hz, with nothing above
    what they can hold.

    Notebook: 05.
    """
    from scipy.signal import resample_poly

    return resample_poly(np.asarray(values, np.float64), pool, 1).astype(np.float32)


def log_mel_rows(y: np.ndarray) -> np.ndarray:
    """Return 20 mel bands in 25 frames of each segment, in decibels: (20, 500) float32."""
    import librosa

    spectra = librosa.feature.melspectrogram(y=_cut(y), sr=SAMPLE_RATE, n_fft=N_FFT, hop_length=HOP,
                                             n_mels=ROWS)
    return _flat(librosa.power_to_db(spectra, top_db=None))


def mfcc_rows(y: np.ndarray) -> np.ndarray:
    """Return 20 mel-frequency cepstral coefficients in 25 frames of each segment: (20, 500)
    float32."""
    import librosa

    spectra = librosa.feature.melspectrogram(y=_cut(y), sr=SAMPLE_RATE, n_fft=N_FFT, hop_length=HOP)
    return _flat(librosa.feature.mfcc(S=librosa.power_to_db(spectra, top_db=None), n_mfcc=ROWS))


def segment_table(corpus: Corpus, tracks: pd.Index, kind: str = "raw", pool: int = 40) -> Segments:
    """Return the segments of tracks.

    Parameters
    ----------
    corpus, tracks
        Where they are from, and which; each at least 18.2 s long.
    kind
        ``"raw"`` (averaged samples, not normalised), ``"mfcc"`` or ``"log_mel"``.
    pool
        Of raw samples, see `pooled`.

    Raises
    ------
    ValueError
        If there is no such kind, or a track is too short.
    AudioError
        If a file cannot be decoded any more.

    Notes
    -----
    Paper: A. Sawhney and others, section 3, and section 6 for the coefficients. Notebook: 05.
    """
    if kind not in KINDS:
        raise ValueError(f"There are no segments of the kind {kind!r}. Choose one of "
                         f"{', '.join(KINDS)}.")
    contents = corpus.contents()
    for track in tracks:
        if isinstance(contents[track], AudioError):
            raise contents[track]
    key = {"values": kind, "pool": pool if kind == "raw" else 0,
           "code": code_version(sys.modules[__name__], audio)}
    key |= {"librosa": version("librosa")} if kind != "raw" else {}
    keys = [{"content": contents[track].hash, **key} for track in tracks]
    paths = [corpus.path(track) for track in tracks]
    found = parallel_cached("segments", partial(_of_track, key=key), paths, keys,
                            f"{kind} segments")
    rows = pd.DataFrame({"track": tracks.repeat(N_SEGMENTS),
                         "segment": np.tile(np.arange(N_SEGMENTS), len(tracks))})
    rows["genre"] = corpus.tracks["genre"].loc[rows["track"]].to_numpy()
    return Segments(rows, np.concatenate(found))


def _of_track(path: Path, key: dict) -> np.ndarray:
    def work() -> np.ndarray:
        y = read_audio(path)
        return {"raw": partial(pooled, pool=key["pool"]), "mfcc": mfcc_rows,
                "log_mel": log_mel_rows}[key["values"]](y)

    return cached("segments", work, content=read_content(path).hash, **key)


def _cut(y: np.ndarray) -> np.ndarray:
    if len(y) < LENGTH * N_SEGMENTS:
        raise ValueError(f"A track of {len(y) / SAMPLE_RATE:.1f} s is too short: {N_SEGMENTS} "
                         f"segments need {SECONDS:.1f} s.")
    return y[: LENGTH * N_SEGMENTS].reshape(N_SEGMENTS, LENGTH)


def _flat(values: np.ndarray) -> np.ndarray:
    return values[..., : LENGTH // HOP].reshape(N_SEGMENTS, -1).astype(np.float32)
