"""A map of tracks: click a point, hear its music."""

import textwrap

import numpy as np
import pandas as pd

from genrelab.display.figures import mark_synthetic, save_figure, scatter
from genrelab.display.html import (
    NO_SOUND,
    STATUS,
    component,
    element_id,
    player,
    player_files,
)
from genrelab.display.html import show as show_html
from genrelab.display.listening import count_genres, known_text
from genrelab.display.media import SECONDS, corpus_clips
from genrelab.display.palette import genre_styles
from genrelab.display.theme import matplotlib_look
from genrelab.display.words import plain_plotly

HEIGHT = 560
MANY_VALUES = 12  # a numeric column with more values than this is drawn on a colour scale


def sound_map(
    points: pd.DataFrame,
    corpus,
    name: str = "01_map",
    *,
    title: str = "Every point is a track: click one to hear it",
    colour: str = "genre",
    alt: str | None = None,
    axes: tuple[str, str] | None = None,
    seconds: float = SECONDS,
    start: float | None = None,
) -> None:
    """Show tracks as points that sound, in JupyterLab and on the exported page.

    A click plays a point's clip. With the keyboard: Tab to the map, arrow keys to the nearest point
    on that side, Enter or Space to play and pause. A still twin (SVG, PNG, CSV, alt text) leaves
    through `save_figure`.

    Parameters
    ----------
    points : DataFrame, indexed by track id
        Columns ``x`` and ``y`` (n_tracks,), and any column to colour by.
    corpus : corpus
        With ``tracks`` (genre, and artist and title where known), ``audio(track)`` and ``name``.
    name : str
        Name of the still figure, ``NN_words``.
    title : str
        The finding, in one sentence.
    colour : str
        Column of `points` or of ``corpus.tracks``: names get a colour and a marker each, many
        numbers a colour scale.
    alt : str, optional
        What the map shows, for somebody who cannot see it; by default its counts.
    axes : pair of str, optional
        What the axes are, with units; without it (t-SNE, UMAP) they carry no numbers.
    seconds, start : float
        Part of each track, as in `clip`.

    Raises
    ------
    ValueError
        When columns are missing, or positions are not finite.
    KeyError
        When a track is not in the corpus.

    Notes
    -----
    Notebook: 01.

    Examples
    --------
    >>> sound_map(points, corpus, "10_map_of_codes", title="Metal keeps apart")  # doctest: +SKIP
    """
    import matplotlib as mpl

    table = map_table(points, corpus, colour)
    synthetic = str(corpus.name) == "synthetic"
    alt = alt or _counts(table, colour, synthetic)
    clips = corpus_clips(corpus, table.index, seconds, start)
    figure = map_figure(table, clips, title=title, colour=colour, axes=axes, synthetic=synthetic)
    mark = element_id("map", figure.to_json())
    figure.update_layout(meta={"genrelab": mark})
    _show_figure(figure)
    show_html(map_player(mark, table, clips, alt, seconds))
    with mpl.rc_context(matplotlib_look()):
        still = _still(table, title, colour, axes, synthetic)
    data = table if len(table) <= 2000 else table.drop(columns=["artist", "title"])
    save_figure(still, name, alt=alt, data=data, display=False)


def map_table(points: pd.DataFrame, corpus, colour: str = "genre") -> pd.DataFrame:
    """One row a track: x, y, genre, artist, title and the column to colour by, checked."""
    if not {"x", "y"} <= set(points):
        mend = 'rename them, e.g. points.set_axis(["x", "y"], axis=1)'
        found = ", ".join(map(str, points.columns))
        raise ValueError(f"points need columns x and y, found {found}; {mend}")
    if points.index.has_duplicates:
        raise ValueError("points hold a track twice; keep one row a track")
    strangers = points.index.difference(corpus.tracks.index)
    if len(strangers):
        mend = "index the points by track id (points.index = tracks.index)"
        raise KeyError(f"{len(strangers)} points are no tracks of this corpus, such as "
                       f"{strangers[0]!r}; {mend}")
    table = points[["x", "y"]].astype(float)
    bad = table.index[~np.isfinite(table).all(axis=1)]
    if len(bad):
        raise ValueError(f"{len(bad)} points have no finite position, such as {bad[0]!r}; leave "
                         "them out (dropna)")
    about = corpus.tracks.loc[points.index]
    for column in ("genre", "artist", "title"):
        table[column] = [known_text(row, column) for _, row in about.iterrows()]
    if colour not in table:
        source = points if colour in points else about
        if colour not in source:
            there = ", ".join([*points, *about])
            raise ValueError(f"no column {colour!r} to colour by; take one of {there}")
        table[colour] = source[colour]
    table.index = table.index.astype(str).rename("track")
    return table


def map_figure(table: pd.DataFrame, clips: dict, *, title: str, colour: str, axes, synthetic: bool):
    """The plotly figure; each point carries its track id, its clip and its line of text."""
    import plotly.graph_objects as go

    from genrelab.display.plotly_site import use_plotly_theme

    use_plotly_theme()
    figure = go.Figure()
    lines = _balanced(title)
    for label, style, rows in _groups(table, colour):
        if style is None:
            bar = {"title": {"text": plain_plotly(colour)}, "thickness": 12, "outlinewidth": 0}
            numbers = [float(f"{value:.4g}") for value in rows[colour]]
            marker = {"color": numbers, "colorscale": "Cividis", "colorbar": bar}
        else:
            marker = {"color": style.colour, "symbol": style.symbol}
        marker |= {"size": 9 if len(table) <= 300 else 7, "opacity": 0.9}
        marker["line"] = {"width": 0.6, "color": "white"}
        figure.add_scatter(
            x=[float(f"{x:.5g}") for x in rows["x"]],
            y=[float(f"{y:.5g}") for y in rows["y"]],
            mode="markers",
            name=plain_plotly(label),
            showlegend=style is not None,
            marker=marker,
            customdata=[
                [track, clips[track] or "", _line(track, row)] for track, row in rows.iterrows()
            ],
            hovertext=[_hover(track, row, colour) for track, row in rows.iterrows()],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    text = "<br>".join(map(plain_plotly, lines))
    low = {"orientation": "h", "y": -0.03 if axes is None else -0.16, "yanchor": "top", "x": 0}
    figure.update_layout(
        title={"text": text, "yref": "container", "y": 1 - 14 / HEIGHT, "yanchor": "top"},
        height=HEIGHT,
        dragmode=False,  # a finger still scrolls the page; zoom by the buttons
        hovermode="closest",
        legend={**low, "itemsizing": "constant", "font": {"size": 13}},
        margin={"t": 24 + 19 * len(lines), "l": 16, "r": 16, "b": 16},
    )
    look = {"showticklabels": axes is not None, "mirror": True, "showline": True}
    for update, text in zip((figure.update_xaxes, figure.update_yaxes), axes or ("", "")):
        update(title={"text": text}, **look)
    if synthetic:
        corner = {"xref": "paper", "yref": "paper", "x": 1, "y": 1}
        corner |= {"xanchor": "right", "yanchor": "top", "showarrow": False}
        font = {"size": 12, "color": "#55555f"}
        ground = "rgba(255,255,255,.8)"
        figure.add_annotation(text="synthetic music", bgcolor=ground, font=font, **corner)
    return figure


def map_player(
    mark: str, table: pd.DataFrame, clips: dict, alt: str, seconds: float = SECONDS
) -> str:
    """HTML under the map: what is chosen, its player, how to use it."""
    first = next((clips[track] for track in table.index if clips[track]), None)
    sound, extra = NO_SOUND, ""
    if first:
        sound = player(first, "the chosen track", seconds)
        box = '<input type="checkbox" data-lm-suppress-shortcuts="true">'
        extra = f"<label>{box}play what is under the pointer</label>"
    keys = "<span>Keys: arrows choose, Enter plays</span>"
    body = f'{STATUS}{sound}<p class="genrelab-help">{keys}{extra}</p>'
    data = {"map": mark, "label": f"{alt} Arrow keys choose the nearest point, Enter plays it."}
    files = player_files("sound_map")
    return component("sound_map", body, *files, data, call="soundMap", sounds=clips.values())


def _show_figure(figure) -> None:
    from IPython import get_ipython

    if get_ipython() is not None:
        figure.show()


def _still(table, title, colour, axes, synthetic):
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 6))
    for label, style, rows in _groups(table, colour):
        if style is None:
            dots = scatter(ax, rows, 26, c=rows[colour], cmap="cividis")
            fig.colorbar(dots, ax=ax, label=colour)
        else:
            size = 60 if style.marker == "*" else 34
            scatter(ax, rows, size, c=style.colour, marker=style.marker, label=label)
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handletextpad=0.3)
    ax.set_title("\n".join(_balanced(title, 64)))
    if axes is None:
        ax.set(xticks=[], yticks=[])
    else:
        ax.set(xlabel=axes[0], ylabel=axes[1])
    if synthetic:
        mark_synthetic(ax, 0.985, "top")
    return fig


def _groups(table: pd.DataFrame, colour: str):
    """Label, style and rows of each name of the column; one without style for a numeric column."""
    column = table[colour]
    if pd.api.types.is_numeric_dtype(column) and column.nunique() > MANY_VALUES:
        return [("", None, table)]
    names = column.astype(str)
    styles = genre_styles(names)
    return [(label, style, table[names == label]) for label, style in styles.items()]


def _balanced(text: str, width: int = 42) -> list[str]:
    """Lines of about equal length, each short enough for a phone (plotly does not break titles
    itself)."""
    count = -(-len(text) // width)
    while len(lines := textwrap.wrap(text, -(-len(text) // count) + 4)) > count and count < 8:
        count += 1
    return lines


def _line(track: str, row) -> str:
    credit = " – ".join(text for text in (row["artist"], row["title"]) if text)
    return " · ".join(text for text in (row["genre"], credit, track) if text)


def _hover(track: str, row, colour: str) -> str:
    title, *lines = row["title"] or track, row["artist"] or "artist unknown", row["genre"]
    if colour not in ("genre", "artist", "title"):
        lines.append(f"{colour}: {row[colour]}")
    return "<br>".join([f"<b>{plain_plotly(title)}</b>", *map(plain_plotly, lines)])


def _counts(table: pd.DataFrame, colour: str, synthetic: bool) -> str:
    music = f"{len(table)} {'synthetic tracks' if synthetic else 'tracks'}"
    return f"Map of {music}, one point each, coloured by {colour}: {count_genres(table)}."
