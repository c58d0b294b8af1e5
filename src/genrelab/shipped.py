"""Models that come with the course: from the sound of a track to probabilities of its genre.

One for each kind of method, trained on the training tracks of GTZAN's published split. How each was
trained stands beside its weights; its accuracy on the test tracks is a row of the record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from genrelab.corpora import SAMPLE_RATE
from genrelab.features import summary_features
from genrelab.features.pictures import picture_of_sound
from genrelab.models import contrastive, noise_trained, segment_trained, supervised
from genrelab.models.weights import load_weights, recipe_of
from genrelab.runtime import project_root

METHODS = {
    "features_regression": "57 features, regression",
    "features_mlp": "57 features, MLP",
    "cnn_mel": "CNN on mel spectra",
    "dsae": "deep softmax autoencoder, four genres",
    "contrastive_spectra": "contrastive code of spectra",
    "contrastive_audio": "contrastive code of audio",
    "noise_code": "noise-trained code, regression",
}
"""The models, and what each is."""

POOL = 40
"""Neighbouring samples that the softmax autoencoder sees the mean of."""

AT_ONCE = 8
"""Windows that are worked on together, so that long music needs little memory."""


class Window(NamedTuple):
    """What a method sees of a sound: so many samples at once, as numbers that a function makes."""

    samples: int
    of: Callable[[np.ndarray], np.ndarray]


def mel_levels(y: np.ndarray) -> np.ndarray:
    """Return the mel spectrum of three seconds, (128, 65): 255 is the loudest value, 0 is 80 dB
    below it; two frames are averaged as power."""
    import librosa

    power = librosa.feature.melspectrogram(y=y, sr=SAMPLE_RATE)
    power = power.reshape(len(power), -1, 2).mean(axis=2)
    levels = librosa.power_to_db(power, ref=np.max, top_db=80)
    return np.rint((levels + 80) * (255 / 80))


def means(y: np.ndarray) -> np.ndarray:
    """Return the means of neighbouring samples, (n_samples / 40,)."""
    return y.reshape(-1, POOL).mean(axis=1, dtype=np.float64)


WINDOWS = {
    "features": Window(66_150, lambda y: summary_features(y).to_numpy()),
    "mel": Window(66_150, mel_levels),
    "means": Window(20_000, means),
    "sound": Window(110_250, np.asarray),
    "picture": Window(660_000, lambda y: noise_trained.padded(picture_of_sound(y)[None])),
}
"""By the name that a recipe has for them. Pictures are of 29.9 s, as long as GTZAN's shortest
track."""


def windows(y: np.ndarray, kind: str, every: float = 0.0) -> list[np.ndarray]:
    """Return the windows of a sound, (n_samples_of_a_window,) each.

    Parameters
    ----------
    y
        (n_samples,) at 22 050 Hz. If it is shorter than a window, silence follows it; else what is
        left over at its end is dropped.
    kind
        A name of `WINDOWS`.
    every
        Seconds from one window to the next; 0 for one after the other.
    """
    length = WINDOWS[kind].samples
    y = np.pad(y, (0, max(0, length - len(y))))
    step = round(every * SAMPLE_RATE) or length
    return [y[start : start + length] for start in range(0, len(y) - length + 1, step)]


class Code(nn.Module):
    """The code of an encoder that was trained before, (n, width)."""

    def __init__(self, encoder: nn.Module):
        super().__init__()
        self.encoder = encoder

    def forward(self, x: Tensor) -> Tensor:
        return self.encoder.code(x).flatten(1)


class Standardised(nn.Module):
    """A network that sees numbers with mean 0 and deviation 1, as they were on training windows."""

    def __init__(self, network: nn.Module, mean: np.ndarray, spread: np.ndarray):
        super().__init__()
        self.network = network
        self.register_buffer("mean", torch.from_numpy(np.array(mean, np.float32)))
        self.register_buffer("spread", torch.from_numpy(np.array(spread, np.float32)))

    def forward(self, x: Tensor) -> Tensor:
        return self.network((x - self.mean) / self.spread)


def new_encoder(recipe: Mapping[str, Any]) -> nn.Module:
    """Return an encoder without its trained weights: what is needed for its code, and no more.

    Parameters
    ----------
    recipe
        Empty for none. Else `of` (``"contrastive"`` or ``"noise"``), the `recipe` of its training,
        and of a ResNet how many of its four `stages` are kept.
    """
    if not recipe:
        return nn.Identity()
    if recipe["of"] == "noise":
        model = noise_trained.new_model(noise_trained.Recipe(**recipe["recipe"]))
        model.synthesis = nn.Identity()
        return Code(model)
    import librosa

    filters = librosa.filters.mel(sr=SAMPLE_RATE, n_fft=1024, n_mels=128)
    model = contrastive.new_model(contrastive.Recipe(**recipe["recipe"]), filters)
    model.heads = nn.ModuleDict()
    for stage in range(recipe.get("stages", 4), 4):
        setattr(model.encoders["spec"], f"layer{stage + 1}", nn.Identity())
    return Code(model)


def new_network(settings: Mapping[str, Any], shape: tuple[int, ...], n_genres: int) -> nn.Module:
    """Return an untrained network from windows of a shape to genres: ``"linear"``, a network of
    notebook 04 (``"supervised"``) or of notebook 05 (``"segments"``), by the name `of`."""
    if settings["of"] == "linear":
        return nn.Linear(*shape, n_genres)
    recipe = recipe_in(settings)
    if settings["of"] == "supervised":
        return supervised.new_model(recipe, [shape], n_genres)
    return segment_trained.new_model(recipe, *shape, n_genres)


def recipe_in(settings: Mapping[str, Any]) -> supervised.Recipe | segment_trained.Recipe:
    """Return the recipe that stands among the settings of a network."""
    kind = supervised.Recipe if settings["of"] == "supervised" else segment_trained.Recipe
    return kind(**{name: value for name, value in settings.items() if name != "of"})


class Shipped(NamedTuple):
    """A trained model.

    Attributes
    ----------
    recipe
        What it is and how it was trained, as JSON values.
    encoder, head
        From windows to codes (or the windows themselves), and on to logits.

    Examples
    --------
    >>> shipped("cnn_mel").of_track(music.audio("jazz.00007"))  # doctest: +SKIP
    """

    recipe: dict[str, Any]
    encoder: nn.Module
    head: nn.Module

    @property
    def genres(self) -> tuple[str, ...]:
        """What it can answer, in the order of its probabilities."""
        return tuple(self.recipe["genres"])

    @property
    def seconds(self) -> float:
        """Length of a window."""
        return WINDOWS[self.recipe["seen"]].samples / SAMPLE_RATE

    @torch.no_grad()
    def codes(self, y: np.ndarray, every: float = 0.0) -> np.ndarray:
        """Return what the head sees of the windows of a sound; see `windows`: (n_windows, width),
        of models without encoder (n_windows, *shape) float32."""
        make, cut = WINDOWS[self.recipe["seen"]].of, windows(y, self.recipe["seen"], every)
        found = []
        for first in range(0, len(cut), AT_ONCE):
            seen = np.stack([make(each) for each in cut[first : first + AT_ONCE]])
            found.append(self.encoder(torch.from_numpy(seen.astype(np.float32))))
        return torch.cat(found).numpy()

    @torch.no_grad()
    def decide(self, codes: np.ndarray) -> np.ndarray:
        """Return the probabilities of what `codes` returned, (n_windows, n_genres) float32."""
        return self.head(torch.from_numpy(codes)).softmax(dim=1).numpy()

    def answer(self, y: np.ndarray, every: float = 0.0) -> np.ndarray:
        """Return probabilities of genres for each window of a sound, (n_windows, n_genres).

        Parameters
        ----------
        y
            (n_samples,) mono at 22 050 Hz, of any length.
        every
            Seconds from one window to the next; 0 for one after the other, as in the record.
        """
        return self.decide(self.codes(y, every))

    def of_track(self, y: np.ndarray) -> np.ndarray:
        """Return the mean of `answer` over the windows of a track, (n_genres,): its answer in the
        record."""
        return self.answer(y).mean(axis=0)


def new_model(recipe: Mapping[str, Any]) -> Shipped:
    """Return the model of a recipe without its trained weights, ready to answer."""
    shape = tuple(recipe["shape"])
    scale = np.ones((shape[0], *(1 for _ in shape[1:])))
    network = new_network(recipe["network"], shape, len(recipe["genres"]))
    head = Standardised(network, 0 * scale, scale)
    return Shipped(dict(recipe), new_encoder(recipe["encoder"]).eval(), head.eval())


def shipped(name: str, folder: Path | None = None) -> Shipped:
    """Return a model that comes with the course.

    Parameters
    ----------
    name
        One of `METHODS`.
    folder
        Of the weights, by default that of the full run.

    Raises
    ------
    ValueError
        If there is no such model, or its file isn't the one whose hash stands beside it.
    """
    if name not in METHODS:
        raise ValueError(f"There is no model {name!r}. Choose one of {', '.join(METHODS)}.")
    folder = folder or project_root() / "figures" / "gtzan" / "shipped"
    path = folder / f"{name}.npz"
    sums = folder / "SHA256SUMS"
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.is_file() else []
    if not path.is_file() or f"{sha256(path)}  {path.name}" not in lines:
        raise ValueError(f"{path.name} isn't the file that the course comes with. Restore "
                         f"{folder.name}/ by git.")
    recipe = recipe_of(path)
    model = new_model(recipe)
    load_weights(whole(model), path, recipe)
    return model


def whole(model: Shipped) -> nn.Module:
    """Return encoder and head as one module, whose weights are kept in one file."""
    return nn.Sequential(model.encoder, model.head)


def sha256(path: Path) -> str:
    """Return the hash of a file, as `sha256sum` prints it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
