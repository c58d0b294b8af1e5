"""Notebooks run side by side, but after those whose records they need."""

import time
from pathlib import Path

import pytest

from genrelab.report import building
from genrelab.report.running import Run


@pytest.fixture
def log(monkeypatch):
    """Replace the process of a notebook by a nap; return when each began and ended."""
    events = []

    class Done:
        def __init__(self, command, input, **more):
            name = Path(building.json.loads(input)["source"]).stem
            events.append(f"{name[:2]} begins")
            time.sleep(0.3 if name.startswith("06") else 0.01)
            events.append(f"{name[:2]} ends")
            self.stdout = building.json.dumps({"notebook": name, "state": "done", "seconds": 0.0, "reason": ""})
            self.stderr = ""

    monkeypatch.setattr(building.subprocess, "run", Done)
    return events


def tasks(*names):
    return [{"source": f"{name}.py"} for name in names]


def test_07_waits_for_06_whatever_their_order(log):
    runs = building._run_all(tasks("07_b", "05_x", "06_a"), {}, lambda line: None)
    assert {run.notebook for run in runs} == {"05_x", "06_a", "07_b"}
    assert all(isinstance(run, Run) for run in runs)
    assert log.index("06 ends") < log.index("07 begins")


def test_07_alone_waits_for_nobody(log):
    building._run_all(tasks("07_b"), {}, lambda line: None)
    assert log == ["07 begins", "07 ends"]


def test_own_music_travels_by_environment_and_a_wrong_folder_is_said_at_once(log, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(building, "_run_all", lambda tasks, environment, say: told.append((tasks, environment)) or [])
    building.build_pages(only=["10"], out=tmp_path / "out", mine=tmp_path)
    (tasks_, environment), *_ = told
    assert environment["GENRELAB_MINE"] == str(tmp_path.resolve())
    assert str(tmp_path.resolve()) not in str(tasks_[0]["parameters"])  # parameters are printed on the page
    with pytest.raises(building.ReportError, match="There is no folder"):
        building.build_pages(only=["10"], mine=tmp_path / "nowhere")
