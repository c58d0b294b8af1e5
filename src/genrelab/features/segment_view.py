"""A corpus cut into segments, so that a point of a map may be a segment and be heard as one."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

from genrelab.corpora import Corpus
from genrelab.features.raw_audio import LENGTH


class SegmentView:
    """What a map needs of a corpus, with segments in the place of tracks.

    Parameters
    ----------
    corpus
        Whose sound.
    rows
        The columns `track` and `segment`, one row for each segment that is to be heard.

    Attributes
    ----------
    tracks
        Indexed by ids such as ``pop.00012.s07``: what the corpus tells of the track.

    Notes
    -----
    Notebook: 05.
    """

    def __init__(self, corpus: Corpus, rows: pd.DataFrame):
        self.name, self._corpus = corpus.name, corpus
        self._rows = rows[["track", "segment"]].set_axis(segment_ids(rows))
        tracks = corpus.tracks.loc[self._rows["track"], ["genre", "artist", "title"]]
        self.tracks = tracks.set_axis(self._rows.index)

    def audio(self, name: str) -> np.ndarray:
        """Return the sound of a segment, (20 000,) float32 at 22 050 Hz."""
        track, segment = self._rows.loc[name]
        return self._corpus.audio(track)[segment * LENGTH : (segment + 1) * LENGTH]

    def content(self, name: str) -> SimpleNamespace:
        """Return a `hash` of the sound."""
        track, segment = self._rows.loc[name]
        return SimpleNamespace(hash=f"{self._corpus.content(track).hash}/{LENGTH}/{segment}")


def segment_ids(rows: pd.DataFrame) -> pd.Index:
    """Return the names of segments: track and number, such as ``pop.00012.s07``.

    Notebook: 05.
    """
    return pd.Index([f"{track}.s{k:02d}" for track, k in zip(rows["track"], rows["segment"])])
