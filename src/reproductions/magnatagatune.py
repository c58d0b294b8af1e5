"""MagnaTagATune as published: clips without a genre, to train codes on that see no labels.

Used by `reproductions.contrastive_learning`, for the row of Table 2 that learns from other music.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from genrelab.corpora.audio import AudioError, Header, decoding, or_error
from genrelab.corpora.corpus import Corpus, CorpusError, Problem, list_problems, problem_row
from genrelab.corpora.loading import COLUMNS, audio_kind_of
from genrelab.runtime import parallel

ANNOTATIONS = "annotations_final.csv"
FOLDERS = "0123456789abcdef"


def load_magnatagatune(folder: str | Path) -> Corpus:
    """Load MagnaTagATune as music without genre labels; reads headers only, and writes nothing.

    Parameters
    ----------
    folder
        Holds `annotations_final.csv`, and the sixteen folders `0` to `f` of mp3 files, in itself or
        in a folder below it such as `mp3/`.

    Returns
    -------
    Corpus
        Tracks are named `magnatagatune.<clip_id>`, their genre is ``"unlabelled"``, all are in
        train, and each is a group of its own, for neither tags nor artists are used. Files that are
        missing or cannot be opened are named in `problems`; three are published empty.

    Raises
    ------
    CorpusError
        If there is no such folder, no `annotations_final.csv` in it, the table lacks columns, or no
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
    files = _find_files(root, _read_places(root / ANNOTATIONS))
    found = parallel(partial(or_error, _read_header), list(files.values()), "reading headers")
    headers = {track: one for track, one in zip(files, found) if isinstance(one, Header)}
    problems = [problem_row(root, one) for one in found if not isinstance(one, Header)]
    if not headers:
        raise CorpusError(f"No clip of {root / ANNOTATIONS} can be used. Put the sixteen folders 0 "
                          f"to f of mp3 files beside it.{list_problems(problems)}")
    tracks = pd.DataFrame(None, pd.Index(headers, name="track"), COLUMNS, dtype=object)
    tracks["path"] = [files[track].relative_to(root).as_posix() for track in headers]
    tracks["seconds"] = [header.seconds for header in headers.values()]
    tracks = tracks.assign(genre="unlabelled", split="train", group=tracks.index, duplicate_of=None)
    return Corpus(name="magnatagatune", root=root, tracks=tracks.sort_index(),
                  problems=pd.DataFrame(problems, columns=Problem._fields),
                  audio_kind=audio_kind_of(headers, files))


def _read_places(path: Path) -> pd.Series:
    """Return where each clip lies below the sixteen folders, by track id."""
    try:
        table = pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)
        return table["mp3_path"].set_axis("magnatagatune." + table["clip_id"])
    except OSError as error:
        raise CorpusError(f"{path} cannot be read. Take it from the page of MagnaTagATune, where "
                          "the Music Informatics Research Group of City, University of London, "
                          "publishes it beside the sound.") from error
    except (ValueError, KeyError) as error:
        raise CorpusError(f"{path} cannot be read as a table with the columns clip_id and mp3_path "
                          f"({error}). Take the published one: tab-separated, UTF-8.") from error


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
