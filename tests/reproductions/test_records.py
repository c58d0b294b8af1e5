"""What goes to the record with answers: what a corpus is, and what an audit found."""

import numpy as np
import pytest

from genrelab.evaluation.audits import Audit, Finding
from reproductions import records
from reproductions.records import audited, leaks_of, parts_apart, source_of


def test_the_largest_count_of_each_kind_goes_on_but_for_near_copies():
    def found(**counts):
        return Audit(tuple(Finding(kind, count, 9, ()) for kind, count in counts.items()))

    audits = [found(track=0, artist=8, near=3), found(track=1, artist=2, near=0)]
    assert leaks_of(audits) == {"artist": 8, "track": 1}


def test_a_split_is_audited_once(synthetic, monkeypatch):
    tracks = synthetic.tracks
    first = audited(tracks["split"], tracks.index, synthetic)
    monkeypatch.setattr(records, "audit", lambda *_: pytest.fail("audited again"))
    assert audited(tracks["split"].to_numpy().copy(), tracks.index, synthetic) is first
    with pytest.raises(pytest.fail.Exception):
        audited(np.full(len(tracks), "train"), tracks.index, synthetic)


def test_the_record_knows_genres_and_artists(synthetic):
    source = source_of(synthetic)
    assert (source.name, source.audio) == ("synthetic", synthetic.audio_kind)
    assert list(source.labels) == synthetic.genres
    assert (source.artists.isna() == synthetic.tracks["artist"].isna()).all()


def test_each_fold_of_each_shuffle_parts_artists(synthetic):
    tracks = synthetic.tracks[synthetic.tracks["split"] != "removed"]
    parts = parts_apart(tracks, [0, 1])
    assert (sum(part == "test" for part in parts) == 2).all()
    for part in parts:
        sides = tracks.groupby(part)["group"].agg(set)
        assert not sides["train"] & sides["test"]
