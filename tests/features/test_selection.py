"""What a feature tells of the label, which features repeat another, and which beat their own
shuffled copies."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from genrelab.features import relevance
from genrelab.features.redundancy import redundant, shannon_entropy
from genrelab.features.shadows import STATES, boruta, boruta_by_holdout, shuffled_copies

GENRES = np.repeat(["blues", "disco", "jazz", "metal"], 30)


@pytest.fixture
def table():
    """Features of 120 tracks: one rises with the code, one only tells jazz from the rest, one is
    noise."""
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(120, 3))
    codes = np.repeat(np.arange(4), 30)
    columns = {
        "rising": codes + noise[:, 0],
        "jazz": 3.0 * (GENRES == "jazz") + noise[:, 1],
        "noise": noise[:, 2],
    }
    return pd.DataFrame(columns, index=[f"t{k}" for k in range(120)])


def test_correlations_are_those_of_scipy(table):
    codes = relevance.coded(GENRES, ["blues", "disco", "jazz", "metal"])
    found = relevance.label_correlation(table, codes)
    for name in table:
        linear, ranked = stats.pearsonr(table[name], codes), stats.spearmanr(table[name], codes)
        assert found.loc[name, ["pearson", "pearson_p"]].tolist() == pytest.approx(list(linear))
        assert found.loc[name, ["spearman", "spearman_p"]].tolist() == pytest.approx(list(ranked))


def test_correlation_moves_with_the_numbers_of_the_genres_and_information_does_not(table):
    orders = [["blues", "disco", "jazz", "metal"], ["disco", "jazz", "blues", "metal"]]
    one, other = (
        relevance.label_correlation(table, relevance.coded(GENRES, order)) for order in orders
    )
    assert abs(one.at["rising", "pearson"] - other.at["rising", "pearson"]) > 0.3
    renamed = pd.Series(GENRES).map(dict(zip(orders[0], orders[1])))
    before, after = (
        relevance.label_information(table, GENRES),
        relevance.label_information(table, renamed),
    )
    pd.testing.assert_frame_equal(before, after)


def test_information_finds_what_is_neither_linear_nor_monotonic(table):
    found = relevance.label_information(table, GENRES)
    assert (found.loc[["rising", "jazz"], "information"] > 0.25).all() and found.at[
        "noise", "information"
    ] < 0.1
    assert (found.loc[["rising", "jazz"], "f_p"] < 1e-6).all() and found.at["noise", "f_p"] > 0.01
    groups = [table.loc[GENRES == genre, "jazz"] for genre in np.unique(GENRES)]
    assert found.at["jazz", "f"] == pytest.approx(stats.f_oneway(*groups).statistic)


def test_two_classes_told_apart_for_sure_are_one_bit():
    x = pd.DataFrame({"sure": np.r_[np.linspace(0, 1, 100), np.linspace(5, 6, 100)]})
    found = relevance.label_information(x, ["a"] * 100 + ["b"] * 100)
    assert found.at["sure", "information"] == pytest.approx(1, abs=0.01)


def test_the_filter_needs_both_a_weak_test_and_a_small_coefficient(table):
    codes = relevance.coded(GENRES, sorted(set(GENRES)))
    correlation = relevance.label_correlation(table, codes)
    low, high = pd.Series(0.01, table.columns), pd.Series(0.5, table.columns)
    weak = correlation.index[(correlation[["pearson_p", "spearman_p"]] > 0.01).any(axis=1)].tolist()
    assert "noise" in weak and "rising" not in weak
    assert relevance.unrelated(correlation, low).tolist() == weak
    assert relevance.unrelated(correlation, high).empty


def test_bad_labels_and_constant_columns_are_named(table):
    with pytest.raises(ValueError, match="'metal' is not in the order"):
        relevance.coded(GENRES, ["blues", "disco", "jazz"])
    with pytest.raises(ValueError, match="flat is constant"):
        relevance.label_correlation(table.assign(flat=1.0), np.arange(120))
    with pytest.raises(ValueError, match="label is constant"):
        relevance.label_correlation(table, np.zeros(120))


def test_entropy_of_known_histograms():
    assert shannon_entropy(np.arange(20)) == pytest.approx(np.log2(20))
    assert shannon_entropy(np.repeat([0.0, 1.0], 50)) == pytest.approx(1)
    assert shannon_entropy(np.ones(5)) == 0
    spread = np.random.default_rng(0).uniform(size=500)
    assert shannon_entropy(np.append(spread, 100)) < 0.1 < shannon_entropy(spread)


def test_of_two_alike_the_one_with_the_lower_entropy_goes():
    rng = np.random.default_rng(0)
    even = rng.uniform(size=300)
    bent = np.exp(3 * even)  # most values in few bins
    columns = {
        "bent": bent,
        "even": even,
        "mirror": -even + 1e-4 * rng.normal(size=300),
        "other": rng.normal(size=300),
    }
    found = redundant(pd.DataFrame(columns), alike=0.9)
    assert "other" not in found.index and "bent" in found.index
    assert set(found["kept"]) <= set(columns) - set(found.index)
    assert found.at["bent", "kept"] in ("even", "mirror") and len(found) == 2
    assert (found["r"].abs() > 0.9).all() and (found["r"] < 0).any()


def test_a_feature_that_has_gone_takes_no_other_with_it():
    """a is like b and b like c, but a is not like c: when b has gone for a, c stays."""
    rng = np.random.default_rng(1)
    a, noise = rng.normal(size=(2, 4000))
    b, c = a + 0.3 * noise, a + 0.6 * noise
    table = pd.DataFrame({"a": a, "b": b, "c": c})
    r = table.corr().abs()
    limit = (r.at["a", "c"] + min(r.at["a", "b"], r.at["b", "c"])) / 2
    found = redundant(table, alike=limit)
    assert len(found) <= 2 and all(
        r.at[dropped, row.kept] > limit for dropped, row in found.iterrows()
    )
    assert redundant(table, alike=0.9999).empty


def test_shuffled_copies_hold_the_same_values_in_another_order(table):
    copies = shuffled_copies(table, 2)
    assert copies.columns.tolist() == ["shuffled_1", "shuffled_2"] and copies.index.equals(
        table.index
    )
    for copy, name in zip(copies, ["rising", "noise"]):
        assert sorted(copies[copy]) == sorted(table[name]) and not np.array_equal(
            copies[copy], table[name]
        )
    pd.testing.assert_frame_equal(copies, shuffled_copies(table, 2))


def test_boruta_confirms_what_tells_and_rejects_what_was_shuffled(table):
    pytest.importorskip("boruta")
    found = boruta(table.join(shuffled_copies(table, 3)), GENRES, rounds=30)
    assert found[["rising", "jazz"]].tolist() == ["confirmed"] * 2
    assert set(found[["shuffled_1", "shuffled_2", "shuffled_3"]]) == {"rejected"}
    pd.testing.assert_series_equal(
        found, boruta(table.join(shuffled_copies(table, 3)), GENRES, rounds=30)
    )


def test_boruta_never_looks_at_test_rows_and_keeps_what_it_found(table, own_cache):
    pytest.importorskip("boruta")
    train = [np.flatnonzero(np.arange(120) % 5 != k) for k in range(2)]
    found = boruta_by_holdout(table, GENRES, train, rounds=12)
    assert found.shape == (3, 2) and set(found.to_numpy().ravel()) <= set(STATES)
    assert len(list((own_cache / "boruta").glob("*.joblib"))) == 2
    spoilt = table.copy()
    spoilt.iloc[np.flatnonzero(np.arange(120) % 5 == 0)] = 1e6
    pd.testing.assert_series_equal(
        boruta_by_holdout(spoilt, GENRES, train[:1], rounds=12)[0], found[0]
    )
