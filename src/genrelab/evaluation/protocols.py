"""How tracks are dealt out to train and test."""

from __future__ import annotations

import pandas as pd


def fold_groups(tracks: pd.DataFrame) -> pd.Series:
    """Return what must stay on one side of a fold: linked artists; the unnamed tracks of a genre form one group.

    Parameters
    ----------
    tracks
        Table with the columns `genre`, `artist` and `group`.

    Notes
    -----
    Tracks without a name may all be by one artist, so they are kept together: that errs on the clean side. Where nobody
    at all is named, nothing can be kept apart but tracks, and each is a group of its own. To be handed to
    scikit-learn's `StratifiedGroupKFold`.

    Notebook: 01.
    """
    named = tracks["artist"].notna()
    return tracks["group"].where(named, "unnamed " + tracks["genre"]) if named.any() else tracks["group"]
