"""The record as text: its numbers as a reader sees them, and what `genrelab claims` and `genrelab
compare` print."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from claimbook import rules
from claimbook.claims import Claim, Reference, find_claim, load_claims
from claimbook.estimates import Side, pairing_problem, resample
from claimbook.predictions import load_record
from claimbook.rows import expected_false, read_rows, row_key
from claimbook.staleness import is_stale

MOST = 60
"""Characters of a parameter's value that are shown."""


def shown_number(row: Mapping[str, Any] | None) -> str:
    """Write a row's value and interval as ``"0.552 [0.494, 0.608]"``."""
    if row is None or row["value"] is None:
        return "–"
    return rules.RULES[row["rule"]].shown(row)


def shown_paper(claim: Claim, protocol: str) -> str:
    """Write what the paper prints."""
    if claim.role(protocol) == "printed":
        return "; ".join(f"{a:g} {sign} {b:g}?" for a, sign, b in claim.printed)
    values = [claim.paper_value]
    if claim.paper_value is None:
        values = [part.paper_value for part in claim.parts]
    return ", ".join(f"{value:g}" for value in values if value is not None) or "–"


def claims_text(folder: Path, as_json: bool = False) -> str:
    """Return the rows of a run as a table, or as JSON.

    Parameters
    ----------
    folder
        The run's folder of figures.
    as_json
        For programs: the rows as they are kept, with `stale` beside.
    """
    rows = read_rows(folder)
    if as_json:
        marked = [row | {"stale": is_stale(row)} for row in rows]
        return json.dumps(marked, indent=1, ensure_ascii=False)
    if not rows:
        return f"{Path(folder).name} holds no claims yet: run the notebooks."
    lines = [f"{'claim':52s} {'paper':>14s}  {'ours':26s} verdict"]
    for row in rows:
        paper = shown_paper(find_claim(row["id"]), row["protocol"])
        stale = " (stale)" if is_stale(row) else ""
        lines.append(f"{row_key(row):52s} {paper[:14]:>14s}  {shown_number(row):26s} "
                     f"{row['verdict']}{stale}: {row['reason']}")
    return "\n".join([*lines, "", summary(rows)])


def summary(rows: list[dict[str, Any]], lessons: Collection[str] = ()) -> str:
    """Return how many rows have which verdict, how many are missing, and how many to expect by
    chance.

    Parameters
    ----------
    rows
        Rows of a run.
    lessons
        Two digits of the lessons whose claims are counted; by default of all.
    """
    total = sum(len(claim.all_protocols) for claim in load_claims().values()
                if not lessons or claim.notebook in lessons)
    counts = Counter(row["verdict"] for row in rows)
    found = [f"{counts[verdict]} {verdict}" for verdict in rules.VERDICTS if counts[verdict]]
    text = f"{len(rows)} of {total} rows have been run: {', '.join(found) or 'none'}."
    n, false = expected_false(rows)
    if not n:
        return text
    survive = sum(bool(row.get("survives_holm")) and row["verdict"] != rules.NOT_JUDGED
                  for row in rows)
    return (f"{text} Among {n} judged differences, {false:.1f} would read “reproduced” by chance "
            f"if nothing were true; {survive} of them survive Holm's correction.")


def compare_runs(a: Path, b: Path, draws: int = 2000) -> str:
    """Return what was not the same in two runs, and the paired differences between them, row by
    row.

    Parameters
    ----------
    a, b
        Folders of figures.
    draws
        Number of bootstrap draws.

    Notes
    -----
    Rows that are scored on one record are compared on the same draws of artists; where the tracks,
    folds or seeds are not the same, the row says so. Comparisons and facts are shown side by side.
    """
    first, second = ({row_key(row): row for row in read_rows(folder)} for folder in (a, b))
    shared = sorted(first.keys() & second.keys())
    if not shared:
        return f"{a} and {b} have no claim in common ({len(first)} and {len(second)} rows)."
    lines = run_differences([first[key] for key in shared], [second[key] for key in shared])
    lines += ["", f"{'claim':52s} {'first':26s} {'second':26s} first − second"]
    for key in shared:
        ours, theirs = shown_number(first[key]), shown_number(second[key])
        lines.append(f"{key:52s} {ours:26s} {theirs:26s} {_difference(key, (a, b), draws)}")
    if odd := len(first.keys() ^ second.keys()):
        lines.append(f"{odd} rows stand in one run only")
    return "\n".join(lines)


def _difference(key: str, folders: Sequence[Path], draws: int) -> str:
    """Return the paired difference of one row, or why there is none."""
    name, _, protocol = key.partition("@")
    part = find_claim(name).parts[0].for_protocol(protocol) if protocol != "printed" else None
    if part is None or not part.of or part.rule == "TOP":
        return "–"
    reference = Reference.read(part.of)
    file = f"{reference.record}@{reference.protocol or protocol}.npz"
    paths = [folder / "predictions" / file for folder in folders]
    if not all(path.is_file() for path in paths):
        return "– (its predictions are missing)"
    records = [load_record(path) for path in paths]
    how = part.statistic, reference.part or part.part, part.options
    sides = [Side(record, *how) for record in records]
    if problem := pairing_problem(*sides):
        return problem.partition(". ")[0]
    values = [float(side.by_seed().mean()) for side in sides]
    low, high = rules.percentiles(np.subtract(*resample(sides, draws)), 0.95)
    return f"{values[0] - values[1]:+.3f} [{low:+.3f}, {high:+.3f}]"


def run_differences(first: Sequence[Mapping[str, Any]],
                    second: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return warnings where music or profile differ, then the parameters that do.

    Parameters
    ----------
    first, second
        Rows that the two runs have in common, in the same order.
    """
    lines = []
    for what, names in (("music", ("corpus", "audio")), ("profile", ("profile",))):
        ours, theirs = _named(first, names), _named(second, names)
        if ours != theirs:
            lines.append(f"Warning: not the same {what}, {ours} and {theirs}: what differs below "
                         "may be due to that.")
    found = Counter()
    for a, b in zip(first, second):
        ours, theirs = (dict(_leaves(row.get("parameters"))) for row in (a, b))
        found.update({(path[-1], _short(ours, path), _short(theirs, path)) for path in ours.keys()
                      | theirs.keys() if ours.get(path) != theirs.get(path)})
    for (name, ours, theirs), count in sorted(found.items()):
        lines.append(f"parameter {name}: {ours} and {theirs} ({count} row{'s' * (count != 1)})")
    return lines or ["Music, profile and all parameters that are recorded are the same."]


def _named(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> str:
    """Return what a run was made from; a run of parts made at several times may name several."""
    return " or ".join(sorted({" ".join(str(row.get(n, "?")) for n in names) for row in rows}))


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the values of a nest of dictionaries with the names that lead to them."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, str(name)))
    elif path:
        yield path, value


def _short(values: Mapping[tuple[str, ...], Any], path: tuple[str, ...]) -> str:
    text = json.dumps(values[path], ensure_ascii=False) if path in values else "nothing"
    return text if len(text) <= MOST else text[: MOST - 1] + "…"
