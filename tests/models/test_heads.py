"""Heads on frozen codes: what each can tell, from which tracks it learns, and when it ends."""

import numpy as np
import pytest
import torch

from genrelab.models import heads
from genrelab.models.heads import EPOCHS, PATIENCE, Head, fit_head

LEARN, WATCH, REST = np.arange(120), np.arange(120, 160), np.arange(160, 240)


def separable(n_pieces=2):
    """Codes of 240 tracks of three classes, (240, n_pieces, 40), of sizes that differ, and their
    labels."""
    rng = np.random.default_rng(0)
    labels = np.arange(240) % 3
    codes = rng.normal(size=(3, 40))[labels][:, None] + rng.normal(size=(240, n_pieces, 40))
    return (50 + codes * np.logspace(-2, 2, 40)).astype(np.float32), labels


def crossed():
    """Two classes that no straight line parts: the signs of two numbers agree, or they do not."""
    signs = np.array([(-1, -1), (-1, 1), (1, -1), (1, 1)])[np.arange(240) % 4]
    codes = signs[:, None] + 0.25 * np.random.default_rng(0).normal(size=(240, 8, 2))
    return codes.astype(np.float32), (signs.prod(axis=1) > 0).astype(int)


def accuracy(said, labels):
    return (said[REST].argmax(axis=1) == labels[REST]).mean()


@pytest.fixture
def short(monkeypatch):
    """Trainings that end early, where it does not matter how well they end."""
    monkeypatch.setattr(heads, "EPOCHS", 20)


def test_a_linear_head_tells_what_a_line_can_part_whatever_the_sizes_of_the_numbers():
    codes, labels = separable()
    said, training = fit_head(codes, labels, LEARN, WATCH)
    assert accuracy(said, labels) > 0.95
    assert training.done and training.history[-1]["accuracy"] > 0.95
    assert set(training.history[-1]) == {"step", "loss", "accuracy", "score"}


def test_probabilities_of_a_track_sum_to_one_and_are_the_mean_over_its_pieces(short):
    codes, labels = separable()
    said, _ = fit_head(codes, labels, LEARN, WATCH)
    assert said.shape == (240, 3) and said.dtype == np.float32 and said.min() >= 0
    assert np.allclose(said.sum(axis=1), 1, atol=1e-5)
    pieces = []
    # the same head, since the tracks it learns from and watches are left as they were
    for place in range(2):
        shown = codes.copy()
        shown[REST] = codes[REST, place][:, None]
        pieces.append(fit_head(shown, labels, LEARN, WATCH)[0][REST])
    assert np.abs(pieces[0] - pieces[1]).max() > 0.01
    assert np.allclose(said[REST], (pieces[0] + pieces[1]) / 2, atol=1e-5)


def test_a_hidden_layer_tells_what_no_line_can_part():
    codes, labels = crossed()
    assert accuracy(fit_head(codes, labels, LEARN, WATCH, hidden=32)[0], labels) > 0.95
    assert accuracy(fit_head(codes, labels, LEARN, WATCH)[0], labels) < 0.8  # three of four corners


@pytest.mark.parametrize("hidden", [0, 8])
def test_the_same_seed_gives_the_same_answer_and_another_one_another(short, hidden):
    codes, labels = separable()
    torch.manual_seed(1)
    first, training = fit_head(codes, labels, LEARN, WATCH, hidden, seed=3)
    torch.manual_seed(2)
    again, same = fit_head(codes, labels, LEARN, WATCH, hidden, seed=3)
    assert np.array_equal(first, again) and training.history == same.history
    assert not np.array_equal(first, fit_head(codes, labels, LEARN, WATCH, hidden, seed=4)[0])


def test_tracks_that_are_neither_learned_from_nor_watched_change_nothing(short):
    codes, labels = separable()
    said, training = fit_head(codes, labels, LEARN, WATCH)
    other, relabelled = codes.copy(), labels.copy()
    other[REST[1:]] *= -40
    relabelled[REST] = 0
    again, same = fit_head(other, relabelled, LEARN, WATCH)
    assert training.history == same.history
    kept = [*LEARN, *WATCH, REST[0]]
    assert np.array_equal(said[kept], again[kept])


def test_a_training_ends_after_ten_epochs_without_a_lower_loss():
    codes, _ = separable()
    # nothing to be learned: the loss soon rises
    labels = np.random.default_rng(1).integers(0, 3, 240)
    _, training = fit_head(codes, labels, LEARN, WATCH, hidden=64)
    scores = training.column("score")
    assert PATIENCE + 1 <= len(scores) < EPOCHS
    assert int(np.argmax(scores)) == len(scores) - 1 - PATIENCE


def test_the_kept_head_is_that_of_the_best_epoch():
    codes, _ = separable(n_pieces=1)
    labels = np.random.default_rng(1).integers(0, 3, 240)
    said, training = fit_head(codes, labels, LEARN, WATCH, hidden=64)
    loss = -np.log(said[WATCH, labels[WATCH]]).mean()
    assert -loss == pytest.approx(max(training.column("score")), abs=1e-5)
    assert training.column("score")[-1] < max(training.column("score"))


def test_an_epoch_shows_whole_batches_and_each_piece_at_most_once(monkeypatch):
    codes, labels = separable(n_pieces=5)  # 600 rows: two batches of 256
    codes = np.arange(codes.size, dtype=np.float32).reshape(codes.shape)
    shown = []

    class Watched(Head):
        def forward(self, x):
            if self.training:
                shown.append(x[:, 0].numpy().copy())
            return super().forward(x)

    monkeypatch.setattr(heads, "Head", Watched)
    monkeypatch.setattr(heads, "EPOCHS", 3)
    _, training = fit_head(codes, labels, LEARN, WATCH)
    # an epoch has two steps, and a look comes after eight
    assert training.column("step") == [8, 16, 24]
    assert [len(batch) for batch in shown] == [256] * 24
    epochs = [np.concatenate(shown[k : k + 2]) for k in range(0, 24, 2)]
    assert all(len(set(rows)) == 512 for rows in epochs)
    assert not np.array_equal(epochs[0], epochs[1])


def test_long_epochs_are_looked_at_once_each(monkeypatch):
    monkeypatch.setattr(heads, "BATCH", 16)
    monkeypatch.setattr(heads, "EPOCHS", 2)
    codes, labels = separable()  # 240 rows: fifteen batches of 16
    assert fit_head(codes, labels, LEARN, WATCH)[1].column("step") == [15, 30]


def test_three_labels_a_class_are_enough_steps_to_learn_from():
    codes, labels = separable(n_pieces=5)
    said, _ = fit_head(codes, labels, LEARN[:9], WATCH)
    assert accuracy(said, labels) > 0.8
    assert (said[LEARN[:9]].argmax(axis=1) == labels[LEARN[:9]]).all()


def test_numbers_that_never_vary_do_no_harm():
    codes, labels = separable()
    codes[:, :, :5] = 7
    said, _ = fit_head(codes, labels, LEARN, WATCH)
    assert np.isfinite(said).all() and accuracy(said, labels) > 0.95


def test_a_head_has_one_layer_or_two_with_relu_between():
    assert [tuple(weights.shape) for weights in Head(6, 3).parameters()] == [(3, 6), (3,)]
    assert [tuple(weights.shape) for weights in Head(6, 3, 4).parameters()] == [
        (4, 6),
        (4,),
        (3, 4),
        (3,),
    ]
    head, x = Head(6, 3, 4), torch.randn(5, 6, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(head(x), head[2]((x @ head[0].weight.T + head[0].bias).clamp(min=0)))
