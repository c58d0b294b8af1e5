"""Pages become HTML."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def run_sphinx(builder: str, source: Path, target: Path, *options: str, banner: str = "") -> None:
    """Run Sphinx in a process of its own, which takes each warning for an error.

    Raises
    ------
    RuntimeError
        If it fails; the message is the end of what it wrote.
    """
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", builder, *options]
    environment = os.environ | {"GENRELAB_BANNER": banner}
    command += [str(source), str(target)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        what = "site" if builder == "html" else "decks"
        raise RuntimeError(f"Sphinx could not build the {what}:\n{done.stderr.strip()[-4000:]}")
