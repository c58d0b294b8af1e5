"""Contrastive encoders: their training, their codes, and how well a classifier on these does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch

from claimbook.gates import training_finished
from genrelab.corpora import AudioError, Corpus
from genrelab.models import augmentations, contrastive, heads, resnet, sample_cnn
from genrelab.models.contrastive import Music, Recipe, some_of_each
from genrelab.models.weights import load_weights, recipe_of
from genrelab.runtime import cached, code_version, parallel_cached, progress
from genrelab.training import best_device, lower_precision
from reproductions import pieces
from reproductions.encoder_training import MEL, mel_filters, results, unlabelled_music, unpacked
from reproductions.probing import labels_of
from reproductions.trainings import Training, run

MODULES = (contrastive, augmentations, resnet, sample_cnn, pieces)
"""Modules whose code kept trainings are known by."""


class Learned(NamedTuple):
    """What came of a training.

    Attributes
    ----------
    recipe
        What was trained.
    codes
        (n_tracks, n_pieces, width) float32, each number one of 256 levels, as they are kept.
    best
        The same at the look with the best probe, where a recipe without labels was trained in a
        folder; else None.
    probabilities
        (n_tracks, n_classes) of a supervised twin, averaged over the pieces; else None.
    weights
        16-bit floats by name, of trainings whose weights were asked for; else None.
    history, seconds, device
        Of the training.
    """

    recipe: Recipe
    codes: np.ndarray
    best: np.ndarray | None
    probabilities: np.ndarray | None
    weights: dict[str, np.ndarray] | None
    history: list[dict[str, float]]
    seconds: float
    device: str


def at_rest(runs: Collection[Learned]) -> bool:
    """Tell whether encoders had come to rest: the probe, averaged over them, rises by less than
    0.01 over their last fifth.

    Notebook: 08 and 09.
    """
    curves = [[look["probe"] for look in run.history] for run in runs]
    return training_finished(np.mean(curves, axis=0).tolist())


class Studio:
    """The tracks of a corpus, encoders that learn from its train part, and heads on their codes.

    Parameters
    ----------
    corpus
        Any with train, valid and test tracks.
    tracks
        Rows of `Corpus.tracks` without removed ones.
    cut
        Into how many equal pieces each track is cut. Each piece then counts as a track, and has a
        row of its own in `tracks`: those of a track one after the other, all under its name.
    sound
        Returns (n_whole_tracks, n_samples) int16; by default the corpus is read when it is first
        asked for.

    Attributes
    ----------
    labels, genres
        (n_tracks,) places in the sorted names of the genres.
    rows
        Places of the tracks of each part.
    n_samples
        Samples that are taken of each track.

    Raises
    ------
    ValueError
        If the rows are not those of tracks cut so often.

    Notes
    -----
    Sound is read when the first training needs it. What is trained is kept; a training that was cut
    off goes on at its last look.

    Notebooks: 08, and 09 with other splits.
    """

    def __init__(self, corpus: Corpus, tracks: pd.DataFrame, cut: int = 1,
                 sound: Callable[[], np.ndarray] | None = None):
        if not tracks.index.equals(tracks.index[::cut].repeat(cut)):
            raise ValueError(f"The rows must name each track {cut} times, one after the other.")
        self.corpus, self.tracks, self.cut = corpus, tracks, cut
        self.sound = sound or cache(partial(pieces.stacked_audio, corpus, tracks.index[::cut]))
        self.labels = labels_of(tracks)
        self.genres = sorted(tracks["genre"].unique())
        parts = ("train", "valid", "test")
        self.rows = {part: np.flatnonzero(tracks["split"] == part) for part in parts}
        self.n_samples = pieces.samples_of(corpus, tracks.index) // cut

    def dealt(self, split: np.ndarray) -> Studio:
        """Return a studio of the same rows and sound, with (n_rows,) parts of another split."""
        return Studio(self.corpus, self.tracks.assign(split=split), self.cut, self.sound)

    @cached_property
    def music(self) -> Music:
        """Sound, labels and parts as encoders take them."""
        cut = self.sound()[:, : self.n_samples * self.cut].reshape(len(self.tracks), self.n_samples)
        audio = torch.from_numpy(cut).to(best_device())
        return Music(audio, self.labels, self.rows["train"], self.rows["valid"], mel_filters())

    @cached_property
    def content(self) -> str:
        """A short name of the sound, how it is cut, the labels and the split."""
        about = [content_of(self.corpus, self.tracks.index), *self.tracks["genre"],
                 *self.tracks["split"]]
        return hashlib.sha1("|".join([*about, str(self.n_samples)]).encode()).hexdigest()

    def key(self, recipe: Recipe, other: Corpus | None = None) -> dict[str, Any]:
        """Return what a training is kept by: recipe, sound, split, labels, code, and other music if
        there is some."""
        learned_from = {"from": content_of(other, other.tracks.index)} if other else {}
        made_by = {"recipe": recipe.told, "mel": MEL, "code": code_version(*MODULES)}
        return made_by | {"music": self.content} | learned_from

    def learn(self, recipes: Mapping[str, Recipe], keep: Collection[str] = (),
              other: Corpus | None = None) -> dict[str, Learned]:
        """Train encoders one after the other, each with all cores, or take them from the cache.

        Parameters
        ----------
        recipes
            Name to what is trained.
        keep
            Names of those whose weights are kept as well.
        other
            Music to learn from in place of the train part, such as MagnaTagATune; no labels of it
            are used. The probe of the history tells nothing then.
        """
        found = {}
        for name, recipe in recipes.items():
            keeps = partial(self._results, name=name, with_weights=name in keep)
            kept = run(Training("encoders", self.key(recipe, other), recipe, keeps), other)
            if name in keep and kept["weights"] is None:
                raise ValueError(f"{name} was trained before, and its weights were not kept. Clear "
                                 "the cache.")
            best = unpacked(kept["best"]) if kept["best"] else None
            found[name] = Learned(recipe, unpacked(kept["codes"]), best,
                                  *(kept[part] for part in Learned._fields[3:]))
        return found

    def _results(self, recipe: Recipe, other: Corpus | None, folder: Path, **how: Any) -> dict:
        """Train encoders; see `encoder_training.results`."""
        music = self.music if other is None else unlabelled_music(other)
        return results(recipe, music, self.music.audio, folder, **how)

    def answers(self, codes: Mapping[Any, np.ndarray], hidden: int = 0, seeds: Mapping[Any, int]
                | None = None, labels: Mapping[Any, int] | None = None) -> dict[Any, np.ndarray]:
        """Return what heads on codes say of all tracks, (n_tracks, n_classes) of each code.

        Parameters
        ----------
        codes
            Name to (n_tracks, n_pieces, width).
        hidden
            Units of a hidden layer of the head; 0 for none.
        seeds
            Name to the seed of the head, 0 where none is given.
        labels
            Name to the number of labelled train tracks a genre; all where none is given.
        """
        jobs = []
        for name, values in codes.items():
            seed, number = (seeds or {}).get(name, 0), (labels or {}).get(name, 0)
            learn = self.rows["train"]
            if number:
                learn = some_of_each(learn, self.labels[learn], number, seed)
            jobs.append((values, self.labels, learn, self.rows["valid"], hidden, seed))
        keys = [_key(job) for job in jobs]
        return dict(zip(codes, parallel_cached("heads", _fit, jobs, keys, "heads")))

    def accuracy(self, probabilities: np.ndarray, part: str = "valid") -> float:
        """Return the share of the tracks of a part that are given their own genre."""
        rows = self.rows[part]
        return float((probabilities[rows].argmax(axis=1) == self.labels[rows]).mean())


def content_of(corpus: Corpus, tracks: pd.Index) -> str:
    """Return a short name of the sound of some tracks.

    Raises
    ------
    AudioError
        If one of them cannot be decoded any more.
    """
    contents = corpus.contents()
    for track in tracks:
        if isinstance(contents[track], AudioError):
            raise contents[track]
    return hashlib.sha1("|".join(contents[track].hash for track in tracks).encode()).hexdigest()


def _key(job: tuple) -> dict[str, Any]:
    """Return what a head is kept by; see `genrelab.models.heads.fit_head`."""
    *arrays, hidden, seed = job
    digest = hashlib.sha1()
    for values in arrays:
        digest.update(f"{values.dtype}{values.shape}".encode())
        digest.update(np.ascontiguousarray(values).tobytes())
    return {"data": digest.hexdigest(), "hidden": hidden, "seed": seed, "code": code_version(heads)}


def _fit(job: tuple) -> np.ndarray:
    return heads.fit_head(*job)[0]


def recipe_from(settings: Mapping[str, Any]) -> Recipe:
    """Return the recipe that lies beside weights as JSON values."""
    strengths = {name: tuple(value) if isinstance(value, list) else value
                 for name, value in settings["strengths"].items()}
    return Recipe(**{**settings, "changes": tuple(settings["changes"]),
                     "strengths": augmentations.Strengths(**strengths)})


def codes_by(weights: Path, corpus: Corpus, tracks: pd.Index, most: int) -> np.ndarray:
    """Return the codes that committed weights make of tracks, each the mean over its pieces:
    (n_tracks, width) float32.

    Parameters
    ----------
    weights
        As `save_weights` has written them.
    corpus, tracks
        Where they are from, and which; each as long as a piece at least.
    most
        Pieces that are taken of a track: with one it is the middle, else see `pieces.starts`.

    Notes
    -----
    Notebook: 08.
    """
    settings = recipe_of(weights)
    recipe = recipe_from(settings)

    def work() -> np.ndarray:
        model = contrastive.new_model(recipe, mel_filters())
        load_weights(model, weights, settings)
        model.eval()
        found = []
        for part in progress(np.array_split(tracks, -(-len(tracks) // 16)), "codes"):
            cut = [_pieces(corpus.audio(track), recipe.n_samples, most) for track in part]
            with torch.no_grad(), lower_precision(torch.device("cpu")):
                codes = model.code(torch.from_numpy(np.concatenate(cut))).float()
            found += [each.mean(dim=0).numpy() for each in codes.split(list(map(len, cut)))]
        return np.stack(found)

    made_by = hashlib.sha1(weights.read_bytes()).hexdigest()
    music, code = content_of(corpus, tracks), code_version(*MODULES)
    return cached("explored_codes", work, weights=made_by, music=music, most=most, code=code)


def _pieces(y: np.ndarray, length: int, most: int) -> np.ndarray:
    """Return pieces of a sound, (n_pieces, length)."""
    y = y[: pieces.LONGEST]
    begins = [(len(y) - length) // 2] if most == 1 else pieces.starts(len(y), length)[:most]
    return np.stack([y[begin : begin + length] for begin in begins])


def best_weight(first: np.ndarray, second: np.ndarray, labels: np.ndarray,
                rows: np.ndarray) -> float:
    """Return the weight of the first of two classifiers whose weighted mean is right most often on
    some rows.

    Parameters
    ----------
    first, second
        (n_tracks, n_classes) probabilities.
    labels, rows
        (n_tracks,) integers, and the places of the tracks to choose by. Of equally good weights the
        one nearest to a half is taken.

    Notes
    -----
    Notebook: 08.
    """
    weights = sorted(np.linspace(0, 1, 21), key=lambda weight: abs(weight - 0.5))
    hits = [(mixed(first, second, w)[rows].argmax(axis=1) == labels[rows]).mean() for w in weights]
    return float(weights[int(np.argmax(hits))])


def mixed(first: np.ndarray, second: np.ndarray, weight: float) -> np.ndarray:
    """Return the weighted mean of two classifiers' probabilities.

    Notebook: 08.
    """
    return weight * first + (1 - weight) * second
