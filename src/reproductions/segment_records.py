"""What networks on segments say, handed to the ledger: answers, spaces, linear probes and measures
of codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from claimbook.ledger import Ledger
from claimbook.predictions import Measures
from genrelab.corpora import Corpus
from genrelab.evaluation.holdouts import Split
from genrelab.evaluation.projections import principal
from genrelab.features import raw_audio
from reproductions import code_measures, segment_networks, segment_splits
from reproductions.convergence import gain_of_the_mean_score
from reproductions.provenance import computing_modules
from reproductions.records import audited, leaks_of
from reproductions.segment_networks import Data, Run, answers, codes_of
from reproductions.sizes import SIZES

PART_NAMES = {"train": "train", "valid": "dev", "test": "test"}
"""What the ledger calls the parts of a split here: the paper's names."""

EVERY = 4
"""Where points are compared in pairs under artist-grouped folds, every fourth segment of a track
stands for it."""


class Recorder:
    """Hands to a ledger what is said of the segments of a corpus, with an audit of every split.

    Parameters
    ----------
    ledger, corpus
        Where, and whose tracks.
    rows
        The columns `track`, `segment` and `genre` of the segments.
    **about
        Arguments of every `Ledger.record`, such as `audio`; a single record may overrule them.

    Notes
    -----
    Notebook: 05.
    """

    def __init__(self, ledger: Ledger, corpus: Corpus, rows: pd.DataFrame, **about: Any):
        self.ledger, self.corpus, self.rows = ledger, corpus, rows
        self.about = {"parameters": {}, "modules": computing_modules(
            segment_networks, raw_audio, segment_splits, code_measures)} | about
        self.genres = sorted(rows["genre"].unique())

    def answers(self, name: str, protocol: str, runs: Sequence[Run], data: Data,
                parts: Sequence[str] = ("test",), **about: Any) -> None:
        """Record the labels that networks give to their segments.

        Parameters
        ----------
        name, protocol
            Claim or arm, and protocol.
        runs, data
            Networks that classify, one for each seed, and what they learned from.
        parts
            ``"train"``, ``"valid"`` (kept as ``"dev"``), ``"test"``: of which rows.
        **about
            Further arguments of `Ledger.record`.
        """
        tables = []
        for run in runs:
            places = np.concatenate([run.split.rows(part) for part in parts])
            tables.append(self.answer_table(run.split, places, answers(run, data, places)))
        minutes = round(sum(run.seconds for run in runs) / 60, 2)
        self.record(name, protocol, pd.concat(tables), runs, minutes=minutes, **about)

    def probes(self, name: str, protocol: str, runs: Sequence[Run], data: Data, of: str = "code",
               **about: Any) -> None:
        """Record what a linear classifier says of codes: logistic regression on standardised
        numbers, learned on train.

        Parameters
        ----------
        name, protocol, runs, data
            As in `answers`.
        of
            See `codes_of`.
        """
        tables = []
        for run in runs:
            train, test = run.split.rows("train"), run.split.rows("test")
            probe = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
            probe.fit(codes_of(run, data, train, of), data.labels[train])
            predicted = probe.predict(codes_of(run, data, test, of))
            tables.append(self.answer_table(run.split, test, predicted))
        self.record(name, protocol, pd.concat(tables), runs, **about)

    def space(self, name: str, protocol: str, runs: Sequence[Run], data: Data, of: str = "code",
              axes: int = 8, **about: Any) -> None:
        """Record where test segments lie in a space, along its longest axes.

        Parameters
        ----------
        name, protocol, runs, data, of
            As in `probes`.
        axes
            How many principal axes of these points are kept, at most.
        """
        tables, points = [], []
        for run in runs:
            places = self.thinned(run.split)
            codes = codes_of(run, data, places, of)
            tables.append(self._table(run.split, places))
            points.append(principal(codes, codes, min(axes, codes.shape[1]))[0])
        table = pd.concat(tables, ignore_index=True).drop(columns=["segment", "fold"])
        packed = self.pack(table, np.concatenate(points))
        self.record(name, protocol, packed, runs, **about)

    def columns(self, name: str, protocol: str, runs: Sequence[Run], tables: Sequence[pd.DataFrame],
                **about: Any) -> None:
        """Record numbers of test segments.

        Parameters
        ----------
        name, protocol, runs
            As in `answers`.
        tables
            For each run its numbers by name, indexed by the places of the rows.
        """
        joined = [self._table(run.split, table.index.to_numpy()).drop(columns=["segment", "fold"])
                  .assign(**{name: column.to_numpy() for name, column in table.items()})
                  for run, table in zip(runs, tables)]
        packed = self.pack(pd.concat(joined, ignore_index=True))
        self.record(name, protocol, packed, runs, **about)

    def record(self, name: str, protocol: str, what: Any, runs: Sequence[Run | Split],
               **about: Any) -> None:
        """Record anything made under splits or by runs, with the audits of the splits, the recipe,
        its epochs, and whether the runs still improved at their end."""
        splits = [run.split if isinstance(run, Run) else run for run in runs]
        audits = [audited(split.part, self.rows["track"], self.corpus) for split in splits]
        settings = self.about.get("parameters", {}) | about.pop("parameters", {})
        budget = about.pop("budget", {})
        if isinstance(runs[0], Run):
            recipe = runs[0].recipe
            about = {"converged": gain_of_the_mean_score(runs)} | about
            settings |= {key: value for key, value in recipe._asdict().items() if key != "seed"}
            size = "dsae_vanilla_epochs" if recipe.network == "autoencoder" else "dsae_epochs"
            budget |= {"epochs": (recipe.epochs, SIZES[size].paper)}
        if protocol.startswith("ag"):
            folds = {split.fold for split in splits}
            budget |= {"shuffles of the folds": (len(runs) / len(folds), 3)}
        about = self.about | about | {"parameters": {name: settings}, "budget": budget}
        self.ledger.record(name, protocol, what, leaks=leaks_of(audits), **about)

    def pack(self, table: pd.DataFrame, vectors: np.ndarray | None = None) -> Measures:
        """Pack numbers or points of segments, with the artists of the corpus."""
        return Measures.from_table(table, self.ledger.source.artists, self.genres, vectors)

    def thinned(self, split: Split) -> np.ndarray:
        """Return the places of the test rows; where whole tracks are in test, of every fourth
        segment."""
        test = split.rows("test")
        whole = self.rows["track"].iloc[test].value_counts().min() > EVERY
        return test[self.rows["segment"].iloc[test].to_numpy() % EVERY == 0] if whole else test

    def answer_table(self, split: Split, places: np.ndarray, said: np.ndarray) -> pd.DataFrame:
        """Return rows for the ledger: segments, their true genres, and the labels (integers) that
        they were given."""
        part = [PART_NAMES[part] for part in split.part[places]]
        return self._table(split, places).assign(part=part, predicted=np.array(self.genres)[said])

    def _table(self, split: Split, places: np.ndarray) -> pd.DataFrame:
        rows = self.rows.iloc[places].rename(columns={"genre": "truth"})
        return rows.assign(seed=split.seed, fold=split.fold).reset_index(drop=True)
