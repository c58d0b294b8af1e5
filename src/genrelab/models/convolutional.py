"""A convolutional network on spectrograms: blocks of convolution and pooling, a dense layer,
classes."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from genrelab.models.perceptron import glorot


class Convolutional(nn.Module):
    """Convolutional network on pictures of sound.

    Parameters
    ----------
    shape
        Rows and frames of a picture.
    n_classes
        Number of classes.
    filters
        Number of 3 × 3 filters of each block.
    pools
        Rows and frames that each block takes the largest value of.
    dense, dropout
        Units of the dense layer, and the share of its inputs that is silenced in training.

    Notes
    -----
    A block takes the largest values before the ReLU: the result is that of the usual order, for
    less work.

    Paper: P. Cortis, section III.C; numbers of blocks and filters are ours, for it names none.
    Notebook: 04.

    Examples
    --------
    >>> model = Convolutional((20, 130), 10, (16, 32, 64), ((2, 2), (2, 4), (1, 4)))
    >>> model(torch.zeros(2, 20, 130)).shape
    torch.Size([2, 10])
    """

    def __init__(self, shape: tuple[int, int], n_classes: int, filters: Sequence[int],
                 pools: Sequence[tuple[int, int]], dense: int = 128, dropout: float = 0.5):
        super().__init__()
        if not filters or len(filters) != len(pools):
            raise ValueError(f"{len(filters)} numbers of filters and {len(pools)} pools: give one "
                             "pool for each.")
        self.blocks = nn.Sequential()
        channels, (rows, frames) = 1, shape
        for number, (high, wide) in zip(filters, pools):
            self.blocks.append(nn.Conv2d(channels, number, 3, padding=1))
            self.blocks.extend([nn.MaxPool2d((high, wide)), nn.ReLU()])
            channels, rows, frames = number, rows // high, frames // wide
        if not rows * frames:
            raise ValueError(f"Pictures of {shape[0]} × {shape[1]} are too small for the pools "
                             f"{tuple(pools)}.")
        self.dense = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(channels * rows * frames, dense), nn.ReLU()
        )
        self.width = dense
        self.output = nn.Linear(dense, n_classes)
        glorot(self)
        self.to(memory_format=torch.channels_last)

    def code(self, x: Tensor) -> Tensor:
        """Return what the dense layer says of (n, rows, frames) pictures: (n, width)."""
        return self.dense(
            self.blocks(x[:, None].contiguous(memory_format=torch.channels_last)).flatten(1)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, n_classes) logits of (n, rows, frames) pictures."""
        return self.output(self.code(x))
