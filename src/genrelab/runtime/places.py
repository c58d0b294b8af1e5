"""Where files live."""

from __future__ import annotations

import os
from pathlib import Path


def project_root() -> Path:
    """Return the checkout that holds `notebooks/`, or the current folder where the package is installed elsewhere."""
    for folder in (Path(__file__).resolve().parents[3], Path.cwd(), *Path.cwd().parents):
        if (folder / "notebooks").is_dir() and (folder / "requirements.lock").is_file():
            return folder
    return Path.cwd()


def cache_folder() -> Path:
    """Return the folder of everything that can be made again: `$GENRELAB_CACHE`, else `.cache/` of the checkout.

    Raises
    ------
    OSError
        If the folder cannot be created; the message names it and the way out.
    """
    folder = Path(os.environ.get("GENRELAB_CACHE") or project_root() / ".cache")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(
            f"The cache folder {folder} cannot be created ({error.strerror or error}). "
            "Set GENRELAB_CACHE to a folder that you may write to."
        ) from error
    return folder
