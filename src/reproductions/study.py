"""What every experiment is handed, and how it hands results to the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from claimbook.ledger import Ledger
from claimbook.predictions import Measures, save_record
from genrelab.corpora import Corpus
from reproductions.records import Answers, audited, leaks_of
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

    @property
    def tracks(self) -> pd.DataFrame:
        """The tracks that the published split uses: without faults and copies."""
        return self.music.tracks[self.music.tracks["split"] != "removed"]

    @property
    def smoke(self) -> bool:
        """Whether the run is only to show that everything works."""
        return self.size.name == "smoke"

    def seeds(self, number: int) -> range:
        """Return the seeds of as many trainings or shuffles."""
        return range(self.seed, self.seed + number)

    def leaks(self, parts: Iterable[Sequence[str]], track: Sequence[str]) -> dict[str, int]:
        """Audit (n_rows,) parts of rows that belong to tracks; return the largest counts."""
        return leaks_of(audited(part, track, self.music) for part in parts)

    def record(self, name: str, protocol: str, answers: Sequence[Answers], **about: Any) -> None:
        """Record the answers of all seeds and folds, with an audit of each split.

        Parameters
        ----------
        name, protocol
            The claim or arm, and how rows were dealt out.
        answers
            Of a method.
        **about
            Further arguments of `Ledger.record`.
        """
        audits = (audited(one.split.part, one.rows["track"], self.music) for one in answers)
        table = pd.concat([one.table for one in answers])
        self.book.record(name, protocol, table, leaks=leaks_of(audits), **about)

    def compare(self, paper: str, protocols: Iterable[str], *claims: str) -> None:
        """Judge claims of a paper that compare records, under each of the protocols."""
        for claim in claims:
            for protocol in protocols:
                self.book.compare(f"{paper}.{claim}", protocol)

    def measures(self, table: pd.DataFrame, **more: Any) -> Measures:
        """Pack numbers, vectors or distances of tracks with their artists and genres."""
        tracks = self.music.tracks
        artists = tracks["group"].where(tracks["artist"].notna())
        return Measures.from_table(table, artists, sorted(table["truth"].unique()), **more)

    def keep_codes(self, name: str, tracks: pd.Index, codes: np.ndarray, **about: Any) -> None:
        """Keep (n_tracks, width) codes beside the record, for maps; no test may use them."""
        genres = self.music.tracks["genre"][tracks].to_numpy()
        rows = pd.DataFrame({"track": tracks, "truth": genres})
        packed = self.measures(rows, vectors=codes, about=about)
        save_record(packed, self.book.folder / "codes" / f"{name}.npz")
