"""Multi-scale structural similarity."""

from __future__ import annotations

from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

from genrelab.distances.batches import pairs

WINDOW, SIGMA = 11, 1.5
"""Side and standard deviation of the Gaussian window, in pixels."""

C1, C2 = 0.01**2, 0.03**2
"""What keeps both fractions finite, for pictures in [0, 1]."""

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""The weight of each scale, fine to coarse (Wang et al. 2003, section 3.2)."""

SMALLEST_SIDE = (WINDOW - 1) * 2 ** (len(WEIGHTS) - 1) + 1
"""Below it, the window does not fit into the coarsest scale."""


@pairs
def ms_ssim(x: Tensor, y: Tensor) -> Tensor:
    """Return the structural similarity of each pair of pictures over five scales; the distance is 1
    minus it.

    Parameters
    ----------
    x, y
        (n, 1, height, width) or (n, height, width), values in [0, 1], sides of 161 pixels or more.

    Returns
    -------
    torch.Tensor
        (n,) in [0, 1]; 1 for equal pictures.

    Raises
    ------
    ValueError
        If a side is too small for five scales.

    Notes
    -----
    Paper: Z. Wang, E. P. Simoncelli and A. C. Bovik, "Multiscale structural similarity for image
    quality assessment", Asilomar 2003, Eq. (7). Details (window without padding, 2×2 means,
    negative means of a scale set to 0) as in the package pytorch-msssim.

    Notebook: 06.
    """
    return weigh(similarity_by_scale(x, y))


@pairs
def similarity_by_scale(x: Tensor, y: Tensor) -> Tensor:
    """Return the mean similarity of each scale, fine to coarse, whose weighted product is MS-SSIM.

    Parameters
    ----------
    x, y
        As in `ms_ssim`.

    Returns
    -------
    torch.Tensor
        (5, n) in [-1, 1]; luminance counts at the last scale alone.

    Notes
    -----
    Notebook: 07, whose loss needs them where their product has no gradient.
    """
    check_sides(x.shape[-2:])
    factors = []
    for scale in range(len(WEIGHTS)):
        luminance, contrast_structure = _ssim_maps(x, y)
        last = scale == len(WEIGHTS) - 1
        factors.append(
            (luminance * contrast_structure if last else contrast_structure).mean(dim=(1, 2, 3)))
        if not last:
            x, y = halve(x), halve(y)
    return torch.stack(factors)


def _ssim_maps(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    down, across = (_filter_matrix(side).to(x) for side in x.shape[-2:])
    local = down @ torch.cat([x, y, x * x, y * y, x * y]) @ across.T
    mean_x, mean_y, xx, yy, xy = local.chunk(5)
    variances = (xx - mean_x.square()) + (yy - mean_y.square())
    luminance = (2 * mean_x * mean_y + C1) / (mean_x.square() + mean_y.square() + C1)
    return luminance, (2 * (xy - mean_x * mean_y) + C2) / (variances + C2)


@lru_cache
def _filter_matrix(side: int) -> Tensor:
    """Return the (side − 10, side) matrix that applies the window along one axis.

    A product with it is up to ten times faster on a CPU than the convolution, forwards and
    backwards.
    """
    return torch.eye(side).unfold(0, WINDOW, 1) @ gaussian_window()


def gaussian_window() -> Tensor:
    """Return the (11,) float32 window that is applied along rows and columns.

    Each step is rounded as in pytorch-msssim. Its sum misses 1 by 1e-7, and where a scale's
    similarity is almost 0, the small power of it makes that visible.

    Notebook: 06.
    """
    places = torch.arange(WINDOW, dtype=torch.float32) - WINDOW // 2
    g = torch.exp(-(places**2) / (2 * SIGMA**2))
    return g / g.sum()


def halve(x: Tensor) -> Tensor:
    """Return the means of 2×2 pixels; an odd side gets a zero in front, as in pytorch-msssim."""
    return F.avg_pool2d(x, 2, padding=[side % 2 for side in x.shape[-2:]])


def weigh(factors: Tensor) -> Tensor:
    """Return the weighted geometric mean over the first axis: (5, ...) to (...)."""
    weights = factors.new_tensor(WEIGHTS).view(-1, *[1] * (factors.ndim - 1))
    return (torch.relu(factors) ** weights).prod(dim=0)


def check_sides(shape: tuple[int, int]) -> None:
    """Raise ValueError if a picture of this height and width is too small for five scales."""
    if min(shape) < SMALLEST_SIDE:
        raise ValueError(
            f"MS-SSIM halves a picture four times and then needs {WINDOW} pixels, so both sides "
            f"must be {SMALLEST_SIDE} pixels or more; these are {shape[0]}×{shape[1]}. Use taller "
            "pictures (more mel bands), or another metric.")
