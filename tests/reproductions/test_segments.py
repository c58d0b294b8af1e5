"""Networks on segments: splits, trainings that are kept, and what is handed to the ledger."""

import numpy as np
import pandas as pd
import pytest

from claimbook.ledger import Ledger
from claimbook.predictions import load_record
from genrelab.models.segment_trained import Recipe
from reproductions import segment_networks, single_layer
from reproductions.code_measures import (
    crosses_once,
    crossings,
    gap_by_row,
    mutual_information,
    nearest_is_same,
    paths,
)
from reproductions.records import source_of
from reproductions.segment_networks import Data, Job, answers, at_rest, codes_of, train_all
from reproductions.segment_records import Recorder, principal
from reproductions.segment_splits import fold_of_seed, random_genres, shuffled_segments
from reproductions.sizes import Sizes
from reproductions.study import Study

GENRES = ["classical", "jazz", "metal", "pop"]
SMALL = Recipe("classifier", hidden=(8,), epochs=5, batch=64, learning_rate=0.01)


@pytest.fixture(scope="module")
def rows(synthetic):
    tracks = synthetic.tracks[synthetic.tracks.genre.isin(GENRES)]
    table = pd.DataFrame(
        {"track": tracks.index.repeat(4), "segment": np.tile(np.arange(4), len(tracks))}
    )
    return table.assign(genre=tracks.genre.loc[table.track].to_numpy())


@pytest.fixture(scope="module")
def data(rows):
    labels = rows.genre.map(GENRES.index).to_numpy()
    values = np.random.default_rng(0).normal(size=(len(rows), 12))
    values[:, :4] += 3 * np.eye(4)[labels]
    return Data(values.astype(np.float32), labels)


def test_shuffled_segments_have_the_papers_shares():
    splits = shuffled_segments(8000, [0, 1])
    assert [len(splits[0].rows(part)) for part in ("train", "valid", "test")] == [6000, 1000, 1000]
    assert (splits[0].part != splits[1].part).any()
    assert (splits[0].part == shuffled_segments(8000, [0])[0].part).all()


def test_five_seeds_test_every_track_once_and_no_artist_stands_on_both_sides(synthetic, rows):
    four = synthetic.tracks[synthetic.tracks.genre.isin(GENRES)]
    splits = fold_of_seed(rows.track, four, range(6))
    tested = [set(rows.track[split.rows("test")]) for split in splits[:5]]
    assert sum(map(len, tested)) == len(set.union(*tested)) == (four.split != "removed").sum()
    assert [split.fold for split in splits] == [0, 1, 2, 3, 4, 0]
    assert (splits[0].part != splits[5].part).any()  # the first fold of another shuffle
    group = rows.track.map(four.group).to_numpy()
    for split in splits:
        assert not set(group[split.rows("train")]) & set(group[split.rows("test")])
        assert not set(group[split.rows("train")]) & set(group[split.rows("valid")])


def test_random_genres_leave_the_others_out(synthetic, rows):
    splits = random_genres(rows, synthetic.tracks, 2, [0, 1, 2])
    for split in splits:
        assert (
            rows.genre[split.part != ""].nunique() == rows.genre[split.rows("test")].nunique() == 2
        )
    assert len({tuple(rows.genre[split.part != ""].unique()) for split in splits}) > 1


def test_scaling_is_learned_on_train_alone(data):
    split = shuffled_segments(len(data.labels), [0])[0]
    learned = data._replace(scaled_from=6)
    seen = learned.inputs(split)
    assert np.array_equal(seen[:, :6], data.values[:, :6])
    assert seen[:, 6:].min() == 0 and seen[:, 6:].max() == 1
    louder = learned.values.copy()
    louder[split.rows("test")] *= 100
    assert np.array_equal(
        learned._replace(values=louder).inputs(split)[split.rows("train")],
        seen[split.rows("train")],
    )


def test_trainings_are_kept_and_depend_on_all_that_they_are_made_from(data, own_cache, monkeypatch):
    split, other = shuffled_segments(len(data.labels), [0, 1])
    (run,) = train_all([Job(SMALL, split)], data, "test")
    assert run.recipe.seed == 0 and len(run.history) == 5
    right = (answers(run, data, split.rows("test")) == data.labels[split.rows("test")]).mean()
    assert right > 0.6
    monkeypatch.setattr(segment_networks, "fit", lambda *a, **k: pytest.fail("trained again"))
    (again,) = train_all([Job(SMALL, split)], data, "test")
    assert np.array_equal(
        codes_of(again, data, split.rows("test")), codes_of(run, data, split.rows("test"))
    )
    for job, learned in (
        (Job(SMALL, other), data),
        (Job(SMALL._replace(epochs=6), split), data),
        (Job(SMALL, split), data._replace(values=data.values + 1)),
        (Job(SMALL, split), data._replace(scaled_from=0)),
    ):
        with pytest.raises(pytest.fail.Exception):
            train_all([job], learned, "test")


def test_a_network_on_some_genres_answers_in_the_labels_of_all(synthetic, rows, data, own_cache):
    (split,) = random_genres(rows, synthetic.tracks, 2, [1])
    (run,) = train_all([Job(SMALL, split)], data, "test")
    assert codes_of(run, data, split.rows("test"), "logits").shape[1] == 2
    assert (
        set(answers(run, data, split.rows("test")))
        <= set(run.classes)
        == set(data.labels[split.part != ""])
    )


@pytest.mark.slow
def test_what_goes_to_the_ledger(synthetic, rows, data, own_cache, tmp_path):
    ledger = Ledger(tmp_path, source_of(synthetic))
    recorder = Recorder(Study(synthetic, ledger, Sizes("smoke")), rows, {"pool": 40})
    splits = shuffled_segments(len(rows), [0, 1])
    runs = train_all([Job(SMALL, split) for split in splits], data, "test")
    recorder.answers(
        "sawhney.t1.two_layer", "seg", runs, data, ("train", "valid", "test"), converged=True
    )
    kept = load_record(tmp_path / "predictions" / "sawhney.t1.two_layer@seg.npz")
    assert kept.seeds == [0, 1] and len(kept.predicted) == 2 * len(rows)
    assert kept.about["leaks"]["track"] > 0  # the paper's split leaks, and the ledger knows
    told = kept.about["parameters"]["sawhney.t1.two_layer"]
    assert told["hidden"] == [8] and told["pool"] == 40 and "seed" not in told
    assert kept.about["budget"]["epochs"] == [5, 200]
    assert 0.5 < ledger.row("sawhney.t1.two_layer.dev@seg")["value"] <= 1
    recorder.space("sawhney.space.two_layer", "seg", runs, data, "code", axes=3)
    kept = load_record(tmp_path / "predictions" / "sawhney.space.two_layer@seg.npz")
    assert kept.vectors.shape == (2 * len(splits[0].rows("test")), 3)
    assert kept.about["converged"] == at_rest(runs)  # where nobody says it
    recorder.probes("sawhney.probe.two_layer", "seg", runs, data, "logits")
    kept = load_record(tmp_path / "predictions" / "sawhney.probe.two_layer@seg.npz")
    assert (kept.predicted == kept.truth).mean() > 0.6
    tables = [pd.DataFrame({"crosses_once": 1.0}, split.rows("test")) for split in splits]
    recorder.columns("sawhney.paths.two_layer", "ag4", runs, tables)
    kept = load_record(tmp_path / "predictions" / "sawhney.paths.two_layer@ag4.npz")
    assert set(kept.columns) == {"crosses_once"}


def test_principal_axes_are_those_of_an_independent_decomposition():
    from sklearn.decomposition import PCA

    x = np.random.default_rng(0).normal(size=(60, 5)) * [5, 3, 1, 1, 1]
    found, share = principal(x, x, 2)
    reference = PCA(2).fit(x)
    assert np.allclose(np.abs(found), np.abs(reference.transform(x)), atol=1e-4)
    assert share == pytest.approx(reference.explained_variance_ratio_.sum())
    flat, share = principal(np.ones((4, 3)), np.ones((4, 3)))
    assert share == 1 and not flat.any()


def test_information_and_its_gap_on_codes_that_are_known():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 4, 4000)
    codes = np.stack([labels, 30 * rng.normal(size=4000), labels // 2], 1) + 0.01 * rng.normal(
        size=(4000, 3)
    )
    bits = mutual_information(codes, labels)
    assert bits == pytest.approx([2, 0, 1], abs=0.1)
    gap = gap_by_row(codes[:3000], labels[:3000], codes[3000:], labels[3000:])
    # bins of equal count straddle labels
    assert gap.shape == (1000,) and gap.mean() == pytest.approx(0.5, abs=0.07)
    two = np.repeat(codes[:, :1], 2, axis=1)
    assert abs(gap_by_row(two[:3000], labels[:3000], two[3000:], labels[3000:]).mean()) < 0.01


def test_what_a_code_tells_of_the_track_beyond_its_genre():
    rng = np.random.default_rng(0)
    track = rng.permutation(np.repeat(np.arange(16), 50))
    genre = track // 4
    codes = np.stack([genre + 0.1 * rng.normal(size=800), track + 0.01 * rng.normal(size=800)], 1)
    assert mutual_information(codes, genre, bins=16) == pytest.approx([2, 2], abs=0.1)
    assert mutual_information(codes, track, genre, bins=16) == pytest.approx([0, 2], abs=0.15)


def test_nearest_neighbours_leave_out_what_they_are_told_to():
    codes = np.array([[0.0], [0.1], [5.0], [5.1], [5.3]])
    track, artist = np.array(list("aabcc")), np.array(list("xxyyy"))
    assert nearest_is_same(codes, track).tolist() == [True, True, False, False, True]
    assert nearest_is_same(codes, artist, track).tolist() == [False, False, True, True, True]


def test_a_linear_classifier_crosses_once_and_a_wave_more_often():
    codes = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    straight = lambda z: np.stack([z[:, 0], -z[:, 0]], 1)  # noqa: E731
    said = straight(codes).argmax(axis=1)
    starts, ends = paths(codes, said)
    assert len(starts) == 50 and (said[starts] != said[ends]).all()
    assert (crossings(codes, starts, ends, said, straight) == 1).all()
    wavy = lambda z: np.stack([np.sin(9 * z[:, 0]), -np.sin(9 * z[:, 0])], 1)  # noqa: E731
    said = wavy(codes).argmax(axis=1)
    starts, ends = paths(codes, said)
    times = crossings(codes, starts, ends, said, wavy)
    assert times.max() > 2 and (times % 2 == 1).all()
    assert (crosses_once(codes, said, wavy) == (times == 1)).all()
    assert len(paths(codes, np.zeros(50, int))[0]) == 0
    assert not crosses_once(codes, np.zeros(50, int), wavy).any()


def test_the_single_layer_learns_to_redraw_and_its_first_weights_redraw_nothing(rows, data):
    split = shuffled_segments(len(rows), [0])[0]
    recipe = Recipe("autoencoder", output="linear", layers="tanh", epochs=40, batch=64,
                    learning_rate=0.01)
    (run,) = single_layer.train_all([Job(recipe, split)], data)
    assert run.history[-1]["explained"] > 0.3
    assert len(run.model.encoder) == len(run.model.decoder) == 4
    first = single_layer.untrained(Job(recipe, split), data)
    codes = [codes_of(one, data, split.rows("test")) for one in (run, first)]
    assert codes[0].shape == codes[1].shape and not np.allclose(*codes)
    assert at_rest([first])
