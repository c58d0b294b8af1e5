"""What the reader drives: a knob that computes anew, and a curve that grows while a network
learns."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import pandas as pd

from genrelab.display import live, save_figure, slider
from genrelab.display.figures import DPI, figure_html, png_bytes
from genrelab.display.html import component
from genrelab.display.slider import still_frame

REDRAWN = 0.5
"""Seconds between two drawings of a curve that grows; more where drawing takes long."""


def _somebody_looks_on() -> bool:
    """Tell whether this runs in a kernel with a reader before it, and not for a page."""
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    return kernel is not None and os.environ.get("GENRELAB_QUIET") != "1"


def knob(redraw: Callable[[Any], dict], label: str, values: Sequence, start: Any = None,
         **sound: Any) -> None:
    """Show a knob: JupyterLab computes anew whenever it is turned, a page shows what was computed
    beforehand.

    Parameters
    ----------
    redraw
        Takes a value and returns one frame as `slider` takes it: a dict with any of `image`, `alt`,
        `html`, `sound` and `numbers`.
    label
        What is turned, with its unit.
    values
        The values that it can take, 5 to 12.
    start
        The value that it shows first, by default the first one.
    **sound
        `sr`, `seconds` and `corpus` of the sounds, as for `slider`.

    Notes
    -----
    Notebook: 00, 01, 02, 03 and 04.

    Examples
    --------
    >>> knob(lambda k: {"html": f"<b>{k * k}</b>"}, "k", [1, 2, 4, 8, 16])  # doctest: +SKIP
    """
    start = values[0] if start is None else start
    if not _somebody_looks_on():
        frames = [{"label": str(value), **redraw(value)} for value in values]
        slider(frames, label, first=list(values).index(start), **sound)
        return
    import ipywidgets

    steps = ipywidgets.SelectionSlider(
        options=[(str(value), value) for value in values], value=start, description=label,
        continuous_update=False, style={"description_width": "initial"},
        layout={"width": "min(100%, 34em)"})
    place = ipywidgets.Output()

    @place.capture(clear_output=True, wait=True)
    def turned(change: dict) -> str:
        from IPython.display import HTML, display

        value = change["new"]
        html = still_frame({"label": str(value), **redraw(value)}, label, **sound)
        display(HTML(html))
        return html

    steps.observe(turned, names="value")
    live(ipywidgets.VBox([steps, place]), turned({"new": start}))


class LiveCurve:
    """A curve that grows by a point whenever `add` is called.

    Notes
    -----
    Notebook: 04.
    """

    def __init__(self, xlabel: str, ylabel: str, chance: float | None):
        self.xlabel, self.ylabel, self.chance = xlabel, ylabel, chance
        self.rows: list[dict[str, float]] = []
        self._shown, self._next = None, 0.0

    def add(self, **values: float) -> None:
        """Add a point to each curve that is named."""
        self.rows.append({name: float(value) for name, value in values.items()})
        if _somebody_looks_on() and time.monotonic() >= self._next:
            self._redraw()

    def table(self) -> pd.DataFrame:
        """Return what was added: a column a curve, a row a step, counted from 1."""
        return pd.DataFrame(self.rows, index=pd.RangeIndex(1, len(self.rows) + 1, name=self.xlabel))

    def figure(self, title: str = ""):
        """Draw the curves as far as they are known."""
        from matplotlib import pyplot

        fig, ax = pyplot.subplots(figsize=(7, 3.6))
        for name, values in self.table().items():
            ax.plot(values.index, values, label=name, marker="o" if len(values) < 8 else "")
        if self.chance is not None:
            ax.axhline(self.chance, color="#55555f", linestyle=":", label="chance")
        ax.set(xlabel=self.xlabel, ylabel=self.ylabel, title=title)
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.legend()
        return fig

    def finish(self, name: str, *, title: str, alt: str) -> None:
        """Draw the curves for good, in the place of the growing ones, and save them by
        `save_figure`."""
        fig = self.figure(title)
        if self._shown is not None:
            self._show(figure_html(png_bytes(fig), alt))
        save_figure(fig, name, alt=alt, data=self.table(), display=self._shown is None)
        self._shown = None

    def _redraw(self) -> None:
        from matplotlib import pyplot

        begin = time.monotonic()
        fig = self.figure()
        png = png_bytes(fig, DPI // 2)  # quickly; `finish` draws it sharp
        pyplot.close(fig)
        address = f"data:image/png;base64,{base64.b64encode(png).decode()}"
        width = round(int.from_bytes(png[16:20], "big") * 96 / (DPI // 2))
        about = f'width="{width}" alt="{escape(self.ylabel)} so far" src="{address}"'
        image = f'<span class="genrelab-paper"><img class="dark-light" {about}></span>'
        self._show(component("still", f'<figure class="genrelab-figure">{image}</figure>'))
        spent = time.monotonic() - begin
        self._next = begin + max(REDRAWN, 8 * spent)  # drawing must not cost what learning needs

    def _show(self, html: str) -> None:
        from IPython.display import HTML, display

        if self._shown is None:
            self._shown = display(HTML(html), display_id=True)
        else:
            self._shown.update(HTML(html))


def live_curve(xlabel: str = "epoch", ylabel: str = "accuracy",
               chance: float | None = None) -> LiveCurve:
    """Begin a curve that is drawn while a loop runs in JupyterLab.

    Parameters
    ----------
    xlabel, ylabel
        What the axes show; `xlabel` names the index of the table, too.
    chance
        Draws a line at the height of chance.

    Returns
    -------
    LiveCurve
        With `add(training=..., validation=...)` once a step, and `finish(name, title=..., alt=...)`
        at the end.

    Notes
    -----
    Notebook: 04.
    """
    return LiveCurve(xlabel, ylabel, chance)
