"""Where files live."""

from __future__ import annotations

import os
import re
from pathlib import Path

UNSEEN = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Characters that move a terminal's cursor, turn the direction of writing, or stand for bytes that
are no text."""


def project_root() -> Path:
    """Return the checkout that holds `notebooks/`, or the current folder where the package is
    installed elsewhere.

    Notebook: 02.
    """
    checkout = Path(__file__).resolve().parents[3]
    if _is_course(checkout):
        return checkout
    return next(filter(_is_course, (Path.cwd(), *Path.cwd().parents)), Path.cwd())


def _is_course(folder: Path) -> bool:
    return (folder / "notebooks").is_dir() and (folder / "requirements.lock").is_file()


def notebook_sources() -> list[Path]:
    """Return the percent scripts of the course in their order."""
    return sorted((project_root() / "notebooks").glob("[0-9][0-9]_*.py"))


def cache_folder() -> Path:
    """Return the folder of everything that can be made again: `.cache/` of the checkout, or below
    `$GENRELAB_CACHE`.

    Below a folder of the reader's it is a folder of its own, so that emptying the cache cannot
    touch anything else.

    Raises
    ------
    OSError
        If the folder cannot be created; the message names it and the way out.

    Notes
    -----
    Notebook: 07 and 09.
    """
    given = os.environ.get("GENRELAB_CACHE")
    folder = Path(given).expanduser() / "genrelab" if given else project_root() / ".cache"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(f"The cache folder {folder} cannot be created ({error.strerror or error}). "
                      "Set GENRELAB_CACHE to a folder that you may write to.") from error
    return folder


def figures_folder() -> Path:
    """Return the folder of a run's figures and claims: `$GENRELAB_FIGURES`, else `figures` under
    the current folder.

    Notebook: 04.
    """
    return Path(os.environ.get("GENRELAB_FIGURES") or "figures")


def shown(path: Path) -> str:
    """Return a path as a reader wants to see it: relative to the current folder where that is
    possible."""
    try:
        return os.path.relpath(path)
    # from one drive of Windows to another, or from a folder that is gone
    except (ValueError, FileNotFoundError):
        return str(path)


def printable(text: object) -> str:
    """Return a name on one line of valid Unicode: what cannot be seen is written as an escape, such
    as ``\\n``.

    Examples
    --------
    >>> print(printable("one\\ntwo"), printable(b"caf\\xe9".decode("utf-8", "surrogateescape")))
    one\\ntwo caf\\xe9
    """
    return UNSEEN.sub(lambda found: _escape(found[0]), str(text))


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # Python's stand-in for a byte that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode()
