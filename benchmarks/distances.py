"""All pairs of pictures by MSE, NLPD and MS-SSIM: the plain way and ours, side by side.

    genrelab bench distances

measures on GTZAN's pictures where $GENRELAB_GTZAN names its folder, else on blurred noise of the
same size. Times are of this machine as it is now; the first line says how busy it was.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytorch_msssim
import torch

from genrelab.corpora import load_corpus
from genrelab.corpora.pictures import PICTURE_SHAPE
from genrelab.distances import ms_ssim, mse, nlpd, pairwise

ALL = 929
GROWTH = (250, 500, ALL)
SAMPLE, BATCH, TURNS = 32, 8, 5


def main() -> None:
    """Print the table."""
    os.environ["GENRELAB_QUIET"] = "1"
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start (an idle machine "
          "shows about 0)")
    images, kind = pictures()
    print(f"{len(images)} pictures of {images.shape[1]}×{images.shape[2]}, {kind}\n")
    rng = np.random.default_rng(0)
    first = rng.choice(len(images), SAMPLE, replace=False)
    second = (first + rng.integers(1, len(images), SAMPLE)) % len(images)
    x, y = torch.from_numpy(images[first]), torch.from_numpy(images[second])

    print(f"the plain way, {SAMPLE} pairs, median of {TURNS} after a warm-up, ms a pair")
    plain = {
        "mse": best("MSE", mse, x, y, "torch"),
        "nlpd": best("NLPD", nlpd, x, y, "torch"),
        "ms_ssim": best("MS-SSIM", peer, x, y, "pytorch-msssim"),
    }
    reference = {"mse": mse(x, y), "nlpd": nlpd(x, y), "ms_ssim": 1 - peer(x, y)}
    own = {"ms_ssim": 1 - ms_ssim(x, y)}
    print("our MS-SSIM of single pairs differs by at most "
          f"{(own['ms_ssim'] - reference['ms_ssim']).abs().max():.1e}\n")

    print("ours, all pairs, in a process of its own (compiling included)")
    print("metric   pictures    pairs       s   µs a pair   peak GB   plain way    ratio   largest "
          "difference")
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "images.npy"
        np.save(kept, images)
        for metric in plain:
            for n in sorted({min(n, len(images)) for n in GROWTH}):
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as child:
                    seconds, peak, matrix = child.submit(measured, str(kept), n, metric).result()
                pairs = n * (n - 1) // 2
                line = (
                    f"{metric:8} {n:8} {pairs:8} {seconds:7.2f} {seconds / pairs * 1e6:11.1f} "
                    f"{peak:9.2f}"
                )
                line += f" {plain[metric] * pairs:9.0f} s {plain[metric] * pairs / seconds:7.0f}×"
                if n == len(images):
                    line += (
                        f"   {np.abs(matrix[first, second] - reference[metric].numpy()).max():.1e}"
                    )
                print(line, flush=True)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")


def pictures() -> tuple[np.ndarray, str]:
    """Return (n, 216, 334) float32 pictures and where they come from."""
    folder = os.environ.get("GENRELAB_GTZAN", "")
    if folder and Path(folder).is_dir():
        corpus = load_corpus(folder)
        tracks = corpus.tracks.index[corpus.tracks["split"] != "removed"]
        return np.stack(
            [p for track in tracks if (p := corpus.picture(track)) is not None]
        ), "GTZAN, fault-filtered"
    from scipy.ndimage import gaussian_filter

    rng = np.random.default_rng(0)
    images = np.empty((ALL, *PICTURE_SHAPE), np.float32)
    for image in images:
        noise = rng.normal(size=PICTURE_SHAPE)
        detail = sum(size * gaussian_filter(noise, size) for size in (1, 4, 16)) + rng.normal(
            0, 0.5
        )
        image[:] = 1 / (1 + np.exp(-2 * detail))
    return images, "blurred noise (set GENRELAB_GTZAN for real ones)"


def peer(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return MS-SSIM by pytorch-msssim."""
    return pytorch_msssim.ms_ssim(x[:, None], y[:, None], data_range=1.0, size_average=False)


def best(name: str, metric: Callable, x: torch.Tensor, y: torch.Tensor, library: str) -> float:
    """Print how long a pair takes in each setting, and return the seconds of the fastest."""
    found = {}
    threads = torch.get_num_threads()
    for count in sorted({1, threads}):
        torch.set_num_threads(count)
        for size, way in (
            (1, "pair by pair"),
            (BATCH, f"batches of {BATCH}"),
            (SAMPLE, f"batches of {SAMPLE}"),
        ):

            def run(size=size):
                for start in range(0, SAMPLE, size):
                    metric(x[start : start + size], y[start : start + size])

            found[f"{way}, {count} thread{'s' * (count > 1)}"] = median_seconds(run) / SAMPLE
    torch.set_num_threads(threads)
    fastest = min(found, key=found.get)
    for setting, seconds in found.items():
        print(f"{name:8} {library:15} {setting:25} "
              f"{seconds * 1e3:7.2f}{'   the best' * (setting == fastest)}")
    return found[fastest]


def median_seconds(run: Callable[[], None]) -> float:
    """Return the median of five runs after one that is not counted."""
    seconds = []
    with torch.no_grad():
        for _ in range(TURNS + 1):
            begin = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds[1:])


def measured(kept: str, n: int, metric: str) -> tuple[float, float, np.ndarray]:
    """Return seconds, peak memory of this process in GB, and the distances of the first n
    pictures."""
    images = np.load(kept)[:n].copy()
    begin = time.perf_counter()
    matrix = pairwise(images, metric)
    return time.perf_counter() - begin, peak_memory(), matrix


def peak_memory() -> float:
    """Return the most memory that this process has held, in GB."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage says on Linux includes the parent's memory before exec
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e9
    return (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        * (1 if sys.platform == "darwin" else 1024)
        / 1e9
    )


if __name__ == "__main__":
    main()
