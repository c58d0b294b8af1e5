"""The probe predicts from folds without the artist, and says when it cannot."""

import numpy as np
import pandas as pd
import pytest

from genrelab.evaluation.unseen import unseen_answers


def music(artists=6, each=5, genres=("blues", "jazz", "metal"), named=True):
    rows = [
        (g, f"{g} {a}" if named else None)
        for g in genres
        for a in range(artists)
        for _ in range(each)
    ]
    tracks = pd.DataFrame(
        rows, columns=["genre", "artist"], index=[f"t{i}" for i in range(len(rows))]
    )
    tracks["artist"] = tracks["artist"].astype(object)
    tracks["group"] = tracks["artist"].where(tracks["artist"].notna(), tracks.index.to_series())
    return tracks


def by_artist(tracks, seed=0):
    """Points that tell the artist exactly, and nothing of genre."""
    rng = np.random.default_rng(seed)
    places = {artist: rng.normal(size=20) for artist in tracks["group"].unique()}
    return np.array([places[group] for group in tracks["group"]]) + rng.normal(
        0, 0.01, (len(tracks), 20)
    )


def test_who_knows_the_artist_alone_knows_nothing():
    tracks = music()
    answers = unseen_answers(by_artist(tracks), tracks)
    assert answers.apart and answers.folds == 5 and len(answers.table) == len(tracks)
    assert (answers.table["predicted"] == tracks["genre"]).mean() < 0.6


def test_without_artists_folds_are_by_track_and_it_is_said():
    tracks = music(named=False)
    points = by_artist(music())  # the same artists, whom nobody has named
    answers = unseen_answers(points, tracks)
    assert not answers.apart and answers.folds == 5
    assert (answers.table["predicted"] == tracks["genre"]).mean() > 0.9


def test_what_tells_genre_is_found_and_confidence_is_a_probability():
    tracks = music()
    points = np.eye(3)[tracks["genre"].map({"blues": 0, "jazz": 1, "metal": 2})]
    points = points + np.random.default_rng(0).normal(0, 0.1, points.shape)
    table = unseen_answers(points, tracks).table
    assert (table["predicted"] == tracks["genre"]).all()
    assert table["confidence"].between(1 / 3, 1).all()
    pd.testing.assert_frame_equal(table, unseen_answers(points, tracks).table)


@pytest.mark.parametrize("tracks", [music(genres=("blues",)), music(artists=1, each=1)])
def test_nothing_is_predicted_where_no_genre_can_be_held_out(tracks):
    answers = unseen_answers(np.zeros((len(tracks), 2)), tracks)
    assert answers.folds == 0 and answers.table.empty
