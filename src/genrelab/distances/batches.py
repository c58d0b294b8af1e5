"""The shape in which every metric takes its pictures."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import torch
from torch import Tensor


def as_batch(x: Tensor) -> Tensor:
    """Return pictures as (n, 1, height, width), at least float32.

    Raises
    ------
    ValueError
        If `x` is no batch of pictures with one channel.
    """
    if x.ndim == 3:
        x = x[:, None]
    if x.ndim != 4 or x.shape[1] != 1:
        raise ValueError(f"Pictures must be (n, height, width) or (n, 1, height, width), but these "
                         f"are {tuple(x.shape)}. Add an axis for the batch with x[None], or choose "
                         "one channel with x[:, :1].")
    return x.to(torch.promote_types(x.dtype, torch.float32))


def pairs(metric: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Let a metric for (n, 1, height, width) take every shape that `as_batch` takes, and check it.

    Automatic mixed precision is off inside: a variance of 16-bit numbers is noise.
    """

    @wraps(metric)
    def checked(x: Tensor, y: Tensor, *arguments, **options) -> Tensor:
        if x.shape != y.shape:
            raise ValueError(f"Both batches must have one shape, but they have {tuple(x.shape)} "
                             f"and {tuple(y.shape)}. Repeat a single picture with x.expand_as(y).")
        with torch.autocast(x.device.type, enabled=False):
            return metric(as_batch(x), as_batch(y), *arguments, **options)

    return checked
