"""The tables of a run: the rows of its claims, and what differs between equal runs."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from claimbook import rules
from claimbook.predictions import RecordError
from genrelab.runtime import cache_folder
from genrelab.runtime.cache import write_whole

REFERENCE = Path("figures") / "gtzan"
"""The folder of the reference run in the checkout."""

VOLATILE = "records.json"
"""File of what differs between equal runs (minutes, versions, device), kept apart from the
predictions."""

VERSIONS = ("numpy", "scipy", "scikit-learn", "torch")
"""Packages whose versions are kept beside Python's."""

Row = dict[str, Any]


def row_key(row: Mapping[str, Any]) -> str:
    """Return ``"id@protocol"`` of a row."""
    return f"{row['id']}@{row['protocol']}"


def read_rows(folder: Path) -> list[Row]:
    """Return the rows of a folder's `claims.json`, sorted by id and protocol; none where there is
    no such file.

    Notebook: 08.
    """
    path = Path(folder) / "claims.json"
    return sorted(read_json(path), key=row_key) if path.is_file() else []


def merge_rows(folder: Path, rows: list[Row]) -> list[Row]:
    """Merge rows into `claims.json`, adjust p over all of them, and return the merged form of these
    rows."""
    if not rows:
        return []
    with turn(folder):
        merged = {row_key(row): row for row in [*read_rows(folder), *rows]}
        adjust(merged.values())
        write_json(folder / "claims.json", [merged[key] for key in sorted(merged)])
    return json.loads(json.dumps([merged[row_key(row)] for row in rows]))


def read_volatile(folder: Path) -> dict[str, dict[str, Any]]:
    """Return minutes, device and versions of each record of a run, by ``"id@protocol"``; none where
    none are kept.

    Notebook: 09.
    """
    path = Path(folder) / VOLATILE
    return read_json(path) if path.is_file() else {}


def keep_volatile(folder: Path, record: str, minutes: float | None, device: str) -> None:
    """Keep what a record took, with the versions of today."""
    with turn(folder):
        versions = {package: version(package) for package in VERSIONS}
        versions["python"] = platform.python_version()
        machine = {"minutes": minutes, "device": device, "versions": versions}
        write_json(folder / VOLATILE, read_volatile(folder) | {record: machine})


def volatile_of(folder: Path, records: Iterable[str]) -> dict[str, Any]:
    """Return what some records took together, as fields of a row."""
    kept = read_volatile(folder)
    found = [kept[record] for record in records if record in kept]
    minutes = [one["minutes"] for one in found if one["minutes"] is not None]
    return {"minutes": round(sum(minutes), 2) if minutes else None,
            "device": " + ".join(sorted({one["device"] for one in found})) or None,
            "versions": found[0]["versions"] if found else {}}


def adjust(rows: Iterable[Row]) -> None:
    """Set `p_holm` and `survives_holm` of the A and B differences, within each paper and
    protocol."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.get("p") is not None and row["priority"] in "AB" and _is_difference(row):
            groups.setdefault((row["paper"], row["protocol"]), []).append(row)
    for group in groups.values():
        for row, p in zip(group, rules.holm([row["p"] for row in group])):
            row["p_holm"] = round(float(p), 6)
            row["survives_holm"] = bool(p < 0.05)


def expected_false(rows: Iterable[Mapping[str, Any]]) -> tuple[int, float]:
    """Return the number of judged differences, and how many of them to expect to match by chance
    alone."""
    judged = sum(_is_difference(row) and row["verdict"] != rules.NOT_JUDGED for row in rows)
    return judged, 0.025 * judged


def _is_difference(row: Mapping[str, Any]) -> bool:
    return rules.RULES[row["rule"]].tests_zero


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
    try:
        with FileLock(locks / f"{name}.lock", timeout=wait):
            yield
    except Timeout as error:
        raise TimeoutError(f"{folder.name} is held by another run, which writes to it for more "
                           f"than {wait:g} seconds. End that run.") from error


# --- JSON -----------------------------------------------------------------------------------------


def read_json(path: Path) -> Any:
    """Read a kept file.

    Raises
    ------
    RecordError
        If it is missing or damaged; the message names it and the mend.
    """
    if not path.is_file():
        raise RecordError(f"{path.name} is missing. Run the notebook that makes it.")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise RecordError(f"{path.name} is damaged ({error}). Delete it and run its notebook "
                          "again, or restore it by git.") from error


def write_json(path: Path, content: list | dict) -> None:
    """Write JSON with one row, or one key, a line: quick to write, and a changed row is one changed
    line."""
    if isinstance(content, list):
        begin, end = "[]"
        lines = map(as_json, content)
    else:
        begin, end = "{}"
        lines = (f"{json.dumps(key)}: {as_json(content[key])}" for key in sorted(content))
    text = f"{begin}\n" + ",\n".join(lines) + f"\n{end}\n"
    write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def as_json(value: Any) -> str:
    """Write a value; numbers of numpy become plain ones, and what JSON cannot hold is refused."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} ({type(value).__name__}) cannot be kept: hand in numbers, text, "
                    "lists or dicts.")
