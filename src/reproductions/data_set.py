"""The data set: what GTZAN holds, how much its leaks are worth, and whether a copy as MP3 will do.

Namgyal and others (2024), Table 1: the counts of the fault-filtered split. Cortis, sections III.A
and IV.A: artists "can't be considered during the dataset split". All else is ours: neither paper
measures how much a leak inflates accuracy, and neither says which copy of the music it used.

Lessons: 01 and 02. Record page: `docs/records/data_set.md`.
"""

from __future__ import annotations

from itertools import chain, pairwise

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from genrelab import features
from genrelab.corpora import gtzan, integrity, split_table
from genrelab.evaluation import bootstrap, bootstrap_difference, fold_groups
from genrelab.runtime import generator, parallel
from reproductions.probing import fold_number
from reproductions.records import parts_apart
from reproductions.study import Study

NEAREST = make_pipeline(StandardScaler(), KNeighborsClassifier(1))
"""Learns by heart, so it shows plainly what can be gained by having met the artist."""

INTERVAL = ["value", "low", "high", "tracks", "clusters"]


def reproduce(study: Study) -> None:
    """Count the data set, list its copies, and measure its leaks and its coding."""
    table_1(study)
    exact_copies(study)
    artists_apart(study)
    leak(study)
    coded_again(study)


def table_1(study: Study) -> None:
    """State the counts of Namgyal's Table 1."""
    paper = gtzan.TABLE_1
    ours = split_table(study.music.tracks).reindex(paper.index, fill_value=0)
    items = {f"{genre} {part}": (int(ours.at[genre, part]), int(count))
             for genre, counts in paper.iterrows() for part, count in counts.items()}
    study.book.state("namgyal.t1.counts", items=items)


def exact_copies(study: Study) -> None:
    """Keep a table of the tracks that hold the same samples."""
    pairs = [group[:2] for group in integrity(study.music).duplicates]
    copies = pd.DataFrame(pairs, columns=["track", "the same as"])
    copies["title"] = copies["track"].map(study.music.tracks["title"])
    study.book.keep_table("01_copies", copies)


def artists_apart(study: Study) -> None:
    """State in how many folds all genres are on both sides, and no known artist is."""
    kept = study.tracks
    sides = [(kept[part == "train"], kept[part == "test"])
             for part in parts_apart(kept, [study.seed])]
    whole = [set(a.genre) == set(b.genre) == set(kept.genre) and not set(a.group) & set(b.group)
             for a, b in sides]
    named = "folds that keep artists apart, with all genres on both sides"
    study.book.state("cortis.artists_unsplittable", items={named: (sum(whole), len(whole))})


def leak(study: Study) -> None:
    """Keep the accuracy of the nearest neighbour in folds of four kinds.

    Groups of anybody are the control: as large as the artists of their genre, but of tracks drawn
    at random.
    """
    tracks, kept, draws = study.music.tracks, study.tracks, study.book.draws
    groups = fold_groups(kept)

    def anybody(seed: int) -> pd.Series:
        chance = generator(seed, "anybody")
        return groups.groupby(kept["genre"]).transform(lambda names: chance.permutation(names))

    groups_of = {
        "at random, all tracks": (tracks, lambda seed: None),
        "at random, faulty removed": (kept, lambda seed: None),
        "groups of anybody": (kept, anybody),
        "artists apart": (kept, lambda seed: groups),
    }
    table, n_folds = features.track_table(study.music, features.mfcc_statistics), fold_number(kept)
    predicted, rows = {}, {}
    for name, (some, grouped) in groups_of.items():
        found = [_by_nearest(table.loc[some.index], some["genre"], grouped(seed), n_folds, seed)
                 for seed in study.seeds(study.size.leak_shuffles)]
        predicted[name] = np.stack(found, axis=1)
        rows[name] = bootstrap(some["genre"], predicted[name], some["group"], draws=draws)
    result = pd.DataFrame(rows, index=INTERVAL).T.rename_axis("folds")
    study.book.keep_table("01_leak", result)

    falls = {}
    for a, b in pairwise(list(groups_of)[1:]):
        pair = predicted[a], predicted[b]
        falls[f"{a} → {b}"] = bootstrap_difference(kept["genre"], *pair, kept["group"], draws=draws)
    result = pd.DataFrame(falls, index=INTERVAL).T.rename_axis("fall of accuracy")
    study.book.keep_table("01_leak_falls", result)


def _by_nearest(table: pd.DataFrame, genres: pd.Series, groups: pd.Series | None, n_folds: int,
                seed: int) -> np.ndarray:
    kind = StratifiedKFold if groups is None else StratifiedGroupKFold
    folds = kind(n_folds, shuffle=True, random_state=seed)
    return cross_val_predict(NEAREST, table, genres, groups=groups, cv=folds)


def coded_again(study: Study) -> None:
    """Compare features of the sound at hand with the published ones, which were made from the
    original recordings: feature by feature, and by what two classifiers make of them."""
    published = features.published_features(study.music)
    if published is None:  # the table comes with GTZAN alone
        return
    kept = study.tracks[study.tracks.index.isin(published.index)]
    ours, theirs = (table.loc[kept.index]
                    for table in (features.feature_table(study.music), published))
    moved = ((ours - theirs).abs() / theirs.std()).median().sort_values()
    named = moved.rename("median difference in standard deviations").rename_axis("feature")
    study.book.keep_table("02_coded_again", named.round(4).to_frame())

    shuffles = [parts_apart(kept, [seed]) for seed in study.seeds(study.size.artist_shuffles)]
    leaks = study.leaks(chain(*shuffles), kept.index)
    models = {"lr": LogisticRegression(C=0.1, max_iter=1000),
              "mlp": MLPClassifier((128, 64), early_stopping=True, random_state=study.seed)}
    sources = {"audio": (ours, study.music.audio_kind), "table": (theirs, "kaggle-table")}
    cases = [(source, model) for source in sources for model in models]
    jobs = [(sources[source][0], kept["genre"], models[model], parts)
            for source, model in cases for parts in shuffles]
    found = iter(parallel(_in_folds, jobs, "two classifiers"))
    truth = pd.DataFrame({"track": kept.index, "truth": kept["genre"].to_numpy()})
    for source, model in cases:
        rows = [truth.assign(predicted=next(found), fold=fold) for fold in range(len(shuffles))]
        study.book.record(f"ground.codec.{model}.{source}", "ag", pd.concat(rows), leaks=leaks,
                          audio=sources[source][1], deterministic=True,
                          modules=[features.summary, features.hpss])
    study.compare("ground", ["ag"], "codec")


def _in_folds(job) -> np.ndarray:
    table, genres, model, parts = job
    folds = [(np.flatnonzero(part == "train"), np.flatnonzero(part == "test")) for part in parts]
    return cross_val_predict(make_pipeline(StandardScaler(), model), table, genres, cv=folds)
