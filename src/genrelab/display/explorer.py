"""One page for every representation: maps of tracks, their neighbours, what a classifier says of
them, their sound."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

import numpy as np
import pandas as pd

from genrelab.display.figures import save_figure
from genrelab.display.html import component
from genrelab.display.html import show as show_html
from genrelab.display.listening import known_text
from genrelab.display.media import SECONDS, corpus_clips
from genrelab.display.palette import genre_styles
from genrelab.display.theme import matplotlib_look

NONE = 65_535
"""Stands for "not there" among 16-bit numbers; in bytes it is 255."""

ARTISTS = 10
"""Artists with a colour of their own, those with most tracks."""

ODD = 12
"""Errors that are listed."""

SCALE = 9
"""Colours that numbers are shown by, from cividis without its palest end."""

COLOURS = ("genre", "artist", "split", "prediction", "confidence", "hubness")


class Space(NamedTuple):
    """One representation, as the explorer shows it.

    Attributes
    ----------
    label, about
        A short name, and what a reader should know of it, in sentences.
    maps
        Name of the projection to places on it: columns ``x`` and ``y``, indexed by track.
    nearest
        Indexed by track, one column for each neighbour, nearest first, holding track ids.
    told
        Indexed by track: ``hubness``, and ``predicted`` (genre) and ``confidence`` (0 to 1) where
        there are any.
    """

    label: str
    about: str
    maps: Mapping[str, pd.DataFrame]
    nearest: pd.DataFrame
    told: pd.DataFrame


def explorer(
    spaces: Sequence[Space],
    corpus,
    mine=None,
    name: str = "10_map",
    *,
    title: str = "Every point is a track: click one to hear it",
    seconds: float = SECONDS,
) -> None:
    """Show tracks in several representations on one page, in JupyterLab and on the exported page.

    The reader chooses representation, projection and colours; a click plays a track and lists its
    nearest neighbours in two representations side by side; a line drawn around points lists them
    with players. With the keyboard: Tab to the map, arrow keys to the nearest point on that side,
    Enter or Space to play and pause, X to put a point on the list, plus, minus and 0 to zoom.
    Points move from map to map, unless the reader's system asks for less motion.

    A still twin of the first representation's maps leaves through `save_figure`.

    Parameters
    ----------
    spaces
        At least one. Tracks may be missing in some, and the reader's own may be among them.
    corpus
        With ``tracks`` (genre, split, and artist and title where known), ``audio(track)`` and
        ``name``.
    mine
        The reader's own music, a corpus as well; its tracks are marked by stars, have no genre, and
        nobody's colours.
    name, title
        Of the still figure.
    seconds
        Of the middle of each track, as in `clip`.

    Raises
    ------
    ValueError
        When there is no space, a table lacks a column, or tracks of one space disagree.
    KeyError
        When a track is in neither corpus.

    Notes
    -----
    Notebook: 10.
    """
    if not spaces:
        raise ValueError("there is nothing to explore: give at least one Space")
    ids = pd.Index([*corpus.tracks.index, *(() if mine is None else mine.tracks.index)])
    if ids.has_duplicates:
        raise ValueError(f"{ids[ids.duplicated()][0]!r} is a track of both corpora; name yours "
                         "otherwise")
    for space in spaces:
        _check(space, ids)
    clips = corpus_clips(corpus, corpus.tracks.index, seconds)
    own_clips = {} if mine is None else corpus_clips(mine, mine.tracks.index, seconds)
    show_html(explorer_html(spaces, corpus, mine, clips, own_clips, seconds))
    _save_still(spaces[0], corpus, name, title)


def explorer_html(
    spaces, corpus, mine, clips: dict, own_clips: dict, seconds: float = SECONDS
) -> str:
    """HTML of the explorer; `clips` and `own_clips` are addresses by track, None where sound is
    left out."""
    data = _data(spaces, corpus, mine, clips, own_clips)
    synthetic = str(corpus.name) == "synthetic"
    counts = corpus.tracks["genre"].value_counts().sort_index()
    music = "synthetic tracks" if synthetic else "tracks"
    alt = f"Map of {len(corpus.tracks)} {music}, one point each: " + ", ".join(
        f"{g} {n}" for g, n in counts.items()
    )
    alt += "." if mine is None else f"; and {len(mine.tracks)} of your own, as stars."
    body = (
        _controls(spaces, data)
        + _stage(alt, synthetic)
        + _player(clips, own_clips, seconds)
        + _lists(data, mine)
    )
    scripts = ("genrelab/display/player.js", "genrelab/display/explorer.js")
    look = ("genrelab/display/player.css", "genrelab/display/explorer.css")
    sounds = [*clips.values(), *own_clips.values()]
    return component("explorer", body, scripts, look, data, call="explorer", sounds=sounds)


def _check(space: Space, ids: pd.Index) -> None:
    for projection, places in space.maps.items():
        if not {"x", "y"} <= set(places):
            raise ValueError(f"{space.label}, {projection}: a map needs columns x and y, found "
                             f"{', '.join(places)}")
        if not np.isfinite(places[["x", "y"]].to_numpy(float)).all():
            raise ValueError(f"{space.label}, {projection}: a track has no finite position; leave "
                             "it out (dropna)")
        if not places.index.sort_values().equals(space.nearest.index.sort_values()):
            raise ValueError(f"{space.label}, {projection}: the map and the neighbours are of "
                             "different tracks")
    strangers = space.nearest.index.union(pd.Index(space.nearest.to_numpy().ravel())).difference(
        ids
    )
    if len(strangers):
        raise KeyError(f"{space.label}: {strangers[0]!r} is no track of this corpus; index the "
                       "tables by track id")


def _data(spaces, corpus, mine, clips: dict, own_clips: dict) -> dict:
    tracks = corpus.tracks
    own = () if mine is None else mine.tracks.index
    ids = pd.Index([*tracks.index, *own])
    about = [*(row for _, row in tracks.iterrows()), *(mine.tracks.loc[track] for track in own)]
    styles = genre_styles(
        [
            *tracks["genre"],
            *(p for s in spaces for p in s.told.get("predicted", pd.Series()).dropna()),
        ]
    )
    genres = list(styles)
    artists = sorted({text for row in about if (text := known_text(row, "artist"))})
    of_genre = tracks.groupby("genre")["artist"].value_counts()  # most frequent first
    place = of_genre.groupby("genre").cumcount()
    rivals = (
        of_genre[place.sort_values(kind="stable").index].reset_index()["artist"].drop_duplicates()
    )
    leading = sorted(rivals[:ARTISTS])  # the most frequent one of each genre, then the second ones
    splits = [
        part for part in ("train", "valid", "test", "removed") if part in set(tracks["split"])
    ]
    addresses = {**clips, **own_clips}
    return {
        "ids": list(ids),
        "own": len(own),
        "genres": [[genre, style.colour, style.symbol] for genre, style in styles.items()],
        "genre": [genres.index(genre) for genre in tracks["genre"]],
        "artists": artists,
        "artist": [
            artists.index(text) if (text := known_text(row, "artist")) else -1 for row in about
        ],
        "leading": [[artists.index(a), style.colour] for a, style in _styled(leading).items()],
        "titles": [known_text(row, "title") for row in about],
        "splits": [
            [part, colour]
            for part, colour in zip(splits, ("#2854fd", "#8f9206", "#df034a", "#646e7d"))
        ],
        "split": [splits.index(part) for part in tracks["split"]],
        "clips": [(addresses.get(track) or "").split("/")[-1] for track in ids],
        "scale": _scale(),
        "colours": _colourings(spaces, artists, splits),
        "spaces": [_space(space, ids, len(tracks), genres, tracks["genre"]) for space in spaces],
    }


def _styled(names: Sequence[str]) -> dict:
    """Colours for names that are no genres: those of the genres, in turn."""
    styles = list(
        genre_styles(
            [
                "blues",
                "classical",
                "country",
                "disco",
                "hiphop",
                "jazz",
                "metal",
                "pop",
                "reggae",
                "rock",
            ]
        ).values()
    )
    return {name: styles[place % len(styles)] for place, name in enumerate(names)}


def _scale() -> list[str]:
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    return [to_hex(colour) for colour in colormaps["cividis"](np.linspace(0, 0.9, SCALE))]


def _colourings(spaces, artists, splits) -> list[str]:
    """The colourings that this music allows."""
    without = set()
    if not artists:
        without.add("artist")
    if len(splits) < 2:
        without.add("split")
    if not any(
        "predicted" in space.told and space.told["predicted"].notna().any() for space in spaces
    ):
        without |= {"prediction", "confidence"}
    return [colour for colour in COLOURS if colour not in without]


def _space(space: Space, ids: pd.Index, n: int, genres: list[str], truth: pd.Series) -> dict:
    place = {track: number for number, track in enumerate(ids)}
    told = space.told.reindex(ids)
    predicted = told["predicted"] if "predicted" in told else pd.Series(index=ids, dtype=object)
    confidence = told["confidence"] if "confidence" in told else pd.Series(index=ids, dtype=float)
    near = np.full((len(ids), space.nearest.shape[1]), NONE)
    near[[place[track] for track in space.nearest.index]] = space.nearest.map(place.get).to_numpy()
    wrong = (predicted.iloc[:n].notna() & (predicted.iloc[:n] != truth)).to_numpy()
    odd = confidence.iloc[:n][wrong].sort_values(ascending=False, kind="stable").index[:ODD]
    return {
        "label": space.label,
        "about": space.about,
        "maps": {
            projection: _packed(_places(places, ids, n))
            for projection, places in space.maps.items()
        },
        "k": int(near.shape[1]),
        "near": _packed(near),
        "said": _packed(
            [genres.index(p) if isinstance(p, str) else 255 for p in predicted], np.uint8
        ),
        "sure": _packed((100 * confidence).round().fillna(255), np.uint8),
        "hubs": _packed(told["hubness"].fillna(NONE)),
        "odd": [place[track] for track in odd],
    }


def _places(places: pd.DataFrame, ids: pd.Index, n: int) -> np.ndarray:
    """Places as (n_ids, 2) numbers from 0 to 65 000, equal steps on both axes; the reader's own
    stretch no map."""
    points = places[["x", "y"]].reindex(ids).to_numpy(np.float64)
    low, high = np.nanmin(points[:n], axis=0), np.nanmax(points[:n], axis=0)
    side, middle = max(float((high - low).max()), 1e-9), (low + high) / 2
    scaled = np.clip((points - middle) / (1.04 * side) + 0.5, 0, 1) * 65_000
    return np.where(np.isnan(scaled), NONE, scaled.round())


def _packed(numbers, kind=np.uint16) -> str:
    """Numbers as base64 of little-endian integers: a third of their size as text."""
    return base64.b64encode(
        np.asarray(numbers).astype(np.dtype(kind).newbyteorder("<")).tobytes()
    ).decode()


def _controls(spaces, data: dict) -> str:
    labels = [space.label for space in spaces]
    projections = list(dict.fromkeys(projection for space in spaces for projection in space.maps))
    other = 1 if len(labels) > 1 else 0
    menus = [
        ("space", "representation", labels, 0),
        ("map", "map", projections, 0),
        ("colour", "colour", data["colours"], 0),
        ("other", "compare with", labels, other),
    ]
    return '<div class="genrelab-menus">' + "".join(_menu(*menu) for menu in menus) + "</div>"


def _menu(role: str, label: str, options: Sequence[str], chosen: int) -> str:
    items = "".join(
        f'<option value="{place}"{" selected" if place == chosen else ""}>{escape(option)}</option>'
        for place, option in enumerate(options)
    )
    keys = 'data-lm-suppress-shortcuts="true"'
    return (
        f'<label>{label} <select data-role="{role}" autocomplete="off" '
        f'{keys}>{items}</select></label>'
    )


def _stage(alt: str, synthetic: bool) -> str:
    buttons = "".join(
        f'<button type="button" data-role="{role}" aria-label="{label}">{sign}</button>'
        for role, label, sign in (
            ("in", "Zoom in", "+"),
            ("out", "Zoom out", "−"),
            ("all", "Show all", "□"),
        )
    )
    finger = '<button type="button" data-role="finger" aria-pressed="false">Draw by finger</button>'
    mark = '<span class="genrelab-mark">synthetic music</span>' if synthetic else ""
    label = (
        f"{alt} Arrow keys choose the nearest point, Enter plays it, X lists it, plus and minus "
        "zoom."
    )
    return (
        '<p class="genrelab-about" role="status"></p>'
        '<div class="genrelab-stage"><canvas tabindex="0" role="application" '
        'data-lm-suppress-shortcuts="true" '
        f'aria-label="{escape(label)}"></canvas>{mark}<div '
        f'class="genrelab-zoom">{buttons}{finger}</div></div>'
        '<div class="genrelab-legend" role="group" aria-label="Colours: press one to hide or show '
        'its points"></div>'
        '<p class="genrelab-status" role="status" aria-live="polite">Click a point to hear it.</p>'
    )


def _player(clips: dict, own_clips: dict, seconds: float) -> str:
    first = next(filter(None, clips.values()), None)
    own = next(filter(None, own_clips.values()), None)
    tools = (
        '<label>find <input type="search" data-role="find" data-lm-suppress-shortcuts="true" '
        'placeholder="track, artist, title"></label>'
    )
    keys = "arrows choose, Enter plays, X lists, + − 0 zoom, Shift and drag moves the map"
    help_ = (
        f'<p class="genrelab-help"><span>Drag around points to list them. Keys: {keys}</span></p>'
    )
    if not first:
        return (
            '<p class="genrelab-note">sound left out</p><div '
            f'class="genrelab-tools">{tools}</div>{help_}'
        )
    # two silent elements tell where the files of each folder lie: JupyterLab rewrites their
    # addresses after the script
    seeds = "".join(
        '<audio preload="none" data-seed '
        f'src="{escape(address)}"></audio>' for address in (first, own or first)
    )
    return (
        f'{seeds}<div class="genrelab-player" data-label="the chosen track" '
        f'data-seconds="{seconds:.2f}">'
        '<audio controls preload="none" aria-label="the chosen track" '
        f'src="{escape(first)}"></audio></div>'
        f'<div class="genrelab-tools">{tools}</div>{help_}'
    )


def _lists(data: dict, mine) -> str:
    sections = [("near", "nearest"), ("far", "nearest in the other"), ("chosen", "your list")]
    if "prediction" in data["colours"]:
        sections.append(("odd", "odd ones out"))
    if mine is not None:
        sections.append(("own", "your own music"))
    return (
        '<div class="genrelab-lists">'
        + "".join(
            f'<div role="region" data-role="{role}" aria-label="{label}">'
            f'<p class="genrelab-head">{label}</p><ol></ol></div>'
            for role, label in sections
        )
        + "</div>"
    )


def _save_still(space: Space, corpus, name: str, title: str) -> None:
    import matplotlib as mpl

    with mpl.rc_context(matplotlib_look()):
        _draw_still(space, corpus, name, title)


def _draw_still(space: Space, corpus, name: str, title: str) -> None:
    from matplotlib import pyplot as plt

    here = [track for track in space.nearest.index if track in corpus.tracks.index]
    genre = corpus.tracks["genre"].loc[here]
    fig, axes = plt.subplots(
        1, len(space.maps), figsize=(5.2 * len(space.maps) + 1.4, 5), squeeze=False
    )
    table = {"genre": genre}
    for ax, (projection, places) in zip(axes[0], space.maps.items()):
        for value, style in genre_styles(genre).items():
            rows = places.loc[genre.index[genre == value]]
            size = 46 if style.marker == "*" else 26
            look = {
                "c": style.colour,
                "marker": style.marker,
                "edgecolor": "white",
                "linewidth": 0.4,
                "label": value,
            }
            ax.scatter(rows["x"], rows["y"], size, **look)
        ax.set(xticks=[], yticks=[], xlabel=projection)
        ax.set_aspect("equal", "datalim")
        table |= {f"{projection} {axis}": places[axis].loc[here].round(3) for axis in ("x", "y")}
    axes[0, -1].legend(loc="upper left", bbox_to_anchor=(1, 1), handletextpad=0.3)
    fig.suptitle(title, x=0.01, ha="left", fontsize=14, fontweight="bold")
    if str(corpus.name) == "synthetic":
        axes[0, -1].text(
            0.99,
            0.01,
            "synthetic music",
            transform=axes[0, -1].transAxes,
            ha="right",
            fontsize=11,
            color="#55555f",
        )
    kinds = " and ".join(space.maps)
    alt = (
        f"{len(here)} tracks in {space.label}, one point each, coloured by genre, placed by "
        f"{kinds}."
    )
    save_figure(fig, name, alt=alt, data=pd.DataFrame(table).rename_axis("track"), display=False)
