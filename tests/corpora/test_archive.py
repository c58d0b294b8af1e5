"""An archive is read without letting it write where it likes."""

import io
import tarfile

import pytest
import soundfile
from conftest import tone

from genrelab.corpora import CorpusError, load_corpus


def sound(seconds=1.0, pitch=440.0, kind="AU"):
    """Return the bytes of a sound file."""
    buffer = io.BytesIO()
    soundfile.write(buffer, tone(seconds, pitch), 22_050, format=kind, subtype="PCM_16")
    return buffer.getvalue()


def pack(path, members, mode="w:gz"):
    """Write a tar of {name: bytes, or the target of a link}."""
    with tarfile.open(path, mode) as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            if isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
                tar.addfile(info)
            else:
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize(
    ("name", "mode"), [("genres.tar.gz", "w:gz"), ("genres.tgz", "w:gz"), ("genres.tar", "w")]
)
def test_the_original_layout_is_taken(tmp_path, own_cache, name, mode):
    members = {
        f"genres/{genre}/{genre}.0000{k}.au": sound(1 + k)
        for genre in ("folk", "polka")
        for k in range(2)
    }
    corpus = load_corpus(pack(tmp_path / name, members, mode))
    assert (corpus.name, corpus.genres, len(corpus.tracks)) == ("genres", ["folk", "polka"], 4)
    assert len(corpus.audio("polka.00001")) == 2 * 22_050
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", name]


def test_no_member_leaves_the_cache(tmp_path, own_cache):
    members = {
        "genres/folk/good.wav": sound(kind="WAV"),
        "../../escaped.wav": sound(kind="WAV"),
        "/abs/olute.wav": sound(kind="WAV"),
        "genres/../../folk/up.wav": sound(kind="WAV"),
        "genres/folk/link.wav": "/etc/passwd",
        "genres/folk/._resource.wav": b"x",
        "genres/readme.txt": b"x",
    }
    corpus = load_corpus(pack(tmp_path / "genres.tar.gz", members))
    assert corpus.tracks.index.tolist() == ["abs.olute", "folk.good"]
    outside = [
        path for path in tmp_path.rglob("*") if path.is_file() and own_cache not in path.parents
    ]
    assert outside == [tmp_path / "genres.tar.gz"]


def test_a_cut_off_archive_says_so(tmp_path, own_cache):
    path = pack(
        tmp_path / "genres.tar.gz", {f"genres/folk/{k}.au": sound(3, 300 + k) for k in range(20)}
    )
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(CorpusError, match=r"genres.tar.gz cannot be unpacked.*Copy it again"):
        load_corpus(path)


def test_an_archive_without_sound_says_so(tmp_path, own_cache):
    with pytest.raises(CorpusError, match="holds no folder with sound files"):
        load_corpus(pack(tmp_path / "papers.tar.gz", {"papers/a.txt": b"x"}))


def test_a_whole_archive_is_unpacked_once(tmp_path, own_cache):
    path = pack(
        tmp_path / "genres.tar.gz", {"genres/folk/a.au": sound(), "genres/folk/b.au": sound(2)}
    )
    load_corpus(path)
    unpacked = {file: file.stat().st_mtime_ns for file in own_cache.rglob("*.au")}
    load_corpus(path)
    assert {file: file.stat().st_mtime_ns for file in own_cache.rglob("*.au")} == unpacked and len(
        unpacked
    ) == 2


def test_names_that_occur_twice_hard_links_and_other_sound_are_kept(tmp_path, own_cache):
    path = pack(
        tmp_path / "genres.tar",
        {"a/folk/1.au": sound(1), "b/folk/1.au": sound(2), "a/folk/x.m4a": b"x"},
        "w",
    )
    with tarfile.open(path, "a") as tar:
        link = tarfile.TarInfo("a/folk/linked.au")
        link.type, link.linkname = tarfile.LNKTYPE, "b/folk/1.au"
        tar.addfile(link)
    corpus = load_corpus(path)
    assert corpus.tracks["seconds"].to_dict() == {"folk.1": 1, "folk.1-2": 2, "folk.linked": 2}
    assert corpus.problems["file"].tolist() == ["folk/x.m4a"]
