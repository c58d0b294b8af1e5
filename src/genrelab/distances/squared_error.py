"""Mean squared error."""

from __future__ import annotations

from torch import Tensor

from genrelab.distances.batches import pairs


@pairs
def mse(x: Tensor, y: Tensor) -> Tensor:
    """Return the mean squared difference of the pixels of each pair of pictures.

    Parameters
    ----------
    x, y
        (n, 1, height, width) or (n, height, width).

    Returns
    -------
    torch.Tensor
        (n,); 0 for equal pictures, at most 1 for pictures in [0, 1].

    Notes
    -----
    Notebook: 06 and 07.

    Examples
    --------
    >>> import torch
    >>> mse(torch.zeros(1, 4, 4), torch.full((1, 4, 4), 0.5))
    tensor([0.2500])
    """
    return (x - y).square().mean(dim=(1, 2, 3))
