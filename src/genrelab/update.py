"""New versions of packages: a new lock, all tests, and a list of the numbers that moved."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from genrelab.evaluation.ledger import read_rows, row_key
from genrelab.report.building import build_report
from genrelab.runtime import project_root

TESTS = ("lint", "test", "test-browser")


def update(say: Callable[[str], None] = print) -> int:
    """Resolve `requirements.in` anew, install that, run all tests and the report, and say which numbers moved.

    Parameters
    ----------
    say
        Takes each line of progress.

    Returns
    -------
    int
        0 if all tests passed and no number moved, else 1: then look before you commit the new lock.

    Notes
    -----
    What moved is looked for in two places: the quick run on the synthetic corpus, made before and after, and the
    reference run on GTZAN, whose values are computed anew from its predictions.
    """
    lock = project_root() / "requirements.lock"
    figures = project_root() / "figures" / "synthetic"
    say("the report with the packages as they are")
    build_report(say=say)
    before = read_rows(figures)
    old, new = lock.read_text(encoding="utf-8").split(), resolved(project_root() / "requirements.in")
    lock.write_text("\n".join(new) + "\n", encoding="utf-8")
    for line in sorted(set(old) ^ set(new)):
        say(f"{'+' if line in new else '-'} {line}")
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "-r", str(lock)], check=True)
    failed = [name for name in TESTS if _command(name)]
    say("the report with the new packages")
    failed += ["report"] if _command("report") else []
    changed = moved(before, read_rows(figures))
    say("\n".join(changed) or "no number of the quick run moved")
    failed += ["claims --recompute"] if _command("claims", "--recompute") else []
    say(f"failed: {', '.join(failed)}" if failed else "all tests passed")
    return int(bool(failed or changed))


def resolved(requirements: Path) -> list[str]:
    """Return ``name==version`` of all packages that pip would choose for a file of requirements, sorted.

    Raises
    ------
    RuntimeError
        If pip finds no set of versions, or no package index.
    """
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"]
    done = subprocess.run([*command, "-r", str(requirements)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"pip could not choose versions for {requirements.name}:\n{done.stderr.strip()[-2000:]}")
    return pinned(json.loads(done.stdout))


def pinned(report: Mapping[str, Any]) -> list[str]:
    """Return ``name==version`` of the packages of a report by pip; a local mark such as ``+cpu`` is left out."""
    found = (package["metadata"] for package in report["install"])
    return sorted(f"{one['name'].lower().replace('_', '-')}=={one['version'].partition('+')[0]}" for one in found)


def moved(before: list[Mapping[str, Any]], after: list[Mapping[str, Any]], least: float = 1e-6) -> list[str]:
    """Say which rows of a ledger have another value or verdict than before, or came or went."""
    old, new = ({row_key(row): row for row in rows} for rows in (before, after))
    lines = []
    for key in sorted(old | new):
        a, b = old.get(key), new.get(key)
        if a is None or b is None:
            lines.append(f"{key}: {'is new' if a is None else 'is gone'}")
        elif abs((a["value"] or 0) - (b["value"] or 0)) > least or a["verdict"] != b["verdict"]:
            lines.append(f"{key}: {a['value']} ({a['verdict']}) is now {b['value']} ({b['verdict']})")
    return lines


def _command(*words: str) -> int:
    return subprocess.call([sys.executable, "-m", "genrelab.cli", *words], cwd=project_root())
