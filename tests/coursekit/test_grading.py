"""Marks for a class: every student is there, nothing is dropped in silence, one bad answer costs
itself alone."""

import json
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from coursekit import cli, running
from coursekit import grading as exercises
from coursekit.building import Pages
from coursekit.grading import grade
from coursekit.pairing import read_source
from coursekit.running import Run
from coursekit.stubs import answers_of, with_answers
from genrelab.runtime import notebook_sources

SOURCES = {source.stem[:2]: source for source in notebook_sources()}


def hand_in(folder, number="00", name="", **answers):
    """Write a notebook of the course with answers, by exercise such as `e1`, into a folder."""
    notebook = read_source(SOURCES[number])
    with_answers(notebook, {f"{number}.{key[1:]}": answer for key, answer in answers.items()})
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / (name or f"{SOURCES[number].stem}.ipynb"))


@pytest.fixture
def runs(monkeypatch):
    """Replace the run of notebooks: returns what was asked for, and lets tests say how each ended
    and was checked."""
    asked, ended, checked = [], {}, []

    def build_pages(corpus, only, out, audio, answers, checks):
        asked.append((corpus, only, dict(answers)))
        Path(checks).write_text("".join(json.dumps(line) + "\n" for line in checked))
        runs = [ended.get(number, Run(SOURCES[number].stem, "done", 1.0)) for number in only]
        return Pages(out, out, None, audio, runs)

    monkeypatch.setattr(exercises, "build_pages", build_pages)
    return asked, ended, checked


def test_answers_are_what_stands_in_the_place_of_stubs():
    notebook = read_source(SOURCES["00"])
    stubs = answers_of(notebook)
    assert list(stubs) == [f"00.{n}" for n in range(1, 6)]
    assert all("..." in stub for stub in stubs.values())
    with_answers(notebook, {"00.2": "mine = 1", "07.1": "elsewhere"})
    assert answers_of(notebook) == stubs | {"00.2": "mine = 1"}
    tags = [
        cell.metadata["tags"]
        for cell in notebook.cells
        if {"stub", "check"} & set(cell.metadata.get("tags", []))
    ]
    assert len(tags) == 10 and all("raises-exception" in tag for tag in tags)


def test_the_folder_below_the_class_is_the_student(tmp_path, runs):
    asked, *_ = runs
    hand_in(tmp_path / "ann" / "work", e1="from_ann = 1")
    hand_in(tmp_path / "bo" / "work", e1="from_bo = 1")
    rows = [row for student in grade(tmp_path) for row in student]
    assert [row["student"] for row in rows] == ["ann"] * 5 + ["bo"] * 5
    assert [answers["00.1"] for _, _, answers in asked] == ["from_ann = 1", "from_bo = 1"]


def test_what_is_passed_over_is_said_and_what_stands_twice_is_refused(tmp_path, runs):
    hand_in(tmp_path / "ann")
    hand_in(tmp_path / "ann", name="00_start_here (1).ipynb")
    told = []
    list(grade(tmp_path, say=told.append))
    assert told[0].startswith("ann/00_start_here (1).ipynb: "
                              "passed over") and told[1] == "ann: 0 of 5 right"
    hand_in(tmp_path / "ann" / "late")
    with pytest.raises(ValueError, match=r"ann has 00_start_here twice.*Keep one"):
        list(grade(tmp_path))


def test_an_exercise_whose_cell_is_gone_is_not_handed_in(tmp_path, runs):
    *_, checked = runs
    checked += [{"exercise": f"00.{n}", "state": "not attempted", "text": ""} for n in range(1, 6)]
    hand_in(tmp_path / "ann", e1="mine = 1")
    path = tmp_path / "ann" / f"{SOURCES['00'].stem}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if "mine = 1" not in cell.source]
    nbformat.write(notebook, path)
    (ann,) = grade(tmp_path, say=lambda line: None)
    assert [row["state"] for row in ann] == ["not handed in"] + ["not attempted"] * 4


def test_copies_in_hidden_folders_are_no_answers(tmp_path, runs):
    hand_in(tmp_path / "ann" / "work", e1="mine = 1")
    hand_in(tmp_path / "ann" / "work" / ".as-copied")
    hand_in(tmp_path / "ann" / "work" / ".ipynb_checkpoints")
    list(grade(tmp_path))
    assert [answers["00.1"] for _, _, answers in runs[0]] == ["mine = 1"]


@pytest.mark.parametrize(
    "content", ["{", "", "[]", "{}", '{"nbformat": 4, "cells": 3}', "\ufeffsome words"]
)
def test_a_file_that_is_no_notebook_costs_itself_alone(content, tmp_path, runs):
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / "00_start_here.ipynb").write_text(content, encoding="utf-8")
    hand_in(tmp_path / "bo", e1="mine = 1")
    told = []
    ann, bo = grade(tmp_path, say=told.append)
    assert "ann/00_start_here.ipynb cannot be read" in told[0] and "Ask for it again" in told[0]
    assert [row["state"] for row in ann] == ["not handed in"] * 5
    assert bo[0]["student"] == "bo" and len(runs[0]) == 1


def test_a_student_without_notebooks_is_in_the_marks(tmp_path, runs):
    hand_in(tmp_path / "bo")
    (tmp_path / "ann" / "notes").mkdir(parents=True)
    (tmp_path / "__MACOSX" / "bo").mkdir(parents=True)
    (tmp_path / "__MACOSX" / "bo" / "._00_start_here.ipynb").write_text("of a Mac")
    ann, bo = grade(tmp_path, say=lambda line: None)
    assert [(row["student"], row["exercise"], row["state"]) for row in ann] == [
        ("ann", "all", "not handed in")
    ]
    assert bo[0]["student"] == "bo"


@pytest.mark.parametrize(
    "there", ["nothing", "no folder", "a file", "other notebooks", "a student without any"]
)
def test_a_folder_without_notebooks_is_refused_at_once_with_what_is_expected(
    there, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(
        "genrelab.corpora.load_corpus", lambda where: pytest.fail("the corpus was loaded")
    )
    folder = tmp_path / "class"
    if there != "no folder":
        folder.mkdir()
    if there == "a file":
        folder = tmp_path / "class.zip"
        folder.write_bytes(b"PK")
    elif there == "other notebooks":
        hand_in(folder / "ann", name="essay.ipynb")
    elif there == "a student without any":
        (folder / "ann").mkdir()
    assert cli.main(["grade", str(folder)]) == 1
    said = capsys.readouterr().err
    assert (
        str(folder) in said
        and f"{folder}/ann/00_start_here.ipynb" in said
        and "Traceback" not in said
    )
    assert not (folder / "marks.csv").exists()


def test_notebooks_without_a_folder_are_one_students_and_beside_others_nobodys(tmp_path, runs):
    hand_in(tmp_path / "work", e1="mine = 1")
    ((first, *_),) = grade(tmp_path / "work")
    assert first["student"] == "work"
    hand_in(tmp_path)
    with pytest.raises(ValueError, match=r"00_start_here.ipynb lies beside the folders of "
                                         r"students: whose is it"):
        list(grade(tmp_path))


ODD = [
    "Zoë Ångström",
    'o\'Neil, "Ann"',
    "李",
    "a=1;b",
    "-n",
    "x\ny",
    b"bad\xff".decode(errors="surrogateescape"),
]


@pytest.mark.parametrize("name", ODD)
def test_names_of_all_letters_come_into_the_marks(name, tmp_path, runs, capsys):
    hand_in(tmp_path / name, e1="mine = 1")
    assert cli.main(["grade", str(tmp_path)]) == 0
    marks = pd.read_csv(tmp_path / "marks.csv")
    assert list(marks.student) == [name.encode("utf-8", "backslashreplace").decode()] * 5


def test_a_notebook_without_its_exercises_is_marked_and_not_run(tmp_path, runs):
    (tmp_path / "ann").mkdir()
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "ann" / "00_start_here.ipynb")
    ((first, *rest),) = grade(tmp_path)
    assert (first["exercise"], first["state"]) == ("00.1", "not handed in") and len(rest) == 4
    assert runs[0] == []


def test_marks_say_why_a_check_said_nothing(tmp_path, runs):
    _, ended, checked = runs
    for number in ("00", "01", "02"):
        hand_in(tmp_path / "ann", number)
    ended["01"] = Run("01_x", "skipped", 1.0, "No artists are known.")
    ended["02"] = Run("02_x", "failed", 1.0, "in cell [3]: NameError: x\n    x + 1")
    checked.append({"exercise": "00.1", "state": "right", "text": "Yes."})
    (rows,) = grade(tmp_path)
    said = {row["exercise"]: (row["state"], row["text"]) for row in rows}
    assert said["00.1"] == ("right", "Yes.")
    assert said["00.2"] == ("did not run", "The answer raises an error.")
    assert said["01.1"] == ("did not run", "The notebook was left out: No artists are known.")
    assert said["02.4"] == ("did not run", "The notebook failed in cell [3]: NameError: x")


@pytest.mark.slow
@pytest.mark.notebook
def test_answers_of_a_class_are_run_and_a_bad_one_costs_itself_alone(tmp_path):
    cells = read_source(SOURCES["00"]).cells
    solutions = [cell.source for cell in cells if "solution" in cell.metadata.get("tags", [])]
    hand_in(tmp_path / "ann", **{f"e{k}": source for k, source in enumerate(solutions, start=1)})
    hand_in(tmp_path / "bo", e1="1 / 0", e3=solutions[2])
    marks = list(grade(tmp_path))
    assert marks[1][0]["text"] == "The answer raises an error."
    states = [[row["state"] for row in rows] for rows in marks]
    assert states == [["right"] * 5,
                      ["did not run", "not attempted", "right", *["not attempted"] * 2]]


@pytest.mark.slow
@pytest.mark.notebook
def test_an_answer_without_end_costs_itself_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "ANSWER_SECONDS", 20)
    monkeypatch.setenv("GENRELAB_QUIET", "1")  # nobody turns the knobs, as in all grading
    ended = running.run_notebook(
        SOURCES["00"], tmp_path / "pages", {}, answers={"00.1": "while True:\n    pass"}
    )
    assert ended.state == "done", ended.reason
    cells = nbformat.read(tmp_path / "pages" / f"{SOURCES['00'].stem}.ipynb", as_version=4).cells
    checks = [cell for cell in cells if "check" in cell.metadata.get("tags", [])]
    assert [bool(cell.outputs) for cell in checks] == [True] * 5 and "Not attempted" in str(
        checks[2].outputs
    )
