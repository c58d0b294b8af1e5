# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 08 · Can a machine learn genre without labels?
#
# - **You will:** hear two views of one track, write the loss that compares them, train an encoder
#   without labels, watch for collapse, join two formats, play nearest neighbours
# - **You need:** notebook 02
# - **Minutes:** 25 to read, 2 to run
# - **Paper:** "Multi-format Contrastive Learning for Music Genre Classification", Tables 1 and 2,
#   Fig 2

# %% tags=["parameters"]
corpus = None  # "synthetic", or the path of a folder of genre folders
seed = 0  # everything that is left to chance follows from it
temperature = 0.5  # of the loss, as in the paper
snr = (5.0, 30.0)  # decibels of a sound above the noise that is added; CLMR's code has 40 to 80
mask = 0.1  # largest share of frames, and of bands, that a mask covers

# %% tags=["hide-input"] jupyter={"source_hidden": true}
import hashlib

import librosa
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from torch.nn import functional

from claimbook import finding, kept_table, result, says
from coursekit.lesson import check, held_up, predict, quiz, show_guess
from genrelab.corpora import gtzan, load_corpus
from genrelab.display import listen, save_figure, slider, sound_map, use_theme
from genrelab.evaluation.neighbourhoods import nearest_rows
from genrelab.evaluation.projections import pca_map
from genrelab.features import mfcc_statistics, track_table
from genrelab.models import augmentations, contrastive
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
    batch_of,
    effective_rank,
    encoded,
    linear_probe,
    new_model,
    nt_xent,
    uniformity,
    views_of,
)
from genrelab.models.heads import fit_head
from genrelab.models.resnet import ResNet18
from genrelab.models.sample_cnn import SampleCNN
from genrelab.models.weights import load_weights, recipe_of
from genrelab.runtime import cached, code_version, progress, project_root
from genrelab.training import train

# %% tags=["hide-input"] jupyter={"source_hidden": true}
use_theme()
torch.set_num_threads(1)  # small networks are fastest in one
music = load_corpus(corpus)
music.require(genres=2, seconds=6, parts={"train": 1, "valid": 1, "test": 1})
tracks = music.tracks[music.tracks.split != "removed"]
genres = sorted(tracks.genre.unique())
labels = np.searchsorted(genres, tracks.genre)
rows = {part: np.flatnonzero(tracks.split == part) for part in ("train", "valid", "test")}
sounds = [torch.from_numpy((music.audio(track)[:660_000] * 32_767).astype(np.int16))
          for track in tracks.index]
n_samples = min(map(len, sounds))
audio = torch.stack([y[:n_samples] for y in sounds])

# %% [markdown]
# ## One track, twice
#
# In notebook 04 every network learned from the genre of each training track. Here there are no
# labels. Contrastive learning makes its own question: *which two of these pieces are from the same
# track?* Take a piece of a track, then another one, change both in ways that leave the music alone,
# and ask a network to find the pair among many. To answer, it must hear what stays. The hope is
# that what stays is also what genre is made of.
#
# You can play the game yourself. The first is a view of a track. One of the others is a second view
# of it:

# %%
some = tracks.index[np.unique(np.linspace(0, len(tracks) - 1, 3).round().astype(int))]
y_of = {track: music.audio(track)[:n_samples] for track in some}
late = n_samples - 110_250
rng = np.random.default_rng(seed)
ranges = Strengths(snr=snr, mask=mask)


def piece(y, start, seconds=5):
    """Return a piece of a sound as a batch of one, (1, n_samples)."""
    return torch.from_numpy(y[start : start + seconds * 22_050])[None]


# %%
first, *others = y_of
views = {"a view": audio_view(piece(y_of[first], 0), AUDIO, ranges, rng)[0].numpy()}
for number, track in enumerate([others[0], first, others[1]], start=1):
    view = audio_view(piece(y_of[track], late), AUDIO, ranges, rng)
    views[f"candidate {number}"] = view[0].numpy()
listen(views, corpus=music)

# %% [markdown]
# <details><summary>Which one?</summary>The second.</details>
#
# What could you go by? The voice, the instruments, the tempo, the room: everything that two pieces
# of a *track* share. Much of that is not genre. Keep this in mind.
#
# ## What may change
#
# Each augmentation tells the network: *ignore this*. The paper changes waveforms in five ways. Move
# each slider before you trust it. First, where the piece is cut out:

# %%
begins = np.linspace(0, late, 5).astype(int)
slider([{"label": f"from {b / 22_050:.0f} s", "sound": piece(y_of[first], b)[0].numpy()}
        for b in begins], label="crop", corpus=music)

# %% [markdown]
# Then white noise. The code that the paper builds on adds it 40 to 80 decibels below the music; the
# paper gives no strength of its own, we take 5 to 30:

# %%
y = piece(y_of[first], late // 2)
noisy = {level: augmentations.add_noise(y, torch.tensor([float(level)]),
                                        torch.Generator().manual_seed(seed))
         for level in (80, 40, 30, 20, 10, 5)}
slider([{"label": f"{level} dB", "sound": x[0].numpy()} for level, x in noisy.items()],
       label="music above noise", corpus=music)

# %% [markdown]
# Then pitch, shifted by a phase vocoder: between two frames each partial goes on as fast as it
# went, and the result is read faster or slower. Listen to the voices. Does a piece five semitones
# higher still have the same genre?

# %%
steps = [-5, -3, -1, 0, 1, 3, 5]
semitones = torch.tensor(steps, dtype=torch.float32)
shifted = augmentations.shift_pitch(y.repeat(len(steps), 1), semitones)
slider([{"label": f"{s:+d}", "sound": x.numpy()} for s, x in zip(steps, shifted)],
       label="semitones", corpus=music)

# %% [markdown]
# Then filters. Listen to the cymbals under a low-pass, and to the bass under a high-pass:

# %%
frames = [{"label": "as it is", "sound": y[0].numpy()}]
for kind, hz in (("low-pass", 2200), ("low-pass", 4000), ("high-pass", 200), ("high-pass", 1200)):
    high = torch.tensor([kind == "high-pass"])
    passed = augmentations.pass_filter(y, torch.tensor([float(hz)]), high)
    frames.append({"label": f"{kind} {hz} Hz", "sound": passed[0].numpy()})
slider(frames, label="filter", corpus=music)

# %% [markdown]
# And gain. Listen for any difference but loudness; there is none:

# %%
softer = {d: augmentations.change_gain(y, torch.tensor([float(d)])) for d in (0, -2, -4, -6)}
slider([{"label": f"{d} dB", "sound": x[0].numpy()} for d, x in softer.items()],
       label="gain", corpus=music)

# %% [markdown]
# ## Fig 2: the same for pictures
#
# The second format is the mel spectrogram, and its changes can be *seen*: another track is mixed in
# softly, some frames and some bands are hidden. Hidden means set to the mean of the picture. The
# paper's Fig 2 shows such changes without numbers; it says that masks of 10 % are better than 5 %.

# %%
filters = librosa.filters.mel(sr=22_050, n_mels=128, n_fft=1024)
power = MelSpectra(filters)(torch.cat([y, piece(y_of[others[0]], late // 2)]))
kinds = {"as it is": (), "time mask": ("time",), "frequency mask": ("frequency",),
         "mixed": ("mix",), "all": SPECTRA}
always = ranges._replace(mix_often=1.0)
seen = {name: spectra_view(power, changes, always, np.random.default_rng(seed + 3))[0]
        for name, changes in kinds.items()}

# %% tags=["hide-input"] jupyter={"source_hidden": true}
LOOK = {"origin": "lower", "aspect": "auto", "cmap": "magma", "vmin": -2.5, "vmax": 2.5,
        "extent": (0, 5, 0, 128)}
fig, axes = plt.subplots(1, len(seen), figsize=(12, 3.1), sharey=True, layout="constrained")
for ax, (name, picture) in zip(axes, seen.items()):
    drawn = ax.imshow(picture, **LOOK)
    ax.set(title=name, xlabel="seconds", xticks=[0, 2, 4])
axes[0].set_ylabel("mel band")
fig.colorbar(drawn, ax=axes, label="deviations from the mean")
shares = ", ".join(f"{name}: {float((picture == 0).float().mean()):.0%} hidden"
                   for name, picture in seen.items() if "mask" in name or name == "all")
alt = f"Mel spectrogram of a piece of five seconds and four changes of it ({shares})."
means = pd.DataFrame({name: x.mean(dim=1).numpy() for name, x in seen.items()})
save_figure(fig, "08_fig2", alt=alt, data=means.round(3).rename_axis("band"))

# %%
frames = []
for share in (0.025, 0.05, 0.1, 0.2):
    wide = ranges._replace(mask=share)
    hidden = spectra_view(power, ("time", "frequency"), wide, np.random.default_rng(seed))[0]
    fig, ax = plt.subplots(figsize=(4, 3), layout="constrained")
    ax.imshow(hidden, **LOOK)
    ax.set(xlabel="seconds", ylabel="mel band")
    frames.append({"label": f"up to {share:.1%}", "image": fig,
                   "alt": f"{float((hidden == 0).float().mean()):.0%} of the picture is hidden."})
    plt.close(fig)
slider(frames, label="width of a mask")

# %%
other = piece(y_of[others[0]], late // 2)
other = other * (y.square().mean() / other.square().mean().clamp_min(1e-9)).sqrt()
mixtures = [{"label": f"{level} dB", "sound": (y + other * 10 ** (level / 20))[0].numpy()}
            for level in (-20, -10, -5)]
slider([{"label": "nothing", "sound": y[0].numpy()}, *mixtures], label="another track mixed in",
       corpus=music)

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
# sizes; this is our reading. **ResNet-18** sees the picture. Both end in 512 numbers, the **code**.
# A small projector stands between the code and the loss, and is thrown away afterwards.

# %%
lengths = [110_250 // 3]
while len(lengths) < 9:
    lengths.append(lengths[-1] // 3)
print("samples left after each block:", *lengths)
parts = {"SampleCNN": SampleCNN("nine"), "SampleCNN as in CLMR": SampleCNN("clmr"),
         "ResNet-18": ResNet18()}
pd.Series({name: sum(w.numel() for w in net.parameters()) for name, net in parts.items()},
          name="weights").to_frame()

# %% [markdown]
# ## Train, without labels
#
# Here a small ResNet-18 learns while you wait: a quarter of the channels, pieces of two seconds,
# batches of 32 tracks. It hears the training tracks alone, and no label. Each step is short: take
# some tracks, take two views of each, ask which belong together.

# %%
recipe = Recipe(changes=("crop", *SPECTRA), strengths=ranges, seed=seed, steps=150, batch=32,
                n_samples=44_100, width=1 / 4, temperature=temperature, learning_rate=1e-3)


def contrast(model, step):
    """Return the loss of one step: which views are from the same track?"""
    batch = batch_of(recipe, rows["train"], labels, step)  # shuffled; no label is used
    views = torch.cat(views_of(recipe, model, audio, batch, step))  # two of each track
    return nt_xent(*model("spec", views).chunk(2), temperature)


# %% [markdown]
# Now and then we test the encoder: a linear classifier, the **probe**, is fitted to the codes of
# the training tracks and answers the validation tracks. It is quick and crude (least squares, one
# piece per track). The probe uses labels; the encoder never sees it.

# %%
middle = (n_samples - recipe.n_samples) // 2


def probe(model):
    """Return the accuracy of a linear classifier on codes of the middle of each track."""
    codes = encoded(model, audio, np.arange(len(tracks)), [middle], recipe.n_samples)[:, 0]
    learned, asked = rows["train"], rows["valid"]
    return {"probe": linear_probe(codes[learned], labels[learned], codes[asked], labels[asked])}


# %%
predict("08.probe", "Accuracy of a linear classifier on the code of a full-size ResNet-18, trained "
                    "on GTZAN without labels: on tracks that it has never met", low=0, high=1)

# %%
untrained, encoder = new_model(recipe, filters), new_model(recipe, filters)
# a learning rate of 0: only the normalisations measure a few batches
train(untrained, contrast, steps=10, every=10, learning_rate=0.0, seed=seed)
training = train(encoder, contrast, steps=recipe.steps, every=15, seed=seed, validate=probe,
                 learning_rate=recipe.learning_rate, show=lambda all: progress(all, "steps"))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
curve = pd.DataFrame(training.history).set_index("step")
curve["random weights"] = probe(untrained)["probe"]
fig, axes = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
guessing = np.log(2 * min(recipe.batch, len(rows["train"])) - 1)
axes[0].plot(curve.loss, label="loss")
axes[0].axhline(guessing, color="#55555f", linestyle=":", label="guessing, log(2n − 1)")
axes[1].plot(curve.probe, label="while it learns")
axes[1].plot(curve["random weights"], "--", color="#7b3294", label="random weights")
axes[1].axhline(1 / len(genres), color="#55555f", linestyle=":", label="chance")
axes[1].set(ylim=(0, None), ylabel="accuracy of the probe, validation tracks")
for ax in axes:
    ax.set(xlabel="steps")
    ax.legend()
ends = curve.iloc[-1]
fig.suptitle(f"After {recipe.steps} steps the probe is right {ends.probe:.2f}; with random weights "
             f"{ends['random weights']:.2f}")
alt = (f"The loss over {recipe.steps} steps falls to {ends.loss:.2f}, guessing is {guessing:.2f}; "
       f"the probe ends at {ends.probe:.2f}, random weights have {ends['random weights']:.2f}, "
       f"chance is {1 / len(genres):.2f}.")
save_figure(fig, "08_live", alt=alt, data=curve.round(4))

# %% [markdown]
# A low loss is no proof of a good code: with fewer changes between the two views the game is
# *easier*, and the loss falls further.
#
# ## Has it collapsed?
#
# A network could cheat by saying the same of every track; contrast forbids that, mostly. Three
# numbers watch over it, here for codes of validation tracks; the first we compute by hand:
# **alignment** (how far two pieces of a track lie apart; small is good), **uniformity** (how evenly
# codes fill the sphere; low is good, 0 is collapse), and the **effective rank** (how many
# directions the codes really use; it cannot exceed the number of tracks). A rank of a few would be
# collapse. But a high rank is no merit by itself: random weights use many directions, too, and have
# learned nothing.

# %%
codes = encoded(encoder, audio, rows["valid"], [0, middle], recipe.n_samples)
two = functional.normalize(codes, dim=2)
by_hand = ((two[:, 0] - two[:, 1]) ** 2).sum(dim=1).mean()
assert torch.isclose(by_hand, alignment(codes[:, 0], codes[:, 1]), atol=1e-5)
print(f"alignment {by_hand:.3f}, uniformity {uniformity(codes[:, 0]):.2f}, effective rank "
      f"{effective_rank(codes[:, 0]):.0f} of {codes.shape[2]}")

# %% [markdown]
# And these are the large encoders of our full run on GTZAN:

# %% tags=["hide-input"] jupyter={"source_hidden": true}
watched = kept_table("08_collapse", index_col=[0, 1])
titles = {"t1.audio_all": "audio", "t1.spec_all": "spectra",
          "random.audio": "audio, random weights", "random.spec": "spectra, random weights"}
fig, axes = plt.subplots(1, 3, figsize=(12, 3.6), layout="constrained")
for ax, column in zip(axes, ("alignment", "uniformity", "rank")):
    for name, colour in zip(titles, ("#b5651d", "#1f5fa8", "#55555f", "#7b3294")):
        ax.plot(watched.loc[name, column], color=colour, label=titles[name])
    ax.set(xlabel="share of the training", ylabel=column, xlim=(0, 1))
axes[2].legend(loc="upper left", bbox_to_anchor=(1, 1))
final = watched.groupby(level=0).last()
fig.suptitle(f"On GTZAN, codes of spectra use {final['rank']['t1.spec_all']:.0f} directions in the "
             f"end, codes of audio {final['rank']['t1.audio_all']:.0f}")
alt = "Alignment, uniformity and effective rank over the training. At the end: " + "; ".join(
    f"{titles[name]} {found.alignment:.2f}, {found.uniformity:.2f}, {found['rank']:.0f}"
    for name, found in final.loc[list(titles)].iterrows())
save_figure(fig, "08_collapse", alt=alt, data=watched)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
learned = final.loc[["t1.audio_all", "t1.spec_all"]]
spoken = (f"uniformity {learned.uniformity['t1.spec_all']:.2f} on spectra, "
          f"{learned.uniformity['t1.audio_all']:.2f} on audio")
finding(bool((learned.uniformity < -0.5).all() and (learned["rank"] > 5).all()),
        f"On GTZAN neither code has collapsed: {spoken}.",
        f"On GTZAN a code is nearly the same for all tracks: {spoken}.")

# %% [markdown]
# Why do the lines of random weights move, though nothing is learned? Their normalisations still
# measure the batches.
#
# ## The linear head
#
# Now the encoder is frozen. A piece is taken every five seconds of a track, five at most; they do
# not overlap. One linear layer learns the genres from the codes of the training tracks, and stops
# when its loss on the validation tracks no longer falls. A track's answer is the mean of the
# softmax over its pieces. The course's own music has few test tracks, so we count validation and
# test tracks together.

# %%
starts = range(0, n_samples - recipe.n_samples + 1, 110_250)[:5]
scored = np.concatenate([rows["valid"], rows["test"]])


def right(codes):
    """Return how often a linear head on codes, (n_tracks, n_pieces, width), is right on validation
    and test tracks."""
    shares, _ = fit_head(codes, labels, rows["train"], rows["valid"], seed=seed)
    return float((shares[scored].argmax(axis=1) == labels[scored]).mean())


# %% [markdown]
# Compared with what? The encoder with **random weights** (its normalisations have measured a few
# batches, nothing else was learned), and the **MFCC statistics** of notebook 01 under the same
# head.

# %%
known = {name: encoded(model, audio, np.arange(len(tracks)), starts, recipe.n_samples).numpy()
         for name, model in {"random weights": untrained, "trained here": encoder}.items()}
mfcc = track_table(music, mfcc_statistics).loc[tracks.index].to_numpy(np.float32)
known["MFCC statistics"] = mfcc[:, None]
scores = pd.Series({name: right(codes) for name, codes in known.items()})
scores.rename("accuracy, validation and test tracks").to_frame().round(3)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
finding(scores["trained here"] > scores["random weights"],
        f"In this run, on validation and test tracks: {scores['trained here']:.3f} after "
        f"{recipe.steps} steps, {scores['random weights']:.3f} with random weights.",
        f"In this run, {recipe.steps} steps were too few: {scores['trained here']:.3f} on "
        f"validation and test tracks, and {scores['random weights']:.3f} with random weights.")

# %% [markdown]
# Can what was learned move to other music? The encoder of spectra of our full run comes with the
# course: it has all channels, and learned for 1200 steps from GTZAN's training tracks, without
# labels. We load its weights. If your music isn't GTZAN, this encoder has never heard any of it.
# What does it know?

# %%
def codes_with(part):
    """Return one code per track, of its middle five seconds, by an encoder of our full run."""
    weights = project_root() / "figures" / "gtzan" / "weights" / f"08_{part}.npz"
    settings = recipe_of(weights)
    model = new_model(Recipe(format=part, width=settings["width"]), filters)
    load_weights(model, weights, settings)
    some = np.split(np.arange(len(tracks)), range(25, len(tracks), 25))
    codes = [encoded(model, audio, part, [late // 2], settings["n_samples"])[:, 0]
             for part in progress(some, "codes")]
    return torch.cat(codes).numpy()


heard_in = hashlib.sha1(audio.numpy()).hexdigest()
full = {part: cached("lesson_codes", lambda part=part: codes_with(part), part=part, music=heard_in,
                     code=code_version(contrastive)) for part in ("spec", "audio")}
scores["learned from GTZAN"] = right(full["spec"][:, None])
scores.rename("accuracy, validation and test tracks").to_frame().round(3)

# %% [markdown]
# ## Tables 1 and 2
#
# The paper's Table 1 compares changes of sound and of spectra, Table 2 adds both formats side by
# side. Encoders of audio take so long that the first two lines were trained *small*: a quarter of
# the channels, pieces of 2.7 seconds. <a href="record_multiformat.html">The record</a> says what
# the paper leaves open, and why there are no folds with new artists here.
#
# First your guess: how often is a linear head right on GTZAN's test tracks, with codes of spectra
# and all changes?

# %%
show_guess("08.probe", result("contrastive.t1.spec_all@ff").value)

# %% [markdown]
# And all rows, on the paper's own split:

# %% tags=["hide-input"] jupyter={"source_hidden": true}
lines = {
    "audio: crop, small": "contrastive.t1.audio_crop",
    "audio: crop and noise, small": "contrastive.t1.audio_noise",
    "audio: all changes": "contrastive.t1.audio_all",
    "spectra: time mask": "contrastive.t1.spec_time",
    "spectra: all changes": "contrastive.t1.spec_all",
    "both formats": "contrastive.t2.both",
}
held_up("08_held_up", lines, "Codes on GTZAN: the paper and our full run")

# %% [markdown]
# ## Did it learn anything?
#
# The question that the paper does not ask. Does pre-training beat the same network with random
# weights?

# %% tags=["hide-input"] jupyter={"source_hidden": true}
for name, format in {"spec": "spectra", "audio": "audio"}.items():
    says(f"contrastive.learns.{name}@ff",
         above=f"On GTZAN, pre-training on {format} pays: {{value:+.2f}} [{{low:+.2f}}, "
               "{high:+.2f}] over random weights.",
         below=f"On GTZAN, random weights beat pre-training on {format}: {{value:+.2f}}.",
         open=f"On GTZAN we can't tell whether pre-training on {format} pays: {{value:+.2f}} "
              "[{low:+.2f}, {high:+.2f}] over random weights.")

# %% [markdown]
# A network that has learned nothing still passes much of what a picture holds on to the head. And
# forty numbers from notebook 01 are a strong rival, too:

# %%
rivals = {"mfcc": "MFCC statistics", "random.spec": "spectra, random weights",
          "random.audio": "audio, random weights", "t1.spec_all": "spectra, pre-trained",
          "t1.audio_all": "audio, pre-trained"}
on_gtzan = kept_table("08_encoders").test.loc[list(rivals)].rename(rivals).rename_axis("code")
on_gtzan.rename("accuracy, GTZAN's test tracks").to_frame().round(3)

# %% [markdown]
# ## How many labels does pre-training save?
#
# If the code knows something already, few labels should do. Heads are fitted on 1, 2, 5, 10, 20 or
# all training tracks of each genre. Beside them stands a **supervised twin**: the same ResNet, the
# same changes, trained from the first step with those labels. The small encoder of audio has one,
# too, for all labels. All of them use the validation tracks to stop, and are scored on the test
# tracks.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
by_budget = kept_table("08_labels").set_index("tracks a genre", append=True).accuracy
means, spread = (by_budget.groupby(level=[0, 1]).agg(how) for how in ("mean", ["min", "max"]))
budgets = sorted(means.index.unique(1))
colours = {"spectra: all changes": "#1f5fa8", "audio: all changes": "#b5651d",
           "audio: all changes, small": "#b5651d", "spectra: random weights": "#7b3294",
           "MFCC statistics": "#00695c", "spectra: supervised": "#55555f",
           "audio: supervised, small": "#a3195b"}
fig, ax = plt.subplots(figsize=(9, 4.2), layout="constrained")
for method, colour in colours.items():
    there = means[method].index
    places = [budgets.index(number) for number in there]
    ax.plot(places, means[method], "^:" if method.endswith("small") else "o-", color=colour,
            label=method)
    ax.vlines(places, spread.loc[method]["min"], spread.loc[method]["max"], color=colour)
ax.axhline(0.1, color="#55555f", linestyle=":")
ax.set_xticks(range(len(budgets)), [*budgets[:-1], "all"])
ax.set(xlabel="labelled training tracks per genre", ylim=(0, None),
       ylabel="accuracy on GTZAN's test tracks\n(lines: all seeds; dotted: chance)")
gap = means["spectra: all changes"] - means["spectra: supervised"]
ax.set_title(f"Pre-trained minus supervised: {gap[1]:+.2f} with one label per genre, {gap[5]:+.2f} "
             f"with 5, {gap[100]:+.2f} with all")
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
alt = "Accuracy on GTZAN's test tracks over the number of labels: " + "; ".join(
    f"{method} {number}: {value:.2f}" for (method, number), value in means.items())
save_figure(fig, "08_labels", alt=alt, data=means.unstack(0).round(4))

# %% [markdown]
# ## Which changes pay?
#
# Table 1 says: crops alone leave the code at chance, noise adds nothing, and all changes together
# lift it. We compared crop, noise and all changes at equal size.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
says("contrastive.t1.audio_crop@ff", than=0.15,
     above="On GTZAN crops alone are right {value:.2f} [{low:.2f}, {high:.2f}], far above chance. "
           "The {paper:.2f} that the paper prints is what guessing gives, and even random weights "
           "do better than that: a code at chance looks like a training, or a head, that did not "
           "work.",
     below="On GTZAN crops alone are right {value:.2f} [{low:.2f}, {high:.2f}], near chance.",
     open="On GTZAN crops alone are right {value:.2f} [{low:.2f}, {high:.2f}]: we can't tell "
          "whether that is above chance.")
says("contrastive.augment.audio@ff",
     above="More changes of audio make better codes: {value:+.2f} [{low:+.2f}, {high:+.2f}].",
     below="More changes of audio make worse codes: {value:+.2f} [{low:+.2f}, {high:+.2f}].",
     open="Whether more changes of audio make better codes, we can't tell: {value:+.2f} "
          "[{low:+.2f}, {high:+.2f}].")

# %% [markdown]
# ## One format, or two?
#
# The paper's title claim: codes of both formats, side by side, are better than either. There are
# three ways to join them: **codes** side by side; **decisions**, where the probabilities of two
# heads are averaged, with a weight chosen on the validation tracks; and **early**, one training for
# both encoders, in which the partner of a piece's sound is its picture. The last is what Wang and
# van den Oord did; section 4.2 expects it to be better.
#
# One control is needed: **two encoders of spectra** side by side, with other seeds. If two formats
# are better than one only because 1024 numbers are more than 512, this control is as good.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
held_up("08_fusion", {
    "both − spectra": "contrastive.both_gt.spec",
    "both − audio": "contrastive.both_gt.audio",
    "both − two encoders of spectra": "contrastive.both_not_ensemble",
    "decisions − side by side": "contrastive.fusion.decision",
    "early − side by side, small": "contrastive.fusion.early",
}, "Differences of accuracy between ways to join formats, on GTZAN")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
says("contrastive.both_gt.spec@ff",
     above="Both formats beat spectra alone by {value:.2f} [{low:.2f}, {high:.2f}].",
     below="Both formats are worse than spectra alone: {value:+.2f} [{low:+.2f}, {high:+.2f}].",
     open="We can't tell whether both formats beat spectra alone: {value:+.2f} [{low:+.2f}, "
          "{high:+.2f}]; the paper prints {paper:+.2f}.")
says("contrastive.both_not_ensemble@ff",
     above="Both formats beat two encoders of one format by {value:.2f} [{low:.2f}, {high:.2f}]: "
           "what pays is the second format.",
     below="Two encoders of spectra are even better than both formats: {value:+.2f} [{low:+.2f}, "
           "{high:+.2f}].",
     open="We can't tell whether both formats beat two encoders of spectra: {value:+.2f} "
          "[{low:+.2f}, {high:+.2f}]. So a gain over *one* encoder may be what any second encoder "
          "brings.")

# %% [markdown]
# ## Hear what is near
#
# Maps of codes, along the two longest axes, by the encoders that learned from GTZAN: of each track
# its middle five seconds. Click.

# %%
def standardised(codes):
    """Return codes with mean 0 and deviation 1, where they vary at all."""
    spread = codes.std(axis=0)
    return (codes - codes.mean(axis=0)) / np.where(spread > 1e-6, spread, 1)


spaces = {"audio": standardised(full["audio"]), "spectra": standardised(full["spec"])}
spaces["both"] = np.concatenate(list(spaces.values()), axis=1)


def show_map(space):
    """Show all tracks on the two longest axes of a space."""
    share = float((labels[nearest_rows(spaces[space], 5)] == labels[:, None]).mean())
    points = pd.DataFrame(pca_map(spaces[space]).places, tracks.index, ["x", "y"])
    title = f"Codes of {space}: {share:.0%} of the nearest tracks are of the same genre"
    sound_map(points, music, f"08_map_{space}", title=title, axes=("first axis", "second axis"))


show_map("audio")

# %%
show_map("spectra")

# %%
show_map("both")

# %% [markdown]
# Now a track, and its five nearest in each space, from left to right. What do they share with it?

# %%
query = int(rows["test"][0])
near = {space: nearest_rows(values, 5)[query] for space, values in spaces.items()}
listen([tracks.index[query], *tracks.index[near["audio"]]], corpus=music)

# %%
listen([tracks.index[query], *tracks.index[near["spectra"]]], corpus=music)

# %%
listen([tracks.index[query], *tracks.index[near["both"]]], corpus=music)

# %% [markdown]
# ## What we have seen
#
# - To find two pieces of a track among others, a network needs no label. A linear head, compared
#   with random weights and MFCC, shows how good its codes are.
# - Each change tells the network what does not matter. You can check it by ear before you train
#   anything.
# - Random weights, MFCC and a second encoder of the same format are the comparisons that show what
#   was learned, and what two formats bring.
#
# ## What to distrust
#
# - "The same track" also means the same voice, studio and tempo. A code that knows tracks by these
#   has not learned genre.
# - The paper gives no batch, no steps, no mel settings and no mask widths. The record says what we
#   took, and how the paper's advice on training did.
# - GTZAN's test set is small, and has few artists. See how wide the intervals are before you
#   believe a difference of five points.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
tested = gtzan.facts().query("split == 'test'").artist
print(f"GTZAN's test set: {len(tested)} tracks, by {tested.nunique()} known artists, and "
      f"{tested.isna().sum()} of them by artists nobody knows.")

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
