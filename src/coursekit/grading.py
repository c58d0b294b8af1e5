"""The exercises of all notebooks: their list, the proof that every solution passes its check, and
marks for a class."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat

from coursekit.building import build_pages
from coursekit.handed_in import students
from coursekit.pairing import read_source
from coursekit.running import Pages, Run
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


def solve_exercises(corpus: str = "synthetic") -> list[dict]:
    """Run the notebooks with solutions in the place of stubs and return what each check found.

    Parameters
    ----------
    corpus
        As for `load_corpus`.

    Returns
    -------
    list of dict
        `exercise`, `state` and `text` of each check, in the order of the exercises.
    """
    pages, outcomes = _run_checks(corpus, solutions=True)
    pages.check()
    return sorted(outcomes, key=lambda outcome: outcome["exercise"])


def grade(folder: Path, corpus: str = "synthetic",
          say: Callable[[str], None] = print) -> Iterator[list[dict]]:
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
    absent = {"state": "not handed in", "text": "The notebook has no answer and check that can be "
                                                "read."}
    for student, notebooks in students(folder, say).items():
        wanted = sorted(n for name in notebooks for n in answers_of(read_source(sources[name])))
        read = [answers for path in notebooks.values() for answers in _read(path, say).items()]
        answers = {number: answer for number, answer in read if number in wanted}
        states = _states(corpus, answers) if answers else {}
        rows = [{"student": student, "exercise": n} | (states[n] if n in answers else absent)
                for n in wanted]
        if not notebooks:
            nothing = {"state": "not handed in", "text": "There is no notebook."}
            rows = [{"student": student, "exercise": "all"} | nothing]
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


def _states(corpus: str, answers: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return state and text of each answered exercise."""
    numbers = sorted({number[:2] for number in answers})
    pages, outcomes = _run_checks(corpus, only=numbers, answers=answers)
    ended = {run.notebook[:2]: run for run in pages.runs}
    states = {number: _without_a_word(ended[number[:2]]) for number in answers}
    for found in outcomes:
        states[found["exercise"]] = {"state": found["state"], "text": found["text"]}
    return states


def _run_checks(corpus: str, **wishes: Any) -> tuple[Pages, list[dict]]:
    """Run notebooks in a folder that does not stay; return how they ended and what checks found."""
    with tempfile.TemporaryDirectory() as place:
        log = Path(place) / "checks.jsonl"
        pages = build_pages(corpus, out=Path(place), audio=False, checks=log, **wishes)
        lines = log.read_text(encoding="utf-8").splitlines() if log.is_file() else []
    return pages, list(map(json.loads, lines))


def _without_a_word(run: Run) -> dict[str, str]:
    """Say why a check of a notebook said nothing."""
    text = "The answer raises an error."
    if run.state == "skipped":
        text = f"The notebook was left out: {run.reason}"
    elif run.state == "failed":
        text = f"The notebook failed {run.reason.splitlines()[0]}"
    return {"state": "did not run", "text": text}
