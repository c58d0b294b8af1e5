"""What an MP3 or Ogg file is made of, found by walking over its frames or pages.

libsndfile trusts what stands at the beginning: it decodes no more of an MP3 than the first header
counts, or than the size of the file lets it guess, and only the first of several Ogg streams.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

KBIT = {  # by (MPEG-1?, layer)
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
LAYERS = {1: 3, 2: 2}
TAGS = (b"Xing", b"Info")
MARKS = {"FLAC": rb"fLaC\0\0\0\x22", "AU": rb"\.snd\0\0[\0-\x0f]"}
"""How a file of a kind begins, of which others may follow the first one; long enough not to be met
by chance."""

FAR = 1000
"""Bytes of something else, such as the tag of a second file, across which a decoder does not find
the next frame."""


class Frame(NamedTuple):
    """The header of an MP3 frame; frames with the same `kind` can follow each other in one
    stream."""

    size: int
    samples: int
    kind: tuple[int, int, int, bool]


class Mp3Part(NamedTuple):
    """Bytes of an MP3 file that are one stream.

    Attributes
    ----------
    start, stop
        Where it lies, with the frame that tells the length, if it has one.
    counted
        Frames of sound that it holds.
    promised
        Frames that it says it holds; 0 where it says nothing.
    samples
        Samples in each channel of a frame.
    """

    start: int
    stop: int
    counted: int
    promised: int
    samples: int

    @property
    def is_cut(self) -> bool:
        return self.counted < self.promised - self._slack

    @property
    def is_true(self) -> bool:
        """Whether the stream says how long it is, and is that long."""
        return self.promised > 0 and abs(self.counted - self.promised) <= self._slack

    @property
    def _slack(self) -> float:
        return max(2, 0.01 * self.promised)  # some programs count the frame that tells the length


def read_frame(data: bytes, place: int) -> Frame | None:
    """Return the MP3 frame that begins at a place, or None if none does."""
    head = data[place : place + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, LAYERS.get(head[1] >> 1 & 3)
    bits, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer is None or rate == 3 or not 0 < bits < 15:
        return None
    first = version == 3
    samples = 1152 if first or layer == 2 else 576
    size = samples // 8 * 1000 * KBIT[first, layer][bits - 1] // RATES[version][rate] + padding
    return Frame(size, samples, (version, layer, rate, head[3] >> 6 == 3))


def mp3_parts(data: bytes) -> list[Mp3Part]:
    """Return the streams of which an MP3 file was joined, most often one.

    A new one begins with a frame that tells a length, or where rate or channels change. Tags and
    noise between frames belong to none. A file in which no frames are found gives an empty list.
    """
    parts: list[Mp3Part] = []
    place, last, broken = 0, None, True
    while place < len(data) - 4:
        frame = read_frame(data, place)
        if frame is None or ((broken or frame.kind != last) and not _goes_on(data, place, frame)):
            place, broken = _resume(data, place), True
            continue
        promise = _promise(data, place, frame)
        if promise is not None or frame.kind != last or place > parts[-1].stop + FAR:
            parts.append(Mp3Part(place, place, 0, promise or 0, frame.samples))
        place, last, broken = place + frame.size, frame.kind, False
        counted = parts[-1].counted + (promise is None)
        parts[-1] = parts[-1]._replace(stop=min(place, len(data)), counted=counted)
    return [part for part in parts if part.counted]


def _goes_on(data: bytes, place: int, frame: Frame) -> bool:
    """Tell whether another frame of the kind follows, or the file ends: four bytes may look like
    one by chance."""
    after = place + frame.size
    following = read_frame(data, after)
    return (following is not None and following.kind == frame.kind) or after >= len(data) - 4


def _resume(data: bytes, place: int) -> int:
    """Return where the next frame may begin, behind an ID3 tag if one stands here."""
    if data[place : place + 3] == b"ID3" and len(data) >= place + 10:
        a, b, c, d = (byte & 127 for byte in data[place + 6 : place + 10])
        return place + 10 + (a << 21 | b << 14 | c << 7 | d)
    found, tag = data.find(b"\xff", place + 1), data.find(b"ID3", place + 1, place + 200_000)
    return min((at for at in (found, tag) if at >= 0), default=len(data))


def _promise(data: bytes, place: int, frame: Frame) -> int | None:
    """Return how many frames a frame without sound says that follow, or None if it is one of
    sound."""
    at = place + _tag_offset(frame)
    if data[at : at + 4] not in TAGS:
        return None
    flags, count = (int.from_bytes(data[k : k + 4], "big") for k in (at + 4, at + 8))
    return count if flags & 1 else 0


def _tag_offset(frame: Frame) -> int:
    version, _, _, mono = frame.kind
    return 4 + ((17 if mono else 32) if version == 3 else (9 if mono else 17))


def with_length(data: bytes, part: Mp3Part) -> bytes:
    """Return a stream behind a frame that tells its true length, so that all of it is decoded."""
    start = part.start
    if _promise(data, start, read_frame(data, start)) is not None:
        start += read_frame(data, start).size
    head = bytearray(data[start : start + 4])
    head[1] |= 1  # no checksum
    head[2] = 9 << 4 | head[2] & 0b1100  # a rate at which the frame is large enough
    frame = read_frame(bytes(head), 0)
    first = bytearray(frame.size)
    first[:4] = head
    at = _tag_offset(frame)
    first[at : at + 12] = b"Info" + (1).to_bytes(4, "big") + part.counted.to_bytes(4, "big")
    return bytes(first) + data[start : part.stop]


class Part(NamedTuple):
    """Bytes of a file that are one stream, or several at once, and whether its end is missing."""

    start: int
    stop: int
    is_cut: bool


def marked_parts(data: bytes, kind: str) -> list[Part]:
    """Return the files of a kind from which a file was joined, most often one."""
    starts = [found.start() for found in re.finditer(MARKS[kind], data)]
    return [Part(start, stop, False) for start, stop in zip(starts, [*starts[1:], len(data)])]


def ogg_parts(data: bytes) -> list[Part]:
    """Return the streams of which an Ogg file was joined, most often one."""
    parts: list[Part] = []
    begins = False
    for start, stop, flags in _ogg_pages(data):
        if flags & 2 and not begins:
            parts.append(Part(start, stop, True))
        begins = bool(flags & 2)
        if parts:
            parts[-1] = parts[-1]._replace(stop=stop, is_cut=not flags & 4)
    return parts


def _ogg_pages(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield where each whole page begins and ends, and its flags (2: the first of a stream, 4: the
    last)."""
    place = data.find(b"OggS")
    while place >= 0:
        count = data[place + 26] if place + 27 <= len(data) else 255
        table = data[place + 27 : place + 27 + count]
        stop = place + 27 + count + int(np.frombuffer(table, np.uint8).sum())
        if stop > len(data):
            return
        yield place, stop, data[place + 5]
        place = stop if data[stop : stop + 4] == b"OggS" else data.find(b"OggS", stop)
