"""Is a corpus what it should be? Counts, files that are missing or broken, silence, clipping,
copies."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from genrelab.corpora import gtzan
from genrelab.corpora.audio import AudioError, Content
from genrelab.corpora.corpus import Corpus, Problem, problem_row
from genrelab.corpora.levels import UNHEARD, is_beyond, not_heard

CLIPPED = 0.01


@dataclass(frozen=True)
class Integrity:
    """What was found in a corpus; `coursekit.corpus_report` tells it to people and programs."""

    corpus: str
    audio_kind: str
    counts: pd.DataFrame
    duplicates: list[list[str]]
    across_genres: list[list[str]]
    silent: list[str]
    cancelled: list[str]
    constant: list[str]
    beyond: dict[str, float]
    clipped: dict[str, float]
    artists: int
    unnamed: int
    pictures: int
    pictures_missing: list[str]
    problems: pd.DataFrame
    notices: tuple[str, ...]
    table_note: str
    table_1_cells: int | None


def integrity(corpus: Corpus) -> Integrity:
    """Decode every track once and report what the corpus holds.

    Notes
    -----
    A track is silent when its root mean square is below 1e-4 of full scale, clipped when more than
    1 % of its samples stand in runs of three or more at full scale and none passes it. Duplicates
    are tracks with the same samples.
    """
    tracks, found = corpus.tracks, corpus.contents()
    contents = {track: one for track, one in found.items() if isinstance(one, Content)}
    errors = [one for one in found.values() if isinstance(one, AudioError)]
    rows = [problem_row(corpus.root, error) for error in errors]
    broken = pd.DataFrame(rows, columns=Problem._fields)
    table = pd.DataFrame(contents.values(), index=list(contents), columns=Content._fields)
    beyond = table.index.isin([track for track, one in contents.items() if is_beyond(one)])
    unheard = {track: not_heard(content) for track, content in contents.items()}
    fault_of = {problem: fault for fault, problem in UNHEARD.items()}
    # what was set aside
    unheard |= {row.file: fault_of.get(row.problem, "") for row in corpus.problems.itertuples()}
    faults = {
        fault: sorted(name for name, found in unheard.items() if found == fault)
        for fault in UNHEARD
    }
    same = [sorted(group) for group in table.groupby("hash").groups.values() if len(group) > 1]
    return Integrity(
        corpus=corpus.name,
        audio_kind=corpus.audio_kind,
        counts=_count(tracks, "tracks", ["train", "valid", "test", "removed"]),
        duplicates=sorted(same),
        across_genres=sorted(group for group in same if tracks.loc[group, "genre"].nunique() > 1),
        **faults,
        beyond=table["peak"][beyond].round(4).to_dict(),
        clipped=table["clipped"][(table["clipped"] > CLIPPED) & ~beyond].round(4).to_dict(),
        artists=int(tracks["artist"].nunique()),
        unnamed=int(tracks["artist"].isna().sum()),
        pictures=len(corpus.pictures),
        pictures_missing=[t for t in tracks.index if corpus.pictures and t not in corpus.pictures],
        problems=pd.concat([corpus.problems, broken]),
        notices=corpus.notices,
        table_note=corpus.table_note,
        table_1_cells=count_table_1(tracks) if corpus.name == "gtzan" else None,
    )


def split_table(tracks: pd.DataFrame) -> pd.DataFrame:
    """Count the tracks of each genre in the three parts, without the removed ones, as Namgyal's
    Table 1 does.
    """
    return _count(tracks[tracks["split"] != "removed"], "total", ["train", "valid", "test"])


def _count(tracks: pd.DataFrame, sums: str, parts: list[str]) -> pd.DataFrame:
    """Count the tracks of each genre in each part, and in all in a first column."""
    table = pd.crosstab(tracks["genre"], tracks["split"]).reindex(columns=parts, fill_value=0)
    table.insert(0, sums, table.sum(axis=1))
    return table.rename_axis(columns=None)


def count_table_1(tracks: pd.DataFrame) -> int:
    """Return how many of the 40 cells of Namgyal's Table 1 the tracks give."""
    ours = split_table(tracks).reindex(gtzan.TABLE_1.index, fill_value=0)
    return int((ours == gtzan.TABLE_1).to_numpy().sum())
