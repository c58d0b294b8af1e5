"""Labelled players side by side, to compare sounds by ear."""

import io
from collections.abc import Mapping
from html import escape

import numpy as np

from genrelab.display.html import NO_SOUND, audio, component, picture_address
from genrelab.display.html import show as show_html
from genrelab.display.media import SECONDS, clip, excerpt

PICTURE = (320, 96)  # pixels of a spectrogram: width, height
RANGE = 75.0  # dB below the loudest point of the group

LOUDEST = 0.95
"""Peak of a group that is turned down; a decoded MP3 may exceed what was coded by some percent."""


def listen(
    sounds,
    sr: int = 22050,
    *,
    corpus=None,
    seconds: float | None = SECONDS,
    start: float | None = None,
    spectrogram: bool = True,
    display: bool = True,
):
    """Players side by side, each with its mel spectrogram; one sounds at a time, and levels are
    true.

    Parameters
    ----------
    sounds : mapping, sequence of pairs, or sequence of track ids
        Label to sound: a ``(n_samples,)`` array or, with `corpus`, a track id.
    sr : int
        Samples per second of the arrays.
    corpus : corpus, optional
        Where track ids are looked up; its name is also the folder of the sound files.
    seconds, start : float, optional
        Part of each sound, the same for all: 6 s from the middle by default; ``seconds=None`` for
        the whole.
    spectrogram : bool
        Whether to draw the spectrograms, all on one scale of decibels; a click on one plays from
        there.
    display : bool
        True shows the players; False returns them as HTML.

    Returns
    -------
    str or None
        HTML when ``display=False``.

    Raises
    ------
    ValueError, KeyError
        When there is nothing to hear, or a track is not in the corpus.

    Notes
    -----
    Notebook: 00.

    Examples
    --------
    >>> listen({"as recorded": y, "with noise": y + noise})  # doctest: +SKIP
    >>> listen(["blues.00000", "jazz.00003"], corpus=corpus)  # doctest: +SKIP
    """
    sounds = named_sounds(sounds, corpus, sr)
    parts = {label: excerpt(y, sr, seconds, start, name=label) for label, y in sounds.items()}
    gain = group_gain(parts.values())
    pictures = _pictures(parts, sr) if spectrogram else {}
    cards, addresses = [], []
    for label, part in parts.items():
        addresses.append(clip(part, sr, label, None, corpus=corpus, gain=gain))
        levels, picture = level_text(part * gain), pictures.get(label)
        cards.append(card(label, addresses[-1], part.size / sr, picture, levels))
    if gain < 1:
        lowered = f"All were lowered together by {-20 * np.log10(gain):.1f} dB"
        cards.append(f'<p class="genrelab-note">{lowered}, so that none exceeds full scale.</p>')
    body = f'<div class="genrelab-grid">{"".join(cards)}</div>'
    files = ["genrelab/display/player.js"], ["genrelab/display/player.css"]
    html = component("listen", body, *files, call="players", sounds=addresses)
    return show_html(html) if display else html


def track_label(corpus, track: str) -> str:
    """``blues.00012 · Artist – Title``, as far as known; with the genre when the id does not name
    it."""
    row = corpus.tracks.loc[_known(corpus, track)]
    genre, *names = (known_text(row, column) for column in ("genre", "artist", "title"))
    credit = " – ".join(filter(None, names))
    head = track if track.startswith(genre) else f"{track} ({genre})"
    return f"{head} · {credit}" if credit else head


def known_text(row, column: str) -> str:
    """A text of one row of a table, empty where it is missing."""
    value = row.get(column)
    return "" if value is None or value != value else str(value)


def count_genres(tracks) -> str:
    """How many tracks each genre has: ``blues 10, disco 9``."""
    counts = tracks["genre"].value_counts().sort_index()
    return ", ".join(f"{genre} {count}" for genre, count in counts.items())


def named_sounds(sounds, corpus=None, sr: int = 22050) -> dict[str, np.ndarray]:
    """Any of the forms that `listen` takes, as label to array."""
    if isinstance(sounds, str):
        sounds = [sounds]
    if not isinstance(sounds, Mapping):
        sounds = list(sounds)
        if all(isinstance(item, str) for item in sounds):
            labels = sounds if corpus is None else [track_label(corpus, item) for item in sounds]
            sounds = dict(zip(labels, sounds))
        else:
            labels = [str(label) for label, _ in sounds]
            if len(set(labels)) < len(labels):
                raise ValueError(f"labels must differ, these do not: {', '.join(labels)}")
            sounds = dict(sounds)
    if not sounds:
        raise ValueError("nothing to hear: give at least one label and sound")
    arrays = {}
    tracks = [value for value in sounds.values() if isinstance(value, str)]
    if tracks and corpus is None:
        mend = "say where it comes from: listen(..., corpus=corpus)"
        raise ValueError(f"{tracks[0]!r} is a track id; {mend}")
    if tracks and sr != 22050:
        mend = "resample your arrays to 22 050 Hz and leave sr out"
        raise ValueError(f"tracks come at 22 050 Hz but sr={sr}; {mend}")
    for label, value in sounds.items():
        is_track = isinstance(value, str)
        arrays[str(label)] = corpus.audio(_known(corpus, value)) if is_track else np.asarray(value)
    return arrays


def group_gain(parts) -> float:
    """One factor for a whole group: 1, or what leaves its loudest the room that a coder needs."""
    peak = max(float(np.abs(part).max()) for part in parts)
    return 1.0 if peak <= 1.0 else LOUDEST / peak


def level_text(y: np.ndarray) -> str:
    """Peak and RMS level in dB relative to full scale."""
    peak, rms = float(np.abs(y).max()), float(np.sqrt(np.mean(np.square(y, dtype=np.float64))))
    if rms < 1e-6:
        return "silent"
    return f"peak {decibels(peak)} · RMS {decibels(rms)} dBFS"


def decibels(level: float) -> str:
    """A level in dB with a true minus sign."""
    return f"{20 * np.log10(max(level, 1e-7)):.1f}".replace("-", "−")


def card(label: str, address: str | None, seconds: float, picture, levels: str) -> str:
    """HTML of one player; without its script it is still a native audio control."""
    name = escape(label)
    image = ""
    if picture:
        axes = f"{seconds:.1f} s from left to right, low to high frequency upwards"
        image = (f'<div class="genrelab-picture"><img class="dark-light" alt="Mel spectrogram of '
                 f'{name}: {axes}" src="{picture_address(picture)}"></div>')
    sound = audio(address, label) if address else NO_SOUND
    about = f'data-label="{name}" data-seconds="{seconds:.2f}"'
    return (f'<figure class="genrelab-card genrelab-player" {about}>'
            f"<figcaption>{name}</figcaption>{image}{sound}"
            f'<p class="genrelab-small">{levels}</p></figure>')


def mel_levels(y: np.ndarray, sr: int) -> np.ndarray:
    """Mel spectrogram in dB, ``(96, n_frames) float32``, low frequencies first."""
    import librosa

    y = np.pad(y, (0, max(0, 2048 - y.size)))
    hop = max(64, y.size // PICTURE[0])
    sizes = {"n_fft": 2048, "hop_length": hop, "n_mels": PICTURE[1]}
    mel = librosa.feature.melspectrogram(y=y, sr=sr, **sizes)
    return (10 * np.log10(np.maximum(mel, 1e-10))).astype(np.float32)


def _pictures(parts: dict, sr: int) -> dict[str, bytes]:
    levels = {label: mel_levels(part, sr) for label, part in parts.items()}
    top = max(float(level.max()) for level in levels.values())
    return {label: _magma_png(level, top) for label, level in levels.items()}


def _magma_png(level: np.ndarray, top: float) -> bytes:
    """PNG with a palette of 64 colours, about 10 kB."""
    from matplotlib import colormaps
    from PIL import Image

    index = np.clip((level - top + RANGE) / RANGE * 63, 0, 63).round().astype(np.uint8)[::-1]
    palette = (colormaps["magma"](np.linspace(0.02, 1, 64))[:, :3] * 255).round().astype(np.uint8)
    image = Image.fromarray(np.ascontiguousarray(index), mode="L")
    image = image.resize(PICTURE, Image.Resampling.BILINEAR)
    image = Image.frombytes("P", image.size, image.tobytes())
    image.putpalette(palette.tobytes())
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _known(corpus, track: str) -> str:
    if track not in corpus.tracks.index:
        some = ", ".join(map(str, corpus.tracks.index[:3]))
        raise KeyError(f"no track {track!r} in this corpus; its tracks are called like {some}")
    return track
