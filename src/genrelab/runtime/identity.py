"""What a module does, as a hash that neither its place nor its layout changes."""

from __future__ import annotations

import ast
import hashlib
import inspect
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import ModuleType

OUR_PACKAGES = frozenset({"genrelab", "synthband", "claimbook", "reproductions", "coursekit"})
"""Packages between which a module may move without becoming another one."""


@lru_cache
def code_version(*parts: ModuleType | Callable) -> str:
    """Return the identity of modules or functions, for a cache key or for the record.

    Notebook: 06 and 09.
    """
    return identity(*map(inspect.getsource, parts))


def identity(*sources: str) -> str:
    """Return a hash of what source texts do.

    It is made from the syntax tree, so comments, docstrings, quotes, line breaks and brackets do
    not count. Imports of our own packages count by the names that they bring, not by where these
    live, and in whatever order; imports of other packages count whole. So a module can be moved,
    its lines be broken, and what it takes up be moved, too.

    Parameters
    ----------
    *sources
        Python source texts.

    Returns
    -------
    str
        Twelve hexadecimal digits, equal for all versions of Python that the course takes.

    Notes
    -----
    A new name for something that is taken from elsewhere is another identity: see
    `claimbook/identities.toml`.
    """
    trees = repr([_canonical(ast.parse(source)) for source in sources])
    return hashlib.sha256(trees.encode()).hexdigest()[:12]


def _canonical(node: ast.AST) -> tuple:
    """Return a tree as nested tuples; fields that hold nothing are left out, for their number
    differs by version."""
    fields = ((name, _value(value))
              for name, value in ast.iter_fields(node) if name not in ("kind", "type_comment"))
    return (type(node).__name__,
            *((name, value) for name, value in fields if value not in (None, ())))


def _value(value: object) -> object:
    if isinstance(value, ast.AST):
        return _canonical(value)
    if not isinstance(value, list):
        return value
    if not value or not isinstance(value[0], ast.stmt):
        return tuple(map(_value, value))
    imports = sorted({found for statement in value for found in _imports(statement)})
    others = [s for s in value
              if not isinstance(s, (ast.Import, ast.ImportFrom)) and not _is_text(s)]
    return (*imports, *map(_canonical, others))


def _imports(statement: ast.stmt) -> Iterator[tuple[str, ...]]:
    """Yield what an import brings: from where, which name, under which name."""
    if isinstance(statement, ast.Import):
        place = ("import",)
    elif isinstance(statement, ast.ImportFrom):
        package = (statement.module or "").split(".")[0]
        place = ("from", "ours" if package in OUR_PACKAGES else str(statement.module))
    else:
        return
    yield from ((*place, alias.name, alias.asname or alias.name) for alias in statement.names)


def _is_text(statement: ast.stmt) -> bool:
    """Tell whether a statement is a docstring, or another text that nobody reads at run time."""
    return (isinstance(statement, ast.Expr)
            and isinstance(getattr(statement.value, "value", None), str))
