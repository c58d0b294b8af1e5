"""Rows as a reader sees them: numbers, and the paper beside the reference run and one's own."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from claimbook import rules
from claimbook.claims import Claim, find_claim
from claimbook.claims_table import claims_table
from claimbook.rows import REFERENCE, read_rows, row_key
from claimbook.staleness import is_stale
from genrelab.runtime import project_root


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


def side_by_side(keys: Iterable[str], rows: Iterable[Mapping[str, Any]], run: str) -> pd.DataFrame:
    """Return claims in three labelled columns; see `Ledger.table`."""
    mine = {row_key(row): row for row in rows}
    reference = {row_key(row): row for row in read_rows(project_root() / REFERENCE)}
    lines = []
    keys = list(itertools.chain.from_iterable(map(_full_keys, keys)))
    for key in keys:
        name, _, protocol = key.partition("@")
        kept, own = reference.get(key), mine.get(key)
        mark = " (stale)" if kept and is_stale(kept) else ""
        lines.append({"claim": name, "protocol": protocol, "paper": shown_paper(
            find_claim(name), protocol), "reference run (GTZAN)": shown_number(kept) + mark,
                      "verdict (reference)": _verdict(kept), f"your run ({run})": shown_number(own),
                      "verdict (yours)": own["verdict"] if own else "not run"})
    table = claims_table(pd.DataFrame(lines).set_index(["claim", "protocol"]), keys)
    silent = table["verdict (yours)"].str.startswith(("not judged", "not run")).all()
    return table.drop(columns="verdict (yours)") if silent else table


def _verdict(row: Mapping[str, Any] | None) -> str:
    """Return the verdict of a row of the reference run, with the reason where there is none."""
    if row is None:
        return "not run"
    judged = row["verdict"] != rules.NOT_JUDGED
    return row["verdict"] if judged else f"{row['verdict']}: {row['reason']}"


def _full_keys(key: str) -> list[str]:
    name, _, protocol = key.partition("@")
    claim = find_claim(name)
    if protocol:
        claim.role(protocol)
    return [key] if protocol else [f"{key}@{code}" for code in claim.all_protocols]
