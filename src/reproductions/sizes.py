"""Sizes and counts of every experiment at three sizes: smoke, reference and paper."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import NamedTuple

NAMES = ("smoke", "reference", "paper")


class Size(NamedTuple):
    """One size under its three names."""

    smoke: int
    reference: int
    paper: int


SIZES = {name: Size(*values) for name, values in tomllib.loads(
    (files("reproductions") / "sizes.toml").read_text(encoding="utf-8")).items()}
"""By name; what `sizes.toml` holds, with a word on where the paper's value comes from."""


class Sizes:
    """All sizes of one name as attributes.

    Notes
    -----
    Notebook: 01.

    Examples
    --------
    >>> Sizes("smoke").leak_shuffles
    3
    """

    def __init__(self, name: str):
        if name not in NAMES:
            raise ValueError(f"There is no size {name!r}. Choose one of {', '.join(NAMES)}.")
        self.name = name

    def __getattr__(self, size: str) -> int:
        if size not in SIZES:
            raise AttributeError(f"No size is named {size!r}; sizes.toml holds {', '.join(SIZES)}.")
        return getattr(SIZES[size], self.name)

    def __repr__(self) -> str:
        return f"Sizes({self.name!r})"
