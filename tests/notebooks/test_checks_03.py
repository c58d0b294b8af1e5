"""The checks of notebook 03 tell right from the mistakes that were foreseen."""

import numpy as np
import pandas as pd
import pytest

from coursekit.exercises import assess

INFORMATION = pd.Series([0.9, 0.5, 0.1], ["tempo", "rms_mean", "mfcc1_var"])
LABELS = pd.Series(["blues"] * 3 + ["jazz"] * 3 + ["pop"] * 3)
TEMPO = pd.Series([100.0, 101, 102, 60, 61, 62, 140, 141, 142])


def said(number, answer, *context):
    outcome = assess(number, answer, *context)
    return outcome.state, outcome.text


def turned_down(number, answer, text, *context):
    state, found = said(number, answer, *context)
    assert state == "not yet" and text in found, found


@pytest.mark.parametrize("answer", [["jazz", "blues", "pop"], ("pop", "blues", "jazz")])
def test_03_1_takes_the_order_of_the_means_from_either_end(answer):
    state, found = said("03.1", answer, TEMPO, LABELS)
    assert state == "right" and "by the alphabet" in found


@pytest.mark.parametrize(
    "answer, text",
    [
        (["blues", "jazz", "pop"], "That is the alphabet"),
        (["blues", "pop", "jazz"], "another order comes to 1.00"),
        (["blues", "jazz"], "Each of the 3"),
        (["blues", "jazz", "rock"], "no genre 'rock'"),
        ("blues", "A list"),
        (3, "A list"),
    ],
)
def test_03_1(answer, text):
    turned_down("03.1", answer, text, TEMPO, LABELS)


def entropy(share):
    return float(-(share * np.log2(np.where(share > 0, share, 1))).sum())


def bits(counts):
    share = np.asarray(counts) / np.sum(counts)
    return entropy(share.sum(axis=0)) + entropy(share.sum(axis=1)) - entropy(share)


def careless(counts):
    share = counts / counts.sum()
    nothing = share.sum(axis=1, keepdims=True) * share.sum(axis=0, keepdims=True)
    return float((share * np.log2(share / nothing)).sum())


@pytest.mark.parametrize(
    "answer, text",
    [
        (careless, "empty cell"),
        (lambda counts: bits(counts) * np.log(2), "nats"),
        (lambda counts: entropy(counts.sum(axis=0) / counts.sum()) - bits(counts), "has told"),
        (lambda counts: entropy(counts / counts.sum()), "entropy of the cells"),
        (lambda counts: np.log2(counts.size) - entropy(counts / counts.sum()), "equal cells"),
        (lambda counts: bits(counts) * counts.sum(), "by their total"),
        (lambda counts: 0.5, "yours is 0.5"),
        (lambda counts: counts, "A number"),
    ],
)
def test_03_2(answer, text):
    assert said("03.2", bits)[0] == "right"
    turned_down("03.2", answer, text)


@pytest.mark.parametrize(
    "answer, text",
    [
        ("tempo", "tells the most"),
        ("mfcc1_var", "tells 0.10 bits"),
        ("loudness", "no feature"),
        (0.5, "The name"),
        (["rms_mean"], "A name"),
    ],
)
def test_03_3(answer, text):
    assert "0.50 bits" in said("03.3", "rms_mean", INFORMATION)[1]
    turned_down("03.3", answer, text, INFORMATION)


@pytest.mark.parametrize(
    "answer, text",
    [
        (17, "more than k"),
        (19, "smaller number"),
        (15, "more often"),
        (25, "0 to 20"),
        (0.0002, "not a probability"),
        (float("nan"), "0 to 20"),
        ("18", "A number"),
    ],
)
def test_03_4(answer, text):
    assert said("03.4", 18)[0] == "right"
    turned_down("03.4", answer, text)


def purity(groups, names):
    return pd.crosstab(np.array(groups), np.array(names)).max(axis=1).sum() / len(names)


@pytest.mark.parametrize(
    "answer, text",
    [
        (
            lambda groups, names: pd.crosstab(np.array(groups), np.array(names), normalize="index")
            .max(axis=1)
            .mean(),
            "a large group",
        ),
        (lambda groups, names: purity(names, groups), "largest count of each genre"),
        (lambda groups, names: purity([0] * len(names), names), "group by group"),
        (lambda groups, names: purity(groups, names) * len(names), "divide it"),
        (lambda groups, names: 100 * purity(groups, names), "A share"),
        (lambda groups, names: 0.1, "yours is 0.1"),
        (lambda groups, names: float("nan"), "yours is nan"),
        (lambda groups, names: 0.7, "any names"),
    ],
)
def test_03_5(answer, text):
    assert said("03.5", purity)[0] == "right"
    turned_down("03.5", answer, text)


def by_quartiles(train, other, axis=0):
    low, middle, high = np.quantile(train, [0.25, 0.5, 0.75], axis=axis)
    return (other - middle) / np.where(high > low, high - low, 1)


@pytest.mark.parametrize(
    "answer, text",
    [
        (lambda train, other: by_quartiles(other, other), "peeping"),
        (lambda train, other: (other - train.mean(axis=0)) / train.std(axis=0), "standard scaling"),
        (
            lambda train, other: (other - np.median(train, axis=0)) / train.std(axis=0),
            "The median is right",
        ),
        (
            lambda train, other: by_quartiles(train, other + np.median(train, axis=0)),
            "take the median away",
        ),
        (lambda train, other: by_quartiles(train, other, axis=None), "axis=0"),
        (lambda train, other: other, "becomes"),
        (lambda train, other: other[0], "shape"),
    ],
)
def test_03_6(answer, text):
    assert said("03.6", by_quartiles)[0] == "right"
    state, found = said("03.6", answer)
    assert state == "not yet" and text in found


def test_03_6_minds_equal_quartiles():
    def divides_by_nothing(train, other):
        low, middle, high = np.quantile(train, [0.25, 0.5, 0.75], axis=0)
        return (other - middle) / np.maximum(high - low, 1e-9)

    state, found = said("03.6", divides_by_nothing)
    assert state == "not yet" and "only shifted" in found


def test_03_7():
    everything = [f"feature_{k}" for k in range(20)]

    def accuracy(names):
        return (
            0.8
            if len(names) == 20
            else 0.1 + 0.1 * ("feature_0" in names) + 0.2 * ("feature_1" in names)
        )

    for answer, text in [
        ("feature_0", "A list"),
        (everything, "One to eight"),
        ([], "One to eight"),
        (["feature_0", "loudness"], "no feature 'loudness'"),
        (["feature_0", "feature_0"], "twice"),
        (["feature_0"], "half of it"),
    ]:
        state, found = said("03.7", answer, accuracy, everything)
        assert state == "not yet" and text in found
    assert said("03.7", ["feature_0", "feature_1"], accuracy, everything)[0] == "right"
    assert said("03.7", ..., accuracy, everything)[0] == "not attempted"
