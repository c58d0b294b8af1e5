"""Checks tell right from nearly right from wrong from untouched; stubs follow solutions; quizzes
are whole."""

import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from coursekit.exercises import assess, check, find_check
from coursekit.predictions import _place, predict, show_guess
from coursekit.quiz import load_quiz, quiz
from coursekit.stubs import StubError, fill_stubs, stub_of, with_solutions
from genrelab.evaluation import fold_groups
from genrelab.runtime import project_root


@pytest.fixture
def shown(monkeypatch):
    """What was displayed, as HTML."""
    pages = []
    for name in ("exercises", "predictions", "quiz"):
        monkeypatch.setattr(sys.modules[f"coursekit.{name}"], "show", pages.append)
    return pages


def said(number, answer, *context):
    outcome = assess(number, answer, *context)
    return outcome.state, outcome.text


def test_untouched_stubs_are_not_attempted(synthetic):
    for number, context in [("00.1", [synthetic]), ("01.2", [synthetic]), ("01.6", [synthetic])]:
        assert assess(number, ..., *context).state == "not attempted"

    def stub(*_):
        """Do something."""
        ...

    assert assess("01.1", stub).state == "not attempted"
    assert assess("01.3", stub, synthetic).state == "not attempted"


def test_00_1(synthetic):
    truth = synthetic.tracks["seconds"].sum()
    assert said("00.1", truth, synthetic)[0] == "right"
    assert "unit" in said("00.1", truth / 60, synthetic)[1]
    assert "number of tracks" in said("00.1", len(synthetic.tracks), synthetic)[1]
    assert "left out" in said("00.1", truth + 30, synthetic)[1]
    assert "on average" in said("00.1", 30.0, synthetic)[1]
    assert "A number" in said("00.1", "much", synthetic)[1]


def test_00_2(synthetic):
    blind = {"A": "blues.00004", "B": "jazz.00005"}
    assert said("00.2", {"A": "blues", "B": "jazz"}, blind, synthetic)[0] == "right"
    assert "1 of 2" in said("00.2", {"A": "blues", "B": "rock"}, blind, synthetic)[1]
    assert "Clip B" in said("00.2", {"A": "blues"}, blind, synthetic)[1]
    assert said("00.2", {"A": "Blues", "B": "JAZZ"}, blind, synthetic)[0] == "right"
    assert "'polka' is no genre" in said("00.2", {"A": "polka", "B": "jazz"}, blind, synthetic)[1]


def test_00_3():
    def energy(y, cut, rate=22050):
        kept = np.fft.rfftfreq(len(y), 1 / rate) < cut
        return (np.abs(np.fft.rfft(y)) ** 2)[kept].sum(), (np.abs(np.fft.rfft(y)) ** 2).sum()

    def right(y, cut, rate=22050):
        below, all_of_it = energy(y, cut, rate)
        return below / all_of_it

    def absolute(y, cut, rate=22050):
        size, kept = np.abs(np.fft.rfft(y)), np.fft.rfftfreq(len(y), 1 / rate) < cut
        return size[kept].sum() / size.sum()

    assert said("00.3", right)[0] == "right"
    assert "their square" in said("00.3", absolute)[1]
    assert "above the frequency" in said("00.3", lambda *sound: 1 - right(*sound))[1]
    assert "divide by" in said("00.3", lambda *sound: energy(*sound)[0])[1]
    assert "Use `rate`" in said("00.3", lambda y, cut, rate=22050: right(y, cut))[1]


def test_00_4():
    assert said("00.4", {"A": "noise", "B": "clicks", "C": "note"})[0] == "right"
    assert "upright line" in said("00.4", {"A": "noise", "B": "note", "C": "clicks"})[1]
    assert "holds all pitches" in said("00.4", {"A": "note", "B": "clicks", "C": "noise"})[1]
    assert "A dictionary" in said("00.4", ["noise"])[1]


def test_00_5(synthetic):
    assert said("00.5", ("blues.00004", "rock.00001"), synthetic)[0] == "right"
    assert "Both are blues" in said("00.5", ("blues.00004", "blues.00005"), synthetic)[1]
    assert "no track 'x'" in said("00.5", ("x", "blues.00005"), synthetic)[1]
    assert "was left out" in said("00.5", ("jazz.00011", "blues.00003"), synthetic)[1]


@pytest.mark.parametrize(
    ("ran", "state"),
    [
        (["seconds_in_all = 5970.0"], "right"),
        (["seconds_in_all = ...", "# A solution\nseconds_in_all = music.sum()"], "not attempted"),
        (["# A solution\nseconds_in_all = music.sum()", "seconds_in_all = 5970.0"], "right"),
        (["seconds_in_all = 5970.0", "# A solution\nnames = {}"], "right"),
        (["# A solution\nseconds_in_all = "
          "1", "%%time\nother, seconds_in_all = 1, 5970.0"], "right"),
        (["# A solution\nseconds_in_all = 1", "seconds_in_all: float = 5970.0"], "right"),
        (["# A solution\nseconds_in_all = 1", "seconds_in_all == 5970.0"], "not attempted"),
    ],
)
def test_the_folded_solution_is_not_taken_for_the_readers_answer(
    synthetic, shown, monkeypatch, ran, state
):
    cells = ["", *ran, 'check("00.1", seconds_in_all, music)']
    shell = SimpleNamespace(user_ns={"In": cells})
    monkeypatch.setattr(sys.modules["coursekit.exercises"], "get_ipython", lambda: shell)
    check("00.1", synthetic.tracks["seconds"].sum(), synthetic)
    assert f"<strong>{state.capitalize()}.</strong>" in shown[0]


def test_01_1():
    def right(hashes):
        groups = pd.Series(hashes).groupby(pd.Series(hashes)).groups.values()
        return sorted(sorted(group) for group in groups if len(group) > 1)

    def singles(hashes):
        return sorted(
            sorted(group) for group in pd.Series(hashes).groupby(pd.Series(hashes)).groups.values()
        )

    assert said("01.1", right)[0] == "right"
    assert "groups of one track" in said("01.1", singles)[1]
    assert (
        "not in order" in said("01.1", lambda hashes: [group[::-1] for group in right(hashes)])[1]
    )
    assert "A list of lists" in said("01.1", lambda hashes: tuple(map(tuple, right(hashes))))[1]
    assert "KeyError" in said("01.1", lambda hashes: hashes["nobody"])[1]
    assert "Define the function again" in said("01.1", 3)[1]


def test_01_2(synthetic):
    tracks = synthetic.tracks
    counts = tracks.groupby("genre")["artist"].value_counts()
    share = (counts / tracks.groupby("genre").size()).max()
    assert said("01.2", share, synthetic)[0] == "right"
    assert "percentage" in said("01.2", 100 * share, synthetic)[1]
    assert "number of tracks" in said("01.2", counts.max(), synthetic)[1]
    assert (
        "share of all tracks"
        in said("01.2", tracks["artist"].value_counts(normalize=True).max(), synthetic)[1]
    )
    assert said("01.2", 0.9, synthetic)[0] == "not yet"


def test_01_3(synthetic):
    def right(artist, split):
        return artist[split == "test"].isin(artist[split == "train"].dropna()).sum()

    def counts_unknown(artist, split):
        return artist[split == "test"].isin(artist[split == "train"]).sum()

    assert said("01.3", right, synthetic)[0] == "right"
    assert "unknown artist" in said("01.3", counts_unknown, synthetic)[1]
    assert "Ben" in said("01.3", lambda artist, split: 2, synthetic)[1]
    assert "returns 3" in said("01.3", lambda artist, split: 3, synthetic)[1]
    assert "returns nothing" in said("01.3", lambda artist, split: print(end=""), synthetic)[1]


def test_01_4():
    def right(right, artist, drawn):
        return pd.concat([right[artist == name] for name in drawn]).mean()

    def once(right, artist, drawn):
        return right[artist.isin(drawn)].mean()

    def of_artists(right, artist, drawn):
        return np.mean([right[artist == name].mean() for name in drawn])

    assert said("01.4", right)[0] == "right"
    assert "count each artist once" in said("01.4", once)[1]
    assert "weighs more" in said("01.4", of_artists)[1]


def test_01_5(synthetic):
    def right(artist, n):
        sizes, fold_of = [0] * n, {}
        for name, count in artist.value_counts().items():
            fold_of[name] = sizes.index(min(sizes))
            sizes[fold_of[name]] += count
        return artist.map(fold_of)

    def in_turn(artist, n):
        return pd.Series(pd.factorize(artist)[0] % n, artist.index)

    def by_track(artist, n):
        return pd.Series(np.arange(len(artist)) % n, artist.index)

    assert said("01.5", right, synthetic)[0] == "right"
    assert "largest artist" in said("01.5", in_turn, synthetic)[1]
    assert "That is a leak" in said("01.5", by_track, synthetic)[1]
    assert "A Series" in said("01.5", lambda artist, n: [0] * len(artist), synthetic)[1]
    assert "yours has 2" in said("01.5", lambda artist, n: by_track(artist, n + 1), synthetic)[1]


def test_01_6(synthetic):
    tracks = synthetic.tracks
    assert said("01.6", tracks["split"].replace("valid", "test"), synthetic)[0] == "right"
    leaky = pd.Series(np.where(np.arange(len(tracks)) % 2, "train", "test"), index=tracks.index)
    assert "The audit says LEAK" in said("01.6", leaky, synthetic)[1]
    assert "Series" in said("01.6", leaky.to_dict(), synthetic)[1]
    none = leaky.where(tracks["genre"] != "jazz", "train")
    assert "jazz is not in test" in said("01.6", none, synthetic)[1]
    few = pd.Series("train", index=tracks.index)
    few[tracks.groupby("genre").head(1).index] = "test"
    assert "a tenth" in said("01.6", few, synthetic)[1]
    assert fold_groups(tracks).notna().all()


def test_check_shows_state_and_writes_it_down(synthetic, shown, tmp_path, monkeypatch):
    monkeypatch.setenv("GENRELAB_CHECKS", str(tmp_path / "checks"))
    check("00.1", 12, synthetic)
    assert "Not yet." in shown[0]
    assert '"state": "not yet"' in (tmp_path / "checks").read_text()


def test_unknown_exercise_is_named():
    with pytest.raises(KeyError, match=r"no exercise '99\.1'"):
        find_check("99.1")


def test_stub_of_a_function_keeps_signature_and_docstring():
    solution = 'def double(x):\n    """Return twice x."""\n    y = 2 * x\n    return y'
    assert (
        stub_of(solution) == 'def double(x):\n    """Return twice x."""\n    ...  # your code here'
    )
    assert stub_of("def f(a, b=2):\n    return a") == "def f(a, b=2):\n    ...  # your code here"


def test_stub_of_a_value_keeps_the_last_name():
    assert stub_of("helper = 3\nanswer = helper + "
                   "1\nanswer[2] = 4") == "answer = ...  # your answer here"
    with pytest.raises(StubError, match="neither"):
        stub_of("print(3)")


def notebook(*tags):
    import nbformat

    source = "# A solution\nanswer = 1"
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": [tag]} if tag else {}) for tag in tags
    ]
    return nbformat.v4.new_notebook(cells=cells)


def test_exercises_need_their_four_cells_in_order():
    whole = notebook("stub", None, "check", "hint", "solution")
    fill_stubs(whole)
    assert whole.cells[0].source == "answer = ...  # your answer here"
    with_solutions(whole)
    assert whole.cells[0].source == "answer = 1"
    whole.cells[-1].source = "answer = 1"
    with pytest.raises(StubError, match="must begin with the line"):
        fill_stubs(whole)
    for wrong in [
        ("check", "stub", "hint", "solution"),
        ("stub", "check", "solution"),
        ("solution",),
    ]:
        with pytest.raises(StubError, match="in this order"):
            fill_stubs(notebook(*wrong))


@pytest.mark.parametrize(
    "number", sorted(p.name[:2] for p in (project_root() / "notebooks" / "quizzes").iterdir())
)
def test_quizzes_are_whole(number, shown):
    questions = load_quiz(number)
    assert len(questions) >= 3
    quiz(number)
    assert shown[0].count('data-state="right"') == len(questions)
    assert shown[0].count("data-feedback=") == sum(
        len(question["options"]) for question in questions
    )


def test_predictions_carry_their_scale(shown):
    from matplotlib import pyplot as plt

    predict("01.leak", "How much?", low=0, high=1)
    assert 'min="0" max="1"' in shown[0]
    fig, ax = plt.subplots()
    ax.set(xlim=(0, 2), ylim=(5, 10))
    place = _place(ax, "x")
    assert (place["low"], place["high"]) == (0, 2)
    assert 0 < place["left"] < 0.3 and 0.6 < place["width"] <= 1
    assert place["left"] + place["width"] <= 1 and place["top"] + place["height"] <= 1
    show_guess("01.leak", 0.4, ax, axis="x")
    assert '"number":"01.leak"' in shown[1] and "showGuess(" in shown[1]
    plt.close(fig)
