"""Boruta: a feature is relevant if it beats the best of features that were shuffled until they mean
nothing."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version

import numpy as np
import pandas as pd

from genrelab.runtime import cached, code_version, generator, parallel_cached

STATES = ("rejected", "tentative", "confirmed")

DEPTH = 5
"""How deep the trees grow at most."""


def shuffled_copies(table: pd.DataFrame, count: int, seed: int = 0) -> pd.DataFrame:
    """Return copies of some columns with their values in random order, as a test of any selection.

    Parameters
    ----------
    table
        (n, n_features).
    count
        How many copies; they are taken from columns spread evenly over the table.
    seed
        Seed of the order.

    Returns
    -------
    pandas.DataFrame
        (n, count), named ``shuffled_1`` …; each has its column's distribution and knows nothing of
        the genre.

    Notes
    -----
    Notebook: 03.
    """
    chance = generator(seed, "shuffled copies")
    chosen = np.linspace(0, len(table.columns) - 1, count).round().astype(int)
    copies = {f"shuffled_{k}": chance.permutation(table.iloc[:, place])
              for k, place in enumerate(chosen, start=1)}
    return pd.DataFrame(copies, index=table.index)


def boruta(table: pd.DataFrame, labels: Sequence[str], rounds: int = 100,
           seed: int = 0) -> pd.Series:
    """Part features into relevant ones and others.

    Parameters
    ----------
    table
        (n, n_features).
    labels
        (n,) names of classes.
    rounds
        How many forests are grown at most; fewer if every feature is decided earlier.
    seed
        Seed of shuffles and forests.

    Returns
    -------
    pandas.Series
        (n_features,) one of `STATES`, indexed by feature.

    Raises
    ------
    ModuleNotFoundError
        If the package Boruta is not installed.

    Notes
    -----
    M. B. Kursa and W. R. Rudnicki, "Feature selection with the Boruta package", 2010; computed by
    the Python package Boruta at its defaults (its best shuffled copy is the bar; level 0.05). The
    paper (Cortis, sections III.B and IV.B) tells no setting; forests of depth 5 with balanced
    classes are those of a course of the same university.

    Notebook: 03.
    """
    from boruta import BorutaPy
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(class_weight="balanced", max_depth=DEPTH, n_jobs=1)
    search = BorutaPy(forest, n_estimators="auto", max_iter=rounds, random_state=seed)
    codes = np.unique(np.asarray(labels, dtype=str), return_inverse=True)[1]
    search.fit(table.to_numpy(dtype=float), codes)
    found = np.where(search.support_, 2, np.where(search.support_weak_, 1, 0))
    return pd.Series(np.array(STATES)[found], index=table.columns)


def boruta_by_holdout(table: pd.DataFrame, labels: Sequence[str], holdouts: Sequence[np.ndarray],
                      rounds: int = 100, seed: int = 0) -> pd.DataFrame:
    """Run `boruta` on the train part of each holdout, in parallel; what was found is kept.

    Parameters
    ----------
    table, labels, rounds
        As in `boruta`.
    holdouts
        For each holdout the (n_train,) rows of its train part; the others are never looked at.
    seed
        Holdout k runs with `seed` + k.

    Returns
    -------
    pandas.DataFrame
        (n_features, n_holdouts), the states.

    Notes
    -----
    Notebook: 03.
    """
    labels = np.asarray(labels, dtype=str)
    jobs = [(table.iloc[rows], labels[rows], seed + k) for k, rows in enumerate(holdouts)]
    run = partial(_kept, rounds=rounds)
    keys = [_key(*job, rounds) for job in jobs]
    found = parallel_cached("boruta", run, jobs, keys, "Boruta")
    return pd.concat(found, axis=1, keys=range(len(jobs)))


def _kept(job: tuple[pd.DataFrame, np.ndarray, int], rounds: int) -> pd.Series:
    table, labels, seed = job
    return cached("boruta", lambda: boruta(table, labels, rounds, seed),
                  **_key(table, labels, seed, rounds))


def _key(table: pd.DataFrame, labels: np.ndarray, seed: int, rounds: int) -> dict:
    content = hashlib.sha1(np.ascontiguousarray(table.to_numpy(dtype=float)).tobytes())
    content.update("\n".join([*table.columns, *labels]).encode())
    packages = {name: version(name) for name in ("boruta", "scikit-learn")}
    code = code_version(sys.modules[__name__])
    return {"content": content.hexdigest(), "seed": seed, "rounds": rounds, "code": code,
            **packages}
