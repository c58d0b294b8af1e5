"""ResNet-18 for pictures of sound."""

from __future__ import annotations

import torch
from torch import Tensor, nn

CHANNELS = (64, 128, 256, 512)


class ResNet18(nn.Module):
    """Residual network of 18 layers, without its last one, for pictures of one channel.

    Parameters
    ----------
    width
        Share of the channels that are built, for smaller trials.

    Notes
    -----
    Layers, numbers and names of the weights are those of torchvision's, so that weights can be
    taken from one to the other; only the first convolution has one channel in place of three.

    Source: K. He and others, "Deep Residual Learning for Image Recognition", 2016; in the paper on
    two formats, section 3.2. Notebook: 08.

    Examples
    --------
    >>> ResNet18(width=1 / 8)(torch.zeros(2, 128, 216)).shape
    torch.Size([2, 64])
    >>> sum(weights.numel() for weights in ResNet18().parameters())
    11170240
    """

    def __init__(self, width: float = 1.0):
        super().__init__()
        channels = [max(1, round(number * width)) for number in CHANNELS]
        self.width = channels[-1]
        self.conv1 = nn.Conv2d(1, channels[0], 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(channels[0])
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        before = channels[0]
        for number, after in enumerate(channels, start=1):
            stride = 1 if number == 1 else 2
            self.add_module(f"layer{number}",
                            nn.Sequential(Block(before, after, stride), Block(after, after, 1)))
            before = after
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
        self.to(memory_format=torch.channels_last)

    def forward(self, x: Tensor) -> Tensor:
        """Return the codes of (n, rows, frames) pictures, averaged over both: (n, width)."""
        x = x[:, None].contiguous(memory_format=torch.channels_last)
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return x.mean(dim=(2, 3))


class Block(nn.Module):
    """Two convolutions whose result is added to their input; where the size changes, the input is
    brought to it."""

    def __init__(self, before: int, after: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)
        self.downsample = None
        if stride > 1 or before != after:
            convolution = nn.Conv2d(before, after, 1, stride=stride, bias=False)
            self.downsample = nn.Sequential(convolution, nn.BatchNorm2d(after))

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, after, rows / stride, frames / stride) of (n, before, rows, frames)."""
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))
