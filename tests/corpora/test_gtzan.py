"""What is known of GTZAN, and the real data where it is at hand."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from genrelab.corpora import AudioError, gtzan, integrity, load_corpus, split_table
from genrelab.corpora.audio import read_audio
from genrelab.corpora.pictures import (
    LEFT,
    PAGE_SHAPE,
    PICTURE_SHAPE,
    TOP,
    magma_table,
    read_picture,
)
from genrelab.features.pictures import picture_of_sound


def test_facts_give_table_1_exactly():
    pd.testing.assert_frame_equal(split_table(gtzan.facts()), gtzan.TABLE_1)
    assert gtzan.facts()["split"].value_counts().to_dict() == {
        "train": 443,
        "test": 290,
        "valid": 197,
        "removed": 70,
    }


def test_no_credit_stands_in_two_parts_but_three_performers_do():
    kept = gtzan.facts().query("split != 'removed'").dropna(subset="artist")
    assert kept.groupby("artist")["split"].nunique().max() == 1
    names = kept.assign(name=kept["performers"].str.split("; ")).explode("name")
    in_two = names.groupby("name")["split"].nunique()
    assert sorted(in_two.index[in_two > 1]) == ["Bob Marley", "Donna Summer", "Shania Twain"]


def test_performers_are_those_of_the_credit():
    facts = gtzan.facts()
    assert facts["performers"].isna().equals(facts["artist"].isna())
    changed = facts[facts["performers"] != facts["artist"]].dropna(subset="artist")
    for row in changed.itertuples():
        letters = "".join(filter(str.isalpha, row.artist.lower().replace("&", "and")))
        assert all(
            "".join(filter(str.isalpha, name.lower())) in letters
            for name in row.performers.split("; ")
        )


def test_duplicates_point_to_the_copy_that_is_kept():
    facts = gtzan.facts()
    pairs = facts["duplicate_of"].dropna()
    assert len(pairs) == 14
    assert (facts.loc[pairs.index, "split"] == "removed").all()
    assert (facts.loc[pairs, "split"] != "removed").all()
    lengths = facts["n_samples"]
    assert (lengths[pairs.index].to_numpy() == lengths[pairs].to_numpy()).all()
    assert sum(facts.loc[a, "genre"] != facts.loc[b, "genre"] for a, b in pairs.items()) == 1


def test_gtzan_is_known_by_its_lengths_not_its_names():
    lengths = gtzan.facts()["n_samples"]
    assert gtzan.is_gtzan(lengths)
    assert gtzan.is_gtzan(lengths.iloc[:30])
    assert not gtzan.is_gtzan(lengths + 1)
    assert not gtzan.is_gtzan(lengths.rename(lambda track: "x" + track))
    assert not gtzan.is_gtzan(lengths.iloc[:0])


def paint(index, path, spoil=False):
    """Paint a picture the way the published ones look: white page, frame, magma inside."""
    page = np.full((*PAGE_SHAPE, 3), 255, dtype=np.uint8)
    rows, columns = PICTURE_SHAPE
    page[TOP - 1 : TOP + rows + 1, LEFT - 1 : LEFT + columns + 1] = 0
    page[TOP : TOP + rows, LEFT : LEFT + columns] = magma_table()[index]
    if spoil:
        page[TOP + 5, LEFT + 5] = (1, 200, 1)
    Image.fromarray(page).save(path)


def test_a_painted_picture_is_read_back_exactly(tmp_path):
    index = np.random.default_rng(0).integers(0, 256, PICTURE_SHAPE)
    paint(index, tmp_path / "a.png")
    picture = read_picture(tmp_path / "a.png")
    assert (picture.dtype, picture.shape) == (np.float32, PICTURE_SHAPE)
    assert np.array_equal(np.round(picture * 255).astype(int), index)


def test_pictures_that_cannot_be_read_are_named(tmp_path):
    index = np.zeros(PICTURE_SHAPE, dtype=int)
    paint(index, tmp_path / "spoilt.png", spoil=True)
    with pytest.raises(AudioError, match=r"spoilt.png.*not magma colours"):
        read_picture(tmp_path / "spoilt.png")
    Image.new("RGB", (10, 10)).save(tmp_path / "small.png")
    with pytest.raises(AudioError, match=r"small.png is 10×10 pixels"):
        read_picture(tmp_path / "small.png")
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(AudioError, match="cannot be read as a picture"):
        read_picture(tmp_path / "text.png")


def test_real_gtzan_is_complete(real):
    found = integrity(real)
    assert (real.name, real.audio_kind) == ("gtzan", "mp3-32k")
    assert found.counts["tracks"].sum() == 1000
    assert found.table_1_cells == 40
    assert found.problems.empty
    known = gtzan.facts()["duplicate_of"].dropna()
    assert found.duplicates == sorted(sorted(pair) for pair in known.items())
    assert found.across_genres == [["metal.00058", "rock.00016"]]
    assert (found.artists, found.unnamed, found.pictures) == (244, 81, 999)
    assert real.picture("jazz.00054") is None


def test_recipe_gives_the_published_pictures(real, gtzan_folder):
    shares = {}
    for genre in real.genres:
        y = read_audio(gtzan_folder / "lossless" / f"{genre}.00000.flac")
        shares[genre] = np.mean(np.abs(picture_of_sound(y) - real.picture(f"{genre}.00000")) < 1e-6)
    assert min(shares.values()) > 0.97
    assert sorted(shares.values())[2] > 0.997


def test_recoded_sound_gives_a_picture_that_is_near_but_not_equal(real):
    ours, theirs = picture_of_sound(real.audio("blues.00000")), real.picture("blues.00000")
    assert ours.shape == theirs.shape == PICTURE_SHAPE
    assert 0.98 < np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] < 1


def test_a_part_of_gtzan_is_recognised_and_what_is_missing_is_named(real, gtzan_folder, tmp_path):
    folder = tmp_path / "genres" / "blues"
    folder.mkdir(parents=True)
    for number in range(5):
        source = gtzan_folder / "genres_original" / "blues" / f"blues.{number:05d}.mp3"
        (folder / source.name).symlink_to(source.resolve())
    part = load_corpus(tmp_path)
    assert part.name == "gtzan-part"
    assert len(part.tracks) == 5
    assert (part.problems["problem"] == "missing").sum() == 95
    assert part.problems["problem"].str.startswith("missing, with all 100").sum() == 9
    assert "This is a part of GTZAN" in part.notices[0]
