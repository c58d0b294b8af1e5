"""Compiled functions lie ready before workers start: two processes that compile the same one may
both crash."""

import os
import subprocess
import sys

import pytest

SCRIPT = """
import pkgutil
from importlib import import_module
from pathlib import Path

from genrelab.runtime import parallel

FOLDER = Path({folder!r})

def compiled(_):
    return sorted(path.name for path in FOLDER.rglob("guf-*.nb?"))

seen = parallel(compiled, range(4), "looking")
import librosa
for module in pkgutil.walk_packages(librosa.__path__, "librosa."):
    import_module(module.name)
print(len(seen[0]) if compiled(None) == seen[0] == seen[-1] else 0)
"""


def run(tmp_path):
    folder = tmp_path / "numba"
    environment = {
        **os.environ,
        "NUMBA_CACHE_DIR": str(folder),
        "GENRELAB_CACHE": str(tmp_path / "cache"),
        "GENRELAB_JOBS": "2",
        "GENRELAB_PARALLEL": "",
    }
    command = [sys.executable, "-c", SCRIPT.format(folder=str(folder))]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)


@pytest.mark.slow
def test_workers_find_all_of_librosas_functions_compiled(tmp_path):
    first = run(tmp_path)
    assert int(first.stdout) >= 10, first.stderr
    assert "compiling" in first.stderr
    again = run(tmp_path)
    assert again.stdout == first.stdout
    assert "compiling" not in again.stderr
