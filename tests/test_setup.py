"""Setting up: which Pythons are taken, by all that names them, and that every package of the lock
accepts them."""

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from coursekit import check
from coursekit.update import GPU

ROOT = Path(__file__).parents[1]
ACCEPTED = SpecifierSet(
    tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
)
PYTHONS = [f"3.{minor}.{patch}" for minor in range(9, 16) for patch in range(25)]


def locked():
    """What `make setup` installs, as ``name==version``."""
    return [line for lock in ROOT.glob("requirements*.lock") for line in lock.read_text().split()]


def test_every_package_of_the_lock_accepts_every_python_that_the_course_accepts():
    fitting = [python for python in PYTHONS if python in ACCEPTED]
    assert fitting[0] == "3.11.5" and fitting[-1].startswith("3.13.")
    for line in locked():
        wants = SpecifierSet(
            distribution(line.split("==")[0]).metadata.get("Requires-Python") or ""
        )
        assert [python for python in fitting if python not in wants] == [], line


def wanted(name):
    """What a package needs on this machine, without extras; nothing if it is missing."""
    try:
        needs = map(Requirement, distribution(name).requires or [])
    except PackageNotFoundError:
        return []
    return [need for need in needs if not need.marker or need.marker.evaluate({"extra": ""})]


def test_the_locks_lack_nothing_but_what_the_player_asks_for_and_does_not_need():
    """As `pip check` would say; but other packages may lie in this environment."""
    names = [line.split("==")[0] for line in locked()]
    held = {canonicalize_name(name): distribution(name).version for name in names}
    lacking = {
        (name, need.name)
        for name in held
        for need in wanted(name)
        if not need.name.startswith(GPU)
        and not ((found := canonicalize_name(need.name)) in held and held[found] in need.specifier)
    }
    assert lacking == {("tinysoundfont", "pyaudio")}


def test_a_plain_install_and_the_lock_never_ask_for_pyaudio():
    """Neither `pip install .`, whose dependencies are those of requirements.in, nor the first
    step of `make setup`; the second takes its one package without what that asks for."""
    text = (ROOT / "requirements.in").read_text()
    found, new = set(), {line.split("#")[0].strip() for line in text.splitlines()}
    new = {canonicalize_name(Requirement(line).name) for line in new if line}
    while new:
        found |= new
        new = {canonicalize_name(need.name) for name in new for need in wanted(name)} - found
    assert not found & {"pyaudio", "tinysoundfont"}
    assert not {"pyaudio", "tinysoundfont"} & {line.split("==")[0] for line in
                                               (ROOT / "requirements.lock").read_text().split()}
    for name in ("Makefile", "README.md"):
        assert "--no-deps -r requirements-alone.lock" in (ROOT / name).read_text(), name
    assert "pyaudio" in yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]


PLAY = """
import sys
sys.modules["pyaudio"] = None
sys.modules[{missing!r}] = None
from synthband.soundfont import note
print(len(note(0, 60, 0.1, 0.1)))
"""


@pytest.mark.parametrize("missing", ["pyaudio", "tinysoundfont"])
def test_the_band_plays_without_pyaudio_and_says_how_to_get_its_player(missing):
    command = [sys.executable, "-c", PLAY.format(missing=missing)]
    done = subprocess.run(command, capture_output=True, text=True)
    if missing == "pyaudio":
        assert done.stdout == "4410\n", done.stderr
    else:
        (pin,) = (ROOT / "requirements-alone.lock").read_text().split()
        assert "make setup" in done.stderr and f"pip install --no-deps {pin}`" in done.stderr


def test_check_environment_and_readme_name_the_same_pythons(monkeypatch):
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python = next(entry for entry in environment["dependencies"] if str(entry).startswith("python"))
    assert SpecifierSet(python.removeprefix("python")) == ACCEPTED
    for python in PYTHONS:
        monkeypatch.setattr(sys, "version_info", tuple(map(int, python.split("."))))
        assert check._python().met == (python in ACCEPTED), python
    readme = (ROOT / "README.md").read_text()
    assert "newest Python from 3.11.5 to 3.13" in readme
    assert re.search(r"py -(\S+) -m venv", readme)[1] + ".0" in ACCEPTED


@pytest.fixture
def pythons(tmp_path):
    """Return a function that runs `make setup` where only Pythons of given versions are on the
    path, as stubs."""
    folder, course = tmp_path / "bin", tmp_path / "my course"
    folder.mkdir()
    course.mkdir()
    for name in ("requirements.lock", "requirements-alone.lock", "pyproject.toml", "Makefile"):
        shutil.copy(ROOT / name, course)
    for tool in ("sh", "grep", "touch", "mkdir", "cp", "env"):
        (folder / tool).symlink_to(shutil.which(tool))

    def setup(there, ready=None, without=""):
        for name, version in there.items():
            _stub(folder / name, version, without)
        if ready:
            (course / ".venv" / "bin").mkdir(parents=True)
            _stub(course / ".venv" / "bin" / "python", ready, "")
        command = [shutil.which("make"), "setup"]
        return subprocess.run(
            command, cwd=course, env={"PATH": str(folder)}, capture_output=True, text=True
        )

    return setup


def _stub(path, version, without):
    """Write a Python that says to be of a version, can lack a module, and makes environments of
    stubs alike."""
    told = (
        f"import sys; sys.version_info = {tuple(map(int, version.split('.')))}; "
        f"sys.modules[{without!r}] = None"
    )
    path.write_text(
        f"""#!/bin/sh
case "$1 $2" in
  "-m venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  "-m pip") exit 0 ;;
  *) exec "{sys.executable}" -c '{told.replace("'", '"')}; exec(sys.argv[1])' "$2" ;;
esac
"""
    )
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        ({"python3.11": "3.11.9", "python3.12": "3.12.1", "python3.13": "3.13.0"}, "python3.13"),
        (
            {
                "python3.11": "3.11.9",
                "python3.12": "3.12.1",
                "python3.14": "3.14.0",
                "python3": "3.14.0",
            },
            "python3.12",
        ),
        ({"python3.11": "3.11.5", "python3": "3.14.0"}, "python3.11"),
        ({"python3.11": "3.11.2", "python3": "3.12.3"}, "python3"),
        ({"python3": "2.7.18", "python": "3.13.1"}, "python"),
    ],
)
def test_make_takes_the_newest_python_that_fits(pythons, there, taken):
    done = pythons(there)
    assert done.returncode == 0, done.stderr
    assert f"making .venv with {taken}\n" in done.stdout


@pytest.mark.parametrize(
    "there",
    [
        {},
        {"python3": "3.11.2", "python3.11": "3.11.4"},
        {"python3.14": "3.14.0", "python3": "3.14.0"},
    ],
)
def test_make_says_which_python_is_wanted(pythons, there):
    done = pythons(there)
    assert done.returncode != 0
    assert "No Python from 3.11.5 to 3.13" in done.stdout and "installing" not in done.stdout


def test_a_python_that_cannot_make_environments_is_passed_over(pythons):
    done = pythons({"python3.12": "3.12.1"}, without="ensurepip")
    assert "No Python" in done.stdout and "python3-venv" in done.stdout


def test_an_environment_of_a_python_too_old_is_made_anew_and_a_fitting_one_kept(pythons):
    assert (
        "making .venv with python3.12" in pythons({"python3.12": "3.12.1"}, ready="3.11.2").stdout
    )
    done = pythons({})
    assert done.returncode == 0 and "making" not in done.stdout


def test_make_is_told_the_same_range_as_pip():
    makefile = (ROOT / "Makefile").read_text()
    low, high = re.search(r"not \((.+?)\) <= sys.version_info\[:3\] < \((.+?)\)", makefile).groups()
    assert SpecifierSet(f">={low.replace(', ', '.')},<{high.replace(', ', '.')}") == ACCEPTED
