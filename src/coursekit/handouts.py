"""What a class takes home: the site and the notebooks, without solutions for students and with them
for teachers."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat

from coursekit.site import build_site
from coursekit.slides import PlanError, build_slides
from genrelab.corpora import Corpus
from genrelab.runtime import notebook_sources

READ_ME = """Hearing Genre

Open site/index.html in a browser: it needs no network{sound}.
notebooks/ holds the same course to be run and changed. For that you need the course itself,
from where you have this archive; its README tells how to install it. Copy the notebooks into its
folder work/, and `make lab` opens them.
{more}
Code is under the MIT licence, text and figures under CC BY 4.0, the synthetic music is free (CC0).
"""

FOR_TEACHERS = """\
slides/index.html holds the decks; the page "Teaching" of the site has plans with minutes.
This archive holds the solutions of all exercises: hand out the other one.
"""


def build_handouts(
    place: Path,
    figures: Path,
    corpus: Corpus,
    profile: str,
    audio: bool,
    say: Callable[[str], None] = print,
) -> list[Path]:
    """Zip what students and what teachers get, from the executed notebooks in `place/pages`.

    Parameters
    ----------
    place, figures, corpus, profile, audio
        As for `build_site`.
    say
        Takes each line of progress.

    Returns
    -------
    list of Path
        `hearing-genre-students.zip` and `hearing-genre-teachers.zip` in `place`.
    """
    with TemporaryDirectory(prefix="handouts-", dir=place) as work:
        made = []
        for who in ("students", "teachers"):
            parts = _parts(
                Path(work) / who, place, figures, corpus, profile, audio, who == "teachers", say
            )
            sound = (
                ", and plays" if audio else "; it is without sound, which is not ours to give away"
            )
            text = READ_ME.format(sound=sound, more=FOR_TEACHERS if who == "teachers" else "")
            made.append(_zip(place / f"hearing-genre-{who}.zip", parts, text))
            say(f"{made[-1].name}: {made[-1].stat().st_size / 1e6:.0f} MB")
    return made


def _parts(
    folder: Path,
    place: Path,
    figures: Path,
    corpus: Corpus,
    profile: str,
    audio: bool,
    solved: bool,
    say: Callable,
) -> dict[str, Path]:
    """Build what an archive holds, in a folder; return the folders by the names that they get in
    it."""
    shutil.copytree(
        place / "pages", folder / "pages", ignore=None if audio else shutil.ignore_patterns("media")
    )
    shutil.copy(place / "minutes.json", folder)
    (folder / "notebooks").mkdir()
    # and nothing else: a teacher's own notebooks and music may lie beside them
    for source in notebook_sources():
        shutil.copy(source.with_suffix(".ipynb"), folder / "notebooks")
    if not solved:
        for path in (*folder.glob("pages/*.ipynb"), *folder.glob("notebooks/*.ipynb")):
            nbformat.write(without_solutions(nbformat.read(path, as_version=4)), path)
    build_site(folder, figures, corpus, profile, audio, teaching=solved)
    parts = {"site": folder / "html", "notebooks": folder / "notebooks"}
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
    notebook.cells = [
        cell for cell in notebook.cells if "solution" not in cell.metadata.get("tags", [])
    ]
    return notebook


def _zip(path: Path, parts: dict[str, Path], text: str) -> Path:
    draft = path.with_name(f".{path.name}.part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("hearing-genre/README.txt", text)
        for name, file in _files(parts):
            archive.write(file, f"hearing-genre/{name}")
    draft.replace(path)
    return path


def _files(parts: dict[str, Path]) -> Iterator[tuple[str, Path]]:
    for part, folder in parts.items():
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                yield f"{part}/{file.relative_to(folder)}", file
