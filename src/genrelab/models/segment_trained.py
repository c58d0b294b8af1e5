"""Networks on segments of raw audio, trained as Sawhney and others did: fixed batches, no early
stopping."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from genrelab.models.softmax_autoencoder import (
    Autoencoder,
    Classifier,
    SoftmaxAutoencoder,
    hybrid_loss,
    xavier,
)
from genrelab.models.tcvae import TCVAE, tcvae_loss
from genrelab.training import Training, best_device, train

LOOKS = 40
"""How often a training is looked at: at 200 epochs, every fifth."""

SHOWN = 1000
"""Train segments that the accuracy of the curves is measured on."""


class Recipe(NamedTuple):
    """What a network is, and how it is trained.

    Attributes
    ----------
    network
        ``"dsae"``, ``"autoencoder"`` (the same without classifier), ``"classifier"`` or
        ``"tcvae"``.
    gamma
        Weight of the reconstruction in the loss of a ``"dsae"``; at 0 nothing is redrawn.
    hidden
        Units of a ``"classifier"``; ``(128,)`` is the two-layer network.
    keep, output, layers
        See `Autoencoder`.
    beta
        Of a ``"tcvae"``.
    epochs, batch, learning_rate
        Passes over the train rows, rows a step, and the rate of Adam.
    seed
        Of the first weights, the order of the rows and the dropout.

    Notes
    -----
    Notebook: 05.
    """

    network: str = "dsae"
    gamma: float = 0.9
    hidden: tuple[int, ...] = ()
    keep: float = 0.8
    output: str = "relu"
    layers: str = "published"
    beta: float = 0.0
    epochs: int = 200
    batch: int = 512
    learning_rate: float = 1e-4
    seed: int = 0

    @property
    def classifies(self) -> bool:
        """Whether the network says genres."""
        return self.network in ("dsae", "classifier")


def new_model(recipe: Recipe, n_inputs: int = 500, n_classes: int = 4) -> nn.Module:
    """Return the untrained network of a recipe.

    Raises
    ------
    ValueError
        If there is no such network.

    Notes
    -----
    Notebook: 05.
    """
    if recipe.network == "dsae":
        model = SoftmaxAutoencoder(n_inputs, n_classes, recipe.keep, recipe.output, recipe.layers)
    elif recipe.network == "autoencoder":
        model = Autoencoder(n_inputs, recipe.keep, recipe.output, recipe.layers)
    elif recipe.network == "classifier":
        model = Classifier(n_inputs, n_classes, recipe.hidden)
    elif recipe.network == "tcvae":
        model = TCVAE(n_inputs)
    else:
        raise ValueError(f"There is no network {recipe.network!r}. Choose dsae, autoencoder, "
                         "classifier or tcvae.")
    return xavier(model, torch.Generator().manual_seed(recipe.seed))


def loss_of(model: nn.Module, recipe: Recipe, x: Tensor, labels: Tensor, n_train: int) -> Tensor:
    """Return the loss of a batch, (n, n_inputs) and (n,) integers."""
    if recipe.network == "tcvae":
        return tcvae_loss(model, x, n_train, recipe.beta)
    if recipe.network == "classifier":
        return hybrid_loss(None, x, model(x), labels, 0)
    code = model.code(x)
    if recipe.network == "autoencoder":
        return hybrid_loss(model.decode(code), x, None, labels, 1)
    again = model.decode(code) if recipe.gamma > 0 else None
    return hybrid_loss(again, x, model.classify(code), labels, recipe.gamma)


def fit(model: nn.Module, x: np.ndarray, labels: np.ndarray, train_rows: np.ndarray,
        valid_rows: np.ndarray, recipe: Recipe, checkpoint: Path | None = None,
        about: dict | None = None,
        show: Callable[[Iterable[int]], Iterable[int]] = iter) -> Training:
    """Train a network in place.

    Parameters
    ----------
    model
        See `new_model`.
    x, labels
        (n, n_inputs) float32, and (n,) integers from 0.
    train_rows, valid_rows
        Places of the rows to learn from, and to look at.
    recipe
        How.
    checkpoint, about, show
        See `genrelab.training.train`; `about` tells what else the result depends on.

    Returns
    -------
    Training
        Its history has an entry for each look: `loss` (dropout on), `explained` (share of the
        variance of the validation rows that is redrawn; not for classifiers) and the accuracies
        `dev`, `train` and `train_dropout` (dropout off and on, on 1000 train rows; not for
        autoencoders). The weights are rounded to 16 bits at the end.

    Notes
    -----
    Batches of 512 in an order that is drawn once, the rest of an epoch as a smaller batch, Adam,
    the last epoch counts.

    Paper: A. Sawhney and others; the settings are those of the authors' code. Notebook: 05.
    """
    device = best_device()
    order = np.random.default_rng(recipe.seed).permutation(train_rows)
    (seen, told), (held, truth) = (
        _tensors(x, labels, rows, device) for rows in (order, valid_rows)
    )
    steps = -(-len(order) // recipe.batch)
    variance = (held - seen.mean(dim=0)).square().mean()

    def loss_of_step(model: nn.Module, step: int) -> Tensor:
        begin = step % steps * recipe.batch
        batch = slice(begin, begin + recipe.batch)
        return loss_of(model, recipe, seen[batch], told[batch], len(seen))

    def validate(model: nn.Module) -> dict[str, float]:
        found = {}
        if recipe.network != "classifier":
            found["explained"] = (
                1 - functional.mse_loss(model.decode(model.code(held)), held) / variance
            )
        if recipe.classifies:
            found["dev"] = right(model(held), truth)
            found["train"] = right(model(seen[:SHOWN]), told[:SHOWN])
            model.train()
            found["train_dropout"] = right(model(seen[:SHOWN]), told[:SHOWN])
            model.eval()
        return found

    training = train(model.to(device), loss_of_step, steps=steps * recipe.epochs,
                     every=steps * max(1, recipe.epochs // LOOKS), seed=recipe.seed,
                     learning_rate=recipe.learning_rate, optimiser=_adam, validate=validate,
                     checkpoint=checkpoint, recipe=recipe._asdict() | (about or {}), show=show)
    with torch.no_grad():
        for weights in model.parameters():
            weights.copy_(weights.half())
    model.cpu()
    return training


def right(logits: Tensor, labels: Tensor) -> float:
    """Return the share of rows whose largest logit is the label's."""
    return float((logits.argmax(dim=1) == labels).float().mean())


@torch.no_grad()
def asked(say: Callable[[Tensor], Tensor], x: np.ndarray) -> np.ndarray:
    """Return what a model, or a method of it, says of rows: (n, n_inputs) to (n, width),
    float32.

    Notebook: 05.
    """
    return torch.cat([say(block).float() for block in torch.from_numpy(x).split(2048)]).numpy()


def _adam(parameters: Iterable[nn.Parameter], lr: float) -> torch.optim.Adam:
    # one pass over all weights: a fifth of the time of a step
    return torch.optim.Adam(parameters, lr=lr, fused=True)


def _tensors(x: np.ndarray, labels: np.ndarray, rows: np.ndarray,
             device: torch.device) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(x[rows]).to(device), torch.from_numpy(labels[rows].astype(np.int64)).to(
        device
    )
