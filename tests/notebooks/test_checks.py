"""What holds of all checks: they praise once, and only numbers that are numbers."""

import ast
import builtins
from unittest.mock import MagicMock

import numpy as np
import pandas as pd
import pytest

from coursekit.exercises import assess
from coursekit.pairing import read_source
from genrelab.runtime import notebook_sources, project_root

SOURCES = sorted((project_root() / "notebooks" / "checks").glob("nb*.py"))


def begins(node):
    """Return how a text begins that is written in code, also one with numbers in it."""
    if isinstance(node, ast.JoinedStr):
        node = node.values[0]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_no_answer_is_called_right_twice_or_wrong_twice(source):
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Return) and node.value:
            assert not begins(node.value).startswith(("Right", "Correct", "Yes")), ast.unparse(node)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Hint":
            assert not begins(node.args[0]).startswith(("Not yet", "Wrong", "No,")), ast.unparse(
                node
            )


class StandIns(dict):
    """Names of a notebook: those that no cell has given a value stand for anything."""

    def __missing__(self, name):
        if hasattr(builtins, name):
            raise KeyError(name)
        return MagicMock()


@pytest.mark.parametrize("source", notebook_sources(), ids=lambda path: path.stem)
def test_untouched_exercises_are_not_attempted(source):
    """The stubs and checks of a notebook, as if all its other cells had run."""
    states = []
    names = StandIns(check=lambda *given: states.append(assess(*given).state))
    for cell in read_source(source).cells:
        if {"stub", "check"} & set(cell.metadata.get("tags", [])):
            exec(cell.source, {}, names)
    assert states == ["not attempted"] * len(states) and len(states) >= 3


def nan_like(shape):
    return lambda *given: (
        np.full(shape, np.nan) if shape else np.full_like(np.asarray(given[0], dtype=float), np.nan)
    )


@pytest.mark.parametrize(
    ("number", "answer", "context"),
    [
        ("02.2", nan_like(None), ()),
        ("02.3", nan_like(None), ()),
        ("06.4", nan_like((6, 6)), ()),
        ("07.2", nan_like(None), ()),
        ("07.4", nan_like(None), (0.0,)),
        ("08.2", nan_like((8, 8)), ()),
        ("08.3", nan_like((8,)), ()),
        ("09.2", nan_like(None), ()),
        ("10.3", nan_like((4,)), ()),
        ("02.1", float("nan"), ()),
        ("05.1", float("nan"), ()),
        ("07.1", float("nan"), ()),
        ("08.1", float("nan"), ()),
        ("09.1", float("nan"), ()),
        ("10.1", float("nan"), (100, 5)),
    ],
)
def test_what_is_no_number_is_not_right(number, answer, context):
    assert assess(number, answer, *context).state == "not yet"


def test_01_3_names_a_removed_track_that_was_counted_and_a_share():
    class Music:
        tracks = pd.DataFrame(
            {"artist": ["Ada", "Ada"], "split": ["train", "test"]}, index=["a", "b"]
        )

    def count(artist, split, others=("train",)):
        known = set(artist[split.isin(others)].dropna())
        return int(artist[split == "test"].isin(known).sum())

    assert assess("01.3", count, Music).state == "right"
    assert "removed" in assess("01.3", lambda a, s: count(a, s, ("train", "removed")), Music).text
    assert "a share" in assess("01.3", lambda a, s: count(a, s) / (s == "test").sum(), Music).text


def test_02_2_is_asked_of_a_second_band():
    def always_the_first(y, low, high):
        import librosa

        spectrum = librosa.stft(y)
        rows = librosa.fft_frequencies(sr=22_050)
        spectrum[(rows < 500) | (rows > 2000)] = 0
        return librosa.istft(spectrum, length=len(y))

    assert "from 2000 to 6000 Hz" in assess("02.2", always_the_first).text


def test_10_1_tells_lists_from_tracks():
    assert assess("10.1", 99, 100, 5).state == "right"
    assert "all lists together" in assess("10.1", 500, 100, 5).text
    assert "at most once" in assess("10.1", 495, 100, 5).text
