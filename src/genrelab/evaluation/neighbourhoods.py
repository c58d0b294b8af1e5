"""Who lies next to whom in a representation, who is everybody's neighbour, and whether two
representations agree."""

from __future__ import annotations

import numpy as np
import pandas as pd


def nearest_rows(points: np.ndarray, k: int, asking: np.ndarray | None = None) -> np.ndarray:
    """Return the k nearest rows of each row by Euclidean distance, nearest first.

    Parameters
    ----------
    points
        (n, width).
    k
        How many; fewer where there are not so many others.
    asking
        (m, width) points whose neighbours among `points` are wanted; by default the points
        themselves, and then nobody is a neighbour of itself.

    Returns
    -------
    numpy.ndarray
        (n, k) or (m, k) places in `points`.

    Notes
    -----
    Notebook: 10.
    """
    middle = points.mean(axis=0, dtype=np.float64)
    there = points - middle
    here = there if asking is None else asking - middle
    squares = (there**2).sum(axis=1)
    apart = squares - 2 * here @ there.T  # the row's own square is the same for all its neighbours
    if asking is None:
        np.fill_diagonal(apart, np.inf)
    return np.argsort(apart, axis=1, kind="stable")[:, : min(k, len(points) - (asking is None))]


def hubness(nearest: np.ndarray, n: int) -> np.ndarray:
    """Count how often each of n rows is among the nearest of another, (n,) integers; their mean is
    k.

    Parameters
    ----------
    nearest
        (n, k) places, as `nearest_rows` returns them.
    n
        Number of rows; some may be nobody's neighbour.

    Notes
    -----
    Source: M. Radovanović, A. Nanopoulos and M. Ivanović, 2010. Notebook: 10.
    """
    return np.bincount(nearest.ravel(), minlength=n)


def shared(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the share of each row's neighbours that two lists of them have in common, whatever
    their order: (n,).

    Parameters
    ----------
    one, other
        (n, k) places of the same rows.

    Notes
    -----
    Notebook: 10.
    """
    return (one[:, :, None] == other[:, None, :]).any(axis=2).mean(axis=1)


def agreement(points: dict[str, pd.DataFrame], k: int) -> pd.DataFrame:
    """Return the mean share of common neighbours of each two representations.

    Parameters
    ----------
    points
        Name to (n_tracks, width), indexed by track. Two representations are compared on the tracks
        that both hold, and neighbours are looked for among these alone.
    k
        Number of neighbours.

    Returns
    -------
    pandas.DataFrame
        Symmetric; NaN where two representations have no more than k tracks in common.

    Notes
    -----
    Notebook: 10.
    """
    table = pd.DataFrame(np.eye(len(points)), index=list(points), columns=list(points))
    kept: dict[tuple, np.ndarray] = {}

    def neighbours(name: str, tracks: pd.Index) -> np.ndarray:
        key = (name, hash(tuple(tracks)))
        if key not in kept:
            kept[key] = nearest_rows(points[name].loc[tracks].to_numpy(), k)
        return kept[key]

    for row, one in enumerate(points):
        for other in list(points)[:row]:
            tracks = points[one].index.intersection(points[other].index).sort_values()
            share = np.nan
            if len(tracks) > k:
                share = shared(neighbours(one, tracks), neighbours(other, tracks)).mean()
            table.loc[one, other] = table.loc[other, one] = share
    return table


def share_alike(nearest: np.ndarray, kinds: np.ndarray, asking: np.ndarray | None = None,
                leave_out: np.ndarray | None = None) -> float:
    """Return the share of neighbours that are of the row's own kind.

    Parameters
    ----------
    nearest
        (n, k) places.
    kinds
        (n,) labels, such as genres.
    asking
        (n,) bool, whose neighbours are looked at; by default everybody's.
    leave_out
        (n,) labels: neighbours that share the row's own are not counted, such as those by the same
        artist.

    Returns
    -------
    float
        The mean over rows; NaN where nobody asks.

    Notes
    -----
    Notebook: 10.
    """
    alike = kinds[nearest] == kinds[:, None]
    counted = np.ones_like(alike) if leave_out is None else leave_out[nearest] != leave_out[:, None]
    rows = counted.any(axis=1) if asking is None else counted.any(axis=1) & asking
    if not rows.any():
        return float("nan")
    return float(((alike & counted)[rows].sum(axis=1) / counted[rows].sum(axis=1)).mean())
