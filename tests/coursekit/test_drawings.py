"""Drawings are sharp, follow light and dark, and say what they show."""

import re

import pytest
from matplotlib import pyplot

from coursekit.drawings import _DRAWINGS, BLUE, INK, drawing, drawing_html, find_drawing


@pytest.fixture
def triangle(monkeypatch):
    """A drawing of this test alone."""
    monkeypatch.setattr("coursekit.drawings._DRAWINGS", dict(_DRAWINGS))

    @drawing("98.triangle")
    def triangle(height, alt="A triangle on its side, with its height."):
        fig, ax = pyplot.subplots(figsize=(3, 2))
        ax.plot([0, 1, 0.5, 0], [0, 0, height, 0], color=BLUE)
        ax.text(0.5, 0.2, f"height {height}", color=INK)
        return fig, alt


def test_a_drawing_is_inline_svg_whose_ink_is_that_of_the_page(triangle):
    html = drawing_html("98.triangle", height=2)
    assert html.count("<svg") == 1 and 'role="img"' in html and "A triangle on its side" in html
    assert "currentColor" in html and BLUE in html
    assert INK not in html and "#ffffff" not in html


def test_equal_drawings_have_equal_bytes_and_ids_of_their_own(triangle):
    one, two = (re.sub(r"genrelab-drawing-[\w-]+", "", drawing_html("98.triangle", height=2))
                for _ in "ab")
    assert one == two
    ids, used = re.findall(r' id="([^"]+)"', one), re.findall(r"#([\w.-]+)\)|href=\"#([^\"]+)", one)
    assert all(name.startswith("98-triangle") for name in ids if name)
    assert {a or b for a, b in used} <= set(ids)


def test_no_figure_stays_open(triangle):
    before = pyplot.get_fignums()
    drawing_html("98.triangle", height=2)
    assert pyplot.get_fignums() == before


def test_alt_text_is_asked_for_and_unknown_drawings_are_named(triangle):
    with pytest.raises(ValueError, match="alt text 'short' is too short"):
        drawing_html("98.triangle", height=2, alt="short")
    with pytest.raises(KeyError, match=r"no drawing '98\.square'"):
        find_drawing("98.square")
