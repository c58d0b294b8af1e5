"""Pages become HTML, and what they can play goes where they go."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import nbformat

from genrelab.display.html import sounds_in


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


def sounds_of(notebook: nbformat.NotebookNode) -> set[str]:
    """Return the address of every sound file that the outputs of an executed notebook may play."""
    shown = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    texts = ("".join(output.get("data", {}).get("text/html", "")) for output in shown)
    return {address for text in texts for address in sounds_in(text)}


def copy_sounds(notebooks: Iterable[nbformat.NotebookNode], pages: Path, target: Path) -> None:
    """Copy the sound files that notebooks may play, from beside the executed pages to beside the
    built ones.

    What earlier runs left there stays behind.
    """
    for address in sorted(set().union(*map(sounds_of, notebooks))):
        if (pages / address).is_file():  # else its player says that the sound was not found
            copy = target / address
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(pages / address, copy)
