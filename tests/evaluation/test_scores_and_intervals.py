"""Scores agree with scikit-learn; intervals cover what they should."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score

from genrelab.evaluation import accuracy, bootstrap, bootstrap_difference, confusion, weighted_f1

answers = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("abcd")), min_size=1, max_size=40
)


@settings(max_examples=80, deadline=None)
@given(answers)
def test_scores_agree_with_scikit_learn(pairs):
    truth, predicted = map(list, zip(*pairs))
    counts = confusion(truth, predicted, list("abcd"))
    assert accuracy(counts) == pytest.approx(accuracy_score(truth, predicted))
    expected = f1_score(truth, predicted, average="weighted", zero_division=0)
    assert weighted_f1(counts) == pytest.approx(expected)
    assert weighted_f1(np.stack([counts, counts])) == pytest.approx([expected, expected])


def simulate(rng, n_artists, share):
    """Return truth, predictions and artists; an artist's tracks are right or wrong together."""
    sizes = rng.integers(1, 9, n_artists)
    artists = np.repeat(np.arange(n_artists), sizes)
    right = (rng.random(n_artists) < share)[artists]
    return np.full(len(artists), "a"), np.where(right, "a", "b"), artists


@pytest.mark.parametrize(
    ("over_artists", "lowest", "highest"), [(True, 0.88, 1.0), (False, 0.0, 0.80)]
)
def test_intervals_over_artists_cover_and_over_tracks_do_not(over_artists, lowest, highest):
    """Where an artist's tracks are all alike, an interval over tracks is too narrow."""
    rng = np.random.default_rng(0)
    covered = []
    for _ in range(300):
        truth, predicted, artists = simulate(rng, 60, 0.7)
        clusters = artists if over_artists else np.arange(len(truth))
        found = bootstrap(truth, predicted, clusters, draws=300)
        covered.append(found.low <= 0.7 <= found.high)
    assert lowest <= np.mean(covered) <= highest


def test_repeats_do_not_make_more_tracks():
    rng = np.random.default_rng(1)
    truth, predicted, artists = simulate(rng, 40, 0.6)
    once = bootstrap(truth, predicted, artists)
    often = bootstrap(truth, np.stack([predicted] * 5, axis=1), artists)
    assert often == once
    assert (once.n_tracks, once.n_clusters) == (len(truth), 40)


def test_a_paired_difference_is_narrower_than_two_intervals():
    rng = np.random.default_rng(2)
    truth, worse, artists = simulate(rng, 80, 0.6)
    better = np.where(rng.random(len(truth)) < 0.1, "a", worse)
    found = bootstrap_difference(truth, better, worse, artists)
    assert found.low > 0
    assert found.value == pytest.approx(np.mean(better == "a") - np.mean(worse == "a"))
    apart = bootstrap(truth, worse, artists)
    assert found.high - found.low < (apart.high - apart.low) / 2


def test_no_difference_is_found_where_there_is_none():
    rng = np.random.default_rng(3)
    found = []
    for _ in range(300):
        truth, one, artists = simulate(rng, 60, 0.6)
        other = np.where((rng.random(60) < 0.6)[artists], "a", "b")
        found.append(bootstrap_difference(truth, one, other, artists, draws=300).low > 0)
    assert np.mean(found) < 0.06
