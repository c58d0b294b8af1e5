"""What a machine may lack: a terminal of all letters, a home folder, space, the right to write."""

from __future__ import annotations

import errno
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from genrelab.runtime.cache import FULL
from genrelab.runtime.places import cache_folder

FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


def print_anywhere() -> None:
    """Let a terminal that lacks a letter show its number, instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def printing_all() -> Iterator[None]:
    """Print what is still held back at the end; where that fails, it fails here and not as Python
    ends."""
    try:
        yield
    finally:
        if sys.stdout:  # nothing, where it was closed from the beginning
            try:
                sys.stdout.flush()
            except OSError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                raise


def write_somewhere() -> None:
    """Where the home folder cannot be written to, let Jupyter, IPython, matplotlib and numba take
    one in the cache."""
    try:
        if os.access(Path.home(), os.W_OK):
            return
    except RuntimeError:  # there is none at all
        pass
    try:
        home = cache_folder() / "home"
        home.mkdir(exist_ok=True)
    except OSError:  # what needs the cache will say so
        home = tempfile.mkdtemp(prefix="genrelab-home-")
    os.environ["HOME"] = str(home)


def mend_of(error: OSError) -> str:
    """Return what an error of the system says, with what to do about it."""
    why, what = error.strerror, error.filename
    if why is None:  # it is one of the course's own, which say it themselves
        return str(error)
    if error.errno in FULL:
        so = f", so {what} cannot be written" if what else ""
        return (f"The disk is full{so}. Free some space: `genrelab cache` shows what the course "
                "keeps, `genrelab cache --clear` forgets it. GENRELAB_CACHE can name a folder on "
                "another disk, and `genrelab report --out` another place for the site.")
    if error.errno in FORBIDDEN:
        return (f"{what or 'A file'}: {why}. The course writes to .cache, build, figures and work "
                "in its own folder: clone it to a folder of yours; or set GENRELAB_CACHE to one, "
                "and give `genrelab report` another by --out.")
    try:
        os.getcwd()
    except FileNotFoundError:
        return ("The folder that you are in is gone. Go to one that is there, such as that of the "
                "course, and try again.")
    return str(error)
