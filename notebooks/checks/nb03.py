"""Checks of notebook 03."""

from __future__ import annotations

import math
from numbers import Real

import numpy as np

from coursekit.exercises import Hint, call, exercise, foresee, must_be_a_number


@exercise("03.1")
def most_telling(answer, information) -> str:
    truth = information["information"].idxmax()
    if isinstance(answer, Real):
        raise Hint("The name of the feature is asked for, not its number.")
    if not isinstance(answer, str):
        raise Hint(f"A name is asked for, as text, not a {type(answer).__name__}.")
    if answer == truth:
        return f"{truth}, with {information.at[truth, 'information']:.2f} bits."
    if answer not in information.index:
        raise Hint(f"There is no feature {answer!r}; their names look like {information.index[0]}.")
    if answer == information["f"].idxmax():
        raise Hint("That one has the largest F, which looks at means alone. Mutual information is "
                   "asked for.")
    raise Hint(f"{answer} tells {information.at[answer, 'information']:.2f} bits; another feature "
               "tells more.")


@exercise("03.2")
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


@exercise("03.3")
def correlation_ratio(answer) -> str:
    values = np.array([1.0, 2, 3, 7, 8, 9, 4, 4, 4, 4])
    names = np.array(["blues"] * 3 + ["jazz"] * 3 + ["pop"] * 4)
    truth = _ratio(values, names)
    found = call(answer, values.copy(), names.copy())
    must_be_a_number(found)
    if math.isclose(found, 1 - truth, rel_tol=1e-6):
        raise Hint("That is the share within the genres; the share between them is asked for.")
    if math.isclose(found, math.sqrt(truth), rel_tol=1e-6):
        raise Hint("That is η; η² is asked for, without the root.")
    plain = np.array([values[names == name].mean() for name in np.unique(names)])
    if math.isclose(found, plain.var() / values.var(), rel_tol=1e-6):
        raise Hint("Each genre counts as often as it has tracks: weigh its mean by that number.")
    if not math.isclose(found, truth, rel_tol=1e-6):
        raise Hint(f"For three genres of 3, 3 and 4 tracks {truth:.4f} is right; yours is "
                   f"{found:.4f}.")
    renamed = np.array([{"blues": "pop", "jazz": "blues", "pop": "jazz"}[name] for name in names])
    if not math.isclose(call(answer, values.copy(), renamed), truth, rel_tol=1e-6):
        raise Hint("With other names for the same genres your result changes.")
    return f"{truth:.3f}, and renaming the genres changes nothing."


def _ratio(values: np.ndarray, names: np.ndarray) -> float:
    means = {name: values[names == name].mean() for name in np.unique(names)}
    return float(np.var([means[name] for name in names]) / values.var())


@exercise("03.4")
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
