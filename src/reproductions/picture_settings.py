"""How much nearest neighbours depend on settings of the spectrogram and of the filters: Namgyal and
others, section 4.

The paper says that the metrics are somewhat sensitive to both and shows no number. Here one setting
at a time leaves what the published pictures have. All pictures are computed from the sound at hand,
so that what differs is the setting. Reference tracks are the train tracks; k is chosen on valid.

Lesson: 06. Record page: `docs/records/perceptual_distances.md`.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import joblib
import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from numba import njit
from scipy.ndimage import uniform_filter1d
from torch import Tensor

from genrelab.corpora import SAMPLE_RATE, read_audio
from genrelab.corpora.pictures import PICTURE_SHAPE
from genrelab.distances import kernels
from genrelab.distances.laplacian_pyramid import BLUR, NEIGHBOURS, combine
from genrelab.distances.structural_similarity import C1, C2, WEIGHTS, halve, weigh
from genrelab.evaluation import knn
from genrelab.evaluation.scores import confusion, weighted_f1
from genrelab.runtime import cached, code_version, parallel_cached, progress
from reproductions.provenance import computing_modules


class Spectrum(NamedTuple):
    """Settings of a mel spectrogram, by default those of the published pictures.

    Attributes
    ----------
    n_fft, hop, n_mels
        Samples in a frame and from one frame to the next; mel bands.
    depth
        How many decibels below the loudest value are black.
    """

    n_fft: int = 2048
    hop: int = 512
    n_mels: int = 128
    depth: float = 40.0


class Filters(NamedTuple):
    """Settings of NLPD: its low-pass filter, and a factor of σ, which keeps the division by
    neighbours finite; with an infinite one nothing is divided."""

    blur: tuple[float, ...] = BLUR
    sigma: float = 1.0


SPECTRA = {"as published": Spectrum(), "n_fft 1024": Spectrum(n_fft=1024),
           "n_fft 4096": Spectrum(n_fft=4096), "hop 2048": Spectrum(hop=2048),
           "64 mel bands": Spectrum(n_mels=64), "256 mel bands": Spectrum(n_mels=256),
           "80 dB deep": Spectrum(depth=80.0)}
"""One setting at a time. A smaller hop changes nothing: the pictures show every fourth frame."""

FILTERS = {"blur 1 4 6 4 1": Filters((1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)),
           "blur 1 2 1": Filters((0, 0.25, 0.5, 0.25, 0)), "σ a tenth": Filters(sigma=0.1),
           "σ tenfold": Filters(sigma=10.0), "not divided": Filters(sigma=np.inf)}

WINDOWS = (7, 11, 15)
"""Sides of flat windows of MS-SSIM, in pixels; the default is a Gaussian on 11."""

METRICS = {"mse": "MSE", "ms_ssim": "1−MS-SSIM", "nlpd": "NLPD"}

MADE_BY = code_version(sys.modules[__name__], kernels)

FAST = {"reassoc", "contract", "arcp", "nsz"}


def sensitivity(case: Any) -> None:
    """Record what each setting of the grid is worth, and judge the best and the worst by valid.

    Parameters
    ----------
    case
        See `reproductions.perceptual_distances.Case`.
    """
    rows = case.rows("train"), np.flatnonzero(case.split != "train")
    contents = case.study.music.contents()
    sounds = joblib.hash([contents[track].hash for track in case.tracks.index])
    found = {}
    for metric, setting, make in grid(case, *rows):
        content = {"sounds": sounds, "split": case.split.tolist(), "code": MADE_BY}
        distances = cached("picture_settings", make, metric=metric, setting=setting, **content)
        matrix = np.zeros((len(case.labels),) * 2)
        matrix[np.ix_(rows[1], rows[0])] = distances
        found[metric, setting] = case.neighbours(matrix)
    truth = case.labels[case.rows("test")]
    lines = {}
    for key, one in found.items():
        given = one.votes.argmax(axis=1)
        counts = confusion(truth, given, range(len(case.genres)))
        two = np.isin(np.array(case.genres)[given], ("blues", "classical")).mean()
        lines[METRICS[key[0]], key[1]] = {
            "k": int(one.k), "weighted F1, valid": one.curve.max(),
            "weighted F1, test": float(weighted_f1(counts[None])[0]), "blues or classical": two}
    table = pd.DataFrame(lines).T.rename_axis(["metric", "setting"])
    case.study.book.keep_table("06_settings", table.round(4))
    own = copy.copy(case)
    own.about = case.about | {"audio": case.study.music.audio_kind,
                              "modules": computing_modules(sensitivity, kernels, knn)}
    for metric in ("ms_ssim", "nlpd"):
        curves = {key: one.curve.max() for key, one in found.items() if key[0] == metric}
        for which, take in (("best", max), ("worst", min)):
            key = take(curves, key=curves.get)
            own.on_split(f"namgyal.sensitivity.{which}.{metric}", found[key].votes,
                         parameters={"setting": key[1], "k": int(found[key].k)})
    case.study.compare("namgyal", ["ff"], "sensitivity")


def grid(case: Any, references: np.ndarray, queries: np.ndarray
         ) -> Iterator[tuple[str, str, Callable[[], np.ndarray]]]:
    """Yield metric, setting and what computes the (n_queries, n_references) distances."""
    every = pictures(case)
    for name, images in zip(SPECTRA, every):
        parts = images[queries], images[references]
        yield "mse", name, partial(mse, *parts)
        yield "ms_ssim", name, partial(ms_ssim, *parts)
        by_level = lru_cache(partial(levels_apart, *parts, Filters()))
        yield "nlpd", name, partial(over_levels, by_level, len(NEIGHBOURS))
        for levels in range(1, len(NEIGHBOURS)) if name == "as published" else ():
            yield "nlpd", f"levels {levels}", partial(over_levels, by_level, levels)
    parts = every[0][queries], every[0][references]
    for name, filters in FILTERS.items():
        by_level = lru_cache(partial(levels_apart, *parts, filters))
        yield "nlpd", name, partial(over_levels, by_level, len(NEIGHBOURS))
    for window in WINDOWS:
        flat = lru_cache(partial(similarities, *parts, window))
        for scales in range(1, len(WEIGHTS) + 1):
            yield "ms_ssim", f"flat window {window}, scales {scales}", partial(
                over_scales, flat, scales)


# --- pictures -------------------------------------------------------------------------------------


def pictures(case: Any) -> np.ndarray:
    """Return the pictures of all tracks at each of `SPECTRA`, (n_settings, n, 216, 334) float32."""
    music = case.study.music
    contents = music.contents()
    keys = [{"content": contents[track].hash, "code": MADE_BY} for track in case.tracks.index]
    paths = [music.path(track) for track in case.tracks.index]
    found = parallel_cached("settings_pictures", _of_file, paths, keys, "pictures of settings")
    return np.stack(found, axis=1).astype(np.float32) / 255


def _of_file(path: Path) -> np.ndarray:
    y = read_audio(path)
    return np.stack([picture(y, setting) for setting in SPECTRA.values()])


def picture(y: np.ndarray, setting: Spectrum) -> np.ndarray:
    """Return the picture of a sound, (216, 334) uint8; see `features.pictures.picture_of_sound`,
    which it equals with the settings of the published pictures."""
    import librosa

    power = librosa.feature.melspectrogram(y=y, sr=SAMPLE_RATE, n_fft=setting.n_fft,
                                           hop_length=setting.hop, n_mels=setting.n_mels)
    decibels = librosa.amplitude_to_db(power, ref=np.max, top_db=2 * setting.depth)
    low, high = decibels.min(), decibels.max()
    scaled = (decibels - low) / max(high - low, np.finfo(np.float32).tiny)
    index = np.minimum(np.floor(scaled * 256), 255).astype(np.uint8)
    rows, columns = PICTURE_SHAPE
    n_mels, n_frames = index.shape
    band = np.floor(n_mels / 217.5 * np.arange(rows) + 0.86 * n_mels / 128).astype(int)
    frame = np.floor((np.arange(columns) + 2) * n_frames / 334.8).astype(int)
    return index[::-1][np.minimum(band, n_mels - 1)][:, np.minimum(frame, n_frames - 1)]


# --- distances of queries and references ----------------------------------------------------------


def mse(queries: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Return the mean squared errors, (n_queries, n_references)."""
    x, y = (torch.from_numpy(part).flatten(1) for part in (queries, references))
    return euclidean(x, y).square().numpy() / x.shape[1]


def euclidean(x: Tensor, y: Tensor) -> Tensor:
    """Return the Euclidean distances of vectors, (n_x, n_y) float64."""
    squares = sum(a.double() @ b.double().T for a, b in zip(x.split(8192, 1), y.split(8192, 1)))
    lengths = [part.double().square().sum(dim=1) for part in (x, y)]
    return (lengths[0][:, None] + lengths[1] - 2 * squares).clamp(min=0).sqrt()


def levels_apart(queries: np.ndarray, references: np.ndarray, filters: Filters) -> Tensor:
    """Return the share of each level in NLPD, (n_levels, n_queries, n_references)."""
    parts = []
    for images in (queries, references):
        batches = progress(torch.from_numpy(images)[:, None].split(4), "pyramids",
                           len(images) // 4)
        parts.append([torch.cat(level) for level in zip(*(pyramid(x, filters) for x in batches))])
    return torch.stack([euclidean(x, y) / x.shape[1] ** 0.5 for x, y in zip(*parts)])


def over_levels(by_level: Callable[[], Tensor], levels: int) -> np.ndarray:
    """Return NLPD in Hepburn's form over the first levels, (n_queries, n_references)."""
    return combine(by_level()[:levels], "hepburn").numpy()


def pyramid(x: Tensor, filters: Filters) -> list[Tensor]:
    """Return the responses of each level as vectors; see `distances.laplacian_pyramid`."""
    found = []
    for up, left, right, down, sigma in NEIGHBOURS:
        (halve_rows, blur_rows), (halve_columns, blur_columns) = (
            _octave(side, filters.blur) for side in x.shape[-2:])
        band = x - blur_rows @ x @ blur_columns.T
        if np.isfinite(filters.sigma):
            weights = x.new_tensor([[0, up, 0], [left, 0, right], [0, down, 0]])
            beside = F.conv2d(F.pad(band.abs(), (1, 1, 1, 1), mode="reflect"),
                              weights[None, None])
            band = band / (filters.sigma * sigma + beside)
        found.append(band.flatten(1))
        x = halve_rows @ x @ halve_columns.T
    return found


@lru_cache
def _octave(side: int, blur: tuple[float, ...]) -> tuple[Tensor, Tensor]:
    """Return one level along one axis as matrices: to the lower octave, to the blurred signal."""
    signals = torch.eye(side, dtype=torch.float64)[:, None]
    weights = signals.new_tensor(blur)[None, None]
    lower = F.conv1d(F.pad(signals, (1 + side % 2, 2), mode="reflect"), weights, stride=2)
    enlarged = F.interpolate(lower, side, mode="linear", align_corners=True)
    blurred = F.conv1d(F.pad(enlarged, (2, 2), mode="reflect"), weights)
    return lower[:, 0].T.float().contiguous(), blurred[:, 0].T.float().contiguous()


def ms_ssim(queries: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Return 1 − MS-SSIM with its usual window and scales, (n_queries, n_references): the tiles of
    `kernels.ms_ssim_matrix` that hold a query and a reference."""
    n, tile = len(references), kernels.TILE
    images = torch.from_numpy(np.concatenate([references, queries]))[:, None]
    factors = np.zeros((len(WEIGHTS), len(images), len(images)))
    with ThreadPoolExecutor(1) as pool:
        for scale, sums in enumerate(progress(factors, "MS-SSIM", len(WEIGHTS))):
            last = scale == len(WEIGHTS) - 1
            terms, windows = kernels.picture_terms(images[:, 0].numpy(), last, pool)
            for a in range(0, n, tile):
                for b in range(n // tile * tile, len(images), tile):
                    kernels._add_tile(*terms, a, b, tile, sums)
            sums /= windows
            images = halve(images)
    similar = weigh(torch.from_numpy(factors)).numpy()
    return 1 - similar[:n, n:].T


def similarities(queries: np.ndarray, references: np.ndarray, window: int) -> np.ndarray:
    """Return means over flat windows, (2, n_scales, n_queries, n_references): of contrast and
    structure, and of these times luminance."""
    found = np.zeros((2, len(WEIGHTS), len(queries), len(references)))
    parts = [torch.from_numpy(images)[:, None] for images in (queries, references)]
    for scale in progress(range(len(WEIGHTS)), f"flat windows of {window}", len(WEIGHTS)):
        if min(parts[0].shape[-2:]) >= window:
            images = [x[:, 0].numpy() for x in parts]
            local = [values for x in images for values in _local(x, window)]
            _add_flat(*images, window, *local, *found[:, scale])
        parts = [halve(x) for x in parts]
    return found


def over_scales(flat: Callable[[], np.ndarray], scales: int) -> np.ndarray:
    """Return 1 − MS-SSIM over the first scales, their weights scaled to the sum 1."""
    structure, whole = flat()
    weights = np.array(WEIGHTS[:scales]) / sum(WEIGHTS[:scales])
    factors = np.concatenate([structure[: scales - 1], whole[scales - 1 : scales]])
    return 1 - (factors.clip(0) ** weights[:, None, None]).prod(axis=0)


@njit(fastmath=FAST, error_model="numpy")
def _add_flat(queries, references, w, mean_x, var_x, mean_y, var_y, structure, whole):
    """Fill in the mean similarities of all pairs at one scale; sums run along columns and rows."""
    height, width = queries.shape[1:]
    rows, columns, area = height - w + 1, width - w + 1, np.float32(w * w)
    c1, c2 = np.float32(C1), np.float32(C2)
    column, product = np.empty(width, np.float32), np.empty(columns, np.float32)
    for a in range(len(queries)):
        for b in range(len(references)):
            x, y = queries[a], references[b]
            column[:] = 0
            for r in range(height):
                for j in range(width):
                    column[j] += x[r, j] * y[r, j]
                if r >= w:
                    for j in range(width):
                        column[j] -= x[r - w, j] * y[r - w, j]
                if r < w - 1:
                    continue
                s = np.float32(0)
                for j in range(w - 1):
                    s += column[j]
                for j in range(columns):
                    s += column[j + w - 1]
                    product[j] = s / area
                    s -= column[j]
                top = r - w + 1
                mx, my, vx, vy = mean_x[a, top], mean_y[b, top], var_x[a, top], var_y[b, top]
                first, second = np.float32(0), np.float32(0)
                for j in range(columns):
                    light = mx[j] * my[j]
                    cs = (2 * (product[j] - light) + c2) / (vx[j] + vy[j] + c2)
                    first += cs
                    second += cs * (2 * light + c1) / (mx[j] * mx[j] + my[j] * my[j] + c1)
                structure[a, b] += first
                whole[a, b] += second
            structure[a, b] /= rows * columns
            whole[a, b] /= rows * columns


def _local(images: np.ndarray, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and variance in flat windows."""
    height, width = (side - window + 1 for side in images.shape[1:])
    sums = []
    for values in (images, images.astype(np.float64) ** 2):
        for axis in (1, 2):
            values = uniform_filter1d(values, window, axis, np.float64, origin=-(window // 2))
        sums.append(values[:, :height, :width])
    return sums[0].astype(np.float32), (sums[1] - sums[0] ** 2).astype(np.float32)
