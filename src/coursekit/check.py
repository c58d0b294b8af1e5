"""Is this machine ready? Each need of the course, OK or FAIL, with the mend."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from genrelab.runtime import cache_folder, project_root

OLDEST, TOO_NEW = (3, 11, 5), (3, 14)
"""The Pythons that all packages of the lock accept, as in `requires-python` of pyproject.toml."""


class Need(NamedTuple):
    """One line of the check: what is needed, whether it is met, what was found, the mend, whether
    it is optional."""

    name: str
    met: bool
    found: str
    mend: str = ""
    optional: bool = False

    @property
    def state(self) -> str:
        """``"OK"``, ``"FAIL"``, or ``"--"`` for what most readers do not need."""
        return "OK" if self.met else "--" if self.optional else "FAIL"

    def __str__(self) -> str:
        line = f"{self.state:4s}  {self.name}: {self.found}"
        return line if self.met else f"{line}\n      mend: {self.mend}"


def check_machine(corpus: str | None = None) -> list[Need]:
    """Return every need of the course with its state on this machine.

    Notebook: 00.
    """
    return [_python(), _packages(), _cache(), _chromium(), _corpus(corpus)]


def _python() -> Need:
    found = ".".join(map(str, sys.version_info[:3]))
    met = OLDEST <= sys.version_info[:3] < TOO_NEW
    mend = "Install one, delete .venv and run `make setup`."
    return Need("Python 3.11.5 to 3.13", met, found, mend)


def _packages() -> Need:
    path = project_root() / "requirements.lock"
    if not path.is_file():
        here = f"the notebooks and requirements.lock are not in {Path.cwd()}"
        mend = "Get a clone of the course, which holds them; run `genrelab check` in its folder."
        return Need("course", False, here, mend)
    wrong = []
    locks = (path, path.with_name("requirements-alone.lock"))
    wants = [line for lock in locks for line in lock.read_text(encoding="utf-8").split()]
    for name, wanted in (line.split("==") for line in wants):
        try:
            found = version(name)
        except PackageNotFoundError:
            found = "missing"
        if found.split("+")[0] != wanted:
            wrong.append(f"{name} {found} instead of {wanted}")
    differ = f"{len(wrong)} differ: {'; '.join(wrong[:3])}"
    found = differ if wrong else f"{len(wants)} as in requirements.lock"
    return Need("packages", not wrong, found, "Run `make setup`.")


def _cache() -> Need:
    name = "writable cache"
    mend = "Set GENRELAB_CACHE to a folder that you may write to."
    try:
        probe = cache_folder() / ".probe"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        return Need(name, False, str(error), mend)
    roomy = shutil.disk_usage(cache_folder()).free > 2**30
    found = f"{'more' if roomy else 'less'} than 1 GiB free"
    return Need(name, roomy, found, f"Free some space. {mend}")


def find_chromium() -> str | None:
    """Return the Chromium or Chrome that browser tests use: `$GENRELAB_CHROMIUM`, else one on the
    path."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    usual = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
             "/Applications/Chromium.app/Contents/MacOS/Chromium",
             r"C:\Program Files\Google\Chrome\Application\chrome.exe")
    found = [*map(shutil.which, names), *filter(os.path.isfile, usual)]
    return next(filter(None, [os.environ.get("GENRELAB_CHROMIUM"), *found]), None)


def _chromium() -> Need:
    found = find_chromium()
    mend = ("Only `make test-browser` needs it. Install Chromium, or set GENRELAB_CHROMIUM to its "
            "program.")
    name = Path(found).name if found else "not found"
    return Need("Chromium for browser tests", found is not None, name, mend, optional=True)


def _corpus(where: str | None) -> Need:
    from genrelab.corpora import load_corpus

    try:
        corpus = load_corpus(where)
    except (ValueError, OSError) as error:
        mend = "Give another folder with --corpus, or leave it out."
        return Need("corpus", False, str(error), mend)
    counts = f"{len(corpus.tracks)} tracks in {len(corpus.genres)} genres"
    return Need("corpus", True, f"{corpus.name}, {counts}, {len(corpus.problems)} left out")
