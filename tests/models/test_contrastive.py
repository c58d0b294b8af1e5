"""Contrastive learning: the loss, what a training is watched by, batches, and that a killed
training goes on."""

import math

import librosa
import numpy as np
import pytest
import torch

from genrelab.models import contrastive
from genrelab.models.augmentations import AUDIO, Strengths, picture
from genrelab.models.contrastive import (
    Music,
    Recipe,
    alignment,
    batch_of,
    best_weights,
    effective_rank,
    encoded,
    labelled,
    linear_probe,
    new_model,
    nt_xent,
    some_of_each,
    trained,
    uniformity,
    views_of,
)
from genrelab.training import lower_precision

pytestmark = pytest.mark.usefixtures("one_thread")

SMALL = Recipe(
    steps=8, looks=4, batch=6, n_samples=22_050, width=1 / 16, projection=8, learning_rate=1e-3
)
EVERYTHING = ("crop", *AUDIO, "mix", "time", "frequency")


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def weights_of(model):
    return {name: value.clone() for name, value in model.state_dict().items()}


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.fixture(scope="module")
def music():
    """24 tracks of two seconds, of four genres: a chord for each genre, and a tone of its own for
    each track."""
    rng = np.random.default_rng(0)
    labels = np.arange(24) % 4
    time = np.arange(44_100) / 22_050
    chords = [(220, 330), (500, 700), (1100, 1600), (2400, 3500)]
    tracks = []
    for track, label in enumerate(labels):
        pitches = (*chords[label], 4000 + 150 * track)
        tones = sum(0.1 * np.sin(2 * np.pi * (f * time + rng.uniform())) for f in pitches)
        tracks.append(
            tones * (1 + 0.5 * np.sin(2 * np.pi * rng.uniform(2, 6) * time))
            + 0.01 * rng.normal(size=44_100)
        )
    audio = torch.from_numpy((np.stack(tracks) * 32767).astype(np.int16))
    filters = librosa.filters.mel(sr=22_050, n_fft=1024, n_mels=64)
    return Music(audio, labels, np.arange(16), np.arange(16, 24), filters)


# --- the loss, and what a training is watched by --------------------------------------------------


def slow_loss(first, second, temperature):
    """Equation 1 of Chen and others, pair by pair."""
    views = [v.double() / v.double().norm() for v in (*first, *second)]
    n, total = len(first), 0.0
    for i, view in enumerate(views):
        partner = views[(i + n) % (2 * n)]
        others = sum(torch.exp(view @ views[k] / temperature) for k in range(2 * n) if k != i)
        total = total - torch.log(torch.exp(view @ partner / temperature) / others)
    return total / (2 * n)


@pytest.mark.parametrize("temperature", [0.1, 0.5, 2.0])
def test_the_loss_is_that_of_a_slow_double_loop(temperature):
    first, second = random(7, 5), random(7, 5, seed=1)
    expected = slow_loss(first, second, temperature).item()
    assert nt_xent(first, second, temperature).item() == pytest.approx(expected, rel=1e-5)


def test_the_gradient_of_the_loss_is_that_of_the_slow_loop_by_differences():
    first, second = random(4, 3).requires_grad_(), random(4, 3, seed=1)
    nt_xent(first, second).backward()
    for place in np.ndindex(4, 3):
        beside = torch.zeros(4, 3, dtype=torch.float64)
        beside[place] = 1e-5
        values = [slow_loss(first.detach() + sign * beside, second, 0.5).item() for sign in (1, -1)]
        assert first.grad[place].item() == pytest.approx((values[0] - values[1]) / 2e-5, abs=1e-5)


@pytest.mark.parametrize("n", [2, 5, 32])
def test_with_nothing_learned_the_loss_is_that_of_guessing(n):
    one = random(1, 6).expand(n, -1)
    assert nt_xent(one, 3 * one).item() == pytest.approx(math.log(2 * n - 1), rel=1e-5)


def test_the_loss_falls_when_partners_come_closer():
    first, second = random(8, 16), random(8, 16, seed=1)
    losses = [
        nt_xent(first, part * first + (1 - part) * second).item() for part in (0, 0.3, 0.6, 1)
    ]
    assert losses == sorted(losses, reverse=True) and losses[0] > losses[-1] + 0.3
    # to agree with another track is no help
    assert nt_xent(first, first.roll(1, dims=0)) > losses[-1]


def test_neither_the_size_of_a_vector_nor_the_order_of_the_views_matters():
    first, second = random(6, 4), random(6, 4, seed=1)
    loss = nt_xent(first, second).item()
    assert nt_xent(second, first).item() == pytest.approx(loss, rel=1e-5)
    assert nt_xent(first * torch.arange(1.0, 7)[:, None], second * 0.01).item() == pytest.approx(
        loss, rel=1e-5
    )
    order = torch.tensor([3, 1, 0, 5, 4, 2])
    assert nt_xent(first[order], second[order]).item() == pytest.approx(loss, rel=1e-5)
    assert nt_xent(first, second[order]).item() != pytest.approx(loss, rel=1e-3)


def test_alignment_is_the_squared_distance_on_the_sphere():
    x = random(9, 5)
    assert alignment(x, 7 * x).item() == pytest.approx(0, abs=1e-6)
    assert alignment(x, -x).item() == pytest.approx(4, rel=1e-5)
    assert alignment(torch.eye(4), torch.eye(4).roll(1, dims=0)).item() == pytest.approx(2)
    half = torch.cat([torch.eye(4)[:2], -torch.eye(4)[2:]])
    assert alignment(torch.eye(4), half).item() == pytest.approx(2)


def test_uniformity_is_0_for_one_code_and_lower_the_more_they_spread():
    assert uniformity(random(1, 5).expand(6, -1)).item() == pytest.approx(0, abs=1e-5)
    # right angles: squared distance 2, twice
    assert uniformity(3 * torch.eye(5)).item() == pytest.approx(-4)
    assert uniformity(torch.tensor([[1.0, 0], [-2.0, 0]])).item() == pytest.approx(-8)
    two_of_three = uniformity(torch.tensor([[1.0, 0], [1.0, 0], [-1.0, 0]])).item()
    assert two_of_three == pytest.approx(math.log((1 + 2 * math.exp(-8)) / 3), rel=1e-4)


def test_effective_rank_counts_the_directions_that_vary_alike():
    assert effective_rank(random(1, 5).expand(6, -1)).item() == pytest.approx(1)
    directions = torch.linalg.qr(random(8, 8))[0]
    for k in (1, 2, 5):
        codes = 10 + random(4000, k) @ directions[:k]
        assert effective_rank(codes).item() == pytest.approx(k, rel=0.01)
        crossed = torch.cat([directions[:k], -directions[:k]])
        assert effective_rank(5 * crossed + 3).item() == pytest.approx(k, rel=1e-4)
    uneven = torch.diag(torch.tensor([3.0, 1.0]))
    entropy = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    assert effective_rank(torch.cat([uneven, -uneven])).item() == pytest.approx(
        math.exp(entropy), rel=1e-5
    )


def test_a_linear_probe_tells_what_can_be_told_and_nothing_else():
    labels = np.arange(400) % 4
    codes = 1000 + 5 * torch.eye(4)[labels] @ random(4, 6, seed=1) + 0.3 * random(400, 6)
    codes[:, 5] *= 1e-3  # sizes do not matter
    learn, ask = slice(0, 200), slice(200, 400)
    assert linear_probe(codes[learn], labels[learn], codes[ask], labels[ask]) == 1
    shuffled = [np.random.default_rng(seed).permutation(labels[learn]) for seed in range(60)]
    told = [linear_probe(codes[learn], wrong, codes[ask], labels[ask]) for wrong in shuffled]
    assert np.mean(told) == pytest.approx(0.25, abs=0.08)


def test_a_linear_probe_bears_a_number_that_never_varies():
    labels = np.arange(20) % 2
    codes = torch.stack([torch.ones(20), torch.from_numpy(labels).float()], dim=1)
    assert linear_probe(codes, labels, codes, labels) == 1


# --- batches, views, models -----------------------------------------------------------------------


@pytest.mark.parametrize("order", ["shuffled", "by genre"])
@pytest.mark.parametrize("batch", [5, 8, 40])
def test_each_pass_uses_each_track_at_most_once(order, batch):
    tracks, labels = 100 + np.arange(23), np.arange(23) % 3
    recipe = Recipe(order=order, batch=batch)
    per_pass = 23 // min(batch, 23)
    passes = []
    for number in range(4):
        steps = [
            batch_of(recipe, tracks, labels, number * per_pass + step) for step in range(per_pass)
        ]
        assert all(len(step) == min(batch, 23) for step in steps)
        used = np.concatenate(steps)
        assert len(set(used)) == len(used) and set(used) <= set(tracks)
        passes.append(used)
    assert not np.array_equal(passes[0], passes[1])
    dropped = [set(tracks) - set(used) for used in passes]
    assert batch == 40 or len(set().union(*dropped)) > len(dropped[0])  # not always the same ones


def test_batches_are_repeated_by_the_seed_and_others_by_another():
    tracks, labels = np.arange(30), np.arange(30) % 3
    for order in ("shuffled", "by genre"):
        first, again, other = (
            batch_of(Recipe(order=order, batch=8, seed=s), tracks, labels, 5) for s in (0, 0, 1)
        )
        assert np.array_equal(first, again) and not np.array_equal(first, other)


@pytest.mark.parametrize(("batch", "needed"), [(8, 1), (10, 1), (24, 3)])
def test_batches_by_genre_hold_few_genres_and_shuffled_ones_many(batch, needed):
    tracks = np.arange(100)
    labels = np.random.default_rng(0).permutation(np.arange(100) % 10)
    count: dict[str, list[int]] = {"shuffled": [], "by genre": []}
    for order, found in count.items():
        for step in range(3 * (100 // batch)):
            found.append(
                len(set(labels[batch_of(Recipe(order=order, batch=batch), tracks, labels, step)]))
            )
    assert max(count["by genre"]) <= needed + 2
    assert np.mean(count["shuffled"]) > np.mean(count["by genre"]) + 2


def test_batches_by_genre_do_not_come_in_the_order_of_the_genres():
    tracks, labels, recipe = np.arange(100), np.arange(100) // 10, Recipe(order="by genre", batch=5)
    for number in range(3):
        firsts = [
            labels[batch_of(recipe, tracks, labels, 20 * number + step)[0]] for step in range(20)
        ]
        # in order they would fall once, where the circle closes
        assert (np.diff(firsts) < 0).sum() > 3


def test_some_of_each_genre_are_so_many_and_more_are_more_of_the_same():
    tracks, labels = 50 + np.arange(40), np.random.default_rng(0).permutation(np.arange(40) % 4)
    kept: set[int] = set()
    for number in (1, 3, 7, 10):
        found = some_of_each(tracks, labels, number, seed=0)
        assert np.bincount(labels[found - 50]).tolist() == [number] * 4
        assert kept < set(found)
        kept = set(found)
    assert np.array_equal(some_of_each(tracks, labels, 99, seed=0), tracks)
    assert set(some_of_each(tracks, labels, 3, seed=1)) != set(
        some_of_each(tracks, labels, 3, seed=0)
    )


def test_a_supervised_twin_sees_train_tracks_alone(music):
    other = music._replace(train=np.arange(4, 20))
    found = labelled(other, SMALL._replace(labels=2))
    assert set(found) <= set(range(4, 20)) and np.bincount(music.labels[found]).tolist() == [2] * 4


def test_views_differ_by_what_the_recipe_names(music):
    tracks = np.array([3, 0, 3])
    for form, crops_differ in (("audio", True), ("spec", True), ("both", False)):
        recipe = SMALL._replace(format=form, changes=("crop",))
        model = new_model(recipe, music.filters)
        first, second = views_of(recipe, model, music.audio, tracks, 4)
        again = views_of(recipe, model, music.audio, tracks, 4)
        assert torch.equal(first, again[0]) and torch.equal(second, again[1])
        assert not torch.equal(first, views_of(recipe, model, music.audio, tracks, 5)[0])
        assert not torch.equal(first[0], first[2])  # a track that comes twice is cut twice
        seen = picture(model.mel(first)) if form == "both" else first
        assert torch.equal(seen, second) != crops_differ
        assert len(views_of(recipe, model, music.audio, tracks, 4, number=1)) == 1
    for form in ("audio", "spec"):
        recipe = SMALL._replace(format=form, changes=())
        first, second = views_of(recipe, new_model(recipe, music.filters), music.audio, tracks, 4)
        assert torch.equal(first, second)


def test_views_are_pieces_of_the_named_tracks(music):
    recipe = SMALL._replace(format="audio", changes=("crop",), n_samples=44_000)
    first, second = views_of(
        recipe, new_model(recipe, music.filters), music.audio, np.array([5, 9]), 0
    )
    for view in (first, second):
        for piece, track in zip(view, (5, 9)):
            whole = music.audio[track].float() / 32768
            assert any(torch.equal(piece, whole[start : start + 44_000]) for start in range(101))
    assert not torch.equal(first, second)


def test_a_format_that_does_not_exist_is_refused_with_those_that_do(music):
    for make in (
        lambda recipe: new_model(recipe, music.filters),
        lambda recipe: trained(recipe, music),
    ):
        with pytest.raises(ValueError, match=r"no format 'midi'. Choose one of audio, spec, "
                                             r"both\."):
            make(SMALL._replace(format="midi"))


def test_pieces_that_are_longer_than_tracks_are_refused(music):
    with pytest.raises(ValueError, match="Pieces of 44101 samples do not fit into tracks of 44100"):
        trained(SMALL._replace(n_samples=44_101), music)


def test_the_seed_decides_the_first_weights_and_leaves_torchs_generator_alone(music):
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first, again, other = (
        new_model(SMALL._replace(seed=seed), music.filters) for seed in (0, 0, 1)
    )
    assert torch.equal(torch.rand(1), expected)
    assert same(weights_of(first), weights_of(again))
    assert not same(weights_of(first), weights_of(other))


def test_heads_are_a_projector_or_classes_or_nothing(music):
    x = random(3, 32)
    projector = new_model(SMALL, music.filters).heads["spec"]
    assert projector(x).shape == (3, 8)
    assert torch.allclose(
        projector(x), (x @ projector[0].weight.T).relu() @ projector[2].weight.T, atol=1e-6
    )
    bare = new_model(SMALL._replace(projection=0), music.filters).heads["spec"]
    assert torch.equal(bare(x), x)
    twin = new_model(SMALL._replace(labels=2), music.filters, 4).heads["spec"]
    assert twin(x).shape == (3, 4) and len(list(twin.parameters())) == 2


def test_the_code_of_two_formats_is_that_of_each_side_by_side(music):
    model = new_model(SMALL._replace(format="both"), music.filters).eval()
    x = music.audio[:3, :22_050].float() / 32768
    code = model.code(x)
    assert code.shape == (3, 64)
    assert torch.equal(code[:, :32], model.encoders["audio"](x))
    assert torch.equal(code[:, 32:], model.encoders["spec"](picture(model.mel(x))))
    assert set(model.encoders) == set(model.heads) == {"audio", "spec"}


def test_pieces_of_tracks_are_encoded_in_their_order_whatever_the_batch(music):
    model = new_model(SMALL._replace(format="audio"), music.filters).train()
    tracks, starts = np.array([7, 2, 2, 11, 0]), [0, 9000, 22_050]
    codes = encoded(model, music.audio, tracks, starts, 22_050)
    assert codes.shape == (5, 3, 32) and codes.dtype == torch.float32 and not codes.requires_grad
    assert not model.training
    assert torch.allclose(
        codes, encoded(model, music.audio, tracks, iter(starts), 22_050, batch=2), atol=1e-5
    )
    assert torch.allclose(codes[1], codes[2], atol=1e-5)
    alone = encoded(model, music.audio, np.array([11]), [9000], 22_050)[0, 0]
    assert torch.allclose(codes[3, 1], alone, atol=1e-5)
    assert not torch.allclose(codes[3, 1], codes[3, 0], atol=1e-5)


# --- training -------------------------------------------------------------------------------------


def cut(at):
    def show(steps):
        for step in steps:
            if step == at:
                raise KeyboardInterrupt
            yield step

    return show


TRAININGS = {
    "audio": SMALL._replace(format="audio", changes=EVERYTHING),
    "spec": SMALL._replace(format="spec", changes=EVERYTHING),
    "both": SMALL._replace(format="both", changes=EVERYTHING),
    "twin": SMALL._replace(format="spec", changes=EVERYTHING, labels=3),
    "audio twin": SMALL._replace(format="audio", changes=EVERYTHING, labels=3),
}


@pytest.mark.parametrize("name", TRAININGS)
def test_the_history_of_a_training_tells_probe_alignment_uniformity_and_rank(music, name):
    recipe = TRAININGS[name]
    model, training = trained(recipe, music)
    assert training.done and not model.training
    assert training.column("step") == [2, 4, 6, 8]
    for look in training.history:
        assert set(look) == {"step", "loss", "probe", "alignment", "uniformity", "rank"}
        assert all(math.isfinite(value) for value in look.values())
        assert (
            0 <= look["probe"] <= 1
            and look["alignment"] >= 0 >= look["uniformity"]
            and 1 <= look["rank"] <= 8
        )
    assert len(set(training.column("loss"))) == 4
    before = new_model(recipe, music.filters, 4 if recipe.labels else 0)
    for part in [*before.encoders, *(f"{head} head" for head in before.heads)]:
        where = "heads" if part.endswith("head") else "encoders"
        old, new = (getattr(net, where)[part.split()[0]].parameters() for net in (before, model))
        assert all(not torch.equal(a, b) for a, b in zip(old, new))


@pytest.mark.parametrize("name", ["audio", "spec", "twin"])
def test_a_training_that_was_cut_off_twice_has_the_curve_and_weights_of_one_that_was_not(
    music, tmp_path, name
):
    recipe, seen = TRAININGS[name], []
    whole, training = trained(recipe, music, tmp_path / "whole")
    for at in (3, 5):
        with pytest.raises(KeyboardInterrupt):
            trained(recipe, music, tmp_path / "cut", show=cut(at))
    again, resumed = trained(
        recipe, music, tmp_path / "cut", show=lambda s: (seen.append(step) or step for step in s)
    )
    assert seen == [4, 5, 6, 7]
    assert resumed.done and resumed.history == training.history
    assert same(weights_of(whole), weights_of(again))
    if not recipe.labels:
        assert same(
            best_weights(recipe, tmp_path / "whole"), best_weights(recipe, tmp_path / "cut")
        )


def test_a_finished_training_is_taken_from_its_folder(music, tmp_path):
    model, training = trained(SMALL, music, tmp_path)
    again, kept = trained(SMALL, music, tmp_path, show=lambda steps: pytest.fail("trained again"))
    assert kept == training and same(weights_of(model), weights_of(again))
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{SMALL.name}.pt",
        f"{SMALL.name}-best.pt",
    }


def test_every_part_of_a_recipe_changes_its_name():
    changed = {
        "format": "audio",
        "changes": ("crop",),
        "strengths": Strengths(mask=0.2),
        "order": "by genre",
        "layout": "clmr",
    }
    names = {SMALL.name}
    for field in Recipe._fields:
        value = changed[field] if field in changed else getattr(SMALL, field) * 2 + 1
        names.add(SMALL._replace(**{field: value}).name)
    assert len(names) == 1 + len(Recipe._fields)


@pytest.mark.parametrize(("probes", "best"), [([0.2, 0.7, 0.7, 0.4], 1), ([0.5, 0.4, 0.1, 0.6], 3)])
def test_the_weights_of_the_first_look_with_the_best_probe_are_kept(
    music, tmp_path, monkeypatch, probes, best
):
    seen = []

    def told(train_codes, labels, codes, truth):
        seen.append(codes.clone())
        return probes[len(seen) - 1]

    monkeypatch.setattr(contrastive, "linear_probe", told)
    _, training = trained(SMALL, music, tmp_path)
    assert training.column("probe") == probes
    model = new_model(SMALL, music.filters)
    model.load_state_dict(best_weights(SMALL, tmp_path))
    middle = [(44_100 - SMALL.n_samples) // 2]
    codes = encoded(model, music.audio, music.valid, middle, SMALL.n_samples)[:, 0]
    assert [torch.equal(codes, look) for look in seen] == [look == best for look in range(4)]


def test_a_supervised_twin_has_the_weights_of_its_best_look(music):
    labels = music.labels.copy()
    # so that what is learned on train is wrong here
    labels[music.valid] = (labels[music.valid] + 1) % 4
    recipe = TRAININGS["twin"]._replace(steps=16, looks=16, learning_rate=0.003, changes=("crop",))
    model, training = trained(recipe, music._replace(labels=labels))
    codes = encoded(
        model, music.audio, music.valid, [(44_100 - recipe.n_samples) // 2], recipe.n_samples
    )[:, 0]
    right = (model.heads["spec"](codes).argmax(dim=1).numpy() == labels[music.valid]).mean()
    probes = training.column("probe")
    assert right == max(probes) > probes[-1]


def test_at_a_learning_rate_of_0_only_the_statistics_of_the_normalisations_move(music):
    for name in ("audio", "spec"):
        recipe = TRAININGS[name]._replace(learning_rate=0.0, weight_decay=0.1)
        model, _ = trained(recipe, music)
        before, after = weights_of(new_model(recipe, music.filters)), weights_of(model)
        moved = {part for part in before if not torch.equal(before[part], after[part])}
        statistics = {
            part
            for part in before
            if part.endswith(("running_mean", "running_var", "batches_tracked"))
        }
        assert moved == statistics


@pytest.mark.parametrize("form", ["spec", "both"])
def test_two_steps_are_those_made_by_hand(music, form):
    """Batch, views, loss and Adam, whose decay is a part of the gradient."""
    changed = {
        "changes": ("crop", "time"),
        "temperature": 0.2,
        "weight_decay": 0.1,
        "order": "by genre",
    }
    recipe = SMALL._replace(format=form, steps=2, looks=2, **changed)
    whole, training = trained(recipe, music)
    model = new_model(recipe, music.filters)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=0.1)
    for step, look in enumerate(training.history):
        model.train()
        batch = batch_of(recipe, music.train, music.labels[music.train], step)
        first, second = views_of(recipe, model, music.audio, batch, step)
        with lower_precision(torch.device("cpu")):
            if form == "both":
                said = model("audio", first), model("spec", second)
            else:
                said = model("spec", torch.cat([first, second])).chunk(2)
            loss = nt_xent(*said, 0.2)
        adam.zero_grad()
        loss.backward()
        adam.step()
        assert look["loss"] == pytest.approx(loss.item(), rel=1e-5)
    for one, other in zip(whole.parameters(), model.parameters()):
        assert torch.allclose(one, other, atol=1e-6)


@pytest.mark.parametrize("form", ["audio", "spec", "both"])
def test_made_up_music_can_be_learned(music, form):
    changes = ("crop", "gain", "noise", "time", "frequency")
    recipe = SMALL._replace(
        format=form, changes=changes, steps=40, batch=16, learning_rate=3e-3, width=1 / 8
    )
    _, training = trained(recipe, music)
    losses = training.column("loss")
    assert losses[-1] < losses[0] - 0.2
    assert losses[-1] < math.log(2 * 16 - 1) - 0.8  # better than guessing
    assert max(training.column("probe")) >= 0.75


def test_a_supervised_twin_learns_made_up_music(music):
    recipe = TRAININGS["twin"]._replace(
        steps=40, batch=12, learning_rate=3e-3, width=1 / 8, changes=("crop",)
    )
    _, training = trained(recipe, music)
    assert training.column("loss")[-1] < 0.5 * training.column("loss")[0]
    assert max(training.column("probe")) >= 0.75


def test_labels_are_seen_by_a_supervised_twin_alone(music):
    other = music._replace(labels=music.labels[::-1].copy())
    model, training = trained(SMALL, music)
    again, same_curve = trained(SMALL, other)
    assert same(weights_of(model), weights_of(again))
    assert training.column("loss") == same_curve.column("loss")
    recipe = TRAININGS["twin"]
    assert not same(weights_of(trained(recipe, music)[0]), weights_of(trained(recipe, other)[0]))


def test_valid_tracks_do_not_reach_the_training(music):
    louder = music.audio.clone()
    louder[16:] = louder[16:].flip(1) // 3
    model, training = trained(SMALL, music)
    again, other = trained(SMALL, music._replace(audio=louder))
    assert same(weights_of(model), weights_of(again))
    assert training.column("loss") == other.column("loss")
    assert training.column("uniformity") != other.column("uniformity")
