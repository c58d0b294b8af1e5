"""The original archive of GTZAN, or any tar of genre folders, taken without unpacking it by
hand."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Container
from functools import partial
from itertools import chain, count
from pathlib import Path, PurePosixPath

from genrelab.corpora.corpus import CorpusError
from genrelab.corpora.kinds import EXTENSIONS, OTHER_SOUND
from genrelab.runtime import cache_folder, printable, progress
from genrelab.runtime.cache import write_whole

SUFFIXES = (".tar.gz", ".tgz", ".tar")


def unpack(archive: Path) -> Path:
    """Unpack the sound files of an archive into the cache, once, and return their folder.

    Parameters
    ----------
    archive
        A tar, compressed or not, that holds one folder a genre, at its top or below other folders
        (``genres/blues/blues.00000.au``). A `tracks.csv` beside the genre folders is taken along.

    Returns
    -------
    Path
        A folder of genre folders.

    Raises
    ------
    CorpusError
        If the file is no tar, is cut off, or holds no sound in folders.

    Notes
    -----
    Members are never extracted to a place that they name. Only plain files are read, and only the
    last two parts of their names are used (genre and file), none of them hidden or ``..``; so no
    path leads out of the cache, and symbolic links are not followed. A second file of the same name
    gets a number. Sound of kinds that cannot be read is unpacked, too, so that it can be named. A
    kill leaves whole files, and the next call goes on.
    """
    state = archive.stat()
    name = f"{archive.name.split('.')[0]}-{state.st_size}-{state.st_mtime_ns}"
    folder = cache_folder() / "archives" / name
    done = folder / ".complete"
    if done.is_file():
        return folder
    try:
        with tarfile.open(archive) as tar:
            taken: set[str] = set()
            for member in progress(tar, f"unpacking {archive.name}"):
                name = _place(member, taken)
                if name is not None and not (folder / name).is_file():
                    write_whole(folder / name, partial(_copy, tar, member))
    # KeyError: a link to what is not there
    except (tarfile.TarError, EOFError, OSError, KeyError) as error:
        raise CorpusError(f"{printable(archive)} cannot be unpacked ({error}). Copy it again; "
                          "what was unpacked so far is kept.") from error
    if not any(folder.glob("*/*")):
        raise CorpusError(f"{printable(archive)} holds no folder with sound files. Give an archive "
                          "with one folder per genre.")
    write_whole(done, Path.touch)
    return folder


def _copy(tar: tarfile.TarFile, member: tarfile.TarInfo, place: Path) -> None:
    with open(place, "wb") as file:
        shutil.copyfileobj(tar.extractfile(member), file)


def _place(member: tarfile.TarInfo, taken: set[str]) -> str | None:
    """Return genre and file of a member that is a plain sound file in a folder, or the name of a
    table of tracks."""
    path = PurePosixPath(member.name)
    is_plain = member.isfile() or member.islnk()
    if not is_plain or any(part in ("..", ".") or part.startswith("._") for part in path.parts):
        return None
    if path.name == "tracks.csv":
        return path.name
    is_sound = path.suffix.lower() in EXTENSIONS | OTHER_SOUND
    if is_sound and len(path.parts) >= 2 and not path.name.startswith("."):
        name = free_name(f"{path.parent.name}/{path.stem}", taken, path.suffix)
        taken.add(name)
        return name
    return None


def free_name(name: str, taken: Container[str], suffix: str = "") -> str:
    """Return a name, with a number where it is taken."""
    numbers = chain([""], (f"-{number}" for number in count(2)))
    names = (f"{name}{number}{suffix}" for number in numbers)
    return next(name for name in names if name not in taken)
