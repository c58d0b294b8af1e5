"""The same take twice, though no sample is the same: found by spectra at every shift, confirmed by
the waveform."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import fft

from genrelab.corpora import SAMPLE_RATE, AudioError, Corpus, audio, read_audio
from genrelab.runtime import cached, code_version, parallel_cached, progress

BANDS, N_FFT, HOP = 32, 2048, 1024
LOWEST, HIGHEST = 100.0, 6000.0
"""Hertz: hum lies below, and what coders leave out above."""

SMOOTHING = 21
"""Frames (1 s) whose mean is taken off: what stays is what happens, not what the sound is like."""

LEAST_OVERLAP = 1 / 3
"""Share of the shorter track in which two must run side by side."""

ALIKE = 0.4
"""Correlation of spectra from which a pair is looked at closely."""

CONFIRMED = 0.17
"""Correlation of waveforms that each of a dozen seconds must reach. In GTZAN and in the synthetic
corpus, pairs above `ALIKE` reach 0.23 and more if they are one take, and 0.14 at most if not: loops
and versions agree in some seconds only."""

PIECES = 12
SLACK = SAMPLE_RATE // 10
"""Samples by which each second may lie elsewhere: tapes and records run at slightly different
speeds."""

SILENT = 1e-6
"""Share of a sound's mean power below which a second counts as silent."""

LONGEST = 120
"""Seconds of a track that are looked at: all tracks against all need memory for as much of every
one."""

COLUMNS = ["track", "copy", "offset", "spectra", "waveform"]


def fingerprint(y: np.ndarray) -> np.ndarray:
    """Return what happens in a sound: (32, n_frames) float16, 21.5 frames a second, of mean square
    about 1.

    Parameters
    ----------
    y
        (n_samples,) at 22 050 Hz, of any length and level.

    Notes
    -----
    Logarithm of 32 mel bands from 100 to 6000 Hz, each less its mean over the second around, and
    each frame less its mean over bands: neither level nor tone control change it much. Silence
    gives zeros.

    Notebook: 09.
    """
    import librosa

    y = np.pad(y[: LONGEST * SAMPLE_RATE], (0, max(0, N_FFT - len(y))))
    power = np.abs(librosa.stft(y, n_fft=N_FFT, hop_length=HOP)) ** 2
    levels = np.log(_filters() @ power + 1e-8)
    padded = np.pad(levels, ((0, 0), (SMOOTHING // 2 + 1, SMOOTHING // 2)), mode="edge")
    sums = np.cumsum(padded, axis=1, dtype=np.float64)
    moving = levels - (sums[:, SMOOTHING:] - sums[:, :-SMOOTHING]) / SMOOTHING
    moving -= moving.mean(axis=0)
    spread = moving.std()
    return (moving / spread if spread > 1e-3 else np.zeros_like(moving)).astype(np.float16)


def best_shifts(prints: list[np.ndarray], least: float = ALIKE) -> pd.DataFrame:
    """Hold every fingerprint against every other at every shift.

    Parameters
    ----------
    prints
        Of `fingerprint`.
    least
        Pairs below this correlation are not returned.

    Returns
    -------
    pandas.DataFrame
        One row a pair: places `first` and `second`, `offset` (seconds: how much later the same
        moment stands in the second) and `spectra`, the correlation over their overlap.

    Notes
    -----
    A thousand tracks take about 20 s on one core, and the time grows with the square of their
    number.

    Notebook: 09.
    """
    lengths = np.array([each.shape[1] for each in prints])
    longest = int(lengths.max(initial=0))
    stacked = np.zeros((len(prints), BANDS, longest), np.float32)
    for place, each in enumerate(prints):
        stacked[place, :, : each.shape[1]] = each
    energy = np.pad(np.cumsum((stacked.astype(np.float64) ** 2).sum(axis=1), axis=1),
                    ((0, 0), (1, 0)))
    size = fft.next_fast_len(max(2 * longest, 1))
    spectra = fft.rfft(stacked, size, axis=2).astype(np.complex64)
    lags = np.arange(-longest + 1, longest)
    found = []
    for first in progress(range(len(prints) - 1), "fingerprints", len(prints) - 1):
        rest = slice(first + 1, None)
        products = np.einsum("bf,nbf->nf", spectra[first].conj(), spectra[rest], optimize=False)
        sums = fft.irfft(products, size, axis=1)[:, lags]
        begin = np.maximum(0, -lags)
        end = np.minimum(lengths[first], lengths[rest, None] - lags)
        overlap = end - begin
        end = np.maximum(end, begin).clip(max=longest)
        own = energy[first][end] - energy[first][begin]
        other = np.take_along_axis(energy[rest], end + lags, 1) - energy[rest][:, begin + lags]
        enough = overlap >= LEAST_OVERLAP * np.minimum(lengths[first], lengths[rest, None])
        scale = np.sqrt(np.maximum(own * other, 0))
        correlation = np.where(enough & (scale > 1e-6), sums / np.maximum(scale, 1e-6), -1)
        best = correlation.argmax(axis=1)
        value = correlation[np.arange(len(best)), best]
        for place in np.flatnonzero(value >= least):
            found.append(
                (first, first + 1 + place, lags[best[place]] * HOP / SAMPLE_RATE, value[place]))
    return pd.DataFrame(found, columns=["first", "second", "offset", "spectra"])


def aligned_correlation(first: np.ndarray, second: np.ndarray, offset: float) -> np.ndarray:
    """Return how well the waveforms of two sounds agree, second by second, (12,) from 0 to 1.

    Parameters
    ----------
    first, second
        (n_samples,) at 22 050 Hz.
    offset
        Seconds by which the same moment stands later in `second`, to within a tenth; negative for
        earlier.

    Returns
    -------
    numpy.ndarray
        Largest absolute correlation (polarity may be reversed) of each of twelve seconds within a
        tenth of a second of its place. Seconds in which both are silent are left out, for they say
        nothing; empty where fewer than 1.3 seconds overlap.

    Notes
    -----
    Notebook: 09.
    """
    lag = round(offset * SAMPLE_RATE)
    low, high = max(0, -lag) + SLACK, min(len(first), len(second) - lag) - SAMPLE_RATE - SLACK
    if high <= low:
        return np.zeros(0)
    agreed = []
    silent = [SILENT * SAMPLE_RATE * float(np.mean(y.astype(np.float64) ** 2))
              for y in (first, second)]
    for start in np.linspace(low, high, PIECES).astype(int):
        piece = first[start : start + SAMPLE_RATE].astype(np.float64)
        around = second[start + lag - SLACK : start + lag + SAMPLE_RATE + SLACK].astype(np.float64)
        if (piece**2).sum() <= silent[0] and (around**2).sum() <= silent[1]:
            continue
        piece -= piece.mean()
        size = fft.next_fast_len(len(around) + SAMPLE_RATE)
        sums = fft.irfft(fft.rfft(around, size) * fft.rfft(piece, size).conj(),
                         size)[: 2 * SLACK + 1]
        squares = np.concatenate([[0], np.cumsum(around**2)])
        scale = np.sqrt((squares[SAMPLE_RATE:] - squares[:-SAMPLE_RATE]) * (piece**2).sum())
        agreed.append(np.abs(sums / np.maximum(scale, 1e-9)).max())
    return np.array(agreed)


def near_copies(corpus: Corpus, confirmed_only: bool = True) -> pd.DataFrame:
    """Find tracks that hold the same take though their samples differ: cut elsewhere, re-coded, off
    the radio.

    Parameters
    ----------
    corpus
        Whose tracks; those that cannot be decoded are left out.
    confirmed_only
        False returns the pairs with similar spectra that the waveform did not confirm, too.

    Returns
    -------
    pandas.DataFrame
        One row a pair: `track` and `copy`, `offset` (seconds by which the same moment stands later
        in the copy), `spectra` (correlation of fingerprints) and `waveform` (that of the weakest of
        twelve seconds); most alike first. Exact copies are no near copies.

    Notes
    -----
    Kept in the cache under the content of all tracks. Notebook: 09.
    """
    sounds = {track: found.hash
              for track, found in corpus.contents().items() if not isinstance(found, AudioError)}
    members: dict[str, list[str]] = {}
    for track, sound in sorted(sounds.items()):
        members.setdefault(sound, []).append(track)
    key = {"sounds": sorted(members), "code": _code()}

    def work() -> list[tuple[str, str, float, float, float]]:
        ordered = sorted(members)
        paths = {sound: corpus.path(members[sound][0]) for sound in ordered}
        keys = [{"content": sound, "code": _code()} for sound in ordered]
        prints = parallel_cached(
            "fingerprints", _of_file, list(paths.values()), keys, "fingerprints")
        found = []
        for pair in best_shifts(prints).itertuples():
            one, other = ordered[pair.first], ordered[pair.second]
            agreed = aligned_correlation(
                read_audio(paths[one]), read_audio(paths[other]), pair.offset)
            weakest = float(agreed.min()) if len(agreed) else 0.0
            found.append((one, other, float(pair.offset), float(pair.spectra), weakest))
        return found

    rows = []
    pairs = cached("near_copies", work, **key) if len(members) > 1 else []
    for one, other, offset, spectra, waveform in pairs:
        if waveform >= CONFIRMED or not confirmed_only:
            for a in members[one]:
                for b in members[other]:
                    pair = (a, b, offset) if a < b else (b, a, -offset)
                    rows.append((*pair, spectra, waveform))
    table = pd.DataFrame(rows, columns=COLUMNS).round({"offset": 2, "spectra": 3, "waveform": 3})
    table["offset"] += 0.0  # no minus before nothing
    return table.sort_values(["spectra", "track", "copy"], ascending=[False, True, True],
                             ignore_index=True)


def _of_file(path: Path) -> np.ndarray:
    return fingerprint(read_audio(path))


@lru_cache
def _filters() -> np.ndarray:
    import librosa

    return librosa.filters.mel(sr=SAMPLE_RATE, n_fft=N_FFT, n_mels=BANDS, fmin=LOWEST, fmax=HIGHEST)


@lru_cache
def _code() -> str:
    return f"{code_version(sys.modules[__name__], audio)} librosa {version('librosa')}"
