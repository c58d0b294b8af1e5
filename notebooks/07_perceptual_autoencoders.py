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
# - **You will:** squeeze pictures of sound through a narrow code, train an autoencoder on nothing
#   but noise, hear what three such networks keep of music, read genres from their codes, and ask
#   the same of a network that never learned anything
# - **You need:** notebooks 04 and 06
# - **Minutes:** 20 to read, 2 to run
# - **Paper:** Namgyal and others, Table 2 (lower half), Fig 4, sections 3 and 3.1

# %% tags=["parameters", "hide-input"] jupyter={"source_hidden": true}
corpus = None  # "synthetic", or the path of a folder of genre folders
seed = 0  # everything that is left to chance follows from it
steps = 400  # of the training on noise

# %% tags=["hide-input"] jupyter={"source_hidden": true}
import librosa
import matplotlib.pyplot as plt
import numpy as np
import torch

from claimbook import finding, kept_answers, result
from coursekit.lesson import (
    bets_so_far,
    check,
    draw,
    held_up,
    knob,
    live_curve,
    predict,
    quiz,
    show_guess,
)
from genrelab import runtime
from genrelab.corpora import load_corpus
from genrelab.display import listen, save_figure, use_theme
from genrelab.models import compressive


# %% tags=["hide-input"] jupyter={"source_hidden": true}
def picture_of(track):
    """Return six seconds from the middle of a track as a picture, (192, 256)."""
    whole = music.audio(track)
    start = (len(whole) - 255 * 512) // 2
    power = librosa.feature.melspectrogram(y=whole[start : start + 255 * 512], n_mels=192)
    return (1 + librosa.power_to_db(power, ref=np.max, top_db=80) / 80).astype(np.float32)


def sound_of(picture):
    """Return the sound of a picture: 80 dB from 0 to 1, phases found as in notebook 02."""
    power = librosa.db_to_power(80 * np.maximum(np.asarray(picture, float), 0) - 80)
    bands = librosa.filters.mel(sr=22_050, n_fft=2048, n_mels=len(power))
    sizes = np.sqrt(np.maximum(np.linalg.pinv(bands) @ power, 0))
    y = librosa.griffinlim(sizes, n_iter=16, hop_length=512, n_fft=2048, random_state=seed)
    return (0.1 * y / max(np.sqrt(np.mean(y**2)), 1e-9)).astype(np.float32)


use_theme()
torch.set_num_threads(1)
music = load_corpus(corpus)
music.require(groups=3, genres=2, seconds=10, in_all=47, parts={"train": 1, "valid": 1, "test": 1})
tracks = music.tracks[music.tracks.split != "removed"]
rng = np.random.default_rng(seed)

# %% [markdown]
# ## All that it ever heard
#
# Listen first. While it learns, the network of this lesson meets only noise like the first sound,
# new at every step. The second is a track that it meets later, hollow because its phases are
# guessed. What can you still recognise?

# %%
one = tracks.index[tracks.split == "test"][0]
picture = picture_of(one)
listen({"all that the network ever heard": sound_of(rng.random((192, 256))),
        "a track": sound_of(picture)}, corpus=music, seconds=None)

# %% [markdown]
# Both were pictures before. As in notebook 06, sound becomes a picture: here six seconds, 192 mel
# bands high and 256 columns wide, where 1 is the loudest point and 0 is 80 dB below it. And a
# picture becomes sound again. In the first, every pixel was drawn at random: noise.
#
# From such noise, and from nothing else, a network learns. Then it is given music, and asked for
# the genre. That is what Namgyal and others did, and it worked. How can that be?
#
# ## Squeeze and restore: the autoencoder

# %%
draw("07.autoencoder")

# %% [markdown]
# We see a picture that an **encoder** narrows to a **code** of whole numbers (four are drawn, ours
# has thousands). A **decoder** draws a copy from the code alone. The loss compares the copy with
# the picture, so no label is needed. The narrower the code, the more must be left out, and the
# *loss* decides which errors are cheap.
#
# That gave the authors their idea. Noise holds nothing worth learning. If networks are built alike,
# and trained on the same noise with different losses, they can only differ because of the loss.
# Maybe a loss made for the eye, such as MS-SSIM or NLPD, teaches a network to keep what matters,
# even for music.

# %%
def new_network(seed=seed):
    """Return an untrained autoencoder: its weights are random."""
    generator = torch.Generator().manual_seed(seed)
    return compressive.CompressiveAutoencoder(generator=generator)


# %% [markdown]
# ## How narrow? Rounding to five levels
#
# The code is a small picture itself. Each of its places stands for 16 × 16 pixels of ours, so there
# are 12 × 16 places, and each has 64 numbers, called **channels**: 12,288 numbers for 49,152
# pixels. Every number is rounded to one of five **levels**: −2, −1, 0, 1 or 2. Without rounding, a
# single number could hide a whole picture in its digits.

# %%
draw("07.steps", levels=5)

# %% [markdown]
# We see the price: the steps are flat. Their slope is 0, so `backward` would find nothing to
# improve in the encoder. The remedy is a white lie, the **straight-through** trick: go forward
# through the steps, but come back along the dashed line, as if nothing had been rounded. Beyond −2
# and 2 the line is flat, too: from there no slope comes back.

# %%
z = torch.linspace(-3, 3, 7, requires_grad=True)
inside = z.clamp(-2, 2)
rounded = inside + (inside.round() - inside).detach()  # the value of one, the slope of the other
assert torch.equal(rounded, compressive.quantise(z, levels=5))
rounded.sum().backward()
print("slopes at −3, −2, … 3:", *z.grad.tolist())

# %% [markdown]
# How much can such a code say? Choosing among 2 levels takes 1 **bit** (one yes-or-no question),
# among 4 levels 2 bits, among 5 levels log₂ 5 = 2.32 bits. So a place says at most 64 · 2.32 = 149
# bits about 256 pixels: 0.58 bits per pixel. (A grey picture usually has 8.) This cap makes the
# comparison fair: with any loss, a code may say less than this, but never more.

# %% [markdown]
# ### 07.1 Recall: the size of a code (3 min)
#
# A code has 32 channels of 3 levels, and one place for each 16 × 16 pixels. At most how many bits
# per pixel does it say?

# %% tags=["stub"]
bits_per_pixel = ...  # your answer here

# %% tags=["check"]
check("07.1", bits_per_pixel)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>How many yes-or-no questions tell three levels apart?
# Not a whole number.</details>
# <details><summary>Hint 2: the idea</summary>Bits of one number, times the numbers of one place,
# divided by the pixels that the place stands for.</details>
# <details><summary>Hint 3: half the code</summary><code>np.log2(3)</code> bits for each of 32
# numbers; 16 × 16 pixels share them.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
bits_per_pixel = 32 * np.log2(3) / 256

# %% [markdown]
# ## Divided by the neighbours: GDN
#
# The encoder has three convolutions, like those of notebook 04, that jump 4, 2 and 2 pixels at a
# time: hence the 16 × 16. Between them stands no ReLU, but a step borrowed from the eye, where a
# cell that is excited quiets its neighbours. **Generalised divisive normalisation** (GDN) divides
# each channel by the activity of all channels at its place. So the neighbours are not the pixels
# around it, but the other channels at the same place:
#
# $$y_i = \frac{x_i}{\sqrt{\beta_i + \sum_j \gamma_{ij}\, x_j^2}}$$
#
# In words: square the channels, weigh them by $\gamma$, add them up with $\beta$, take the root,
# divide. Check these two channels on paper ($\beta = 1$):

# %%
x, gamma = torch.tensor([2.0, 1.0]), torch.tensor([[0.0, 3.0], [2.0, 0.0]])
draw("07.gdn", x=x.tolist(), gamma=gamma.tolist())

# %% [markdown]
# We see that the strong channel wins: it was twice the other before, and is three times the other
# afterwards. Both are weaker than they would be alone. Our network learns all $\beta$ and $\gamma$.

# %%
layer = compressive.GDN(2)
layer.root_gamma.data = gamma.sqrt()  # it keeps roots, so that no weight can become negative
by_hand = x / torch.sqrt(1 + gamma @ x**2)
assert torch.allclose(by_hand, layer(x[None, :, None, None]).flatten(), atol=1e-4)

# %% [markdown]
# ### 07.2 Apply: and back again (8 min)
#
# The decoder has the counterpart, called inverse GDN, which *multiplies* each channel by a root. It
# does not quite undo GDN, because the root is computed from its own input. Write it for one place:
# `x` has one number for each channel, (n_channels,), `beta` is (n_channels,) and `gamma`
# (n_channels, n_channels).

# %% tags=["stub"]
def igdn(x, beta, gamma):
    """Return x_i · sqrt(β_i + Σ_j γ_ij x_j²), (n_channels,)."""
    ...  # your code here

# %% tags=["check"]
check("07.2", igdn)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>Compute the root for all channels at once, then
# multiply.</details>
# <details><summary>Hint 2: the idea</summary>A matrix times a vector sums over j for every i at
# once.</details>
# <details><summary>Hint 3: half the code</summary><code>activity = beta + gamma @
# x**2</code></details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def igdn(x, beta, gamma):
    """Return x_i · sqrt(β_i + Σ_j γ_ij x_j²), (n_channels,)."""
    return x * np.sqrt(beta + gamma @ x**2)

# %% [markdown]
# ## Three teachers
#
# The losses are the distances of notebook 06. Which errors does each forgive? Here are six changes
# of the picture that you heard, scaled so that MSE rates all six *alike*. Turn the knob, look and
# listen. Which change do you mind most, which least? And the two losses made for the eye?

# %%
LOSSES = dict(zip(("MSE", "1−MS-SSIM", "NLPD"), compressive.LOSSES.values()))
COLOURS = {"MSE": "C0", "1−MS-SSIM": "C1", "NLPD": "C2", "yours, MSE": "C0",
           "random weights": "#9a9aa5", "no network, pixels": "#55555f"}
changes = {
    "brighter": np.ones_like(picture),
    "more contrast": picture - picture.mean(),
    "random pixels": rng.normal(size=picture.shape),
    "smeared in time": np.mean([np.roll(picture, k, 1) for k in range(-4, 5)], 0) - picture,
    "an echo": np.roll(picture, 12, axis=1) - picture,
    "a whistle": 1.0 * (np.indices(picture.shape)[0] // 4 == 25),
}

# %%
def changed(name):
    """Return the picture with a change, at an MSE of 0.01."""
    size = np.sqrt(np.mean(changes[name] ** 2))
    return (picture + 0.1 * changes[name] / max(size, 1e-9)).astype(np.float32)


def distances(name):
    """Return the three distances of a changed picture from the picture."""
    a, b = (torch.from_numpy(one)[None, None] for one in (picture, changed(name)))
    return {loss: distance(a, b).item() for loss, distance in LOSSES.items()}


found = {name: distances(name) for name in changes}
ranks = {loss: sorted(found, key=lambda name: found[name][loss]) for loss in LOSSES}

# %% tags=["hide-input"] jupyter={"source_hidden": true}
def with_change(name):
    """Draw a changed picture beside the three distances of all six."""
    fig, axes = plt.subplots(1, 2, figsize=(7.5, 3), layout="constrained", width_ratios=(3, 2))
    axes[0].imshow(changed(name), origin="lower", aspect="auto", cmap="magma", vmin=0, vmax=1)
    axes[0].set(xticks=[], yticks=[], title=name)
    for loss, size in zip(LOSSES, (11, 8, 5)):
        shares = [found[one][loss] / max(found[ranks[loss][-1]][loss], 1e-9) for one in changes]
        axes[1].plot(shares, list(changes), "o", color=COLOURS[loss], label=loss, markersize=size)
    axes[1].set(xlim=(0, 1.1), ylim=(5.5, -0.5), xlabel="distance (1: largest of the six)")
    fig.legend(loc="outside lower center", ncols=3, frameon=False)
    return {"image": fig, "sound": sound_of(changed(name)), "alt": f"The picture, changed: {name}.",
            "numbers": {loss: round(value, 3) for loss, value in found[name].items()}}


# %%
knob(with_change, "change of the picture", list(changes), corpus=music)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
told, eye = "We see that MSE rates all six the same. ", ranks["NLPD"]
finding(eye == ranks["1−MS-SSIM"], f"{told}The two others rank all alike: “{eye[0]}” least, "
        f"“{eye[-1]}” most.", f"{told}NLPD minds “{eye[0]}” least and “{eye[-1]}” most.")

# %% [markdown]
# A brighter picture is just a louder sound. The player levels it, so you hear hardly any change.

# %% [markdown]
# ## Train on noise
#
# Now train one yourself, with MSE, the teacher that is quickest to compute. What can it hope for? A
# network that always answers flat grey, 0.5, has an error of 1/12 = 0.083: that is the mean square
# of a random pixel's distance from the middle. Any error below that means that something of *this*
# noise came through the code.

# %%
predict("07.noise", "Which share of flat grey's error will be left, on new noise?", 0, 1)

# %%
torch.manual_seed(seed)
fresh = torch.rand(4, 1, 192, 192)  # to test on


@torch.no_grad()
def left(network):
    """Return which share of flat grey's error is left in the copies of noise that it never saw."""
    return 12 * ((network(fresh) - fresh) ** 2).mean().item()


# %%
def train(network, curve, rate=0.002):
    """Train a network to copy noise."""
    optimiser = torch.optim.Adam(network.parameters(), lr=rate)
    for step in range(1, steps + 1):
        noise = torch.rand(8, 1, 64, 64)  # eight new pictures at each step
        loss = ((network(noise) - noise) ** 2).mean()  # how far are the copies?
        optimiser.zero_grad()  # forget the old slopes
        loss.backward()  # through the decoder, straight through the steps, to the encoder
        optimiser.step()  # move every weight a little downhill
        if step % max(1, steps // 20) == 0:
            curve.add(**{"your network": left(network), "random weights": left(untaught)})


# %% [markdown]
# These are the lines of notebook 04, with two differences. The target is the input itself. And no
# picture ever comes twice, so there is nothing to learn by heart. (The pictures may have any size:
# a convolution works on all. We train on small ones and test on larger ones.) The control is the
# same network with the random weights that it began with. The dotted line is flat grey, the best
# answer that is the same for every picture (“chance” in the legend).

# %%
mine, untaught = new_network(), new_network()
curve = live_curve(f"training step / {max(1, steps // 20)}", "share of error left", chance=1)
train(mine, curve)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
told = f"{left(mine):.0%} of flat grey's error is left; random weights: {left(untaught):.0%}"
curve.finish("07_noise", title=told, alt=f"Error of your network as it trains. {told}.")
show_guess("07.noise", left(mine))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
finding(left(mine) < min(1, left(untaught)), "We see the error fall below flat grey: your network "
        "has learned to copy noise a little. The floor, by Shannon's theorem for so few bits: "
        f"no code leaves less than {12 * compressive.shannon_bound(mine.bits_per_pixel):.0%}.",
        "In this run the network has not learned to copy noise better than flat grey.")

# %% [markdown]
# ### 07.3 Build the heart: one step of an autoencoder (15 min)
#
# Take the smallest autoencoder: one matrix to encode, one to decode. A picture `x` of n pixels
# becomes the code `z = np.round(encoder @ x)` and the copy `decoder @ z`; the loss is the mean
# squared error. With `error = 2 / n * (copy - x)` the slopes are `np.outer(error, z)` for the
# decoder. For the encoder, send the error back through the decoder, then straight through the
# rounding.

# %% tags=["stub"]
def autoencoder_step(encoder, decoder, x, rate):
    """Return the (k, n) encoder and the (n, k) decoder after one step downhill for the (n,)
    picture."""
    ...  # your code here

# %% tags=["check"]
check("07.3", autoencoder_step)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>Compute both slopes with the old matrices before you
# change either.</details>
# <details><summary>Hint 2: the idea</summary>The error of the copy becomes an error of the code by
# <code>decoder.T @ error</code>. Straight through means: take it as the error before rounding,
# too.</details>
# <details><summary>Hint 3: half the code</summary>The encoder moves by <code>-rate *
# np.outer(decoder.T @ error, x)</code>.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def autoencoder_step(encoder, decoder, x, rate):
    """Return the (k, n) encoder and the (n, k) decoder after one step downhill for the (n,)
    picture."""
    z = np.round(encoder @ x)
    error = 2 / len(x) * (decoder @ z - x)
    back = np.outer(decoder.T @ error, x)
    return encoder - rate * back, decoder - rate * np.outer(error, z)

# %% [markdown]
# ## Noise in, noise out; then music in
#
# Our full run went on for ten thousand steps, once with each of the three teachers, from the same
# random weights and with the same noise. Its weights come with the course. They have seen nothing
# but noise, so we may use them on any music.

# %%
def committed(loss):
    """Return the network that our full run trained on noise with a loss."""
    network, folder = new_network(), runtime.project_root() / "figures" / "gtzan" / "weights"
    with np.load(folder / f"07_{loss}.npz") as kept:
        network.load_state_dict({k: torch.from_numpy(kept[k]) for k in network.state_dict()})
    return network


networks = {name: committed(loss) for name, loss in zip(LOSSES, compressive.LOSSES)}

# %%
@torch.no_grad()
def copies_of(picture):
    """Return what each of the three networks draws again of a picture."""
    return {name: network(torch.from_numpy(picture)[None, None])[0, 0].numpy()
            for name, network in networks.items()}


copies = {"noise": {"noise in": fresh[0, 0].numpy()} | copies_of(fresh[0, 0].numpy()),
          "music": {"music in": picture} | copies_of(picture)}

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(2, 4, figsize=(10, 5), layout="constrained")
for line, (kind, row) in zip(axes, copies.items()):
    for ax, (name, shown) in zip(line, row.items()):
        part = shown[:32, :32] if kind == "noise" else shown
        ax.imshow(part, origin="lower", aspect="auto", cmap="magma", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[], title=name)
errors = {name: float(np.mean((copies["music"][name] - picture) ** 2)) for name in LOSSES}
told = ", ".join(f"{name} {errors[name]:.3f}" for name in LOSSES)
save_figure(fig, "07_reconstructions", data={"trained with": list(errors), "MSE": errors.values()},
            alt=f"Noise and {one}, and their copies by three networks. MSE of the music: {told}.")

# %% [markdown]
# We see three ways to save bits in the upper row, which is enlarged. MSE lets single pixels through
# and paints the others in the middle colour, 0.5. 1−MS-SSIM gives up the pixels and keeps the mean
# of small blocks. NLPD draws soft blobs. How well do large shapes come through, the means of blocks
# of 8 × 8 pixels?

# %%
def coarse(pictures):
    """Return the means of all blocks of 8 × 8 pixels."""
    return torch.nn.functional.avg_pool2d(pictures, 8).detach().flatten().numpy()


kept = {name: np.corrcoef(coarse(fresh), coarse(network(fresh)))[0, 1]
        for name, network in networks.items()}
print("correlation of block means:", ", ".join(f"{name} {r:.2f}" for name, r in kept.items()))
print(f"ten thousand steps of MSE: {left(networks['MSE']):.0%} of flat grey's error on noise")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
best = min(LOSSES, key=errors.get)
finding(kept["MSE"] < 0.5 and best != "MSE", "MSE did nothing wrong: in noise block means hardly "
        "vary, so keeping one saves no more than keeping one pixel. But *music* is nearly all "
        f"large shapes. By MSE, {best} has the smallest error on music ({told}; "
        f"flat grey {np.mean((picture - 0.5) ** 2):.3f}).",
        f"On the music, the errors by MSE are: {told}.")

# %% [markdown]
# Large shapes are not all: a loss that forgives a wrong brightness lets its network draw the right
# shapes at the wrong height, and MSE counts that in full.
#
# Now listen. The first player is the picture itself, so compare the others with it. Is the beat
# still there? The pitch? Does noise come in where there was silence?

# %%
listen({"the picture itself": sound_of(picture)}
       | {f"through {name}": sound_of(copies["music"][name]) for name in networks},
       corpus=music, seconds=None)

# %% [markdown]
# Wherever a copy has the middle colour instead of a dark one, you hear it hiss: 0.5 is just
# 40 dB below the loudest point.
#
# ## Does the code know genre?
#
# Now the paper's test. Throw away the decoder, and give the *code* of each track to a **logistic
# regression**: one layer of weights from all numbers of the code to the genres, with a softmax, as
# in exercise 04.2. Note who learns from what:

# %%
draw("07.who_learns")

# %%
images = torch.from_numpy(np.stack([picture_of(track) for track in tracks.index]))
genres, labels = np.unique(tracks.genre, return_inverse=True)
truth = torch.from_numpy(labels)
training, valid, test = (np.flatnonzero(tracks.split == p) for p in ("train", "valid", "test"))


@torch.no_grad()
def code_of(network):
    """Return the codes of all tracks, (n_tracks, n_numbers)."""
    return torch.cat([network.code(some[:, None]).flatten(1) for some in images.split(8)])


# %%
def regression(x):
    """Learn genres from the codes of the training tracks; return which test tracks are right (1) at
    the epoch with the lowest validation loss."""
    x = (x - x[training].mean(dim=0)) / x.shape[1] ** 0.5
    layer = torch.nn.Linear(x.shape[1], len(genres))
    torch.nn.init.zeros_(layer.weight)
    optimiser, lowest = torch.optim.Adam(layer.parameters(), lr=0.01), np.inf
    for _ in range(200):
        logits = layer(x)
        loss, lost = (torch.nn.functional.cross_entropy(logits[rows], truth[rows])
                      for rows in (training, valid))
        if lost < lowest:
            lowest = lost.item()
            hits = (logits[test].argmax(dim=1) == truth[test]).double().numpy()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return hits


# %%
right = {name: regression(code_of(network)) for name, network in networks.items()}
scores = {name: hits.mean() for name, hits in right.items()}

# %% tags=["hide-input"] jupyter={"source_hidden": true}
top = max(scores, key=scores.get)
told = "Right on the test tracks: " + ", ".join(f"{name} {scores[name]:.0%}" for name in LOSSES)
finding(scores[top] > 2 / len(genres), f"{told}. Guessing gives {1 / len(genres):.0%}. The "
        f"encoders never met music, and yet it works, at least with {top}!", f"{told}.")

# %% [markdown]
# Before you conclude that noise taught it something: what would a network reach that was *never
# trained*, with the random weights that all three began with?

# %%
predict("07.random", "Random weights: which share is right?", round(1 / len(genres), 2), 1)

# %%
right |= {"yours, MSE": regression(code_of(mine)), "random weights": regression(code_of(untaught)),
          "no network, pixels": regression(images.flatten(1))}
scores = {name: hits.mean() for name, hits in right.items()}

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, ax = plt.subplots(figsize=(8, 3), layout="constrained")
drawn = ax.barh(list(scores), scores.values(), color=[COLOURS[name] for name in scores])
ax.bar_label(drawn, fmt="%.2f", padding=4)
ax.axvline(1 / len(genres), color="#55555f", linestyle=":")
random, bare = scores["random weights"], "no network, pixels"
ax.set(xlim=(0, 1), ylim=(5.6, -0.6), xlabel=f"accuracy, {len(test)} test tracks (dotted: chance)",
       title=f"Random weights: {random:.2f}; trained on noise: at most {scores[top]:.2f}")
alt = "Accuracy of a regression: " + "; ".join(f"{k} {v:.2f}" for k, v in scores.items())
save_figure(fig, "07_codes", alt=alt, data={"code": list(scores), "accuracy": scores.values()})
show_guess("07.random", random, ax, axis="x")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
luck = 2 * (right[top] - right["random weights"]).std() / len(test) ** 0.5
finding(scores[top] <= random + luck, "Can a network that heard only noise tell genres apart? We "
        "see: not clearly better than one that heard nothing. Between these two, up to "
        f"{luck:.2f} may be luck (two standard errors on the same tracks). Bare pixels reach "
        f"{scores[bare]:.2f}; your training took {random:.2f} to {scores['yours, MSE']:.2f}.",
        f"On this music {top} beats random weights by more than two standard errors, {luck:.2f}.")

# %% [markdown]
# ## What does a random encoder prove?
#
# Random weights *know* nothing. But they also *destroy* little. Pictures that differ get codes that
# differ, and similar pictures get similar codes. The regression, which is taught with labels, finds
# genre in any code from which it has not been wiped out. Here the code has thousands of numbers, so
# there is room. (In exercise 07.5 you write a random code that nearly keeps distances.)
#
# So a good score does not show that the *training* was good. The training is worth only what it
# adds to its own starting point. The paper lacks this control. We ran it on GTZAN, with three
# trainings for each loss, three random networks and new artists. A second control has no network at
# all: a regression on as many principal components of the pixels as the code has numbers. The score
# is the paper's, **weighted F1**, a relative of accuracy (notebook 06). The lines show how far a
# gain may move with other artists and other trainings.

# %%
CONTROLS = {"random weights": "random", "pixels (components)": "pca"}
gains = {(control, name): result(f"namgyal.ae.training_matters.{key}@ag", name)
         for control, key in CONTROLS.items() for name in LOSSES}

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 2, figsize=(9, 2.8), layout="constrained", sharex=True, sharey=True)
for (control, name), gain in gains.items():
    ax = axes[list(CONTROLS).index(control)]
    ax.plot([gain.low, gain.value, gain.high], [name] * 3, "-o", color=COLOURS[name], markevery=[1])
    ax.set(xlabel="weighted F1 gained", title=f"compared with {control}", ylim=(2.5, -0.5))
    ax.axvline(0, color="#55555f", linestyle=":")
table = {f"{name} and {control}": gain[1:4] for (control, name), gain in gains.items()}
told = "; ".join(f"{pair} {value:+.2f} [{low:+.2f}, {high:+.2f}]"
                 for pair, (value, low, high) in table.items())
save_figure(fig, "07_controls", alt=f"Gain of weighted F1 on GTZAN with new artists: {told}.",
            data={"trained with, and control": ["gain", "low", "high"]} | table)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
hold_zero = all(one.low <= 0 <= one.high for one in list(gains.values())[:3])  # random weights
ahead = [name for name in LOSSES if gains["pixels (components)", name].low > 0]
finding(hold_zero, "We see on the left that all three intervals hold zero: for none of the "
        "losses can we tell whether ten thousand steps on noise helped or harmed. On the right, "
        f"clearly ahead of the pixels: {' and '.join(ahead) or 'none'}.",
        "We see on the left that not all three intervals hold zero.")

# %% [markdown]
# ## Fig 4 on GTZAN
#
# Which genres are right? The rows are the true genres of GTZAN's test tracks (the paper's split),
# the columns the answers, means over three trainings.

# %%
def answers(loss):
    """Return how often each genre (row) got each answer (column), per training, and the genres."""
    kept = kept_answers(f"namgyal.t2.lr.{loss}@ff")
    counts = np.zeros((len(kept.labels), len(kept.labels)))
    for number in kept.seeds:
        rows = kept.rows(number, "test")
        np.add.at(counts, (kept.truth[rows], kept.predicted[rows]), 1 / len(kept.seeds))
    return counts, [str(label) for label in kept.labels]


tables = {name: answers(loss) for name, loss in zip(LOSSES, compressive.LOSSES)}

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 3, figsize=(11, 4.6), sharey=True, layout="constrained")
for ax, (name, (counts, names)) in zip(axes, tables.items()):
    drawn = ax.imshow(counts / counts.sum(axis=1, keepdims=True), "cividis", vmin=0, vmax=1)
    ax.set(title=f"trained with {name}", xlabel="answer")
    ax.set_xticks(range(len(names)), names, rotation=90)
    ax.set_yticks(range(len(names)), names)
axes[0].set_ylabel("true genre")
fig.colorbar(drawn, ax=axes, label="share of the genre's tracks", shrink=0.7)
save_figure(fig, "07_fig4", data={"true": names} | {
    f"{name}: {said}": column for name, (counts, names) in tables.items()
    for said, column in zip(names, counts.T.round(2))},
    alt="Three confusion matrices of GTZAN's test tracks, one for each loss, true genres as rows.")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
crowd = max(counts.sum(axis=0).max() / counts.sum() for counts, _ in tables.values())
lit = [sum(counts.argmax(axis=1) == range(len(counts))) for counts, _ in tables.values()]
finding(crowd < 0.3, f"We see that of {len(names)} genres, {min(lit)} to {max(lit)} get their "
        f"own name most often. No genre gets more than {crowd:.0%} of the answers.",
        f"We see that one genre gets {crowd:.0%} of the answers.")

# %% [markdown]
# ## What held up

# %% tags=["hide-input"] jupyter={"source_hidden": true}
held_up("07_held_up", {f"trained with {name}": f"namgyal.t2.lr.{loss}"
                       for name, loss in zip(LOSSES, compressive.LOSSES)},
        title="Regression on codes: the paper and our full run")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
levels = [result(f"namgyal.t2.lr.{loss}@ff") for loss in compressive.LOSSES]
finding(all(one.low <= one.paper <= one.high for one in levels),
        "We see the paper's three numbers within our intervals for its split, but these are wide.",
        "We see that not all of the paper's numbers lie within our intervals for its split.")

# %% [markdown]
# And the paper's two conclusions? The first is that codes classify better than the bare distances
# of notebook 06. But two things changed at once: distance became code, and nearest neighbours
# became a regression. So we also ran nearest neighbours on the codes.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
by = {part: [result(f"namgyal.ae.code_gt_distance.{loss}@ag", f"{part} on codes")
             for loss in compressive.LOSSES] for part in ("regression", "neighbours")}
fitted, near = (sorted(round(one.value, 2) for one in found) for found in by.values())
finding(min(one.low for one in by["regression"]) > 0 >= max(one.low for one in by["neighbours"]),
        "With new artists a regression on the codes is clearly ahead for all three losses, by "
        f"{fitted[0]} to {fitted[-1]}. Nearest neighbours on the same codes are not: theirs lie "
        f"between {near[0]} and {near[-1]}. So most of the gain comes from the regression. With a "
        f"regression on both sides, {len(ahead)} of 3 are clearly ahead.".replace("-0", "−0"),
        "With new artists, whether codes are ahead depends on the loss and on the classifier.")

# %% [markdown]
# The second is that the losses made for the eye teach better codes than MSE.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
lead, other = (result(f"namgyal.ae.perceptual_gt_mse.{loss}@ag") for loss in ("ms_ssim", "nlpd"))
gained, lost = (gains["random weights", name].value for name in ("1−MS-SSIM", "MSE"))
told = (f"With new artists, the code of 1−MS-SSIM is ahead of MSE's by {lead.value:.2f} "
        f"[{lead.low:.2f}, {lead.high:.2f}] (in the paper, by {lead.paper:.2f}), NLPD's by "
        f"{other.value:.2f} [{other.low:.2f}, {other.high:.2f}]. ".replace("-0", "−0"))
finding(lead.low > 0 and -lost > gained > 0 and hold_zero, f"{told}Is the code of 1−MS-SSIM the "
        "better one? **Yes.** Because it learned more, or because MSE harmed more? **Can't tell**: "
        f"it lies {gained:.2f} above random weights, MSE {-lost:.2f} below, neither clearly.",
        f"{told}Did the loss for the eye *teach* more? **{lead.word.capitalize()}.**")

# %% [markdown]
# ## Three cautions
#
# The paper gives neither layers nor code size, number of levels, learning rate or number of steps,
# so all of these are our choices. Three trainings and some three hundred artists cannot show a gain
# of one or two hundredths. And your run above tested on a few dozen tracks of six seconds; our
# GTZAN numbers use the published pictures, which show whole tracks.
#
# <a href="record_namgyal.html">The whole record of this paper</a>

# %% [markdown]
# ## What you can do now
#
# You can write one step of an autoencoder, send a slope through a rounding, and say how many bits a
# code can hold at most. And if someone shows you what a trained network can do, you ask what it did
# *before* the training.
#
# Here labels did the work, and the encoder little. In notebook 08 an encoder learns from music
# itself, without labels, and has to beat random weights first.

# %%
bets_so_far()

# %% [markdown]
# ## Exercises
#
# In JupyterLab (`make lab`): run the cells above (*Run → Run All Above Selected Cell*), then write
# your answers over the dots.
#
# ### 07.4 Apply: one bit per pixel (8 min)
#
# A network is not the only way to keep noise. Write a function that takes noise, uniform on [0, 1],
# and returns what you draw again if you may keep *one bit* of each pixel, each pixel by itself.
# The mean squared error can be as small as 1/48. `noise` is two-dimensional.

# %% tags=["stub"]
def one_bit(noise):
    """Return the noise as well as one bit per pixel can say, in the same shape."""
    ...  # your code here

# %% tags=["check"]
check("07.4", one_bit, compressive.shannon_bound(1))

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>One bit answers one yes-or-no question about a pixel.
# Which question?</details>
# <details><summary>Hint 2: the idea</summary>It says in which half of [0, 1] the pixel lies. Which
# number is nearest on average to all numbers of a half?</details>
# <details><summary>Hint 3: half the code</summary><code>np.where(noise &lt; 0.5, …,
# …)</code></details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def one_bit(noise):
    """Return the noise as well as one bit per pixel can say, in the same shape."""
    return np.where(noise < 0.5, 0.25, 0.75)

# %% [markdown]
# ### 07.5 Apply: a random encoder of your own (10 min)
#
# Make a code of `n` numbers for each picture, by weights that are drawn from `rng` and never
# trained. The distances between the codes should be about as large as those between the pictures.
# `pictures` is (n_pictures, n_pixels).

# %% tags=["stub"]
def random_code(pictures, n, rng):
    """Return (n_pictures, n) codes by random weights, whose distances are about those of the
    pictures."""
    ...  # your code here

# %% tags=["check"]
check("07.5", random_code)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>Each number of the code is a weighted sum of all
# pixels; all pictures need the same weights.</details>
# <details><summary>Hint 2: the idea</summary>With weights from a normal distribution of deviation 1
# the squared distances become n times as large, on average.</details>
# <details><summary>Hint 3: half the code</summary><code>weights =
# rng.normal(size=(pictures.shape[1], n))</code>, then divide by a root.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def random_code(pictures, n, rng):
    """Return (n_pictures, n) codes by random weights, whose distances are about those of the
    pictures."""
    return pictures @ rng.normal(size=(pictures.shape[1], n)) / np.sqrt(n)

# %% [markdown]
# ### 07.6 Open: what noise did not teach (20 min)
#
# Find a picture, (192, 192) with values in [0, 1], that the network trained with MSE copies *worse*
# than noise: with a mean squared error at least half as large again. Your function takes no
# argument. Look at the copy, and ask yourself why.

# %% tags=["stub"]
def hard_picture():
    """Return a (192, 192) picture in [0, 1] that is harder than noise."""
    ...  # your code here

# %% tags=["check"]
check("07.6", hard_picture, networks["MSE"])

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>What does noise nearly never contain?</details>
# <details><summary>Hint 2: the idea</summary>Noise seldom has large areas of one value, nor all its
# values at the ends of the range. Which fine pattern of black and white has an error of 1/4 if it
# is copied as grey?</details>
# <details><summary>Hint 3: half the code</summary><code>np.indices((192, 192))</code> gives the row
# and the column of each pixel; add them up, and take the remainder by 2.</details>

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
# - Z. Wang and E. P. Simoncelli, "Maximum differentiation (MAD) competition: a methodology for
#   comparing computational models of perceptual quantities", 2008: changes that one distance rates
#   alike, judged by another.
# - M. Clifford, "IQM-Vis", 2024: a tool to change a picture and watch distances, which the paper
#   names.
# - C. E. Shannon, "Coding theorems for a discrete source with a fidelity criterion", 1959.
# - W. B. Johnson and J. Lindenstrauss, "Extensions of Lipschitz mappings into a Hilbert space",
#   1984: random weights keep distances.
# - D. W. Griffin and J. S. Lim, "Signal estimation from modified short-time Fourier transform",
#   1984.
