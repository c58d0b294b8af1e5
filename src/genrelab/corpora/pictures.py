"""The published mel-spectrogram pictures of GTZAN (Kaggle's `images_original`), read back into
numbers."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from genrelab.corpora.audio import AudioError

PICTURE_SHAPE = (216, 334)
"""Rows (mel bands, high ones on top) and columns (time) inside the axes frame of a published
picture."""

PAGE_SHAPE = (288, 432)
TOP, LEFT = 36, 55


@lru_cache
def magma_table() -> np.ndarray:
    """Return matplotlib's magma colours, (256, 3) uint8, in which the pictures were painted.

    Notebook: 06.
    """
    from matplotlib import colormaps

    # Rounded, as Agg does when it paints; `bytes=True` cuts the fraction off and would miss a third
    # of the pixels.
    return np.round(colormaps["magma"](np.arange(256))[:, :3] * 255).astype(np.uint8)


def read_picture(path: Path) -> np.ndarray:
    """Read a picture: white border and axes frame removed, colours turned back into numbers.

    Returns
    -------
    numpy.ndarray
        (216, 334) float32 in [0, 1]: the colour's place in the magma table, divided by 255.

    Raises
    ------
    AudioError
        If the file is no picture of this kind; the message names it.

    Notes
    -----
    Notebook: 06.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            page = np.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError) as error:
        raise AudioError(path, f"cannot be read as a picture ({error})") from error
    if page.shape[:2] != PAGE_SHAPE:
        raise AudioError(path, f"is {page.shape[1]}×{page.shape[0]} pixels, not 432×288")
    rows, columns = PICTURE_SHAPE
    inside = page[TOP : TOP + rows, LEFT : LEFT + columns]
    codes = inside.astype(np.int64) @ [65_536, 256, 1]
    known = magma_table().astype(np.int64) @ [65_536, 256, 1]
    order = np.argsort(known)
    place = np.minimum(np.searchsorted(known, codes, sorter=order), 255)
    index = order[place]
    if (known[index] != codes).any():
        pixels = f"pixels that are not magma colours ({(known[index] != codes).mean():.1%})"
        problem = f"holds {pixels}, so the picture was changed after it was made"
        raise AudioError(path, problem, "Use the original PNG")
    return (index / 255).astype(np.float32)
