"""Parts of the experiment with noise that its kept answers do not show."""

import numpy as np
import pandas as pd
import pytest
import torch

from genrelab.models.noise_trained import Recipe, new_model
from genrelab.training import Training
from reproductions import noise_autoencoders as experiment
from reproductions.noise_autoencoders import (
    LEVELS,
    Case,
    entropy_over_tracks,
    integers,
    record_of,
    redrawing_errors,
)


def test_an_element_that_all_tracks_share_says_nothing_about_them():
    constant, halves = np.full(4, 2), np.array([0, 0, 4, 4])
    assert entropy_over_tracks(np.column_stack([constant, halves])) == pytest.approx(0.5)
    all_levels = np.arange(LEVELS)[:, None]
    assert entropy_over_tracks(all_levels) == pytest.approx(np.log2(LEVELS))


def test_networks_of_noise_and_of_pictures_have_records_of_their_own():
    assert record_of(Recipe(loss="nlpd", seed=2)) == "namgyal.t2.lr.nlpd"
    assert record_of(Recipe(loss="nlpd", pictures="ab")) == "namgyal.ae.lr.pictures.nlpd"


def test_codes_are_integers_from_zero_up():
    model = new_model(Recipe(filters=8, code_channels=4))
    pictures = np.random.default_rng(0).random((5, 32, 48), dtype=np.float32)
    code = integers(model, pictures)
    assert code.shape == (5, 4 * 2 * 3) and code.dtype == np.uint8
    again = model.code(torch.from_numpy(pictures)[:, None]).flatten(1).detach().numpy()
    assert np.array_equal(code.astype(int) - 2, again)


def test_the_border_does_not_count_when_music_is_redrawn():
    rng = np.random.default_rng(0)
    pictures = np.pad(rng.random((2, 216, 334), dtype=np.float32), ((0, 0), (36, 36), (55, 43)))

    def framed(x):
        again = x.clone()
        again[..., :36, :] = again[..., 389:] = 1
        return again

    errors = redrawing_errors(framed, pictures)
    assert list(errors) == ["mse", "ms_ssim", "nlpd", "log_spectral"] and len(errors) == 2
    assert np.allclose(errors, 0, atol=1e-4)
    assert np.allclose(redrawing_errors(lambda x: x - 0.1, pictures + 0.1).log_spectral, 4,
                       atol=1e-4)


def test_a_training_has_settled_if_it_learned_something_and_stopped():
    case = Case.__new__(Case)
    case.tracks = pd.DataFrame({"split": ["train"]})
    recipe = Recipe(steps=10, side=32, batch=1)

    def settled(losses):
        return case.settled(recipe, Training(history=[{"mse": loss} for loss in losses]))

    assert settled([0.08, *[0.06] * 40])
    assert not settled([0.0833] * 40)
    assert not settled(np.linspace(0.08, 0.03, 40))


def test_what_a_record_is_told_of_its_trainings_is_their_own():
    case = Case.__new__(Case)
    case.settled = lambda recipe, training: training.done
    recipes = [Recipe(loss="mse", seed=seed, steps=20) for seed in (0, 1)]
    networks = {recipe: (None, Training(seconds=90, done=recipe.seed == 0)) for recipe in recipes}
    about = case.about_training("namgyal.t2.lr.mse", networks)
    assert not about["converged"] and about["minutes"] == 3
    assert about["budget"]["steps"] == (20, 50_000)
    nothing = case.about_training("namgyal.ae.lr.random", networks)
    assert nothing == {"converged": True, "minutes": 0, "budget": {}}


def test_the_constants_describe_the_network_that_the_course_comes_with():
    committed = experiment._of_the_full_run(Recipe(code=experiment.CODE))
    assert [recipe.loss for recipe in committed] == ["mse", "ms_ssim", "nlpd"]
    for recipe, (model, training) in committed.items():
        assert recipe.levels == LEVELS and recipe.code_channels == model.code_channels
        assert training.history[-1]["step"] == recipe.steps
