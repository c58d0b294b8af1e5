"""Checks of notebook 04: right answers pass, and the mistakes that were foreseen get their own
hints."""

import numpy as np
import pytest

from coursekit.exercises import assess


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
    outcome = assess("04.1", answer)
    assert outcome.state == "not yet"
    assert hint in outcome.text


def test_the_right_share():
    assert assess("04.1", leaking).state == "right"


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
    outcome = assess("04.2", answer)
    assert outcome.state == "not yet"
    assert hint in outcome.text


def test_a_right_split():
    assert assess("04.2", together).state == "right"


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
    assert "pairs" in assess("04.4", [3, 4], None, None, None, None).text
    assert "One to six" in assess("04.4", [(4, 1.5)], None, None, None, None).text


def test_layers_are_compared_on_validation_rows_alone():
    rng = np.random.default_rng(0)
    labels = np.arange(200) % 2
    table = rng.normal(size=(200, 5)).astype(np.float32) + labels[:, None].astype(np.float32)
    part = np.repeat(["train", "valid", "test"], [120, 40, 40])
    table[part == "test"] = np.nan
    ours = [(32, 0.0), (16, 0.0)]
    assert assess("04.4", ours, table, labels, part, ours).state == "right"
    blocked = assess("04.4", [(1, 0.99)] * 6, table, labels, part, ours)
    assert blocked.state == "not yet"
    assert "on the validation slices" in blocked.text
