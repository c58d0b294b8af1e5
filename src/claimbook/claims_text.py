"""The record as text: its numbers as a reader sees them, and what `genrelab claims` and `genrelab
compare` print."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np

from claimbook import rules
from claimbook.claims import Claim, Reference, find_claim, load_claims
from claimbook.estimates import Side, pairing_problem, resample
from claimbook.predictions import load_record
from claimbook.rows import expected_false, read_rows, row_key
from claimbook.staleness import is_stale

MAIN = ("namgyal.t2.*", "sawhney.t1.*", "cortis.t1.*.acc", "contrastive.t1.*", "contrastive.t2.*")
"""The claims on the papers' main tables: Namgyal's Table 2, Sawhney's Table 1, Cortis's Table I,
and Tables 1 and 2 on contrastive learning."""

SAID = (*rules.VERDICTS, *rules.STANDINGS.values())
"""All words for verdicts, the papers' own protocols first."""

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
    if claim.only_drops(protocol):
        return "–"
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
    head = f"{'claim':52s} {'paper':>14s}  {'ours':26s} verdict"
    found = {row_key(row): row for row in rows}
    lines = [counts(rows), "", "The papers' main tables", head]
    lines += [_line(key, row := found.get(key), cause_of(row)) for key in main_rows()]
    lines += ["", "All rows", head]
    lines += [_line(key, row, row["reason"]) for key, row in found.items()]
    return "\n".join([*lines, "", by_chance(rows)])


def main_rows() -> list[str]:
    """Return ``"id@protocol"`` of the papers' main tables, under the papers' own protocols."""
    return [f"{claim.id}@{claim.protocols['paper'][0]}" for claim in load_claims().values()
            if not claim.shown_with and any(fnmatch(claim.id, pattern) for pattern in MAIN)]


def cause_of(row: Mapping[str, Any] | None) -> str:
    """Return in half a sentence why a result is not the paper's, or else what the rule says."""
    if row is None:
        return ""
    cause = find_claim(row["id"]).cause if row["role"] == "paper" else ""
    return cause if cause and row["verdict"] != rules.MATCHES else row["reason"]


def _line(key: str, row: Mapping[str, Any] | None, why: str) -> str:
    name, _, protocol = key.partition("@")
    paper = shown_paper(find_claim(name), protocol)
    start = f"{key:52s} {paper[:14]:>14s}  {shown_number(row):26s} "
    if row is None:
        return f"{start}not run"
    stale = " (stale)" if is_stale(row) else ""
    return f"{start}{row['verdict']}{stale}: {why}"


def counts(rows: list[dict[str, Any]], lessons: Collection[str] = ()) -> str:
    """Return how many claims of the papers have which verdict under the papers' own protocols, and
    how many rows under clean ones.

    Parameters
    ----------
    rows
        Rows of a run.
    lessons
        Two digits of the lessons whose claims are counted; by default of all.
    """
    claims = [claim for claim in load_claims().values()
              if is_counted(claim) and (not lessons or claim.notebook in lessons)]
    found = {row_key(row): row for row in rows}
    lines = []
    for role, under in (("paper", "the papers' own protocols"), ("clean", "clean protocols")):
        keys = [f"{one.id}@{code}" for one in claims for code in one.protocols.get(role, ())]
        run = [found[key] for key in keys if key in found]
        times = Counter(row["verdict"] for row in run)
        words = [f"{times[word]} {word}" for word in SAID if times[word]]
        lines.append(f"Under {under}, {len(run)} of {len(keys)} rows have been run: "
                     f"{', '.join(words) or 'none'}.")
    return " ".join(lines)


def is_counted(claim: Claim) -> bool:
    """Tell whether a claim is a paper's, and no second number of the same answers.

    Notebook: 09.
    """
    return not claim.is_ours and not claim.shown_with


def by_chance(rows: list[dict[str, Any]]) -> str:
    """Return how many differences to expect by chance; nothing where none is judged."""
    n, false = expected_false(rows)
    if not n:
        return ""
    survive = sum(bool(row.get("survives_holm")) and row["verdict"] != rules.NOT_JUDGED
                  for row in rows)
    return (f"Among {n} judged differences, {false:.1f} would match or hold up by chance if "
            f"nothing were true; {survive} of them survive Holm's correction.")


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
