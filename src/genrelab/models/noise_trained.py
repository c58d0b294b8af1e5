"""Compressive autoencoders that have seen nothing but uniform noise, and the controls beside
them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from genrelab.models.compressive import LOSSES, CompressiveAutoencoder, bits_used
from genrelab.training import Training, best_device, recipe_hash, train

BORDER = ((36, 36), (55, 43))
"""What the published pictures of 288×432 have around the 216×334 pixels of sound: above and below,
left and right."""


class Recipe(NamedTuple):
    """All that a training depends on.

    Attributes
    ----------
    loss
        ``"mse"``, ``"ms_ssim"`` or ``"nlpd"``.
    seed
        Of the first weights and of the noise: trainings of one seed begin alike and see the same
        noise.
    steps
        Number of steps.
    filters, code_channels, levels
        See `CompressiveAutoencoder`.
    side, batch
        Height and width of the noise, a multiple of 16 and over 160 (else MS-SSIM is not defined);
        pictures a step.
    learning_rate
        Of Adam.
    pictures
        Empty for noise; else a name for the content of the pictures that crops are taken from.
    code
        Version of the modules that decide the result, so that weights of another version are not
        taken for these.

    Notes
    -----
    Notebook: 07.
    """

    loss: str = "mse"
    seed: int = 0
    steps: int = 10_000
    filters: int = 64
    code_channels: int = 64
    levels: int = 5
    side: int = 192
    batch: int = 4
    learning_rate: float = 1e-3
    pictures: str = ""
    code: str = ""

    @property
    def name(self) -> str:
        return recipe_hash(self._asdict())


def new_model(recipe: Recipe) -> CompressiveAutoencoder:
    """Return the untrained model of a recipe; its weights depend on the seed and the sizes, not on
    the loss.

    Notebook: 07.
    """
    generator = torch.Generator().manual_seed(recipe.seed)
    return CompressiveAutoencoder(recipe.filters, recipe.code_channels, recipe.levels, generator)


def noise(recipe: Recipe, step: int) -> Tensor:
    """Return the noise of a step, (batch, 1, side, side), each pixel independent and uniform on [0,
    1].

    Notebook: 07.
    """
    generator = torch.Generator().manual_seed(recipe.seed * 1_000_000 + step)
    return torch.rand(recipe.batch, 1, recipe.side, recipe.side, generator=generator)


def crops(recipe: Recipe, step: int, pictures: Tensor) -> Tensor:
    """Return a step's crops of padded pictures, (n, height, width) uint8 or float, in the shape of
    `noise`.

    Notebook: 07.
    """
    generator = torch.Generator().manual_seed(recipe.seed * 1_000_000 + step)
    most = (len(pictures), *(side - recipe.side + 1 for side in pictures.shape[1:]))
    places = zip(*(torch.randint(m, (recipe.batch,), generator=generator).tolist() for m in most))
    return torch.stack(
        [pictures[n, y : y + recipe.side, x : x + recipe.side] for n, y, x in places]
    )[:, None]


def trained(recipe: Recipe, folder: Path | None = None, pictures: np.ndarray | None = None,
            show: Callable[[Iterable[int]], Iterable[int]] = iter,
            every: int = 250) -> tuple[CompressiveAutoencoder, Training]:
    """Train a model by a recipe, or take it from the folder where an earlier call has left it.

    Parameters
    ----------
    recipe
        What to train.
    folder
        Of checkpoints: a training that was cut off goes on there, and loses at most `every` steps.
    pictures
        (n, height, width) float32 in [0, 1] to take crops from, for a recipe that names `pictures`.
    show
        See `genrelab.training.train`.
    every
        Steps between two looks at held-out noise (or crops). The history keeps all three losses of
        it, by their names, and the `bits` that an element of its code uses.

    Returns
    -------
    model : CompressiveAutoencoder
        Its weights are rounded to 16 bits, as they are kept: the codes are the same for whoever
        loads them.
    training : Training

    Notes
    -----
    Source: Namgyal et al., section 3. Notebook: 07.
    """
    if bool(recipe.pictures) != (pictures is not None):
        raise ValueError("A recipe that names pictures needs them handed in, and one for noise "
                         "takes none.")
    if recipe.loss not in LOSSES:
        raise ValueError(f"There is no loss {recipe.loss!r}. Choose one of {', '.join(LOSSES)}.")
    device = best_device()
    shown = None if pictures is None else torch.from_numpy(pictures)

    def batch(step: int) -> Tensor:
        return (noise(recipe, step) if shown is None else crops(recipe, step, shown)).to(device)

    def loss_of_step(model: CompressiveAutoencoder, step: int) -> Tensor:
        x = batch(step)
        return LOSSES[recipe.loss](x, model(x)).mean()

    held_out = torch.cat([batch(step) for step in range(recipe.steps, recipe.steps + 4)])

    def validate(model: CompressiveAutoencoder) -> dict[str, float]:
        code = model.code(held_out)
        again = model.synthesis(code)
        return {name: loss(held_out, again).mean() for name, loss in LOSSES.items()} | {
            "bits": bits_used(code)
        }

    model = new_model(recipe).to(device, memory_format=torch.channels_last)
    training = train(model, loss_of_step, steps=recipe.steps, every=min(every, recipe.steps),
                     seed=recipe.seed, learning_rate=recipe.learning_rate, validate=validate,
                     checkpoint=folder and folder / f"{recipe.name}.pt", recipe=recipe._asdict(),
                     show=show)
    return rounded(model.cpu()), training


def rounded(model: CompressiveAutoencoder) -> CompressiveAutoencoder:
    """Round the weights to 16 bits, in place.

    Notebook: 07.
    """
    with torch.no_grad():
        for weights in model.parameters():
            weights.copy_(weights.half())
    return model


def padded(images: np.ndarray, border: float = 1.0) -> np.ndarray:
    """Return (n, 216, 334) pictures with the border of the published files around them, (n, 288,
    432).

    Parameters
    ----------
    images
        In [0, 1].
    border
        Its value: the files are white there, which in grey is 1; 0 is the colour of silence.

    Notes
    -----
    Source: Namgyal et al., section 3.1, "the original padded spectrograms". Notebook: 07.
    """
    return np.pad(images, ((0, 0), *BORDER), constant_values=border)
