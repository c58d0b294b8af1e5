"""What a class takes home: the site and the notebooks, without solutions for students and with them
for teachers."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat

from coursekit.running import Pages
from coursekit.site import build_site
from coursekit.slides import PlanError, build_slides
from genrelab.runtime import notebook_sources, project_root

READ_ME = """Hearing Genre

Open site/index.html in a browser: it needs no network{sound}.
notebooks/ holds the same course to be run and changed. For that you need the course itself,
from where you have this archive; its README tells how to install it. Copy the notebooks into its
folder work/, and `make lab` opens them.
{more}
Code is under the MIT licence, text and figures under CC BY 4.0.
{licence}"""

OF_THE_SOUND = """
The synthetic music is the course's own, its scores are free (CC0). The recordings in site/ hold
samples of the sound font TimGM6mb, (c) 2004 Tim Brechbill, and are passed on under the
GNU General Public License, version 2, in site/LICENSE.GPL-2, without any warranty. You may play,
copy and change them, and pass them on under the same licence. Their source is the course itself
and that font, which the Python package pretty_midi brings.
"""

FOR_TEACHERS = """\
slides/index.html holds the decks; the page "Teaching" of the site has plans with minutes.
This archive holds the solutions of all exercises: hand out the other one.
"""


def build_handouts(pages: Pages, say: Callable[[str], None] = print) -> list[Path]:
    """Zip what students and what teachers get, from executed notebooks.

    Parameters
    ----------
    pages
        What was run; the archives have sound if these have.
    say
        Takes each line of progress.

    Returns
    -------
    list of Path
        `hearing-genre-students.zip` and `hearing-genre-teachers.zip` in `pages.place`.
    """
    silent = "; it is without sound, which is not ours to give away"
    sound, licence = (", and plays", OF_THE_SOUND) if pages.audio else (silent, "")
    made = []
    with TemporaryDirectory(prefix="handouts-", dir=pages.place) as work:
        for who, more in (("students", ""), ("teachers", FOR_TEACHERS)):
            parts = _parts(Path(work) / who, pages, who == "teachers", say)
            text = READ_ME.format(sound=sound, more=more, licence=licence)
            made.append(_zip(pages.place / f"hearing-genre-{who}.zip", parts, text))
            say(f"{made[-1].name}: {made[-1].stat().st_size / 1e6:.0f} MB")
    return made


def _parts(folder: Path, pages: Pages, solved: bool, say: Callable) -> dict[str, Path]:
    """Build what an archive holds, in a folder; return the folders by the names that they get in
    it."""
    silent = None if pages.audio else shutil.ignore_patterns("media")
    shutil.copytree(pages.place / "pages", folder / "pages", ignore=silent)
    shutil.copy(pages.place / "minutes.json", folder)
    (folder / "notebooks").mkdir()
    # and nothing else: a teacher's own notebooks and music may lie beside them
    for source in notebook_sources():
        shutil.copy(source.with_suffix(".ipynb"), folder / "notebooks")
    if not solved:
        for path in (*folder.glob("pages/*.ipynb"), *folder.glob("notebooks/*.ipynb")):
            nbformat.write(without_solutions(nbformat.read(path, as_version=4)), path)
    build_site(pages._replace(place=folder), teaching=solved)
    parts = {"site": folder / "html", "notebooks": folder / "notebooks"}
    if pages.audio:
        shutil.copy(project_root() / "LICENSE.GPL-2", folder / "html")
    if solved:
        try:
            decks = build_slides(folder, lambda line: None)
            parts["slides"] = decks.index.parent
            for name, why in decks.left_out.items():  # other music may lack what the slides show
                say(f"the teachers' archive lacks the deck {name}: {why}")
        except PlanError as error:
            say(f"the teachers' archive has no decks. {error}")
    return parts


def without_solutions(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a notebook without the cells that hold solutions; stubs, checks and hints stay."""
    notebook.cells = [c for c in notebook.cells if "solution" not in c.metadata.get("tags", [])]
    return notebook


def _zip(path: Path, parts: dict[str, Path], text: str) -> Path:
    draft = path.with_name(f".{path.name}.part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("hearing-genre/README.txt", text)
        for part, folder in parts.items():
            for file in sorted(path for path in folder.rglob("*") if path.is_file()):
                archive.write(file, f"hearing-genre/{part}/{file.relative_to(folder)}")
    draft.replace(path)
    return path
