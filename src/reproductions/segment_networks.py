"""Many trainings of networks on segments, side by side, each kept as soon as it is done."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from torch import nn

from claimbook.gates import training_finished
from genrelab.evaluation.holdouts import UNUSED, Split
from genrelab.models import segment_trained, softmax_autoencoder, tcvae
from genrelab.models.segment_trained import Recipe, asked, fit, new_model
from genrelab.runtime import code_version
from reproductions.trainings import Training, run_all

MODULES = (softmax_autoencoder, tcvae, segment_trained)
"""Modules whose code kept trainings are known by."""


class Data(NamedTuple):
    """What networks learn from.

    Attributes
    ----------
    values
        (n_rows, n_inputs) float32.
    labels
        (n_rows,) integers.
    scaled_from
        Columns from here on are scaled to 0 … 1 by the train rows, as an output of ReLU can draw
        them; None for none.

    Notes
    -----
    Notebook: 05 and 09.
    """

    values: np.ndarray
    labels: np.ndarray
    scaled_from: int | None = None

    @property
    def content(self) -> str:
        """A short name of all the numbers."""
        digest = hashlib.sha1(f"{self.values.dtype}{self.values.shape}{self.scaled_from}".encode())
        digest.update(np.ascontiguousarray(self.values).tobytes())
        digest.update(np.ascontiguousarray(self.labels, np.int64).tobytes())
        return digest.hexdigest()[:16]

    def inputs(self, split: Split) -> np.ndarray:
        """Return what a network sees under a split: all rows, (n_rows, n_inputs) float32."""
        if self.scaled_from is None:
            return self.values
        values = self.values.copy()
        part = values[:, self.scaled_from :]
        low, high = np.quantile(part[split.part == "train"], [0.01, 0.99],
                                axis=0).astype(np.float32)
        part[...] = np.clip((part - low) / np.maximum(high - low, 1e-6), 0, 1)
        return values


class Job(NamedTuple):
    """One training: how (its seed is that of the split, whatever it says), and on which rows.

    Notebook: 05 and 09.
    """

    recipe: Recipe
    split: Split


class Run(NamedTuple):
    """What came of a training.

    Attributes
    ----------
    split, recipe
        The rows, and what was trained.
    classes
        Labels that occur in the split, in the order of the logits.
    model
        On the CPU, in evaluation mode.
    history
        See `genrelab.models.segment_trained.fit`.
    seconds
        Of the training.
    """

    split: Split
    recipe: Recipe
    classes: np.ndarray
    model: nn.Module
    history: list[dict[str, float]]
    seconds: float


def train_all(jobs: Sequence[Job], data: Data, describe: str) -> list[Run]:
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
    A training that was cut off goes on at its last look.

    Notebook: 05.
    """
    content = data.content
    jobs = [job._replace(recipe=job.recipe._replace(seed=job.split.seed)) for job in jobs]
    trainings = [Training("segment_networks", _key(job, content), job, _train) for job in jobs]
    found = run_all(trainings, data, describe)
    runs = []
    for job, (weights, history, seconds) in zip(jobs, found):
        classes = _classes(job, data)
        model = new_model(job.recipe, data.values.shape[1], len(classes))
        model.load_state_dict({name: values.float() for name, values in weights.items()})
        runs.append(Run(job.split, job.recipe, classes, model.eval(), history, seconds))
    return runs


def codes_of(run: Run, data: Data, places: np.ndarray, of: str = "code") -> np.ndarray:
    """Return what a network makes of rows, (n, width) float32.

    Parameters
    ----------
    run, data
        A trained network, and what it learned from.
    places
        (n,) places of the rows.
    of
        ``"code"``, ``"logits"``, or ``"raw"`` for what it sees.

    Notes
    -----
    Notebook: 05.
    """
    seen = data.inputs(run.split)[places]
    if of == "raw":
        return seen
    return asked(run.model if of == "logits" else run.model.code, seen)


def answers(run: Run, data: Data, places: np.ndarray) -> np.ndarray:
    """Return the labels that a network gives to rows, (n,) integers as in `Data.labels`.

    Notebook: 05 and 09.
    """
    return run.classes[codes_of(run, data, places, "logits").argmax(axis=1)]


def at_rest(runs: Sequence[Run]) -> bool:
    """Tell whether networks on segments gained less than 0.01 over their last fifth, on the mean
    curve over all of them: of the accuracy on dev, of autoencoders of what is redrawn.

    Notebook: 05 and 09.
    """
    scores = ["dev" if run.recipe.classifies else "explained" for run in runs]
    curves = [[look[score] for look in run.history] for score, run in zip(scores, runs)]
    return training_finished(np.mean(curves, axis=0).tolist())


# --- in the workers -------------------------------------------------------------------------------


def _train(job: Job, data: Data, folder: Path) -> tuple:
    """Train a network; return its weights as 16-bit floats, the history and the seconds."""
    classes = _classes(job, data)
    # rows left out are never looked up
    labels = np.searchsorted(classes, data.labels).clip(max=len(classes) - 1)
    model = new_model(job.recipe, data.values.shape[1], len(classes))
    rows = job.split.rows("train"), job.split.rows("valid")
    inputs = data.inputs(job.split)
    training = fit(model, inputs, labels, *rows, job.recipe, folder / "network.pt")
    weights = {name: values.half() for name, values in model.state_dict().items()}
    return weights, training.history, training.seconds


def _classes(job: Job, data: Data) -> np.ndarray:
    return np.unique(data.labels[job.split.part != UNUSED])


def _key(job: Job, content: str) -> dict[str, Any]:
    return {"recipe": job.recipe._asdict(),
            "rows": hashlib.sha1(job.split.part.astype("U5").tobytes()).hexdigest(),
            "data": content, "code": code_version(*MODULES)}
