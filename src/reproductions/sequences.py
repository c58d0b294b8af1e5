"""Pieces of three seconds as pictures: what a convolutional network is shown."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from genrelab.corpora import SAMPLE_RATE, AudioError, Corpus, audio, read_audio
from genrelab.corpora.audio import read_content
from genrelab.features import spectra, summary
from genrelab.features.spectra import log_mel, mfcc
from genrelab.features.summary import HOP, N_FFT, segments
from genrelab.runtime import cached, code_version, parallel_cached

SECONDS = 3.0
LENGTH = round(SECONDS * SAMPLE_RATE)
BINS, FRAMES = 128, 65
"""Rows and frames of spectrograms: neighbours are averaged, since the network's time grows with
their number."""


class Sequences(NamedTuple):
    """Pieces of three seconds, in the order of `feature_table(corpus, "3s")`.

    Attributes
    ----------
    rows
        The columns `track` and `segment`.
    pictures
        (n_pieces, n_rows, n_frames), low frequencies or coefficients first.
    """

    rows: pd.DataFrame
    pictures: np.ndarray


def stft_picture(y: np.ndarray) -> np.ndarray:
    """Return a spectrogram, (128, 65) uint8: 255 is the loudest value, 0 is 80 dB below it.

    Eight neighbouring frequencies of 1024, and two frames of 130, are averaged as power.

    Notebook: 04 and 09.
    """
    import librosa

    power = np.abs(librosa.stft(y, n_fft=N_FFT, hop_length=HOP)) ** 2
    return _decibels(_averaged(power[: N_FFT // 2], BINS, FRAMES))


def mel_sequence(y: np.ndarray) -> np.ndarray:
    """Return a mel spectrogram, (128, 65) uint8 as in `stft_picture`; two frames are averaged as
    power.

    Notebook: 04 and 09.
    """
    import librosa

    power = librosa.feature.melspectrogram(y=y, sr=SAMPLE_RATE, n_mels=BINS, n_fft=N_FFT,
                                           hop_length=HOP)
    return _decibels(_averaged(power, BINS, FRAMES))


def mfcc_sequence(y: np.ndarray) -> np.ndarray:
    """Return MFCCs, (20, 130) float32 dB, as `mfcc` gives them.

    Notebook: 09.
    """
    return mfcc(y)


def noisy_mfcc_sequence(y: np.ndarray, snr: float = 10.0) -> np.ndarray:
    """Return MFCCs of a sound with white noise on it, `snr` dB below the sound; equal sounds get
    equal noise."""
    noise = np.random.default_rng(zlib.crc32(y.tobytes())).standard_normal(len(y), dtype=np.float32)
    return mfcc(y + noise * np.sqrt(np.mean(y**2)) * 10 ** (-snr / 20))


KINDS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "stft": stft_picture,
    "mel": mel_sequence,
    "mfcc": mfcc_sequence,
    "mfcc_noise": noisy_mfcc_sequence,
}


def sequences(corpus: Corpus, kind: str) -> Sequences:
    """Turn every piece of three seconds of a corpus into a picture.

    Parameters
    ----------
    corpus
        Whose tracks; a track shorter than three seconds is one piece, with silence after it.
    kind
        ``"stft"``, ``"mel"``, ``"mfcc"``, or ``"mfcc_noise"`` (with white noise 10 dB below the
        sound).

    Raises
    ------
    ValueError
        If there is no such kind.
    AudioError
        If a file cannot be decoded any more; the message names it and the mend.

    Notes
    -----
    The pictures of a track are kept as soon as they are there, like the rows of `feature_table`.
    The paper gives no parameters: these are librosa's defaults, with spectrograms averaged to 128 ×
    65.

    Paper: P. Cortis, section III.B. Notebook: 04.
    """
    if kind not in KINDS:
        raise ValueError(f"There are no pictures of the kind {kind!r}. Choose one of "
                         f"{', '.join(KINDS)}.")
    found = _of_tracks(corpus, corpus.tracks.index, _pieces, {"picture": kind}, f"{kind} of 3 s")
    counts = [len(pieces) for pieces in found]
    rows = pd.DataFrame({"track": corpus.tracks.index.repeat(counts),
                         "segment": np.concatenate([np.arange(count) for count in counts])})
    return Sequences(rows, np.concatenate(found))


def whole_track_pictures(corpus: Corpus, tracks: pd.Index, shape: tuple[int, int]) -> np.ndarray:
    """Return log-mel spectrograms of whole tracks, 80 dB deep, averaged to a shape: ``(n_tracks,
    *shape)`` uint8.

    Rows and frames are averaged in decibels, high bands on top as in the published pictures.

    Notes
    -----
    Notebook: 04.
    """
    return np.stack(
        _of_tracks(corpus, tracks, _whole, {"shape": list(shape)}, "log-mel of whole tracks"))


def _of_tracks(corpus: Corpus, tracks: pd.Index, make: Callable, key: dict,
               describe: str) -> list[np.ndarray]:
    contents = {track: content for track, content in corpus.contents().items() if track in tracks}
    for content in contents.values():
        if isinstance(content, AudioError):
            raise content
    key |= {"code": code_version(sys.modules[__name__], spectra, summary, audio),
            "librosa": version("librosa")}
    keys = [{"content": contents[track].hash, **key} for track in tracks]
    paths = [corpus.path(track) for track in tracks]
    return parallel_cached("sequences", partial(make, key=key), paths, keys, describe)


def _pieces(path: Path, key: dict) -> np.ndarray:
    picture = KINDS[key["picture"]]

    def work() -> np.ndarray:
        pieces = segments(read_audio(path), SECONDS)
        return np.stack(
            [picture(np.pad(piece, (0, max(0, LENGTH - len(piece))))) for piece in pieces])

    return cached("sequences", work, content=read_content(path).hash, **key)


def _whole(path: Path, key: dict) -> np.ndarray:
    def work() -> np.ndarray:
        levels = log_mel(read_audio(path))[::-1]
        return np.rint((averaged(levels, *key["shape"]) + 80) * (255 / 80)).astype(np.uint8)

    return cached("sequences", work, content=read_content(path).hash, **key)


def averaged(values: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Shrink a (..., height, width) picture to (..., rows, columns) by the mean of what falls into
    each place.

    Notebook: 04 and 09.
    """
    for axis, size in ((-2, rows), (-1, columns)):
        edges = np.linspace(0, values.shape[axis], size + 1)
        low = np.floor(edges[:-1]).astype(int)
        high = np.maximum(np.ceil(edges[1:] - 1e-9).astype(int), low + 1)
        none = np.zeros_like(values.take([0], axis), np.float64)
        total = np.concatenate([none, values.cumsum(axis, np.float64)], axis)
        shape = [1, 1]
        shape[axis] = size
        values = (total.take(high, axis) - total.take(low, axis)) / (high - low).reshape(shape)
    return values


def _averaged(power: np.ndarray, rows: int, frames: int) -> np.ndarray:
    return averaged(power[:, : frames * (power.shape[1] // frames)], rows, frames)


def _decibels(power: np.ndarray) -> np.ndarray:
    import librosa

    levels = librosa.power_to_db(power, ref=np.max, top_db=80)
    return np.rint((levels + 80) * (255 / 80)).astype(np.uint8)
