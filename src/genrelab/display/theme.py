"""One look for all figures: matplotlib settings."""

INK = "#1b1b1f"
GRID = "#e3e3e8"
CYCLE = ["#0072b2", "#d55e00", "#007e5f", "#b3589a", "#1b1b1f", "#8a6d00", "#3c8dc4"]

MATPLOTLIB = {
    "figure.figsize": (8.0, 4.5),
    "figure.dpi": 100,
    "figure.facecolor": "white",  # opaque: a transparent figure cannot be read on a dark page
    "figure.constrained_layout.use": True,
    "savefig.facecolor": "white",
    "savefig.dpi": 150,
    "axes.facecolor": "white",
    "axes.edgecolor": "#55555f",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 14,
    "axes.titleweight": "bold",
    "axes.titlepad": 10,
    "axes.labelsize": 13,
    "axes.axisbelow": True,
    "axes.grid": False,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "legend.fontsize": 12,
    "legend.frameon": False,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib: the same bytes on every machine
    "font.size": 12,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "lines.linewidth": 1.8,
    "lines.markersize": 6,
    "image.cmap": "magma",
    "svg.fonttype": "path",
    "svg.hashsalt": "genrelab",
}


WIDE_FONTS = (
    "Noto Sans CJK JP, Noto Sans CJK SC, Noto Sans JP, Noto Sans SC, Noto Sans KR, "
    "WenQuanYi Zen Hei, Hiragino Sans, PingFang SC, Apple SD Gothic Neo, Yu Gothic, "
    "Microsoft YaHei, Malgun Gothic, Arial Unicode MS, Noto Emoji, Segoe UI Symbol, "
    "Noto Sans Symbols 2"
).split(", ")
"""Fonts that systems bring for what DejaVu Sans lacks, Chinese, Japanese and Korean first; used
where they are."""


def matplotlib_look() -> dict:
    """Return the rcParams of the course's figures, with what this machine has of fonts for rare
    characters."""
    from matplotlib.font_manager import fontManager

    here = set(fontManager.get_font_names())
    fonts = [*MATPLOTLIB["font.sans-serif"], *(font for font in WIDE_FONTS if font in here)]
    return MATPLOTLIB | {"font.sans-serif": fonts}


def use_theme() -> None:
    """Give matplotlib and pandas the course's look; call once, in a notebook's imports cell.

    Sets rcParams: 12 to 14 pt, opaque white, no upper and right spine, fixed SVG hash salt. Plotly
    gets its look when the first map is drawn, because it takes a second to load. Neither figures
    nor tables take a dollar sign for the begin of a formula: names are shown as they are typed.

    Notes
    -----
    Notebook: 00.

    Examples
    --------
    >>> use_theme()
    """
    import matplotlib as mpl
    import pandas as pd
    from cycler import cycler

    mpl.rcParams.update(matplotlib_look())
    mpl.rcParams["axes.prop_cycle"] = cycler(color=CYCLE)
    pd.set_option("display.html.use_mathjax", False)
