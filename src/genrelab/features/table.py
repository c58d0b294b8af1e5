"""One row of numbers for each track of a corpus, computed in parallel and kept by content."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from genrelab.corpora import AudioError, Corpus, audio, read_audio
from genrelab.runtime import code_version, parallel_cached


def track_table(corpus: Corpus, describe: Callable[[np.ndarray], pd.Series],
                **parameters) -> pd.DataFrame:
    """Describe every track of a corpus by a row of numbers.

    Parameters
    ----------
    corpus
        Whose tracks.
    describe
        Function of the package, from (n_samples,) sound at 22 050 Hz to a Series.
    **parameters
        Further arguments of `describe`; they are part of what a row is kept by.

    Returns
    -------
    pandas.DataFrame
        One row a track, in the order of `corpus.tracks`.

    Notes
    -----
    Every row is kept as soon as it is there, by the track's samples, the parameters, librosa's
    version and the code of the modules that hold `describe` and read sound; a run that was killed
    goes on where it stopped.

    Notebook: 01 and 08.
    """
    contents = corpus.contents()
    for content in contents.values():
        if isinstance(content, AudioError):
            raise content
    code = code_version(sys.modules[describe.__module__], audio)
    key = {"parameters": parameters, "code": code, "librosa": version("librosa")}
    keys = [{"content": content.hash, **key} for content in contents.values()]
    paths = [corpus.path(track) for track in contents]
    row = partial(_row, describe=describe, parameters=parameters)
    name = describe.__name__
    rows = parallel_cached(name, row, paths, keys, name.replace("_", " "))
    return pd.DataFrame(rows, index=corpus.tracks.index)


def _row(path: Path, describe: Callable, parameters: dict) -> pd.Series:
    return describe(read_audio(path), **parameters)
