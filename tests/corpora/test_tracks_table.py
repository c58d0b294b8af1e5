"""A tracks.csv is understood where it can mean one thing only; where not, row and mend are
named."""

import pytest
from conftest import tone

from coursekit.corpus_report import as_dict, as_text
from genrelab.corpora import CorpusError, integrity, linked_artists, load_corpus

NAMES = [
    "folk/0.wav",
    "folk/1.wav",
    "folk/2.wav",
    "techno/0.wav",
    "techno/9.wav",
    "techno/Crème.wav",
]


@pytest.fixture
def load(make_folder, own_cache):
    """Return a function that loads a small corpus with a `tracks.csv` of this text or these
    bytes."""
    root = make_folder({name: tone(1, 300 + 20 * k) for k, name in enumerate(NAMES)})

    def with_table(table, name="tracks.csv"):
        (root / name).write_bytes(table if isinstance(table, bytes) else table.encode())
        return load_corpus(root)

    return with_table


PLAIN = "track,artist,title,split\nfolk.0,Ann,One,test\nfolk.1,Zoë,Two,\n"


@pytest.mark.parametrize("table", [
    PLAIN, PLAIN.replace(",", ";"), PLAIN.replace(",", "\t"), PLAIN.replace(",", "|"),
    PLAIN.replace("\n", "\r\n"),
    PLAIN.replace("\n", "\r"), PLAIN.encode("utf-8-sig"), PLAIN.encode("utf-16"),
    PLAIN.encode("utf-16-le"),
    PLAIN.encode("utf-16-be"), PLAIN.encode("cp1252"), "sep=;\r\n" + PLAIN.replace(",", ";"),
    PLAIN.replace("track,artist", " Track , ARTIST "), PLAIN.replace(",", " , "),
    PLAIN.replace(",", '","').replace(
        "\n", '"\n"')[:-1].replace("track", '"track', 1),
        "\n,,,\n" + PLAIN + ",,,\n\n", PLAIN.replace("\n", ",,\n"),
    PLAIN.replace("folk.0", "folk.0.wav"), PLAIN.replace("folk.0", "folk/0.wav"),
    PLAIN.replace("folk.0", r"folk\0.wav"),
    PLAIN.replace("folk.0", "./folk/0"), PLAIN.replace("folk.0", "/home/me/music/folk/0.wav"),
    PLAIN.replace("folk.0", "FOLK.0"), PLAIN.replace("folk.0", "C:\\Music\\Folk\\0.WAV"),
    PLAIN.replace("test", " Test "), PLAIN.replace(",", ";") + 'folk.2;;"5, '
                                                               '""six";\ntechno.0;;7,"eight;\n',
    PLAIN.replace("\nfolk.1,Zoë,Two,", "\nfolk.1,Zoë,Two"), PLAIN + "folk.0,Ann,One,test\n",
    "".join(f"{k},{line}\n" for k, line in zip(("", 0, 1), PLAIN.splitlines())),
])  # fmt: skip
def test_what_can_mean_one_thing_is_understood(load, table):
    corpus = load(table)
    assert corpus.tracks.loc["folk.0", ["artist", "title", "split"]].tolist() == [
        "Ann",
        "One",
        "test",
    ]
    assert corpus.tracks.loc["folk.1", ["artist", "title"]].tolist() == ["Zoë", "Two"]
    assert corpus.tracks["artist"].notna().sum() == 2 and corpus.problems.empty
    assert (
        "2 artists; 1 tracks with a split" in corpus.table_note
        and "columns track, artist, title, split" in corpus.table_note
    )


@pytest.mark.parametrize(
    "name", ["None", "NA", "null", "N/A", "nan", "NaN", "NULL", "n/a", "-", "0", "1e5", "True"]
)
def test_no_name_is_taken_for_missing(load, name):
    tracks = load(f"track,artist,title\nfolk.0,{name},{name}\nfolk.1,{name},\n").tracks
    assert tracks.loc["folk.0", ["artist", "title", "group"]].tolist() == [name] * 3
    assert tracks.at["folk.1", "group"] == name and tracks["title"].notna().sum() == 1


@pytest.mark.parametrize("credit", ["; ;", ";", '" "', "", ";;;", "\N{NO-BREAK SPACE}"])
def test_an_empty_name_links_nobody(load, credit):
    tracks = load(f"track,artist\nfolk.0,{credit}\nfolk.1,{credit}\nfolk.2,A;;B\ntechno.0,C; "
                  ";\ntechno.9,B;\n").tracks
    assert tracks.loc[["folk.0", "folk.1"], "artist"].isna().all()
    groups = ["folk.0", "folk.1", "A", "C", "A"]
    assert (
        tracks.loc[["folk.0", "folk.1", "folk.2", "techno.0", "techno.9"], "group"].tolist()
        == groups
    )
    assert tracks.at["techno.0", "artist"] == "C" and tracks.at["folk.2", "artist"] == "A; B"
    assert (
        linked_artists(tracks["performers"].where(tracks["performers"].notna(), " ; ")).nunique()
        == len(tracks) - 1
    )


@pytest.mark.parametrize("row, file, said, mend", [
    ("x.9,C", "x.9 in tracks.csv", "no such sound file", "Correct the name, or remove the row."),
    ("techno/1.wav,C", "techno/1.wav in tracks.csv", "no such sound file",
    "Correct the name, or remove the row."),
    (",Somebody", "tracks.csv", "names no track", "Write the id of the track into it, or remove "
                                                  "the row."),
    ("0.wav,C", "0.wav in tracks.csv", "may mean folk.0 or techno.0", "Write one of these."),
    ("folk.1,Hello, Goodbye", "folk.1 in tracks.csv", "has 3 values for 2 columns",
     "Put quotes around a value that holds the separator."),
    ("\x1b[31mx,C", r"\x1b[31mx in tracks.csv", "no such sound file",
    "Correct the name, or remove the row."),
])  # fmt: skip
def test_a_row_that_says_nothing_is_named_and_the_others_count(load, row, file, said, mend):
    corpus = load(f"track,artist\nfolk.0,Ann\n{row}\ntechno.9,Bo\n")
    assert corpus.problems.to_numpy().tolist() == [[file, f"{said} (row 3)", mend]]
    assert (
        corpus.tracks["artist"].dropna().tolist() == ["Ann", "Bo"]
        and "2 of 3 rows name a track" in corpus.table_note
    )


def test_accents_are_compared_however_they_are_coded(load):
    tracks = load("track,artist\ntechno.Cre\N{COMBINING GRAVE ACCENT}me,Ann\n").tracks
    assert tracks.at["techno.Crème", "artist"] == "Ann"


@pytest.mark.parametrize("table, said", [
    ("", "no column named track and no rows"),
    ("name,artist\na,b", "no column named track.*first row is: name,artist"),
    ("track,artist,Artist\nfolk.0,A,B", "two columns named artist"),
    ("track,split\nfolk.0,\nfolk.1,probe", "split 'probe' in row 3"),
    ("track,artist\nfolk.0,A\nfolk/0.wav,B", "names folk.0 twice, in rows 2 and 3"),
    ('track,title\nfolk.0,"Never '
     'closed\nfolk.1,Two\n', "quotation mark in row 2 that is not closed"),
    (b"PK\3\4\0\0\0\0\xff\xff\0\xd8", "is no text"),
    ("track,artist\nfolk.0," + "x" * 200_000, "cannot be read as a table"),
])  # fmt: skip
def test_what_contradicts_itself_is_an_error_with_its_row(load, table, said):
    with pytest.raises(CorpusError, match=said):
        load(table)


def test_own_columns_keep_their_numbers_and_those_of_the_course_are_not_given(load):
    corpus = load("track,tempo,mood,seconds,genre\nfolk.0,90.5,None,7,x\nfolk.1,,sad,8,y\n")
    assert (
        corpus.tracks.at["folk.0", "tempo"] == 90.5 and corpus.tracks.at["folk.0", "mood"] == "None"
    )
    assert corpus.tracks.at["folk.0", "seconds"] == 1
    assert "not used: seconds, genre" in corpus.table_note


def test_the_report_shows_what_was_understood(load):
    found = integrity(load("track;artist\nfolk.0;A;\nfolk.1;B & C\nx.1;D\n", "Tracks.CSV"))
    said = (
        "tracks.csv: read with semicolons as UTF-8; columns track, artist; 2 of 3 rows name a "
        "track; 2 artists"
    )
    assert said in as_text(found)
    assert as_dict(found)["tracks_csv"].startswith("read with semicolons")


def test_a_table_beside_the_genres_is_taken_and_a_folder_in_its_place_is_an_error(
    make_folder, own_cache
):
    root = make_folder(
        {"genres/folk/0.wav": tone(), "genres/tracks.csv": b"track,artist\nfolk.0,Ann\n"}
    )
    assert load_corpus(root).tracks.at["folk.0", "artist"] == "Ann"
    (root / "tracks.csv").mkdir()
    with pytest.raises(CorpusError, match="is no regular file"):
        load_corpus(root)
