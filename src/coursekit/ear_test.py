"""A blind listening test: the reader hears short clips, names their genre, and stands beside the
systems."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from coursekit.listeners import Room, read_answers, room_of, wilson
from genrelab.corpora import SAMPLE_RATE, Corpus, CorpusLacks
from genrelab.display.html import component, show
from genrelab.display.media import clip, excerpt
from genrelab.features.raw_audio import LENGTH, unpooled
from genrelab.runtime import generator

POOL = 40  # as the network of notebook 05
CONDITIONS = {
    "pooled 0.9 s": f"0.9 s as notebook 05's network hears it, means of {POOL} samples",
    "full 0.9 s": "0.9 s in full",
    "full 3 s": "3 s in full",
}
LEVEL = 0.1  # RMS of every clip, −20 dB of full scale
SILENT = 1e-4  # −80 dB: what lies below is not heard
# keeps the answers from a glance at the page's source, not from whoever wants to cheat
MASK = b"listen first"
PARTS = "coursekit/ear_parts.js"
SCRIPTS = ("genrelab/display/player.js", PARTS, "coursekit/ear_room.js", "coursekit/ear_test.js")
STYLES = ("genrelab/display/player.css", "coursekit/ear_test.css")


class Clip(NamedTuple):
    """One clip of the test: a name that tells nothing, and what is behind it."""

    id: str
    track: str
    genre: str
    condition: str


@dataclass(frozen=True)
class EarTest:
    """A listening test.

    Attributes
    ----------
    id
        Made from its clips; the browser keeps answers under this name.
    genres
        What can be answered.
    clips
        In the order in which they are heard; not printed, since they hold the answers.
    systems
        Name to the label that a system gives each track.
    """

    id: str
    genres: tuple[str, ...]
    clips: tuple[Clip, ...] = field(repr=False)
    systems: Mapping[str, Mapping[str, str]] = field(repr=False, default_factory=dict)

    @property
    def truths(self) -> dict[str, str]:
        """Genre of each clip."""
        return {one.id: one.genre for one in self.clips}


def draw_clips(corpus: Corpus, number: int = 20, seed: int = 0) -> list[Clip]:
    """Draw test tracks, shared out over genres and conditions.

    Parameters
    ----------
    corpus
        Where tracks come from; only those in test, of at least 3 s, whose middle is not silent.
    number
        How many clips; fewer where a genre has not enough tracks. No genre has more than one clip
        above another, if there are enough.
    seed
        Of the draw.

    Returns
    -------
    list of Clip
        In the order in which they are to be heard. Within a genre, tracks of artists who have no
        clip yet come first. A genre's clips take turns at the conditions, which hold as many clips
        as each other, or one less.
    """
    tracks = corpus.tracks[(corpus.tracks["split"] == "test") & (corpus.tracks["seconds"] >= 3)]
    rng = generator(seed, "listening test")
    genres = rng.permutation(sorted(tracks["genre"].unique()))
    drawn, used = [], set()
    for place, genre in enumerate(genres):
        quota = number // len(genres) + (place < number % len(genres))
        waiting = list(rng.permutation(tracks.index[tracks["genre"] == genre]))
        while quota and waiting:
            track = next((t for t in waiting if tracks.at[t, "group"] not in used), waiting[0])
            waiting.remove(track)
            if _silent(corpus.audio(track)):
                continue
            used.add(tracks.at[track, "group"])
            drawn.append((str(track), str(genre)))
            quota -= 1
    clips = [Clip(_name(corpus.name, track, condition), track, genre, condition)
             for (track, genre), condition in zip(drawn, cycle(CONDITIONS))]
    return [clips[k] for k in rng.permutation(len(clips))]


def clip_sound(y: np.ndarray, condition: str) -> np.ndarray:
    """Return the middle of a track as one condition lets it be heard, (n_samples,) float32 at its
    own level.

    Notes
    -----
    0.9 s are the 20 000 samples of notebook 05's segments. Block means are made audible as there.
    """
    part = excerpt(y, SAMPLE_RATE, 3.0 if condition == "full 3 s" else LENGTH / SAMPLE_RATE)
    if condition == "pooled 0.9 s":
        return unpooled(part.reshape(-1, POOL).mean(axis=1, dtype=np.float64), POOL)
    return part


def levelled(sounds: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return sounds at one RMS level, so that loudness tells nothing; lower than `LEVEL` where a
    peak would not fit."""
    rms = [float(np.sqrt(np.mean(np.square(y, dtype=np.float64)))) for y in sounds]
    level = min([LEVEL, *(0.97 * r / float(np.abs(y).max()) for r, y in zip(rms, sounds))])
    return [(y * (level / r)).astype(np.float32) for r, y in zip(rms, sounds)]


def ear_test(corpus: Corpus, systems: Mapping[str, Mapping] | None = None, number: int = 20,
             seed: int = 0) -> EarTest:
    """Show a blind listening test, in JupyterLab and on a page without a kernel.

    Parameters
    ----------
    corpus
        Whose test tracks are heard.
    systems
        Name to the label that a system gives each track; shown beside the reader's answers at the
        end.
    number, seed
        See `draw_clips`. Another seed gives another test.

    Returns
    -------
    EarTest
        For `ear_strip` and `room`.

    Raises
    ------
    CorpusLacks
        If there is nothing to hear.

    Notes
    -----
    Sound files bear neutral names. Where sound is left out (``GENRELAB_NO_AUDIO=1``) only the part
    for rooms remains. Notebook: 09.
    """
    clips = draw_clips(corpus, number, seed)
    if not clips:
        raise CorpusLacks(f"{corpus.name} has no track in test of three seconds or more that can "
                          "be heard")
    name = hashlib.sha256(" ".join(one.id for one in clips).encode()).hexdigest()[:10]
    test = EarTest(name, tuple(corpus.genres), tuple(clips), dict(systems or {}))
    sounds = levelled([clip_sound(corpus.audio(one.track), one.condition) for one in clips])
    addresses = [clip(y, SAMPLE_RATE, "heard", None, corpus=corpus) for y in sounds]
    data = _data(test) | {"sounds": addresses}
    body = _body(test, addresses)
    show(component("ear", body, SCRIPTS, STYLES, data, call="earTest", sounds=addresses))
    return test


def ear_strip(test: EarTest, standings: pd.DataFrame, guess: str = "") -> None:
    """Put the reader on the axis of the systems, from what the browser has kept of the test.

    Parameters
    ----------
    test
        The test.
    standings
        One row a system: `accuracy`, `low`, `high`.
    guess
        Number of the guess at the own share of right answers, as given to `predict`.

    Notes
    -----
    Notebook: 09.
    """
    numbers = standings[["accuracy", "low", "high"]].rename(columns={"accuracy": "value"}).round(4)
    rows = [{"label": str(name), **row} for name, row in numbers.to_dict("index").items()]
    data = {"id": test.id, "systems": rows, "chance": 1 / len(test.genres), "guess": guess}
    note = '<p class="genrelab-note">You have not finished the listening test.</p>'
    body = f'<div data-role="strip">{note}</div>'
    scripts = (PARTS, "coursekit/ear_strip.js")
    show(component("ear-strip", body, scripts, STYLES[1:], data, call="earStrip"))


def room(where: str | Path, test: EarTest) -> Room:
    """Read the answers of many listeners, check them, and show their spread beside the systems.

    Parameters
    ----------
    where
        A CSV file as the test gives it, or a folder of such files.
    test
        The test that they have answered.

    Raises
    ------
    AnswersError
        If a file is not in order; the message names file, line and mend.

    Notes
    -----
    Notebook: 09.
    """
    found = room_of(read_answers(where, test.truths, test.genres, CONDITIONS), test.genres)
    people = found.listeners[["right", "n"]].to_dict("index").items()
    conditions = found.conditions[["right", "n"]].to_dict("index").items()
    summary = {"listeners": [{"label": str(name), **counts} for name, counts in people],
               "conditions": [[name, *counts.values()] for name, counts in conditions],
               "mean": [found.mean, found.low, found.high], "counts": found.counts.tolist(),
               "clips": found.n_clips}
    data = _data(test) | {"room": summary}
    body, scripts = '<div data-role="view"></div>', (PARTS, "coursekit/ear_room.js")
    show(component("ear-room", body, scripts, STYLES[1:], data, call="earShowRoom"))
    return found


def masked(key: dict) -> str:
    """Return answers as text that does not show them at a glance; the page's script takes the mask
    off."""
    plain = json.dumps(key, sort_keys=True, allow_nan=False).encode()
    return base64.b64encode(bytes(a ^ b for a, b in zip(plain, cycle(MASK)))).decode()


def _name(*what: str) -> str:
    return hashlib.sha256("\n".join(what).encode()).hexdigest()[:8]


def _silent(y: np.ndarray) -> bool:
    """Whether the middle of a track, or what averaging leaves of it, cannot be heard."""
    return any(np.sqrt(np.mean(np.square(clip_sound(y, key)))) < SILENT for key in CONDITIONS)


def _data(test: EarTest) -> dict:
    """What the page's script is told; truths, tracks and the systems' answers are masked."""
    place = {genre: k for k, genre in enumerate(test.genres)}
    systems = test.systems.values()
    key = {"truth": [place[one.genre] for one in test.clips],
           "track": [one.track for one in test.clips],
           "said": [[place.get(of.get(one.track), -1) for one in test.clips] for of in systems]}
    return {"id": test.id, "genres": list(test.genres), "conditions": list(CONDITIONS.items()),
            "clips": [[one.id, list(CONDITIONS).index(one.condition)] for one in test.clips],
            "systems": list(test.systems), "key": masked(key), "mask": MASK.decode()}


# JupyterLab takes keys for itself unless the focused element says `data-lm-suppress-shortcuts`.
FREE = 'type="button" data-lm-suppress-shortcuts="true"'

ROOM = (
    '<details data-role="room"><summary data-lm-suppress-shortcuts="true">Room: many '
    "listeners</summary><p>Each takes the test and downloads the answers. Load all files at once; "
    "nothing leaves this page.</p>"
    '<label>room: load CSV files <input type="file" multiple accept=".csv,text/csv" '
    'data-lm-suppress-shortcuts="true"></label><p data-role="room-said" role="status"></p>'
    '<div data-role="room-view"></div></details>'
)


def _body(test: EarTest, addresses: Sequence[str | None]) -> str:
    n = len(test.clips)
    low, high = wilson(n // 2, n)
    shares = [sum(one.condition == key for one in test.clips) for key in CONDITIONS]
    parts = "; ".join(f"{count} × {label}" for count, label in zip(shares, CONDITIONS.values()))
    per_genre = [sum(one.genre == genre for one in test.clips) for genre in test.genres]
    few, many = min(per_genre), max(per_genre)
    each = few if few == many else f"{few} to {many}"
    silent = '<p class="genrelab-note">sound left out: the test needs sound</p>'
    return (f'<div id="genrelab-ear-test-{test.id}"><p><strong>Listening test.</strong> {n} clips '
            f'from ' f"the middle of test tracks, {each} of each genre, in an order drawn by seed. "
            f"{escape(parts)}. All are brought to one level, so that loudness tells nothing. One "
            f"hearing of {n} clips has an interval of about ±{50 * (high - low):.0f} "
            f"points.</p>{_stage(test, addresses[0]) if all(addresses) else silent}{ROOM}</div>")


def answer_buttons(genres: Sequence[str], keys: str = "") -> str:
    """One button for each genre, with the keys that press them, as far as there are any."""
    buttons = ""
    for k, genre in enumerate(genres):
        key = keys[k : k + 1]
        shortcut = f' aria-keyshortcuts="{key}"' if key else ""
        label = f"<kbd>{key or '·'}</kbd> {escape(genre)}" if keys else escape(genre)
        buttons += f'<button {FREE} data-answer="{k}"{shortcut}>{label}</button>'
    return ('<div class="genrelab-answers" role="group" aria-label="Which genre is it?">'
            f"{buttons}</div>")


def _stage(test: EarTest, first: str) -> str:
    """The part that is heard and answered; the first address stands in it for JupyterLab to find
    the others by."""
    return ('<div data-role="stage"><p class="genrelab-small"><kbd>space</kbd> plays, also again; '
            'a ' "number answers; <kbd>backspace</kbd> takes the last answer back. What you have "
            "answered is kept when you leave.</p>"
            f'<p data-role="said" role="status" aria-live="polite"></p><audio preload="none" '
            f'aria-label="clip" src="{escape(first)}"></audio><p><button {FREE} data-role="play" '
            f'aria-keyshortcuts="Space">▶ Play</button> <button {FREE} data-role="back" '
            f'aria-keyshortcuts="Backspace">Take back</button></p>'
            f'{answer_buttons(test.genres, "1234567890")}</div>'
            '<div data-role="result" hidden></div>')
