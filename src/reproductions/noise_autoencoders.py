"""Namgyal and others: autoencoders that are trained on noise, with three losses.

Sections 3 and 3.1: Fig 4 and the lower half of Table 2 (logistic regression on codes), and the
paper's sentences on reconstruction (section 1), on a common cap (section 3) and on training without
data (section 4). The paper gives no layers, no size of the code, no number of levels, no learning
rate, no number of steps and no settings of the regression; the constants say what we chose.
Controls are ours: random weights, the pixels themselves by their principal components, and the same
network trained on pictures.

Lesson: 07. Record page: `docs/records/noise_autoencoders.md`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import joblib
import numpy as np
import pandas as pd
import torch

from claimbook import kept_table, training_finished
from genrelab import distances, evaluation, runtime
from genrelab.corpora import CorpusLacks
from genrelab.evaluation import regression
from genrelab.features import mel_pictures
from genrelab.models import compressive, noise_trained
from genrelab.models.compressive import LOSSES, CompressiveAutoencoder
from genrelab.models.noise_trained import Recipe, new_model, padded
from genrelab.models.weights import load_weights, save_weights
from genrelab.training import Training
from reproductions import probing
from reproductions.perceptual_distances import BOTH, Pictures
from reproductions.provenance import computing_modules
from reproductions.records import of_probes
from reproductions.sizes import SIZES
from reproductions.study import Study

NAMES = {"mse": "MSE", "ms_ssim": "1−MS-SSIM", "nlpd": "NLPD"}
METRICS = LOSSES | {"ms_ssim": lambda a, b: 1 - distances.ms_ssim(a, b)}
"""What a picture is judged by; the loss MS-SSIM has a remedy where its slope vanishes."""

LEVELS = 5  # paper: "a predetermined set" of integers; 2 and 9 are variants
CODE_CHANNELS = 64  # paper silent: with 8, flat grey is nearly the best answer to noise
BORDER = 1.0  # paper: "the original padded spectrograms"; white as published, 0 is a variant
LEARNING_RATE = 1e-3  # paper silent: on noise alone 1e-4 is slower, and at 3e-3 NLPD diverges
LEAST_GAIN = 0.05  # ours: a network has learned something if so much of flat grey's loss is gone
AXES = 512  # ours: of the codes that maps are drawn from

SIZED = {name: f"ae_{name}" for name in ("steps", "filters", "side", "batch")}
SETTINGS = {"levels": LEVELS, "code_channels": CODE_CHANNELS, "learning_rate": LEARNING_RATE}
CODE = runtime.code_version(compressive, noise_trained, distances.batches,
                            distances.laplacian_pyramid, distances.squared_error,
                            distances.structural_similarity)
CONTROLS = {"random": "random weights", "pca": "principal components"}

Networks = dict[Recipe, tuple[CompressiveAutoencoder, Training]]
Found = dict[str, dict[int, Any]]
"""Name of a record to seed to what was found: a code, or what probes say of it."""


def reproduce(study: Study) -> None:
    """Train on noise, classify by the codes, and compare with networks that learned otherwise or
    nothing."""
    torch.set_num_threads(1)  # their number decides the last digit
    case = Case(study)
    networks = trained_on_noise(case)
    controls = trained_on_pictures(case)
    codes = codes_of(case, networks | controls)
    about = {name: case.about_training(name, networks | controls) for name in codes}
    probes = classified_by_code(case, codes, about)
    other_fits(case, codes, probes, about)
    silent_choices(case, networks)
    compare_codes(case, with_pictures=bool(controls))
    redrawn_music(case, networks, about)
    use_of_the_code(case, codes, about)
    if not case.study.smoke:
        keep_for_lessons(case, networks, codes)


class Case(Pictures):
    """Pictures with their border, the recipe of the trainings, and what is known of a record."""

    def __init__(self, study: Study):
        study.music.require(groups=3, genres=2, seconds=10, in_all=47,
                            parts={"train": 1, "valid": 1, "test": 1})
        super().__init__(study)
        if self.poorest.tracks < 30 or self.poorest.genres < 2:
            raise CorpusLacks(f"Of {len(self.tracks)} tracks the poorest of the folds within folds "
                              f"that part artists leaves {self.poorest.tracks}, of "
                              f"{self.poorest.genres} genres; 30 of two are needed. Add tracks of "
                              "further artists.")
        self.pictures, self.images = self.images, padded(self.images, BORDER)
        self.settings = SETTINGS | {"border": BORDER, "seed": study.seed}
        self.plan = plan_of(study)

    def made_by(self, *scored: Any) -> dict[str, Any]:
        """Return the pictures' source, and the modules that decide a result."""
        modules = computing_modules(noise_trained, mel_pictures, *scored)
        return {"audio": self.source, "modules": modules}

    def about_training(self, name: str, networks: Networks) -> dict[str, Any]:
        """Return whether the trainings behind a record have settled, their minutes, and their sizes
        beside the paper's (guessed: it is silent)."""
        mine = {recipe: one for recipe, one in networks.items() if record_of(recipe) == name}
        sizes = {key: (getattr(recipe, key), SIZES[sized].paper)
                 for recipe in mine for key, sized in SIZED.items()}
        seconds = sum(training.seconds for _, training in mine.values())
        return {"converged": all(self.settled(recipe, one) for recipe, (_, one) in mine.items()),
                "minutes": round(seconds / 60, 1), "budget": sizes}

    def settled(self, recipe: Recipe, training: Training) -> bool:
        """Tell whether a training has learned something and stopped improving; a running median of
        five looks takes out the jitter."""
        draw = noise_trained.noise
        if recipe.pictures:
            shown = torch.from_numpy(self.images[self.rows("train")])
            draw = partial(noise_trained.crops, pictures=shown)
        x = torch.cat([draw(recipe, step) for step in range(recipe.steps, recipe.steps + 4)])
        flat = float(LOSSES[recipe.loss](x, torch.full_like(x, 0.5)).mean())
        losses = pd.Series(training.column(recipe.loss))
        gone = 1 - losses.rolling(5, min_periods=1).median() / flat
        return bool(gone.iloc[-1] > LEAST_GAIN and training_finished(gone.tolist()))

    def record(self, name: str, protocol: str, found: dict[int, Any], **about: Any) -> None:
        """Record what probes of each seed say."""
        self.study.record(name, protocol, of_probes(found, self.tracks), **about)


def plan_of(study: Study) -> Recipe:
    """Return how networks are trained at a study's size."""
    sizes = {name: getattr(study.size, sized) for name, sized in SIZED.items()}
    return Recipe(**SETTINGS, **sizes, seed=study.seed, code=CODE)


# --- trainings ------------------------------------------------------------------------------------


def trained_on_noise(case: Case) -> Networks:
    """Train with each loss from the same first weights on the same noise (section 3).

    At smoke size the weights of the full run, which are part of the course, then take their place:
    they have seen noise only, so they fit any music.
    """
    seeds = case.study.seeds(case.study.size.ae_seeds)
    networks = learned([case.plan._replace(loss=loss, seed=s) for s in seeds for loss in LOSSES])
    curves = pd.concat([pd.DataFrame(training.history).assign(loss=recipe.loss, seed=recipe.seed)
                        for recipe, (_, training) in networks.items()])
    curves = curves[["loss", "seed", "step", *LOSSES, "bits"]].round(5)
    case.study.book.keep_table("07_curves", curves.rename_axis(""))
    return _of_the_full_run(case.plan) if case.study.smoke and not case.study.seed else networks


def trained_on_pictures(case: Case) -> Networks:
    """Train with the perceptual losses on crops of the training pictures; not at smoke size."""
    if case.study.smoke:
        return {}
    seen = case.images[case.rows("train")]
    plan = case.plan._replace(pictures=hashlib.sha1(seen.tobytes()).hexdigest()[:16])
    seeds = case.study.seeds(case.study.size.ae_control_seeds)
    perceptual = ("ms_ssim", "nlpd")
    return learned([plan._replace(loss=loss, seed=s) for s in seeds for loss in perceptual], seen)


def learned(recipes: Iterable[Recipe], pictures: np.ndarray | None = None) -> Networks:
    """Train by recipes, side by side, or take the results of an earlier run."""
    recipes = list(recipes)
    work = partial(learn, pictures=pictures)
    return dict(zip(recipes, runtime.parallel(work, recipes, "autoencoders")))


def learn(recipe: Recipe, pictures: np.ndarray | None = None
          ) -> tuple[CompressiveAutoencoder, Training]:
    """Train by a recipe; what was cut off goes on where it stopped."""
    shown = partial(runtime.progress, describe=f"{recipe.loss}, seed {recipe.seed}",
                    total=recipe.steps)
    return noise_trained.trained(recipe, runtime.cache_folder() / "training", pictures, shown,
                                 every=min(250, max(1, recipe.steps // 4)))


def _of_the_full_run(plan: Recipe) -> Networks:
    """Return the committed networks and their curves."""
    plan = plan._replace(**{name: SIZES[sized].reference for name, sized in SIZED.items()})
    curves, networks = kept_table("07_curves"), {}
    for loss in LOSSES:
        recipe, model = plan._replace(loss=loss), new_model(plan)
        path = runtime.project_root() / "figures" / "gtzan" / "weights" / f"07_{loss}.npz"
        if not load_weights(model, path, recipe._asdict()):
            raise ValueError(f"{path.name} was made by another version. Restore it by git.")
        looks = curves[(curves.seed == 0) & (curves.loss == loss)]
        networks[recipe] = model, Training(recipe.steps, history=looks.to_dict("records"))
    return networks


# --- codes ----------------------------------------------------------------------------------------


def record_of(recipe: Recipe) -> str:
    """Name the record of the networks of a recipe, without their seed."""
    return f"namgyal.{'ae.lr.pictures' if recipe.pictures else 't2.lr'}.{recipe.loss}"


def codes_of(case: Case, networks: Networks) -> Found:
    """Return the codes of trained networks, of random weights (as many seeds; scaled once, so that
    noise uses all levels), and the pixels, whose principal components are the last control."""
    codes: Found = {}
    for recipe, (model, _) in networks.items():
        codes.setdefault(record_of(recipe), {})[recipe.seed] = code_of(model, case.images)
    first = next(iter(networks))
    untrained = {recipe.seed: noise_trained.rounded(new_model(first._replace(seed=recipe.seed)))
                 for recipe in networks}
    codes["namgyal.ae.lr.random"] = {seed: code_of(model, case.images)
                                     for seed, model in untrained.items()}
    codes["namgyal.ae.lr.pca"] = {case.study.seed: case.pictures.reshape(len(case.tracks), -1)}
    return codes


def integers(model, shown):
    """Return the integers of pictures as (n_pictures, n_elements) uint8, the lowest level as 0."""
    with torch.no_grad():
        parts = [model.code(batch[:, None]).flatten(1)
                 for batch in torch.from_numpy(shown).split(4)]
    return (torch.cat(parts) + (model.levels - 1) / 2).round().to(torch.uint8).numpy()


def once(work: Callable, model: CompressiveAutoencoder, shown: np.ndarray) -> Any:
    """Return `work(model, shown)`, kept by the weights of the model and the pictures."""
    content = joblib.hash([shown, [value.numpy() for value in model.state_dict().values()]])
    return runtime.cached("noise_trained", lambda: work(model, shown), what=work.__name__,
                          content=content, code=[CODE, runtime.code_version(work)])


code_of = partial(once, integers)
"""(model, pictures) to their integers, worked out once."""


# --- Fig 4 and Table 2 (lower half) ---------------------------------------------------------------


def classified_by_code(case: Case, codes: Found, about: dict[str, dict[str, Any]]) -> Found:
    """Record the regression on each code under both protocols, and return all probes."""
    flat = {(name, seed): code for name, seeded in codes.items() for seed, code in seeded.items()}
    found = probing.probe_all(flat, case.tracks, case.shuffles)
    probes: Found = {name: {seed: found[name, seed] for seed in codes[name]} for name in codes}
    for name, seeded in probes.items():
        strengths = [float(one.regression.strength) for one in seeded.values()]
        more = {"deterministic": name.endswith("pca"),
                "parameters": case.settings | {"C": strengths}, **about[name],
                **case.made_by(probing, regression)}
        unfit = ("the encoder was trained, without labels, on pictures of the folds' test tracks"
                 if "pictures" in name else "")
        case.record(name, "ff", {s: one.regression for s, one in seeded.items()}, **more)
        apart = {s: one.regression_apart for s, one in seeded.items()}
        case.record(name, "ag", apart, unfit=unfit, **more)
    return probes


def other_fits(case: Case, codes: Found, probes: Found, about: dict[str, dict[str, Any]]) -> None:
    """Record a regression that learns from validation tracks, too, and nearest neighbours."""
    for loss in LOSSES:
        name = f"namgyal.t2.lr.{loss}"
        both = {seed: regression.regression_on_split(code, case.labels, case.split,
                                                     with_valid=True)
                for seed, code in codes[name].items()}
        case.record(name, "ff", both, variant="fit on=train and valid",
                    converged=about[name]["converged"], **case.made_by(probing, regression))
        more = about[name] | {"minutes": None, "parameters": case.settings,
                              **case.made_by(probing, evaluation.knn)}
        for protocol, kind in zip(BOTH, ("neighbours", "neighbours_apart")):
            found = {seed: getattr(one, kind) for seed, one in probes[name].items()}
            case.record(f"namgyal.ae.knn_on_code.{loss}", protocol, found, **more)


def silent_choices(case: Case, networks: Networks) -> None:
    """Record other borders, levels and steps, each alone and once; not at smoke size.

    If the paper's number lies within the range that they span on the test part, a row is judged
    *close*; those that have not settled do not count.
    """
    if case.study.smoke:
        return
    short = case.plan._replace(steps=case.plan.steps // 4)
    plans = {f"steps={short.steps}": short}
    plans |= {f"levels={number}": short._replace(levels=number) for number in (2, 9)}
    names = {plan._replace(loss=loss): name for name, plan in plans.items() for loss in LOSSES}
    found = [(names[recipe], recipe.loss, code_of(model, case.images),
              case.settled(recipe, training))
             for recipe, (model, training) in learned(names).items()]
    edged = padded(case.pictures, 1 - BORDER)
    found += [(f"border value={1 - BORDER:g}", recipe.loss, code_of(model, edged), True)
              for recipe, (model, _) in networks.items() if recipe.seed == case.study.seed]
    for name, loss, code, settled in found:
        fit = regression.regression_on_split(code, case.labels, case.split)
        case.record(f"namgyal.t2.lr.{loss}", "ff", {case.study.seed: fit},
                    variant=name if settled else f"not at rest, {name}", converged=settled,
                    parameters={"C": float(fit.strength)}, **case.made_by(probing, regression))


def compare_codes(case: Case, with_pictures: bool) -> None:
    """Judge the losses against each other, codes against the bare distances, and trained weights
    against the controls; all paired on the same tracks, folds and seeds."""
    claims = ["perceptual_gt_mse.ms_ssim", "perceptual_gt_mse.nlpd", "nlpd_vs_ms_ssim"]
    claims += [f"training_matters.{control}" for control in CONTROLS]
    claims += [f"code_gt_distance.{loss}" for loss in LOSSES]
    if "classical" in case.tracks.genre.iloc[case.rows("test")].values:
        claims += ["balance", "classical"]
    claims += ["data_free"] * with_pictures
    case.study.compare("namgyal.ae", BOTH, *claims)
    case.study.compare("namgyal", BOTH, "ms_ssim_both")
    gains = pd.DataFrame([
        {"trained with": part["name"], "against": control,
         **{key: part[key] for key in ("value", "ci_low", "ci_high")}}
        for name, control in CONTROLS.items()
        for part in case.study.book.row(f"namgyal.ae.training_matters.{name}@ag")["parts"]])
    case.study.book.keep_table("07_controls", gains.set_index(["trained with", "against"]))


# --- reconstruction, and the cap ------------------------------------------------------------------


def redrawing_errors(model, shown):
    """Return the errors with which a model redraws pictures, one row each."""
    inside, measured = (..., slice(36, 252), slice(55, 389)), []  # the picture without its border
    for x in torch.from_numpy(shown).split(4):
        with torch.no_grad():
            y, x = model(x[:, None])[inside].clamp(0, 1), x[:, None][inside]
            row = {name: distance(x, y) for name, distance in METRICS.items()}
        # pictures span 40 dB
        row["log_spectral"] = 40 * (x - y).square().mean(dim=2).sqrt().mean(dim=(1, 2))
        measured.append(pd.DataFrame({name: value.numpy() for name, value in row.items()}))
    return pd.concat(measured, ignore_index=True)


def redrawn_music(case: Case, networks: Networks, about: dict[str, dict[str, Any]]) -> None:
    """Judge how each network redraws the test pictures; the one distance that it was trained with
    does not count (section 1)."""
    test = case.rows("test")
    rows = {"track": case.tracks.index[test], "truth": case.tracks.genre.iloc[test].to_numpy()}
    for loss in LOSSES:
        tables = [once(redrawing_errors, model, case.images[test]).assign(**rows, seed=recipe.seed)
                  for recipe, (model, _) in networks.items() if recipe.loss == loss]
        more = about[f"namgyal.t2.lr.{loss}"] | {"minutes": None, "parameters": case.settings,
                                                 **case.made_by(probing, regression)}
        case.study.book.record(f"namgyal.ae.errors.{loss}", "test-pictures",
                               case.study.measures(pd.concat(tables)), leaks={}, **more)
    case.study.book.compare("namgyal.ae.reconstruct", "test-pictures")


def use_of_the_code(case: Case, codes: Found, about: dict[str, dict[str, Any]]) -> None:
    """State how many bits each element of a code says about which track it belongs to, beside the
    cap that is the same for all losses (section 3)."""
    items, trainings = {}, [about[f"namgyal.t2.lr.{loss}"] for loss in LOSSES]
    for loss, name in NAMES.items():
        seeded = codes[f"namgyal.t2.lr.{loss}"].values()
        used = float(np.mean([entropy_over_tracks(code) for code in seeded]))
        items[name] = float(np.log2(LEVELS)), round(used, 4)
    converged = all(one["converged"] for one in trainings)
    case.study.book.state("namgyal.ae.entropy", "all", items, **case.made_by(), converged=converged,
                          parameters=case.settings, budget=trainings[0]["budget"])


def entropy_over_tracks(code: np.ndarray) -> float:
    """Return the mean entropy in bits of the elements of (n_tracks, n_elements) integers."""
    shares = np.stack([(code == level).mean(axis=0) for level in range(LEVELS)])
    return float(-(shares * np.log2(np.where(shares > 0, shares, 1))).sum(axis=0).mean())


def keep_for_lessons(case: Case, networks: Networks, codes: Found) -> None:
    """Keep the weights of one seed, and the longest axes of its codes over all tracks, which maps
    are drawn from and no test may use."""
    for recipe, (model, _) in networks.items():
        if recipe.seed == case.study.seed:
            name, made = f"07_{recipe.loss}", recipe._asdict()
            save_weights(model, case.study.book.folder / "weights" / f"{name}.npz", made)
            code = codes[record_of(recipe)][recipe.seed]
            axes = regression.principal_scores(code, np.arange(len(case.tracks)))[:, -AXES:]
            case.study.keep_codes(name, case.tracks.index, axes, recipe=made, axes="of all tracks")
