"""Cortis, sections III.B, III.C, IV and V: networks on features, Table I and Fig 3.

The paper trains eleven networks: perceptrons (MLPs) on the 57 features of tracks (30 s) or of
slices (3 s), with fixed or tuned layers; convolutional networks (CNNs) on spectrograms, mel
spectrograms and MFCCs; and a multimodal one (MMNN). It gives the number of layers, ReLU, dropout,
the optimiser Nadam, batches of 128 and at most 100 epochs with early stopping. It doesn't give
widths, filters, learning rates, the patience or the number of trials: these are ours, below. Every
model is trained with rows dealt out at random, as in the paper, with tracks kept together and with
artists apart.

Lesson: 04. Record page: `docs/records/supervised_networks.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn import feature_selection, metrics

from genrelab import features
from genrelab.evaluation import holdouts
from genrelab.evaluation.holdouts import Split
from genrelab.features import (
    cmvn,
    distortions,
    feature_table,
    mic,
    redundancy,
    relevance,
    summary,
)
from genrelab.models.supervised import Recipe
from reproductions import network_training, probing, records, sequences
from reproductions.networks import Data, Fit, Job, fit_all
from reproductions.provenance import computing_modules
from reproductions.study import Study

# Layers: three for 30 s and four for 3 s (section IV.B). Widths and dropout are ours, within the
# range of the paper's tuning. The rate was chosen on validation rows: at 0.001 the perceptrons on
# 30 s are still improving after 100 epochs.
MLP_30S = Recipe(hidden=(128, 64, 32), dropout=(0.3,) * 3, learning_rate=0.002, patience=10)
MLP_3S = MLP_30S._replace(hidden=(256, 128, 64, 32), dropout=(0.3,) * 4)
# The paper gives neither filters nor rates. Of mel spectrograms 0.002 was better on validation rows
# than 0.001; of MFCCs only 0.001 was tried. An epoch of slices has ten times the steps: half the
# patience.
CNN = Recipe("cnn", filters=(8, 32, 64), pools=((4, 2), (4, 2), (2, 2)), optimiser="adam",
             learning_rate=0.002, patience=5)
CNN_MFCC = CNN._replace(filters=(16, 32, 64), pools=((2, 2), (2, 4), (1, 4)), learning_rate=0.001)
CNN_PICTURE = CNN._replace(filters=(8, 16, 32, 64), pools=((2, 2),) * 4, patience=10)
MMNN = CNN_MFCC._replace(network="mmnn", hidden=MLP_3S.hidden, dropout=MLP_3S.dropout)
# the paper's wish (section V), read as an LSTM over the frames of the same MFCCs
CNN_LSTM = CNN_MFCC._replace(network="cnn_lstm")

# Exponent of coarse grids, on which MIC is smaller and found fast: where it reaches the limit on
# them, it does on finer ones.
COARSE = 0.4

# frames of the sliding window of CMVN, speechpy's default; slices of 3 s have 130
WINDOW = 301
# Pictures are averaged to fewer rows and frames than the paper's, for time grows with their number.
PICTURE = (108, 167)
SPENT = {"picture": {"rows of a picture": (108, 216), "frames": (167, 334)},
         "mel": {"frames": (65, 130)},
         "stft": {"rows of a picture": (128, 1025), "frames": (65, 130)}}

# places of the 57 columns, in the order of the published table
SPECTRAL, CEPSTRAL = tuple(range(17)), tuple(range(17, 57))

MC_GRP, MC_GRP_FF, MC_GRP_AG = ("mc", "grp"), ("mc", "grp", "ff"), ("mc", "grp", "ag")
ALL = ("mc", "grp", "ff", "ag")

# the single networks and the multimodal one, whose gaps between train and test are compared
WITH_TRAIN = [
    f"cortis.t1.{name}" for name in ("fixed_mlp_3s", "tuned_mlp_3s", "cnn_mfcc_3s", "mmnn")]
# networks whose last hidden layer is drawn as a map
CODED = ("fixed_mlp_3s", "cnn_mel_3s", "cnn_mfcc_3s", "mmnn")


class Inputs(NamedTuple):
    """What networks are shown.

    Attributes
    ----------
    rows
        The columns `track`, `genre` and, where a row is a slice, `segment`.
    data
        Labels, features and pictures.
    splits
        Of the rows, by protocol.
    audio
        The kind of sound that the features or pictures are from.
    """

    rows: pd.DataFrame
    data: Data
    splits: Mapping[str, list[Split]]
    audio: str


class Trained(NamedTuple):
    """A model under several protocols: what it was shown, and its trainings by protocol."""

    inputs: Inputs
    fits: dict[str, list[Fit]]


def reproduce(study: Study) -> None:
    """Train every model of Table I and its controls, and record them.

    At the size ``"smoke"`` only fixed perceptrons are trained.
    """
    study.music.require(groups=3, genres=2, seconds=6, tracks=holdouts.FEWEST,
                        parts={"train": 1, "valid": 1, "test": 1})
    tracks, slices = tables(study)
    count_leaking_rows(study, slices)
    models = fixed_perceptrons(study, tracks, slices)
    parts_of_the_gain(study, slices)
    mfcc_alone(study, tracks)
    if not study.smoke:
        other_readings(study, tracks, slices)
        scalings(study, slices)
        filtered_perceptrons(study, tracks, slices)
        models |= tuned_perceptrons(study, tracks, slices)
        models |= networks_on_pictures(study)
        models |= networks_on_spectra(study, slices)
        models |= networks_on_mfcc(study, slices)
        models |= two_branches(study, models)
        other_normalisations(study, slices)
        keep_codes(study, models)
    keep_table_1(study, models)


# --- rows, splits, and one way to train and record -----------------------------------------------


def tables(study: Study) -> tuple[Inputs, Inputs]:
    """Return the features of tracks (the published table, where there is one) and of slices."""
    music = study.music
    published, slices = features.published_features(music), feature_table(music, "3s")
    tracks = feature_table(music, "30s") if published is None else published
    kind = music.audio_kind if published is None else "kaggle-table"
    return (inputs(study, pd.DataFrame({"track": tracks.index}), kind, table=tracks.to_numpy()),
            inputs(study, slices[["track", "segment"]], music.audio_kind,
                   table=slices.iloc[:, 2:].to_numpy()))


def inputs(study: Study, rows: pd.DataFrame, audio: str, **data: np.ndarray) -> Inputs:
    """Return rows with their genres, as data of networks and under the splits of `deal`."""
    genre = study.music.tracks["genre"]
    rows = rows.assign(genre=genre[rows["track"]].to_numpy())
    labels = rows["genre"].map(sorted(genre.unique()).index).to_numpy()
    return Inputs(rows, Data(labels, **data), deal(study, rows), audio)


def deal(study: Study, rows: pd.DataFrame) -> dict[str, list[Split]]:
    """Return the splits of rows under each protocol; one seed is one holdout, or one training."""
    tracks, track, seed = study.music.tracks, rows["track"], study.seed
    several, some = study.seeds(study.size.mlp_holdouts), study.seeds(study.size.mlp_seeds)
    folds = probing.fold_number(study.tracks)
    return {"mc": holdouts.random_holdouts(rows["genre"], several),
            "grp": holdouts.track_holdouts(track, tracks, several),
            "ff": holdouts.published_split(track, tracks, some),
            "ag": holdouts.artist_folds(track, tracks, some, folds, shuffle=seed)}


def train(study: Study, name: str, shown: Inputs, recipe: Recipe, protocols: Iterable[str], *,
          runs: int | None = None, columns: Any = None, spent: Mapping[str, Any] | None = None,
          variant: str = "", names_only: bool = False, **options: Any) -> Trained:
    """Train a network under protocols and record its answers.

    Parameters
    ----------
    study, name
        Where, and under which name of the catalogue.
    shown, recipe, protocols
        What the network sees, how it is trained, under which splits.
    runs
        How many seeds of the splits are taken; None for all.
    columns
        Of the features: their places, or a function of the split that returns them; None for all.
    spent
        What is smaller than in the paper, as name: (ours, the paper's).
    variant
        See `claimbook.ledger.About`.
    names_only
        Keep the genres that are answered, without probabilities: a quarter of the room.
    **options
        See `reproductions.network_training.Job`.
    """
    trained = Trained(shown, {})
    made = [summary] if shown.data.pictures is None else [sequences, cmvn, features.mel_pictures]
    made += [relevance, redundancy, mic] if name.startswith("cortis.filtered") else []
    for protocol in protocols:
        splits = [split for split in shown.splits[protocol]
                  if runs is None or split.seed < study.seed + runs]
        taken = [columns(split) if callable(columns) else columns for split in splits]
        jobs = [Job(recipe, split, places, **options) for split, places in zip(splits, taken)]
        fits = trained.fits[protocol] = fit_all(jobs, shown.data, f"{name}, {protocol}")
        layers = {f"{one.recipe.hidden} {one.recipe.dropout} {one.recipe.filters}" for one in fits}
        settings = {"epochs": [len(one.history) for one in fits],
                    "learning_rate": recipe.learning_rate, "layers": sorted(layers),
                    "columns": sorted({str(places) for places in taken}),
                    "patience": recipe.patience, "window": WINDOW}
        budget = {"holdouts": (len(splits), 10)} if protocol in MC_GRP else {}
        budget |= {"shuffles of the folds": (1, 3)} if protocol == "ag" else {}
        gaps = name in WITH_TRAIN and protocol in MC_GRP and not variant
        parts = ("train", "test") if gaps else ("test",)
        answers = records.of_fits(fits, shown.rows, parts)
        if names_only:
            genres = np.array(sorted(shown.rows["genre"].unique()))
            answers = [one._replace(given=genres[one.given.argmax(axis=1)]) for one in answers]
        study.record(name, protocol, answers, variant=variant,
                     audio=shown.audio, parameters={name: settings | options},
                     budget=budget | dict(spent or {}), **records.trained(fits),
                     modules=computing_modules(network_training, holdouts, *made))
    return trained


# --- section III.A: does tuning on the train part alone keep the test clean? ----------------------


def count_leaking_rows(study: Study, slices: Inputs) -> None:
    """Count test rows whose own track, or its exact copy, is learned from."""
    source = holdouts.originals(study.music.tracks)[slices.rows["track"]].to_numpy()
    tests = [(source[split.rows("test")], source[split.rows("train")])
             for split in slices.splits["mc"]]
    leaking = sum(int(np.isin(test, train).sum()) for test, train in tests)
    count = leaking, sum(len(test) for test, _ in tests)
    study.book.state("cortis.no_leak", "mc", {"test rows whose track is learned from": count},
                     audio=slices.audio)


# --- section IV.B: perceptrons --------------------------------------------------------------------


def fixed_perceptrons(study: Study, tracks: Inputs, slices: Inputs) -> dict[str, Trained]:
    """Train the perceptrons with fixed layers, and keep two of their curves."""
    found = {"fixed_mlp_30s": train(study, "cortis.t1.fixed_mlp_30s", tracks, MLP_30S, ALL),
             "fixed_mlp_3s": train(study, "cortis.t1.fixed_mlp_3s", slices, MLP_3S, ALL)}
    study.compare("cortis", MC_GRP_AG, "window.fixed")
    study.compare("cortis", ["printed"], "mmnn.overfits")
    curves = []
    for protocol in MC_GRP:
        history = pd.DataFrame(found["fixed_mlp_3s"].fits[protocol][0].history)
        history.insert(0, "epoch", np.arange(1, len(history) + 1))
        curves.append(history.assign(protocol=protocol))
    study.book.keep_table("04_early_stopping", pd.concat(curves).set_index("protocol").round(4))
    return found


def other_readings(study: Study, tracks: Inputs, slices: Inputs) -> None:
    """Learn from the validation rows, too, in the end; and from features of the sound at hand
    instead of the published ones."""
    for length, shown, recipe in (("30s", tracks, MLP_30S), ("3s", slices, MLP_3S)):
        train(study, f"cortis.t1.fixed_mlp_{length}", shown, recipe, ["mc"],
              variant="learned=train and valid", refit=True)
    table = feature_table(study.music, "30s").loc[tracks.rows["track"]].to_numpy()
    own = tracks._replace(data=tracks.data._replace(table=table), audio=study.music.audio_kind)
    train(study, "cortis.t1.fixed_mlp_30s", own, MLP_30S, ALL, variant="features=own extraction")


def parts_of_the_gain(study: Study, slices: Inputs) -> None:
    """Train on one slice of each track, to separate the window, the number of slices and the
    leak."""
    single = holdouts.one_row_a_track(slices.splits["grp"], slices.rows["track"])
    train(study, "cortis.window.one_segment", slices._replace(splits={"grp": single}), MLP_3S,
          ["grp"])
    study.compare("cortis", ["grp"], "window.why")


def mfcc_alone(study: Study, tracks: Inputs) -> None:
    """Give the perceptron the 40 MFCC columns, the other 17, and 17 of the 40: those with the most
    mutual information with the genre on the train rows."""

    def best_17(split: Split) -> tuple[int, ...]:
        rows = split.rows("train")
        information = feature_selection.mutual_info_classif(
            tracks.data.table[rows][:, CEPSTRAL], tracks.data.labels[rows],
            random_state=study.seed)
        return tuple(CEPSTRAL[k] for k in np.sort(np.argsort(-information)[: len(SPECTRAL)]))

    for name, columns in {"mfcc": CEPSTRAL, "mfcc_17": best_17, "others": SPECTRAL}.items():
        train(study, f"cortis.only.{name}", tracks, MLP_30S, MC_GRP_AG, columns=columns,
              runs=study.size.mlp_seeds)
    study.compare("cortis", MC_GRP_AG, "mfcc_best")


def scalings(study: Study, slices: Inputs) -> None:
    """Train on features as they are, and scaled by mean and deviation (section III.B)."""
    for scaling in ("none", "standard"):
        train(study, f"cortis.scaling.{scaling}", slices, MLP_3S, MC_GRP,
              runs=study.size.mlp_seeds, scaling=scaling)
    study.compare("cortis", MC_GRP, "scaling")


def tuned_perceptrons(study: Study, tracks: Inputs, slices: Inputs) -> dict[str, Trained]:
    """Let Bayesian optimisation choose the layers, with all features and without MFCCs."""
    some = {"runs": study.size.mlp_seeds, "trials": study.size.mlp_trials}
    found = {f"{name}_{length}": train(study, f"cortis.t1.{name}_{length}", shown, recipe, ALL,
                                       columns=columns, **some)
             for name, columns in {"tuned_mlp": None, "no_mfcc": SPECTRAL}.items()
             for length, shown, recipe in (("30s", tracks, MLP_30S), ("3s", slices, MLP_3S))}
    study.compare("cortis", MC_GRP_AG, "window.tuned", "window.no_mfcc")
    study.compare("cortis", MC_GRP_AG, "no_mfcc.30s", "no_mfcc.3s")
    study.compare("cortis", ("mc", "ag"), "tuned.30s", "tuned.3s")
    for name, trained in found.items():  # as many holdouts as in the paper
        length, columns = name.rsplit("_", 1)[1], SPECTRAL if "no_mfcc" in name else None
        recipe = MLP_30S if length == "30s" else MLP_3S
        train(study, f"cortis.ten.{name}", trained.inputs, recipe, ["mc"], columns=columns,
              names_only=True, trials=study.size.mlp_trials)
    return found


def filtered_perceptrons(study: Study, tracks: Inputs, slices: Inputs) -> None:
    """Take out, on the train rows of each split, what the paper's filters call unrelated or
    redundant (section III.B), before fixed and tuned perceptrons learn."""
    counts = {}
    for length, shown, recipe in (("30s", tracks, MLP_30S), ("3s", slices, MLP_3S)):
        for protocol in MC_GRP:
            found = {split.seed: filtered(shown.data, split.rows("train"))
                     for split in shown.splits[protocol]}
            left = {seed: places for seed, (places, _) in found.items()}
            number = [len(places) for places in left.values()]
            always = set(summary.COLUMNS).difference(
                *([summary.COLUMNS[k] for k in places] for places in left.values()))
            counts[length, protocol] = {
                "fewest left": min(number), "mean left": np.mean(number), "most left": max(number),
                "unrelated, mean": np.mean([n for _, n in found.values()]),
                "always taken out": " ".join(sorted(always))}
            for kind, some in (("fixed", {}), ("tuned", {"runs": study.size.mlp_seeds,
                                                         "trials": study.size.mlp_trials})):
                train(study, f"cortis.filtered.{kind}_mlp_{length}", shown, recipe, [protocol],
                      columns=lambda split, left=left: left[split.seed], names_only=True, **some)
    table = pd.DataFrame(counts).T.rename_axis(["window", "protocol"])
    study.book.keep_table("04_filter", table)
    study.compare("cortis.filter", MC_GRP, *(f"{kind}_mlp_{length}" for kind in ("fixed", "tuned")
                                             for length in ("30s", "3s")))


def filtered(data: Data, train_rows: np.ndarray) -> tuple[tuple[int, ...], int]:
    """Return the places of the features that stay, and how many are unrelated to the genre, which
    is numbered by the alphabet."""
    table = pd.DataFrame(data.table[train_rows], columns=summary.COLUMNS)
    labels = data.labels[train_rows]
    found = relevance.label_correlation(table, labels)
    doubtful = table.columns[(found[["pearson_p", "spearman_p"]] > relevance.CANDIDATE_P)
                             .any(axis=1)]  # of the others the coefficient decides nothing
    coarse = mic.mic_with(table[doubtful], labels, COARSE)
    unclear = coarse.index[coarse < relevance.LEAST_MIC]
    gone = relevance.unrelated(found, mic.mic_with(table[unclear], labels))
    table = table.drop(columns=gone)
    table = table.drop(columns=redundancy.redundant(table).index)
    return tuple(summary.COLUMNS.index(name) for name in table), len(gone)


# --- section IV.B: convolutional networks, and two branches ---------------------------------------


def whole_pictures(study: Study) -> Inputs:
    """Return the published pictures of whole tracks, averaged."""
    taken = features.mel_pictures(study.music, study.music.tracks.index)
    images = np.rint(sequences.averaged(taken.images, *PICTURE) * 255).astype(np.uint8)
    return inputs(study, pd.DataFrame({"track": taken.tracks}), taken.source, pictures=images)


def networks_on_pictures(study: Study) -> dict[str, Trained]:
    """Train on the published pictures of whole tracks, and on log-mel spectrograms of our own."""
    shown = whole_pictures(study)
    clean = sequences.whole_track_pictures(study.music, pd.Index(shown.rows["track"]), PICTURE)
    own = shown._replace(data=shown.data._replace(pictures=clean), audio=study.music.audio_kind)
    some = {"spent": SPENT["picture"], "runs": study.size.cnn_holdouts}
    trained = train(study, "cortis.t1.cnn_mel_30s", shown, CNN_PICTURE, MC_GRP_FF, **some)
    train(study, "cortis.cnn.own_mel_30s", own, CNN_PICTURE, ("mc", "ff"), **some)
    study.compare("cortis", ("mc", "ff"), "cnn.picture_quality")
    return {"cnn_mel_30s": trained}


def networks_on_spectra(study: Study, slices: Inputs) -> dict[str, Trained]:
    """Train on spectrograms and on mel spectrograms of slices."""
    found = {}
    for kind in ("stft", "mel"):
        pictures = sequences.sequences(study.music, kind).pictures
        shown = slices._replace(data=Data(slices.data.labels, pictures=pictures))
        found[f"cnn_{kind}_3s"] = train(study, f"cortis.t1.cnn_{kind}_3s", shown, CNN, MC_GRP_FF,
                                        spent=SPENT[kind], runs=study.size.cnn_holdouts)
    study.compare("cortis", MC_GRP, "window.cnn_mel")
    study.compare("cortis", MC_GRP_FF, "cnn.mel_gt_stft")
    return found


def networks_on_mfcc(study: Study, slices: Inputs) -> dict[str, Trained]:
    """Train on MFCCs with CMVN and without (section III.B), and test both on noisy slices, too."""
    taken, noisy = (sequences.sequences(study.music, kind) for kind in ("mfcc", "mfcc_noise"))
    assert (taken.rows.to_numpy() == slices.rows[["track", "segment"]].to_numpy()).all()
    raw = taken.pictures, noisy.pictures
    normal = [cmvn(pictures, WINDOW).astype(np.float16) for pictures in raw]
    found = []
    for name, noise_name, protocols, (clean, noisy) in (
            ("t1.cnn_mfcc_3s", "cnn.cmvn_noise", MC_GRP_FF, normal),
            ("cnn.no_cmvn", "cnn.no_cmvn_noise", MC_GRP, raw)):
        data = Data(slices.data.labels, pictures=clean, heard=noisy)
        found.append(train(study, f"cortis.{name}", slices._replace(data=data), CNN_MFCC,
                           protocols, runs=study.size.cnn_holdouts))
        record_noise(study, f"cortis.{noise_name}", f"cortis.{name}", found[-1])
    train(study, "cortis.only.mfcc_3s", slices, MLP_3S, MC_GRP_FF, columns=CEPSTRAL,
          runs=study.size.mlp_seeds)
    study.compare("cortis", MC_GRP, "cmvn", "raw_mfcc.gt_mel", "raw_mfcc.summary_gt_sequence")
    study.compare("cortis", MC_GRP_FF, "cnn.mfcc_gt_mel", "summary_gt_sequence")
    return {"cnn_mfcc_3s": found[0]}


def record_noise(study: Study, name: str, trained_as: str, trained: Trained) -> None:
    """Record what networks answer for test slices with white noise 10 dB below the music."""
    shown, settings = trained.inputs, {"trained as": trained_as, "noise, dB below": 10}
    made = computing_modules(network_training, holdouts, sequences, cmvn, distortions)
    for protocol in MC_GRP:
        fits = trained.fits[protocol]
        about = records.trained(fits) | {"minutes": 0.0, "audio": shown.audio, "modules": made}
        study.record(name, protocol, records.of_fits(fits, shown.rows, heard=True), **about,
                     parameters={name: settings | {"window": WINDOW}},
                     budget={"holdouts": (study.size.cnn_holdouts, 10)})


def two_branches(study: Study, models: Mapping[str, Trained]) -> dict[str, Trained]:
    """Train on features and MFCCs at once (MMNN), and with an LSTM beside the CNN (section V)."""
    mfcc, some = models["cnn_mfcc_3s"].inputs, {"runs": study.size.cnn_holdouts}
    table = models["fixed_mlp_3s"].inputs.data.table
    shown = mfcc._replace(data=mfcc.data._replace(table=table, heard=None))
    alone = mfcc._replace(data=mfcc.data._replace(heard=None))
    multimodal = train(study, "cortis.t1.mmnn", shown, MMNN, MC_GRP_FF, **some)
    train(study, "cortis.cnn_lstm", alone, CNN_LSTM, MC_GRP_FF, **some)
    study.compare("cortis", MC_GRP, "mmnn.overfits")
    study.compare("cortis", MC_GRP_FF, "mmnn.no_gain", "wish.rnn_cnn", "best_overall")
    study.compare("cortis", ("mc", "ff"), "cnn.picture_worst")
    return {"mmnn": multimodal}


def other_normalisations(study: Study, slices: Inputs) -> None:
    """Train on MFCCs as they are, without their mean, and normalised by a window that slides over
    the whole track: section III.B doesn't say over what it slides."""
    taken = sequences.sequences(study.music, "mfcc").pictures
    choices = {"none": taken, "mean": cmvn(taken, WINDOW, variance=False),
               "over the track": over_tracks(taken, slices.rows["track"])}
    for choice, pictures in choices.items():
        data = slices.data._replace(pictures=pictures.astype(np.float16))
        for name, recipe in {"cnn_mfcc_3s": CNN_MFCC, "mmnn": MMNN}.items():
            table = data.table if recipe.network == "mmnn" else None
            train(study, f"cortis.t1.{name}", slices._replace(data=data._replace(table=table)),
                  recipe, ["mc"], runs=study.size.cnn_holdouts, variant=f"CMVN={choice}")
        if more := study.size.cnn_mfcc_holdouts:
            train(study, f"cortis.ten.cnn_mfcc_{choice.split()[-1]}", slices._replace(
                data=data._replace(table=None)), CNN_MFCC, ["mc"], runs=more, names_only=True)


def over_tracks(pictures: np.ndarray, track: pd.Series) -> np.ndarray:
    """Normalise (n_slices, n_coefficients, n_frames) MFCCs, the slices of a track end to end."""
    found = np.empty(pictures.shape)
    for places in track.groupby(track).indices.values():
        whole = np.concatenate(pictures[places], axis=1)
        found[places] = np.stack(np.split(cmvn(whole, WINDOW), len(places), axis=1))
    return found


# --- what is kept beside the record ---------------------------------------------------------------


def keep_table_1(study: Study, models: Mapping[str, Trained]) -> None:
    """Keep accuracy and areas on train and test rows, rows at random, means over the holdouts.

    The paper doesn't say whether its areas are means over genres ("macro"); Keras, which it uses,
    pools all genres ("micro"). Both are kept.
    """
    lines = {name: pd.DataFrame([scores(one, shown.data.labels) for one in fits["mc"]]).mean()
             for name, (shown, fits) in models.items()}
    study.book.keep_table("04_table1", pd.DataFrame(lines).T.rename_axis("model").round(4))


def scores(fit: Fit, labels: np.ndarray) -> dict[str, float]:
    """Return the accuracy of a training on train and test rows, and the areas under its curves."""
    found = {}
    for part in ("train", "test"):
        rows = fit.split.rows(part)
        shares = fit.probabilities[rows].astype(float)
        truth = np.eye(labels.max() + 1)[labels[rows]]
        found[f"accuracy {part}"] = (shares.argmax(axis=1) == labels[rows]).mean()
        for kind in ("macro", "micro"):
            found |= {f"AUROC {kind} {part}": metrics.roc_auc_score(truth, shares, average=kind),
                      f"AUPRC {kind} {part}": metrics.average_precision_score(truth, shares,
                                                                              average=kind)}
    return found


def keep_codes(study: Study, models: Mapping[str, Trained]) -> None:
    """Keep, for maps, the last hidden layer of each track, mean over its slices, from the published
    split."""
    for name in CODED:
        fit, rows = models[name].fits["ff"][0], models[name].inputs.rows
        used = fit.split.part != holdouts.UNUSED
        codes = pd.DataFrame(fit.codes[used].astype(np.float32))
        codes = codes.groupby(rows["track"][used].to_numpy()).mean()
        study.keep_codes(f"04_{name}", codes.index, codes.to_numpy(), split="ff",
                         recipe=fit.recipe._asdict(), seed=fit.split.seed,
                         supervised="train tracks were learned with labels")
