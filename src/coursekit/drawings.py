"""Drawings of a lesson: pictures without measured data, drawn by code, sharp at every size, and as
light or dark as the page.

The drawings of lesson NN are functions in `notebooks/drawings/nbNN.py`:

    from coursekit.drawings import BLUE, INK, drawing

    @drawing("04.neuron")
    def neuron(weights, inputs):
        fig, ax = plt.subplots()
        ...
        return fig, "A neuron: three inputs, their weights, and the sum."

and the lesson shows one by `draw("04.neuron", weights=w, inputs=x)`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import escape
from importlib.util import module_from_spec, spec_from_file_location

from genrelab.display.figures import SHORTEST_ALT
from genrelab.display.html import component, show
from genrelab.display.theme import matplotlib_look
from genrelab.runtime import project_root

INK = "#1b1b1f"
"""Lines and words: black on a light page, white on a dark one."""

MUTED, BLUE, ORANGE, GREEN, PURPLE = "#767680", "#2f6fed", "#c8590a", "#0e8a63", "#9b59c0"
"""Colours with a contrast of 3:1 at least on white and on a dark page (#121212)."""

LOOK = {"text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": INK, "xtick.color": INK,
        "ytick.color": INK, "lines.color": INK, "patch.edgecolor": INK,
        "figure.facecolor": "none", "axes.facecolor": "none", "svg.fonttype": "path"}
"""What differs from figures of measured data: nothing is white, all else is ink."""

_DRAWINGS: dict[str, Callable] = {}


def drawing(number: str) -> Callable[[Callable], Callable]:
    """Register a drawing: a function that returns a matplotlib figure and its alt text."""

    def register(function: Callable) -> Callable:
        _DRAWINGS[number] = function
        return function

    return register


def find_drawing(number: str) -> Callable:
    """Return the function of a drawing; those of lesson NN stand in
    `notebooks/drawings/nbNN.py`."""
    path = project_root() / "notebooks" / "drawings" / f"nb{number[:2]}.py"
    if number not in _DRAWINGS and path.is_file():
        described = spec_from_file_location(f"drawings_{path.stem}", path)
        described.loader.exec_module(module_from_spec(described))
    if number not in _DRAWINGS:
        known = ", ".join(sorted(_DRAWINGS)) or "none"
        raise KeyError(f"There is no drawing {number!r}; known are {known}.")
    return _DRAWINGS[number]


def draw(number: str, **values) -> None:
    """Show a drawing.

    Parameters
    ----------
    number
        Of the drawing, such as ``"04.neuron"``.
    **values
        What the drawing's function takes.

    Notes
    -----
    Notebook: 01, 02, 03 and 04.
    """
    show(drawing_html(number, **values))


def drawing_html(number: str, **values) -> str:
    """Return a drawing as HTML: an SVG whose ink has the colour of the words around it."""
    from matplotlib import pyplot, rc_context

    with rc_context(matplotlib_look() | LOOK):
        fig, alt = find_drawing(number)(**values)
        alt = " ".join(alt.split())
        if len(alt) < SHORTEST_ALT:
            raise ValueError(f"drawing {number}: alt text {alt!r} is too short; say in a sentence "
                             "what is drawn")
        buffer, about = io.BytesIO(), {"Date": None, "Creator": None}
        fig.savefig(buffer, format="svg", metadata=about, bbox_inches="tight", transparent=True)
        pyplot.close(fig)
    return component("drawing", _inline(buffer.getvalue().decode(), number, alt))


def _inline(svg: str, number: str, alt: str) -> str:
    """Return an SVG file as an element of a page: sized in CSS pixels, its ids its own, with
    alt text."""
    name = re.sub(r"\W", "-", number)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg"):], flags=re.DOTALL)
    width = float(re.search(r'width="([\d.]+)pt"', svg)[1]) * 4 / 3
    head = (f'<svg role="img" aria-label="{escape(alt)}" '
            f'style="width:100%;max-width:{width:.0f}px;height:auto" ')
    svg = re.sub(r'(<svg[^>]*?) width="[\d.]+pt" height="[\d.]+pt"', r"\1", svg, count=1)
    svg = re.sub(r'( id="|="#|url\(#)', rf"\g<1>{name}-", svg)
    return svg.replace("<svg ", head, 1).replace(INK, "currentColor")
