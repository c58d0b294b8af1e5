"""The paper's first autoencoder: one hidden layer each way, before it was made deeper.

Sawhney and others, section 4.2, call it a baseline and give neither width nor activations. Ours has
the first width of the deep one, 256, and the activations that its ends have in the authors' code.

Lesson: 05. Record page: `docs/records/softmax_autoencoder.md`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from genrelab.models.segment_trained import Recipe, fit
from genrelab.models.softmax_autoencoder import CODE, LAYERS, OUTPUTS, xavier
from genrelab.runtime import code_version
from reproductions.segment_networks import MODULES, Data, Job, Run
from reproductions.trainings import Training, run_all

WIDTH = 256
"""Units of the hidden layers (paper silent)."""


class SingleLayer(nn.Module):
    """Encoder to 64 numbers and decoder back, with one hidden layer of 256 units each.

    Parameters
    ----------
    n_inputs
        Numbers of a segment.
    output, layers
        See `genrelab.models.softmax_autoencoder.Autoencoder`.
    """

    def __init__(self, n_inputs: int, output: str, layers: str):
        super().__init__()
        down, up = LAYERS[layers]
        self.encoder = nn.Sequential(nn.Linear(n_inputs, WIDTH), down[0](),
                                     nn.Linear(WIDTH, CODE), down[-1]())
        self.decoder = nn.Sequential(nn.Linear(CODE, WIDTH), up[-1](),
                                     nn.Linear(WIDTH, n_inputs), OUTPUTS[output]())

    def code(self, x: Tensor) -> Tensor:
        """Return the codes of segments, (n, 64)."""
        return self.encoder(x)

    def decode(self, code: Tensor) -> Tensor:
        """Return the segments that codes are redrawn as, (n, n_inputs)."""
        return self.decoder(code)


def new_model(recipe: Recipe, n_inputs: int) -> SingleLayer:
    """Return the untrained network of a recipe."""
    model = SingleLayer(n_inputs, recipe.output, recipe.layers)
    return xavier(model, torch.Generator().manual_seed(recipe.seed)).eval()


def train_all(jobs: Sequence[Job], data: Data) -> list[Run]:
    """Train networks side by side; see `segment_networks.train_all`."""
    jobs = [job._replace(recipe=job.recipe._replace(seed=job.split.seed)) for job in jobs]
    made = {"network": "single layer", "width": WIDTH, "data": data.content,
            "code": [code_version(*MODULES), code_version(SingleLayer)]}
    trainings = [Training("segment_networks", made | _own_key(job), job, _train) for job in jobs]
    runs = []
    for job, (weights, history, seconds) in zip(jobs, run_all(trainings, data, "single layers")):
        run = untrained(job, data)
        run.model.load_state_dict({name: values.float() for name, values in weights.items()})
        runs.append(run._replace(history=history, seconds=seconds))
    return runs


def untrained(job: Job, data: Data) -> Run:
    """Return the network of a job with its first weights, which are at rest."""
    recipe = job.recipe._replace(seed=job.split.seed)
    return Run(job.split, recipe, np.unique(data.labels), new_model(recipe, data.values.shape[1]),
               [{"explained": 0.0}] * 5, 0.0)


def _own_key(job: Job) -> dict:
    rows = hashlib.sha1(job.split.part.astype("U5").tobytes()).hexdigest()
    return {"recipe": job.recipe._asdict(), "rows": rows}


def _train(job: Job, data: Data, folder: Path) -> tuple:
    model = new_model(job.recipe, data.values.shape[1])
    rows = job.split.rows("train"), job.split.rows("valid")
    training = fit(model, data.inputs(job.split), data.labels, *rows, job.recipe,
                   folder / "network.pt")
    weights = {name: values.half() for name, values in model.state_dict().items()}
    return weights, training.history, training.seconds
