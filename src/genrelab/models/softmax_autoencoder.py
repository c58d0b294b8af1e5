"""The deep softmax autoencoder: a code that must redraw its input and tell its genre."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

CODE = 64
"""Numbers of the code."""

OUTPUTS = {"relu": nn.ReLU, "linear": nn.Identity}
"""What the last layer of the decoder ends with: ReLU as published, or nothing."""

LAYERS = {
    "published": ((nn.Sigmoid, nn.Tanh, nn.ReLU, nn.ReLU), (nn.Sigmoid, nn.Sigmoid, nn.ReLU)),
    "tanh": ((nn.Tanh, nn.Tanh, nn.Tanh, nn.Identity), (nn.Tanh, nn.Tanh, nn.Tanh)),
}
"""What the layers of the encoder and the hidden layers of the decoder end with."""


class Classifier(nn.Module):
    """Dense layers with tanh, and a last one that gives the logits.

    Parameters
    ----------
    n_inputs, n_classes
        Numbers in and out.
    hidden
        Units of the hidden layers: ``(128,)`` is the paper's two-layer network, ``(32, 16)`` the
        classifier on a code.

    Notes
    -----
    Paper: A. Sawhney and others, section 4.1 and Fig 2. Notebook: 05.
    """

    def __init__(self, n_inputs: int, n_classes: int, hidden: Sequence[int] = (128,)):
        super().__init__()
        widths = (n_inputs, *hidden)
        layers = [(nn.Linear(before, after), nn.Tanh()) for before, after in zip(widths, hidden)]
        self.hidden = nn.Sequential(*(layer for pair in layers for layer in pair))
        self.last = nn.Linear(widths[-1], n_classes)

    def code(self, x: Tensor) -> Tensor:
        """Return what the last hidden layer says, (n, hidden[-1])."""
        return self.hidden(x)

    def classify(self, code: Tensor) -> Tensor:
        """Return the logits of what `code` returned, (n, n_classes)."""
        return self.last(code)

    def forward(self, x: Tensor) -> Tensor:
        return self.classify(self.code(x))


class Autoencoder(nn.Module):
    """Encoder to 64 numbers and decoder back.

    Parameters
    ----------
    n_inputs
        Numbers of a segment: 500.
    keep
        Share of units that dropout keeps in training: 0.9 in the paper's text, 0.8 in the authors'
        code.
    output
        ``"relu"`` as published, which cannot draw a negative sample, or ``"linear"``.
    layers
        ``"published"``, or ``"tanh"`` throughout with a linear code, which learns to redraw where
        the other does not.

    Notes
    -----
    Input and code are (n, 500) and (n, 64). Layers: 256 sigmoid, 192 tanh and dropout, 128 ReLU, 64
    ReLU; back by 128 sigmoid, 192 sigmoid and dropout, 256 ReLU, 500.

    Paper: A. Sawhney and others, section 4.2 and Fig 2; the activations are those of the authors'
    code. Notebook: 05.
    """

    def __init__(self, n_inputs: int = 500, keep: float = 0.8, output: str = "relu",
                 layers: str = "published"):
        super().__init__()
        for given, choices, what in (
            (output, OUTPUTS, "output"),
            (layers, LAYERS, "set of layers"),
        ):
            if given not in choices:
                raise ValueError(f"There is no {what} {given!r}. Choose one of "
                                 f"{', '.join(choices)}.")
        down, up = LAYERS[layers]
        self.encoder = nn.Sequential(
            nn.Linear(n_inputs, 256), down[0](),
            nn.Linear(256, 192), down[1](), nn.Dropout(1 - keep),
            nn.Linear(192, 128), down[2](),
            nn.Linear(128, CODE), down[3](),
        )  # fmt: skip
        self.decoder = nn.Sequential(
            nn.Linear(CODE, 128), up[0](),
            nn.Linear(128, 192), up[1](), nn.Dropout(1 - keep),
            nn.Linear(192, 256), up[2](),
            nn.Linear(256, n_inputs), OUTPUTS[output](),
        )  # fmt: skip

    def code(self, x: Tensor) -> Tensor:
        """Return the codes of segments, (n, 64)."""
        return self.encoder(x)

    def decode(self, code: Tensor) -> Tensor:
        """Return the segments that codes are redrawn as, (n, n_inputs)."""
        return self.decoder(code)

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.code(x))


class SoftmaxAutoencoder(Autoencoder):
    """An autoencoder with a classifier on its code.

    Parameters
    ----------
    n_inputs, keep, output, layers
        See `Autoencoder`.
    n_classes
        Number of genres.

    Notes
    -----
    `forward` returns the logits, (n, n_classes).

    Paper: A. Sawhney and others, section 4.3 and Fig 2. Notebook: 05.
    """

    def __init__(self, n_inputs: int = 500, n_classes: int = 4, keep: float = 0.8,
                 output: str = "relu", layers: str = "published"):
        super().__init__(n_inputs, keep, output, layers)
        self.classifier = Classifier(CODE, n_classes, (32, 16))

    def classify(self, code: Tensor) -> Tensor:
        """Return the logits of codes, (n, n_classes)."""
        return self.classifier(code)

    def forward(self, x: Tensor) -> Tensor:
        return self.classify(self.code(x))


def hybrid_loss(again: Tensor | None, x: Tensor, logits: Tensor | None, labels: Tensor,
                gamma: float = 0.9) -> Tensor:
    """Return γ · (mean squared error) + (1 − γ) · (cross-entropy), a number.

    Parameters
    ----------
    again, x
        Segments as redrawn and as they were, (n, n_inputs). `again` may be None where γ is 0.
    logits, labels
        (n, n_classes), and (n,) integers. `logits` may be None where γ is 1.
    gamma
        Weight of the reconstruction.

    Notes
    -----
    The paper writes the squared error as a sum over the samples; the authors' code, which made its
    numbers, takes the mean over batch and samples, and so do we: with the sum, the classifier would
    weigh 500 times less.

    Paper: A. Sawhney and others, equation 3. Notebook: 05.
    """
    total = x.new_zeros(())
    if gamma > 0:
        total = total + gamma * functional.mse_loss(again.float(), x)
    if gamma < 1:
        total = total + (1 - gamma) * functional.cross_entropy(logits.float(), labels)
    return total


def gamma_of(reconstruction: float, classification: float) -> float:
    """Return the γ of two weights: the code's 1 : 0.1 is γ = 0.909, up to a factor to which Adam is
    blind.

    Notebook: 05.
    """
    return reconstruction / (reconstruction + classification)


@torch.no_grad()
def xavier(model: nn.Module, generator: torch.Generator | None = None) -> nn.Module:
    """Draw the weights by Glorot and Bengio's uniform law and set the biases to zero, in place."""
    for layer in model.modules():
        if isinstance(layer, nn.Linear):
            nn.init.xavier_uniform_(layer.weight, generator=generator)
            layer.bias.zero_()
    return model
