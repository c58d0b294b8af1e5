"""All methods of the course on equal ground, and how much a score owes to leaks. Ours, of no paper.

In reading order: three numbers of loudness and the plainest classifiers; networks and encoders that
their own experiments did not train on each artist's absence; a ceiling from outside; one table of
all methods, read from the answers that every experiment has kept; pairs of methods; tracks whose
label the methods contradict; calibration; the ladder of leaks; single leaks as switches; copies by
sound and an audit of published folds; costs.

Two protocols. ``ff``: the published fault-filtered split; learn from train, choose on valid, answer
test. ``ag``: five folds over all tracks without faults, no artist on both sides, and choices made
in inner folds (networks: on a part of train) that keep artists apart, too. The unit is the track:
of a method that answers slices, probabilities are averaged. One bootstrap of artists serves all.

Lesson: 09. Record page: `docs/records/equal_ground.md`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from sklearn import dummy, linear_model, neighbors, pipeline, preprocessing, svm

from claimbook.estimates import Side, resample
from claimbook.predictions import PARTS, Predictions, load_record
from claimbook.rows import read_volatile
from genrelab import features
from genrelab.corpora import Corpus, CorpusLacks
from genrelab.distances.all_pairs import squared_distances
from genrelab.evaluation import audit, calibration, fold_groups, holdouts, knn, regression
from genrelab.features import fingerprints, mel_pictures, raw_audio
from genrelab.features.spectra import mfcc_statistics
from genrelab.models import contrastive, heads, music_tagger, noise_trained
from genrelab.models.segment_trained import Recipe as SegmentRecipe
from genrelab.runtime import cached, generator
from reproductions import (
    encoder_training,
    ladder,
    leak_switches,
    network_training,
    networks,
    noise_autoencoders,
    records,
    segment_networks,
    sequences,
    standings,
)
from reproductions import supervised_networks as cortis
from reproductions.encoders import Learned, Studio, at_rest
from reproductions.probing import fold_number, labels_of
from reproductions.provenance import computing_modules
from reproductions.segment_records import Recorder
from reproductions.softmax_autoencoder import GENRES, POOL
from reproductions.study import Study

METHODS = {
    "largest genre": "ground.metadata@{}+majority",
    "loudness": "ground.metadata@{}",
    "MFCC, 1-NN": "ground.metadata@{}+mfcc-1nn",
    "MFCC, SVM": "ground.metadata@{}+mfcc-svm",
    "57 features, regression": "ground.metadata@{}+features-lr",
    "57 features, MLP, 30 s": "cortis.t1.fixed_mlp_30s@{}",
    "57 features, MLP, 3 s": "cortis.t1.fixed_mlp_3s@{}",
    "57 features, tuned MLP, 30 s": "cortis.t1.tuned_mlp_30s@{}",
    "57 features, tuned MLP, 3 s": "cortis.t1.tuned_mlp_3s@{}",
    "CNN on pictures": "cortis.t1.cnn_mel_30s@{}",
    "CNN on spectra": "cortis.t1.cnn_stft_3s@{}",
    "CNN on mel spectra": "cortis.t1.cnn_mel_3s@{}",
    "CNN on MFCC": "cortis.t1.cnn_mfcc_3s@{}",
    "MMNN": "cortis.t1.mmnn@{}",
    "CNN and LSTM": "cortis.cnn_lstm@{}",
    "distance MSE": "namgyal.t2.knn.mse@{}",
    "distance 1−MS-SSIM": "namgyal.t2.knn.ms_ssim@{}",
    "distance NLPD": "namgyal.t2.knn.nlpd@{}",
    "noise-trained code, MSE": "namgyal.t2.lr.mse@{}",
    "noise-trained code, 1−MS-SSIM": "namgyal.t2.lr.ms_ssim@{}",
    "noise-trained code, NLPD": "namgyal.t2.lr.nlpd@{}",
    "the same, random weights": "namgyal.ae.lr.random@{}",
    "DSAE, ten genres": "sawhney.genres.10@{}",
    "contrastive, audio": "contrastive.t1.audio_all@{}",
    "contrastive, spectra": "contrastive.t1.spec_all@{}",
    "contrastive, both": "contrastive.t2.both@{}",
    "contrastive, spectra, small": "ground.small_encoder@{}",
}
"""Name in the table, and the record that its answers are kept under, for each protocol."""

CEILING = "tagger, trained on other music"
"""Supervised on a million songs, so it is shown beside `METHODS` and has no place among them."""

FLOOR = ("largest genre", "loudness")

C_VALUES = {"learn__C": [0.01, 0.1, 1, 10, 100]}
"""Tried for regressions and the SVM."""

QUARTERS = 4  # ours: pieces of a track that neighbours, codes and encoders climb the ladder with
LADDER_RATE = 0.001  # ours: thrice that of notebook 08; the probe then hardly rises at the end

CALIBRATION_DRAWS = 1000
COVERAGES = tuple(np.round(np.arange(0.1, 1.01, 0.1), 1).tolist())
MEASURES = {"ECE": calibration.calibration_error, "Brier": calibration.brier_score,
            "AURC": calibration.area_under_risk}

CLIMBERS = ("knn", "ae", "mlp", "cnn", "dsae", "contrastive")
LEAKS = ("track", "duplicate", "near", "artist")


def reproduce(study: Study) -> None:
    """Run all of it, in reading order; needs the answers of the other experiments in the book."""
    study.music.require(artists=3, genres=2, seconds=18.2, tracks=holdouts.FEWEST,
                        parts={"train": 1, "valid": 1, "test": 1})
    plain_classifiers(study)
    if not study.smoke:  # one short training says nothing of a method
        autoencoder_of_ten_genres(study)
        networks_apart(study)
        small_encoders(study)
    tagger_of_other_music(study)
    one_table(study)
    beside_the_ceiling(study)
    against_the_label(study)
    calibrated(study)
    perceptrons_climb(study)
    neighbours_climb(study)
    if not study.smoke:  # takes minutes even at the smallest size
        convolutions_climb(study)
    softmax_autoencoders_climb(study)
    noise_trained_climb(study)
    encoders_climb(study)
    rungs(study)
    single_leaks(study)
    copies_and_folds(study)
    costs(study)


# --- methods --------------------------------------------------------------------------------------


def plain_classifiers(study: Study) -> None:
    """The floor, and the plainest classifiers; settings are tried on valid, or in inner folds."""
    music, tracks, contents = study.music, study.tracks, study.music.contents()
    of_track = features.feature_table(music, "30s").loc[tracks.index]
    loudness = pd.DataFrame({name: [getattr(contents[track], name) for track in tracks.index]
                             for name in ("rms", "peak")}, tracks.index)
    loudness["bandwidth"] = of_track["spectral_bandwidth_mean"]
    mfcc = features.track_table(music, mfcc_statistics).loc[tracks.index]
    regress = scaled(linear_model.LogisticRegression(max_iter=2000))
    majority = dummy.DummyClassifier(strategy="most_frequent")
    plain = {"": (regress, C_VALUES, loudness), "majority": (majority, {}, loudness),
             "mfcc-1nn": (scaled(neighbors.KNeighborsClassifier(1)), {}, mfcc),
             "mfcc-svm": (scaled(svm.SVC()), C_VALUES, mfcc),
             "features-lr": (regress, C_VALUES, of_track)}
    shuffles = study.seeds(study.size.artist_shuffles)
    leaks = {"ff": study.leaks([tracks["split"]], tracks.index),
             "ag": study.leaks(records.parts_apart(tracks, shuffles), tracks.index)}
    for variant, (model, settings, table) in plain.items():
        found = standings.answers_of(model, settings, table, tracks, shuffles)
        for protocol, answers in found.items():
            study.book.record("ground.metadata", protocol, answers, variant=variant,
                              leaks=leaks[protocol], deterministic=True, modules=[standings])


def autoencoder_of_ten_genres(study: Study) -> None:
    """Notebook 05's network for ten genres, on the published split."""
    if len(study.music.genres) != 10:
        return
    table = raw_audio.segment_table(study.music, study.tracks.index, "raw", POOL)
    splits = holdouts.published_split(table.rows["track"], study.tracks,
                                      study.seeds(study.size.ground_net_seeds))
    data, runs = softmax_autoencoders(study, table, splits, "ten genres")
    recorder = Recorder(study, table.rows, {"pool": POOL})
    recorder.answers("sawhney.genres.10", "ff", runs, data)


def softmax_autoencoders(study: Study, table: raw_audio.Segments, splits: Sequence[holdouts.Split],
                         describe: str) -> tuple[segment_networks.Data, list]:
    """Train notebook 05's network under splits of segments; return what it sees, and the runs."""
    data = segment_networks.Data(table.values, labels_of(table.rows))
    recipe = SegmentRecipe(epochs=study.size.dsae_epochs, batch=study.size.dsae_batch)
    jobs = [segment_networks.Job(recipe, split) for split in splits]
    return data, segment_networks.train_all(jobs, data, describe)


def networks_apart(study: Study) -> None:
    """Convolutional networks of notebook 04, trained anew for each fold of artists."""
    several = study.size.ground_net_seeds
    plans = {"mfcc_3s": (cortis.CNN_MFCC, slices(study, "mfcc"), 1),
             "mel_3s": (cortis.CNN, slices(study, "mel"), several),
             "mel_30s": (cortis.CNN_PICTURE, cortis.whole_pictures(study), several)}
    modules = computing_modules(network_training, holdouts, sequences, features.cmvn, mel_pictures)
    for end, (recipe, shown, many) in plans.items():
        seeds, name = study.seeds(many), f"cortis.t1.cnn_{end}"
        jobs = [networks.Job(recipe, split) for split in shown.splits["ag"] if split.seed in seeds]
        fits = networks.fit_all(jobs, shown.data, f"{name}, ag")
        study.record(name, "ag", records.of_fits(fits, shown.rows), audio=shown.audio,
                     modules=modules, **records.trained(fits))
    study.compare("cortis", ["ag"], "window.cnn_mel")


def small_encoders(study: Study) -> None:
    """The small encoder of spectra of notebook 08 in fewer steps, one for each fold of artists."""
    tracks, recipe = study.tracks, small_encoder(study)
    studio, modules = Studio(study.music, tracks), computing_modules(encoder_training, heads)
    several = study.seeds(study.size.ground_net_seeds)
    runs = studio.learn({f"seed {seed}": recipe._replace(seed=seed) for seed in several}).values()
    codes = {run.recipe.seed: run.codes for run in runs}
    shares = studio.answers(codes, seeds=dict(zip(several, several)))
    study.record("ground.small_encoder", "ff", records.of_shares(shares, tracks),
                 converged=at_rest(runs), modules=modules)
    runs, answers, rows = [], [], records.rows_of(tracks)
    for split in apart(study, rows["track"], [study.seed]):
        fold = studio.dealt(split.part)
        runs += fold.learn({f"fold {split.fold}": recipe._replace(seed=study.seed)}).values()
        shares = fold.answers({0: runs[-1].codes}, seeds={0: study.seed})[0].astype(float)
        shares /= shares.sum(axis=1, keepdims=True)
        answers.append(records.Answers(rows, split, shares[split.rows("test")]))
    study.record("ground.small_encoder", "ag", answers, modules=modules, **of_encoders(runs))


def tagger_of_other_music(study: Study) -> None:
    """A regression on the embedding of a published tagger, by the rules of the noise-trained codes:
    its strength is chosen on valid, or in inner folds that keep artists apart."""
    table = features.track_table(study.music, music_tagger.tagger_embedding)
    study.keep_codes("09_music_tagger", table.index, table.to_numpy(), source=music_tagger.SOURCE)
    tracks, modules = study.tracks, computing_modules(regression, music_tagger)
    codes, labels = table.loc[tracks.index].to_numpy(), labels_of(tracks)
    rows, split = records.rows_of(tracks), tracks["split"].to_numpy()
    one = regression.regression_on_split(codes, labels, split)
    answers = [records.Answers(rows, holdouts.Split(0, 0, split), one.probabilities)]
    study.record("ground.tagger", "ff", answers, parameters={"C": float(one.strength)},
                 modules=modules)
    groups, shuffles = fold_groups(tracks).to_numpy(), study.seeds(study.size.artist_shuffles)
    many = regression.regression_by_artist(codes, labels, groups, shuffles, fold_number(tracks))
    answers = []
    for shuffle, fold in np.ndindex(many.strength.shape):
        tested = many.folds[:, shuffle] == fold
        split = holdouts.Split(0, shuffle, np.where(tested, "test", "train"))
        answers.append(records.Answers(rows, split, many.probabilities[tested, shuffle]))
    study.record("ground.tagger", "ag", answers, parameters={"C": many.strength.tolist()},
                 modules=modules)


def of_encoders(runs: Sequence[Learned]) -> dict[str, Any]:
    """Return what the record is to know of trainings of encoders."""
    minutes = round(sum(run.seconds for run in runs) / 60, 1)
    return {"converged": at_rest(runs), "minutes": minutes, "device": runs[0].device}


# --- one table ------------------------------------------------------------------------------------


def one_table(study: Study) -> None:
    """All methods under both protocols, every pair of them, and in which share of the draws of
    artists each is first."""
    found = {protocol: standings.standings(answers_of_all(study, protocol),
                                           study.size.ground_draws) for protocol in ("ag", "ff")}
    methods = pd.concat({name: one.methods for name, one in found.items()}, names=["protocol"])
    study.book.keep_table("09_forest", methods.round(4))
    published = files("reproductions").joinpath("published_gtzan.csv")
    study.book.keep_table("09_published", pd.read_csv(str(published), index_col=0))
    study.book.keep_table("09_pairs", found["ag"].pairs.round(5))
    items = {method: (round(float(row["first"]), 4), round(float(row["accuracy"]), 4))
             for method, row in found["ag"].methods.iterrows()}
    tracks = study.tracks.index
    splits = apart(study, tracks.to_series(), [study.seed])
    study.book.state("ground.order", "ag", items, deterministic=True, modules=[standings],
                     leaks=study.leaks((split.part for split in splits), tracks))


def answers_of_all(study: Study, protocol: str) -> dict[str, Predictions]:
    """Return the kept answers of all methods under a protocol; what was not run is left out."""
    paths = {method: kept(study, name.format(protocol)) for method, name in METHODS.items()}
    return {method: load_record(path) for method, path in paths.items() if path.is_file()}


def with_the_ceiling(study: Study, protocol: str) -> dict[str, Predictions]:
    """Return the kept answers of the ceiling and of all methods."""
    ceiling = load_record(kept(study, f"ground.tagger@{protocol}"))
    return {CEILING: ceiling} | answers_of_all(study, protocol)


def beside_the_ceiling(study: Study) -> None:
    """By how much the ceiling is above each method, on the same draws of artists."""
    found = {}
    for protocol in ("ag", "ff"):
        pairs = standings.standings(with_the_ceiling(study, protocol), study.book.draws).pairs
        own = pairs[["better", "worse"]].eq(CEILING).any(axis=1)
        found[protocol] = pairs[own].drop(columns="p_holm").set_index("better")
    study.book.keep_table("09_ceiling", pd.concat(found, names=["protocol"]).round(5))


def against_the_label(study: Study) -> None:
    """Tracks whose label is neither the ceiling's answer nor the most frequent one of our methods,
    which agree; none of our methods learned from the artist."""
    answers = {name: standings.track_answers(record)
               for name, record in with_the_ceiling(study, "ag").items() if name not in FLOOR}
    votes = {name: one.pivot_table("weight", "track", "predicted", "sum", fill_value=0.0)
             for name, one in answers.items()}
    ceiling = votes.pop(CEILING)
    ours = sum(one.reindex_like(ceiling).fillna(0.0) for one in votes.values()) / len(votes)
    label = study.tracks["genre"][ceiling.index]
    table = pd.DataFrame({"label": label, "answer": ceiling.idxmax(axis=1),
                          "methods": ours.max(axis=1), "on the label": [
                              ours.at[track, genre] for track, genre in label.items()]})
    agreed = (table["answer"] == ours.idxmax(axis=1)) & (table["answer"] != label)
    table = table[agreed].sort_values("methods", ascending=False, kind="stable")
    study.book.keep_table("09_against_labels", table.round(3))


def calibrated(study: Study) -> None:
    """Calibration and selective answers of all methods whose probabilities are kept."""
    errors, risks = {}, {}
    for protocol in ("ag", "ff"):
        for name, record in with_the_ceiling(study, protocol).items():
            if not len(record.probabilities):
                continue
            probabilities, truth, weights, draws = track_probabilities(record)
            row = {"accuracy": weights @ (probabilities.argmax(axis=1) == truth) / weights.sum(),
                   "confidence": weights @ probabilities.max(axis=1) / weights.sum()}
            for key, measure in MEASURES.items():
                low, high = np.percentile(measure(probabilities, truth, draws), [2.5, 97.5])
                row |= {key: measure(probabilities, truth, weights), f"{key} low": low,
                        f"{key} high": high}
            errors[protocol, name] = row
            given, risk = calibration.risk_by_coverage(probabilities, truth, weights)
            risks[protocol, name] = {share: risk[np.searchsorted(given, share - 1e-9)]
                                     for share in COVERAGES}
    for key, found in {"09_calibration": errors, "09_coverage": risks}.items():
        table = pd.DataFrame.from_dict(found, "index").rename_axis(["protocol", "method"])
        study.book.keep_table(key, table.round(4))


def track_probabilities(record: Predictions) -> tuple[np.ndarray, ...]:
    """Return mean probabilities of the answers to a track, (n, n_labels), true labels, weights (a
    track weighs one in all), and weights in `CALIBRATION_DRAWS` draws of artists."""
    rows = np.flatnonzero(record.part == PARTS.index("test"))
    key = [getattr(record, name)[rows] for name in ("track", "seed", "fold", "truth")]
    means = pd.DataFrame(record.scores(rows)).groupby(key).mean()
    track, truth = (means.index.get_level_values(level).to_numpy() for level in (0, 3))
    probabilities = means.to_numpy(float) / means.to_numpy(float).sum(axis=1, keepdims=True)
    weights = 1 / pd.Series(track).groupby(track).transform("size").to_numpy()
    artists, place = np.unique(record.clusters[track], return_inverse=True)
    drawn = generator(0, "calibration").multinomial(
        len(artists), np.full(len(artists), 1 / len(artists)), size=CALIBRATION_DRAWS)
    return probabilities, truth, weights, drawn[:, place] * weights


# --- the ladder of leaks --------------------------------------------------------------------------


def climb(study: Study, method: str, table: pd.DataFrame, many: int,
          answer: Callable[..., tuple], among: pd.DataFrame | None = None, **about: Any) -> None:
    """Split a table as each rung asks, let a method answer the test rows, and record it.

    Parameters
    ----------
    table
        `track`, `segment` and `genre` of each row.
    many
        How often each rung is dealt out.
    answer
        Takes the splits and the rung's name; returns for each split the labels of the test rows,
        and what is known of the trainings.
    among
        Tracks to take; all by default.
    """
    tracks = study.music.tracks if among is None else among
    copies, sizes = parts_of(study.music, tracks)
    genres = np.array(sorted(table["genre"].unique()))
    for name in ladder.RUNGS:
        splits = ladder.rung(name, table, tracks, copies, sizes, study.seeds(many))
        labels, made = answer(splits, name)
        answers = [records.Answers(table, split, genres[one])
                   for split, one in zip(splits, labels, strict=True)]
        study.record(f"ground.{method}.{name}", "ladder", answers, **about | made)
    study.compare("ground.ladder", ["ladder"], method)


def parts_of(music: Corpus, tracks: pd.DataFrame) -> tuple[pd.Series, ladder.Sizes]:
    """Return of which track each is a copy, and how many tracks each part has on every rung."""
    copies = ladder.copies_of(music)
    try:
        return copies, ladder.equal_sizes(tracks, copies)
    except ValueError as error:
        raise CorpusLacks(str(error)) from None


def perceptrons_climb(study: Study) -> None:
    """The perceptron on 57 features of a slice of 3 s."""
    networks_climb(study, "mlp", cortis.MLP_3S, slices(study), study.size.ground_seeds)


def convolutions_climb(study: Study) -> None:
    """The convolutional network on MFCC of a slice of 3 s."""
    shown, many = slices(study, "mfcc"), study.size.ground_net_seeds
    networks_climb(study, "cnn", cortis.CNN_MFCC, shown, many)


def networks_climb(study: Study, method: str, recipe: cortis.Recipe, shown: cortis.Inputs,
                   many: int) -> None:
    """Let a network of notebook 04 climb."""

    def answer(splits: list, rung: str) -> tuple:
        jobs = [networks.Job(recipe, split) for split in splits]
        fits = networks.fit_all(jobs, shown.data, f"{recipe.network}, {rung}")
        labels = [fit.probabilities[fit.split.rows("test")].argmax(axis=1) for fit in fits]
        return labels, records.trained(fits)

    modules = computing_modules(ladder, network_training)
    climb(study, method, shown.rows, many, answer, modules=modules)


def neighbours_climb(study: Study) -> None:
    """Nearest neighbours by the mean squared error of notebook 06 on quarters of pictures; k is
    chosen on valid."""
    quarters, rows, source = quarter_pictures(study.music)
    matrix = squared_distances(quarters.reshape(len(rows), -1), "pieces of pictures")
    matrix = matrix / quarters[0].size
    labels = labels_of(rows)

    def answer(splits: list, rung: str) -> tuple:
        found = [knn.knn_on_split(matrix, labels, split.part) for split in splits]
        k = {"k": [int(one.k) for one in found]}
        return [one.votes.argmax(axis=1) for one in found], {"parameters": k}

    climb(study, "knn", rows, study.size.ground_seeds, answer, audio=source,
          modules=computing_modules(ladder, knn, squared_distances, mel_pictures))


def softmax_autoencoders_climb(study: Study) -> None:
    """Notebook 05's network on 0.9 s of averaged samples, four genres."""
    if not set(GENRES) <= set(study.music.genres):
        return
    tracks = study.music.tracks[study.music.tracks["genre"].isin(GENRES)]
    table = raw_audio.segment_table(study.music, tracks.index, "raw", POOL)

    def answer(splits: list, rung: str) -> tuple:
        data, runs = softmax_autoencoders(study, table, splits, f"dsae, {rung}")
        labels = [segment_networks.answers(run, data, run.split.rows("test")) for run in runs]
        minutes = round(sum(run.seconds for run in runs) / 60, 2)
        return labels, {"converged": segment_networks.at_rest(runs), "minutes": minutes}

    climb(study, "dsae", table.rows, study.size.ground_seeds, answer, tracks,
          modules=computing_modules(ladder, segment_networks))


def noise_trained_climb(study: Study) -> None:
    """A regression on codes of quarters of pictures, by notebook 07's networks that learned from
    noise with 1−MS-SSIM; left out where that notebook's answers are not in the book."""
    same = kept(study, "namgyal.t2.lr.ms_ssim@ff")
    if not same.is_file():
        return
    _, rows, source = quarter_pictures(study.music)
    labels = labels_of(rows)
    plan = noise_autoencoders.plan_of(study)._replace(loss="ms_ssim")
    codes = {seed: quarter_codes(study.music, plan._replace(seed=seed))
             for seed in study.seeds(study.size.ground_net_seeds)}
    rested = load_record(same).about["converged"]  # of the same trainings

    def answer(splits: list, rung: str) -> tuple:
        found = [regression.regression_on_split(codes[split.seed], labels, split.part)
                 for split in splits]
        return [one.probabilities.argmax(axis=1) for one in found], {"converged": rested}

    climb(study, "ae", rows, study.size.ground_net_seeds, answer, audio=source,
          modules=computing_modules(ladder, regression, noise_trained, mel_pictures))


def quarter_codes(music: Corpus, recipe: noise_trained.Recipe) -> np.ndarray:
    """Return the codes of the quarters of all pictures, averaged to 64 channels by 9 heights,
    (n_pieces, 576) float32."""
    pictures = mel_pictures(music, music.tracks.index)
    model, _ = noise_autoencoders.learn(recipe)

    def work() -> np.ndarray:
        blocks = []
        images = noise_trained.padded(pictures.images)
        for block in np.array_split(images, max(1, len(images) // 16)):
            with torch.no_grad():
                code = model.code(torch.from_numpy(block)[:, None])[..., 4:24]  # without border
            means = code.reshape(len(block), -1, 9, 2, QUARTERS, 5).mean(dim=(3, 5))
            blocks.append(means.permute(0, 3, 1, 2).flatten(2).numpy())
        return np.concatenate(blocks).reshape(QUARTERS * len(images), -1)

    images = hashlib.sha1(np.ascontiguousarray(pictures.images).tobytes()).hexdigest()
    key = {"recipe": recipe._asdict(), "tracks": "|".join(pictures.tracks), "images": images}
    return cached("quarter_codes", work, **key)


def encoders_climb(study: Study) -> None:
    """A linear head on contrastive codes of quarters of tracks; each split has an encoder that
    learned from its train rows."""
    tracks = study.music.tracks
    cut = tracks.loc[tracks.index.repeat(QUARTERS), ["genre"]].assign(split=holdouts.UNUSED)
    rows = cut.reset_index(names="track").assign(segment=np.tile(range(QUARTERS), len(tracks)))
    studio = Studio(study.music, cut, cut=QUARTERS)
    size = study.size
    recipe = small_encoder(study)._replace(steps=size.ground_con_steps, looks=size.con_looks // 2,
                                           learning_rate=LADDER_RATE)

    def answer(splits: list, rung: str) -> tuple:
        runs, labels = [], []
        for split in splits:
            own = studio.dealt(split.part)
            learned = own.learn({f"{rung} {split.seed}": recipe._replace(seed=split.seed)})
            runs += learned.values()
            shares = own.answers({0: runs[-1].codes}, seeds={0: split.seed})[0]
            labels.append(shares[split.rows("test")].argmax(axis=1))
        return labels, of_encoders(runs)

    climb(study, "contrastive", rows[["track", "segment", "genre"]], size.ground_net_seeds, answer,
          parameters=recipe.told, modules=computing_modules(ladder, encoder_training, heads))


def rungs(study: Study) -> None:
    """Accuracy by segment on every rung, for all methods that have climbed."""
    found = []
    for method in CLIMBERS:
        for rung in ladder.RUNGS:
            path = kept(study, f"ground.{method}.{rung}@ladder")
            if path.is_file():
                side = Side(load_record(path), "accuracy")
                low, high = np.percentile(resample([side], 2000)[0], [2.5, 97.5])
                found.append((method, rung, side.by_seed().mean(), low, high))
    columns = ["method", "rung", "accuracy", "low", "high"]
    table = pd.DataFrame(found, columns=columns).set_index(columns[:2])
    study.book.keep_table("09_ladder", table.round(4))


# --- switches, audits, costs ----------------------------------------------------------------------


def single_leaks(study: Study) -> None:
    """Every combination of five leaks, for nearest neighbours on 57 features of a slice."""
    shown = slices(study)
    tracks, seeds = study.music.tracks, study.seeds(study.size.ground_switch_seeds)
    found = leak_switches.accuracies(shown.data.table, shown.rows, tracks,
                                     *parts_of(study.music, tracks), seeds, study.book.draws)
    study.book.keep_table("09_switches", found.round(4))


def copies_and_folds(study: Study) -> None:
    """Pairs that may hold one take, and the leaks of published folds whose lists lie in
    ``splits/artist_folds`` of the corpus."""
    pairs = fingerprints.near_copies(study.music, confirmed_only=False)
    pairs["the same take"] = pairs["waveform"] >= fingerprints.CONFIRMED
    study.book.keep_table("09_copies", pairs)
    place, counts = study.music.root / "splits" / "artist_folds", {}
    for number in (1, 2, 3):
        lists = {"train": place / f"f{number}_train.txt", "test": place / f"f{number}_evaluate.txt"}
        if all(path.is_file() for path in lists.values()):
            part = pd.concat([pd.Series(name, listed(path)) for name, path in lists.items()])
            found = audit(part[part.index.isin(study.music.tracks.index)], study.music)
            counts[f"fold {number}"] = {leak: found[leak].count for leak in LEAKS}
    if counts:
        study.book.keep_table("09_folds", pd.DataFrame(counts).rename_axis("leak"))


def listed(path: Path) -> list[str]:
    """Return the tracks of a list, such as blues.00012 for ./blues_00012.wav."""
    lines = [line.split() for line in path.read_text().splitlines()]
    return [Path(words[0]).stem.replace("_", ".") for words in lines if words]


def costs(study: Study) -> None:
    """Seconds that one training took (one seed, one fold), and on what, by the run's notes."""
    notes, found = read_volatile(study.book.folder), {}
    for protocol in ("ag", "ff"):
        for method, answers in answers_of_all(study, protocol).items():
            note = notes.get(METHODS[method].format(protocol), {})
            if minutes := note.get("minutes"):
                found[method] = 60 * minutes / len(answers.seeds), note["device"].split(" (")[0]
    table = pd.DataFrame.from_dict(found, "index", columns=["seconds", "device"])
    study.book.keep_table("09_costs", table.rename_axis("method").round({"seconds": 1}))


# --- what several of them use ---------------------------------------------------------------------


def kept(study: Study, name: str) -> Path:
    """Return where answers are kept."""
    return study.book.folder / "predictions" / f"{name}.npz"


def apart(study: Study, track: pd.Series, seeds: Sequence[int]) -> list[holdouts.Split]:
    """Split rows into folds that keep artists apart, each fold once for each training seed."""
    n_folds = fold_number(study.tracks)
    return holdouts.artist_folds(track, study.music.tracks, seeds, n_folds, shuffle=study.seed)


def scaled(classifier: Any) -> pipeline.Pipeline:
    """Return a classifier behind a scaler that sees train rows only."""
    steps = [("scale", preprocessing.StandardScaler()), ("learn", classifier)]
    return pipeline.Pipeline(steps)


def slices(study: Study, kind: str = "") -> cortis.Inputs:
    """Return the slices of 3 s as notebook 04 has them: 57 features, or pictures of a kind; MFCC
    are normalised over a sliding window."""
    shown = cortis.tables(study)[1]
    if not kind:
        return shown
    pictures = sequences.sequences(study.music, kind).pictures
    if kind == "mfcc":
        pictures = features.cmvn(pictures, cortis.WINDOW).astype(np.float16)
    return shown._replace(data=networks.Data(shown.data.labels, pictures=pictures))


def quarter_pictures(music: Corpus) -> tuple[np.ndarray, pd.DataFrame, str]:
    """Return the quarters of all pictures, (n_pieces, 216, 83), their rows, and their source."""
    pictures = mel_pictures(music, music.tracks.index)
    cut = pictures.images[:, :, :332].reshape(-1, 216, QUARTERS, 83).transpose(0, 2, 1, 3)
    rows = pd.DataFrame({"track": np.repeat(pictures.tracks, QUARTERS),
                         "segment": np.tile(range(QUARTERS), len(pictures.tracks))})
    genre = music.tracks["genre"][rows["track"]].to_numpy()
    return cut.reshape(-1, 216, 83), rows.assign(genre=genre), pictures.source


def small_encoder(study: Study) -> contrastive.Recipe:
    """Return how notebook 08's small encoder of spectra is trained, in fewer steps."""
    size = study.size
    return contrastive.Recipe(steps=size.ground_encoder_steps, batch=size.con_equal_batch,
                              n_samples=size.con_equal_samples, width=size.con_equal_eighths / 8,
                              looks=size.con_looks)
