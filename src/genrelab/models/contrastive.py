"""Contrastive learning: two views of a track are to be told from all others, by one format of sound
or by two."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from genrelab.models.augmentations import (
    MelSpectra,
    Strengths,
    audio_view,
    crop,
    picture,
    spectra_view,
)
from genrelab.models.resnet import ResNet18
from genrelab.models.sample_cnn import SampleCNN
from genrelab.training import Training, best_device, lower_precision, recipe_hash, train

FORMATS = {"audio": ("audio",), "spec": ("spec",), "both": ("audio", "spec")}
"""What each format of a recipe sees; a model that sees both has two encoders, and each is the
other's view."""


class Recipe(NamedTuple):
    """All that a training depends on, beside the music.

    Attributes
    ----------
    format
        ``"audio"``, ``"spec"`` (mel spectra) or ``"both"``.
    changes
        Names of the changes between two views: ``"crop"`` (each view is another piece of the track;
        without it both are the same), those of `augmentations.AUDIO` and of
        `augmentations.SPECTRA`.
    strengths
        See `augmentations.Strengths`.
    seed
        Of the first weights and of all that is drawn.
    steps, batch
        Steps, and tracks a step; each track gives two views.
    n_samples
        Samples of a piece.
    layout, width
        See `SampleCNN`; share of the channels of either encoder.
    projection
        Numbers that the loss sees of a view; 0 lets it see the code itself.
    temperature
        Of the loss.
    learning_rate, weight_decay
        Of Adam.
    order
        ``"shuffled"``, or ``"by genre"``: each batch holds as few genres as possible.
    labels
        0 learns without labels. Else a supervised twin: so many labelled train tracks a genre, one
        view a track, and cross-entropy; the weights of the best look count.
    looks
        How often the training is looked at; a kill loses no more than what lies between two looks.

    Notes
    -----
    Notebook: 08.
    """

    format: str = "spec"
    changes: tuple[str, ...] = ("crop", "mix", "time", "frequency")
    strengths: Strengths = Strengths()
    seed: int = 0
    steps: int = 1000
    batch: int = 64
    n_samples: int = 110_250
    layout: str = "nine"
    width: float = 1.0
    projection: int = 64
    temperature: float = 0.5
    learning_rate: float = 3e-4
    weight_decay: float = 1e-6
    order: str = "shuffled"
    labels: int = 0
    looks: int = 20

    @property
    def name(self) -> str:
        return recipe_hash(self.told)

    @property
    def told(self) -> dict:
        """The recipe as JSON values."""
        return self._asdict() | {"strengths": self.strengths._asdict()}


class Music(NamedTuple):
    """What encoders learn from, and are looked at by.

    Attributes
    ----------
    audio
        (n_tracks, n_samples) int16 at 22 050 Hz.
    labels
        (n_tracks,) places of the genres; without labels they only serve to look at a training, and
        to sort batches.
    train, valid
        Places of the tracks to learn from, and to look at.
    filters
        Mel filters, see `augmentations.MelSpectra`.
    """

    audio: Tensor
    labels: np.ndarray
    train: np.ndarray
    valid: np.ndarray
    filters: np.ndarray


def nt_xent(first: Tensor, second: Tensor, temperature: float = 0.5) -> Tensor:
    """Return the normalised, temperature-scaled cross-entropy of n pairs of views.

    Parameters
    ----------
    first, second
        (n, width): what is said of the two views of each track.
    temperature
        Divides the cosine similarities.

    Returns
    -------
    Tensor
        Mean over all 2n views of −log of the share that the other view of its track has among the
        2n − 1 others. With nothing learned that is log(2n − 1).

    Notes
    -----
    Sources: "Multi-format Contrastive Learning for Music Genre Classification", section 3.3; T.
    Chen and others, "A Simple Framework for Contrastive Learning of Visual Representations", 2020,
    equation 1. Notebook: 08.
    """
    n = len(first)
    views = functional.normalize(torch.cat([first, second]).float(), dim=1)
    alike = (views @ views.T / temperature).fill_diagonal_(-torch.inf)
    partner = torch.arange(2 * n, device=views.device).roll(n)
    return functional.cross_entropy(alike, partner)


def alignment(first: Tensor, second: Tensor) -> Tensor:
    """Return the mean squared distance of two views of each track, (n, width) each, on the unit
    sphere; 0: they agree.

    Notes
    -----
    Source: T. Wang and P. Isola, "Understanding Contrastive Representation Learning", 2020.
    Notebook: 08.
    """
    first, second = (functional.normalize(first.float(), dim=1),
                     functional.normalize(second.float(), dim=1))
    return (first - second).square().sum(dim=1).mean()


def uniformity(codes: Tensor) -> Tensor:
    """Return log of the mean of exp(−2 · squared distance) over pairs of (n, width) codes on the
    sphere; 0: all one.

    Notes
    -----
    Source: T. Wang and P. Isola, 2020. Notebook: 08.
    """
    return (torch.pdist(functional.normalize(codes.float(), dim=1))
            .square().mul(-2).exp().mean().log())


def effective_rank(codes: Tensor) -> Tensor:
    """Return in how many directions (n, width) codes vary: the exponential of the entropy of their
    singular values.

    Notes
    -----
    Source: O. Roy and M. Vetterli, "The effective rank", 2007. Notebook: 08.
    """
    sizes = torch.linalg.svdvals((codes - codes.mean(dim=0)).double())
    share = sizes / sizes.sum().clamp_min(1e-30)
    return torch.special.entr(share).sum().exp()


def linear_probe(train: Tensor, labels: np.ndarray, queries: Tensor, truth: np.ndarray,
                 penalty: float = 0.1) -> float:
    """Return the accuracy of least squares on standardised codes: quick, and good enough to watch a
    training by.

    Parameters
    ----------
    train, labels
        (n_train, width) codes, and (n_train,) integers.
    queries, truth
        (n_queries, width) codes, and (n_queries,) integers.
    penalty
        Added to the diagonal, as a share of the number of train rows.

    Notes
    -----
    Notebook: 08.
    """
    mean, spread = train.mean(dim=0), train.std(dim=0).clamp_min(1e-6)
    a, b = ((codes - mean) / spread for codes in (train, queries))
    targets = functional.one_hot(torch.from_numpy(labels).long(), int(labels.max()) + 1).to(a)
    squares = a.T @ a + penalty * len(a) * torch.eye(a.shape[1], device=a.device)
    weights = torch.linalg.solve(squares, a.T @ (targets - targets.mean(dim=0)))
    said = (b @ weights + targets.mean(dim=0)).argmax(dim=1).cpu().numpy()
    return float((said == truth).mean())


class Encoders(nn.Module):
    """One encoder for each format that is seen, and a head for each: a projector, or classes.

    Parameters
    ----------
    recipe
        Sizes.
    filters
        See `Music`.
    n_classes
        Of a supervised twin.

    Notes
    -----
    The projector has one hidden layer and no biases, as in the code that the paper builds on. Only
    the loss sees what it says; codes are taken before it. A supervised twin has one layer from the
    code to the classes.
    """

    def __init__(self, recipe: Recipe, filters: np.ndarray, n_classes: int = 0):
        super().__init__()
        self.mel = MelSpectra(filters)
        make = {
            "audio": lambda: SampleCNN(recipe.layout, recipe.width),
            "spec": lambda: ResNet18(recipe.width),
        }
        self.encoders = nn.ModuleDict({name: make[name]() for name in FORMATS[recipe.format]})
        self.heads = nn.ModuleDict()
        for name, encoder in self.encoders.items():
            width = encoder.width
            if recipe.labels:
                self.heads[name] = nn.Linear(width, n_classes)
            elif recipe.projection:
                last = nn.Linear(width, recipe.projection, bias=False)
                self.heads[name] = nn.Sequential(
                    nn.Linear(width, width, bias=False), nn.ReLU(), last
                )
            else:
                self.heads[name] = nn.Identity()

    def code(self, x: Tensor) -> Tensor:
        """Return the codes of unchanged pieces, (n, n_samples): (n, width), of two formats side by
        side."""
        seen = {"audio": lambda: x, "spec": lambda: picture(self.mel(x))}
        return torch.cat(
            [encoder(seen[name]()).float() for name, encoder in self.encoders.items()], dim=1
        )

    def forward(self, name: str, view: Tensor) -> Tensor:
        """Return what the head of a format says of views as its encoder sees them: (n, projection
        or classes)."""
        return self.heads[name](self.encoders[name](view))


def new_model(recipe: Recipe, filters: np.ndarray, n_classes: int = 0) -> Encoders:
    """Return the untrained model of a recipe.

    Raises
    ------
    ValueError
        If there is no such format.

    Notes
    -----
    Notebook: 08.
    """
    if recipe.format not in FORMATS:
        raise ValueError(f"There is no format {recipe.format!r}. Choose one of "
                         f"{', '.join(FORMATS)}.")
    with torch.random.fork_rng():
        torch.manual_seed(recipe.seed)
        return Encoders(recipe, filters, n_classes)


def batch_of(recipe: Recipe, tracks: np.ndarray, labels: np.ndarray, step: int) -> np.ndarray:
    """Return the places of the tracks of a step; what is left over at the end of a pass is dropped.

    Parameters
    ----------
    recipe
        Its seed, batch and order.
    tracks, labels
        (n,) places of the tracks that are learned from, and their genres.
    step
        Number of the step.

    Notes
    -----
    Notebook: 08.
    """
    size = min(recipe.batch, len(tracks))
    epoch, place = divmod(step, len(tracks) // size)
    order = np.random.default_rng((recipe.seed, 1, epoch)).permutation(len(tracks))
    if recipe.order == "by genre":
        rng = np.random.default_rng((recipe.seed, 2, epoch))
        order = order[np.argsort(labels[order], kind="stable")]
        # else what is dropped would always be of the last genre
        order = np.roll(order, rng.integers(len(tracks)))
        place = rng.permutation(len(tracks) // size)[place]
    return tracks[order[place * size : (place + 1) * size]]


def views_of(recipe: Recipe, model: Encoders, audio: Tensor, tracks: np.ndarray, step: int,
             number: int = 2) -> list[Tensor]:
    """Return views of a step's tracks, each as its encoder sees it.

    Parameters
    ----------
    recipe, model
        What is changed, and the mel filters.
    audio, tracks
        (n_tracks, n_samples) int16, and which of them.
    step
        Decides, with the seed, all that is drawn.
    number
        Two, or one for a supervised twin.

    Notes
    -----
    Notebook: 08.
    """
    rng = np.random.default_rng((recipe.seed, 3, step))
    device = model.mel.window.device
    formats = FORMATS[recipe.format]
    views: list[Tensor] = []
    starts = np.zeros(0)
    for place, name in enumerate((formats * 2)[:number]):
        if not place or ("crop" in recipe.changes and recipe.format != "both"):
            starts = rng.integers(0, audio.shape[1] - recipe.n_samples + 1, len(tracks))
        x = crop(audio, tracks, starts, recipe.n_samples).to(device)
        if name == "audio":
            views.append(audio_view(x, recipe.changes, recipe.strengths, rng))
        else:
            views.append(spectra_view(model.mel(x), recipe.changes, recipe.strengths, rng))
    return views


def trained(recipe: Recipe, music: Music, folder: Path | None = None,
            show: Callable[[Iterable[int]], Iterable[int]] = iter) -> tuple[Encoders, Training]:
    """Train encoders by a recipe, or take them from the folder where an earlier call has left them.

    Parameters
    ----------
    recipe, music
        How, and from what.
    folder
        Of checkpoints: a training that was cut off goes on there. The weights of the best look lie
        beside the last.
    show
        See `genrelab.training.train`.

    Returns
    -------
    model : Encoders
        The last weights; of a supervised twin those of the best look.
    training : Training
        The history tells at each look, of the middle piece of each valid track: the `probe`
        (accuracy of a linear classifier on the codes; of a supervised twin its own), `alignment`,
        `uniformity` and `rank`.

    Notes
    -----
    Source: "Multi-format Contrastive Learning for Music Genre Classification", section 3. Notebook:
    08.
    """
    device = best_device()
    shortest = int(music.audio.shape[1])
    if shortest < recipe.n_samples:
        raise ValueError(f"Pieces of {recipe.n_samples} samples do not fit into tracks of "
                         f"{shortest}.")
    n_classes = int(music.labels.max()) + 1
    model = new_model(recipe, music.filters, n_classes if recipe.labels else 0).to(device)
    tracks = labelled(music, recipe) if recipe.labels else music.train
    genres, labels = (music.labels[tracks],
                      torch.from_numpy(music.labels.astype(np.int64)).to(device))

    def contrast(model: Encoders, step: int) -> Tensor:
        batch = batch_of(recipe, tracks, genres, step)
        with torch.autocast(device.type, enabled=False):
            first, second = views_of(recipe, model, music.audio, batch, step)
        if recipe.format == "both":
            return nt_xent(model("audio", first), model("spec", second), recipe.temperature)
        said = model(recipe.format, torch.cat([first, second]))
        return nt_xent(*said.chunk(2), recipe.temperature)

    def classify(model: Encoders, step: int) -> Tensor:
        batch = batch_of(recipe, tracks, genres, step)
        with torch.autocast(device.type, enabled=False):
            (view,) = views_of(recipe, model, music.audio, batch, step, number=1)
        return functional.cross_entropy(model(recipe.format, view).float(), labels[batch])

    middle = (shortest - recipe.n_samples) // 2
    best = folder and folder / f"{recipe.name}-best.pt"

    def validate(model: Encoders) -> Mapping[str, float]:
        train_codes = encoded(model, music.audio, music.train, [middle], recipe.n_samples)[:, 0]
        codes = encoded(model, music.audio, music.valid, [middle], recipe.n_samples)[:, 0]
        other = encoded(model, music.audio, music.valid, [0], recipe.n_samples)[:, 0]
        truth = music.labels[music.valid]
        if recipe.labels:
            probe = float(
                (model.heads[recipe.format](codes).argmax(dim=1).cpu().numpy() == truth).mean()
            )
        else:
            probe = linear_probe(train_codes, music.labels[music.train], codes, truth)
        found = {
            "alignment": alignment(codes, other),
            "uniformity": uniformity(codes),
            "rank": effective_rank(codes),
        }
        return {"probe": probe} | {name: float(value) for name, value in found.items()}

    training = train(
        model, classify if recipe.labels else contrast,
        steps=recipe.steps, every=max(1, recipe.steps // recipe.looks), seed=recipe.seed,
        learning_rate=recipe.learning_rate,
        optimiser=partial(torch.optim.Adam, weight_decay=recipe.weight_decay),
        validate=partial(_keeping_best, validate, best) if best and not recipe.labels else validate,
        score="probe" if recipe.labels else "",
        checkpoint=folder and folder / f"{recipe.name}.pt", recipe=recipe.told,
        threads=torch.get_num_threads(), show=show,
    )
    return model, training


def best_weights(recipe: Recipe, folder: Path) -> dict[str, Tensor]:
    """Return the weights by name of the look with the best probe, which `trained` has left in a
    folder."""
    return torch.load(folder / f"{recipe.name}-best.pt", map_location="cpu", weights_only=True)[
        "weights"
    ]


def _keeping_best(validate: Callable[[Encoders], Mapping[str, float]], path: Path,
                  model: Encoders) -> Mapping[str, float]:
    """Look at a model, and keep its weights if no look before was as good."""
    found = validate(model)
    before = (
        torch.load(path, map_location="cpu", weights_only=True)["probe"] if path.is_file() else -1.0
    )
    if found["probe"] > before:
        weights = {name: value.detach().cpu() for name, value in model.state_dict().items()}
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{os.getpid()}-{path.name}")
        torch.save({"probe": found["probe"], "weights": weights}, temporary)
        os.replace(temporary, path)
    return found


def labelled(music: Music, recipe: Recipe) -> np.ndarray:
    """Return the places of the train tracks whose labels a supervised twin may see: so many a
    genre, by the seed."""
    return some_of_each(music.train, music.labels[music.train], recipe.labels, recipe.seed)


def some_of_each(tracks: np.ndarray, labels: np.ndarray, number: int, seed: int) -> np.ndarray:
    """Return a number of tracks of each genre (or all there are), drawn by a seed; more are more of
    the same.

    Parameters
    ----------
    tracks, labels
        (n,) places of tracks, and their genres.
    number
        Tracks of each genre.
    seed
        Of the draw.
    """
    order = np.random.default_rng((seed, 4)).permutation(len(tracks))
    kept = [order[labels[order] == label][:number] for label in np.unique(labels)]
    return tracks[np.sort(np.concatenate(kept))]


@torch.no_grad()
def encoded(model: Encoders, audio: Tensor, tracks: np.ndarray, starts: Iterable[int],
            n_samples: int, batch: int = 64) -> Tensor:
    """Return the codes of pieces of tracks as they are, (n_tracks, n_starts, width) float32.

    Parameters
    ----------
    model
        Put into evaluation mode.
    audio, tracks
        (n_tracks, n_samples) int16, and which of them.
    starts
        First samples of the pieces.
    n_samples
        Length of a piece.
    batch
        Tracks at a time.

    Notes
    -----
    Notebook: 08.
    """
    model.eval()
    device = model.mel.window.device
    starts = list(starts)
    blocks = []
    with lower_precision(device):
        for part in np.array_split(tracks, max(1, -(-len(tracks) // batch))):
            pieces = [crop(audio, part, np.full(len(part), start), n_samples).to(device)
                      for start in starts]
            blocks.append(torch.stack([model.code(x) for x in pieces], dim=1))
    return torch.cat(blocks)
