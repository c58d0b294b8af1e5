"""What held up: the paper's numbers beside ours, in one figure and one small table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from claimbook.claims import Claim, find_claim
from claimbook.findings import SPLITS, Result, result
from genrelab.display.figures import save_figure

STYLES = {"ours": ("#2854fd", "o", -0.12), "clean": ("#9e5a01", "s", 0.16)}
"""Of ours under the paper's own split and under a clean one: colour, mark, height beside the
line."""

KEY = ("*Same result?* sets our run beside the paper's number: **matches** and **close** by "
       "margins fixed before the run. *Holds up?* sets our two splits side by side, on the same "
       "trainings: **holds up**, **weaker** or **gone**. **Can't tell**: the interval allows "
       "either.")
"""How to read the words of the table."""


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
    from IPython.display import Markdown, display
    from matplotlib import pyplot

    known = [find_claim(claim) for claim in claims.values()]
    rows = {"ours": [_first(claim, "paper", 1) for claim in known],
            "clean": [_first(claim, "clean", -1) for claim in known]}
    splits = {kind: next((_split(row) for row in found if row), "") for kind, found in rows.items()}
    data = pd.DataFrame([_numbers(claim, dict(zip(rows, found)))
                         for claim, found in zip(known, zip(*rows.values()))], list(claims))
    heights = np.arange(len(data))
    fig, ax = pyplot.subplots(figsize=(8, 1.3 + 0.5 * len(data)), layout="constrained")
    ax.plot(data["paper"].astype(float), heights - 0.12, "D", color="black", zorder=3,
            markerfacecolor="none", label="paper")
    for kind, (colour, marker, above) in STYLES.items():
        if splits[kind]:
            ends = data[[f"{kind}_low", f"{kind}_high"]].to_numpy().T
            ax.plot(ends, [heights + above] * 2, color=colour, linewidth=2)
            ax.plot(data[kind], heights + above, marker, color=colour)
            ax.plot([], [], f"-{marker}", color=colour, label=f"ours, {splits[kind]}")
    ax.set_yticks(heights, data.index)
    ax.invert_yaxis()
    measure = known[0].parts[0].statistic.replace("_", " ").replace("f1", "F1")
    ax.set(xlabel=measure, title=title)
    fig.legend(loc="outside lower center", ncols=3, frameon=False)
    words = [_words(label, line, splits) for label, line in data.iterrows()]
    alt = f"{measure} of {len(data)} methods, the paper's beside ours on GTZAN. {'; '.join(words)}"
    save_figure(fig, name, alt=alt, data=data.rename_axis("method"))
    table = {"paper": ["–" if pd.isna(paper) else f"{paper:g}" for paper in data["paper"]],
             f"ours, {splits['ours']}": list(map(_shown, rows["ours"])),
             "same result?": [row.word if row else "not run" for row in rows["ours"]]}
    if splits["clean"]:
        table[f"ours, {splits['clean']}"] = list(map(_shown, rows["clean"]))
        table["change"] = list(map(_changed, rows["clean"]))
        table["holds up?"] = [row.word if row else "not run" for row in rows["clean"]]
    display(Markdown(KEY))
    keys = [row.key for found in zip(*rows.values()) for row in found if row]
    display(pd.DataFrame(table, list(claims)), metadata={"genrelab": {"claims": keys}})


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


def _numbers(claim: Claim, found: Mapping[str, Result | None]) -> dict[str, float | None]:
    """Return the numbers that are drawn for a claim."""
    numbers = {"paper": claim.comparable}
    for kind, row in found.items():
        if row:
            numbers |= {kind: row.value, f"{kind}_low": row.low, f"{kind}_high": row.high}
    return numbers


def _words(label: str, line: pd.Series, splits: Mapping[str, str]) -> str:
    numbers = [] if pd.isna(line["paper"]) else [f"paper {line['paper']:g}"]
    numbers += [f"{split} {line[kind]:.2f}" for kind, split in splits.items()
                if not pd.isna(line.get(kind))]
    return f"{label}: {', '.join(numbers)}"


def _shown(found: Result | None) -> str:
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]" if found else "–"


def _changed(found: Result | None) -> str:
    if found is None or found.drop is None:
        return "–"
    value, low, high = (round(-number, 2) + 0.0 for number in found.drop)  # without −0.00
    return f"{value:+.2f} [{high:+.2f}, {low:+.2f}]"
