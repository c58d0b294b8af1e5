"""Switches without a kernel: every combination is computed beforehand, and the reader flips
them."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import pandas as pd

from genrelab.display.html import component
from genrelab.display.html import show as show_html


def switches(
    labels: Mapping[str, str],
    runs: Mapping[str, pd.DataFrame],
    what: str = "accuracy",
    *,
    display: bool = True,
) -> str | None:
    """Show switches, and for each run a bar that moves with them, the same in JupyterLab and on the
    exported page.

    Parameters
    ----------
    labels : mapping of str to str
        Name to what a switch does when it is on, in the order of the states.
    runs : mapping of str to pandas.DataFrame
        Name to a table indexed by state (``"010"``: the second of three is on; all states), whose
        first three columns are a value and the ends of its interval, from 0 to 1.
    what : str
        What the values are.
    display : bool
        True shows them; False returns the HTML.

    Returns
    -------
    str or None
        HTML when ``display=False``. Without scripts it shows the state with all switches off.

    Raises
    ------
    ValueError
        When a run lacks a state.

    Notes
    -----
    Notebook: 09.
    """
    off = "0" * len(labels)
    values = {}
    for name, table in runs.items():
        rows = [[round(float(x), 4) for x in row[:3]] for row in table.to_numpy()]
        states = values[name] = dict(zip(map(str, table.index), rows))
        if len(states) != (needed := 2 ** len(labels)) or off not in states:
            raise ValueError(f"The run {name!r} has {len(states)} states; {needed} are needed. "
                             "Compute all.")
    box = '<input type="checkbox" data-lm-suppress-shortcuts="true">'
    boxes = "".join(f"<label>{box} {escape(label)}</label>" for label in labels.values())
    bars = "".join(_bar(name, states[off]) for name, states in values.items())
    state = "; ".join(f"{name}: {states[off][0]:.3f}" for name, states in values.items())
    body = (f"<fieldset><legend>Let in:</legend>{boxes}</fieldset>{bars}"
            '<p class="genrelab-small" role="status" aria-live="polite">'
            f"{escape(what)}, {escape(state)}</p>")
    data = {"runs": list(values.values()), "names": list(values), "what": what}
    files = ["genrelab/display/switches.js"], ["genrelab/display/switches.css"]
    html = component("switches", body, *files, data, call="switches")
    return show_html(html) if display else html


def _bar(name: str, numbers: list[float]) -> str:
    value, low, high = numbers
    marks = (f'<i class="genrelab-from" style="left:{value:.2%}"></i>'
             f'<i class="genrelab-value" style="width:{value:.2%}"></i>'
             f'<i class="genrelab-span" style="left:{low:.2%};width:{high - low:.2%}"></i>')
    return (f'<div class="genrelab-run"><span>{escape(name)}</span>'
            f'<div class="genrelab-track" aria-hidden="true">{marks}</div><b>{value:.3f}</b></div>')
