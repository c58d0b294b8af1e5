"""The catalogue: what the corpus holds, and what of it is spoilt, known before a note sounds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import pandas as pd

from synthband.acts import Signature, session, signature
from synthband.harmony import KEYS
from synthband.names import ACTS
from synthband.score import stream
from synthband.styles import STYLES

TRACKS_PER_ACT = 4

#: Faults planted with known truth: track to (kind, the track whose sound it has, or "").
FAULTS = {
    # The same recording twice under one title, as when a record and its reissue are both collected.
    "blues.00003": ("duplicate", "blues.00000"),
    "disco.00007": ("duplicate", "disco.00004"),
    # The same recording under another act's name in another genre.
    "rock.00014": ("duplicate", "pop.00009"),
    # The same take, cut half a second later: nearly equal, and no byte the same.
    "rock.00007": ("shifted", "rock.00004"),
    "reggae.00018": ("distorted", ""),
    "jazz.00011": ("undecodable", ""),
}


@dataclass(frozen=True)
class Entry:
    """One line of the catalogue; see `catalogue` for its fields."""

    track: str
    genre: str
    artist: str
    title: str
    tempo: float
    metre: int
    key: str
    swing: float
    instruments: tuple[str, ...]
    fault: str
    duplicate_of: str
    split: str

    @property
    def source(self) -> str:
        """The track whose score this one sounds: itself, unless it is a copy."""
        return self.duplicate_of or self.track


@cache
def _sound(genre: str, artist: str, track: str) -> Signature:
    style = STYLES[genre]
    return session(signature(artist, style, list(ACTS[genre]).index(artist)), style, track)


def sound_of(entry: Entry) -> Signature:
    """The sound of an entry's act on the day of that track."""
    return _sound(entry.genre, entry.artist, entry.track)


@cache
def entries() -> dict[str, Entry]:
    """Every track of the corpus by its id, in order."""
    found: dict[str, Entry] = {}
    for genre, style in STYLES.items():
        for place, (artist, titles) in enumerate(ACTS[genre].items()):
            for number, title in enumerate(titles.split("; ")):
                track = f"{genre}.{place * TRACKS_PER_ACT + number:05d}"
                sign = _sound(genre, artist, track)
                rng = stream("track", track)
                slowest, fastest = style.tempo
                # Turned back at the ends: tracks of one act must not share a tempo by being cut.
                pace = abs(sign.pace + 0.12 * float(rng.uniform(-1, 1)))
                pace = 1 - abs(1 - pace)
                drums = ["drums"] if style.grooves[0] else []
                minor = "minor" in sign.scale or sign.scale in ("dorian", "phrygian")
                fault, copied = FAULTS.get(track, ("", ""))
                found[track] = Entry(
                    track=track,
                    genre=genre,
                    artist=artist,
                    title=title,
                    tempo=round(slowest + pace * (fastest - slowest), 1),
                    metre=sign.metre,
                    key=KEYS[sign.keys[int(rng.integers(2))]] + (" minor" if minor else " major"),
                    swing=style.swing,
                    instruments=tuple(dict.fromkeys([*sign.band.values(), *drums])),
                    fault=fault,
                    duplicate_of=copied,
                    split="removed" if fault else "",
                )
    for entry in list(found.values()):
        if entry.duplicate_of:
            # A copy's music is its source's, whatever the label says.
            source = found[entry.duplicate_of]
            music = ("tempo", "metre", "key", "swing", "instruments")
            of_source = {name: getattr(source, name) for name in music}
            found[entry.track] = replace(entry, **of_source)
    return found


def catalogue() -> pd.DataFrame:
    """Everything that is known about the corpus, without rendering any of it.

    Returns
    -------
    pandas.DataFrame
        200 rows indexed by track id (``"blues.00012"``), with columns ``genre``, ``artist``,
        ``title``, ``tempo`` (beats a minute, of the score), ``metre`` (beats a bar), ``key``,
        ``swing`` (place of the off-beat in the beat, or of the off-sixteenth in hiphop and reggae;
        0.5 is straight), ``instruments`` (joined by ``"; "``), ``fault`` (``""``, ``"duplicate"``,
        ``"undecodable"``, ``"distorted"`` or ``"shifted"``), ``duplicate_of`` (``""`` or the id of
        the track copied) and ``split`` (``""``, or ``"removed"`` for every planted fault).
    """
    table = pd.DataFrame(list(entries().values())).set_index("track")
    table["instruments"] = table["instruments"].map("; ".join)
    return table
