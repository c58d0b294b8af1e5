"""Checks of notebook 04: right answers pass, and the mistakes that were foreseen get their own
hints."""

import numpy as np
import pytest

from coursekit.exercises import assess


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum()


def surprise(logits, right):
    return -np.log(softmax(logits)[right])


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda logits, right: softmax(logits)[right], "with a minus before it"),
        (lambda logits, right: np.log(softmax(logits)[right]), "never below zero"),
        (lambda logits, right: -logits[right], "minus the logit"),
        (lambda logits, right: -np.log2(softmax(logits)[right]), "base 2"),
        (lambda logits, right: -np.log10(softmax(logits)[right]), "base 10"),
        (lambda logits, right: -np.log(softmax(logits)).sum(), "over all genres"),
        (lambda logits, right: -np.log(softmax(logits)), "One number"),
        (lambda logits, right: 1 - softmax(logits)[right], "never grows beyond 1"),
        (lambda logits, right: "much", "One number"),
        (lambda logits, right: 7.0, "yours is 7.000"),
    ],
)
def test_wrong_surprises(answer, hint):
    outcome = assess("04.1", answer)
    assert outcome.state == "not yet"
    assert hint in " ".join(outcome.text.split())


def test_the_right_surprise():
    assert assess("04.1", surprise).state == "right"


def step(weights, x, right, rate, sign=-1, less=1.0, of=softmax):
    error = of(weights @ x)
    error[right] -= less
    return weights + sign * rate * np.outer(error, x)


def in_place(weights, x, right, rate):
    weights[:] = step(weights, x, right, rate)
    return weights


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda w, x, right, rate: step(w, x, right, rate, sign=1), "uphill"),
        (lambda w, x, right, rate: step(w, x, right, 1), "learning rate is missing"),
        (lambda w, x, right, rate: step(w, x, right, rate, less=0), "Subtract 1"),
        (lambda w, x, right, rate: step(w, x, right, rate, of=np.copy), "used the logits"),
        (lambda w, x, right, rate: step(w, x, right, rate) - w, "the step alone"),
        (lambda w, x, right, rate: (w - step(w, x, right, rate)) / rate, "Those are the slopes"),
        (lambda w, x, right, rate: step(w, x, right, rate).T, "shape (3, 4)"),
        (lambda w, x, right, rate: 2 * w, "not the step downhill"),
        (in_place, "Return new ones"),
    ],
)
def test_wrong_steps(answer, hint):
    outcome = assess("04.2", answer)
    assert outcome.state == "not yet"
    assert hint in " ".join(outcome.text.split())


def test_a_right_step():
    assert assess("04.2", step).state == "right"


def slid(picture, weights, bias):
    windows = np.lib.stride_tricks.sliding_window_view(picture, weights.shape)
    return (windows * weights).sum(axis=(2, 3)) + bias


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda p, w, b: np.pad(slid(p, w, b), ((0, 1), (0, 2))), "does not fit at the last"),
        (lambda p, w, b: slid(p, w, b)[:-1], "4 × 5 places"),
        (lambda p, w, b: slid(p, w, 0), "bias is missing"),
        (lambda p, w, b: slid(p, w, b * w.size), "once per place"),
        (lambda p, w, b: slid(p, w[::-1, ::-1], b), "turned the filter"),
        (lambda p, w, b: np.maximum(slid(p, w, b), 0), "after the ReLU"),
        (lambda p, w, b: slid(p, w, b) + 1, "At the first place"),
    ],
)
def test_wrong_slides(answer, hint):
    outcome = assess("04.6", answer)
    assert outcome.state == "not yet"
    assert hint in " ".join(outcome.text.split())


def test_a_right_slide():
    assert assess("04.6", slid).state == "right"


def leaking(track, part):
    return np.isin(track[part == "test"], track[part == "train"]).mean()


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda t, p: np.isin(t[p == "test"], t[p != "test"]).mean(), "validation as well"),
        (lambda t, p: np.isin(t[p == "test"], t[p == "train"]).sum() / len(t), "not of all rows"),
        (lambda t, p: "many", "A number"),
        (lambda t, p: 0.9, "2 of 7"),
    ],
)
def test_wrong_shares(answer, hint):
    outcome = assess("04.4", answer)
    assert outcome.state == "not yet"
    assert hint in outcome.text


def test_the_right_share():
    assert assess("04.4", leaking).state == "right"


def together(track, rng, share=0.2):
    names = np.unique(track)
    return np.where(
        np.isin(track, rng.choice(names, round(share * len(names)), replace=False)), "test", "train"
    )


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda t, rng: rng.choice(["train", "test"], len(t), p=[0.8, 0.2]), "on both sides"),
        (lambda t, rng: together(t, rng, 0.6), "a fifth is asked for"),
        (lambda t, rng: together(t, np.random.default_rng(0)), "Do you use rng"),
        (lambda t, rng: together(np.unique(t), rng), "One answer for each"),
        (lambda t, rng: np.isin(t, t[:9]), "'train' or 'test'"),
    ],
)
def test_wrong_splits(answer, hint):
    outcome = assess("04.5", answer)
    assert outcome.state == "not yet"
    assert hint in outcome.text


def test_a_right_split():
    assert assess("04.5", together).state == "right"


def kept(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best


def falls_again(losses, patience):
    """Count epochs that do not fall, instead of epochs since the best."""
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        best = epoch if losses[epoch] < losses[best] else best
        waited = waited + 1 if losses[epoch] >= losses[epoch - 1] else 0
        if waited >= patience:
            break
    return best


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda losses, patience: int(np.argmin(losses)), "before the lowest loss"),
        (lambda losses, patience: kept(losses, patience) + patience, "not those of epoch"),
        (lambda losses, patience: 0.5, "number of an epoch"),
        (lambda losses, patience: kept(losses, patience) + 1, "counted from 0"),
        (falls_again, "below the best so far"),
    ],
)
def test_wrong_epochs(answer, hint):
    outcome = assess("04.3", answer)
    assert outcome.state == "not yet"
    assert hint in outcome.text


def test_the_right_epoch():
    assert assess("04.3", kept).state == "right"


def test_strange_layers_get_hints():
    assert "pairs" in assess("04.7", [3, 4], None, None, None, None).text
    assert "One to six" in assess("04.7", [(4, 1.5)], None, None, None, None).text


def test_layers_are_compared_on_validation_rows_alone():
    rng = np.random.default_rng(0)
    labels = np.arange(200) % 2
    table = rng.normal(size=(200, 5)).astype(np.float32) + labels[:, None].astype(np.float32)
    part = np.repeat(["train", "valid", "test"], [120, 40, 40])
    table[part == "test"] = np.nan
    ours = [(32, 0.0), (16, 0.0)]
    assert assess("04.7", ours, table, labels, part, ours).state == "right"
    blocked = assess("04.7", [(1, 0.99)] * 6, table, labels, part, ours)
    assert blocked.state == "not yet"
    assert "on the validation slices" in blocked.text
