"""New versions of packages: a new lock, all tests, and a list of the numbers that moved."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from genrelab.runtime import project_root

TESTS = ("lint", "test", "test-all", "test-browser")

NUMBERS = ("value", "ci_low", "ci_high")

GPU = ("cuda-", "nvidia-", "triton")
"""Beginnings of the names of packages that torch brings along for GPUs, on some systems; pip finds
them by itself."""


def update(say: Callable[[str], None] = print) -> int:
    """Resolve `requirements.in` anew, install that, run all tests and the report, and say which
    numbers moved.

    Parameters
    ----------
    say
        Takes each line of progress.

    Returns
    -------
    int
        0 if all tests passed and no number moved, else 1: then look before you commit the new lock.

    Raises
    ------
    RuntimeError
        If the first run fails, or pip finds no versions or cannot install them; then the lock is
        as it was.

    Notes
    -----
    What moved is looked for in two places: the experiments at their smallest size on the synthetic
    corpus, run before and after with an empty cache, and the full run on GTZAN, whose values are
    computed anew from its predictions.
    """
    lock = project_root() / "requirements.lock"
    say("the experiments with the packages as they are")
    before = _rows_of_a_run()
    old = lock.read_text(encoding="utf-8").split()
    new = resolved(project_root() / "requirements.in")
    for line in sorted(set(old) ^ set(new)):
        say(f"{'+' if line in new else '-'} {line}")
    _install(new)
    lock.write_text("\n".join(new) + "\n", encoding="utf-8")
    failed = [name for name in TESTS if _command(name)]
    say("the experiments with the new packages")
    try:
        changed = moved(before, _rows_of_a_run())
    except RuntimeError:
        changed, failed = [], [*failed, "reproduce"]
    else:
        say("\n".join(changed) or "no number of the small run moved")
    failed += ["claims --recompute"] if _command("claims", "--recompute") else []
    say(f"failed: {', '.join(failed)}" if failed else "all tests passed")
    return int(bool(failed or changed))


def _rows_of_a_run() -> list[dict[str, Any]]:
    """Run all experiments small, with an empty cache, which no other version of a package has
    filled; return their rows."""
    with tempfile.TemporaryDirectory() as place:
        out = str(Path(place) / "record")
        run = ["reproduce", "--corpus", "synthetic", "--size", "smoke", "--out", out]
        if _command(*run, GENRELAB_CACHE=str(Path(place) / "cache")):
            raise RuntimeError("The experiments have failed: see above.")
        return json.loads((Path(out) / "claims.json").read_text(encoding="utf-8"))


def _install(lock: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "requirements.lock"
        path.write_text("\n".join(lock) + "\n", encoding="utf-8")
        if subprocess.call([sys.executable, "-m", "pip", "install", "--quiet", "-r", str(path)]):
            old = f"{sys.executable} -m pip install -r requirements.lock"
            raise RuntimeError("pip could not install the new versions. To have the old ones "
                               f"back: {old}")


def resolved(requirements: Path) -> list[str]:
    """Return ``name==version`` of all packages that pip would choose for a file of requirements,
    sorted.

    Raises
    ------
    RuntimeError
        If pip finds no set of versions, or no package index.
    """
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"]
    command += ["--quiet", "--report", "-", "-r", str(requirements)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        why = done.stderr.strip()[-2000:]
        raise RuntimeError(f"pip could not choose versions for {requirements.name}:\n{why}")
    return pinned(json.loads(done.stdout))


def pinned(report: Mapping[str, Any]) -> list[str]:
    """Return ``name==version`` of the packages of a report by pip, without those for GPUs and marks
    like ``+cpu``."""
    lines = set()
    for package in report["install"]:
        name = package["metadata"]["name"].lower().replace("_", "-")
        if not name.startswith(GPU):
            lines.add(f"{name}=={package['metadata']['version'].partition('+')[0]}")
    return sorted(lines)


def moved(before: list[Mapping], after: list[Mapping], least: float = 1e-6) -> list[str]:
    """Say which rows of a ledger have another value, interval or verdict than before, or came or
    went."""
    old, new = ({f"{row['id']}@{row['protocol']}": row for row in rows} for rows in (before, after))
    lines = []
    for key in sorted(old | new):
        a, b = old.get(key), new.get(key)
        if a is None or b is None:
            lines.append(f"{key}: {'is new' if a is None else 'is gone'}")
        elif a["verdict"] != b["verdict"] or any(_differ(a[n], b[n], least) for n in NUMBERS):
            lines.append(f"{key}: {_shown(a)} is now {_shown(b)}")
    return lines


def _shown(row: Mapping[str, Any]) -> str:
    return f"{row['value']} [{row['ci_low']}, {row['ci_high']}] ({row['verdict']})"


def _differ(a: float | None, b: float | None, least: float) -> bool:
    return a is not b if a is None or b is None else abs(a - b) > least


def _command(*words: str, **environment: str) -> int:
    command = [sys.executable, "-m", "coursekit.cli", *words]
    return subprocess.call(command, cwd=project_root(), env={**os.environ, **environment})
