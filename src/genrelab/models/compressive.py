"""The compressive autoencoder: a picture becomes few integers, and these become a picture again."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genrelab.distances.laplacian_pyramid import nlpd
from genrelab.distances.squared_error import mse
from genrelab.distances.structural_similarity import WEIGHTS, similarity_by_scale, weigh

STRIDE = 16
"""One place of the code stands for 16×16 pixels: strides 4, 2 and 2."""


class GDN(nn.Module):
    """Generalised divisive normalisation: each channel is divided by the activity of all channels
    at its place.

    y_i = x_i / sqrt(β_i + Σ_j γ_ij x_j²); the inverse (IGDN) multiplies instead.

    Parameters
    ----------
    channels
        Number of channels.
    inverse
        Whether to multiply.

    Notes
    -----
    Paper: J. Ballé, V. Laparra and E. P. Simoncelli, "End-to-end optimized image compression", ICLR
    2017, Eqs. (1) and (2), with exponents 2 and 1/2 and the initial values of the authors' code: β
    = 1, γ = 0.1 on the diagonal. As there, square roots of both are learned, which keeps them
    positive.

    Notebook: 07.
    """

    SMALLEST_BETA = 1e-6
    OFFSET = 2.0**-18
    """Keeps the gradient of a square root that has become 0 from vanishing."""

    def __init__(self, channels: int, inverse: bool = False):
        super().__init__()
        self.inverse = inverse
        self.root_beta = nn.Parameter((torch.ones(channels) + self.OFFSET**2).sqrt())
        self.root_gamma = nn.Parameter((0.1 * torch.eye(channels) + self.OFFSET**2).sqrt())

    @property
    def beta(self) -> Tensor:
        """(channels,), at least 1e-6."""
        return (_at_least(self.root_beta, (self.SMALLEST_BETA + self.OFFSET**2) ** 0.5) ** 2
                - self.OFFSET**2)

    @property
    def gamma(self) -> Tensor:
        """(channels, channels), at least 0: how much channel j divides channel i."""
        return _at_least(self.root_gamma, self.OFFSET) ** 2 - self.OFFSET**2

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels, height, width) to the same shape."""
        activity = F.conv2d(x * x, self.gamma[:, :, None, None], self.beta)
        return x * (activity.sqrt() if self.inverse else activity.rsqrt())


class _AtLeast(torch.autograd.Function):
    @staticmethod
    def forward(context, x: Tensor, least: float) -> Tensor:
        context.save_for_backward(x >= least)
        return x.clamp(min=least)

    @staticmethod
    def backward(context, gradient: Tensor) -> tuple[Tensor, None]:
        (inside,) = context.saved_tensors
        return gradient * (inside | (gradient < 0)), None


def _at_least(x: Tensor, least: float) -> Tensor:
    """Return max(x, least), with a gradient below the bound, too, wherever it leads back up."""
    return _AtLeast.apply(x, least)


def quantise(z: Tensor, levels: int) -> Tensor:
    """Round to the nearest of `levels` equally spaced numbers, 1 apart and symmetric about 0.

    Parameters
    ----------
    z
        Any shape.
    levels
        2 or more: 5 gives −2 … 2, 2 gives −½ and ½.

    Returns
    -------
    torch.Tensor
        As `z`. The gradient is that of clipping: rounding is passed straight through, for it has
        none of its own.

    Notes
    -----
    Source: Namgyal et al., section 3, which says that values are projected to a fixed set of
    integers, and no more.

    Notebook: 07.

    Examples
    --------
    >>> quantise(torch.tensor([-9.0, -0.4, 0.6, 9.0]), levels=5)
    tensor([-2., -0.,  1.,  2.])
    """
    if levels < 2:
        raise ValueError(f"A code needs 2 levels or more, not {levels}: one level says nothing.")
    most = (levels - 1) / 2
    z = z.clamp(-most, most)
    shift = 0.5 * (levels % 2 == 0)
    # clamped again: with an even number of levels both ends lie half way between two integers
    return z + ((z - shift).round() + shift).clamp(-most, most).sub(z).detach()


class CompressiveAutoencoder(nn.Module):
    """Analysis, quantisation, synthesis.

    Parameters
    ----------
    filters
        Channels of the hidden layers (Ballé's reference code: 128).
    code_channels
        Channels of the code; with fewer than 64 of 5 levels it is too small to hold anything of
        noise.
    levels
        Number of values that an element of the code can take.
    generator
        Source of the first weights, so that equal seeds begin equally whatever the loss.

    Attributes
    ----------
    analysis
        Convolutions 9×9 by 4, 5×5 by 2, 5×5 by 2, with GDN between them.
    synthesis
        The mirror image, with inverse GDN.

    Notes
    -----
    Layers: the reference code of Ballé, Laparra and Simoncelli 2017. Namgyal et al. name neither
    layers nor sizes; two of those authors are authors of the work that they build on. Instead of a
    learned entropy model there is the cap of a fixed number of levels.

    The last layer of the analysis begins with such a size that its output on noise has a standard
    deviation of `levels` / 4: all levels are in use from the first step on, and in a net with
    random weights, too. The synthesis begins at ½, the mean of the noise, give or take 0.1.

    Notebook: 07.
    """

    def __init__(self, filters: int = 64, code_channels: int = 64, levels: int = 5,
                 generator: torch.Generator | None = None):
        super().__init__()
        self.levels = levels
        self.code_channels = code_channels
        self.analysis = nn.Sequential(
            nn.Conv2d(1, filters, 9, 4, 4),
            GDN(filters),
            nn.Conv2d(filters, filters, 5, 2, 2),
            GDN(filters),
            nn.Conv2d(filters, code_channels, 5, 2, 2, bias=False),
        )
        self.synthesis = nn.Sequential(
            nn.ConvTranspose2d(code_channels, filters, 5, 2, 2, 1),
            GDN(filters, inverse=True),
            nn.ConvTranspose2d(filters, filters, 5, 2, 2, 1),
            GDN(filters, inverse=True),
            nn.ConvTranspose2d(filters, 1, 9, 4, 4, 3),
        )
        self._begin(generator or torch.Generator().manual_seed(0))

    @torch.no_grad()
    def _begin(self, generator: torch.Generator) -> None:
        for layer in (*self.analysis, *self.synthesis):
            if not isinstance(layer, GDN):
                step = layer.stride[0] if isinstance(layer, nn.ConvTranspose2d) else 1
                # of one pixel: the variance is kept
                inputs = layer.in_channels * (layer.kernel_size[0] / step) ** 2
                layer.weight.copy_(
                    torch.randn(layer.weight.shape, generator=generator) * inputs**-0.5
                )
                if layer.bias is not None:
                    layer.bias.zero_()
        noise = torch.rand(4, 1, 192, 192, generator=generator)
        self.analysis[-1].weight.mul_(self.levels / 4 / self.analysis(noise).std())
        self.synthesis[-1].weight.mul_(0.1 / self.synthesis(self.code(noise)).std())
        self.synthesis[-1].bias.fill_(0.5)

    def code(self, pictures: Tensor) -> Tensor:
        """Return the integers of pictures: (n, 1, height, width) to (n, code_channels, height / 16,
        width / 16).

        Raises
        ------
        ValueError
            If a side is no multiple of 16.
        """
        if any(side % STRIDE for side in pictures.shape[-2:]):
            raise ValueError(
                f"Sides must be multiples of {STRIDE} pixels, but these are "
                f"{pictures.shape[-2]}×{pictures.shape[-1]}. Pad the pictures."
            )
        return quantise(self.analysis(pictures), self.levels)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the reconstruction, in the shape of the pictures."""
        return self.synthesis(self.code(pictures))

    @property
    def bits_per_pixel(self) -> float:
        """The cap on the entropy of the code: channels · log2(levels) bits for each 16×16
        pixels."""
        return self.code_channels * math.log2(self.levels) / STRIDE**2


def bits_used(code: Tensor) -> float:
    """Return the entropy of an element of a code in bits, from how often each channel takes each
    level.

    Parameters
    ----------
    code
        (n, channels, height, width).

    Returns
    -------
    float
        Mean over channels; at most log2(levels). Elements that depend on each other hold less than
        their sum.

    Notes
    -----
    Notebook: 07.
    """
    by_channel = code.transpose(0, 1).flatten(1)
    shares = torch.stack(
        [(by_channel == level).float().mean(dim=1) for level in by_channel.unique()]
    )
    return float(torch.special.entr(shares).sum(dim=0).mean() / math.log(2))


def shannon_bound(bits_per_pixel: float) -> float:
    """Return the least mean squared error with which uniform noise on [0, 1] can be kept in so many
    bits a pixel.

    This is Shannon's lower bound, 2^(−2R) / (2πe) for a source of differential entropy 0: no code
    of any kind gets below it, and at few bits none gets near it.

    Notes
    -----
    Source: C. E. Shannon, "Coding theorems for a discrete source with a fidelity criterion", 1959.

    Notebook: 07.

    Examples
    --------
    >>> round(shannon_bound(0), 4)
    0.0585
    """
    return 2 ** (-2 * bits_per_pixel) / (2 * math.pi * math.e)


DEAD = 0.01
"""A scale less similar than this gives MS-SSIM a gradient of 0 (below 0), or one that drowns all
others (above)."""


def one_minus_ms_ssim(x: Tensor, y: Tensor) -> Tensor:
    """Return 1 − MS-SSIM of each pair, with a gradient everywhere.

    MS-SSIM multiplies five scales and takes a negative one for 0. A net that has learned nothing
    yet agrees with its input in none of them, the product is 0, and so is its gradient. For a pair
    with a scale below `DEAD` the weighted *mean* of the scales takes the place of the product,
    negative ones included, so that the loss can exceed 1; as soon as all scales are alive the loss
    is 1 − MS-SSIM itself. Where the two meet the loss jumps: for positive scales the mean is at
    least the product.

    Notes
    -----
    Source of the metric: `genrelab.distances.ms_ssim`. The remedy is ours; Namgyal et al. do not
    say how they trained.

    Notebook: 07.
    """
    factors = similarity_by_scale(x, y)
    alive = (factors > DEAD).all(dim=0)
    # ones where dead, so that no infinite gradient comes back
    product = weigh(torch.where(alive, factors, 1))
    return 1 - torch.where(alive, product, factors.new_tensor(WEIGHTS) @ factors)


LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "mse": mse,
    "ms_ssim": one_minus_ms_ssim,
    "nlpd": nlpd,
}
"""The three losses of Namgyal et al., each (n,) for a batch of n: pictures of a batch do not
influence each other."""
