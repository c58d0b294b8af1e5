"""Names as a terminal and a page can show them."""

import pytest

from genrelab.runtime import printable


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plain #1 100% 音楽 🎵 שלום", "plain #1 100% 音楽 🎵 שלום"),
        ("one\ntwo\ttab", r"one\ntwo\ttab"),
        ("\x1b[31mred\x7f\x85", r"\x1b[31mred\x7f\x85"),
        (b"caf\xe9".decode("utf-8", "surrogateescape"), r"caf\xe9"),
        ("\ud800 \u202eback \u2028line", r"\ud800 \u202eback \u2028line"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
    ],
)
def test_what_cannot_be_seen_is_escaped(name, shown):
    assert printable(name) == shown and printable(name).encode()
