"""Which files are taken, and that nothing else is passed over in silence."""

import os
from pathlib import Path

import pytest
from conftest import tone
from sounds import coded

from genrelab.corpora import CorpusError, load_corpus
from genrelab.corpora.kinds import convert
from genrelab.corpora.own_music import load_own_music

SOUND = coded(tone(4))


def told(corpus):
    return dict(zip(corpus.problems["file"], corpus.problems["problem"]))


@pytest.fixture(params=["corpus", "mine"])
def look(request, make_folder, own_cache, tmp_path):
    """Return a function that loads files of one genre, or of the reader's own folder, and says what
    became of them."""

    def load(files=(), prepare=lambda folder: None):
        top = "music/folk" if request.param == "corpus" else "music"
        folder = tmp_path / top
        make_folder(
            {
                f"folk/{name}" if request.param == "corpus" else name: data
                for name, data in dict(files).items()
            }
        )
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "good.wav").write_bytes(SOUND)
        prepare(folder)
        corpus = (load_corpus if request.param == "corpus" else load_own_music)(tmp_path / "music")
        problems = [
            (file.removeprefix("folk/"), *rest)
            for file, *rest in corpus.problems.itertuples(index=False)
        ]
        return [name.split(".", 1)[1] for name in corpus.tracks.index], {
            file: rest for file, *rest in problems
        }

    return load


@pytest.mark.parametrize("name", ["x.m4a", "x.WMA", "x.aac", "x.ape", "x.wv", "x.mp4", "x.dsf"])
def test_other_sound_is_named_with_the_way_to_convert_it(look, name):
    tracks, problems = look({name: b"whatever"})
    assert tracks == ["good"] and "cannot be read here" in problems[name][0]
    assert problems[name][1] == f'Convert it: `ffmpeg -i "{name}" "x.wav"`.'


@pytest.mark.parametrize("name, head, said", [
    ("song", b"\0\0\0 ftypM4A ", "cannot be read here"), ("song", b"fLaC", "does not end in .flac"),
    ("01. Mr. Who", b"ID3\3", "does not end in .mp3"), ("take.bak", SOUND[:12],
    "does not end in .wav"),
    ("notes.mid", b"MThd", "holds notes"),
])  # fmt: skip
def test_sound_is_known_by_its_first_bytes(look, name, head, said):
    assert said in look({name: head})[1][name][0]


@pytest.mark.parametrize("name, kind, subtype", [
    ("a.aiff", "AIFF", None), ("a.aif", "AIFF", None), ("a.AIFC", "AIFF", "ULAW"),
    ("a.w64", "W64", None),
    ("a.caf", "CAF", "ALAC_16"), ("a.snd", "AU", "PCM_16"), ("a.oga", "OGG", "VORBIS"),
    ("a.wave", "WAV", "IMA_ADPCM"),
    ("a.opus", "OGG", "OPUS"), ("a.rf64", "RF64", None), ("a.mp3", "MP3", None),
])  # fmt: skip
def test_what_libsndfile_reads_is_taken(look, name, kind, subtype):
    rate = 48_000 if subtype == "OPUS" else 22_050
    tracks, problems = look({name: coded(tone(4, 330, rate), rate, kind, subtype)})
    assert sorted(tracks) == ["a", "good"] and not problems


def test_what_is_no_file_is_named_and_never_waited_for(look):
    def prepare(folder):
        os.mkfifo(folder / "pipe.wav")
        (folder / "folder.wav").mkdir()
        (folder / "gone.wav").symlink_to(folder / "nowhere.wav")
        (folder / "device.wav").symlink_to("/dev/zero")
        (folder / "zero.wav").touch()

    tracks, problems = look({}, prepare)
    assert tracks == ["good"]
    assert set(problems) == {"pipe.wav", "folder.wav/", "gone.wav", "device.wav", "zero.wav"}
    assert (
        problems["gone.wav"][0] == "is a link to nothing"
        and "empty folder" in problems["folder.wav/"][0]
    )


def test_links_are_followed_and_nothing_is_taken_twice(look, tmp_path):
    store = tmp_path / "elsewhere"
    (store / "disc").mkdir(parents=True)
    (store / "disc" / "one.wav").write_bytes(coded(tone(4, 330)))
    (store / "disc" / "back").symlink_to(store)

    def prepare(folder):
        (folder / "album").symlink_to(store)
        (folder / "same").symlink_to(store / "disc")
        (folder / "round").symlink_to(folder)
        (folder / "up").symlink_to("/")
        (folder / "again.wav").symlink_to(folder / "good.wav")

    tracks, problems = look({}, prepare)
    assert sorted(tracks) == ["album.disc.one", "good"] or sorted(tracks) == ["good", "one"]
    assert set(problems) == {"album/disc/back/", "same/", "round/", "up/", "again.wav"}
    assert "is the same as" in problems["same/"][0] and "leads back" in problems["up/"][0]


def test_folders_that_cannot_be_opened_are_named(look, monkeypatch):
    """Tests may run as root, who may open everything; so the system's answer is played."""
    scan = os.scandir

    def guarded(path):
        if os.fspath(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", guarded)
    tracks, problems = look({"locked/a.wav": tone(4), "open/b.wav": tone(4, 330)})
    assert len(tracks) == 2 and problems["locked/"][0] == "cannot be opened (permission denied)"


def test_a_file_that_cannot_be_looked_at_is_named(look, monkeypatch):
    stat = os.stat

    def guarded(path, *rest, **options):
        if os.fspath(path).endswith("bad.wav"):
            raise OSError(5, "Input/output error")
        return stat(path, *rest, **options)

    monkeypatch.setattr(os, "stat", guarded)
    assert look({"bad.wav": tone(4)})[1]["bad.wav"][0] == "cannot be looked at (input/output error)"


def test_hidden_sound_is_named(look):
    files = {
        ".a.wav": tone(4),
        "...And More/b.wav": tone(4),
        ".git/config": b"",
        "._c.wav": b"",
        ".DS_Store": b"",
    }
    tracks, problems = look(files)
    assert tracks == ["good"] and set(problems) == {".a.wav", "...And More/"}
    assert "holds 1 sound files" in problems["...And More/"][0]


@pytest.mark.parametrize("name", ["d", ".d"])
def test_no_depth_of_folders_stops_the_others(look, name):
    def prepare(folder):
        before = os.getcwd()
        try:
            os.chdir(folder)
            for _ in range(300):
                os.mkdir(name)
                os.chdir(name)
        finally:
            os.chdir(before)

    assert look({}, prepare)[0] == ["good"]


def test_names_of_bytes_that_are_no_text_are_named(look):
    def prepare(folder):
        (folder / os.fsdecode(b"caf\xe9.wav")).write_bytes(SOUND)
        (folder / os.fsdecode(b"alb\xfcm")).mkdir()
        (folder / os.fsdecode(b"alb\xfcm") / "a.wav").write_bytes(SOUND)

    tracks, problems = look({}, prepare)
    assert tracks == ["good"] and set(problems) == {r"caf\xe9.wav", r"alb\xfcm/"}
    assert problems[r"caf\xe9.wav"] == ["has a name that is not UTF-8", "Rename it."]


def test_names_of_any_characters_become_ids_that_can_be_shown(look):
    names = ["#1 100%.wav", "a$(b)[c]{d}.wav", 'q"\'`.wav', "back\\slash.wav", "new\nline.wav",
    "\x1b[31mred.wav",
             "שלום.wav", "音楽.wav", "🎵.wav", "\u202egnp.wav", " blank .wav"]  # fmt: skip
    tracks, problems = look({name: coded(tone(4, 300 + 10 * k)) for k, name in enumerate(names)})
    assert len(tracks) == 1 + len(names) and not problems
    assert {
        r"new\nline",
        r"\x1b[31mred",
        r"\u202egnp",
        "音楽",
        "🎵",
        "שלום",
        "back\\slash",
        "#1 100%",
    } <= set(tracks)


def test_a_root_that_cannot_be_written_down_is_an_error(tmp_path, own_cache):
    root = tmp_path / os.fsdecode(b"m\xfcsik")
    (root / "folk").mkdir(parents=True)
    for load in (load_corpus, load_own_music):
        with pytest.raises(CorpusError, match=r"m\\xfcsik is not UTF-8. Rename"):
            load(root)


def test_files_of_one_id_are_all_kept(make_folder, own_cache):
    names = [
        "a.wav",
        "a.flac",
        "a-wav.flac",
        "d/e.wav",
        "d.e.wav",
        "d/e.flac",
        "d.e.flac",
        "folk.a.wav",
    ]
    corpus = load_corpus(
        make_folder({f"folk/{name}": tone(1, 300 + 9 * k) for k, name in enumerate(names)})
    )
    assert (
        len(corpus.tracks) == len(names) and corpus.tracks.index.is_unique and corpus.problems.empty
    )


def test_folders_beside_the_genres_are_named_only_where_they_hold_sound(make_folder, own_cache):
    root = make_folder(
        {
            "folk/a.wav": tone(),
            "_old/b.wav": tone(2),
            "_notes/x.txt": b"",
            "readme.txt": b"",
            "z.m4a": b"",
            "images_original/folk/a.png": b"",
            "empty/x.txt": b"",
        }
    )
    assert set(told(load_corpus(root))) == {
        "_old/b.wav",
        "_notes/x.txt",
        "z.m4a",
        "empty/",
        "empty/x.txt",
    }


def test_a_genre_behind_a_link_is_a_genre(make_folder, own_cache, tmp_path):
    root = make_folder({"folk/a.wav": tone()})
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "b.wav").write_bytes(SOUND)
    (root / "polka").symlink_to(tmp_path / "store")
    corpus = load_corpus(root)
    assert (
        corpus.genres == ["folk", "polka"]
        and corpus.problems.empty
        and len(corpus.audio("polka.b"))
    )


@pytest.mark.parametrize("data, said, mend", [
    (b"<!DOCTYPE html><html>404", "it is a web page", "Download the sound itself."),
    (b"version "
     b"https://git-lfs.github.com/spec/v1\noid", "Git LFS left a pointer",
     "Run `git lfs pull` beside it."),
    (b"PK\3\4 and more", "it is packed", "Unpack it."),
    (b"\x1f\x8b\x08 and more", "it is packed", "Unpack it."),
    (b"\0\0\0 ftypM4A and more", "another kind of sound", 'Convert it: `ffmpeg -i "x.mp3" '
                                                          '"x.wav"`.'),
])  # fmt: skip
def test_what_only_bears_the_name_of_sound_is_told_for_what_it_is(look, data, said, mend):
    found, mended = look({"x.mp3": data})[1]["x.mp3"]
    assert said in found and mended == mend


def test_a_download_that_was_not_finished_and_a_spreadsheet_are_named(make_folder, own_cache):
    corpus = load_corpus(
        make_folder({"folk/a.wav": tone(), "folk/b.mp3.part": b"ID3", "tracks.xlsx": b"PK"})
    )
    assert set(told(corpus)) == {"folk/b.mp3.part", "tracks.xlsx"}
    assert corpus.problems.set_index("file").at["tracks.xlsx", "mend"] == "Save it as tracks.csv."


@pytest.mark.parametrize("name, command", [
    ("a b.m4a", '`ffmpeg -i "a b.m4a" "a b.wav"`'), ("x.wav", '`ffmpeg -i "x.wav" "x.flac"`'),
    ("-n.wma", '`ffmpeg -i "./-n.wma" "./-n.wav"`'), ("$a.wma", "`ffmpeg -i '$a.wma' '$a.wav'`"),
])  # fmt: skip
def test_the_command_can_be_typed(name, command):
    assert convert(Path(name)) == command
