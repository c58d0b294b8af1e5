# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 07 · Can a network that has heard only noise tell genres apart?
#
# - **You will:** build a compressive autoencoder, train one on noise, hear what three of them keep
#   of music, classify by their codes, and compare with a network that learned nothing
# - **You need:** notebook 06
# - **Minutes:** 22 to read, 1 to run
# - **Paper:** Namgyal and others, Table 2 (lower half), Fig 4, sections 3 and 3.1

# %% tags=["parameters"]
corpus = None  # "synthetic", or the path of a folder of genre folders
seed = 0  # everything that is left to chance follows from it
steps = 500  # of the network that you train
learning_rate = 0.002  # of that network

# %% tags=["hide-input"] jupyter={"source_hidden": true}
import librosa
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from sklearn import feature_selection, linear_model, pipeline, preprocessing

from claimbook import finding, kept_answers, kept_table, says
from coursekit.lesson import check, held_up, predict, quiz, show_guess
from genrelab import distances, evaluation, runtime
from genrelab.corpora import load_corpus
from genrelab.display import listen, save_figure, slider, use_theme
from genrelab.evaluation import confusion
from genrelab.evaluation.regression import regression_on_split
from genrelab.features import log_mel, mel_pictures
from genrelab.models import compressive, weights
from genrelab.models.compressive import GDN, LOSSES, quantise
from genrelab.models.noise_trained import Recipe, new_model, noise, padded, rounded
from genrelab.training import train

# %% tags=["hide-input"] jupyter={"source_hidden": true}
use_theme()
music = load_corpus(corpus)
music.require(groups=3, genres=2, seconds=10, in_all=47, parts={"train": 1, "valid": 1, "test": 1})
NAMES = {"mse": "MSE", "ms_ssim": "1−MS-SSIM", "nlpd": "NLPD"}

# %%
pictures = mel_pictures(music, music.tracks.index[music.tracks.split != "removed"])
tracks, images = music.tracks.loc[pictures.tracks], padded(pictures.images)
genres, split = sorted(tracks.genre.unique()), tracks.split.to_numpy()
labels = tracks.genre.map(genres.index).to_numpy()
training_rows, test = np.flatnonzero(split == "train"), np.flatnonzero(split == "test")
print(f"{len(images)} pictures of {images.shape[1]} × {images.shape[2]} with their border, from "
      f"{pictures.source}")
print("without a picture:", *(pictures.missing or ["none"]))

# %% [markdown]
# ## Learning from nothing
#
# In notebook 06 three distances were compared as distances. Here they become *teachers*. An
# autoencoder squeezes a picture through a narrow code and draws it again; its loss is the distance
# between the two. Namgyal and others train it on nothing but uniform noise. Noise has no structure
# to be learned, so a *difference* between networks that were built alike can only come from the
# loss. Then they show it music, and ask whether its code knows genre. Distances made for the eye
# should keep what matters, also to the ear.
#
# Here is what the networks are trained on, made audible as if it were a spectrogram, beside a
# track:

# %%
def sound_of(picture, n_samples=None):
    """Return the sound of a (128, n_frames) picture of 80 dB, its phases guessed by Griffin and
    Lim's method."""
    power = librosa.db_to_power(80 * np.clip(picture, 0, 1) - 80)
    size = np.maximum(np.linalg.pinv(librosa.filters.mel(sr=22_050, n_fft=2048)) @ power, 0) ** 0.5
    y = librosa.griffinlim(size, hop_length=512, n_fft=2048, random_state=0, length=n_samples)
    return (0.1 * y / np.sqrt(np.mean(y**2))).astype(np.float32)


track = tracks.index[test[0]]
random_picture = runtime.generator(seed, "noise to hear").random((128, 259), dtype=np.float32)
listen({"noise, as the networks see it": sound_of(random_picture), track: track}, corpus=music)

# %% [markdown]
# ## The network, by hand
#
# The paper gives neither layers nor sizes. We take those of Ballé, Laparra and Simoncelli (2017),
# two of whom are among the authors of the work on noise that it builds on (Hepburn and others,
# 2022): convolutions with strides 4, 2 and 2, so that 16 × 16 pixels become one place of the code.
# Between them stands **divisive normalisation** (GDN), in which each channel is divided by the
# activity of all channels at its place, $y_i = x_i / \sqrt{\beta_i + \sum_j \gamma_{ij} x_j^2}$. It
# is a model of what neurons of the eye do, and it is learned. On the way back it multiplies.

# %%
layer = GDN(3)
x = torch.randn(1, 3, 2, 2, generator=torch.Generator().manual_seed(seed))
activity = layer.beta[:, None, None] + torch.einsum("ij,njhw->nihw", layer.gamma, x**2)
assert torch.allclose(x / activity.sqrt(), layer(x), atol=1e-6)
print(x[0, :, 0, 0].tolist(), "becomes", layer(x)[0, :, 0, 0].tolist())

# %% [markdown]
# The code is then **rounded** to a few integers; the paper speaks of "a predetermined set", and we
# take −2 to 2. Rounding has no gradient, so the gradient is passed straight through, as if nothing
# had been rounded. With a fixed number of elements and of levels, no network can say more than
# another: that is the paper's way to make the losses comparable.

# %%
z = torch.linspace(-3, 3, 7, requires_grad=True)
rounded_z = z.clamp(-2, 2).round()
assert torch.equal(quantise(z, 5), rounded_z)
quantise(z, 5).sum().backward()
print("levels   ", rounded_z.tolist())
print("gradients", z.grad.tolist())

# %% [markdown]
# How much can such a code say? At most $\log_2$ of the number of levels for each element. Shannon's
# theory of 1959 says how well noise can be kept with so many bits. Our code has 64 channels of 5
# levels.

# %%
mine = Recipe(seed=seed, steps=steps, learning_rate=learning_rate, side=128, batch=2)
model = new_model(mine)
bits = model.bits_per_pixel
n_weights = sum(p.numel() for p in model.parameters())
print(f"{n_weights} weights; the code says at most {bits:.2f} bits per pixel")
print(f"mean squared error of flat grey: {1 / 12:.4f}; no code of {bits:.2f} bits gets below "
      f"{compressive.shannon_bound(bits):.4f}")

# %% [markdown]
# ## A loss without a slope
#
# The losses are the distances of notebook 06, each picture by itself. One of them has a trap.
# MS-SSIM is a product of five scales, and a negative scale counts as 0. A picture that is the
# *opposite* of its input on some scale gets 0, and so do all pictures near it: no slope, so a
# training that strays there never comes back. An untrained network begins close to it. Our remedy:
# as long as a scale is dead (its similarity below 0.01), the weighted *mean* of the scales takes
# the place of the product, negative ones included. Where all live, the loss is the metric.

# %%
METRICS = LOSSES | {"ms_ssim": lambda a, b: 1 - distances.ms_ssim(a, b)}
shown = torch.rand(1, 1, 192, 192, generator=torch.Generator().manual_seed(seed))
shown_as = {"the opposite": 1 - shown, "by an untrained network": model(shown).detach()}
judges = {"1 − MS-SSIM": METRICS["ms_ssim"], "with the remedy": LOSSES["ms_ssim"]}
slopes = {}
for drawn, start in shown_as.items():
    for name, distance in judges.items():
        picture = start.clone().requires_grad_()
        loss = distance(shown, picture).sum()
        (slope,) = torch.autograd.grad(loss, picture)
        slopes[drawn, name] = {"loss": loss.item(), "largest slope": slope.abs().max().item()}
pd.DataFrame(slopes).T.round(4)

# %% [markdown]
# ## Train on noise
#
# Now train one yourself. Each step draws fresh noise, and the loss is the mean squared error
# between the noise and what the network draws. Ten times on the way we measure that error on noise
# it has never seen.

# %%
held_out = torch.cat([noise(mine, steps + k) for k in range(4)])


def loss_of_step(model, step):
    """Return the mean squared error of one step's noise."""
    x = noise(mine, step)
    return ((x - model(x)) ** 2).mean()


def error(model):
    """Return the mean squared error on held-out noise."""
    return {"held out": ((held_out - model(held_out)) ** 2).mean()}


# %%
with torch.no_grad():
    before = model(held_out)
training = train(model, loss_of_step, steps=steps, every=max(1, steps // 10), seed=seed,
                 learning_rate=learning_rate, validate=error,
                 show=lambda numbers: runtime.progress(numbers, "steps", total=steps))
with torch.no_grad():
    after = model(held_out)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 4, figsize=(12, 3.2), layout="constrained", width_ratios=[2, 1, 1, 1])
full = kept_table("07_curves").query("loss == 'mse' and seed == 0")
curve = pd.Series(training.column("held out"), training.column("step"), name="held out")
axes[0].plot(full.step, full.mse, color="#9a9aa5", label="our full run")
axes[0].plot(curve, color="#1f5fa8", label="yours")
axes[0].axhline(1 / 12, color="#55555f", linestyle=":", label="flat grey")
axes[0].axhline(compressive.shannon_bound(bits), color="#b5651d", linestyle="--", label="bound")
axes[0].set(title="Yours, on held-out noise", xlabel="step", ylabel="MSE", xscale="log")
axes[0].legend(fontsize=9)
drawn = {"noise in": held_out, "out, untrained": before, f"out, after {steps} steps": after}
for ax, (name, picture) in zip(axes[1:], drawn.items()):
    ax.imshow(picture[0, 0, :48, :48], cmap="magma", vmin=0, vmax=1)
    ax.set(title=name, xticks=[], yticks=[])
alt = (f"Mean squared error on held-out noise over steps, down to {curve.iloc[-1]:.3f}, where flat "
       "grey has 0.083; beside it noise, and what the network draws before and after training.")
save_figure(fig, "07_noise", alt=alt, data=curve.rename_axis("step"))

# %% [markdown]
# Where a curve lies below the line of flat grey, its network keeps something of the noise. Our full
# run (<a href="record_namgyal.html">the record</a>) went on for ten thousand steps, with each of
# the three losses.
#
# For all that follows we take its weights, which are part of the course. These networks have seen
# nothing but noise, so we can use them on any music.

# %%
trained = {}
for loss in LOSSES:
    path = runtime.project_root() / "figures" / "gtzan" / "weights" / f"07_{loss}.npz"
    recipe = weights.recipe_of(path)
    trained[loss] = new_model(Recipe(**recipe))
    weights.load_weights(trained[loss], path, recipe)

# %% [markdown]
# ## What did they learn?
#
# First we judge each network by all three distances. Is the one trained with a loss the best by
# that loss, and what does it give away? Numbers are shares of the distance of flat grey; 1 is no
# better than grey.

# %%
unseen = torch.rand(4, 1, 192, 192, generator=torch.Generator().manual_seed(seed))
with torch.no_grad():
    again = {loss: model(unseen) for loss, model in trained.items()}
    grey = torch.full_like(unseen, 0.5)
    by_metric = {
        NAMES[loss]: {NAMES[metric]: float(distance(unseen, drawn).mean()
                                           / distance(unseen, grey).mean())
                      for metric, distance in METRICS.items()}
        for loss, drawn in again.items()
    }
judged = pd.DataFrame(by_metric).T.rename_axis("trained with").rename_axis("judged by", axis=1)
judged.round(3)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
beaten = [name for name in judged if judged[name].idxmin() != name]
finding(not beaten, "We see that each network is the best of the three by its own loss.",
        f"We see that not each network is the best by its own loss: by {' and '.join(beaten)}, "
        "another one is better.")

# %% [markdown]
# Then we let them draw music. Noise is as bright as it is dark, but music, drawn like this, is
# mostly dark, and none of the three was ever shown darkness. For NLPD, which looks at bands only,
# brightness does not even count as an error. How bright does each draw a track?

# %%
one = images[[test[0]]]
with torch.no_grad():
    redrawn = {NAMES[loss]: model(torch.from_numpy(one)[None])[0, 0].numpy()
               for loss, model in trained.items()}
inside = (slice(36, 252), slice(55, 389))  # the picture without its border
brightness = {track: one[0][inside].mean()}
brightness |= {name: picture[inside].mean() for name, picture in redrawn.items()}
pd.Series(brightness, name="mean brightness").round(3)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(2, 4, figsize=(12, 5.2), layout="constrained")
rows = ({"noise": unseen[0, 0]} | {NAMES[loss]: drawn[0, 0] for loss, drawn in again.items()},
        {track: one[0]} | redrawn)
for line, row, window in zip(axes, rows, ((slice(0, 48), slice(0, 64)), inside)):
    for ax, (name, picture) in zip(line, row.items()):
        ax.imshow(np.asarray(picture)[window], cmap="magma", vmin=0, vmax=1, aspect="auto")
        ax.set(xticks=[], yticks=[])
        by = f"by the one trained with {name}" if name in NAMES.values() else name
        ax.set_title(by, fontsize=9)
errors = {name: float(np.mean((picture - one[0]) ** 2)) for name, picture in redrawn.items()}
alt = f"Noise and a mel picture of {track}, and what the three networks make of them. "
alt += "Mean squared errors of the music: "
alt += ", ".join(f"{name} {error:.3f}" for name, error in errors.items())
save_figure(fig, "07_reconstructions", alt=alt,
            data=pd.Series(errors, name="MSE").rename_axis("trained with"))

# %% [markdown]
# The first layer looks at 9 × 9 pixels. These are its filters, each scaled to its own largest
# weight. A filter that looks like a stripe answers to stripes; one that looks like noise may simply
# not have been used.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 3, figsize=(12, 4.2), layout="constrained")
strength = {}
for ax, (loss, model) in zip(axes, trained.items()):
    filters = model.analysis[0].weight.detach().numpy()[:64, 0]
    strength[NAMES[loss]] = np.sort(np.linalg.norm(filters, axis=(1, 2)))[::-1]
    scaled = filters / np.abs(filters).max(axis=(1, 2), keepdims=True)
    sheet = np.full((81, 81), np.nan)  # one pixel between two filters stays empty
    for k, weights_of_filter in enumerate(scaled):
        sheet[k // 8 * 10 : k // 8 * 10 + 9, k % 8 * 10 : k % 8 * 10 + 9] = weights_of_filter
    ax.imshow(sheet, cmap="RdBu_r", vmin=-1, vmax=1)
    ax.set(title=f"trained with {NAMES[loss]}", xticks=[], yticks=[])
alt = ("Filters of the first layer of each network, 9 by 9 pixels each, blue negative and red "
       "positive.")
strength = pd.DataFrame(strength).rename_axis("filter, strongest first").round(4)
save_figure(fig, "07_filters", alt=alt, data=strength)

# %% [markdown]
# ## Hear what they keep
#
# A picture of 334 columns is too coarse to be turned back to sound. But the network is
# convolutional, so it takes a finer spectrogram as well: 128 mel bands, a frame every 23 ms. The
# first player is the spectrogram itself turned to sound, so that you hear what this way back costs
# by itself; the others went through a network first.

# %%
whole = music.audio(track)
middle = whole[(len(whole) - 6 * 22_050) // 2 :][: 6 * 22_050]
fine = (log_mel(middle) + 80) / 80
room = np.pad(fine, ((0, 0), (0, -fine.shape[1] % 16)))
with torch.no_grad():
    through = {f"through {NAMES[loss]}": model(torch.from_numpy(room)[None, None])[0, 0].numpy()
               for loss, model in trained.items()}
sounds = {"the spectrogram itself": fine} | through
listen({name: sound_of(picture[:, : fine.shape[1]], len(middle))
        for name, picture in sounds.items()}, corpus=music)

# %% [markdown]
# Whatever disappears, disappears in the code. Here only a part of the channels is kept, and the
# others get the value 0:

# %%
frames, number = [], trained["ms_ssim"].code_channels
with torch.no_grad():
    code = trained["ms_ssim"].code(torch.from_numpy(room)[None, None])
    for kept in (number, number // 2, number // 4, 0):
        fewer = code * (torch.arange(number) < kept)[:, None, None]
        picture = trained["ms_ssim"].synthesis(fewer)[0, 0, :, : fine.shape[1]].numpy()
        most = {"bits per pixel, at most": round(kept * np.log2(5) / 256, 2)}
        frames.append({"label": f"{kept} channels", "sound": sound_of(picture, len(middle)),
                       "numbers": most})
slider(frames, label="channels of the code that are kept", corpus=music)

# %% [markdown]
# ## Fig 4 and Table 2 (lower half): does the code know genre?
#
# Each picture, with its border, becomes a code of many thousand integers. Elements that do not vary
# over the training tracks are dropped, the rest is standardised, and a logistic regression with an
# L2 penalty learns the genres; the strength of the penalty is chosen on the validation tracks.

# %%
def code_of(model):
    """Return the codes of all pictures, (n_pictures, n_elements) float32."""
    with torch.no_grad():
        parts = [model.code(batch[:, None]).flatten(1)
                 for batch in torch.from_numpy(images).split(4)]
    return torch.cat(parts).numpy()


codes = {NAMES[loss]: code_of(model) for loss, model in trained.items()}
fits = {name: regression_on_split(code, labels, split) for name, code in codes.items()}


def f1(fit):
    """Return the weighted F1 on the test tracks."""
    answers = fit.probabilities.argmax(axis=1)
    return float(evaluation.weighted_f1(confusion(labels[test], answers, range(len(genres)))))


# %% [markdown]
# Behind this helper is nothing but scikit-learn. Once by hand, for one code and one penalty:

# %%
code, strength = codes["MSE"], 0.01
helped = regression_on_split(code, labels, split, [strength])
fit = linear_model.LogisticRegression(C=strength, max_iter=2000)
varied, scaler = feature_selection.VarianceThreshold(), preprocessing.StandardScaler()
by_hand = pipeline.make_pipeline(varied, scaler, fit)
by_hand.fit(code[training_rows], labels[training_rows])
same = by_hand.predict(code[test]) == helped.probabilities.argmax(axis=1)
assert (~same).sum() <= max(1, 0.03 * len(same))
print(f"{code.shape[1]} elements, C = {strength:g}: {same.mean():.0%} of the answers are equal")

# %% [markdown]
# Now guess. What will a network with *random* weights reach, one that was never trained at all?

# %%
predict("07.random", "Weighted F1 of the code of random weights, on the test part", low=0, high=1)

# %%
untrained = rounded(new_model(Recipe(seed=seed)))
fits["random weights"] = regression_on_split(code_of(untrained), labels, split)
show_guess("07.random", f1(fits["random weights"]))

# %%
pd.Series({name: f1(fit) for name, fit in fits.items()}, name="weighted F1, test tracks").round(3)

# %% [markdown]
# A few dozen test tracks, as in the course's own music, let luck decide small differences. GTZAN
# has 290. This is Fig 4 from our full run, the mean over the trainings of each loss:

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 3, figsize=(12, 4.6), sharey=True)
counts = {}
for loss, name in NAMES.items():
    kept = kept_answers(f"namgyal.t2.lr.{loss}@ff")
    rows = {number: kept.rows(number, "test") for number in kept.seeds}
    names, places = [str(label) for label in kept.labels], range(len(kept.labels))
    counts[name] = np.mean([confusion(kept.truth[r], kept.predicted[r], places)
                            for r in rows.values()], axis=0)
for ax, (name, table_of) in zip(axes, counts.items()):
    share = table_of / np.maximum(table_of.sum(axis=1, keepdims=True), 1)
    ax.imshow(share, cmap="cividis", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(table_of):
        if count >= 0.5:
            ink = "white" if share[row, column] < 0.6 else "black"
            ax.text(column, row, f"{count:.0f}", ha="center", va="center", fontsize=9, color=ink)
    ax.set(title=f"trained with {name}", xlabel="predicted")
    ax.set_xticks(places, names, rotation=90)
    ax.set_yticks(places, names)
axes[0].set_ylabel("true")
right = ", ".join(f"{name} {np.trace(table_of):.0f} of {table_of.sum():.0f} right"
                  for name, table_of in counts.items())
long = pd.concat({name: pd.DataFrame(found.round(2), names, names)
                  for name, found in counts.items()})
alt = f"Three confusion matrices of the test tracks, means over seeds: {right}"
save_figure(fig, "07_fig4", alt=alt, data=long.rename_axis(["trained with", "true"]))

# %% [markdown]
# ## What is learnt, really?
#
# The picture that decides, from our full run on GTZAN. Each dot shows how much higher the weighted
# F1 of a trained code is than that of a control, with new artists; the line is the interval over
# artists. Left of zero, the control is better. The second control, principal components of the
# pictures, is a regression on the pixels themselves.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
gains = kept_table("07_controls", index_col=None)
fig, ax = plt.subplots(figsize=(8, 3.4), layout="constrained")
for control, colour, marker in (("random weights", "#1f5fa8", "o"),
                                ("principal components", "#b5651d", "s")):
    part = gains[gains.against == control]
    ax.hlines(part.index, part.ci_low, part.ci_high, color=colour)
    ax.plot(part.value, part.index, marker, color=colour, label=f"against {control}")
ax.axvline(0, color="#55555f", linestyle=":")
ax.set_yticks(range(len(gains)), gains["trained with"])
ax.invert_yaxis()
ax.set(xlabel="difference of weighted F1, new artists, with 95 % interval over artists")
ax.locator_params(axis="x", nbins=5)
ax.set_title(f"Trained codes: better in {sum(gains.ci_low > 0)} of {len(gains)} comparisons, worse "
             f"in {sum(gains.ci_high < 0)}")
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
alt = "Differences of weighted F1: " + "; ".join(
    f"{row[0]} against {row[1]} {row.value:+.3f} [{row.ci_low:+.3f}, {row.ci_high:+.3f}]"
    for row in gains.itertuples(index=False))
save_figure(fig, "07_controls", alt=alt, data=gains.set_index(["trained with", "against"]))

# %%
against_random = gains[gains.against == "random weights"]
better = int((against_random.ci_low > 0).sum())
finding(better == 3,
        "By the interval over artists, all three codes know more of genre than that of random "
        "weights: the networks learn something from noise that serves music.",
        f"By the interval over artists, {better} of the three are clearly better than random "
        "weights. Where training adds nothing, what a code knows of genre comes with the shape of "
        "the network: local filters, divided by their surroundings, and rounded.",
        ("namgyal.ae.training_matters.random@ag",))
says("namgyal.ae.training_matters.random@ag",
     above="Training with MSE adds {value:.2f} [{low:.2f}, {high:.2f}] to random weights.",
     below="Training with MSE even does harm: it changes weighted F1 by {value:.2f} "
           "[{low:.2f}, {high:.2f}].",
     open="Whether training with MSE helps or harms, we can't tell.")

# %% [markdown]
# ## What held up
#
# The paper's numbers and ours on GTZAN. A good code alone is no proof of good learning.

# %%
held_up("07_held_up", {name: f"namgyal.t2.lr.{loss}" for loss, name in NAMES.items()},
        title="Regression on codes: the paper and our full run")
says("namgyal.ae.perceptual_gt_mse.ms_ssim@ag",
     above="With new artists, the code trained with 1−MS-SSIM is ahead of the one trained with MSE "
           "by {value:.2f} [{low:.2f}, {high:.2f}], as the paper says.",
     below="With new artists, the code trained with MSE is ahead of 1−MS-SSIM.",
     open="With new artists, we can't tell whether MSE or 1−MS-SSIM teaches the better code.")
says("namgyal.ae.code_gt_distance.nlpd@ag",
     above="A regression on the code trained with NLPD is ahead of neighbours by the bare distance "
           "by {value:.2f} [{low:.2f}, {high:.2f}].",
     below="A regression on the code trained with NLPD is behind neighbours by the bare distance.",
     open="We can't tell whether the code trained with NLPD or the bare distance is better.")
says("namgyal.ae.code_gt_distance.nlpd@ag", "neighbours on codes",
     above="Plain neighbours on the same code are ahead of the distance, too, by {value:.2f} "
           "[{low:.2f}, {high:.2f}].",
     below="But that is the regression: plain neighbours on the same code are behind the distance.",
     open="But much of that may be the regression: with plain neighbours on the same code we can't "
          "tell it from the distance, {value:+.2f} [{low:+.2f}, {high:+.2f}].")

# %% [markdown]
# ## What we have seen
#
# - A loss is a teacher even where there is nothing to learn from: three losses on the same noise
#   make three networks that redraw, sound and err differently.
# - Genre can be read, in part, from a code of a network that never heard music.
# - Whether *training* is the reason is another question, and a network with random weights answers
#   it.
#
# ## What to distrust
#
# - The paper gives no layers, no code size, no number of levels, no learning rate, no steps. All of
#   these are guesses here.
# - Principal components are a strong control, not an equal one: they are neither rounded nor
#   capped, and see no border.
# - The border of the published pictures is two fifths of what the network sees, and the same for
#   every track.

# %% [markdown]
# ## Exercises
#
# In JupyterLab (`make lab`): run the cells above (*Run → Run All Above Selected Cell*), then write
# your answers over the dots.
#
# ### 07.1 Recall: the size of a code
#
# A code has 32 channels of 3 levels, and one place for each 16 × 16 pixels. At most how many bits
# per pixel does it say?

# %% tags=["stub"]
bits_per_pixel = ...  # your answer here

# %% tags=["check"]
check("07.1", bits_per_pixel)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>An element of 3 levels says at most log2(3) bits; 32 of them share
# 256 pixels.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
bits_per_pixel = 32 * np.log2(3) / 256

# %% [markdown]
# ### 07.2 Apply: divisive normalisation and back
#
# Write the way back, called inverse GDN or IGDN, for one place: `x` has one number for each
# channel, (n_channels,), `beta` is (n_channels,) and `gamma` (n_channels, n_channels). Each channel
# is *multiplied* by the root of the activity.

# %% tags=["stub"]
def igdn(x, beta, gamma):
    """Return x_i · sqrt(β_i + Σ_j γ_ij x_j²), (n_channels,)."""
    ...  # your code here

# %% tags=["check"]
check("07.2", igdn)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary><code>gamma @ x**2</code> sums over j for every i at
# once.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def igdn(x, beta, gamma):
    """Return x_i · sqrt(β_i + Σ_j γ_ij x_j²), (n_channels,)."""
    return x * np.sqrt(beta + gamma @ x**2)

# %% [markdown]
# ### 07.3 Apply: one bit per pixel
#
# A network is not the only way to keep noise. Write a function that takes noise, uniform on [0, 1],
# and returns what you draw again when you may keep *one bit* of each pixel, each pixel by itself.
# The mean squared error can be as small as 1/48. `noise` is two-dimensional.

# %% tags=["stub"]
def one_bit(noise):
    """Return the noise as well as one bit per pixel can say, in the same shape."""
    ...  # your code here

# %% tags=["check"]
check("07.3", one_bit, compressive.shannon_bound(1))

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>The bit says in which half of [0, 1] a pixel lies. Which number is
# nearest on average to all numbers of a half?</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def one_bit(noise):
    """Return the noise as well as one bit per pixel can say, in the same shape."""
    return np.where(noise < 0.5, 0.25, 0.75)

# %% [markdown]
# ### 07.4 Open: what noise did not teach
#
# Find a picture, (192, 192) with values in [0, 1], that the network trained with MSE redraws
# *worse* than noise: with a mean squared error that is half as large again. Your function takes no
# argument. Look at what comes back, and ask yourself why.

# %% tags=["stub"]
def hard_picture():
    """Return a (192, 192) picture in [0, 1] that is harder than noise."""
    ...  # your code here

# %% tags=["check"]
check("07.4", hard_picture, trained["mse"])

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>Noise seldom has large areas of one value, nor all its values at
# the ends of the range. Which fine pattern of black and white has an error of 1/4 if it is redrawn
# as grey?</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def hard_picture():
    """Return a (192, 192) picture in [0, 1] that is harder than noise."""
    return np.indices((192, 192)).sum(axis=0) % 2.0

# %% [markdown]
# ## Quiz

# %% tags=["hide-input"] jupyter={"source_hidden": true}
quiz("07")

# %% [markdown]
# ## References
#
# - T. Namgyal and others, "The Effect of Perceptual Metrics on Music Representation Learning for
#   Genre Classification", 2024.
# - J. Ballé, V. Laparra and E. P. Simoncelli, "End-to-end optimized image compression", 2017: the
#   layers and divisive normalisation.
# - A. Hepburn and others, "On the relation between statistical learning and perceptual distances",
#   2022: training on noise.
# - C. E. Shannon, "Coding theorems for a discrete source with a fidelity criterion", 1959.
# - D. W. Griffin and J. S. Lim, "Signal estimation from modified short-time Fourier transform",
#   1984.
