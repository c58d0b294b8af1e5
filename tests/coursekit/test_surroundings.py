"""What a machine may lack is told in one line, with what to do about it."""

import errno
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from coursekit import cli, surroundings
from genrelab.runtime import cache, cached, places

ROOT = Path(__file__).parents[2]
PROGRAM = f"'{sys.executable}' -m coursekit.cli"


def shell(line, **environment):
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment}
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, env=env, cwd=ROOT)


@pytest.mark.parametrize(
    "command", ["--help", "claims", "exercises", "check", "corpus", "cache", "nonsense"]
)
def test_a_terminal_of_few_letters_is_printed_to(command, monkeypatch, synthetic):
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="ascii") for _ in range(2))
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    try:
        code = cli.main([command])
    except SystemExit as ended:  # from argparse
        code = ended.code
    err.flush()
    assert code == (2 if command == "nonsense" else 0)
    assert len(out.buffer.getvalue() + err.buffer.getvalue()) > 50


@pytest.mark.skipif(os.name != "posix", reason="a shell")
def test_what_is_no_letter_there_is_told_by_number_and_by_the_real_program():
    said = shell(f"{PROGRAM} claims", LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert said.returncode == 0 and said.stderr == "" and r"\u2212" in said.stdout


@pytest.mark.skipif(os.name != "posix", reason="a shell")
@pytest.mark.parametrize("command", ["claims", "--help"])
def test_a_reader_who_has_read_enough_is_no_error(command):
    said = shell(f"{PROGRAM} {command} | head -1")
    assert said.stderr == "" and said.stdout.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_behind_a_redirection():
    said = shell(f"{PROGRAM} claims > /dev/full")
    assert said.returncode == 1
    assert said.stderr.startswith("genrelab: The disk is full") and said.stderr.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="a shell")
def test_a_closed_output_and_a_folder_that_is_gone():
    assert shell(f"{PROGRAM} cache >&-").stderr == ""
    gone = "mkdir gone && cd gone && rmdir ../gone"
    said = shell(f"cd $(mktemp -d) && {gone} && {PROGRAM} cache")
    assert (said.returncode, said.stderr) == (0, "") and "in all" in said.stdout
    said = shell(f"cd $(mktemp -d) && {gone} && {PROGRAM} corpus --corpus music")
    assert (
        said.returncode == 1
        and said.stderr.count("\n") == 1
        and "folder that you are in is gone" in said.stderr
    )


@pytest.mark.skipif(os.name != "posix", reason="a shell")
def test_from_elsewhere_without_home_and_temporary_folder():
    said = shell(f"unset HOME; cd / && TMPDIR=/no/where {PROGRAM} report --only 77")
    assert said.returncode == 1 and "There is no notebook '77'; there are 00, 01" in said.stderr


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "The disk is full, so x/y cannot be written. Free some space: `genrelab "
                       "cache` shows"),
        (errno.EDQUOT, "The disk is full"),
        (errno.EACCES, "x/y: Permission denied. The course writes to .cache, build, figures and "
                       "work"),
        (errno.EROFS, "clone it to a folder of yours; or set GENRELAB_CACHE to one, and give "
                      "`genrelab report`"),
        (errno.EPERM, "clone it"),
        (errno.ENOENT, "No such file or directory: 'x/y'"),
    ],
)
def test_errors_of_the_system_get_a_mend(number, said, monkeypatch, capsys):
    def fail(options):
        raise OSError(number, os.strerror(number), "x/y")

    monkeypatch.setattr(cli, "_clean", fail)
    fail.__name__ = "_clean"
    assert cli.main(["clean"]) == 1
    found = capsys.readouterr().err
    assert said in found and found.count("\n") == 1


def test_a_cache_that_fills_the_disk_and_a_file_elsewhere_have_mends_of_their_own(
    own_cache, tmp_path, monkeypatch
):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(cache.joblib, "dump", full)
    with pytest.raises(OSError, match=r"No space left on device\). Free some space\. Set "
                                      r"GENRELAB_CACHE"):
        cached("numbers", lambda: 7)
    with pytest.raises(OSError, match=r"marks.csv cannot be written.*a clone of your own"):
        cache.write_whole(tmp_path / "marks.csv", full)
    assert list(own_cache.rglob("*.joblib")) == []


def test_without_a_home_to_write_to_the_cache_takes_its_place(monkeypatch, own_cache):
    monkeypatch.setenv("HOME", "/dev/null/home")
    surroundings.write_somewhere()
    assert os.environ["HOME"] == str(own_cache / "home") and (own_cache / "home").is_dir()
    surroundings.write_somewhere()
    assert os.environ["HOME"] == str(own_cache / "home")

    def none():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(Path, "home", none)
    surroundings.write_somewhere()
    assert os.environ["HOME"] == str(own_cache / "home")


def test_a_home_that_is_there_stays_and_without_a_cache_nothing_is_said(
    monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    surroundings.write_somewhere()
    assert os.environ["HOME"] == str(tmp_path)
    monkeypatch.setenv("HOME", "/dev/null/home")
    monkeypatch.setenv("GENRELAB_CACHE", "/dev/null/cache")
    assert cli.main(["exercises"]) == 0  # needs neither
    assert os.environ["HOME"].startswith(str(tmp_path / "genrelab-home-"))
    assert cli.main(["cache"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "Set GENRELAB_CACHE to a folder that you may write to" in said


def test_the_folder_of_the_course_is_found_from_anywhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert places.project_root() == ROOT
    shutil.rmtree(tmp_path)
    assert places.project_root() == ROOT and places.shown(ROOT / "build") == str(ROOT / "build")
