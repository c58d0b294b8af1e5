"""A `tracks.csv` as people save it: what it says of the tracks, and which of its rows say
nothing."""

from __future__ import annotations

import csv
import io
import os
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from genrelab.corpora.corpus import CorpusError, Problem
from genrelab.runtime import printable

PARTS = ("train", "valid", "test", "removed")
MEANT = {"training": "train", "validation": "valid", "val": "valid", "testing": "test"}
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
KNOWN = ("track", "artist", "title", "split")
OWN = ("genre", "path", "performers", "group", "duplicate_of", "seconds")
"""Columns of a corpus that no table may tell."""

BLANK = " \t\r\n\N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\N{ZERO WIDTH SPACE}"


def read_told(path: Path, tracks: Mapping[str, str]) -> tuple[pd.DataFrame, list[Problem], str]:
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
        return _typed([], []), [], ""
    if not path.is_file():
        raise CorpusError(f"{printable(path)} is no regular file. Take it out, or put the table in "
                          "its place.")
    text, coding = _decode(path)
    header, rows, separator = _split(path, text)
    names, place = _names_of(tracks), header.index("track")
    problems: list[Problem] = []
    kept: dict[str, tuple[int, list[str]]] = {}
    for number, row in rows:
        name = row[place] if place < len(row) else ""
        found = _find(name, names)
        if wrong := _why_not(row, header, name, found):
            said, mend = wrong
            file = f"{printable(name)} in {path.name}" if name else path.name
            problems.append((file, f"{said} (row {number})", mend))
            continue
        values = (row + [""] * len(header))[: len(header)]
        values[place] = found[0]
        first, before = kept.setdefault(found[0], (number, values))
        if before != values:
            said = (
                f"{printable(path)} names {found[0]} twice, in rows {first} and {number}, with "
                "different values"
            )
            raise CorpusError(f"{said}. Keep one row for each track.")
    told = _typed(header, [values for _, values in kept.values()])
    told["artist"] = told["artist"].map(
        lambda credit: "; ".join(split_names(credit)) or None, na_action="ignore"
    )
    told["split"] = told["split"].map(
        lambda part: MEANT.get(part.lower(), part.lower()), na_action="ignore"
    )
    if wrong := sorted(set(told["split"].dropna()) - set(PARTS)):
        row = kept[told.index[told["split"] == wrong[0]][0]][0]
        allowed = f"Allowed are {', '.join(PARTS)} and nothing at all."
        raise CorpusError(f"{printable(path)} has the split {printable(wrong[0])!r} in row {row}. "
                          f"{allowed}")
    told = told.astype(dict.fromkeys(KNOWN[1:], "object"))
    matched = len(rows) - len(problems)
    return told, problems, _understood(told, header, matched, len(rows), f"{SEPARATORS[separator]} "
                                                                         f"as {coding}")


def split_names(text: str) -> list[str]:
    """Return the names in a credit, which are separated by ``;``; there may be none.

    Examples
    --------
    >>> split_names("Ann;; Bo ;")
    ['Ann', 'Bo']
    """
    return [name for part in text.split(";") if (name := part.strip(BLANK))]


def _decode(path: Path) -> tuple[str, str]:
    """Return the text of a file as a spreadsheet may have coded it, and how it did."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{printable(path)} cannot be read ({error.strerror or error}). Make it "
                          "readable.") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        codings = ["utf-16"]
    elif b"\0" in data:
        codings = ["utf-16-le" if data[1:2] == b"\0" else "utf-16-be"]
    else:
        codings = ["utf-8-sig", "cp1252"]
    for coding in codings:
        try:
            text = data.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.removeprefix("\ufeff"), coding.removesuffix("-sig").upper().replace(
                "CP", "Windows-"
            )
    raise CorpusError(f"{printable(path)} is no text. Save it as comma-separated UTF-8.")


def _split(path: Path, text: str) -> tuple[list[str], list[tuple[int, list[str]]], str]:
    """Return the names of the columns, the numbered rows that are not empty, and the separator."""
    first, _, rest = text.partition("\n")
    skipped = 0
    # what Excel reads and writes before the header
    if first.lower().startswith("sep=") and len(first.strip()) <= 5:
        text, skipped = rest, 1
    top = next((line for line in text.splitlines() if line.strip(BLANK + "".join(SEPARATORS))), "")
    headers = {
        separator: _columns(next(csv.reader([top], delimiter=separator), []))
        for separator in SEPARATORS
    }
    separator = max(
        headers, key=lambda one: ("track" in headers[one], len(set(headers[one]) & set(KNOWN)))
    )
    header = headers[separator]
    if "track" not in header:
        there = f"(its first row is: {printable(top)})" if top else "and no rows"
        said = f"{printable(path)} has no column named track {there}"
        raise CorpusError(f"{said}. Name the column of track ids so, in the first row.")
    _, *rows = _read(path, text, separator, skipped)
    if twice := [name for name, count in Counter(filter(None, header)).items() if count > 1]:
        raise CorpusError(f"{printable(path)} has two columns named {printable(twice[0])}. Rename "
                          "one of them.")
    return header, rows, separator


def _columns(row: list[str]) -> list[str]:
    names = [name.strip(BLANK) for name in row]
    return [name.lower() if name.lower() in KNOWN else name for name in names]


def _read(path: Path, text: str, separator: str, skipped: int) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty with their numbers, as a spreadsheet counts them."""
    end = "the end of the table"
    try:
        rows = list(csv.reader(io.StringIO(f"{text}\n{end}\n", newline=""), delimiter=separator))
    except csv.Error as error:
        said = f"{printable(path)} cannot be read as a table ({error})"
        raise CorpusError(f"{said}. Save it as comma-separated UTF-8.") from error
    if rows[-1] != [end]:
        raise CorpusError(
            f"{printable(path)} has a quotation mark in row {len(rows) + skipped} that is not "
            "closed. "
            'Close it, or write it twice within quotes ("12"" mix").'
        )
    stripped = ([value.strip(BLANK) for value in row] for row in rows[:-1])
    return [(number, row) for number, row in enumerate(stripped, 1 + skipped) if any(row)]


def _why_not(
    row: list[str], header: list[str], name: str, found: list[str]
) -> tuple[str, str] | None:
    """Return why a row cannot be used, with the mend, or None if it can."""
    if any(row[len(header) :]):
        said = f"has {len(row)} values for {len(header)} columns"
        return said, "Put quotes around a value that holds the separator."
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
        whole = (
            track,
            f"{track}{path.suffix}",
            file,
            path.with_suffix("").as_posix(),
            path.name,
            path.stem,
        )
        for name in {_plain(name) for name in whole}:
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


def _typed(header: list[str], rows: list[list[str]]) -> pd.DataFrame:
    """Return rows as a table; numbers in the folder's own columns become numbers."""
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows([header, *rows])
    lines.seek(0)
    used = [place for place, name in enumerate(header) if name and name not in OWN]
    texts = {name: str for name in KNOWN}
    table = pd.DataFrame(columns=["track"])
    if header:
        table = pd.read_csv(lines, usecols=used, dtype=texts, keep_default_na=False, na_values=[""])
    for column in KNOWN[1:]:
        if column not in table.columns:
            table[column] = None
    return table.set_index("track")


def _understood(told: pd.DataFrame, header: list[str], matched: int, rows: int, form: str) -> str:
    """Say in a sentence what was taken from a table."""
    used = [name for name in header if name and name not in OWN]
    unused = [name or "one without a name" for name in header if name not in used]
    artists = {name for credit in told["artist"].dropna() for name in split_names(credit)}
    said = [
        f"read with {form}",
        "columns "
        f"{', '.join(map(printable, used))}" + (" (not used: "
                                                f"{', '.join(unused)})" if unused else ""),
        f"{matched} of {rows} rows name a track",
        f"{len(artists)} artists",
        f"{told['split'].notna().sum()} tracks with a split",
    ]
    return "; ".join(said)
