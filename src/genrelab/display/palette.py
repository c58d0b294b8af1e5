"""One fixed colour and one marker per genre, the same in every notebook.

The ten colours were searched for together: each has at least 3:1 contrast on white *and* on a dark
page (#121212), and the smallest distance between two of them is as large as possible for normal,
protan, deutan and tritan vision. Ten colours in so narrow a band of lightness cannot be told apart
by colour alone, so each genre has its own marker as well.
"""

from __future__ import annotations

import colorsys
import hashlib
from collections.abc import Iterable
from typing import NamedTuple


class GenreStyle(NamedTuple):
    """Colour (``#rrggbb``), matplotlib marker and plotly symbol of one genre."""

    colour: str
    marker: str
    symbol: str


GENRE_STYLES = {
    "blues": GenreStyle("#2854fd", "o", "circle"),
    "classical": GenreStyle("#9e5a01", "s", "square"),
    "country": GenreStyle("#8f9206", "^", "triangle-up"),
    "disco": GenreStyle("#d70bac", "*", "star"),
    "hiphop": GenreStyle("#ef6a49", "D", "diamond"),
    "jazz": GenreStyle("#905fcb", "v", "triangle-down"),
    "metal": GenreStyle("#646e7d", "X", "x"),
    "pop": GenreStyle("#36a2a1", "p", "pentagon"),
    "reggae": GenreStyle("#097b39", "P", "cross"),
    "rock": GenreStyle("#df034a", "h", "hexagon"),
}

# Shapes for any other name, the ones GTZAN's genres do not use first.
_SPARE_SHAPES = list(zip(
    "< > 8 d H o s D P * X".split(),
    "triangle-left triangle-right octagon diamond-tall hexagon2 circle square diamond cross star "
    "x".split(),
))
_HUES = 36
_BAND = 0.19  # relative luminance: 4.4:1 on white, 4.3:1 on #121212
SLOTS = _HUES * len(_SPARE_SHAPES)


def genre_style(genre: str) -> GenreStyle:
    """Colour, matplotlib marker and plotly symbol of a genre.

    Parameters
    ----------
    genre : str
        Any name. GTZAN's ten have fixed styles; another name gets one computed from the name alone,
        the same on every machine. Two unknown names may meet by chance: use `genre_styles` for a
        whole set.

    Returns
    -------
    GenreStyle
        ``(colour, marker, symbol)``.

    Notes
    -----
    Notebook: 05.

    Examples
    --------
    >>> genre_style("blues")
    GenreStyle(colour='#2854fd', marker='o', symbol='circle')
    """
    name = str(genre)
    return _known_style(name) or _slot_style(_slot(name))


def _known_style(name: str) -> GenreStyle | None:
    """The fixed style of GTZAN's genres, however they are written ("Hip-Hop")."""
    return GENRE_STYLES.get(name.lower().replace("-", "").replace(" ", ""))


def genre_styles(genres: Iterable[str]) -> dict[str, GenreStyle]:
    """Styles for a whole set of genres, all different.

    Parameters
    ----------
    genres : iterable of str
        Names, in any order, repeats allowed.

    Returns
    -------
    dict of str to GenreStyle
        In alphabetical order. The result depends on the set of names only. Up to 396 unknown names
        keep different styles; beyond that styles repeat.

    Notes
    -----
    Notebook: 05.
    """
    styles, taken = {}, []
    for name in sorted({str(genre) for genre in genres}):
        style = _known_style(name)
        if style is None or style in styles.values():
            taken.append(_free_slot(_slot(name), taken))
            style = _slot_style(taken[-1])
        styles[name] = style
    return styles


def _slot(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % SLOTS


def _free_slot(wanted: int, taken: list[int]) -> int:
    """Nearest free slot; while there are any, one with a hue and a shape that nobody has."""
    hues, shapes = {slot % _HUES for slot in taken}, {slot // _HUES for slot in taken}
    # 37: next hue and next shape together
    order = [(wanted + 37 * step) % SLOTS for step in range(SLOTS)]
    free = [slot for slot in order if slot not in taken]
    new_hue = [slot for slot in free if slot % _HUES not in hues]
    both = [slot for slot in new_hue if slot // _HUES not in shapes]
    return (both or new_hue or free or [wanted])[0]


def _slot_style(slot: int) -> GenreStyle:
    marker, symbol = _SPARE_SHAPES[slot // _HUES]
    return GenreStyle(_colour_of_hue(slot % _HUES / _HUES), marker, symbol)


def _colour_of_hue(hue: float) -> str:
    """The saturated colour of one hue whose luminance stands in the band legible on white and on
    dark."""
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        is_dark = luminance(colorsys.hls_to_rgb(hue, middle, 0.72)) < _BAND
        low, high = (middle, high) if is_dark else (low, middle)
    return "#" + "".join(f"{round(255 * c):02x}" for c in colorsys.hls_to_rgb(hue, low, 0.72))


def luminance(rgb) -> float:
    """WCAG relative luminance of ``(r, g, b)`` in 0..1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
