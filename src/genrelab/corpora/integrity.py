"""Is a corpus what it should be? Counts, files that are missing or broken, silence, clipping,
copies."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from genrelab.corpora import gtzan
from genrelab.corpora.audio import AudioError, Content
from genrelab.corpora.corpus import Corpus, problem_row
from genrelab.corpora.levels import UNHEARD, is_beyond, not_heard

CLIPPED = 0.01


@dataclass(frozen=True)
class Integrity:
    """What was found in a corpus; `str()` gives the report, `as_dict()` the same for programs."""

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
    told: str
    table_1_cells: int | None

    def as_dict(self) -> dict:
        """Return plain types for JSON."""
        return {
            "corpus": self.corpus,
            "audio": self.audio_kind,
            "tracks": int(self.counts["tracks"].sum()),
            "counts": self.counts.to_dict("index"),
            "duplicates": self.duplicates,
            "duplicates_across_genres": self.across_genres,
            "silent": self.silent,
            "cancelled_in_mono": self.cancelled,
            "constant": self.constant,
            "beyond_full_scale": self.beyond,
            "clipped": self.clipped,
            "artists": self.artists,
            "tracks_without_artist": self.unnamed,
            "pictures": self.pictures,
            "pictures_missing": self.pictures_missing,
            "problems": self.problems.to_dict("records"),
            "notices": list(self.notices),
            "tracks_csv": self.told,
            "table_1_cells_equal": self.table_1_cells,
        }

    def __str__(self) -> str:
        total = self.counts.sum().rename("all")
        table = pd.concat([self.counts, total.to_frame().T])
        lines = [
            f"{self.corpus}: {total['tracks']} tracks in {len(self.counts)} genres, sound as "
            f"{self.audio_kind}",
            "",
            table.to_string(),
            "",
            f"artists: {self.artists} named; {self.unnamed} tracks without a name",
            *([f"tracks.csv: {self.told}"] if self.told else []),
            f"published pictures: {self.pictures}"
            + "".join(f"; none of {t}" for t in self.pictures_missing[:5]),
        ]
        if self.table_1_cells is not None:
            lines.append(f"Namgyal et al., Table 1: {self.table_1_cells} of {gtzan.TABLE_1.size} "
                         "cells are equal")
        lines += [
            f"exact duplicates: {len(self.duplicates)} groups, {len(self.across_genres)} across "
            "genres",
            *(f"  {' = '.join(group)}" for group in self.duplicates),
            f"silent tracks: {len(self.silent)}",
            *(f"  {track}" for track in self.silent),
            *_listed("tracks that are silent in mono, since their channels cancel", self.cancelled),
            *_listed("tracks that hold one constant value, which is no sound", self.constant),
            *_listed(
                "tracks that pass full scale",
                [f"{track}: {peak:g}" for track, peak in self.beyond.items()],
            ),
            f"tracks with more than {CLIPPED:.0%} of the samples clipped: {len(self.clipped)}",
            *(f"  {track}: {share:.1%}" for track, share in self.clipped.items()),
            f"files with a problem: {len(self.problems)}",
            *(f"  {row.file}: {row.problem}. {row.mend}" for row in self.problems.itertuples()),
            *(f"note: {notice}" for notice in self.notices),
        ]
        return "\n".join(lines)


def _listed(what: str, names: list[str]) -> list[str]:
    """Return the lines of a fault that is seldom met; none where nobody has it."""
    return [f"{what}: {len(names)}", *(f"  {name}" for name in names)] if names else []


def integrity(corpus: Corpus) -> Integrity:
    """Decode every track once and report what the corpus holds.

    Notes
    -----
    A track is silent when its root mean square is below 1e-4 of full scale, clipped when more than
    1 % of its samples stand in runs of three or more at full scale and none passes it. Duplicates
    are tracks with the same samples.

    Notebook: 01.
    """
    tracks, contents, broken = corpus.tracks, {}, []
    for track, content in corpus.contents().items():
        if isinstance(content, AudioError):
            broken.append(problem_row(corpus.root, content))
        else:
            contents[track] = content
    found = pd.DataFrame(contents.values(), index=list(contents), columns=Content._fields)
    beyond = pd.Series(
        {track: is_beyond(content) for track, content in contents.items()}, dtype=bool
    )
    unheard = {track: not_heard(content) for track, content in contents.items()}
    said = {problem: fault for fault, problem in UNHEARD.items()}
    # what was set aside
    unheard |= {row.file: said.get(row.problem, "") for row in corpus.problems.itertuples()}
    same = [sorted(group) for group in found.groupby("hash").groups.values() if len(group) > 1]
    counts = pd.crosstab(tracks["genre"], tracks["split"]).reindex(
        columns=["train", "valid", "test", "removed"], fill_value=0
    )
    counts.insert(0, "tracks", counts.sum(axis=1))
    counts = counts.rename_axis(columns=None)
    return Integrity(
        corpus=corpus.name,
        audio_kind=corpus.audio_kind,
        counts=counts,
        duplicates=sorted(same),
        across_genres=sorted(group for group in same if tracks.loc[group, "genre"].nunique() > 1),
        **{
            fault: sorted(name for name, found in unheard.items() if found == fault)
            for fault in UNHEARD
        },
        beyond=found["peak"][beyond].round(4).to_dict(),
        clipped=found["clipped"][(found["clipped"] > CLIPPED) & ~beyond].round(4).to_dict(),
        artists=int(tracks["artist"].nunique()),
        unnamed=int(tracks["artist"].isna().sum()),
        pictures=len(corpus.pictures),
        pictures_missing=[track for track in tracks.index if track not in corpus.pictures]
        if corpus.pictures
        else [],
        problems=pd.concat(
            [corpus.problems, pd.DataFrame(broken, columns=corpus.problems.columns)]
        ),
        notices=corpus.notices,
        told=corpus.told,
        table_1_cells=count_table_1(tracks) if corpus.name == "gtzan" else None,
    )


def split_table(tracks: pd.DataFrame) -> pd.DataFrame:
    """Count the tracks of each genre in the three parts, without the removed ones, as Namgyal's
    Table 1 does.

    Notebook: 01.
    """
    kept = tracks[tracks["split"] != "removed"]
    table = pd.crosstab(kept["genre"], kept["split"]).reindex(
        columns=["train", "valid", "test"], fill_value=0
    )
    table.insert(0, "total", table.sum(axis=1))
    return table.rename_axis(columns=None)


def count_table_1(tracks: pd.DataFrame) -> int:
    """Return how many of the 40 cells of Namgyal's Table 1 the tracks give."""
    ours = split_table(tracks).reindex(gtzan.TABLE_1.index, fill_value=0)
    return int((ours == gtzan.TABLE_1).to_numpy().sum())
