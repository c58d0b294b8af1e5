"""A new lock, and what moved."""

import pytest

from coursekit import update as updating
from coursekit.update import moved, pinned


def row(name, value, verdict="close", low=0.0):
    return {
        "id": name,
        "protocol": "ff",
        "value": value,
        "ci_low": low,
        "ci_high": 1.0,
        "verdict": verdict,
    }


def test_a_lock_names_versions_without_local_marks():
    names = {"torch": "2.13.0+cpu", "Open_TSNE": "1.0.4", "nvidia-cublas": "13.0", "triton": "3.4"}
    told = {
        "install": [
            {"metadata": {"name": name, "version": version}} for name, version in names.items()
        ]
    }
    assert pinned(told) == ["open-tsne==1.0.4", "torch==2.13.0"]


def test_what_moved_came_and_went_is_told():
    before = [
        row("a", 0.5),
        row("b", 0.5),
        row("c", 0.5),
        row("e", None),
        row("f", None),
        row("g", 0.5),
    ]
    after = [
        row("a", 0.5),
        row("b", 0.6),
        row("c", 0.5, "matches"),
        row("d", 0.1),
        row("e", None),
        row("f", 0.0),
    ]
    after.append(row("g", 0.5, low=0.1))
    lines = moved(before, after)
    assert [line.partition(":")[0] for line in lines] == ["b@ff", "c@ff", "d@ff", "f@ff", "g@ff"]
    assert "0.6" in lines[0] and "matches" in lines[1] and "is new" in lines[2]
    assert moved(after, before)[2] == "d@ff: is gone"
    assert moved(before, before) == []


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A checkout of its own; returns what was called, and lets tests say what fails."""
    called, fails = [], set()
    (tmp_path / "requirements.lock").write_text("numpy==1\n")
    monkeypatch.setattr(updating, "project_root", lambda: tmp_path)
    monkeypatch.setattr(updating, "resolved", lambda requirements: ["numpy==2"])
    monkeypatch.setattr(
        updating,
        "_command",
        lambda *words, **env: called.append(words[0]) or int(words[0] in fails),
    )

    def rows():
        called.append("rows")
        if "rows" in fails and called.count("rows") > 1:
            raise RuntimeError("The experiments have failed: see above.")
        return [row("a", float(called.count("rows")))]

    monkeypatch.setattr(updating, "_rows_of_a_run", rows)
    monkeypatch.setattr(
        updating.subprocess, "call", lambda command: called.append("pip") or int("pip" in fails)
    )
    return tmp_path / "requirements.lock", called, fails


def test_an_update_runs_everything_and_tells_what_moved(project):
    lock, called, _ = project
    told = []
    assert updating.update(told.append) == 1
    assert called == ["rows", "pip", "lint", "test", "test-all", "test-browser", "rows", "claims"]
    assert lock.read_text() == "numpy==2\n" and "+ numpy==2" in told
    assert any(line.startswith("a@ff: 1.0") for line in told) and told[-1] == "all tests passed"


def test_what_pip_cannot_install_leaves_the_lock_as_it_was(project):
    lock, called, fails = project
    fails.add("pip")
    with pytest.raises(RuntimeError, match=r"requirements\.lock"):
        updating.update(lambda line: None)
    assert lock.read_text() == "numpy==1\n" and called == ["rows", "pip"]


def test_a_report_that_fails_with_new_packages_is_told_with_the_rest(project):
    _, called, fails = project
    fails.update({"rows", "test"})
    told = []
    assert updating.update(told.append) == 1
    assert told[-1] == "failed: test, reproduce" and called[-1] == "claims"
