"""How near the course's own music comes to GTZAN's genres. No threshold: it is a look, not a test.

    GENRELAB_GTZAN=path/to/gtzan genrelab bench synthetic

Three judges learn from the train and valid part of GTZAN's fault-filtered split and name our
tracks; beside each stands its accuracy on the test part, whose artists it has not met. Then: how
many of a genre's sounds lie within the quartiles of GTZAN's train part, how long the rendering took
with an empty cache, and ten single tracks measured.

Our tracks are given to the judges as GTZAN's copies here come, as MP3 of 32 kbit/s. The codec moves
what they look at; the last lines say by how much, on tracks that are there both ways.
"""

import tempfile
import time
from functools import partial
from pathlib import Path

import librosa
import numpy as np
import pandas as pd
import soundfile
from genre_quartiles import TABLE, measures, real_music
from joblib import cpu_count
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from claimbook.predictions import load_record
from genrelab.corpora import SAMPLE_RATE, load_corpus, synthetic
from genrelab.features import feature_table
from genrelab.runtime import code_version, parallel, parallel_cached, project_root
from reproductions.encoders import codes_by

RECORD = project_root() / "figures" / "gtzan"
HIGHEST = 8000  # Hz: above it, GTZAN's copies as MP3 hold nothing
MP3 = {"format": "MP3", "bitrate_mode": "CONSTANT", "compression_level": 0.85}  # 32 kbit/s
# GTZAN's tracks differ in level, and all of ours are equally loud.
LOUDNESS = [f"{name}_{how}" for name in ("rms", "harmony", "perceptr") for how in ("mean", "var")]
LOUDNESS += ["mfcc1_mean"]
ENOUGH = 0.7  # of a judge's own accuracy: a genre below it is named


def main():
    real = real_music()
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        synthetic.render_corpus(Path(folder) / "wav")
        seconds = time.perf_counter() - begin
        made = compressed(load_corpus(Path(folder) / "wav"), Path(folder) / "mp3")
        named = {name: judge(real, made) for name, judge in JUDGES.items()}
        report(named, real, made)
        quartiles(made)
        clips(real, made, load_corpus(Path(folder) / "wav"))
    codec(real)
    print(f"\n200 tracks rendered in {seconds:.0f} s on {cpu_count()} cores, nothing kept before")


def compressed(music, folder):
    """Return the tracks without a planted fault as a corpus of MP3s."""
    catalogue = synthetic.catalogue()
    tracks = catalogue.index[catalogue["split"] == ""]
    parallel(partial(_compress, music, folder), list(tracks), "as MP3", here=True)
    catalogue.loc[tracks, ["artist", "title"]].to_csv(folder / "tracks.csv")
    return load_corpus(folder)


def _compress(music, folder, track):
    path = folder / music.tracks.at[track, "genre"] / f"{track}.mp3"
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, music.audio(track), SAMPLE_RATE, **MP3)


# --- judges ---------------------------------------------------------------------------------------


def split_of(real):
    """Return the tracks that judges learn from and those of the test part."""
    parts = real.tracks["split"]
    return real.tracks.index[parts.isin(["train", "valid"])], real.tracks.index[parts == "test"]


def colour(corpus, tracks):
    """Return mean and standard deviation of 20 MFCCs below 8 kHz, one row a track."""
    key = {"highest": HIGHEST, "code": code_version(_colour), "librosa": librosa.__version__}
    keys = [{"content": corpus.contents()[track].hash, **key} for track in tracks]
    rows = parallel_cached("colour", partial(_colour, corpus), list(tracks), keys, "MFCC")
    return pd.DataFrame(rows, tracks)


def _colour(corpus, track):
    found = librosa.feature.mfcc(y=corpus.audio(track), sr=SAMPLE_RATE, fmax=HIGHEST)
    return np.concatenate([found.mean(axis=1), found.std(axis=1)])


def by_colour(real, made):
    learnt, test = split_of(real)
    table = colour(real, learnt.append(test))
    return _named(SVC(C=10), real, table, colour(made, made.tracks.index))


def by_features(real, made):
    tables = (feature_table(music).drop(columns=LOUDNESS) for music in (real, made))
    return _named(SVC(C=10), real, *tables)


def by_embedding(real, made):
    """The encoder learned without labels, from the train part; its codes of GTZAN are those of the
    record. The penalty of the linear head is chosen on the valid part."""
    record = load_record(RECORD / "codes" / "08_spec.npz")
    codes = pd.DataFrame(record.vectors.astype(np.float32), record.tracks[record.track])
    tracks = made.tracks.index
    ours = pd.DataFrame(codes_by(RECORD / "weights" / "08_spec.npz", made, tracks, most=5), tracks)
    genre = real.tracks["genre"]
    train, valid = (codes[real.tracks["split"][codes.index] == part] for part in ("train", "valid"))

    def right(penalty):
        head = make_pipeline(StandardScaler(), LogisticRegression(C=penalty, max_iter=2000))
        return head.fit(train, genre[train.index]).score(valid, genre[valid.index])

    best = max((1e-4, 1e-3, 1e-2, 1e-1, 1.0), key=right)
    return _named(LogisticRegression(C=best, max_iter=2000), real, codes, ours)


JUDGES = {
    "MFCC + SVM": by_colour,
    "57 features, no loudness": by_features,
    "contrastive, spectra": by_embedding,
}


def _named(model, real, known, ours):
    """Return what a judge calls the test part, and what it calls our tracks."""
    learnt, test = split_of(real)
    judge = make_pipeline(StandardScaler(), model)
    judge.fit(known.loc[learnt].to_numpy(), real.tracks["genre"][learnt])
    return [pd.Series(judge.predict(table.to_numpy()), table.index)
            for table in (known.loc[test], ours)]


def report(named, real, made):
    """Print what our tracks are called, and how often as meant, beside the judges' accuracy."""
    shares, table = {}, {}
    for name, (own, ours) in named.items():
        hits = [found == music.tracks["genre"][found.index]
                for found, music in ((ours, made), (own, real))]
        shares[name] = [hit.mean() for hit in hits]
        by_genre = [hit.groupby(music.tracks["genre"]).mean()
                    for hit, music in zip(hits, (made, real))]
        table |= {(name, "ours"): by_genre[0], (name, "GTZAN"): by_genre[1]}
        print(f"\n{name}: what our tracks are called")
        truth = made.tracks["genre"][ours.index].rename("composed as")
        print(pd.crosstab(truth, ours.rename("named")).to_string())
    table = pd.DataFrame(table)
    print(f"\nNamed as meant, beside accuracy on GTZAN's test part\n{table.round(2).to_string()}\n")
    for name, (ours, own) in shares.items():
        low = table[name, "ours"].index[table[name, "ours"] < ENOUGH * own]
        print(f"{name:26s} {ours:.2f} of {len(made.tracks)}; its own accuracy {own:.2f}: "
              f"{'as high' if ours >= own else 'lower'}; genres below {ENOUGH} of it: "
              f"{', '.join(low) or 'none'}")
    few = sum((table[name, "ours"] < ENOUGH * own).astype(int) for name, (_, own) in shares.items())
    print(f"genres below it for two judges or more: {', '.join(few.index[few >= 2]) or 'none'}")


# --- sound ----------------------------------------------------------------------------------------


def quartiles(made):
    """Print the medians of our genres, and which lie outside the quartiles of GTZAN's."""
    ours = measures(made, made.tracks.index).groupby(made.tracks["genre"]).median().stack()
    table = pd.read_csv(TABLE, comment="#", index_col=["genre", "measure"])
    ours = ours.reindex(table.index)
    inside = ours.between(table["q25"], table["q75"])
    tone = table.index.get_level_values("measure").str.startswith("tone_")
    print("\nMedian of ours [quartiles of GTZAN's train part], * outside")
    text = [f"{our:.2f} [{low:.2f}, {high:.2f}]{' ' if fits else '*'}"
            for our, low, high, fits in zip(ours, table["q25"], table["q75"], inside)]
    print(pd.Series(text, table.index)[~tone].unstack("genre").T.to_string())
    print("\nHalf octaves: median of ours less that of GTZAN's, dB")
    apart = (ours - table["q50"])[tone].unstack("measure")
    order = sorted(apart.columns, key=lambda name: int(name.split("_")[1]))
    print(apart[order].round(0).astype(int).rename(columns=lambda c: c[5:]).to_string())
    print(f"within the quartiles: {inside[tone].mean():.0%} of the half octaves, "
          f"{inside[~tone].mean():.0%} of the other measures")


def clips(real, made, plain):
    """Print levels, length and largest step of one track of each genre, beside those of GTZAN."""
    train = real.tracks.index[real.tracks["split"] == "train"]
    jumps = measures(real, train)["jump"].groupby(real.tracks["genre"][train])
    chosen = made.tracks.index.to_series().groupby(made.tracks["genre"]).first()
    rows = {}
    for genre, track in chosen.items():
        y = plain.audio(track)
        rms = np.sqrt((y**2).mean())
        lossless = real.root / "lossless" / f"{genre}.00000.flac"
        theirs = soundfile.read(lossless)[0] if lossless.is_file() else np.full(2, np.nan)
        rows[track] = {
            "seconds": len(y) / SAMPLE_RATE,
            "peak": np.abs(y).max(),
            "RMS, dB": 20 * np.log10(rms),
            "step / RMS": np.abs(np.diff(y)).max() / rms,
            "real, lossless": np.abs(np.diff(theirs)).max() / np.sqrt((theirs**2).mean()),
            "as MP3": measures(made, [track])["jump"].item(),
            "real, median": jumps.median()[genre],
            "real, largest": jumps.max()[genre],
        }
    print("\nTen tracks; largest step between two samples as a multiple of the RMS, beside GTZAN's")
    print(pd.DataFrame(rows).T.round(2).to_string())


def codec(real):
    """Print how far GTZAN's copies and our codec move the MFCCs of tracks that are there
    uncompressed."""
    found = []
    for path in sorted((real.root / "lossless").glob("*.flac")):
        y, _ = soundfile.read(path, dtype="float32")
        with tempfile.NamedTemporaryFile(suffix=".mp3") as file:
            soundfile.write(file.name, y, SAMPLE_RATE, **MP3)
            ours, _ = soundfile.read(file.name, dtype="float32")
        sounds = (y, real.audio(path.stem), ours)
        found.append([librosa.feature.mfcc(y=x, sr=SAMPLE_RATE, fmax=HIGHEST).mean(axis=1)
                      for x in sounds])
    if found:
        plain, copies, ours = np.swapaxes(found, 0, 1)
        print(f"\n{len(found)} tracks without loss: GTZAN's MP3s differ from them by "
              f"{np.abs(copies - plain).mean():.2f} in the mean of an MFCC, those by our codec by "
              f"{np.abs(ours - plain).mean():.2f}, and the two from each other by "
              f"{np.abs(ours - copies).mean():.2f}")


if __name__ == "__main__":
    main()
