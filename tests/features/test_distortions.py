"""Each distortion does what its amount says."""

import numpy as np
import pytest

from genrelab.features.distortions import (
    DISTORTIONS,
    add_noise,
    change_gain,
    clip,
    low_pass,
    shift_time,
)


@pytest.fixture
def y():
    return np.random.default_rng(0).normal(0, 0.1, 22_050).astype(np.float32)


def test_noise_has_its_level(y):
    noise = add_noise(y, 20) - y
    assert 10 * np.log10(np.mean(y**2) / np.mean(noise**2)) == pytest.approx(20, abs=0.2)
    np.testing.assert_array_equal(add_noise(y, 20), add_noise(y, 20))


def test_gain_is_in_decibels(y):
    assert np.sqrt(np.mean(change_gain(y, -6) ** 2) / np.mean(y**2)) == pytest.approx(
        0.501, abs=0.001
    )


def test_low_pass_leaves_what_lies_below(y):
    before, after = (np.abs(np.fft.rfft(x)) for x in (y, low_pass(y, 2000)))
    assert after[:1500].mean() == pytest.approx(before[:1500].mean(), rel=0.02)
    assert after[3000:].mean() < 0.01 * before[3000:].mean()


def test_shift_is_in_milliseconds(y):
    np.testing.assert_array_equal(shift_time(y, 100)[2205:], y[:-2205])


def test_clipping_cuts_the_share_that_it_says(y):
    assert np.mean(np.isclose(np.abs(clip(y, 0.1)), np.abs(clip(y, 0.1)).max())) == pytest.approx(
        0.1, abs=0.005
    )


@pytest.mark.parametrize("name", DISTORTIONS)
def test_steps_go_from_mild_to_strong(y, name):
    from genrelab.features import log_mel

    spoil = DISTORTIONS[name]
    if name == "gain":
        changes = [np.abs(spoil.apply(y, step)).mean() for step in spoil.steps]
        assert changes == sorted(changes, reverse=True)
    elif name != "time-shift":
        whole = log_mel(y)
        changes = [np.abs(log_mel(spoil.apply(y, step)) - whole).mean() for step in spoil.steps]
        assert changes == sorted(changes)
    assert len({spoil.label.format(step) for step in spoil.steps}) == len(spoil.steps)
