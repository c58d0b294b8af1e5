"""What decides a training of a network: inputs, scaling, search for settings, what is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from sklearn.preprocessing import RobustScaler, StandardScaler

from genrelab.evaluation.holdouts import UNUSED, Split
from genrelab.models import convolutional, perceptron, supervised, two_branches
from genrelab.models.supervised import Recipe, Rows, Standardise, logits, probabilities
from genrelab.runtime import code_version
from reproductions.trainings import Training, run

SCALERS = {"robust": RobustScaler, "standard": StandardScaler, "none": None}

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


def answering(job: Job, content: str) -> Training:
    """Return the training of a network, of which its answers are kept.

    Parameters
    ----------
    job
        Without trials.
    content
        See `Data.content`.
    """
    return Training("networks", _key(job, content, "fit"), job, _answers)


def searching(job: Job, content: str) -> Training:
    """Return the search for the settings of a perceptron, of which the best recipe and the seconds
    are kept."""
    more = {"space": [UNITS, LAYERS, DROPOUTS], "optuna": version("optuna")}
    whatever_seed = job._replace(recipe=job.recipe._replace(seed=0))
    key = more | _key(whatever_seed, content, "search")
    return Training("network_search", key, job, _search)


def modules_of(recipe: Recipe) -> tuple[ModuleType, ...]:
    """Return the modules whose code kept trainings of a recipe are known by."""
    if recipe.network == "mlp":
        return perceptron, supervised
    branches = (two_branches,) if recipe.network != "cnn" else ()
    return (perceptron, convolutional, supervised, *branches)


def _key(job: Job, content: str, kind: str) -> dict[str, Any]:
    columns = None if job.columns is None else [int(column) for column in job.columns]
    more = {"refit": True} if job.refit else {}
    return more | {"what": kind, "recipe": job.recipe._asdict(),
                   "rows": hashlib.sha1(job.split.part.astype("U5").tobytes()).hexdigest(),
                   "columns": columns, "scaling": job.scaling, "trials": job.trials,
                   "data": content, "code": code_version(*modules_of(job.recipe))}


# --- in the workers -------------------------------------------------------------------------------


def _answers(job: Job, data: Data, folder: Path) -> tuple:
    """Train a network; return its probabilities, those on `Data.heard`, its codes, the history and
    the seconds."""
    model, rows, history, seconds = train(job, data, folder)
    used = np.flatnonzero(job.split.part != UNUSED)
    found = _everywhere(probabilities(model, rows, used), used, data)
    codes = _everywhere(logits(model, rows, used, "code").cpu().numpy(), used, data)
    heard = None
    if data.heard is not None:
        test = job.split.rows("test")
        other = Rows([*rows.inputs[:-1], data.heard], rows.scales)
        heard = _everywhere(probabilities(model, other, test), test, data)
    return found, heard, codes, history, seconds


def train(job: Job, data: Data, folder: Path) -> tuple:
    """Train a network, with a checkpoint in a folder; return it, its inputs, the history and the
    seconds."""
    labels = data.labels
    learn, watch = job.split.rows("train"), job.split.rows("valid")
    inputs, scales = [], []
    if job.recipe.network in ("mlp", "mmnn"):
        inputs.append(scaled(data.table[:, job.columns or slice(None)], learn, job.scaling))
        scales.append(None)
    if job.recipe.network != "mlp":
        inputs += [data.pictures] * (2 if job.recipe.network == "cnn_lstm" else 1)
        scales += [Standardise.of(data.pictures, learn)] * (len(inputs) - len(scales))
    shapes, n_classes = [values.shape[1:] for values in inputs], int(labels.max()) + 1
    model = supervised.new_model(job.recipe, shapes, n_classes)
    rows = Rows(inputs, scales)
    checkpoint = folder / "network.pt"
    training = supervised.fit(model, rows, labels, learn, watch, job.recipe, checkpoint)
    if not job.refit:
        return model, rows, training.history, training.seconds
    epochs = int(np.argmax(training.column("score"))) + 1
    both = np.concatenate([learn, watch])
    recipe = job.recipe._replace(epochs=epochs, patience=epochs)
    model = supervised.new_model(recipe, shapes, n_classes)
    again = supervised.fit(model, rows, labels, both, both, recipe)
    return model, rows, training.history, training.seconds + again.seconds


def scaled(table: np.ndarray, train: np.ndarray, scaling: str = "robust") -> np.ndarray:
    """Scale the columns of a table by its train rows, (n_rows, n_columns) float32; the names are
    those of `SCALERS`.

    Notebook: 04.
    """
    scaler = SCALERS[scaling]
    return (scaler().fit(table[train]).transform(table) if scaler else table).astype(np.float32)


def _search(job: Job, data: Data, folder: Path) -> tuple[dict, float]:
    """Look for the settings of a perceptron by the tree-structured Parzen estimator; each trial is
    kept."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    content, spent = data.content, []

    def objective(trial: optuna.Trial) -> float:
        layers = trial.suggest_int("layers", *LAYERS)
        hidden = tuple(trial.suggest_int(f"units {k}", *UNITS) for k in range(layers))
        dropout = tuple(trial.suggest_categorical(f"dropout {k}", DROPOUTS) for k in range(layers))
        recipe = job.recipe._replace(hidden=hidden, dropout=dropout, **TRIAL, seed=0)
        tried = job._replace(recipe=recipe, trials=0)
        kept = Training("network_search", _key(tried, content, "trial"), tried, _trial)
        score, seconds = run(kept, data)
        spent.append(seconds)
        trial.set_user_attr("recipe", {"hidden": hidden, "dropout": dropout})
        return score

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
    study.optimize(objective, n_trials=job.trials)
    best = study.best_trial.user_attrs["recipe"]
    chosen = {name: tuple(values) for name, values in best.items()}
    return job.recipe._replace(**chosen)._asdict(), sum(spent)


def _trial(job: Job, data: Data, folder: Path) -> tuple[float, float]:
    """Return the accuracy on the validation rows at the epoch of the lowest loss, and the
    seconds."""
    *_, history, seconds = train(job, data, folder)
    return kept_accuracy(history), seconds


def kept_accuracy(history: Sequence[Mapping[str, float]]) -> float:
    """Return the accuracy on the validation rows at the epoch whose weights are kept."""
    return max(history, key=lambda entry: entry["score"])["accuracy"]


def _everywhere(values: np.ndarray, places: np.ndarray, data: Data) -> np.ndarray:
    full = np.zeros((len(data.labels), values.shape[1]), np.float16)
    full[places] = values
    return full
