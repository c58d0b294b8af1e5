"""The experiments on the selection of features, on examples made by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from reproductions.feature_selection import (
    MFCC,
    SPACES,
    at_17_dimensions,
    holdouts,
    named,
    span,
)
from reproductions.sizes import Sizes

STUDY = SimpleNamespace(size=Sizes("smoke"), seed=0)


def test_the_two_spaces_hold_57_features():
    assert [len(columns) for columns in SPACES.values()] == [40, 17]
    assert not set(MFCC) & set(SPACES["spectral"])


def test_clusters_are_named_so_that_most_rows_agree():
    truth = pd.Series(["blues"] * 4 + ["jazz"] * 4 + ["rock"] * 2)
    clusters = np.array([2, 2, 2, 0, 0, 0, 0, 2, 1, 1])
    expected = ["blues"] * 3 + ["jazz"] * 4 + ["blues"] + ["rock"] * 2
    assert named(clusters, truth).tolist() == expected


def test_each_genre_names_one_cluster_alone():
    truth = pd.Series(["blues"] * 6 + ["jazz"] * 2)
    found = named(np.array([0, 0, 0, 1, 1, 1, 1, 0]), truth)
    assert set(found[:3]) | set(found[3:6]) == {"blues", "jazz"}


def test_components_have_as_much_variance_a_dimension_as_scaled_features():
    points = np.random.default_rng(0).normal(size=(60, 40)) * np.linspace(1, 3, 40)
    turned = at_17_dimensions(STUDY, points)
    assert turned.shape == (60, 17)
    assert turned.var(axis=0).sum() == pytest.approx(17)
    assert np.abs(np.corrcoef(turned, rowvar=False) - np.eye(17)).max() < 1e-9


def test_holdouts_keep_copies_on_one_side_and_genres_in_proportion():
    tracks = pd.DataFrame({"genre": ["blues", "jazz"] * 20}, index=[f"t{k}" for k in range(40)])
    unit = pd.Series(tracks.index, tracks.index)
    unit["t7"] = "t3"
    cuts = holdouts(STUDY, tracks, unit)
    assert len(cuts) == 2
    for rows in cuts:
        assert (3 in rows) == (7 in rows)
        assert len(rows) in (31, 32)
        assert tracks.genre.iloc[rows].value_counts().max() <= 17


def test_span_takes_the_first_row_as_the_alphabet():
    assert span(pd.DataFrame({"MIC": [0.2, 0.1, 0.4]})).loc["MIC"].tolist() == [0.1, 0.2, 0.4]
