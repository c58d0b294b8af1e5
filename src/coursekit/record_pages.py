"""The record of each paper as a page of the site: prose of `docs/records/`, and every row that was
computed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from functools import cache
from typing import Any

import pandas as pd

from claimbook.claims import Claim, load_claims
from claimbook.claims_text import counts
from claimbook.findings import kept_table
from claimbook.gates import smaller_than_paper
from claimbook.rows import REFERENCE
from coursekit import claims_page
from coursekit.claims_page import Shown, css, framed, line
from genrelab.runtime import project_root
from reproductions.experiments import EXPERIMENTS, Experiment

TITLES = {
    "namgyal": "Perceptual metrics",
    "sawhney": "Deep Softmax Autoencoder",
    "cortis": "Features and networks",
    "multiformat": "Contrastive learning in two formats",
    "ours": "The data set, and all methods on equal ground",
}
"""Of each page, by the paper of its experiments."""

FENCE = re.compile(r"^```\{(claims|kept)\} ([^\n]*)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
"""What a record page takes from the record: rows of claims, or a kept table with its caption."""

HEADS = (*claims_page.HEADS, "how it was run")


def record_pages() -> dict[str, str]:
    """Return all record pages as MyST Markdown, by name.

    Raises
    ------
    ValueError
        If a page asks for a claim or a table that there is not.

    Notes
    -----
    A claim that no fence names stands at the end of its experiment: no row is left out.
    """
    shown = claims_page.shown_rows()
    return {f"record_{paper}": _page(paper, title, shown) for paper, title in TITLES.items()}


def _page(paper: str, title: str, shown: list[Shown]) -> str:
    experiments = [one for one in EXPERIMENTS if one.paper == paper]
    lessons = {lesson for one in experiments for lesson in one.lessons}
    own = [one.row for one in shown if one.row and one.claim.notebook in lessons]
    by_claim: dict[str, list[Shown]] = {}
    for one in shown:
        by_claim.setdefault(one.claim.id, []).append(one)
    axes = claims_page.axes_of(shown)
    parts = [_experiment(one, by_claim, axes) for one in experiments]
    return f"""# {title}: the record

All rows of our full run on GTZAN, with the settings and choices behind them.
{counts(own, lessons)}

```{{raw}} html
<style>{css()}</style>
```

{"".join(parts)}"""


def _experiment(one: Experiment, shown: Mapping[str, list[Shown]], axes: Mapping) -> str:
    """Return the prose of an experiment with its rows in their places."""
    path = project_root() / "docs" / "records" / f"{one.name}.md"
    claims = [claim for claim in load_claims().values() if claim.notebook in one.lessons]
    left = {claim.id: claim for claim in claims}

    def expand(found: re.Match) -> str:
        if found[1] == "kept":
            return _kept(found[2].strip(), found[3].strip())
        names = _named(found[2].split(), claims, path.name)
        return _rows([left.pop(claim.id) for claim in names if claim.id in left], shown, axes)

    prose = FENCE.sub(expand, path.read_text(encoding="utf-8"))
    rest = _rows(left.values(), shown, axes)
    return f"{prose}\n## Further checks: {one.title}\n\n{rest}" if left else f"{prose}\n"


def _named(patterns: Iterable[str], claims: list[Claim], page: str) -> list[Claim]:
    """Return the claims that patterns such as ``namgyal.t2.*`` name, in their order."""
    found = {}
    for pattern in patterns:
        named = [claim for claim in claims if fnmatch(claim.id, pattern)]
        if not named:
            raise ValueError(f"docs/records/{page}: no claim of its lessons is called {pattern!r}.")
        found |= {claim.id: claim for claim in named}
    return list(found.values())


def _kept(name: str, caption: str) -> str:
    """Return a kept table of the full run under its caption."""
    table = kept_table(name, index_col=None)
    shown = table.map(lambda cell: f"{cell:.3g}" if isinstance(cell, float) else cell)
    lines = ["".join(f"<td>{html.escape('–' if pd.isna(cell) else str(cell))}</td>" for cell in row)
             for row in shown.itertuples(index=False)]
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return f"{caption}\n\n{_raw(framed(caption or name, '', list(table.columns), body))}"


def _rows(claims: Iterable[Claim], shown: Mapping[str, list[Shown]], axes: Mapping) -> str:
    beside = claims_page.beside_of([one for found in shown.values() for one in found])
    lines = []
    for one in (one for claim in claims if not claim.shown_with for one in shown[claim.id]):
        also = beside.get(one.key, ())
        run = f"{_beside(one.row)}{_how(one.row)}{_before([one, *also])}" if one.row else ""
        lines.append(line(one, axes, "", also, run))
    return _raw(framed("Claims", "", HEADS, "\n".join(lines))) if lines else ""


@cache
def before_the_rules() -> pd.DataFrame:
    """Return what a row was called before the rules changed, and why it is not any more, by row."""
    return pd.read_csv(project_root() / REFERENCE / "verdicts_before.csv", index_col="row")


def _before(rows: Iterable[Shown]) -> str:
    table = before_the_rules()
    moved = [(one.metric, *table.loc[one.key]) for one in rows if one.key in table.index]
    return "".join(f"<small>Before the rules changed ({html.escape(metric)}): "
                   f"<i>{html.escape(word)}</i>. {html.escape(why)}</small>"
                   for metric, word, why in moved)


def _raw(content: str) -> str:
    return f'```{{raw}} html\n<div class="claims">{content}</div>\n```\n'


def _beside(row: Mapping[str, Any]) -> str:
    """Return the variants of a row, and the other statistics that it prints."""
    found = row.get("beside") or {}
    lines = [f"{html.escape(name)}: {_plain(value)}" for name, value in found.items()]
    return f"<small>{'<br>'.join(lines)}</small>" if lines else ""


def _plain(value: Any) -> str:
    if isinstance(value, Mapping) and "value" in value:
        ends = [value.get("ci_low"), value.get("ci_high")]
        interval = f" [{ends[0]:.3f}, {ends[1]:.3f}]" if None not in ends else ""
        return f"{value['value']:.3f}{interval}"
    return f"{value:.3f}" if isinstance(value, float) else html.escape(str(value))


def _how(row: Mapping[str, Any]) -> str:
    """Return how a row was run: seeds, time, what was smaller than the paper's, settings."""
    seeds = row.get("n_seeds") or 0
    words = [f"{seeds} {'seed' if seeds == 1 else 'seeds'}"] if seeds else []
    if row.get("n_tracks"):
        words.append(f"{row['n_tracks']} tracks, {row['n_artists']} artists")
    if row.get("minutes") is not None:
        words.append(f"{row['minutes']:g} minutes ({row['device']})")
    if smaller := smaller_than_paper(row.get("budget") or {}):
        words.append(f"smaller than the paper's: {', '.join(smaller)}")
    if row.get("converged") is False:
        words.append("still improving when it stopped")
    if row.get("profile") not in (None, "reference"):
        words.append(f"size {row['profile']}")
    settings = row.get("parameters") or {}
    text = "; ".join(words)
    if settings:
        listed = "; ".join(f"{name} {_setting(value)}" for name, value in settings.items())
        text += f"<details><summary>settings</summary>{html.escape(listed)}</details>"
    return text


def _setting(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"({', '.join(f'{name} {_setting(one)}' for name, one in value.items())})"
    if isinstance(value, list):
        different = dict.fromkeys(map(_setting, value))
        return ", ".join(different)
    return f"{value:g}" if isinstance(value, float) else str(value)
