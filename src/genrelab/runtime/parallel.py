"""The one door to joblib: every loop over tracks, holdouts, trials or blocks of pairs goes through here."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from joblib import Parallel, cpu_count, delayed

from genrelab.runtime.cache import MISSING, recall
from genrelab.runtime.progress import progress

S = TypeVar("S")
T = TypeVar("T")


def parallel(function: Callable[[S], T], items: Sequence[S], describe: str, jobs: int | None = None) -> list[T]:
    """Apply a function to each item in worker processes and return the results in the order of the items.

    Parameters
    ----------
    function
        Takes one item; it and its result must be picklable.
    items
        What to work on. Fewer than three are worked on in this process: starting workers would take longer.
    describe
        Two or three words for the progress bar.
    jobs
        Number of processes; by default `$GENRELAB_JOBS`, else the number of cores.
    """
    jobs = jobs or int(os.environ.get("GENRELAB_JOBS") or cpu_count())
    if len(items) < 3 or jobs == 1:
        return [function(item) for item in progress(items, describe, len(items))]
    work = Parallel(n_jobs=jobs, return_as="generator", batch_size="auto")
    results = work(delayed(function)(item) for item in items)
    return list(progress(results, describe, len(items)))


def parallel_cached(
    kind: str, function: Callable[[S], T], items: Sequence[S], keys: Sequence[dict[str, Any]], describe: str
) -> list[T]:
    """Like `parallel`, for a function that keeps its results by `cached(kind, ..., **key)`.

    What the cache holds is taken from it at once; workers are started only for the rest, and whatever they finish is
    kept even if the run is killed.

    Parameters
    ----------
    kind
        The kind of result, as in `cached`.
    function, items, describe
        As in `parallel`.
    keys
        The key of each item.
    """
    results = [recall(kind, **key) for key in keys]
    left = [place for place, result in enumerate(results) if result is MISSING]
    for place, result in zip(left, parallel(function, [items[place] for place in left], describe)):
        results[place] = result
    return results
