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


@pytest.mark.parametrize(
    "answer, text",
    [
        (lambda hertz, rate: abs(hertz - rate * round(hertz / rate)), "among the bass"),
        (lambda hertz, rate: hertz, "too fast"),
        (lambda hertz, rate: hertz % rate, "another one is nearer"),
        (lambda hertz, rate: hertz - rate * round(hertz / rate), "no sign"),
        (lambda hertz, rate: rate - hertz, "comes back as"),
        (lambda hertz, rate: "low", "A number"),
    ],
)
def test_05_2(answer, text):
    state, found = said("05.2", answer)
    assert text in found and (state == "right") == (text == "among the bass")


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


def stepped(encoder, decoder, x, rate, factor=2, divide=True, late=False):
    """Take the step, or one with a mistake."""
    code = encoder @ x
    error = factor / (len(x) if divide else 1) * (decoder @ code - x)
    moved = decoder - rate * np.outer(error, code)
    back = np.outer((moved if late else decoder).T @ error, x)
    return encoder - rate * back, moved


@pytest.mark.parametrize(
    "answer, text",
    [
        (stepped, "takes the error from"),
        (lambda *given: stepped(*given, factor=-2), "uphill"),
        (lambda *given: stepped(*given, divide=False), "divide by n"),
        (lambda *given: stepped(*given, factor=1), "2 of the square"),
        (lambda *given: stepped(*given, factor=8), "2 / n"),
        (lambda *given: stepped(*given, late=True), "moved the decoder first"),
        (lambda e, d, x, r: stepped(e, d, x, r)[::-1], "first, then"),
        (lambda e, d, x, r: (e, stepped(e, d, x, r)[1]), "encoder does not move"),
        (lambda e, d, x, r: e, "two arrays"),
        (lambda e, d, x, r: (e[0], d), "shapes"),
    ],
)
def test_05_4(answer, text):
    state, found = said("05.4", answer)
    assert text in found and (state == "right") == (answer is stepped)


@pytest.mark.parametrize(
    "answer, text",
    [
        (lambda a, x: 1 - np.mean((a - x) ** 2) / np.mean(x**2), "can even be negative"),
        (lambda a, x: 1 - np.mean((a - x) ** 2) / np.var(x), "can even be negative"),
        (lambda a, x: np.mean((a - x) ** 2) / np.mean(x**2), "1"),
        (lambda a, x: 1 - np.mean((a - x) ** 2), "mean square"),
        (lambda a, x: 1 - (a - x) ** 2, "One number"),
    ],
)
def test_05_5(answer, text):
    state, found = said("05.5", answer)
    assert text in found and (state == "right") == (text == "can even be negative")


def mean_of(codes, labels, genre):
    return codes[labels == genre].mean(axis=0)


@pytest.mark.parametrize(
    "answer, text",
    [
        (lambda c, s, y, a, b: c + mean_of(s, y, b) - mean_of(s, y, a), "stays"),
        (lambda c, s, y, a, b: c - mean_of(s, y, b) + mean_of(s, y, a), "from a to b"),
        (lambda c, s, y, a, b: mean_of(s, y, b), "special"),
        (lambda c, s, y, a, b: c + mean_of(s, y, b), "added all of b"),
        (lambda c, s, y, a, b: mean_of(s, y, b) - mean_of(s, y, a), "Now go it"),
        (lambda c, s, y, a, b: c, "take the mean of genre a away"),
        (lambda c, s, y, a, b: 1.0, "64 numbers"),
    ],
)
def test_05_6(answer, text):
    state, found = said("05.6", answer)
    assert text in found and (state == "right") == (text == "stays")


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
def test_05_7(answer, text):
    assert text in said("05.7", answer)[1]
