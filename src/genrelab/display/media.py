"""Short sound files beside the notebook, level-true, named by their content."""

import hashlib
import io
import json
import os
import re
from functools import partial
from pathlib import Path

import numpy as np

from genrelab.display.figures import write_if_changed
from genrelab.runtime import cached, parallel, parallel_cached

SAMPLE_RATE = 22050  # of every corpus
FADE = 0.005  # seconds
SECONDS = 6.0
MEDIA = Path("media")  # beside the notebook, and beside the exported page


class TooLoudError(ValueError):
    """A sound beyond full scale, which no file can hold as it is."""


def no_audio() -> bool:
    """Whether the user asked for no sound at all (``GENRELAB_NO_AUDIO=1``)."""
    return os.environ.get("GENRELAB_NO_AUDIO", "") not in ("", "0")


def clip(
    y: np.ndarray,
    sr: int,
    name: str,
    seconds: float | None = SECONDS,
    start: float | None = None,
    *,
    corpus=None,
    gain: float = 1.0,
) -> str | None:
    """Write a short clip and return its address relative to the notebook.

    The level is kept as it is (no normalisation), with 5 ms fades. The file's name holds a hash of
    the samples, so a changed sound never hides behind an old file, and a sound that is there
    already is not written again.

    Parameters
    ----------
    y : (n_samples,) float array
        Mono sound, full scale is 1.
    sr : int
        Samples per second.
    name : str
        What the file is called; characters unfit for an address become ``-``.
    seconds : float or None
        Length of the clip; a shorter sound is kept whole. None keeps all of it.
    start : float or None
        First second of the clip; None takes the middle.
    corpus : corpus or str, optional
        Folder of the sound under ``media/``; by default that of ``$GENRELAB_CORPUS``, else
        ``sounds``.
    gain : float
        Common factor of a whole group of clips (see `listen`); 1 leaves the level.

    Returns
    -------
    str or None
        ``media/<corpus>/<name>-<hash>.mp3``; None when sound is left out (``GENRELAB_NO_AUDIO=1``).

    Raises
    ------
    TooLoudError
        When the clip exceeds full scale.
    ValueError
        When `y` is empty, not mono, or not finite, or `start` lies behind its end.

    Examples
    --------
    >>> clip(y, 22050, "bell")  # doctest: +SKIP
    'media/sounds/bell-0f3a9c1e5b.mp3'
    """
    part = prepared(y, sr, name, seconds, start, gain)
    if no_audio():
        return None
    about = f"1 {sr} mp3 ".encode() + np.ascontiguousarray(part).tobytes()
    path = clip_path(corpus, name, about)
    if not path.is_file():
        write_if_changed(path, encode(part, sr))
    return path.as_posix()


def prepared(y, sr: int, name: str, seconds=None, start=None, gain: float = 1.0) -> np.ndarray:
    """The samples of a clip, ``(n_samples,) float32``: cut, at its level, faded, within full
    scale."""
    part = excerpt(y, sr, seconds, start, name=name) * np.float32(gain)
    peak = float(np.abs(part).max())
    if peak > 1.0005:
        mend = f"lower the whole group that is compared by one gain, such as gain={0.97 / peak:.2f}"
        raise TooLoudError(f"{name}: its peak is {peak:.2f}, beyond full scale (1.0); {mend} "
                           "(listen() does so by itself)")
    return faded(part, sr)


def clip_path(corpus, name: str, about: bytes) -> Path:
    """Where a clip lies; what it is made of is in its name."""
    key = hashlib.sha256(about).hexdigest()[:10]
    return MEDIA / folder_name(corpus) / f"{slug(name)}-{key}.mp3"


def folder_name(corpus=None) -> str:
    """Name of the folder under ``media/``: sound made from a corpus stays with it, to be left out
    with it."""
    chosen = os.environ.get("GENRELAB_CORPUS") or "sounds"
    return slug(Path(chosen).name if corpus is None else getattr(corpus, "name", corpus))


def excerpt(
    y, sr: int, seconds: float | None, start: float | None = None, name: str = "sound"
) -> np.ndarray:
    """Part of a sound, ``(n_samples,) float32``: `seconds` from `start`, or from the middle."""
    y = np.asarray(y)
    if y.ndim != 1:
        raise ValueError(f"{name}: a sound is a (n_samples,) array, this one has shape {y.shape}; "
                         "mix it to mono first")
    if y.size == 0:
        raise ValueError(f"{name}: the sound is empty")
    if y.dtype.kind in "iu":
        y = y / float(np.iinfo(y.dtype).max)
    y = y.astype(np.float32)
    wanted = y.size if seconds is None else min(y.size, round(seconds * sr))
    first = (y.size - wanted) // 2 if start is None else round(start * sr)
    part = y[first : first + wanted] if first >= 0 else y[:0]
    if part.size == 0:
        lasts = f"which lasts {y.size / sr:.2f} s"
        raise ValueError(f"{name}: start={start} s lies outside the sound, {lasts}")
    if not np.isfinite(part).all():
        raise ValueError(f"{name}: the sound holds values that are not finite; repair them first "
                         "(np.nan_to_num)")
    return part


def faded(y: np.ndarray, sr: int) -> np.ndarray:
    """The same sound with 5 ms of raised-cosine fade at both ends."""
    n = min(round(FADE * sr), y.size // 2)
    if n == 0:
        return y
    ramp = (0.5 - 0.5 * np.cos(np.pi * np.arange(n) / n)).astype(np.float32)
    y = y.copy()
    y[:n] *= ramp
    y[-n:] *= ramp[::-1]
    return y


def encode(y: np.ndarray, sr: int) -> bytes:
    """Bytes of an MP3 file: 33 kB for 6 s."""
    import soundfile

    buffer = io.BytesIO()
    soundfile.write(buffer, y, sr, format="MP3")
    return buffer.getvalue()


def slug(name) -> str:
    """A name that may stand in an address."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", str(name)).strip("-.")[:60] or "sound"


def corpus_clips(
    corpus, tracks, seconds: float = SECONDS, start: float | None = None
) -> dict[str, str | None]:
    """Clips of many tracks of a corpus, level-true among each other.

    Parameters
    ----------
    corpus : corpus
        With ``audio(track) -> (n_samples,) float32`` at 22 050 Hz, ``content(track).hash``,
        ``tracks`` and ``name``.
    tracks : sequence of str
        Track ids.
    seconds, start : float
        As in `clip`.

    Returns
    -------
    dict of str to str or None
        Address of each track's clip. Levels are kept in the cache, and a clip that is there is not
        written again. If any track exceeds full scale, all are lowered by one common gain.
    """
    tracks = [str(track) for track in tracks]
    if no_audio():
        return dict.fromkeys(tracks)
    part = {"seconds": seconds, "start": start}
    keys = {track: {"content": corpus.content(track).hash, **part} for track in tracks}
    peak = partial(_peak, corpus, keys)
    peaks = parallel_cached("peak", peak, tracks, list(keys.values()), "measuring levels")
    loudest = max(peaks, default=0.0)
    gain = 1.0 if loudest <= 1 else round(0.97 / loudest, 4)
    paths = {}
    for track, key in keys.items():
        about = json.dumps({**key, "gain": gain}, sort_keys=True).encode()
        paths[track] = clip_path(corpus, track, about)
    missing = [track for track in tracks if not paths[track].is_file()]
    encoded = partial(_encoded, corpus, {**part, "gain": gain})
    for track, content in zip(missing, parallel(encoded, missing, "writing clips")):
        write_if_changed(paths[track], content)
    return {track: path.as_posix() for track, path in paths.items()}


def _peak(corpus, keys: dict[str, dict], track: str) -> float:
    def measure() -> float:
        key = keys[track]
        y = excerpt(corpus.audio(track), SAMPLE_RATE, key["seconds"], key["start"], name=track)
        return float(np.abs(y).max())

    return cached("peak", measure, **keys[track])


def _encoded(corpus, part: dict, track: str) -> bytes:
    y = prepared(corpus.audio(track), SAMPLE_RATE, track, **part)
    return encode(y, SAMPLE_RATE)
