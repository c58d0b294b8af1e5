"""The published mel-spectrogram pictures, and the same computed from sound by the recipe that was
fitted to them."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from genrelab.corpora import SAMPLE_RATE, Corpus, audio, read_audio
from genrelab.corpora.pictures import PICTURE_SHAPE, read_picture
from genrelab.runtime import code_version, parallel, parallel_cached


class Pictures(NamedTuple):
    """The pictures of a corpus.

    Attributes
    ----------
    tracks
        Track ids, one for each picture.
    images
        (n_tracks, 216, 334) float32 in [0, 1], high mel bands on top.
    source
        ``"kaggle-picture"`` for published ones, else the audio that they were computed from
        (``"pcm"`` …).
    missing
        Tracks without a published picture; they are left out, since the two sources are never
        mixed.
    """

    tracks: pd.Index
    images: np.ndarray
    source: str
    missing: tuple[str, ...]


def mel_pictures(corpus: Corpus, tracks: pd.Index) -> Pictures:
    """Return the pictures of tracks: the published ones where the corpus has any, else computed
    ones.

    Notes
    -----
    Notebook: 06.
    """
    if corpus.pictures:
        there = tracks[[track in corpus.pictures for track in tracks]]
        paths = [corpus.root / corpus.pictures[track] for track in there]
        images = np.stack(parallel(read_picture, paths, "reading pictures"))
        return Pictures(there, images, "kaggle-picture", tuple(tracks.difference(there)))
    contents = corpus.contents()
    code = f"{code_version(sys.modules[__name__], audio)} librosa {version('librosa')}"
    keys = [{"content": contents[track].hash, "code": code} for track in tracks]
    paths = [corpus.path(track) for track in tracks]
    images = parallel_cached("mel_picture", _of_file, paths, keys, "mel pictures")
    return Pictures(tracks, np.stack(images), corpus.audio_kind, ())


def _of_file(path: Path) -> np.ndarray:
    return picture_of_sound(read_audio(path))


def picture_of_sound(y: np.ndarray) -> np.ndarray:
    """Compute the picture of a sound that Kaggle's `images_original` would hold.

    Parameters
    ----------
    y
        (n_samples,) at 22 050 Hz.

    Returns
    -------
    numpy.ndarray
        (216, 334) float32 in [0, 1], high mel bands on top.

    Notes
    -----
    The recipe was found by fitting, and gives 97.6 to 99.97 % of the pixels of the published
    pictures of ten lossless tracks. Two oddities belong to it: decibels of *amplitude* are taken of
    a *power* spectrogram, so that the usual 80 dB floor lies at 40 dB; and the picture shows every
    fourth frame or so, and each mel band in one or two rows. From re-coded sound the picture is
    near the published one, not equal: never mix the two.

    Notebook: 06.
    """
    import librosa

    power = librosa.feature.melspectrogram(y=y, sr=SAMPLE_RATE)
    decibels = librosa.amplitude_to_db(power, ref=np.max)
    low, high = decibels.min(), decibels.max()
    scaled = (decibels - low) / max(high - low, np.finfo(np.float32).tiny)
    index = np.minimum(np.floor(scaled * 256), 255)
    rows, columns = PICTURE_SHAPE
    n_mels, n_frames = index.shape
    band = np.floor(n_mels / 217.5 * np.arange(rows) + 0.86).astype(int)
    frame = np.floor((np.arange(columns) + 2) * n_frames / 334.8).astype(int)
    picture = index[::-1][np.minimum(band, n_mels - 1)][:, np.minimum(frame, n_frames - 1)]
    return (picture / 255).astype(np.float32)
