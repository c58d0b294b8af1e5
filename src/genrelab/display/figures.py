"""The only way out for figures: SVG, PNG, the numbers drawn, and a text for readers who cannot see
them."""

import io
import re
import warnings
from contextlib import contextmanager
from html import escape
from pathlib import Path

from genrelab.display.html import component, picture_address, show
from genrelab.runtime import figures_folder
from genrelab.runtime.cache import write_whole

CSV_LIMIT = 200_000  # bytes
DPI = 150
CUT = {"facecolor": "white", "bbox_inches": "tight"}
DARK = "dark parts"
"""Key of a PNG's own notes: where it holds pictures that are dark on a light page, too."""
SHORTEST_ALT = 20  # characters
_NO_GLYPH = re.compile(r"Glyph (\d+) ")
_NAME = re.compile(r"^(\d\d)_[a-z0-9]+(?:_[a-z0-9]+)*$")


def save_figure(fig, name: str, *, alt: str, data, display: bool = True) -> None:
    """Save a matplotlib figure for good and show it in the notebook.

    Writes ``<figures>/<NN>/<name>.svg``, ``.png`` (150 dpi), ``.csv`` (the numbers drawn) and
    ``.txt`` (the alt text), with equal bytes for equal input; shows the figure with its alt text,
    and closes it.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure, or anything with a ``.figure`` (an axes, a seaborn grid).
    name : str
        ``NN_words``: the notebook's two digits, then lower-case words joined by underscores.
    alt : str
        What the figure shows, for somebody who cannot see it; at least 20 characters.
    data : pandas.DataFrame, pandas.Series, dict or array (n_rows, n_columns)
        The numbers behind the figure, at most 200 kB as CSV. The index is kept unless it just
        counts.
    display : bool
        Whether to show the figure (a map saves its still twin silently).

    Raises
    ------
    ValueError
        When the name, the alt text or the table cannot be taken; the message names the mend.

    Notes
    -----
    Notebook: 00.

    Examples
    --------
    >>> save_figure(fig, "06_distances", alt="Box plots of ...", data=quantiles)  # doctest: +SKIP
    """
    from matplotlib import pyplot

    match = _NAME.match(name)
    if not match:
        form = "the notebook's two digits and lower-case words, joined by underscores"
        raise ValueError(f'figure name {name!r} must be {form}, such as "06_distances_by_genre"')
    alt = " ".join(str(alt).split())
    if len(alt) < SHORTEST_ALT:
        mend = f"say in a sentence (at least {SHORTEST_ALT} characters)"
        raise ValueError(f"figure {name}: alt text {alt!r} is too short; {mend} what is drawn and "
                         "what it shows")
    table = _csv_bytes(data, name)
    fig = getattr(fig, "figure", fig)
    png = png_bytes(fig)
    place = figures_folder() / match.group(1) / name
    contents = {".png": png, ".csv": table, ".txt": (alt + "\n").encode()}
    files = {place.with_suffix(suffix): content for suffix, content in contents.items()}
    same = all(path.is_file() and path.read_bytes() == content for path, content in files.items())
    # equal pictures, numbers and words: an equal drawing
    if not (same and place.with_suffix(".svg").is_file()):
        # first: a kill must not leave it behind
        write_if_changed(place.with_suffix(".svg"), _svg_bytes(fig, alt))
    for path, content in files.items():
        write_if_changed(path, content)
    pyplot.close(fig)
    if display:
        show(figure_html(png, alt))


def figure_html(png: bytes, alt: str) -> str:
    """HTML of a PNG with its alt text, at two thirds of its pixels: sharp on dense screens."""
    body = f'<figure class="genrelab-figure">{png_image(png, alt)}</figure>'
    return component("still", body, ("genrelab/display/holes.js",), call="holes")


def png_image(png: bytes, alt: str) -> str:
    """The element of a PNG alone. On a dark page its paper is dark and its ink light (base.css),
    but for spectrograms and the like (holes.js)."""
    from PIL import Image

    about = f'alt="{escape(alt)}" width="{round(int.from_bytes(png[16:20], "big") * 96 / DPI)}"'
    if dark := Image.open(io.BytesIO(png)).info.get(DARK):
        about += f' data-dark="{dark}"'
    image = f'<img class="dark-light" {about} src="{picture_address(png)}">'
    return f'<span class="genrelab-paper">{image}</span>'


def place_in_picture(axes) -> tuple[float, float, float, float]:
    """Where axes lie in the saved picture: left, top, width and height, as shares of its own."""
    from matplotlib import rcParams

    figure = axes.figure
    # what bbox_inches="tight" keeps, in inches
    page = figure.get_tightbbox().padded(rcParams["savefig.pad_inches"])
    frame = axes.get_window_extent().transformed(figure.dpi_scale_trans.inverted())
    return ((frame.x0 - page.x0) / page.width, (page.y1 - frame.y1) / page.height,
            frame.width / page.width, frame.height / page.height)


def _dark_parts(fig) -> str:
    """Corners of the axes that hold dark pictures, as one polygon of CSS that comes back to 0 0."""
    dark = [ax for ax in fig.axes if any(map(_is_dark, [*ax.images, *ax.collections]))]
    if dark:
        fig.draw_without_rendering()
    corners = ["0 0"] if dark else []
    for left, top, width, height in map(place_in_picture, dark):
        x, y, right, bottom = (f"{share:.2%}" for share in (left, top, left + width, top + height))
        corners += [f"{x} {y}", f"{right} {y}", f"{right} {bottom}", f"{x} {bottom}", f"{x} {y}",
                    "0 0"]
    return ",".join(corners)


def _is_dark(drawn) -> bool:
    """Whether a picture, or a mesh of cells, is darker than light."""
    from matplotlib.collections import QuadMesh
    from matplotlib.image import AxesImage

    values = drawn.get_array() if isinstance(drawn, (AxesImage, QuadMesh)) else None
    return values is not None and drawn.to_rgba(values, norm=True)[..., :3].mean() < 0.5


def png_bytes(fig, dpi: int = DPI) -> bytes:
    """A figure as PNG, without date or software name in it.

    Notebook: 02.
    """
    _number_ticks(fig)
    buffer, about = io.BytesIO(), {"Software": None}
    about |= {DARK: parts} if (parts := _dark_parts(fig)) else {}
    with _boxes_named():
        fig.savefig(buffer, format="png", dpi=dpi, metadata=about, **CUT)
    return buffer.getvalue()


def _number_ticks(fig) -> None:
    """Let logarithmic axes count 1, 10, 100: matplotlib writes powers as formulas, and the theme
    draws none."""
    from matplotlib.ticker import LogFormatterMathtext, NullFormatter, StrMethodFormatter

    for axis in (axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis)):
        if isinstance(axis.get_major_formatter(), LogFormatterMathtext):
            axis.set_major_formatter(StrMethodFormatter("{x:g}"))
        if isinstance(axis.get_minor_formatter(), LogFormatterMathtext):
            axis.set_minor_formatter(NullFormatter())


def scatter(ax, places, size: float, **look):
    """Draw the points of a table with columns ``x`` and ``y`` as all maps of tracks are drawn."""
    return ax.scatter(places["x"], places["y"], size, edgecolor="white", linewidth=0.4, **look)


def mark_synthetic(ax, y: float, va: str = "baseline") -> None:
    """Write on a map that its music is not real; at the right, `y` of the axes' height up."""
    look = {"ha": "right", "va": va, "fontsize": 11, "color": "#55555f"}
    ax.text(0.99, y, "synthetic music", transform=ax.transAxes, **look)


@contextmanager
def _boxes_named():
    """Say once, in a sentence, for which characters of a figure there is no font, instead of a
    warning for each."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    missing = dict.fromkeys(
        chr(int(code)) for found in caught for code in _NO_GLYPH.findall(str(found.message))
    )
    for found in caught:
        if not _NO_GLYPH.match(str(found.message)):
            warnings.warn_explicit(found.message, found.category, found.filename, found.lineno)
    if missing:
        some = " ".join(list(missing)[:8])
        print(f"This figure shows boxes for {len(missing)} characters ({some}): no installed font "
              "has them. Install one that does, such as Noto Sans CJK, and run again.")


def write_if_changed(path: Path, content: bytes) -> None:
    """Write a file in one step, and only when its content is new."""
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, lambda part: part.write_bytes(content))


def _svg_bytes(fig, alt: str) -> bytes:
    import matplotlib as mpl

    buffer, about = io.BytesIO(), {"Date": None, "Creator": None, "Description": alt}
    same_bytes = {"svg.hashsalt": "genrelab", "svg.fonttype": "path"}
    with mpl.rc_context(same_bytes), warnings.catch_warnings():
        warnings.filterwarnings("ignore", _NO_GLYPH.pattern)  # printed when the PNG was drawn
        fig.savefig(buffer, format="svg", metadata=about, **CUT)
    return buffer.getvalue()


def _csv_bytes(data, name: str) -> bytes:
    import pandas as pd

    if data is None:
        what = "the numbers drawn (for a picture, a row per band or its quantiles)"
        raise ValueError(f"figure {name}: data=None; hand over {what}")
    table = data.to_frame() if isinstance(data, pd.Series) else pd.DataFrame(data)
    keep_index = table.index.nlevels > 1 or table.index.name is not None
    keep_index = keep_index or not table.index.equals(pd.RangeIndex(len(table)))
    content = table.to_csv(index=keep_index, float_format="%.6g", lineterminator="\n").encode()
    if len(content) > CSV_LIMIT:
        size = f"{len(table)} rows and {len(content) / 1000:.0f} kB as CSV"
        mend = "hand over quantiles or counts per bin of what is drawn instead of every value"
        raise ValueError(f"figure {name}: its table has {size}, more than {CSV_LIMIT // 1000} kB; "
                         f"{mend}")
    return content

