"""Where in the notebooks a claim is reported: the output that says in its metadata that it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import nbformat

from claimbook.claims import load_claims


def claim_places(pages: Mapping[str, nbformat.NotebookNode]) -> dict[str, tuple[str, int]]:
    """Find for each claim the first cell of its notebook that shows it in a table.

    Parameters
    ----------
    pages
        Name of a notebook (``"06_perceptual_distances"``) to the executed notebook.

    Returns
    -------
    dict
        Id of a claim to the name of its notebook and the place of the cell.
    """
    claims = load_claims()
    found: dict[str, tuple[str, int]] = {}
    for name, page in pages.items():
        for place, cell in enumerate(page.cells):
            for key in _reported(cell):
                claim = claims.get(key.partition("@")[0])
                if claim and claim.notebook == name[:2]:
                    found.setdefault(claim.id, (name, place))
    return found


def _reported(cell: nbformat.NotebookNode) -> list[str]:
    """Return ``"id@protocol"`` of the claims that the outputs of a cell report."""
    notes = [output.get("metadata", {}).get("genrelab", {}) for output in cell.get("outputs", [])]
    return [key for note in notes for key in note.get("claims", [])]


def anchored(page: nbformat.NotebookNode, cells: Sequence[int]) -> nbformat.NotebookNode:
    """Return a copy of a notebook with an anchor, ``cell-<place>``, before each of some cells."""
    page = nbformat.from_dict(page)
    wanted, marked = set(cells), []
    for place, cell in enumerate(page.cells):
        if place in wanted:
            anchor = nbformat.v4.new_markdown_cell(f'<div id="cell-{place}"></div>')
            anchor.id = f"cell-{place}"
            marked.append(anchor)
        marked.append(cell)
    page.cells = marked
    return page
