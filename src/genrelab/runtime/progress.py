"""One way to show that long work goes on."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from html import escape
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")

SHOWN, REDRAWN = 1.0, 0.25
"""Seconds after which a bar is shown in a notebook, and between two of its moves."""


def progress(items: Iterable[T], describe: str, total: int | None = None,
             unit: str = "") -> Iterator[T]:
    """Yield the items while a bar shows how many are done, and about how long the rest takes.

    In a notebook it stands under the cell, elsewhere on stderr. Work that took longer than a second
    or two leaves one line. In a report (`GENRELAB_QUIET=1`) nothing is shown: the table of minutes
    tells there how long a notebook took.

    Notebook: 08.
    """
    if os.environ.get("GENRELAB_QUIET") == "1":
        yield from items
    elif _in_a_notebook():
        total = len(items) if total is None and hasattr(items, "__len__") else total
        yield from _under_the_cell(items, describe, total)
    else:
        begin, done = time.monotonic(), 0
        for item in tqdm(items, desc=describe, total=total, unit=unit, leave=False, delay=1):
            yield item
            done += 1
        seconds = time.monotonic() - begin
        if seconds > 2:
            print(f"{describe}: {done} in {seconds:.0f} s", file=sys.stderr)


def _in_a_notebook() -> bool:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None


def _under_the_cell(items: Iterable[T], describe: str, total: int | None) -> Iterator[T]:
    """Yield the items and draw the bar as an output of the running cell, which it turns into a line
    at the end."""
    from IPython.display import HTML, display

    begin, shown, done = time.monotonic(), None, 0
    due = begin + SHOWN
    for item in items:
        yield item
        done, now = done + 1, time.monotonic()
        if now < due or done == total:
            continue
        due, html = now + REDRAWN, HTML(_bar(describe, done, total, now - begin))
        if shown is None:
            shown = display(html, display_id=True)
        else:
            shown.update(html)
    if shown is not None:
        line = f"{describe}: {done} in {time.monotonic() - begin:.0f} s"
        shown.update(HTML(f"<small>{escape(line)}</small>"))


def _bar(describe: str, done: int, total: int | None, seconds: float) -> str:
    """HTML of a bar: ``3 of 12, about 40 s left``."""
    if not total:
        return f"{escape(describe)}: {done} done"
    words = f"{done} of {total}, about {seconds * (total - done) / done:.0f} s left"
    return (f'<label>{escape(describe)} <progress value="{done}" max="{total}"></progress> '
            f"{words}</label>")
