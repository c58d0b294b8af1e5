"""Pages about helpers list what notebooks use, and link both ways."""

import ast
import re

import nbformat

from coursekit.api_pages import api_pages, helpers_line, signature, with_helpers
from coursekit.helpers import find_helper, helpers_by_notebook

LOAD = find_helper("genrelab.corpora.load_corpus")
RATE = find_helper("genrelab.corpora.SAMPLE_RATE")
LEDGER = find_helper("claimbook.Ledger")


def test_one_page_a_package_with_an_entry_for_each_helper():
    used = helpers_by_notebook()
    pages = api_pages(used)
    assert set(pages) >= {
        "corpora",
        "features",
        "distances",
        "models",
        "evaluation",
        "display",
        "coursekit",
        "runtime",
    }
    for helpers in used.values():
        for helper in helpers:
            section = pages[helper.part].partition(f".. py:currentmodule:: {helper.module}\n")[2]
            section = section.partition(".. py:currentmodule::")[0]
            assert len(re.findall(rf"^\.\. py:{helper.kind}:: "
                                  rf"{helper.name}\b", section, re.MULTILINE)) == 1


def test_an_entry_links_the_notebooks_that_use_it():
    page = api_pages({"02_b": [LOAD, RATE], "01_a": [LOAD]})["corpora"]
    assert "Used in :doc:`01 </01_a>`, :doc:`02 </02_b>`." in page
    assert ".. py:data:: SAMPLE_RATE\n" in page
    assert ".. py:function:: load_corpus(" in page


def test_of_a_class_its_methods_are_shown():
    page = api_pages({"01_a": [LEDGER]})["claimbook"]
    assert ".. py:class:: Ledger(folder: str | Path | None=None, " in page
    assert "\n   .. py:method:: record(name: str, protocol: str, " in page and "_init_" not in page


def test_a_signature_stands_as_in_the_source():
    text = (
        "class A:\n    x: int = 3\n    y: list[str] = field()\n"
        "class B:\n    def __init__(self, z=Path('a')) -> None: pass\n"
        "class C(ValueError): pass\n"
        "def d(a, /, *b, c: int = 1, **e) -> str: pass\n"
    )
    shown = [signature(node) for node in ast.parse(text).body]
    assert shown == [
        "(x: int = 3, y: list[str] = field())",
        "(z=Path('a'))",
        "",
        "(a, /, *b, c: int=1, **e) -> str",
    ]


def test_a_notebook_links_its_helpers_before_its_references():
    texts = ["# Title", "## Exercises", "## References\n\n- A. Author."]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(text) for text in texts]
    )
    cells = [cell.source for cell in with_helpers(notebook, [LOAD, LEDGER]).cells]
    assert cells == [*texts[:2], helpers_line([LOAD, LEDGER]), texts[2]]
    assert (
        "[corpora](api/corpora.rst): {py:obj}`load_corpus <genrelab.corpora.loading.load_corpus>`."
        in cells[2]
    )
    assert len(notebook.cells) == 3  # the notebook itself is left as it is
    notebook.cells.pop()
    assert with_helpers(notebook, [LOAD]).cells[-1].source == helpers_line([LOAD])
    assert len(with_helpers(notebook, []).cells) == 2
