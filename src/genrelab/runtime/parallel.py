"""The one door to joblib: every loop over tracks, holdouts, trials or blocks of pairs goes through
here."""

from __future__ import annotations

import hashlib
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from joblib import Parallel, cpu_count, delayed, parallel_config

from genrelab.runtime.cache import MISSING, cached, recall
from genrelab.runtime.compiled import compile_librosa
from genrelab.runtime.identity import OUR_PACKAGES
from genrelab.runtime.processes import end_with
from genrelab.runtime.progress import progress

S = TypeVar("S")
T = TypeVar("T")

if TYPE_CHECKING:
    from distributed import Client  # an optional package

CLUSTER = re.compile(r"dask://(?P<place>([\w.-]+|\[[0-9a-fA-F:]+\]):\d+)")
PATIENCE = 5
"""Seconds in which a cluster has to answer, and a worker to be there."""


def parallel(function: Callable[[S], T], items: Sequence[S], describe: str,
             here: bool = False) -> list[T]:
    """Apply a function to each item in worker processes and return the results in the order of the
    items.

    The processes are this machine's, as many as `$GENRELAB_JOBS` says, else one for each core; 1
    stays in this process. Or they are the workers of the Dask cluster that `$GENRELAB_PARALLEL`
    names (``dask://host:port``), all of them.

    Parameters
    ----------
    function
        Takes one item; it and its result must be picklable.
    items
        What to work on. Fewer than three are worked on in this process: starting workers would take
        longer.
    describe
        Two or three words for the progress bar.
    here
        Stay on this machine, for a function that writes files: workers elsewhere would write them
        elsewhere.

    Raises
    ------
    ValueError
        If `$GENRELAB_PARALLEL` is no such address.
    ImportError
        If it is, but the package that speaks to clusters is missing.
    ConnectionError
        If no cluster answers there, or it has no worker, or a worker has another version of this
        package.

    Notes
    -----
    Notebook: 02, 03 and 07.
    """
    return list(_results(function, items, describe, "" if here else _address()))


def _results(function: Callable[[S], T], items: Sequence[S], describe: str,
             address: str) -> Iterator[T]:
    jobs = None if address else job_count()
    if len(items) < 3 or jobs == 1 or _is_worker():
        results = map(function, items)
    elif address:
        results = _by_cluster(address, function, items)
    else:
        compile_librosa()
        work = Parallel(jobs, return_as="generator", initializer=_begin, initargs=(os.getpid(),))
        results = work(delayed(function)(item) for item in items)
    return progress(results, describe, len(items))


def _begin(parent: int) -> None:
    """Let a worker end with its parent and keep its warnings to itself: each would warn anew, into
    the cell that a reader looks at."""
    end_with(parent)
    if os.environ.get("GENRELAB_QUIET") != "1":
        warnings.simplefilter("ignore")


def job_count() -> int:
    """Return the number of processes that `$GENRELAB_JOBS` allows, else the number of cores."""
    jobs = os.environ.get("GENRELAB_JOBS") or str(cpu_count())
    if not (jobs.isdecimal() and int(jobs)):
        raise ValueError(f"GENRELAB_JOBS is {jobs!r}. Set it to a number of processes, such as 2, "
                         "or unset it.")
    return int(jobs)


def parallel_cached(kind: str, function: Callable[[S], T], items: Sequence[S],
                    keys: Sequence[dict[str, Any]], describe: str) -> list[T]:
    """Like `parallel`, but each result is kept under its key, as by `cached`.

    What the cache holds is taken from it at once; workers are started only for the rest, and
    whatever they finish is kept even if the run is killed. A cluster's workers may keep theirs in a
    folder that is not seen here: what they return is kept here, too.

    Parameters
    ----------
    kind
        The kind of result, as in `cached`.
    function, items, describe
        As in `parallel`.
    keys
        The key of each item; see `cached`.
    """
    results = [recall(kind, **key) for key in keys]
    left = [place for place, result in enumerate(results) if result is MISSING]
    address, keep = _address(), partial(_kept, kind, function)
    jobs = [(items[place], keys[place]) for place in left]
    for result, place in zip(_results(keep, jobs, describe, address), left):
        results[place] = result
        if address:
            cached(kind, lambda result=result: result, **keys[place])
    return results


def _kept(kind: str, function: Callable[[S], T], job: tuple[S, dict[str, Any]]) -> T:
    item, key = job
    return cached(kind, partial(function, item), **key)


# --- a cluster ------------------------------------------------------------------------------------


def _address() -> str:
    return os.environ.get("GENRELAB_PARALLEL", "")


def _by_cluster(address: str, function: Callable[[S], T], items: Sequence[S]) -> Iterator[T]:
    """Yield the results of a cluster's workers, each of which gets the function, and the data bound
    to it, once."""
    client = _client(address)
    _check_workers(client, address)
    sent = client.scatter(function, broadcast=True, hash=False)
    with parallel_config(backend="dask", client=client):
        results = Parallel(return_as="generator")(delayed(_apply)(sent, item) for item in items)
    yield from results


def _apply(function: Callable[[S], T], item: S) -> T:
    return function(item)


def _is_worker() -> bool:
    """Tell whether a cluster's worker runs this: a loop within a loop stays there, else workers
    wait for each other."""
    utils = sys.modules.get("distributed.utils")
    return utils is not None and hasattr(utils.thread_state, "execution_state")


def _client(address: str) -> Client:
    """Return this process's connection to a cluster; one that was lost is made anew."""
    client = _connect(address)
    if client.status != "running":
        _connect.cache_clear()
        client = _connect(address)
    return client


@lru_cache
def _connect(address: str) -> Client:
    matched = CLUSTER.fullmatch(address)
    if not matched:
        raise ValueError(f"GENRELAB_PARALLEL is {address!r}, which is no cluster. Set it to "
                         "dask://host:port, the address that `dask scheduler` prints after "
                         "tcp://, or unset it to work on this machine.")
    try:
        from distributed import Client
    except ImportError as error:
        raise ImportError(f"GENRELAB_PARALLEL is {address}, but the package `distributed` is "
                          "missing. Run `pip install -e .[cluster]`, or unset GENRELAB_PARALLEL "
                          "to work on this machine.") from error
    try:
        return Client(f"tcp://{matched['place']}", timeout=PATIENCE, set_as_default=False)
    except OSError as error:
        raise ConnectionError(f"GENRELAB_PARALLEL is {address}, but no cluster answers there. "
                              "Start one with `dask scheduler` and `dask worker tcp://host:port`, "
                              "or unset GENRELAB_PARALLEL to work on this machine.") from error


def _check_workers(client: Client, address: str) -> None:
    """Raise an error unless there are workers, and all of them have this very code: results are
    kept under its hash."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
        theirs = client.run(_package_hash)
    except TimeoutError as error:
        raise ConnectionError(
            f"GENRELAB_PARALLEL is {address}, but the cluster there has no worker. Start some with "
            f"`dask worker {address.replace('dask:', 'tcp:')}`, or unset GENRELAB_PARALLEL to work "
            "on this machine.") from error
    if others := sorted(worker for worker, code in theirs.items() if code != _package_hash()):
        raise ConnectionError(
            f"GENRELAB_PARALLEL is {address}, but {len(others)} of its {len(theirs)} workers have "
            f"another version of this package, the first is {others[0]}. Update the checkout there "
            "and start them again.")


@lru_cache
def _package_hash() -> str:
    """Return a hash of the packages' code as it was when it was first asked for."""
    folders = [Path(__file__).parents[2] / package for package in sorted(OUR_PACKAGES)]
    paths = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
