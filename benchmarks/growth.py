"""How seconds and memory grow with the number of tracks, and what 100 000 tracks would cost (an
extrapolation).

    genrelab bench growth

Costs of all pairs are measured on 250, 1000 and 4000 pieces of ten seconds. They are cut from the
corpus that $GENRELAB_CORPUS names, else from the synthetic one; those beyond the number of tracks
have another cut and pitch. Costs of each track are measured on 25, 50 and 100 whole tracks.
$GENRELAB_BENCH_SIZES=50,100,200 sets other sizes in pieces. $GENRELAB_BENCH_KEEP=1 writes the
measurements to `benchmarks/growth.csv` and their sum to `docs/scaling.md`.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import torch
from joblib import cpu_count
from scipy.optimize import nnls
from threadpoolctl import threadpool_limits

from genrelab.corpora import SAMPLE_RATE, Corpus, load_corpus
from genrelab.corpora.pictures import PICTURE_SHAPE
from genrelab.distances import pairwise
from genrelab.distances.structural_similarity import WEIGHTS, halve
from genrelab.evaluation.neighbourhoods import nearest_rows
from genrelab.features import feature_table, mel_pictures
from genrelab.features.fingerprints import BANDS, HOP, best_shifts, fingerprint
from genrelab.features.pictures import picture_of_sound
from genrelab.runtime import generator, parallel

PIECES, TRACKS, FAR = (250, 1000, 4000), (25, 50, 100), 100_000
SECONDS = 10
WHOLE, EVERY = 1000, 50
"""MS-SSIM: up to so many pictures all pairs are computed, beyond one row of tiles of pairs in so
many."""

SHAPES = {"pictures": PICTURE_SHAPE, "prints": (BANDS, 1 + SECONDS * SAMPLE_RATE // HOP)}
KINDS = {"pictures": np.float32, "prints": np.float16}

KEPT = Path(__file__).with_name("growth.csv")
PAGE = Path(__file__).parents[1] / "docs" / "scaling.md"
TABLE = re.compile(r"(?<=<!-- table: begin -->\n).*(?=<!-- table: end -->)", re.DOTALL)


def main() -> None:
    """Print the table, and keep it where that is asked for."""
    os.environ["GENRELAB_QUIET"] = "1"
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start (an idle machine "
          "shows about 0)")
    sizes = [
        int(size) for size in os.environ.get("GENRELAB_BENCH_SIZES", "").split(",") if size
    ] or PIECES
    found = measurements(sizes, TRACKS)
    print(f"\n{FAR} tracks, extrapolated\n{summary(found)}")
    if os.environ.get("GENRELAB_BENCH_KEEP") == "1":
        found.to_csv(KEPT, index=False, lineterminator="\n")
        PAGE.write_text(
            TABLE.sub(summary(found), PAGE.read_text(encoding="utf-8")), encoding="utf-8"
        )
    print(f"load {os.getloadavg()[0]:.1f} at the end")


# --- measuring ------------------------------------------------------------------------------------


def measurements(
    pieces: Sequence[int], tracks: Sequence[int], costs: Sequence[str] = ()
) -> pd.DataFrame:
    """Measure costs, each in a process of its own.

    Parameters
    ----------
    pieces
        Numbers of pieces for the costs of all pairs.
    tracks
        Numbers of tracks for the costs of each track.
    costs
        Names out of `COSTS`; by default all.

    Returns
    -------
    pandas.DataFrame
        One row a measurement: `cost`, `power` (1 for a cost of each track, 2 for one of all pairs),
        `tracks`, `seconds` of the clock, `core_seconds` of all threads, `mb` of memory beyond what
        the process held before, and `share` of the pairs that were computed; seconds are those of
        all pairs, also where a share was.
    """
    corpus = load_corpus()
    print(f"{corpus.name}, {len(corpus.tracks)} tracks; pieces of {SECONDS} s", flush=True)
    print(f"{'cost':28}   tracks   seconds   core seconds       MB   share of pairs", flush=True)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        make_pieces(corpus, max(pieces), Path(folder))
        for cost in costs or COSTS:
            power, way = COSTS[cost]
            for n in tracks if power == 1 else pieces:
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as child:
                    rows.append(
                        {
                            "cost": cost,
                            "power": power,
                            "tracks": n,
                            **child.submit(way, folder, n).result(),
                        }
                    )
                row = rows[-1]
                line = (
                    f"{cost:28} {n:8} {row['seconds']:9.2f} {row['core_seconds']:14.2f} "
                    f"{row['mb']:8.0f}"
                )
                print(f"{line} {row['share']:16.1%}" if power == 2 else line, flush=True)
    return pd.DataFrame(rows)


def make_pieces(corpus: Corpus, n: int, folder: Path) -> None:
    """Write pictures and fingerprints of n pieces into a folder."""
    paths = [corpus.path(track) for track in corpus.tracks.index]
    made = parallel(partial(piece, paths=paths), range(n), "pieces")
    for name, arrays in zip(SHAPES, zip(*made)):
        with open(folder / name, "wb") as file:
            for array in arrays:
                assert array.shape == SHAPES[name]
                array.tofile(file)


def piece(number: int, paths: list[Path]) -> tuple[np.ndarray, np.ndarray]:
    """Return picture and fingerprint of a piece; pieces beyond the number of tracks have another
    pitch."""
    import soundfile

    rng = generator(number, "growth")
    path = paths[number % len(paths)]
    speed = 2 ** (rng.uniform(-2, 2) / 12) if number >= len(paths) else 1.0
    length = int(SECONDS * SAMPLE_RATE * speed) + 2
    frames = soundfile.info(path).frames
    start = int(rng.integers(0, max(1, frames - length)))
    y, _ = soundfile.read(path, length, start, dtype="float32", always_2d=True)
    y = y.mean(axis=1)
    y = np.interp(np.arange(SECONDS * SAMPLE_RATE) * speed, np.arange(len(y)), y).astype(np.float32)
    with threadpool_limits(1):
        return picture_of_sound(y), fingerprint(y)


class Meter:
    """Adds up what parts of some work take in this process; its memory is counted from when the
    meter was made."""

    def __init__(self) -> None:
        forget_peak()
        self.before = memory("VmRSS")
        self.spent = np.zeros(2)

    @contextmanager
    def running(self, scale: float = 1.0) -> Iterator[None]:
        """Count the block, as often as `scale` says."""
        with threadpool_limits(1):  # waiting threads of BLAS would count as work
            begin = np.array([time.perf_counter(), time.process_time()])
            yield
            self.spent += scale * (np.array([time.perf_counter(), time.process_time()]) - begin)

    def result(self, share: float = 1.0, more_mb: float = 0.0) -> dict:
        """Return the sums as a row of the table."""
        seconds, core_seconds = np.maximum(self.spent, 1e-6).round(6).tolist()
        mb = round(max(memory("VmHWM") - self.before, 0.1) + more_mb, 1)
        return {"seconds": seconds, "core_seconds": core_seconds, "mb": mb, "share": share}


def first(folder: str, name: str, n: int) -> np.ndarray:
    """Return the first n pictures or fingerprints; read, not mapped, because mapped pages would
    count as memory."""
    shape, kind = SHAPES[name], KINDS[name]
    return np.fromfile(Path(folder) / name, kind, n * int(np.prod(shape))).reshape(n, *shape)


def measured(work: Callable[[], object]) -> dict:
    """Return what some work takes."""
    meter = Meter()
    with meter.running():
        work()
    return meter.result()


def memory(field: str) -> float:
    """Return the memory that this process holds (`VmRSS`) or has held at most (`VmHWM`), in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith(field))
        return int(line.split()[1]) * 1024 / 1e6
    import resource  # Windows has none

    return (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        * (1 if sys.platform == "darwin" else 1024)
        / 1e6
    )


def forget_peak() -> None:
    """Let `VmHWM` begin anew, where the system can do that."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


# --- the costs ------------------------------------------------------------------------------------


def of_tracks(kind: str, folder: str, n: int) -> dict:
    """Measure a loop over whole tracks in one process, reading the files included, with an empty
    cache."""
    corpus = load_corpus()
    some = replace(
        corpus, tracks=corpus.tracks.iloc[np.linspace(0, len(corpus.tracks) - 1, n).astype(int)]
    )
    works = {
        "decoding": lambda corpus: corpus.contents(),
        "features": feature_table,
        "pictures": lambda corpus: mel_pictures(corpus, corpus.tracks.index),
    }
    os.environ["GENRELAB_JOBS"] = "1"
    os.environ.pop("GENRELAB_PARALLEL", None)
    with tempfile.TemporaryDirectory(dir=folder) as cache:
        os.environ["GENRELAB_CACHE"] = cache
        works[kind](replace(corpus, tracks=corpus.tracks.iloc[-1:]))  # the warm-up
        for file in Path(cache).rglob("*.joblib"):
            file.unlink()
        return measured(lambda: works[kind](some))


def of_pairs(metric: str, folder: str, n: int) -> dict:
    """Measure all pairs of pictures by MSE, NLPD or MS-SSIM."""
    pairwise(first(folder, "pictures", 2), metric)  # compiles
    if metric == "ms_ssim" and n > WHOLE:
        return _some_tiles(folder, n)
    return measured(lambda: pairwise(first(folder, "pictures", n), metric))


def _some_tiles(folder: str, n: int) -> dict:
    """Measure MS-SSIM on some rows of tiles of pairs, and what belongs to single pictures on all of
    them."""
    from genrelab.distances import kernels

    rows = range(0, n, kernels.TILE)
    rows = rows[min(EVERY, len(rows)) // 2 :: EVERY]
    tiles = [(a, b) for a in rows for b in range(a, n, kernels.TILE)]
    pairs = sum(n - 1 - i for a in rows for i in range(a, min(a + kernels.TILE, n)))
    share = pairs / (n * (n - 1) / 2)
    meter = Meter()
    sums = np.zeros((n, n))
    with ThreadPoolExecutor(cpu_count()) as pool:
        with meter.running():
            # held to the end, as the caller of `pairwise` does
            images = first(folder, "pictures", n)
            scaled = torch.from_numpy(images)[:, None]
        for scale in range(len(WEIGHTS)):
            with meter.running():
                terms, _ = kernels.picture_terms(
                    scaled[:, 0].numpy(), scale == len(WEIGHTS) - 1, pool
                )
            with meter.running(1 / share):
                add = partial(_add, kernels, terms, sums)
                list(pool.map(add, tiles))
            with meter.running():
                scaled = halve(scaled)
    # one matrix a scale, of which little was touched here
    return meter.result(share, len(WEIGHTS) * sums.nbytes / 1e6)


def _add(kernels: ModuleType, terms: tuple, sums: np.ndarray, tile: tuple[int, int]) -> None:
    kernels._add_tile(*terms, *tile, kernels.TILE, sums)


def of_fingerprints(folder: str, n: int) -> dict:
    """Measure the search for near copies: every fingerprint against every other at every shift."""
    return measured(lambda: best_shifts(list(first(folder, "prints", n))))


def of_codes(folder: str, n: int) -> dict:
    """Measure the ten nearest neighbours of codes of 216 numbers: the mean of each row of a
    picture."""
    codes = first(folder, "pictures", n).mean(axis=2)
    return measured(lambda: nearest_rows(codes, 10))


COSTS: dict[str, tuple[int, Callable[[str, int], dict]]] = {
    "decode and hash": (1, partial(of_tracks, "decoding")),
    "57 features of 30 s": (1, partial(of_tracks, "features")),
    "log-mel pictures": (1, partial(of_tracks, "pictures")),
    "all pairs by MSE": (2, partial(of_pairs, "mse")),
    "all pairs by NLPD": (2, partial(of_pairs, "nlpd")),
    "all pairs by MS-SSIM": (2, partial(of_pairs, "ms_ssim")),
    "near copies of 10 s": (2, of_fingerprints),
    "10 nearest of 216 numbers": (2, of_codes),
}
"""Of each cost, whether it is one of each track (1) or of all pairs (2), and how it is measured."""


# --- what follows ---------------------------------------------------------------------------------


def exponent(tracks: Sequence[float], values: Sequence[float]) -> float:
    """Return the slope of a line through the logarithms: 1 for what grows with the tracks, 2 with
    their square."""
    return float(np.polyfit(np.log(tracks), np.log(values), 1)[0])


def extrapolated(tracks: Sequence[float], values: Sequence[float], power: int, n: float) -> float:
    """Return what n tracks would take by the best sum of a constant, a part for each track and one
    for each pair.

    A single power would not do: at sizes that can be measured, the part of the tracks hides that of
    the pairs. No part is negative, and all measurements weigh the same, in per cent. Of memory the
    peak is measured, which falls where the single tracks are held as long as these need most; what
    comes later and grows faster is not seen: hence "at least".
    """
    parts = np.asarray(tracks, float)[:, None] ** np.arange(power + 1)
    largest = parts.max(axis=0)
    weights = np.asarray(values, float)[:, None]
    found, _ = nnls(parts / largest / weights, np.ones(len(parts)))
    return float((found / largest) @ float(n) ** np.arange(power + 1))


def summary(found: pd.DataFrame, n: int = FAR) -> str:
    """Return the measurements of the largest size, their growth and what n tracks would cost, as a
    table in Markdown.

    Parameters
    ----------
    found
        As `measurements` returns them.
    n
        Number of tracks.
    """
    lines = [
        f"| cost | tracks measured | core seconds for the most | grows as | {n} tracks: core hours "
        "| GB, at least |",
        "|---|---|---|---|---|---|",
    ]
    for cost, rows in found.groupby("cost", sort=False):
        power = int(rows["power"].iloc[0])
        hours = extrapolated(rows["tracks"], rows["core_seconds"], power, n) / 3600
        gigabytes = extrapolated(rows["tracks"], rows["mb"], power, n) / 1000
        measured_at = ", ".join(str(size) for size in rows["tracks"])
        growth = exponent(rows["tracks"], rows["core_seconds"])
        last = rows["core_seconds"].iloc[-1]
        lines.append(f"| {cost} | {measured_at} | {last:.1f} | n^{growth:.2f} | {hours:.3g} | "
                     f"{gigabytes:.3g} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
