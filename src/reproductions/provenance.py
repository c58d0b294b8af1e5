"""Which modules decide what a result is, read off their imports."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import genrelab

SOURCES = Path(genrelab.__file__).parents[1]

ROOMS = (*(f"genrelab.{room}" for room in ("features", "distances", "models", "training")),
         "reproductions.pieces", "reproductions.sequences", "reproductions.segment_splits")
"""What computes. Corpora are known by the samples that they give; running, keeping and showing
decide nothing."""


def computing_modules(*parts: ModuleType | Callable) -> tuple[ModuleType, ...]:
    """Return modules, and all of `ROOMS` that they rest on, sorted by name.

    Parameters
    ----------
    *parts
        Where a result comes from: modules, or functions that stand for their module. The
        experiment's own, and whatever its inputs, splits and scores are made by.

    Notes
    -----
    Found by reading imports wherever they stand, functions included; what only an argument decides,
    such as a feature that is handed in, must be among the modules.

    Notebook: 04 to 09.
    """
    names = (part.__name__ if isinstance(part, ModuleType) else part.__module__ for part in parts)
    return tuple(import_module(name) for name in closure(*names))


@cache
def closure(*names: str) -> tuple[str, ...]:
    """Return the names of modules, and of all of `ROOMS` that they rest on, sorted; nothing is
    imported."""
    found, left = set(), set(names)
    while left:
        found |= left
        imported = {place for one in left for name in _names(one) for place in _places(*name)}
        left = {place for place in imported if place.startswith(ROOMS)} - found
    return tuple(sorted(found))


def _names(module: str) -> Iterator[tuple[str, str]]:
    """Yield what a module imports: from where, and which name."""
    for node in ast.walk(ast.parse(_path(module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from ((str(node.module), alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)


def _places(package: str, name: str) -> Iterator[str]:
    """Yield the modules in which a name lives that is imported from a module or a package."""
    if not _path(package).is_file():
        return  # not ours
    if _path(f"{package}.{name}").is_file():
        package, name = f"{package}.{name}", ""
    if _path(package).name != "__init__.py":
        yield package
        return
    for place, brought in _names(package):  # a package passes names on
        if name in ("", brought):
            yield from _places(place, brought)


def _path(module: str) -> Path:
    """Return the file of a module or a package of ours; there may be none."""
    path = SOURCES.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
