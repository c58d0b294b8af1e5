"""Segments of raw audio: averaging by hand, what it leaves, sizes, and short tracks."""

import numpy as np
import pytest

from genrelab.features.raw_audio import (
    LENGTH,
    N_SEGMENTS,
    log_mel_rows,
    mfcc_rows,
    pooled,
    segment_table,
    unpooled,
)
from genrelab.features.segment_view import SegmentView, segment_ids


def tone(pitch, n=LENGTH * N_SEGMENTS + 777):
    return np.sin(2 * np.pi * pitch * np.arange(n) / 22_050).astype(np.float32)


def test_averaging_is_the_mean_of_neighbours_of_the_first_400_000_samples():
    y = np.random.default_rng(0).normal(size=450_000).astype(np.float32)
    found = pooled(y, 40)
    assert found.shape == (20, 500) and found.dtype == np.float32
    assert found[3, 7] == pytest.approx(y[3 * 20_000 + 280 : 3 * 20_000 + 320].mean(), abs=1e-6)
    assert np.allclose(pooled(y, 80), pooled(y, 40).reshape(20, 250, 2).mean(axis=2), atol=1e-6)


@pytest.mark.parametrize("pitch, low, high", [(60, 0.95, 1), (551.25, 0, 1e-3), (5000, 0, 0.05)])
def test_what_is_left_is_low(pitch, low, high):
    share = pooled(tone(pitch)).std() / tone(pitch).std()
    assert low <= share <= high


def test_the_way_back_keeps_a_low_tone():
    y = tone(60)[: LENGTH * N_SEGMENTS]
    back = unpooled(pooled(y).ravel())
    assert back.shape == y.shape
    middle = np.roll(y, -20)  # a mean stands for the middle of its 40 samples
    assert np.corrcoef(back[5000:-5000], middle[5000:-5000])[0, 1] > 0.99


def test_a_track_that_is_too_short_is_named():
    with pytest.raises(ValueError, match=r"18\.1 s"):
        pooled(np.zeros(300_000, np.float32))


def test_coefficients_have_as_many_numbers_and_know_loudness():
    y = np.random.default_rng(0).normal(size=400_000).astype(np.float32)
    for make in (mfcc_rows, log_mel_rows):
        assert make(y).shape == (20, 500)
    assert np.allclose(log_mel_rows(10 * y) - log_mel_rows(y), 20, atol=0.01)


def test_a_table_of_a_corpus(synthetic):
    tracks = synthetic.tracks.index[:3]
    table = segment_table(synthetic, tracks)
    assert table.values.shape == (60, 500)
    assert list(table.rows.columns) == ["track", "segment", "genre"]
    assert np.array_equal(table.values[20:40], pooled(synthetic.audio(tracks[1])))
    with pytest.raises(ValueError, match="raw, mfcc, log_mel"):
        segment_table(synthetic, tracks, "chroma")


def test_a_segment_can_be_heard(synthetic):
    rows = segment_table(synthetic, synthetic.tracks.index[:2]).rows.iloc[[3, 25]]
    view = SegmentView(synthetic, rows)
    name = segment_ids(rows)[1]
    assert name == f"{synthetic.tracks.index[1]}.s05"
    assert np.array_equal(
        view.audio(name), synthetic.audio(synthetic.tracks.index[1])[5 * LENGTH : 6 * LENGTH]
    )
    assert view.tracks.at[name, "genre"] == synthetic.tracks.genre.iloc[1]
    assert view.content(name).hash != view.content(segment_ids(rows)[0]).hash
