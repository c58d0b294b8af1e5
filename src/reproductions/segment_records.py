"""What networks on segments answer, handed to the record: answers, spaces, linear probes and
measures of codes."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from genrelab.evaluation.holdouts import Split
from genrelab.evaluation.projections import principal
from genrelab.features import raw_audio
from reproductions import code_measures, segment_networks, segment_splits
from reproductions.provenance import computing_modules
from reproductions.segment_networks import Data, Run, answers, at_rest, codes_of
from reproductions.sizes import SIZES
from reproductions.study import Study

PART_NAMES = {"train": "train", "valid": "dev", "test": "test"}
"""What the record calls the parts of a split here: the paper's names."""

EVERY = 4
"""Where points are compared in pairs under artist-grouped folds, every fourth segment of a track
stands for it."""

MADE_BY = computing_modules(segment_networks, raw_audio, segment_splits, code_measures)


class Recorder:
    """Hands to the record what networks answer for segments, with an audit of every split.

    Parameters
    ----------
    study
        Whose record and corpus.
    rows
        The columns `track`, `segment` and `genre` of the segments.
    parameters
        Settings that all records name.
    modules
        Whose code makes what is recorded.

    Notes
    -----
    Notebook: 05.
    """

    def __init__(self, study: Study, rows: pd.DataFrame, parameters: dict[str, Any],
                 modules: Sequence[ModuleType] = MADE_BY):
        self.study, self.rows, self.parameters, self.modules = study, rows, parameters, modules
        self.genres = np.array(sorted(rows["genre"].unique()))

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

    def probes(self, name: str, protocol: str, runs: Sequence[Run], data: Data, of: str) -> None:
        """Record what a linear classifier makes of codes: logistic regression on standardised
        numbers, learned on train; `of` is that of `codes_of`."""
        tables = []
        for run in runs:
            train, test = run.split.rows("train"), run.split.rows("test")
            probe = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
            probe.fit(codes_of(run, data, train, of), data.labels[train])
            predicted = probe.predict(codes_of(run, data, test, of))
            tables.append(self.answer_table(run.split, test, predicted))
        self.record(name, protocol, pd.concat(tables), runs)

    def space(self, name: str, protocol: str, runs: Sequence[Run], data: Data, of: str,
              axes: int = 8) -> None:
        """Record where test segments lie in a space (`of`: see `codes_of`), along so many of the
        longest principal axes of these points."""
        tables, points = [], []
        for run in runs:
            places = self.thinned(run.split)
            codes = codes_of(run, data, places, of)
            tables.append(self._segments(run.split, places))
            points.append(principal(codes, codes, min(axes, codes.shape[1]))[0])
        packed = self.study.measures(pd.concat(tables, ignore_index=True),
                                     vectors=np.concatenate(points))
        self.record(name, protocol, packed, runs)

    def columns(self, name: str, protocol: str, runs: Sequence[Run],
                tables: Sequence[pd.DataFrame]) -> None:
        """Record numbers of test segments: of each run by name, indexed by the places of the
        rows."""
        joined = [pd.concat([self._segments(run.split, table.index),
                             table.reset_index(drop=True)], axis=1)
                  for run, table in zip(runs, tables)]
        packed = self.study.measures(pd.concat(joined, ignore_index=True))
        self.record(name, protocol, packed, runs)

    def record(self, name: str, protocol: str, what: Any, runs: Sequence[Run | Split],
               parameters: dict[str, Any] | None = None,
               budget: dict[str, tuple[float, float]] | None = None, **about: Any) -> None:
        """Record anything made under splits or by runs, with the audits of the splits, the recipe,
        its epochs, and whether the runs still improved at their end."""
        splits = [run.split if isinstance(run, Run) else run for run in runs]
        settings, budget = self.parameters | (parameters or {}), dict(budget or {})
        if isinstance(runs[0], Run):
            recipe = runs[0].recipe
            about = {"converged": at_rest(runs)} | about
            settings |= {key: value for key, value in recipe._asdict().items() if key != "seed"}
            size = "dsae_vanilla_epochs" if recipe.network == "autoencoder" else "dsae_epochs"
            budget["epochs"] = recipe.epochs, SIZES[size].paper
        if protocol.startswith("ag"):
            folds = {split.fold for split in splits}
            budget["shuffles of the folds"] = len(runs) / len(folds), 3
        leaks = self.study.leaks((split.part for split in splits), self.rows["track"])
        self.study.book.record(name, protocol, what, leaks=leaks, modules=self.modules,
                               budget=budget, parameters={name: settings}, **about)

    def thinned(self, split: Split) -> np.ndarray:
        """Return the places of the test rows; where whole tracks are in test, of every fourth
        segment."""
        test = split.rows("test")
        whole = self.rows["track"].iloc[test].value_counts().min() > EVERY
        return test[self.rows["segment"].iloc[test].to_numpy() % EVERY == 0] if whole else test

    def answer_table(self, split: Split, places: np.ndarray, given: np.ndarray) -> pd.DataFrame:
        """Return segments with their true genres, and the labels (integers) that they are
        given."""
        part = [PART_NAMES[part] for part in split.part[places]]
        return self._segments(split, places).assign(
            segment=self.rows["segment"].iloc[places].to_numpy(), fold=split.fold, part=part,
            predicted=self.genres[given])

    def _segments(self, split: Split, places: Sequence[int]) -> pd.DataFrame:
        rows = self.rows[["track", "genre"]].iloc[places].rename(columns={"genre": "truth"})
        return rows.assign(seed=split.seed).reset_index(drop=True)
