"""The 57 summary features: one librosa call for each, and ours, side by side; then whole corpora on
all cores.

    genrelab bench features

measures on GTZAN where $GENRELAB_GTZAN names its folder, else on the synthetic corpus. Times are of
this machine as it is now; the first line says how busy it was. Set $GENRELAB_BENCH_TRACKS=1000 to
measure the last table in full.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import librosa
import numpy as np
import pandas as pd
from joblib import cpu_count
from threadpoolctl import threadpool_limits

from genrelab.corpora import Corpus, load_corpus
from genrelab.features import feature_table, summary_features
from genrelab.features.summary import COLUMNS
from genrelab.runtime import parallel

TRACKS, TURNS, SAMPLE, ALL = 5, 5, 60, 1000


def main() -> None:
    """Print both tables."""
    os.environ["GENRELAB_QUIET"] = "1"
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start (an idle machine "
          "shows about 0)")
    folder = os.environ.get("GENRELAB_GTZAN", "")
    corpus = load_corpus(folder if folder and Path(folder).is_dir() else "synthetic")
    print(f"{corpus.name}, {len(corpus.tracks)} tracks ({corpus.audio_kind})\n")
    # both ways: tracks are worked on in parallel, so threads within one would be in the way
    with threadpool_limits(1):
        each = side_by_side(corpus)
    whole_corpora(corpus, each)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")


def side_by_side(corpus: Corpus) -> float:
    """Print the time of one sound both ways, one thread, and how far the numbers are apart.

    Returns
    -------
    float
        Our milliseconds for a track in both windows: thirty seconds once and three seconds ten
        times.
    """
    each = 0.0
    sounds = [
        corpus.audio(track)
        for track in corpus.tracks.index[:: len(corpus.tracks) // TRACKS][:TRACKS]
    ]
    print(f"one sound, one thread, {TRACKS} tracks, median of {TURNS} turns after a warm-up, ms of "
          "the processor")
    print("seconds    librosa       ours    ratio   largest relative difference")
    for seconds in (30, 3):
        cut = [y[len(y) // 2 :][: 3 * 22_050] if seconds == 3 else y for y in sounds]
        pairs = [(plain_features(y), summary_features(y)) for y in cut]  # the warm-up
        apart = pd.concat([((ours - theirs) / theirs).abs() for theirs, ours in pairs], axis=1).max(
            axis=1
        )
        theirs, ours = (median_ms(way, cut) for way in (plain_features, summary_features))
        line = (
            f"{seconds:7} {theirs:10.1f} {ours:10.1f} {theirs / ours:7.1f}×   {apart.max():.1e} "
            f"({apart.idxmax()})"
        )
        print(line, flush=True)
        each += ours * (1 if seconds == 30 else 10)
    return each


def plain_features(y: np.ndarray, sr: int = 22_050) -> pd.Series:
    """Return the 57 features by one call of librosa for each, every one of which makes its own
    spectrogram.

    The separation is called once, not once for each part, which would double the time. The ends are
    mirrored as in `summary_features`, so that the numbers can be compared.
    """
    of, given = librosa.feature, {"y": y, "sr": sr, "pad_mode": "reflect"}
    harmonic, percussive = librosa.effects.hpss(y, pad_mode="reflect")
    onsets = librosa.onset.onset_strength(**given, aggregate=np.median)
    described = {
        "chroma_stft": of.chroma_stft(**given),
        "rms": of.rms(y=y, pad_mode="reflect"),
        "spectral_centroid": of.spectral_centroid(**given),
        "spectral_bandwidth": of.spectral_bandwidth(**given),
        "rolloff": of.spectral_rolloff(**given),
        "zero_crossing_rate": of.zero_crossing_rate(y),
        "harmony": harmonic,
        "perceptr": percussive,
        **{f"mfcc{k}": row for k, row in enumerate(of.mfcc(**given), start=1)},
    }
    row = {
        f"{name}_{how}": getattr(x, how)(dtype=float)
        for name, x in described.items()
        for how in ("mean", "var")
    }
    row["tempo"] = of.tempo(onset_envelope=onsets, sr=sr)[0]
    return pd.Series(row, dtype=float)[list(COLUMNS)]


def median_ms(way: Callable, sounds: list[np.ndarray]) -> float:
    """Return the processor's milliseconds for one sound: the mean over sounds, the median over
    turns.

    Others who use the machine make the clock run on, but hardly the processor's time of a single
    thread.
    """
    turns = []
    for _ in range(TURNS):
        begin = time.process_time()
        for y in sounds:
            way(y)
        turns.append(1000 * (time.process_time() - begin) / len(sounds))
    return statistics.median(turns)


def whole_corpora(corpus: Corpus, each: float) -> None:
    """Print how long `feature_table` takes with an empty cache, reading the files included, and
    what it would idle."""
    n = min(int(os.environ.get("GENRELAB_BENCH_TRACKS", SAMPLE)), len(corpus.tracks))
    some = replace(
        corpus, tracks=corpus.tracks.iloc[np.linspace(0, len(corpus.tracks) - 1, n).astype(int)]
    )
    total = 0.0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GENRELAB_CACHE"] = folder
        begin = time.perf_counter()
        feature_table(replace(some, tracks=some.tracks.iloc[:4]))
        print(f"\n{cpu_count()} processes, started in {time.perf_counter() - begin:.1f} s; "
              f"feature_table of {n} tracks")
        for window in ("30s", "3s"):
            begin = time.perf_counter()
            table = feature_table(some, window)
            seconds = time.perf_counter() - begin
            total += seconds
            told = "" if n == ALL else f", hence {seconds * ALL / n:.0f} s for {ALL} tracks"
            print(f"{window:4} {len(table):6} rows in {seconds:6.1f} s{told}", flush=True)
    minutes = total * ALL / n / 60
    alone = ALL * each / 1000 / 60 / cpu_count()
    how = "measured" if n == ALL else "extrapolated"
    print(f"both windows, {ALL} tracks: {minutes:.1f} min {how}, {alone:.1f} by the table above "
          "(target 6, two cores)")
    workers = max(parallel(worker_memory, range(8 * cpu_count()), "memory"))
    print(f"peak memory: this process {worker_memory(0):.2f} GB, {cpu_count()} workers of "
          f"{workers:.2f} GB at most")


def worker_memory(_: int) -> float:
    """Return the most memory that this process has held, in GB (nan where the system does not
    tell)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e9


if __name__ == "__main__":
    main()
