# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 08 · Can a machine learn genre when nobody tells it any?
#
# - **You will:** hear two views of one track, write the loss that compares them, train encoders
#   without labels, watch for collapse, join two formats, play nearest neighbours
# - **You need:** notebook 02
# - **Minutes:** 25 to read, 2 to run
# - **Paper:** "Multi-format Contrastive Learning for Music Genre Classification", Tables 1 and 2,
#   Fig 2

# %% tags=["parameters"]
corpus = None  # "synthetic", or the path of a folder of genre folders
profile = "quick"  # quick, reference or paper: how large the experiments are
seed = 0  # everything that is left to chance follows from it
temperature = 0.5  # of the loss, as in the paper
snr = (5.0, 30.0)  # decibels of a sound above the noise that is added; CLMR's code has 40 to 80
mask = 0.1  # largest share of frames, and of bands, that a mask covers
layout = "nine"  # of SampleCNN: "nine" blocks as the paper tells it, or "clmr"

# %% tags=["hide-input"] jupyter={"source_hidden": true}
import os

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from torch.nn import functional

from claimbook import Ledger, estimates, finding, reference_run
from claimbook.claims import load_arms
from claimbook.predictions import Measures, load_record, save_record
from claimbook.rows import REFERENCE, read_rows
from coursekit.lesson import check, predict, quiz, show_guess
from genrelab.corpora import load_corpus
from genrelab.display import listen, save_figure, slider, sound_map, use_theme
from genrelab.evaluation.neighbourhoods import nearest_rows
from genrelab.evaluation.projections import pca_map
from genrelab.features import mfcc_statistics, track_table
from genrelab.models import augmentations, heads
from genrelab.models.augmentations import (
    AUDIO,
    SPECTRA,
    MelSpectra,
    Strengths,
    audio_view,
    spectra_view,
)
from genrelab.models.contrastive import (
    Recipe,
    alignment,
    effective_rank,
    new_model,
    nt_xent,
    uniformity,
)
from genrelab.models.resnet import ResNet18
from genrelab.models.sample_cnn import SampleCNN
from genrelab.models.weights import save_weights
from genrelab.runtime import figures_folder, project_root
from reproductions import encoder_training
from reproductions.convergence import gain_of_the_mean_probe as at_rest
from reproductions.encoder_training import mel_filters
from reproductions.encoders import Studio, best_weight, codes_by, mixed
from reproductions.magnatagatune import load_magnatagatune
from reproductions.provenance import computing_modules
from reproductions.records import of_shares, record, source_of
from reproductions.sizes import SIZES, Profile

# %% tags=["hide-input"] jupyter={"source_hidden": true}
use_theme()
# small networks are fastest in one; the number decides the last digit
torch.set_num_threads(1 if profile == "quick" else 2)
sizes = Profile(profile)
music = load_corpus(corpus)
music.require(genres=2, seconds=6, parts={"train": 1, "valid": 1, "test": 1})
tracks = music.tracks[music.tracks.split != "removed"]
studio = Studio(music, tracks)
ledger = Ledger(source=source_of(music), profile=profile)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
reference = project_root() / REFERENCE  # what the course was published with
is_reference = profile == "reference" and music.name == "gtzan"
kept_rows = read_rows(reference)
book = (
    ledger
    if is_reference or not any(row["id"].startswith("contrastive.t1") for row in kept_rows)
    else Ledger(reference)
)
where = "In this run" if book is ledger else "On GTZAN"


def reported(key):
    """Return a row of the reference run (of this run, as long as there is none), or None where it
    was not run."""
    return book.row(key)


def span(row):
    """Return a number of the ledger with its interval over artists."""
    return f"{row['value']:.3f} [{row['ci_low']:.3f}, {row['ci_high']:.3f}]"


def reference_of(figure):
    """Return the numbers behind a figure of the reference run; empty where this is that run, or
    there is none."""
    table = None if is_reference else reference_run(figure)
    return pd.DataFrame() if table is None else table

# %% [markdown]
# ## One track, twice
#
# In 04 every network was told the genre of each train track. Here nobody tells. Contrastive
# learning makes its own question: *which two of these pieces are from the same track?* Take a piece
# of a track, then another one, change both in ways that leave the music alone, and ask a network to
# find the pair among many. To answer, it must hear what stays. The hope is that what stays is also
# what genre is made of.
#
# You can play the game yourself. The first is a view of a track. One of the others is a second view
# of it:

# %%
some = tracks.index[np.unique(np.linspace(0, len(tracks) - 1, 3).round().astype(int))]
y_of = {track: music.audio(track)[: studio.n_samples] for track in some}
late = studio.n_samples - 110_250
rng = np.random.default_rng(seed)
ranges = Strengths(snr=snr, mask=mask)


def piece(y, start, seconds=5):
    """Return a piece of a sound as a batch of one, (1, n_samples)."""
    return torch.from_numpy(y[start : start + seconds * 22_050])[None]


# %%
first, *others = y_of
views = {"a view": audio_view(piece(y_of[first], 0), AUDIO, ranges, rng)[0].numpy()}
for number, track in enumerate([others[0], first, others[1]], start=1):
    views[f"candidate {number}"] = audio_view(piece(y_of[track], late), AUDIO, ranges, rng)[
        0
    ].numpy()
listen(views, corpus=music)

# %% [markdown]
# <details><summary>Which one?</summary>The second.</details>
#
# What could you go by? The voice, the instruments, the tempo, the room: everything that two pieces
# of a *track* share. Much of that is not genre. Keep this in mind.
#
# ## What may change
#
# Each change says: *this does not matter*. The paper changes waveforms in five ways. Move each
# slider before you trust it. First, where the piece is cut out:

# %%
begins = np.linspace(0, late, 5).astype(int)
slider(
    [
        {"label": f"from {b / 22_050:.0f} s", "sound": piece(y_of[first], b)[0].numpy()}
        for b in begins
    ],
    label="crop",
    corpus=music,
)

# %% [markdown]
# Then white noise. The code that the paper builds on adds it 40 to 80 decibels below the music; the
# paper does not tell its own strength, we take 5 to 30:

# %%
y = piece(y_of[first], late // 2)
loud_enough = [80, 40, 30, 20, 10, 5]
noisy = {
    level: augmentations.add_noise(
        y, torch.tensor([float(level)]), torch.Generator().manual_seed(seed)
    )
    for level in loud_enough
}
slider(
    [{"label": f"{level} dB", "sound": x[0].numpy()} for level, x in noisy.items()],
    label="music above noise",
    corpus=music,
)

# %% [markdown]
# Then level, filters, and pitch. The pitch is shifted by a phase vocoder: between two frames each
# partial goes on as fast as it went, and the result is read faster or slower. Does a piece five
# semitones higher still have the same genre?

# %%
steps = [-5, -3, -1, 0, 1, 3, 5]
shifted = augmentations.shift_pitch(
    y.repeat(len(steps), 1), torch.tensor([float(s) for s in steps])
)
slider(
    [{"label": f"{s:+d}", "sound": x.numpy()} for s, x in zip(steps, shifted)],
    label="semitones",
    corpus=music,
)

# %%
cuts = [("low-pass", 2200), ("low-pass", 4000), ("high-pass", 200), ("high-pass", 1200)]
passed = [
    augmentations.pass_filter(y, torch.tensor([float(hz)]), torch.tensor([kind == "high-pass"]))
    for kind, hz in cuts
]
frames = [
    {"label": f"{kind} {hz} Hz", "sound": x[0].numpy()} for (kind, hz), x in zip(cuts, passed)
]
slider([{"label": "as it is", "sound": y[0].numpy()}, *frames], label="filter", corpus=music)

# %%
levels = [0, -2, -4, -6]
slider(
    [
        {
            "label": f"{d} dB",
            "sound": augmentations.change_gain(y, torch.tensor([float(d)]))[0].numpy(),
        }
        for d in levels
    ],
    label="gain",
    corpus=music,
)

# %% [markdown]
# ## Fig 2: the same for pictures
#
# The second format is the mel spectrogram, and its changes can be *seen*: another track is mixed in
# softly, some frames and some bands are hidden. Hidden means set to the mean of the picture. The
# paper's Fig 2 shows such changes without numbers; it says that masks of 10 % are better than 5 %.

# %%
mel = MelSpectra(mel_filters())
power = mel(torch.cat([y, piece(y_of[others[0]], late // 2)]))
kinds = {
    "as it is": (),
    "time mask": ("time",),
    "frequency mask": ("frequency",),
    "mixed": ("mix",),
    "all": SPECTRA,
}
always = ranges._replace(mix_often=1.0)
seen = {
    name: spectra_view(power, changes, always, np.random.default_rng(seed + 3))[0]
    for name, changes in kinds.items()
}

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, len(seen), figsize=(12, 3.1), sharey=True, layout="constrained")
for ax, (name, picture) in zip(axes, seen.items()):
    drawn = ax.imshow(
        picture,
        origin="lower",
        aspect="auto",
        cmap="magma",
        vmin=-2.5,
        vmax=2.5,
        extent=(0, 5, 0, 128),
    )
    ax.set(title=name, xlabel="seconds", xticks=[0, 2, 4])
axes[0].set_ylabel("mel band")
fig.colorbar(drawn, ax=axes, label="deviations from the mean")
shares = ", ".join(
    f"{name}: {float((picture == 0).float().mean()):.0%} hidden"
    for name, picture in seen.items()
    if "mask" in name or name == "all"
)
alt = f"Mel spectrogram of a piece of five seconds and four changes of it ({shares})."
save_figure(
    fig,
    "08_fig2",
    alt=alt,
    data=pd.DataFrame({name: x.mean(dim=1).numpy() for name, x in seen.items()})
    .round(3)
    .rename_axis("band"),
)

# %%
frames = []
for share in (0.025, 0.05, 0.1, 0.2):
    hidden = spectra_view(
        power, ("time", "frequency"), ranges._replace(mask=share), np.random.default_rng(seed)
    )[0]
    fig, ax = plt.subplots(figsize=(4, 3), layout="constrained")
    ax.imshow(
        hidden,
        origin="lower",
        aspect="auto",
        cmap="magma",
        vmin=-2.5,
        vmax=2.5,
        extent=(0, 5, 0, 128),
    )
    ax.set(xlabel="seconds", ylabel="mel band")
    frames.append(
        {
            "label": f"up to {share:.1%}",
            "image": fig,
            "alt": f"{float((hidden == 0).float().mean()):.0%} of the picture is hidden.",
        }
    )
    plt.close(fig)
slider(frames, label="width of a mask")

# %%
mixtures = [{"label": "nothing", "sound": y[0].numpy()}]
for level in (-20, -10, -5):
    other = piece(y_of[others[0]], late // 2)
    other = (
        other
        * (y.square().mean() / other.square().mean().clamp_min(1e-9)).sqrt()
        * 10 ** (level / 20)
    )
    mixtures.append({"label": f"{level} dB", "sound": (y + other)[0].numpy()})
slider(mixtures, label="another track mixed in", corpus=music)

# %% [markdown]
# ## The loss, by hand
#
# A batch of $n$ tracks gives $2n$ views. For a view $i$ with partner $j$ the loss is (section 3.3)
#
# $$
# \ell_{ij} = -\log \frac{\exp(\mathrm{sim}(z_i, z_j) / \tau)}
# {\sum_{k \neq i} \exp(\mathrm{sim}(z_i, z_k) / \tau)}
# $$
#
# where sim is the cosine and $\tau$ the temperature. That is a classification: *which of the others
# is my partner?* Slowly, in two loops:

# %%
z = torch.randn(8, 16, generator=torch.Generator().manual_seed(seed))
n, total = len(z) // 2, 0.0
for i in range(2 * n):
    alike = [functional.cosine_similarity(z[i], z[k], dim=0) / temperature for k in range(2 * n)]
    others_of_i = torch.stack([alike[k] for k in range(2 * n) if k != i])
    total += others_of_i.logsumexp(0) - alike[(i + n) % (2 * n)]
assert torch.isclose(total / (2 * n), nt_xent(z[:n], z[n:], temperature), atol=1e-5)
print(f"{total / (2 * n):.3f} for numbers at random; if all views were equally alike it would be "
      f"log(2n − 1) = {np.log(2 * n - 1):.3f}")

# %% [markdown]
# ## Two encoders
#
# **SampleCNN** hears samples: convolutions of three, each followed by a pool of three, so that each
# block shortens time to a third. The paper names nine blocks, a normalisation and a pool, and no
# sizes; this is our reading. **ResNet-18** sees the picture. Both end in 512 numbers (64 in the
# quick profile, which builds an eighth of the channels), the **code**. A small projector stands
# between the code and the loss, and is thrown away afterwards.

# %%
lengths = [110_250 // 3]
while len(lengths) < 9:
    lengths.append(lengths[-1] // 3)
print("samples left after each block:", *lengths)
parts = {
    "SampleCNN": SampleCNN(layout),
    "SampleCNN as in CLMR": SampleCNN("clmr"),
    "ResNet-18": ResNet18(),
}
pd.Series(
    {name: sum(w.numel() for w in net.parameters()) for name, net in parts.items()}, name="weights"
).to_frame()

# %% [markdown]
# ## Train, without labels
#
# The encoders hear the train tracks alone, and no label. Now and then we look at them: a linear
# classifier, the **probe**, is fitted to the codes of the train tracks and asked about the valid
# tracks. It is quick and crude (least squares, one piece a track); it tells when a training has
# come to rest. The probe uses labels; the encoder never sees it.
#
# Table 1 compares changes. What the paper does not tell is chosen: the batch, the steps, Adam's
# rate, and that each view is another piece of the track. Encoders of audio take so long that they
# get fewer steps than those of spectra, and that the arms with crops and noise alone are trained
# *small*: in the reference run a quarter of the channels, pieces of 2.7 seconds, batches of 32.
# What these are compared with is trained as small. The main encoder of spectra gets half as many
# steps again as the other large encoders of spectra, because its probe still rose; the time mask
# alone was at rest before, so Table 1's two rows of spectra differ in steps, too. Most of the
# paper's advice on training is tried on small encoders of spectra. (Most of the reference run's
# large encoders were trained on an accelerator in minutes. Without one, the reference profile takes
# many hours.)

# %%
base = Recipe(
    steps=sizes.con_steps,
    batch=sizes.con_batch,
    n_samples=sizes.con_samples,
    width=sizes.con_eighths / 8,
    looks=sizes.con_looks,
)
full = base._replace(
    temperature=temperature,
    layout=layout,
    strengths=ranges,
    learning_rate=0.0003 if profile != "quick" else 0.001,
)
long = full._replace(steps=sizes.con_long_steps)
audio = full._replace(format="audio", steps=sizes.con_audio_steps, changes=("crop", *AUDIO))
size = {
    "steps": sizes.con_equal_steps,
    "batch": sizes.con_equal_batch,
    "n_samples": sizes.con_equal_samples,
    "width": sizes.con_equal_eighths / 8,
}
small = audio._replace(**size)
still = {"learning_rate": 0.0, "steps": sizes.con_still_steps}
seeds = range(seed, seed + sizes.con_seeds)

# %%
ARMS = {
    "contrastive.t1.audio_crop": small._replace(changes=("crop",)),
    "contrastive.t1.audio_noise": small._replace(changes=("crop", "noise")),
    "contrastive.noise_40_80": small._replace(
        changes=("crop", "noise"), strengths=ranges._replace(snr=(40.0, 80.0))
    ),
    "contrastive.t1.audio_all": audio,
    "contrastive.t1.spec_time": full._replace(changes=("crop", "time")),
    "contrastive.t1.spec_all": long,
    "contrastive.random.audio": audio._replace(**still),
    "contrastive.random.spec": full._replace(**still),
    "contrastive.equal.audio_all": small,
    "contrastive.equal.random_audio": small._replace(**still, looks=2),
    "contrastive.equal.spec_all": full._replace(**size),
    "contrastive.fused.early": small._replace(format="both", changes=("crop", *AUDIO, *SPECTRA)),
}
if profile != "quick":
    ARMS["contrastive.equal.random_spec"] = full._replace(**size | still, looks=2)

# %%
sized = {
    name.removeprefix("contrastive."): {
        k: getattr(r, k) for k in ("format", "steps", "batch", "n_samples", "width")
    }
    for name, r in ARMS.items()
}
pd.DataFrame(sized).T

# %%
predict("08.probe", "Accuracy on test of a linear classifier on ResNet-18's code, trained without "
                    "labels", low=0, high=1)

# %%
def learn(arms):
    """Train every arm with every seed, and return the trainings by arm."""
    keep = [f"contrastive.t1.{name} {seed}" for name in ("audio_all", "spec_all")]
    every = studio.learn(
        {f"{arm} {s}": recipe._replace(seed=s) for arm, recipe in arms.items() for s in seeds}, keep
    )
    return {arm: [every[f"{arm} {s}"] for s in seeds] for arm in arms}


runs = learn(ARMS)
TITLES = {
    "t1.audio_crop": "audio: crop, small",
    "t1.audio_noise": "audio: crop and noise, small",
    "noise_40_80": "audio: crop and CLMR's noise, small",
    "t1.audio_all": "audio: all changes",
    "t1.spec_time": "spectra: time mask",
    "t1.spec_all": "spectra: all changes",
    "random.audio": "audio: random weights",
    "random.spec": "spectra: random weights",
    "equal.audio_all": "audio: all changes, small",
    "equal.random_audio": "audio: random weights, small",
    "equal.random_spec": "spectra: random weights, small",
    "t2.both": "both, side by side",
    "two_spec": "two encoders of spectra",
    "mfcc": "MFCC statistics",
    "fused.early": "both, trained together, small",
    "equal.both": "both, side by side, small",
    "equal.spec_all": "spectra: all changes, small",
    "fused.decision": "both, decisions averaged",
}

# %% tags=["hide-input"] jupyter={"source_hidden": true}
looks = pd.concat(
    [
        pd.DataFrame(run.history).assign(
            arm=arm.removeprefix("contrastive."),
            seed=run.recipe.seed,
            share=lambda t: t.step / t.step.max(),
            batch=run.recipe.batch,
        )
        for arm, many in runs.items()
        for run in many
    ]
).set_index(["arm", "seed", "step"])
guessing = np.log(2 * looks.pop("batch").clip(upper=len(studio.rows["train"])) - 1)
looks = looks.assign(below=guessing - looks.loss).round(4)
curves, kept_curves = looks.groupby(["arm", "share"]).mean(), reference_of("08_curves")
if len(kept_curves):
    kept_curves = kept_curves.groupby(["arm", "share"]).mean(numeric_only=True)


def draw(axes, columns, names):
    """Draw values of the looks over the training, this run's dark and the reference run's pale."""
    for ax, column in zip(axes, columns):
        for name, colour in zip(
            names, ("#1f5fa8", "#b5651d", "#00695c", "#7b3294", "#55555f", "#a3195b")
        ):
            for table, alpha, whose in ((kept_curves, 0.4, ", GTZAN"), (curves, 1, "")):
                if len(table) and name in table.index.get_level_values(0):
                    ax.plot(
                        table.loc[name].index,
                        table.loc[name][column],
                        color=colour,
                        alpha=alpha,
                        label=TITLES[name] + whose,
                    )
        ax.set(xlabel="share of the training", xlim=(0, 1), ylabel=columns[column])

# %% tags=["hide-input"] jupyter={"source_hidden": true}
shown = [
    "t1.audio_crop",
    "t1.audio_noise",
    "equal.audio_all",
    "t1.audio_all",
    "t1.spec_time",
    "t1.spec_all",
]
fig, axes = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
draw(axes, {"below": "how far below "
                     "guessing:\nlog(2n − 1) − "
                     "loss", "probe": "accuracy of the probe on valid"}, shown)
last = curves.probe.groupby("arm").last()
axes[1].axhline(1 / len(studio.genres), color="#55555f", linestyle=":")
axes[1].set(ylim=(0, None))
axes[1].legend(loc="upper left", bbox_to_anchor=(1, 1))
fig.suptitle(f"The probe ends at {last['t1.spec_all']:.2f} on spectra and "
             f"{last['t1.audio_all']:.2f} on audio (dotted: chance)")
alt = (
    "How far the loss is below that of guessing, and the probe, over the training, mean over "
    "seeds. At the end the probe is "
    + ", ".join(f"{last[name]:.2f} ({TITLES[name]})" for name in shown)
)
save_figure(fig, "08_curves", alt=alt, data=looks)

# %% [markdown]
# A low loss is no proof of a good code: at equal size, the arms with fewer changes play the
# *easier* game.
#
# ## Has it collapsed?
#
# A network could cheat by saying the same of every track; contrast forbids that, mostly. Three
# numbers watch over it, by hand for codes of valid tracks: **alignment** (how far two pieces of a
# track lie apart; small is good), **uniformity** (how evenly codes fill the sphere; low is good, 0
# is collapse), and the **effective rank** (how many directions the codes really use; it cannot
# exceed the number of tracks). A rank of a few would be collapse. But a high rank is no merit by
# itself: random weights use many directions, and know nothing.

# %%
codes = torch.from_numpy(runs["contrastive.t1.spec_all"][0].codes[studio.rows["valid"]])
two = functional.normalize(codes, dim=2)
by_hand = ((two[:, 0] - two[:, -1]) ** 2).sum(dim=1).mean()
assert torch.isclose(by_hand, alignment(codes[:, 0], codes[:, -1]), atol=1e-5)
print(f"alignment {by_hand:.3f}, uniformity {uniformity(codes[:, 0]):.2f}, effective rank "
      f"{effective_rank(codes[:, 0]):.0f} of {codes.shape[2]}")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 3, figsize=(12, 3.8), layout="constrained")
draw(
    axes,
    {"alignment": "alignment", "uniformity": "uniformity", "rank": "effective rank"},
    ["t1.audio_all", "t1.spec_all", "random.audio", "random.spec"],
)
axes[2].legend(loc="upper left", bbox_to_anchor=(1, 1))
ranks = curves["rank"].groupby("arm").last()
fig.suptitle(f"Codes of spectra use {ranks['t1.spec_all']:.0f} directions in the end, codes of "
             f"audio {ranks['t1.audio_all']:.0f}")
alt = "Alignment, uniformity and effective rank over the training. Ranks at the end: " + ", ".join(
    f"{TITLES[a]} {ranks[a]:.0f}"
    for a in ("t1.audio_all", "t1.spec_all", "random.audio", "random.spec")
)
save_figure(
    fig,
    "08_collapse",
    alt=alt,
    data=curves.loc[
        ["t1.audio_all", "t1.spec_all", "random.audio", "random.spec"],
        ["alignment", "uniformity", "rank"],
    ],
)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
flat = [
    TITLES[name]
    for name in ("t1.audio_all", "t1.spec_all")
    if curves.uniformity[name].iloc[-1] > -0.5 or curves["rank"][name].iloc[-1] < 5
]
finding(
    not flat,
    "In this run neither code has collapsed: uniformity "
    f"{curves.uniformity['t1.spec_all'].iloc[-1]:.2f} on spectra, "
    f"{curves.uniformity['t1.audio_all'].iloc[-1]:.2f} on audio.",
    f"In this run these codes are, so far, nearly the same for all tracks: {'; '.join(flat)} "
    "(uniformity above −0.5, or a rank below 5). On other music or after more steps that may "
    "change; the pale lines are GTZAN's.",
)

# %% [markdown]
# Why do the lines of random weights move, though nothing is learned? Their normalisations still
# measure the batches.
#
# ## The linear head
#
# Now the encoder is frozen. A piece is taken every five seconds of a track, five at most; they do
# not overlap. One linear layer learns the genres from the codes of the train tracks, and stops when
# its loss on valid no longer falls. A track's answer is the mean of the softmax over its pieces.
#
# By hand, for one code: standardise, train, average.

# %%
code = runs["contrastive.t1.spec_all"][0].codes
said, fitted = heads.fit_head(
    code, studio.labels, studio.rows["train"], studio.rows["valid"], seed=seed
)
again = studio.answers({"spectra": code}, seeds={"spectra": seed})["spectra"]
assert np.allclose(said, again, atol=1e-5)
print(f"{len(fitted.history)} epochs; right on valid {studio.accuracy(said):.3f}, on test "
      f"{studio.accuracy(said, 'test'):.3f}")

# %% [markdown]
# Against what? The encoder with **random weights** (its normalisations have measured a few batches,
# nothing else was learned); the **MFCC statistics** of notebook 01 under the same head; and **two
# encoders of spectra** side by side, with other seeds: if two formats are better than one only
# because 1024 numbers are more than 512, this control is as good. (Its three seeds share encoders
# in pairs, so the spread over seeds is too narrow for it.)

# %%
codes_of = {(arm, run.recipe.seed): run.codes for arm, many in runs.items() for run in many}
table = track_table(music, mfcc_statistics).loc[tracks.index].to_numpy(np.float32)[:, None]
for place, s in enumerate(seeds):
    after = runs["contrastive.t1.spec_all"][(place + 1) % len(seeds)].codes
    codes_of["contrastive.mfcc", s] = table
    for name, one, two in (
        ("t2.both", "t1.audio_all", "t1.spec_all"),
        ("equal.both", "equal.audio_all", "equal.spec_all"),
    ):
        codes_of[f"contrastive.{name}", s] = np.concatenate(
            [codes_of[f"contrastive.{one}", s], codes_of[f"contrastive.{two}", s]], axis=2
        )
    if len(seeds) > 1:
        codes_of["contrastive.two_spec", s] = np.concatenate(
            [codes_of["contrastive.t1.spec_all", s], after], axis=2
        )

# %%
answers = studio.answers(codes_of, seeds={key: key[1] for key in codes_of})
said_by = {}
for (arm, s), said in answers.items():
    said_by.setdefault(arm, {})[s] = said
accuracy = pd.DataFrame(
    {arm: {s: studio.accuracy(said) for s, said in many.items()} for arm, many in said_by.items()}
)
accuracy.mean().rename("accuracy on valid, mean over seeds").to_frame().round(3)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
made_by = computing_modules(encoder_training, heads)


def about(trained, rests=None):
    """Return what the ledger is told of an arm that rests on trainings."""
    one_of = {run.recipe.format: run for run in reversed(trained)}
    many_of = {form: [run for run in trained if run.recipe.format == form] for form in one_of}
    return {
        "converged": all(at_rest(many) for many in many_of.values()) if rests is None else rests,
        "parameters": {form: run.recipe.told for form, run in one_of.items()},
        "budget": {
            "samples a piece": (
                min(run.recipe.n_samples for run in trained),
                SIZES["con_samples"].paper,
            ),
            "channels, eighths": (min(8 * run.recipe.width for run in trained), 8),
        },
        "modules": made_by,
        "minutes": round(sum(run.seconds for run in trained) / 60, 1),
        "device": trained[0].device,
    }


pair, small_pair = (
    (runs["contrastive.t1.audio_all"] + runs["contrastive.t1.spec_all"]),
    runs["contrastive.equal.audio_all"] + runs["contrastive.equal.spec_all"],
)
trained_by = runs | {
    "contrastive.t2.both": pair,
    "contrastive.equal.both": small_pair,
    "contrastive.two_spec": runs["contrastive.t1.spec_all"],
}
# nothing random learns
told_of = {
    arm: about(trained, True if "random" in arm else None) for arm, trained in trained_by.items()
}
told_of["contrastive.mfcc"] = {"converged": True, "modules": made_by}
for arm, many in said_by.items():
    if not arm.startswith("contrastive.equal.random"):
        record(ledger, arm, "ff", of_shares(many, tracks), music, **told_of[arm])
pd.Series(
    {arm: told["converged"] for arm, told in told_of.items() if arm in runs}, name="came to rest"
).to_frame()

# %% tags=["hide-input"] jupyter={"source_hidden": true}
rising = [
    TITLES.get(arm.removeprefix("contrastive."), arm)
    for arm, told in told_of.items()
    if arm in runs and not told["converged"]
]
finding(
    not rising,
    "In this run all trainings so far had come to rest: the probe gains less than 0.01 over the "
    "last fifth.",
    "In this run the probe still rose over the last fifth of the training in: "
    f"{'; '.join(rising)}. The ledger shows what rests on these, and judges none of it: with more "
    "steps these numbers may change.",
)

# %% [markdown]
# ## Tables 1 and 2
#
# In the tables of the ledger, `ff` is the published split; the verdict follows from a rule that was
# fixed before the run.

# %%
show_guess(
    "08.probe",
    float(
        np.mean(
            [studio.accuracy(said, "test") for said in said_by["contrastive.t1.spec_all"].values()]
        )
    ),
)

# %%
TABLES = [
    "t1.audio_crop",
    "t1.audio_noise",
    "t1.audio_all",
    "t1.spec_time",
    "t1.spec_all",
    "t2.audio",
    "t2.spec",
    "t2.both",
]
ledger.table([f"contrastive.{name}" for name in TABLES])

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, ax = plt.subplots(figsize=(9, 4.4), layout="constrained")
lines = [
    *TABLES[:2],
    "noise_40_80",
    "equal.audio_all",
    *TABLES[2:5],
    "t2.both",
    "random.audio",
    "random.spec",
    "mfcc",
]
kept_table, values = reference_of("08_tables"), []
for place, name in enumerate(lines):
    row = reported(f"contrastive.{name}@ff") if name in TABLES else None
    test = [studio.accuracy(said, "test") for said in said_by[f"contrastive.{name}"].values()]
    values.append(
        {
            "row": TITLES[name],
            "paper": row["paper_value"] if row else np.nan,
            "reference": row["value"] if row and book is not ledger else np.nan,
            "this run": np.mean(test),
        }
    )
    if row:
        ax.plot(
            row["paper_value"],
            place - 0.22,
            "D",
            color="#55555f",
            markerfacecolor="white",
            label=None if place else "paper",
        )
        ax.errorbar(
            row["value"],
            place,
            xerr=[[row["value"] - row["ci_low"]], [row["ci_high"] - row["value"]]],
            fmt="o",
            color="#1f5fa8",
            label=None if place else f"{where.lower()}, 95 % over artists",
        )
    if not row and len(kept_table):
        ax.plot(kept_table.loc[TITLES[name], "this run"], place, "o", color="#1f5fa8")
    if book is not ledger or not row:
        ax.plot(
            np.mean(test),
            place + 0.22,
            "s",
            color="#b5651d",
            markersize=5,
            label="this run" if place == (0 if book is not ledger else 2) else None,
        )
ax.axvline(1 / len(studio.genres), color="#55555f", linestyle=":")
ax.set_yticks(range(len(lines)), [TITLES[name] for name in lines])
ax.invert_yaxis()
best_row = reported("contrastive.t2.both@ff")
ax.set(
    xlabel="accuracy on test (dotted: chance)",
    xlim=(0, 1),
    title=f"{where}, both formats "
    "reach "
    f"{best_row['value']:.2f}; "
    "the paper prints "
    f"{best_row['paper_value']:.2f}",
)
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
values = pd.DataFrame(values).set_index("row").round(4)
save_figure(
    fig,
    "08_tables",
    alt="Accuracy on test. "
    + "; ".join(
        f"{name}: this run {row['this run']:.3f}"
        + (f", paper {row.paper:.3f}" if row.paper > 0 else "")
        for name, row in values.iterrows()
    ),
    data=values,
)

# %% [markdown]
# The paper prints mAP beside accuracy: the mean over genres of the average precision of tracks
# sorted by their probability, on *valid*. For its one model of audio it prints two different
# values:

# %%
ledger.state("contrastive.map_twice", "printed")
ledger.table(["contrastive.map_twice"])

# %% [markdown]
# ## Did it learn anything?
#
# The question that the paper does not ask. Does pre-training beat the same network with random
# weights, and forty numbers from notebook 01?

# %%
ledger.compare("contrastive.learns.spec", "ff")
ledger.compare("contrastive.learns.audio", "ff")
ledger.table(["contrastive.learns.spec", "contrastive.learns.audio"])

# %% tags=["hide-input"] jupyter={"source_hidden": true}
def told(key):
    """Return the parts of a row in words."""
    return ", ".join(f"over {part['name']} {span(part)}" for part in reported(key)["parts"])


learned_rows = [reported(f"contrastive.learns.{name}@ff") for name in ("spec", "audio")]
finding(
    all(part["ci_low"] > 0 for row in learned_rows for part in row["parts"]),
    f"{where} pre-training pays in both formats. On spectra it gains "
    f"{told('contrastive.learns.spec@ff')}; on audio {told('contrastive.learns.audio@ff')}.",
    f"{where} it is not shown for both formats that pre-training gains over random weights and "
    f"over MFCC. On spectra: {told('contrastive.learns.spec@ff')}; "
    f"on audio: {told('contrastive.learns.audio@ff')}. A network that has learned nothing already "
    "passes much of what a picture holds on to the head.",
)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
live = {
    name: float(accuracy[f"contrastive.{name}"].mean()) for name in ("t1.spec_all", "random.spec")
}
finding(
    live["t1.spec_all"] > live["random.spec"],
    f"In this run, on valid: {live['t1.spec_all']:.3f} after {sizes.con_long_steps} steps, "
    f"{live['random.spec']:.3f} with random weights.",
    f"In this run, {sizes.con_long_steps} steps were too few: {live['t1.spec_all']:.3f} on valid, "
    f"and {live['random.spec']:.3f} with random weights.",
)

# %% [markdown]
# A short training shows little. The reference run's encoder of spectra comes with the course; it
# learned from GTZAN's train tracks, without labels. On other music it can be asked, too:

# %%
committed, taught = reference / "weights" / "08_spec.npz", None
if committed.is_file() and music.name != "gtzan":
    taught = codes_by(committed, music, tracks.index, 5)[:, None]
    said = studio.answers({"taught": taught})["taught"]
    print(f"taught on GTZAN, head fitted here: {studio.accuracy(said):.3f} on valid; trained here: "
          f"{live['t1.spec_all']:.3f}; random: {live['random.spec']:.3f}")
else:
    print("This is GTZAN itself, or the weights of the reference run are missing: nothing to "
          "compare.")

# %% [markdown]
# ## How many labels is it worth?
#
# If the code knows something already, few labels should do. Heads are fitted on 1, 2, 5, 10, 20 or
# all train tracks of each genre (the quick profile takes 1, 5 and all). Beside them stands a
# **supervised twin**: the same ResNet, the same changes, trained from the first step with those
# labels. The small encoder of audio has one, too, for all labels. All of them use the valid tracks
# to stop, and are scored on test.

# %%
budgets = [1, 2, 5, 10, 20, 100] if profile != "quick" else [1, 5, 100]
few = {
    "t1.spec_all": "spectra: all changes",
    "t1.audio_all": "audio: all changes",
    "equal.audio_all": "audio: all changes, small",
    "random.spec": "spectra: random weights",
    "mfcc": "MFCC statistics",
}
asked = {
    (arm, k, s): codes_of[f"contrastive.{arm}", s] for arm in few for k in budgets for s in seeds
}
by_label = studio.answers(
    asked, seeds={key: key[2] for key in asked}, labels={key: key[1] for key in asked}
)
counts = {(few[arm], k, s): studio.accuracy(said, "test") for (arm, k, s), said in by_label.items()}

# %%
of_spectra, of_audio = (recipe._replace(steps=sizes.con_label_steps) for recipe in (full, small))
twins = {
    f"supervised, {k} a genre, {s}": of_spectra._replace(labels=k, seed=s)
    for k in budgets
    for s in seeds
}
twins |= {f"supervised audio, {s}": of_audio._replace(labels=budgets[-1], seed=s) for s in seeds}
for run in studio.learn(twins).values():
    method = "spectra: supervised" if run.recipe.format == "spec" else "audio: supervised, small"
    counts[method, run.recipe.labels, run.recipe.seed] = studio.accuracy(run.probabilities, "test")
by_budget = pd.Series(counts).rename_axis(["method", "tracks a genre", "seed"])
by_budget.groupby(level=[0, 1]).mean().unstack(0).round(3)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, ax = plt.subplots(figsize=(9, 4.2), layout="constrained")
means, spread = (
    by_budget.groupby(level=[0, 1]).mean(),
    by_budget.groupby(level=[0, 1]).agg(["min", "max"]),
)
kept_budget = reference_of("08_labels")
colours = {
    "t1.spec_all": "#1f5fa8",
    "t1.audio_all": "#b5651d",
    "equal.audio_all": "#b5651d",
    "random.spec": "#7b3294",
    "mfcc": "#00695c",
}
drawn = {few[arm]: colour for arm, colour in colours.items()} | {
    "spectra: supervised": "#55555f",
    "audio: supervised, small": "#a3195b",
}
for method, colour in drawn.items():
    style, there = (
        "^:" if method.endswith("small") else "o-",
        [k for k in budgets if k in means[method]],
    )
    places = [budgets.index(k) for k in there]
    ax.plot(places, means[method][there], style, color=colour, label=method)
    ax.vlines(places, spread.loc[method]["min"], spread.loc[method]["max"], color=colour)
    if len(kept_budget):
        theirs = (
            kept_budget[kept_budget.index == method]
            .groupby("tracks a genre")
            .accuracy.mean()
            .reindex(budgets)
        )
        ax.plot(
            range(len(budgets)), theirs, style, color=colour, alpha=0.4, label=f"{method}, GTZAN"
        )
ax.axhline(1 / len(studio.genres), color="#55555f", linestyle=":")
largest = tracks[tracks.split == "train"].genre.value_counts().max()
ax.set_xticks(range(len(budgets)), [f"{k:g}" if k < largest else "all" for k in budgets])
gap, whose_gap = (
    means["spectra: all changes"][budgets[0]] - means["spectra: supervised"][budgets[0]],
    "GTZAN" if is_reference else "This run",
)
if len(kept_budget):
    first_label = kept_budget[kept_budget["tracks a genre"] == 1].groupby(level=0).accuracy.mean()
    gap, whose_gap = (
        first_label["spectra: all changes"] - first_label["spectra: supervised"],
        "GTZAN",
    )
ax.set(xlabel="labelled train tracks a genre", ylabel="accuracy on test (lines: "
                                                      "all seeds)", ylim=(0, None))
ax.set_title(f"{whose_gap}, one label a genre: pre-training has {gap:+.2f} over a network that "
             "begins with nothing")
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
alt = "Accuracy on test over the number of labels: " + "; ".join(
    f"{m} {k:g}: {v:.2f}" for (m, k), v in means.items()
)
save_figure(
    fig,
    "08_labels",
    alt=alt,
    data=by_budget.rename("accuracy").reset_index().set_index("method").round(4),
)

# %% [markdown]
# ## Which changes pay?
#
# Table 1 says: crops alone leave the code at chance, noise adds nothing, and all changes together
# lift it. Here crop, noise and all changes are compared at equal size. That crops and noise are
# idle would mean: no better than guessing, within five points, even where the noise is CLMR's,
# which nobody hears.

# %%
for claim in ("augment.audio", "augment.spec", "augment.noise_idle", "spec_gt_audio"):
    ledger.compare(f"contrastive.{claim}", "ff")
ledger.table(
    [
        "contrastive.augment.audio",
        "contrastive.augment.spec",
        "contrastive.augment.noise_idle",
        "contrastive.spec_gt_audio",
    ]
)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
crop, ours = (
    reported("contrastive.t1.audio_crop@ff"),
    accuracy[["contrastive.t1.audio_crop", "contrastive.equal.random_audio"]].mean(),
)
finding(
    crop["ci_low"] > 0.15,
    f"{where} crops alone are right {span(crop)}, above chance. The {crop['paper_value']:.3f} that "
    "the paper prints is what guessing gives, and an encoder need not have learned anything to be "
    "better than that: in this run, on valid, "
    f"crops reach {ours.iloc[0]:.3f}, and random weights of the same size {ours.iloc[1]:.3f}. A "
    "code at chance looks like a training, or a head, that did not work.",
    f"{where} crops alone are right {span(crop)}: that this is above chance is not shown. In this "
    f"run, on valid, crops reach {ours.iloc[0]:.3f}, and random weights of the same size "
    f"{ours.iloc[1]:.3f}.",
)

# %% [markdown]
# ## One format, or two?
#
# The paper's title claim: codes of both formats, side by side, are better than either. There are
# three ways to join them: **codes** side by side; **decisions**, where the probabilities of two
# heads are averaged, with a weight chosen on valid; and **early**, one training for both encoders,
# in which the partner of a piece's sound is its picture. The last is what Wang and van den Oord
# did; section 4.2 expects it to be better. It is trained small, and held against codes side by side
# of the same size and as many steps (each of its encoders sees one view of a track, not two).

# %%
decided = {}
for s in seeds:
    heard, looked = said_by["contrastive.t1.audio_all"][s], said_by["contrastive.t1.spec_all"][s]
    weight = best_weight(heard, looked, studio.labels, studio.rows["valid"])
    decided[s] = mixed(heard, looked, weight)
    print(f"seed {s}: weight of audio {weight:.2f}")
answers, told = of_shares(decided, tracks), told_of["contrastive.t2.both"]
record(ledger, "contrastive.fused.decision", "ff", answers, music, **told)

# %%
joined = ["both_gt.spec", "both_gt.audio", "fusion.decision", "fusion.early", "both_not_ensemble"]
for claim in joined if len(seeds) > 1 else joined[:-1]:  # the last takes a pair of encoders
    ledger.compare(f"contrastive.{claim}", "ff")
ledger.table([f"contrastive.{claim}" for claim in joined])

# %% tags=["hide-input"] jupyter={"source_hidden": true}
def show_differences(said, name, height):
    """Draw rows of the ledger that are differences of accuracy, with their intervals over artists,
    and return them by claim."""
    rows = {claim: row for claim in said if (row := reported(f"contrastive.{claim}@ff"))}
    fig, ax = plt.subplots(figsize=(9, height), layout="constrained")
    for place, row in enumerate(rows.values()):
        part = next((p for p in row.get("parts", []) if p["name"] == "accuracy"), row)
        colour, judged = (
            ("#8a8a94", ", not judged") if row["verdict"] == "not judged" else ("#1f5fa8", "")
        )
        ax.plot([part["ci_low"], part["ci_high"]], [place, place], color=colour)
        ax.plot(part["value"], place, "o", color=colour, label=f"ours{judged}")
        if row["paper_value"]:
            ax.plot(
                row["paper_value"],
                place - 0.2,
                "D",
                color="#55555f",
                markerfacecolor="white",
                label="paper",
            )
    ax.axvline(0, color="#55555f", linestyle=":")
    ax.set_yticks(range(len(rows)), [said[claim] for claim in rows])
    ax.invert_yaxis()
    ax.set(
        xlabel="difference of accuracy on test (bar: 95 % over artists)",
        title=f"{where}, {sum(row['verdict'] == 'reproduced' for row in rows.values())} of "
              f"{len(rows)} are reproduced",
    )
    handles, labels = ax.get_legend_handles_labels()
    once = dict(zip(labels, handles))
    ax.legend(once.values(), once.keys(), loc="upper left", bbox_to_anchor=(1, 1))
    table = pd.DataFrame(
        {
            said[claim]: {k: row[k] for k in ("value", "ci_low", "ci_high", "verdict")}
            for claim, row in rows.items()
        }
    ).T
    alt = "Differences of accuracy: " + "; ".join(
        f"{text} {row.value:+.3f} [{row.ci_low:+.3f}, {row.ci_high:+.3f}]"
        for text, row in table.iterrows()
    )
    save_figure(fig, name, alt=alt, data=table.rename_axis("difference"))
    return rows

# %% tags=["hide-input"] jupyter={"source_hidden": true}
FUSED = {
    "both_gt.spec": "both − spectra",
    "both_gt.audio": "both − audio",
    "both_not_ensemble": "both − two encoders of spectra",
    "fusion.decision": "decisions − side by side",
    "fusion.early": "early − side by side, small",
}
differences = show_differences(FUSED, "08_fusion", 3.4)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
gain, early, decision = (
    differences[name] for name in ("both_gt.spec", "fusion.early", "fusion.decision")
)
finding(
    gain["ci_low"] > 0,
    f"{where} both formats beat spectra alone by {span(gain)} (paper: {gain['paper_value']:+.3f}). "
    f"Against codes side by side, averaging decisions gives {span(decision)}, early fusion "
    f"{span(early)}.",
    f"{where} it is not shown that both formats beat spectra alone: {span(gain)} (paper: "
    f"{gain['paper_value']:+.3f}). Against codes side by side, averaging decisions gives "
    f"{span(decision)}, early fusion {span(early)}.",
)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
control = reported("contrastive.both_not_ensemble@ff")
if control:
    finding(
        control["ci_low"] > 0,
        f"{where} both formats beat two encoders of one format by {span(control)}: what pays is "
        "the second format.",
        f"{where} both formats are not surely better than two encoders of spectra with different "
        f"seeds: the difference is {span(control)}. A gain over *one* encoder may then be what any "
        "second encoder brings.",
    )

# %% [markdown]
# ## The paper's advice on training
#
# Section 4.1 adds advice without numbers: masks of 10 % beat 5 %; batches must be shuffled; strong
# weight decay and early stopping help; a hidden layer in the head helps "considerably". Sections
# 2.1 and 3.1 repeat SimCLR's findings that large batches and a projector help.
#
# The hidden layer is tried on the codes of Table 2, early stopping on the main encoder of spectra
# (stopped at the look with the best probe, so it is the labels of valid that choose). For masks,
# order, weight decay, projector and batch *small* encoders of spectra are trained, as small as
# those above, one for each setting and seed. All have the same number of steps and the same rate,
# so larger batches see more tracks in all. Trainings for this section are not part of the quick
# profile.
#
# Of more than two settings the ledger takes the last minus the first (masks of 10 % minus 2.5 %),
# and no step between may surely go the other way. A difference that is above zero over artists but
# not over seeds is undecidable.

# %%
widths = {
    "contrastive.head.audio": "t1.audio_all",
    "contrastive.head.spec": "t1.spec_all",
    "contrastive.head.both": "t2.both",
}
deeper = studio.answers(
    {(arm, s): codes_of[f"contrastive.{of}", s] for arm, of in widths.items() for s in seeds},
    512,
    {(arm, s): s for arm in widths for s in seeds},
)
for arm, of in widths.items():
    answers = of_shares({s: deeper[arm, s] for s in seeds}, tracks)
    record(ledger, arm, "ff", answers, music, **told_of[f"contrastive.{of}"])
    ledger.compare(f"contrastive.mlp_{arm.removeprefix('contrastive.')}", "ff")
ledger.table([f"contrastive.mlp_head.{name}" for name in ("audio", "spec", "both")])

# %%
if profile != "quick":
    usual = ARMS["contrastive.equal.spec_all"]
    untrained = "contrastive.equal.random_spec"  # what these are held against
    answers, told = of_shares(said_by[untrained], tracks), told_of[untrained]
    record(ledger, "contrastive.random.spec", "ff", answers, music, variant="size=small", **told)
    advice = {
        "contrastive.mask.2_5": usual._replace(strengths=ranges._replace(mask=0.025)),
        "contrastive.mask.5": usual._replace(strengths=ranges._replace(mask=0.05)),
        "contrastive.mask.10": usual._replace(strengths=ranges._replace(mask=0.1)),
        "contrastive.sorted": usual._replace(order="by genre"),
        "contrastive.without.projector": usual._replace(projection=0),
        "contrastive.last": long,
    } | {
        f"contrastive.decay.{decay}": usual._replace(weight_decay=float(decay))
        for decay in ("1e-6", "1e-4", "1e-2")
    }
    # of equal steps, so larger ones see more
    advice |= {f"contrastive.batch.{n}": usual._replace(batch=n) for n in (16, 32, 64, 128)}
    runs |= learn(advice)
    known = {(arm, run.recipe.seed): run.codes for arm in advice for run in runs[arm]}
    known |= {
        ("contrastive.stopped", run.recipe.seed): run.best
        for run in runs["contrastive.t1.spec_all"]
    }
    said = studio.answers(known, seeds={key: key[1] for key in known})
    for arm in [*advice, "contrastive.stopped"]:
        answers = of_shares({s: said[arm, s] for s in seeds}, tracks)
        told = about(runs.get(arm, runs["contrastive.t1.spec_all"]))
        record(ledger, arm, "ff", answers, music, **told)

# %%
if profile != "quick":
    for claim in ("mask_size", "shuffling", "weight_decay", "early_stop"):
        ledger.compare(f"contrastive.training.{claim}", "ff")
    ledger.compare("contrastive.parts.projector", "ff")
    ledger.compare("contrastive.parts.batch_size", "ff")
ledger.compare("contrastive.valid_flatters", "ff")
claims = [f"training.{name}" for name in ("mask_size", "shuffling", "weight_decay", "early_stop")]
ledger.table(
    [
        f"contrastive.{name}"
        for name in [*claims, "parts.projector", "parts.batch_size", "valid_flatters"]
    ]
)

# %% [markdown]
# The paper says that more changes help, and that this shows more where data are few. Then all
# changes should gain more over the time mask alone when only a quarter or half of the train tracks
# is there, for the encoder and for the head. Each seed draws its own tracks; the steps, and the
# valid tracks that stop the head, stay.

# %%
def with_fewer(share, s):
    """Return the studio with a share of the train tracks of each genre (one at least), drawn by a
    seed; the others are left aside."""
    train = tracks[tracks.split == "train"]
    share = max(share, 1 / train.genre.value_counts().min())
    aside = train.index.difference(train.groupby("genre").sample(frac=share, random_state=s).index)
    return studio.dealt(tracks.split.where(~tracks.index.isin(aside), "removed").to_numpy())


if profile != "quick":
    for name, recipe in {"all": usual, "fewest": usual._replace(changes=("crop", "time"))}.items():
        for percent in (25, 50, 100):
            arm, trained, said = f"contrastive.small.{percent}.{name}", [], {}
            for s in seeds:
                fewer = with_fewer(percent / 100, s)
                trained += fewer.learn({f"{arm} {s}": recipe._replace(seed=s)}).values()
                said |= fewer.answers({s: trained[-1].codes}, seeds={s: s})
            record(ledger, arm, "ff", of_shares(said, tracks), music, **about(trained))
    ledger.compare("contrastive.small_data", "ff")
ledger.table(["contrastive.small_data"])

# %% tags=["hide-input"] jupyter={"source_hidden": true}
ADVICE = {
    "training.mask_size": "masks of 10 % − 2.5 %",
    "training.shuffling": "shuffled − sorted by genre",
    "training.weight_decay": "weight decay 1e-2 − 1e-6",
    "training.early_stop": "stopped early − last step",
    "parts.projector": "with projector − without",
    "parts.batch_size": "batches of 128 − 16, as many steps",
    "small_data": "gain of all changes: 25 % − 100 % of tracks",
} | {
    f"mlp_head.{name}": f"hidden layer − linear, {said}"
    for name, said in {"audio": "audio", "spec": "spectra", "both": "both"}.items()
}
_ = show_differences(ADVICE, "08_advice", 4.4)

# %% [markdown]
# A difference does not tell between what. So here are the small encoders themselves, beside the
# same network with random weights. The usual setting has masks of up to 10 %, shuffled batches of
# 32, a decay of 1e-6, a projector and all tracks. Where all changes gain nothing over the fewest
# even with all tracks, there is no gain that could grow.

# %%
TRIED = [
    "equal.spec_all",
    "mask.2_5",
    "mask.5",
    "sorted",
    "decay.1e-4",
    "decay.1e-2",
    "without.projector",
    "batch.16",
    "batch.64",
    "batch.128",
]
TRIED += [f"small.{percent}.{name}" for percent in (100, 50, 25) for name in ("all", "fewest")]
folder = book.folder / "predictions"
places = {"random weights, small": folder / "contrastive.random.spec@ff+size=small.npz"}
places |= {load_arms()[f"contrastive.{arm}"]: folder / f"contrastive.{arm}@ff.npz" for arm in TRIED}
sides = {
    name: estimates.Side(load_record(path), "accuracy")
    for name, path in places.items()
    if path.is_file()
}
scores = {name: side.by_seed() for name, side in sides.items()}
pd.DataFrame(
    {
        name: {"mean": values.mean(), "lowest seed": values.min(), "highest seed": values.max()}
        for name, values in scores.items()
    }
).T.round(3)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
if "random weights, small" in sides:
    untrained, usual_one, *_ = sides.values()
    learned = estimates.compared(
        usual_one, untrained, ledger.draws, False, "ff", True, "difference"
    )
    low, high = learned.interval()
    finding(
        low > 0,
        f"{where} the usual small encoder of spectra is better than its random weights by "
        f"{learned.value:+.3f} [{low:+.3f}, {high:+.3f}], on test. So these trainings did learn "
        "something that a setting can make better or worse.",
        f"{where} it is not shown that the usual small encoder of spectra is better than its "
        f"random weights: {learned.value:+.3f} [{low:+.3f}, {high:+.3f}], on test. Then what is "
        "compared here hardly learned, and large encoders may answer otherwise.",
    )

# %% [markdown]
# Two choices of ours could have been others: the seed of the head, and that the two views are two
# pieces of a track, and not one piece changed twice (tried with fewer steps than the main encoder).
# They stand as further rows beside the main one.

# %%
for arm in ("contrastive.t1.audio_all", "contrastive.t1.spec_all", "contrastive.t2.both"):
    for more in (1, 2):
        said = studio.answers(
            {(arm, s): codes_of[arm, s] for s in seeds},
            seeds={(arm, s): s + 10 * more for s in seeds},
        )
        answers = of_shares({s: said[arm, s] for s in seeds}, tracks)
        variant = f"head seed={more}"
        record(ledger, arm, "ff", answers, music, variant=variant, **told_of[arm])
if profile != "quick":
    once = learn({"one piece": full._replace(changes=SPECTRA)})["one piece"]
    said = studio.answers({run.recipe.seed: run.codes for run in once}, seeds={s: s for s in seeds})
    answers, told = of_shares(said, tracks), {"variant": "views=of one piece"} | about(once)
    record(ledger, "contrastive.t1.spec_all", "ff", answers, music, **told)
    print(
        {s: round(studio.accuracy(found), 3) for s, found in said.items()},
        "on valid with both views of one piece",
    )

# %% [markdown]
# The row on MagnaTagATune needs that data set. Name its folder in the environment variable
# `GENRELAB_MAGNATAGATUNE`, and the encoder of audio learns from it instead: from at most 4000 of
# its 25 863 clips, for more do not fit into memory.

# %%
if folder := os.environ.get("GENRELAB_MAGNATAGATUNE"):
    clips = load_magnatagatune(folder)
    elsewhere = list(
        studio.learn(
            {f"MagnaTagATune {s}": audio._replace(seed=s) for s in seeds}, other=clips
        ).values()
    )
    said = studio.answers(
        {run.recipe.seed: run.codes for run in elsewhere}, seeds={s: s for s in seeds}
    )
    rested = bool(
        np.mean([run.history[-2]["loss"] - run.history[-1]["loss"] for run in elsewhere]) < 0.01
    )
    told = about(elsewhere, rested)
    told["budget"] |= {"clips": (min(4000, len(clips.tracks)), 25_863)}
    record(ledger, "contrastive.mtat", "ff", of_shares(said, tracks), music, **told)
    ledger.compare("contrastive.t2.mtat", "ff")
else:
    print("Not run: GENRELAB_MAGNATAGATUNE names no folder.")
ledger.table(["contrastive.t2.mtat"])

# %% [markdown]
# ## Hear what is near
#
# Maps of codes, every track the mean of its pieces, along the two longest axes. On music other than
# GTZAN the codes are those of the reference run's encoders where they come with the course. Click.

# %%
def of_tracks(arm, stem):
    """Return one code for each track, standardised: (n_tracks, width)."""
    path = reference / "weights" / f"08_{stem}.npz"
    if music.name != "gtzan" and path.is_file():
        found = codes_by(path, music, tracks.index, 5 if stem == "spec" else 1)
    else:
        found = codes_of[arm, seed].mean(axis=1)
    spread = found.std(axis=0)
    return (found - found.mean(axis=0)) / np.where(spread > 1e-6, spread, 1)


heard, looked = (
    of_tracks("contrastive.t1.audio_all", "audio"),
    of_tracks("contrastive.t1.spec_all", "spec"),
)
spaces = {"audio": heard, "spectra": looked, "both": np.concatenate([heard, looked], axis=1)}

# %%
def show_map(space, name):
    """Show all tracks on the two longest axes of a space."""
    near = nearest_rows(spaces[space], 5)
    share = float((studio.labels[near] == studio.labels[:, None]).mean())
    points = pd.DataFrame(pca_map(spaces[space]).places, tracks.index, ["x", "y"])
    sound_map(points, music, name, title=f"Codes of {space}: {share:.0%} of the nearest tracks are "
                                         "of the same genre", axes=("first axis", "second axis"))


show_map("audio", "08_map_audio")

# %%
show_map("spectra", "08_map_spectra")

# %%
show_map("both", "08_map_both")

# %% [markdown]
# Now a track, and its five nearest in each space, from left to right. What do they share with it?

# %%
query = int(studio.rows["test"][0])
near = {space: nearest_rows(values, 5)[query] for space, values in spaces.items()}
listen([tracks.index[query], *tracks.index[near["audio"]]], corpus=music)

# %%
listen([tracks.index[query], *tracks.index[near["spectra"]]], corpus=music)

# %%
listen([tracks.index[query], *tracks.index[near["both"]]], corpus=music)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
# for notebook 10 and for readers: codes of all tracks, and the weights of one seed
if is_reference:
    lookup, rows = (
        music.tracks.group.where(music.tracks.artist.notna()),
        pd.DataFrame({"track": tracks.index, "truth": tracks.genre.to_numpy()}),
    )
    one = {"audio": runs["contrastive.t1.audio_all"][0], "spec": runs["contrastive.t1.spec_all"][0]}
    vectors = {name: run.codes.mean(axis=1) for name, run in one.items()}
    for name, found in (vectors | {"both": np.concatenate(list(vectors.values()), axis=1)}).items():
        told_codes = {
            "recipe": {part: run.recipe.told for part, run in one.items() if name in (part, "both")}
        }
        save_record(
            Measures.from_table(rows, lookup, studio.genres, vectors=found, about=told_codes),
            figures_folder() / "codes" / f"08_{name}.npz",
        )
    for name, run in one.items():
        if run.weights:
            model = new_model(run.recipe, mel_filters())
            model.load_state_dict(
                {
                    part: torch.from_numpy(values.astype(np.float32))
                    for part, values in run.weights.items()
                }
            )
            save_weights(model, figures_folder() / "weights" / f"08_{name}.npz", run.recipe.told)

# %% [markdown]
# ## What we have seen
#
# - Telling two pieces of a track from all others needs no label. What the codes are worth, a linear
#   head says, held against random weights and MFCC.
# - Each change is a statement about what does not matter, and can be checked by ear before anything
#   is trained.
# - Random weights, MFCC and a second encoder of the same format are the comparisons that say what
#   was learned, and what two formats bring.
#
# ## What to distrust
#
# - "The same track" also means the same voice, studio and tempo. A code that knows tracks by these
#   has not learned genre.
# - The paper tells no batch, no steps, no mel settings and no mask widths. The ledger says what we
#   took.
# - GTZAN's test part is 290 tracks by 87 known artists. See how wide the intervals are before you
#   believe a difference of five points.
# - Crops and noise alone, early fusion, and most of the advice on training are tried with small
#   encoders. Large ones may answer otherwise.
# - That larger batches make better codes is shown for equal steps, where they also see more tracks.
#   For equal numbers of tracks it was not tried.
# - Whether a training had come to rest is told by a crude probe. Where it still rose, the ledger
#   does not judge, whatever the numbers say.
# - The small arms had 260 steps first, and were scored on test. Because the probe of all changes
#   still rose, on valid, in both formats, all small arms were trained anew with four times as many
#   steps.
# - The advice on masks, order, weight decay and the projector was first tried at full width with
#   800 steps, and scored on test. Strong decay did worse there, and all differences were larger;
#   but the probe of the usual setting still rose, so nothing was judged. Small encoders are cheap
#   enough to be trained until the usual setting rests. (`CHANGELOG.md` holds both.)
# - The head stops by valid: numbers on valid are flattering.
# - The claims on more changes and on early fusion were set to equal sizes when it was clear that
#   not all arms could be trained large, before any small arm had finished its first training and
#   before any test score of one had been looked at.

# %% [markdown]
# ## Exercises
#
# In JupyterLab (`make lab`): run the cells above (*Run → Run All Above Selected Cell*), then write
# your answers over the dots.
#
# ### 08.1 Recall: a loss that has learned nothing
#
# A batch holds 64 tracks, and each gives two views. How large is the NT-Xent loss if all
# similarities are equal, so that nothing is learned? Give two decimals at least.

# %% tags=["stub"]
nothing_learned = ...  # your answer here

# %% tags=["check"]
check("08.1", nothing_learned)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>Each view has 2 · 64 − 1 others. If all are equally similar, the
# partner has one share of so many, and the loss is minus the logarithm of it.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
nothing_learned = np.log(2 * 64 - 1)

# %% [markdown]
# ### 08.2 Apply: all with all
#
# `first` and `second` hold what is said of the two views of n tracks, (n, width) each. Return the
# cosine similarities of all views with all views, first the first ones, then the second ones: (2n,
# 2n).

# %% tags=["stub"]
def similar(first, second):
    """Return the cosine similarities of all views, first then second: twice (n, width) -> (2n,
    2n)."""
    ...  # your code here

# %% tags=["check"]
check("08.2", similar)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary><code>np.concatenate</code> puts both together; divide each row by
# <code>np.linalg.norm(views, axis=1, keepdims=True)</code>, then one product with the transpose
# gives all cosines.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def similar(first, second):
    """Return the cosine similarities of all views, first then second: twice (n, width) -> (2n,
    2n)."""
    views = np.concatenate([first, second])
    views = views / np.linalg.norm(views, axis=1, keepdims=True)
    return views @ views.T

# %% [markdown]
# ### 08.3 Apply: the share of the partner
#
# `similarities` is such a table, (2n, 2n): the views i and i + n are partners. Divide by the
# temperature, take the softmax of each row over the 2n − 1 *other* views, and return the share that
# the partner has: one number for each view, (2n,).

# %% tags=["stub"]
def share_of_partner(similarities, temperature):
    """Return the softmax share of each view's partner among all other views: (2n, 2n) -> (2n,)."""
    ...  # your code here

# %% tags=["check"]
check("08.3", share_of_partner)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>After <code>np.exp</code>, <code>np.fill_diagonal(weights,
# 0)</code> leaves each view out of its own row; <code>np.roll(np.arange(2 * n), n)</code> tells the
# partner of each view.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def share_of_partner(similarities, temperature):
    """Return the softmax share of each view's partner among all other views: (2n, 2n) -> (2n,)."""
    weights = np.exp(similarities / temperature)
    np.fill_diagonal(weights, 0)
    places = np.arange(len(weights))
    return weights[places, np.roll(places, len(weights) // 2)] / weights.sum(axis=1)

# %% [markdown]
# ### 08.4 Open: a change of your own
#
# Write a change of sound that leaves the genre alone, but not the samples. `y` is (n_samples,)
# float32 at 22 050 Hz. What you return must be as long, not above full scale (1, or the peak of `y`
# if that is larger), and at most 12 dB louder or softer. Its samples must correlate by less than
# 0.999 with those of `y`, its mel spectrum, averaged over time, by more than 0.5, and so must
# stretches of its mel spectrogram with stretches of that of `y`: noise of the same colour is no
# music, nor is the piece played backwards. Then listen.

# %% tags=["stub"]
def change(y):
    """Return a changed sound that is of the same genre: (n_samples,) -> (n_samples,)."""
    ...  # your code here

# %% tags=["check"]
check("08.4", change, y[0].numpy())

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>What do a room, a radio or a worn tape do to a record? An echo is
# the sound itself, later and softer, added to it; divide by the peak if it is above 1.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def change(y):
    """Return a changed sound that is of the same genre: (n_samples,) -> (n_samples,)."""
    later = np.roll(y, 2000)  # an echo after 91 milliseconds
    later[:2000] = 0
    both = y + 0.6 * later
    return both / max(1, np.abs(both).max())

# %% [markdown]
# ## Quiz

# %% tags=["hide-input"] jupyter={"source_hidden": true}
quiz("08")

# %% [markdown]
# ## References
#
# - "Multi-format Contrastive Learning for Music Genre Classification", 2022.
# - T. Chen and others, "A Simple Framework for Contrastive Learning of Visual Representations",
#   2020: SimCLR and the loss.
# - J. Spijkervet and J. A. Burgoyne, "Contrastive Learning of Musical Representations", 2021: CLMR.
# - L. Wang and A. van den Oord, "Multi-Format Contrastive Learning of Audio Representations", 2021:
#   two formats of one piece as partners.
# - J. Lee and others, "Sample-level deep convolutional neural networks for music auto-tagging",
#   2017: SampleCNN.
# - K. He and others, "Deep Residual Learning for Image Recognition", 2016.
# - T. Wang and P. Isola, "Understanding Contrastive Representation Learning through Alignment and
#   Uniformity", 2020.
# - E. Law and others, "Evaluation of algorithms using games: the case of music tagging", 2009:
#   MagnaTagATune.
