"""What was not the same in two runs, read from the rows of their claims."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MOST = 60
"""Characters of a value that are shown."""


def run_differences(first: Sequence[Mapping[str, Any]],
                    second: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return warnings where music or profile differ, then the parameters that do.

    Parameters
    ----------
    first, second
        Rows that the two runs have in common, in the same order.
    """
    lines = []
    for what, names in (("music", ("corpus", "audio")), ("profile", ("profile",))):
        ours, theirs = _named(first, names), _named(second, names)
        if ours != theirs:
            lines.append(f"Warning: not the same {what}, {ours} and {theirs}: what differs below "
                         "may be due to that.")
    found = Counter()
    for a, b in zip(first, second):
        ours, theirs = (dict(_leaves(row.get("parameters"))) for row in (a, b))
        found.update({(path[-1], _short(ours, path), _short(theirs, path)) for path in ours.keys()
                      | theirs.keys() if ours.get(path) != theirs.get(path)})
    for (name, ours, theirs), count in sorted(found.items()):
        lines.append(f"parameter {name}: {ours} and {theirs} ({count} row{'s' * (count != 1)})")
    return lines or ["Music, profile and all parameters that are recorded are the same."]


def _named(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> str:
    """Return what a run was made from; a run of parts made at several times may name several."""
    return " or ".join(sorted({" ".join(str(row.get(n, "?")) for n in names) for row in rows}))


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the values of a nest of dictionaries with the names that lead to them."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, str(name)))
    elif path:
        yield path, value


def _short(values: Mapping[tuple[str, ...], Any], path: tuple[str, ...]) -> str:
    text = json.dumps(values[path], ensure_ascii=False) if path in values else "nothing"
    return text if len(text) <= MOST else text[: MOST - 1] + "…"
