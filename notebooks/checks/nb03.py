"""Checks of notebook 03."""

from __future__ import annotations

import math
from numbers import Real

import numpy as np
import pandas as pd

from coursekit.exercises import Hint, call, exercise, foresee, must_be_a_number


@exercise("03.1")
def my_order(answer, feature, labels) -> str:
    genres = sorted(labels.unique())
    if isinstance(answer, str) or not isinstance(answer, list | tuple | np.ndarray | pd.Index):
        raise Hint(f"A list of all genres is asked for, such as {genres[::-1]}.")
    answer = [str(genre) for genre in answer]
    if unknown := [genre for genre in answer if genre not in genres]:
        raise Hint(f"There is no genre {unknown[0]!r}; there are {', '.join(genres)}.")
    if sorted(answer) != genres:
        raise Hint(f"Each of the {len(genres)} genres stands in the list once; yours holds "
                   f"{len(answer)}, {len(set(answer))} of them different.")
    rising = feature.groupby(labels).mean().sort_values().index.tolist()
    found, best, alphabet = (abs(feature.corr(labels.map(order.index)))
                             for order in (answer, rising, genres))
    if found >= 0.99 * best:
        return f"|r| = {found:.2f}, by the alphabet {alphabet:.2f}: same tracks, other numbers."
    if answer in (genres, genres[::-1]):
        raise Hint(f"That is the alphabet, |r| = {found:.2f}. Look at the means of the genres.")
    raise Hint(f"|r| = {found:.2f} in your order; another order comes to {best:.2f}.")


@exercise("03.2")
def bits_in(answer) -> str:
    counts = np.array([[3, 1, 0], [2, 2, 4], [0, 5, 1]])
    truth = _bits(counts)
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = call(answer, np.array([[3, 1], [1, 3]]))
        must_be_a_number(plain)
        found = call(answer, counts.copy())
    must_be_a_number(found)
    if math.isnan(found) or math.isinf(found):
        raise Hint("With an empty cell your result is no number, for log 0 is infinite. Sum only "
                   "over cells that hold something.")
    entropy = _entropy(counts.sum(axis=0) / counts.sum())
    share = counts[counts > 0] / counts.sum()
    flat = math.log2(counts.size) - _entropy(share)
    for mistake, hint in [
        (truth * math.log(2), "These are nats, with the natural logarithm. np.log2 makes bits."),
        (entropy - truth, "That is what remains to be asked when the row is known. Mutual "
         "information is what the row has told."),
        (_entropy(share), "That is the entropy of the cells. Divide each share by what would be "
         "there if rows told nothing, before you take the logarithm."),
        (flat, "You compare with equal cells. If rows tell nothing, a cell holds the share of its "
         "row times the share of its column."),
        (truth * counts.sum(), "You sum over tracks. Divide the counts by their total first.")]:
        if math.isclose(found, mistake, rel_tol=1e-6):
            raise Hint(hint)
    if not math.isclose(found, truth, rel_tol=1e-6):
        raise Hint(f"For the table {counts.tolist()} it is {truth:.4f} bits; yours is {found:.4f}.")
    return f"{truth:.3f} bits for a table of three rows, and {plain:.3f} for the one above."


def _entropy(share: np.ndarray) -> float:
    return float(-(share * np.log2(share)).sum())


def _bits(counts: np.ndarray) -> float:
    share = counts / counts.sum()
    return (_entropy(share.sum(axis=0)) + _entropy(share.sum(axis=1)) - _entropy(share[share > 0]))


@exercise("03.3")
def runner_up(answer, information) -> str:
    names = information.sort_values(ascending=False, kind="stable").index
    if isinstance(answer, Real):
        raise Hint("The name of the feature is asked for, not its number.")
    if not isinstance(answer, str):
        raise Hint(f"A name is asked for, as text, not a {type(answer).__name__}.")
    if answer not in information.index:
        raise Hint(f"There is no feature {answer!r}; their names look like {names[-1]}.")
    if math.isclose(information[answer], information[names[1]]):
        return f"{answer}, with {information[answer]:.2f} bits."
    if answer == names[0]:
        raise Hint("That one tells the most. The second is asked for; Python counts from 0.")
    raise Hint(f"{answer} tells {information[answer]:.2f} bits, which is not the second most.")


@exercise("03.4")
def heads(answer) -> str:
    must_be_a_number(answer)
    if 0 < answer < 1:
        raise Hint("The number of heads is asked for, not a probability.")
    if answer == 18:
        return ("A coin throws 18 heads or more in 211 of 2²⁰ series: about 1 in 5000. With 17 it "
                "would be more than 1 in 1000.")
    if answer == 17:
        raise Hint("Exactly 17 heads come up in just more than 1 of 1000 series, and 17 or more in "
                   "still more. If you used sf(k, …): that is the probability of more than k.")
    if answer in (19, 20):
        raise Hint(f"{answer} is rare enough, but a smaller number is as well.")
    raise Hint(f"{answer:g} heads or more come up more often than that." if 0 <= answer < 17 else
               "Of 20 tosses, a whole number from 0 to 20 are heads.")


@exercise("03.5")
def purity(answer) -> str:
    groups = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2]
    names = ["metal", "metal", "metal", "jazz", "pop", "metal", "jazz", "metal", "pop", "pop"]
    found = call(answer, list(groups), list(names))
    must_be_a_number(found)
    by_genre = pd.crosstab(np.array(names), np.array(groups)).max(axis=1).sum() / len(names)
    foresee(found, [
        ((3 / 5 + 2 / 3 + 1) / 3, "Each group counts as much as another there. Count tracks: a "
         "large group weighs more."),
        (by_genre, "You take the largest count of each genre. Take that of each group."),
        (0.5, "That is the share of the most common genre. Ask group by group."),
        (7, "That is the number of tracks; divide it by how many there are."),
        (70, "A share is asked for, between 0 and 1.")])
    if not math.isclose(found, 0.7, rel_tol=1e-9):
        raise Hint(f"Groups {groups} of {names} have a purity of 0.7; yours is {found:.3f}.")
    if not math.isclose(call(answer, ["b", "a", "b"], ["pop", "rock", "jazz"]), 2 / 3):
        raise Hint("Groups may have any names, and stand in any order: your result depends on it.")
    return ("0.7, that is 3 + 2 + 2 of 10 tracks. Beware: with one group per track, purity is 1, "
            "and means nothing.")


@exercise("03.6")
def robust_scale(answer) -> str:
    rng = np.random.default_rng(0)
    train, other = rng.gamma(2, size=(40, 3)) * [1, 100, 5], rng.gamma(2, size=(6, 3)) * [2, 300, 5]
    found = _same_shape(call(answer, train.copy(), other.copy()), other)
    truth = _scaled(train, other)
    if np.allclose(found, truth):
        flat, rest = np.ones((10, 1)), np.array([[3.0]])
        again = _same_shape(call(answer, flat, rest), rest)
        if not np.allclose(again, 2):
            raise Hint("Where all of train is 1, a value of 3 is only shifted, to 2; yours "
                       f"becomes {again[0, 0]:g}.")
        return "The median and the quartiles of train, and nothing learnt from the others."
    low, middle, high = np.quantile(train, [0.25, 0.5, 0.75])
    foresee(found, [(_scaled(other, other), "You scale the second array by its own quartiles: that "
                     "is peeping. Take those of the first."),
                    ((other - train.mean(axis=0)) / train.std(axis=0),
                     "That is standard scaling, by mean and deviation. Take median and quartiles."),
                    ((other - np.median(train, axis=0)) / train.std(axis=0), "The median is right; "
                     "divide by the distance of the quartiles instead of the deviation."),
                    (other / _distance(train), "The distance of the quartiles is right; take the "
                     "median away first."), ((other - middle) / (high - low), "Each feature has a "
                                             "median and quartiles of its own: add axis=0.")])
    raise Hint(f"The first value, {other[0, 0]:.3f}, becomes {truth[0, 0]:.3f}; yours becomes "
               f"{found[0, 0]:.3f}.")


def _distance(x: np.ndarray) -> np.ndarray:
    low, high = np.quantile(x, [0.25, 0.75], axis=0)
    return high - low


def _scaled(train: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (other - np.median(train, axis=0)) / _distance(train)


def _same_shape(found, wanted: np.ndarray) -> np.ndarray:
    found = np.asarray(found, dtype=float)
    if found.shape != wanted.shape:
        raise Hint(f"The result has the shape of the second array, {wanted.shape}; yours has "
                   f"{found.shape}.")
    return found


@exercise("03.7")
def few(answer, accuracy, everything) -> str:
    if isinstance(answer, str) or not isinstance(answer, list | tuple | np.ndarray):
        raise Hint('A list of names is asked for, such as ["tempo", "rms_mean"].')
    answer = [str(name) for name in answer]
    if not 1 <= len(answer) <= 8:
        raise Hint(f"One to eight features are asked for; you have {len(answer)}.")
    if unknown := [name for name in answer if name not in everything]:
        raise Hint(f"There is no feature {unknown[0]!r}; their names look like {everything[0]}.")
    if len(set(answer)) < len(answer):
        raise Hint("A feature stands in your list twice.")
    reached, whole = accuracy(answer), accuracy(everything)
    if reached < whole / 2:
        raise Hint(f"Your accuracy is {reached:.2f}, that of all 57 is {whole:.2f}; half of it is "
                   "asked for.")
    return f"{reached:.2f} with {len(answer)} features, {whole:.2f} with all 57."
