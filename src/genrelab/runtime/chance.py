"""Chance that can be repeated."""

from __future__ import annotations

import hashlib

import numpy as np


def generator(seed: int, *names: object) -> np.random.Generator:
    """Return a random generator of its own for each purpose, the same on every machine.

    Parameters
    ----------
    seed
        The one seed of a notebook.
    *names
        What the generator is for (``"split", "blues"``). Another name gives an independent stream,
        so that a new use of chance does not move the old ones.

    Notes
    -----
    Notebook: 00.

    Examples
    --------
    >>> int(generator(0, "split").integers(1000)) == int(generator(0, "split").integers(1000))
    True
    """
    text = "/".join(map(str, (seed, *names)))
    digest = hashlib.sha256(text.encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))
