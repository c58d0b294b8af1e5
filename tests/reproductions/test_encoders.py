"""Contrastive encoders on a corpus: what is kept of a training, heads on codes, and what is handed
to the ledger."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from claimbook.ledger import Ledger
from claimbook.predictions import load_record
from genrelab.corpora import AudioError, load_corpus, read_audio
from genrelab.models import contrastive, heads
from genrelab.models.augmentations import Strengths
from genrelab.models.contrastive import Recipe, encoded, new_model, some_of_each
from genrelab.models.weights import save_weights
from reproductions import encoder_training, encoders, pieces
from reproductions.encoder_training import (
    codes_of,
    mel_filters,
    packed,
    unlabelled_music,
    unpacked,
)
from reproductions.encoders import (
    Studio,
    best_weight,
    codes_by,
    content_of,
    mixed,
    recipe_from,
)
from reproductions.records import audited, of_shares, source_of
from reproductions.study import Study

pytestmark = pytest.mark.usefixtures("one_thread")

SMALL = Recipe(
    steps=4, looks=2, batch=4, n_samples=22_050, width=1 / 16, projection=8, learning_rate=1e-3
)
GENRES = {"blues": 200, "disco": 600, "metal": 1800}
PARTS = ["train", "train", "train", "valid", "valid", "test"]


@pytest.fixture
def corpus(make_folder, own_cache):
    """Three genres of six tracks of 6.1 seconds, each by an artist of its own: a tone of the genre,
    and noise."""
    rng = np.random.default_rng(0)
    time = np.arange(134_505) / 22_050
    files, rows = {}, ["track,artist,split"]
    for genre, pitch in GENRES.items():
        for place, part in enumerate(PARTS):
            sound = 0.3 * np.sin(2 * np.pi * pitch * (1 + 0.02 * place) * time) + 0.02 * rng.normal(
                size=len(time)
            )
            files[f"{genre}/{place}.wav"] = sound
            rows.append(f"{genre}.{place},{genre} {place},{part}")
    root = make_folder(files)
    (root / "tracks.csv").write_text("\n".join(rows))
    return load_corpus(root)


@pytest.fixture
def studio(corpus):
    return Studio(corpus, corpus.tracks)


def same(one, other):
    return one.keys() == other.keys() and all(
        np.array_equal(one[name], other[name]) for name in one
    )


# --- codes that are kept --------------------------------------------------------------------------


def test_a_kept_number_is_off_by_half_a_level_at_most():
    codes = np.random.default_rng(0).normal(size=(30, 4, 7)).astype(np.float32) * np.logspace(
        -3, 3, 7, dtype=np.float32
    )
    kept = packed(codes)
    assert kept["levels"].dtype == np.uint8 and kept["levels"].shape == codes.shape
    error = np.abs(unpacked(kept) - codes).max(axis=(0, 1))
    step = np.ptp(codes, axis=(0, 1)) / 255
    assert (error <= 0.501 * step).all() and (error > 0.4 * step).all()
    assert (kept["levels"].min(axis=(0, 1)) == 0).all() and (
        kept["levels"].max(axis=(0, 1)) == 255
    ).all()
    assert unpacked(kept).dtype == np.float32


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(-3, 3), st.floats(-2, 2))
def test_to_keep_what_was_kept_changes_nothing(seed, size, middle):
    codes = (np.random.default_rng(seed).normal(middle, 1, (5, 3, 4)) * 10**size).astype(np.float32)
    once = packed(codes)
    twice = packed(unpacked(once))
    assert np.array_equal(once["levels"], twice["levels"])
    assert np.allclose(unpacked(once), unpacked(twice), rtol=0, atol=1e-4 * once["step"].max())


def test_a_number_that_never_varies_is_kept_as_it_is():
    codes = np.full((4, 2, 3), 0.3, np.float32)
    codes[:, :, 1] = np.arange(8).reshape(4, 2)
    assert np.array_equal(unpacked(packed(codes))[:, :, [0, 2]], codes[:, :, [0, 2]])


# --- two classifiers together ---------------------------------------------------------------------


def test_probabilities_are_mixed_by_the_weight_of_the_first():
    first, second = np.array([[1.0, 0.0]]), np.array([[0.2, 0.8]])
    assert np.allclose(mixed(first, second, 0.25), [[0.4, 0.6]])
    assert np.array_equal(mixed(first, second, 1), first)


def test_of_equally_good_weights_a_half_is_taken():
    labels = np.arange(12) % 3
    right = np.eye(3)[labels]
    assert best_weight(right, right, labels, np.arange(12)) == 0.5
    assert best_weight(1 - right, 1 - right, labels, np.arange(12)) == 0.5
    assert best_weight(right, np.full((12, 3), 1 / 3), labels, np.arange(12)) == 0.5


def test_a_classifier_that_is_surely_wrong_gets_no_weight():
    labels = np.arange(12) % 3
    barely = 0.34 * np.ones((12, 3)) - 0.01 * (1 - np.eye(3)[labels])
    wrong = np.eye(3)[(labels + 1) % 3]
    assert best_weight(barely, wrong, labels, np.arange(12)) == 1
    assert best_weight(wrong, barely, labels, np.arange(12)) == 0


def test_the_weight_that_is_right_most_often_is_chosen_on_the_told_rows_alone():
    labels = np.zeros(4, int)
    first = np.array([[0.9, 0.1], [0.4, 0.6], [0.1, 0.9], [0.1, 0.9]])
    second = np.array([[0.3, 0.7], [0.9, 0.1], [0.8, 0.2], [0.8, 0.2]])
    # the first row needs w > 1/3, the second w < 4/5, the last ones w < 3/7
    assert best_weight(first, second, labels, np.array([0, 1])) == 0.5
    assert best_weight(first, second, labels, np.arange(4)) == pytest.approx(0.4)
    shown = labels.copy()
    shown[:2] = 1
    assert best_weight(first, second, shown, np.array([2, 3])) == pytest.approx(0.4)


# --- recipes and music ----------------------------------------------------------------------------


def test_a_recipe_comes_back_from_json():
    recipe = SMALL._replace(
        changes=("crop", "pitch"), strengths=Strengths(semitones=(-1.0, 2.0), mask=0.3)
    )
    again = recipe_from(json.loads(json.dumps(recipe.told)))
    assert again == recipe and again.name == recipe.name
    assert isinstance(again.strengths, Strengths) and isinstance(again.strengths.semitones, tuple)


def test_mel_filters_are_128_bands_of_1024_samples():
    filters = mel_filters()
    assert filters.shape == (128, 513) and filters.dtype == np.float32
    assert (filters.max(axis=1) > 0).all()


def test_a_studio_knows_parts_labels_and_sound_of_its_tracks(corpus, studio):
    assert studio.genres == list(GENRES) and studio.n_samples == 134_505
    assert {part: len(rows) for part, rows in studio.rows.items()} == {
        "train": 9,
        "valid": 6,
        "test": 3,
    }
    assert [studio.genres[label] for label in studio.labels] == corpus.tracks["genre"].tolist()
    music = studio.music
    assert music.audio.shape == (18, 134_505) and music.audio.dtype == torch.int16
    assert np.array_equal(
        music.audio[7].numpy() / 32768, read_audio(corpus.path(corpus.tracks.index[7]))
    )
    assert np.array_equal(music.train, studio.rows["train"]) and np.array_equal(
        music.valid, studio.rows["valid"]
    )


def test_pieces_of_tracks_are_rows_of_their_own(corpus, studio):
    rows = corpus.tracks.loc[corpus.tracks.index.repeat(3)]
    cut = Studio(corpus, rows, cut=3)
    whole = studio.music.audio[:, : 3 * cut.n_samples]
    assert cut.n_samples == studio.n_samples // 3 and len(cut.labels) == 3 * len(studio.labels)
    assert torch.equal(cut.music.audio.reshape(whole.shape), whole)
    assert cut.key(SMALL) != studio.key(SMALL)
    with pytest.raises(ValueError, match="must name each track 3 times"):
        Studio(corpus, rows.iloc[1:], cut=3)
    with pytest.raises(ValueError, match="must name each track 2 times"):
        Studio(corpus, pd.concat([corpus.tracks] * 2), cut=2)


def test_rows_are_dealt_out_anew_without_reading_the_sound_again(corpus, studio, monkeypatch):
    audio = studio.music.audio
    monkeypatch.setattr("reproductions.pieces.stacked_audio", None)
    other = studio.dealt(np.array(["train", "valid", "", "test", "train", "train"] * 3))
    assert torch.equal(other.music.audio, audio)
    assert other.rows["valid"].tolist() == [1, 7, 13] and len(other.music.train) == 9
    assert 2 not in np.concatenate(list(other.rows.values()))
    assert other.key(SMALL) != studio.key(SMALL)


def test_whatever_decides_a_training_is_part_of_its_key(corpus, studio):
    def other(**columns):
        return Studio(corpus, corpus.tracks.assign(**columns))

    split = corpus.tracks["split"].replace({"train": "valid", "valid": "train"})
    genre = corpus.tracks["genre"].replace({"blues": "disco", "disco": "blues"})
    keys = [
        studio.key(SMALL),
        studio.key(SMALL._replace(seed=1)),
        studio.key(SMALL, corpus),
        other(split=split).key(SMALL),
        other(genre=genre).key(SMALL),
        Studio(corpus, corpus.tracks.iloc[1:]).key(SMALL),
    ]
    assert len({json.dumps(key, sort_keys=True) for key in keys}) == len(keys)
    assert Studio(corpus, corpus.tracks).key(SMALL) == studio.key(SMALL)


def test_the_name_of_a_sound_changes_with_its_samples_alone(corpus):
    tracks = corpus.tracks.index
    assert content_of(corpus, tracks) == content_of(corpus, tracks)
    assert (
        content_of(corpus, tracks)
        != content_of(corpus, tracks[1:])
        != content_of(corpus, tracks[:0:-1])
    )
    before = content_of(corpus, tracks)
    corpus.path("disco.1").write_bytes(corpus.path("disco.2").read_bytes())
    assert content_of(replace(corpus), tracks) != before  # as it is when it is loaded again
    corpus.path("disco.1").write_bytes(b"no sound")
    with pytest.raises(AudioError, match=r"1\.wav"):
        content_of(replace(corpus), tracks)


def test_other_music_is_taken_evenly_and_looked_at_by_every_fifth_track(corpus, monkeypatch):
    music = unlabelled_music(corpus)
    assert len(music.audio) == 18 and not music.labels.any()
    assert music.valid.tolist() == [0, 5, 10, 15]
    assert sorted([*music.train, *music.valid]) == list(range(18))
    few = unlabelled_music(corpus, most=5)
    chosen = corpus.tracks.index[[0, 4, 8, 13, 17]]
    assert np.array_equal(few.audio.numpy(), pieces.stacked_audio(corpus, chosen))


# --- trainings that are kept ----------------------------------------------------------------------


def test_a_training_is_kept_and_not_made_again(studio, corpus, own_cache, monkeypatch):
    recipes = {"plain": SMALL, "twin": SMALL._replace(labels=2)}
    found = studio.learn(recipes, keep=["twin"])
    plain, twin = found["plain"], found["twin"]
    assert plain.recipe == SMALL and plain.codes.shape == plain.best.shape == (18, 2, 32)
    assert plain.codes.dtype == np.float32
    assert plain.probabilities is None and plain.weights is None
    assert twin.best is None and twin.probabilities.shape == (18, 3)
    assert np.allclose(twin.probabilities.sum(axis=1), 1, atol=1e-5)
    assert all(
        values.dtype == np.float16 for name, values in twin.weights.items() if "tracked" not in name
    )
    assert (
        [look["step"] for look in plain.history] == [2, 4]
        and plain.seconds > 0
        and plain.device == "cpu"
    )
    assert not list((own_cache / "training").iterdir())  # checkpoints of what is done are gone
    monkeypatch.setattr(contrastive, "trained", lambda *rest: pytest.fail("trained again"))
    again = Studio(corpus, corpus.tracks).learn(recipes, keep=["twin"])
    for name, run in found.items():
        assert np.array_equal(run.codes, again[name].codes) and run.history == again[name].history
    assert np.array_equal(plain.best, again["plain"].best)
    assert same(twin.weights, again["twin"].weights)
    with pytest.raises(pytest.fail.Exception):
        studio.learn({"another": SMALL._replace(seed=1)})


def test_kept_codes_and_answers_are_those_of_the_trained_model(studio, tmp_path):
    recipes = {"plain": SMALL, "twin": SMALL._replace(labels=2)}
    found = studio.learn(recipes, keep=recipes)
    for name, recipe in recipes.items():
        model, training = contrastive.trained(recipe, studio.music, tmp_path / name)
        assert training.history == found[name].history
        codes = encoded(model, studio.music.audio, np.arange(18), [0, 110_250], 22_050).numpy()
        step = np.ptp(codes, axis=(0, 1)) / 255
        assert (np.abs(found[name].codes - codes) <= 0.51 * step).all()
        kept = {part: values.half().numpy() for part, values in model.state_dict().items()}
        assert same(found[name].weights, kept)
        if name == "twin":
            with torch.no_grad():
                said = (
                    model.heads["spec"](torch.from_numpy(found[name].codes))
                    .softmax(dim=2)
                    .mean(dim=1)
                )
            assert np.allclose(found[name].probabilities, said, atol=1e-5)
        else:
            model.load_state_dict(contrastive.best_weights(recipe, tmp_path / name))
            best = codes_of(model, studio.music.audio, 22_050)
            assert np.allclose(unpacked(packed(best)), found[name].best)


def test_the_codes_of_the_best_look_are_not_those_of_the_last(studio, monkeypatch):
    probes = iter([0.9, 0.1])
    monkeypatch.setattr(contrastive, "linear_probe", lambda *rest: next(probes))
    run = studio.learn({"falling": SMALL})["falling"]
    assert [look["probe"] for look in run.history] == [0.9, 0.1]
    assert not np.allclose(run.best, run.codes)


def test_a_training_that_was_cut_off_goes_on_at_its_last_look(studio, own_cache, monkeypatch):
    def cut(steps, describe):
        for step in steps:
            if step == 3:
                raise KeyboardInterrupt
            yield step

    monkeypatch.setattr(encoder_training, "progress", cut)
    with pytest.raises(KeyboardInterrupt):
        studio.learn({"run": SMALL})
    (folder,) = (own_cache / "training").iterdir()
    assert {path.name for path in folder.iterdir()} == {f"{SMALL.name}.pt", f"{SMALL.name}-best.pt"}
    seen = []
    monkeypatch.setattr(
        encoder_training, "progress", lambda s, describe: (seen.append(step) or step for step in s)
    )
    resumed = studio.learn({"run": SMALL})["run"]
    assert seen == [2, 3] and not list((own_cache / "training").iterdir())
    for file in (own_cache / "encoders").iterdir():
        file.unlink()
    whole = studio.learn({"run": SMALL})["run"]
    assert seen == [2, 3, 0, 1, 2, 3]
    assert whole.history == resumed.history and np.array_equal(whole.codes, resumed.codes)
    assert np.array_equal(whole.best, resumed.best)


def test_encoders_of_other_music_encode_the_tracks_of_the_studio(studio, corpus):
    own = studio.learn({"run": SMALL})["run"]
    other = studio.learn({"run": SMALL}, other=corpus)["run"]
    assert other.codes.shape == own.codes.shape
    assert not np.allclose(other.codes, own.codes)


def test_committed_weights_make_the_same_codes_again(studio, corpus, tmp_path, monkeypatch):
    model, _ = contrastive.trained(SMALL._replace(format="audio"), studio.music)
    path, recipe = tmp_path / "w.npz", SMALL._replace(format="audio")
    save_weights(model, path, recipe.told)
    halved = {part: values.half().to(values.dtype) for part, values in model.state_dict().items()}
    model.load_state_dict(halved)
    tracks = corpus.tracks.index[[4, 2, 9]]
    middle = encoded(
        model, studio.music.audio, np.array([4, 2, 9]), [(134_505 - 22_050) // 2], 22_050
    )[:, 0]
    both = encoded(model, studio.music.audio, np.array([4, 2, 9]), [0, 110_250], 22_050).mean(dim=1)
    assert np.allclose(codes_by(path, corpus, tracks, most=1), middle, atol=1e-5)
    assert np.allclose(codes_by(path, corpus, tracks, most=5), both, atol=1e-5)
    assert not np.allclose(middle, both, atol=1e-4)
    monkeypatch.setattr(encoders, "load_weights", lambda *rest: pytest.fail("encoded again"))
    assert np.allclose(codes_by(path, corpus, tracks, most=1), middle, atol=1e-5)


# --- heads and the ledger -------------------------------------------------------------------------


def separable(studio, n_pieces=40):
    """Codes that tell the genre, of so many pieces that a head has enough steps to learn from nine
    tracks."""
    rng = np.random.default_rng(0)
    centres = 3 * rng.normal(size=(3, 20))
    return (centres[studio.labels][:, None] + rng.normal(size=(18, n_pieces, 20))).astype(
        np.float32
    )


def test_heads_answer_for_all_tracks_and_are_kept(studio, monkeypatch):
    codes = separable(studio)
    noise = np.random.default_rng(1).normal(size=codes.shape).astype(np.float32)
    said = studio.answers({"good": codes, ("noise", 0): noise})
    assert list(said) == ["good", ("noise", 0)]
    assert all(values.shape == (18, 3) for values in said.values())
    assert studio.accuracy(said["good"]) == studio.accuracy(said["good"], "test") == 1
    monkeypatch.setattr(heads, "fit_head", lambda *rest: pytest.fail("fitted again"))
    assert same(said, studio.answers({"good": codes, ("noise", 0): noise}))
    for changed in (
        {"codes": {"good": codes + 1}},
        {"hidden": 4},
        {"seeds": {"good": 1}},
        {"labels": {"good": 2}},
    ):
        with pytest.raises(pytest.fail.Exception):
            studio.answers(**{"codes": {"good": codes}} | changed)


def test_a_head_learns_from_train_watches_valid_and_takes_so_many_labels_as_told(
    studio, monkeypatch
):
    jobs = []

    def fitted(*job):
        jobs.append(job)
        return np.zeros((18, 3), np.float32), None

    monkeypatch.setattr(heads, "fit_head", fitted)
    codes = separable(studio, 2)
    studio.answers({"all": codes, "few": codes + 1}, hidden=7, seeds={"few": 5}, labels={"few": 2})
    for job, seed in zip(jobs, (0, 5)):
        _, labels, _, watch, hidden, given = job
        assert (hidden, given) == (7, seed)
        assert np.array_equal(labels, studio.labels) and np.array_equal(watch, studio.rows["valid"])
    train = studio.rows["train"]
    assert np.array_equal(jobs[0][2], train)
    assert np.array_equal(jobs[1][2], some_of_each(train, studio.labels[train], 2, 5))
    assert np.bincount(studio.labels[jobs[1][2]]).tolist() == [2, 2, 2]


def test_accuracy_is_the_share_of_the_tracks_of_a_part(studio):
    said = np.eye(3)[studio.labels]
    said[studio.rows["valid"][:2]] = said[studio.rows["valid"][:2]][:, [1, 2, 0]]
    assert studio.accuracy(said) == pytest.approx(4 / 6)
    assert studio.accuracy(said, "train") == studio.accuracy(said, "test") == 1


def test_answers_on_valid_and_test_go_to_the_ledger_with_an_audit(studio, corpus, tmp_path):
    rng = np.random.default_rng(0)
    answers = {
        seed: np.eye(3)[studio.labels] * 0.6 + 0.4 * rng.dirichlet(np.ones(3), 18)
        for seed in (0, 1, 2)
    }
    wrong = studio.rows["test"][0]
    answers[1][wrong] = answers[1][wrong][[1, 2, 0]]
    answers[2][wrong] = np.eye(3)[studio.labels[wrong]]
    answers[2] = answers[2].astype(np.float32) * 1.001  # what is told sums to one all the same
    ledger = Ledger(tmp_path, source_of(corpus))
    name = "contrastive.t1.audio_crop"
    given = of_shares(answers, studio.tracks)
    Study(corpus, ledger, None).record(name, "ff", given, converged=True, parameters={"steps": 4})
    kept = load_record(tmp_path / "predictions" / f"{name}@ff.npz")
    assert kept.seeds == [0, 1, 2] and len(kept.predicted) == 3 * (6 + 3)
    assert kept.labels.tolist() == list(GENRES)
    assert kept.about["leaks"] and not any(kept.about["leaks"].values())
    assert kept.about["parameters"] == {"steps": 4}
    row = ledger.row(f"{name}@ff")
    assert row["value"] == pytest.approx(8 / 9, abs=1e-3)  # test tracks alone, all seeds
    assert row["verdict"] == "not judged"  # music of our own is not GTZAN


def test_a_split_that_leaks_is_seen_by_the_audit(corpus):
    tracks = corpus.tracks.copy()
    tracks.loc["blues.5", "performers"] = "blues 0"
    object.__setattr__(corpus, "tracks", tracks)
    assert audited(tracks["split"], tracks.index, corpus)["artist"].count == 1


def test_untrained_models_make_codes_of_every_piece_that_fits(studio):
    model = new_model(SMALL, mel_filters())
    assert codes_of(model, studio.music.audio, 22_050).shape == (18, 2, 32)
    assert codes_of(model, studio.music.audio, 110_250).shape == (18, 1, 32)
