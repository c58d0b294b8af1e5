"""What a corpus can be represented by: found by looking, left out with a reason, honest about what
was learned."""

import numpy as np
import pandas as pd
import pytest
from conftest import tone

from claimbook.predictions import Measures, RecordError, save_record
from coursekit import representations as module
from coursekit.representations import representations
from genrelab.corpora import load_corpus
from genrelab.corpora.own_music import load_own_music
from genrelab.runtime import project_root

GENRES = ("blues", "jazz", "pop")


@pytest.fixture
def folder(make_folder):
    """Three genres of three tracks: of 11 s, of 5 s, of 11 s."""
    rng = np.random.default_rng(0)
    return make_folder(
        {
            f"{genre}/{number}.wav": tone(5 if number == 1 else 11, 110 * 2 ** rng.uniform(0, 3))
            + 0.05 * rng.normal(size=(5 if number == 1 else 11) * 22_050)
            for genre in GENRES
            for number in range(3)
        }
    )


def test_any_music_has_features_and_what_is_left_out_has_a_reason(folder, own_cache):
    found, left_out = representations(load_corpus(folder))
    by_name = {r.name: r for r in found}
    assert by_name["features_57"].points.shape == (9, 57)
    assert by_name["mfcc"].points.shape == (9, 40)
    np.testing.assert_allclose(by_name["mfcc"].points.mean(axis=0), 0, atol=1e-5)
    # long enough
    assert list(by_name["picture"].tracks) == [f"{g}.{n}" for g in GENRES for n in (0, 2)]
    assert by_name["07_nlpd"].points.shape[0] == 6
    assert by_name["09_music_tagger"].points.shape == (9, 200)
    assert all(not len(r.learned) for r in found)
    assert "of GTZAN alone" in left_out["multimodal network (04)"]
    assert "18.2 s" in left_out["deep softmax autoencoder (05)"]


def test_own_music_lies_where_the_same_sound_does(folder, own_cache):
    corpus = load_corpus(folder)
    found, _ = representations(corpus, load_own_music(folder / "jazz", seconds=30))
    for r in found:
        assert set(r.own_tracks) <= {"yours.0", "yours.1", "yours.2"}
        same = r.points[list(r.tracks).index("jazz.2")]
        np.testing.assert_allclose(
            r.own_points[list(r.own_tracks).index("yours.2")], same, rtol=1e-3, atol=0.05
        )


@pytest.fixture
def gtzan_like(folder, own_cache, monkeypatch):
    corpus = load_corpus(folder)
    monkeypatch.setattr(module, "_is_gtzan", lambda corpus: True)
    corpus.tracks["split"] = (["train", "valid", "test"] * 3)[: len(corpus.tracks)]
    return corpus


def codes(corpus, path, about, tracks=None):
    tracks = corpus.tracks.index if tracks is None else tracks
    table = pd.DataFrame({"track": tracks, "truth": corpus.tracks.genre.loc[tracks].to_numpy()})
    vectors = np.random.default_rng(0).normal(size=(len(tracks), 4))
    path.parent.mkdir(exist_ok=True)
    save_record(
        Measures.from_table(table, dict.fromkeys(tracks), GENRES, vectors=vectors, about=about),
        path,
    )


def test_codes_of_a_later_notebook_appear_by_themselves(gtzan_like, tmp_path):
    codes(gtzan_like, tmp_path / "codes" / "08_joint.npz", {})
    codes(gtzan_like, tmp_path / "codes" / "04_mmnn.npz", {"supervised": "train tracks were "
                                                                         "learned with labels"})
    codes(
        gtzan_like,
        tmp_path / "codes" / "05_dsae.npz",
        {"tested": ["jazz.1"]},
        gtzan_like.tracks.index[:8],
    )
    by_name = {r.name: r for r in representations(gtzan_like, reference=tmp_path)[0]}
    assert by_name["08_joint"].label == "joint (08)" and not len(by_name["08_joint"].learned)
    assert set(by_name["04_mmnn"].learned) == set(
        gtzan_like.tracks.index[gtzan_like.tracks.split != "test"]
    )
    assert len(by_name["05_dsae"].learned) == 7 and "jazz.1" not in by_name["05_dsae"].learned
    assert "7 of these 8 tracks" in by_name["05_dsae"].about


def test_codes_without_vectors_are_named(gtzan_like, tmp_path):
    table = pd.DataFrame({"track": ["jazz.1"], "truth": ["jazz"], "loudness": [1.0]})
    (tmp_path / "codes").mkdir()
    save_record(
        Measures.from_table(table, {"jazz.1": None}, GENRES), tmp_path / "codes" / "08_odd.npz"
    )
    with pytest.raises(RecordError, match=r"08_odd\.npz holds no codes"):
        representations(gtzan_like, reference=tmp_path)


def test_weights_without_codes_are_no_codes_on_gtzan(gtzan_like, tmp_path):
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "05_dsae.npz").write_bytes(b"")
    assert (
        "restore it by git"
        in representations(gtzan_like, reference=tmp_path)[1]["deep softmax autoencoder (05)"]
    )


def test_damaged_weights_are_named(folder, own_cache, tmp_path):
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "07_mse.npz").write_bytes(b"no archive")
    with pytest.raises(ValueError, match=r"07_mse\.npz is damaged"):
        representations(load_corpus(folder), reference=tmp_path)


def test_committed_codes_are_all_known_by_name():
    stems = {
        path.stem for path in (project_root() / "figures" / "gtzan" / "codes").glob("0[4579]*.npz")
    }
    assert stems <= set(module.LABELS)
