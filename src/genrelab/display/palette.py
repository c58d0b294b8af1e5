"""One fixed colour and one marker per genre, the same in every notebook.

The ten colours were searched for together: each has at least 3:1 contrast on white *and* on a dark
page (#121212), and the smallest distance between two of them is as large as possible for normal,
protan, deutan and tritan vision. Ten colours in so narrow a band of lightness cannot be told apart
by colour alone, so each genre has its own marker as well. """

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
_SPARE_SHAPES = (
    ("<", "triangle-left"),
    (">", "triangle-right"),
    ("8", "octagon"),
    ("d", "diamond-tall"),
    ("H", "hexagon2"),
    ("o", "circle"),
    ("s", "square"),
    ("D", "diamond"),
    ("P", "cross"),
    ("*", "star"),
    ("X", "x"),
)
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
    Notebook: 02, 05 and 06.

    Examples
    --------
    >>> genre_style("blues")
    GenreStyle(colour='#2854fd', marker='o', symbol='circle')
    """
    name = str(genre)
    return GENRE_STYLES.get(name.lower().replace("-", "").replace(" ", "")) or _slot_style(
        _slot(name)
    )


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
    """
    styles, taken, hues, shapes = {}, set(), set(), set()
    for name in sorted({str(genre) for genre in genres}):
        style = GENRE_STYLES.get(name.lower().replace("-", "").replace(" ", ""))
        if style is None or style in styles.values():
            slot = _free_slot(_slot(name), taken, hues, shapes)
            taken.add(slot)
            hues.add(slot % _HUES)
            shapes.add(slot // _HUES)
            style = _slot_style(slot)
        styles[name] = style
    return styles


def _slot(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % SLOTS


def _free_slot(wanted: int, taken: set, hues: set, shapes: set) -> int:
    """Nearest free slot; while there are any, one with a hue and a shape that nobody has."""
    # 37: next hue and next shape together
    order = [(wanted + 37 * step) % SLOTS for step in range(SLOTS)]
    for used_hues, used_shapes in ((hues, shapes), (hues, ()), ((), ())):
        for slot in order:
            if (
                slot not in taken
                and slot % _HUES not in used_hues
                and slot // _HUES not in used_shapes
            ):
                return slot
    return wanted


def _slot_style(slot: int) -> GenreStyle:
    marker, symbol = _SPARE_SHAPES[slot // _HUES % len(_SPARE_SHAPES)]
    return GenreStyle(_colour_of_hue(slot % _HUES / _HUES), marker, symbol)


def _colour_of_hue(hue: float) -> str:
    """The saturated colour of one hue whose luminance stands in the band legible on white and on
    dark."""
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        if luminance(colorsys.hls_to_rgb(hue, middle, 0.72)) < _BAND:
            low = middle
        else:
            high = middle
    return "#" + "".join(f"{round(255 * c):02x}" for c in colorsys.hls_to_rgb(hue, low, 0.72))


def luminance(rgb) -> float:
    """WCAG relative luminance of ``(r, g, b)`` in 0..1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour: str, ground: str) -> float:
    """WCAG contrast ratio of two ``#rrggbb`` colours, 1 to 21."""
    both = [luminance([int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)]) for c in (colour, ground)]
    return (max(both) + 0.05) / (min(both) + 0.05)
