"""What stood in the notebooks when lesson and record were one, and where each thing is now.

    python tests/checklist.py        # what docs/checklist/ leaves open

`docs/checklist/NN.toml` lists every paragraph, figure, table and printed finding of the notebooks
at the commit `PARTED`, in order, each with its place today: the lesson, a heading of a record page,
or nowhere, and why.
"""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import jupytext

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "checklist"

PARTED = "52417b7"
"""The last commit whose notebooks held experiments."""

WORDS = 12
"""A paragraph is named by so many of its first words."""


def items_of(source: str) -> list[dict[str, str]]:
    """Return what a notebook holds before its exercises: kind and name of each thing, in order."""
    items, notebook = [], jupytext.reads(source, fmt="py:percent")
    for cell in notebook.cells:
        if re.match(r"## (Exercises|Quiz|References)", cell.source):
            break
        if cell.cell_type == "markdown":
            paragraphs = re.split(r"\n\s*\n|\n(?=- )", cell.source)
            items += [{"is": "text", "name": _first_words(one)} for one in paragraphs
                      if one.strip() and not re.fullmatch(r"#+ [^\n]*", one.strip())]
        else:
            items += _of_code(cell.source)
    return items


def _first_words(text: str) -> str:
    return " ".join(text.split()[:WORDS])


def _of_code(source: str) -> list[dict[str, str]]:
    """Return the figures, tables of claims and findings of a cell of code."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func).split(".")[-1]
        if called == "save_figure" and len(node.args) > 1:
            found.append({"is": "figure", "name": ast.unparse(node.args[1]).strip("'\"")})
        elif called in ("table", "claims_table") and node.args:
            found.append({"is": "table", "name": _first_words(ast.unparse(node.args[0]))})
        elif called == "finding" and len(node.args) > 1:
            found.append({"is": "finding", "name": _first_words(ast.unparse(node.args[1]))})
    return found


def items_at(commit: str) -> dict[str, list[dict[str, str]]]:
    """Return the items of all notebooks of a commit, by the notebook's two digits."""
    names = _git("ls-tree", "--name-only", commit, "notebooks/").split()
    names = [name for name in names if re.search(r"/\d\d_\w+\.py$", name)]
    return {Path(name).name[:2]: items_of(_git("show", f"{commit}:{name}")) for name in names}


def listed() -> dict[str, list[dict[str, str]]]:
    """Return the committed checklist, by the notebook's two digits."""
    paths = sorted(FOLDER.glob("[0-9][0-9].toml"))
    return {path.stem: tomllib.loads(path.read_text("utf-8"))["item"] for path in paths}


def headings() -> set[str]:
    """Return the headings of all record pages."""
    pages = (ROOT / "docs" / "records").glob("*.md")
    return {line.lstrip("# ").strip() for page in pages
            for line in page.read_text("utf-8").splitlines() if line.startswith("#")}


def gaps() -> list[str]:
    """Return a line for each thing that has no place."""
    places, lines = headings(), []
    for number, items in listed().items():
        for item in items:
            to, known = item.get("to"), f"{number}: {item['is']} {item['name']!r}"
            if to == "lesson":
                continue
            if to == "record":
                if item.get("under") not in places:
                    lines.append(f"{known}: no record page has the heading {item.get('under')!r}")
            elif to != "gone" or len(item.get("why", "")) < 10:
                lines.append(f"{known}: say where it is, or why it went")
    return lines


def _git(*arguments: str) -> str:
    git = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(git, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    print(*gaps(), sep="\n")
    sys.exit(bool(gaps()))
