"""How different two pictures are: MSE, MS-SSIM and NLPD; differentiable for one pair, and fast for
all pairs."""

from genrelab.distances.laplacian_pyramid import VARIANTS, nlpd, normalised_laplacian
from genrelab.distances.squared_error import mse
from genrelab.distances.structural_similarity import ms_ssim

__all__ = ["VARIANTS", "ms_ssim", "mse", "nlpd", "normalised_laplacian", "pairwise"]


def __getattr__(name: str):
    """Import `pairwise` when it is asked for, so that networks, whose losses are here, need torch
    and numpy alone."""
    if name == "pairwise":
        from genrelab.distances.all_pairs import pairwise

        return pairwise
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
