"""Which helpers of the package each notebook uses, read from the sources: nothing is imported or
run."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import genrelab
from genrelab.runtime import notebook_sources
from genrelab.runtime.identity import OUR_PACKAGES

NAMED = re.compile(r"\bNotebooks?:?\s+(\d\d(?:(?:,|\s+and|,\s+and)\s+\d\d)*)")

SOURCES = Path(genrelab.__file__).parents[1]


@dataclass(frozen=True)
class Helper:
    """A function, class or constant of the package, by the module that defines it, with its place
    in the source."""

    module: str
    name: str
    kind: str
    doc: str
    node: ast.stmt = field(compare=False, repr=False)

    @property
    def address(self) -> str:
        """Its full name, such as ``genrelab.corpora.loading.load_corpus``."""
        return f"{self.module}.{self.name}"

    @property
    def named(self) -> list[str]:
        """Numbers of the notebooks that its docstring names: "Notebook: 06." or "Notebook: 02, 03
        and 04."."""
        return re.findall(r"\d\d", " ".join(NAMED.findall(self.doc)))

    @property
    def methods(self) -> list[ast.FunctionDef]:
        """Of a class the methods and properties that have a docstring and no leading underscore."""
        inner = [
            part for part in getattr(self.node, "body", []) if isinstance(part, ast.FunctionDef)
        ]
        told = [part for part in inner if ast.get_docstring(part) and not part.name.startswith("_")]
        return told if self.kind == "class" else []

    @property
    def part(self) -> str:
        """The part of `genrelab` that it belongs to, such as ``corpora``; else its package, such as
        ``coursekit``."""
        package, *parts = self.module.split(".")
        return (
            parts[0]
            if package == "genrelab" and parts and (SOURCES / package / parts[0]).is_dir()
            else package
        )


def helpers_by_notebook() -> dict[str, list[Helper]]:
    """Return the helpers that each notebook of the course uses: {``"06_perceptual_distances"``:
    helpers}."""
    return {
        source.stem: helpers_in(source.read_text(encoding="utf-8")) for source in notebook_sources()
    }


def helpers_in(text: str) -> list[Helper]:
    """Return the helpers that a script names, by ``from genrelab.x import y`` or as ``x.y`` of a
    module it imports."""
    tree = ast.parse(text)
    bound: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            bound |= {
                a.asname or _root(a.name): a.name if a.asname else _root(a.name)
                for a in _ours(node)
            }
        elif isinstance(node, ast.ImportFrom) and node.module:
            bound |= {
                alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names
            }
    found = (find_helper(address) for node in ast.walk(tree) if (address := _address(node, bound)))
    return sorted(
        {helper for helper in found if helper},
        key=lambda helper: (helper.module, helper.name.lower()),
    )


@cache
def find_helper(address: str) -> Helper | None:
    """Follow a dotted name to where it is defined; None for modules and for what other packages
    define."""
    module, *rest = address.split(".")
    if module not in OUR_PACKAGES:
        return None
    for name in rest:
        # As in Python, what a package binds goes before its module of the same name
        # (`genrelab.display.slider`).
        if found := _defined(module, name):
            return found
        module = f"{module}.{name}"
        if not _file(module):
            return None
    return None


def module_doc(module: str) -> str:
    """Return the docstring of a module of the package."""
    return ast.get_docstring(module_tree(module)) or ""


@cache
def module_tree(module: str) -> ast.Module:
    """Return the syntax tree of a module of the package."""
    return ast.parse(_file(module).read_text(encoding="utf-8"))


def _ours(node: ast.Import) -> list[ast.alias]:
    return [alias for alias in node.names if _root(alias.name) in OUR_PACKAGES]


def _root(address: str) -> str:
    return address.split(".")[0]


def _address(node: ast.AST, bound: dict[str, str]) -> str:
    """Return the dotted name of ``x`` or ``x.y.z`` where x was imported."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.insert(0, node.attr)
        node = node.value
    return (
        ".".join([bound[node.id], *attributes])
        if isinstance(node, ast.Name) and node.id in bound
        else ""
    )


def _file(module: str) -> Path | None:
    place = SOURCES.joinpath(*module.split("."))
    return next(
        (path for path in (place / "__init__.py", place.with_suffix(".py")) if path.is_file()), None
    )


def _defined(module: str, name: str) -> Helper | None:
    body = module_tree(module).body
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            kind = "class" if isinstance(node, ast.ClassDef) else "function"
            return Helper(module, name, kind, ast.get_docstring(node) or "", node)
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named = [
                part.id
                for target in targets
                for part in ast.walk(target)
                if isinstance(part, ast.Name)
            ]
            if name in named:
                return Helper(module, name, "data", _text(after), node)
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == name and _root(node.module) in OUR_PACKAGES:
                    return _defined(node.module, alias.name)
    return None


def _text(node: ast.stmt | None) -> str:
    """Return what a string that stands by itself says: the documentation of the constant before
    it."""
    alone = (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
    return node.value.value.strip() if alone else ""
