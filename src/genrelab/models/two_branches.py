"""Two networks side by side that are joined before the answer, and the recurrent one that can be
one of them."""

from __future__ import annotations

from torch import Tensor, cat, nn

from genrelab.models.perceptron import glorot


class TwoBranches(nn.Module):
    """Two branches, their codes put together, one dense layer, classes: all trained jointly.

    Parameters
    ----------
    first, second
        Networks with a `code` of (n, `width`) numbers; their own answers are not used.
    n_classes, dense, dropout
        Classes; units of the dense layer; share of its inputs that is silenced in training.

    Notes
    -----
    With a perceptron and a convolutional network this is the paper's multimodal network (MMNN);
    with a convolutional and a recurrent one, its outlook.

    Paper: P. Cortis, sections III.C and V. Notebook: 04.
    """

    def __init__(self, first: nn.Module, second: nn.Module, n_classes: int, dense: int = 128,
                 dropout: float = 0.3):
        super().__init__()
        first.output, second.output = nn.Identity(), nn.Identity()
        self.first, self.second = first, second
        self.width = dense
        self.dense = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(first.width + second.width, dense), nn.ReLU()
        )
        self.output = nn.Linear(dense, n_classes)
        glorot(self.dense)
        glorot(self.output)

    def code(self, x: Tensor, y: Tensor) -> Tensor:
        """Return (n, width) numbers of what the first branch takes and what the second takes."""
        return self.dense(cat([self.first.code(x), self.second.code(y)], dim=1))

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return (n, n_classes) logits."""
        return self.output(self.code(x, y))


class Recurrent(nn.Module):
    """Long short-term memory over the frames of a picture; its last state is the code.

    Parameters
    ----------
    n_rows
        Numbers in a frame.
    n_classes, width
        Classes; size of the state.

    Notes
    -----
    Paper: P. Cortis, section V (an outlook). Notebook: 04.
    """

    def __init__(self, n_rows: int, n_classes: int, width: int = 64):
        super().__init__()
        self.width = width
        self.memory = nn.LSTM(n_rows, width, batch_first=True)
        self.output = nn.Linear(width, n_classes)
        glorot(self.output)

    def code(self, x: Tensor) -> Tensor:
        """Return the state after the last frame of (n, rows, frames) pictures: (n, width)."""
        return self.memory(x.transpose(1, 2))[0][:, -1]

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, n_classes) logits of (n, rows, frames) pictures."""
        return self.output(self.code(x))
