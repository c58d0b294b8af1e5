"""Multi-format contrastive learning: encoders of sound and of mel spectra that see no labels.

Repeats Tables 1 and 2 and tests the text of "Multi-format Contrastive Learning for Music Genre
Classification", 2022, which combines SimCLR, CLMR and two formats of one piece.

The paper gives no batch, no number of steps, no learning rate, no settings of its mel spectra, no
widths of its encoders, no strength of its noise, filters and mixtures, and does not say whether two
views are two pieces of a track. What we chose stands beside each setting, in `sizes.toml`,
and in `genrelab.models.augmentations.Strengths`.

Lesson: 08. Record page: `docs/records/contrastive_learning.md`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch

from claimbook.claims import load_arms, load_claims
from claimbook.estimates import Side
from claimbook.ledger import Ledger
from claimbook.predictions import load_record
from genrelab.features import mfcc_statistics, track_table
from genrelab.models import heads
from genrelab.models.augmentations import AUDIO, SPECTRA, Strengths
from genrelab.models.contrastive import Recipe, new_model
from genrelab.models.weights import save_weights
from reproductions import encoder_training
from reproductions.encoder_training import mel_filters
from reproductions.encoders import Learned, Studio, at_rest, best_weight, mixed
from reproductions.magnatagatune import load_magnatagatune
from reproductions.provenance import computing_modules
from reproductions.records import of_shares
from reproductions.sizes import SIZES, Sizes
from reproductions.study import Study

# section 3.3
TEMPERATURE = 0.5
# of SampleCNN: section 3.1 names nine blocks and no sizes; "clmr" is the layout of CLMR's code
LAYOUT = "nine"
# section 3.1 gives no strength; CLMR's code has 40 to 80 decibels, where nobody hears the noise
STRENGTHS = Strengths(snr=(5.0, 30.0), mask=0.1)
CLMR_NOISE = (40.0, 80.0)
# section 4.1: masks of 10 % are better than 5 %; the smallest is ours
MASKS = {"2_5": 0.025, "5": 0.05, "10": 0.1}
# section 4.1: strong decay helps; the weakest is that of CLMR's code
DECAYS = ("1e-6", "1e-4", "1e-2")
# section 2.1 repeats SimCLR's finding that larger is better, without numbers
BATCHES = (16, 32, 64, 128)
# ours: labelled training tracks a genre, the last are all
BUDGETS = (1, 2, 5, 10, 20, 100)
# ours: percent of the training tracks
FEWER = (25, 50, 100)
# section 4.1 names a hidden layer and no width; ours
HIDDEN = 512
# what makes a training small or large
SIZE = ("steps", "batch", "n_samples", "width")
MADE_BY = computing_modules(encoder_training, heads)

WITH_FEW_LABELS = {
    "t1.spec_all": "spectra: all changes",
    "t1.audio_all": "audio: all changes",
    "equal.audio_all": "audio: all changes, small",
    "random.spec": "spectra: random weights",
    "mfcc": "MFCC statistics",
}
TWINS = {"spec": "spectra: supervised", "audio": "audio: supervised, small"}

Runs = Mapping[str, Sequence[Learned]]
"""Trainings of each setting, one a seed."""

Codes = dict[str, dict[int, np.ndarray]]
"""Codes, or the probabilities of heads on them, of each encoder and seed."""


def reproduce(study: Study) -> None:
    """Train all encoders, fit all heads, and record every claim of the paper."""
    torch.set_num_threads(1 if study.smoke else 2)  # small networks are fastest in one
    bench = Bench(study, Studio(study.music, study.tracks), study.seeds(study.size.con_seeds))
    recipes = settings(study.size)
    runs = bench.train(recipes)
    keep_curves(bench, runs)
    codes = codes_of(bench, runs)
    answers, origins = bench.classify(codes), origins_of(runs)
    tables_1_and_2(bench, answers, origins)
    label_budget(bench, recipes, codes)
    fusion(bench, answers, origins)
    hidden_layers(bench, codes, origins)
    advice(bench, recipes, runs)
    fewer_tracks(bench, recipes)
    choices_of_ours(bench, codes, origins)
    if not study.smoke:  # a second full training for one row
        views_of_one_piece(bench, recipes)
    if folder := os.environ.get("GENRELAB_MAGNATAGATUNE"):
        other_music(bench, recipes, folder)
    overview(study.book)
    if study.music.name == "gtzan" and study.size.name == "reference":
        keep_for_lessons(bench, runs)


class Bench(NamedTuple):
    """What all parts of the experiment share.

    Attributes
    ----------
    study
        Corpus, record, sizes and seed.
    studio
        Trains encoders, and heads on their codes.
    seeds
        Of the trainings.
    """

    study: Study
    studio: Studio
    seeds: range

    def train(self, recipes: Mapping[str, Recipe]) -> dict[str, list[Learned]]:
        """Train each setting with every seed; the weights of the two main encoders are kept."""
        keep = [f"t1.{name} {self.study.seed}" for name in ("audio_all", "spec_all")]
        every = {f"{name} {seed}": recipe._replace(seed=seed)
                 for name, recipe in recipes.items() for seed in self.seeds}
        found = self.studio.learn(every, keep)
        return {name: [found[f"{name} {seed}"] for seed in self.seeds] for name in recipes}

    def classify(self, codes: Codes, hidden: int = 0, shift: int = 0, labels: int = 0) -> Codes:
        """Fit a head to each code and return its probabilities for all tracks.

        Parameters
        ----------
        codes
            Of each encoder and seed.
        hidden
            Units of a hidden layer.
        shift
            Added to the seed of the encoder, it is the head's.
        labels
            Labelled training tracks a genre; 0 for all.
        """
        flat = {(name, seed): code for name, many in codes.items() for seed, code in many.items()}
        found = self.studio.answers(flat, hidden, {key: key[1] + shift for key in flat},
                                    dict.fromkeys(flat, labels))
        return {name: {seed: found[name, seed] for seed in many} for name, many in codes.items()}

    def record(self, name: str, shares: Mapping[int, np.ndarray], **about: Any) -> None:
        """Record the probabilities of heads, (n_tracks, n_genres) of each seed."""
        answers = of_shares(shares, self.studio.tracks)
        self.study.record(f"contrastive.{name}", "ff", answers, **about)

    def record_trained(self, name: str, trained: Sequence[Learned], **about: Any) -> None:
        """Fit heads to the codes of trainings and record them; see `origin`."""
        shares = self.classify({name: {run.recipe.seed: run.codes for run in trained}})[name]
        self.record(name, shares, **origin(trained) | about)

    def compare(self, *claims: str) -> None:
        """Judge claims that compare records."""
        self.study.compare("contrastive", ["ff"], *claims)


# --- what is trained ------------------------------------------------------------------------------


def settings(size: Sizes) -> dict[str, Recipe]:
    """Return the encoders of Tables 1 and 2 and what they are compared with, by name.

    Encoders of audio take so long that they get fewer steps, and that those with crops and noise
    alone are small; what these are compared with is as small.
    """
    spec = Recipe(steps=size.con_steps, batch=size.con_batch, n_samples=size.con_samples,
                  width=size.con_eighths / 8, looks=size.con_looks, temperature=TEMPERATURE,
                  layout=LAYOUT, strengths=STRENGTHS,
                  learning_rate=0.001 if size.name == "smoke" else 0.0003)
    audio = spec._replace(format="audio", steps=size.con_audio_steps, changes=("crop", *AUDIO))
    equal = dict(zip(SIZE, (size.con_equal_steps, size.con_equal_batch, size.con_equal_samples,
                            size.con_equal_eighths / 8)))
    small = audio._replace(**equal)
    untrained = {"learning_rate": 0.0, "steps": size.con_still_steps}
    quiet = STRENGTHS._replace(snr=CLMR_NOISE)
    return {
        "t1.audio_crop": small._replace(changes=("crop",)),
        "t1.audio_noise": small._replace(changes=("crop", "noise")),
        "noise_40_80": small._replace(changes=("crop", "noise"), strengths=quiet),
        "t1.audio_all": audio,
        "t1.spec_time": spec._replace(changes=("crop", "time")),
        # its probe still rose after as many steps as the others
        "t1.spec_all": spec._replace(steps=size.con_long_steps),
        "random.audio": audio._replace(**untrained),
        "random.spec": spec._replace(**untrained),
        "equal.audio_all": small,
        "equal.random_audio": small._replace(**untrained, looks=2),
        "equal.spec_all": spec._replace(**equal),
        # Wang and van den Oord: a piece's sound and its picture are partners
        "fused.early": small._replace(format="both", changes=("crop", *AUDIO, *SPECTRA)),
    }


def codes_of(bench: Bench, runs: Runs) -> Codes:
    """Return the codes of all encoders, of two formats side by side, of two encoders of spectra,
    and MFCC statistics in place of a code."""
    codes = {name: {run.recipe.seed: run.codes for run in many} for name, many in runs.items()}
    mfcc = track_table(bench.study.music, mfcc_statistics).loc[bench.studio.tracks.index]
    codes["mfcc"] = dict.fromkeys(bench.seeds, mfcc.to_numpy(np.float32)[:, None])
    spectra = codes["t1.spec_all"]
    codes["t2.both"] = side_by_side(codes["t1.audio_all"], spectra)
    codes["equal.both"] = side_by_side(codes["equal.audio_all"], codes["equal.spec_all"])
    if len(bench.seeds) > 1:
        following = dict(zip(bench.seeds, [*list(spectra.values())[1:], spectra[bench.seeds[0]]]))
        codes["two_spec"] = side_by_side(spectra, following)
    return codes


def side_by_side(first: Mapping[int, np.ndarray],
                 second: Mapping[int, np.ndarray]) -> dict[int, np.ndarray]:
    """Return two codes of each piece as one, by seed."""
    return {seed: np.concatenate([first[seed], second[seed]], axis=2) for seed in first}


def origin(trained: Sequence[Learned]) -> dict[str, Any]:
    """Return what the record keeps of trainings of one setting or of two formats, each of which
    must have stopped improving; random weights have nothing to finish."""
    formats: dict[str, list[Learned]] = {}
    for run in trained:
        formats.setdefault(run.recipe.format, []).append(run)
    converged = all(runs[0].recipe.learning_rate == 0 or at_rest(runs) for runs in formats.values())
    budget = {"samples a piece": (min(run.recipe.n_samples for run in trained),
                                  SIZES["con_samples"].paper),
              "channels, eighths": (min(8 * run.recipe.width for run in trained), 8)}
    minutes = round(sum(run.seconds for run in trained) / 60, 1)
    return {"converged": converged, "budget": budget, "modules": MADE_BY, "minutes": minutes,
            "parameters": {name: runs[0].recipe.told for name, runs in formats.items()},
            "device": trained[0].device}


def origins_of(runs: Runs) -> dict[str, dict[str, Any]]:
    """Return what the record keeps of every code."""
    pair = [*runs["t1.audio_all"], *runs["t1.spec_all"]]
    small_pair = [*runs["equal.audio_all"], *runs["equal.spec_all"]]
    every = {**runs, "t2.both": pair, "fused.decision": pair, "equal.both": small_pair,
             "two_spec": runs["t1.spec_all"]}
    found = {name: origin(trained) for name, trained in every.items()}
    return found | {"mfcc": {"converged": True, "modules": MADE_BY}}


def keep_curves(bench: Bench, runs: Runs) -> None:
    """Keep loss, probe, alignment, uniformity and rank over all trainings."""
    looks = pd.concat([
        pd.DataFrame(run.history).assign(arm=name, seed=run.recipe.seed, batch=run.recipe.batch,
                                         share=lambda table: table["step"] / table["step"].max())
        for name, many in runs.items() for run in many]).set_index(["arm", "seed", "step"])
    batch = looks.pop("batch").clip(upper=len(bench.studio.rows["train"]))
    looks = looks.assign(below=np.log(2 * batch - 1) - looks["loss"]).round(4)
    bench.study.book.keep_table("08_curves", looks)
    means = looks.groupby(["arm", "share"]).mean()
    large = ["t1.audio_all", "t1.spec_all", "random.audio", "random.spec"]
    bench.study.book.keep_table("08_collapse", means.loc[large, ["alignment", "uniformity",
                                                                 "rank"]])


# --- Tables 1 and 2 -------------------------------------------------------------------------------


def tables_1_and_2(bench: Bench, answers: Codes, origins: Mapping[str, dict]) -> None:
    """Record heads on all codes: the tables, random weights, MFCC, and what changes are worth."""
    for name, shares in answers.items():
        if name != "equal.random_audio":
            bench.record(name, shares, **origins[name])
    bench.study.book.state("contrastive.map_twice", "printed")
    bench.compare("learns.spec", "learns.audio", "augment.audio", "augment.spec",
                  "augment.noise_idle", "spec_gt_audio", "valid_flatters")


def label_budget(bench: Bench, recipes: Mapping[str, Recipe], codes: Codes) -> None:
    """Keep the accuracy with few labels: of heads on codes, and of supervised twins.

    A twin is the same network with the same changes, trained from the first step with these
    labels.
    """
    size, studio = bench.study.size, bench.studio
    budgets = (1, 5, 100) if bench.study.smoke else BUDGETS
    counts = {}
    for name, method in WITH_FEW_LABELS.items():
        for number in budgets:
            for seed, shares in bench.classify({name: codes[name]}, labels=number)[name].items():
                counts[method, number, seed] = studio.accuracy(shares, "test")
    spec, audio = (recipes[name]._replace(steps=size.con_label_steps)
                   for name in ("t1.spec_all", "equal.audio_all"))
    twins = {f"supervised, {number} a genre": spec._replace(labels=number) for number in budgets}
    twins["supervised, audio"] = audio._replace(labels=budgets[-1])
    for run in chain(*bench.train(twins).values()):
        key = TWINS[run.recipe.format], run.recipe.labels, run.recipe.seed
        counts[key] = studio.accuracy(run.probabilities, "test")
    table = pd.Series(counts, name="accuracy").rename_axis(["method", "tracks a genre", "seed"])
    bench.study.book.keep_table("08_labels", table.reset_index().set_index("method").round(4))


def fusion(bench: Bench, answers: Codes, origins: Mapping[str, dict]) -> None:
    """Average the probabilities of two heads, weighted by validation, and compare all ways to join
    two formats."""
    first, second = answers["t1.audio_all"], answers["t1.spec_all"]
    labels, valid = bench.studio.labels, bench.studio.rows["valid"]
    shares = {seed: mixed(first[seed], second[seed],
                          best_weight(first[seed], second[seed], labels, valid)) for seed in first}
    bench.record("fused.decision", shares, **origins["fused.decision"])
    bench.compare("both_gt.spec", "both_gt.audio", "fusion.decision", "fusion.early")
    if "two_spec" in answers:
        bench.compare("both_not_ensemble")


# --- section 4.1: advice on training --------------------------------------------------------------


def hidden_layers(bench: Bench, codes: Codes, origins: Mapping[str, dict]) -> None:
    """Give the head a hidden layer."""
    for name, of in {"audio": "t1.audio_all", "spec": "t1.spec_all", "both": "t2.both"}.items():
        bench.record(f"head.{name}", bench.classify({of: codes[of]}, HIDDEN)[of], **origins[of])
        bench.compare(f"mlp_head.{name}")


def advice(bench: Bench, recipes: Mapping[str, Recipe], runs: Runs) -> None:
    """Try masks, order, weight decay, projector and batch on small encoders of spectra, early
    stopping on the main one; batches have equal numbers of steps, so larger ones see more."""
    usual, main = recipes["equal.spec_all"], "t1.spec_all"
    tried = {f"mask.{name}": usual._replace(strengths=STRENGTHS._replace(mask=share))
             for name, share in MASKS.items()}
    tried |= {"sorted": usual._replace(order="by genre"),
              "without.projector": usual._replace(projection=0), "last": recipes[main]}
    tried |= {f"decay.{decay}": usual._replace(weight_decay=float(decay)) for decay in DECAYS}
    tried |= {f"batch.{number}": usual._replace(batch=number) for number in BATCHES}
    for name, trained in bench.train(tried).items():
        bench.record_trained(name, trained)
    bench.record_trained("stopped", [run._replace(codes=run.best) for run in runs[main]])
    bench.compare("training.mask_size", "training.shuffling", "training.weight_decay",
                  "training.early_stop", "parts.projector", "parts.batch_size")
    still = {"learning_rate": 0.0, "steps": bench.study.size.con_still_steps, "looks": 2}
    untrained = bench.train({"small": usual._replace(**still)})["small"]
    bench.record_trained("random.spec", untrained, variant="size=small")


def fewer_tracks(bench: Bench, recipes: Mapping[str, Recipe]) -> None:
    """Compare all changes with the time mask alone where fewer tracks are there to learn from, for
    encoder and head; steps and validation tracks stay."""
    usual = recipes["equal.spec_all"]
    kinds = {"all": usual, "fewest": usual._replace(changes=("crop", "time"))}
    for kind, recipe in kinds.items():
        for percent in FEWER:
            name, trained, shares = f"small.{percent}.{kind}", [], {}
            for seed in bench.seeds:
                studio = with_fewer(bench.studio, percent / 100, seed)
                fewer = Bench(bench.study, studio, range(seed, seed + 1))
                trained += fewer.train({name: recipe})[name]
                shares |= fewer.classify({name: {seed: trained[-1].codes}})[name]
            bench.record(name, shares, **origin(trained))
    bench.compare("small_data")


def with_fewer(studio: Studio, share: float, seed: int) -> Studio:
    """Return a studio with a share of the training tracks of each genre (one at least), drawn by a
    seed; the others are left out."""
    tracks = studio.tracks
    train = tracks[tracks["split"] == "train"]
    share = max(share, 1 / train["genre"].value_counts().min())
    kept = train.groupby("genre").sample(frac=share, random_state=seed).index
    out = tracks.index.isin(train.index.difference(kept))
    return studio.dealt(tracks["split"].where(~out, "removed").to_numpy())


# --- variants, other music, and what is kept ------------------------------------------------------


def choices_of_ours(bench: Bench, codes: Codes, origins: Mapping[str, dict]) -> None:
    """Record heads with other seeds beside the main ones."""
    for name in ("t1.audio_all", "t1.spec_all", "t2.both"):
        for more in (1, 2):
            shares = bench.classify({name: codes[name]}, shift=10 * more)[name]
            bench.record(name, shares, variant=f"head seed={more}", **origins[name])


def views_of_one_piece(bench: Bench, recipes: Mapping[str, Recipe]) -> None:
    """Record the encoder of spectra whose two views are one piece, changed twice; it has the steps
    of the time mask alone."""
    once = bench.train({"once": recipes["t1.spec_time"]._replace(changes=SPECTRA)})["once"]
    bench.record_trained("t1.spec_all", once, variant="views=of one piece")


def other_music(bench: Bench, recipes: Mapping[str, Recipe], folder: str) -> None:
    """Let the encoder of audio learn from MagnaTagATune: from 4000 of its clips at most, for more
    do not fit into memory."""
    clips, recipe = load_magnatagatune(folder), recipes["t1.audio_all"]
    named = {f"MagnaTagATune {seed}": recipe._replace(seed=seed) for seed in bench.seeds}
    trained = list(bench.studio.learn(named, other=clips).values())
    falls = np.mean([run.history[-2]["loss"] - run.history[-1]["loss"] for run in trained])
    finished = bool(falls < 0.01)  # there are no labels to probe with
    budget = origin(trained)["budget"] | {"clips": (min(4000, len(clips.tracks)), 25_863)}
    bench.record_trained("mtat", trained, converged=finished, budget=budget)
    bench.compare("t2.mtat")


def overview(book: Ledger) -> None:
    """Keep a table of all encoders: settings, and accuracy over seeds."""
    table = {}
    for path in sorted((book.folder / "predictions").glob("contrastive.*@ff*.npz")):
        name, kept = path.stem.partition("@")[0], load_record(path)
        what = load_arms().get(name) or load_claims()[name].where
        recipes = list(kept.about["parameters"].values())
        recipe = recipes[0] if len(recipes) == 1 else {}
        valid, test = (Side(kept, "accuracy", part).by_seed() for part in ("valid", "test"))
        row = name.removeprefix("contrastive."), kept.about["variant"]
        table[" ".join(filter(None, row))] = {
            "what": what, **{part: recipe.get(part) for part in SIZE},
            "finished": kept.about["converged"], "valid": valid.mean(), "test": test.mean(),
            "lowest seed": test.min(), "highest seed": test.max()}
    table = pd.DataFrame.from_dict(table, orient="index").rename_axis("encoder")
    book.keep_table("08_encoders", table.round(3))


def keep_for_lessons(bench: Bench, runs: Runs) -> None:
    """Keep codes of all tracks and the weights of one seed beside the record."""
    main = {"audio": runs["t1.audio_all"][0], "spec": runs["t1.spec_all"][0]}
    for name, parts in {"audio": ["audio"], "spec": ["spec"], "both": [*main]}.items():
        codes = np.concatenate([main[part].codes.mean(axis=1) for part in parts], axis=1)
        recipe = {part: main[part].recipe.told for part in parts}
        bench.study.keep_codes(f"08_{name}", bench.studio.tracks.index, codes, recipe=recipe)
    for name, run in main.items():
        model = new_model(run.recipe, mel_filters())
        model.load_state_dict({part: torch.from_numpy(values.astype(np.float32))
                               for part, values in run.weights.items()})
        path = bench.study.book.folder / "weights" / f"08_{name}.npz"
        save_weights(model, path, run.recipe.told)
