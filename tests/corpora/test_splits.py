"""Whole groups go to one part, and every part gets some of every genre."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from genrelab.corpora import split_by_group

sizes = st.lists(st.integers(1, 8), min_size=3, max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["folk", "techno", "polka"]), sizes, min_size=1),
    st.integers(0, 5),
)
def test_groups_stay_together_and_parts_are_filled(groups, seed):
    rows = [
        {"genre": genre, "group": f"{genre} {number}"}
        for genre, counts in groups.items()
        for number, count in enumerate(counts)
        for _ in range(count)
    ]
    tracks = pd.DataFrame(rows)
    split = split_by_group(tracks, seed)
    assert split.groupby(tracks["group"]).nunique().max() == 1
    assert (split.groupby(tracks["genre"]).nunique() == 3).all()
    assert split.equals(split_by_group(tracks, seed))


def test_sixty_twenty_twenty():
    tracks = pd.DataFrame({"genre": "folk", "group": range(100)})
    assert split_by_group(tracks).value_counts().to_dict() == {"train": 60, "valid": 20, "test": 20}


def test_a_group_in_two_genres_keeps_its_part():
    tracks = pd.DataFrame({"genre": ["a"] * 4 + ["b"] * 4, "group": [1, 2, 3, 9, 4, 5, 6, 9]})
    split = split_by_group(tracks)
    assert split[3] == split[7]
