"""Which of 57 features tell the genre: P. Cortis, "Music genre classification with deep neural
networks", sections III.B and IV.B and Figs 1 and 2.

The paper gives no limits for its tests and for MIC, no settings of Boruta, no number of K-means
runs and no scores of them. It does not say how the entropy of a continuous feature is taken, nor
whether K-means clustered whole tracks or pieces of three seconds. Limits and forests are those of a
course of the same university (`genrelab.features.relevance`, `redundancy` and `shadows`); the rest
is our choice, and stands where it is made. What is chosen is chosen on the training set alone;
Boruta and K-means had all tracks in the paper, and so they have here.

Lesson: 03. Record page: `docs/records/feature_selection.md`.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_samples
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, RobustScaler, StandardScaler

from claimbook import Predictions
from claimbook.estimates import Side, compared
from genrelab.features import feature_table, published_features, shadows
from genrelab.features.mic import mic, mic_with
from genrelab.features.redundancy import redundant
from genrelab.features.relevance import coded, label_correlation, label_information, unrelated
from genrelab.features.summary import COLUMNS
from genrelab.runtime import generator, parallel
from reproductions.study import Study

MFCC = [name for name in COLUMNS if name.startswith("mfcc")]
SPACES = {"mfcc": MFCC, "spectral": [name for name in COLUMNS if name not in MFCC]}
"""The two spaces of Fig 2: 40 features of MFCC and 17 others."""

HOLDOUT = 0.2
"""Share of the tracks that a holdout sets aside (section IV.A)."""

RELEVANT = 0.9
"""In how many of the holdouts a feature must be confirmed to count (ours: nine of ten)."""

COPIES = 5
"""Shuffled copies that Boruta must reject, or its run proves nothing (ours)."""

MOST_STEPS = 1000
"""Of K-means (paper silent), enough that nothing moves any more."""


class Features(NamedTuple):
    """57 features of each track: the published table where the corpus has it, as in the paper.

    Attributes
    ----------
    table
        (n_tracks, 57).
    tracks
        The corpus's rows of these tracks.
    audio
        From which sound the table was made.
    pieces
        Our own extraction from pieces of three seconds, indexed by track, above the size
        ``"smoke"``, else None: the published table of pieces is not part of every copy of GTZAN.
    """

    table: pd.DataFrame
    tracks: pd.DataFrame
    audio: str
    pieces: pd.DataFrame | None

    @classmethod
    def of(cls, study: Study) -> Features:
        """Return the features of a study's corpus."""
        music, pieces = study.music, None
        table, audio = published_features(music), "kaggle-table"
        if table is None:
            table, audio = feature_table(music, "30s"), music.audio_kind
        if not study.smoke:
            pieces = feature_table(music, "3s").set_index("track")
            pieces = pieces[pieces.index.isin(table.index)]
        return cls(table, music.tracks.loc[table.index], audio, pieces)

    def part(self, name: str) -> tuple[pd.DataFrame, pd.Series]:
        """Return features and genres of a part of the published split."""
        rows = self.tracks["split"] == name
        return self.table[rows], self.tracks["genre"][rows]


def reproduce(study: Study) -> None:
    """Run all of section III.B: measures, filters, Boruta, principal components, K-means."""
    study.music.require(genres=2, seconds=3, train_of_each=5, parts={"valid": 1})
    features = Features.of(study)
    measures(study, features)
    redundancy_and_scaling(study, features)
    boruta(study, features)
    components(study, features)
    k_means(study, features)


# --- III.B: Pearson, Spearman, ANOVA, mutual information, MIC -------------------------------------


def measures(study: Study, features: Features) -> None:
    """Measure how each feature is related to the genre, with the genres numbered by the alphabet
    and anew, and filter as the paper does."""
    train, labels = features.part("train")
    numberings = [sorted(labels.unique())]
    for k in range(study.size.label_codings):
        numberings.append(list(generator(study.seed, "numbering", k).permutation(numberings[0])))
    codings = [coded(labels, order) for order in numberings]
    correlations = [label_correlation(train, codes) for codes in codings]
    coefficients = parallel(partial(mic_with, train), codings, "MIC with labels")
    unlike = {f"{test} p > 0.01": [(found[f"{test.lower()}_p"] > 0.01).sum()
                                   for found in correlations] for test in ("Pearson", "Spearman")}
    counts = pd.DataFrame(unlike).rename_axis("numbering, 0 is the alphabet")
    study.book.keep_table("03_candidates", counts)

    information = label_information(train, labels, study.seed)["information"]
    share = labels.value_counts(normalize=True)
    bits = -(share * np.log2(share)).sum()
    strengths = {f"{test}, absolute": [found[test.lower()].abs() for found in correlations]
                 for test in ("Pearson", "Spearman")}
    strengths |= {"MIC": coefficients,
                  "mutual information, share of all bits": [information / bits]}
    order = information.sort_values(ascending=False).index
    moved = {name: span(pd.DataFrame(found)[order]) for name, found in strengths.items()}
    moved = pd.concat(moved, names=["measure", "feature"])
    study.book.keep_table("03_numberings", moved.round(3))

    chance, one = generator(study.seed, "what chance gives"), train["spectral_centroid_mean"]
    seen = pd.DataFrame({
        "candidates for removal": [(found[["pearson_p", "spearman_p"]] > 0.01).any(axis=1).sum()
                                   for found in correlations],
        "removed": [len(unrelated(*found)) for found in zip(correlations, coefficients)],
        "smallest MIC": [found.min() for found in coefficients],
        "MIC of a shuffled feature": np.mean([mic(chance.permutation(one), codings[0])
                                              for _ in range(20)])})
    study.book.keep_table("03_filter", span(seen).rename_axis("what the filter sees").round(3))


def span(values: pd.DataFrame) -> pd.DataFrame:
    """Return how far columns move over numberings of the genres, the alphabet first among them."""
    return pd.DataFrame({"least": values.min(), "alphabet": values.iloc[0], "most": values.max()})


# --- III.B: redundant features, and scaling -------------------------------------------------------


def redundancy_and_scaling(study: Study, features: Features) -> None:
    """Drop what repeats another feature, and ask the nearest neighbour what that and scaling
    change on the validation tracks."""
    (train, labels), (valid, truth) = features.part("train"), features.part("valid")
    repeated = redundant(train)
    study.book.keep_table("03_redundant", repeated.astype({"r": float}).round(3))
    settings = {"no scaling": (COLUMNS, FunctionTransformer()),
                "standard scaling": (COLUMNS, StandardScaler()),
                "robust scaling": (COLUMNS, RobustScaler()),
                "redundant features out": (train.columns.difference(repeated.index, sort=False),
                                           RobustScaler()),
                "MFCC alone": (MFCC, RobustScaler()),
                "the others alone": (SPACES["spectral"], RobustScaler())}
    found = {}
    for name, (columns, scaler) in settings.items():
        model = make_pipeline(scaler, KNeighborsClassifier(1)).fit(train[list(columns)], labels)
        found[name] = (model.predict(valid[list(columns)]) == truth).mean()
    found["always the largest genre"] = truth.value_counts(normalize=True).max()
    table = pd.DataFrame({"accuracy on validation": found}).rename_axis("nearest neighbour")
    study.book.keep_table("03_neighbour", table.round(3))


# --- III.B and IV.A: Boruta over holdouts ---------------------------------------------------------


def boruta(study: Study, features: Features) -> None:
    """Run Boruta on random holdouts, as the paper does, and on those that keep exact copies on one
    side. Two traps go in: shuffled copies, and the table's 58th column, the length of the file."""
    table, tracks = features.table, features.tracks
    alone = pd.Series(tracks.index, tracks.index)
    cuts = {"mc": holdouts(study, tracks, alone),
            "grp": holdouts(study, tracks, tracks["duplicate_of"].fillna(alone))}
    copies = shadows.shuffled_copies(table, COPIES, study.seed)
    rounds, count = study.size.boruta_rounds, study.size.boruta_holdouts
    every = shadows.boruta_by_holdout(
        table.join(copies).assign(length=tracks["seconds"]), tracks["genre"],
        cuts["mc"] + cuts["grp"], rounds=rounds, seed=study.seed)
    found = {"mc": every.iloc[:, :count], "grp": every.iloc[:, count:]}
    shares = pd.DataFrame({f"{state}, {protocol}": (states == state).mean(axis=1)
                           for state in ("confirmed", "rejected")
                           for protocol, states in found.items()})
    study.book.keep_table("03_boruta_shares", shares.rename_axis("feature"))
    for protocol, cut in cuts.items():
        confirmed = shares[f"confirmed, {protocol}"] >= RELEVANT
        rejected = shares.loc[copies.columns, f"rejected, {protocol}"] >= RELEVANT
        parts = (np.where(np.isin(np.arange(len(tracks)), rows), "train", "test") for rows in cut)
        study.book.state("cortis.boruta", protocol,
                         {name: (int(confirmed[name]), 1) for name in table},
                         leaks=study.leaks(parts, tracks.index),
                         unfit="" if rejected.all() else "a shuffled copy was not rejected",
                         audio=features.audio, modules=[shadows], budget={"holdouts": (count, 10)},
                         parameters={"window": "30s", "rounds": rounds})


def holdouts(study: Study, tracks: pd.DataFrame, unit: pd.Series) -> list[np.ndarray]:
    """Return the training rows of stratified holdouts; tracks of one unit stay on one side."""
    first = tracks[~unit.duplicated()]
    cut = StratifiedShuffleSplit(study.size.boruta_holdouts, test_size=HOLDOUT,
                                 random_state=study.seed)
    return [np.flatnonzero(unit.isin(unit[first.index[inside]]))
            for inside, _ in cut.split(first.index, first["genre"])]


# --- III.B and Fig 2: principal components --------------------------------------------------------


def components(study: Study, features: Features) -> None:
    """Turn both spaces to their principal components and look at the plane of Fig 2, without the
    faulty tracks: one distorted track can stretch a space until nothing else is to be seen."""
    usable = features.tracks["split"] != "removed"
    genre, shares, alike = features.tracks["genre"][usable].to_numpy(), {}, {}
    for name, columns in zip(("MFCC", "others"), SPACES.values()):
        points = StandardScaler().fit_transform(features.table.loc[usable, columns])
        shares[name] = pd.Series(PCA().fit(points).explained_variance_ratio_.cumsum())
        plane = PCA(2, random_state=study.seed).fit_transform(points)
        nearest = KNeighborsClassifier(1).fit(plane, genre).kneighbors(return_distance=False)
        alike[name] = (genre[nearest[:, 0]] == genre).mean()
    variance = pd.DataFrame(shares).rename_axis("components minus 1")
    study.book.keep_table("03_variance", variance.round(4))
    alike["by chance"] = pd.Series(genre).value_counts(normalize=True).pow(2).sum()
    table = pd.DataFrame({"nearest point has the same genre": alike}).rename_axis("plane")
    study.book.keep_table("03_plane", table.round(3))


# --- III.B: K-means in both spaces ----------------------------------------------------------------


def k_means(study: Study, features: Features) -> None:
    """Cluster both spaces and compare how well clusters and genres agree; by robust scaling and in
    pieces of three seconds, too, for the paper does not say which it took."""
    genre, pieces = features.tracks["genre"], features.pieces
    whole = pd.DataFrame({"track": genre.index, "truth": genre.to_numpy()})
    settings = {("30s", "standard", ""): (StandardScaler(), features.table, whole),
                ("30s", "robust", "scaling=robust"): (RobustScaler(), features.table, whole)}
    if pieces is not None:
        rows = pd.DataFrame({"track": pieces.index, "segment": pieces["segment"].to_numpy(),
                             "truth": genre[pieces.index].to_numpy()})
        settings["3s", "standard", "window=3s"] = StandardScaler(), pieces, rows
    agreement = {}
    for (window, scaling, variant), (scaler, table, rows) in settings.items():
        audio = features.audio if window == "30s" else study.music.audio_kind
        about = {"audio": audio, "parameters": {"window": window, "scaling": scaling},
                 "variant": variant}
        spaces = {name: scaler.fit_transform(table[list(columns)])
                  for name, columns in SPACES.items()}
        packed = {name: clustered(study, name, points, rows, about)
                  for name, points in spaces.items()}
        if not variant:
            clustered(study, "mfcc_17", at_17_dimensions(study, spaces["mfcc"]), rows, about)
        for measure in ("mutual_information", "adjusted_rand", "accuracy"):
            sides = [Side(one, measure) for one in packed.values()]
            ahead = compared(*sides, study.book.draws, deterministic=False, protocol="table",
                             paired=True, contrast="difference")
            agreement[f"{window}, {scaling} scaling", measure.replace("_", " ")] = (
                *(side.by_seed().mean() for side in sides), ahead.value, *ahead.interval())
    columns = ["MFCC", "others", "MFCC ahead by", "ci_low", "ci_high"]
    table = pd.DataFrame.from_dict(agreement, orient="index", columns=columns)
    table.index = pd.MultiIndex.from_tuples(table.index, names=["clustered", "measure"])
    study.book.keep_table("03_kmeans_variants", table.round(4))

    others = features.table[SPACES["spectral"]]
    variance = pd.Series(RobustScaler().fit_transform(others).var(axis=0), others.columns)
    largest = pd.DataFrame({"share of the variance": (variance / variance.sum()).nlargest(4)})
    study.book.keep_table("03_robust_variance", largest.rename_axis("feature").round(3))

    units = {"mi": "mutual information, nats", "ari": "adjusted Rand index",
             "mse": "squared error a track", "silhouette": "silhouette"}
    parts = [{"measure": unit} | part for measure, unit in units.items()
             for part in study.book.compare(f"cortis.kmeans.{measure}", "table")["parts"]]
    columns = ["measure", "name", "value", "ci_low", "ci_high"]
    study.book.keep_table("03_kmeans", pd.DataFrame(parts, columns=columns).round(4))


def at_17_dimensions(study: Study, points: np.ndarray) -> np.ndarray:
    """Return principal components as many as the other space has, scaled to as much variance a
    dimension: more dimensions have more distance in them, which says nothing of music."""
    n = min(len(SPACES["spectral"]), len(points) - 1)
    turned = PCA(n, random_state=study.seed).fit_transform(points)
    return turned * np.sqrt(n / turned.var(axis=0).sum())


def clustered(study: Study, name: str, points: np.ndarray, rows: pd.DataFrame,
              about: dict) -> Predictions:
    """Record which genre each row's cluster is named after, and how well it fits its cluster."""
    genres, answers, fits, calm = sorted(rows["truth"].unique()), [], [], True
    for seed in study.seeds(study.size.cluster_seeds):
        model = KMeans(len(genres), n_init=10, tol=0, max_iter=MOST_STEPS, random_state=seed)
        labels = model.fit_predict(points)
        calm &= model.n_iter_ < MOST_STEPS
        answers.append(rows.assign(predicted=named(labels, rows["truth"]), seed=seed))
        if not about["variant"]:
            error = ((points - model.cluster_centers_[labels]) ** 2).sum(axis=1)
            fits.append(rows.assign(error=error, silhouette=silhouette_samples(points, labels),
                                    seed=seed))
    packed = study.book.pack(pd.concat(answers))
    study.book.record(f"cortis.clusters.{name}", "table", packed, converged=calm, **about)
    if fits:
        measured = study.measures(pd.concat(fits))
        study.book.record(f"cortis.cluster_fit.{name}", "table", measured, converged=calm, **about)
    return packed


def named(clusters: np.ndarray, truth: pd.Series) -> np.ndarray:
    """Return for each row the genre that its cluster is named after, so that as many rows as
    possible agree."""
    counted = pd.crosstab(truth.to_numpy(), clusters)
    genres, places = linear_sum_assignment(-counted.to_numpy())
    names = dict(zip(counted.columns[places], counted.index[genres]))
    return pd.Series(clusters).map(names).to_numpy()
