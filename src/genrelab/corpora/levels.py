"""How loud a sound is, gathered block by block, and whether anything of it is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from genrelab.corpora.audio import Content

SILENT = 1e-4
CANCELLED = 0.01
LOSSY_PEAK = 2
FULL_SCALE = 0.999
CLIPPED_RUN = 3
FLAT = 1e-6
UNHEARD = {
    "silent": "is silent",
    "cancelled": "is silent in mono: its channels cancel each other",
    "constant": "holds one constant value, which is no sound",
}
"""What a file's problem is, by the answers of `not_heard`."""


def not_heard(content: Content) -> str:
    """Return ``"silent"``, ``"cancelled"`` or ``"constant"`` of sound of which the course hears
    nothing, else nothing.

    Silence lies below 1e-4 of full scale. Channels of opposite sign cancel when they are averaged;
    a constant moves no loudspeaker.
    """
    if content.rms < SILENT:
        return "silent"
    if content.mono_rms < max(SILENT, CANCELLED * content.rms):
        return "cancelled"
    return "constant" if content.mono_rms**2 - content.mono_mean**2 < SILENT**2 else ""


def varies(content: Content) -> bool:
    """Tell whether what the course hears of a sound varies at all.

    Where it does not, nothing could tell a genre: its spectrum has no centre, its picture no
    loudest point. Such a file is set aside when a corpus is loaded, so every later step may rely on
    a sound that varies. What is faint, or silent in parts, stays; features of its silent frames are
    finite (a centroid of 0 Hz, the lowest level).
    """
    return content.mono_rms**2 - content.mono_mean**2 > FLAT**2


def is_beyond(content: Content) -> bool:
    """Tell whether sound passes full scale by more than the little that decoders of lossy codecs
    add."""
    lossy = content.header.subtype.startswith(("MPEG", "VORBIS", "OPUS"))
    return content.peak > (LOSSY_PEAK if lossy else 1)


class Levels:
    """Gathers what `Content` says of the level, block by block."""

    def __init__(self):
        self.frames, self.peak, self.clipped, self.run = 0, 0.0, 0, 0
        self.sums = np.zeros(3)

    def add(self, block: np.ndarray) -> None:
        magnitude, mono = np.abs(block).max(axis=1), block.mean(axis=1, dtype=np.float64)
        self.frames += len(block)
        self.peak = max(self.peak, float(magnitude.max()))
        square = np.mean(np.square(block, dtype=np.float64)) * len(block)
        self.sums += square, np.square(mono).sum(), mono.sum()
        self._add_runs(magnitude >= FULL_SCALE)

    def _add_runs(self, flags: np.ndarray) -> None:
        """Count the flags in runs of at least `CLIPPED_RUN`; one that reaches the end may go on in
        the next block."""
        edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False]))))
        lengths = edges[1::2] - edges[::2]
        if flags[0]:
            lengths[0] += self.run
        else:
            lengths = np.append(self.run, lengths)
        self.run = lengths[-1] if flags[-1] else 0
        self.clipped += _in_runs(lengths[:-1] if flags[-1] else lengths)

    def found(self) -> tuple[float, float, float, float, float]:
        """Return peak, rms, clipped, mono_rms and mono_mean of all blocks."""
        square, mono_square, mono = self.sums / self.frames
        clipped = float((self.clipped + _in_runs(np.array([self.run]))) / self.frames)
        return self.peak, float(np.sqrt(square)), clipped, float(np.sqrt(mono_square)), float(mono)


def _in_runs(lengths: np.ndarray) -> int:
    return int(lengths[lengths >= CLIPPED_RUN].sum())
