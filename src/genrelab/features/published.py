"""The table of features that was published with GTZAN."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from genrelab.corpora import Corpus
from genrelab.features.summary import COLUMNS

TABLE = "features_30_sec.csv"


def published_features(corpus: Corpus) -> pd.DataFrame | None:
    """Return the published 57 features of a corpus's tracks, or None where the corpus has no such
    table.

    Parameters
    ----------
    corpus
        A folder that holds `features_30_sec.csv`, as the copy of GTZAN on Kaggle does.

    Returns
    -------
    pandas.DataFrame or None
        One row a track, in the order of `corpus.tracks` without those that the table lacks; columns
        as in `feature_table`. Its audio is named ``"kaggle-table"`` in the ledger: the original
        recordings, not a copy.

    Raises
    ------
    ValueError
        If the table is not the published one; the message names the missing column.

    Notes
    -----
    Paper: P. Cortis, section III.A. Notebook: 03.
    """
    path = Path(corpus.root) / TABLE
    if not path.is_file():
        return None
    table = pd.read_csv(path)
    if missing := [name for name in ("filename", *COLUMNS) if name not in table]:
        raise ValueError(f"{path} has no column {missing[0]}. Replace it by the published table, "
                         "or take it out.")
    table.index = table["filename"].str.removesuffix(".wav")
    there = corpus.tracks.index[corpus.tracks.index.isin(table.index)]
    return table.loc[there, list(COLUMNS)]
