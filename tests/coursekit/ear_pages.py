"""A small corpus of chords and a page with the listening test, its strip and the ordering, as
written to disk."""

from importlib import import_module

import numpy as np
import pandas as pd
from display.chords import GENRES, ChordCorpus, chord

TEST, ORDER = (import_module(f"coursekit.{name}") for name in ("ear_test", "ear_order"))
HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><title>ear</title>'


class TestedChords(ChordCorpus):
    """Chords with parts: of each genre two tracks are in test, one in train and one is removed."""

    __test__ = False  # pytest: no class of tests

    def __init__(self, parts=("train", "removed", "test", "test"), genres=GENRES):
        super().__init__(per_genre=len(parts), seconds=4.0)
        columns = {
            "split": list(parts) * len(GENRES),
            "group": list(self.tracks.index),
            "seconds": 4.0,
        }
        self.tracks = self.tracks.assign(**columns)
        self.tracks = self.tracks[self.tracks.genre.isin(genres)]

    @property
    def genres(self):
        return sorted(self.tracks["genre"].unique())


def caught(patch):
    """Return a list to which everything shown is appended as HTML."""
    shown = []
    for module in (TEST, ORDER):
        patch.setattr(module, "show", shown.append)
    return shown


def system_of(corpus):
    """Return a system that is right on half of all tracks."""
    return {t: g if k % 2 else "rock" for k, (t, g) in enumerate(corpus.tracks.genre.items())}


DISTANCES = pd.DataFrame(
    {"MSE": [1.0, 2, 3, 4, 5, 6], "NLPD": [6.0, 5, 4, 3, 2, 1], "flat": [0.0, 1, 1, 2, 3, 3]},
    [f"spoilt {k}" for k in range(6)],
)


def write_page(folder, patch):
    """Write the page and its sounds into a folder; return the page and the test."""
    patch.chdir(folder)
    shown = caught(patch)
    corpus = TestedChords()
    test = TEST.ear_test(corpus, {"half right": system_of(corpus)})
    table = pd.DataFrame({"accuracy": [0.6], "low": [0.4], "high": [0.8]}, ["half right"])
    TEST.ear_strip(test, table, "09.ear")
    versions = {name: chord(220 + 20 * k, 4.0) for k, name in enumerate(DISTANCES.index)}
    ORDER.ear_order(chord(220, 4.0), versions, DISTANCES, corpus=corpus)
    page = folder / "page.html"
    page.write_text(
        f"{HEAD}<body><main><h1>Ear</h1><h2>a</h2><h3>b</h3>{''.join(shown)}</main></body></html>",
        "utf-8",
    )
    return page, test


def answers_of(test, listener, right, seconds=2.5):
    """Return the lines of a listener who is right on the first `right` clips and else says what
    comes next."""
    genres = list(test.genres)
    other = {g: genres[(k + 1) % len(genres)] for k, g in enumerate(genres)}
    rows = [
        (listener, c.id, c.condition, c.genre, c.genre if k < right else other[c.genre], seconds)
        for k, c in enumerate(test.clips)
    ]
    return pd.DataFrame(
        rows, columns=["listener", "clip", "condition", "truth", "answer", "seconds"]
    )


def rms(y):
    return float(np.sqrt(np.mean(np.square(y, dtype=np.float64))))
