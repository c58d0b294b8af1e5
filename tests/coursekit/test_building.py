"""Notebooks run side by side, and only if something has changed."""

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


def test_a_failure_stops_no_other_and_is_told_in_the_end(log):
    runs = building._run_all(
        tasks("02_broken", "03_x", "06_a", "07_b"), {}, Path(), lambda line: None
    )
    assert {run.notebook for run in runs} == {"02_broken", "03_x", "06_a", "07_b"}
    with pytest.raises(building.ReportError, match="02_broken failed"):
        Pages(Path(), Path(), None, True, runs).check()


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


def run_once(tmp_path, monkeypatch, **wishes):
    """Return which notebooks a report runs; each leaves a page and figures."""
    ran = []

    def run_all(tasks, *known):
        for task in tasks:
            name = task["source"].stem
            ran.append(name[:2])
            figure = tmp_path / "out" / "figures" / name[:2] / "x"
            for made in (task["pages"] / f"{name}.ipynb", figure):
                made.parent.mkdir(parents=True, exist_ok=True)
                made.write_text("")
        return [Run(f"{task['source'].stem}", "done", 1.0) for task in tasks]

    monkeypatch.setattr(building, "_run_all", run_all)
    building.build_pages(only=["00", "01"], out=tmp_path / "out", **wishes)
    return ran


def test_what_has_not_changed_is_not_run_again(tmp_path, monkeypatch):
    assert run_once(tmp_path, monkeypatch) == ["00", "01"]
    assert run_once(tmp_path, monkeypatch) == []
    assert run_once(tmp_path, monkeypatch, again=True) == ["00", "01"]
    assert run_once(tmp_path, monkeypatch, settings={"seed": 1}) == ["00", "01"]
    assert run_once(tmp_path, monkeypatch, solutions=True) == ["00", "01"]
    (page,) = (tmp_path / "out/pages").glob("01_*")
    page.unlink()
    assert run_once(tmp_path, monkeypatch, solutions=True) == ["01"]
    monkeypatch.setattr(building, "_states", lambda folder: [("another record", 0, 0)])
    assert run_once(tmp_path, monkeypatch, solutions=True) == ["00", "01"]


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
