"""Sentences that say what the numbers say."""

from __future__ import annotations


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
