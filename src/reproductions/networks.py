"""Many trainings of small networks: every model under every split, side by side, and what is
recorded of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from genrelab.evaluation.holdouts import Split
from genrelab.models.supervised import Recipe
from reproductions.network_training import Data, Job, answering, searching
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


def at_rest(fits: Sequence[Fit]) -> bool:
    """Tell whether trainings with early stopping had come to rest: on average they gain less than
    0.01 over their last fifth.

    What is looked at is the accuracy on the validation rows; a training that ended by itself gains
    nothing more. The mean is taken because one holdout's few validation rows jump by as much.

    Notebook: 04 and 09.
    """
    gains = []
    for one in fits:
        seen = [entry["accuracy"] for entry in one.history]
        before = len(seen) - max(1, len(seen) // 5)
        ended = len(seen) < one.recipe.epochs
        gain = 0.0 if ended or not before else max(seen[before:]) - max(seen[:before])
        gains.append(max(gain, 0))
    return float(np.mean(gains)) < 0.01
