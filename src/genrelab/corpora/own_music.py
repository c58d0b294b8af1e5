"""A folder of the reader's own music: no genres, any depth, any length."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

from genrelab.corpora.archive import free_name
from genrelab.corpora.audio import SAMPLE_RATE, AudioError, mono_blocks, or_error, read_content
from genrelab.corpora.corpus import Corpus, CorpusError, Problem, list_problems, problem_row
from genrelab.corpora.finding import NO_SOUND, find_sound
from genrelab.corpora.kinds import KINDS
from genrelab.corpora.levels import UNHEARD, not_heard
from genrelab.corpora.loading import COLUMNS, check_path
from genrelab.runtime import cache_folder, parallel, printable
from genrelab.runtime.cache import write_whole

MOST = 200
"""Files that are taken: each is decoded whole, and a map with more marks of one's own cannot be
read."""

SHORTEST = 3.0
"""Seconds below which a file is left out."""


def load_own_music(folder: str | Path | None = None, seconds: float = 30.0) -> Corpus | None:
    """Load sound files that bear no label, to be placed among the tracks of a corpus.

    Parameters
    ----------
    folder
        Where they lie, at any depth; wav, aiff, au, caf, flac, mp3, ogg or opus. By default
        `$GENRELAB_MINE`.
    seconds
        So much is taken from the middle of each, since what is said of whole songs and of clips
        cannot be compared. Shorter files are taken whole.

    Returns
    -------
    Corpus or None
        None where no folder is named. Tracks are named `yours.<file>`, their genre is ``"yours"``,
        and `title` tells the file. Their excerpts lie in the cache, (n_samples,) at 22 050 Hz as
        32-bit floats. Files that cannot be used are named in `problems`.

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
    check_path(root)
    shown = printable(root)
    if not root.is_dir():
        mend = "Give the path of a folder that holds sound files."
        raise CorpusError(f"There is no folder {shown}. {mend}")
    files, left = find_sound(root)
    if len(files) > MOST:
        raise CorpusError(f"{shown} holds {len(files)} sound files, of which {MOST} are taken. "
                          "Give a smaller folder.")
    rows: dict[str, dict] = {}
    excerpt = partial(or_error, partial(_excerpt, seconds))
    excerpts = parallel(excerpt, files, "your music", here=True)
    for path, taken in zip(files, excerpts):
        if isinstance(taken, AudioError):
            left.append(taken)
        else:
            title = printable(path.relative_to(root).with_suffix("").as_posix())
            rows[free_name(f"yours.{printable(path.stem)}", rows)] = {"title": title, **taken}
    problems = [problem_row(root, error) for error in left if error.problem != NO_SOUND]
    if not rows:
        raise CorpusError(f"No sound file in {shown} can be used. Put some of the kinds {KINDS} "
                          f"into it.{list_problems(problems)}")
    tracks = pd.DataFrame.from_dict(rows, orient="index").rename_axis("track")
    tracks = tracks.reindex(columns=COLUMNS)
    tracks = tracks.assign(genre="yours", split="yours", group=tracks.index)
    return Corpus(
        name=f"yours-{root.resolve().name}",
        root=cache_folder(),
        tracks=tracks.astype({"artist": object, "performers": object, "duplicate_of": object}),
        problems=pd.DataFrame(problems, columns=Problem._fields),
        audio_kind="own",
    )


def _excerpt(longest: float, path: Path) -> dict:
    """Take the middle of a file into the cache, and return where it lies and how long it is."""
    content = read_content(path)
    seconds = content.header.seconds
    if seconds < SHORTEST:
        problem = f"lasts {seconds:.1f} s, less than {SHORTEST:g} s"
        raise AudioError(path, problem, "Take a longer one")
    if fault := not_heard(content):
        raise AudioError(path, UNHEARD[fault], "Take another one")
    name = f"own_music/{content.hash[:24]}-{longest:g}.wav"
    place = cache_folder() / name
    if not place.is_file():
        y = _middle(path, seconds, longest)
        if not np.ptp(y):
            raise AudioError(path, "is silent in the middle", "Take a file with sound there")
        options = {"samplerate": SAMPLE_RATE, "format": "WAV", "subtype": "FLOAT"}
        write_whole(place, lambda part: soundfile.write(part, y, **options))
    return {"path": name, "seconds": soundfile.info(place).duration}


def _middle(path: Path, seconds: float, longest: float) -> np.ndarray:
    """Return the middle of a file; no more of it is held than that and a block."""
    whole = round(seconds * SAMPLE_RATE)
    wanted = min(whole, round(longest * SAMPLE_RATE))
    first, place, kept = (whole - wanted) // 2, 0, []
    for block in mono_blocks(path):
        # a view keeps all of it
        kept.append(block[max(first - place, 0) : max(first + wanted - place, 0)].copy())
        place += len(block)
        if place >= first + wanted:
            break
    return np.concatenate(kept)
