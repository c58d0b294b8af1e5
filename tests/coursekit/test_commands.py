"""Commands, Make targets, environments and README agree."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from conftest import tone
from packaging.requirements import Requirement

from coursekit import check, cli
from coursekit.check import check_machine
from genrelab.runtime import notebook_sources

ROOT = Path(__file__).parents[2]


def run(*words):
    return subprocess.run(
        [sys.executable, "-m", "coursekit.cli", *words], capture_output=True, text=True, cwd=ROOT
    )


def test_help_lists_every_make_target():
    said = run("--help").stdout
    targets = re.findall(r'@echo "make ([a-z-]+)', (ROOT / "Makefile").read_text())
    assert len(targets) > 10
    for target in set(targets) - {"setup"}:
        assert re.search(rf"^    {target}\b", said, flags=re.MULTILINE), target
    assert "examples:" in said


def test_make_alone_lists_targets():
    said = subprocess.run(["make"], capture_output=True, text=True, cwd=ROOT, check=True).stdout
    assert "make report" in said and "make test-browser" in said


def test_corpus_as_json(make_folder, monkeypatch, own_cache, capsys):
    root = make_folder({"folk/a.wav": tone(), "polka/b.wav": tone(2), "polka/c.wav": b"broken"})
    assert cli.main(["corpus", "--corpus", str(root), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["tracks"] == 2
    assert found["problems"][0]["file"] == "polka/c.wav"


def test_a_wrong_folder_is_an_error_with_exit_code_1(capsys):
    assert cli.main(["corpus", "--corpus", "nowhere/at/all"]) == 1
    said = capsys.readouterr().err
    assert "There is no folder" in said and "nowhere/at/all" in said


def test_check_names_each_need_and_its_mend(synthetic, monkeypatch, capsys):
    assert [need.met for need in check_machine("synthetic")][:3] == [True, True, True]
    monkeypatch.setattr(check, "version", lambda name: "0.0.1")
    monkeypatch.setattr(check, "find_chromium", lambda: None)
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    assert cli.main(["check", "--corpus", "nowhere"]) == 1
    said = capsys.readouterr().out
    assert (
        said.count("FAIL") == 3
        and said.count("mend:") == 4
        and said.count("OK") == 1
        and "--    Chromium" in said
    )


def test_an_unwritable_cache_fails_the_check(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GENRELAB_CACHE", str(tmp_path / "file"))
    needs = {need.name: need for need in check_machine("nowhere")}
    assert not needs["writable cache"].met
    assert "GENRELAB_CACHE" in needs["writable cache"].mend


def test_cache_is_shown_and_emptied(own_cache, capsys):
    from genrelab.runtime import cached

    cached("numbers", lambda: 7)
    cli.main(["cache"])
    assert "numbers" in capsys.readouterr().out
    cli.main(["cache", "--clear"])
    assert "numbers" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "value"),
    [("seed=3", ("seed", 3)), ("name=laparra", ("name", "laparra")), ("x=[1, 2]", ("x", [1, 2]))],
)
def test_settings_are_literals_or_text(text, value):
    assert cli._setting(text) == value


def test_settings_without_a_value_are_refused(capsys):
    assert cli.main(["report", "--set", "seed", "--out", "runs/a"]) == 1
    assert "NAME=VALUE" in capsys.readouterr().err


def test_lab_copies_once_and_never_overwrites(monkeypatch, tmp_path, capsys):
    (tmp_path / "notebooks").mkdir()
    source = tmp_path / "notebooks" / "00_start_here.ipynb"
    source.write_text("first")
    monkeypatch.setattr(cli, "project_root", lambda: tmp_path)
    opened = []
    monkeypatch.setattr(
        cli, "_open_lab", lambda options, folder, first, **more: opened.append(folder) or 0
    )
    cli.main(["lab"])
    copy = tmp_path / "work" / "00_start_here.ipynb"
    assert copy.read_text() == "first"
    assert "has changed" not in capsys.readouterr().out
    copy.write_text("my answers")
    source.write_text("second, by a later sync")
    cli.main(["lab"])
    assert copy.read_text() == "my answers"
    assert "has changed since your copy" in capsys.readouterr().out
    assert opened == [tmp_path / "work"] * 2


def test_lab_shows_the_contents_the_first_time_and_keeps_what_the_reader_left(tmp_path):
    cli._show_contents(str(tmp_path / "spaces"))
    (kept,) = (tmp_path / "spaces").iterdir()
    assert (
        json.loads(kept.read_text())["data"]["layout-restorer:data"]["left"]["current"]
        == "@jupyterlab/toc:plugin"
    )
    kept.write_text(kept.read_text().replace("toc:plugin", "filebrowser"))
    cli._show_contents(str(tmp_path / "spaces"))
    assert "toc:plugin" not in kept.read_text()


@pytest.mark.parametrize("target", ["lab", "edit"])
def test_make_can_leave_the_browser_shut(target):
    for chosen, there in (("none", True), ("firefox", False), ("", False)):
        command = ["make", "-n", target, f"BROWSER={chosen}"]
        said = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout
        assert ("--no-browser" in said) == there
    assert "BROWSER=none" in (ROOT / "README.md").read_text()


def test_lab_refuses_a_corpus_that_is_not_there(capsys):
    assert cli.main(["lab", "--corpus", "nowhere"]) == 1
    assert "There is no folder" in capsys.readouterr().err


def test_lab_starts_in_work_with_the_corpus(monkeypatch, make_folder, own_cache):
    calls = []
    monkeypatch.setattr(os, "execve", lambda program, command, env: calls.append((command, env)))
    monkeypatch.setattr(subprocess, "call", lambda command, env: calls.append((command, env)) or 0)
    options = SimpleNamespace(
        corpus=str(make_folder({"folk/a.wav": tone()})), port=9999, no_browser=True
    )
    cli._open_lab(options, Path("work"), "00_start_here.ipynb")
    command, env = calls[0]
    assert (
        "--ServerApp.root_dir=work" in command
        and "--port=9999" in command
        and "--no-browser" in command
    )
    assert env["GENRELAB_CORPUS"] == options.corpus
    assert (Path(env["JUPYTER_CONFIG_PATH"]) / "labconfig" / "page_config.json").is_file()


def test_clean_leaves_runs_and_work_alone(monkeypatch, tmp_path):
    for name in ("build", "runs", "work"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(cli, "project_root", lambda: tmp_path)
    cli.main(["clean"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["runs", "work"]


def test_make_takes_the_corpus_from_the_environment():
    env = {**os.environ, "GENRELAB_CORPUS": "some/music"}
    command = ["make", "-n", "corpus"]
    said = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env=env, check=True
    ).stdout
    assert "--corpus 'some/music'" in said


@pytest.mark.parametrize(
    "folder", ["my music", "it's mine", 'say "hi"', "a;b & c", "(live) *", "`x`"]
)
def test_make_hands_a_folder_on_as_it_is_called(folder, tmp_path):
    """Also in a course that lies below a folder with blanks in its name."""
    course = tmp_path / "my course"
    (course / ".venv" / "bin").mkdir(parents=True)
    for name in ("Makefile", "requirements.lock", "requirements-alone.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, course)
    (course / ".venv" / "ready").write_text("")
    program = course / ".venv" / "bin" / "genrelab"
    program.write_text('#!/bin/sh\nprintf "%s|" "$@"\n')
    program.chmod(0o755)
    command = [
        "make",
        "--no-print-directory",
        "report",
        f"CORPUS={folder}",
        f"MINE={folder}",
    ]
    said = subprocess.run(command, capture_output=True, text=True, cwd=course, check=True).stdout
    assert said == f"report|--corpus|{folder}|--mine|{folder}|"


def test_environments_agree():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert environment["dependencies"][-1]["pip"] == [
        "-r requirements.lock", "-r requirements-alone.lock", "--editable ."
    ]  # fmt: skip
    python = next(entry for entry in environment["dependencies"] if str(entry).startswith("python"))
    assert (
        python
        == "python"
        + re.search(r'requires-python = "(.+)"', (ROOT / "pyproject.toml").read_text())[1]
    )
    lock = dict(line.split("==") for line in (ROOT / "requirements.lock").read_text().split())
    wanted = [
        line.split("#")[0].strip() for line in (ROOT / "requirements.in").read_text().splitlines()
    ]
    for requirement in map(Requirement, filter(None, wanted)):
        assert lock[requirement.name.lower()] in requirement.specifier, requirement
    assert not any("+" in version or "/" in version for version in lock.values())


def test_readme_names_every_notebook_with_the_minutes_of_its_header():
    readme = (ROOT / "README.md").read_text()
    for source in notebook_sources():
        read, ran = re.search(r"\*\*Minutes:\*\* (\d+) to read, "
                              r"(\d+) to run", source.read_text()).groups()
        row = next(line for line in readme.splitlines() if f"notebooks/{source.stem}.ipynb" in line)
        assert f"| {read} | {ran} |" in row
