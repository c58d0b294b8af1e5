"""Slices as pictures: shapes, what is averaged, and what the noise does."""

import librosa
import numpy as np
import pytest

from genrelab.corpora import load_corpus
from reproductions import sequences
from reproductions.sequences import (
    averaged,
    mel_sequence,
    mfcc_sequence,
    noisy_mfcc_sequence,
    stft_picture,
)


@pytest.fixture
def sound():
    rng = np.random.default_rng(0)
    time = np.arange(66_150) / 22_050
    return (0.2 * np.sin(2 * np.pi * 440 * time) + 0.01 * rng.normal(size=66_150)).astype(
        np.float32
    )


def test_pictures_have_their_shapes(sound):
    for picture in (stft_picture(sound), mel_sequence(sound)):
        assert picture.shape == (128, 65)
        assert picture.dtype == np.uint8
        assert picture.max() == 255
    assert mfcc_sequence(sound).shape == (20, 130)


def test_a_tone_stands_in_its_row(sound):
    row = stft_picture(sound).mean(axis=1).argmax()
    assert row == int(440 / (22_050 / 2048) // 8)


def test_mel_pictures_are_librosa_s_with_two_frames_as_one(sound):
    power = librosa.feature.melspectrogram(y=sound, sr=22_050)
    pairs = power.reshape(128, 65, 2).mean(axis=2)
    levels = librosa.power_to_db(pairs, ref=np.max, top_db=80)
    assert np.abs(mel_sequence(sound) * (80 / 255) - 80 - levels).max() <= 40 / 255 + 1e-3


def test_noise_is_as_loud_as_it_says_and_the_same_for_the_same_sound(sound):
    assert np.array_equal(noisy_mfcc_sequence(sound), noisy_mfcc_sequence(sound))
    nearly = noisy_mfcc_sequence(sound, snr=100)
    assert np.abs(nearly - mfcc_sequence(sound)).mean() < 0.5
    assert np.abs(noisy_mfcc_sequence(sound) - mfcc_sequence(sound)).mean() > 2


def test_averages_keep_the_mean_where_sizes_divide():
    values = np.random.default_rng(0).normal(size=(3, 12, 20))
    small = averaged(values, 4, 5)
    assert np.allclose(small, values.reshape(3, 4, 3, 5, 4).mean(axis=(2, 4)))
    assert averaged(values, 5, 7).shape == (3, 5, 7)
    assert np.allclose(averaged(np.ones((7, 9)), 3, 4), 1)


def test_slices_of_a_folder_stand_in_the_order_of_the_table(make_folder, own_cache):
    noise = np.random.default_rng(0).normal(scale=0.1, size=(4, 7 * 22_050)).astype(np.float32)
    music = load_corpus(
        make_folder({f"{genre}/{k}.wav": noise[k] for k, genre in enumerate("aabb")})
    )
    found = sequences.sequences(music, "mfcc")
    assert found.rows["segment"].tolist() == [0, 1] * 4
    assert found.rows["track"].tolist() == list(np.repeat(music.tracks.index, 2))
    y = music.audio(music.tracks.index[0])
    assert np.allclose(found.pictures[1], mfcc_sequence(y[66_150 : 2 * 66_150]))
    assert sequences.whole_track_pictures(music, music.tracks.index, (10, 12)).shape == (4, 10, 12)
    with pytest.raises(ValueError, match="no pictures of the kind 'cqt'"):
        sequences.sequences(music, "cqt")
