"""The exercises of all notebooks: their list, the proof that every solution passes its check, and marks for a class."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbformat

from genrelab.course.stubs import answers_of
from genrelab.report.building import ReportError, build_pages
from genrelab.report.pairing import notebook_sources, read_source


def list_exercises() -> list[str]:
    """Return one line an exercise: notebook and title."""
    lines = []
    for source in notebook_sources():
        for cell in read_source(source).cells:
            if cell.cell_type == "markdown":
                lines += re.findall(r"^### (\d\d\.\d+ .+)$", cell.source, flags=re.MULTILINE)
    return lines


def solve_exercises(corpus: str = "synthetic", solutions: bool = True, only: tuple[str, ...] = ()) -> list[dict]:
    """Run the notebooks with solutions in the place of stubs and return what each check said.

    Parameters
    ----------
    corpus
        As for `load_corpus`.
    solutions
        False leaves the stubs, as a reader finds them.
    only
        Numbers of notebooks; by default all.

    Returns
    -------
    list of dict
        `exercise`, `state` and `text` of each check, in the order of the exercises.
    """
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "checks.jsonl"
        build_pages(corpus, only=only, out=Path(folder), audio=False, solutions=solutions, checks=told)
        lines = told.read_text(encoding="utf-8").splitlines() if told.is_file() else []
    return sorted(map(json.loads, lines), key=lambda line: line["exercise"])


def grade(folder: Path, corpus: str = "synthetic", say: Callable[[str], None] = print) -> list[dict]:
    """Run the answers that a class has handed in, and return what each check says.

    Only the answers are taken from what was handed in: they are put into the course's own notebooks, whose checks and
    other cells nobody can have changed. Answers are run as they are, so take care whose you run.

    Parameters
    ----------
    folder
        Holds a folder a student with notebooks named as in the course (``01_….ipynb``).
    corpus
        As for `load_corpus`.
    say
        Takes a line for each student.

    Returns
    -------
    list of dict
        `student`, `exercise`, `state` and `text`; an answer whose check could not run has the state ``"did not run"``.

    Raises
    ------
    ValueError
        If there is no notebook in the folder, or one that cannot be read.
    """
    handed: dict[str, dict[str, str]] = {}
    sources = {source.stem: source for source in notebook_sources()}
    for path in sorted(folder.rglob("[0-9][0-9]_*.ipynb")):
        if path.stem not in sources or ".ipynb_checkpoints" in path.parts:
            continue
        try:
            answers = answers_of(nbformat.read(path, as_version=4))
        except Exception as error:  # nbformat raises errors of JSON, of its schema and of its own
            raise ValueError(f"{path} cannot be read as a notebook ({error}). Ask for it again.") from error
        handed.setdefault(path.parent.name, {}).update(answers)
    if not handed:
        raise ValueError(f"There are no notebooks of the course in {folder}. Give a folder with a folder a student.")
    marks = []
    for student, answers in handed.items():
        states = {line["exercise"]: line for line in _checked(corpus, answers)}
        missing = {"state": "did not run", "text": "The answer raises an error, or a cell before it does."}
        rows = [{"student": student, "exercise": n} | (states.get(n) or missing) for n in sorted(answers)]
        say(f"{student}: {sum(row['state'] == 'right' for row in rows)} of {len(rows)} right")
        marks += rows
    return marks


def _checked(corpus: str, answers: dict[str, str]) -> list[dict]:
    with tempfile.TemporaryDirectory() as place:
        told = Path(place) / "checks.jsonl"
        only = sorted({number[:2] for number in answers})
        try:
            build_pages(corpus, only=only, out=Path(place), audio=False, answers=answers, checks=told)
        except ReportError:
            pass  # the checks before the failing cell have spoken
        lines = told.read_text(encoding="utf-8").splitlines() if told.is_file() else []
    return [json.loads(line) for line in lines]
