"""An audit finds every planted leak and nothing else."""

from types import SimpleNamespace

import pandas as pd
import pytest
from sklearn.model_selection import StratifiedGroupKFold

from claimbook import finding
from genrelab.evaluation import audit, fold_groups
from genrelab.evaluation.protocols import fewest_to_learn_from


def test_the_corpus_own_split_is_clean(synthetic):
    assert audit(synthetic.tracks["split"], synthetic).clean


def test_planted_copies_are_found_when_they_are_parted(synthetic):
    copies = synthetic.tracks["duplicate_of"].dropna()
    split = pd.Series("train", index=synthetic.tracks.index)
    split[copies.index] = "test"
    found = audit(split, synthetic)
    assert found["duplicate"].count == len(copies) > 0
    assert set(found["duplicate"].examples) == {f"{copy} = {kept}" for copy, kept in copies.items()}
    assert found["track"].count == 0
    assert not found.clean


def test_artists_are_counted_by_track(synthetic):
    tracks = synthetic.tracks
    artist = tracks["artist"].iloc[0]
    by_artist = tracks.index[tracks["artist"] == artist]
    split = pd.Series("train", index=tracks.index)
    split[by_artist[1:]] = "test"
    split[tracks.index[tracks["duplicate_of"].notna()]] = "removed"
    used = [track for track in by_artist[1:] if split[track] == "test"]
    found = audit(split, synthetic)
    assert (found["artist"].count, found["artist"].examples) == (
        len(used),
        (f"{artist} ({len(used)})",),
    )
    assert found["duplicate"].count == 0


def test_segments_of_one_track_on_both_sides(synthetic):
    track, other = synthetic.tracks.index[[1, 30]]
    split = pd.Series(["train", "test", "test"], index=[track, track, other])
    found = audit(split, synthetic)
    assert (found["track"].count, found["track"].of) == (1, 2)
    assert "LEAK: 1 of 2 tracks outside the training set are also in it" in str(found)
    clean = "CLEAN: no track outside the training set has an exact copy in it (2 checked)"
    assert clean in str(found)


def test_a_joint_credit_is_a_meeting():
    corpus = SimpleNamespace(
        tracks=pd.DataFrame({"performers": ["Ann", "Ann; Bo", "Bo", None]}, index=list("abcd")),
        contents=dict,
    )
    split = pd.Series(["train", "test", "test", "train"], index=list("abcd"))
    found = audit(split, corpus)
    assert (found["artist"].count, found["artist"].examples) == (1, ("Ann (1)",))
    # the unnamed one is in train: it counts, too
    assert (found["unknown"].count, found["unknown"].of) == (1, 4)


def test_unknown_artists_are_not_called_clean(make_folder, own_cache):
    from conftest import tone

    from genrelab.corpora import load_corpus

    corpus = load_corpus(make_folder({f"folk/{k}.wav": tone(1 + k) for k in range(4)}))
    found = audit(corpus.tracks["split"], corpus)
    assert found["unknown"].state == "unknown"
    assert not found.clean
    assert "no known artist" in found._repr_html_()


def test_unnamed_tracks_of_a_genre_stay_together():
    tracks = pd.DataFrame(
        {"genre": list("aaba"), "artist": [None, "X", None, None], "group": ["1", "X", "3", "4"]}
    )
    assert fold_groups(tracks).tolist() == ["unnamed a", "X", "unnamed b", "unnamed a"]


@pytest.mark.parametrize("condition", [True, False])
def test_a_finding_tells_the_branch_it_took(condition, monkeypatch):
    import IPython.display

    shown = []
    monkeypatch.setattr(
        IPython.display, "display", lambda what, metadata: shown.append((what.data, metadata))
    )
    finding(condition, "it holds", "it does not hold")
    assert shown == [
        ("it holds" if condition else "it does not hold", {"genrelab": {"finding": condition}})
    ]


def test_the_poorest_fold_within_a_fold_is_the_one_that_is_learned_from():
    """Counted by hand from the folds that scikit-learn deals; where they cannot be divided again,
    nothing is left."""
    tracks = pd.DataFrame({"genre": list("aaaaabbbbbbb"), "artist": None, "group": range(12)})
    labels, groups = (tracks["genre"] == "b").to_numpy(), tracks["group"].to_numpy()
    deal = StratifiedGroupKFold(2, shuffle=True, random_state=3)
    sides = [side for side, _ in deal.split(labels, labels, groups)]
    inner = [side[a] for side in sides for a, _ in deal.split(side, labels[side], groups[side])]
    assert fewest_to_learn_from(tracks, [3], 2) == (min(map(len, inner)), 2)
    assert fewest_to_learn_from(tracks.iloc[[0, 1, 5, 6]], [3], 2) == (0, 0)
