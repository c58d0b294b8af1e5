"""A slider without a kernel: every step is computed beforehand."""

from html import escape
from pathlib import Path

import numpy as np

from genrelab.display.figures import png_bytes, png_image
from genrelab.display.html import KEYS_ARE_MINE, NO_SOUND, component, player, player_files
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
    first: int = 0,
    display: bool = True,
):
    """A slider over precomputed frames, the same in JupyterLab and on the exported page.

    Moving it exchanges picture, numbers and sound at once; a sounding clip goes on at the same
    place, and all clips keep their levels relative to each other. Its button, or the space bar,
    plays all steps.

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
    first : int
        The frame that is shown first.
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
        mend = "show a single one directly"
        raise ValueError(f"a slider needs at least two frames, not {len(frames)}; {mend}")
    _must_be_known(frames)
    labels = [str(frame["label"]) for frame in frames]
    sounds, lengths = _sounds(frames, sr, seconds, start, corpus)
    slides = "".join(_slide(frame, step, label, step == first) for step, frame in enumerate(frames))
    shown, last = escape(labels[first]), len(frames) - 1
    body = (f'<div class="genrelab-control"><label for="{{id}}-range">{escape(label)}</label>'
            f'<input type="range" id="{{id}}-range" min="0" max="{last}" step="1" '
            f'value="{first}" {KEYS_ARE_MINE} aria-valuetext="{shown}">'
            f'<button type="button" class="genrelab-button" {KEYS_ARE_MINE}></button>'
            f'<output for="{{id}}-range">{shown}</output></div>'
            f'<div class="genrelab-slides">{slides}</div>')
    if any("sound" in frame for frame in frames):
        body += _player(sounds, labels[first], lengths[first], first)
    files = _files()
    data = {"labels": labels, "sounds": sounds, "seconds": lengths}
    html = component("slider", body, *files, data, call="frames", sounds=sounds)
    if len(html) > LIMIT:
        size = f"{len(html) / 1e6:.1f} MB into the notebook (at most {LIMIT / 1e6:.0f})"
        mend = "take fewer frames or smaller figures"
        raise ValueError(f"the slider {label!r} would put {size}; {mend}")
    return show_html(html) if display else html


def still_frame(frame: dict, label: str, *, sr: int = 22050, corpus=None,
                seconds: float | None = 6.0) -> str:
    """HTML of one frame alone, as `slider` shows it."""
    frames = [dict(frame)]
    _must_be_known(frames)
    sounds, lengths = _sounds(frames, sr, seconds, None, corpus)
    body = f'<div class="genrelab-slides">{_slide(frames[0], 0, label, True)}</div>'
    if "sound" in frames[0]:
        body += _player(sounds, str(frames[0]["label"]), lengths[0])
    return component("slider", body, *_files(), call="still", sounds=sounds)


def _files() -> tuple[list[str], list[str]]:
    scripts, styles = player_files("slider")
    return ["genrelab/display/holes.js", *scripts], styles


def _must_be_known(frames) -> None:
    """Raise an error that names the first key that no frame takes."""
    for number, frame in enumerate(frames):
        unknown = sorted(set(frame) - set(KEYS))
        if unknown or "label" not in frame:
            what = f"unknown key {unknown[0]!r}" if unknown else "no label"
            known = f"a frame takes label and any of {', '.join(KEYS[1:])}"
            raise ValueError(f"frame {number} has {what}; {known}")


def _sounds(frames, sr, seconds, start, corpus):
    """Address of each frame's sound (None where it has none), and its seconds."""
    parts = {
        step: excerpt(frame["sound"], sr, seconds, start, name=str(frame["label"]))
        for step, frame in enumerate(frames)
        if frame.get("sound") is not None and not isinstance(frame["sound"], str)
    }
    gain = group_gain(parts.values()) if parts else 1.0
    addresses, lengths = [frame.get("sound") for frame in frames], [1e6] * len(frames)
    for step, part in parts.items():
        name = f"slider-{frames[step]['label']}"
        addresses[step] = clip(part, sr, name, None, corpus=corpus, gain=gain)
        lengths[step] = round(part.size / sr, 3)
        frames[step]["levels"] = level_text(part * gain)
    return addresses, lengths


def _player(sounds, label: str, seconds: float, first: int = 0) -> str:
    address = sounds[first] or next(filter(None, sounds), None)
    if not address:
        return NO_SOUND
    hidden = " hidden" if sounds[first] else ""
    mute = f'<p class="genrelab-note genrelab-mute"{hidden}>no sound</p>'
    return player(address, label, seconds, "" if all(sounds) else mute)


def _slide(frame: dict, step: int, label: str, on: bool) -> str:
    parts = []
    if frame.get("image") is not None:
        png = _png(frame["image"])
        alt = frame.get("alt") or f"{label}: {frame['label']}"
        parts.append(png_image(png, str(alt)))
    if frame.get("html"):
        parts.append(str(frame["html"]))
    numbers = dict(frame.get("numbers") or {})
    small = f'<p class="genrelab-small">{frame["levels"]}</p>' if "levels" in frame else ""
    if numbers:
        cells = "".join(
            f"<span>{escape(str(name))} <b>{_text(value)}</b></span>"
            for name, value in numbers.items()
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
        kinds = "a matplotlib figure, PNG bytes or the path of a PNG file"
        raise ValueError(f"a frame's image must be {kinds}")
    return content


def _text(value) -> str:
    if isinstance(value, (float, np.floating)):
        return f"{value:.4g}".replace("-", "−")
    return escape(str(value))
