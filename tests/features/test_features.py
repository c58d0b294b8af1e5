"""Features agree with librosa and are computed once."""

import librosa
import numpy as np
from conftest import tone

from genrelab.corpora import load_corpus
from genrelab.features import log_mel, mel_pictures, mfcc, mfcc_statistics, track_table
from genrelab.features.pictures import picture_of_sound


def noise(seconds=2.0):
    return np.random.default_rng(0).normal(0, 0.1, int(seconds * 22_050)).astype(np.float32)


def test_log_mel_is_in_decibels_below_the_loudest():
    y = noise()
    levels = log_mel(y)
    assert levels.shape == (128, 1 + len(y) // 512)
    assert levels.max() == 0 and levels.min() >= -80
    assert np.argmax(log_mel(tone(2, 440)).mean(axis=1)) == np.argmax(
        librosa.filters.mel(sr=22_050, n_fft=2048)[:, 41]
    )


def test_mfcc_statistics_are_means_and_deviations():
    y = noise()
    row, coefficients = mfcc_statistics(y), mfcc(y)
    assert len(row) == 40
    np.testing.assert_allclose(
        row[[f"mfcc{k}_mean" for k in range(1, 21)]], coefficients.mean(axis=1), rtol=1e-6
    )
    np.testing.assert_allclose(row["mfcc20_sd"], coefficients[19].std(), rtol=1e-6)


def test_a_table_is_computed_once_and_follows_the_sound(make_folder, own_cache):
    root = make_folder({f"folk/{k}.wav": tone(1, 300 + 100 * k) for k in range(4)})
    first = track_table(load_corpus(root), mfcc_statistics)
    kept = {file.name for file in (own_cache / "mfcc_statistics").iterdir()}
    assert (first.shape, len(kept)) == ((4, 40), 4)
    make_folder({"folk/2.wav": tone(1, 900)})
    again = track_table(load_corpus(root), mfcc_statistics)
    assert len(set((own_cache / "mfcc_statistics").iterdir())) == 5
    changed = (first != again).any(axis=1)
    assert changed[changed].index.tolist() == ["folk.2"]


def test_mel_picture_has_the_published_shape(synthetic):
    picture = picture_of_sound(synthetic.audio(synthetic.tracks.index[0]))
    assert (picture.shape, picture.dtype) == ((216, 334), np.float32)
    # a loudest frame may fall between two columns
    assert picture.min() == 0 and 0.9 < picture.max() <= 1
    assert synthetic.picture(synthetic.tracks.index[0]) is None


def test_pictures_come_from_one_source(synthetic):
    some = synthetic.tracks.index[:4]
    found = mel_pictures(synthetic, some)
    assert (found.images.shape, found.source, found.missing) == ((4, 216, 334), "pcm", ())
    np.testing.assert_array_equal(found.images[2], picture_of_sound(synthetic.audio(some[2])))


def test_published_pictures_are_not_mixed_with_computed_ones(real):
    some = real.tracks.index[real.tracks.index.str.startswith("jazz.0005")]
    found = mel_pictures(real, some)
    assert (found.source, found.missing, len(found.tracks)) == (
        "kaggle-picture",
        ("jazz.00054",),
        9,
    )
    np.testing.assert_array_equal(found.images[0], real.picture("jazz.00050"))
