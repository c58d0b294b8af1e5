"""From a name or a folder to a corpus."""

from __future__ import annotations

import os
import re
from collections.abc import Container
from pathlib import Path

import pandas as pd

from genrelab.corpora import gtzan
from genrelab.corpora.archive import SUFFIXES, free_name, unpack
from genrelab.corpora.audio import AudioError, Content, Header, read_contents
from genrelab.corpora.corpus import (
    Corpus,
    CorpusError,
    CorpusLacks,
    Problem,
    list_problems,
    problem_row,
)
from genrelab.corpora.finding import NO_SOUND, find_sound, is_text
from genrelab.corpora.kinds import KINDS
from genrelab.corpora.levels import UNHEARD, not_heard, varies
from genrelab.corpora.splits import linked_artists, split_by_group
from genrelab.corpora.tracks_table import PARTS, read_tracks_table
from genrelab.runtime import cache_folder, printable

COLUMNS = "genre path artist title performers group split duplicate_of seconds".split()
DEEPEST = 4  # genre / artist / album / disc / track
SHORTEST = 0.1
"""Seconds below which a file is left out: nothing can be heard in it, and no spectrum computed."""

CODECS = {"MPEG_LAYER_III": "mp3", "MPEG_LAYER_II": "mp2", "ULAW": "mu-law", "ALAW": "a-law",
          "GSM610": "gsm"}

SHEETS = {".xlsx", ".xls", ".ods", ".numbers", ".tsv", ".txt"}

EXTRAS = {"images_original", "splits"}
"""Folders that data sets put beside their genre folders."""


def load_corpus(where: str | Path | None = None) -> Corpus:
    """Load music with genre labels; writes nothing outside the cache.

    Each file is decoded once, to see that it can be and to find exact copies; later loads take that
    from the cache, as long as a file keeps its size and time.

    Parameters
    ----------
    where
        ``"synthetic"`` for the corpus that the course makes itself; or a folder: GTZAN as published
        on Kaggle (`genres_original/`, with `images_original/` beside it or without), as in the
        original archive (`genres/`, or the `genres.tar.gz` itself, which is unpacked into the
        cache), or any folder that holds one folder a genre with wav, aiff, au, caf, flac, mp3, ogg
        or opus files of any rate. A file `tracks.csv` in it may tell, for each `track`, the
        `artist` (several separated by ``;``), the `title` and the `split`. By default
        `$GENRELAB_CORPUS`, else synthetic.

    Returns
    -------
    Corpus
        With every file that could not be taken in `problems`.

    Raises
    ------
    CorpusError
        If there is no such folder, or no genre folder with sound in it; a `CorpusLacks` if nothing
        can be heard in any file that can be decoded.

    Notes
    -----
    Files in which nothing can be heard, digital silence or a constant, are left out and named in
    `problems`. GTZAN is recognised by the names and lengths of its tracks, and gets the published
    fault-filtered split, artists, titles and duplicates. Elsewhere exact copies are found by
    content, all but the first are `removed`, and the rest is split by artist.

    Notebook: 00.
    """
    where = corpus_address(where)
    if where == "synthetic":
        from genrelab.corpora import synthetic

        root = cache_folder() / f"synthetic-{synthetic.VERSION}"
        if not (root / "tracks.csv").is_file():
            synthetic.render_corpus(root)
        return _load_folder(root, "synthetic")
    root = Path(where)
    check_path(root)
    if root.is_file() and root.name.endswith(SUFFIXES):
        return _load_folder(unpack(root), _name(root.name.split(".")[0]))
    if root.is_file():
        raise CorpusError(f"{printable(root)} is a file, and no archive ({', '.join(SUFFIXES)}). "
                          "Give the folder of the genre folders.")
    if not root.is_dir():
        raise CorpusError(f"There is no folder {printable(root)}. Give the path of a folder that "
                          "holds one folder per genre.")
    return _load_folder(root, _name(root.name))


def check_path(root: Path) -> None:
    """Raise an error if a path cannot be written into a page or a table."""
    if not is_text(str(root)):
        raise CorpusError(f"The path {printable(root)} is not UTF-8. Rename the folder.")


def corpus_address(where: str | Path | None = None) -> str:
    """Return ``"synthetic"`` or an absolute path, from a name, a path, or by default from
    `$GENRELAB_CORPUS`."""
    where = str(where or os.environ.get("GENRELAB_CORPUS") or "synthetic")
    return where if where == "synthetic" else str(Path(where).expanduser().resolve())


def _name(folder: str) -> str:
    """Return a short name for files and pages; the names of the two known corpora are theirs
    alone."""
    name = re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-") or "corpus"
    return f"{name}-folder" if name in ("gtzan", "synthetic") else name


def _load_folder(root: Path, name: str) -> Corpus:
    audio_root = _audio_root(root)
    files, problems = _find_files(root, audio_root)
    contents, unheard = {}, []
    for track, found in zip(files, read_contents(list(files.values()))):
        if isinstance(found, Content) and (why := _why_unheard(found)):
            found = AudioError(files[track], why)
            unheard.append(track)
        if isinstance(found, AudioError):
            problems.append(problem_row(root, found))
        else:
            contents[track] = found
    if unheard and not contents:
        raise CorpusLacks(f"Nothing can be heard in any sound file of {printable(root.name)}. Take "
                          f"other files.{list_problems(problems)}")
    if not contents:
        expected = f"one folder per genre, each with files of the kinds {KINDS}"
        raise CorpusError(f"No sound file in {printable(root)} can be used. Expected {expected}."
                          f"{list_problems(problems)}")
    headers = {track: content.header for track, content in contents.items()}
    places = {track: path.relative_to(audio_root) for track, path in files.items()}
    tracks = pd.DataFrame(
        {
            "genre": {track: printable(places[track].parts[0]) for track in contents},
            "path": {track: files[track].relative_to(root).as_posix() for track in contents},
            "seconds": {track: header.seconds for track, header in headers.items()},
        }
    ).rename_axis("track")
    lengths = pd.Series({track: header.frames for track, header in headers.items()})
    given = _table(root, audio_root)
    if gtzan.is_gtzan(lengths):
        tracks, notices = _as_gtzan(tracks, lengths, set(files), problems)
        name = "gtzan-part" if notices else "gtzan"
        unused = "not used: what is known of GTZAN stands in the course"
        table_note = unused if given.is_file() else ""
    else:
        known = {track: place.as_posix() for track, place in places.items()}
        table, rows, table_note = read_tracks_table(given, known)
        problems += rows
        hashes = pd.Series({track: content.hash for track, content in contents.items()})
        tracks = _describe(tracks.join(table), hashes)
        notices = _notices(tracks, name)
    others = [column for column in tracks.columns if column not in COLUMNS]
    return Corpus(
        name=name,
        root=root,
        tracks=tracks[COLUMNS + others].sort_index(),
        problems=pd.DataFrame(problems, columns=Problem._fields),
        audio_kind=audio_kind_of(headers, files),
        pictures=_find_pictures(root, tracks.index),
        notices=tuple(notices),
        table_note=table_note,
    )


def _why_unheard(content: Content) -> str:
    """Return why nothing can be heard in a file, or an empty string."""
    if content.header.seconds < SHORTEST:
        return f"lasts {content.header.seconds:.2f} s, less than {SHORTEST:g} s"
    return "" if varies(content) else UNHEARD[not_heard(content)]


def _audio_root(root: Path) -> Path:
    """Return the folder of the genre folders: Kaggle and the original archive put it one or two
    levels down."""
    for below in ("genres_original", "genres", "Data/genres_original"):
        if (root / below).is_dir():
            return root / below
    return root


def _table(root: Path, audio_root: Path) -> Path:
    """Return where the table of the tracks lies, or would lie; capital letters in its name do not
    matter."""
    there = (path for folder in (root, audio_root) for path in sorted(folder.iterdir()))
    return next((path for path in there if path.name.lower() == "tracks.csv"), root / "tracks.csv")


def _find_files(root: Path, audio_root: Path) -> tuple[dict[str, Path], list[Problem]]:
    """Return the sound files by track id, and what else lies in the genre folders."""
    files: dict[str, Path] = {}
    found, left = find_sound(audio_root, DEEPEST)
    for path in found:
        folder = audio_root / path.relative_to(audio_root).parts[0]
        if folder == path:
            mend = "Move it into the folder of its genre"
            left.append(AudioError(path, "lies in no genre folder", mend))
        elif folder.name.startswith("_"):
            problem = "lies in a folder whose name begins with _"
            left.append(AudioError(path, problem, "Rename the folder, if it is a genre"))
        else:
            files[_track_id(path, folder, files)] = path
    full = {path.relative_to(audio_root).parts[0] for path in found}
    named = {error.path for error in left}
    for folder in sorted(audio_root.iterdir()) if found else ():
        expected = folder.name in full | EXTRAS or folder.name[0] in "._" or folder in named
        if os.path.isdir(folder) and not expected:
            mend = "Add some, or remove the folder"
            left.append(AudioError(folder, "no sound files in it", mend))
    if not _table(root, audio_root).is_file():
        others = sorted(root.glob("[Tt]racks.*"))
        sheets = (path for path in others if path.suffix.lower() in SHEETS)
        left += [AudioError(path, "is not read", "Save it as tracks.csv") for path in sheets]
    beside = {audio_root / name for name in EXTRAS - full}
    return files, [
        problem_row(root, error)
        for error in left
        if error.problem != NO_SOUND
        or not (error.path.parent == audio_root or beside & {*error.path.parents})
    ]


def _track_id(path: Path, folder: Path, taken: Container[str]) -> str:
    """Name a track `genre.stem`, as GTZAN does; folders below the genre and a second format become
    part of the name."""
    genre = printable(folder.name)
    inside = printable(path.relative_to(folder).with_suffix("").as_posix().replace("/", "."))
    track = inside if inside.startswith(f"{genre}.") else f"{genre}.{inside}"
    if track in taken:
        track += path.suffix.lower().replace(".", "-")
    return free_name(track, taken)


def _as_gtzan(
    tracks: pd.DataFrame, lengths: pd.Series, files: set[str], problems: list[Problem]
) -> tuple[pd.DataFrame, list[str]]:
    """Add what is known of GTZAN's tracks; files that are not what they should be are left out and
    named."""
    mend = "Copy it from a complete GTZAN."
    facts = gtzan.facts()
    known = facts["n_samples"].reindex(lengths.index)
    for track in lengths.index[lengths != known]:
        problem = f"holds {lengths[track]} samples, GTZAN's has {known[track]:.0f}"
        if track not in facts.index:
            problem = "is no track of GTZAN"
        problems.append(Problem(printable(tracks.at[track, "path"]), problem, mend))
    tracks = tracks[lengths == known]
    tracks = tracks.join(facts[["artist", "title", "performers", "split", "duplicate_of"]])
    # Artists are linked over all of GTZAN, so that a part of it has the same groups as the whole.
    tracks["group"] = linked_artists(facts["performers"]).reindex(tracks.index)
    for genre, missing in facts.drop(index=list(files & set(facts.index))).groupby("genre"):
        if genre in set(tracks["genre"]):
            problems += [Problem(f"{genre}/{t}.*", "missing", mend) for t in missing.index]
        else:
            problems.append(Problem(f"{genre}/", f"missing, with all {len(missing)} tracks", mend))
    if gtzan.is_complete(tracks.index):
        return tracks, []
    return tracks, [f"This is a part of GTZAN: {len(tracks)} tracks."]


def _describe(tracks: pd.DataFrame, hashes: pd.Series) -> pd.DataFrame:
    """Add groups, duplicates and splits to tracks that are not GTZAN's."""
    tracks["performers"] = tracks["artist"]
    tracks["group"] = linked_artists(tracks["performers"])
    tracks["duplicate_of"] = _duplicates(tracks, hashes)
    tracks.loc[tracks["split"].isna() & tracks["duplicate_of"].notna(), "split"] = "removed"
    tracks["split"] = tracks["split"].fillna(split_by_group(tracks[tracks["split"] != "removed"]))
    return tracks


def _notices(tracks: pd.DataFrame, name: str) -> list[str]:
    """Return what a reader of any result on these tracks should know."""
    notices = []
    if not tracks["artist"].notna().any():
        notices.append(
            "No artists are known, so the split is by track: the same artist may stand in train "
            "and in test. A tracks.csv with the columns track and artist in the folder mends that."
        )
    parts = tracks[tracks["split"] != "removed"].groupby("genre")["split"].unique()
    for genre, there in parts.items():
        if lacking := [part for part in PARTS[:3] if part not in there]:
            notices.append(f"{genre} has no tracks in {' and '.join(lacking)}: it has too few "
                           "artists to be divided.")
    if name != "synthetic" and tracks.index.isin(gtzan.facts().index).mean() > 0.5:
        notices.append("The tracks are named like GTZAN's but have other lengths, so they are not "
                       "taken for GTZAN.")
    return notices


def _duplicates(tracks: pd.DataFrame, hashes: pd.Series) -> pd.Series:
    """Return for each track the first track with the same samples, if there is one; removed ones
    are no originals."""
    kept_first = sorted(tracks.index, key=lambda t: (tracks.at[t, "split"] == "removed", t))
    first = pd.Series(kept_first, index=hashes[kept_first])
    originals = hashes[tracks.index].map(first[~first.index.duplicated()]).astype(object)
    return originals.where(originals != tracks.index)


def audio_kind_of(headers: dict[str, Header], files: dict[str, Path]) -> str:
    """Name the coding of the sound: pcm, or the codec, with its rate where all files agree within a
    tenth."""
    codecs = {_codec(header.subtype) for header in headers.values()}
    if len(codecs) > 1:
        return f"mixed ({', '.join(sorted(codecs))})"
    (codec,) = codecs
    if codec not in ("mp3", "mp2", "vorbis", "opus"):
        return codec
    bits = {track: files[track].stat().st_size * 8 for track in headers}
    rates = [bits[track] / header.seconds / 1000 for track, header in headers.items()]
    median = sorted(rates)[len(rates) // 2]
    return f"{codec}-{median:.0f}k" if max(rates) < 1.1 * median else codec


def _codec(subtype: str) -> str:
    """Name what libsndfile calls a subtype, of which WAV may hold most; what is lossless counts as
    pcm."""
    if subtype.startswith(("PCM", "ALAC", "DWVW")) or subtype in ("FLOAT", "DOUBLE"):
        return "pcm"
    if "ADPCM" in subtype or subtype.startswith("G72"):
        return "adpcm"
    return CODECS.get(subtype, subtype.lower())


def _find_pictures(root: Path, tracks: pd.Index) -> dict[str, str]:
    """Return the paths of Kaggle's mel-spectrogram pictures by track id."""
    folders = [root / "images_original", root / "Data/images_original"]
    folder = next((folder for folder in folders if folder.is_dir()), folders[0])
    found = {}
    for path in sorted(folder.glob("*/*.png")):
        genre = path.parent.name
        found[f"{genre}.{path.stem.removeprefix(genre)}"] = path.relative_to(root).as_posix()
    return {track: path for track, path in found.items() if track in tracks}
