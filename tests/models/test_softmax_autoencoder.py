"""The deep softmax autoencoder: its sizes, its loss, its training."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from genrelab.models.segment_trained import Recipe, asked, fit, new_model
from genrelab.models.softmax_autoencoder import (
    Autoencoder,
    SoftmaxAutoencoder,
    gamma_of,
    hybrid_loss,
)
from genrelab.models.tcvae import SAMPLES, TCVAE, normal_log_density, tcvae_loss


def size(model):
    return sum(weights.numel() for weights in model.parameters())


def test_sizes_are_those_of_the_authors_code():
    assert size(new_model(Recipe("classifier", hidden=(128,)))) == 64_644
    assert size(new_model(Recipe("autoencoder"))) == 421_556
    model = new_model(Recipe("dsae"))
    assert [size(part) for part in (model.encoder, model.decoder, model.classifier)] == [
        210_560,
        210_996,
        2_676,
    ]
    assert size(model) == 424_232


def test_weights_are_uniform_by_glorot_and_bengio_and_biases_zero():
    first = new_model(Recipe(seed=3)).encoder[0]
    bound = np.sqrt(6 / (500 + 256))
    assert 0.98 * bound < first.weight.abs().max() <= bound
    assert first.weight.std().item() == pytest.approx(bound / np.sqrt(3), rel=0.02)
    assert not first.bias.any()
    assert torch.equal(first.weight, new_model(Recipe(seed=3)).encoder[0].weight)
    assert not torch.equal(first.weight, new_model(Recipe(seed=4)).encoder[0].weight)


def test_output_of_relu_is_never_negative_and_a_linear_one_is():
    x = torch.randn(50, 500, generator=torch.Generator().manual_seed(0))
    assert Autoencoder(output="relu")(x).min() >= 0
    assert Autoencoder(output="linear")(x).min() < 0
    with pytest.raises(ValueError, match="relu, linear"):
        Autoencoder(output="sine")
    with pytest.raises(ValueError, match="published, tanh"):
        Autoencoder(layers="sine")
    with pytest.raises(ValueError, match="Choose dsae"):
        new_model(Recipe("perceptron"))


def test_dropout_keeps_the_share_it_is_told():
    model = SoftmaxAutoencoder(keep=0.9).train()
    dropped = model.encoder[:5](torch.zeros(400, 500) + 0.5)
    assert (dropped == 0).float().mean().item() == pytest.approx(0.1, abs=0.01)
    assert model.classify(model.code(torch.zeros(3, 500))).shape == (3, 4)


def test_a_classifier_says_by_its_last_layer_what_its_code_means():
    model, x = new_model(Recipe("classifier", hidden=(32, 16))), torch.randn(5, 500)
    assert model.code(x).shape == (5, 16)
    assert torch.allclose(model.classify(model.code(x)), model(x))


def test_the_loss_is_equation_3_by_hand():
    again, x = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.0, 4.0]])
    logits, labels = torch.tensor([[0.0, 1.0]]), torch.tensor([1])
    error, surprise = (1 + 4) / 2, np.log(1 + np.exp(-1))
    assert hybrid_loss(again, x, logits, labels, 0.9).item() == pytest.approx(
        0.9 * error + 0.1 * surprise
    )
    assert hybrid_loss(None, x, logits, labels, 0).item() == pytest.approx(surprise)
    assert hybrid_loss(again, x, None, labels, 1).item() == pytest.approx(error)


def test_the_weights_of_the_code_are_a_gamma_up_to_a_factor():
    generator = torch.Generator().manual_seed(0)
    again, x = torch.randn(2, 6, 5, generator=generator)
    logits, labels = torch.randn(6, 4, generator=generator), torch.arange(6) % 4
    theirs = functional.mse_loss(again, x) + 0.1 * functional.cross_entropy(logits, labels)
    assert gamma_of(1, 0.1) == pytest.approx(0.909, abs=1e-3)
    ours = hybrid_loss(again, x, logits, labels, gamma_of(1, 0.1))
    assert 1.1 * ours.item() == pytest.approx(theirs.item(), rel=1e-5)


@pytest.fixture(scope="module")
def waves():
    """Segments of four pitches with random phase: (240, 500) float32, and their labels."""
    rng = np.random.default_rng(0)
    labels = np.arange(240) % 4
    pitch = np.array([3, 5, 8, 13])[labels][:, None]
    phase = rng.uniform(0, 0.6, (240, 1))
    x = np.sin(2 * np.pi * (pitch * np.arange(500) / 500 + phase)) + 0.1 * rng.normal(
        size=(240, 500)
    )
    return x.astype(np.float32), labels


SMALL = Recipe(epochs=20, batch=64, learning_rate=1e-3)


def taught(waves, recipe, **more):
    x, labels = waves
    model = new_model(recipe)
    training = fit(model, x, labels, np.arange(160), np.arange(160, 240), recipe, **more)
    return model, training


def test_it_learns_to_classify_and_the_mended_one_to_redraw(waves):
    model, training = taught(waves, SMALL._replace(layers="tanh", output="linear"))
    last = training.history[-1]
    assert last["dev"] > 0.8 and last["explained"] > 0.3
    assert set(last) == {"step", "loss", "explained", "dev", "train", "train_dropout"}
    assert asked(model, waves[0]).shape == (240, 4) and asked(model.code, waves[0]).shape == (
        240,
        64,
    )
    assert all(torch.equal(weights, weights.half().float()) for weights in model.parameters())


def test_at_gamma_0_the_decoder_is_left_as_it_was_drawn(waves):
    recipe = SMALL._replace(gamma=0.0, epochs=2)
    model, training = taught(waves, recipe)
    first = new_model(recipe)
    assert torch.equal(model.decoder[0].weight, first.decoder[0].weight.half().float())
    assert not torch.equal(model.encoder[0].weight, first.encoder[0].weight.half().float())
    _, training = taught(waves, SMALL._replace(network="autoencoder", epochs=2))
    assert set(training.history[-1]) == {"step", "loss", "explained"}


def test_a_training_that_was_cut_off_goes_on_as_if_it_had_not_been(waves, tmp_path):
    def cut(steps):
        for step in steps:
            if step == 31:
                raise KeyboardInterrupt
            yield step

    whole, _ = taught(waves, SMALL)
    with pytest.raises(KeyboardInterrupt):
        taught(waves, SMALL, checkpoint=tmp_path / "c.pt", show=cut)
    again, training = taught(waves, SMALL, checkpoint=tmp_path / "c.pt")
    assert training.done and len(training.history) == 20
    for one, other in zip(whole.parameters(), again.parameters()):
        assert torch.equal(one, other)


def test_densities_and_the_loss_of_a_tcvae():
    z = torch.tensor([0.3, -1.0])
    expected = torch.distributions.Normal(0.5, 2.0).log_prob(z)
    assert torch.allclose(
        normal_log_density(z, torch.tensor(0.5), torch.tensor(4.0).log()), expected
    )
    torch.manual_seed(0)
    model, x = TCVAE(), torch.randn(64, 500)
    torch.manual_seed(1)
    plain = tcvae_loss(model, x, 1000, 1.0)
    torch.manual_seed(1)
    assert tcvae_loss(model, x, 1000, 5.0) != plain
    # at β = 1 what is estimated from the batch cancels: the KL divergence from the prior remains
    torch.manual_seed(1)
    mean, log_variance = model.posterior(x)
    z = mean + torch.randn_like(mean) * (log_variance / 2).exp()
    by_hand = 250 * (model.decode(z) - x).square().mean().log()
    zero = torch.zeros_like(z)
    prior = (
        (normal_log_density(z, mean, log_variance) - normal_log_density(z, zero, zero))
        .sum(dim=1)[:SAMPLES]
        .mean()
    )
    assert torch.allclose(plain, by_hand + prior, rtol=1e-4)
    assert model(x).shape == x.shape and model.code(x).shape == (64, 10)


def test_a_tcvae_learns_to_redraw(waves):
    _, training = taught(waves, SMALL._replace(network="tcvae", beta=1.0, epochs=40))
    assert training.history[-1]["explained"] > 0.2
