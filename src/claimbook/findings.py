"""What a lesson takes from the record: sentences that follow the numbers, and the numbers of the
full run on GTZAN."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from claimbook import rules
from claimbook.claims import find_claim
from claimbook.predictions import Record, load_record
from claimbook.rows import REFERENCE, read_rows, row_key
from genrelab.runtime import project_root

SPLITS = {
    "ff": "published split",
    "ff4": "published split",
    "ag": "new artists",
    "ag4": "new artists",
    "seg": "shuffled segments",
    "mc": "shuffled rows",
    "grp": "songs kept together",
    "valid": "validation tracks",
}
"""What a lesson calls the protocols that divide tracks or rows."""


DROP = ("drop", "drop_low", "drop_high")
"""Fields of a row that say how much a clean protocol costs."""


class Result(NamedTuple):
    """A row of the full run.

    Attributes
    ----------
    key
        ``"id@protocol"``.
    value, low, high
        Ours, with the ends of its 95 % interval over artists; of a comparison, the wider ends of
        those over artists and over seeds, as the rules take them.
    paper
        The paper's number; None where it prints none.
    word
        The verdict. What is not judged is called *can't tell*, as what cannot be decided is.
    drop
        Under a clean protocol, by how much the result drops from the paper's own protocol, with the
        ends of the interval; else None.
    settled
        False if a training was still improving when it stopped.
    """

    key: str
    value: float
    low: float
    high: float
    paper: float | None
    word: str
    drop: tuple[float, float, float] | None
    settled: bool


def finding(condition: bool, if_true: str, if_false: str, claims: tuple[str, ...] = ()) -> None:
    """Print one of two sentences as Markdown.

    Parameters
    ----------
    condition
        What the numbers decide.
    if_true, if_false
        Both sentences, written before the run; numbers in them come from variables, never from
        typing.
    claims
        ``"id@protocol"`` of the claims that the sentence reports.

    Notes
    -----
    The output carries the branch in its metadata, so that tests can assert which sentence stands in
    the report.

    Notebook: 01.
    """
    from IPython.display import Markdown, display

    about = {"finding": bool(condition)} | ({"claims": list(claims)} if claims else {})
    display(Markdown(if_true if condition else if_false), metadata={"genrelab": about})


def result(key: str, part: str = "") -> Result:
    """Return a row of the full run on GTZAN.

    Parameters
    ----------
    key
        ``"id@protocol"``.
    part
        Name of one of the row's parts, instead of its first.

    Raises
    ------
    ValueError
        If no claim has this id or protocol, or it has not been run.

    Notes
    -----
    Notebook: 04, 05, 06, 07, 08 and 09.
    """
    name, _, protocol = key.partition("@")
    claim = find_claim(name)
    claim.role(protocol)
    for row in read_rows(project_root() / REFERENCE):
        if row_key(row) == key:
            paper = None if part else claim.comparable
            one = next(one for one in row["parts"] if one["name"] == part) if part else row
            low, high = one["ci_low"], one["ci_high"]
            if one.get("seed_low") is not None and not rules.RULES[row["rule"]].drops:
                low, high = min(low, one["seed_low"]), max(high, one["seed_high"])
            word = one["verdict"] if one["verdict"] != rules.NOT_JUDGED else rules.CANT_TELL
            drop = tuple(one[field] for field in DROP) if "drop" in one else None
            return Result(key, one["value"], low, high, paper, word, drop,
                          row.get("converged") is not False)
    raise ValueError(f"{key} has not been run on GTZAN.")


def says(key: str, part: str = "", *, above: str, below: str, open: str,
         than: float = 0.0) -> None:
    """Print the sentence that a row of the full run allows, by its interval.

    Parameters
    ----------
    key, part
        As for `result`.
    above, below, open
        Sentences for an interval that lies above `than`, below it, or on both sides;
        ``{value:.2f}``, ``{low:.2f}``, ``{high:.2f}``, ``{paper:.2f}`` and ``{word}`` in them are
        filled in.
    than
        What the row is compared with, by default 0.
    part
        See `result`.

    Notes
    -----
    Notebook: 04, 05, 06, 08 and 09.
    """
    found = result(key, part)
    side = open
    if found.low > than:
        side = above
    elif found.high < than:
        side = below
    sentence = side.format(**found._asdict())
    finding(found.low > than, sentence, sentence, (key,))


def kept_table(name: str, index_col: int | list[int] | None = 0) -> pd.DataFrame:
    """Return a table that the full run on GTZAN has kept.

    Parameters
    ----------
    name
        Such as ``"06_fig2"``.
    index_col
        Columns that become the index.

    Notes
    -----
    Notebook: 01 to 09.
    """
    path = project_root() / REFERENCE / "tables" / f"{name}.csv"
    # the states of five switches, such as 00101
    return pd.read_csv(path, index_col=index_col, dtype={"on": str})


def kept_answers(key: str) -> Record:
    """Return what a method answered in the full run on GTZAN, track by track.

    Parameters
    ----------
    key
        ``"id@protocol"``, with ``"+variant"`` where a variant is meant.

    Notes
    -----
    Notebook: 05 and 07.
    """
    return load_record(project_root() / REFERENCE / "predictions" / f"{key}.npz")
