"""What a class has handed in: whose notebooks lie where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from genrelab.runtime.places import notebook_sources

LAYOUT = """What is expected is a folder per student, with notebooks anywhere below it
that are named as in the course:
  {folder}/ann/00_start_here.ipynb
  {folder}/bo/week 3/03_which_features.ipynb"""

MARKS = "marks.csv"
"""What grading writes beside the students' folders."""


def students(folder: Path, say: Callable = lambda line: None) -> dict[str, dict[str, Path]]:
    """Return the notebooks of the course by student and name; nothing is opened.

    Parameters
    ----------
    folder
        Holds a folder per student. If notebooks lie in it and no folders, it is one student's.
    say
        Takes a line for each notebook that is passed over.

    Raises
    ------
    ValueError
        If there is no such folder, no notebook of the course in it, a student has one twice, or
        some lie beside the folders of students; the message tells what is expected.
    """
    layout = LAYOUT.format(folder=folder)
    if not folder.is_dir():
        unpack = "is a file: unpack it first" if folder.exists() else "is not there"
        raise ValueError(f"{folder} {unpack}. {layout}")
    known = {source.stem for source in notebook_sources()}
    entries = [entry for entry in sorted(folder.iterdir()) if not _is_hidden(entry)]
    found: dict[str, dict[str, Path]] = {entry.name: {} for entry in entries if entry.is_dir()}
    alone: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.ipynb")):
        below = path.relative_to(folder)
        # checkpoints, copies that `genrelab lab` compares with
        if any(map(_is_hidden, (below, *below.parents))):
            continue
        if path.stem not in known:
            say(f"{below}: passed over, for no notebook of the course has this name")
            continue
        theirs = found[below.parts[0]] if len(below.parts) > 1 else alone
        if before := theirs.get(path.stem):
            raise ValueError(f"{below.parts[0]} has {path.stem} twice: {before} and {path}. Keep "
                             "one of them.")
        theirs[path.stem] = path
    if alone and any(found.values()):
        first = next(iter(alone.values()))
        raise ValueError(f"{first} lies beside the folders of students: whose is it? {layout}")
    if alone:
        return {folder.resolve().name: alone}
    if not any(found.values()):
        raise ValueError(f"There are no notebooks of the course in {folder}. {layout}")
    return found


def _is_hidden(path: Path) -> bool:
    """Tell whether a file or folder is none of a student's: hidden, or left by a Mac in an
    archive."""
    return path.name.startswith(".") or path.name == "__MACOSX"
