"""How different two pictures are: MSE, MS-SSIM and NLPD; differentiable for one pair, and fast for all pairs."""

from genrelab.distances.all_pairs import pairwise
from genrelab.distances.laplacian_pyramid import VARIANTS, nlpd, normalised_laplacian
from genrelab.distances.squared_error import mse
from genrelab.distances.structural_similarity import ms_ssim

__all__ = ["VARIANTS", "ms_ssim", "mse", "nlpd", "normalised_laplacian", "pairwise"]
