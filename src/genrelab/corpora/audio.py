"""From a sound file to samples, and what can be said of it without listening."""

from __future__ import annotations

import hashlib
import io
import mmap
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import soundfile

from genrelab.corpora.kinds import convert, masked
from genrelab.corpora.levels import Levels
from genrelab.corpora.parts import marked_parts, mp3_parts, ogg_parts, with_length
from genrelab.runtime import cached, parallel_cached, printable

T = TypeVar("T")

SAMPLE_RATE = 22_050
"""Samples a second of everything that the course computes on: GTZAN's own rate."""

WHOLE = 0.99
RATES = 1_000, 1_000_000
"""Samples a second between which sound can be music; a damaged header may say anything."""

BLOCK = 1 << 20
"""Numbers that are decoded at once: an hour of stereo as a whole would take gigabytes."""

MOST_FROM_A_BYTE = 6_000
"""Samples; silence as FLAC comes near it. A damaged header can promise more than years of decoding
would give."""

REPLACE = "Replace the file, or take it out"
UNKNOWN = 1 << 62
PIPED = 0x7FFF_0000  # a size that programs write who do not know it yet
SIZE = "data|Data Size|SSND|BODY|riff|Riff size"
SHORT = re.compile(rf"^ *(?:{SIZE}) *: (\d+) \(should be (\d+)\)", re.MULTILINE)
"""What libsndfile notes where a file ends before its header says."""


class AudioError(ValueError):
    """A sound file that cannot be used: which, why, and the mend."""

    def __init__(self, path: Path, problem: str, mend: str = REPLACE):
        super().__init__(path, problem, mend)
        self.path, self.problem, self.mend = path, problem, mend

    def __str__(self) -> str:
        return f"{printable(self.path)} {self.problem}. {self.mend}."


class Header(NamedTuple):
    """What a sound file says of itself; `frames` is 0 where it does not tell its length."""

    frames: int
    rate: int
    channels: int
    format: str
    subtype: str

    @property
    def seconds(self) -> float:
        return self.frames / self.rate


class Content(NamedTuple):
    """What the samples of a sound file say.

    Attributes
    ----------
    hash
        SHA-1 of the decoded samples, their rate and channels: equal for the same sound in another
        lossless container.
    peak, rms
        Largest magnitude and root mean square, full scale = 1.
    clipped
        Share of the samples in runs of three or more at full scale.
    mono_rms, mono_mean
        Root mean square and mean of the average of all channels, which is what the course hears.
    header
        Format, rate and channels, with the number of samples that were decoded.
    """

    hash: str
    peak: float
    rms: float
    clipped: float
    mono_rms: float
    mono_mean: float
    header: Header


def _decoder(source: str | io.BytesIO) -> soundfile.SoundFile:
    """Open what is read from its beginning to its end.

    soundfile asks for the place before each block and sets it afterwards. A FLAC file of unknown
    length cannot do that, and an MP3 does it inexactly.
    """
    decoder = soundfile.SoundFile(source)
    decoder.seekable = lambda: False
    return decoder


class _Source(NamedTuple):
    """The parts of an opened file, what it says of itself, and how many samples it must hold to be
    whole."""

    decoders: list[soundfile.SoundFile]
    header: Header
    promised: int


@contextmanager
def decoding(path: Path) -> Iterator[tuple[Header, Iterator[np.ndarray]]]:
    """Open a sound file, and give its header and its samples in blocks, (n_samples, n_channels)
    float32.

    Raises
    ------
    AudioError
        Whatever goes wrong inside the ``with``: a file that cannot be opened or decoded, is cut
        off, or holds values that are not finite. Only so does one file never stop the others.
    """
    try:
        state = os.stat(path)
        if not stat.S_ISREG(state.st_mode):  # a pipe would be waited for forever
            raise AudioError(path, "is no regular file", "Take it out")
        if not state.st_size:
            raise AudioError(path, "is empty")
        with ExitStack() as opened:
            source = _open(path, opened)
            yield source.header, _blocks(path, source, state.st_size * MOST_FROM_A_BYTE)
    except AudioError:
        raise
    except MemoryError as error:
        mend = "Cut it into shorter files"
        raise AudioError(path, "needs more memory than there is", mend) from error
    except Exception as error:  # decoders have many ways to fail
        why = masked(path) or (f"cannot be decoded ({reason(error)})", REPLACE)
        raise AudioError(path, *why) from error


def reason(error: Exception) -> str:
    """Return what libsndfile or the system gives as reason, without the path that they repeat."""
    text = getattr(error, "error_string", None) or getattr(error, "strerror", None) or error
    return printable(text).rstrip(".").lower() or type(error).__name__


def _open(path: Path, opened: ExitStack) -> _Source:
    first = opened.enter_context(_decoder(os.fspath(path)))
    known = first.frames if first.frames < UNKNOWN else 0
    header = Header(known, first.samplerate, first.channels, first.format, first.subtype)
    if not RATES[0] <= header.rate <= RATES[1]:
        raise AudioError(path, f"says that it has {header.rate} samples a second")
    source = _Source([first], header, known)
    if header.format in ("MP3", "OGG", "FLAC", "AU"):
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            source = _open_parts(path, data, source, opened)
    if not source.decoders[0].frames:
        unfinished = header.format in ("WAV", "WAVEX") and os.path.getsize(path) > 1000
        mend = "If it should, write its header anew: `ffmpeg -ignore_length 1 -i old.wav new.wav`"
        raise AudioError(path, "says that it holds no samples", mend if unfinished else REPLACE)
    if short := SHORT.search(first.extra_info):
        promised, there = map(int, short.groups())
        if 0 < there < promised < PIPED:
            return source._replace(promised=known * promised // there)
    return source


def _open_parts(path: Path, data: mmap.mmap, plain: _Source, opened: ExitStack) -> _Source:
    """Choose how to decode what may have been joined from several files: a decoder gives only the
    first."""
    kind = plain.header.format
    if kind == "MP3":
        return _open_mp3(path, data, plain, opened)
    parts = ogg_parts(data) if kind == "OGG" else marked_parts(data, kind)
    if any(part.is_cut for part in parts):
        mend = f"Replace the file, or convert what there is of it: {convert(path)}"
        raise AudioError(path, "is cut off: its last page is missing", mend)
    if len(parts) < 2:
        return plain
    return _join(path, [data[part.start : part.stop] for part in parts], plain, opened)


def _open_mp3(path: Path, data: mmap.mmap, plain: _Source, opened: ExitStack) -> _Source:
    """Choose how to decode an MP3, whose length the decoder knows only where the file tells it
    truly."""
    parts = mp3_parts(data)
    counted = sum(part.counted * part.samples for part in parts)
    if any(part.is_cut for part in parts):
        promised = sum(max(part.counted, part.promised) * part.samples for part in parts)
        raise _cut_off(path, counted, promised, plain.header.rate)
    if not parts or (len(parts) == 1 and parts[0].is_true):
        return plain
    if len(parts) == 1 and not parts[0].promised and plain.header.frames >= counted:
        # the first frames may lean on what is gone
        least = max(parts[0].counted - 2, 0) * parts[0].samples
        return plain._replace(header=plain.header._replace(frames=counted), promised=least)
    pieces = [
        data[part.start : part.stop] if part.is_true else with_length(data, part) for part in parts
    ]
    return _join(path, pieces, plain, opened)


def _join(path: Path, pieces: list[bytes], plain: _Source, opened: ExitStack) -> _Source:
    decoders = [opened.enter_context(_decoder(io.BytesIO(piece))) for piece in pieces]
    if len({(decoder.samplerate, decoder.channels) for decoder in decoders}) > 1:
        problem = "was joined from sounds of different rates or channels"
        raise AudioError(path, problem, f"Convert it: {convert(path)}")
    lengths = [decoder.frames for decoder in decoders]
    frames = sum(lengths) if max(lengths) < UNKNOWN else 0
    return _Source(decoders, plain.header._replace(frames=frames), frames)


def _cut_off(path: Path, there: int, promised: int, rate: int) -> AudioError:
    text = f"is cut off: it holds {there / rate:.1f} of {promised / rate:.1f} s"
    return AudioError(path, text)


def _blocks(path: Path, source: _Source, most: int) -> Iterator[np.ndarray]:
    n, size = 0, max(1, BLOCK // source.header.channels)
    for decoder in source.decoders:
        # no more is asked for: behind its end a file may hold a tag, at which a decoder fails
        left = decoder.frames
        while left:
            block = decoder.read(min(left, size), dtype="float32", always_2d=True)
            if not len(block):
                break
            left -= len(block)
            n += len(block)
            if not np.isfinite(block).all():
                raise AudioError(path, "holds samples that are not finite numbers")
            if n > most:
                raise AudioError(path, "goes on for longer than a file of its size can")
            yield block
    if not n:
        raise AudioError(path, "holds no samples")
    if n < WHOLE * source.promised:
        raise _cut_off(path, n, source.promised, source.header.rate)


def mono_blocks(path: Path) -> Iterator[np.ndarray]:
    """Yield a file as the course hears it, block by block; see `read_audio`."""
    with decoding(path) as (header, blocks):
        if header.rate == SAMPLE_RATE:
            yield from (block.mean(axis=1) for block in blocks)
            return
        import soxr  # only for music of another rate than GTZAN's

        stream = soxr.ResampleStream(header.rate, SAMPLE_RATE, 1, dtype="float32", quality="HQ")
        for block in blocks:
            yield stream.resample_chunk(block.mean(axis=1))
        yield stream.resample_chunk(np.empty(0, np.float32), last=True)


def read_audio(path: Path) -> np.ndarray:
    """Return a file as the course hears it: (n_samples,) float32, mono, 22 050 Hz.

    Channels are averaged, other rates are resampled by soxr at its high quality. The level is left
    as it is.

    Raises
    ------
    AudioError
        If the file cannot be decoded, ends before its header says, or holds values that are not
        finite.
    """
    samples = bytearray()  # grows in place, where an array would be copied
    for block in mono_blocks(path):
        samples += memoryview(block)
    return np.frombuffer(samples, np.float32)


def read_content(path: Path) -> Content:
    """Decode a file and describe its samples; kept by path, size and time of the last change."""
    return cached("content", lambda: describe_content(path), **_content_key(path))


def read_contents(paths: list[Path]) -> list[Content | AudioError]:
    """Describe many files in parallel; a file that cannot be decoded gives its error instead of a
    description."""
    keys = [_content_key(path) for path in paths]
    return parallel_cached("content", partial(or_error, read_content), paths, keys, "reading sound")


def or_error(read: Callable[[Path], T], path: Path) -> T | AudioError:
    """Return what is read from a file, or the error, so that one file never stops the others."""
    try:
        return read(path)
    except AudioError as error:
        return error


def _content_key(path: Path) -> dict:
    """Return what tells whether a file is still the same; one that is gone has a key that nothing
    is kept under."""
    try:
        state = path.stat()
    except OSError:
        return {"gone": str(path)}
    place, time = str(path.resolve()), state.st_mtime_ns
    return {"path": place, "size": state.st_size, "time": time, "version": 3}


def describe_content(path: Path, frames: int | None = None) -> Content:
    """Decode a file block by block and describe its samples, full scale = 1.

    The hash begins with the number of samples. It is the header's, or `frames`; where another
    number comes out, the file is read once more.
    """
    with decoding(path) as (header, blocks):
        expected = header.frames if frames is None else frames
        digest = hashlib.sha1(f"{header.rate} {(expected, header.channels)} ".encode())
        levels = Levels()
        for block in blocks:
            digest.update(block)
            levels.add(block)
    if levels.frames != expected:
        return describe_content(path, levels.frames)
    return Content(digest.hexdigest(), *levels.found(), header._replace(frames=levels.frames))
