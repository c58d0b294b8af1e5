"""Does a split leak? What stands on both sides that should stand on one."""

from __future__ import annotations

import html
from collections import Counter
from dataclasses import dataclass

import pandas as pd

from genrelab.corpora import AudioError, Corpus
from genrelab.features.fingerprints import near_copies

SENTENCES = {
    "track": ("no track outside the training set is also in it",
              "tracks outside the training set are also in it"),
    "duplicate": ("no track outside the training set has an exact copy in it",
                  "tracks outside the training set have an exact copy in it"),
    "near": ("no track outside the training set has the same take in it, cut or coded "
             "differently",
             "tracks outside the training set have the same take in it, cut or coded differently"),
    "artist": ("no known artist is on both sides",
               "tracks outside the training set are by an artist who is also in it"),
    "unknown": ("every track has a known artist",
                "tracks have no known artist, so we can't tell"),
}
"""The words when nothing was found, and when something was."""


@dataclass(frozen=True)
class Finding:
    """One line of an audit.

    Attributes
    ----------
    leak
        ``"track"``, ``"duplicate"``, ``"near"``, ``"artist"`` or ``"unknown"``.
    count
        How many tracks are touched.
    of
        How many tracks could have been: those outside train, and for `unknown` those in train, too.
    examples
        What leaks, most tracks first.
    """

    leak: str
    count: int
    of: int
    examples: tuple[str, ...]

    @property
    def state(self) -> str:
        """``"leak"``, ``"clean"`` or ``"unknown"``."""
        if not self.count:
            return "clean"
        return "unknown" if self.leak == "unknown" else "leak"

    def __str__(self) -> str:
        some = f": {'; '.join(self.examples[:3])}" if self.examples else ""
        more = f" and {len(self.examples) - 3} more" if len(self.examples) > 3 else ""
        clean, found = SENTENCES[self.leak]
        if not self.count:
            return f"CLEAN: {clean} ({self.of} checked)"
        return f"{self.state.upper()}: {self.count} of {self.of} {found}{some}{more}"


@dataclass(frozen=True)
class Audit:
    """The lines of an audit; shown in green and red (and in words) where HTML is shown."""

    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """Whether no leak was found; unknown artists count as unknown, not as clean."""
        return all(finding.state == "clean" for finding in self.findings)

    def __getitem__(self, leak: str) -> Finding:
        return next(finding for finding in self.findings if finding.leak == leak)

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings))

    def _repr_html_(self) -> str:
        # for showing only: numbers are audited without it
        from genrelab.display.html import component

        marks = {"clean": ("#00695c", "✓"), "leak": ("#b3261e", "✗"), "unknown": ("#6b5900", "?")}
        rows = []
        for finding in self.findings:
            colour, mark = marks[finding.state]
            style = f"border-left:.4em solid {colour};padding:.2em .7em;margin:.2em 0"
            rows.append(f'<li style="{style};list-style:none"><strong aria-hidden="true">{mark}'
                        f'</strong> {html.escape(str(finding))}</li>')
        return component("audit", f'<ul style="padding:0;margin:.5em 0">{"".join(rows)}</ul>')


def audit(split: pd.Series, corpus: Corpus) -> Audit:
    """Look for everything that a split lets stand both in train and outside it.

    Parameters
    ----------
    split
        Part (``"train"``, anything else is outside; ``"removed"`` and missing ones are ignored),
        indexed by track id. A track id may occur several times, once for each segment.
    corpus
        Whose sound and artists are looked at. Exact copies are found by content and near ones by
        fingerprint (see `near_copies`), not by what the corpus says of them.

    Returns
    -------
    Audit
        With the findings `track`, `duplicate`, `near`, `artist` (anybody named in a joint credit
        counts) and `unknown`.

    Notes
    -----
    The first audit of a corpus takes fingerprints of all its tracks, about a minute for a thousand;
    they are kept.

    Notebook: 01 and 09.
    """
    used = split[split.notna() & (split != "removed")]
    inside = set(used.index[used == "train"])
    outside = sorted(set(used.index[used != "train"]))
    sounds = {track: content.hash for track, content in corpus.contents().items()
              if not isinstance(content, AudioError)}
    copies: dict[str, list[str]] = {}
    for track in sorted(inside):
        copies.setdefault(sounds.get(track, track), []).append(track)
    credits = corpus.tracks["performers"].dropna()
    players = {track: {name.strip() for name in text.split(";")} for track, text in credits.items()}
    in_train = set().union(*(players.get(track, ()) for track in inside))
    pairs = near_copies(corpus)
    both_ways = [*zip(pairs["track"], pairs["copy"]), *zip(pairs["copy"], pairs["track"])]
    same_track = tuple(track for track in outside if track in inside)
    same_sound, same_take, met = [], [], []
    for track in outside:
        others = [copy for copy in copies.get(sounds.get(track), []) if copy != track]
        same_sound += [f"{track} = {other}" for other in others[:1]]
        takes = sorted(b for a, b in both_ways if a == track and b in inside)
        same_take += [f"{track} ≈ {other}" for other in takes[:1]]
        met.append(players.get(track, set()) & in_train)
    shared = Counter(name for names in met for name in names)
    who = [f"{name} ({n})" for name, n in sorted(shared.items(), key=lambda s: (-s[1], s[0]))]
    unknown = sum(track not in players for track in [*inside, *outside])
    return Audit((
        Finding("track", len(same_track), len(outside), same_track),
        Finding("duplicate", len(same_sound), len(outside), tuple(same_sound)),
        Finding("near", len(same_take), len(outside), tuple(same_take)),
        Finding("artist", sum(map(bool, met)), len(outside), tuple(who)),
        Finding("unknown", unknown, len(inside | set(outside)), ()),
    ))
