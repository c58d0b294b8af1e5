"""What the experiments on contrastive encoders compare, before anything is trained."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from reproductions.contrastive_learning import (
    origin,
    origins_of,
    settings,
    side_by_side,
    with_fewer,
)
from reproductions.sizes import NAMES, Sizes


def trained(recipe, probes, seconds=60.0):
    history = [{"probe": value} for value in probes]
    return SimpleNamespace(recipe=recipe, history=history, seconds=seconds, device="cpu")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_compared_differs_in_one_thing_only(name):
    found = settings(Sizes(name))
    same = found["equal.audio_all"]
    assert found["t1.audio_crop"]._replace(changes=same.changes) == same
    assert found["t1.audio_noise"]._replace(changes=same.changes) == same
    assert found["noise_40_80"]._replace(strengths=same.strengths) == found["t1.audio_noise"]
    size = {part: getattr(same, part) for part in ("steps", "batch", "n_samples", "width")}
    assert found["fused.early"]._asdict().items() >= size.items()
    assert found["equal.spec_all"]._asdict().items() >= size.items()
    for part in ("audio", "spec"):
        assert found[f"random.{part}"].learning_rate == 0 < found[f"t1.{part}_all"].learning_rate


def test_of_two_formats_each_must_have_stopped_improving():
    recipes = settings(Sizes("reference"))
    rising, flat = np.linspace(0, 1, 20), np.full(20, 0.5)
    audio = trained(recipes["t1.audio_all"], flat)
    assert origin([audio])["converged"]
    found = origin([audio, trained(recipes["t1.spec_all"], rising)])
    assert not found["converged"] and set(found["parameters"]) == {"audio", "spec"}
    assert found["minutes"] == 2
    assert found["budget"] == {"samples a piece": (110_250, 110_250), "channels, eighths": (8, 8)}
    small = origin([trained(recipes["equal.spec_all"], flat)])
    assert small["budget"]["channels, eighths"] == (2, 8)


def test_random_weights_have_nothing_to_finish():
    rising = np.linspace(0, 1, 20)
    runs = {name: [trained(recipe, rising)] for name, recipe in settings(Sizes("smoke")).items()}
    found = origins_of(runs)
    finished = {name for name, about in found.items() if about["converged"]}
    assert finished == {"random.audio", "random.spec", "equal.random_audio", "mfcc"}
    assert found["t2.both"]["parameters"].keys() == {"audio", "spec"}


def test_codes_stand_side_by_side_seed_by_seed():
    first, second = ({seed: np.full((2, 3, 4), seed + add) for seed in (0, 1)} for add in (0, 10))
    found = side_by_side(first, second)
    assert found[1].shape == (2, 3, 8)
    assert found[1][0, 0].tolist() == [1] * 4 + [11] * 4


def test_fewer_tracks_leave_one_of_each_genre_and_all_others_alone():
    genres = ["blues"] * 8 + ["disco"] * 3
    parts = ["train"] * 6 + ["valid", "test"] + ["train", "valid", "test"]
    tracks = pd.DataFrame({"genre": genres, "split": parts}, [f"t{n}" for n in range(11)])
    studio = SimpleNamespace(dealt=lambda split: split, tracks=tracks)
    every = with_fewer(studio, 1.0, 0)
    assert every.tolist() == parts
    tracks.loc["t9", "split"] = "train"
    few, again, other = (with_fewer(studio, 0.5, seed) for seed in (0, 0, 1))
    kept = tracks[few == "train"].genre.value_counts()
    assert kept.to_dict() == {"blues": 3, "disco": 1}
    assert (few == again).all() and (few != other).any()
    still = tracks.split != "train"
    assert (few[still] == tracks.split[still]).all()
    assert (with_fewer(studio, 0.01, 0) == "train").sum() == 4  # half of two is one
