"""A folder of the reader's own music: no genres, any depth, any length."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

from genrelab.corpora.audio import EXTENSIONS, SAMPLE_RATE, AudioError, read_audio, read_content
from genrelab.corpora.corpus import Corpus, CorpusError, problem_row
from genrelab.corpora.loading import COLUMNS
from genrelab.runtime import cache_folder, parallel
from genrelab.runtime.cache import write_whole

MOST = 200
"""Files that are taken: each is decoded whole, and a map with more marks of one's own cannot be read."""

SHORTEST = 3.0
"""Seconds below which a file is left out."""


def load_own_music(folder: str | Path | None = None, seconds: float = 30.0) -> Corpus | None:
    """Load sound files that bear no label, to be placed among the tracks of a corpus.

    Parameters
    ----------
    folder
        Where they lie, at any depth; wav, au, flac, mp3 or ogg. By default `$GENRELAB_MINE`.
    seconds
        So much is taken from the middle of each, since what is said of whole songs and of clips cannot be compared.
        Shorter files are taken whole.

    Returns
    -------
    Corpus or None
        None where no folder is named. Tracks are named `yours.<file>`, their genre is ``"yours"``, and `title` tells
        the file. Their excerpts lie in the cache, (n_samples,) at 22 050 Hz as 32-bit floats. Files that cannot be used
        are named in `problems`.

    Raises
    ------
    CorpusError
        If there is no such folder, no sound in it that can be used, or too much of it.

    Notes
    -----
    Notebook: 10.
    """
    folder = folder or os.environ.get("GENRELAB_MINE")
    if not folder:
        return None
    root = Path(folder).expanduser()
    if not root.is_dir():
        raise CorpusError(f"There is no folder {root}. Give the path of a folder that holds sound files.")
    found = [path for path in sorted(root.rglob("*")) if path.suffix.lower() in EXTENSIONS]
    files = [path for path in found if path.is_file() and not any(p[0] == "." for p in path.relative_to(root).parts)]
    if len(files) > MOST:
        raise CorpusError(f"{root} holds {len(files)} sound files, of which {MOST} are taken. Give a smaller folder.")
    rows, problems = {}, []
    for path, taken in zip(files, parallel(_Excerpt(seconds), files, "your music", here=True)):
        if isinstance(taken, AudioError):
            problems.append(problem_row(path, root, taken))
        else:
            rows[_track_id(path, rows)] = {"title": path.relative_to(root).with_suffix("").as_posix(), **taken}
    if not rows:
        some = "".join(f"\n  {file}: {said}. {mend}" for file, said, mend in problems[:5])
        kinds = ", ".join(sorted(EXTENSIONS))
        raise CorpusError(f"No sound file in {root} can be used. Put some of the kinds {kinds} into it.{some}")
    tracks = pd.DataFrame.from_dict(rows, orient="index").rename_axis("track")
    tracks = tracks.reindex(columns=COLUMNS).assign(genre="yours", split="yours", group=tracks.index)
    for column in ("artist", "performers", "duplicate_of"):
        tracks[column] = tracks[column].astype(object)
    return Corpus(
        name=f"yours-{root.resolve().name}",
        root=cache_folder(),
        tracks=tracks,
        problems=pd.DataFrame(problems, columns=["file", "problem", "mend"]),
        audio_kind="own",
    )


class _Excerpt:
    """Takes the middle of a file into the cache; a class, so that worker processes can be handed it."""

    def __init__(self, seconds: float):
        self.seconds = seconds

    def __call__(self, path: Path) -> dict | AudioError:
        try:
            name = f"own_music/{read_content(path).hash[:24]}-{self.seconds:g}.wav"
            place = cache_folder() / name
            if not place.is_file():
                whole = read_audio(path)
                if len(whole) < SHORTEST * SAMPLE_RATE:
                    short = f"lasts {len(whole) / SAMPLE_RATE:.1f} s, less than {SHORTEST:g} s"
                    raise AudioError(f"{path} {short}. Take a longer one.")
                y = self._middle(whole)
                write_whole(place, lambda part: soundfile.write(part, y, SAMPLE_RATE, format="WAV", subtype="FLOAT"))
            return {"path": name, "seconds": soundfile.info(place).duration}
        except AudioError as error:
            return error

    def _middle(self, y: np.ndarray) -> np.ndarray:
        wanted = min(len(y), round(self.seconds * SAMPLE_RATE))
        first = (len(y) - wanted) // 2
        return y[first : first + wanted]


def _track_id(path: Path, taken: dict) -> str:
    """Name a track by its file, with a number where files of several folders are named alike."""
    name, number = f"yours.{path.stem}", 1
    while (track := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return track
