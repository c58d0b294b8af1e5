"""From a sound file to samples, and what can be said of it without listening."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

from genrelab.runtime import cached, parallel_cached

SAMPLE_RATE = 22_050
"""Samples a second of everything that the course computes on: GTZAN's own rate."""

EXTENSIONS = {".wav", ".au", ".flac", ".mp3", ".ogg"}
FULL_SCALE = 0.999
CLIPPED_RUN = 3
WHOLE = 0.99


class AudioError(ValueError):
    """A sound file that cannot be used; the message names the file and the mend."""


class Header(NamedTuple):
    """What a sound file says of itself."""

    frames: int
    rate: int
    channels: int
    format: str

    @property
    def seconds(self) -> float:
        return self.frames / self.rate


class Content(NamedTuple):
    """What the samples of a sound file say; all of it is found in one pass over the file.

    Attributes
    ----------
    hash
        SHA-1 of the decoded samples, their rate and channels: equal for the same sound in another lossless container.
    peak, rms
        Largest magnitude and root mean square, full scale = 1.
    clipped
        Share of the samples in runs of three or more at full scale.
    """

    hash: str
    peak: float
    rms: float
    clipped: float


def _short(error: Exception) -> str:
    """Return what libsndfile or the system said, without the path that they repeat."""
    return str(getattr(error, "error_string", None) or getattr(error, "strerror", None) or error).rstrip(".").lower()


def read_header(path: Path) -> Header:
    """Read the header of a sound file.

    Raises
    ------
    AudioError
        If the file cannot be opened as sound, or holds none.
    """
    try:
        info = soundfile.info(path)
    except (soundfile.SoundFileError, OSError) as error:
        raise AudioError(f"{path} cannot be decoded ({_short(error)}). Replace the file, or take it out.") from error
    if not info.frames:
        raise AudioError(f"{path} holds no samples. Replace the file, or take it out.")
    return Header(info.frames, info.samplerate, info.channels, info.format)


def decode(path: Path) -> tuple[np.ndarray, int]:
    """Return the samples of a file as they are, (n_samples, n_channels) float32, and their rate in Hz.

    Raises
    ------
    AudioError
        If the file cannot be decoded, ends before its header says, or holds values that are not finite.
    """
    try:
        with soundfile.SoundFile(path) as file:
            samples = file.read(dtype="float32", always_2d=True)
            promised, rate = file.frames, file.samplerate
    except (soundfile.SoundFileError, OSError) as error:
        raise AudioError(f"{path} cannot be decoded ({_short(error)}). Replace the file, or take it out.") from error
    if len(samples) < WHOLE * promised:
        seconds = f"{len(samples) / rate:.1f} of {promised / rate:.1f} s"
        raise AudioError(f"{path} is cut off: it holds {seconds}. Replace the file, or take it out.")
    if not np.isfinite(samples).all():
        raise AudioError(f"{path} holds samples that are not finite numbers. Replace the file, or take it out.")
    return samples, rate


def read_audio(path: Path) -> np.ndarray:
    """Return a file as the course hears it: (n_samples,) float32, mono, 22 050 Hz.

    Channels are averaged, other rates are resampled by soxr at its high quality. The level is left as it is.

    Raises
    ------
    AudioError
        As `decode`.
    """
    samples, rate = decode(path)
    y = samples.mean(axis=1)
    if rate != SAMPLE_RATE:
        import soxr  # only for music of another rate than GTZAN's

        y = soxr.resample(y, rate, SAMPLE_RATE, quality="HQ")
    return np.ascontiguousarray(y, dtype=np.float32)


def read_content(path: Path) -> Content:
    """Decode a file and describe its samples; kept by path, size and time of the last change."""
    return cached("content", lambda: describe_content(*decode(path)), **_content_key(path))


def read_contents(paths: list[Path]) -> list[Content | AudioError]:
    """Describe many files in parallel; a file that cannot be decoded gives its error instead of a description."""
    return parallel_cached("content", _try_content, paths, [_content_key(path) for path in paths], "reading sound")


def _try_content(path: Path) -> Content | AudioError:
    try:
        return read_content(path)
    except AudioError as error:
        return error


def _content_key(path: Path) -> dict:
    """Return what tells whether a file is still the same; one that is gone has a key that nothing is kept under."""
    try:
        state = path.stat()
    except OSError:
        return {"gone": str(path)}
    return {"path": str(path.resolve()), "size": state.st_size, "time": state.st_mtime_ns, "version": 2}


def describe_content(samples: np.ndarray, rate: int) -> Content:
    """Describe samples, (n_samples, n_channels), full scale = 1, of `rate` Hz."""
    magnitude = np.abs(samples).max(axis=1)
    what = f"{rate} {samples.shape} ".encode()
    return Content(
        hash=hashlib.sha1(what + np.ascontiguousarray(samples).tobytes()).hexdigest(),
        peak=float(magnitude.max()),
        rms=float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))),
        clipped=_share_in_runs(magnitude >= FULL_SCALE, CLIPPED_RUN),
    )


def _share_in_runs(flags: np.ndarray, shortest: int) -> float:
    """Return the share of flags that stand in runs of at least `shortest`."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False]))))
    lengths = edges[1::2] - edges[::2]
    return float(lengths[lengths >= shortest].sum() / len(flags))
