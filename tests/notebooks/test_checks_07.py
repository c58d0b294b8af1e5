"""The checks of notebook 07 tell right from the mistakes that were foreseen."""

import numpy as np
import pytest
import torch

from coursekit.exercises import assess


def said(number, answer, *context):
    outcome = assess(number, answer, *context)
    return outcome.state, outcome.text


BITS = 32 * np.log2(3)


@pytest.mark.parametrize(
    "answer, text",
    [
        (BITS / 256, "0.198"),
        (BITS, "16 × 16 pixels share them"),
        (32 * 3 / 256, "not three bits"),
        (7, "Bits of one element"),
        ("many", "A number"),
    ],
)
def test_07_1(answer, text):
    state, found = said("07.1", answer)
    assert text in found
    assert (state == "right") == (answer == BITS / 256)


@pytest.mark.parametrize(
    "answer, text",
    [
        (lambda x, b, g: x * np.sqrt(b + g @ x**2), "does not undo GDN"),
        (lambda x, b, g: x / np.sqrt(b + g @ x**2), "multiplies"),
        (lambda x, b, g: x * (b + g @ x**2), "the root"),
        (lambda x, b, g: x * np.sqrt(b + g.T @ x**2), "along a row"),
        (lambda x, b, g: x, "The first channel"),
        (lambda x, b, g: 1.0, "shape"),
    ],
)
def test_07_2(answer, text):
    assert text in said("07.2", answer)[1]


def stepped(encoder, decoder, x, rate, sign=1, mean=True, rounds=np.round, through=1):
    z = rounds(encoder @ x)
    error = sign * (decoder @ z - x) * (2 / len(x) if mean else 2)
    back = through * np.outer(decoder.T @ error, x)
    return encoder - rate * back, decoder - rate * np.outer(error, z)


def decoder_first(encoder, decoder, x, rate):
    changed = stepped(encoder, decoder, x, rate)[1]
    error = (decoder @ np.round(encoder @ x) - x) * 2 / len(x)
    return encoder - rate * np.outer(changed.T @ error, x), changed


@pytest.mark.parametrize(
    "answer, text",
    [
        (stepped, "more layers"),
        (lambda *a: stepped(*a, sign=-1), "uphill"),
        (lambda *a: stepped(*a, mean=False), "a mean"),
        (lambda *a: stepped(*a, through=0), "stands still"),
        (lambda *a: stepped(*a, rounds=lambda z: z), "not rounded"),
        (decoder_first, "the new decoder"),
        (lambda *a: a[:2], "The encoder is not right"),
        (lambda *a: stepped(*a)[::-1], "Two matrices"),
    ],
)
def test_07_3(answer, text):
    assert text in said("07.3", answer)[1]


def drawn(pictures, n, rng):
    return pictures @ rng.normal(size=(pictures.shape[1], n))


@pytest.mark.parametrize(
    "answer, text",
    [
        (lambda p, n, rng: drawn(p, n, rng) / n**0.5, "Nobody"),
        (drawn, "31.62"),
        (lambda p, n, rng: rng.normal(size=(len(p), n)), "times those of the"),
        (lambda p, n, rng: (p - p.mean(axis=0)) @ rng.normal(size=(p.shape[1], n)), "beside it"),
        (lambda p, n, rng: p, "shape"),
    ],
)
def test_07_5(answer, text):
    assert text in said("07.5", answer)[1]


@pytest.mark.parametrize(
    "answer, text",
    [
        (lambda n: np.where(n < 0.5, 0.25, 0.75), "however clever"),
        (lambda n: np.where(n < 0.5, 0.0, 1.0), "1/48 is"),
        (lambda n: n, "different values"),
        (lambda n: 0.5, "comes out"),
    ],
)
def test_07_4(answer, text):
    assert text in said("07.4", answer, 0.0146)[1]


@pytest.mark.parametrize(
    "answer, text",
    [
        (lambda: np.indices((192, 192)).sum(axis=0) % 2.0, "What was missing"),
        (lambda: np.full((192, 192), 0.5), "easier than noise"),
        (lambda: np.full((192, 192), 2.0), "between 0 and 1"),
        (lambda: np.zeros((8, 8)), "192 × 192"),
    ],
)
def test_07_6(answer, text):
    assert text in said("07.6", answer, lambda x: torch.full_like(x, 0.5))[1]
