"""What ships is trained on training tracks alone, and recorded as it was written."""

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from claimbook.predictions import load_record
from claimbook.rows import read_rows
from genrelab import shipped
from reproductions import shipped_models
from reproductions.experiments import reproduce
from reproductions.shipped_models import PLANS, Rows, scale_of, scored, shares_of, teach


def test_there_is_a_plan_for_each_model():
    assert set(PLANS) == set(shipped.METHODS)
    assert {plan.seen for plan in PLANS.values()} == set(shipped.WINDOWS)


def test_numbers_are_scaled_by_feature_or_by_band():
    rng = np.random.default_rng(0)
    table = rng.normal(5, 3, (400, 2)) * [1, 1e6]
    mean, spread = scale_of(table)
    assert np.allclose(mean / [1, 1e6], 5, atol=0.5) and np.allclose(spread / [1, 1e6], 3, atol=0.5)
    pictures = np.stack([np.zeros((4, 6)), np.full((4, 6), 2.0)])
    pictures[:, 0] = 7
    mean, spread = scale_of(pictures)
    assert mean.shape == (4, 1) and mean[:, 0].tolist() == [7, 1, 1, 1]
    assert spread[:, 0].tolist() == [1, 1, 1, 1]  # what is constant keeps its size


def test_a_regression_learns_from_its_rows_alone_and_answers_as_sklearn_does():
    rng = np.random.default_rng(0)
    labels = np.arange(90) % 3
    codes = (rng.normal(size=(90, 4)) + 3 * np.eye(4)[labels]).astype(np.float32)
    codes[60:] = np.nan  # never looked at
    network = nn.Linear(4, 3)
    rows = Rows(codes, np.arange(90), labels)
    assert teach(network, {"of": "linear", "C": 1.0}, rows, np.arange(60), np.arange(0))
    with torch.no_grad():
        said = network(torch.from_numpy(codes[:60])).argmax(dim=1).numpy()
    assert (said == labels[:60]).mean() > 0.95


def test_an_answer_is_the_mean_over_the_windows_of_a_track():
    head = shipped.Standardised(nn.Identity(), np.zeros(2), np.ones(2))
    model = shipped.Shipped({}, nn.Identity(), head)
    codes = np.array([[9, 0], [0, 9], [9, 0], [0, 9]], np.float32)
    shares = shares_of(model, Rows(codes, np.array([0, 1, 1, 1]), np.zeros(4, int)))
    assert np.allclose(shares, [[1, 0], [1 / 3, 2 / 3]], atol=1e-3)


def test_of_equally_many_right_answers_the_surer_ones_are_better():
    labels = np.array([0, 1])
    sure, unsure, wrong = (scored(np.array(shares), labels) for shares in (
        [[0.9, 0.1], [0.1, 0.9]], [[0.6, 0.4], [0.4, 0.6]], [[0.99, 0.01], [0.51, 0.49]]))
    assert sure > unsure > wrong


@pytest.mark.slow
def test_the_row_is_what_the_written_file_answers(synthetic, tmp_path, monkeypatch):
    names = ["features_mlp", "cnn_mel", "dsae", "contrastive_spectra"]
    monkeypatch.setattr(shipped_models, "PLANS", {name: PLANS[name] for name in names})
    reproduce(["shipped_models"], out=tmp_path)
    rows = {row["id"].split(".")[-1]: row for row in read_rows(tmp_path)}
    assert set(rows) == set(names)
    for name, row in rows.items():
        model = shipped.shipped(name, tmp_path / "shipped")
        (path,) = (tmp_path / "predictions").glob(f"*.{name}@*.npz")
        kept = load_record(path)
        assert kept.probabilities.dtype == np.float16
        tested = kept.rows(0, "test")
        tracks = kept.tracks[kept.track[tested]]
        truth = synthetic.tracks["genre"][tracks]
        assert set(synthetic.tracks["split"][tracks]) == {"test"}
        # at this size only the first window of each track counts
        shares = np.stack([model.answer(synthetic.audio(track), every=30)[0] for track in tracks])
        assert np.abs(shares - kept.scores(tested)).max() < 1e-3
        said = pd.Series(np.array(model.genres)[shares.argmax(axis=1)], truth.index)
        assert (said == truth).mean() == pytest.approx(row["value"], abs=1e-6)


@pytest.mark.slow
def test_equal_runs_give_equal_files(synthetic, tmp_path, monkeypatch):
    monkeypatch.setattr(shipped_models, "PLANS", {"features_mlp": PLANS["features_mlp"]})
    for run in ("first", "second"):
        reproduce(["shipped_models"], out=tmp_path / run)
    first, second = (tmp_path / run / "shipped" / "SHA256SUMS" for run in ("first", "second"))
    assert first.read_text() == second.read_text()
