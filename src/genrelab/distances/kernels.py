"""MS-SSIM of all pairs. The only module that imports numba.

For a pair and a scale, MS-SSIM needs the mean over all windows of

    cs = (2 σxy + C2) / (σx² + σy² + C2),    σxy = F(xy) − F(x) F(y),    F = Gaussian window,

and at the last scale of cs · (2 μx μy + C1) / (μx² + μy² + C1). All but F(xy) belongs to one
picture and is computed once, in float64. The kernel does the rest over four rows of windows at a
time, which stay in the first-level cache, and over tiles of pictures, whose rows stay in the
second: multiply, filter columns, filter rows, divide, add up.

Each picture x is shifted to mean 0, x = x' + c, so that little cancels in float32. The window,
rounded to float32 as in pytorch-msssim, has the sum 1 − κ over both axes (κ is about 1e-7), so
that, exactly,

    σxy = F(x'y') − (F(x) − cx) (F(y) − cy) + κ cx cy.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import torch
from joblib import cpu_count
from numba import njit
from scipy.ndimage import correlate1d

from genrelab.distances.structural_similarity import (
    C1,
    C2,
    WEIGHTS,
    WINDOW,
    gaussian_window,
    halve,
    weigh,
)
from genrelab.runtime import progress

ROWS = 4
"""Rows of windows that the kernel works on at a time; written out in it."""

LANES = 16
"""Rows of windows are padded to a multiple of it, so that no loop has a rest: float32 values in 512
bits."""

TILE = 16
"""Pictures along each side of a tile of pairs; best of 4, 8, 12, 16 and 24."""

NEVER = np.float32(1e15)
"""A variance that makes the windows of the padding count nothing."""

MARGIN = WINDOW - 1
_G = gaussian_window().numpy().astype(np.float64)
KAPPA = 1 - _G.sum() ** 2
_C1, _C2, _KAPPA2 = np.float32(C1), np.float32(C2), np.float32(2 * KAPPA)
_R0, _R1, _R2, _R3, _R4, _R5 = (np.float32(g) for g in _G[:6])
_C2X0, _C2X1, _C2X2, _C2X3, _C2X4, _C2X5 = (np.float32(2 * g) for g in _G[:6])
_FAST = {"reassoc", "contract", "arcp", "nsz"}


class Terms(NamedTuple):
    """What belongs to one picture at one scale; rows and columns of windows padded."""

    pictures: np.ndarray
    """(n, rows + 10, columns + 10) float32: x', of mean 0."""
    centres: np.ndarray
    """(n,): c, by which the pictures were shifted."""
    means: np.ndarray
    """(n, rows, columns): √2 (F(x) − c)."""
    variances: np.ndarray
    """(n, rows, columns): σx² + C2/2."""
    lights: np.ndarray
    """(n, rows, columns): √2 μx, of the last scale; else empty."""
    powers: np.ndarray
    """(n, rows, columns): μx² + C1/2, of the last scale; else empty."""


def ms_ssim_matrix(images: np.ndarray) -> np.ndarray:
    """Return MS-SSIM of every pair: (n, height, width) float32 in [0, 1] to (n, n) float64.

    Threads do the work, because they share the pictures and the kernel holds no lock:
    `$GENRELAB_JOBS`, else one for each core. The diagonal is 1. Differs from pytorch-msssim in
    float64 by less than 1e-6.
    """
    n = len(images)
    threads = int(os.environ.get("GENRELAB_JOBS") or cpu_count())
    tiles = [(a, b) for a in range(0, n, TILE) for b in range(a, n, TILE)]
    factors = np.zeros((len(WEIGHTS), n, n))

    def work() -> Iterator[None]:
        scaled = torch.from_numpy(images)[:, None]
        for scale, sums in enumerate(factors):
            last = scale == len(WEIGHTS) - 1
            terms, windows = picture_terms(scaled[:, 0].numpy(), last, pool)
            yield from pool.map(lambda tile: _add_tile(*terms, *tile, TILE, sums), tiles)  # noqa: B023 - used up here
            sums /= windows
            scaled = halve(scaled)

    pool = ThreadPoolExecutor(threads)
    try:
        for _ in progress(work(), "distances by MS-SSIM", len(tiles) * len(WEIGHTS)):
            pass
    finally:
        pool.shutdown(cancel_futures=True)
    similarities = np.triu(weigh(torch.from_numpy(factors)).numpy(), 1)
    return similarities + similarities.T + np.eye(n)


def picture_terms(pictures: np.ndarray, last: bool, pool: Executor) -> tuple[Terms, int]:
    """Return the terms of all pictures at one scale, (n, height, width), and the number of windows
    in each."""
    n, height, width = pictures.shape
    inner = height - MARGIN, width - MARGIN
    rows, columns = -(-inner[0] // ROWS) * ROWS, -(-inner[1] // LANES) * LANES
    centres = np.zeros(n, np.float32)
    padded = np.zeros((n, rows + MARGIN, columns + MARGIN), np.float32)
    means = np.zeros((n, rows, columns), np.float32)
    variances = np.full_like(means, NEVER)
    lights, powers = (means.copy(), np.full_like(means, C1 / 2)) if last else (means[:0], means[:0])
    window = slice(inner[0]), slice(inner[1])

    def fill(k: int) -> None:
        x = pictures[k].astype(np.float64)
        local = _filtered(x)
        variances[k][window] = _filtered(x**2) - local**2 + C2 / 2
        centres[k] = x.mean()
        x -= centres[k]
        padded[k, :height, :width] = x
        means[k][window] = np.sqrt(2) * (local - centres[k])
        if last:
            lights[k][window] = np.sqrt(2) * local
            powers[k][window] = local**2 + C1 / 2

    list(pool.map(fill, range(n)))
    return Terms(padded, centres, means, variances, lights, powers), inner[0] * inner[1]


def _filtered(x: np.ndarray) -> np.ndarray:
    half = MARGIN // 2
    return correlate1d(correlate1d(x, _G, axis=0)[half:-half], _G, axis=1)[:, half:-half]


@njit(fastmath=_FAST, inline="always")
def _column(p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10):
    """Return twice the filtered value: the 2 of 2 σxy is in the weights."""
    outer = _C2X0 * (p0 + p10) + _C2X1 * (p1 + p9) + _C2X2 * (p2 + p8)
    return outer + _C2X3 * (p3 + p7) + _C2X4 * (p4 + p6) + _C2X5 * p5


@njit(fastmath=_FAST, inline="always")
def _row(s, j):
    outer = _R0 * (s[j] + s[j + 10]) + _R1 * (s[j + 1] + s[j + 9]) + _R2 * (s[j + 2] + s[j + 8])
    return outer + _R3 * (s[j + 3] + s[j + 7]) + _R4 * (s[j + 4] + s[j + 6]) + _R5 * s[j + 5]


@njit(fastmath=_FAST, nogil=True, error_model="numpy")
def _add_tile(pictures, centres, means, variances, lights, powers, first, second, tile, sums):
    """Add the sums over all windows for the pairs (a, b), b > a, of one tile to `sums`, (n, n).

    `first` and `second` are the first pictures of the tile's two sides.
    """
    n, rows, columns = means.shape
    strip = np.empty((ROWS, columns + MARGIN), np.float32)
    last = len(lights) > 0
    for r in range(0, rows, ROWS):
        for a in range(first, min(first + tile, n)):
            x = pictures[a, r : r + ROWS + MARGIN]
            for b in range(max(second, a + 1), min(second + tile, n)):
                y = pictures[b, r : r + ROWS + MARGIN]
                constant = _C2 + _KAPPA2 * centres[a] * centres[b]
                for j in range(columns + MARGIN):
                    p0 = x[0, j] * y[0, j]
                    p1 = x[1, j] * y[1, j]
                    p2 = x[2, j] * y[2, j]
                    p3 = x[3, j] * y[3, j]
                    p4 = x[4, j] * y[4, j]
                    p5 = x[5, j] * y[5, j]
                    p6 = x[6, j] * y[6, j]
                    p7 = x[7, j] * y[7, j]
                    p8 = x[8, j] * y[8, j]
                    p9 = x[9, j] * y[9, j]
                    p10 = x[10, j] * y[10, j]
                    p11 = x[11, j] * y[11, j]
                    p12 = x[12, j] * y[12, j]
                    p13 = x[13, j] * y[13, j]
                    strip[0, j] = _column(p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10)
                    strip[1, j] = _column(p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11)
                    strip[2, j] = _column(p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12)
                    strip[3, j] = _column(p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13)
                for i in range(ROWS):
                    s = strip[i]
                    mean_x, mean_y = means[a, r + i], means[b, r + i]
                    variance_x, variance_y = variances[a, r + i], variances[b, r + i]
                    total = np.float32(0)
                    if last:
                        light_x, light_y = lights[a, r + i], lights[b, r + i]
                        power_x, power_y = powers[a, r + i], powers[b, r + i]
                        for j in range(columns):
                            above = (_row(s, j) - mean_x[j] * mean_y[j] + constant) * (
                                light_x[j] * light_y[j] + _C1)
                            total += above / (
                                (variance_x[j] + variance_y[j]) * (power_x[j] + power_y[j]))
                    else:
                        for j in range(columns):
                            above = _row(s, j) - mean_x[j] * mean_y[j] + constant
                            total += above / (variance_x[j] + variance_y[j])
                    sums[a, b] += total
