"""Many trainings of small networks: every model under every split, side by side, each kept as soon
as it is done."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.preprocessing import RobustScaler, StandardScaler

from claimbook.ledger import Ledger
from genrelab.corpora import Corpus
from genrelab.evaluation.audits import Audit, audit
from genrelab.evaluation.holdouts import UNUSED, Split
from genrelab.models import convolutional, perceptron, supervised, two_branches
from genrelab.models.supervised import (
    Recipe,
    Rows,
    Standardise,
    fit,
    logits,
    new_model,
    probabilities,
)
from genrelab.runtime import cache_folder, cached, code_version, parallel_cached
from genrelab.training import best_device, recipe_hash

SCALERS: Mapping[str, Callable | None] = {
    "robust": RobustScaler,
    "standard": StandardScaler,
    "none": None,
}

UNITS, LAYERS, DROPOUTS = (8, 256), (1, 6), (0.3, 0.4, 0.5)
"""What is tried for each hidden layer of a tuned perceptron, and for their number."""

TRIAL = {"epochs": 30, "patience": 5}
"""A trial is shorter than a training: it only has to tell good sizes from bad ones."""


class Data(NamedTuple):
    """What networks learn from; all arrays have the same rows.

    Attributes
    ----------
    labels
        (n_rows,) integers.
    table
        (n_rows, n_features) numbers, or None.
    pictures
        (n_rows, rows, frames) of any type, or None.
    heard
        Other pictures that only the test rows are taken from, such as those of sound with noise on
        it; or None.

    Notes
    -----
    Notebook: 04 and 09.
    """

    labels: np.ndarray
    table: np.ndarray | None = None
    pictures: np.ndarray | None = None
    heard: np.ndarray | None = None

    @property
    def content(self) -> str:
        """A short name of all the numbers."""
        digest = hashlib.sha1()
        for values in self:
            digest.update(b"|" if values is None else f"{values.dtype}{values.shape}".encode())
            digest.update(b"" if values is None else np.ascontiguousarray(values).tobytes())
        return digest.hexdigest()[:16]


class Job(NamedTuple):
    """One training.

    Attributes
    ----------
    recipe
        How; its seed is that of the split, whatever it says.
    split
        On which rows.
    columns
        Which columns of the table are used; None for all.
    scaling
        ``"robust"`` (median and quartiles of the train rows), ``"standard"`` or ``"none"``: of the
        table.
    trials
        How many settings of a perceptron are tried on the validation rows first; 0 takes the recipe
        as it is.
    refit
        Whether, after the validation rows have told how many epochs are best, a new network is
        trained for so many on train and validation rows together.

    Notes
    -----
    Notebook: 04 and 09.
    """

    recipe: Recipe
    split: Split
    columns: tuple[int, ...] | None = None
    scaling: str = "robust"
    trials: int = 0
    refit: bool = False


class Fit(NamedTuple):
    """What came of a training.

    Attributes
    ----------
    split, recipe
        The rows, and what was trained (for tuned networks: what was chosen).
    probabilities
        (n_rows, n_classes) float16; rows that the split leaves out are 0.
    heard
        The same for `Data.heard`, or None.
    codes
        (n_rows, width) float16: what the last hidden layer says.
    history
        See `genrelab.models.supervised.fit`.
    seconds
        Of the training, and of the trials before it.
    """

    split: Split
    recipe: Recipe
    probabilities: np.ndarray
    heard: np.ndarray | None
    codes: np.ndarray
    history: list[dict[str, float]]
    seconds: float


def fit_all(jobs: Sequence[Job], data: Data, describe: str) -> list[Fit]:
    """Train networks side by side; what an earlier run has trained is taken from the cache.

    Parameters
    ----------
    jobs
        Trainings.
    data
        What all of them learn from.
    describe
        Two or three words for the progress bar.

    Notes
    -----
    A training that was cut off goes on at its last epoch, a search for settings at its last trial.

    Notebook: 04.
    """
    for job in jobs:
        if job.scaling not in SCALERS:
            raise ValueError(f"There is no scaling {job.scaling!r}. Choose one of "
                             f"{', '.join(SCALERS)}.")
        if job.recipe.network != "mlp" and not job.recipe.filters:
            raise ValueError(f"The recipe of a {job.recipe.network} names no filters. Give one "
                             "number for each block.")
    jobs = [job._replace(recipe=job.recipe._replace(seed=job.split.seed)) for job in jobs]
    content = data.content
    searches = {_search_key(job, content): job for job in jobs if job.trials}
    work = partial(_search, data=data, content=content)
    keys = [_key(job, content, "search") for job in searches.values()]
    found = parallel_cached(
        "network_search", work, list(searches.values()), keys, f"{describe}: settings"
    )
    chosen = {name: Recipe(**told) for name, (told, _) in zip(searches, found)}
    cost = {name: seconds for name, (_, seconds) in zip(searches, found)}
    ready, spent = [], []
    for job in jobs:
        recipe = chosen[_search_key(job, content)] if job.trials else job.recipe
        ready.append(job._replace(recipe=recipe._replace(seed=job.split.seed), trials=0))
        # a search is paid for once
        spent.append(cost.pop(_search_key(job, content), 0.0) if job.trials else 0.0)
    keys = [_key(job, content, "fit") for job in ready]
    results = parallel_cached(
        "networks", partial(_fit, data=data, content=content), ready, keys, describe
    )
    return [
        Fit(job.split, job.recipe, *found[:4], found[4] + seconds)
        for job, found, seconds in zip(ready, results, spent)
    ]


def record_fits(
    ledger: Ledger,
    name: str,
    protocol: str,
    fits: Sequence[Fit],
    rows: pd.DataFrame,
    corpus: Corpus,
    *,
    with_train: bool = False,
    heard: bool = False,
    **about: Any,
) -> None:
    """Hand the answers of networks to the ledger, with an audit of each split.

    Parameters
    ----------
    ledger, name, protocol
        Where.
    fits
        Of the same arm, one or more for each split.
    rows
        The columns `track`, `genre` and, where a row is a piece of a track, `segment`.
    corpus
        That the rows are from.
    with_train
        Whether answers on the train rows are kept, too.
    heard
        Whether the answers are those on `Data.heard`.
    **about
        Further arguments of `Ledger.record`.

    Notes
    -----
    Notebook: 04 and 09.
    """
    parts = ("train", "test") if with_train else ("test",)
    genres = sorted(rows["genre"].unique())
    tables = []
    for one in fits:
        for part in parts:
            places = one.split.rows(part)
            said = (one.heard if heard else one.probabilities)[places].astype(np.float64)
            table = (
                rows.iloc[places]
                .rename(columns={"genre": "truth"})
                .assign(part=part, **dict(zip(genres, said.T)))
            )
            tables.append(table.assign(seed=one.split.seed, fold=one.split.fold))
    about.setdefault("converged", at_rest(fits))
    about.setdefault("minutes", round(sum(one.seconds for one in fits) / 60, 2))
    about.setdefault("device", best_device().type)
    ledger.record(name, protocol, pd.concat(tables), leaks=audits_of(fits, rows, corpus), **about)


def at_rest(fits: Sequence[Fit], least: float = 0.01) -> bool:
    """Tell whether trainings had come to rest: on average they gain less than 0.01 over their last
    fifth.

    What is looked at is the accuracy on the validation rows; a training that ended by itself gains
    nothing more. The mean is taken because one holdout's few validation rows jump by as much.

    Notebook: 09.
    """
    gains = []
    for one in fits:
        seen = [entry["accuracy"] for entry in one.history]
        before = len(seen) - max(1, len(seen) // 5)
        ended = len(seen) < one.recipe.epochs
        gains.append(
            0.0 if ended or not before else max(max(seen[before:]) - max(seen[:before]), 0)
        )
    return float(np.mean(gains)) < least


def modules_of(recipe: Recipe) -> tuple[ModuleType, ...]:
    """Return the modules whose code decides what becomes of a recipe.

    Notebook: 04 and 09.
    """
    if recipe.network == "mlp":
        return perceptron, supervised
    return (perceptron, convolutional, supervised) + (
        (two_branches,) if recipe.network != "cnn" else ()
    )


def audits_of(fits: Sequence[Fit], rows: pd.DataFrame, corpus: Corpus) -> list[Audit]:
    """Return one audit for each different split of the fits."""
    splits = {one.split.part.tobytes(): one.split.part for one in fits}
    audits = []
    for part in splits.values():
        dealt = pd.Series(np.where(part == UNUSED, None, part), rows["track"].to_numpy())
        audits.append(audit(dealt, corpus))
    return audits


# --- in the workers -------------------------------------------------------------------------------


def _fit(job: Job, data: Data, content: str) -> tuple:
    key = _key(job, content, "fit")
    checkpoint = _checkpoint(key)

    def work() -> tuple:
        model, rows, history, seconds = _train(job, data, checkpoint)
        used = np.flatnonzero(job.split.part != UNUSED)
        said, codes = (
            _everywhere(probabilities(model, rows, used), used, data),
            logits(model, rows, used, "code"),
        )
        heard = None
        if data.heard is not None:
            test = job.split.rows("test")
            other = Rows([*rows.inputs[:-1], data.heard], rows.scales)
            heard = _everywhere(probabilities(model, other, test), test, data)
        return said, heard, _everywhere(codes.cpu().numpy(), used, data), history, seconds

    found = cached("networks", work, **key)
    # what is asked of the network is kept now, and its weights are not
    checkpoint.unlink(missing_ok=True)
    return found


def _checkpoint(key: dict[str, Any]) -> Path:
    return cache_folder() / "training" / f"{recipe_hash(key)}.pt"


def _train(job: Job, data: Data, checkpoint: Path) -> tuple:
    labels = data.labels
    train, valid = job.split.rows("train"), job.split.rows("valid")
    inputs, scales = [], []
    if job.recipe.network in ("mlp", "mmnn"):
        inputs.append(scaled(data.table[:, job.columns or slice(None)], train, job.scaling))
        scales.append(None)
    if job.recipe.network != "mlp":
        inputs += [data.pictures] * (2 if job.recipe.network == "cnn_lstm" else 1)
        scales += [Standardise.of(data.pictures, train)] * (len(inputs) - len(scales))
    shapes, n_classes = [values.shape[1:] for values in inputs], int(labels.max()) + 1
    model = new_model(job.recipe, shapes, n_classes)
    rows = Rows(inputs, scales)
    training = fit(
        model, rows, labels, train, valid, job.recipe, checkpoint, {"job": checkpoint.stem}
    )
    if not job.refit:
        return model, rows, training.history, training.seconds
    epochs = int(np.argmax(training.column("score"))) + 1
    both, recipe = (
        np.concatenate([train, valid]),
        job.recipe._replace(epochs=epochs, patience=epochs),
    )
    model = new_model(recipe, shapes, n_classes)
    again = fit(model, rows, labels, both, both, recipe)
    return model, rows, training.history, training.seconds + again.seconds


def scaled(table: np.ndarray, train: np.ndarray, scaling: str = "robust") -> np.ndarray:
    """Scale the columns of a table by its train rows, (n_rows, n_columns) float32; the names are
    those of `SCALERS`.

    Notebook: 04.
    """
    scaler = SCALERS[scaling]
    return (scaler().fit(table[train]).transform(table) if scaler else table).astype(np.float32)


def _search(job: Job, data: Data, content: str) -> tuple[dict, float]:
    """Look for the settings of a perceptron by the tree-structured Parzen estimator; each trial is
    kept."""

    def work() -> tuple[dict, float]:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        spent = []

        def objective(trial: optuna.Trial) -> float:
            layers = trial.suggest_int("layers", *LAYERS)
            hidden = tuple(trial.suggest_int(f"units {k}", *UNITS) for k in range(layers))
            dropout = tuple(
                trial.suggest_categorical(f"dropout {k}", DROPOUTS) for k in range(layers)
            )
            score, seconds = _trial(
                job, job.recipe._replace(hidden=hidden, dropout=dropout), data, content
            )
            spent.append(seconds)
            trial.set_user_attr("recipe", {"hidden": hidden, "dropout": dropout})
            return score

        study = optuna.create_study(
            direction="maximize", sampler=optuna.samplers.TPESampler(seed=0)
        )
        study.optimize(objective, n_trials=job.trials)
        told = study.best_trial.user_attrs["recipe"]
        best = {name: tuple(values) for name, values in told.items()}
        return job.recipe._replace(**best)._asdict(), sum(spent)

    return cached("network_search", work, **_key(job, content, "search"))


def _trial(job: Job, recipe: Recipe, data: Data, content: str) -> tuple[float, float]:
    """Return the accuracy on the validation rows at the epoch of the lowest loss, and the
    seconds."""
    job = job._replace(recipe=recipe._replace(**TRIAL, seed=0), trials=0)
    key = _key(job, content, "trial")

    def work() -> tuple[float, float]:
        *_, history, seconds = _train(job, data, _checkpoint(key))
        return kept_accuracy(history), seconds

    found = cached("network_search", work, **key)
    _checkpoint(key).unlink(missing_ok=True)
    return found


def kept_accuracy(history: Sequence[Mapping[str, float]]) -> float:
    """Return the accuracy on the validation rows at the epoch whose weights are kept."""
    return max(history, key=lambda entry: entry["score"])["accuracy"]


def _everywhere(values: np.ndarray, places: np.ndarray, data: Data) -> np.ndarray:
    full = np.zeros((len(data.labels), values.shape[1]), np.float16)
    full[places] = values
    return full


def _search_key(job: Job, content: str) -> str:
    return recipe_hash(_key(job, content, "search")) if job.trials else ""


def _key(job: Job, content: str, kind: str) -> dict[str, Any]:
    recipe, more = job.recipe, {"refit": True} if job.refit else {}
    if kind == "search":
        recipe, more = (
            recipe._replace(seed=0),
            {"space": [UNITS, LAYERS, DROPOUTS], "optuna": version("optuna")},
        )
    return more | {
        "what": kind,
        "recipe": recipe._asdict(),
        "rows": hashlib.sha1(job.split.part.astype("U5").tobytes()).hexdigest(),
        "columns": None if job.columns is None else [int(column) for column in job.columns],
        "scaling": job.scaling,
        "trials": job.trials,
        "data": content,
        "code": code_version(*modules_of(job.recipe)),
    }
