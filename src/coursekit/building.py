"""From notebooks to a site: run them, two at a time, then hand the pages to Sphinx."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import joblib
from joblib import cpu_count

from coursekit.choice import ReportError, checked_wishes
from coursekit.running import Pages, Run, run_notebook
from coursekit.site import build_site
from coursekit.slides import plans
from genrelab.corpora import corpus_address, load_corpus
from genrelab.runtime import compile_librosa, project_root, shown
from genrelab.runtime.cache import write_whole
from genrelab.runtime.parallel import job_count
from genrelab.runtime.processes import end_with, leaving_none_behind

AT_ONCE = 2

PICTURES = (".png", ".svg", ".txt")
"""Endings of figures, which lessons write and do not read."""


def build_pages(corpus: str = "synthetic", *, only: Iterable[str] = (),
                settings: dict | None = None, out: Path | None = None, mine: Path | None = None,
                audio: bool = True, again: bool = False, reference: bool = False,
                solutions: bool = False, answers: Mapping[str, str] | None = None,
                checks: Path | None = None, say: Callable[[str], None] = lambda line: None
                ) -> Pages:
    """Run the notebooks on a corpus.

    A notebook that fails stops no other; `Pages.check` raises what went wrong.

    Parameters
    ----------
    corpus
        ``"synthetic"`` or a folder, as for `load_corpus`.
    only
        Numbers of notebooks (``"01"``); by default all. Pages of the others are left as they are.
    settings
        Values for parameters of the notebooks; such a run needs `out`, so that it stands beside the
        figures that are kept and not among them.
    out
        Folder of the pages and the site, by default `build/<corpus>`; where it is given, figures go
        there too.
    mine
        Folder of the reader's own music, which notebook 10 places among the tracks of the corpus.
    audio
        Whether pages play sound.
    again
        Whether to run a notebook again though nothing has changed since it ran (see `run_key`).
    reference
        Whether the figures are those of the full run, which are committed.
    solutions
        Whether the exercises' solutions stand in the place of the stubs.
    answers
        Somebody's answers by exercise, to stand in the place of the stubs; a cell gets
        `ANSWER_SECONDS` at most.
    checks
        File that gets a line of JSON for each exercise that is checked.
    say
        Takes each line of progress.
    """
    chosen = checked_wishes(corpus, only, settings, out, mine)
    loaded = load_corpus(corpus)
    if reason := loaded.lacks(genres=2):
        raise ReportError(f"{corpus}: {reason}")
    name = folder_name(loaded.name, reference)
    place = (out or project_root() / "build" / name).resolve()
    figures = place / "figures" if out else project_root() / "figures" / name
    cores = max(1, cpu_count() // min(AT_ONCE, len(chosen)))
    jobs = str(job_count() if os.environ.get("GENRELAB_JOBS") else cores)
    own_music = Path(mine).expanduser().resolve() if mine else os.environ.get("GENRELAB_MINE", "")
    environment = os.environ | {
        "GENRELAB_CORPUS": corpus_address(corpus),
        "GENRELAB_FIGURES": str(figures),
        "GENRELAB_QUIET": "1",
        "GENRELAB_CHECKS": str(checks or ""),
        "GENRELAB_MINE": str(own_music),
        "GENRELAB_NO_AUDIO": "" if audio else "1",
        "GENRELAB_JOBS": jobs,
        # more threads than cores wait for each other: minutes instead of seconds
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS") or jobs,
        "OPENBLAS_NUM_THREADS": os.environ.get("OPENBLAS_NUM_THREADS") or jobs,
        "OMP_WAIT_POLICY": "PASSIVE",
        "PYTHONHASHSEED": "0",
        "PYTHONFAULTHANDLER": "1",  # where a kernel was when it crashed: in the log
        # this environment's kernel, not one of the same name in the home folder
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    run = {"corpus": environment["GENRELAB_CORPUS"], "audio": audio}
    _clear_other_runs(place, run | {"mine": environment["GENRELAB_MINE"]})
    unusable = len(loaded.problems)
    why = f" ({unusable} more cannot be used: notebook 00 says why)" if unusable else ""
    say(f"{loaded.name}, {len(loaded.tracks)} tracks{why}: {len(chosen)} notebooks")
    same = {"pages": place / "pages", "parameters": settings or {}}
    same |= {"solutions": solutions, "answers": answers}
    minutes = place / "minutes.json"
    kept = json.loads(minutes.read_text()) if minutes.is_file() else {}
    if not kept and not only:
        say("the first time takes some minutes, later ones less; other music more")
    log = place / "kernels.log"
    log.unlink(missing_ok=True)  # what earlier runs grumbled about says nothing of this one
    tasks = [{"source": source, **same} for source in chosen]
    keys = {source.stem: run_key(source, same, environment) for source in chosen}
    runs = []
    if not (again or checks or answers):
        runs = [Run(name, kept[name]["state"], kept[name]["seconds"],
                    "(not run again: nothing has changed)") for name, key in keys.items()
                if kept.get(name, {}).get("key") == key and _is_whole(name, place, figures)]
        say("\n".join(map(str, runs)))
    unchanged = {run.notebook for run in runs}
    took = {name[:2]: run["seconds"] for name, run in kept.items()}
    if tasks := [task for task in tasks if task["source"].stem not in unchanged]:
        runs += _run_all(tasks, environment, log, say, took)
    _keep_minutes(minutes, kept, runs, keys)
    return Pages(place, figures, loaded, audio, runs)


def build_report(corpus: str = "synthetic", say=print, **wishes: Any) -> Path:
    """Run the notebooks on a corpus and build the site.

    Parameters
    ----------
    corpus, say, **wishes
        As for `build_pages`.

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
    pages = build_pages(corpus, say=say, **wishes)
    say("building the site")
    index = build_site(pages)
    say("\nminutes")
    for run in sorted(pages.runs, key=lambda run: run.notebook):
        say(f"  {run.notebook:36s} {run.seconds / 60:5.1f}")
    say(f"  {'from beginning to end':36s} {(time.monotonic() - begin) / 60:5.1f}")
    say(f"\nopen {shown(index)}")
    pages.check()
    return index


def needed_for(deck: str) -> list[str]:
    """Return the numbers of the notebooks that a deck shows."""
    return sorted(set(next(plan.notebooks for plan in plans() if plan.name == deck)))


def folder_name(corpus: str, reference: bool) -> str:
    """Name the folder of a run by its corpus; `gtzan` is the full run's alone, which is
    committed."""
    return "gtzan-lessons" if corpus == "gtzan" and not reference else corpus


def _clear_other_runs(place: Path, run: dict) -> None:
    """Delete pages that came from other music or with other sound: a site never mixes runs.

    The reader's own music is in notebook 10 alone; other music of theirs, or none, costs that page
    alone.
    """
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


def _run_all(tasks: list[dict], environment: Mapping[str, str], log: Path,
             say: Callable[[str], None], took: Mapping[str, float] = {}) -> list[Run]:
    """Run notebooks in two processes, whose kernels grumble into a file.

    `took` tells how many seconds each took the last time: the longest goes first.
    """
    waiting = sorted(tasks, key=lambda task: -took.get(task["source"].stem[:2], 0.0))
    runs: list[Run] = []
    going: dict[Future, str] = {}
    compile_librosa()  # before several kernels do it at once
    begun = {"initializer": _begin, "initargs": (log, os.getpid(), environment)}
    pool = ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn"), **begun)
    with pool, leaving_none_behind():
        while going or waiting:
            while waiting and len(going) < AT_ONCE:
                task = waiting.pop(0)
                name = task["source"].stem
                say(f"{name:36s} begins")
                try:
                    future = pool.submit(run_notebook, **task)
                except BrokenProcessPool as error:  # a process died earlier, and with it the pool
                    future = Future()
                    future.set_exception(error)
                going[future] = name
            for future in wait(going, return_when=FIRST_COMPLETED).done:
                runs.append(_ended(future, going.pop(future), log))
                say(str(runs[-1]))
    return runs


def _begin(log: Path, parent: int, environment: Mapping[str, str]) -> None:
    """Let this process end with its parent, and hand its kernels an environment; what they all say
    about themselves goes into a file."""
    end_with(parent)
    os.environ.update(environment)
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "a", encoding="utf-8") as file:
        os.dup2(file.fileno(), sys.stderr.fileno())


def _ended(future: Future, name: str, log: Path) -> Run:
    """Return how a run ended, and where its process died, that."""
    try:
        return future.result()
    except BrokenProcessPool:
        end = f"See the end of {shown(log)}"
        reason = f"because its process died: was there too little memory? {end}"
    except Exception as error:  # a stub that is missing, a disk that is full
        reason = f"outside its cells: {type(error).__name__}: {error}"
    return Run(name, "failed", 0, reason)


def _keep_minutes(path: Path, kept: dict, runs: list[Run], keys: Mapping[str, str]) -> None:
    """Merge the seconds of these runs into the table of all notebooks; one that failed is run again
    the next time."""
    now = {run.notebook: {"state": run.state, "seconds": round(run.seconds, 1),
                          "key": keys[run.notebook] if run.state != "failed" else ""}
           for run in runs}
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(dict(sorted((kept | now).items())), indent=1)
    path.write_text(text + "\n", encoding="utf-8")


# --- what need not run again ----------------------------------------------------------------------


def run_key(source: Path, task: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """Return a hash of all that an executed notebook follows from: its source and parameters, the
    corpus, the reader's own music, our code, the packages and the record."""
    root, corpus = project_root(), environment["GENRELAB_CORPUS"]
    names = ("GENRELAB_CORPUS", "GENRELAB_MINE", "GENRELAB_NO_AUDIO", "GENRELAB_FIGURES")
    folders = ("src", *(f"notebooks/{kind}" for kind in ("checks", "drawings", "quizzes")))
    ours = [path for folder in folders
            for path in (root / folder).rglob("*.*") if "__pycache__" not in path.parts]
    texts = [source, root / "requirements.lock", *sorted(filter(Path.is_file, ours))]
    watched = [root / "figures" / "gtzan", environment["GENRELAB_MINE"]]
    watched += [corpus] if corpus != "synthetic" else []
    files = [str(file) for folder in filter(None, watched) for file in _states(Path(folder))]
    return joblib.hash([[path.read_bytes() for path in texts], files, str(task),
                        [environment[name] for name in names]])


def _states(folder: Path) -> list[tuple[str, int, int]]:
    """Return name, size and time of every file of a folder, but for pictures."""
    found = sorted(path for path in folder.rglob("*.*") if path.suffix not in PICTURES)
    return [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in found]


def _is_whole(name: str, place: Path, figures: Path) -> bool:
    return (place / "pages" / f"{name}.ipynb").is_file() and (figures / name[:2]).is_dir()
