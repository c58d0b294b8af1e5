"""Which helpers of the package each notebook uses, read from the sources: nothing is imported or
run."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import genrelab
from genrelab.runtime import notebook_sources
from genrelab.runtime.identity import OUR_PACKAGES

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
    def methods(self) -> list[ast.FunctionDef]:
        """Of a class the methods and properties that have a docstring and no leading underscore."""
        inner = self.node.body if self.kind == "class" else []
        inner = [part for part in inner if isinstance(part, ast.FunctionDef)]
        return [part for part in inner if ast.get_docstring(part) and part.name[0] != "_"]

    @property
    def part(self) -> str:
        """The part of `genrelab` that it belongs to, such as ``corpora``; else its package, such as
        ``coursekit``."""
        package, part, *_ = [*self.module.split("."), ""]
        is_part = package == "genrelab" and part and (SOURCES / package / part).is_dir()
        return part if is_part else package


def helpers_by_notebook() -> dict[str, list[Helper]]:
    """Return the helpers that each notebook of the course uses: {``"06_perceptual_distances"``:
    helpers}."""
    sources = notebook_sources()
    return {source.stem: helpers_in(source.read_text(encoding="utf-8")) for source in sources}


def helpers_in(text: str) -> list[Helper]:
    """Return the helpers that a script names, by ``from genrelab.x import y`` or as ``x.y`` of a
    module it imports."""
    tree = ast.parse(text)
    bound: dict[str, str] = {}
    for node in ast.walk(tree):
        for alias in getattr(node, "names", []):
            if isinstance(node, ast.ImportFrom):
                bound[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            elif isinstance(node, ast.Import) and alias.asname:
                bound[alias.asname] = alias.name
            elif isinstance(node, ast.Import):
                bound[_root(alias.name)] = _root(alias.name)
    found = {find_helper(_address(node, bound)) for node in ast.walk(tree)} - {None}
    return sorted(found, key=lambda helper: (helper.module, helper.name.lower()))


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


def _root(address: str) -> str:
    return address.split(".")[0]


def _address(node: ast.AST, bound: dict[str, str]) -> str:
    """Return the dotted name of ``x`` or ``x.y.z`` where x was imported."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.insert(0, node.attr)
        node = node.value
    known = isinstance(node, ast.Name) and node.id in bound
    return ".".join([bound[node.id], *attributes]) if known else ""


def _file(module: str) -> Path | None:
    place = SOURCES.joinpath(*module.split("."))
    paths = (place / "__init__.py", place.with_suffix(".py"))
    return next((path for path in paths if path.is_file()), None)


def _defined(module: str, name: str) -> Helper | None:
    body = module_tree(module).body
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            kind = "class" if isinstance(node, ast.ClassDef) else "function"
            return Helper(module, name, kind, ast.get_docstring(node) or "", node)
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            parts = (part for target in targets for part in ast.walk(target))
            if any(isinstance(part, ast.Name) and part.id == name for part in parts):
                return Helper(module, name, "data", _text(after), node)
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == name and _root(node.module) in OUR_PACKAGES:
                    return _defined(node.module, alias.name)
    return None


def _text(node: ast.stmt | None) -> str:
    """Return what a string that stands by itself says: the documentation of the constant before
    it."""
    alone = node.value if isinstance(node, ast.Expr) else None
    text = alone.value if isinstance(alone, ast.Constant) else None
    return text.strip() if isinstance(text, str) else ""
