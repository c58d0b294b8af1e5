"""What cannot be had is refused within a second, with what can be: before music or libraries are
loaded."""

import subprocess
import sys
import time

import pytest

from coursekit import choice, cli
from coursekit.choice import (
    ReportError,
    checked_wishes,
    choose_deck,
    choose_notebooks,
    parameters_of,
)
from genrelab.runtime import notebook_sources


def test_parameters_are_those_of_the_notebook():
    found = {source.stem[:2]: parameters_of(source) for source in notebook_sources()}
    assert all({"corpus", "seed"} <= set(names) for names in found.values())
    assert (
        found["05"]["gamma"] == 0.9
        and found["08"]["snr"] == (5.0, 30.0)
        and found["10"]["mine"] is None
    )


def test_notebooks_are_chosen_by_number_each_once():
    assert [source.stem[:2] for source in choose_notebooks(["3", " 01", "03"])] == ["03", "01"]
    assert choose_notebooks([]) == notebook_sources()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["report", "--set", "gama=0.5", "--only", "05", "--out", "x"],
         "seed, pool, gamma, output."),
        (["report", "--set", "gama=0.5", "--only", "05", "--out", "x"], "Did you mean gamma?"),
        (["report", "--set", "nothing=1", "--out", "x"], "has a parameter nothing; there are seed"),
        (["report", "--set", "gamma=0.5", "--out", "x"], "add --only 05"),
        (["report", "--set", "gamma=0.5", "--only", "05,06", "--out", "x"],
        "Notebook 06 has no parameter gamma"),
        (["report", "--set", "gamma=much", "--only", "05", "--out", "x"], "'much' is not a number"),
        (["report", "--set", "output=3", "--only", "05", "--out", "x"], "3 is not a text"),
        (["report", "--set", "snr=3", "--only", "08", "--out", "x"], "3 is not a tuple"),
        (["report", "--set", "corpus=x", "--out", "x"], "use --corpus"),
        (["report", "--set", "mine=x", "--only", "10", "--out", "x"], "use --mine"),
        (["report", "--set", "seed=1"], "add --out"),
        (["report", "--set", "seed"], "NAME=VALUE"),
        (["report", "--set", "sead=1", "--out", "x"], "Did you mean seed?"),
        (["report", "--only", "11"], "There is no notebook '11'; there are 00, 01"),
        (["report", "--only", "00,x"], "There is no notebook '0x'"),
        (["report", "--out", "pyproject.toml"], "pyproject.toml is a file"),
        (["report", "--out", "."], ". holds other things. Give --out a new folder, such as a"),
        (["report", "--out", ""], "holds other things"),
        (["report", "--out", "docs"], "docs holds other things"),
        (["report", "--mine", "no/where"], "There is no folder no/where"),
        (["report", "--mine", "pyproject.toml"], "There is no folder pyproject.toml"),
        (["warm", "0"], "There is no deck '0'; there are 1_distances"),
        (["warm", ""], "There is no deck ''"),
        (["warm", "1", "--corpus", "no/where"], "There is no folder no/where"),
        *[([name, "--corpus", "no/where"], "There is no folder no/where")
          for name in ("report", "reference", "slides", "handout", "exercises")],
    ],
)  # fmt: skip
def test_a_wish_that_cannot_be_had_is_refused_before_anything_slow(
    words, said, monkeypatch, capsys
):
    monkeypatch.chdir(choice.project_root())
    for slow in ("genrelab.corpora", "coursekit.building", "coursekit.slides", "coursekit.grading"):
        monkeypatch.setitem(sys.modules, slow, None)  # importing it fails
    assert cli.main(words) == 1
    told = capsys.readouterr().err
    assert said in told and told.count("\n") == 1


def test_the_refusal_takes_a_second():
    begin = time.monotonic()
    command = [
        sys.executable,
        "-X",
        "importtime",
        "-m",
        "coursekit.cli",
        "report",
        "--set",
        "nothing=1",
        "--out",
        "x",
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1 and "there are seed" in done.stderr
    loaded = {
        line.rsplit("|", 1)[1].strip()
        for line in done.stderr.splitlines()
        if line.startswith("import time")
    }
    assert not loaded & {"pandas", "torch", "librosa", "numba", "sphinx", "nbformat", "jupytext"}
    assert time.monotonic() - begin < 10  # a second on a machine that does nothing else


def test_without_notebooks_the_folder_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(choice, "notebook_sources", lambda: [])
    with pytest.raises(ReportError, match="There are no notebooks in"):
        checked_wishes()


def test_a_place_is_new_or_empty_or_an_earlier_reports(tmp_path):
    checked_wishes(out=tmp_path / "new")
    checked_wishes(out=tmp_path)
    (tmp_path / "pages").mkdir()
    with pytest.raises(ReportError, match="holds other things"):
        checked_wishes(out=tmp_path)
    (tmp_path / "run.json").write_text("{}")
    checked_wishes(out=tmp_path)


def test_decks_go_by_number_and_name():
    assert choose_deck("1") == choose_deck("1_distances") == "1_distances"
    with pytest.raises(ReportError, match="no deck '9'"):
        choose_deck("9")
