"""Pictures for the tests of distances."""

import numpy as np
from scipy.ndimage import gaussian_filter


def smooth_pictures(n, height=161, width=170, seed=0):
    """Return (n, height, width) float32 in [0, 1]: blurred noise with detail of several sizes, like
    spectrograms."""
    rng = np.random.default_rng(seed)
    layers = [
        gaussian_filter(rng.normal(size=(n, height, width)), (0, s, s)) * s for s in (1, 4, 16)
    ]
    pictures = sum(layers) + rng.normal(0, 0.5, (n, 1, 1))
    return (1 / (1 + np.exp(-2 * pictures))).astype(np.float32)
