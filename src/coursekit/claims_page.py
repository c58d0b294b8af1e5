"""The page of the site that shows every claim: the paper's number, ours with its interval, and the
verdict."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, NamedTuple

from claimbook.claims import PROTOCOLS, Claim, load_claims
from claimbook.claims_text import (
    by_chance,
    cause_of,
    counts,
    is_counted,
    main_rows,
    shown_number,
    shown_paper,
)
from claimbook.rows import REFERENCE, read_rows, row_key
from claimbook.staleness import is_stale
from genrelab.runtime import project_root
from reproductions.experiments import EXPERIMENTS

NOT_RUN = "not run"

MARKS = {
    "matches": ("#00695c", "✓"),
    "close": ("#6b5900", "◐"),
    "can't tell": ("#5b4b8a", "?"),
    "doesn't match": ("#b3261e", "✗"),
    "smaller run": ("#b3261e", "✗"),
    "holds up": ("#00695c", "✓"),
    "weaker": ("#6b5900", "◐"),
    "gone": ("#b3261e", "✗"),
    "not judged": ("#596069", "–"),
    NOT_RUN: ("#596069", "·"),
}
"""Colour and sign of each verdict; the word always stands beside, so nobody needs the colour."""

WIDTH, HEIGHT = 160, 26

UNDER = {"paper": "its own protocol", "clean": "a clean one", "printed": "its own words"}

Axis = tuple[float, float]
"""The ends of an axis."""

INTRODUCTION = """\
We tested every checkable statement of four papers, and some controls of our own. Under a paper's \
own protocol we ask whether our result matches the paper's. Under a clean one we ask whether it \
holds up: by how much it drops from the paper's protocol to the clean one. An interval holds 95 % \
of bootstrap draws of artists; where trainings differ by chance, both count. Some rules were \
changed after the first results were known: the pages of the record say which verdicts moved, and \
why."""


UNDRAWN = ("EXACT", "CONSIST", "ZERO", "CAPS", "NONE")
"""Rules whose rows are no number on an axis."""


class Shown(NamedTuple):
    """A claim, one of its protocols, and the row that is judged: the reference run's, where there
    is one."""

    claim: Claim
    protocol: str
    row: Mapping[str, Any] | None

    @property
    def key(self) -> str:
        return f"{self.claim.id}@{self.protocol}"

    @property
    def verdict(self) -> str:
        return self.row["verdict"] if self.row else NOT_RUN

    @property
    def ours(self) -> list[float]:
        """Value and interval, where they stand on an axis."""
        drawn = self.row if self.row and self.row["rule"] not in UNDRAWN else {}
        return [x for name in ("value", "ci_low", "ci_high") if (x := drawn.get(name)) is not None]

    @property
    def paper(self) -> float | None:
        """The paper's number, where ours is held against it."""
        return None if self.claim.only_drops(self.protocol) else self.claim.comparable

    @property
    def numbers(self) -> list[float]:
        """All numbers that stand on the axis, the paper's first."""
        paper = self.paper
        return self.ours if paper is None else [paper, *self.ours]

    @property
    def metric(self) -> str:
        """What the value measures, in words; nothing where it is no number on an axis."""
        if self.claim.rule_under(self.protocol) in UNDRAWN or not self.claim.parts:
            return ""
        part, rule = self.claim.parts[0], self.claim.rule
        name = part.statistic.replace("_", " ")
        if rule == "CHOICE":
            return f"{name} lost by another choice"
        if part.contrast == "ratio":
            return f"ratio of {name}"
        return f"difference of {name}" if part.better or (part.arms and rule == "TREND") else name


HEADS = ("claim", "protocol", "paper ○ and ours ●", "verdict", "paper", "ours, on GTZAN")

def claims_page(addresses: Mapping[str, str]) -> str:
    """Return the page of claims as MyST Markdown.

    Parameters
    ----------
    addresses
        Id of a claim to the address of the lesson's cell that reports it; a claim without one names
        its lesson only.

    Notes
    -----
    Everything is inline: the page works from disk, and without scripts it shows all rows. All rows
    of one metric are drawn on the same axis.

    Notebook: 09.
    """
    shown = shown_rows()
    axes, beside = axes_of(shown), beside_of(shown)
    lines = []
    for one in shown:
        if one.claim.shown_with:
            continue
        link = f"lesson {one.claim.notebook}"
        if address := addresses.get(one.claim.id):
            link = f'<a href="{html.escape(address)}">{link}</a>'
        record = f'<a href="{record_of(one.claim)}.html#{one.key}">record</a>'
        lines.append(line(one, axes, f" · {link} · {record}", beside.get(one.key, ())))
    papers = list(dict.fromkeys(one.claim.paper for one in shown))
    controls = _select("paper", "Paper", papers)
    controls += _select("verdict", "Verdict", list(MARKS))
    controls += _select("metric", "Metric", sorted(axes))
    table = framed("All claims", "", HEADS, "\n".join(lines))
    rows = [one.row for one in shown if one.row]
    return f"""# The claims

{INTRODUCTION}

{counts(rows)} {by_chance(rows)}

```{{raw}} html
<div class="claims" id="claims"><style>{css()}</style>
{_main(shown)}
{_by_paper(shown)}
<p>{controls}<span id="claims-status" role="status"></span></p>
{table}
<script>{_text("claims.js")}</script></div>
```
"""


def _main(shown: list[Shown]) -> str:
    """Return the papers' main tables under their own protocols, with a half sentence on each."""
    by_key, lines = {one.key: one for one in shown}, []
    for one in map(by_key.get, main_rows()):
        statement = f'<a href="#{one.key}">{html.escape(one.claim.statement)}</a>'
        cells = [html.escape(shown_paper(one.claim, one.protocol)), shown_number(one.row),
                 _verdict(one.verdict), html.escape(cause_of(one.row))]
        lines.append(f'<tr><th scope="row">{statement}<small>{html.escape(one.claim.paper)}, '
                     f'{html.escape(one.claim.where)}</small></th>'
                     f'{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>')
    heads = ("the papers' main tables", "paper", "ours, on GTZAN", "verdict", "why")
    return framed("The papers' main tables", "", heads, "\n".join(lines))


def _verdict(verdict: str) -> str:
    colour, sign = MARKS[verdict]
    return (f'<span class="verdict" style="--mark:{colour}"><span aria-hidden="true">{sign}</span> '
            f'{verdict}</span>')


def beside_of(shown: list[Shown]) -> dict[str, list[Shown]]:
    """Return what is shown in the line of another claim, by the key of that line."""
    found: dict[str, list[Shown]] = {}
    for one in shown:
        if one.claim.shown_with:
            found.setdefault(f"{one.claim.shown_with}@{one.protocol}", []).append(one)
    return found


def shown_rows() -> list[Shown]:
    """Return all claims under all their protocols, with the rows of the reference run.

    Notebook: 09.
    """
    rows = {row_key(row): row for row in read_rows(project_root() / REFERENCE)}
    return [Shown(claim, protocol, rows.get(f"{claim.id}@{protocol}"))
            for claim in load_claims().values() for protocol in claim.all_protocols]


def css() -> str:
    """Return the style of tables of claims."""
    return _text("claims.css")


def record_of(claim: Claim) -> str:
    """Return the name of the record page that a claim stands on."""
    paper = next(one.paper for one in EXPERIMENTS if claim.notebook in one.lessons)
    return f"record_{paper}"


def _text(name: str) -> str:
    return (files("coursekit") / name).read_text(encoding="utf-8")


def framed(label: str, kind: str, heads: Sequence[str], body: str) -> str:
    """Return a table that scrolls where it is wider than the page."""
    head = "".join(f'<th scope="col">{html.escape(text)}</th>' for text in heads)
    table = f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>"
    role = f'role="region" aria-label="{label}" tabindex="0"'
    return f'<div class="claims-table" {role}><table{kind}>{table}</table></div>'


def _by_paper(shown: list[Shown]) -> str:
    """Return a small table: the verdicts on each paper, under its own protocol and a clean one."""
    counts: dict[tuple[str, str], Counter] = {}
    for one in shown:
        if is_counted(one.claim):
            under = UNDER[one.claim.role(one.protocol)]
            counts.setdefault((one.claim.paper, under), Counter())[one.verdict] += 1
    verdicts = [verdict for verdict in MARKS if any(count[verdict] for count in counts.values())]
    lines = []
    for (paper, name), count in counts.items():
        cells = "".join(f"<td>{count[verdict] or ''}</td>" for verdict in verdicts)
        lines.append(f'<tr><th scope="row">{html.escape(paper)}, {name}</th>{cells}</tr>')
    heads = ["paper, under", *verdicts]
    return framed("Verdicts by paper", ' class="by-paper"', heads, "".join(lines))


def axes_of(shown: list[Shown]) -> dict[str, Axis]:
    """Return the ends of the axis of each metric: all of its rows fit."""
    numbers: dict[str, list[float]] = {}
    for one in shown:
        if one.metric:
            numbers.setdefault(one.metric, []).extend(one.numbers)
    axes = {}
    for metric, found in numbers.items():
        if metric.startswith(("difference", "silhouette")) or "lost" in metric:
            far = max([0.1, *map(abs, found)]) * 1.05
            axes[metric] = (-far, far)
        else:
            axes[metric] = (min([0.0, *found]), max([1.0, *found]))
    return axes


def line(shown: Shown, axes: Mapping[str, Axis], link: str = "", beside: Sequence[Shown] = (),
         *more: str) -> str:
    """Return one line of a table of claims, with a link beside its name, the claims that are shown
    with it, and further cells."""
    claim, protocol, row = shown
    verdict, metric = shown.verdict, shown.metric
    reason = html.escape(row["reason"]) if row else ""
    where = "ours" if claim.is_ours else f"{claim.paper}, {claim.where}"
    # a long id breaks behind a dot, never inside a word
    name = re.sub(r"([._])", r"\1<wbr>", claim.id)
    number = shown_number(row) + (" (stale)" if row and is_stale(row) else "")
    cells = [f'<th scope="row"><span class="statement">{html.escape(claim.statement)}</span>'
             f"<small>{html.escape(where)}{link}<br><code>{name}</code></small></th>",
             f'<td title="{html.escape(PROTOCOLS[protocol])}">{protocol}</td>',
             f"<td>{_dots(shown, axes[metric]) if metric else ''}</td>",
             f'<td class="judged">{_verdict(verdict)}<br>{reason}{_also(beside)}</td>',
             f"<td>{html.escape(shown_paper(claim, protocol))}</td>",
             f'<td class="number">{number}</td>', *(f"<td>{cell}</td>" for cell in more)]
    data = {"paper": claim.paper, "verdict": verdict, "metric": metric}
    marks = " ".join(f'data-{key}="{html.escape(value)}"' for key, value in data.items())
    return f'<tr {marks} id="{shown.key}">{"".join(cells)}</tr>'


def _also(beside: Sequence[Shown]) -> str:
    """Return further numbers of the same answers, each with its verdict."""
    lines = [f'<span id="{one.key}">{html.escape(one.metric or one.claim.id)} '
             f'({html.escape(one.claim.where)}, paper {shown_paper(one.claim, one.protocol)}): '
             f'{shown_number(one.row)}, {one.verdict}</span>' for one in beside]
    return f"<small>{'<br>'.join(lines)}</small>" if lines else ""


def _dots(shown: Shown, axis: Axis) -> str:
    """Return a small drawing: the paper's number and ours, with its interval, on the axis of their
    metric."""
    if not shown.numbers:
        return ""
    paper = shown.paper
    low, high = axis
    middle = HEIGHT / 2

    def place(x: float) -> str:
        return f"{6 + (x - low) / (high - low) * (WIDTH - 12):.1f}"

    def stroke(x1: str, x2: str, y1: float, y2: float, more: str) -> str:
        ends = f'x1="{x1}" x2="{x2}" y1="{y1}" y2="{y2}"'
        return f'<line {ends} stroke="currentColor" {more}/>'

    words = [f"paper {paper:g}"] if paper is not None else []
    faint = 'opacity=".3"'
    drawn = [stroke("6", f"{WIDTH - 6}", middle, middle, faint)]
    drawn.append(stroke(place(0), place(0), 4, HEIGHT - 4, faint))
    if shown.ours:
        ours, *ends = map(place, shown.ours)
        words.append(f"ours {shown_number(shown.row)}")
        drawn.append(stroke(*ends, middle, middle, 'stroke-width="3"'))
        drawn.append(f'<circle cx="{ours}" cy="{middle}" r="4.5" fill="currentColor"/>')
    if paper is not None:
        ring = 'fill="none" stroke="currentColor" stroke-width="2"'
        drawn.append(f'<circle cx="{place(paper)}" cy="{middle}" r="4.5" {ring}/>')
    label = html.escape(f"{'; '.join(words)}; axis from {low:.2g} to {high:.2g}")
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    drawing = f"<title>{label}</title>{''.join(drawn)}"
    scale = f"<small>{html.escape(shown.metric)}, {low:.2g} to {high:.2g}</small>"
    return f'<svg role="img" aria-label="{label}" {size}>{drawing}</svg>{scale}'


def _select(name: str, label: str, values: list[str]) -> str:
    options = "".join(f'<option value="{html.escape(v)}">{html.escape(v)}</option>' for v in values)
    choice = f'<select id="claims-{name}"><option value="">all</option>{options}</select>'
    return f"<label>{label} {choice}</label>"
