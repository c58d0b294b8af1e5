"""The rebuilt tagger answers as the published graph does, sees sound as it was trained to, and
names genres that are there."""

import numpy as np
import pytest
import torch

from genrelab.models import music_tagger as module
from genrelab.models.music_tagger import TAGS, log_mel_patches, music_tagger, tagger_embedding

PUBLISHED_LOGITS = [-7.2337, -8.0210, -5.7148, -5.1490, -0.7953, -5.4898, -4.9072, -5.1272]
PUBLISHED_EMBEDDING = [-0.1772, 1.5861, -0.2848, -0.2751, -0.3532, 1.6242, -0.2574, -0.4571]
"""First numbers for `pattern`, by the graph of the published package, run once by TensorFlow 2.21
with its own 32-bit weights."""


def pattern():
    """A patch of numbers as large as those of music, made without any sound: (1, 96, 187)."""
    band, frame = np.mgrid[:96, :187]
    return torch.from_numpy(2 + np.sin(band / 7 + frame / 11) + np.cos(frame / 3)).float()[None]


def test_it_answers_as_the_published_graph():
    with torch.no_grad():
        logits, embedding = music_tagger()(pattern()), music_tagger().embedding(pattern())
    np.testing.assert_allclose(logits[0, :8], PUBLISHED_LOGITS, atol=0.02)  # 16-bit weights
    np.testing.assert_allclose(embedding[0, :8], PUBLISHED_EMBEDDING, atol=0.02)


def test_patches_are_those_of_its_training():
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(30 * 22_050) / 22_050).astype(np.float32)
    patches = log_mel_patches(tone)
    assert patches.shape == (10, 96, 187)
    # 97 steps of the mel scale reach mel 45.2 (8 kHz), and 1 kHz is mel 15: nearest is step 32
    assert set(patches[1:-1].argmax(axis=1).ravel()) == {31}
    assert log_mel_patches(tone, most=2).shape == (2, 96, 187)
    np.testing.assert_array_equal(log_mel_patches(np.zeros(22_050, np.float32)), 0)  # repeated
    assert log_mel_patches(100 * tone).max() > np.log10(65_504)  # where 16 bits overflow


def test_an_embedding_is_the_mean_over_patches():
    noise = np.random.default_rng(0).normal(size=7 * 22_050).astype(np.float32)
    found = tagger_embedding(noise)
    with torch.no_grad():
        each = music_tagger().embedding(torch.from_numpy(log_mel_patches(noise)))
    assert each.shape == (2, 200)
    np.testing.assert_allclose(found, each.mean(dim=0), atol=1e-6)


def test_weights_of_another_source_are_refused(monkeypatch):
    monkeypatch.setitem(module.SOURCE, "wheel", "another")
    with pytest.raises(FileNotFoundError, match="Restore it by git"):
        music_tagger.__wrapped__()


@pytest.mark.slow
def test_its_tags_name_the_genres_of_gtzan(real):
    kept, mean = real.tracks[real.tracks["split"] != "removed"], {}
    for genre in real.genres:
        patches = [log_mel_patches(real.audio(track), most=1)
                   for track in kept.index[kept["genre"] == genre][10:14]]
        with torch.no_grad():
            logits = music_tagger()(torch.from_numpy(np.concatenate(patches)))
        mean[genre] = logits.sigmoid().mean(dim=0)
    named = {"jazz": "jazz", "blues": "blues", "metal": "metal", "country": "country",
             "Hip-Hop": "hiphop", "instrumental": "classical"}
    for tag, genre in named.items():
        assert max(mean, key=lambda one: mean[one][TAGS.index(tag)]) == genre, tag
