"""What a page can play is registered by what shows it, and nothing else is carried to where the
page goes."""

import nbformat
import pytest

from coursekit.publishing import copy_sounds, sounds_of
from genrelab.display.html import component, sounds_in


def page(*html):
    outputs = [nbformat.v4.new_output("display_data", data={"text/html": text}) for text in html]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("show()", outputs=outputs)])


@pytest.fixture
def pages(tmp_path):
    for name in (
        "synthetic/a-1.mp3",
        "synthetic/b-2.flac",
        "yours-music/a-1.mp3",
        "yours-music/private-2.mp3",
    ):
        path = tmp_path / "pages" / "media" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path / "pages"


def copied(target):
    return sorted(path.relative_to(target).as_posix() for path in target.rglob("*.*"))


def test_only_what_is_registered_is_carried_along(pages, tmp_path):
    a = component(
        "listen",
        '<audio src="media/yours-music/private-2.mp3">',
        sounds=["media/synthetic/a-1.mp3", None],
    )
    b = component(
        "slider",
        "a-1.mp3 private-2.mp3",
        sounds=["media/synthetic/b-2.flac", "data:audio/mpeg;base64,AA"],
    )
    copy_sounds([page(a), page(b, "<p>media/yours-music/a-1.mp3</p>")], pages, tmp_path / "html")
    assert copied(tmp_path / "html") == ["media/synthetic/a-1.mp3", "media/synthetic/b-2.flac"]


def test_a_file_that_is_gone_stops_no_other(pages, tmp_path):
    shown = component(
        "listen", "", sounds=["media/synthetic/gone-9.mp3", "media/synthetic/a-1.mp3"]
    )
    copy_sounds([page(shown)], pages, tmp_path / "html")
    assert copied(tmp_path / "html") == ["media/synthetic/a-1.mp3"]


def test_what_a_reader_typed_registers_nothing():
    typed = component("listen", "&lt;div class=&quot;genrelab&quot; "
                                "data-sounds=&quot;media/yours/x.mp3&quot;&gt;")
    assert sounds_in(typed) == [] and sounds_of(page(typed)) == set()
    assert sounds_of(page(component("map", "", data={"a": '<div class="genrelab" '
                                                          'data-sounds="media/x.mp3"'}))) == set()
