"""Which helper a notebook uses is read from its text, and each helper names a notebook that uses
it."""

import ast
import re

import pytest

from coursekit.helpers import find_helper, helpers_by_notebook, helpers_in, module_tree

NAMED = re.compile(r"\bNotebooks?:?\s+(\d\d(?:(?:,|\s+and|,\s+and)\s+\d\d)*)")
"""The line of a docstring: "Notebook: 06." or "Notebook: 02, 03 and 04."."""

USED = helpers_by_notebook()
HELPERS = sorted(
    {helper for helpers in USED.values() for helper in helpers}, key=lambda helper: helper.address
)


def test_names_are_followed_to_where_they_are_defined():
    text = (
        "import numpy as np\nimport claimbook.rows as ledgers\nfrom genrelab import distances\n"
        "from genrelab.corpora import load_corpus\nfrom genrelab.display import slider\n"
        "load_corpus(None), slider(), ledgers.read_rows(np.zeros(3)), distances.ms_ssim, "
        "ledgers.REFERENCE\n"
    )
    assert [helper.address for helper in helpers_in(text)] == [
        "claimbook.rows.read_rows",
        "claimbook.rows.REFERENCE",
        "genrelab.corpora.loading.load_corpus",
        "genrelab.display.slider.slider",
        "genrelab.distances.structural_similarity.ms_ssim",
    ]


def test_modules_and_what_others_define_are_no_helpers():
    assert find_helper("claimbook.ledger") is None
    assert find_helper("claimbook.ledger.np") is None
    assert find_helper("numpy.zeros") is None


def test_a_class_knows_its_methods():
    methods = [node.name for node in find_helper("claimbook.Ledger").methods]
    assert {"record", "compare"} <= set(methods) and not [
        name for name in methods if name.startswith("_")
    ]


@pytest.mark.parametrize(
    "helper", [h for h in HELPERS if h.kind != "data"], ids=lambda helper: helper.address
)
def test_a_helper_names_a_notebook_that_uses_it(helper):
    """Constants have no docstring. A use may go through another helper whose module names this
    one."""
    named = re.findall(r"\d\d", " ".join(NAMED.findall(helper.doc)))
    assert named, f"Add the line “Notebook: NN.” to the docstring of {helper.address}."
    notebooks = {name[:2]: helpers for name, helpers in USED.items()}
    for number in named:
        assert number in notebooks, (
            f"{helper.address} names notebook {number}, which does not exist."
        )
        modules = {used.module for used in notebooks[number]}
        through = any(helper.name in _names(module) for module in modules)
        assert helper in notebooks[number] or through, (
            f"Notebook {number} does not use {helper.address}."
        )


def _names(module):
    nodes = list(ast.walk(module_tree(module)))
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return attributes | {node.id for node in nodes if isinstance(node, ast.Name)}
