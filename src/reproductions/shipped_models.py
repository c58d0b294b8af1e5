"""The models that come with the course: one a method, trained on the published training tracks.

Ours, of no paper. What notebook 10 and `genrelab song` answer by. Each learns from the training
tracks of the fault-filtered split, whatever is chosen is chosen by the validation tracks, and what
is recorded are the answers of the file as it was written, with weights of 16 bits, on the others.
The unit is the track: its probabilities are the mean over its windows.

Encoders are not trained here. Those of lesson 08 learned, without labels, from the training tracks
of the same split, and those of lesson 07 from noise; their committed weights are copied. Of the
large one of spectra the last stage is left out: it holds three quarters of the weights, and what
comes before it serves a linear head as well.

Lesson: 10. Record page: `docs/records/shipped_models.md`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn

from claimbook.gates import training_finished
from genrelab import shipped
from genrelab.corpora import read_audio
from genrelab.evaluation import holdouts
from genrelab.models import segment_trained, supervised
from genrelab.models.weights import load_weights, recipe_of, save_weights
from genrelab.runtime import code_version, parallel_cached, project_root
from genrelab.shipped import METHODS, Shipped
from reproductions import records
from reproductions import softmax_autoencoder as sawhney
from reproductions import supervised_networks as cortis
from reproductions.probing import labels_of
from reproductions.provenance import computing_modules
from reproductions.study import Study

STRENGTHS = tuple(10.0**power for power in range(-6, 2))  # of regressions: ours
KEPT_STAGES = 3  # of a ResNet's four: on validation tracks .645 with three, .640 with all
NAMING = ("C", "filters", "epochs", "seed")  # what candidates differ by
WIDER = cortis.CNN._replace(filters=(16, 64, 128))  # ours, beside the widths of lesson 04


class Plan(NamedTuple):
    """How a model is made.

    Attributes
    ----------
    seen
        A name of `genrelab.shipped.WINDOWS`.
    head
        What decides on windows or codes: ``"linear"`` (a logistic regression), a network of lesson
        04 (``"supervised"``) or of lesson 05 (``"segments"``).
    recipes
        Settings of such networks to choose from.
    encoders
        Committed weights to choose from; none for models that see the windows themselves.
    genres
        What can be answered; all of the corpus if empty.
    every
        Seconds from one window of a training track to the next; see `genrelab.shipped.windows`.
    scaled
        Whether the head sees standardised numbers.
    """

    seen: str
    head: str = "linear"
    recipes: tuple[dict[str, Any], ...] = ({},)
    encoders: tuple[str, ...] = ("",)
    genres: tuple[str, ...] = ()
    every: float = 0.0
    scaled: bool = True


class Rows(NamedTuple):
    """Windows of tracks: what the head sees of each, (n_windows, *shape) float32, and the places of
    its track and of its genre."""

    codes: np.ndarray
    track: np.ndarray
    labels: np.ndarray


class Candidate(NamedTuple):
    """A trained model, and what it answers: (n_tracks, n_genres), with its score on the validation
    tracks, accuracy first."""

    name: str
    score: tuple[float, float]
    model: Shipped
    rows: Rows
    rested: bool


def reproduce(study: Study) -> None:
    """Train, choose, write, and record what the written files answer."""
    study.music.require(groups=3, genres=2, seconds=6, tracks=holdouts.FEWEST,
                        parts={"train": 1, "valid": 1, "test": 1})
    torch.set_num_threads(1)  # their number decides the last digit
    folder = study.book.folder / "shipped"
    made = [name for name, plan in PLANS.items() if set(plan.genres) <= set(study.music.genres)]
    for name in made:
        ship(study, name, folder / f"{name}.npz")
    lines = [f"{shipped.sha256(folder / f'{name}.npz')}  {name}.npz\n" for name in made]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


# --- what there is to choose from -----------------------------------------------------------------

PLANS = {
    "features_regression": Plan("features"),
    "features_mlp": Plan("features", "supervised", (cortis.MLP_3S._asdict(),)),
    "cnn_mel": Plan("mel", "supervised", (cortis.CNN._asdict(), WIDER._asdict())),
    "dsae": Plan("means", "segments", (sawhney.PUBLISHED._asdict(),),
                 genres=tuple(sawhney.GENRES), scaled=False),
    "noise_code": Plan("picture", encoders=("07_mse", "07_ms_ssim", "07_nlpd")),
    "contrastive_spectra": Plan("sound", encoders=("08_spec",)),
    # its encoder is slow: two windows of each training track
    "contrastive_audio": Plan("sound", encoders=("08_audio",), every=15.0),
}


def networks_of(plan: Plan, study: Study) -> list[dict[str, Any]]:
    """Return the settings of all networks to choose from: several strengths of a regression's
    penalty; several seeds; as many epochs as published, and as many as lesson 05 gives where tracks
    are kept together."""
    size = study.size
    epochs = dict.fromkeys([size.dsae_epochs, size.dsae_rest_epochs])
    changes = {"linear": [{"C": strength} for strength in STRENGTHS],
               "supervised": [{"seed": seed} for seed in study.seeds(size.ship_choices)],
               "segments": [{"epochs": number, "batch": size.dsae_batch, "seed": study.seed}
                            for number in epochs]}
    return [{"of": plan.head, **recipe, **change}
            for recipe in plan.recipes for change in changes[plan.head]]


def teach(network: nn.Module, settings: dict[str, Any], rows: Rows, learn: np.ndarray,
          watch: np.ndarray) -> bool:
    """Train a new network in place on some rows, with others to stop by; return whether it had come
    to rest. The softmax autoencoder is trained to its last epoch."""
    codes, labels = rows.codes, rows.labels
    if settings["of"] == "linear":
        fit = LogisticRegression(C=settings["C"], max_iter=2000).fit(codes[learn], labels[learn])
        with torch.no_grad():
            network.weight.copy_(torch.from_numpy(fit.coef_))
            network.bias.copy_(torch.from_numpy(fit.intercept_))
        return bool((fit.n_iter_ < fit.max_iter).all())
    recipe = shipped.recipe_in(settings)
    if settings["of"] == "segments":
        fit = segment_trained.fit(network, codes, labels, learn, watch, recipe)
        return training_finished(fit.column("dev"))
    fit = supervised.fit(network, supervised.Rows([codes], [None]), labels, learn, watch, recipe)
    return len(fit.history) < recipe.epochs or training_finished(fit.column("accuracy"))


# --- one model ------------------------------------------------------------------------------------


def ship(study: Study, name: str, path: Path) -> None:
    """Train a model, write its weights, and record what they answer when they are read again."""
    begin, plan = time.monotonic(), PLANS[name]
    tracks = study.tracks[study.tracks["genre"].isin(plan.genres or study.music.genres)]
    tried = list(candidates(study, plan, tracks))
    best = max(tried, key=lambda one: one.score)
    parts = tracks["split"].value_counts()
    recipe = best.model.recipe | {
        "method": METHODS[name], "seed": study.seed, "size": study.size.name,
        "learned from": f"{parts['train']} training tracks, {study.music.name}",
        "chosen by": f"accuracy on {parts['valid']} validation tracks", "chosen": best.name,
        "tried": {one.name: round(one.score[0], 4) for one in tried}}
    save_weights(shipped.whole(best.model), path, recipe)
    written = shipped.new_model(recipe)
    load_weights(shipped.whole(written), path, recipe)
    shares = {study.seed: shares_of(written, best.rows)}
    modules = computing_modules(shipped, sys.modules[__name__])
    study.record(f"ground.shipped.{name}", "ff4" if plan.genres else "ff",
                 records.of_shares(shares, tracks), converged=best.rested, modules=modules,
                 parameters={name: recipe}, minutes=round((time.monotonic() - begin) / 60, 1))


def candidates(study: Study, plan: Plan, tracks: pd.DataFrame) -> Iterator[Candidate]:
    """Train everything that a plan names, and score it on the validation tracks."""
    labels, split = labels_of(tracks), tracks["split"].to_numpy()
    for weights in plan.encoders[: study.size.ship_choices]:
        encoder, about = encoder_of(weights)
        bare = Shipped({"seen": plan.seen, "encoder": about}, encoder, nn.Identity())
        codes = codes_of(study, plan, bare, tracks)
        track = np.repeat(np.arange(len(tracks)), list(map(len, codes)))
        rows = Rows(np.concatenate(codes), track, labels[track])
        learn, watch = (np.flatnonzero(split[track] == part) for part in ("train", "valid"))
        mean, spread = scale_of(rows.codes[learn])
        if not plan.scaled:
            mean, spread = np.zeros_like(mean), np.ones_like(spread)
        scaled = rows._replace(codes=(rows.codes - mean) / spread)
        shape, genres = rows.codes.shape[1:], sorted(tracks["genre"].unique())
        for settings in networks_of(plan, study):
            network = shipped.new_network(settings, shape, len(genres))
            rested = teach(network, settings, scaled, learn, watch)
            recipe = bare.recipe | {"genres": genres, "shape": shape, "network": settings}
            head = shipped.Standardised(network.cpu(), mean, spread).eval()
            model = Shipped(recipe, encoder, head)
            score = scored(shares_of(model, rows)[split == "valid"], labels[split == "valid"])
            name = " ".join(f"{key}={settings[key]}" for key in NAMING if settings.get(key))
            yield Candidate(f"{weights} {name}".strip(), score, model, rows, rested)


def encoder_of(weights: str) -> tuple[nn.Module, dict[str, Any]]:
    """Return an encoder with committed weights, and what is told of it; of none a stand-in."""
    if not weights:
        return shipped.new_encoder({}), {}
    path = project_root() / "figures" / "gtzan" / "weights" / f"{weights}.npz"
    recipe = recipe_of(path)
    about = {"of": "contrastive" if "format" in recipe else "noise", "recipe": recipe,
             "weights": path.name, "sha256": shipped.sha256(path)}
    if recipe.get("format") == "spec":
        about["stages"] = KEPT_STAGES
    about["learned from"] = ("noise" if about["of"] == "noise" else
                             "training tracks of the published split, without labels")
    encoder = shipped.new_encoder(about)
    with np.load(path) as kept:
        known = {f"encoder.{name}": torch.from_numpy(kept[name].astype(np.float32))
                 for name in kept.files if name != "recipe"}
    encoder.load_state_dict({name: known[name] for name in encoder.state_dict()})
    return encoder.eval(), about


def codes_of(study: Study, plan: Plan, model: Shipped, tracks: pd.DataFrame) -> list[np.ndarray]:
    """Return what a head sees of the windows of each track."""
    usual = study.size.ship_every
    contents, code = study.music.contents(), code_version(shipped)
    jobs = [(study.music.path(track), plan.every or usual if part == "train" else usual)
            for track, part in tracks["split"].items()]
    keys = [{"content": contents[track].hash, "every": every, "code": code, **model.recipe}
            for track, (_, every) in zip(tracks.index, jobs)]
    return parallel_cached("shipped_codes", partial(_codes, model), jobs, keys,
                           f"{plan.seen} of windows")


def _codes(model: Shipped, job: tuple[Path, float]) -> np.ndarray:
    path, every = job
    return model.codes(read_audio(path), every)


def scale_of(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and deviation of each feature, band or number of a code over windows and frames,
    in a shape that windows can be scaled by; what is constant keeps its size."""
    axes = tuple(axis for axis in range(codes.ndim) if axis != 1)
    mean, spread = (found(codes, axis=axes, keepdims=True, dtype=np.float64)[0]
                    for found in (np.mean, np.std))
    return mean.astype(np.float32), np.where(spread > 1e-6, spread, 1).astype(np.float32)


def shares_of(model: Shipped, rows: Rows) -> np.ndarray:
    """Return the answers of a model for tracks, each the mean over its windows: (n_tracks,
    n_genres) float32."""
    parts = np.array_split(rows.codes, -(-len(rows.codes) // 256))
    found = pd.DataFrame(np.concatenate([model.decide(part) for part in parts]))
    return found.groupby(rows.track).mean().to_numpy()


def scored(shares: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Return accuracy and mean logarithm of the share of the true genre, rounded: of equally many
    right answers the surer ones are better."""
    sure = np.log(shares[np.arange(len(labels)), labels].clip(1e-6)).mean()
    return float((shares.argmax(axis=1) == labels).mean()), round(float(sure), 3)
