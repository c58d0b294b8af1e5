"""The checks of notebook 08 tell right from the mistakes that were foreseen."""

import numpy as np
import pytest

from coursekit.exercises import assess


def said(number, answer, *context):
    outcome = assess(number, answer, *context)
    return outcome.state, outcome.text


def stub(*_):
    """Do something."""
    ...


def test_untouched_stubs_are_not_attempted():
    assert assess("08.1", ...).state == "not attempted"
    for number, context in (("08.2", ()), ("08.3", ()), ("08.4", (np.ones(9),))):
        assert assess(number, stub, *context).state == "not attempted"


@pytest.mark.parametrize(
    "answer", [np.log(127), -np.log(1 / 127), np.float32(np.log(127)), 4.84, 4.844]
)
def test_08_1_right(answer):
    state, found = said("08.1", answer)
    assert state == "right" and "4.844" in found


@pytest.mark.parametrize(
    "answer, text",
    [
        (np.log(128), "not compared with itself"),
        (4.85, "not compared with itself"),
        (np.log(126), "one of those"),
        (np.log(64), "number of tracks"),
        (np.log(63), "has two views"),
        (np.log2(127), "bits"),
        (np.log10(127), "base 10"),
        (np.log(2), "all others of the batch"),
        (-np.log(127), "minus the logarithm"),
        (127, "So many others"),
        (1 / 127, "So many others"),
        (4.8, "two decimals"),
        (0, "How many other views"),
        (float("nan"), "How many other views"),
        ("much", "A number"),
    ],
)
def test_08_1_wrong(answer, text):
    state, found = said("08.1", answer)
    assert state == "not yet" and text in found


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def cosines(first, second, length=lambda x: np.linalg.norm(x, axis=1, keepdims=True)):
    views = np.concatenate([first, second])
    return (views / length(views)) @ (views / length(views)).T


def dots(first, second):
    views = np.concatenate([first, second])
    return views @ views.T


def half_divided(first, second):
    views = np.concatenate([first, second])
    return unit(views) @ views.T


def alternating(first, second):
    views = unit(np.stack([first, second], axis=1).reshape(-1, first.shape[1]))
    return views @ views.T


def without_itself(first, second):
    found = cosines(first, second)
    np.fill_diagonal(found, -np.inf)
    return found


@pytest.mark.parametrize(
    "answer, text",
    [
        (cosines, "one its partner"),
        (lambda a, b: cosines(a, b).astype(np.float32), "one its partner"),
        (dots, "dot products"),
        (lambda a, b: unit(a) @ unit(b).T, "only the first against the second"),
        (lambda a, b: a @ b.T, "8 views"),
        (lambda a, b: (unit(a) * unit(b)).sum(axis=1), "8 views"),
        (lambda a, b: cosines(a, b, lambda x: np.linalg.norm(x, axis=0)), "columns"),
        (lambda a, b: cosines(a, b, np.linalg.norm), "for the whole table"),
        (lambda a, b: cosines(a, b, lambda x: (x**2).sum(axis=1, keepdims=True)), "the root"),
        (half_divided, "only one of the two"),
        (lambda a, b: half_divided(a, b).T, "only one of the two"),
        (lambda a, b: 1 - cosines(a, b), "distances"),
        (alternating, "all first views"),
        (lambda a, b: cosines(b, a), "the first views come first"),
        (without_itself, "on the diagonal"),
        (lambda a, b: 0 * cosines(a, b), "should have"),
        (lambda a, b: 3, "8 views"),
        (lambda a, b: print(end=""), "returns nothing"),
    ],
)
def test_08_2(answer, text):
    state, found = said("08.2", answer)
    assert text in found
    assert (state == "right") == (text == "one its partner")


def shares(s, temperature, partner=None, itself=0.0):
    weights = np.exp(s / temperature) * np.where(np.eye(len(s)), itself, 1)
    place = np.arange(len(s))
    return weights[
        place, np.roll(place, len(s) // 2) if partner is None else partner(place)
    ] / weights.sum(axis=1)


def own_set_to_0(s, temperature):
    np.fill_diagonal(s, 0)
    return shares(s, temperature, itself=1)


def other_side_only(s, temperature):
    n = len(s) // 2
    first, second = np.exp(s[:n, n:] / temperature), np.exp(s[n:, :n] / temperature)
    return np.concatenate(
        [np.diag(first) / first.sum(axis=1), np.diag(second) / second.sum(axis=1)]
    )


def without_exp(s, temperature):
    others = s / temperature
    np.fill_diagonal(others, 0)
    return others[np.arange(len(s)), np.roll(np.arange(len(s)), len(s) // 2)] / others.sum(axis=1)


def of_the_whole(s, temperature):
    weights = np.exp(s / temperature)
    return weights[np.arange(len(s)), np.roll(np.arange(len(s)), len(s) // 2)] / weights.sum()


def table(s, temperature):
    return np.exp(s / temperature) / np.exp(s / temperature).sum(axis=1, keepdims=True)


@pytest.mark.parametrize(
    "answer, text",
    [
        (shares, "is the loss,"),
        (lambda s, t: shares(s, t, itself=1), "is among the others"),
        (own_set_to_0, "exp(0) is 1"),
        (lambda s, t: shares(s, 1), "temperature is forgotten"),
        (lambda s, t: shares(s, 1 / t), "you multiply"),
        (lambda s, t: shares(s, 0.5), "divide by 0.5"),
        (lambda s, t: shares(s, t, partner=lambda i: (i + 1) % len(s)), "the next view"),
        (lambda s, t: shares(s, t, partner=lambda i: i ^ 1), "neighbours"),
        (lambda s, t: shares(s, t, partner=lambda i: i, itself=1), "of each view itself"),
        (lambda s, t: shares(s, t).mean(), "their mean"),
        (lambda s, t: -np.log(shares(s, t)).mean(), "the loss already"),
        (lambda s, t: shares(s, t)[: len(s) // 2], "twice as many"),
        (table, "a table"),
        (lambda s, t: 0.5, "8 shares"),
        (other_side_only, "on the other side"),
        (lambda s, t: shares(s, t) / (1 - shares(s, t)), "one of the others"),
        (of_the_whole, "whole table"),
        (without_exp, "take exp"),
        (lambda s, t: np.log(shares(s, t)), "Those are logarithms"),
        (lambda s, t: -np.log(shares(s, t)), "the loss of each view"),
        (lambda s, t: np.zeros(len(s)), "should have"),
    ],
)
def test_08_3(answer, text):
    state, found = said("08.3", answer)
    assert text in found
    assert (state == "right") == (answer is shares)


def test_08_3_gives_the_loss_of_the_course():
    import torch

    from genrelab.models.contrastive import nt_xent

    first, second = np.random.default_rng(1).normal(size=(2, 6, 4))
    loss = -np.log(shares(cosines(first, second), 0.5)).mean()
    assert nt_xent(torch.from_numpy(first), torch.from_numpy(second), 0.5).item() == pytest.approx(
        loss, rel=1e-5
    )


def echo(y):
    later = np.concatenate([np.zeros(2000, y.dtype), y[:-2000]])
    both = y + 0.6 * later
    return both / max(1, np.abs(both).max())


def noise(y, decibels=0):
    return np.random.default_rng(0).normal(size=len(y)) * y.std() * 10 ** (decibels / 20)


def same_colour(y):
    spectrum = np.fft.rfft(y)
    turned = np.exp(2j * np.pi * np.random.default_rng().random(len(spectrum)))
    return np.fft.irfft(np.abs(spectrum) * turned, len(y))


@pytest.fixture(scope="module")
def sound(synthetic):
    track = synthetic.tracks.index[synthetic.tracks["genre"] == "jazz"][0]
    return synthetic.audio(track)[30_000:140_250]


@pytest.mark.parametrize(
    "answer",
    [echo, lambda y: y + noise(y, -15), lambda y: np.roll(y, 5000), lambda y: np.tanh(3 * y) / 3],
    ids=["echo", "noise", "shift", "distortion"],
)
def test_08_4_right(answer, sound):
    state, found = said("08.4", answer, sound)
    assert state == "right", found
    assert " dB, " in found and "correlate by" in found and "-0.0 dB" not in found


@pytest.mark.parametrize(
    "answer, text",
    [
        (lambda y: y, "but for a factor"),
        (lambda y: -0.5 * y, "but for a factor"),
        (lambda y: 0.5 * y + 0.1, "but for a factor"),
        (lambda y: y + noise(y, -40), "but for a factor"),
        (noise, "Too little of the sound"),
        (same_colour, "not heard in it any more"),
        (lambda y: y[::-1], "backwards"),
        (lambda y: np.roll(y[::-1], 5000), "backwards"),
        (lambda y: np.sin(np.arange(len(y)) / 3) / 9, "Too little of the sound"),
        (lambda y: y[1000:], "As many samples"),
        (lambda y: 1.0, "As many samples"),
        (np.fft.fft, "complex"),
        (lambda y: np.where(y > 0, np.nan, y), "finite"),
        (lambda y: 0 * y, "nothing to hear"),
        (lambda y: 0 * y + 0.5, "nothing to hear"),
        (lambda y: 1.5 * y / np.abs(y).max(), "full scale"),
        (lambda y: 0.1 * echo(y), "-1"),
        (lambda y: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_08_4_wrong(answer, text, sound):
    state, found = said("08.4", answer, sound)
    assert state == "not yet" and text in found


def test_08_4_leaves_a_loud_sound_its_peak(sound):
    loud = 1.4 * sound / np.abs(sound).max()
    assert said("08.4", lambda y: np.roll(y, 5000), loud)[0] == "right"
    assert "1.40 is full scale" in said("08.4", lambda y: 1.1 * np.roll(y, 5000), loud)[1]
