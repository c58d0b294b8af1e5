"""Networks that learn genres from labelled rows: the recipe, the training with early stopping, the
answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from genrelab.models.convolutional import Convolutional
from genrelab.models.perceptron import Perceptron
from genrelab.models.two_branches import Recurrent, TwoBranches
from genrelab.training import Training, best_device, lower_precision, train

OPTIMISERS = {"nadam": torch.optim.NAdam, "adam": torch.optim.Adam}


class Recipe(NamedTuple):
    """What a network is, and how it is trained.

    Attributes
    ----------
    network
        ``"mlp"``, ``"cnn"``, ``"mmnn"`` (perceptron on the first input, convolutional network on
        the second) or ``"cnn_lstm"`` (both on pictures).
    hidden, dropout
        Units and dropout of the layers of a perceptron, see `Perceptron`.
    filters, pools
        Blocks of a convolutional network, see `Convolutional`.
    optimiser, learning_rate
        ``"nadam"`` or ``"adam"``, and its rate.
    batch, epochs, patience
        Rows a step; passes over the train rows at most; passes without a lower loss on the
        validation rows after which the training ends.
    seed
        Of the first weights, the order of the rows and the dropout.

    Notes
    -----
    Notebook: 04 and 09.
    """

    network: str = "mlp"
    hidden: tuple[int, ...] = ()
    dropout: tuple[float, ...] = ()
    filters: tuple[int, ...] = ()
    pools: tuple[tuple[int, int], ...] = ()
    optimiser: str = "nadam"
    learning_rate: float = 2e-3
    batch: int = 128
    epochs: int = 100
    patience: int = 10
    seed: int = 0


def new_model(recipe: Recipe, shapes: Sequence[tuple[int, ...]], n_classes: int) -> nn.Module:
    """Return the untrained network of a recipe for inputs of the given shapes (of one row each).

    Raises
    ------
    ValueError
        If there is no such network.

    Notes
    -----
    Notebook: 04 and 09.
    """
    with torch.random.fork_rng():
        torch.manual_seed(recipe.seed)
        if recipe.network == "mlp":
            return Perceptron(shapes[0][0], n_classes, recipe.hidden, recipe.dropout)
        convolutional = (Convolutional(shapes[-1], n_classes, recipe.filters, recipe.pools)
                         if recipe.filters else None)
        if recipe.network == "cnn":
            return convolutional
        if recipe.network == "mmnn":
            perceptron = Perceptron(shapes[0][0], n_classes, recipe.hidden, recipe.dropout)
            return TwoBranches(perceptron, convolutional, n_classes)
        if recipe.network == "cnn_lstm":
            return TwoBranches(Recurrent(shapes[-1][0], n_classes), convolutional, n_classes)
    raise ValueError(f"There is no network {recipe.network!r}. Choose mlp, cnn, mmnn or cnn_lstm.")


class Standardise(NamedTuple):
    """How pictures are brought to mean 0 and deviation 1, by row: (rows, 1) each, from the train
    rows alone."""

    mean: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, pictures: np.ndarray, rows: np.ndarray) -> Standardise:
        """Measure some of (n, rows, frames) pictures, by parts, so that they never stand in memory
        as floats."""
        total, squares, count = 0.0, 0.0, 0
        for part in np.array_split(rows, max(1, len(rows) // 256)):
            block = pictures[part].astype(np.float64)
            total, squares = total + block.sum(axis=(0, 2)), squares + (block**2).sum(axis=(0, 2))
            count += block.shape[0] * block.shape[2]
        mean = total / count
        spread = np.sqrt(np.maximum(squares / count - mean**2, 0))
        spread = np.where(spread > 1e-6 * max(1e-12, float(spread.max())), spread, 1)
        return cls(mean[:, None].astype(np.float32), spread[:, None].astype(np.float32))


class Rows:
    """Inputs as tensors, a batch at a time: tables as they are, pictures standardised.

    Parameters
    ----------
    inputs
        (n, n_features) float32 tables and (n, rows, frames) pictures of any type.
    scales
        One for each input, None for tables; see `Standardise`.
    """

    def __init__(self, inputs: Sequence[np.ndarray], scales: Sequence[Standardise | None]):
        self.inputs, self.scales = inputs, scales
        self.device = best_device()

    def __getitem__(self, rows: np.ndarray) -> list[Tensor]:
        batch = []
        for values, scale in zip(self.inputs, self.scales):
            taken = values[rows].astype(np.float32)
            if scale is not None:
                taken = (taken - scale.mean) / scale.spread
            batch.append(torch.from_numpy(taken).to(self.device))
        return batch


def fit(model: nn.Module, rows: Rows, labels: np.ndarray, train_rows: np.ndarray,
        valid_rows: np.ndarray, recipe: Recipe, checkpoint: Path | None = None,
        about: dict | None = None,
        show: Callable[[Iterable[int]], Iterable[int]] = iter) -> Training:
    """Train a network in place until its loss on the validation rows no longer falls; its best
    weights are kept.

    Parameters
    ----------
    model
        See `new_model`.
    rows, labels
        Inputs, and (n,) integers.
    train_rows, valid_rows
        Places of the rows to learn from, and to stop by.
    recipe
        How.
    checkpoint, about, show
        See `genrelab.training.train`; `about` tells what else the result depends on.

    Returns
    -------
    Training
        The history has an entry for each epoch: `loss` on train (dropout on), `valid_loss` and
        `accuracy` on the validation rows.

    Notes
    -----
    Paper: P. Cortis, section IV.A: batches of 128, at most 100 epochs, early stopping. What is
    watched and for how long is our choice. Notebook: 04.
    """
    steps = -(-len(train_rows) // recipe.batch)
    device = rows.device
    truth = torch.from_numpy(labels.astype(np.int64)).to(device)

    def loss_of_step(model: nn.Module, step: int) -> Tensor:
        epoch, place = divmod(step, steps)
        order = np.random.default_rng((recipe.seed, epoch)).permutation(train_rows)
        batch = order[place * recipe.batch : (place + 1) * recipe.batch]
        return functional.cross_entropy(model(*rows[batch]).float(), truth[batch])

    def validate(model: nn.Module) -> dict[str, float]:
        found = logits(model, rows, valid_rows)
        loss = functional.cross_entropy(found, truth[valid_rows])
        right = (found.argmax(dim=1) == truth[valid_rows]).float().mean()
        return {"valid_loss": loss, "accuracy": right, "score": -loss}

    return train(model.to(device), loss_of_step, steps=steps * recipe.epochs, every=steps,
                 seed=recipe.seed, learning_rate=recipe.learning_rate,
                 optimiser=OPTIMISERS[recipe.optimiser], validate=validate, score="score",
                 patience=recipe.patience, checkpoint=checkpoint,
                 recipe=recipe._asdict() | (about or {}), show=show)


@torch.no_grad()
def logits(model: nn.Module, rows: Rows, places: np.ndarray, of: str = "forward") -> Tensor:
    """Return what a network says of rows, (n, n_classes), or what its `code` says, (n, width);
    float32."""
    model.eval()
    say = getattr(model, of)
    blocks = np.array_split(places, max(1, len(places) // 256))
    with lower_precision(rows.device):
        return torch.cat([say(*rows[block]).float() for block in blocks])


def probabilities(model: nn.Module, rows: Rows, places: np.ndarray) -> np.ndarray:
    """Return the class probabilities of rows, (n, n_classes) float32."""
    return functional.softmax(logits(model, rows, places), dim=1).cpu().numpy()
