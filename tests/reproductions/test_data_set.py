"""What is recorded of the data set itself: its copies, its leak, and its coding."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from genrelab import features
from reproductions import data_set
from reproductions.study import Study


class Book:
    """Takes what a ledger takes, and keeps it in memory."""

    draws = 200

    def __init__(self):
        self.tables, self.records, self.compared = {}, {}, []

    def keep_table(self, name, frame):
        self.tables[name] = frame

    def record(self, name, protocol, answers, **about):
        self.records[name] = answers, about

    def compare(self, name, protocol):
        self.compared.append((name, protocol))


@pytest.fixture
def study(synthetic):
    size = SimpleNamespace(leak_shuffles=2, artist_shuffles=2)
    return Study(synthetic, Book(), size)


def test_copies_are_listed_once(study):
    data_set.exact_copies(study)
    copies = study.book.tables["01_copies"]
    planted = study.music.tracks.duplicate_of.dropna()
    pairs = {frozenset(pair) for pair in copies[["track", "the same as"]].to_numpy()}
    assert len(copies) == len(pairs) and pairs == set(map(frozenset, planted.items()))
    assert copies["title"].notna().all()


def test_who_knows_the_artists_alone_falls_by_all_when_artists_are_apart(study, monkeypatch):
    group = study.music.tracks.group
    of_artist = {artist: np.random.default_rng(n).normal(size=20)
                 for n, artist in enumerate(group.unique())}
    known = pd.DataFrame([of_artist[artist] for artist in group], group.index)
    monkeypatch.setattr(features, "track_table", lambda *_: known)
    data_set.leak(study)
    accuracy = study.book.tables["01_leak"].value
    assert accuracy["at random, faulty removed"] > 0.9 and accuracy["groups of anybody"] > 0.8
    assert accuracy["artists apart"] < 0.3
    falls = study.book.tables["01_leak_falls"]
    assert falls.low["groups of anybody → artists apart"] > 0.4


def test_without_the_published_table_no_coding_is_compared(study):
    data_set.coded_again(study)
    assert not study.book.tables and not study.book.records and not study.book.compared


def test_one_table_against_itself_differs_in_nothing(study, monkeypatch):
    tracks = study.music.tracks
    noise = np.random.default_rng(0).normal(size=(len(tracks), 10))
    same = 5 * pd.get_dummies(tracks.genre) + noise
    monkeypatch.setattr(features, "feature_table", lambda _: same)
    # the published table may lack a track
    monkeypatch.setattr(features, "published_features", lambda _: same.iloc[1:])
    data_set.coded_again(study)
    assert (study.book.tables["02_coded_again"] == 0).all(axis=None)
    assert study.book.compared == [("ground.codec", "ag")]
    kept = tracks.index[1:][tracks.split[1:] != "removed"]
    for model in ("lr", "mlp"):
        ours, about = study.book.records[f"ground.codec.{model}.audio"]
        theirs, _ = study.book.records[f"ground.codec.{model}.table"]
        pd.testing.assert_frame_equal(ours, theirs)
        assert list(ours.track) == [*kept, *kept] and set(ours.fold) == {0, 1}
        assert about["leaks"]["artist"] == 0
        assert (ours.truth == ours.predicted).mean() > 0.5
