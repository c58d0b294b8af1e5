"""What a feature tells of the genre: by correlation with a numbered label, and by measures that
need no numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

CANDIDATE_P = 0.01
"""A feature whose Pearson or Spearman p lies above this is a candidate for removal."""

LEAST_MIC = 0.05
"""A candidate is removed if its maximal information coefficient lies below this."""


def coded(labels: Sequence[str], order: Sequence[str]) -> np.ndarray:
    """Return the place of each label in an order: (n,) int64.

    Raises
    ------
    ValueError
        If a label is missing from the order.

    Notes
    -----
    Notebook: 03.
    """
    place = {label: k for k, label in enumerate(order)}
    if missing := sorted({str(label) for label in labels} - {str(label) for label in place}):
        raise ValueError(f"The label {missing[0]!r} is not in the order "
                         f"{', '.join(map(str, order))}.")
    return np.array([place[label] for label in labels], dtype=np.int64)


def label_correlation(table: pd.DataFrame, codes: np.ndarray) -> pd.DataFrame:
    """Correlate each feature with the label, written as a number.

    Parameters
    ----------
    table
        (n, n_features), no column constant.
    codes
        (n,) numbers that stand for the labels; the result depends on which number stands for which.

    Returns
    -------
    pandas.DataFrame
        (n_features, 4): `pearson`, `pearson_p`, `spearman`, `spearman_p`; p is two-sided.

    Raises
    ------
    ValueError
        If a column or the label is constant.

    Notes
    -----
    Cortis, section III.B, names both tests. For a label without an order they are unsound: notebook
    03 shows why.

    Notebook: 03.
    """
    from scipy.stats import pearsonr, rankdata

    values, codes = table.to_numpy(dtype=float), np.asarray(codes, dtype=float)
    flat = table.columns[(values == values[:1]).all(axis=0)]
    if len(flat) or (codes == codes[0]).all():
        raise ValueError(f"{flat[0] if len(flat) else 'The label'} is constant: nothing correlates "
                         "with it.")
    linear = pearsonr(values, codes[:, None], axis=0)
    ranked = pearsonr(rankdata(values, axis=0), rankdata(codes)[:, None], axis=0)
    found = {"pearson": linear.statistic, "pearson_p": linear.pvalue, "spearman": ranked.statistic,
             "spearman_p": ranked.pvalue}
    return pd.DataFrame(found, index=table.columns)


def label_information(table: pd.DataFrame, labels: Sequence[str], seed: int = 0) -> pd.DataFrame:
    """Say what each feature tells of a label that has no order.

    Parameters
    ----------
    table
        (n, n_features).
    labels
        (n,) names of classes.
    seed
        For the tiny noise that the estimate of information uses to part equal values.

    Returns
    -------
    pandas.DataFrame
        (n_features, 3): `f`, the ratio of the variance between classes to that within (one-way
        ANOVA); `f_p`; and `information`, the mutual information in bits.

    Notes
    -----
    The mutual information is estimated by nearest neighbours (B. C. Ross, "Mutual information
    between discrete and continuous data sets", 2014). Neither measure changes when the classes are
    renamed.

    Notebook: 03.
    """
    from sklearn.feature_selection import f_classif, mutual_info_classif

    with np.errstate(divide="ignore", invalid="ignore"):
        f, p = f_classif(table, labels)
    nats = mutual_info_classif(table, labels, discrete_features=False, random_state=seed)
    return pd.DataFrame({"f": f, "f_p": p, "information": nats / np.log(2)}, index=table.columns)


def unrelated(correlation: pd.DataFrame, mic: pd.Series, p: float = CANDIDATE_P,
              least: float = LEAST_MIC) -> pd.Index:
    """Return the features that the paper's filter removes as unrelated to the label.

    Parameters
    ----------
    correlation
        As from `label_correlation`.
    mic
        Maximal information coefficient of each feature with the label.
    p, least
        A feature is removed if `pearson_p` or `spearman_p` lies above `p` and its coefficient below
        `least`.

    Notes
    -----
    Cortis, section III.B, names the tests but no limits; these are those of a course of the same
    university whose steps the paper follows.

    Notebook: 03.
    """
    candidate = (correlation["pearson_p"] > p) | (correlation["spearman_p"] > p)
    return correlation.index[candidate & (mic.reindex(correlation.index) < least)]
