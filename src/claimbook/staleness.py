"""Would the code of today still make this row?"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from genrelab.runtime.identity import OUR_PACKAGES, identity

SOURCES = Path(__file__).parents[1]


def is_stale(row: Mapping[str, Any]) -> bool:
    """Tell whether a module that a row was made with does something else by now, or is gone.

    Wherever a module lives now, and whatever its lines look like, it is the same as long as its
    identity is.

    Notebook: 04 and 07.
    """
    modules = row.get("modules", {})
    return not all(_lives(name, identities().get(kept, kept)) for name, kept in modules.items())


@cache
def identities() -> dict[str, str]:
    """Return the identities of modules by the hashes that older rows name them by."""
    return tomllib.loads((files("claimbook") / "identities.toml").read_text(encoding="utf-8"))


@cache
def _lives(module: str, wanted: str) -> bool:
    """Tell whether a module of this identity is among ours; one of the same name is looked at
    first."""
    name = f"{module.split('.')[-1]}.py"
    ours = [path for package in OUR_PACKAGES for path in (SOURCES / package).rglob("*.py")]
    ours.sort(key=lambda path: path.name != name)
    return any(_identity_of(path) == wanted for path in ours)


@cache
def _identity_of(path: Path) -> str:
    """Return the identity of a module, read and not imported, which takes long."""
    return identity(path.read_text(encoding="utf-8"))
