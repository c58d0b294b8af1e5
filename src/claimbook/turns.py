"""Two notebooks run at a time and write to one ledger: they take turns."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST_TURN = 60.0
"""Seconds after which a turn is taken for one that a killed run never gave back; a turn takes
milliseconds."""


@contextmanager
def turn(folder: Path, wait: float = 2 * LONGEST_TURN) -> Iterator[None]:
    """Hold the only right to write to a folder's tables.

    Parameters
    ----------
    folder
        Gets the file `.turn` while the turn lasts; a file made only if it is missing works on every
        system.
    wait
        Seconds to wait for other processes.

    Raises
    ------
    TimeoutError
        If another process does not give its turn back; the message names the file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held = folder / ".turn"
    deadline = time.monotonic() + wait
    while True:
        try:
            os.close(os.open(held, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except (
            FileExistsError,
            PermissionError,
        ) as error:  # Windows refuses a name that is just being deleted
            if _age(held) > LONGEST_TURN:
                held.unlink(missing_ok=True)
            elif time.monotonic() > deadline:
                raise TimeoutError(
                    f"{held.name} in {folder.name} is held by another run. Delete it."
                ) from error
            else:
                time.sleep(0.02)
    try:
        yield
    finally:
        held.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
