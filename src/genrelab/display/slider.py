"""A slider without a kernel: every step is computed beforehand."""

from html import escape
from pathlib import Path

import numpy as np

from genrelab.display.figures import png_bytes
from genrelab.display.html import component, png_address
from genrelab.display.html import show as show_html
from genrelab.display.listening import group_gain, level_text
from genrelab.display.media import clip, excerpt

KEYS = ("label", "image", "html", "alt", "sound", "numbers")
LIMIT = 4_000_000  # bytes of HTML


def slider(
    frames,
    label: str = "step",
    *,
    sr: int = 22050,
    corpus=None,
    seconds: float | None = 6.0,
    start: float | None = None,
    lossless: bool = False,
    embed: bool = False,
    display: bool = True,
):
    """A slider over precomputed frames, the same in JupyterLab and on the exported page.

    Moving it exchanges picture, numbers and sound at once; a sounding clip goes on at the same
    place, and all clips keep their levels relative to each other.

    Parameters
    ----------
    frames : sequence of dict
        One dict a step, with ``label`` (shown beside the slider) and any of ``image`` (a matplotlib
        figure, PNG bytes or the path of a PNG), ``alt`` (its description), ``html``, ``sound`` (a
        ``(n_samples,)`` array or a ``data:`` address) and ``numbers`` (name to value).
    label : str
        What the slider changes, with its unit.
    sr : int
        Samples per second of the sounds.
    corpus : corpus or str, optional
        Names the folder of the sound files.
    seconds, start : float, optional
        Part of each sound, as in `listen`.
    lossless, embed : bool
        As in `listen`.
    display : bool
        True shows the slider; False returns it as HTML, for `live`.

    Returns
    -------
    str or None
        HTML when ``display=False``.

    Raises
    ------
    ValueError
        When there are fewer than two frames, a key is unknown, or the pictures are too many to
        embed.

    Notes
    -----
    Notebook: 00.

    Examples
    --------
    >>> slider([{"label": f"{snr} dB", "sound": noisy(snr)} for snr in (20, 10, 0)],
    ...        label="signal-to-noise ratio")  # doctest: +SKIP
    """
    frames = [dict(frame) for frame in frames]
    if len(frames) < 2:
        raise ValueError(f"a slider needs at least two frames, not {len(frames)}; show a single "
                         "one directly")
    for number, frame in enumerate(frames):
        unknown = sorted(set(frame) - set(KEYS))
        if unknown or "label" not in frame:
            what = f"unknown key {unknown[0]!r}" if unknown else "no label"
            raise ValueError(
                f"frame {number} has {what}; a frame takes label and any of {', '.join(KEYS[1:])}"
            )
    labels = [str(frame["label"]) for frame in frames]
    sounds, lengths = _sounds(
        frames, sr, dict(corpus=corpus, lossless=lossless, embed=embed), seconds, start
    )
    slides = "".join(_slide(frame, step, label, step == 0) for step, frame in enumerate(frames))
    body = (
        f'<div class="genrelab-control"><label for="{{id}}-range">{escape(label)}</label>'
        f'<input type="range" id="{{id}}-range" min="0" max="{len(frames) - 1}" step="1" value="0" '
        f'data-lm-suppress-shortcuts="true" '
        f'aria-valuetext="{escape(labels[0])}">'
        f'<output for="{{id}}-range">{escape(labels[0])}</output></div>'
        f'<div class="genrelab-slides">{slides}</div>'
    )
    if any("sound" in frame for frame in frames):
        body += _player(sounds, labels, lengths)
    html = component(
        "slider",
        body,
        ("genrelab/display/player.js", "genrelab/display/slider.js"),
        ("genrelab/display/player.css", "genrelab/display/slider.css"),
        {"labels": labels, "sounds": sounds, "seconds": lengths},
        call="frames",
        sounds=sounds,
    )
    if len(html) > LIMIT:
        raise ValueError(
            f"the slider {label!r} would put {len(html) / 1e6:.1f} MB into the notebook "
            f"(at most {LIMIT / 1e6:.0f}); take fewer frames or smaller figures, or leave embed out"
        )
    return show_html(html) if display else html


def _sounds(frames, sr, settings, seconds, start):
    """Address of each frame's sound (None where it has none), and its seconds."""
    parts = {
        step: excerpt(frame["sound"], sr, seconds, start, name=str(frame["label"]))
        for step, frame in enumerate(frames)
        if frame.get("sound") is not None and not isinstance(frame["sound"], str)
    }
    gain = group_gain(parts.values()) if parts else 1.0
    addresses = []
    for step, frame in enumerate(frames):
        if step in parts:
            addresses.append(
                clip(parts[step], sr, f"slider-{frame['label']}", None, gain=gain, **settings)
            )
            frame["levels"] = level_text(parts[step] * gain)
        else:
            addresses.append(frame.get("sound"))
    return addresses, [
        round(parts[step].size / sr, 3) if step in parts else 1e6 for step in range(len(frames))
    ]


def _player(sounds, labels, lengths) -> str:
    first = sounds[0] or next((address for address in sounds if address), None)
    if not first:
        return '<p class="genrelab-note">sound left out</p>'
    name = escape(labels[0])
    mute = (
        ""
        if all(sounds)
        else f'<p class="genrelab-note genrelab-mute"{" hidden" if sounds[0] else ""}>no sound</p>'
    )
    return (
        f'<div class="genrelab-player" data-label="{name}" data-seconds="{lengths[0]:.2f}">'
        f'<audio controls preload="none" aria-label="{name}" '
        f'src="{escape(first)}"></audio>{mute}</div>'
    )


def _slide(frame: dict, step: int, label: str, on: bool) -> str:
    parts = []
    if frame.get("image") is not None:
        png = _png(frame["image"])
        alt = frame.get("alt") or f"{label}: {frame['label']}"
        width = round(int.from_bytes(png[16:20], "big") * 96 / 150)
        words = f'alt="{escape(str(alt))}" width="{width}"'
        parts.append(f'<img class="dark-light" {words} src="{png_address(png)}">')
    if frame.get("html"):
        parts.append(str(frame["html"]))
    numbers = dict(frame.get("numbers") or {})
    small = f'<p class="genrelab-small">{frame["levels"]}</p>' if "levels" in frame else ""
    if numbers:
        cells = "".join(
            f"<span>{escape(str(name))} "
            f"<b>{_text(value)}</b></span>" for name, value in numbers.items()
        )
        parts.append(f'<div class="genrelab-numbers">{cells}</div>')
    classes = "genrelab-slide genrelab-on" if on else "genrelab-slide"
    return f'<div class="{classes}" data-step="{step}">{"".join(parts)}{small}</div>'


def _png(image) -> bytes:
    if isinstance(image, bytes):
        content = image
    elif hasattr(image, "savefig") or hasattr(image, "figure"):
        from matplotlib import pyplot as plt

        image = getattr(image, "figure", image)
        content = png_bytes(image)
        plt.close(image)
    else:
        content = Path(image).read_bytes()
    if content[:4] != b"\x89PNG":
        raise ValueError("a frame's image must be a matplotlib figure, PNG bytes or the path of a "
                         "PNG file")
    return content


def _text(value) -> str:
    if isinstance(value, (float, np.floating)):
        return f"{value:.4g}".replace("-", "−")
    return escape(str(value))
