"""Checks of notebook 06."""

from __future__ import annotations

from collections.abc import Callable
from cProfile import Profile
from numbers import Integral

import numpy as np

from coursekit.exercises import Hint, call, exercise, foresee, must_be_a_number
from coursekit.likeness import changed_sound, must_be_the_same_music


@exercise("06.1")
def ssim_of_window(answer) -> str:
    x, y, weights = np.random.default_rng(0).random((3, 5, 4))
    weights /= weights.sum()

    def ssim(x, y, weights=weights, with_light=1):
        mean_x, mean_y, xx, yy, xy = ((weights * z).sum() for z in (x, y, x * x, y * y, x * y))
        light = (2 * mean_x * mean_y + 1e-4) / (mean_x**2 + mean_y**2 + 1e-4)
        alone = xx - mean_x**2 + yy - mean_y**2
        return light**with_light * (2 * (xy - mean_x * mean_y) + 9e-4) / (alone + 9e-4)

    truth, found = ssim(x, y), call(answer, x.copy(), y.copy(), weights.copy())
    must_be_a_number(found)
    foresee(found, [(ssim(x, y, with_light=0), "That is cs alone: multiply it by l."),
                    (ssim(x, y, with_light=1) / ssim(x, y, with_light=0), "That is l alone."),
                    (ssim(x, y, 1 / x.size), "You take plain means: use the weights.")])
    if not np.isclose(found, truth, atol=1e-6):
        raise Hint(f"For the windows of this check {truth:.4f} is right; yours is {found:.4f}.")
    if not np.isclose(call(answer, x, x, weights), 1):
        raise Hint("Equal windows have an SSIM of 1.")
    return f"{truth:.3f} for two windows of noise, and 1 for a window and itself."


@exercise("06.2")
def divide(answer) -> str:
    row, sigma = np.array([0.3, -0.2, 0.0, 0.1, 0.5, -0.4]), 0.1
    around, signed = np.pad(np.abs(row), 1, "reflect"), np.pad(row, 1, "reflect")
    means = (around[:-2] + around[2:]) / 2
    found = np.asarray(call(answer, row.copy(), sigma))
    if found.shape != row.shape:
        raise Hint(f"As many numbers as in the row are asked for; yours has {found.shape}.")
    foresee(found, [(row / means, "Add sigma to the mean, or a quiet place explodes."),
                    (row / (sigma + 2 * means), "That is the sum of both neighbours: halve it."),
                    (row / (sigma + (signed[:-2] + signed[2:]) / 2), "Neighbours count without "
                     "their sign: take absolute values."),
                    (row / (sigma + (2 * means + np.abs(row)) / 3), "A number is not its own "
                     "neighbour.")])
    if not np.allclose(found, row / (sigma + means)):
        raise Hint(f"The first number becomes {row[0] / (sigma + means[0]):.3f}, the second "
                   f"{row[1] / (sigma + means[1]):.3f}; yours {found[0]:.3f} and {found[1]:.3f}.")
    return "Each number is divided by its surroundings, at both ends, too."


@exercise("06.4")
def all_mse(answer) -> str:
    rows = np.random.default_rng(0).random((6, 50))
    truth = ((rows[:, None] - rows[None]) ** 2).mean(axis=2)
    found = np.asarray(call(answer, rows.copy()))
    if found.shape != truth.shape:
        raise Hint(f"For 6 rows the result is (6, 6); yours is {found.shape}.")
    foresee(found, [(truth * 50, "That is the sum of squares: divide by the number of pixels."),
                    (np.sqrt(truth), "That is the root: the mean squared error has none.")])
    if not np.allclose(found, truth):
        raise Hint(f"Between the first two rows {truth[0, 1]:.4f} is right; yours is "
                   f"{found[0, 1]:.4f}.")
    if (found < 0).any() or np.diag(found).any():
        raise Hint("Right but for rounding: cut negative numbers off, and put zeros on the "
                   "diagonal.")
    if _calls(answer, 96) - _calls(answer, 6) > 2000:  # 9180 more pairs, or half of them
        raise Hint("The numbers are right, but your function takes the pairs one by one: use one "
                   "matrix product.")
    return "The same numbers as from a loop, without taking the pairs one by one."


def _calls(answer: Callable, n: int) -> int:
    """Count the calls of functions while an answer works on n rows."""
    profile = Profile()
    profile.runcall(answer, np.random.default_rng(0).random((n, 5)))
    return sum(entry.callcount for entry in profile.getstats())


MIDDLE = [[0, 0], [1.1, 0], [-1, 0], [0, 1.2], [0, -0.9]]
CROWD = np.array(MIDDLE + [[9, -2], [9, -1.45], [9, 0], [9, 0.5], [9, 2], [9, 2.4]])
"""A middle with four points around it, to which it is the nearest; and far away three pairs, each
other's nearest."""


@exercise("06.3")
def find_hub(answer) -> str:
    for order in ([5, 6, 1, 0, 2, 3, 7, 8, 4, 9, 10], [10, 1, 9, 2, 7, 8, 3, 5, 0, 6, 4]):
        points = CROWD[order]
        matrix = np.linalg.norm(points[:, None] - points[None], axis=2)
        alone = matrix + np.diag(np.full(len(matrix), np.inf))
        hub, far = order.index(0), np.bincount(matrix.argmax(axis=1)).argmax()
        found = call(answer, matrix.copy())
        if not isinstance(found, Integral):
            raise Hint(f"The number of a row is asked for, not a {type(found).__name__}.")
        foresee(found,
                [(0, "Row 0 comes out if every item counts as its own nearest: put infinity on the "
                  "diagonal."), (matrix.mean(axis=1).argmin(), "That row is near to all on "
                                 "average. Count how often each is *nearest*."),
                 (alone.min(axis=1).argmin(), "That row has the smallest distance. Count how often "
                  "each is the nearest."), (far, "That row is most often the farthest. Take the "
                                            "smallest distance of each row.")])
        if found != hub:
            raise Hint(f"Row {hub} of {len(matrix)} is the nearest of four others; yours is row "
                       f"{found}.")
    return (f"Row {hub} is the nearest of four others, though other rows are nearer to all on "
            "average.")


@exercise("06.5")
def disguise(answer, sound, shares) -> str:
    changed = changed_sound(answer, sound)
    if not np.isfinite(changed).all() or not changed.any():
        raise Hint("There is nothing to hear, or not a number among the samples.")
    if np.abs(changed).max() > 10 * np.abs(sound).max():
        raise Hint("Your sound is more than ten times as loud: turn it down.")
    share = shares(changed.astype(np.float32), sound)["MSE"]
    if not share > 0.5:
        raise Hint(f"MSE holds it to be {share:.2f} of the typical distance; more than 0.5 is "
                   "asked for.")
    kept = must_be_the_same_music(answer, changed, sound)
    return (f"To MSE this is {share:.2f} of the way to another piece, and yet the piece is found "
            f"in it, with a correlation of {kept:.2f} over time. Is it still the same to you?")
