"""Notebooks run side by side, but after those whose records they need."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from coursekit import building
from coursekit.running import Pages, Run


@pytest.fixture
def log(monkeypatch):
    """Replace the run of a notebook by a nap in a thread; return when each began and ended."""
    events = []

    def nap(source):
        events.append(f"{source.stem[:2]} begins")
        time.sleep(0.3 if source.stem.startswith("06") else 0.01)
        events.append(f"{source.stem[:2]} ends")
        return Run(source.stem, "failed" if source.stem.endswith("broken") else "done", 0.0)

    monkeypatch.setattr(
        building, "ProcessPoolExecutor", lambda workers, **begun: ThreadPoolExecutor(workers)
    )
    monkeypatch.setattr(building, "run_notebook", nap)
    return events


def tasks(*names):
    return [{"source": Path(f"{name}.py")} for name in names]


def test_07_waits_for_06_which_goes_first(log):
    runs = building._run_all(tasks("07_b", "05_x", "06_a"), {}, Path(), lambda line: None)
    assert {run.notebook for run in runs} == {"05_x", "06_a", "07_b"}
    assert all(isinstance(run, Run) for run in runs)
    assert log.index("06 begins") < log.index("05 ends")
    assert log.index("06 ends") < log.index("07 begins")


def test_a_failure_stops_no_other_and_is_told_in_the_end(log):
    runs = building._run_all(
        tasks("02_broken", "03_x", "06_a", "07_b"), {}, Path(), lambda line: None
    )
    assert {run.notebook for run in runs} == {"02_broken", "03_x", "06_a", "07_b"}
    with pytest.raises(building.ReportError, match="02_broken failed"):
        Pages(Path(), Path(), None, "quick", True, runs).check()


def test_of_those_that_may_go_next_the_longest_goes_first(log):
    names = [f"0{n}_x" for n in (1, 2, 3, 4)]
    building._run_all(
        tasks(*names),
        {},
        Path(),
        lambda line: None,
        took={"01": 3.0, "02": 1.0, "03": 9.0, "04": 2.0},
    )
    begun = [event[:2] for event in log if event.endswith("begins")]
    assert set(begun[:2]) == {"01", "03"} and set(begun[2:]) == {"02", "04"}


def test_an_error_outside_the_cells_is_named_with_the_notebook(log, monkeypatch):
    def broken(source):
        raise ValueError("no stub")

    monkeypatch.setattr(building, "run_notebook", broken)
    (run,) = building._run_all(tasks("01_a"), {}, Path(), lambda line: None)
    assert (run.notebook, run.state, run.reason) == ("01_a", "failed", "outside its cells: "
                                                                       "ValueError: no stub")


def test_the_surroundings_of_the_caller_are_left_as_they_were(log):
    before = dict(os.environ)
    building._run_all(tasks("01_a"), {"GENRELAB_CORPUS": "elsewhere"}, Path(), lambda line: None)
    assert dict(os.environ) == before


def test_07_alone_waits_for_nobody(log):
    building._run_all(tasks("07_b"), {}, Path(), lambda line: None)
    assert log == ["07 begins", "07 ends"]


def test_own_music_travels_by_environment_and_a_wrong_folder_is_said_at_once(
    log, tmp_path, monkeypatch
):
    told = []
    monkeypatch.setattr(building, "_run_all", lambda *known, **more: told.append(known) or [])
    building.build_pages(only=["10"], out=tmp_path / "out", mine=tmp_path)
    (tasks_, environment, *_), *_ = told
    assert environment["GENRELAB_MINE"] == str(tmp_path.resolve())
    # parameters are printed on the page
    assert str(tmp_path.resolve()) not in str(tasks_[0]["parameters"])
    with pytest.raises(building.ReportError, match="There is no folder"):
        building.build_pages(only=["10"], mine=tmp_path / "nowhere")
