"""Where in the notebooks a claim is reported: the cell whose text names it."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Mapping, Sequence

import nbformat

from claimbook.claims import PROTOCOLS, load_claims

CLAIM_IN_TABLE = re.compile(r"(<th[^>]*>)([a-z]+\.[\w.]+)(</th>)")
WORD_IN_TABLE = re.compile(r"(<th[^>]*>)([\w-]+)(</th>)")

SHOWN = re.compile(r"\bledger\.table\(|\bbook\.table\(")


def claim_places(pages: Mapping[str, nbformat.NotebookNode]) -> dict[str, tuple[str, int]]:
    """Find for each claim the cell that reports it.

    Parameters
    ----------
    pages
        Name of a notebook (``"06_perceptual_distances"``) to the notebook.

    Returns
    -------
    dict
        Id of a claim to the name of its notebook and the place of the cell. A cell that shows the
        claim in a table is preferred to one that computes it, its full id to a pattern of many
        (``f"namgyal.t2.knn.{metric}"``), an id to the beginning of one; of equally good cells the
        first is taken.
    """
    by_number = {name[:2]: name for name in pages}
    texts = {name: [_patterns(cell) for cell in page.cells] for name, page in pages.items()}
    found = {}
    for claim in load_claims().values():
        if name := by_number.get(claim.notebook):
            scores = [_score(claim.id, *patterns) for patterns in texts[name]]
            if scores and max(scores) > 0:
                found[claim.id] = (name, scores.index(max(scores)))
    return found


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
        return (
            f'{found[1]}<a href="{where}" '
            f'title="{html.escape(claim.statement)}">{claim.id}</a>{found[3]}'
        )

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


def _patterns(cell: nbformat.NotebookNode) -> tuple[list[str], bool]:
    """Return what of a cell's code could be an id, as regular expressions, and whether it shows a
    table of claims."""
    if cell.cell_type != "code":
        return [], False
    try:
        nodes = list(ast.walk(ast.parse(cell.source)))
    except SyntaxError:
        return [], False
    texts = []
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.append(re.escape(node.value))
        elif isinstance(node, ast.JoinedStr):
            parts = [
                re.escape(p.value) if isinstance(p, ast.Constant) else r"[\w.\-]+"
                for p in node.values
            ]
            texts.append("".join(parts))
    known = tuple({claim_id.partition(".")[0] + r"\." for claim_id in load_claims()})
    return [text.partition("@")[0] for text in texts if text.startswith(known)], bool(
        SHOWN.search(cell.source)
    )


def _score(claim: str, patterns: list[str], shows: bool) -> int:
    best = 0
    for pattern in patterns:
        if re.fullmatch(pattern, claim):
            best = max(best, 3 if "[" in pattern else 4)
        elif re.match(pattern + r"(\.|$)", claim):
            best = max(best, 1)
    return 2 * best + shows if best else 0
