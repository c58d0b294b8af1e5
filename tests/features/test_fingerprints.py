"""Fingerprints find one take twice, whatever was done to it, and nothing else."""

import numpy as np
import pytest
from conftest import tone

from genrelab.corpora import load_corpus
from genrelab.features.fingerprints import (
    aligned_correlation,
    best_shifts,
    fingerprint,
    near_copies,
)

RATE = 22_050


@pytest.fixture(scope="module")
def music(synthetic):
    return synthetic.audio("country.00002"), synthetic.audio("country.00003")


def test_every_planted_near_copy_is_found_and_nothing_else(synthetic):
    found = near_copies(synthetic)
    planted = synthetic.tracks["fault"].eq("shifted") if "fault" in synthetic.tracks else None
    assert found[["track", "copy"]].to_numpy().tolist() == [["rock.00004", "rock.00007"]]
    assert planted is None or planted.sum() == 1
    assert abs(found["offset"][0] + 0.5) < 0.05  # cut half a second later


def test_the_shift_of_a_cut_is_told_with_its_sign(music):
    whole, other = music
    later = np.concatenate([np.zeros(3 * RATE, np.float32), whole])[: len(whole)]
    found = best_shifts([fingerprint(y) for y in (whole, later, other)])
    assert found[["first", "second"]].to_numpy().tolist() == [[0, 1]]
    assert abs(found["offset"][0] - 3) < 0.05


@pytest.mark.parametrize("change", ["louder", "reversed polarity", "noisy", "darker"])
def test_what_coding_and_mastering_do_is_no_matter(music, change):
    whole, _ = music
    chance = np.random.default_rng(0)
    changed = {
        "louder": lambda: 3 * whole,
        "reversed polarity": lambda: -whole,
        "noisy": lambda: whole + chance.normal(0, 0.05 * whole.std(), len(whole)),
        "darker": lambda: np.convolve(whole, np.ones(6) / 6, "same"),
    }[change]().astype(np.float32)
    found = best_shifts([fingerprint(whole), fingerprint(changed)])
    assert found["spectra"][0] > 0.8
    assert aligned_correlation(whole, changed, 0).min() > 0.8


def test_a_tape_at_another_speed_still_agrees_by_seconds(music):
    whole, _ = music
    places = np.arange(0, len(whole) - 1, 1.002)  # two per mille faster
    faster = np.interp(places, np.arange(len(whole)), whole).astype(np.float32)
    assert aligned_correlation(whole, faster, 0)[1:-1].mean() > 0.3
    assert aligned_correlation(whole, music[1], 0).min() < 0.17


def test_silence_and_short_sounds_are_like_nothing():
    silent, short = np.zeros(5 * RATE, np.float32), np.zeros(100, np.float32)
    assert not fingerprint(silent).any()
    assert best_shifts([fingerprint(silent), fingerprint(short), fingerprint(silent)]).empty
    assert aligned_correlation(silent[: RATE // 2], silent, 0).shape == (0,)


def test_a_silent_second_in_both_is_no_objection(music):
    whole, _ = music
    gap = whole.copy()
    gap[5 * RATE : 8 * RATE] = 0
    later = np.concatenate([np.zeros(RATE // 2, np.float32), gap])[: len(gap)]
    agreed = aligned_correlation(gap, later, 0.5)
    assert 8 <= len(agreed) < 12 and agreed.min() > 0.9
    assert aligned_correlation(whole, gap, 0).min() < 0.17  # music against silence is one


def test_sounds_too_short_to_be_compared_are_not_confirmed(make_folder, own_cache):
    chance = np.random.default_rng(0)
    fading = np.exp(-np.arange(RATE) / 2000)
    files = {
        f"{genre}/{k}.wav": chance.normal(0, 0.2, RATE) * fading for genre in "ab" for k in range(6)
    }
    corpus = load_corpus(make_folder(files))
    assert (
        near_copies(corpus).empty
        and not (near_copies(corpus, confirmed_only=False)["waveform"] > 0).any()
    )


def test_a_folder_of_copies_and_of_one_track(make_folder, own_cache):
    corpus = load_corpus(make_folder({"folk/a.wav": tone(2), "folk/b.wav": tone(2)}))
    assert near_copies(corpus).empty  # exact copies are no near copies
