"""What loading costs: headers only, decoding everything, and a table of features, cold and warm.

Run by `genrelab bench corpus`; measures the corpus that `$GENRELAB_CORPUS` names, else the
synthetic one.
"""

import os
import resource
import tempfile
import time

import pandas as pd

from genrelab.corpora import load_corpus
from genrelab.features import mfcc_statistics, track_table


def seconds(work):
    """Return how long a call takes, in seconds."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main():
    corpus = load_corpus()
    print(f"{corpus.name}, {len(corpus.tracks)} tracks, sound as {corpus.audio_kind}")
    plain = seconds(
        lambda: pd.DataFrame(
            [mfcc_statistics(corpus.audio(track)) for track in corpus.tracks.index]
        )
    )
    with tempfile.TemporaryDirectory() as cache:
        os.environ["GENRELAB_CACHE"] = cache
        steps = {
            "decode and hash all tracks, cold": corpus.contents,
            "decode and hash all tracks, warm": corpus.contents,
            "MFCC statistics, one track after another": None,
            "MFCC statistics, track_table, cold": lambda: track_table(corpus, mfcc_statistics),
            "MFCC statistics, track_table, warm": lambda: track_table(corpus, mfcc_statistics),
        }
        for name, work in steps.items():
            print(f"{name:44s} {plain if work is None else seconds(work):7.2f} s", flush=True)
    peak = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"{'largest process':44s} {peak / 2**10:7.0f} MiB")


if __name__ == "__main__":
    main()
