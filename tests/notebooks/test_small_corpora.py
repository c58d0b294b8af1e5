"""On small and odd music every notebook runs, or is left out with a reason that is true."""

import re
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small_corpora import Track, make_haste, run_all, write_corpus

from claimbook.rows import read_rows
from coursekit.building import build_pages
from genrelab.corpora import CorpusLacks, load_corpus
from genrelab.features import feature_table
from reproductions.experiments import reproduce

pytestmark = [pytest.mark.notebook, pytest.mark.slow]

NAMES = [
    "80",
    "90",
    "1990",
    "007",
    "1e5",
    "True",
    "nan",
    "None",
    "NA",
    "-",
    "Rock",
    "rock",
    "a b",
    "$x$ & y_z",
]
NAMES += ["a_b*c`", "<b>", "x (y)", "it's {0} %d", "Ünïcode ♫", "removed", "test", "train", "yours"]
NAMES += ["classical", "jazz", "metal", "pop"]
SOUNDS = ["silent", "constant", "partly", "late", "click", "faint", "copy"]
ARTISTS = ["", "", "{genre} band", "{genre} {pair}", "some: {genre} {pair}", "band {pair}"]
"""Who plays a track; a band without a genre in its name plays in all of them."""
HEALTH = list(HealthCheck)  # none of them knows that an example may take half a minute
SPLITS = {
    "untold": [None],
    "told": ["train", "valid", "train", "test", "train"],
    "nothing in valid": ["train", "test", "train"],
    "nothing in test": ["train", "valid"],
    "some set aside": ["train", "removed", None],
}


@pytest.fixture(scope="module")
def pool():
    """Two processes that last, with all imports done."""
    with ProcessPoolExecutor(2, get_context("spawn"), make_haste) as processes:
        yield processes


@pytest.fixture
def run(pool, tmp_path_factory):
    """Return a function that runs all notebooks on some tracks, and checks how they ended."""

    def run(tracks, place=None, only=()):
        place = place or tmp_path_factory.mktemp("small")
        music = write_corpus(place / "music", tracks)
        ended = run_all(pool, music, place / "out", only)
        failed = [f"{one.notebook} {one.reason}" for one in ended if one.state == "failed"]
        assert not failed, "\n".join(failed)
        for one in ended:
            if one.state == "skipped":
                assert is_true(one.reason, music), f"{one.notebook}: {one.reason}"
                assert re.search(r"\b(Add|Name|Take|Put)\b", one.reason), (
                    f"no way out: {one.reason}"
                )
        return {one.notebook[:2]: one for one in ended}

    return run


def is_true(reason: str, folder) -> bool:
    """Tell whether a reason for leaving a notebook out holds for a corpus: what is said to be
    there, and too little."""
    try:
        corpus = load_corpus(folder)
    except CorpusLacks as error:
        return reason == str(error)
    used = corpus.tracks[corpus.tracks["split"] != "removed"]
    if told := re.match(r"The corpus has too few genres \((.*?)\); (\d+) are needed", reason):
        there = sorted(set(used["genre"]))
        return told[1] == (", ".join(there) or "none") and len(there) < int(told[2])
    if told := re.match(r"This notebook compares four genres; here there is no (.*)\. ", reason):
        return not set(told[1].split(" and no ")) & set(used["genre"])
    if told := re.match(r"There (?:are|is) (\d+) tracks? in all; at least (\d+) are "
                        r"needed", reason):
        return len(used) == int(told[1]) < int(told[2])
    if told := re.match(r"The split has (\d+) tracks? to \w+ ?\w* \((\w+)\); at least (\d+) "
                        r"(?:is|are) needed", reason):
        return (used["split"] == told[2]).sum() == int(told[1]) < int(told[3])
    if told := re.match(r"(.+) lasts ([\d.]+) s; at least ([\d.]+) s are needed", reason):
        lasts = corpus.tracks["seconds"].min()
        return (
            corpus.tracks.at[told[1], "seconds"] == lasts < float(told[3])
            and 0 <= lasts - float(told[2]) < 0.1
        )
    for genre, table in corpus.tracks.groupby("genre"):
        mine, name = used[used["genre"] == genre], re.escape(genre)
        artists = mine["group"][mine["artist"].notna()].nunique()
        if told := re.match(rf"Of {name} (\d+) artists? (?:is|are) known; (\d+) in each genre are "
                            r"needed", reason):
            return artists == int(told[1]) < int(told[2])
        if told := re.match(rf"{name} has (\d+) tracks? to learn from \(train\); at least (\d+) "
                            r"are needed", reason):
            return (mine["split"] == "train").sum() == int(told[1]) < int(told[2])
        if told := re.match(rf"{name} has (\d+) tracks?(?: \(without (\d+) .*?\))?; at least (\d+) "
                            r"are needed", reason):
            once = (~mine["duplicate_of"].isin(used.index)).sum()
            return once == int(told[1]) < int(told[3]) and len(table) - once == int(told[2] or 0)
    if re.match(r"These tracks cannot be placed: .*57 features \(02\), (only \d+ tracks|all tracks "
                r"get)", reason):
        return len(used) < 10 or feature_table(corpus).round(6).drop_duplicates().shape[0] == 1
    if reason.startswith("Fewer than two genres have a track with sound in its middle three "
                         "seconds"):
        return (
            used["genre"][
                [np.ptp(middle(corpus.audio(track))) > 0 for track in used.index]
            ].nunique()
            < 2
        )
    divided = ("folds within folds", "cannot be divided")
    return f"{len(used)} tracks" in reason and any(words in reason for words in divided)


def middle(y):
    return y[(len(y) - 66_150) // 2 :][:66_150]


def some(genres, number, **about):
    return [Track(genre, **about) for genre in genres for _ in range(number)]


# --- what was found to fail -----------------------------------------------------------------------


def values(place):
    """Run the experiments on distances on a small corpus, and return the value of each row that has
    one."""
    reproduce(["perceptual_distances"], str(place / "music"), out=place / "record")
    rows = {f"{row['id']}@{row['protocol']}": row["value"] for row in read_rows(place / "record")}
    return {key: value for key, value in rows.items() if isinstance(value, float)}


def done(ended):
    return [number for number, one in ended.items() if one.state == "done"]


# --- what was found to fail, and its neighbours ---------------------------------------------------


def test_two_genres_of_five_tracks_end_here_as_they_do_in_a_report(run, tmp_path):
    """A kernel each, and nothing shortened, for those that take little time: the same states and
    reasons."""
    tracks = some("ab", 5, seconds=12)
    here = run(tracks)
    assert done(here) == ["00", "02", "08", "10"]
    only = ("00", "01", "03", "05", "06", "07", "09", "10")
    there = build_pages(
        str(write_corpus(tmp_path / "music", tracks)), only=only, out=tmp_path / "out"
    ).runs
    assert {run.notebook[:2]: (run.state, run.reason) for run in there} == {
        number: (here[number].state, here[number].reason) for number in only
    }


def test_three_genres_of_three_tracks(run):
    assert done(run(some("abc", 3, seconds=10))) == ["00", "02", "08"]


def test_twelve_tracks_and_two(run):
    assert done(run(some("a", 12, seconds=10) + some("b", 2, seconds=10))) == [
        "00",
        "02",
        "06",
        "08",
        "10",
    ]


def test_genres_named_by_numbers_give_the_same_results_as_others(run, tmp_path):
    """The parts of the split are told, so that names decide nothing; all rows of the ledger must be
    equal."""
    parts = (["train"] * 3 + ["valid", "test"]) * 2
    names = {"80": "eighties", "90": "nineties"}
    tracks = [Track(genre, split=part, seconds=10) for genre in names for part in parts]
    renamed = [replace(track, genre=names[track.genre]) for track in tracks]
    only = ("03", "04", "06")
    assert (
        done(run(tracks, tmp_path / "one", only))
        == done(run(renamed, tmp_path / "other", only))
        == [*only]
    )
    one, other = (values(tmp_path / name) for name in ("one", "other"))
    assert one == pytest.approx(other, abs=1e-6, nan_ok=True) and len(one) >= 20


def test_silent_and_short_files_among_others(run):
    tracks = some("ab", 6, seconds=7) + [Track("a", sound="silent"), Track("b", sound="constant")]
    ended = run([*tracks, Track("a", seconds=0.2), Track("b", seconds=3)])
    assert done(ended) == ["00", "10"] and "lasts 0.2 s" in ended["02"].reason


def test_music_of_which_nothing_can_be_heard(run):
    ended = run(some("a", 3, seconds=2, sound="silent") + some("b", 3, seconds=2, sound="constant"))
    assert not done(ended) and all("Nothing can be heard" in one.reason for one in ended.values())


@st.composite
def corpora(draw):
    """Draw 4 to 40 tracks of 2 to 5 genres, with what may be odd about them."""
    genres = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=5, unique=True))
    counts = [draw(st.integers(1, 14 if len(genres) < 4 else 8)) for _ in genres]
    counts[0] += max(0, 4 - sum(counts))
    length = draw(st.sampled_from([20, 10, 7, 4.5, 3, 0.5]))
    oddly = draw(st.sampled_from([0, 0, 1, 3, 40]))
    parts = SPLITS[draw(st.sampled_from(list(SPLITS)))]
    by = draw(st.sampled_from(ARTISTS))
    form = draw(st.sampled_from([(22_050, 1), (22_050, 1), (8_000, 2), (44_100, 1)]))
    tracks = []
    for genre, count in zip(genres, counts):
        for place in range(count):
            artist = (
                by.format(genre=genre, pair=place // 2)
                if place % 2 or not by.startswith("some: ")
                else ""
            )
            tracks.append(
                Track(genre, artist or None, parts[place % len(parts)], length, "music", *form)
            )
    for place in range(min(oddly, len(tracks))):
        sound, seconds = (
            draw(st.sampled_from(["music", *SOUNDS])),
            draw(st.sampled_from([length, length, 0.2, 3, 30])),
        )
        tracks[-1 - place] = replace(tracks[-1 - place], sound=sound, seconds=seconds)
    return tracks


@settings(
    max_examples=4,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=HEALTH,
)
@given(tracks=corpora())
def test_every_notebook_runs_or_says_truly_why_not(run, tracks):
    run(tracks)
