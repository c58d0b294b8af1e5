"""Executed notebooks, the pages of `docs/` and the sound become one folder of HTML that needs no
network."""

from __future__ import annotations

import json
import os
import re
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat

from claimbook.claims import load_claims
from coursekit.api_pages import api_pages, with_helpers
from coursekit.claims_page import claims_page
from coursekit.helpers import helpers_by_notebook
from coursekit.pairing import read_source
from coursekit.publishing import copy_sounds, run_sphinx
from coursekit.record_pages import record_pages
from coursekit.references import read_bib, references_page
from coursekit.running import Pages
from coursekit.stubs import tagged
from genrelab.runtime import notebook_sources, project_root

LANDING_PICTURE = Path("01") / "01_map.png"


def build_site(pages: Pages, teaching: bool = True) -> Path:
    """Build the site of executed notebooks and return its first page.

    Parameters
    ----------
    pages
        What was run; `pages.place` gets `source/` and `html/`.
    teaching
        Whether the page for teachers is part of it.

    Raises
    ------
    RuntimeError
        If Sphinx fails or warns.
    """
    place, source, html = pages.place, pages.place / "source", pages.place / "html"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(project_root() / "docs", source)
    paths = sorted((place / "pages").glob("[0-9][0-9]_*.ipynb"))
    executed = {path.stem: nbformat.read(path, as_version=4) for path in paths}
    reported, helpers = claim_places(executed), helpers_by_notebook()
    moved = tomllib.loads((source / "moved.toml").read_text(encoding="utf-8"))
    for name, notebook in executed.items():
        cells = [cell for where, cell in reported.values() if where == name]
        page = with_old_addresses(anchored(notebook, cells), moved.get(name, {}))
        page = with_helpers(page, helpers.get(name, []))
        nbformat.write(_with_named_folds(page), source / f"{name}.ipynb")
    for notebook in notebook_sources():
        if notebook.stem not in executed:
            nbformat.write(_not_run(notebook), source / f"{notebook.stem}.ipynb")
    minutes = json.loads((place / "minutes.json").read_text())
    addresses = {claim: f"{name}.html#cell-{cell}" for claim, (name, cell) in reported.items()}
    shutil.rmtree(source / "checklist")  # of the course, not of the site
    made = record_pages() | {"minutes": _minutes(minutes), "claims": claims_page(addresses),
                             "references": _references(source)}
    shutil.rmtree(source / "records")  # in the pages of the record
    for name, text in made.items():
        (source / f"{name}.md").write_text(text, encoding="utf-8")
    _place_api(source, api_pages(helpers))
    _place_picture(source, pages.figures / LANDING_PICTURE)
    if not teaching:
        (source / "teaching.md").unlink()
        for part in ("teaching\n", "make lab"):  # students have the pages and no course to type in
            _without_line(source / "index.md", part)
    shutil.rmtree(html, ignore_errors=True)
    options = ["-j", "2", "-d", str(place / "doctrees")]
    run_sphinx("html", source, html, *options, banner=_banner(pages))
    for map_of_source in html.rglob("*.map"):  # for those who debug the theme: megabytes
        map_of_source.unlink()
    if pages.audio:
        copy_sounds(executed.values(), place / "pages", html)
    return html / "index.html"


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
            for output in cell.get("outputs", []):
                note = output.get("metadata", {}).get("genrelab", {})
                for key in note.get("claims", []):
                    claim = claims.get(key.partition("@")[0])
                    if claim and claim.notebook == name[:2]:
                        found.setdefault(claim.id, (name, place))
    return found


def anchored(page: nbformat.NotebookNode, cells: Sequence[int]) -> nbformat.NotebookNode:
    """Return a copy of a notebook with an anchor, ``cell-<place>``, before each of some cells."""
    page = nbformat.from_dict(page)
    for place in sorted(set(cells), reverse=True):
        anchor = nbformat.v4.new_markdown_cell(f'<div id="cell-{place}"></div>')
        anchor.id = f"cell-{place}"
        page.cells.insert(place, anchor)
    return page


def with_old_addresses(page: nbformat.NotebookNode, moved: Mapping[str, str]
                       ) -> nbformat.NotebookNode:
    """Return a copy of a notebook in which old addresses of sections lead on, see
    `docs/moved.toml`."""
    page, elsewhere = nbformat.from_dict(page), []
    for old, new in moved.items():
        if ".html" in new:
            elsewhere.append(f'<li id="{old}"><a href="{new}">{old.replace("-", " ")}</a></li>')
        heading = re.compile(rf"^(#+ {re.escape(new)})$", re.MULTILINE)
        for cell in page.cells:
            if cell.cell_type == "markdown":
                cell.source = heading.sub(rf'<div id="{old}"></div>\n\n\1', cell.source)
    if elsewhere:
        text = f"Moved to the record:\n\n<ul>{''.join(elsewhere)}</ul>"
        page.cells.append(nbformat.v4.new_markdown_cell(text))
    return page


def _with_named_folds(page: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Let a folded solution say that it is one, in place; nobody should open it out of
    curiosity."""
    for cell in tagged(page, "solution"):
        cell.metadata["mystnb"] = {"code_prompt_show": "Show a solution",
                                   "code_prompt_hide": "Hide the solution"}
    return page


def _not_run(source: Path) -> nbformat.NotebookNode:
    """Return a page for a notebook that this run left out, so that links to it lead somewhere."""
    title = read_source(source).cells[0].source.splitlines()[0]
    cell = nbformat.v4.new_markdown_cell(f"{title}\n\nNot run for this site.")
    return nbformat.v4.new_notebook(cells=[cell])


def _references(source: Path) -> str:
    """Return the page of works; a notebook that was not run names them all the same."""
    sources = {path.stem: path.read_text(encoding="utf-8") for path in notebook_sources()}
    texts = {name: text.replace("\n#", "\n") for name, text in sources.items()}
    return references_page(read_bib((source / "references.bib").read_text(encoding="utf-8")), texts)


def _place_api(source: Path, pages: dict[str, str]) -> None:
    """Write the pages about helpers, as old as what they are made from: Sphinx reads again only
    what has changed."""
    folder = source / "api"
    folder.mkdir(exist_ok=True)
    made_from = [*notebook_sources(), *(project_root() / "src").rglob("*.py")]
    newest = max(path.stat().st_mtime for path in made_from)
    for part, text in pages.items():
        (folder / f"{part}.rst").write_text(text, encoding="utf-8")
        os.utime(folder / f"{part}.rst", (newest, newest))


def _place_picture(source: Path, picture: Path) -> None:
    """Put the picture of the landing page in its place, or take its line out where the run has not
    drawn it."""
    index = source / "index.md"
    # Sphinx goes by the time of a file, and an earlier run may have built the page without the
    # picture
    index.touch()
    if picture.is_file():
        shutil.copy(picture, source / "_static" / "landing.png")
    else:
        _without_line(index, "_static/landing.png")


def _without_line(page: Path, part: str) -> None:
    """Take the lines that hold a text out of a page."""
    lines = page.read_text(encoding="utf-8").splitlines(keepends=True)
    page.write_text("".join(line for line in lines if part not in line), encoding="utf-8")


def _banner(pages: Pages) -> str:
    """Say on every page what the numbers come from, and that GTZAN's sound is not to be
    published."""
    corpus = pages.corpus
    if corpus.is_synthetic:
        return "Made from the synthetic corpus: music that the course composed itself."
    lines = [f"Made from {corpus.name} (sound as {corpus.audio_kind})."]
    if not corpus.tracks["artist"].notna().any():
        lines.append("No artists are known: each track counts as its own artist, and artists apart "
                     "means tracks apart.")
    if pages.audio and corpus.name.startswith("gtzan"):
        lines.append("Do not publish this site with its sound: the recordings are not free.")
    elif pages.audio:
        lines.append("Publish this site with its sound only if the recordings are yours to "
                     "publish.")
    return " ".join(lines)


def _minutes(kept: dict) -> str:
    """Return the page that tells how long each notebook took."""
    rows = [f"| {name} | {run['state']} | {run['seconds'] / 60:.1f} |\n"
            for name, run in kept.items()]
    return f"""# How long it took

How long each notebook ran when this site was built. Two ran at a time: the whole took less than \
the sum.

| notebook | state | minutes |
|---|---|---|
{"".join(rows)}"""
