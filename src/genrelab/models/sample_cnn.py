"""SampleCNN: a stack of short convolutions on the samples of a sound, each followed by a pool of
three."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

CHANNELS = {
    "nine": (128, 128, 128, 256, 256, 256, 256, 256, 512),
    "clmr": (128, 128, 128, 256, 256, 256, 256, 256, 256, 512),
}
"""Channels of the first convolution, which strides by three, and of the blocks after it, which pool
by three."""


class SampleCNN(nn.Module):
    """Encoder of raw audio.

    Parameters
    ----------
    layout
        ``"nine"``: nine blocks, a normalisation over the batch, and the largest value over what is
        left of time, as the paper tells it. ``"clmr"``: ten blocks and one more convolution, as in
        the code that the paper builds on.
    width
        Share of the channels that are built, for smaller trials.

    Notes
    -----
    The layers are two-dimensional with a height of one: in that form processors and accelerators
    alike may keep the channels of a sample together, which is faster by half. Numbers of weights
    are those of one-dimensional layers.

    Sources: "Multi-format Contrastive Learning for Music Genre Classification", section 3.1; J.
    Spijkervet and J. A. Burgoyne, "Contrastive Learning of Musical Representations", 2021.
    Notebook: 08.

    Examples
    --------
    >>> SampleCNN(width=1 / 8)(torch.zeros(2, 59_049)).shape
    torch.Size([2, 64])
    >>> sum(weights.numel() for weights in SampleCNN("clmr").parameters())
    2368512
    """

    def __init__(self, layout: str = "nine", width: float = 1.0):
        super().__init__()
        if layout not in CHANNELS:
            raise ValueError(f"There is no layout {layout!r}. Choose one of {', '.join(CHANNELS)}.")
        channels = [max(1, round(number * width)) for number in CHANNELS[layout]]
        self.layout, self.width = layout, channels[-1]
        self.blocks = nn.Sequential(_convolution(1, channels[0], stride=3))
        for before, after in itertools.pairwise(channels):
            self.blocks.append(_convolution(before, after))
            self.blocks.append(nn.MaxPool2d((1, 3)))
        last = (
            nn.BatchNorm2d(self.width) if layout == "nine" else _convolution(self.width, self.width)
        )
        self.blocks.append(last)
        self.to(memory_format=torch.channels_last)

    @property
    def shortest(self) -> int:
        """The fewest samples that leave one step of time."""
        return 3 ** len(CHANNELS[self.layout])

    def forward(self, x: Tensor) -> Tensor:
        """Return the codes of (n, n_samples) sounds: (n, width)."""
        if x.shape[1] < self.shortest:
            raise ValueError(f"{x.shape[1]} samples are too few: SampleCNN needs {self.shortest} "
                             "at least.")
        x = x[:, None, None].contiguous(memory_format=torch.channels_last)
        return self.blocks(x).amax(dim=(2, 3))


def _convolution(before: int, after: int, stride: int = 1) -> nn.Sequential:
    padding = 0 if stride == 3 else 1
    layer = nn.Conv2d(before, after, (1, 3), stride=(1, stride), padding=(0, padding))
    return nn.Sequential(layer, nn.BatchNorm2d(after), nn.ReLU())


