"""Multilayer perceptron: fully connected layers with ReLU and dropout between them."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn


class Perceptron(nn.Module):
    """Fully connected layers from features to classes.

    Parameters
    ----------
    n_inputs, n_classes
        Features of a row; classes.
    hidden
        Units of each hidden layer, first to last.
    dropout
        Share of units that are silenced in training after each hidden layer; one number a layer.

    Notes
    -----
    The softmax is left to the loss. Weights are drawn by Glorot's uniform rule, biases begin at 0,
    as Keras does, which the paper uses.

    Paper: P. Cortis, section III.C. Notebook: 04.

    Examples
    --------
    >>> model = Perceptron(57, 10, (128, 64, 32), (0.3, 0.3, 0.3))
    >>> sum(weights.numel() for weights in model.parameters())
    18090
    """

    def __init__(self, n_inputs: int, n_classes: int, hidden: Sequence[int],
                 dropout: Sequence[float]):
        super().__init__()
        if not hidden or len(hidden) != len(dropout):
            raise ValueError(f"{len(hidden)} hidden layers and {len(dropout)} dropouts: give one "
                             "for each.")
        self.hidden = nn.Sequential()
        width = n_inputs
        for units, share in zip(hidden, dropout):
            self.hidden.extend([nn.Linear(width, units), nn.ReLU(), nn.Dropout(share)])
            width = units
        self.width = width
        self.output = nn.Linear(width, n_classes)
        glorot(self)

    def code(self, x: Tensor) -> Tensor:
        """Return what the last hidden layer says of (n, n_inputs) rows: (n, width)."""
        return self.hidden(x)

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, n_classes) logits of (n, n_inputs) rows."""
        return self.output(self.code(x))


def glorot(model: nn.Module) -> None:
    """Draw the weights of all linear and convolutional layers by Glorot's uniform rule; biases
    become 0."""
    for layer in model.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
