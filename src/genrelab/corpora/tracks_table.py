"""A `tracks.csv` as people save it: what it says of the tracks, and which of its rows say
nothing."""

from __future__ import annotations

import csv
import io
import os
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pandas as pd

from genrelab.corpora.corpus import CorpusError, Problem
from genrelab.corpora.splits import BLANK, split_names
from genrelab.runtime import printable

PARTS = ("train", "valid", "test", "removed")
MEANT = {"training": "train", "validation": "valid", "val": "valid", "testing": "test"}
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
KNOWN = ("track", "artist", "title", "split")
OWN = ("genre", "path", "performers", "group", "duplicate_of", "seconds")
"""Columns of a corpus that no table may give."""


def read_tracks_table(
    path: Path, tracks: Mapping[str, str]
) -> tuple[pd.DataFrame, list[Problem], str]:
    """Read what a `tracks.csv` says of the tracks.

    Parameters
    ----------
    path
        The table, or where it would lie.
    tracks
        The file of each track, relative to the folder of the genre folders.

    Returns
    -------
    tuple
        A table indexed by track id with `artist`, `title`, `split` and the columns of its own; the
        rows that cannot be used; and a sentence about what was understood. Values are stripped;
        only an empty one is missing, since "None" and "NA" are names.

    Raises
    ------
    CorpusError
        If it is no table, has no column of tracks, contradicts itself, or names a split that there
        is not.
    """
    if not os.path.lexists(path):
        return _typed(["track"], [0], []), [], ""
    shown = printable(path)
    if not path.is_file():
        mend = "Take it out, or put the table in its place."
        raise CorpusError(f"{shown} is no regular file. {mend}")
    text, coding = _decode(path)
    header, rows, separator = _split(shown, text)
    names, place = _names_of(tracks), header.index("track")
    problems: list[Problem] = []
    kept: dict[str, tuple[int, list[str]]] = {}
    for number, row in rows:
        name = row[place] if place < len(row) else ""
        found = _find(name, names)
        if wrong := _why_not(row, header, name, found):
            file = f"{printable(name)} in {path.name}" if name else path.name
            problems.append(Problem(file, f"{wrong[0]} (row {number})", wrong[1]))
            continue
        values = (row + [""] * len(header))[: len(header)]
        values[place] = found[0]
        first, before = kept.setdefault(found[0], (number, values))
        if before != values:
            raise CorpusError(f"{shown} names {found[0]} twice, in rows {first} and {number}, with "
                              "different values. Keep one row for each track.")
    used = [place for place, name in enumerate(header) if name and name not in OWN]
    table = _typed(header, used, [values for _, values in kept.values()])
    one_way = table["artist"].map(lambda credit: "; ".join(split_names(credit)), na_action="ignore")
    table["artist"] = one_way.mask(one_way == "").astype(object)
    table["split"] = table["split"].str.lower().replace(MEANT).astype(object)
    for track, part in table["split"].dropna().items():
        if part not in PARTS:
            raise CorpusError(f"{shown} has the split {printable(part)!r} in row {kept[track][0]}. "
                              f"Allowed are {', '.join(PARTS)} and nothing at all.")
    columns = ", ".join(printable(header[place]) for place in used)
    others = [name or "one without a name" for name in header if name in ("", *OWN)]
    note = [
        f"read with {SEPARATORS[separator]} as {coding}",
        f"columns {columns}" + (f" (not used: {', '.join(others)})" if others else ""),
        f"{len(rows) - len(problems)} of {len(rows)} rows name a track",
        f"{table['artist'].dropna().str.split('; ').explode().nunique()} artists",
        f"{table['split'].notna().sum()} tracks with a split",
    ]
    return table, problems, "; ".join(note)


def _decode(path: Path) -> tuple[str, str]:
    """Return the text of a file as a spreadsheet may have coded it, and how it did."""
    try:
        data = path.read_bytes()
    except OSError as error:
        problem = f"cannot be read ({error.strerror or error})"
        raise CorpusError(f"{printable(path)} {problem}. Make it readable.") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        codings = ["utf-16"]
    elif b"\0" in data:
        codings = ["utf-16-le" if data[1:2] == b"\0" else "utf-16-be"]
    else:
        codings = ["utf-8-sig", "cp1252"]
    for coding in codings:
        with suppress(UnicodeDecodeError):
            text = data.decode(coding)
            if "\0" in text:
                continue
            shown = coding.removesuffix("-sig").upper().replace("CP", "Windows-")
            return text.removeprefix("\ufeff"), shown
    raise CorpusError(f"{printable(path)} is no text. Save it as comma-separated UTF-8.")


def _split(shown: str, text: str) -> tuple[list[str], list[tuple[int, list[str]]], str]:
    """Return the names of the columns, the numbered rows that are not empty, and the separator."""
    first, _, rest = text.partition("\n")
    # what Excel reads and writes before the header
    has_hint = first.lower().startswith("sep=") and len(first.strip()) <= 5
    text = rest if has_hint else text
    top = next((line for line in text.splitlines() if line.strip(BLANK + "".join(SEPARATORS))), "")
    headers = {mark: _columns(next(csv.reader([top], delimiter=mark), [])) for mark in SEPARATORS}
    separator = max(
        headers, key=lambda mark: ("track" in headers[mark], len({*headers[mark]} & {*KNOWN}))
    )
    header = headers[separator]
    if "track" not in header:
        there = f"(its first row is: {printable(top)})" if top else "and no rows"
        raise CorpusError(f"{shown} has no column named track {there}. Name the column of track "
                          "ids so, in the first row.")
    _, *rows = _read(shown, text, separator, 1 + has_hint)
    for place, name in enumerate(header):
        if name and name in header[:place]:
            raise CorpusError(f"{shown} has two columns named {printable(name)}. Rename one of "
                              "them.")
    return header, rows, separator


def _columns(row: list[str]) -> list[str]:
    names = [name.strip(BLANK) for name in row]
    return [name.lower() if name.lower() in KNOWN else name for name in names]


def _read(shown: str, text: str, separator: str, first: int) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty with their numbers, as a spreadsheet counts them."""
    end = "the end of the table"
    try:
        rows = list(csv.reader(io.StringIO(f"{text}\n{end}\n", newline=""), delimiter=separator))
    except csv.Error as error:
        mend = "Save it as comma-separated UTF-8."
        raise CorpusError(f"{shown} cannot be read as a table ({error}). {mend}") from error
    if rows[-1] != [end]:
        problem = f"a quotation mark in row {len(rows) + first - 1} that is not closed"
        mend = 'Close it, or write it twice within quotes ("12"" mix").'
        raise CorpusError(f"{shown} has {problem}. {mend}")
    stripped = ([value.strip(BLANK) for value in row] for row in rows[:-1])
    return [(number, row) for number, row in enumerate(stripped, first) if any(row)]


def _why_not(
    row: list[str], header: list[str], name: str, found: list[str]
) -> tuple[str, str] | None:
    """Return why a row cannot be used, with the mend, or None if it can."""
    if any(row[len(header) :]):
        problem = f"has {len(row)} values for {len(header)} columns"
        return problem, "Put quotes around a value that holds the separator."
    if not name:
        return "names no track", "Write the id of the track into it, or remove the row."
    if not found:
        return "no such sound file", "Correct the name, or remove the row."
    if len(found) > 1:
        return f"may mean {' or '.join(found[:3])}", "Write one of these."
    return None


def _names_of(tracks: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the tracks that each name can mean: an id, a path or the name of a file, with its
    ending or without."""
    names: dict[str, list[str]] = {}
    for track, file in tracks.items():
        path = Path(file)
        whole = track, file, path.name
        bare = track + path.suffix, path.with_suffix("").as_posix(), path.stem
        for name in set(map(_plain, whole + bare)):
            names.setdefault(name, []).append(track)
    # an id, as it is written, means its own track
    return names | {track: [track] for track in tracks}


def _find(name: str, names: Mapping[str, list[str]]) -> list[str]:
    """Return the tracks that a name in the table can mean; folders above those of the genres are
    passed over."""
    if name in names:
        return names[name]
    parts = _plain(name).split("/")
    tails = ["/".join(parts[k:]) for k in range(max(1, len(parts) - 1))]
    return next((names[tail] for tail in tails if tail in names), [])


def _plain(name: str) -> str:
    """Return a name as it is compared: one way to write accents and folders, and small letters."""
    path = unicodedata.normalize("NFC", printable(name)).replace("\\", "/").lower()
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def _typed(header: list[str], used: list[int], rows: list[list[str]]) -> pd.DataFrame:
    """Return the used columns of rows as a table; in the folder's own ones numbers become
    numbers."""
    text = pd.DataFrame(rows, columns=header).to_csv(index=False)
    texts = dict.fromkeys(KNOWN, str)
    options = {"usecols": used, "keep_default_na": False, "na_values": [""]}
    table = pd.read_csv(io.StringIO(text), dtype=texts, **options).set_index("track")
    table = table.reindex(columns=table.columns.union(KNOWN[1:], sort=False))
    return table.astype(dict.fromkeys(KNOWN[1:], object))
