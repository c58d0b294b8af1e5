"""Weights come back as they went, and only to the recipe that made them."""

import pytest
import torch
from torch import nn

from genrelab.models.noise_trained import Recipe, new_model, rounded
from genrelab.models.weights import load_weights, save_weights

RECIPE = Recipe(filters=4, code_channels=4)


def test_rounded_weights_come_back_bit_for_bit(tmp_path):
    model = rounded(new_model(RECIPE))
    save_weights(model, tmp_path / "a.npz", RECIPE._asdict())
    other = new_model(RECIPE._replace(seed=5))
    assert load_weights(other, tmp_path / "a.npz", RECIPE._asdict())
    picture = torch.rand(1, 1, 32, 32)
    assert torch.equal(other(picture), model(picture))


def test_equal_weights_give_equal_bytes(tmp_path):
    for name in "ab":
        save_weights(new_model(RECIPE), tmp_path / f"{name}.npz", RECIPE._asdict())
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_another_recipe_or_no_file_leaves_the_model_alone(tmp_path):
    save_weights(new_model(RECIPE), tmp_path / "a.npz", RECIPE._asdict())
    model = new_model(RECIPE._replace(seed=5))
    before = model.analysis[0].weight.clone()
    assert not load_weights(model, tmp_path / "a.npz", RECIPE._replace(steps=1)._asdict())
    assert not load_weights(model, tmp_path / "b.npz", RECIPE._asdict())
    assert torch.equal(model.analysis[0].weight, before)


def test_damage_is_named(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"half a file")
    with pytest.raises(ValueError, match=r"a\.npz is damaged"):
        load_weights(nn.Linear(1, 1), tmp_path / "a.npz", {})
