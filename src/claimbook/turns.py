"""A lock, so that two notebooks that run at once do not overwrite each other's rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from genrelab.runtime import cache_folder


@contextmanager
def turn(folder: Path, wait: float = 120.0) -> Iterator[None]:
    """Hold the only right to write to a folder's tables.

    The lock lies in the cache, since it stays there when the turn is over. The system gives it back
    where a run is killed.

    Parameters
    ----------
    folder
        Whose tables are written; made if it is missing.
    wait
        Seconds to wait for other processes.

    Raises
    ------
    TimeoutError
        If another process does not give its turn back; the message names the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    locks = cache_folder() / "turns"
    locks.mkdir(exist_ok=True)
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    lock = FileLock(locks / f"{name}.lock", timeout=wait)
    try:
        lock.acquire()
    except Timeout as error:
        raise TimeoutError(f"{folder.name} is held by another run, which writes to it for more "
                           f"than {wait:g} seconds. End that run.") from error
    try:
        yield
    finally:
        lock.release()
