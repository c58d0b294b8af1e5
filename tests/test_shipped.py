"""Models that come with the course answer as their rows of the record say."""

import shutil

import numpy as np
import pytest

from claimbook.predictions import load_record
from claimbook.rows import read_rows
from genrelab.corpora import SAMPLE_RATE
from genrelab.features.raw_audio import pooled
from genrelab.models.weights import recipe_of
from genrelab.runtime import project_root
from genrelab.shipped import (
    METHODS,
    means,
    mel_levels,
    new_model,
    sha256,
    shipped,
    windows,
)
from reproductions.sequences import mel_sequence

REFERENCE = project_root() / "figures" / "gtzan"
SHIPPED = REFERENCE / "shipped"


@pytest.fixture(scope="module")
def models():
    return {name: shipped(name) for name in METHODS}


@pytest.fixture(scope="module")
def rows():
    return {row["id"].removeprefix("ground.shipped."): row for row in read_rows(REFERENCE)
            if row["id"].startswith("ground.shipped.")}


def music(seconds):
    """Noise under a melody, (n_samples,) float32."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    melody = np.sin(2 * np.pi * 220 * 2 ** (np.floor(2 * time) % 12 / 12) * time)
    noise = np.random.default_rng(0).normal(size=len(time))
    return (0.3 * melody + 0.03 * noise).astype(np.float32)


def answers_of(name):
    """Kept answers for test tracks: {track: probabilities}."""
    (path,) = (REFERENCE / "predictions").glob(f"ground.shipped.{name}@*.npz")
    kept = load_record(path)
    places = kept.rows(0, "test")
    return dict(zip(kept.tracks[kept.track[places]], kept.scores(places)))


def test_windows_follow_each_other_or_overlap_and_a_short_sound_is_filled_with_silence():
    y = np.arange(200_000, dtype=np.float32)
    assert [part[0] for part in windows(y, "mel")] == [0, 66_150, 132_300]
    assert [part[0] for part in windows(y, "mel", every=2.0)] == [0, 44_100, 88_200, 132_300]
    (short,) = windows(y[:1000], "mel")
    assert len(short) == 66_150 and (short[:1000] == y[:1000]).all() and not short[1000:].any()


def test_they_see_what_the_lessons_networks_see():
    y = music(20)
    assert np.abs(mel_levels(y[:66_150]) - mel_sequence(y[:66_150])).max() <= 1
    assert np.array_equal(means(y[:400_000]).reshape(20, 500).astype(np.float32), pooled(y))


@pytest.mark.parametrize("name", METHODS)
def test_each_answers_sound_of_any_length(models, name):
    model = models[name]
    for seconds in (0.5, 31.0):
        shares = model.answer(music(seconds))
        assert shares.shape == (max(1, int(seconds / model.seconds)), len(model.genres))
        assert np.allclose(shares.sum(axis=1), 1, atol=1e-5)
    assert np.isfinite(model.answer(np.zeros(70_000, np.float32))).all()
    assert np.allclose(model.of_track(music(31.0)), shares.mean(axis=0))


def test_windows_that_overlap_are_answered_like_those_that_do_not(models):
    model, y = models["dsae"], music(4)
    often = model.answer(y, every=0.5)
    apart = [model.answer(y[round(start * SAMPLE_RATE) :][:20_000])[0]
             for start in np.arange(len(often)) / 2]
    assert np.allclose(often, apart, atol=1e-6)


def test_all_but_the_softmax_autoencoder_know_ten_genres(models):
    assert models["dsae"].genres == ("classical", "jazz", "metal", "pop")
    assert {len(model.genres) for name, model in models.items() if name != "dsae"} == {10}


def test_together_they_are_small_and_their_weights_have_16_bits():
    assert {path.stem for path in SHIPPED.glob("*.npz")} == set(METHODS)
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= 12e6
    for name in METHODS:
        with np.load(SHIPPED / f"{name}.npz") as kept:
            wide = {part for part in kept.files if kept[part].dtype != np.float16}
        # some features have means and deviations that 16 bits cannot hold
        scale = {"1.mean", "1.spread"} if name.startswith("features") else set()
        assert wide == {"recipe"} | scale, name


def test_a_file_is_that_of_its_row(rows):
    assert set(rows) == set(METHODS)
    for name, row in rows.items():
        recipe = recipe_of(SHIPPED / f"{name}.npz")
        assert row["parameters"] == {name: recipe}


def test_nothing_was_learned_from_or_chosen_on_test_tracks(models, rows):
    for name, model in models.items():
        assert model.recipe["learned from"] == (
            f"{176 if name == 'dsae' else 443} training tracks, gtzan")
        assert "validation tracks" in model.recipe["chosen by"]
        best = max(model.recipe["tried"].values())
        assert model.recipe["tried"][model.recipe["chosen"]] == best
        assert not set(rows[name]["leaks"]) - {"artist", "unknown"}


@pytest.mark.parametrize("name", ["contrastive_spectra", "contrastive_audio", "noise_code"])
def test_an_encoder_is_the_committed_one(models, name):
    about = models[name].recipe["encoder"]
    path = REFERENCE / "weights" / about["weights"]
    assert sha256(path) == about["sha256"] and recipe_of(path) == about["recipe"]
    with np.load(path) as before, np.load(SHIPPED / f"{name}.npz") as now:
        parts = [part for part in now.files if part.startswith("0.encoder.")]
        assert parts and all(np.array_equal(now[part], before[part.removeprefix("0.encoder.")])
                             for part in parts)


def test_another_file_and_another_name_are_refused(tmp_path):
    folder = shutil.copytree(SHIPPED, tmp_path / "shipped")
    with open(folder / "features_mlp.npz", "ab") as file:
        file.write(b"\0")
    with pytest.raises(ValueError, match=r"features_mlp\.npz isn't the file .* by git"):
        shipped("features_mlp", folder)
    (folder / "cnn_mel.npz").unlink()
    with pytest.raises(ValueError, match=r"cnn_mel\.npz isn't the file"):
        shipped("cnn_mel", folder)
    with pytest.raises(ValueError, match=r"no model 'cnn'.*cnn_mel"):
        shipped("cnn")


def test_an_untrained_model_answers_otherwise(models):
    model, y = models["features_mlp"], music(6)
    assert not np.allclose(new_model(model.recipe).answer(y), model.answer(y), atol=0.01)


def test_kept_answers_give_the_accuracy_of_the_row(real, rows):
    for name, row in rows.items():
        kept, genres = answers_of(name), shipped(name).genres
        right = [genres[shares.argmax()] == real.tracks["genre"][track]
                 for track, shares in kept.items()]
        assert len(right) == (115 if name == "dsae" else 290)
        assert np.mean(right) == pytest.approx(row["value"], abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("name", METHODS)
def test_test_tracks_of_gtzan_are_answered_as_the_record_says(real, models, name):
    for track, kept in list(answers_of(name).items())[::5]:
        assert np.abs(models[name].of_track(real.audio(track)) - kept).max() < 2e-3, track
