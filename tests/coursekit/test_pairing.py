"""The committed notebooks are what their sources give, and what they give does not move."""

import ast

import nbformat
import pytest

from coursekit.pairing import paired_texts, read_source, sync
from genrelab.runtime import notebook_sources


def test_nothing_is_behind_its_source():
    assert sync(write=False) == []


@pytest.mark.parametrize("source", notebook_sources(), ids=lambda path: path.stem)
def test_notebooks_are_clean_and_stable(source):
    notebook = nbformat.reads(paired_texts(source)[source.with_suffix(".ipynb")], as_version=4)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec"}
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    assert [cell.id for cell in read_source(source).cells] == [cell.id for cell in notebook.cells]


def statements(source):
    """Return how many statements a cell holds, beside imports."""
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)]
    return sum(not isinstance(node, (ast.Import, ast.ImportFrom)) for node in found)


@pytest.mark.parametrize("source", notebook_sources(), ids=lambda path: path.stem)
def test_anatomy(source):
    notebook = read_source(source)
    first = notebook.cells[0].source
    assert first.startswith(f"# {source.stem[:2]} · ") and first.splitlines()[0].endswith("?")
    assert all(
        word in first for word in ("**You will:**", "**You need:**", "**Minutes:**", "**Paper")
    )
    tags = [tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])]
    assert tags.count("parameters") == 1
    assert tags.count("solution") >= 3
    titles = [
        cell.source.splitlines()[0] for cell in notebook.cells if cell.cell_type == "markdown"
    ]
    seen, end = ("## What we have seen", "## What you can do now"), ["## Exercises", "## Quiz"]
    end += ["## References"]
    told = [title for title in titles if title in (*seen, *end)]
    assert told[0] in seen and told[1:] == end
    # Statements are counted, not lines, for these are short since they have 100 columns at most.
    lengths = sorted(statements(cell.source) for cell in notebook.cells if cell.cell_type == "code")
    assert lengths[len(lengths) // 2] <= 6 and lengths[-1] <= 25


@pytest.mark.parametrize("source", notebook_sources(), ids=lambda path: path.stem)
def test_minutes_to_read_are_about_right(source):
    """Two hundred words a minute, and a quarter of a minute for each cell of code."""
    notebook = read_source(source)
    words = sum(len(cell.source.split()) for cell in notebook.cells if cell.cell_type == "markdown")
    minutes = words / 200 + 0.25 * sum(cell.cell_type == "code" for cell in notebook.cells)
    claimed = int(notebook.cells[0].source.split("**Minutes:** ")[1].split(" to read")[0])
    assert claimed / 2 <= minutes <= claimed * 2
