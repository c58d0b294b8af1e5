"""The page of the site that shows every claim: the paper's number, ours with its interval, and the
verdict."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from claimbook.claims import PROTOCOLS, Claim, load_claims
from claimbook.claims_text import summary
from claimbook.ledger import REFERENCE, is_stale, read_rows, row_key, shown_number, shown_paper
from claimbook.rules import VERDICTS
from genrelab.runtime import project_root

NOT_RUN = "not run"

MARKS = {
    "reproduced": ("#00695c", "✓"),
    "partly": ("#6b5900", "◐"),
    "not reproduced": ("#b3261e", "✗"),
    "not reproduced at this size": ("#b3261e", "✗"),
    "undecidable": ("#5b4b8a", "?"),
    "not judged": ("#596069", "–"),
    NOT_RUN: ("#596069", "·"),
}
"""Colour and sign of each verdict; the word always stands beside, so nobody needs the colour."""

STYLE = """
.claims label { margin-right: 1.5em; } .claims select { font: inherit; }
.claims-table { overflow-x: auto; margin-top: 1em; }
.claims table { border-collapse: collapse; font-size: .85em; }
.claims th, .claims td { text-align: left; vertical-align: top; padding: .4em .6em;
  border-bottom: 1px solid #8886; }
.claims tbody th { font-weight: normal; min-width: 17em; max-width: 34em; }
.claims .statement { font-size: 1.08em; }
.claims code { font-size: .8em; overflow-wrap: normal; word-break: normal; }
.claims .verdict { border-left: .4em solid var(--mark); padding-left: .5em;
  font-weight: bold; white-space: nowrap; }
.claims .number { white-space: nowrap; } .claims .judged { min-width: 13em; }
.claims small { display: block; font-size: .85em; }
.claims .by-paper td, .claims .by-paper thead th { text-align: right; }
.claims .by-paper tbody th { min-width: 0; }
"""

SCRIPT = """
(() => {
  const place = document.getElementById("claims");
  const chosen = ["paper", "verdict", "metric"].map((name) =>
    [name, place.querySelector("#claims-" + name)]);
  const rows = [...place.querySelectorAll("tr[data-paper]")];
  const told = place.querySelector("#claims-told");
  const filter = () => {
    let shown = 0;
    for (const row of rows) {
      const fits = chosen.every(([name, select]) =>
        !select.value || row.dataset[name] === select.value);
      row.hidden = !fits;
      shown += fits;
    }
    told.textContent = shown + " of " + rows.length + " rows are shown.";
  };
  for (const [, select] of chosen) select.addEventListener("change", filter);
  filter();
})();
"""

WIDTH, HEIGHT = 160, 26

UNDER = {"paper": "its own protocol", "clean": "a clean one", "printed": "its own words"}

Shown = tuple[Claim, str, Mapping[str, Any] | None]
"""A claim, one of its protocols, and the row that is judged: the reference run's, where there is
one."""

UNDRAWN = ("EXACT", "CONSIST", "ZERO", "CAPS", "NONE")
"""Rules whose rows are no number on an axis."""


def claims_page(folder: Path, places: Mapping[str, str] | None = None) -> str:
    """Return the page of claims as MyST Markdown.

    Parameters
    ----------
    folder
        The run's folder of figures. The reference run stands beside it, unless it is the same.
    places
        Id of a claim to the address of the cell that reports it; a claim without one names its
        notebook only.

    Notes
    -----
    Everything is inline: the page works from disk, and without scripts it shows all rows. All rows
    of one metric are drawn on the same axis.

    Notebook: 09.
    """
    reference_folder = project_root() / REFERENCE
    own = {row_key(row): row for row in read_rows(folder)}
    is_reference = Path(folder).resolve() == reference_folder.resolve()
    reference = own if is_reference else {row_key(row): row for row in read_rows(reference_folder)}
    run = _run_name(list(own.values()))
    heads = ["claim", "protocol", "paper ○ and run ●", "verdict", "paper", "reference run (GTZAN)"]
    heads += [] if is_reference else [f"this run ({run}) and its verdict"]
    keys = [
        (claim, protocol) for claim in load_claims().values() for protocol in claim.all_protocols
    ]
    judged = reference or own  # a course without a reference run shows this one
    axes = _axes(
        [(claim, protocol, judged.get(f"{claim.id}@{protocol}")) for claim, protocol in keys]
    )
    lines = []
    for claim, protocol in keys:
        key = f"{claim.id}@{protocol}"
        address = (places or {}).get(claim.id)
        lines.append(
            _line(claim, protocol, judged.get(key), reference, own, is_reference, address, axes)
        )
    papers = list(dict.fromkeys(claim.paper for claim in load_claims().values()))
    head = "".join(f'<th scope="col">{html.escape(text)}</th>' for text in heads)
    table = (
        '<div class="claims-table" role="region" aria-label="All claims" tabindex="0"><table>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{chr(10).join(lines)}\n</tbody></table></div>"
    )
    controls = _select("paper", "Paper", papers) + _select(
        "verdict", "Verdict", [*VERDICTS, NOT_RUN]
    )
    controls += _select("metric", "Metric", sorted(axes))
    body = (
        '<div class="claims" '
        f'id="claims"><style>{STYLE}</style>\n{_by_paper(keys, judged)}\n<p>{controls}'
        '<span id="claims-told" '
        f'role="status"></span></p>\n{table}\n<script>{SCRIPT}</script></div>'
    )
    return "\n".join(
        [
            "# The claims",
            "",
            "Every statement of the four papers that can be tested, and the controls that are "
            "ours. The test of each "
            "was fixed before the reference run. An interval holds 95 % of bootstrap draws of "
            "artists; the row under "
            "the paper's protocol answers “reproduced?”, the row under a clean one “does it "
            "stand?”. Verdicts and "
            "drawings are those of the reference run.",
            "",
            f"The reference run, on GTZAN: {summary(list(reference.values()))}",
            "",
            *([] if is_reference else [f"This run, on {run}: {summary(list(own.values()))}", ""]),
            "```{raw} html",
            body,
            "```",
            "",
        ]
    )


def _by_paper(keys: list[tuple[Claim, str]], rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a small table: the verdicts on each paper, under its own protocol and a clean one."""
    counts: dict[tuple[str, str], Counter] = {}
    for claim, protocol in keys:
        if claim.paper != "ours" and not claim.ours:
            row = rows.get(f"{claim.id}@{protocol}")
            counted = counts.setdefault((claim.paper, UNDER[claim.role(protocol)]), Counter())
            counted[row["verdict"] if row else NOT_RUN] += 1
    verdicts = [verdict for verdict in MARKS if any(count[verdict] for count in counts.values())]
    head = "".join(f'<th scope="col">{verdict}</th>' for verdict in ("paper, under", *verdicts))
    lines = [
        f'<tr><th scope="row">{html.escape(paper)}, {name}</th>'
        + "".join(f"<td>{count[verdict] or ''}</td>" for verdict in verdicts)
        + "</tr>"
        for (paper, name), count in counts.items()
    ]
    return (
        '<div class="claims-table" role="region" aria-label="Verdicts by paper" '
        'tabindex="0"><table class="by-paper">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _metric(claim: Claim, protocol: str) -> str:
    """Return what the value of a row measures, in words; nothing where it is no number on an
    axis."""
    if claim.rule_under(protocol) in UNDRAWN or not claim.parts:
        return ""
    part = claim.parts[0]
    name = part.statistic.replace("_", " ")
    if claim.rule == "CHOICE":
        return f"{name} lost by another choice"
    if part.contrast == "ratio":
        return f"ratio of {name}"
    return f"difference of {name}" if part.better or (part.arms and claim.rule == "TREND") else name


def _numbers(claim: Claim, row: Mapping[str, Any] | None) -> list[float]:
    """Return all numbers of a row that stand on its axis, the paper's first."""
    # its number is a k, ours a loss of score
    paper = None if claim.rule == "CHOICE" else claim.paper_value
    ours = (
        [row["value"], row["ci_low"], row["ci_high"]] if row and row["rule"] not in UNDRAWN else []
    )
    return [x for x in (paper, *ours) if x is not None]


def _axes(shown: list[Shown]) -> dict[str, tuple[float, float]]:
    """Return the ends of the axis of each metric: all of its rows fit."""
    numbers: dict[str, list[float]] = {}
    for claim, protocol, row in shown:
        if metric := _metric(claim, protocol):
            numbers.setdefault(metric, []).extend(_numbers(claim, row))
    axes = {}
    for metric, found in numbers.items():
        if metric.startswith(("difference", "silhouette")) or "lost" in metric:
            far = max([0.1, *map(abs, found)]) * 1.05
            axes[metric] = (-far, far)
        else:
            axes[metric] = (min([0.0, *found]), max([1.0, *found]))
    return axes


def _line(
    claim: Claim,
    protocol: str,
    row: Mapping[str, Any] | None,
    reference: Mapping[str, Mapping[str, Any]],
    own: Mapping[str, Mapping[str, Any]],
    is_reference: bool,
    address: str | None,
    axes: Mapping[str, tuple[float, float]],
) -> str:
    """Return one line of the table, its verdict and drawing by a row, and the numbers of both runs
    beside."""
    key = f"{claim.id}@{protocol}"
    verdict = row["verdict"] if row else NOT_RUN
    colour, sign = MARKS[verdict]
    stale = " (stale)" if key in reference and is_stale(reference[key]) else ""
    word = f'<span aria-hidden="true">{sign}</span> {verdict}'
    reason = html.escape(row["reason"]) if row else ""
    where = "ours" if claim.ours or claim.paper == "ours" else f"{claim.paper}, {claim.where}"
    notebook = f"notebook {claim.notebook}"
    link = f'<a href="{html.escape(address)}">{notebook}</a>' if address else notebook
    # a long id breaks behind a dot, never inside a word
    name = re.sub(r"([._])", r"\1<wbr>", claim.id)
    metric = _metric(claim, protocol)
    cells = [
        '<th scope="row"><span '
        f'class="statement">{html.escape(claim.statement)}</span><small>{html.escape(where)} · '
        f"{link}<br><code>{name}</code></small></th>",
        f'<td title="{html.escape(PROTOCOLS[protocol])}">{protocol}</td>',
        f"<td>{_dots(claim, row, metric, axes[metric]) if metric else ''}</td>",
        '<td class="judged"><span class="verdict" '
        f'style="--mark:{colour}">{word}</span><br>{reason}</td>',
        f"<td>{html.escape(shown_paper(claim, protocol))}</td>",
        f'<td class="number">{shown_number(reference.get(key))}{stale}</td>',
    ]
    if not is_reference:
        judged = html.escape(own[key]["verdict"]) if key in own else NOT_RUN
        cells.append('<td '
                     f'class="number">{shown_number(own.get(key))}<br><small>{judged}</small></td>')
    data = (
        f'data-paper="{html.escape(claim.paper)}" data-verdict="{verdict}" '
        f'data-metric="{html.escape(metric)}"'
    )
    return f'<tr {data} id="{key}">{"".join(cells)}</tr>'


def _dots(
    claim: Claim, row: Mapping[str, Any] | None, metric: str, axis: tuple[float, float]
) -> str:
    """Return a small drawing: the paper's number and ours, with its interval, on the axis of their
    metric."""
    if not _numbers(claim, row):
        return ""
    paper = None if claim.rule == "CHOICE" else claim.paper_value
    ours = row["value"] if row and row["rule"] not in UNDRAWN else None
    low, high = axis

    def place(x: float) -> str:
        return f"{6 + (x - low) / (high - low) * (WIDTH - 12):.1f}"

    middle = HEIGHT / 2
    said = [f"paper {paper:g}"] if paper is not None else []
    drawn = [f'<line x1="6" x2="{WIDTH - 6}" y1="{middle}" y2="{middle}" stroke="currentColor" '
             'opacity=".3"/>']
    drawn.append(f'<line x1="{place(0)}" x2="{place(0)}" y1="4" y2="{HEIGHT - 4}" '
                 'stroke="currentColor" opacity=".3"/>')
    if ours is not None:
        said.append(f"run {shown_number(row)}")
        drawn.append(
            f'<line x1="{place(row["ci_low"])}" x2="{place(row["ci_high"])}" y1="{middle}" '
            f'y2="{middle}" '
            'stroke="currentColor" stroke-width="3"/>'
        )
        drawn.append(f'<circle cx="{place(ours)}" cy="{middle}" r="4.5" fill="currentColor"/>')
    if paper is not None:
        drawn.append(
            f'<circle cx="{place(paper)}" cy="{middle}" r="4.5" fill="none" stroke="currentColor" '
            'stroke-width="2"/>'
        )
    label = html.escape(f"{'; '.join(said)}; axis from {low:.2g} to {high:.2g}")
    return (
        f'<svg role="img" aria-label="{label}" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 '
        f'{WIDTH} {HEIGHT}">'
        f"<title>{label}</title>{''.join(drawn)}</svg><small>{html.escape(metric)}, {low:.2g} to "
        f"{high:.2g}</small>"
    )


def _select(name: str, label: str, values: list[str]) -> str:
    options = "".join(f'<option value="{html.escape(v)}">{html.escape(v)}</option>' for v in values)
    return (
        f'<label>{label} <select id="claims-{name}"><option '
        f'value="">all</option>{options}</select></label>'
    )


def _run_name(rows: list[Mapping[str, Any]]) -> str:
    """Return corpus and profile of a run from its rows."""
    named = [row for row in rows if row.get("corpus")]
    return f"{named[0]['corpus']}, {named[0]['profile']}" if named else "no notebook has been run"
