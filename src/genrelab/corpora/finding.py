"""Which files of a folder are sound, and why the others are not used."""

from __future__ import annotations

import mimetypes
import os
import stat
from pathlib import Path

from genrelab.corpora import kinds
from genrelab.corpora.audio import AudioError, reason
from genrelab.corpora.kinds import EXTENSIONS, OTHER_SOUND
from genrelab.corpora.parts import read_frame
from genrelab.runtime import printable

NO_SOUND = "not a sound file"

DEEP = 100


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
    bytes.
    """
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
            mend = "Make it readable, or take it out"
            return self._leave(folder, f"cannot be opened ({reason(error)})", mend)
        for entry in found:
            self._look(folder / entry.name)

    def _look(self, path: Path) -> None:
        try:
            if not is_text(path.name):
                return self._leave(path, "has a name that is not UTF-8", "Rename it")
            mode = os.stat(path).st_mode
            if path.name.startswith("."):
                self._look_at_hidden(path, mode)
            elif stat.S_ISDIR(mode):
                self._look_at_folder(path)
            elif not stat.S_ISREG(mode):
                self._leave(path, "is no regular file", "Take it out")
            elif self._depth(path) > self.deepest + 1:
                problem = f"lies more than {self.deepest} folders deep"
                self._leave(path, problem, "Move it nearer to its genre")
            elif why := why_not(path):
                self._leave(path, *why)
            elif self._is_new(path):
                self.files.append(path)
        except OSError as error:
            gone = os.path.islink(path) and isinstance(error, FileNotFoundError)
            problem = "is a link to nothing" if gone else f"cannot be looked at ({reason(error)})"
            self._leave(path, problem, "Take it out, or mend it")

    def _look_at_folder(self, path: Path) -> None:
        if self._depth(path) > DEEP:
            problem = f"lies more than {DEEP} folders deep"
            return self._leave(path, problem, "Move it nearer to the top")
        before = len(self.files), len(self.problems)
        self.enter(path)
        if path.suffix.lower() in EXTENSIONS and before == (len(self.files), len(self.problems)):
            mend = "Replace it by the file, or take it out"
            self._leave(path, "is an empty folder, and no sound file", mend)

    def _look_at_hidden(self, path: Path, mode: int) -> None:
        # macOS writes ._ files beside those on other disks
        if path.name.startswith("._") or self.is_hidden:
            return
        problem = "is hidden, as its name begins with a dot"
        if stat.S_ISDIR(mode):
            within = _Search(path, DEEP, is_hidden=True)
            within.enter(path)
            if within.files:
                problem += f", and holds {len(within.files)} sound files"
                self._leave(path, problem, "Rename it, if they are music")
        elif path.suffix.lower() in EXTENSIONS | OTHER_SOUND:
            self._leave(path, problem, "Rename it, if it is music")

    def _depth(self, path: Path) -> int:
        return len(path.relative_to(self.top).parts)

    def _is_new(self, path: Path) -> bool:
        """Tell whether a file or folder was not met before, by whatever links it is reached; say so
        if it was."""
        real = Path(os.path.realpath(path))
        if path != self.top and (real == self.real_top or real in self.real_top.parents):
            mend = "Nothing to do: it is not followed"
            self._leave(path, "leads back to a folder that it lies in", mend)
            return False
        first = self.seen.setdefault(real, path)
        if first != path:
            problem = f"is the same as {printable(first.relative_to(self.top).as_posix())}"
            self._leave(path, problem, "Nothing to do: it is used once")
        return first == path

    def _leave(self, path: Path, problem: str, mend: str) -> None:
        self.problems.append(AudioError(path, problem, mend))


def why_not(path: Path) -> tuple[str, str] | None:
    """Return why a regular file is not taken as sound, with the mend, or None if it is."""
    suffix = path.suffix.lower()
    if suffix in EXTENSIONS:
        return None
    if suffix in kinds.NOTES:
        return "holds notes, not sound", "Play it into a wav file, with `fluidsynth -F` for example"
    if suffix in kinds.UNFINISHED:
        return "was not downloaded to its end", "Download it again"
    nothing = NO_SOUND, "Nothing to do, unless it should be one"
    if suffix in kinds.LISTS:
        return nothing
    kind = (mimetypes.guess_type(path.name)[0] or "").split("/")[0]
    mend = f"Convert it: {kinds.convert(path)}"
    if suffix in OTHER_SOUND or kind in ("audio", "video"):
        return f"is {suffix[1:]}, which cannot be read here", mend
    with open(path, "rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp" or head.startswith(kinds.FOREIGN):
        return "holds sound of a kind that cannot be read here", mend
    ending = next((end for magic, end in kinds.MAGIC.items() if head.startswith(magic)), None)
    if ending or read_frame(head, 0):
        ending = ending or ".mp3"
        if head[:4] not in (b"RIFF", b"FORM") or head[8:11] in (b"WAV", b"AIF"):
            return f"is sound, but its name does not end in {ending}", "Rename it"
    return nothing


def is_text(name: str) -> bool:
    """Tell whether a name can be written into a page or a table."""
    try:
        return bool(name.encode())
    except UnicodeEncodeError:
        return False
