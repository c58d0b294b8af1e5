"""Small and odd corpora, made in a moment, and all notebooks run on them in one process that
lasts."""

from __future__ import annotations

import atexit
import base64
import os
import time
import traceback
from collections.abc import Collection
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
from haste import learn_little

from genrelab.runtime import notebook_sources

RATE = 22_050
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True)
class Track:
    """A track of a small corpus.

    Attributes
    ----------
    genre, artist, split
        As `tracks.csv` tells them; None tells nothing.
    seconds
        How long it is.
    sound
        ``"music"``: tones and noise in the colour of the genre; ``"silent"``; ``"constant"``: an
        offset that nobody hears; ``"partly"``: silent in its second half; ``"late"``: silent but
        for its last fifth; ``"click"``: silent but for a sample; ``"faint"``: noise in the last
        bit; ``"copy"``: the same samples as all copies of the genre.
    rate, channels
        As the file holds them.
    """

    genre: str
    artist: str | None = None
    split: str | None = None
    seconds: float = 20
    sound: str = "music"
    rate: int = RATE
    channels: int = 1


def write_corpus(folder: Path, tracks: list[Track]) -> Path:
    """Write tracks as wav files in genre folders, and a `tracks.csv` where an artist or a part is
    told."""
    places = {genre: place for place, genre in enumerate(sorted({track.genre for track in tracks}))}
    rows = []
    for number, track in enumerate(tracks):
        path = folder / track.genre / f"{number:03d}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        y = sound_of(track, number, places[track.genre])
        soundfile.write(
            path, y if track.channels == 1 else np.stack([y] * track.channels, axis=1), track.rate
        )
        rows.append(
            {"track": f"{track.genre}.{path.stem}", "artist": track.artist, "split": track.split}
        )
    table = pd.DataFrame(rows)
    if table[["artist", "split"]].notna().any(axis=None):
        table.to_csv(folder / "tracks.csv", index=False)
    return folder


def sound_of(track: Track, number: int, place: int) -> np.ndarray:
    """Return the samples of a track, (n_samples,): a chord that beats, and noise, brighter from
    genre to genre."""
    n = max(1, int(track.seconds * track.rate))
    if track.sound == "silent":
        return np.zeros(n, np.float32)
    if track.sound == "constant":
        return np.full(n, 0.25, np.float32)
    if track.sound == "click":
        return np.where(np.arange(n) == n // 3, 0.5, 0).astype(np.float32)
    chance = np.random.default_rng([place, 0 if track.sound == "copy" else number + 1])
    t = np.arange(n) / track.rate
    pitch = 110 * 2 ** (place + chance.uniform(0, 0.8))
    y = sum(np.sin(2 * np.pi * pitch * k * t) / k for k in (1, 2, 3) if pitch * k < track.rate / 2)
    beat = 1.5 + 0.5 * place + chance.uniform(0, 0.3)
    y = y * np.exp(-4 * (t * beat % 1)) + 0.05 * (1 + place) * chance.normal(size=n)
    y = 0.2 * chance.uniform(0.3, 1.5) * y / np.abs(y).max()
    if track.sound == "faint":
        return (chance.integers(-1, 2, n) / 32768).astype(np.float32)
    if track.sound == "partly":
        y[n // 2 :] = 0
    if track.sound == "late":
        y[: 4 * n // 5] = 0
    return y.astype(np.float32)


# --- running --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ended:
    """How a notebook ended on a corpus: ``"done"``, ``"skipped"`` or ``"failed"``, why, and what it
    said."""

    notebook: str
    state: str
    reason: str
    seconds: float
    said: str = ""


def make_haste() -> None:
    """Shorten, in this process, what takes long and has nothing to do with how many tracks there
    are: little is learned, pictures are drawn coarsely and not written, sound is not coded."""
    from genrelab.display import figures, media

    learn_little()
    figures.png_bytes, figures._svg_bytes = drawn_small, lambda fig, alt: b"<svg/>"
    media.encode = lambda y, sr: b"sound"


def drawn_small(fig, dpi: int = 0) -> bytes:
    """Draw a figure, coarsely, and return an empty picture."""
    fig.set_dpi(20)
    fig.canvas.draw()
    return PICTURE


def run_all(pool: Executor, corpus: Path, place: Path, only: Collection[str] = ()) -> list[Ended]:
    """Run notebooks, by default all, in the processes of a pool."""
    chosen = [source for source in notebook_sources() if not only or source.stem[:2] in only]
    return list(pool.map(run_here, chosen, repeat(corpus), repeat(place)))


def run_here(source: Path, corpus: Path, place: Path) -> Ended:
    """Run the cells of a notebook in this process, in a shell of IPython without a kernel.

    What a kernel does beside it is left out; the outcome is the one of `run_notebook`, as a test
    holds. Figures and media are written below `place`, what is cached is kept there, too.
    """
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    from coursekit.pairing import read_source

    place.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "GENRELAB_CORPUS": str(corpus),
        "GENRELAB_FIGURES": str(place / "figures"),
        "GENRELAB_CACHE": str(place / "cache"),
        "GENRELAB_CHECKS": "",
        "GENRELAB_MINE": "",
        "GENRELAB_QUIET": "1",
        "GENRELAB_JOBS": "1",
        "MPLBACKEND": "agg",
    }
    begin, before = time.monotonic(), Path.cwd()
    (place / "pages").mkdir(exist_ok=True)
    os.chdir(place / "pages")
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(user_ns={})
    shell.history_manager.enabled = False
    state, reason, said = "done", "", []
    try:
        for cell in read_source(source).cells:
            if cell.cell_type != "code":
                continue
            with capture_output() as shown:
                ran = shell.run_cell(cell.source, store_history=True)
            said += [
                output.data["text/markdown"]
                for output in shown.outputs
                if "text/markdown" in output.data
            ]
            error = ran.error_before_exec or ran.error_in_exec
            if type(error).__name__ == "CorpusLacks":
                state, reason = "skipped", str(error)
                break
            if error is not None and "raises-exception" not in cell.metadata.get("tags", []):
                state = "failed"
                reason = f"{type(error).__name__}: {error}\n{where(error)}\n{cell.source[:300]}"
                break
    finally:
        os.chdir(before)
        close_figures()
        shell.reset(new_session=False)  # now, and not for all notebooks when the process ends
        atexit.unregister(shell.atexit_operations)
    return Ended(source.stem, state, reason, time.monotonic() - begin, "\n".join(said))


def where(error: BaseException) -> str:
    """Return the places in the package and in the cell that an error came from."""
    frames = traceback.extract_tb(error.__traceback__)
    return "\n".join("  "
                     f"{Path(f.filename).name}:{f.lineno} "
                     f"{f.line}" for f in frames if "IPython" not in f.filename)


def close_figures() -> None:
    from matplotlib import pyplot as plt

    plt.close("all")
