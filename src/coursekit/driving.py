"""What the reader drives: a knob that computes anew, and a curve that grows while a network
learns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from genrelab.display import save_figure, slider


def knob(redraw: Callable[[Any], dict], label: str, values: Sequence, start: Any = None) -> None:
    """Show a knob: JupyterLab computes anew whenever it is turned, the page shows what was computed
    for each value.

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

    Notes
    -----
    Notebook: 02, 03 and 04.
    """
    frames = [{"label": str(value), **redraw(value)} for value in values]
    slider(frames, label)


class LiveCurve:
    """A curve that grows by a point whenever `add` is called.

    Notes
    -----
    Notebook: 04.
    """

    def __init__(self, xlabel: str, ylabel: str, chance: float | None):
        self.xlabel, self.ylabel, self.chance = xlabel, ylabel, chance
        self.rows: list[dict[str, float]] = []

    def add(self, **values: float) -> None:
        """Add a point to each curve that is named."""
        self.rows.append({name: float(value) for name, value in values.items()})

    def table(self) -> pd.DataFrame:
        """Return what was added: a column a curve, a row a step, counted from 1."""
        return pd.DataFrame(self.rows, index=pd.RangeIndex(1, len(self.rows) + 1, name=self.xlabel))

    def figure(self):
        """Draw the curves as far as they are known."""
        from matplotlib import pyplot

        fig, ax = pyplot.subplots(figsize=(7, 3.6))
        for name, values in self.table().items():
            ax.plot(values.index, values, label=name)
        if self.chance is not None:
            ax.axhline(self.chance, color="#55555f", linestyle=":", label="chance")
        ax.set(xlabel=self.xlabel, ylabel=self.ylabel)
        ax.legend()
        return fig

    def finish(self, name: str, *, title: str, alt: str) -> None:
        """Draw the curves for good, by `save_figure`."""
        fig = self.figure()
        fig.axes[0].set_title(title)
        save_figure(fig, name, alt=alt, data=self.table())


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
