"""Classifiers on frozen codes: one layer, or one more before it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from genrelab.training import Training, train

EPOCHS, PATIENCE, BATCH, RATE = 200, 10, 256, 1e-3

SHORTEST = 8
"""Steps from one look to the next at least: with few labels an epoch is one step, and ten of them
teach nothing."""


class Head(nn.Sequential):
    """One linear layer from codes to classes, or a hidden layer with ReLU before it.

    Parameters
    ----------
    width, n_classes
        Numbers of a code; classes.
    hidden
        Units of the hidden layer; 0 for none.
    """

    def __init__(self, width: int, n_classes: int, hidden: int = 0):
        before = [nn.Linear(width, hidden), nn.ReLU()] if hidden else []
        super().__init__(*before, nn.Linear(hidden or width, n_classes))


def fit_head(codes: np.ndarray, labels: np.ndarray, learn: np.ndarray, watch: np.ndarray,
             hidden: int = 0, seed: int = 0) -> tuple[np.ndarray, Training]:
    """Train a head on pieces of tracks and return what it says of all tracks.

    Parameters
    ----------
    codes
        (n_tracks, n_pieces, width).
    labels
        (n_tracks,) integers.
    learn, watch
        Places of the tracks to learn from, and of those by whose loss the training ends.
    hidden
        Units of a hidden layer; 0 for none.
    seed
        Of the first weights and the order.

    Returns
    -------
    probabilities : numpy.ndarray
        (n_tracks, n_classes) float32: the softmax of each piece, averaged over the pieces of a
        track.
    training : Training
        `accuracy` and `score` (minus the loss) on the pieces of the watched tracks, after each
        epoch.

    Notes
    -----
    As in CLMR's code: Adam, a rate of 0.001, a weight decay of 1e-6, 200 epochs at most, the end
    after 10 without a lower loss on validation. Where an epoch has fewer than eight steps, eight
    steps count as one. Codes are standardised by the tracks that are learned from.

    Source: "Multi-format Contrastive Learning for Music Genre Classification", section 3.4.
    Notebook: 08.
    """
    _, n_pieces, width = codes.shape
    seen = codes[learn].reshape(-1, width)
    spread = seen.std(axis=0)
    scaled = (codes - seen.mean(axis=0)) / np.where(spread > 1e-6, spread, 1)
    x = torch.from_numpy(scaled.astype(np.float32))
    truth = torch.from_numpy(labels.astype(np.int64))[:, None].expand(-1, n_pieces)
    rows, targets = x[learn].reshape(-1, width), truth[learn].reshape(-1)
    size = min(BATCH, len(rows))
    steps = len(rows) // size
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        head = Head(width, int(labels.max()) + 1, hidden)

    def loss_of_step(head: nn.Module, step: int) -> Tensor:
        epoch, place = divmod(step, steps)
        order = torch.from_numpy(np.random.default_rng((seed, epoch)).permutation(len(rows)))
        batch = order[place * size : (place + 1) * size]
        with torch.autocast("cpu", enabled=False):
            return functional.cross_entropy(head(rows[batch]), targets[batch])

    def validate(head: nn.Module) -> dict[str, float]:
        said, wanted = head(x[watch].reshape(-1, width)), truth[watch].reshape(-1)
        right = (said.argmax(dim=1) == wanted).float().mean()
        return {"accuracy": float(right), "score": -float(functional.cross_entropy(said, wanted))}

    training = train(head, loss_of_step, steps=max(steps, SHORTEST) * EPOCHS,
                     every=max(steps, SHORTEST), seed=seed, learning_rate=RATE, optimiser=_adam,
                     validate=validate, score="score", patience=PATIENCE)
    with torch.no_grad():
        return head(x).softmax(dim=2).mean(dim=1).numpy(), training


def _adam(parameters, lr: float) -> torch.optim.Optimizer:
    return torch.optim.Adam(parameters, lr=lr, weight_decay=1e-6)
