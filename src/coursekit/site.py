"""Executed notebooks, the pages of `docs/` and the sound become one folder of HTML that needs no
network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

from coursekit.api_pages import api_pages, with_helpers
from coursekit.claim_places import anchored, claim_places, linked
from coursekit.claims_page import claims_page
from coursekit.helpers import helpers_by_notebook
from coursekit.pairing import read_source
from coursekit.references import read_bib, references_page
from coursekit.sound import copy_sounds
from genrelab.corpora import Corpus
from genrelab.runtime import notebook_sources, project_root

LANDING_PICTURE = Path("01") / "01_map.png"


def build_site(
    place: Path, figures: Path, corpus: Corpus, profile: str, audio: bool, teaching: bool = True
) -> Path:
    """Build the site from `place/pages` and return its first page.

    Parameters
    ----------
    place
        Holds `pages/` (executed notebooks and `media/`) and `minutes.json`; gets `source/` and
        `html/`.
    figures
        Folder of the run's figures; the landing page shows one.
    corpus, profile, audio
        What the run was made from, told on every page.
    teaching
        Whether the page for teachers is part of it.

    Raises
    ------
    RuntimeError
        If Sphinx fails or warns.
    """
    source, html = place / "source", place / "html"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(project_root() / "docs", source)
    pages = sorted((place / "pages").glob("[0-9][0-9]_*.ipynb"))
    executed = {page.stem: nbformat.read(page, as_version=4) for page in pages}
    reported, helpers = claim_places(executed), helpers_by_notebook()
    for name, notebook in executed.items():
        cells = [place for where, place in reported.values() if where == name]
        page = linked(with_helpers(anchored(notebook, cells), helpers.get(name, [])))
        nbformat.write(_with_named_folds(page), source / f"{name}.ipynb")
    for notebook in notebook_sources():
        if not (source / f"{notebook.stem}.ipynb").is_file():
            nbformat.write(_not_run(notebook), source / f"{notebook.stem}.ipynb")
    (source / "minutes.md").write_text(
        _minutes(json.loads((place / "minutes.json").read_text())), encoding="utf-8"
    )
    addresses = {claim: f"{name}.html#cell-{place}" for claim, (name, place) in reported.items()}
    (source / "claims.md").write_text(claims_page(figures, addresses), encoding="utf-8")
    (source / "references.md").write_text(_references(source), encoding="utf-8")
    _place_api(source, api_pages(helpers))
    _place_picture(source, figures / LANDING_PICTURE)
    if not teaching:
        (source / "teaching.md").unlink()
        for part in ("teaching\n", "make lab"):  # students have the pages and no course to type in
            _without_line(source / "index.md", part)
    shutil.rmtree(html, ignore_errors=True)
    environment = {**os.environ, "GENRELAB_BANNER": _banner(corpus, profile, audio)}
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-j", "2", "-b", "html"]
    command += ["-d", str(place / "doctrees"), str(source), str(html)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"Sphinx could not build the site:\n{done.stderr.strip()[-4000:]}")
    if audio:
        copy_sounds(executed.values(), place / "pages", html)
    return html / "index.html"


def _with_named_folds(page: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Let a folded solution say that it is one, in place; nobody should open it out of
    curiosity."""
    for cell in page.cells:
        if "solution" in cell.metadata.get("tags", []):
            names = {"code_prompt_show": "Show a solution", "code_prompt_hide": "Hide the solution"}
            cell.metadata["mystnb"] = names
    return page


def _not_run(source: Path) -> nbformat.NotebookNode:
    """Return a page for a notebook that this run left out, so that links to it lead somewhere."""
    title = read_source(source).cells[0].source.splitlines()[0]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(f"{title}\n\nNot run for "
                                                                         "this site.")])


def _references(source: Path) -> str:
    """Return the page of works; a notebook that was not run names them all the same."""
    texts = {
        path.stem: path.read_text(encoding="utf-8").replace("\n#", "\n")
        for path in notebook_sources()
    }
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


def _banner(corpus: Corpus, profile: str, audio: bool) -> str:
    """Say on every page what the numbers come from, and that GTZAN's sound is not to be
    published."""
    if corpus.is_synthetic:
        return (
            f"Made from the synthetic corpus (profile {profile}): music that the course composed "
            "itself."
        )
    said = f"Made from {corpus.name} (sound as {corpus.audio_kind}, profile {profile})."
    if not corpus.tracks["artist"].notna().any():
        said += (
            " No artists are known: each track counts as its own artist, and artists apart means "
            "tracks apart."
        )
    if not audio:
        return said
    if corpus.name.startswith("gtzan"):
        return f"{said} Do not publish this site with its sound: the recordings are not free."
    return f"{said} Publish this site with its sound only if the recordings are yours to publish."


def _minutes(kept: dict) -> str:
    """Return the page that tells how long each notebook took."""
    rows = [f"| {name} | {run['state']} | {run['seconds'] / 60:.1f} "
            "|" for name, run in kept.items()]
    return "\n".join(
        [
            "# How long it took",
            "",
            "How long each notebook ran when this site was built. Two ran at a time: the whole "
            "took less than the sum.",
            "",
            "| notebook | state | minutes |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )
