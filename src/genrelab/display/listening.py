"""Labelled players side by side, to compare sounds by ear."""

import io
from collections.abc import Mapping
from html import escape

import numpy as np

from genrelab.display.html import component, png_address
from genrelab.display.html import show as show_html
from genrelab.display.media import SECONDS, clip, excerpt

PICTURE = (320, 96)  # pixels of a spectrogram: width, height
RANGE = 75.0  # dB below the loudest point of the group


def listen(
    sounds,
    sr: int = 22050,
    *,
    corpus=None,
    seconds: float | None = SECONDS,
    start: float | None = None,
    columns: int | None = None,
    spectrogram: bool = True,
    lossless: bool = False,
    embed: bool = False,
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
    columns : int, optional
        Players in a row on a wide page; by default as many as fit.
    spectrogram : bool
        Whether to draw the spectrograms, all on one scale of decibels; a click on one plays from
        there.
    lossless : bool
        FLAC instead of MP3.
    embed : bool
        Keep the sound inside the notebook instead of in ``media/``.
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
        address = clip(
            part, sr, label, None, corpus=corpus, gain=gain, lossless=lossless, embed=embed
        )
        addresses.append(address)
        cards.append(
            card(label, address, part.size / sr, pictures.get(label), level_text(part * gain))
        )
    if gain < 1:
        note = (
            f"All were lowered together by {-20 * np.log10(gain):.1f} dB, so that none exceeds "
            "full scale."
        )
        cards.append(f'<p class="genrelab-note">{note}</p>')
    grid = f' style="--genrelab-columns:{int(columns)}"' if columns else ""
    fixed = " genrelab-fixed" if columns else ""
    body = f'<div class="genrelab-grid{fixed}"{grid}>{"".join(cards)}</div>'
    look = ("genrelab/display/player.css",)
    html = component(
        "listen", body, ("genrelab/display/player.js",), look, call="players", sounds=addresses
    )
    return show_html(html) if display else html


def track_label(corpus, track: str) -> str:
    """``blues.00012 · Artist – Title``, as far as known; with the genre when the id does not name
    it."""
    row = corpus.tracks.loc[_known(corpus, track)]
    credit = " – ".join(
        text for text in (known_text(row, "artist"), known_text(row, "title")) if text
    )
    genre = known_text(row, "genre")
    head = track if track.startswith(genre) else f"{track} ({genre})"
    return f"{head} · {credit}" if credit else head


def known_text(row, column: str) -> str:
    """A text of one row of a table, empty where it is missing."""
    value = row.get(column)
    return "" if value is None or value != value else str(value)


def named_sounds(sounds, corpus=None, sr: int = 22050) -> dict[str, np.ndarray]:
    """Any of the forms that `listen` takes, as label to array."""
    if isinstance(sounds, str):
        sounds = [sounds]
    if not isinstance(sounds, Mapping):
        sounds = list(sounds)
        if all(isinstance(item, str) for item in sounds):
            sounds = {
                track_label(corpus, item) if corpus is not None else item: item for item in sounds
            }
        else:
            labels = [str(label) for label, _ in sounds]
            if len(set(labels)) < len(labels):
                raise ValueError(f"labels must differ, these do not: {', '.join(labels)}")
            sounds = dict(sounds)
    if not sounds:
        raise ValueError("nothing to hear: give at least one label and sound")
    tracks = [value for value in sounds.values() if isinstance(value, str)]
    if tracks and corpus is None:
        raise ValueError(f"{tracks[0]!r} is a track id; say where it comes from: listen(..., "
                         "corpus=corpus)")
    if tracks and sr != 22050:
        raise ValueError(
            f"tracks come at 22 050 Hz but sr={sr}; resample your arrays to 22 050 Hz and leave sr "
            "out"
        )
    return {
        str(label): corpus.audio(_known(corpus, value))
        if isinstance(value, str)
        else np.asarray(value)
        for label, value in sounds.items()
    }


def group_gain(parts) -> float:
    """One factor for a whole group: 1, or what brings the loudest just under full scale."""
    peak = max(float(np.abs(part).max()) for part in parts)
    return 1.0 if peak <= 1.0 else 0.97 / peak


def level_text(y: np.ndarray) -> str:
    """Peak and RMS level in dB relative to full scale."""
    peak, rms = float(np.abs(y).max()), float(np.sqrt(np.mean(np.square(y, dtype=np.float64))))
    if rms < 1e-6:
        return "silent"
    return f"peak {decibels(peak)} · RMS {decibels(rms)} dBFS"


def decibels(level: float) -> str:
    """A level in dB with a true minus sign."""
    return f"{20 * np.log10(max(level, 1e-7)):.1f}".replace("-", "−")


def card(
    label: str, address: str | None, seconds: float, picture: bytes | None, levels: str
) -> str:
    """HTML of one player; without its script it is still a native audio control."""
    name = escape(label)
    image = ""
    if picture:
        alt = (
            f"Mel spectrogram of {name}: {seconds:.1f} s from left to right, low to high frequency "
            "upwards"
        )
        image = (
            f'<div class="genrelab-picture"><img class="dark-light" alt="{alt}" '
            f'src="{png_address(picture)}"></div>'
        )
    if address:
        sound = (
            f'<audio controls preload="none" aria-label="{name}" src="{escape(address)}"></audio>'
        )
    else:
        sound = '<p class="genrelab-note">sound left out</p>'
    return (
        f'<figure class="genrelab-card genrelab-player" data-label="{name}" '
        f'data-seconds="{seconds:.2f}">'
        f'<figcaption>{name}</figcaption>{image}{sound}<p '
        f'class="genrelab-small">{levels}</p></figure>'
    )


def mel_levels(y: np.ndarray, sr: int) -> np.ndarray:
    """Mel spectrogram in dB, ``(96, n_frames) float32``, low frequencies first."""
    import librosa

    y = np.pad(y, (0, max(0, 2048 - y.size)))
    mel = librosa.feature.melspectrogram(
        y=y, sr=sr, n_fft=2048, hop_length=max(64, y.size // PICTURE[0]), n_mels=PICTURE[1]
    )
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
    image = Image.fromarray(np.ascontiguousarray(index), mode="L").resize(
        PICTURE, Image.Resampling.BILINEAR
    )
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
