"""Splits of rows: what must stay together does, and the shares are those that were asked for."""

import numpy as np
import pandas as pd
import pytest

from genrelab.evaluation.holdouts import (
    UNUSED,
    artist_folds,
    one_row_a_track,
    published_split,
    random_holdouts,
    track_holdouts,
)


@pytest.fixture
def tracks():
    """Two genres of 50 tracks by 25 artists; one copy within a genre, one across."""
    names = [f"{genre}.{k:05d}" for genre in ("blues", "rock") for k in range(50)]
    table = pd.DataFrame({"genre": [name.split(".")[0] for name in names]}, index=names)
    table["artist"] = [f"{name[:5]} artist {int(name[-2:]) // 2}" for name in names]
    table["group"] = table["artist"]
    table["duplicate_of"] = pd.Series(
        {"blues.00001": "blues.00000", "rock.00003": "blues.00004"}
    ).reindex(names)
    table["split"] = ["train", "train", "train", "valid", "test"] * 20
    table.loc["rock.00003", "split"] = "removed"
    return table


@pytest.fixture
def track(tracks):
    return pd.Series(np.repeat(tracks.index, 10))


def sides(split, track):
    return {part: set(track[split.part == part]) for part in ("train", "valid", "test")}


def test_random_holdouts_keep_the_shares_of_genres_and_leak(tracks, track):
    genre = tracks["genre"][track]
    for split in random_holdouts(genre, range(3)):
        counts = pd.crosstab(genre.to_numpy(), split.part)
        assert (counts[["test", "train", "valid"]].to_numpy() == [[100, 320, 80]] * 2).all()
        assert len(sides(split, track)["test"] & sides(split, track)["train"]) > 50


def test_holdouts_differ_by_seed_and_are_equal_for_equal_seeds(tracks, track):
    genre = tracks["genre"][track]
    first, second = random_holdouts(genre, [0, 1])
    assert (first.part != second.part).any()
    assert (random_holdouts(genre, [0])[0].part == first.part).all()


def test_tracks_and_their_copies_stay_on_one_side(tracks, track):
    for split in track_holdouts(track, tracks, range(5)):
        parts = pd.Series(split.part).groupby(track.to_numpy()).unique()
        assert parts.map(len).max() == 1
        assert parts["blues.00000"] == parts["blues.00001"]
        assert parts["blues.00004"] == parts["rock.00003"]
        assert 0.17 < (split.part == "test").mean() < 0.23


def test_whole_tracks_and_slices_get_the_same_sides(tracks, track):
    slices, wholes = (
        track_holdouts(track, tracks, [3])[0],
        track_holdouts(tracks.index.to_series(), tracks, [3])[0],
    )
    assert (slices.part[::10] == wholes.part).all()


def test_the_published_split_leaves_removed_tracks_out(tracks, track):
    splits = published_split(track, tracks, range(2))
    assert [split.seed for split in splits] == [0, 1]
    assert (splits[0].part == splits[1].part).all()
    assert set(splits[0].part[track == "rock.00003"]) == {UNUSED}
    assert "removed" not in splits[0].part


def test_artists_are_apart_in_folds_and_every_track_is_tested_once(tracks, track):
    folds = artist_folds(track, tracks, [0])
    tested = pd.concat([track[fold.part == "test"] for fold in folds])
    assert set(tested) == set(tracks.index) - {"rock.00003"}
    assert tested.value_counts().unique().tolist() == [10]
    for fold in folds:
        artists = {
            part: set(tracks["artist"][list(names)]) for part, names in sides(fold, track).items()
        }
        assert not artists["test"] & (artists["train"] | artists["valid"])
        assert not artists["valid"] & artists["train"]


def test_one_row_a_track_thins_what_is_learned_from_and_not_the_test(tracks, track):
    (split,) = track_holdouts(track, tracks, [0])
    (thin,) = one_row_a_track([split], track)
    for part in ("train", "valid"):
        assert track[thin.part == part].value_counts().unique().tolist() == [1]
        assert sides(thin, track)[part] == sides(split, track)[part]
    assert ((thin.part == "test") == (split.part == "test")).all()
