"""The maximal information coefficient: how much a grid drawn over two variables tells of one by the
other."""

from __future__ import annotations

import numpy as np
import pandas as pd

ALPHA = 0.6
"""Exponent of the largest number of cells, B(n) = n ** 0.6; the published default."""

CLUMPS = 15
"""How many more candidates for lines there are than columns; the published default."""


def mic(x: np.ndarray, y: np.ndarray, alpha: float = ALPHA, clumps: float = CLUMPS) -> float:
    """Return the maximal information coefficient of two variables.

    Parameters
    ----------
    x, y
        (n,) numbers. Only their order counts, and which of them are equal.
    alpha
        A grid may have at most n ** `alpha` cells, and 4 at least.
    clumps
        The search for c columns starts from at most `clumps` · c places for lines.

    Returns
    -------
    float
        Between 0 and 1: 1 for a noiseless function that is nowhere constant, small for independent
        variables (about 0.13 for 1000 pairs, more for fewer: it is no estimate that has 0 as its
        mean there).

    Raises
    ------
    ValueError
        If the lengths differ, there are fewer than 4 pairs, or a value is not finite.

    Notes
    -----
    D. N. Reshef and others, "Detecting novel associations in large data sets", Science 334, 2011:
    the statistic as computed by their procedure ApproxMaxMI (supporting material, algorithms 1 to
    5). For each number of rows that hold about equally many points, the columns with the largest
    mutual information are found by dynamic programming; then the two variables change places; the
    best value of each grid size is divided by the logarithm of its shorter side.

    Notebook: 03.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 201)
    >>> round(mic(x, x**2), 3)
    1.0
    """
    return float(characteristic_matrix(x, y, alpha, clumps).max())


def mic_with(table: pd.DataFrame, target: np.ndarray, alpha: float = ALPHA,
             clumps: float = CLUMPS) -> pd.Series:
    """Return the maximal information coefficient of each column with a target.

    Parameters
    ----------
    table
        (n, n_features).
    target
        (n,) numbers; a label counts by its code.
    alpha, clumps
        As in `mic`.

    Returns
    -------
    pandas.Series
        (n_features,), indexed by column.

    Notes
    -----
    Notebook: 03.
    """
    values = {name: mic(column.to_numpy(), target, alpha, clumps) for name, column in table.items()}
    return pd.Series(values, name="MIC", dtype=float)


def characteristic_matrix(x: np.ndarray, y: np.ndarray, alpha: float = ALPHA,
                          clumps: float = CLUMPS) -> np.ndarray:
    """Return the largest normalised mutual information of each size of grid.

    Parameters
    ----------
    x, y, alpha, clumps
        As in `mic`.

    Returns
    -------
    numpy.ndarray
        (m, m) float64 in [0, 1]; row i and column j belong to grids of i + 2 rows (parts of y) and
        j + 2 columns (parts of x); 0 where such a grid would have too many cells.

    Raises
    ------
    ValueError
        As in `mic`.

    Notes
    -----
    Reshef and others, 2011, equation (2) of the supporting material: the entry of size (r, c) is
    max I / log min(r, c).

    Notebook: 03.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"Two variables of the same length are needed, not {x.shape} and "
                         f"{y.shape}.")
    if len(x) < 4:
        raise ValueError(f"There are {len(x)} pairs; at least 4 are needed.")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("A value is not finite: leave out the pairs that lack one.")
    cells = max(int(len(x) ** alpha), 4)
    by_rows = _best_columns(x, y, cells, clumps)
    by_columns = _best_columns(y, x, cells, clumps)
    return np.maximum(by_rows, by_columns.T)


def _best_columns(x: np.ndarray, y: np.ndarray, cells: int, clumps: float) -> np.ndarray:
    """Return the matrix for grids whose rows hold about equally many points and whose columns are
    searched for."""
    largest = max(cells // 2, 2)
    matrix = np.zeros((largest - 1, largest - 1))
    places_y, places_x = np.argsort(y, kind="stable"), np.argsort(x, kind="stable")
    x_sorted = x[places_x]
    for n_rows in range(2, largest + 1):
        n_columns = cells // n_rows
        row = np.empty(len(y), dtype=int)
        row[places_y] = equal_parts(y[places_y], n_rows)
        found = _columns_for(x_sorted, row[places_x], n_columns, int(max(clumps * n_columns, 1)))
        matrix[n_rows - 2, : n_columns - 1] = found
    return matrix


def _columns_for(x: np.ndarray, row: np.ndarray, n_columns: int, most: int) -> np.ndarray:
    """Return the best normalised information with 2, 3 … `n_columns` columns; `row` is each
    point's, in order of x."""
    counts = _counts_up_to(clumps_of(x, row, most), row)
    n, n_rows = counts[-1].sum(), counts.shape[1]
    if n_rows == 1 or len(counts) == 2:
        return np.zeros(n_columns - 1)  # one row, or nowhere to draw a line
    rest = _conditional_entropy(counts)
    of_rows = np.log(n) - _n_log_n(n)[counts[-1]].sum() / n
    best = rest[0]  # the points up to each place in one column
    result = []
    for column in range(2, n_columns + 1):
        # where the last column begins; it may be empty, so fewer are allowed
        best = (best[:, None] + rest).min(axis=0)
        result.append((of_rows - best[-1] / n) / np.log(min(column, n_rows)))
    return np.clip(result, 0, 1)


def _conditional_entropy(counts: np.ndarray) -> np.ndarray:
    """Return n · H(row) of the points between two places, in nats; infinite where the second comes
    before the first."""
    table = _n_log_n(counts[-1].sum())
    between = np.maximum(counts[None] - counts[:, None], 0)
    entropy = table[between.sum(axis=2)] - table[between].sum(axis=2)
    return np.where(np.tri(len(counts), k=-1, dtype=bool), np.inf, entropy)


def _n_log_n(n: int) -> np.ndarray:
    """Return 0 · log 0 = 0, 1 · log 1, … n · log n."""
    numbers = np.arange(n + 1)
    return numbers * np.log(np.maximum(numbers, 1))


def _counts_up_to(clump: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Return how many points of each row lie in the clumps before each place for a line, (n_clumps
    + 1, n_rows)."""
    counts = np.zeros((clump[-1] + 2, row.max() + 1), dtype=int)
    np.add.at(counts, (clump + 1, row), 1)
    return counts.cumsum(axis=0)


def equal_parts(ordered: np.ndarray, n_parts: int) -> np.ndarray:
    """Divide ordered values into parts of about equal size; equal values stay together.

    Parameters
    ----------
    ordered
        (n,) values in rising order.
    n_parts
        How many parts there are at most.

    Returns
    -------
    numpy.ndarray
        (n,) int, the part of each value, from 0.

    Notes
    -----
    Reshef and others, 2011, algorithm 3 (EquipartitionYAxis): a run of equal values opens a new
    part where that brings the size of the part at hand nearer to what is wanted; the wanted size is
    then that of the rest divided equally.
    """
    n = len(ordered)
    part = np.empty(n, dtype=int)
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    current, held, wanted = 0, 0, n / n_parts
    for begin, end in zip(begins, np.append(begins[1:], n)):
        size = end - begin
        if held and abs(held + size - wanted) >= abs(held - wanted):
            current, held = current + 1, 0
            wanted = (n - begin) / max(n_parts - current, 1)
        part[begin:end] = current
        held += size
    return part


def clumps_of(x: np.ndarray, row: np.ndarray, most: int) -> np.ndarray:
    """Join neighbours in x between which no line needs to be drawn.

    Parameters
    ----------
    x
        (n,) values in rising order.
    row
        (n,) row of each point, from 0.
    most
        How many clumps there are at most; more are joined to parts of about equal size.

    Returns
    -------
    numpy.ndarray
        (n,) int, the clump of each point, from 0.

    Notes
    -----
    Reshef and others, 2011, algorithms 2 and 4 (GetClumpsPartition, GetSuperclumpsPartition): a
    line between two neighbours of one row never adds information, and none can be drawn between
    equal values of x.
    """
    begins = np.flatnonzero(np.append(True, x[1:] != x[:-1]))
    sizes = np.diff(np.append(begins, len(x)))
    lowest, highest = np.minimum.reduceat(row, begins), np.maximum.reduceat(row, begins)
    # a run of equal x that lies in several rows is a clump of its own: it gets a number that no row
    # has
    kind = np.where(lowest == highest, lowest, -1 - np.arange(len(begins)))
    clump = np.repeat(np.cumsum(np.append(0, kind[1:] != kind[:-1])), sizes)
    return clump if clump[-1] < most else equal_parts(clump, most)
