"""Run trainings side by side, keep each once it is done, and resume where it stopped."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from genrelab.runtime import cache_folder, cached, parallel_cached
from genrelab.training import recipe_hash


class Training(NamedTuple):
    """One training, before it is run.

    Attributes
    ----------
    kind
        Folder of the cache that its results are kept in, one for each family of networks.
    key
        All that the result depends on, as JSON values.
    job
        What is trained: a recipe, and what else tells it from others on the same data.
    keep
        Takes the job, the data and a folder for checkpoints; trains, and returns what is kept.
    """

    kind: str
    key: dict[str, Any]
    job: Any
    keep: Callable[[Any, Any, Path], Any]

    @property
    def folder(self) -> Path:
        """Where its checkpoints lie until its result is kept."""
        return cache_folder() / "training" / f"{self.kind}-{recipe_hash(self.key)}"


def run(training: Training, data: Any) -> Any:
    """Return what is kept of a training; it is run in this process if nothing is kept yet.

    Notes
    -----
    A training that was cut off goes on at its last checkpoint. The checkpoints go when the result
    is kept.
    """
    found = cached(training.kind, partial(_run, training, data), **training.key)
    shutil.rmtree(training.folder, ignore_errors=True)
    return found


def run_all(trainings: Sequence[Training], data: Any, describe: str) -> list[Any]:
    """Return what is kept of trainings of one kind on the same data; those that are missing are
    run side by side.

    Parameters
    ----------
    trainings, data
        What is run, and what all of them learn from.
    describe
        Two or three words for the progress bar.
    """
    if not trainings:
        return []
    keys = [training.key for training in trainings]
    work = partial(_run, data=data)
    found = parallel_cached(trainings[0].kind, work, trainings, keys, describe)
    for training in trainings:
        shutil.rmtree(training.folder, ignore_errors=True)
    return found


def _run(training: Training, data: Any) -> Any:
    return training.keep(training.job, data, training.folder)
