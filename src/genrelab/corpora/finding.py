"""Which files of a folder are sound, and why the others are not used."""

from __future__ import annotations

import mimetypes
import os
import stat
from pathlib import Path

from genrelab.corpora.audio import AudioError
from genrelab.corpora.kinds import (
    EXTENSIONS,
    FOREIGN,
    LISTS,
    MAGIC,
    NOTES,
    OTHER_SOUND,
    UNFINISHED,
    convert,
)
from genrelab.corpora.parts import read_frame
from genrelab.runtime import printable

NO_SOUND = "not a sound file"

DEEP = 100
SEEN_TWICE = "Nothing to do: it is used once"


def find_sound(top: Path, deepest: int = DEEP) -> tuple[list[Path], list[AudioError]]:
    """Return the sound files in a folder at any depth, sorted, and why anything else in it is not
    taken.

    Parameters
    ----------
    top
        Where to look.
    deepest
        How many folders may lie between `top` and a file.

    Notes
    -----
    Links are followed, but nothing is taken twice. What begins with a dot is hidden; it is named
    only where it is sound. Nothing is opened but regular files of unknown kind, for their first
    bytes. """
    search = _Search(top, deepest)
    search.enter(top)
    return sorted(search.files), search.problems


class _Search:
    def __init__(self, top: Path, deepest: int, is_hidden: bool = False):
        self.top, self.deepest, self.is_hidden = top, deepest, is_hidden
        self.files: list[Path] = []
        self.problems: list[AudioError] = []
        self.seen: dict[Path, Path] = {}
        self.real_top = Path(os.path.realpath(top))

    def enter(self, folder: Path) -> None:
        """Look at everything in a folder; links come last, so that files go by their own names
        where they have any."""
        if not self._is_new(folder):
            return
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: (entry.is_symlink(), entry.name))
        except OSError as error:
            self._tell(folder, "cannot be opened "
                               f"({_said(error)})", "Make it readable, or take it out")
            return
        for entry in found:
            self._look(folder / entry.name)

    def _look(self, path: Path) -> None:
        try:
            if not _is_text(path.name):
                return self._tell(path, "has a name that is not UTF-8", "Rename it")
            mode = os.stat(path).st_mode
            if path.name.startswith("."):
                self._look_at_hidden(path, mode)
            elif stat.S_ISDIR(mode):
                self._look_at_folder(path)
            elif not stat.S_ISREG(mode):
                self._tell(path, "is no regular file", "Take it out")
            elif self._is_too_deep(path):
                self._tell(path, f"lies more than {self.deepest} "
                                 "folders deep", "Move it nearer to its genre")
            elif said := why_not(path):
                self._tell(path, *said)
            elif self._is_new(path):
                self.files.append(path)
        except OSError as error:
            gone = os.path.islink(path) and isinstance(error, FileNotFoundError)
            said = "is a link to nothing" if gone else f"cannot be looked at ({_said(error)})"
            self._tell(path, said, "Take it out, or mend it")

    def _look_at_folder(self, path: Path) -> None:
        if len(path.relative_to(self.top).parts) > DEEP:
            return self._tell(path, f"lies more than {DEEP} folders "
                                    "deep", "Move it nearer to the top")
        before = len(self.files), len(self.problems)
        self.enter(path)
        if path.suffix.lower() in EXTENSIONS and before == (len(self.files), len(self.problems)):
            self._tell(path, "is an empty folder, and "
                             "no sound file", "Replace it by the file, or take it out")

    def _look_at_hidden(self, path: Path, mode: int) -> None:
        # macOS writes ._ files beside those on other disks
        if path.name.startswith("._") or self.is_hidden:
            return
        said = "is hidden, as its name begins with a dot"
        if stat.S_ISDIR(mode):
            within = _Search(path, DEEP, is_hidden=True)
            within.enter(path)
            if within.files:
                self._tell(path, f"{said}, and holds "
                                 f"{len(within.files)} sound files", "Rename it, if they are music")
        elif path.suffix.lower() in EXTENSIONS | OTHER_SOUND:
            self._tell(path, said, "Rename it, if it is music")

    def _is_too_deep(self, path: Path) -> bool:
        return len(path.relative_to(self.top).parts) > self.deepest + 1

    def _is_new(self, path: Path) -> bool:
        """Tell whether a file or folder was not met before, by whatever links it is reached; say so
        if it was."""
        real = Path(os.path.realpath(path))
        if path != self.top and (real == self.real_top or real in self.real_top.parents):
            self._tell(path, "leads back to a folder that it "
                             "lies in", "Nothing to do: it is not followed")
            return False
        first = self.seen.setdefault(real, path)
        if first != path:
            self._tell(path, "is the same as "
                             f"{printable(first.relative_to(self.top).as_posix())}", SEEN_TWICE)
        return first == path

    def _tell(self, path: Path, problem: str, mend: str) -> None:
        self.problems.append(AudioError(path, problem, mend))


def why_not(path: Path) -> tuple[str, str] | None:
    """Return why a regular file is not taken as sound, with the mend, or None if it is."""
    suffix = path.suffix.lower()
    if suffix in EXTENSIONS:
        return None
    if suffix in NOTES:
        return "holds notes, not sound", "Play it into a wav file, with `fluidsynth -F` for example"
    kind = (mimetypes.guess_type(path.name)[0] or "").split("/")[0]
    if suffix in UNFINISHED:
        return "was not downloaded to its end", "Download it again"
    if suffix in LISTS:
        return NO_SOUND, "Nothing to do, unless it should be one"
    if suffix in OTHER_SOUND or kind in ("audio", "video"):
        return f"is {suffix[1:]}, which cannot be read here", f"Convert it: {convert(path)}"
    with open(path, "rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp" or head.startswith(FOREIGN):
        return "holds sound of a kind that cannot be read here", f"Convert it: {convert(path)}"
    ending = next((ending for magic, ending in MAGIC.items() if head.startswith(magic)), None)
    if ending or read_frame(head, 0):
        ending = ending or ".mp3"
        if head[:4] not in (b"RIFF", b"FORM") or head[8:11] in (b"WAV", b"AIF"):
            return f"is sound, but its name does not end in {ending}", "Rename it"
    return NO_SOUND, "Nothing to do, unless it should be one"


def _is_text(name: str) -> bool:
    try:
        return bool(name.encode())
    except UnicodeEncodeError:
        return False


def _said(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
