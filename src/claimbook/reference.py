"""The numbers of the reference run, as committed."""

from __future__ import annotations

import pandas as pd

from genrelab.runtime import project_root


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
