"""One page for every representation: maps of tracks, their neighbours, what a classifier says of
them, their sound."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd

from genrelab.display.figures import mark_synthetic, save_figure, scatter
from genrelab.display.html import NO_SOUND, STATUS, component, player, player_files
from genrelab.display.html import show as show_html
from genrelab.display.listening import count_genres, known_text
from genrelab.display.media import SECONDS, corpus_clips
from genrelab.display.palette import GENRE_STYLES, genre_styles
from genrelab.display.theme import matplotlib_look

OWN_KEYS = 'data-lm-suppress-shortcuts="true"'
"""Lets JupyterLab leave the keys to an element."""

NOTHING = pd.Series(dtype=float)
NONE = 65_535
"""Stands for "not there" among 16-bit numbers; in bytes it is 255."""

ARTISTS = 10
"""Artists with a colour of their own, those with most tracks."""

ODD = 12
"""Errors that are listed."""

SCALE = 9
"""Colours that numbers are shown by, from cividis without its palest end."""

SPLIT_COLOURS = {"train": "#2854fd", "valid": "#8f9206", "test": "#df034a", "removed": "#646e7d"}
"""By place: of fewer parts the first ones."""

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
    per_track
        Indexed by track: ``hubness``, and ``predicted`` (genre) and ``confidence`` (0 to 1) where
        there are any.
    """

    label: str
    about: str
    maps: Mapping[str, pd.DataFrame]
    nearest: pd.DataFrame
    per_track: pd.DataFrame


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
    import matplotlib as mpl

    if not spaces:
        raise ValueError("there is nothing to explore: give at least one Space")
    ids = pd.Index([*corpus.tracks.index, *(() if mine is None else mine.tracks.index)])
    if ids.has_duplicates:
        twice = ids[ids.duplicated()][0]
        raise ValueError(f"{twice!r} is a track of both corpora; name yours otherwise")
    for space in spaces:
        _check(space, ids)
    clips = corpus_clips(corpus, corpus.tracks.index, seconds)
    own_clips = {} if mine is None else corpus_clips(mine, mine.tracks.index, seconds)
    show_html(explorer_html(spaces, corpus, mine, clips, own_clips, seconds))
    with mpl.rc_context(matplotlib_look()):
        _save_still(spaces[0], corpus, name, title)


def explorer_html(spaces, corpus, mine, clips: dict, own_clips: dict, seconds=SECONDS) -> str:
    """HTML of the explorer; `clips` and `own_clips` are addresses by track, None where sound is
    left out."""
    data = _data(spaces, corpus, mine, {**clips, **own_clips})
    synthetic = str(corpus.name) == "synthetic"
    music = "synthetic tracks" if synthetic else "tracks"
    alt = f"Map of {len(corpus.tracks)} {music}, one point each: {count_genres(corpus.tracks)}"
    alt += "." if mine is None else f"; and {len(mine.tracks)} of your own, as stars."
    body = _controls(spaces, data["colours"]) + _stage(alt, synthetic)
    body += _player(clips, own_clips, seconds) + _lists(data["colours"], mine)
    files = player_files("explorer")
    sounds = [*clips.values(), *own_clips.values()]
    return component("explorer", body, *files, data, call="explorer", sounds=sounds)


def _check(space: Space, ids: pd.Index) -> None:
    for projection, places in space.maps.items():
        where = f"{space.label}, {projection}"
        if not {"x", "y"} <= set(places):
            found = ", ".join(places)
            raise ValueError(f"{where}: a map needs columns x and y, found {found}")
        if not np.isfinite(places[["x", "y"]].to_numpy(float)).all():
            raise ValueError(f"{where}: a track has no finite position; leave it out (dropna)")
        if not places.index.sort_values().equals(space.nearest.index.sort_values()):
            raise ValueError(f"{where}: the map and the neighbours are of different tracks")
    near = pd.Index(space.nearest.to_numpy().ravel())
    strangers = space.nearest.index.union(near).difference(ids)
    if len(strangers):
        raise KeyError(f"{space.label}: {strangers[0]!r} is no track of this corpus; index the "
                       "tables by track id")


def _data(spaces, corpus, mine, addresses: dict) -> dict:
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    tracks = corpus.tracks
    own = () if mine is None else mine.tracks.index
    ids = pd.Index([*tracks.index, *own])
    about = [*(row for _, row in tracks.iterrows()), *(mine.tracks.loc[track] for track in own)]
    predicted = (space.per_track.get("predicted", NOTHING).dropna() for space in spaces)
    styles = genre_styles(chain(tracks["genre"], *predicted))
    genres = list(styles)
    names = [known_text(row, "artist") for row in about]
    artists = sorted(set(filter(None, names)))
    of_genre = tracks.groupby("genre")["artist"].value_counts()  # most frequent first
    place = of_genre.groupby("genre").cumcount().sort_values(kind="stable")
    rivals = of_genre[place.index].reset_index()["artist"].drop_duplicates()
    leading = sorted(rivals[:ARTISTS])  # the most frequent one of each genre, then the second ones
    splits = [part for part in SPLIT_COLOURS if part in set(tracks["split"])]
    return {
        "ids": list(ids),
        "own": len(own),
        "genres": [[genre, style.colour, style.symbol] for genre, style in styles.items()],
        "genre": [genres.index(genre) for genre in tracks["genre"]],
        "artists": artists,
        "artist": [artists.index(name) if name else -1 for name in names],
        "leading": [
            [artists.index(name), style.colour]
            for name, style in zip(leading, GENRE_STYLES.values())
        ],
        "titles": [known_text(row, "title") for row in about],
        "splits": [list(pair) for pair in zip(splits, SPLIT_COLOURS.values())],
        "split": [splits.index(part) for part in tracks["split"]],
        "clips": [(addresses.get(track) or "").split("/")[-1] for track in ids],
        "scale": [to_hex(colour) for colour in colormaps["cividis"](np.linspace(0, 0.9, SCALE))],
        "colours": _colourings(spaces, artists, splits),
        "spaces": [_space(space, ids, len(tracks), genres, tracks["genre"]) for space in spaces],
    }


def _colourings(spaces, artists, splits) -> list[str]:
    """The colourings that this music allows."""
    are_guessed = any(space.per_track.get("predicted", NOTHING).notna().any() for space in spaces)
    there = {"artist": bool(artists), "split": len(splits) > 1}
    there |= dict.fromkeys(("prediction", "confidence"), are_guessed)
    return [colour for colour in COLOURS if there.get(colour, True)]


def _space(space: Space, ids: pd.Index, n: int, genres: list[str], truth: pd.Series) -> dict:
    place = {track: number for number, track in enumerate(ids)}
    columns = ["predicted", "confidence", "hubness"]
    predicted, confidence, hubness = (
        space.per_track.get(column, NOTHING).reindex(ids) for column in columns
    )
    near = np.full((len(ids), space.nearest.shape[1]), NONE)
    near[[place[track] for track in space.nearest.index]] = space.nearest.map(place.get).to_numpy()
    guesses = [genres.index(guess) if isinstance(guess, str) else 255 for guess in predicted]
    wrong = (predicted.iloc[:n].notna() & (predicted.iloc[:n] != truth)).to_numpy()
    odd = confidence.iloc[:n][wrong].sort_values(ascending=False, kind="stable").index[:ODD]
    return {
        "label": space.label,
        "about": space.about,
        "maps": {name: _packed(_places(places, ids, n)) for name, places in space.maps.items()},
        "k": int(near.shape[1]),
        "near": _packed(near),
        "said": _packed(guesses, np.uint8),
        "sure": _packed((100 * confidence).round().fillna(255), np.uint8),
        "hubs": _packed(hubness.fillna(NONE)),
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
    little = np.asarray(numbers).astype(np.dtype(kind).newbyteorder("<"))
    return base64.b64encode(little.tobytes()).decode()


def _controls(spaces, colours: list[str]) -> str:
    labels = [space.label for space in spaces]
    projections = list(dict.fromkeys(projection for space in spaces for projection in space.maps))
    menus = _menu("space", "representation", labels) + _menu("map", "map", projections)
    menus += _menu("colour", "colour", colours)
    menus += _menu("other", "compare with", labels, int(len(labels) > 1))
    return f'<div class="genrelab-menus">{menus}</div>'


def _menu(role: str, label: str, options: Sequence[str], chosen: int = 0) -> str:
    items = "".join(
        f'<option value="{place}"{" selected" if place == chosen else ""}>{escape(option)}</option>'
        for place, option in enumerate(options)
    )
    about = f'data-role="{role}" autocomplete="off" {OWN_KEYS}'
    return f"<label>{label} <select {about}>{items}</select></label>"


def _stage(alt: str, synthetic: bool) -> str:
    zooms = {"in": ("Zoom in", "+"), "out": ("Zoom out", "−"), "all": ("Show all", "□")}
    buttons = "".join(
        f'<button type="button" data-role="{role}" aria-label="{label}">{sign}</button>'
        for role, (label, sign) in zooms.items()
    )
    finger = '<button type="button" data-role="finger" aria-pressed="false">Draw by finger</button>'
    mark = '<span class="genrelab-mark">synthetic music</span>' if synthetic else ""
    keys = "Arrow keys choose the nearest point, Enter plays it, X lists it, plus and minus zoom."
    about = f'role="application" {OWN_KEYS} aria-label="{escape(alt)} {keys}"'
    legend = 'role="group" aria-label="Colours: press one to hide or show its points"'
    return ('<p class="genrelab-about" role="status"></p>'
            f'<div class="genrelab-stage"><canvas tabindex="0" {about}></canvas>{mark}'
            f'<div class="genrelab-zoom">{buttons}{finger}</div></div>'
            f'<div class="genrelab-legend" {legend}></div>{STATUS}')


def _player(clips: dict, own_clips: dict, seconds: float) -> str:
    first = next(filter(None, clips.values()), None)
    own = next(filter(None, own_clips.values()), None)
    find = f'<input type="search" data-role="find" {OWN_KEYS} placeholder="track, artist, title">'
    keys = "arrows choose, Enter plays, X lists, + − 0 zoom, Shift and drag moves the map"
    help_ = f"<span>Drag around points to list them. Keys: {keys}</span>"
    tools = f'<div class="genrelab-tools"><label>find {find}</label></div>'
    tools += f'<p class="genrelab-help">{help_}</p>'
    if not first:
        return NO_SOUND + tools
    # two silent elements tell where the files of each folder lie: JupyterLab rewrites their
    # addresses after the script
    seeds = "".join(
        f'<audio preload="none" data-seed src="{escape(address)}"></audio>'
        for address in (first, own or first)
    )
    return seeds + player(first, "the chosen track", seconds) + tools


def _lists(colours: list[str], mine) -> str:
    sections = {"near": "nearest", "far": "nearest in the other", "chosen": "your list"}
    if "prediction" in colours:
        sections["odd"] = "odd ones out"
    if mine is not None:
        sections["own"] = "your own music"
    lists = "".join(
        f'<div role="region" data-role="{role}" aria-label="{label}">'
        f'<p class="genrelab-head">{label}</p><ol></ol></div>'
        for role, label in sections.items()
    )
    return f'<div class="genrelab-lists">{lists}</div>'


def _save_still(space: Space, corpus, name: str, title: str) -> None:
    from matplotlib import pyplot as plt

    here = [track for track in space.nearest.index if track in corpus.tracks.index]
    genre = corpus.tracks["genre"].loc[here]
    n = len(space.maps)
    fig, axes = plt.subplots(1, n, figsize=(5.2 * n + 1.4, 5), squeeze=False)
    table = {"genre": genre}
    for ax, (projection, places) in zip(axes[0], space.maps.items()):
        for value, style in genre_styles(genre).items():
            size = 46 if style.marker == "*" else 26
            look = {"c": style.colour, "marker": style.marker, "label": value}
            scatter(ax, places.loc[genre.index[genre == value]], size, **look)
        ax.set(xticks=[], yticks=[], xlabel=projection)
        ax.set_aspect("equal", "datalim")
        table |= {f"{projection} {axis}": places[axis].loc[here].round(3) for axis in ("x", "y")}
    axes[0, -1].legend(loc="upper left", bbox_to_anchor=(1, 1), handletextpad=0.3)
    fig.suptitle(title, x=0.01, ha="left", fontsize=14, fontweight="bold")
    if str(corpus.name) == "synthetic":
        mark_synthetic(axes[0, -1], 0.01)
    placed = f"one point each, coloured by genre, placed by {' and '.join(space.maps)}"
    alt = f"{len(here)} tracks in {space.label}, {placed}."
    save_figure(fig, name, alt=alt, data=pd.DataFrame(table).rename_axis("track"), display=False)
