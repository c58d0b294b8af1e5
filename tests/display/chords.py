"""A tiny corpus of chords for the tests: quick to make, with levels and lengths that are known."""

import hashlib
from types import SimpleNamespace

import numpy as np
import pandas as pd

SR = 22050
GENRES = "blues classical country disco hiphop jazz metal pop reggae rock".split()


def chord(
    root: float = 220.0, seconds: float = 2.0, level: float = 0.5, beats: float = 2.0
) -> np.ndarray:
    """Struck chords with decaying harmonics, ``(seconds * 22050,) float32`` with the given peak."""
    t = np.arange(round(seconds * SR)) / SR
    decay = np.exp(-4 * (t % (1 / beats)) * beats)
    y = sum(
        decay**k * np.sin(2 * np.pi * root * ratio * k * t) / k
        for ratio in (1, 1.25, 1.5)
        for k in range(1, 6)
    )
    return (level * y / np.abs(y).max()).astype(np.float32)


class ChordCorpus:
    """Duck type of a corpus; `loud` is one track's peak."""

    def __init__(self, per_genre: int = 4, name: str = "synthetic", seconds: float = 2.0):
        tracks = [f"{genre}.{number:05d}" for genre in GENRES for number in range(per_genre)]
        self.name = name
        self.seconds = seconds
        self.loud = {}
        self.reads = 0
        self.tracks = pd.DataFrame(
            {
                "genre": [track.split(".")[0] for track in tracks],
                "artist": [
                    None if k % 7 == 3 else f"The Chords {k % 5}" for k in range(len(tracks))
                ],
                "title": [
                    None if k % 7 == 3 else f"Study <no. {k}> & more" for k in range(len(tracks))
                ],
            },
            index=pd.Index(tracks, name="track"),
        )

    def content(self, track: str):
        level = self.loud.get(track, 0)
        return SimpleNamespace(hash=f"chord {track} {self.seconds} {level}")

    def audio(self, track: str) -> np.ndarray:
        self.reads += 1
        seed = hashlib.sha256(track.encode()).digest()
        root = 110 * 2 ** (seed[0] % 24 / 12)
        return chord(
            root, self.seconds, self.loud.get(track, 0.2 + 0.5 * seed[1] / 255), 1 + seed[2] % 4
        )


def positions(corpus: ChordCorpus, seed: int = 0) -> pd.DataFrame:
    """Ten clouds on a ring, ``(n_tracks, 2)`` as x and y."""
    rng = np.random.default_rng(seed)
    angle = corpus.tracks["genre"].map(GENRES.index).to_numpy() * 2 * np.pi / 10
    xy = 4 * np.c_[np.cos(angle), np.sin(angle)] + rng.normal(0, 0.8, (len(angle), 2))
    return pd.DataFrame(xy, columns=["x", "y"], index=corpus.tracks.index)
