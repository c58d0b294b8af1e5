"""What is asked of a report, refused before anything slow is loaded where it cannot be had."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from genrelab.runtime.places import notebook_sources, project_root

PARAMETERS = re.compile(r'^# %%[^\n]*"parameters"[^\n]*\n(.*?)(?=^# %%)', re.MULTILINE | re.DOTALL)
"""Finds the parameters cell of a percent script."""

OPTIONS = {"corpus": "--corpus", "mine": "--mine"}
"""Parameters that have an option of their own, which does more than set them."""

LABELS = ("run.json", "minutes.json")
"""Files by which a folder of a report is known."""


class ReportError(RuntimeError):
    """A report that could not be finished; the message names the notebook, the cell and the
    error."""


def checked_wishes(corpus: str = "synthetic", only: Iterable[str] = (), settings: Mapping[str, Any]
                   | None = None, out: Path | None = None, mine: Path | None = None) -> list[Path]:
    """Return the notebooks that are asked for; the parameters are those of `build_report`.

    Raises
    ------
    ReportError
        If there is no such notebook, one lacks a parameter, a value is of another kind than what
        stands there, or a folder is missing; the message tells what there is.
    """
    chosen = choose_notebooks(only)
    if corpus != "synthetic" and not Path(corpus).expanduser().exists():
        raise ReportError(f"There is no folder {corpus}. Give --corpus a folder that holds one "
                          "folder per genre.")
    if settings:
        _check_parameters(settings, chosen)
    if settings and not out:
        raise ReportError("A run with changed parameters needs a place of its own: add --out, such "
                          "as --out runs/a.")
    if out:
        _check_place(Path(out))
    if mine and not Path(mine).expanduser().is_dir():
        raise ReportError(f"There is no folder {mine}. Give --mine a folder that holds sound "
                          "files.")
    return chosen


def _check_place(out: Path) -> None:
    """Refuse a folder of other things: a report clears `pages`, `source` and `html` in its own."""
    if out.exists() and not out.is_dir():
        raise ReportError(f"{out} is a file. Give --out a folder, such as runs/a.")
    if out.is_dir() and any(out.iterdir()) and not any((out / name).is_file() for name in LABELS):
        new = out / "a"
        raise ReportError(f"{out} holds other things. Give --out a new folder, such as {new}, or "
                          "an earlier report's.")


def choose_notebooks(only: Iterable[str]) -> list[Path]:
    """Return the sources of notebooks by their numbers, each once; by default all."""
    sources = {source.stem[:2]: source for source in notebook_sources()}
    if not sources:
        raise ReportError(f"There are no notebooks in {project_root()}. Go to the folder of the "
                          "course, and try again.")
    only = list(dict.fromkeys(number.strip().zfill(2) for number in only))
    if unknown := [number for number in only if number not in sources]:
        raise ReportError(f"There is no notebook {unknown[0]!r}; there are {', '.join(sources)}.")
    return [sources[number] for number in only] if only else list(sources.values())


def choose_deck(part: str) -> str:
    """Return the name of a deck, by its number or name."""
    names = sorted(path.stem for path in (project_root() / "docs" / "slides").glob("[0-9]_*.toml"))
    named = [name for name in names if part in (name, name[0])]
    if not named:
        raise ReportError(f"There is no deck {part!r}; there are {', '.join(names)}.")
    return named[0]


def parameters_of(source: Path) -> dict[str, Any]:
    """Return what the parameters cell of a percent script assigns: names and literals."""
    cell = PARAMETERS.search(source.read_text(encoding="utf-8"))
    body = ast.parse(cell[1] if cell else "").body
    assigned = [node for node in body if isinstance(node, ast.Assign)]
    return {node.targets[0].id: ast.literal_eval(node.value) for node in assigned}


def _check_parameters(settings: Mapping[str, Any], chosen: list[Path]) -> None:
    names = {source.stem[:2]: parameters_of(source) for source in chosen}
    known = {name: value for found in names.values() for name, value in found.items()}
    for name, value in settings.items():
        if name in OPTIONS:
            raise ReportError(f"--set does not change {name}: use {OPTIONS[name]}.")
        having = [number for number, found in names.items() if name in found]
        if not having:
            close = get_close_matches(name, known, n=1)
            meant = f" Did you mean {close[0]}?" if close else ""
            numbers = ", ".join(names)
            settable = ", ".join(other for other in known if other not in OPTIONS)
            raise ReportError(f"No notebook of {numbers} has a parameter {name}; there are "
                              f"{settable}.{meant}")
        if lacking := [number for number in names if number not in having]:
            raise ReportError(f"Notebook {lacking[0]} has no parameter {name}: add --only "
                              f"{','.join(having)}.")
        if known[name] is not None and _kind(value) != _kind(known[name]):
            raise ReportError(f"{name} is {known[name]!r} in the notebook: {value!r} is not "
                              f"{_kind(known[name])}.")


def _kind(value: Any) -> str:
    """Name the kind of a literal; a whole number will do for another number."""
    kinds = {bool: "True or False", int: "a number", float: "a number", str: "a text"}
    return kinds.get(type(value), f"a {type(value).__name__}")
