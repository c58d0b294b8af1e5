"""A β-TCVAE: a variational autoencoder that pays for codes whose numbers depend on each other."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

CODE = 10
"""Numbers of the code, as in the experiments of Chen and others."""

SAMPLES = 128
"""Codes of a batch that the total correlation is measured at: all of them would take four times as
long."""


class TCVAE(nn.Module):
    """Variational autoencoder of the widths of `softmax_autoencoder.Autoencoder`, with tanh and
    without dropout.

    Parameters
    ----------
    n_inputs
        Numbers of a segment.
    n_code
        Numbers of the code.

    Notes
    -----
    Paper: R. Chen and others, "Isolating Sources of Disentanglement in VAEs", 2018; a wish in
    section 6 of A. Sawhney and others. Notebook: 05.
    """

    def __init__(self, n_inputs: int = 500, n_code: int = CODE):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(n_inputs, 256), nn.Tanh(),
            nn.Linear(256, 192), nn.Tanh(),
            nn.Linear(192, 128), nn.Tanh(),
            nn.Linear(128, 2 * n_code),
        )  # fmt: skip
        self.decoder = nn.Sequential(
            nn.Linear(n_code, 128), nn.Tanh(),
            nn.Linear(128, 192), nn.Tanh(),
            nn.Linear(192, 256), nn.Tanh(),
            nn.Linear(256, n_inputs),
        )  # fmt: skip

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and logarithm of the variance of the codes of segments, (n, n_code) each."""
        mean, log_variance = self.encoder(x).float().chunk(2, dim=1)
        return mean, log_variance.clamp(-10, 10)

    def code(self, x: Tensor) -> Tensor:
        """Return the mean codes of segments, (n, n_code)."""
        return self.posterior(x)[0]

    def decode(self, code: Tensor) -> Tensor:
        """Return the segments that codes are redrawn as, (n, n_inputs)."""
        return self.decoder(code)

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.code(x))


def tcvae_loss(model: TCVAE, x: Tensor, n_train: int, beta: float,
               samples: int = SAMPLES) -> Tensor:
    """Return the loss in nats a segment: reconstruction + I(z; x) + β · (total correlation) + KL by
    dimension.

    Parameters
    ----------
    model, x
        The model, and (n, n_inputs) segments.
    n_train
        Number of segments that there are to learn from.
    beta
        Weight of the total correlation; 1 is a plain variational autoencoder.
    samples
        Number of codes at which the densities are measured.

    Notes
    -----
    Densities are estimated by minibatch weighted sampling. The noise of the reconstruction is
    Gaussian with the variance that suits the batch best, so that no further weight has to be
    chosen.

    Paper: R. Chen and others, 2018, equations 2 and S6. Notebook: 05.
    """
    mean, log_variance = model.posterior(x)
    z = mean + torch.randn_like(mean) * (log_variance / 2).exp()
    error = (model.decode(z).float() - x).square().mean()
    reconstruction = x.shape[1] / 2 * error.clamp_min(1e-8).log()
    z = z[:samples]
    own = normal_log_density(z, mean[: len(z)], log_variance[: len(z)]).sum(dim=1)
    every = normal_log_density(z[:, None], mean[None], log_variance[None])  # (samples, n, n_code)
    drawn = math.log(len(x) * n_train)
    joint = torch.logsumexp(every.sum(dim=2), dim=1) - drawn
    product = (torch.logsumexp(every, dim=1) - drawn).sum(dim=1)
    prior = normal_log_density(z, torch.zeros_like(z), torch.zeros_like(z)).sum(dim=1)
    return reconstruction + ((own - joint) + beta * (joint - product) + (product - prior)).mean()


def normal_log_density(z: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return the logarithm of the density of normal laws at points, in the shape that the three
    broadcast to."""
    return -0.5 * (
        math.log(2 * math.pi) + log_variance + (z - mean).square() * (-log_variance).exp()
    )
