"""The networks of Cortis: every row of the catalogue is made, and tables and codes are kept."""

from functools import wraps
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from claimbook.claims import load_arms, load_claims
from claimbook.predictions import load_record
from genrelab.evaluation.holdouts import Split
from genrelab.features import cmvn
from genrelab.models.supervised import Recipe
from reproductions import supervised_networks
from reproductions.networks import Data, Fit
from reproductions.sizes import Sizes
from reproductions.study import Study
from reproductions.supervised_networks import Inputs, Trained, filtered, over_tracks, scores


class Book:
    """A ledger that only notes what it is handed."""

    def __init__(self, folder):
        self.folder, self.noted, self.items, self.tables = folder, set(), {}, {}

    def record(self, name, protocol, answers, **about):
        assert about["modules"] and about["leaks"] is not None
        self.noted.add((name, protocol))

    def compare(self, name, protocol):
        self.noted.add((name, protocol))

    def state(self, name, protocol, items, **about):
        self.noted.add((name, protocol))
        self.items = items

    def keep_table(self, name, table):
        self.tables[name] = table


def fit_of(split, labels, width=4, right=()):
    """Return a training that answers rightly for some rows, and with the next class for the
    others."""
    truth = np.eye(labels.max() + 1)
    answers = np.where(np.isin(np.arange(len(labels)), right), labels, (labels + 1) % len(truth))
    history = [{"loss": 1.0, "valid_loss": 1.0, "accuracy": 0.5, "score": -1.0}]
    codes = np.arange(len(labels) * width, dtype=np.float16).reshape(-1, width)
    recipe = Recipe(seed=split.seed)
    return Fit(split, recipe, truth[answers].astype(np.float16), truth[answers], codes, history, 1)


@pytest.fixture
def unlearned(synthetic, monkeypatch):
    """No sound is read, and nothing is trained: slices of noise, answers by chance."""
    tracks = synthetic.tracks.index
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"track": tracks.repeat(2), "segment": np.tile([0, 1], len(tracks))})
    noise = pd.DataFrame(rng.normal(size=(len(rows), 57)))
    whole = pd.DataFrame(rng.normal(size=(len(tracks), 57)), index=tracks)
    tables = {"3s": pd.concat([rows, noise], axis=1), "30s": whole}
    module, pictures = supervised_networks, rng.normal(size=(len(rows), 20, 8)).astype(np.float32)
    sequence = SimpleNamespace(rows=rows, pictures=pictures)
    images = SimpleNamespace(images=np.zeros((len(tracks), 4, 4)), tracks=tracks, source="x")
    monkeypatch.setattr(module, "feature_table", lambda music, length: tables[length])
    monkeypatch.setattr(module.features, "published_features", lambda music: None)
    monkeypatch.setattr(module.features, "mel_pictures", wraps(module.features.mel_pictures)(
        lambda *_: images))
    monkeypatch.setattr(module.sequences, "sequences", lambda *_: sequence)
    monkeypatch.setattr(module.sequences, "whole_track_pictures",
                        lambda music, tracks, shape: np.zeros((len(tracks), *shape), np.uint8))
    monkeypatch.setattr(module, "fit_all", lambda jobs, data, describe: [
        fit_of(job.split, data.labels) for job in jobs])


def test_every_row_of_the_lesson_is_made(synthetic, unlearned, tmp_path):
    book = Book(tmp_path)
    supervised_networks.reproduce(Study(synthetic, book, Sizes("reference")))
    missing = set()
    for claim in load_claims().values():
        names = claim.records | {claim.id} if len(claim.records) == 1 else {claim.id}
        for protocol in claim.all_protocols if claim.notebook == "04" else ():
            if not {(name, protocol) for name in names} & book.noted:
                missing.add(f"{claim.id}@{protocol}")
    assert missing == {"cortis.window.cnn_mel@ag"}  # `equal_ground` trains CNNs in these folds
    assert all(name in load_claims() or name in load_arms() for name, _ in book.noted)
    assert len(book.tables["04_table1"]) == 11
    assert set(book.tables["04_early_stopping"].index) == {"mc", "grp"}


def test_the_smallest_size_trains_fixed_perceptrons_alone(synthetic, unlearned, tmp_path):
    book = Book(tmp_path)
    supervised_networks.reproduce(Study(synthetic, book, Sizes("smoke")))
    assert list(book.tables["04_table1"].index) == ["fixed_mlp_30s", "fixed_mlp_3s"]
    assert not (tmp_path / "codes").exists()


def test_a_window_over_the_track_knows_other_slices_of_it_and_no_other_track():
    rng = np.random.default_rng(0)
    pictures = rng.normal(size=(5, 20, 130)) + 5
    pictures[3] += 100
    found = over_tracks(pictures, pd.Series(["a", "b", "a", "b", "a"]))
    alone = over_tracks(pictures, pd.Series(list("abcde")))
    assert np.allclose(alone, cmvn(pictures, 301))
    assert np.allclose(found[[0, 2, 4]], np.split(cmvn(np.concatenate(
        pictures[[0, 2, 4]], axis=1), 301), 3, axis=1))
    assert found[3].mean() > 0.5 > abs(alone[3].mean()) * 1e6


def test_scores_are_those_of_each_part():
    labels = np.array([0, 1, 0, 1, 0, 1])
    split = Split(0, 0, np.array(["train"] * 2 + ["test"] * 4))
    found = scores(fit_of(split, labels, right=[0, 1, 2, 3, 4]), labels)
    assert (found["accuracy train"], found["accuracy test"]) == (1, 0.75)
    assert (found["AUROC macro train"], found["AUROC macro test"]) == (1, 0.75)


def test_a_copy_of_a_learned_track_leaks(tmp_path):
    tracks = pd.DataFrame({"duplicate_of": [None, "a", None]}, index=["a", "b", "c"])
    part = np.array(["train", "test", "test", "test"])
    shown = Inputs(pd.DataFrame({"track": ["a", "a", "b", "c"]}), None, {"mc": [Split(0, 0, part)]},
                   "wav")
    book = Book(tmp_path)
    study = Study(SimpleNamespace(tracks=tracks), book, Sizes("smoke"))
    supervised_networks.count_leaking_rows(study, shown)
    assert list(book.items.values()) == [(2, 3)]


def test_codes_are_means_over_the_slices_of_used_tracks(tmp_path):
    tracks = pd.DataFrame({"genre": ["x", "y", "x"], "group": ["p", "q", "r"],
                           "artist": ["p", None, "r"]}, index=["a", "b", "c"])
    rows = pd.DataFrame({"track": ["a", "a", "b", "c"]})
    labels = np.array([0, 0, 1, 0])
    split = Split(0, 0, np.array(["train", "train", "test", ""]))
    fits = {"ff": [fit_of(split, labels)]}
    models = {name: Trained(Inputs(rows, Data(labels), {}, "wav"), fits)
              for name in supervised_networks.CODED}
    study = Study(SimpleNamespace(tracks=tracks), Book(tmp_path), Sizes("smoke"))
    supervised_networks.keep_codes(study, models)
    kept = load_record(tmp_path / "codes" / "04_mmnn.npz")
    assert kept.tracks.tolist() == ["a", "b"]
    assert kept.vectors.tolist() == [[2, 3, 4, 5], [8, 9, 10, 11]]


def test_filters_take_out_what_is_unrelated_or_repeated_on_train_rows():
    rng = np.random.default_rng(0)
    labels = np.arange(200) % 4
    table = labels[:, None] + rng.normal(size=(200, 57))
    table[:, 5] = table[:, 4] + 0.01 * rng.normal(size=200)
    table[100:, 7] = table[100:, 6]  # alike on rows that are not learned from
    places, unrelated = filtered(Data(labels, table), np.arange(100))
    assert len(places) == 56 and unrelated == 0
    assert {4, 5} - set(places) and {6, 7} <= set(places)
