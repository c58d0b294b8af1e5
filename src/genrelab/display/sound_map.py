"""A map of tracks: click a point, hear its music."""

import textwrap
from html import escape

import numpy as np
import pandas as pd

from genrelab.display.figures import save_figure
from genrelab.display.html import component, element_id
from genrelab.display.html import show as show_html
from genrelab.display.listening import known_text
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
    table = map_table(points, corpus, colour)
    synthetic = str(corpus.name) == "synthetic"
    alt = alt or _counts(table, colour, synthetic)
    clips = corpus_clips(corpus, table.index, seconds, start)
    figure = map_figure(table, clips, title=title, colour=colour, axes=axes, synthetic=synthetic)
    mark = element_id("map", figure.to_json())
    figure.update_layout(meta={"genrelab": mark})
    _show_figure(figure)
    show_html(map_player(mark, table, clips, alt, seconds))
    _save_still(table, name, title, colour, alt, axes, synthetic)


def map_table(points: pd.DataFrame, corpus, colour: str = "genre") -> pd.DataFrame:
    """One row a track: x, y, genre, artist, title and the column to colour by, checked."""
    missing = [column for column in ("x", "y") if column not in points]
    if missing:
        raise ValueError(
            f"points need columns x and y, found {', '.join(map(str, points.columns))}; "
            'rename them, e.g. points.set_axis(["x", "y"], axis=1)'
        )
    if points.index.has_duplicates:
        raise ValueError("points hold a track twice; keep one row a track")
    strangers = points.index.difference(corpus.tracks.index)
    if len(strangers):
        raise KeyError(
            f"{len(strangers)} points are no tracks of this corpus, such as {strangers[0]!r}; "
            "index the points by track id (points.index = tracks.index)"
        )
    table = points[["x", "y"]].astype(float)
    if not np.isfinite(table.to_numpy()).all():
        bad = table.index[~np.isfinite(table.to_numpy()).all(axis=1)]
        raise ValueError(
            f"{len(bad)} points have no finite position, such as {bad[0]!r}; leave them out "
            "(dropna)"
        )
    about = corpus.tracks.loc[points.index]
    for column in ("genre", "artist", "title"):
        table[column] = [known_text(row, column) for _, row in about.iterrows()]
    if colour not in table:
        source = points if colour in points else about
        if colour not in source:
            raise ValueError(f"no column {colour!r} to colour by; take one of "
                             f"{', '.join([*points, *about])}")
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
    for value, rows in _groups(table, colour):
        if value is None:
            marker = {
                "color": [float(f"{v:.4g}") for v in rows[colour]],
                "colorscale": "Cividis",
                "colorbar": {
                    "title": {"text": plain_plotly(colour)},
                    "thickness": 12,
                    "outlinewidth": 0,
                },
            }
        else:
            marker = {"color": value[1].colour, "symbol": value[1].symbol}
        figure.add_scatter(
            x=[float(f"{v:.5g}") for v in rows["x"]],
            y=[float(f"{v:.5g}") for v in rows["y"]],
            mode="markers",
            name="" if value is None else plain_plotly(value[0]),
            showlegend=value is not None,
            marker={
                **marker,
                "size": 9 if len(table) <= 300 else 7,
                "opacity": 0.9,
                "line": {"width": 0.6, "color": "white"},
            },
            customdata=[
                [track, clips[track] or "", _line(track, row)] for track, row in rows.iterrows()
            ],
            hovertext=[_hover(track, row, colour) for track, row in rows.iterrows()],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    figure.update_layout(
        title={
            "text": "<br>".join(map(plain_plotly, lines)),
            "yref": "container",
            "y": 1 - 14 / HEIGHT,
            "yanchor": "top",
        },
        height=HEIGHT,
        dragmode=False,  # a finger still scrolls the page; zoom by the buttons
        hovermode="closest",
        legend={
            "orientation": "h",
            "y": -0.03 if axes is None else -0.16,
            "yanchor": "top",
            "x": 0,
            "itemsizing": "constant",
            "font": {"size": 13},
        },
        margin={"t": 24 + 19 * len(lines), "l": 16, "r": 16, "b": 16},
    )
    for axis, text in zip(("xaxis", "yaxis"), axes or ("", "")):
        figure.update_layout(
            {
                axis: {
                    "title": {"text": text},
                    "showticklabels": axes is not None,
                    "mirror": True,
                    "showline": True,
                }
            }
        )
    if synthetic:
        figure.add_annotation(
            text="synthetic music",
            xref="paper",
            yref="paper",
            x=1,
            y=1,
            xanchor="right",
            yanchor="top",
            showarrow=False,
            bgcolor="rgba(255,255,255,.8)",
            font={"size": 12, "color": "#55555f"},
        )
    return figure


def map_player(
    mark: str, table: pd.DataFrame, clips: dict, alt: str, seconds: float = SECONDS
) -> str:
    """HTML under the map: what is chosen, its player, how to use it."""
    first = next((clips[track] for track in table.index if clips[track]), None)
    if first:
        sound = (
            '<div class="genrelab-player" data-label="the chosen track" '
            f'data-seconds="{seconds:.2f}">'
            '<audio controls preload="none" aria-label="the chosen track" '
            f'src="{escape(first)}"></audio>'
            "</div>"
        )
        box = '<input type="checkbox" data-lm-suppress-shortcuts="true">'
        extra = f"<label>{box}play what is under the pointer</label>"
    else:
        sound, extra = '<p class="genrelab-note">sound left out</p>', ""
    body = (
        '<p class="genrelab-status" role="status" aria-live="polite">Click a point to hear it.</p>'
        f'{sound}<p class="genrelab-help"><span>Keys: arrows choose, Enter plays</span>{extra}</p>'
    )
    label = f"{alt} Arrow keys choose the nearest point, Enter plays it."
    return component(
        "sound_map",
        body,
        ("genrelab/display/player.js", "genrelab/display/sound_map.js"),
        ("genrelab/display/player.css", "genrelab/display/sound_map.css"),
        {"map": mark, "label": label},
        call="soundMap",
        sounds=clips.values(),
    )


def _show_figure(figure) -> None:
    from IPython import get_ipython

    if get_ipython() is not None:
        figure.show()


def _save_still(table, name, title, colour, alt, axes, synthetic) -> None:
    import matplotlib as mpl

    with mpl.rc_context(matplotlib_look()):
        _draw_still(table, name, title, colour, alt, axes, synthetic)


def _draw_still(table, name, title, colour, alt, axes, synthetic) -> None:
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 6))
    for value, rows in _groups(table, colour):
        if value is None:
            dots = ax.scatter(
                rows["x"],
                rows["y"],
                c=rows[colour],
                cmap="cividis",
                s=26,
                edgecolor="white",
                linewidth=0.4,
            )
            fig.colorbar(dots, ax=ax, label=colour)
        else:
            style = value[1]
            ax.scatter(
                rows["x"],
                rows["y"],
                c=style.colour,
                marker=style.marker,
                s=60 if style.marker == "*" else 34,
                edgecolor="white",
                linewidth=0.4,
                label=value[0],
            )
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handletextpad=0.3)
    ax.set_title("\n".join(_balanced(title, 64)))
    if axes is None:
        ax.set(xticks=[], yticks=[])
    else:
        ax.set(xlabel=axes[0], ylabel=axes[1])
    if synthetic:
        ax.text(
            0.99,
            0.985,
            "synthetic music",
            transform=ax.transAxes,
            ha="right",
            va="top",
            fontsize=11,
            color="#55555f",
        )
    data = table if len(table) <= 2000 else table.drop(columns=["artist", "title"])
    save_figure(fig, name, alt=alt, data=data, display=False)


def _groups(table: pd.DataFrame, colour: str):
    """``((label, style), rows)`` for every name of the column, or one ``(None, table)`` for a
    numeric one."""
    column = table[colour]
    if pd.api.types.is_numeric_dtype(column) and column.nunique() > MANY_VALUES:
        return [(None, table)]
    names = column.astype(str)
    return [((label, style), table[names == label]) for label, style in genre_styles(names).items()]


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
    first = row["title"] or track
    lines = [
        f"<b>{plain_plotly(first)}</b>",
        plain_plotly(row["artist"] or "artist unknown"),
        plain_plotly(row["genre"]),
    ]
    if colour not in ("genre", "artist", "title"):
        lines.append(f"{plain_plotly(colour)}: {plain_plotly(row[colour])}")
    return "<br>".join(lines)


def _counts(table: pd.DataFrame, colour: str, synthetic: bool) -> str:
    genres = table["genre"].value_counts().sort_index()
    what = ", ".join(f"{genre} {count}" for genre, count in genres.items())
    music = "synthetic tracks" if synthetic else "tracks"
    return f"Map of {len(table)} {music}, one point each, coloured by {colour}: {what}."
