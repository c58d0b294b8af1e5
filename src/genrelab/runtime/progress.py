"""One way to show that long work goes on."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


def progress(items: Iterable[T], describe: str, total: int | None = None,
             unit: str = "") -> Iterator[T]:
    """Yield the items while a text bar on stderr shows how many are done.

    Work that took longer than two seconds leaves one line. In a report (`GENRELAB_QUIET=1`) nothing
    is printed: the table of minutes tells there how long a notebook took.

    Notebook: 07.
    """
    quiet = os.environ.get("GENRELAB_QUIET") == "1"
    begin, done = time.monotonic(), 0
    for item in tqdm(items, desc=describe, total=total, unit=unit, leave=False, delay=1,
                     disable=quiet):
        yield item
        done += 1
    seconds = time.monotonic() - begin
    if seconds > 2 and not quiet:
        print(f"{describe}: {done} in {seconds:.0f} s", file=sys.stderr)
