"""The command `genrelab`; every Make target but `setup` is one of its commands."""

from __future__ import annotations

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

from coursekit.choice import checked_wishes, choose_deck
from coursekit.handed_in import MARKS, students
from coursekit.surroundings import mend_of, print_anywhere, printing_all, write_somewhere
from genrelab.runtime.places import project_root, shown
from genrelab.runtime.processes import Stopped, stopping_all

# Keeps JupyterLab from asking about its news.
SETTINGS = str(Path(__file__).parent / "jupyter")

WORKSPACE = Path(SETTINGS) / "workspace.json"
"""What a reader sees beside the notebook the first time."""

EXAMPLES = """examples:
  genrelab check                                  is this machine ready?
  genrelab corpus --corpus path/to/gtzan          is this copy of GTZAN complete?
  genrelab lab                                    open the course in JupyterLab
  genrelab report --corpus path/to/gtzan          the site on real data
  genrelab report --only 01 --set seed=1 --out runs/a
                                                  one notebook with another seed, beside the kept
  genrelab report --only 10 --mine path/to/my/music
                                                  your own music among the tracks of a corpus
  genrelab slides                                 the decks for a seminar
  genrelab warm 1                                 the day before: everything for deck 1 lies ready
  genrelab handout                                what students and teachers take home, as zip files
  genrelab claims --recompute                     every verdict anew, from the kept predictions
  genrelab reproduce namgyal                      one paper's experiments, small
  genrelab compare runs/a figures/gtzan           what another seed of them changes
  genrelab exercises --solve                      run every solution against its check
  genrelab grade path/to/handed-in                marks for a class, from the checks
  genrelab cache --clear                          forget everything that can be made again
"""


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code: 0 when all is well, 1 when not, 2 for a wrong call,
    130 after Ctrl-C."""
    # two processes on two cores must not spin against each other
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    print_anywhere()
    write_somewhere()
    try:
        with stopping_all(), printing_all():
            options = _parser().parse_args(arguments)
            return options.command(options) or 0
    except Stopped as stopped:
        print("genrelab: stopped", file=sys.stderr)
        return 128 + stopped.number
    except BrokenPipeError:  # as by `genrelab claims | head`, which has read enough
        return 128 + 13
    except (OSError, ValueError, RuntimeError) as error:
        why = mend_of(error) if isinstance(error, OSError) else error
        print(f"genrelab: {why}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    about = "Hearing Genre: a course you can run."
    parser = argparse.ArgumentParser("genrelab", None, about, EXAMPLES, formatter_class=layout)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(command, help: str, name: str = "") -> argparse.ArgumentParser:
        name = name or command.__name__.strip("_")
        added = commands.add_parser(name, help=help, description=help)
        added.set_defaults(command=command)
        return added

    def on_music(command, help: str, name: str = "") -> argparse.ArgumentParser:
        added = add(command, help, name)
        default = os.environ.get("GENRELAB_CORPUS") or "synthetic"
        where = "synthetic (default) or a folder"
        added.add_argument("--corpus", default=default, metavar="C", help=where)
        return added

    on_music(_check, "say whether this machine is ready: each need OK or FAIL, with the mend")
    corpus = on_music(_corpus, "report what a corpus holds, and what is wrong with it")
    corpus.add_argument("--json", action="store_true", help="for programs")
    lab = on_music(_lab, "open copies of the notebooks in work/")
    edit = on_music(_edit, "open the notebooks' sources")
    for opened in (lab, edit):
        opened.add_argument("--port", type=int, default=8888, help="where the server listens")
        opened.add_argument("--no-browser", action="store_true", help="start the server only")
    report = on_music(_report, "run the notebooks and build the offline site")
    whole = "the full run: all experiments, then the notebooks; on GTZAN it writes figures/gtzan"
    reference = on_music(partial(_report, reference=True), whole, "reference")
    repeat = on_music(_reproduce, "run the papers' experiments and keep what they find")
    names = "papers or experiments (see --list); by default all"
    repeat.add_argument("names", nargs="*", metavar="PAPER", help=names)
    repeat.add_argument("--size", default="smoke", choices=("smoke", "reference", "paper"),
                        help="smoke (does it run? the default), reference or paper")
    repeat.add_argument("--seed", type=int, default=0, help="decides what is left to chance")
    repeat.add_argument("--out", type=Path, metavar="DIR", help="where the record goes")
    repeat.add_argument("--list", action="store_true", help="list the experiments")
    other = "another value for a parameter of the notebooks; needs --out"
    own = "your own music, to be placed on the maps of notebook 10"
    report.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=other)
    report.add_argument("--out", type=Path, metavar="DIR", help="where pages and figures go")
    reference.set_defaults(set=[], out=None)
    only_lessons = "leave the experiments out: draw figures again from the record as it is"
    reference.add_argument("--only-lessons", action="store_true", help=only_lessons)
    for built in (report, reference):
        take = built.add_argument
        take("--only", default="", metavar="NN,NN", help="these notebooks only")
        take("--no-audio", action="store_true", help="leave sound out of the site")
        take("--mine", type=Path, metavar="DIR", help=own)
        take("--again", action="store_true", help="run what has not changed, too")
    on_music(_slides, "run the notebooks and build the decks for a seminar")
    zipped = "zip the site and the notebooks for students (without solutions) and for teachers"
    on_music(_handout, zipped)
    warm = on_music(_warm, "fill the cache and build a deck, the day before a seminar")
    warm.add_argument("part", help="the number of a deck (1 to 5)")
    claims = add(_claims, "show what became of the papers' claims; --recompute from the kept "
                          "predictions")
    where = "a run's figures, by default figures/gtzan"
    claims.add_argument("folder", nargs="?", type=Path, help=where)
    claims.add_argument("--json", action="store_true", help="for programs")
    anew = "compute all values and verdicts anew, without sound"
    claims.add_argument("--recompute", action="store_true", help=anew)
    compare = add(_compare, "print which parameters differ between two runs, and the paired "
                            "differences")
    compare.add_argument("one", type=Path, help="a run, such as runs/a")
    compare.add_argument("other", type=Path, help="another, such as figures/gtzan")
    listed = "list the exercises; --solve runs every solution against its check"
    on_music(_exercises, listed).add_argument("--solve", action="store_true")
    marked = "run the answers that a class has handed in, and write marks.csv beside them"
    students = "holds a folder of notebooks per student"
    on_music(_grade, marked).add_argument("folder", type=Path, help=students)
    bench = add(_bench, "measure against the plain way, side by side")
    bench.add_argument("name", nargs="?", help="by default all but growth, which takes longest")
    cache = add(_cache, "show what the cache holds")
    cache.add_argument("--clear", action="store_true", help="empty it")
    add(_sync, "bring stubs and .ipynb up to date with the .py sources")
    add(_lint, "check style, and that nothing generated is behind its source")
    for name, marks, help in (
        ("test", "not browser and not slow",
         "run the tests of code and notebooks, but for the slow ones"),
        ("test-all", "slow and not browser", "run the slow tests, which `test` leaves out"),
        ("test-browser", "browser", "run the tests in Chromium")):
        tests = add(partial(_test, marks=marks), help, name)
        tests.add_argument("rest", nargs=argparse.REMAINDER)
    add(_update, "take new versions of all packages: a new lock, all tests, and the numbers that "
                 "moved")
    add(_clean, "remove the built sites; the cache and your work stay")
    return parser


def _check(options) -> int:
    from coursekit.check import check_machine

    needs = check_machine(options.corpus)
    print(*needs, sep="\n")
    return int(any(need.state == "FAIL" for need in needs))


def _corpus(options) -> None:
    from coursekit.corpus_report import as_dict, as_text
    from genrelab.corpora import integrity, load_corpus

    found = integrity(load_corpus(options.corpus))
    print(json.dumps(as_dict(found), indent=1) if options.json else as_text(found))


def _lab(options) -> int:
    root = project_root()
    work, taken = root / "work", root / "work" / ".as-copied"
    taken.mkdir(parents=True, exist_ok=True)
    for source in sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        copy = work / source.name
        if not copy.exists():
            shutil.copy(source, copy)
            shutil.copy(source, taken / source.name)
        elif _differ(taken / source.name, source):
            print(f"{source.name} has changed since your copy in work/ was made; rename yours to "
                  "get the new one.")
    workspaces = os.environ.get("JUPYTERLAB_WORKSPACES_DIR") or str(work / ".workspaces")
    _show_contents(workspaces)
    return _open_lab(options, work, "00_start_here.ipynb", JUPYTERLAB_WORKSPACES_DIR=workspaces)


def _differ(before: Path, now: Path) -> bool:
    """Tell whether a file is another than the kept copy of it; without a copy nobody knows."""
    return before.is_file() and before.read_bytes() != now.read_bytes()


def _show_contents(workspaces: str) -> None:
    """Let JupyterLab show the table of contents the first time; later it opens as the reader left
    it."""
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    manager = WorkspacesManager(workspaces)
    if not manager.list_workspaces():
        manager.save("default", WORKSPACE.read_text(encoding="utf-8"))


def _edit(options) -> int:
    return _open_lab(options, project_root() / "notebooks", "")


def _open_lab(options, folder: Path, first: str, **more: str) -> int:
    """Start JupyterLab in a folder; it runs until the reader stops it."""
    from genrelab.corpora import corpus_address, load_corpus
    from genrelab.runtime import compile_librosa

    load_corpus(options.corpus)  # a wrong folder is better said now than in the first notebook
    compile_librosa()  # before several kernels do it at once
    print(f"The notebooks lie in {shown(folder)}/.", end=" ")
    print("JupyterLab opens in the browser, or at the address below; Ctrl-C ends it.", flush=True)
    settings = filter(None, [SETTINGS, os.environ.get("JUPYTER_CONFIG_PATH")])
    environment = os.environ | more | {"GENRELAB_CORPUS": corpus_address(options.corpus),
                                       "GENRELAB_FIGURES": str(project_root() / "work" / "figures"),
                                       "JUPYTER_PREFER_ENV_PATH": "1",
                                       "JUPYTER_CONFIG_PATH": os.pathsep.join(settings)}
    command = [sys.executable, "-m", "jupyterlab", f"--port={options.port}", "--LabApp.news_url="]
    command += [f"--ServerApp.root_dir={folder}", f"--LabApp.default_url=/lab/tree/{first}"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    if options.no_browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    if os.name == "posix":
        # so that a signal to this process ends the server, too
        os.execve(command[0], command, environment)
    return subprocess.call(command, env=environment)


def _report(options, reference: bool = False) -> None:
    only = [number for number in options.only.split(",") if number]
    wishes = {"only": only, "settings": dict(map(_setting, options.set))}
    wishes |= {"out": options.out, "mine": options.mine}
    checked_wishes(options.corpus, **wishes)  # at once; what builds a report takes seconds to load

    from coursekit.building import build_report
    from reproductions.experiments import EXPERIMENTS, reproduce

    if reference and not options.only_lessons:
        names = [one.name for one in EXPERIMENTS if not only or {*one.lessons} & {*only}]
        if names:
            reproduce(names, options.corpus, "reference")
    wishes |= {"again": options.again, "reference": reference, "audio": not options.no_audio}
    build_report(options.corpus, **wishes)


def _reproduce(options) -> None:
    from reproductions.experiments import EXPERIMENTS, reproduce

    if options.list:
        for one in EXPERIMENTS:
            print(f"{one.name:24s} {one.paper:12s} {one.title}")
        return
    reproduce(options.names, options.corpus, options.size, options.out, options.seed)


def _slides(options) -> int:
    checked_wishes(options.corpus)

    from coursekit.slides import build_slides

    pages = _pages_for_others(options)
    decks = build_slides(pages.place)
    print(f"\nopen {shown(decks.index)}")
    pages.check()
    # other music may lack what a slide shows
    return int(bool(decks.left_out) and pages.corpus.is_synthetic)


def _warm(options) -> int:
    part = choose_deck(options.part)
    checked_wishes(options.corpus)

    from coursekit.building import needed_for
    from coursekit.slides import build_slides

    decks = build_slides(_pages_for_others(options, only=needed_for(part)).place)
    if part in decks.left_out:
        print(f"\n{part} is not ready: {decks.left_out[part]}", file=sys.stderr)
        return 1
    print(f"\nready: open {shown(decks.index.with_name(part + '.html'))}")
    return 0


def _handout(options) -> None:
    checked_wishes(options.corpus)

    from coursekit.handouts import build_handouts
    from genrelab.corpora import load_corpus

    free = load_corpus(options.corpus).is_synthetic  # nobody else's music is given away
    pages = _pages_for_others(options, audio=free)
    pages.check()
    for path in build_handouts(pages):
        print(f"made {shown(path)}")


def _pages_for_others(options, **wishes):
    """Run the notebooks for what leaves this machine: the reader's own music stays out of it."""
    from coursekit.building import build_pages

    os.environ.pop("GENRELAB_MINE", None)
    return build_pages(options.corpus, say=print, **wishes)


def _setting(text: str) -> tuple[str, object]:
    """Read NAME=VALUE; the value is a Python literal, else text."""
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise ValueError(f"--set takes NAME=VALUE, not {text!r}.")
    try:
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return name, value


def _claims(options) -> int:
    from claimbook import Ledger
    from claimbook.claims_text import claims_text

    folder = _figures(options.folder or project_root() / "figures" / "gtzan")
    changed = Ledger(folder).recompute() if options.recompute else []
    print(claims_text(folder, as_json=options.json))
    for row in changed:
        print(f"changed by recomputing: {row}", file=sys.stderr)
    return int(bool(changed))


def _compare(options) -> None:
    from claimbook.claims_text import compare_runs

    print(compare_runs(_figures(options.one), _figures(options.other)))


def _figures(run: Path) -> Path:
    """Return the folder of a run's figures, given that folder or the run's own."""
    folder = run / "figures" if (run / "figures").is_dir() else run
    if not (folder / "claims.json").is_file():
        raise ValueError(f"{folder} holds no claims.json. Give the folder of a run's figures, such "
                         "as figures/gtzan.")
    return folder


def _exercises(options) -> int:
    checked_wishes(options.corpus)

    from coursekit.grading import list_exercises, solve_exercises

    if options.solve:
        outcomes = solve_exercises(options.corpus)
        for outcome in outcomes:
            print(f"{outcome['exercise']}  {outcome['state']:13s} {outcome['text']}")
        return int(any(outcome["state"] != "right" for outcome in outcomes))
    print(*list_exercises(), sep="\n")
    return 0


def _grade(options) -> None:
    students(options.folder)  # at once, as in `_report`
    checked_wishes(options.corpus)

    import pandas as pd

    from coursekit.grading import grade
    from genrelab.runtime.cache import write_whole

    path, marks = options.folder / MARKS, pd.DataFrame()
    for rows in grade(options.folder, options.corpus):
        marks = pd.concat([marks, pd.DataFrame(rows)], ignore_index=True)
        # names may hold what no letter is
        write = partial(marks.to_csv, index=False, errors="backslashreplace")
        write_whole(path, write)  # at once: a class takes long, and may be cut off
    print(marks.pivot(index="student", columns="exercise", values="state").fillna("").to_string())
    print(f"wrote {shown(path)}")


def _bench(options) -> int:
    folder = project_root() / "benchmarks"
    scripts = {path.stem: path for path in sorted(folder.glob("*.py"))}
    if options.name and options.name not in scripts:
        raise ValueError(f"There is no benchmark {options.name!r}; there are {', '.join(scripts)}.")
    for name in [options.name] if options.name else sorted(set(scripts) - {"growth"}):
        if code := subprocess.call([sys.executable, str(scripts[name])]):
            return code
    return 0


def _cache(options) -> None:
    from genrelab.runtime.cache import cache_folder, cache_sizes, clear_cache

    if options.clear:
        clear_cache()
    sizes = cache_sizes()
    for kind, size in sizes.items():
        print(f"{kind:24s} {size / 2**20:8.1f} MiB")
    print(f"{'in all':24s} {sum(sizes.values()) / 2**20:8.1f} MiB in {shown(cache_folder())}")


def _sync(options) -> None:
    from coursekit.pairing import sync

    for path in sync():
        print(f"wrote {path.relative_to(project_root())}")


def _lint(options) -> int:
    from coursekit.pairing import sync

    ruff = [sys.executable, "-m", "ruff", "check", "--output-format", "concise"]
    code = subprocess.call([*ruff, str(project_root())])
    behind = sync(write=False)
    for path in behind:
        print(f"{path.relative_to(project_root())} is behind its source; run `make sync`")
    tests = project_root() / "tests"
    over = [subprocess.call([sys.executable, str(tests / name)])
            for name in ("room_sizes.py", "lesson_limits.py")]
    return int(bool(code or behind or any(over)))


def _test(options, marks: str) -> int:
    words = [word for word in options.rest if word != "--"]
    # all of them: a process for each core, each with whole files; but one browser at a time
    if not words and marks != "browser":
        words = ["--numprocesses", "auto", "--dist", "loadfile"]
    pytest = [sys.executable, "-m", "pytest", "-m", marks]
    return subprocess.call(pytest + words, cwd=project_root())


def _update(options) -> int:
    from coursekit.update import update

    return update()


def _clean(options) -> None:
    shutil.rmtree(project_root() / "build", ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
