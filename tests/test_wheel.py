"""Built as a wheel and installed where no checkout is, the packages bring all their data."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import soundfile

from genrelab.corpora import SAMPLE_RATE
from genrelab.runtime import project_root

PACKAGES = ("genrelab", "synthband", "claimbook", "reproductions", "coursekit")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of the project, built from a copy of its sources."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "requirements.in", "README.md", "LICENSE"):
        shutil.copy(project_root() / name, source)
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(project_root() / "src", source / "src", ignore=ignored)
    pip("wheel", "--no-build-isolation", "--wheel-dir", source / "dist", source)
    (made,) = (source / "dist").glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder into which the wheel alone is installed."""
    target = tmp_path_factory.mktemp("installed")
    pip("install", "--target", target, wheel)
    return target


def pip(command, *arguments):
    words = [sys.executable, "-m", "pip", command, "--quiet", "--no-deps", "--no-index"]
    done = subprocess.run([*words, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def files_of(package):
    """The files of a package in the checkout, but for what Python writes."""
    folder = project_root() / "src" / package
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder.parent) for path in found if "__pycache__" not in path.parts}


@pytest.mark.parametrize("package", PACKAGES)
def test_the_wheel_holds_every_file_of_a_package(wheel, package):
    held = {Path(name) for name in zipfile.ZipFile(wheel).namelist()}
    assert files_of(package) and files_of(package) - held == set()


def test_data_of_every_kind_is_among_these_files():
    endings = {path.suffix for package in PACKAGES for path in files_of(package)}
    assert endings == {".py", ".css", ".js", ".toml", ".csv", ".json", ".npz", ".md"}


def test_without_a_checkout_check_says_what_is_missing(installed, tmp_path):
    music, empty = tmp_path / "music", tmp_path / "empty"
    for genre in ("jazz", "rock"):
        (music / genre).mkdir(parents=True)
        soundfile.write(music / genre / "a.wav", [0.0, 0.5] * SAMPLE_RATE, SAMPLE_RATE)
    empty.mkdir()
    surroundings = {name: value for name, value in os.environ.items() if "GENRELAB" not in name}
    surroundings |= {"PYTHONPATH": str(installed), "GENRELAB_CACHE": str(tmp_path / "cache")}

    def python(*words):
        command = [sys.executable, *words]
        return subprocess.run(command, cwd=empty, env=surroundings, capture_output=True, text=True)

    where = "from importlib.util import find_spec; print(find_spec('coursekit').origin)"
    assert python("-c", where).stdout.startswith(str(installed))
    done = python("-m", "coursekit.cli", "check", "--corpus", str(music))
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    (course,) = failed
    assert f"the notebooks and requirements.lock are not in {empty}" in course
    assert "mend: Get a clone of the course" in done.stdout
    assert "corpus: music, 2 tracks in 2 genres" in done.stdout
