"""From notebooks to a site: run them, two at a time, then hand the pages to Sphinx."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from joblib import cpu_count

from coursekit.choice import ReportError, checked_wishes, choose_deck
from coursekit.running import Run, run_notebook
from coursekit.site import build_site
from coursekit.slides import plans
from genrelab.corpora import Corpus, corpus_address, load_corpus
from genrelab.runtime import compile_librosa, project_root, shown
from genrelab.runtime.cache import write_whole
from genrelab.runtime.parallel import job_count
from genrelab.runtime.processes import end_with, leaving_none_behind

AT_ONCE = 2

AFTER = {"07": ("06",), "10": ("08",), "09": ("01", "02", "03", "04", "05", "06", "07", "08")}
"""Notebooks that take up what others have made, which therefore run first."""


class Pages(NamedTuple):
    """Executed notebooks, and what they were made from."""

    place: Path
    figures: Path
    corpus: Corpus
    runs: list[Run]

    def check(self) -> None:
        """Raise a `ReportError` that names each notebook that failed."""
        if failed := [run for run in self.runs if run.state == "failed"]:
            raise ReportError("\n".join(f"{run.notebook} failed {run.reason}" for run in failed))


def build_pages(
    corpus: str = "synthetic",
    profile: str = "quick",
    only: Iterable[str] = (),
    settings: dict | None = None,
    out: Path | None = None,
    audio: bool = True,
    solutions: bool = False,
    answers: Mapping[str, str] | None = None,
    checks: Path | None = None,
    say: Callable[[str], None] = lambda line: None,
    mine: Path | None = None,
) -> Pages:
    """Run the notebooks on a corpus; the parameters are those of `build_report`.

    A notebook that fails stops no other; `Pages.check` raises what went wrong.

    Other parameters
    ----------------
    solutions
        Whether the exercises' solutions stand in the place of the stubs.
    answers
        Somebody's answers by exercise, to stand in the place of the stubs; a cell gets
        `ANSWER_SECONDS` at most.
    checks
        File that gets a line of JSON for each exercise that is checked.
    """
    chosen = checked_wishes(corpus, only, settings, out, mine)
    loaded = load_corpus(corpus)
    if reason := loaded.lacks(genres=2):
        raise ReportError(f"{corpus}: {reason}")
    name = folder_name(loaded.name, profile)
    place = (out or project_root() / "build" / name).resolve()
    figures = place / "figures" if out else project_root() / "figures" / name
    jobs = str(
        job_count()
        if os.environ.get("GENRELAB_JOBS")
        else max(1, cpu_count() // min(AT_ONCE, len(chosen)))
    )
    environment = {
        **os.environ,
        "GENRELAB_CORPUS": corpus_address(corpus),
        "GENRELAB_FIGURES": str(figures),
        "GENRELAB_QUIET": "1",
        "GENRELAB_CHECKS": str(checks or ""),
        "GENRELAB_MINE": str(Path(mine).expanduser().resolve())
        if mine
        else os.environ.get("GENRELAB_MINE", ""),
        "GENRELAB_NO_AUDIO": "" if audio else "1",
        "GENRELAB_JOBS": jobs,
        # more threads than cores wait for each other: minutes instead of seconds
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS") or jobs,
        "OPENBLAS_NUM_THREADS": os.environ.get("OPENBLAS_NUM_THREADS") or jobs,
        "OMP_WAIT_POLICY": "PASSIVE",
        "PYTHONHASHSEED": "0",
        # this environment's kernel, not one of the same name in the home folder
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    run = {"corpus": environment["GENRELAB_CORPUS"], "profile": profile, "audio": audio}
    _clear_other_runs(place, run | {"mine": environment["GENRELAB_MINE"]})
    left_out = (
        f" ({len(loaded.problems)} more cannot be used: notebook 00 says why)"
        if len(loaded.problems)
        else ""
    )
    say(f"{loaded.name}, {len(loaded.tracks)} tracks{left_out}, profile {profile}: {len(chosen)} "
        "notebooks")
    parameters = {"profile": profile} if profile != "quick" else {}
    parameters |= settings or {}
    same = {
        "pages": place / "pages",
        "parameters": parameters,
        "solutions": solutions,
        "answers": answers,
    }
    tasks = [{"source": source, **same} for source in chosen]
    minutes = place / "minutes.json"
    kept = json.loads(minutes.read_text()) if minutes.is_file() else {}
    took = {name[:2]: run["seconds"] for name, run in kept.items()}
    if not took and not only:
        say("the first time takes some seven minutes, later ones one and a half; other music and "
            "profiles more")
    log = place / "kernels.log"
    log.unlink(missing_ok=True)  # what earlier runs grumbled about says nothing of this one
    runs = _run_all(tasks, environment, log, say, took)
    _keep_minutes(minutes, kept, runs)
    return Pages(place, figures, loaded, runs)


def build_report(
    corpus: str = "synthetic",
    profile: str = "quick",
    only: Iterable[str] = (),
    settings: dict | None = None,
    out: Path | None = None,
    audio: bool = True,
    say: Callable[[str], None] = print,
    mine: Path | None = None,
) -> Path:
    """Run the notebooks on a corpus and build the site.

    Parameters
    ----------
    corpus
        ``"synthetic"`` or a folder, as for `load_corpus`.
    profile
        Sizes of the experiments: quick, reference or paper.
    only
        Numbers of notebooks (``"01"``); by default all. Pages of the others are left as they are.
    settings
        Values for parameters of the notebooks; such a run needs `out`, so that it stands beside the
        figures that are kept and not among them.
    out
        Folder of the pages and the site, by default `build/<corpus>`; where it is given, figures go
        there too.
    audio
        Whether the site plays sound.
    say
        Takes each line of progress.
    mine
        Folder of the reader's own music, which notebook 10 places among the tracks of the corpus.

    Returns
    -------
    Path
        The first page of the site.

    Raises
    ------
    ReportError
        If a notebook fails: its page shows how far it came and the error, and the site is built
        with it. Or if the site cannot be built.
    """
    begin = time.monotonic()
    pages = build_pages(corpus, profile, only, settings, out, audio, say=say, mine=mine)
    say("building the site")
    index = build_site(pages.place, pages.figures, pages.corpus, profile, audio)
    say("\nminutes")
    for run in sorted(pages.runs, key=lambda run: run.notebook):
        say(f"  {run.notebook:36s} {run.seconds / 60:5.1f}")
    say(f"  {'from beginning to end':36s} {(time.monotonic() - begin) / 60:5.1f}")
    say(f"\nopen {shown(index)}")
    pages.check()
    return index


def needed_for(part: str) -> tuple[str, list[str]]:
    """Return the name of a deck, and the numbers of the notebooks that it shows and of those that
    these take up.

    Parameters
    ----------
    part
        Number or name of a deck.

    Raises
    ------
    ReportError
        If there is no such deck.
    """
    name = choose_deck(part)
    shown_in = set(next(plan.notebooks for plan in plans() if plan.name == name))
    return name, sorted(shown_in.union(*(AFTER.get(number, ()) for number in shown_in)))


def folder_name(corpus: str, profile: str) -> str:
    """Name the folder of a run by corpus and profile; `gtzan` is the reference run's alone, which
    is committed."""
    plain = "reference" if corpus == "gtzan" else "quick"
    return corpus if profile == plain else f"{corpus}-{profile}"


def _clear_other_runs(place: Path, run: dict) -> None:
    """Delete pages that came from other music, another profile or with other sound: a site never
    mixes runs.

    The reader's own music is in notebook 10 alone; other music of theirs, or none, costs that page
    alone. """
    label = place / "run.json"
    before = json.loads(label.read_text()) if label.is_file() else {}
    if before == run:
        return
    if before | {"mine": ""} == run | {"mine": ""}:
        for page in place.glob("pages/10_*.ipynb"):
            page.unlink()
    else:
        shutil.rmtree(place / "pages", ignore_errors=True)
        (place / "minutes.json").unlink(missing_ok=True)
    write_whole(label, lambda path: path.write_text(json.dumps(run)))


def _run_all(
    tasks: list[dict],
    environment: dict,
    log: Path,
    say: Callable[[str], None],
    took: Mapping[str, float] | None = None,
) -> list[Run]:
    """Run notebooks in two processes, whose kernels grumble into a file.

    `took` tells how many seconds each took the last time: of those that may go next, the longest
    goes first. """
    waiting = {task["source"].stem[:2]: task for task in tasks}
    needs = {
        number: {earlier for earlier in AFTER.get(number, ()) if earlier in waiting}
        for number in waiting
    }
    # What others wait for goes first: what a long chain waits for, then what many wait for.
    last = {number: (took or {}).get(number, 0.0) for number in waiting}
    order = sorted(waiting, key=lambda n: (-_chain(n, needs), -_many(n, needs), -last[n], n))
    runs: list[Run] = []
    going: dict[Future, str] = {}
    done: set[str] = set()
    compile_librosa()  # before several kernels do it at once
    begun = {
        "mp_context": get_context("spawn"),
        "initializer": _begin,
        "initargs": (log, os.getpid()),
    }
    with (
        _surroundings(environment),
        ProcessPoolExecutor(AT_ONCE, **begun) as pool,
        leaving_none_behind(),
    ):
        while going or order:
            ready = [number for number in order if needs[number] <= done]
            for number in ready[: AT_ONCE - len(going)]:
                order.remove(number)
                say(f"{waiting[number]['source'].stem:36s} begins")
                try:
                    future = pool.submit(run_notebook, **waiting[number])
                except BrokenProcessPool as error:  # a process died earlier, and with it the pool
                    future = Future()
                    future.set_exception(error)
                going[future] = number
            for future in wait(going, return_when=FIRST_COMPLETED).done:
                number = going.pop(future)
                run = _ended(future, waiting[number]["source"].stem, log)
                say(str(run))
                runs.append(run)
                done.add(number)
    return runs


def _chain(number: str, needs: dict[str, set[str]]) -> int:
    """Return how many notebooks, one after the other, wait for this one."""
    return max(
        (1 + _chain(later, needs) for later, earlier in needs.items() if number in earlier),
        default=0,
    )


def _begin(log: Path, parent: int) -> None:
    """Let this process end with its parent; what it and its kernels say about themselves goes into
    a file."""
    end_with(parent)
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "a", encoding="utf-8") as file:
        os.dup2(file.fileno(), sys.stderr.fileno())


def _many(number: str, needs: dict[str, set[str]]) -> int:
    """Return how many notebooks wait for this one."""
    return sum(number in earlier for earlier in needs.values())


def _ended(future: Future, name: str, log: Path) -> Run:
    """Return how a run ended, and where its process died, that."""
    try:
        return future.result()
    except BrokenProcessPool:
        reason = (
            f"because its process died: was there too little memory? See the end of {shown(log)}"
        )
    except (
        Exception
    ) as error:  # before or after its cells: a stub that is missing, a disk that is full
        reason = f"outside its cells: {type(error).__name__}: {error}"
    return Run(name, "failed", 0, reason)


@contextmanager
def _surroundings(environment: dict) -> Iterator[None]:
    """Let processes that are begun here inherit an environment."""
    kept = dict(os.environ)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def _keep_minutes(path: Path, kept: dict, runs: list[Run]) -> None:
    """Merge the seconds of these runs into the table of all notebooks."""
    kept = kept | {
        run.notebook: {"state": run.state, "seconds": round(run.seconds, 1)} for run in runs
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n", encoding="utf-8")
