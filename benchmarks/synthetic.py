"""How a classifier that was trained on GTZAN names the synthetic tracks. No threshold: it is a
look, not a test.

Run by `genrelab bench synthetic`, with `$GENRELAB_GTZAN` naming a folder of GTZAN.
"""

import os
import sys

import librosa
import numpy as np
import pandas as pd
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from genrelab.corpora import load_corpus
from genrelab.runtime import progress

# Copies of GTZAN as MP3 end at some 8 kHz; with the octave above, the codec would be heard and not
# the music.
HIGHEST = 8000


def colour(corpus, tracks):
    """Return mean and standard deviation of 20 MFCCs below 8 kHz, one row a track."""
    coefficients = (
        librosa.feature.mfcc(y=corpus.audio(track), sr=22_050, fmax=HIGHEST) for track in tracks
    )
    return [
        np.concatenate([c.mean(axis=1), c.std(axis=1)])
        for c in progress(coefficients, corpus.name, len(tracks))
    ]


def main():
    if not os.environ.get("GENRELAB_GTZAN"):
        sys.exit("Set GENRELAB_GTZAN to a folder of GTZAN.")
    real, made = load_corpus(os.environ["GENRELAB_GTZAN"]), load_corpus("synthetic")
    learnt = real.tracks.index[real.tracks["split"] != "removed"]
    usable = made.tracks.index[made.tracks["split"] != "removed"]
    model = make_pipeline(StandardScaler(), SVC(C=10))
    model.fit(colour(real, learnt), real.tracks["genre"][learnt])
    named = pd.Series(model.predict(colour(made, usable)), usable, name="named by a model of GTZAN")
    truth = made.tracks["genre"][usable].rename("composed as")
    print(pd.crosstab(truth, named).to_string())
    print(f"\n{(named == truth).mean():.0%} of {len(usable)} tracks are named as they were meant "
          "(chance: 10%)")


if __name__ == "__main__":
    main()
