"""Features that say the same as another."""

from __future__ import annotations

import numpy as np
import pandas as pd

ALIKE = 0.95
"""Two features with a larger correlation, of either sign, say the same."""

BINS = 20
"""Bins of equal width over which the entropy of a feature is taken."""


def shannon_entropy(values: np.ndarray, bins: int = BINS) -> float:
    """Return the entropy of a feature's histogram in bits.

    Parameters
    ----------
    values
        (n,) numbers.
    bins
        Number of bins of equal width from the smallest to the largest value.

    Returns
    -------
    float
        Between 0 (all in one bin) and log2 of `bins`. A feature with a few outliers has most values
        in few bins, and so a low entropy.

    Notes
    -----
    The paper does not say how it takes the entropy of a continuous feature; the bins are our
    choice.

    Notebook: 03.
    """
    values = np.asarray(values, dtype=float)
    if values.min() == values.max():
        return 0.0
    share = np.histogram(values, bins)[0] / len(values)
    share = share[share > 0]
    return float(-(share * np.log2(share)).sum())


def redundant(table: pd.DataFrame, alike: float = ALIKE, p: float = 0.01,
              bins: int = BINS) -> pd.DataFrame:
    """Find features that another one makes superfluous.

    Parameters
    ----------
    table
        (n, n_features), no column constant, n at least 3.
    alike, p
        A pair is redundant if the absolute Pearson correlation lies above `alike` and its p below
        `p`.
    bins
        As in `shannon_entropy`.

    Returns
    -------
    pandas.DataFrame
        One row for each feature to drop, indexed by its name: `kept`, the feature that stays for
        it, and `r`, their correlation. Pairs are settled from the most alike on; of two features
        the one with the lower entropy goes (of equals the later), and a feature that has gone takes
        no other with it.

    Notes
    -----
    Cortis, section III.B: features correlated with others "carry the same kind of information and
    result redundant". The rule by entropy and the limits are those of a course of the same
    university.

    Notebook: 03.
    """
    from scipy.stats import pearsonr

    entropy = {name: shannon_entropy(column.to_numpy(), bins) for name, column in table.items()}
    matrix = np.corrcoef(table.to_numpy(dtype=float), rowvar=False)
    first, second = np.triu_indices(len(table.columns), 1)
    order = np.argsort(-np.abs(matrix[first, second]), kind="stable")
    gone: dict[str, tuple[str, float]] = {}
    for one, other in zip(table.columns[first[order]], table.columns[second[order]]):
        r, chance = pearsonr(table[one], table[other])
        if abs(r) <= alike:
            break
        if one in gone or other in gone or chance >= p:
            continue
        drop, keep = (one, other) if entropy[one] < entropy[other] else (other, one)
        gone[drop] = keep, float(r)
    return pd.DataFrame(gone, index=["kept", "r"]).T.rename_axis("dropped")
