"""What a lesson takes from the record: sentences that follow the numbers, and the numbers of the
reference run."""

from __future__ import annotations

import pandas as pd

from genrelab.runtime import project_root


def finding(condition: bool, if_true: str, if_false: str) -> None:
    """Print one of two sentences as Markdown.

    Parameters
    ----------
    condition
        What the numbers decide.
    if_true, if_false
        Both sentences, written before the run; numbers in them come from variables, never from
        typing.

    Notes
    -----
    The output carries the branch in its metadata, so that tests can assert which sentence stands in
    the report.

    Notebook: 01.
    """
    from IPython.display import Markdown, display

    taken = if_true if condition else if_false
    display(Markdown(taken), metadata={"genrelab": {"finding": bool(condition)}})


def reference_run(figure: str) -> pd.DataFrame | None:
    """Return the numbers behind a figure of the reference run on GTZAN, or None where there is none
    yet.

    Parameters
    ----------
    figure
        Name of the figure, such as ``"01_leak"``; its first column becomes the index.

    Notes
    -----
    Notebook: 01.
    """
    path = project_root() / "figures" / "gtzan" / figure[:2] / f"{figure}.csv"
    return pd.read_csv(path, index_col=0) if path.is_file() else None
