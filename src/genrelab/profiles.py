"""Sizes and counts of every experiment in one place: quick, reference and paper."""

from __future__ import annotations

from typing import NamedTuple

PROFILES = ("quick", "reference", "paper")


class Size(NamedTuple):
    """One size in the three profiles, and where the paper's value comes from."""

    quick: int
    reference: int
    paper: int
    source: str


SIZES = {
    "bootstrap_draws": Size(2_000, 10_000, 10_000, "ours: the percentiles of 10 000 draws are stable to 0.002"),
    "artist_shuffles": Size(3, 3, 3, "claims: artist-grouped folds in three shuffles"),
    "leak_shuffles": Size(3, 20, 20, "ours (notebook 01): how often the folds are shuffled anew"),
}


class Profile:
    """The sizes of one profile as attributes.

    Examples
    --------
    >>> Profile("quick").leak_shuffles
    3
    """

    def __init__(self, name: str):
        if name not in PROFILES:
            raise ValueError(f"There is no profile {name!r}. Choose one of {', '.join(PROFILES)}.")
        self.name = name

    def __getattr__(self, size: str) -> int:
        if size not in SIZES:
            raise AttributeError(f"No size is named {size!r}; profiles.py holds {', '.join(SIZES)}.")
        return getattr(SIZES[size], self.name)

    def __repr__(self) -> str:
        return f"Profile({self.name!r})"
