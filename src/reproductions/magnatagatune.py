"""MagnaTagATune as published: clips without a genre, to train codes on that see no labels."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from genrelab.corpora.audio import AudioError, Header, decoding, or_error
from genrelab.corpora.corpus import Corpus, CorpusError, Problem, list_problems, problem_row
from genrelab.corpora.loading import COLUMNS, audio_kind_of
from genrelab.runtime import parallel

ANNOTATIONS = "annotations_final.csv"
CLIP_INFO = "clip_info_final.csv"
FOLDERS = "0123456789abcdef"

EMPTY = {"35644", "55753", "57881"}
"""Clips that are published as empty files."""


def load_magnatagatune(folder: str | Path) -> Corpus:
    """Load MagnaTagATune as music without genre labels; reads headers only, and writes nothing.

    Parameters
    ----------
    folder
        Holds `annotations_final.csv`, `clip_info_final.csv` (or not), and the sixteen folders `0`
        to `f` of mp3 files, in itself or in a folder below it such as `mp3/`.

    Returns
    -------
    Corpus
        Tracks are named `magnatagatune.<clip_id>`, their genre is ``"unlabelled"``, all are in
        train, and `tags` tells the tags that are set, separated by ``;``. The group is the artist,
        or the track itself where none is known. Files that are missing or cannot be opened are
        named in `problems`, also the three that are published empty.

    Raises
    ------
    CorpusError
        If there is no such folder, no `annotations_final.csv` in it, a table lacks columns, or no
        sound can be used.

    Notes
    -----
    Each clip lasts 29 s and is coded at 16 kHz, so nothing is heard above 8 kHz, whatever rate
    `audio` returns.

    Source: E. Law and others, "Evaluation of algorithms using games: the case of music tagging",
    2009.

    Notebook: 08.
    """
    root = Path(folder).expanduser().resolve()
    if not root.is_dir():
        raise CorpusError(f"There is no folder {root}. Give the path of the folder that holds "
                          f"{ANNOTATIONS}.")
    if not (root / ANNOTATIONS).is_file():
        raise CorpusError(f"{root} holds no {ANNOTATIONS}. Take it from the page of MagnaTagATune, "
                          "where the Music Informatics Research Group of City, University of "
                          "London, publishes it beside the sound.")
    clips = _read_clips(root / ANNOTATIONS)
    files = _find_files(root, clips["mp3_path"])
    headers: dict[str, Header] = {}
    problems = []
    read = partial(or_error, _read_header)
    for track, found in zip(files, parallel(read, list(files.values()), "reading headers")):
        if isinstance(found, Header):
            headers[track] = found
            continue
        problem = problem_row(root, found)
        if clips.at[track, "clip_id"] in EMPTY:
            problem = problem._replace(mend="Nothing to do: it is published as an empty file.")
        problems.append(problem)
    if not headers:
        raise CorpusError(f"No clip of {root / ANNOTATIONS} can be used. Put the sixteen folders 0 "
                          f"to f of mp3 files beside it.{list_problems(problems)}")
    tracks = clips.loc[list(headers)].join(_read_info(root / CLIP_INFO), on="clip_id")
    tracks["path"] = [files[track].relative_to(root).as_posix() for track in headers]
    tracks["seconds"] = [header.seconds for header in headers.values()]
    tracks["performers"] = tracks["artist"]
    tracks["group"] = tracks["artist"].fillna(tracks.index.to_series())
    tracks = tracks.assign(genre="unlabelled", split="train", duplicate_of=None)
    return Corpus(name="magnatagatune", root=root, tracks=tracks[[*COLUMNS, "tags"]].sort_index(),
                  problems=pd.DataFrame(problems, columns=Problem._fields),
                  audio_kind=audio_kind_of(headers, files), notices=tuple(_notices(tracks, clips)))


def _read_clips(path: Path) -> pd.DataFrame:
    """Read `clip_id`, `mp3_path` and `tags` of each clip, indexed by track id."""
    table = _read_table(path, ["clip_id", "mp3_path"])
    if len(twice := table["clip_id"][table["clip_id"].duplicated()]):
        raise CorpusError(f"{path} names the clip {twice.iloc[0]} twice. Keep one row for each "
                          "clip.")
    flags = table.drop(columns=["clip_id", "mp3_path"])
    if len(wrong := flags.columns[~flags.isin(["0", "1"]).all()]):
        raise CorpusError(f"{path} has a column {wrong[0]!r} with other values than 0 and 1. Take "
                          "the published table.")
    tags = [";".join(flags.columns[row]) for row in flags.eq("1").to_numpy()]
    names = "magnatagatune." + table["clip_id"].rename("track")
    return table[["clip_id", "mp3_path"]].assign(tags=tags).set_index(names)


def _read_info(path: Path) -> pd.DataFrame:
    """Read `artist` and `title` of each clip, indexed by clip id; an empty table where there is no
    such file."""
    columns = ["clip_id", "artist", "title"]
    table = pd.DataFrame(columns=columns, dtype=str)
    if path.is_file():
        table = _read_table(path, columns)
    table = table[columns].drop_duplicates("clip_id").set_index("clip_id").astype(object)
    return table.where(table != "")


def _read_table(path: Path, needed: list[str]) -> pd.DataFrame:
    """Read one of the published tables, all fields as text."""
    try:
        table = pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)
    except (ValueError, OSError) as error:
        mend = "Take the published one: tab-separated, UTF-8."
        raise CorpusError(f"{path} cannot be read as a table ({error}). {mend}") from error
    if lacking := [column for column in needed if column not in table.columns]:
        raise CorpusError(f"{path} has no column named {lacking[0]}. Take the published table, "
                          "which is tab-separated.")
    return table


def _find_files(root: Path, places: pd.Series) -> dict[str, Path]:
    """Return where each clip lies, or where it should lie, by track id."""
    below = [path for path in sorted(root.iterdir()) if path.is_dir() and path.name[0] not in "._"]
    folders = [path for path in (root, *below) if any((path / n).is_dir() for n in FOLDERS)]
    files = {}
    for track, place in places.items():
        there = [folder / place for folder in folders or [root]]
        files[track] = next(filter(Path.is_file, there), there[0])
    return files


def _read_header(path: Path) -> Header:
    if not path.is_file():
        raise AudioError(path, "is missing", "Copy it from a complete MagnaTagATune")
    if not path.stat().st_size:
        raise AudioError(path, "is empty", "Copy it from a complete MagnaTagATune")
    with decoding(path) as (header, blocks):
        return header if header.frames else header._replace(frames=sum(map(len, blocks)))


def _notices(tracks: pd.DataFrame, clips: pd.DataFrame) -> list[str]:
    """Say what a reader of any result on these tracks should know."""
    notices = []
    if len(tracks) < (~clips["clip_id"].isin(EMPTY)).sum():
        notices.append(f"This is a part of MagnaTagATune: {len(tracks)} of {len(clips)} clips.")
    if not tracks["artist"].notna().any():
        notices.append(f"No artists are known, so each clip is its own group. {CLIP_INFO} in the "
                       "folder mends that.")
    return notices
