"""Changes of sound: each by known decibels and hertz, and drawn so that a seed gives the same
again."""

import math

import librosa
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from genrelab.models.augmentations import (
    AUDIO,
    SPECTRA,
    MelSpectra,
    Strengths,
    add_noise,
    audio_view,
    change_gain,
    crop,
    mask,
    mix,
    pass_filter,
    picture,
    shift_pitch,
    spectra_view,
)

SECOND = 22_050
INSIDE = slice(2000, -2000)


def sine(pitch, n_samples=SECOND, level=0.3):
    """A tone; of a second's length it has a whole number of cycles where the pitch is whole."""
    return (
        level
        * torch.sin(
            2 * math.pi * pitch * torch.arange(n_samples, dtype=torch.float64) / SECOND
        ).float()
    )


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def powers(n, n_mels=40, n_frames=30, seed=0):
    return noise(n, n_mels, n_frames, seed=seed).square() + 1e-3


def decibels(power):
    return 10 * math.log10(float(power))


def level(x):
    return decibels(x.square().mean())


def pitch_of(x):
    """The loudest frequency, Hz, to a fifth of one."""
    x = x[INSIDE].double().numpy()
    return np.abs(np.fft.rfft(x * np.hanning(len(x)), 8 * len(x))).argmax() * SECOND / (8 * len(x))


# --- waveforms ------------------------------------------------------------------------------------


def test_a_crop_is_the_told_piece_of_the_told_track_at_full_scale_1():
    audio = torch.arange(-3000, 3000, dtype=torch.int16).reshape(3, 2000)
    pieces = crop(audio, np.array([2, 0, 2]), np.array([5, 1990, 0]), 10)
    expected = torch.stack([audio[2, 5:15], audio[0, 1990:2000], audio[2, 0:10]])
    assert pieces.dtype == torch.float32
    assert torch.equal(pieces * 32768, expected.float())


def test_noise_lies_the_told_decibels_below_each_sound():
    x = torch.stack([sine(440, level=0.3), sine(1000, level=0.01), sine(300, level=0.8)])
    snr = torch.tensor([5.0, 30.0, 12.0])
    added = add_noise(x, snr, torch.Generator().manual_seed(0)) - x
    for sound, noise_of_it, wanted in zip(x, added, snr):
        assert level(sound) - level(noise_of_it) == pytest.approx(wanted.item(), abs=0.3)


def test_noise_is_white_and_another_for_each_sound():
    x = sine(440).expand(2, -1)
    added = add_noise(x, torch.tensor([10.0, 10.0]), torch.Generator().manual_seed(0)) - x
    assert abs(np.corrcoef(added[0], added[1])[0, 1]) < 0.05
    assert abs(np.corrcoef(added[0, 1:], added[0, :-1])[0, 1]) < 0.05
    # Gaussian
    assert added[0].square().square().mean() / added[0].square().mean() ** 2 == pytest.approx(
        3, abs=0.3
    )


def test_a_gain_of_20_decibels_is_a_factor_of_10():
    x = noise(4, 100)
    found = change_gain(x, torch.tensor([0.0, 20.0, -20.0, -6.0]))
    assert torch.equal(found[0], x[0])
    assert torch.allclose(found[1], 10 * x[1])
    assert torch.allclose(found[2], x[2] / 10)
    assert torch.allclose(found[3], x[3] * 10 ** (-0.3))


@pytest.mark.parametrize("high", [False, True])
def test_a_filter_leaves_half_of_the_power_at_its_cutoff_and_takes_24_decibels_for_an_octave(high):
    cutoff = 1200
    octaves = [-3, -1, 0, 1, 2]
    for octave in octaves:
        x = sine(round(cutoff * 2**octave))[None]
        found = pass_filter(x, torch.tensor([float(cutoff)]), torch.tensor([high]))
        taken = 10 * math.log10(1 + 2.0 ** (8 * octave * (-1 if high else 1)))
        assert level(x) - level(found) == pytest.approx(taken, abs=0.02)
        assert torch.allclose(found, x * 10 ** (-taken / 20), atol=1e-5)  # no shift of phase
    # the highest tone
    assert level(x) - level(found) == pytest.approx(0 if high else 48.2, abs=0.05)


def test_each_order_of_a_filter_takes_6_decibels_for_an_octave():
    x, cutoff, low = sine(8000)[None], torch.tensor([1000.0]), torch.tensor([False])
    for order in (1, 2, 3):
        assert level(x) - level(pass_filter(x, cutoff, low, order)) == pytest.approx(
            3 * 6.02 * order, abs=0.1
        )


def test_each_sound_has_a_filter_of_its_own_and_a_high_one_takes_what_is_constant():
    x = (sine(400) + sine(4000) + 0.5).expand(2, -1)
    low, high = pass_filter(x, torch.tensor([1000.0, 2000.0]), torch.tensor([False, True]))
    assert torch.allclose(low, sine(400) + 0.5, atol=2e-3)
    assert torch.allclose(high, sine(4000), atol=2e-3)
    odd = pass_filter(x[:, :9999], torch.tensor([1000.0, 2000.0]), torch.tensor([False, True]))
    assert odd.shape == (2, 9999) and odd.isfinite().all()


@pytest.mark.parametrize("semitones", [-5, -2, 0.5, 5])
def test_a_tone_is_shifted_to_its_new_pitch_and_keeps_level_and_length(semitones):
    x = sine(440)[None]
    found = shift_pitch(x, torch.tensor([float(semitones)]))
    assert found.shape == x.shape
    assert pitch_of(found[0]) == pytest.approx(440 * 2 ** (semitones / 12), abs=1)
    assert level(found[0]) == pytest.approx(level(x[0]), abs=0.5)
    assert level(found[0, INSIDE]) == pytest.approx(level(x[0]), abs=0.1)


def test_a_shift_by_nothing_nearly_returns_a_sound():
    chord = sine(220, level=0.1) + sine(277.2, level=0.1) + sine(1000, level=0.1)
    x = torch.stack([chord, 0.1 * noise(SECOND)])
    error = shift_pitch(x, torch.zeros(2)) - x
    assert level(x[0, INSIDE]) - level(error[0, INSIDE]) > 35
    assert level(x[1]) - level(error[1]) > 15


def test_a_shift_moves_what_happens_neither_earlier_nor_later():
    x = sine(600)[None].clone()
    x[:, :11_000] = 0
    for semitones in (-5.0, 5.0):
        loud = (
            shift_pitch(x, torch.tensor([semitones]))[0].reshape(-1, 105).square().mean(dim=1)
            > 0.01
        )
        assert int(loud.nonzero()[0, 0]) * 105 == pytest.approx(11_000, abs=1024)  # half a window


def test_each_sound_is_shifted_by_its_own_semitones():
    x = torch.stack([sine(440), sine(440), sine(600)])
    found = shift_pitch(x, torch.tensor([-5.0, 4.0, 1.0]))
    for sound, expected in zip(
        found, (440 * 2 ** (-5 / 12), 440 * 2 ** (4 / 12), 600 * 2 ** (1 / 12))
    ):
        assert pitch_of(sound) == pytest.approx(expected, abs=1)
    alone = shift_pitch(x[:1], torch.tensor([-5.0]))
    assert torch.allclose(found[0, INSIDE], alone[0, INSIDE], atol=1e-4)


def test_what_would_lie_above_half_the_sampling_rate_is_gone_and_not_folded_back():
    gone, kept = shift_pitch(torch.stack([sine(10_000), sine(7000)]), torch.tensor([5.0, 5.0]))[
        :, INSIDE
    ]
    assert level(gone) < level(sine(10_000)) - 35
    assert level(kept) == pytest.approx(level(sine(7000)), abs=1.5)


def test_silence_stays_silence_when_it_is_shifted():
    assert not shift_pitch(torch.zeros(1, 9000), torch.tensor([3.0])).any()


# --- mel spectra ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("n_fft", "hop", "n_mels"), [(1024, 512, 128), (2048, 256, 40)])
def test_mel_spectra_are_those_of_librosa(n_fft, hop, n_mels):
    x = 0.1 * noise(2, 9000) + sine(440, 9000)
    filters = librosa.filters.mel(sr=SECOND, n_fft=n_fft, n_mels=n_mels)
    found = MelSpectra(filters, hop)(x)
    for y, power in zip(x.numpy(), found):
        expected = librosa.feature.melspectrogram(
            y=y, sr=SECOND, n_fft=n_fft, hop_length=hop, n_mels=n_mels
        )
        assert power.shape == expected.shape
        assert np.allclose(power, expected, rtol=1e-3, atol=1e-5)


def test_filters_are_no_weights_of_a_model():
    assert not MelSpectra(np.ones((4, 9))).state_dict()


def test_a_picture_has_mean_0_and_deviation_1_whatever_the_level():
    power = powers(3)
    found = picture(power)
    assert torch.allclose(found.mean(dim=(1, 2)), torch.zeros(3), atol=1e-5)
    assert torch.allclose(found.square().mean(dim=(1, 2)), torch.ones(3), atol=1e-4)
    assert torch.allclose(picture(power * 100), found, atol=1e-4)
    in_decibels = 10 * np.log10(power[1].numpy())
    assert np.corrcoef(in_decibels.ravel(), found[1].ravel())[0, 1] == pytest.approx(1, abs=1e-5)


def test_all_that_lies_more_than_80_decibels_below_the_loudest_is_equally_soft():
    power = torch.full((1, 2, 3), 1.0)
    power[0, 0] = torch.tensor([1e-7, 1e-8, 1e-9])
    found = picture(power)[0, 0]
    assert found[0] > found[1] and found[1] == found[2]
    assert picture(power, top=60.0)[0, 0].unique().numel() == 1


def test_a_picture_of_silence_is_empty():
    assert not picture(torch.zeros(1, 5, 6)).any()


def test_what_is_mixed_in_has_the_asked_level():
    power, other = powers(3), 1000 * powers(3, seed=1)
    asked = torch.tensor([-20.0, -5.0, 3.0])
    added = mix(power, other, asked) - power
    for row in range(3):
        assert decibels(added[row].mean() / power[row].mean()) == pytest.approx(
            asked[row].item(), abs=0.01
        )
        assert np.corrcoef(added[row].ravel(), other[row].ravel())[0, 1] == pytest.approx(
            1, abs=1e-3
        )
    assert torch.equal(mix(power, torch.zeros_like(other), asked), power)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=4),
    st.sampled_from([1, 2]),
)
def test_a_mask_hides_what_it_says_and_nothing_else(spans, dim):
    x = torch.arange(1.0, 1 + len(spans) * 9 * 11).reshape(len(spans), 9, 11)
    found = mask(
        x,
        torch.tensor([start for start, _ in spans]),
        torch.tensor([width for _, width in spans]),
        dim,
    )
    expected = x.clone()
    for row, (start, width) in zip(expected, spans):
        if dim == 1:
            row[start : start + width] = 0
        else:
            row[:, start : start + width] = 0
    assert torch.equal(found, expected)
    assert x.all()  # what was handed in is left alone


# --- drawn at random ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sounds():
    return 0.1 * noise(6, 4096) + sine(440, 4096)


@pytest.mark.parametrize("changes", [*((name,) for name in AUDIO), AUDIO])
def test_the_state_of_the_generator_decides_the_view_of_a_sound(sounds, changes):
    often = Strengths(noise_often=1, gain_often=1, filter_often=1, pitch_often=1)
    first, again, other = (
        audio_view(sounds, changes, often, np.random.default_rng(seed)) for seed in (0, 0, 1)
    )
    assert first.shape == sounds.shape and first.isfinite().all()
    assert torch.equal(first, again)
    for row in range(len(sounds)):
        assert not torch.equal(first[row], other[row])
        assert not torch.equal(first[row], sounds[row])


@pytest.mark.parametrize("changes", [*((name,) for name in SPECTRA), SPECTRA])
def test_the_state_of_the_generator_decides_the_view_of_a_spectrum(changes):
    power, often = powers(6), Strengths(mix_often=1, mask=0.5)
    first, again, other = (
        spectra_view(power, changes, often, np.random.default_rng(seed)) for seed in (0, 0, 1)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert not torch.equal(first, picture(power))


def test_the_second_view_from_one_generator_is_another(sounds):
    rng = np.random.default_rng(0)
    assert not torch.equal(*(audio_view(sounds, AUDIO, Strengths(), rng) for _ in range(2)))


def test_torchs_own_generator_decides_nothing(sounds):
    views = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        views.append(audio_view(sounds, AUDIO, Strengths(), np.random.default_rng(0)))
    assert torch.equal(*views)


def test_without_changes_a_view_is_what_was_handed_in(sounds):
    rng = np.random.default_rng(0)
    assert audio_view(sounds, (), Strengths(), rng) is sounds
    assert torch.equal(spectra_view(powers(2), (), Strengths(), rng), picture(powers(2)))
    assert rng.random() == np.random.default_rng(0).random()  # and nothing was drawn
    assert audio_view(sounds, ("crop", *SPECTRA), Strengths(), rng) is sounds


@pytest.mark.parametrize(
    ("name", "share"), [("noise", 0.5), ("gain", 0.3), ("filter", 0.8), ("pitch", 0.6)]
)
def test_as_many_sounds_are_changed_as_told(name, share):
    x = 0.1 * noise(1000, 1100 if name == "pitch" else 64)
    found = audio_view(x, (name,), Strengths(), np.random.default_rng(0))
    assert (found != x).any(dim=1).float().mean().item() == pytest.approx(share, abs=0.05)
    never = Strengths(noise_often=0, gain_often=0, filter_often=0, pitch_often=0)
    assert torch.equal(audio_view(x, (name,), never, np.random.default_rng(0)), x)


def test_half_of_the_spectra_are_mixed_with_their_neighbour():
    power = powers(1000, 4, 5)
    found = spectra_view(power, ("mix",), Strengths(), np.random.default_rng(0))
    changed = (found != picture(power)).flatten(1).any(dim=1)
    assert changed.float().mean().item() == pytest.approx(0.5, abs=0.05)
    loud = Strengths(mix=(90.0, 90.0), mix_often=1)
    found = spectra_view(power, ("mix",), loud, np.random.default_rng(0))
    assert torch.allclose(found, picture(power.roll(1, dims=0)), atol=1e-2)


def test_gains_are_drawn_evenly_from_the_told_range():
    x = torch.ones(2000, 3)
    found = audio_view(x, ("gain",), Strengths(gain_often=1), np.random.default_rng(0))
    told = 20 * found[:, 0].log10()
    assert -6 <= told.min() < -5.9 and -0.1 < told.max() <= 0
    assert told.mean().item() == pytest.approx(-3, abs=0.15)
    assert (told < -4.5).float().mean().item() == pytest.approx(0.25, abs=0.04)


def test_half_of_the_filters_let_the_high_frequencies_pass():
    x = (sine(60, 2205) + sine(9000, 2205)).expand(400, -1)
    found = audio_view(x, ("filter",), Strengths(filter_often=1), np.random.default_rng(0))
    spectrum = torch.fft.rfft(found).abs()
    low, high = spectrum[:, 6], spectrum[:, 900]
    assert ((low > 10 * high) | (high > 10 * low)).all()
    assert (high > low).float().mean().item() == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize(("name", "dim", "most"), [("time", 2, 5), ("frequency", 1, 8)])
def test_masks_of_a_view_have_any_width_up_to_the_told_share_and_lie_anywhere(name, dim, most):
    power = powers(400, 80, 50)
    found = spectra_view(power, (name,), Strengths(mask=0.1), np.random.default_rng(0))
    hidden = (found == 0).all(dim=3 - dim)
    assert torch.equal(found[found != 0], picture(power)[found != 0])
    widths = hidden.sum(dim=1)
    assert widths.unique().tolist() == list(range(1, most + 1))
    starts = hidden.float().argmax(dim=1)
    assert ((hidden[:, 1:] != hidden[:, :-1]).sum(dim=1) <= 2).all()  # in one piece
    assert starts.min() == 0 and (starts + widths).max() == hidden.shape[1]
