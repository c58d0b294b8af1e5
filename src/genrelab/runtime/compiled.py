"""librosa's compiled functions, written to disk by one process before others read them."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from genrelab.runtime.cache import cached

MODULES = ("librosa.util.utils", "librosa.core.audio", "librosa.core.pitch", "librosa.beat")
"""The modules of librosa in which numba compiles generalized ufuncs, all while they are
imported."""


def compile_librosa() -> None:
    """Have numba compile librosa's functions now, unless it has done so since librosa was
    installed.

    Where two processes compile the same generalized ufunc at once, the two files that numba keeps
    of it may come from different processes and not fit; then every process that calls the function
    crashes (numba, issue 10128). So one process compiles them, before it starts others. It takes
    some ten seconds, once for an installation; without librosa there is nothing to do.
    """
    librosa = find_spec("librosa")  # which does not import it
    if librosa is None:
        return
    installed = Path(librosa.origin).with_name("beat.py").stat()
    key = {"folder": str(Path(librosa.origin).parent), "installed": installed.st_ctime_ns,
           "numba": version("numba")}
    cached("compiled", _compile, **key, place=os.environ.get("NUMBA_CACHE_DIR", ""))


def _compile() -> bool:
    print("compiling librosa's functions (some ten seconds, once)", file=sys.stderr)
    for module in MODULES:
        import_module(module)
    return True
