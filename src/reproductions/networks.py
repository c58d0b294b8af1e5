"""Many trainings of small networks: every model under every split, side by side, and what is
recorded of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from claimbook.ledger import Ledger
from genrelab.corpora import Corpus
from genrelab.evaluation.audits import Audit, audit
from genrelab.evaluation.holdouts import UNUSED, Split
from genrelab.models.supervised import Recipe
from genrelab.training import best_device
from reproductions.convergence import mean_of_gains as at_rest
from reproductions.network_training import SCALERS, Data, Job, answering, searching
from reproductions.trainings import run_all


class Fit(NamedTuple):
    """What came of a training.

    Attributes
    ----------
    split, recipe
        The rows, and what was trained (for tuned networks: what was chosen).
    probabilities
        (n_rows, n_classes) float16; rows that the split leaves out are 0.
    heard
        The same for `Data.heard`, or None.
    codes
        (n_rows, width) float16: what the last hidden layer says.
    history
        See `genrelab.models.supervised.fit`.
    seconds
        Of the training, and of the trials before it.
    """

    split: Split
    recipe: Recipe
    probabilities: np.ndarray
    heard: np.ndarray | None
    codes: np.ndarray
    history: list[dict[str, float]]
    seconds: float


def fit_all(jobs: Sequence[Job], data: Data, describe: str) -> list[Fit]:
    """Train networks side by side; what an earlier run has trained is taken from the cache.

    Parameters
    ----------
    jobs
        Trainings.
    data
        What all of them learn from.
    describe
        Two or three words for the progress bar.

    Notes
    -----
    A training that was cut off goes on at its last epoch, a search for settings at its last trial.

    Notebook: 04.
    """
    for job in jobs:
        if job.scaling not in SCALERS:
            raise ValueError(f"There is no scaling {job.scaling!r}. Choose one of "
                             f"{', '.join(SCALERS)}.")
        if job.recipe.network != "mlp" and not job.recipe.filters:
            raise ValueError(f"The recipe of a {job.recipe.network} names no filters. Give one "
                             "number for each block.")
    content = data.content
    jobs = [job._replace(recipe=job.recipe._replace(seed=job.split.seed)) for job in jobs]
    wanted = [searching(job, content) for job in jobs if job.trials]
    searches = {search.folder: search for search in wanted}
    found = run_all(list(searches.values()), data, f"{describe}: settings")
    settings = dict(zip(searches, found))
    ready, spent = [], []
    for job in jobs:
        recipe, seconds = job.recipe, 0.0
        if job.trials:
            name = searching(job, content).folder
            chosen, seconds = settings[name]
            settings[name] = chosen, 0.0  # a search is paid for once
            recipe = Recipe(**chosen)._replace(seed=job.split.seed)
        ready.append(job._replace(recipe=recipe, trials=0))
        spent.append(seconds)
    found = run_all([answering(job, content) for job in ready], data, describe)
    return [Fit(job.split, job.recipe, *kept, last + before)
            for job, (*kept, last), before in zip(ready, found, spent)]


def record_fits(
    ledger: Ledger,
    name: str,
    protocol: str,
    fits: Sequence[Fit],
    rows: pd.DataFrame,
    corpus: Corpus,
    *,
    with_train: bool = False,
    heard: bool = False,
    **about: Any,
) -> None:
    """Hand the answers of networks to the ledger, with an audit of each split.

    Parameters
    ----------
    ledger, name, protocol
        Where.
    fits
        Of the same arm, one or more for each split.
    rows
        The columns `track`, `genre` and, where a row is a piece of a track, `segment`.
    corpus
        That the rows are from.
    with_train
        Whether answers on the train rows are kept, too.
    heard
        Whether the answers are those on `Data.heard`.
    **about
        Further arguments of `Ledger.record`.

    Notes
    -----
    Notebook: 04 and 09.
    """
    parts = ("train", "test") if with_train else ("test",)
    genres = sorted(rows["genre"].unique())
    tables = []
    for one in fits:
        for part in parts:
            places = one.split.rows(part)
            said = (one.heard if heard else one.probabilities)[places].astype(np.float64)
            table = (
                rows.iloc[places]
                .rename(columns={"genre": "truth"})
                .assign(part=part, **dict(zip(genres, said.T)))
            )
            tables.append(table.assign(seed=one.split.seed, fold=one.split.fold))
    about.setdefault("converged", at_rest(fits))
    about.setdefault("minutes", round(sum(one.seconds for one in fits) / 60, 2))
    about.setdefault("device", best_device().type)
    ledger.record(name, protocol, pd.concat(tables), leaks=audits_of(fits, rows, corpus), **about)


def audits_of(fits: Sequence[Fit], rows: pd.DataFrame, corpus: Corpus) -> list[Audit]:
    """Return one audit for each different split of the fits."""
    splits = {one.split.part.tobytes(): one.split.part for one in fits}
    audits = []
    for part in splits.values():
        dealt = pd.Series(np.where(part == UNUSED, None, part), rows["track"].to_numpy())
        audits.append(audit(dealt, corpus))
    return audits
