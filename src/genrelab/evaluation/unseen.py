"""What a linear probe says of tracks whose artist it has not seen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from genrelab.evaluation.protocols import fold_groups

STRENGTH = 5.0
"""C of the regression, on points that are one away from their middle on average; the same for all
representations."""

FOLDS = 5


class Unseen(NamedTuple):
    """Answers of a probe.

    Attributes
    ----------
    table
        Indexed by track: `predicted` (genre) and `confidence` (the probability that the probe gave
        to it).
    folds
        How many there were; 0 where no genre could be held out, and then the table is empty.
    apart
        Whether artists were kept apart; False where too few are known, so that the probe may know
        the artist.
    """

    table: pd.DataFrame
    folds: int
    apart: bool


@threadpool_limits.wrap(limits=1)  # products this small are slower in several threads
def unseen_answers(points: np.ndarray, tracks: pd.DataFrame, seed: int = 0) -> Unseen:
    """Let logistic regression predict each track from folds without its artist.

    Parameters
    ----------
    points
        (n_tracks, width).
    tracks
        Rows of `Corpus.tracks` in the order of the points, without removed ones.
    seed
        Shuffles the folds.

    Returns
    -------
    Unseen
        Where the artists of a genre are fewer than two, folds are dealt by track, and `apart` says
        so.

    Notes
    -----
    Folds keep linked artists together, and all unnamed tracks of a genre. Within a fold the points
    are moved and scaled by its train tracks; the strength of the penalty is fixed, so nothing is
    chosen by looking at answers.

    Notebook: 10.
    """
    labels, groups = tracks["genre"].to_numpy(), fold_groups(tracks)
    apart = bool(tracks["artist"].notna().any()) and _most_folds(tracks, groups) >= 2
    if not apart:
        groups = tracks["group"]
    most = min(FOLDS, _most_folds(tracks, groups)) if tracks["genre"].nunique() > 1 else 0
    folds = most if most > 1 else 0
    predicted, confidence = np.full(len(tracks), None, object), np.full(len(tracks), np.nan)
    parts = ()
    if folds:
        divide = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
        parts = divide.split(points, labels, groups.to_numpy())
    for train, held in parts:
        middle = points[train].mean(axis=0)
        size = np.sqrt(((points[train] - middle) ** 2).sum(axis=1).mean()) or 1.0
        if len(set(labels[train])) < 2:
            continue  # a fold of one genre alone teaches nothing
        model = LogisticRegression(C=STRENGTH, max_iter=500)
        model.fit((points[train] - middle) / size, labels[train])
        probabilities = model.predict_proba((points[held] - middle) / size)
        predicted[held] = model.classes_[probabilities.argmax(axis=1)]
        confidence[held] = probabilities.max(axis=1)
    table = pd.DataFrame({"predicted": predicted, "confidence": confidence}, tracks.index)
    return Unseen(table.dropna(), folds, apart)


def _most_folds(tracks: pd.DataFrame, groups: pd.Series) -> int:
    """Return the number of groups of the genre that has fewest."""
    return int(groups.groupby(tracks["genre"]).nunique().min())
