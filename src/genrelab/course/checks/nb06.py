"""Checks of notebook 06."""

from __future__ import annotations

from numbers import Integral

import numpy as np

from genrelab.course.exercises import Hint, call, exercise


@exercise("06.1")
def best_k(answer, curve) -> str:
    truth = int(np.argmax(curve)) + 1
    if not isinstance(answer, Integral):
        raise Hint(f"A whole number is asked for, not a {type(answer).__name__}.")
    if answer == truth:
        return f"k = {truth}, with a weighted F1 of {curve[truth - 1]:.3f} on validation."
    if answer == truth - 1:
        raise Hint("Nearly: positions count from 0, k from 1.")
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
    if np.allclose(found, truth * rows.shape[1]):
        raise Hint("That is the sum of squares: divide by the number of pixels.")
    if np.allclose(found, np.sqrt(truth)):
        raise Hint("That is the root: the mean squared error has none.")
    if not np.allclose(found, truth):
        raise Hint(f"Between the first two rows {truth[0, 1]:.4f} is right; yours is {found[0, 1]:.4f}.")
    if (found < 0).any() or np.diag(found).any():
        raise Hint("Right but for rounding: cut negative numbers off, and put zeros on the diagonal.")
    return "The same numbers as the loop, by one matrix product."


@exercise("06.3")
def find_hub(answer) -> str:
    norms = np.array([3.0, 2.0, 0.5, 4.0, 5.0])
    matrix = np.hypot(norms[:, None], norms[None])
    np.fill_diagonal(matrix, 0)
    found = call(answer, matrix.copy())
    if found != 2:
        raise Hint(f"Of five points at right angles, the one of smallest norm (row 2) is the hub; yours is {found}.")
    return "Row 2: the smallest norm is everybody's nearest, as under NLPD."


@exercise("06.4")
def disguise(answer, sound, shares) -> str:
    changed = np.asarray(call(answer, sound.copy()), dtype=np.float32)
    if changed.shape != sound.shape:
        raise Hint(f"As many samples as before are asked for: {sound.shape}, not {changed.shape}.")
    if not np.isfinite(changed).all() or not changed.any():
        raise Hint("There is nothing to hear, or not a number among the samples.")
    share = shares(changed, sound)["MSE"]
    if share <= 0.5:
        raise Hint(f"MSE holds it to be {share:.2f} of the typical distance; more than 0.5 is asked for.")
    return f"To MSE this is {share:.2f} of the way to another piece. Is it still the same to you?"
