"""From a name or a folder to a corpus."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from genrelab.corpora import gtzan
from genrelab.corpora.archive import SUFFIXES, unpack
from genrelab.corpora.audio import EXTENSIONS, AudioError, Header, read_contents, read_header
from genrelab.corpora.corpus import Corpus, CorpusError, problem_row
from genrelab.corpora.splits import linked_artists, split_by_group
from genrelab.runtime import cache_folder

PARTS = ("train", "valid", "test", "removed")
COLUMNS = ["genre", "path", "artist", "title", "performers", "group", "split", "duplicate_of", "seconds"]
DEEPEST = 4  # genre / artist / album / disc / track
OWN = ["genre", "path", "performers", "group", "duplicate_of", "seconds"]  # columns that no tracks.csv may tell


def load_corpus(where: str | Path | None = None) -> Corpus:
    """Load music with genre labels; writes nothing outside the cache.

    Each file is decoded once, to see that it can be and to find exact copies; later loads take that from the cache, as
    long as a file keeps its size and time.

    Parameters
    ----------
    where
        ``"synthetic"`` for the corpus that the course makes itself; or a folder: GTZAN as published on Kaggle
        (`genres_original/`, with `images_original/` beside it or without), as in the original archive (`genres/`, or
        the `genres.tar.gz` itself, which is unpacked into the cache), or any folder that holds one folder a genre with
        wav, au, flac, mp3 or ogg files of any rate. A file `tracks.csv` in it may tell, for each `track`, the `artist`
        (several separated by ``;``), the `title` and the `split`. By default `$GENRELAB_CORPUS`, else synthetic.

    Returns
    -------
    Corpus
        With every file that could not be taken in `problems`.

    Raises
    ------
    CorpusError
        If there is no such folder, or no genre folder with sound in it.

    Notes
    -----
    GTZAN is recognised by the names and lengths of its tracks, and gets the published fault-filtered split, artists,
    titles and duplicates. Elsewhere exact copies are found by content, all but the first are `removed`, and the rest is
    split by artist.

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
    if root.is_file() and root.name.endswith(SUFFIXES):
        return _load_folder(unpack(root), _name(root.name.split(".")[0]))
    if root.is_file():
        kinds = ", ".join(SUFFIXES)
        raise CorpusError(f"{root} is a file, and no archive ({kinds}). Give the folder of the genre folders.")
    if not root.is_dir():
        raise CorpusError(f"There is no folder {root}. Give the path of a folder that holds one folder a genre.")
    return _load_folder(root, _name(root.name))


def corpus_address(where: str | Path | None = None) -> str:
    """Return ``"synthetic"`` or an absolute path, from a name, a path, or by default from `$GENRELAB_CORPUS`."""
    where = str(where or os.environ.get("GENRELAB_CORPUS") or "synthetic")
    return where if where == "synthetic" else str(Path(where).expanduser().resolve())


def _name(folder: str) -> str:
    """Return a short name for files and pages; the names of the two known corpora are theirs alone."""
    name = re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-") or "corpus"
    return f"{name}-folder" if name in ("gtzan", "synthetic") else name


def _load_folder(root: Path, name: str) -> Corpus:
    audio_root = _audio_root(root)
    files, problems = _find_files(audio_root)
    headers: dict[str, Header] = {}
    hashes: dict[str, str] = {}
    for track, found in zip(files, read_contents(list(files.values()))):
        try:
            if isinstance(found, AudioError):
                raise found
            headers[track], hashes[track] = read_header(files[track]), found.hash
        except AudioError as error:
            problems.append(problem_row(files[track], root, error))
    if not headers:
        some = "".join(f"\n  {file}: {said}. {mend}" for file, said, mend in problems[:5])
        raise CorpusError(
            f"No sound file in {root} can be used. Expected one folder a genre, each with files of the kinds "
            f"{', '.join(sorted(EXTENSIONS))}.{some}"
        )
    tracks = pd.DataFrame(
        {
            "genre": {track: files[track].relative_to(audio_root).parts[0] for track in headers},
            "path": {track: files[track].relative_to(root).as_posix() for track in headers},
            "seconds": {track: header.seconds for track, header in headers.items()},
        }
    ).rename_axis("track")
    lengths = pd.Series({track: header.frames for track, header in headers.items()})
    if gtzan.is_gtzan(lengths):
        tracks, notices = _as_gtzan(tracks, lengths, set(files), problems)
        name = "gtzan" if gtzan.is_complete(tracks.index) else "gtzan-part"
    else:
        tracks, notices = _describe(tracks, root, name, set(files), hashes, problems)
    others = [column for column in tracks.columns if column not in COLUMNS]
    return Corpus(
        name=name,
        root=root,
        tracks=tracks[COLUMNS + others].sort_index(),
        problems=pd.DataFrame(problems, columns=["file", "problem", "mend"]),
        audio_kind=audio_kind_of(headers, files),
        pictures=_find_pictures(root, tracks.index),
        notices=notices,
    )


def _audio_root(root: Path) -> Path:
    """Return the folder of the genre folders: Kaggle and the original archive put it one or two levels down."""
    for below in ("genres_original", "genres", "Data/genres_original"):
        if (root / below).is_dir():
            return root / below
    return root


def _find_files(audio_root: Path) -> tuple[dict[str, Path], list[tuple[str, str, str]]]:
    """Return the sound files by track id, and what else lies in the genre folders."""
    files: dict[str, Path] = {}
    stray = [path for path in sorted(audio_root.iterdir()) if path.is_file() and path.suffix.lower() in EXTENSIONS]
    problems = [(path.name, "lies in no genre folder", "Move it into the folder of its genre.") for path in stray]
    for folder in sorted(path for path in audio_root.iterdir() if path.is_dir() and path.name[0] not in "._"):
        found = 0
        for path in sorted(folder.rglob("*")):
            if path.is_dir() or path.name.startswith("."):
                continue
            shown = path.relative_to(audio_root).as_posix()
            if len(path.relative_to(folder).parts) > DEEPEST:
                problems.append((shown, f"lies more than {DEEPEST} folders deep", "Move it nearer to its genre."))
                continue
            if path.suffix.lower() not in EXTENSIONS:
                problems.append((shown, "not a sound file", "Nothing to do, unless it should be one."))
                continue
            files[_track_id(path, folder, files)] = path
            found += 1
        if not found and not _is_known_extra(folder):
            problems.append((f"{folder.name}/", "no sound files in it", "Add some, or remove the folder."))
    return files, problems


def _is_known_extra(folder: Path) -> bool:
    """Tell whether a folder is one that data sets put beside their genre folders."""
    return folder.name in {"images_original", "splits"}


def _track_id(path: Path, folder: Path, taken: Iterable[str]) -> str:
    """Name a track `genre.stem`, as GTZAN does; folders below the genre and a second format become part of the name."""
    inside = path.relative_to(folder).with_suffix("").as_posix().replace("/", ".")
    track = inside if inside.startswith(f"{folder.name}.") else f"{folder.name}.{inside}"
    return track if track not in taken else track + path.suffix.lower().replace(".", "-")


def _as_gtzan(
    tracks: pd.DataFrame, lengths: pd.Series, files: set[str], problems: list[tuple[str, str, str]]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Add what is known of GTZAN's tracks; files that are not what they should be are left out and named."""
    mend = "Copy it from a complete GTZAN."
    facts = gtzan.facts()
    for track in lengths.index[lengths != facts["n_samples"].reindex(lengths.index)]:
        wanted = facts["n_samples"].get(track)
        said = "is no track of GTZAN" if wanted is None else f"holds {lengths[track]} samples, GTZAN's has {wanted}"
        problems.append((tracks.at[track, "path"], said, mend))
        tracks = tracks.drop(index=track)
    tracks = tracks.join(facts[["artist", "title", "performers", "split", "duplicate_of"]])
    # Artists are linked over all of GTZAN, so that a part of it has the same groups as the whole.
    tracks["group"] = linked_artists(facts["performers"]).reindex(tracks.index)
    for genre, missing in facts.drop(index=list(files & set(facts.index))).groupby("genre"):
        if genre in set(tracks["genre"]):
            problems += [(f"{genre}/{track}.*", "missing", mend) for track in missing.index]
        else:
            problems.append((f"{genre}/", f"missing, with all {len(missing)} tracks", mend))
    notices = () if gtzan.is_complete(tracks.index) else (f"This is a part of GTZAN: {len(tracks)} tracks.",)
    return tracks, notices


def _describe(
    tracks: pd.DataFrame,
    root: Path,
    name: str,
    files: set[str],
    hashes: dict[str, str],
    problems: list[tuple[str, str, str]],
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Add artist, title, split, groups and duplicates to tracks that are not GTZAN's."""
    told = _read_told(root / "tracks.csv")
    for track in told.index.difference(list(files)):
        problems.append((f"{track} in tracks.csv", "no such sound file", "Correct the name, or remove the row."))
    tracks = tracks.join(told.drop(columns=OWN, errors="ignore"))
    tracks["performers"] = tracks["artist"]
    tracks["group"] = linked_artists(tracks["performers"])
    tracks["duplicate_of"] = _duplicates(tracks, hashes)
    tracks.loc[tracks["split"].isna() & tracks["duplicate_of"].notna(), "split"] = "removed"
    tracks["split"] = tracks["split"].fillna(split_by_group(tracks[tracks["split"] != "removed"]))
    return tracks, tuple(_notices(tracks, name))


def _notices(tracks: pd.DataFrame, name: str) -> list[str]:
    """Say what a reader of any result on these tracks should know."""
    notices = []
    if not tracks["artist"].notna().any():
        notices.append(
            "No artists are known, so the split is by track: the same artist may stand in train and in test. "
            "A tracks.csv with the columns track and artist in the folder mends that."
        )
    parts = tracks[tracks["split"] != "removed"].groupby("genre")["split"].unique()
    for genre, there in parts.items():
        if lacking := [part for part in PARTS[:3] if part not in there]:
            notices.append(f"{genre} has no tracks in {' and '.join(lacking)}: it has too few artists to be divided.")
    if name != "synthetic" and tracks.index.isin(gtzan.facts().index).mean() > 0.5:
        notices.append("The tracks are named like GTZAN's but have other lengths, so they are not taken for GTZAN.")
    return notices


def _read_told(path: Path) -> pd.DataFrame:
    """Read what a `tracks.csv` says of the tracks: artist, title, split, and columns of its own."""
    told = pd.DataFrame(columns=["track"])
    if path.is_file():
        try:
            told = pd.read_csv(path, dtype={"track": str, "artist": str, "title": str, "split": str})
        except (ValueError, OSError) as error:
            said = f"{path} cannot be read as a table ({error}). Save it as comma-separated UTF-8."
            raise CorpusError(said) from error
        if "track" not in told.columns:
            raise CorpusError(f"{path} has no column named track. Name the column of track ids so.")
        if twice := told["track"][told["track"].duplicated()].tolist():
            raise CorpusError(f"{path} names {twice[0]} twice. Keep one row for each track.")
    for column in ("artist", "title", "split"):
        if column not in told.columns:
            told[column] = None
    if wrong := sorted(set(told["split"].dropna()) - set(PARTS)):
        raise CorpusError(f"{path} has the split {wrong[0]!r}. Allowed are {', '.join(PARTS)} and nothing at all.")
    return told.set_index("track").astype({"artist": "object", "title": "object", "split": "object"})


def _duplicates(tracks: pd.DataFrame, hashes: dict[str, str]) -> pd.Series:
    """Return for each track the first track with the same samples, if there is one; removed ones are no originals."""
    first: dict[str, str] = {}
    for track in sorted(tracks.index, key=lambda track: (tracks.at[track, "split"] == "removed", track)):
        first.setdefault(hashes[track], track)
    same = {track: first[hashes[track]] for track in tracks.index}
    return pd.Series({track: None if other == track else other for track, other in same.items()}, dtype="object")


def audio_kind_of(headers: dict[str, Header], files: dict[str, Path]) -> str:
    """Name the coding of the sound: pcm, or the codec and its rate where all files agree within a tenth."""
    formats = {header.format for header in headers.values()}
    if formats <= {"WAV", "WAVEX", "AU", "FLAC"}:
        return "pcm"
    if len(formats) > 1:
        return "mixed"
    rates = [files[track].stat().st_size * 8 / header.seconds / 1000 for track, header in headers.items()]
    codec = {"MP3": "mp3", "MPEG": "mp3"}.get(next(iter(formats)), next(iter(formats)).lower())
    median = sorted(rates)[len(rates) // 2]
    return f"{codec}-{median:.0f}k" if max(rates) < 1.1 * median else codec


def _find_pictures(root: Path, tracks: pd.Index) -> dict[str, str]:
    """Return the paths of Kaggle's mel-spectrogram pictures by track id."""
    for below in ("images_original", "Data/images_original"):
        if (root / below).is_dir():
            found = {
                f"{path.parent.name}.{path.stem.removeprefix(path.parent.name)}": path.relative_to(root).as_posix()
                for path in sorted((root / below).glob("*/*.png"))
            }
            return {track: path for track, path in found.items() if track in tracks}
    return {}
