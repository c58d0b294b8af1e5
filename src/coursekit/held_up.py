"""What held up: the paper's numbers beside ours, in one figure and one small table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from claimbook.claims import Claim, find_claim
from claimbook.claims_table import claims_table
from claimbook.findings import SPLITS, Result, result
from genrelab.display.figures import save_figure

OURS, CLEAN = "#2854fd", "#9e5a01"


class Line(NamedTuple):
    """One line of the figure: what a paper printed, and ours under its own split and a clean
    one."""

    label: str
    paper: float | None
    own: Result | None
    clean: Result | None


def held_up(name: str, claims: Mapping[str, str], title: str = "What held up on GTZAN") -> None:
    """Show what a paper printed beside what our full run on GTZAN found.

    Parameters
    ----------
    name
        Of the figure, ``NN_words``.
    claims
        What each line is called, to the id of its claim.
    title
        Of the figure; it states the finding where one sentence can.

    Notes
    -----
    Where a claim has several clean splits, the strictest counts, which the catalogue names last.
    The output tells in its metadata which claims it reports.

    Notebook: 04, 05, 06, 07 and 08.
    """
    from IPython.display import display
    from matplotlib import pyplot

    lines = [_line(label, find_claim(claim)) for label, claim in claims.items()]
    own, clean = (next((_split(found) for found in column if found), "")
                  for column in ([line.own for line in lines], [line.clean for line in lines]))
    fig, ax = pyplot.subplots(figsize=(8, 1.4 + 0.5 * len(lines)), layout="constrained")
    for place, line in enumerate(lines):
        for found, height, colour, marker in ((line.own, place - 0.12, OURS, "o"),
                                              (line.clean, place + 0.16, CLEAN, "s")):
            if found:
                ax.plot([found.low, found.high], [height] * 2, color=colour, linewidth=2)
                ax.plot(found.value, height, marker, color=colour)
        if line.paper is not None:
            ax.plot(line.paper, place - 0.12, "D", color="black", markerfacecolor="none")
    ax.plot([], [], "D", color="black", markerfacecolor="none", label="paper")
    ax.plot([], [], "-o", color=OURS, label=f"ours, {own}")
    if clean:
        ax.plot([], [], "-s", color=CLEAN, label=f"ours, {clean}")
    ax.set_yticks(range(len(lines)), [line.label for line in lines])
    ax.invert_yaxis()
    measure = find_claim(next(iter(claims.values()))).parts[0].statistic.replace("_", " ")
    ax.set(xlabel=measure, title=title)
    fig.legend(loc="outside lower center", ncols=3, frameon=False)
    save_figure(fig, name, alt=_words(lines, measure, own, clean), data=_numbers(lines))
    display(_table(lines, own, clean))


def _line(label: str, claim: Claim) -> Line:
    paper = None if claim.rule == "CHOICE" else claim.paper_value
    return Line(label, paper, _first(claim, "paper", 1), _first(claim, "clean", -1))


def _first(claim: Claim, role: str, step: int) -> Result | None:
    """Return the first row of a role that has been run and has an interval, from either end."""
    for protocol in claim.protocols.get(role, ())[::step]:
        try:
            found = result(f"{claim.id}@{protocol}")
        except ValueError:
            continue
        if found.low is not None:
            return found
    return None


def _split(found: Result) -> str:
    """Return what the split of a row is called."""
    return SPLITS.get(found.key.partition("@")[2], "its own way")


def _numbers(lines: list[Line]) -> pd.DataFrame:
    """Return the numbers drawn, one row a line."""
    rows = {}
    for line in lines:
        row = {"paper": line.paper}
        for role, found in (("ours", line.own), ("clean", line.clean)):
            if found:
                row |= {role: found.value, f"{role}_low": found.low, f"{role}_high": found.high}
        rows[line.label] = row
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("method")


def _words(lines: list[Line], measure: str, own: str, clean: str) -> str:
    parts = []
    for line in lines:
        numbers = [f"paper {line.paper:g}"] if line.paper is not None else []
        numbers += [f"{split} {found.value:.2f}" for split, found in ((own, line.own),
                                                                      (clean, line.clean)) if found]
        parts.append(f"{line.label}: {', '.join(numbers)}")
    return f"{measure} of {len(lines)} methods, the paper's beside ours on GTZAN. " + "; ".join(
        parts)


def _table(lines: list[Line], own: str, clean: str) -> pd.DataFrame:
    """Return the numbers in words; it says in its metadata which claims it reports."""
    rows = {}
    for line in lines:
        row = {"paper": "–" if line.paper is None else f"{line.paper:g}",
               f"ours, {own}": _number(line.own),
               "same result?": line.own.word if line.own else "not run"}
        rows[line.label] = row | ({f"ours, {clean}": _number(line.clean)} if clean else {})
    keys = [found.key for line in lines for found in (line.own, line.clean) if found]
    return claims_table(pd.DataFrame.from_dict(rows, orient="index"), keys)


def _number(found: Result | None) -> str:
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]" if found else "–"
