"""The checks of notebook 10 tell right from the mistakes that were foreseen."""

import numpy as np
import pytest

from coursekit.exercises import assess


def said(number, answer, *context):
    outcome = assess(number, answer, *context)
    return outcome.state, outcome.text


@pytest.mark.parametrize(
    "answer, text",
    [
        (198, "every other track"),
        (199, "neighbour of itself"),
        (10, "is the mean"),
        (1990, "at most once on each"),
        (7, "On how many lists"),
        ("many", "A number"),
    ],
)
def test_10_1(answer, text):
    state, found = said("10.1", answer, 199, 10)
    assert text in found
    assert (state == "right") == (answer == 198)


@pytest.mark.parametrize(
    "answer, text",
    [
        (lambda n: np.bincount(n.ravel(), minlength=len(n)), "their mean is 3"),
        (lambda n: np.bincount(n.ravel()), "are missing in yours"),
        (lambda n: np.bincount(n.ravel(), minlength=len(n)) / len(n), "counts are asked for"),
        (lambda n: np.full(len(n), n.shape[1]), "each track's own list"),
        (lambda n: n.sum(), "20 numbers come out"),
        (lambda n: np.bincount(n[:, 0], minlength=len(n)), "The first track is on"),
    ],
)
def test_10_2(answer, text):
    assert text in said("10.2", answer)[1]


@pytest.mark.parametrize(
    "answer, text",
    [
        (lambda a, b: np.array([np.isin(x, y).mean() for x, y in zip(a, b)]), "whatever the order"),
        (lambda a, b: (a == b).mean(axis=1), "place by place"),
        (lambda a, b: np.array([np.isin(x, y).sum() for x, y in zip(a, b)]), "Those are counts"),
        (
            lambda a, b: np.array([len({*x} & {*y}) / len({*x} | {*y}) for x, y in zip(a, b)]),
            "Jaccard",
        ),
        (lambda a, b: 0.5, "the mean over all tracks"),
        (lambda a, b: np.zeros(4), "half in common"),
    ],
)
def test_10_3(answer, text):
    assert text in said("10.3", answer)[1]


def by_ranks(distances):
    ranks = distances.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    return ranks + ranks.T


@pytest.mark.parametrize(
    "answer, text",
    [
        (by_ranks, "The largest hub goes from"),
        (lambda d: d, "is asked for"),
        (lambda d: np.random.default_rng(0).random(d.shape), "so is the music"),
        (lambda d: d[0], "comes out"),
        (lambda d: d / 0 * 0, "not finite"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value", "ignore:divide by zero")
def test_10_4(answer, text):
    rng = np.random.default_rng(1)
    genres = np.repeat(list("abcd"), 50)
    points = 3 * rng.normal(size=(4, 40))[np.repeat(range(4), 50)] * 0.25 + rng.normal(
        size=(200, 40)
    )
    state, found = said("10.4", answer, points, genres, 10)
    assert text in found
    assert (state == "right") == (answer is by_ranks)
