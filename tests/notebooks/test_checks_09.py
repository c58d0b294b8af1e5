"""Checks of notebook 09 take right answers and hint at wrong ones."""

import numpy as np
import pandas as pd
import pytest

from claimbook.rules import holm
from coursekit.exercises import assess


@pytest.mark.parametrize(
    ("answer", "state", "text"),
    [
        (9.5, "right", "9.5"),
        (190, "not yet", "share"),
        (19.0, "not yet", "one pair"),
        ("x", "not yet", "number"),
        (3, "not yet", "pairs first"),
    ],
)
def test_pairs(answer, state, text):
    found = assess("09.1", answer)
    assert found.state == state and text in found.text


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (lambda p: np.minimum(p * len(p), 1), "Bonferroni"),
        (lambda p: np.sort(holm(p)), "order of p"),
        (lambda p: np.minimum(p * (len(p) - np.argsort(np.argsort(p))), 1), "may not end up below"),
        (lambda p: p, "begin with"),
        (lambda p: p[:1], "shape"),
        (lambda p: holm(p) + 1, "above 1"),
    ],
)
def test_wrong_corrections_get_their_hint(answer, text):
    found = assess("09.2", answer)
    assert found.state == "not yet" and text in found.text


def test_the_right_correction():
    assert assess("09.2", holm).state == "right"


def test_deals_are_audited(synthetic):
    def by_track(tracks):
        part = pd.Series(np.where(np.arange(len(tracks)) % 2, "train", "test"), tracks.index)
        return part.where(tracks["split"] != "removed", "removed")

    found = assess("09.3", by_track, synthetic)
    assert found.state == "not yet" and "by an artist who is also in it" in found.text
    assert "30 %" in assess("09.3", lambda tracks: pd.Series("train", tracks.index), synthetic).text


def test_a_test_of_one_genre_is_easy():
    # a tenth is too few
    assert assess("09.4", lambda labels, seed: labels == labels[seed]).state == "not yet"
    assert assess("09.4", lambda labels, seed: labels < 4).state == "right"
    assert "a fifth was asked for" in assess("09.4", lambda labels, seed: labels < 9).text
