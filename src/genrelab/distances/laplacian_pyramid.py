"""The normalised Laplacian pyramid distance, in the variants that are in use."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from genrelab.distances.batches import as_batch, pairs

BLUR = (0.05, 0.25, 0.4, 0.25, 0.05)
"""The low-pass filter of the pyramid, along rows and columns."""

NEIGHBOURS = (  # up, left, right, down, σ
    (0.1011, 0.1493, 0.1460, 0.1015, 0.0248),
    (0.0757, 0.1986, 0.1846, 0.0837, 0.0185),
    (0.0477, 0.2138, 0.2243, 0.0467, 0.0179),
    (0.0, 0.2503, 0.2616, 0.0, 0.0191),
    (0.0, 0.2598, 0.2552, 0.0, 0.0220),
    (0.0, 0.2215, 0.0717, 0.0, 0.2782),
)
"""How a level predicts a pixel's size from its neighbours; learned from photographs (the authors'
`NLP_dist.m`)."""

FAR_RIGHT = 0.0072
"""Level 1 of `NLP_dist.m` has this one weight more, two pixels to the right."""

FLAT = 1e-4
"""Root mean square below which a level counts as empty: rounding alone makes about 1e-6, music
about 1."""


class Variant(NamedTuple):
    """What distinguishes one way to compute NLPD from another."""

    pyramid: Callable[[Tensor, int], list[Tensor]]
    unit_norm: bool
    exponent: float | None
    """Of the norm over levels; None for their mean."""
    smallest_side: int
    """Of the coarsest level that is still to be divided into a band and a lower octave."""


@pairs
def nlpd(x: Tensor, y: Tensor, variant: str = "hepburn", levels: int = 6) -> Tensor:
    """Return the normalised Laplacian pyramid distance of each pair of pictures.

    Each picture becomes a Laplacian pyramid, each of its values divided by what its neighbours
    predict; per level, the root mean square of the difference of two pictures is taken, and these
    are combined.

    Parameters
    ----------
    x, y
        (n, 1, height, width) or (n, height, width), values about [0, 1].
    variant
        ``"hepburn"``: all levels band-pass, reflected edges, combined by (Σ r^0.6)^(1/0.6); the
        course's choice. ``"laparra2016"``: the last level is what remains below the bands; combined
        by the mean. ``"mean"``: as hepburn, combined by the mean. ``"unit"``: as mean, each level
        of each picture first scaled to length 1, so that no picture is near to all others only
        because its responses are small.
    levels
        1 to 6 (2 to 6 for ``"laparra2016"``, what remains below the bands included).

    Returns
    -------
    torch.Tensor
        (n,); 0 for equal pictures.

    Raises
    ------
    ValueError
        If there is no such variant or number of levels, or the pictures are too small for them.

    Notes
    -----
    Papers: V. Laparra, J. Ballé, A. Berardino and E. P. Simoncelli, "Perceptual image quality
    assessment using a normalized Laplacian pyramid", HVEI 2016, Eqs. (1)–(5), with the authors'
    MATLAB code; A. Hepburn et al., "On the relation between statistical learning and perceptual
    distances", ICLR 2022, with the first author's PyTorch code, whose norm runs over levels *and*
    pictures; here each pair stands alone. ``"mean"`` is how the package IQA_pytorch combines
    levels; ``"unit"`` is ours.

    Notebook: 06 and 07.
    """
    differences = [
        a - b for a, b in zip(level_vectors(x, variant, levels), level_vectors(y, variant, levels))]
    return combine(torch.stack([torch.linalg.vector_norm(d, dim=1) for d in differences]), variant)


def normalised_laplacian(x: Tensor, variant: str = "hepburn", levels: int = 6) -> list[Tensor]:
    """Return the normalised responses of each level, fine to coarse: (n, 1, height_k, width_k)
    each.

    Parameters are those of `nlpd`; ``"unit"`` gives the same responses as ``"hepburn"``.

    Notes
    -----
    Notebook: 06.
    """
    x = as_batch(x)
    _check(x, variant, levels)
    return VARIANTS[variant].pyramid(x, levels)


def level_vectors(x: Tensor, variant: str, levels: int) -> list[Tensor]:
    """Return each level as vectors, (n, n_values) each, whose Euclidean distance is the level's
    share of NLPD."""
    vectors = [response.flatten(1) for response in normalised_laplacian(x, variant, levels)]
    if not VARIANTS[variant].unit_norm:
        return [v / v.shape[1] ** 0.5 for v in vectors]
    lengths = [torch.linalg.vector_norm(v, dim=1, keepdim=True) for v in vectors]
    return [v / length.clamp(min=FLAT * v.shape[1] ** 0.5) for v, length in zip(vectors, lengths)]


def combine(distances: Tensor, variant: str) -> Tensor:
    """Return one distance from those of the levels: (levels, ...) to (...)."""
    exponent = VARIANTS[variant].exponent
    return (distances.mean(0) if exponent is None
            else torch.linalg.vector_norm(distances, exponent, dim=0))


def _reflected(x: Tensor, levels: int) -> list[Tensor]:
    """Bands only; edges reflected, enlarged by bilinear interpolation (Hepburn's code)."""
    responses = []
    for up, left, right, down, sigma in NEIGHBOURS[:levels]:
        (halve_rows, blur_rows), (halve_columns, blur_columns) = (
            _octave(side) for side in x.shape[-2:])
        band = x - blur_rows.to(x) @ x @ blur_columns.to(x).T
        framed = F.pad(band.abs(), (1, 1, 1, 1), mode="reflect")
        rows, columns = framed[..., 1:-1], framed[..., 1:-1, :]
        beside = left * columns[..., :-2] + right * columns[..., 2:]
        if up or down:
            beside = beside + up * rows[..., :-2, :] + down * rows[..., 2:, :]
        responses.append(band / (sigma + beside))
        x = halve_rows.to(x) @ x @ halve_columns.to(x).T
    return responses


@lru_cache
def _octave(side: int) -> tuple[Tensor, Tensor]:
    """Return what one level does along one axis as matrices: to the lower octave, and to the
    blurred signal.

    The blurred signal is the lower octave, enlarged by linear interpolation and filtered. Even
    sides are halved with one pixel before and two behind ("same" padding, as in TensorFlow).
    Products with these matrices are several times faster on a CPU than convolutions, forwards and
    backwards.
    """
    signals = torch.eye(side, dtype=torch.float64)[:, None]
    blur = signals.new_tensor(BLUR)[None, None]
    lower = F.conv1d(F.pad(signals, (1 + side % 2, 2), mode="reflect"), blur, stride=2)
    enlarged = F.interpolate(lower, side, mode="linear", align_corners=True)
    blurred = F.conv1d(F.pad(enlarged, (2, 2), mode="reflect"), blur)
    return lower[:, 0].T.contiguous(), blurred[:, 0].T.contiguous()


def _with_remainder(x: Tensor, levels: int) -> list[Tensor]:
    """Bands and what remains below them; edges repeated, enlarged by zeros between pixels
    (Laparra's code)."""
    bands = []
    for _ in range(levels - 1):
        rows, columns = (_mirrored(side, x.device) for side in x.shape[-2:])
        lower = F.conv2d(x[..., rows, :][..., columns], _blur(x), stride=2)
        framed = F.pad(lower, (1, 1, 1, 1), mode="replicate")
        height, width = framed.shape[-2:]
        spread = x.new_zeros(len(x), 1, 2 * height, 2 * width)
        spread[..., ::2, ::2] = 4 * framed
        enlarged = F.conv2d(
            spread, _blur(x), padding=2)[..., 2 : 2 + x.shape[-2], 2 : 2 + x.shape[-1]]
        bands.append(x - enlarged)
        x = lower
    responses = []
    for k, level in enumerate([*bands, x]):
        up, left, right, down, sigma = NEIGHBOURS[-1 if level is x else k]
        kernel = x.new_tensor(
            [[0, up, 0, 0], [left, 0, right, 0 if k else FAR_RIGHT], [0, down, 0, 0]])
        # MATLAB's conv2 turns the kernel by 180 degrees
        kernel = F.pad(kernel, (1, 0, 1, 1)).flip(0, 1)
        responses.append(level / (sigma + F.conv2d(level.abs(), kernel[None, None], padding=2)))
    return responses


def _blur(x: Tensor) -> Tensor:
    f = x.new_tensor(BLUR)
    return torch.outer(f, f)[None, None]


def _mirrored(side: int, device: torch.device) -> Tensor:
    """Return the places of pixels after two more were repeated beyond each edge: 1 0 | 0 1 2 … ."""
    return torch.tensor([1, 0, *range(side), side - 1, side - 2], device=device)


VARIANTS = {
    "hepburn": Variant(_reflected, unit_norm=False, exponent=0.6, smallest_side=3),
    "laparra2016": Variant(_with_remainder, unit_norm=False, exponent=None, smallest_side=2),
    "mean": Variant(_reflected, unit_norm=False, exponent=None, smallest_side=3),
    "unit": Variant(_reflected, unit_norm=True, exponent=None, smallest_side=3),
}


def _check(x: Tensor, variant: str, levels: int) -> None:
    if variant not in VARIANTS:
        raise ValueError(f"There is no NLPD variant {variant!r}. Choose one of "
                         f"{', '.join(VARIANTS)}.")
    fewest = 2 if variant == "laparra2016" else 1
    if levels not in range(fewest, len(NEIGHBOURS) + 1):
        raise ValueError(f"NLPD {variant!r} has {fewest} to {len(NEIGHBOURS)} levels, not "
                         f"{levels!r}.")
    needed = (VARIANTS[variant].smallest_side - 1) * 2 ** (levels - fewest) + 1
    if min(x.shape[-2:]) < needed:
        raise ValueError(
            f"NLPD {variant!r} with {levels} levels needs sides of {needed} pixels or more; these "
            f"are {x.shape[-2]}×{x.shape[-1]}. Use larger pictures or fewer levels.")
