"""The exercises of all notebooks: their list, and the proof that every solution passes its check."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

from genrelab.report.building import build_pages
from genrelab.report.pairing import notebook_sources, read_source


def list_exercises() -> list[str]:
    """Return one line an exercise: notebook and title."""
    lines = []
    for source in notebook_sources():
        for cell in read_source(source).cells:
            if cell.cell_type == "markdown":
                lines += re.findall(r"^### (\d\d\.\d+ .+)$", cell.source, flags=re.MULTILINE)
    return lines


def solve_exercises(corpus: str = "synthetic", solutions: bool = True, only: tuple[str, ...] = ()) -> list[dict]:
    """Run the notebooks with solutions in the place of stubs and return what each check said.

    Parameters
    ----------
    corpus
        As for `load_corpus`.
    solutions
        False leaves the stubs, as a reader finds them.
    only
        Numbers of notebooks; by default all.

    Returns
    -------
    list of dict
        `exercise`, `state` and `text` of each check, in the order of the exercises.
    """
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "checks.jsonl"
        build_pages(corpus, only=only, out=Path(folder), audio=False, solutions=solutions, checks=told)
        lines = told.read_text(encoding="utf-8").splitlines() if told.is_file() else []
    return sorted(map(json.loads, lines), key=lambda line: line["exercise"])
