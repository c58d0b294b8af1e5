"""Results kept by content: what they were made from, with which parameters, by which code."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import joblib

from genrelab.runtime.places import cache_folder

T = TypeVar("T")

FULL = (errno.ENOSPC, errno.EDQUOT)
"""Errors of a disk that is full, or of a share of it that is used up."""

MISSING = object()
"""What `recall` returns where the cache holds nothing."""


def cached(kind: str, make: Callable[[], T], **key: Any) -> T:
    """Return `make()`, or what it returned the last time with the same key.

    An exception that is returned, not raised, is not kept: what it tells of may be mended.

    Parameters
    ----------
    kind
        Name of the sort of result; one folder of the cache each.
    make
        Function without arguments that does the work.
    **key
        All that the result depends on, as JSON values: content of the input, parameters and
        `code=code_version(...)`.

    Notes
    -----
    A result is written under another name and then renamed, so a killed run leaves no half file. A
    file that cannot be read is made again, with a warning.

    Notebook: 08.
    """
    result = recall(kind, **key)
    if result is MISSING:
        result = make()
        if not isinstance(result, Exception):
            write_whole(_place(kind, key), lambda temporary: joblib.dump(result, temporary))
    return result


def recall(kind: str, **key: Any) -> Any:
    """Return what `cached` keeps under a key, or `MISSING`."""
    path = _place(kind, key)
    if path.is_file():
        try:
            return joblib.load(path)
        except Exception as error:  # each damage shows up as another one, of pickle or zlib
            warnings.warn(f"{path} is damaged ({error!r}) and is made again.", stacklevel=2)
    return MISSING


def _place(kind: str, key: dict[str, Any]) -> Path:
    text = json.dumps(key, sort_keys=True)
    return cache_folder() / kind / (hashlib.sha256(text.encode()).hexdigest()[:24] + ".joblib")


def write_whole(path: Path, write: Callable[[Path], Any]) -> None:
    """Call `write` with a temporary name beside `path`, then rename: readers see the whole file or
    none."""
    temporary = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        try:
            os.replace(temporary, path)
        except PermissionError:
            # Windows forbids replacing a file that another process reads: it is the same
            if not path.is_file():
                raise
    except OSError as error:
        mend = "Free some space. " if error.errno in FULL else ""
        if cache_folder() in path.parents:
            mend += "Set GENRELAB_CACHE to a folder that you may write to."
        else:
            mend += ("Write elsewhere: `genrelab report` takes --out, and a clone of your own has "
                     "folders that are yours.")
        raise OSError(f"{path} cannot be written ({error.strerror or error}). {mend}") from error
    finally:
        temporary.unlink(missing_ok=True)


def cache_sizes() -> dict[str, int]:
    """Return the bytes kept of each kind."""
    folders = sorted(folder for folder in cache_folder().iterdir() if folder.is_dir())
    return {folder.name: sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
            for folder in folders}


def clear_cache() -> None:
    """Delete everything that the cache keeps, but for locks that a run may hold."""
    for folder in cache_folder().iterdir():
        if folder.name == "turns":
            continue
        if folder.is_dir():
            shutil.rmtree(folder)
        else:
            folder.unlink()
