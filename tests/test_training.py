"""The training loop: it learns, stops early, and goes on after a kill as if nothing had been."""

import signal
import subprocess
import sys

import pytest
import torch
from torch import nn

from genrelab.models.noise_trained import Recipe, crops, new_model, noise, padded, trained
from genrelab.training import recipe_hash, train

X = torch.randn(64, 3, generator=torch.Generator().manual_seed(0))
Y = X @ torch.tensor([[1.0], [-2.0], [0.5]])


def net(dropout=0.0):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Dropout(dropout), nn.Linear(8, 1))


def loss_of_step(model, step):
    rows = torch.randint(64, (16,), generator=torch.Generator().manual_seed(step))
    return (model(X[rows]).float() - Y[rows]).square().mean()


def error(model):
    return {"error": (model(X) - Y).square().mean()}


def test_it_learns_and_keeps_its_history():
    model = net()
    training = train(model, loss_of_step, steps=300, every=100, learning_rate=0.03, validate=error)
    assert training.done
    assert training.column("step") == [100, 200, 300]
    assert training.column("error")[-1] == pytest.approx(error(model)["error"].item(), rel=1e-5)
    assert training.column("error")[-1] < 0.1 * Y.var()
    assert not model.training


class Cut(Exception):
    pass


def test_a_cut_off_training_ends_as_one_that_was_not(tmp_path):
    options = {"steps": 60, "every": 20, "validate": error, "recipe": {"a": 1}}
    whole = net(dropout=0.5)
    train(whole, loss_of_step, **options)

    def cut(model, step):
        if step == 47:
            raise Cut
        return loss_of_step(model, step)

    again = net(dropout=0.5)
    with pytest.raises(Cut):
        train(again, cut, checkpoint=tmp_path / "a.pt", **options)
    seen = []
    again = net(dropout=0.5)
    training = train(
        again,
        loss_of_step,
        checkpoint=tmp_path / "a.pt",
        show=lambda steps: (seen.append(step) or step for step in steps),
        **options,
    )
    assert seen[0] == 40
    assert training.column("step") == [20, 40, 60]
    for a, b in zip(whole.parameters(), again.parameters()):
        assert torch.equal(a, b)


def test_a_killed_training_on_noise_resumes(tmp_path):
    recipe = Recipe(steps=9, filters=4, code_channels=4, side=176, batch=1)
    program = f"""
import os, signal
from pathlib import Path
from genrelab.models.noise_trained import Recipe, trained
def show(steps):
    for step in steps:
        if step == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        yield step
trained(Recipe(**{recipe._asdict()}), Path({str(tmp_path)!r}), show=show, every=3)
"""
    killed = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    assert [path.name for path in tmp_path.iterdir()] == [f"{recipe.name}.pt"]
    seen = []
    model, training = trained(
        recipe, tmp_path, every=3, show=lambda s: (seen.append(step) or step for step in s)
    )
    assert seen == [3, 4, 5, 6, 7, 8]
    whole, _ = trained(recipe, every=3)
    for a, b in zip(whole.parameters(), model.parameters()):
        assert torch.equal(a, b)
    model, again = trained(
        recipe, tmp_path, every=3, show=lambda s: pytest.fail("a finished training ran again")
    )
    assert again == training
    assert not model.training


def test_a_checkpoint_of_another_training_is_refused(tmp_path):
    train(net(), loss_of_step, steps=2, every=1, checkpoint=tmp_path / "a.pt", recipe={"rate": 1})
    with pytest.raises(ValueError, match=r"a\.pt belongs to another training.*Delete the file"):
        train(
            net(), loss_of_step, steps=2, every=1, checkpoint=tmp_path / "a.pt", recipe={"rate": 2}
        )


def test_a_damaged_checkpoint_is_named_and_the_training_begins_again(tmp_path):
    (tmp_path / "a.pt").write_bytes(b"half a fi")
    with pytest.warns(UserWarning, match=r"a\.pt is damaged"):
        training = train(net(), loss_of_step, steps=2, every=1, checkpoint=tmp_path / "a.pt")
    assert training.step == 2


def test_early_stopping_keeps_the_best_weights():
    scores = iter([0.1, 0.5, 0.4, 0.3, 0.2])
    kept = []

    def validate(model):
        kept.append([p.clone() for p in model.parameters()])
        return {"accuracy": next(scores)}

    model = net()
    training = train(
        model,
        loss_of_step,
        steps=100,
        every=10,
        learning_rate=0.03,
        validate=validate,
        score="accuracy",
        patience=2,
    )
    assert training.done
    assert training.step == 40
    for a, b in zip(model.parameters(), kept[1]):
        assert torch.equal(a, b)


def test_a_loss_that_is_no_number_stops_the_training():
    with pytest.raises(FloatingPointError, match="step 3 is not a number"):
        train(
            net(), lambda m, step: m(X).sum() * (float("nan") if step == 3 else 1), steps=9, every=9
        )


def test_the_number_of_threads_is_left_as_it_was():
    before = torch.get_num_threads()
    train(net(), loss_of_step, steps=1, every=1)
    assert torch.get_num_threads() == before


def test_recipes_have_names_of_their_own():
    names = {
        Recipe(**change).name for change in ({}, {"seed": 1}, {"loss": "nlpd"}, {"pictures": "abc"})
    }
    assert len(names) == 4
    assert recipe_hash({"a": 1, "b": 2}) == recipe_hash({"b": 2, "a": 1})


def test_noise_is_fresh_each_step_equal_for_all_losses_and_uniform():
    one, other = Recipe(loss="mse"), Recipe(loss="nlpd")
    assert torch.equal(noise(one, 3), noise(other, 3))
    assert not torch.equal(noise(one, 3), noise(one, 4))
    assert noise(one, 0).mean() == pytest.approx(0.5, abs=0.005)
    assert noise(one, 0).var() == pytest.approx(1 / 12, abs=0.001)
    for a, b in zip(new_model(one).parameters(), new_model(other).parameters()):
        assert torch.equal(a, b)


def test_crops_come_from_the_pictures():
    pictures = torch.arange(2 * 200 * 210).reshape(2, 200, 210).float()
    recipe = Recipe(batch=8, pictures="some")
    shown = crops(recipe, 0, pictures)
    assert shown.shape == (8, 1, 192, 192)
    for crop in shown[:, 0]:
        n, y, x = (int(v) for v in torch.nonzero(pictures == crop[0, 0])[0])
        assert torch.equal(crop, pictures[n, y : y + 192, x : x + 192])


def test_a_recipe_says_whether_it_takes_pictures():
    with pytest.raises(ValueError, match="needs them handed in"):
        trained(Recipe(pictures="abc"))
    with pytest.raises(ValueError, match=r"no loss 'mae'. Choose one of mse, ms_ssim, nlpd\."):
        trained(Recipe(loss="mae"))


def test_padded_pictures_have_the_size_of_the_published_files():
    pictures = torch.rand(2, 216, 334).numpy()
    found = padded(pictures)
    assert found.shape == (2, 288, 432)
    assert (found[:, 36:252, 55:389] == pictures).all()
    assert (
        found[:, :36].min()
        == found[:, 252:].min()
        == found[:, :, :55].min()
        == found[:, :, 389:].min()
        == 1
    )
    assert padded(pictures, 0.0)[:, 0].max() == 0


def test_networks_need_torch_and_numpy_alone():
    """So that they can be trained on a machine that has nothing else."""
    program = """
import sys
for name in ("joblib", "tqdm", "pandas", "scipy", "sklearn", "librosa", "numba", "matplotlib"):
    sys.modules[name] = None
from genrelab.models import compressive, noise_trained, weights
recipe = noise_trained.Recipe(steps=1, filters=2, code_channels=2, side=176, batch=1, loss="nlpd")
noise_trained.trained(recipe)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
