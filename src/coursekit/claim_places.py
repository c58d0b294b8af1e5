"""Where in the notebooks a claim is reported: the output that says in its metadata that it does."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

import nbformat

from claimbook.claims import PROTOCOLS, load_claims

CLAIM_IN_TABLE = re.compile(r"(<th[^>]*>)([a-z]+\.[\w.]+)(</th>)")
WORD_IN_TABLE = re.compile(r"(<th[^>]*>)([\w-]+)(</th>)")


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


def linked(page: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Lead ids of claims in tables, in place, to their rows on the page of claims; pointing tells
    what stands there."""
    claims = load_claims()

    def link(found: re.Match) -> str:
        if not (claim := claims.get(found[2])):
            return found[0]
        where = f"claims.html#{claim.id}@{claim.all_protocols[0]}"
        statement = html.escape(claim.statement)
        return f'{found[1]}<a href="{where}" title="{statement}">{claim.id}</a>{found[3]}'

    def tell(found: re.Match) -> str:
        about = html.escape(PROTOCOLS.get(found[2], ""))
        return f'{found[1]}<abbr title="{about}">{found[2]}</abbr>{found[3]}' if about else found[0]

    for cell in page.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            text = CLAIM_IN_TABLE.sub(link, data.get("text/html", ""))
            if "claims.html#" in text:  # other tables may have the same words with another sense
                data["text/html"] = WORD_IN_TABLE.sub(tell, text)
    return page
