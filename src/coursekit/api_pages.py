"""Pages about the helpers that notebooks use, made from their docstrings, and the lines that link
both ways.

Signatures and docstrings are read from the sources: to import the whole package, as autodoc does,
takes as long as half a site. As an extension of Sphinx it leads a name in a docstring to what the
name means in that module.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import nbformat
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.ext.napoleon import Config, NumpyDocstring

from coursekit.helpers import Helper, find_helper, module_doc
from genrelab.runtime.identity import OUR_PACKAGES

NAPOLEON = Config(napoleon_use_ivar=True, napoleon_use_rtype=False)


def api_pages(used: Mapping[str, Sequence[Helper]]) -> dict[str, str]:
    """Return a page of reStructuredText for each package that notebooks use: {``"corpora"``: text}.

    Parameters
    ----------
    used
        Name of a notebook to its helpers, as `helpers_by_notebook` returns it.
    """
    users: dict[Helper, list[str]] = {}
    for notebook in sorted(used):
        for helper in used[notebook]:
            users.setdefault(helper, []).append(notebook)
    parts = sorted({helper.part for helper in users})
    return {part: _page(part, {h: users[h] for h in sorted(users, key=_order) if h.part == part})
            for part in parts}


def with_helpers(page: nbformat.NotebookNode, helpers: Sequence[Helper]) -> nbformat.NotebookNode:
    """Return a copy of a notebook with a line that links its helpers, before its references or else
    at its end."""
    page = nbformat.from_dict(page)
    if helpers:
        cell = nbformat.v4.new_markdown_cell(helpers_line(helpers))
        cell.id = "helpers"
        texts = [cell.source if cell.cell_type == "markdown" else "" for cell in page.cells]
        ends = [place for place, text in enumerate(texts) if text.startswith("## References")]
        page.cells.insert(ends[-1] if ends else len(page.cells), cell)
    return page


def helpers_line(helpers: Sequence[Helper]) -> str:
    """Return MyST Markdown that links helpers to their entries, one paragraph a package."""
    lines = []
    for part, group in groupby(sorted(helpers, key=_order), key=lambda helper: helper.part):
        links = ", ".join(f"{{py:obj}}`{helper.name} <{helper.address}>`" for helper in group)
        lines.append(f"[{part}](api/{part}.rst): {links}.")
    return "\n\n".join([":::{div} genrelab-helpers", "Helpers used here:", *lines, ":::"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Let Sphinx look names up as Python would: several modules have a `Recipe`, and Sphinx would
    take any."""
    app.connect("doctree-read", _look_up_names)
    return {"version": "1", "parallel_read_safe": True}


def _look_up_names(app: Sphinx, doctree: nodes.document) -> None:
    for link in doctree.findall(pending_xref):
        if link.get("refdomain") == "py":
            target, module = link["reftarget"], link.get("py:module")
            if helper := find_helper(f"{module}.{target}") or find_helper(target):
                link["reftarget"] = helper.address
                link["refspecific"] = False


def _page(part: str, users: Mapping[Helper, Sequence[str]]) -> str:
    package = part if part in OUR_PACKAGES else f"genrelab.{part}"
    text = [_title(part, "="), _first(module_doc(package))]
    for module, group in groupby(users, key=lambda helper: helper.module):
        text += [_title(module.removeprefix("genrelab."), "-"), f".. py:currentmodule:: {module}"]
        text += [_first(module_doc(module))]
        text += [_entry(helper, users[helper]) for helper in group]
    return "\n\n".join(text) + "\n"


def _entry(helper: Helper, notebooks: Sequence[str]) -> str:
    """Return the directive of one helper; below its docstring stands which notebooks use it."""
    links = ", ".join(f":doc:`{name[:2]} </{name}>`" for name in notebooks)
    used = ["", f"Used in {links}."]
    if helper.kind == "data":  # its value may be a table, or hold a path
        return _directive(f"data:: {helper.name}", [*helper.doc.splitlines(), *used])
    head = f"{helper.kind}:: {helper.name}{signature(helper.node)}"
    methods = [line for node in helper.methods for line in ["", *_method(node).splitlines()]]
    return _directive(head, [*_text(helper.node, helper.kind), *used, *methods])


def signature(node: ast.FunctionDef | ast.ClassDef, bound: bool = False) -> str:
    """Return the parameters as they stand in the source; of a class those of `__init__`, or its
    fields.

    Parameters
    ----------
    node
        A function or a class.
    bound
        Whether the first parameter is the object itself, and left out.
    """
    if isinstance(node, ast.ClassDef):
        for part in node.body:
            if isinstance(part, ast.FunctionDef) and part.name == "__init__":
                return signature(part, bound=True).removesuffix(" -> None")
        fields = [part for part in node.body if isinstance(part, ast.AnnAssign)]
        return f"({', '.join(ast.unparse(field) for field in fields)})" if fields else ""
    shown = copy.copy(node.args)
    if bound:
        shown.args = shown.args[1:]
    return f"({ast.unparse(shown)})" + (f" -> {ast.unparse(node.returns)}" if node.returns else "")


def _method(node: ast.FunctionDef) -> str:
    marks = {ast.unparse(mark).rpartition(".")[2] for mark in node.decorator_list}
    if marks & {"property", "cached_property"}:
        options = [f"   :type: {ast.unparse(node.returns)}"] if node.returns else []
        return _directive(f"property:: {node.name}", _text(node, "property"), options)
    options = [f"   :{mark}:" for mark in ("classmethod", "staticmethod") if mark in marks]
    shown = signature(node, bound="staticmethod" not in marks)
    return _directive(f"method:: {node.name}{shown}", _text(node, "method"), options)


def _directive(head: str, body: Sequence[str], options: Sequence[str] = ()) -> str:
    return "\n".join([f".. py:{head}", *options, "", *(f"   {line}".rstrip() for line in body), ""])


def _text(node: ast.FunctionDef | ast.ClassDef, what: str) -> list[str]:
    """Return a numpydoc docstring as reStructuredText."""
    return NumpyDocstring(ast.get_docstring(node) or "", NAPOLEON, what=what).lines()


def _order(helper: Helper) -> tuple[str, str, str]:
    return helper.part, helper.module, helper.name.lower()


def _first(doc: str) -> str:
    """Return the first paragraph of a docstring."""
    return doc.split("\n\n")[0]


def _title(text: str, line: str) -> str:
    return f"{text}\n{line * len(text)}"
