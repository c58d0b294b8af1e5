"""Which modules decide what a result is, read off their imports."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import genrelab
from claimbook.predictions import load_record, save_record
from genrelab.runtime.identity import identity

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


# --- records that were made before modules were read off imports ----------------------------------


def attach(path: Path, *parts: str, same: Mapping[str, str] | None = None) -> dict[str, str]:
    """Add to a kept record the modules that it rests on, if each is what it was when the record
    was made.

    Parameters
    ----------
    path
        Of the `.npz`, under git. It is written again if anything is added.
    *parts
        Names of modules that the record rests on beside those that it names.
    same
        Identities of modules to those that they have today, such as `claimbook/identities.toml`
        holds.

    Returns
    -------
    dict
        Name to identity of what was added.

    Raises
    ------
    ValueError
        If one of them was another module at a commit that wrote the record; the record stays as it
        is.
    """
    record, commits = load_record(path), _git("log", "--format=%h", "--", str(path)).split()
    kept = record.about["modules"]
    named = {_today(name) for name in kept}
    added = {name: identity(_path(name).read_text(encoding="utf-8"))
             for name in closure(*named, *parts) if name not in named}
    for name, now in added.items():
        for commit in commits:
            if not any((same or {}).get(one, one) == now for one in _identities(name, commit)):
                raise ValueError(f"{name} was another one at {commit}. Run the record again.")
    if added:
        save_record(replace(record, about={**record.about, "modules": kept | added}), path)
    return added


def _today(module: str) -> str:
    """Return where a module lives that a record names."""
    return module if _path(module).is_file() else f"reproductions.{module.split('.')[-1]}"


@cache
def _identities(module: str, commit: str) -> tuple[str, ...]:
    """Return the identities of all files that had a module's name at a commit."""
    paths = _git("ls-tree", "-r", "--name-only", commit, "src").splitlines()
    name = f"/{module.split('.')[-1]}.py"
    return tuple(identity(_git("show", f"{commit}:{path}")) for path in paths
                 if path.endswith(name))


def _git(*arguments: str) -> str:
    git = ["git", "-C", str(SOURCES.parent), *arguments]
    return subprocess.run(git, capture_output=True, text=True, check=True).stdout
