"""What was found in a corpus, as `genrelab corpus` tells it to people and to programs."""

from __future__ import annotations

import pandas as pd

from genrelab.corpora import gtzan
from genrelab.corpora.integrity import CLIPPED, Integrity

JSON_NAMES = {
    "audio_kind": "audio",
    "across_genres": "duplicates_across_genres",
    "cancelled": "cancelled_in_mono",
    "beyond": "beyond_full_scale",
    "unnamed": "tracks_without_artist",
    "table_note": "tracks_csv",
    "table_1_cells": "table_1_cells_equal",
}


def as_dict(found: Integrity) -> dict:
    """Return plain types for JSON."""
    plain = {JSON_NAMES.get(name, name): value for name, value in vars(found).items()}
    return plain | {"tracks": int(found.counts["tracks"].sum()), "counts": found.counts.to_dict(
        "index"), "problems": found.problems.to_dict("records")}


def as_text(found: Integrity) -> str:
    """Return the report as lines of text."""
    total = found.counts.sum().rename("all")
    table = pd.concat([found.counts, total.to_frame().T])
    genres = f"{total['tracks']} tracks in {len(found.counts)} genres"
    equal = f"{found.table_1_cells} of {gtzan.TABLE_1.size} cells are equal"
    copies = f"{len(found.duplicates)} groups, {len(found.across_genres)} across genres"
    many_clipped = f"tracks with more than {CLIPPED:.0%} of the samples clipped"
    lines = [
        f"{found.corpus}: {genres}, sound as {found.audio_kind}", "", table.to_string(), "",
        f"artists: {found.artists} named; {found.unnamed} tracks without a name",
        *([f"tracks.csv: {found.table_note}"] if found.table_note else []),
        "; none of ".join([f"published pictures: {found.pictures}", *found.pictures_missing[:5]]),
        *([f"Namgyal et al., Table 1: {equal}"] if found.table_1_cells is not None else []),
        f"exact duplicates: {copies}", *(f"  {' = '.join(group)}" for group in found.duplicates),
        *_listed("silent tracks", found.silent)]
    seldom = {"tracks that are silent in mono, since their channels cancel": found.cancelled,
              "tracks that hold one constant value, which is no sound": found.constant,
              "tracks that pass full scale": [f"{t}: {peak:g}" for t, peak in found.beyond.items()]}
    for what, names in seldom.items():
        lines += _listed(what, names) if names else []
    lines += _listed(many_clipped, [f"{t}: {share:.1%}" for t, share in found.clipped.items()])
    problems = [f"{row.file}: {row.problem}. {row.mend}" for row in found.problems.itertuples()]
    lines += _listed("files with a problem", problems)
    return "\n".join([*lines, *(f"note: {notice}" for notice in found.notices)])


def _listed(what: str, names: list[str]) -> list[str]:
    return [f"{what}: {len(names)}", *(f"  {name}" for name in names)]
