"""The experiments of Sawhney and others: what the comparison with the golden run does not show."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from claimbook.claims import find_claim
from genrelab.corpora import CorpusLacks
from genrelab.evaluation.holdouts import Split
from genrelab.models.segment_trained import Recipe
from reproductions import softmax_autoencoder
from reproductions.segment_networks import Data
from reproductions.sizes import Sizes
from reproductions.softmax_autoencoder import (
    Lab,
    choices_of_training,
    last_look,
    set_up,
    some_of,
    spread,
    train,
)
from reproductions.study import Study

PARTS = np.array(["train"] * 30 + ["valid"] * 5 + ["test"] * 5)


@pytest.fixture
def lab():
    splits = {protocol: [Split(seed, 0, PARTS) for seed in (3, 4)]
              for protocol in ("seg", "grp", "ag4")}
    data = Data(np.zeros((40, 8), np.float32), np.arange(40) % 4)
    study = Study(None, None, Sizes("reference"))
    return Lab(study, pd.DataFrame(), pd.DataFrame(), data, splits, Recipe(epochs=200), None)


def test_only_where_songs_or_artists_are_apart_a_network_learns_for_longer(lab, monkeypatch):
    monkeypatch.setattr(softmax_autoencoder, "train_all", lambda jobs, data, describe: jobs)
    runs = train(lab, {"hybrid": lab.base}, lab.splits, to_the_end=True)
    epochs = {key: {job.recipe.epochs for job in jobs} for key, jobs in runs.items()}
    assert epochs == {("hybrid", "seg"): {200}, ("hybrid", "grp"): {400}, ("hybrid", "ag4"): {400}}
    assert [job.split.seed for job in runs["hybrid", "grp"]] == [3, 4]
    runs = train(lab, {"two": lab.classifier(128), "one": lab.base}, lab.splits)
    assert {job.recipe.epochs for jobs in runs.values() for job in jobs} == {200}
    assert runs["two", "ag4"][0].recipe.hidden == (128,)
    assert runs["one", "seg"][1].recipe.hidden == ()


def test_the_leak_is_taken_at_equal_epochs(lab, monkeypatch):
    monkeypatch.setattr(softmax_autoencoder, "train_all", lambda jobs, data, describe: jobs)
    recorded, compared = [], []

    class Recorder:
        def answers(self, name, protocol, many, data, parts=("test",), variant=""):
            recorded.append((name, protocol, variant, len(many), many[0].recipe.epochs,
                             many[0].recipe.keep))

    study = SimpleNamespace(size=lab.study.size, compare=lambda *claim: compared.append(claim))
    choices_of_training(lab._replace(study=study, recorder=Recorder()))
    assert recorded == [("sawhney.t1.dsae", "seg", "epochs=400", 2, 400, 0.8),
                        ("sawhney.dsae_longer", "seg", "", 2, 400, 0.8),
                        ("sawhney.t1.dsae", "seg", "keep=0.9", 2, 200, 0.9)]
    assert compared == [("sawhney", ["ag4"], "leak")]
    first, second = find_claim("sawhney.leak").parts[0].references()
    assert (first, second) == ("sawhney.dsae_longer@seg", "sawhney.t1.dsae@ag4")


def test_what_is_compared_takes_the_first_seeds_of_two_protocols(lab):
    assert {protocol: len(splits) for protocol, splits in lab.some("dsae_sweep_seeds").items()} == {
        "seg": 2, "ag4": 2}
    assert np.array_equal(lab._replace(data=Data(np.ones((2, 2)), [0, 1])).louder.values,
                          np.full((2, 2), 10))


def test_scores_at_the_end_of_trainings():
    runs = [SimpleNamespace(history=[{"dev": 0.1, "step": 1}, {"dev": score, "step": 2}])
            for score in (0.5, 0.7)]
    table = last_look({("plain", "seg"): runs})
    assert table.dev[("plain", "seg")] == pytest.approx(0.6) and table.explained.isna().all()
    assert spread("test", [0.2, 0.4], " test") == {
        "test": pytest.approx(0.3), "lowest test": 0.2, "highest test": 0.4}


def test_points_of_a_map_are_taken_evenly():
    places = np.arange(100, 900)
    assert len(some_of(places, 300)) == 300
    assert some_of(places, 3).tolist() == [100, 500, 899]
    assert np.array_equal(some_of(places[:5], 300), places[:5])


def test_a_corpus_without_the_four_genres_is_left_out_with_a_reason():
    music = SimpleNamespace(require=lambda **needs: None, genres=["jazz", "pop", "rock"])
    with pytest.raises(CorpusLacks, match="no classical and no metal"):
        set_up(Study(music, None, Sizes("smoke")))
