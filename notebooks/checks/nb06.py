"""Checks of notebook 06."""

from __future__ import annotations

from collections.abc import Callable
from cProfile import Profile
from numbers import Integral

import numpy as np

from coursekit.exercises import Hint, call, exercise, foresee
from coursekit.likeness import changed_sound, must_be_the_same_music


@exercise("06.1")
def best_k(answer, curve) -> str:
    truth = int(np.argmax(curve)) + 1
    if not isinstance(answer, Integral):
        raise Hint(f"A whole number is asked for, not a {type(answer).__name__}.")
    if answer == truth:
        return f"k = {truth}, with a weighted F1 of {curve[truth - 1]:.3f} on validation."
    if answer == truth - 1:
        raise Hint("Nearly: positions count from 0, k from 1.")
    if 1 <= answer <= len(curve) and curve[answer - 1] == curve[truth - 1]:
        raise Hint(f"k = {answer} is as good, and larger: the smallest is asked for.")
    if 1 <= answer <= len(curve):
        raise Hint(f"k = {answer} gives {curve[answer - 1]:.3f}; another k gives more.")
    raise Hint(f"k runs from 1 to {len(curve)}.")


@exercise("06.2")
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


@exercise("06.4")
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
