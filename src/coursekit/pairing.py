"""Notebooks are written as percent scripts (`.py`); the `.ipynb` beside each is generated, never
edited by hand."""

from __future__ import annotations

import hashlib
from pathlib import Path

import jupytext
import nbformat

from coursekit.stubs import fill_stubs
from genrelab.runtime import notebook_sources, project_root

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def read_source(source: Path) -> nbformat.NotebookNode:
    """Read a percent script as a notebook: stubs filled from solutions, cell ids from position and
    source."""
    notebook = jupytext.read(source, fmt="py:percent")
    fill_stubs(notebook)
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for position, cell in enumerate(notebook.cells):
        if {"hide-input", "hide-cell"} & set(cell.metadata.get("tags", [])):
            # folded in JupyterLab as on the site
            cell.metadata["jupyter"] = {"source_hidden": True}
        cell.id = hashlib.sha1(f"{position}:{cell.source}".encode()).hexdigest()[:12]
    return notebook


def paired_texts(source: Path) -> dict[Path, str]:
    """Return what the script and the notebook of a pair should hold: {path: text}."""
    notebook = read_source(source)
    script = jupytext.writes(notebook, fmt=_PERCENT)
    return {source: script, source.with_suffix(".ipynb"): nbformat.writes(notebook) + "\n"}


# What jupytext may write into the script: tags and the hidden sources of solutions, nothing of a
# machine.
_PERCENT = {
    "extension": ".py",
    "format_name": "percent",
    "notebook_metadata_filter": "kernelspec,-all",
    "cell_metadata_filter": "tags,jupyter,-all",
}


def sync(write: bool = True) -> list[Path]:
    """Bring what is generated up to date with its sources; return the files that were (or,
    unwritten, are) behind.

    These are the stubs in the scripts, the `.ipynb`, and the tables of `docs/teaching.md`, from the
    plans of the decks.
    """
    from coursekit.slides import teaching_tables

    behind = []
    teaching = project_root() / "docs" / "teaching.md"
    texts = {teaching: teaching_tables(teaching.read_text(encoding="utf-8"))}
    for source in notebook_sources():
        texts |= paired_texts(source)
    for path, text in texts.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            behind.append(path)
            if write:
                path.write_text(text, encoding="utf-8", newline="\n")
    return behind
