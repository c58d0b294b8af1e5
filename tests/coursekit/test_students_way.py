"""A student's way through lessons 00 to 04: copies, wrong answers, right ones the next day, an
update in between, and marks."""

import shutil

import nbformat
import pytest

from coursekit import cli
from coursekit.grading import grade
from coursekit.pairing import read_source
from coursekit.stubs import answers_of, stub_of, with_answers
from genrelab.runtime import notebook_sources, project_root

LESSONS = [source for source in notebook_sources() if source.stem < "05"]


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A clone's notebooks, and `lab()`, which begins a day as `make lab` does."""
    (tmp_path / "notebooks").mkdir()
    for source in LESSONS:
        shutil.copy(source.with_suffix(".ipynb"), tmp_path / "notebooks")
    monkeypatch.setattr(cli, "project_root", lambda: tmp_path)
    monkeypatch.setattr(cli, "_open_lab", lambda *given, **more: 0)
    assert project_root() != tmp_path  # checks come from the package, wherever the copies lie
    return tmp_path


def solutions():
    """Return the solution of each exercise, by number."""
    found = {}
    for source in LESSONS:
        parts = {part: [] for part in ("check", "solution")}
        for cell in read_source(source).cells:
            for part in parts.keys() & set(cell.metadata.get("tags", [])):
                parts[part].append(cell.source)
        found |= dict(zip(answers_of(read_source(source)), parts["solution"], strict=True))
    return found


def wrong(solution):
    """Return what a student writes who mistook everything for a word."""
    begun = stub_of(solution).replace("...  # your code here", "return 'a word'")
    return begun.replace("...  # your answer here", "'a word'")


def save(work, answers):
    """Type answers into the copies, and save them."""
    for copy in sorted(work.glob("*.ipynb")):
        notebook = nbformat.read(copy, as_version=4)
        with_answers(notebook, answers)
        nbformat.write(notebook, copy)


@pytest.mark.slow
def test_a_student_answers_wrong_then_right_over_an_update(clone, capsys):
    right = solutions()
    assert len(right) >= 25 and {number[:2] for number in right} == {f"0{n}" for n in range(5)}
    cli.main(["lab"])
    work = clone / "work"
    save(work, {number: wrong(answer) for number, answer in right.items()})
    (marks,) = grade(work)
    assert {row["exercise"]: row["state"] for row in marks} == dict.fromkeys(right, "not yet")
    assert all(row["text"] for row in marks)

    updated = clone / "notebooks" / LESSONS[1].with_suffix(".ipynb").name
    notebook = nbformat.read(updated, as_version=4)
    notebook.cells[0].source += "\n\nA sentence more."
    nbformat.write(notebook, updated)
    before = {path: path.read_bytes() for path in work.glob("*.ipynb")}
    capsys.readouterr()
    cli.main(["lab"])
    assert f"{updated.name} has changed since your copy" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in work.glob("*.ipynb")} == before

    save(work, right)
    (marks,) = grade(work)
    assert {row["exercise"]: row["state"] for row in marks} == dict.fromkeys(right, "right")
