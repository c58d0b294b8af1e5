"""A table of claims that says, wherever it is shown, which claims it reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd


class ClaimsTable(pd.DataFrame):
    """A table whose output in a notebook carries ``"id@protocol"`` of its claims in its metadata.

    They stand in `attrs`, which pandas hands on to what is made of the table.
    """

    @property
    def _constructor(self) -> type[ClaimsTable]:
        return ClaimsTable

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        """Return metadata alone: IPython adds what a DataFrame looks like."""
        return {}, {"genrelab": {"claims": self.attrs.get("claims", [])}}


def claims_table(table: pd.DataFrame, keys: Iterable[str]) -> ClaimsTable:
    """Return a table that says which claims it reports, so that the page of claims leads to it.

    Parameters
    ----------
    table
        What is shown; it is copied.
    keys
        ``"id@protocol"`` of each claim.

    Notes
    -----
    Notebook: 09.
    """
    shown = ClaimsTable(table)
    shown.attrs = {"claims": list(keys)}
    return shown
