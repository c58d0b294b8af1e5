"""The page of the site that shows every claim: the paper's number, ours with its interval, and the verdict."""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from genrelab.evaluation.claims import PROTOCOLS, Claim, load_claims
from genrelab.evaluation.claims_text import summary
from genrelab.evaluation.ledger import REFERENCE, is_stale, read_rows, row_key, shown_number, shown_paper
from genrelab.evaluation.rules import VERDICTS
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
.claims-table { overflow-x: auto; margin-top: 1em; } .claims table { border-collapse: collapse; font-size: .85em; }
.claims th, .claims td { text-align: left; vertical-align: top; padding: .4em .6em; border-bottom: 1px solid #8886; }
.claims tbody th { font-weight: normal; min-width: 16em; } .claims code { font-size: .85em; }
.claims .verdict { border-left: .4em solid var(--mark); padding-left: .5em; font-weight: bold; white-space: nowrap; }
.claims .number { white-space: nowrap; } .claims .judged { min-width: 13em; }
"""

SCRIPT = """
(() => {
  const place = document.getElementById("claims");
  const paper = place.querySelector("#claims-paper"), verdict = place.querySelector("#claims-verdict");
  const rows = [...place.querySelectorAll("tbody tr")], told = place.querySelector("#claims-told");
  const filter = () => {
    let shown = 0;
    for (const row of rows) {
      const fits = (!paper.value || row.dataset.paper === paper.value)
        && (!verdict.value || row.dataset.verdict === verdict.value);
      row.hidden = !fits;
      shown += fits;
    }
    told.textContent = shown + " of " + rows.length + " rows are shown.";
  };
  paper.addEventListener("change", filter);
  verdict.addEventListener("change", filter);
  filter();
})();
"""

WIDTH, HEIGHT = 160, 26


def claims_page(folder: Path) -> str:
    """Return the page of claims as MyST Markdown.

    Parameters
    ----------
    folder
        The run's folder of figures. The reference run stands beside it, unless it is the same.

    Notes
    -----
    Everything is inline: the page works from disk, and without scripts it shows all rows.
    """
    reference_folder = project_root() / REFERENCE
    own = {row_key(row): row for row in read_rows(folder)}
    is_reference = Path(folder).resolve() == reference_folder.resolve()
    reference = own if is_reference else {row_key(row): row for row in read_rows(reference_folder)}
    run = _run_name(list(own.values()))
    heads = ["claim", "protocol", "verdict", "paper", "reference run (GTZAN)"]
    heads += [] if is_reference else [f"this run ({run})"]
    heads += ["paper ○ and run ●"]
    lines = []
    for claim in load_claims().values():
        for protocol in claim.all_protocols:
            key = f"{claim.id}@{protocol}"
            lines.append(_line(claim, protocol, reference.get(key), own.get(key), is_reference))
    papers = list(dict.fromkeys(claim.paper for claim in load_claims().values()))
    head = "".join(f'<th scope="col">{html.escape(text)}</th>' for text in heads)
    table = (
        '<div class="claims-table" role="region" aria-label="All claims" tabindex="0"><table>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{chr(10).join(lines)}\n</tbody></table></div>"
    )
    controls = _select("paper", "Paper", papers) + _select("verdict", "Verdict", [*VERDICTS, NOT_RUN])
    body = (
        f'<div class="claims" id="claims"><style>{STYLE}</style>\n<p>{controls}<span id="claims-told" role="status">'
        f"</span></p>\n{table}\n<script>{SCRIPT}</script></div>"
    )
    return "\n".join(
        [
            "# The claims",
            "",
            "Every statement of the four papers that can be tested, and the controls that are ours. The test of each "
            "was fixed before the reference run. An interval holds 95 % of bootstrap draws of artists; the row under "
            "the paper's protocol answers “reproduced?”, the row under a clean one “does it stand?”.",
            "",
            summary(list(own.values())),
            "",
            "```{raw} html",
            body,
            "```",
            "",
        ]
    )


def _line(
    claim: Claim, protocol: str, reference: Mapping[str, Any] | None, own: Mapping[str, Any] | None, is_reference: bool
) -> str:
    """Return one row of the table; the verdict is this run's, else the reference run's."""
    row = own or reference
    verdict = row["verdict"] if row else NOT_RUN
    colour, sign = MARKS[verdict]
    stale = " (stale)" if reference and is_stale(reference) else ""
    word = f'<span aria-hidden="true">{sign}</span> {verdict}'
    reason = html.escape(row["reason"]) if row else ""
    where = "ours" if claim.ours or claim.paper == "ours" else f"{claim.paper}, {claim.where}"
    cells = [
        f'<th scope="row">{html.escape(claim.statement)}<br><code>{claim.id}</code> · {html.escape(where)} · '
        f"notebook {claim.notebook}</th>",
        f'<td title="{html.escape(PROTOCOLS[protocol])}">{protocol}</td>',
        f'<td class="judged"><span class="verdict" style="--mark:{colour}">{word}</span><br>{reason}</td>',
        f"<td>{html.escape(shown_paper(claim, protocol))}</td>",
        f'<td class="number">{shown_number(reference)}{stale}</td>',
    ]
    if not is_reference:
        cells.append(f'<td class="number">{shown_number(own)}</td>')
    cells.append(f"<td>{_dots(claim, row)}</td>")
    return f'<tr data-paper="{html.escape(claim.paper)}" data-verdict="{verdict}">{"".join(cells)}</tr>'


def _dots(claim: Claim, row: Mapping[str, Any] | None) -> str:
    """Return a small drawing: the paper's number and ours, with its interval, on one axis."""
    paper = claim.paper_value
    ours = row["value"] if row else None
    if row and row["rule"] in ("EXACT", "CONSIST", "ZERO", "CAPS"):
        return ""
    numbers = [x for x in (paper, ours, *((row["ci_low"], row["ci_high"]) if row else ())) if x is not None]
    if not numbers or (row is None and claim.rule in ("EXACT", "CHOICE")):
        return ""
    if claim.rule == "CHOICE":
        paper, numbers = None, [x for x in numbers if x != paper]  # its number is a k, ours a loss of score
    low, high = min(0.0, *numbers), max(numbers) if max(numbers) > 1 else 1.0
    if claim.rule not in ("LEVEL", "LEVEL0", "SHARE", "TOP", "SPREAD"):
        high = max(0.1, *(abs(x) for x in numbers)) * 1.1
        low = -high

    def place(x: float) -> str:
        return f"{6 + (x - low) / (high - low) * (WIDTH - 12):.1f}"

    middle = HEIGHT / 2
    said = [f"paper {paper:g}"] if paper is not None else []
    drawn = [f'<line x1="6" x2="{WIDTH - 6}" y1="{middle}" y2="{middle}" stroke="currentColor" opacity=".3"/>']
    drawn.append(f'<line x1="{place(0)}" x2="{place(0)}" y1="4" y2="{HEIGHT - 4}" stroke="currentColor" opacity=".3"/>')
    if ours is not None:
        said.append(f"run {shown_number(row)}")
        drawn.append(
            f'<line x1="{place(row["ci_low"])}" x2="{place(row["ci_high"])}" y1="{middle}" y2="{middle}" '
            'stroke="currentColor" stroke-width="3"/>'
        )
        drawn.append(f'<circle cx="{place(ours)}" cy="{middle}" r="4.5" fill="currentColor"/>')
    if paper is not None:
        drawn.append(f'<circle cx="{place(paper)}" cy="{middle}" r="4.5" fill="none" stroke="currentColor" '
                     'stroke-width="2"/>')
    label = html.escape(f"{'; '.join(said)}; axis from {low:.2g} to {high:.2g}")
    return (
        f'<svg role="img" aria-label="{label}" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"<title>{label}</title>{''.join(drawn)}</svg>"
    )


def _select(name: str, label: str, values: list[str]) -> str:
    options = "".join(f'<option value="{html.escape(v)}">{html.escape(v)}</option>' for v in values)
    return f'<label>{label} <select id="claims-{name}"><option value="">all</option>{options}</select></label>'


def _run_name(rows: list[Mapping[str, Any]]) -> str:
    """Return corpus and profile of a run from its rows."""
    named = [row for row in rows if row.get("corpus")]
    return f"{named[0]['corpus']}, {named[0]['profile']}" if named else "no notebook has been run"
