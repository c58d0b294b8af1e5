"""The exercises of all notebooks: their list, the proof that every solution passes its check, and
marks for a class."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import nbformat

from coursekit.building import build_pages
from coursekit.handed_in import students
from coursekit.pairing import read_source
from coursekit.running import Run
from coursekit.stubs import answers_of
from genrelab.runtime import notebook_sources


def list_exercises() -> list[str]:
    """Return one line an exercise: notebook and title."""
    lines = []
    for source in notebook_sources():
        for cell in read_source(source).cells:
            if cell.cell_type == "markdown":
                lines += re.findall(r"^### (\d\d\.\d+ .+)$", cell.source, flags=re.MULTILINE)
    return lines


def solve_exercises(
    corpus: str = "synthetic", solutions: bool = True, only: tuple[str, ...] = ()
) -> list[dict]:
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
        build_pages(
            corpus, only=only, out=Path(folder), audio=False, solutions=solutions, checks=told
        ).check()
        lines = told.read_text(encoding="utf-8").splitlines() if told.is_file() else []
    return sorted(map(json.loads, lines), key=lambda line: line["exercise"])


def grade(
    folder: Path, corpus: str = "synthetic", say: Callable[[str], None] = print
) -> Iterator[list[dict]]:
    """Run the answers that a class has handed in, and yield what each check says, student by
    student.

    Only the answers are taken from what was handed in: they are put into the course's own
    notebooks. An answer runs beside its check, so one that is written to deceive can: read what
    surprises you. Answers are run as they are; take care whose you run. A cell may take
    `ANSWER_SECONDS`: make the report once before, so that the course's own are quick.

    Parameters
    ----------
    folder
        Holds a folder per student, and somewhere in it notebooks named as in the course
        (``01_….ipynb``).
    corpus
        As for `load_corpus`.
    say
        Takes a line for each student, and for each notebook that is passed over.

    Yields
    ------
    list of dict
        `student`, `exercise`, `state` and `text` for each exercise of the notebooks that a student
        has handed in. Beside the states of the checks there are ``"did not run"`` and, where a
        notebook lacks the cell or cannot be read, ``"not handed in"``. A student without any
        notebook has one row, for the exercise ``"all"``.

    Raises
    ------
    ValueError
        If the folder is not laid out as expected, see `students`.
    """
    sources = {source.stem: source for source in notebook_sources()}
    for student, notebooks in students(folder, say).items():
        asked = sorted(
            number for name in notebooks for number in answers_of(read_source(sources[name]))
        )
        given = {
            number: answer
            for path in notebooks.values()
            for number, answer in _read(path, say).items()
        }
        answers = {number: answer for number, answer in given.items() if number in asked}
        states = _checked(corpus, answers) if answers else {}
        absent = {"state": "not handed in", "text": "The notebook has no answer and check that can "
                                                    "be read."}
        rows = [
            {"student": student, "exercise": n} | (states[n] if n in answers else absent)
            for n in asked
        ]
        if not notebooks:
            rows = [
                {
                    "student": student,
                    "exercise": "all",
                    "state": "not handed in",
                    "text": "There is no notebook.",
                }
            ]
        say(f"{student}: {sum(row['state'] == 'right' for row in rows)} of {len(rows)} right")
        yield rows


def _read(path: Path, say: Callable[[str], None]) -> dict[str, str]:
    """Return the answers of a notebook by exercise; one that is broken has none, and costs itself
    alone."""
    try:
        return answers_of(nbformat.read(path, as_version=4))
    except Exception as error:  # nbformat raises errors of JSON, of its schema and of its own
        first = (str(error).splitlines() or [type(error).__name__])[0]
        say(f"{path} cannot be read as a notebook ({first}). Ask for it again.")
        return {}


def _checked(corpus: str, answers: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return state and text of each answered exercise."""
    with tempfile.TemporaryDirectory() as place:
        told = Path(place) / "checks.jsonl"
        only = sorted({number[:2] for number in answers})
        runs = build_pages(
            corpus, only=only, out=Path(place), audio=False, answers=answers, checks=told
        ).runs
        lines = told.read_text(encoding="utf-8").splitlines() if told.is_file() else []
    ended = {run.notebook[:2]: run for run in runs}
    states = {number: _without_a_word(ended[number[:2]]) for number in answers}
    for line in map(json.loads, lines):
        states[line["exercise"]] = {"state": line["state"], "text": line["text"]}
    return states


def _without_a_word(run: Run) -> dict[str, str]:
    """Say why a check of a notebook said nothing."""
    if run.state == "skipped":
        text = f"The notebook was left out: {run.reason}"
    elif run.state == "failed":
        text = f"The notebook failed {run.reason.splitlines()[0]}"
    else:
        text = "The answer raises an error."
    return {"state": "did not run", "text": text}
