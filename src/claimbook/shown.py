"""Rows as a reader sees them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from claimbook import rules
from claimbook.claims import Claim


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
