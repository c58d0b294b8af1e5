"""The synthetic corpus on disk: what `synthband` plays, in folders and files as GTZAN has them."""

from __future__ import annotations

import hashlib
import os
from functools import partial
from pathlib import Path

import soundfile

import synthband
from genrelab.runtime import parallel
from genrelab.runtime.cache import write_whole
from synthband.catalogue import catalogue, entries
from synthband.render import render
from synthband.soundfont import RATE

SOURCES = [Path(__file__), *sorted(Path(synthband.__file__).parent.glob("*.py"))]

# : Changes with the code that makes the samples, so that a changed corpus is rendered anew.
VERSION = hashlib.sha256(b"".join(path.read_bytes() for path in SOURCES)).hexdigest()[:8]

NOT_A_SOUND = (
    "This file is named like a sound and holds none: it is planted, to be found and left out.\n"
)


def write_track(folder: Path, track: str) -> None:
    """Write one track's file unless it is there; a kill half-way leaves no half file under its
    name."""
    entry = entries()[track]
    path = folder / "genres_original" / entry.genre / f"{track}.wav"
    if path.exists():
        return
    if entry.fault == "undecodable":
        write_whole(
            path, lambda temporary: temporary.write_text(NOT_A_SOUND * 40, encoding="ascii")
        )
    else:
        samples = render(track)
        write_whole(
            path,
            lambda temporary: soundfile.write(
                temporary, samples, RATE, subtype="PCM_16", format="WAV"
            ),
        )


def render_corpus(folder: str | os.PathLike) -> Path:
    """Render all tracks into a folder, or finish a rendering that was broken off.

    Parameters
    ----------
    folder : path
        Gets ``genres_original/<genre>/<genre>.NNNNN.wav`` and, last, ``tracks.csv``: where that
        file is, the corpus is whole.

    Returns
    -------
    Path
        The folder.
    """
    folder = Path(folder)
    parallel(partial(write_track, folder), list(entries()), "rendering music", here=True)
    table = catalogue()
    first = ["artist", "title", "split"]
    table = table[first + [name for name in table.columns if name not in first]]
    write_whole(folder / "tracks.csv", table.to_csv)
    return folder
