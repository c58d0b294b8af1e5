"""The sound of many tracks in one array, and the places of the pieces that are asked of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from genrelab.corpora import Corpus, read_audio
from genrelab.runtime import parallel

LONGEST = 660_000
"""Samples that are taken of a track: what the shortest one of GTZAN has."""

EVERY, MOST = 110_250, 5
"""A piece begins every five seconds, five pieces at most."""


def stacked_audio(corpus: Corpus, tracks: pd.Index) -> np.ndarray:
    """Return the beginnings of tracks, as long as the shortest of them: (n_tracks, n_samples) int16
    at 22 050 Hz.

    Parameters
    ----------
    corpus, tracks
        Where they are from, and which.

    Raises
    ------
    AudioError
        If a file cannot be decoded any more.

    Notes
    -----
    Notebook: 08.
    """
    n_samples = samples_of(corpus, tracks)
    return np.stack(parallel(partial(_of, n_samples=n_samples), [corpus.path(t) for t in tracks],
                             "reading sound"))


def samples_of(corpus: Corpus, tracks: pd.Index) -> int:
    """Return how many samples `stacked_audio` takes of each track, from the headers alone."""
    return min(LONGEST, round(corpus.tracks.loc[tracks, "seconds"].min() * 22_050))


def starts(n_samples: int, length: int) -> list[int]:
    """Return the first samples of the pieces of a track: every five seconds, five at most; what
    sticks out is dropped.

    Parameters
    ----------
    n_samples, length
        Samples of the track, and of a piece.
    """
    return [start for start in range(0, n_samples - length + 1, EVERY)][:MOST]


def _of(path: Path, n_samples: int) -> np.ndarray:
    y = read_audio(path)[:n_samples]
    y = np.pad(y, (0, n_samples - len(y)))  # a header's seconds may be off by a sample
    return np.clip(np.rint(y * 32768), -32768, 32767).astype(np.int16)
