"""The checks of notebook 05 tell right from the mistakes that were foreseen."""

import numpy as np
import pytest

from coursekit.exercises import assess


def said(number, answer):
    outcome = assess(number, answer)
    return outcome.state, outcome.text


@pytest.mark.parametrize(
    "answer, text",
    [
        (110.25, "overtones"),
        (220.5, "one swing"),
        (11_025, "How many means"),
        (3, "Count the means"),
        ("low", "A number"),
    ],
)
def test_05_1(answer, text):
    state, found = said("05.1", answer)
    assert text in found and (state == "right") == (answer == 110.25)


def by_track(track, share, seed):
    shuffled = np.random.default_rng(seed).permutation(np.unique(track))
    return np.isin(track, shuffled[: round(share * len(shuffled))])


@pytest.mark.parametrize(
    "answer, text",
    [
        (by_track, "an artist"),
        (lambda t, s, seed: by_track(t, s, 0), "seed is not used"),
        (lambda t, s, seed: by_track(t, 0.5, seed), "50%"),
        (lambda t, s, seed: np.random.default_rng(seed).random(len(t)) < s, "on both sides"),
        (lambda t, s, seed: by_track(t, s, seed).astype(int), "Booleans"),
        (lambda t, s, seed: True, "shape"),
    ],
)
def test_05_2(answer, text):
    assert text in said("05.2", answer)[1]


def surprise(p, labels):
    return -np.log(p[np.arange(len(labels)), labels])


@pytest.mark.parametrize(
    "answer, text",
    [
        (
            lambda a, x, p, y, g: g * np.mean((a - x) ** 2) + (1 - g) * surprise(p, y).mean(),
            "redrawing is",
        ),
        (lambda a, x, p, y, g: g * np.mean((a - x) ** 2) - (1 - g) * surprise(p, y).mean(), "sign"),
        (
            lambda a, x, p, y, g: (1 - g) * np.mean((a - x) ** 2) + g * surprise(p, y).mean(),
            "other way round",
        ),
        (
            lambda a, x, p, y, g: (
                g * np.mean(((a - x) ** 2).sum(1)) + (1 - g) * surprise(p, y).mean()
            ),
            "as printed",
        ),
        (
            lambda a, x, p, y, g: g * np.mean((a - x) ** 2) + (1 - g) * surprise(p, y).sum(),
            "not a sum",
        ),
        (lambda a, x, p, y, g: 0.0, "should be"),
        (lambda a, x, p, y, g: surprise(p, y), "One number"),
    ],
)
def test_05_3(answer, text):
    assert text in said("05.3", answer)[1]


@pytest.mark.parametrize(
    "answer, text",
    [
        (lambda: 0.5 * np.sin(2 * np.pi * np.arange(20_000) / 40), "goes in"),
        (lambda: np.zeros(20_000), "at least 0.1"),
        (lambda: np.sin(np.arange(20_000) / 50), "still hears"),
        (lambda: np.full(20_000, 2.0), "between −1 and 1"),
        (lambda: np.zeros(500), "20 000 samples"),
    ],
)
def test_05_4(answer, text):
    assert text in said("05.4", answer)[1]
