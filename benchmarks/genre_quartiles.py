"""How GTZAN's genres sound, as quartiles: what the course's band is mixed and arranged by.

    GENRELAB_GTZAN=path/to/gtzan python benchmarks/genre_quartiles.py --write

measures the train part of the fault-filtered split alone, prints the table, and with `--write`
keeps it in `src/synthband/genre_quartiles.csv`. No track of the valid or test part is looked at.
"""

import os
import sys
from functools import partial
from itertools import pairwise

import librosa
import numpy as np
import pandas as pd
from numpy.linalg import norm

from genrelab.corpora import SAMPLE_RATE, load_corpus
from genrelab.features.hpss import harmonic_mask
from genrelab.runtime import code_version, parallel_cached, project_root

TABLE = project_root() / "src" / "synthband" / "genre_quartiles.csv"
N_FFT, HOP = 2048, 512
EDGES = 32 * 2 ** (np.arange(17) / 2)  # Hz; above 8 kHz GTZAN's copies as MP3 hold nothing
LOW = 150  # Hz
HEAD = """\
# How the tracks of each genre of GTZAN sound (train part of the fault-filtered split alone).
# Written by benchmarks/genre_quartiles.py, which says how each is measured.
"""


def measure(y):
    """What the quartiles are taken of, for one sound.

    ``tone_N`` is the level of the half octave that begins at N Hz, in dB below all from 32 Hz to
    8 kHz; ``crest`` the peak above the RMS, and ``range`` the distance of the 10th and the 95th
    percentile of the levels of 0.4 s, dB; ``low`` the share of power below 150 Hz; ``onsets`` the
    notes that begin in a second; ``tempo`` beats a minute; ``harmonic`` how far what
    lasts lies above what is struck, dB; ``jump`` the largest step from one sample to the next, as a
    multiple of the RMS.
    """
    spectrum = np.abs(librosa.stft(y, n_fft=N_FFT, hop_length=HOP))
    power = (spectrum**2).mean(axis=1)
    hertz = librosa.fft_frequencies(sr=SAMPLE_RATE, n_fft=N_FFT)
    octaves = [power[(hertz >= a) & (hertz < b)].sum() for a, b in pairwise(EDGES)]
    tone = 10 * np.log10(np.array(octaves) / sum(octaves) + 1e-9)
    row = {f"tone_{round(edge)}": level for edge, level in zip(EDGES, tone)}
    rms = np.sqrt((y**2).mean())
    frame = round(0.4 * SAMPLE_RATE)
    frames = y[: len(y) // frame * frame].reshape(-1, frame)
    levels = 10 * np.log10((frames**2).mean(axis=1) + 1e-12)
    lasting = harmonic_mask(spectrum)
    mel = librosa.power_to_db(librosa.feature.melspectrogram(S=spectrum**2, sr=SAMPLE_RATE))
    strength = librosa.onset.onset_strength(S=mel, sr=SAMPLE_RATE)
    even = librosa.onset.onset_strength(S=mel, sr=SAMPLE_RATE, aggregate=np.median)
    begins = librosa.onset.onset_detect(onset_envelope=strength, sr=SAMPLE_RATE)
    return row | {
        "crest": 20 * np.log10(np.abs(y).max() / rms),
        "range": np.percentile(levels, 95) - np.percentile(levels, 10),
        "low": power[(hertz >= EDGES[0]) & (hertz < LOW)].sum() / sum(octaves),
        "onsets": len(begins) * SAMPLE_RATE / len(y),
        "tempo": librosa.feature.tempo(onset_envelope=even, sr=SAMPLE_RATE)[0],
        "harmonic": 20 * np.log10(norm(lasting * spectrum) / norm((1 - lasting) * spectrum)),
        "jump": np.abs(np.diff(y)).max() / rms,
    }


def measures(corpus, tracks):
    """Measure some tracks of a corpus, one row each; what is measured once is kept."""
    key = {"code": code_version(measure), "librosa": librosa.__version__}
    keys = [{"content": corpus.contents()[track].hash, **key} for track in tracks]
    work = partial(_measure, corpus)
    rows = parallel_cached("sounds_like", work, list(tracks), keys, "measuring")
    return pd.DataFrame(rows, tracks)


def _measure(corpus, track):
    return measure(corpus.audio(track))


def real_music():
    """Return GTZAN, which the environment names."""
    if not os.environ.get("GENRELAB_GTZAN"):
        sys.exit("Set GENRELAB_GTZAN to a folder of GTZAN.")
    return load_corpus(os.environ["GENRELAB_GTZAN"])


def main():
    real = real_music()
    train = real.tracks.index[real.tracks["split"] == "train"]
    found = measures(real, train).groupby(real.tracks["genre"][train])
    quartiles = found.quantile([0.25, 0.5, 0.75]).unstack().stack(level=0, future_stack=True)
    quartiles.columns = ["q25", "q50", "q75"]
    quartiles = quartiles.rename_axis(["genre", "measure"]).round(3)
    print(quartiles.to_string())
    print(found.size().rename("tracks").to_string())
    if "--write" in sys.argv:
        TABLE.write_text(HEAD + quartiles.to_csv(lineterminator="\n"), encoding="utf-8")
        print(f"wrote {TABLE}")


if __name__ == "__main__":
    main()
