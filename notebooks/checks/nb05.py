"""Checks of notebook 05."""

from __future__ import annotations

import numpy as np

from coursekit.exercises import Hint, call, exercise, foresee, must_be_a_number


@exercise("05.1")
def highest(answer) -> str:
    must_be_a_number(answer)
    if np.isclose(answer, 110.25, rtol=0.01):
        return "110.25 Hz: an A below the middle of the piano, and all its overtones are gone."
    foresee(answer, [
        (220.5, "So many means there are in a second. How many of them does one swing take?"),
        (11_025, "That is what the samples can hold. How many means are left of them?")], rtol=0.01)
    raise Hint("Count the means of a second, then ask how many swings they can tell.")


@exercise("05.2")
def in_train(answer) -> str:
    rng = np.random.default_rng(0)
    track = rng.permutation(np.repeat([f"pop.{k:05d}" for k in range(40)], 20))
    sides = []
    for seed in range(3):
        found = np.asarray(call(answer, track.copy(), 0.75, seed))
        if found.shape != track.shape:
            raise Hint(f"Asked for: a boolean for each of {len(track)} segments; yours has the "
                       f"shape {found.shape}.")
        if found.dtype != bool:
            raise Hint(f"Booleans are asked for, true for train; yours are {found.dtype}.")
        if both := set(track[found]) & set(track[~found]):
            raise Hint(f"{len(both)} of 40 tracks stand on both sides, such as {min(both)}. That "
                       "is the leak.")
        share = len(set(track[found])) / 40
        if abs(share - 0.25) < 0.03:
            raise Hint("25 % of the tracks are in train; 75 % were asked for. Have the sides been "
                       "swapped?")
        if abs(share - 0.75) > 0.03:
            raise Hint(f"{share:.0%} of the tracks are in train; 75 % were asked for.")
        sides.append(frozenset(track[found]))
    if len(set(sides)) == 1:
        raise Hint("Three seeds give the same sides: the seed is not used.")
    return "No track is on both sides. But an artist may still stand on both sides."


@exercise("05.3")
def loss(answer) -> str:
    rng = np.random.default_rng(0)
    again, x = rng.normal(size=(2, 6, 500))
    probabilities, labels = rng.dirichlet(np.ones(4), 6), np.array([0, 1, 2, 3, 1, 1])
    error = np.mean((again - x) ** 2)
    surprise = -np.mean(np.log(probabilities[np.arange(6), labels]))
    given = [again.copy(), x.copy(), probabilities.copy(), labels.copy(), 0.9]
    found = np.asarray(call(answer, *given), dtype=float)
    if found.shape != ():
        raise Hint(f"One number is asked for; yours has the shape {found.shape}.")
    truth = 0.9 * error + 0.1 * surprise
    everywhere = np.log(probabilities[:, labels]).mean()
    foresee(found,
            [(0.9 * error - 0.1 * surprise,
              "Nearly: a logarithm of a probability is negative, so its sign must be turned."),
             (0.1 * error + 0.9 * surprise, "The other way round: γ is the weight of redrawing."),
             (450 * error + 0.1 * surprise,
              "That is the sum over the samples, as printed; the mean is asked for."),
             (0.9 * error + 0.6 * surprise, "The cross-entropy is a mean over rows, not a sum."),
             (2700 * error + 0.6 * surprise, "These are sums; means are asked for, in both parts."),
             (0.9 * error - 0.1 * everywhere, "[:, labels] takes all rows for each label.")])
    if not np.isclose(found, truth):
        raise Hint(f"For the check's numbers it should be {truth:.4f}; yours is "
                   f"{float(found):.4f}.")
    return f"{float(found):.4f}. Of that, redrawing is {0.9 * error / found:.0%}."


@exercise("05.4")
def unheard(answer) -> str:
    y = np.asarray(call(answer), dtype=float)
    if y.shape != (20_000,):
        raise Hint(f"20 000 samples are asked for, not {y.shape}.")
    if not np.isfinite(y).all() or np.abs(y).max() > 1:
        raise Hint("All samples must lie between −1 and 1.")
    loud, left = np.sqrt(np.mean(y**2)), np.sqrt(np.mean(y.reshape(500, 40).mean(axis=1) ** 2))
    if loud < 0.1:
        raise Hint(f"Its root mean square is {loud:.3f}; at least 0.1 is asked for.")
    if left >= 0.001:
        raise Hint(f"The network still hears {left:.4f} of it. Which sounds sum up to nothing "
                   "over 40 samples?")
    return (f"{loud:.2f} goes in, {left:.5f} comes out. Cymbals, consonants, most overtones hide "
            "nearly as well.")
