"""What every experiment is handed."""

from __future__ import annotations

from typing import NamedTuple

from claimbook.ledger import Ledger
from genrelab.corpora import Corpus
from reproductions.sizes import Sizes


class Study(NamedTuple):
    """One run of an experiment.

    Attributes
    ----------
    music
        The corpus.
    book
        The record that takes answers and tables.
    size
        How large trainings and counts are.
    seed
        Everything that is left to chance follows from it.
    """

    music: Corpus
    book: Ledger
    size: Sizes
    seed: int = 0
