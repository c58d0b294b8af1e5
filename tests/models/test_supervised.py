"""The networks of notebook 04: shapes and counts, what they compute, and that they learn and
stop."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from sklearn.preprocessing import StandardScaler

from genrelab.models.convolutional import Convolutional
from genrelab.models.perceptron import Perceptron
from genrelab.models.supervised import Recipe, Rows, Standardise, fit, new_model, probabilities
from genrelab.models.two_branches import Recurrent, TwoBranches

POOLS = ((2, 2), (2, 4), (1, 4))
MLP = Recipe(hidden=(16, 8), dropout=(0.1, 0.1), epochs=60)


def weights(model):
    return sum(p.numel() for p in model.parameters())


def test_numbers_of_weights_are_those_of_the_formula():
    widths = [57, 256, 128, 64, 32, 10]
    dense = sum(a * b + b for a, b in pairwise(widths))
    assert weights(Perceptron(57, 10, (256, 128, 64, 32), (0.3,) * 4)) == dense
    blocks = (9 + 1) * 16 + (9 * 16 + 1) * 32 + (9 * 32 + 1) * 64
    flat = 64 * (20 // 4) * (130 // 32)
    assert (
        weights(Convolutional((20, 130), 10, (16, 32, 64), POOLS))
        == blocks + (flat + 1) * 128 + 129 * 10
    )
    lstm = 4 * 64 * (20 + 64 + 2)
    assert weights(Recurrent(20, 10)) == lstm + 65 * 10


def test_two_branches_use_both_inputs_and_no_answer_of_their_own():
    first, second = Perceptron(5, 3, (7,), (0.0,)), Convolutional((8, 8), 3, (2,), ((2, 2),))
    net = TwoBranches(first, second, 3).eval()
    x, y = torch.randn(4, 5), torch.randn(4, 8, 8)
    said = net(x, y)
    assert said.shape == (4, 3)
    assert not torch.allclose(net(x + 1, y), said)
    assert not torch.allclose(net(x, y + 1), said)
    assert weights(net.first.output) == weights(net.second.output) == 0


def test_a_block_is_convolution_relu_and_pool_in_any_order():
    net = Convolutional((12, 20), 3, (4,), ((2, 4),)).eval()
    x = torch.randn(2, 12, 20)
    usual = torch.nn.functional.max_pool2d(net.blocks[0](x[:, None]).relu(), (2, 4))
    assert torch.allclose(net.blocks(x[:, None]), usual)


def test_what_does_not_fit_is_said():
    with pytest.raises(ValueError, match="2 hidden layers and 1 dropouts"):
        Perceptron(5, 2, (4, 4), (0.3,))
    with pytest.raises(ValueError, match="too small for the pools"):
        Convolutional((4, 4), 2, (4, 4, 4), ((2, 2),) * 3)
    with pytest.raises(ValueError, match="1 numbers of filters and 2 pools"):
        Convolutional((20, 20), 2, (4,), ((2, 2),) * 2)
    with pytest.raises(ValueError, match="no network 'rnn'"):
        new_model(Recipe("rnn"), [(5,)], 2)


def test_pictures_are_standardised_as_scikit_learn_does_by_row():
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 255, (30, 4, 7)).astype(np.uint8)
    pictures[:, 2] = 9  # a row that never varies is only shifted
    train = np.arange(20)
    scale = Standardise.of(pictures, train)
    frames = pictures.transpose(0, 2, 1).astype(float)
    scaler = StandardScaler().fit(frames[train].reshape(-1, 4))
    expected = scaler.transform(frames.reshape(-1, 4)).reshape(30, 7, 4).transpose(0, 2, 1)
    assert np.allclose(Rows([pictures], [scale])[np.arange(30)][0].numpy(), expected, atol=1e-4)


def made_up(n=300):
    rng = np.random.default_rng(0)
    labels = np.arange(n) % 3
    return (np.eye(3)[labels] @ rng.normal(size=(3, 6)) + 0.5 * rng.normal(size=(n, 6))).astype(
        np.float32
    ), labels


def test_a_perceptron_learns_what_can_be_learned_and_stops():
    table, labels = made_up()
    rows = Rows([table], [None])
    model = new_model(MLP, [(6,)], 3)
    training = fit(
        model,
        rows,
        labels,
        np.arange(200),
        np.arange(200, 250),
        MLP._replace(epochs=400, patience=5),
    )
    said = probabilities(model, rows, np.arange(250, 300))
    assert (said.argmax(axis=1) == labels[250:]).mean() > 0.85
    assert np.allclose(said.sum(axis=1), 1, atol=1e-5)
    losses = training.column("valid_loss")
    assert len(losses) < 400
    # five epochs without a lower loss, and then the end
    assert int(np.argmin(losses)) == len(losses) - 6


def test_shuffled_labels_teach_nothing():
    table, labels = made_up()
    labels = np.random.default_rng(1).permutation(labels)
    rows, model = Rows([table], [None]), new_model(MLP, [(6,)], 3)
    fit(model, rows, labels, np.arange(200), np.arange(200, 250), MLP)
    assert (
        probabilities(model, rows, np.arange(250, 300)).argmax(axis=1) == labels[250:]
    ).mean() < 0.6


@pytest.mark.parametrize("network", ["cnn", "mmnn", "cnn_lstm"])
def test_each_network_fits_a_handful_of_rows(network):
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 2
    pictures = rng.normal(size=(40, 8, 16)).astype(np.float32)
    pictures[labels == 1, :4] += 2
    table = rng.normal(size=(40, 6)).astype(np.float32)
    recipe = Recipe(
        network, (8,), (0.0,), (4, 4), ((2, 2), (2, 2)), optimiser="adam", epochs=30, batch=20
    )
    inputs = {"cnn": [pictures], "mmnn": [table, pictures], "cnn_lstm": [pictures, pictures]}[
        network
    ]
    rows = Rows(
        inputs,
        [Standardise.of(values, np.arange(30)) if values.ndim == 3 else None for values in inputs],
    )
    model = new_model(recipe, [values.shape[1:] for values in inputs], 2)
    fit(model, rows, labels, np.arange(30), np.arange(30, 40), recipe)
    assert (probabilities(model, rows, np.arange(40)).argmax(axis=1) == labels).mean() > 0.9


def test_equal_seeds_begin_alike_and_others_do_not():
    first, again, other = (new_model(MLP._replace(seed=s), [(6,)], 3) for s in (0, 0, 1))
    assert torch.equal(first.output.weight, again.output.weight)
    assert not torch.equal(first.output.weight, other.output.weight)
