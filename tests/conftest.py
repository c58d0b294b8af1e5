"""What several tests share: corpora, small and large."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from browsing import FLAGS
from filelock import FileLock
from playwright.sync_api import sync_playwright

from coursekit.building import build_pages, build_report
from coursekit.check import find_chromium
from genrelab.corpora import load_corpus
from genrelab.runtime import cache_folder, compile_librosa, project_root
from reproductions.experiments import reproduce


def pytest_configure(config):
    """Compile librosa's functions before several processes of tests do so at once, which would
    crash them and every kernel after them."""
    if not hasattr(config, "workerinput"):
        compile_librosa()


@pytest.fixture(scope="session")
def synthetic():
    """The synthetic corpus, rendered into the cache once."""
    with one_at_a_time():
        return load_corpus("synthetic")


def one_at_a_time() -> FileLock:
    """Let one of the processes that run tests make what all of them use."""
    return FileLock(cache_folder() / "tests.lock")


@pytest.fixture(scope="session")
def gtzan_folder():
    """The real GTZAN, where `$GENRELAB_GTZAN` names it."""
    folder = Path(os.environ.get("GENRELAB_GTZAN", ""))
    if not os.environ.get("GENRELAB_GTZAN") or not folder.is_dir():
        pytest.skip("GENRELAB_GTZAN names no folder: GTZAN is not part of this repository")
    return folder


@pytest.fixture(scope="session")
def real(gtzan_folder):
    return load_corpus(gtzan_folder)


@pytest.fixture(scope="session")
def solved(request):
    """All notebooks run with solutions in the place of stubs: `pages/`, `figures/`, `checks` and
    `minutes.json`. The run is kept until something changes that it rests on, or a test fails."""
    place = project_root() / "build" / "solved"
    with one_at_a_time():
        if not is_newest(place / "whole"):
            shutil.rmtree(place, ignore_errors=True)
            build_pages(out=place, solutions=True, checks=place / "checks").check()
            (place / "whole").touch()
    yield place
    if request.session.testsfailed:
        (place / "whole").unlink()


@pytest.fixture(scope="session")
def report():
    """The notebooks as a reader finds them, run on the synthetic corpus, with their site; made here
    unless `make report` has done so since the last change."""
    place = project_root() / "build" / "synthetic"
    with one_at_a_time():
        if not is_newest(place / "html" / "index.html"):
            build_report()
    return place


@pytest.fixture(scope="session")
def site(report):
    return report / "html"


def is_newest(made: Path) -> bool:
    """Tell whether a file is newer than all that executed notebooks and their site rest on."""
    root = project_root()
    sources = [*root.glob("requirements*.lock")]
    for name in ("src", "notebooks", "docs", "figures/gtzan"):
        sources += [path for path in (root / name).rglob("*.*") if "__pycache__" not in path.parts]
    newest = max(path.stat().st_mtime for path in sources)
    return made.is_file() and made.stat().st_mtime > newest


@pytest.fixture(scope="session")
def smoke():
    """The record of all experiments at their smallest size on the synthetic corpus, kept until
    something changes that it rests on."""
    place = project_root() / "build" / "smoke"
    with one_at_a_time():
        if not is_newest(place / "whole"):
            shutil.rmtree(place, ignore_errors=True)
            reproduce(out=place)
            (place / "whole").touch()
    return place


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    """An empty cache for this test alone."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("GENRELAB_CACHE", str(folder))
    # worker processes that run already would still use the old folder
    monkeypatch.setenv("GENRELAB_JOBS", "1")
    return folder / "genrelab"


def tone(seconds=1.0, pitch=440.0, rate=22_050, channels=1):
    """Return a short tone, (n_samples,) or (n_samples, channels)."""
    y = 0.3 * np.sin(2 * np.pi * pitch * np.arange(int(seconds * rate)) / rate)
    return y if channels == 1 else np.stack([y] * channels, axis=1)


@pytest.fixture
def make_folder(tmp_path):
    """Return a function that writes sound files and returns their folder: {"blues/a.wav": samples
    or bytes}."""

    def make(files, rate=22_050):
        root = tmp_path / "music"
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                soundfile.write(path, content, rate)
        return root

    return make


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium; tests that need one skip where there is none."""
    program = find_chromium()
    if not program:
        pytest.skip("no Chromium on this machine; `genrelab check` says how to get one")
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def one_thread():
    """Let torch compute in one thread: two wait for each other where other work runs, and small
    nets gain nothing."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
