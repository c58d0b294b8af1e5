"""Trained weights as small files that know what they were made by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn


def save_weights(model: nn.Module, path: Path, recipe: Mapping[str, Any]) -> None:
    """Write weights as 16-bit floats, with the recipe beside them; equal weights give equal bytes.

    Where a number is too large for 16 bits, such as the mean of a feature in Hz squared, the array
    that holds it keeps 32.

    Parameters
    ----------
    model
        On any device.
    path
        Of the `.npz`.
    recipe
        All that the training depended on, as JSON values.

    Notes
    -----
    Notebook: 05, 07 and 08.
    """
    arrays = {}
    for name, value in model.state_dict().items():
        exact, short = value.detach().cpu(), value.detach().cpu().half()
        arrays[name] = (short if short.isfinite().all() else exact.float()).numpy()
    told = np.frombuffer(json.dumps(dict(recipe), sort_keys=True).encode(), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        np.savez_compressed(file, **arrays, recipe=told)


def load_weights(model: nn.Module, path: Path, recipe: Mapping[str, Any]) -> bool:
    """Load weights, if they were made by this very recipe.

    Parameters
    ----------
    model
        Changed in place where the recipe fits, left alone where it does not.
    path, recipe
        As in `save_weights`.

    Returns
    -------
    bool
        Whether they were loaded: False where there is no such file, or one of another recipe.

    Raises
    ------
    ValueError
        If the file is damaged.

    Notes
    -----
    Notebook: 08.
    """
    if not path.is_file():
        return False
    try:
        with np.load(path, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        told = json.loads(arrays.pop("recipe").tobytes())
        if told != json.loads(json.dumps(dict(recipe))):
            return False
        model.load_state_dict(
            {name: torch.from_numpy(value.astype(np.float32)) for name, value in arrays.items()}
        )
    except Exception as error:
        # damage shows up as errors of zip, zlib, json, numpy and torch alike
        raise ValueError(
            f"{path.name} is damaged ({error}). Restore it by git, or delete it."
        ) from error
    return True


def recipe_of(path: Path) -> dict:
    """Return the recipe that lies beside committed weights.

    Raises
    ------
    ValueError
        If the file is damaged.

    Notes
    -----
    Notebook: 08.
    """
    try:
        with np.load(path, allow_pickle=False) as kept:
            return json.loads(kept["recipe"].tobytes())
    except Exception as error:  # damage shows up as errors of zip, zlib, json and numpy alike
        raise ValueError(f"{path.name} is damaged ({error}). Restore it by git, or "
                         "delete it.") from error
