"""Many methods on equal ground: the same tracks, one answer per track, one bootstrap for all."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone
from sklearn.model_selection import GridSearchCV, PredefinedSplit, StratifiedGroupKFold

from claimbook.estimates import CHUNK
from claimbook.predictions import PARTS, Predictions
from claimbook.rules import holm
from genrelab.evaluation.protocols import fold_groups
from genrelab.evaluation.scores import weighted_f1
from genrelab.runtime import cached, code_version, generator
from reproductions.probing import fold_number


def track_answers(record: Predictions, part: str = "test") -> pd.DataFrame:
    """Return one answer a track, seed and fold: of segments the label with the largest mean
    probability.

    Parameters
    ----------
    record
        Kept predictions. Where no probabilities were kept, the label that most segments were given
        (of equals the first).
    part
        Whose rows.

    Returns
    -------
    pandas.DataFrame
        `track`, `truth`, `predicted`, and `weight`: a track that was answered several times (seeds,
        shuffles) weighs one in all.

    Notes
    -----
    Notebook: 09.
    """
    rows = np.flatnonzero(record.part == PARTS.index(part))
    table = pd.DataFrame({name: getattr(record, name)[rows]
                          for name in ("track", "seed", "fold", "truth")})
    n_labels = len(record.labels)
    if not record.in_segments:
        table["predicted"] = record.predicted[rows]
    else:
        group = table.groupby(["track", "seed", "fold"], sort=True).ngroup().to_numpy()
        said = (record.scores(rows) if len(record.probabilities)
                else np.eye(n_labels)[record.predicted[rows]])
        sums = np.zeros((group.max(initial=-1) + 1, n_labels))
        np.add.at(sums, group, said)
        table = (table.iloc[np.unique(group, return_index=True)[1]]
                 .assign(predicted=sums.argmax(axis=1)))
    weight = 1 / table.groupby("track")["track"].transform("size")
    return pd.DataFrame(
        {"track": record.tracks[table["track"]], "truth": record.labels[table["truth"]],
         "predicted": record.labels[table["predicted"]], "weight": weight.to_numpy()})


class Standings(NamedTuple):
    """How methods stand to each other.

    Attributes
    ----------
    methods
        One row a method, best first: `accuracy`, `low`, `high` (95 % over artists), `f1` (weighted)
        and `first`: the share of draws in which it is first.
    pairs
        One row a pair, the better one first: `better`, `worse`, `difference`, `low`, `high`, `p`,
        `p_holm`.
    n_tracks, n_artists
        What all of this rests on.
    """

    methods: pd.DataFrame
    pairs: pd.DataFrame
    n_tracks: int
    n_artists: int


def standings(records: Mapping[str, Predictions], draws: int = 10_000) -> Standings:
    """Compare methods on the tracks that all of them have answered.

    Parameters
    ----------
    records
        Name to kept predictions.
    draws
        Number of bootstrap draws of artists; the same draws for all methods. The smallest p is 2 /
        (draws + 1), so Holm's correction for m pairs needs well over 40 · m draws.

    Raises
    ------
    ValueError
        If there are fewer than two methods, or no track is shared by all.

    Notes
    -----
    Notebook: 09.
    """
    if len(records) < 2:
        raise ValueError(f"There are {len(records)} methods to compare; two are needed at least.")
    answers = {name: track_answers(record) for name, record in records.items()}
    tracks = sorted(set.intersection(*(set(table["track"]) for table in answers.values())))
    if not tracks:
        raise ValueError("No track was answered by all methods. Compare records of one protocol "
                         "and corpus.")
    clusters = {t: c for record in records.values()
                for t, c in zip(record.tracks.tolist(), record.clusters.tolist())}
    right, f1 = {}, {}
    for name, table in answers.items():
        table = table[table["track"].isin(tracks)]
        hit = table["weight"] * (table["truth"] == table["predicted"])
        right[name] = hit.groupby(table["track"]).sum().loc[tracks].to_numpy()
        labels = sorted(set(table["truth"]) | set(table["predicted"]))
        counts = pd.crosstab(table["truth"], table["predicted"], table["weight"], aggfunc="sum")
        f1[name] = float(weighted_f1(counts.reindex(index=labels, columns=labels)
                                     .fillna(0).to_numpy()))
    names, shares = list(right), np.stack(list(right.values()), axis=1)
    artists = np.array([clusters[track] for track in tracks])
    drawn = drawn_means(shares, artists, draws)
    value = shares.mean(axis=0)
    order = np.argsort(-value, kind="stable")
    leads = drawn == drawn.max(axis=1, keepdims=True)  # methods that tie in a draw share it
    first = (leads / leads.sum(axis=1, keepdims=True)).mean(axis=0)
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    columns = {"accuracy": value, "low": low, "high": high,
               "f1": [f1[name] for name in names], "first": first}
    methods = pd.DataFrame(columns, index=pd.Index(names, name="method")).iloc[order]
    return Standings(methods, _pairs(names, value, drawn, order), len(tracks),
                     len(set(artists.tolist())))


def drawn_means(shares: np.ndarray, clusters: np.ndarray, draws: int) -> np.ndarray:
    """Return the mean over tracks of each column on each draw of clusters, (draws, n_columns)
    float32.

    Parameters
    ----------
    shares
        (n_tracks, n_columns): how often each track was right, by each method.
    clusters
        (n_tracks,) artist of each track.
    draws
        Number of bootstrap draws; all columns share them.
    """
    _, place = np.unique(clusters, return_inverse=True)
    n = int(place.max()) + 1
    sums = np.zeros((n, shares.shape[1] + 1))
    np.add.at(sums, place, np.column_stack([shares, np.ones(len(shares))]))
    chance, drawn = generator(0, "standings"), []
    for begin in range(0, draws, CHUNK):
        found = chance.multinomial(n, np.full(n, 1 / n), size=min(CHUNK, draws - begin)) @ sums
        drawn.append((found[:, :-1] / found[:, -1:]).astype(np.float32))
    return np.concatenate(drawn)


def answers_of(model: BaseEstimator, settings: Mapping[str, Sequence], table: pd.DataFrame,
               tracks: pd.DataFrame, shuffles: Sequence[int]) -> dict[str, pd.DataFrame]:
    """Let a classifier of scikit-learn answer under both protocols, its settings chosen where no
    test track is seen.

    Parameters
    ----------
    model
        A pipeline that scales and classifies.
    settings
        What is tried, as `GridSearchCV` takes it; empty for none.
    table
        (n_tracks, n_features), one row a track, indexed by track.
    tracks
        Rows of `Corpus.tracks` in the same order, without removed ones.
    shuffles
        Seeds of the artist-grouped folds.

    Returns
    -------
    dict
        ``"ff"``: fitted on train, settings chosen on valid, test answered. ``"ag"``: all tracks
        answered from folds without their artists, settings chosen in inner folds that part artists,
        too. Tables as `Ledger.record` takes them; kept in the cache.

    Notes
    -----
    Notebook: 09.
    """
    x, y, groups = table.to_numpy(), tracks["genre"].to_numpy(), fold_groups(tracks).to_numpy()
    about = "|".join([*tracks.index, *y, *groups, *tracks["split"]])
    key = {"values": hashlib.sha1(np.ascontiguousarray(x).tobytes() + about.encode()).hexdigest(),
           "model": f"{model!r} scikit-learn {version('scikit-learn')}",
           "settings": {name: list(values) for name, values in settings.items()}, "shuffles": [
               int(seed) for seed in shuffles], "code": code_version(sys.modules[__name__])}
    return cached("plain_answers",
                  lambda: _answered(model, settings, x, y, groups, tracks, shuffles), **key)


def _answered(model, settings, x, y, groups, tracks, shuffles) -> dict[str, pd.DataFrame]:
    part = tracks["split"].to_numpy()
    train, valid, test = (np.flatnonzero(part == name) for name in ("train", "valid", "test"))
    known = np.concatenate([train, valid])
    held_out = PredefinedSplit(np.where(np.isin(known, valid), 0, -1))
    search = GridSearchCV(model, dict(settings), cv=held_out, refit=False).fit(x[known], y[known])
    best = clone(model).set_params(**search.best_params_).fit(x[train], y[train])
    found = {"ff": _said(tracks.iloc[test], best.predict(x[test]))}
    tables, n_folds = [], fold_number(tracks)
    for shuffle, seed in enumerate(shuffles):
        divide = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
        for learned, tested in divide.split(x, y, groups):
            inner = divide.split(x[learned], y[learned], groups[learned])
            search = GridSearchCV(model, dict(settings), cv=list(inner)).fit(x[learned], y[learned])
            tables.append(_said(tracks.iloc[tested], search.predict(x[tested]))
                          .assign(fold=shuffle))
    found["ag"] = pd.concat(tables)
    return found


def _said(rows: pd.DataFrame, labels: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"track": rows.index, "truth": rows["genre"].to_numpy(),
                         "predicted": labels})


def _pairs(names: list[str], value: np.ndarray, drawn: np.ndarray,
           order: np.ndarray) -> pd.DataFrame:
    """Return the differences of all pairs, with p adjusted for their number."""
    rows = []
    for place, better in enumerate(order):
        for worse in order[place + 1 :]:
            gap = drawn[:, better] - drawn[:, worse]
            low, high = np.percentile(gap, [2.5, 97.5])
            tail = min((gap <= 0).sum(), (gap >= 0).sum())
            p = min(1.0, 2 * (tail + 1) / (len(gap) + 1))
            rows.append((names[better], names[worse], value[better] - value[worse], low, high, p))
    table = pd.DataFrame(rows, columns=["better", "worse", "difference", "low", "high", "p"])
    return table.assign(p_holm=holm(table["p"]))
