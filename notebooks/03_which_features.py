# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 03 · Which features matter?
#
# - **You will:** rank three tracks by ear and by number, see a correlation change with the
#   alphabet, compute mutual information on paper, race features against their shuffled copies,
#   click through two maps, watch K-means move
# - **You need:** notebook 02; two genres or more
# - **Minutes:** 20 to read, 1 to run
# - **Paper:** Cortis, sections III.B and IV.B, Figs 1 and 2

# %% tags=["parameters", "hide-input"] jupyter={"source_hidden": true}
corpus = None  # "synthetic", or the path of a folder of genre folders
seed = 0  # everything that is left to chance follows from it

# %% tags=["hide-input"] jupyter={"source_hidden": true}
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy import stats
from sklearn.ensemble import RandomForestClassifier

from claimbook import finding, kept_table, result
from coursekit.lesson import bets_so_far, check, draw, knob, predict, quiz, show_guess
from genrelab import features
from genrelab.corpora import load_corpus
from genrelab.display import listen, save_figure, slider, sound_map, use_theme

use_theme()
music = load_corpus(corpus)
music.require(genres=2, seconds=3, train_of_each=5, parts={"valid": 1})

# %% [markdown]
# ## Hear one number
#
# In notebook 02 each track became 57 numbers. You can hear one of them: the **spectral centroid**
# is the centre of gravity of the spectrum, in hertz. Bass pulls it down, cymbals pull it up. Play
# these three tracks. Which has the highest centroid, and which the lowest?

# %%
table = features.published_features(music)  # comes with GTZAN
if table is None:
    table = features.feature_table(music, "30s")
tracks, one = music.tracks.loc[table.index], "spectral_centroid_mean"
ordered = list(table[one].sort_values().index)
places = {"one": ordered[-1], "two": ordered[0], "three": ordered[len(ordered) // 2]}
listen(places, corpus=music)

# %% [markdown]
# The brighter the sound, the higher the number: hiss and cymbals lie high, bass lies low. Did your
# order match?

# %%
heights = table.loc[list(places.values()), one].round().rename("spectral centroid, Hz")
heights.to_frame().assign(genre=tracks.genre)

# %% [markdown]
# You heard one feature. Does it help to recognise a genre, and do the other 56? Cortis asks this
# before he trains a network: a useless feature is noise that a network can learn by heart, and one
# that repeats another adds nothing new. Here are his steps from sound to decision (his Fig 1):

# %%
draw("03.pipeline")

# %% [markdown]
# We see two branches, one of numbers and one of pictures. Today we walk along the blue part, up to
# the network. (The rest comes in lesson 04; dropping repeated features is in the record.) One rule
# first. If you choose features using all tracks, you have already seen the test set. So everything
# that *chooses* below looks at the training set alone.

# %%
train, valid = (table[tracks.split == part] for part in ("train", "valid"))
labels = tracks.genre[train.index]
genres = sorted(labels.unique())
print(f"{len(train)} training tracks, {len(table.columns)} features")

# %% [markdown]
# ## Correlating with made-up numbers
#
# The paper's first test is a correlation. **Pearson's correlation** r says how well a straight
# line fits two lists of numbers: 1 if it rises, −1 if it falls, 0 if there is no line. But a genre
# is a name. So code gives each genre a number, usually its place in the alphabet. By hand:

# %%
codes = labels.map(genres.index)  # the first genre is 0, the second 1 …
a, b = train[one] - train[one].mean(), codes - codes.mean()
r = (a * b).sum() / np.sqrt((a**2).sum() * (b**2).sum())
assert np.isclose(r, stats.pearsonr(train[one], codes).statistic)
print(f"r = {r:.2f}")

# %% [markdown]
# Who says that blues comes before classical? Genres have no order. Let us number them twice more:
# by their mean centroid, and so that low and high take turns. The music stays the same.

# %%
rising = train[one].groupby(labels).mean().sort_values().index.tolist()
turns = [genre for pair in zip(rising, rising[::-1]) for genre in pair][: len(rising)]
orders = {"alphabet": genres, "rising centroid": rising, "low and high in turn": turns}
numbered = pd.DataFrame({name: labels.map(orders[name].index) for name in orders})
strength = numbered.corrwith(train[one])

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 3, figsize=(12, 3.6), sharey=True)
for ax, (name, x) in zip(axes, numbered.items()):
    ax.plot(x, train[one], ".", alpha=0.6)
    ax.plot(x, np.poly1d(np.polyfit(x, train[one], 1))(x), linewidth=2)
    ax.set_title(f"{name}\nr = {strength[name]:.2f}", fontsize=12, fontweight="normal")
    ax.set_xlabel("number given to the genre")
axes[0].set_ylabel("spectral centroid, Hz")
alt = f"Centroid over genre number, three times, with a line. r: {strength.round(2).to_dict()}"
save_figure(fig, "03_numbered", alt=alt, data=numbered.assign(centroid=train[one]))
weakest, strongest = strength.abs().min(), strength.abs().max()
shared = f"We see the same points in another order: r is {weakest:.2f} to {strongest:.2f} in size."
finding(strongest - weakest > 0.1, shared + " It measures our numbering, not the music.",
        shared + " With two genres there is only one numbering, and its mirror image.")

# %% [markdown]
# ### 03.1 The strongest line you can get (5 min)
#
# Order the genres so that the correlation of the *tempo* with the genre's number is as strong as
# you can make it. Answer with a list of all genres.

# %% tags=["stub"]
my_order = ...  # your answer here

# %% tags=["check"]
check("03.1", my_order, train["tempo"], labels)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>A line fits best where points rise step by step. Which
# of the three orders above did that?</details>
# <details><summary>Hint 2: the idea</summary>Compute the mean tempo of each genre, and let the
# numbers follow it.</details>
# <details><summary>Hint 3: half the code</summary>
# <code>train["tempo"].groupby(labels).mean()</code> has one row per genre; sort its values and turn
# the index into a list.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
my_order = train["tempo"].groupby(labels).mean().sort_values().index.tolist()

# %% [markdown]
# Could a correlation be luck? The **p-value** is the probability that shuffled genres would show a
# correlation at least as strong. Features with p > 0.01 look unrelated to the genre, and become
# candidates for removal. (The paper does not give its limit. We use 0.01, from a course at the same
# university.) How many of the 57 become candidates? It may depend on how we number the genres.

# %%
question = "Genres numbered by the alphabet: how many of the 57 features have p > 0.01?"
predict("03.candidates", question, low=0, high=57, step=1)

# %%
chance = np.random.default_rng(seed)
numberings = [genres] + [list(chance.permutation(genres)) for _ in range(50)]
numbers = [labels.map(order.index).to_numpy()[:, None] for order in numberings]
p = [stats.pearsonr(train, codes, axis=0).pvalue for codes in numbers]
candidates = pd.Series((np.array(p) > 0.01).sum(axis=1), name="candidates")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
least, most = candidates.min(), candidates.max()
fig, ax = plt.subplots(figsize=(10, 2.4))
height = chance.uniform(-0.2, 0.2, len(candidates))
ax.scatter(candidates[1:], height[1:], s=30, alpha=0.7, label="numbered at random")
ax.scatter(candidates[0], 0, marker="D", s=90, label="the alphabet")
ax.set(xlim=(-1, 58), ylim=(-0.6, 0.6), yticks=[], xlabel="candidates for removal, of 57 features",
       title=f"With other numbers for the genres, {least} to {most} features seem unrelated")
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
alt = f"{least} to {most} candidates under 51 numberings, {candidates[0]} by the alphabet."
save_figure(fig, "03_candidates", alt=alt, data=candidates.rename_axis("0 is the alphabet"))
show_guess("03.candidates", candidates[0], ax, axis="x")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
full = kept_table("03_candidates").iloc[:, 0]
shared = (f"We see {least} to {most} candidates, {candidates[0]} by the alphabet. In our full run "
          f"on GTZAN it is {full.min()} to {full.max()}, {full[0]} by the alphabet.")
finding(min(most - least, full.max() - full.min()) > 5, shared + " So the choice of features "
        "depends on numbers that we made up.", shared)

# %% [markdown]
# ## A measure that needs no order
#
# **Mutual information** asks something that makes sense for names: how much does the feature
# shorten the guessing game "which genre is it?" Take eight tracks, four metal and four jazz. To
# find out the genre you need one yes-or-no question: one **bit**. Now somebody tells you whether
# the track is loud or quiet. What is that worth?

# %%
draw("03.bits")

# %% [markdown]
# We see three of four loud tracks in metal, and three of four quiet ones in jazz. If loudness told
# nothing, each cell would hold two. Mutual information compares the two tables, cell by cell:

# %%
share = np.array([[3, 1], [1, 3]]) / 8  # loud and quiet, metal and jazz
nothing = np.array([[2, 2], [2, 2]]) / 8  # the same, if loudness told nothing
print((share * np.log2(share / nothing)).round(3), "adds up to",
      (share * np.log2(share / nothing)).sum().round(3), "bits of 1")

# %% [markdown]
# Loudness is worth a fifth of a question. On paper: 2 · 3/8 · log₂ 3/2 + 2 · 1/8
# · log₂ 1/2. And there is nothing to number: swap metal and jazz, and the sum is the same.
#
# ### 03.2 Build the heart: bits from a table of counts (10 min)
#
# Write the sum for any table of counts: rows are parts of a feature, columns are genres. An empty
# cell adds nothing.

# %% tags=["stub"]
def bits_in(counts):
    """Return the mutual information of rows and columns of a table of counts, in bits."""
    ...  # your code here

# %% tags=["check"]
check("03.2", bits_in)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>You need two tables of shares: what is there, and what
# would be there if rows told nothing of columns.</details>
# <details><summary>Hint 2: the idea</summary>If rows tell nothing, a cell holds the share of its
# row times the share of its column. Sum only over cells that are not empty, because log 0 is
# infinite.</details>
# <details><summary>Hint 3: half the code</summary><code>share = counts / counts.sum()</code>, then
# <code>nothing = share.sum(axis=1, keepdims=True) * share.sum(axis=0, keepdims=True)</code> and
# <code>there = share &gt; 0</code>.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def bits_in(counts):
    """Return the mutual information of rows and columns of a table of counts, in bits."""
    share = np.asarray(counts) / np.sum(counts)
    nothing = share.sum(axis=1, keepdims=True) * share.sum(axis=0, keepdims=True)
    there = share > 0
    return float((share[there] * np.log2(share[there] / nothing[there])).sum())

# %% [markdown]
# A real feature is not just loud or quiet. So we cut its range into parts with equally many tracks.
# We also write the sum in a shorter way. The **entropy** of a list of names is the number of
# yes-or-no questions that you need on average, if you ask well, to find out the name of one track:
# 1 bit for two equally common genres, 3.3 for ten. Mutual information is the entropy of the rows,
# plus that of the columns, minus that of the pairs.

# %%
def told(rows, columns):
    """Return the mutual information of two lists of names, in bits."""
    counts = pd.crosstab(rows, columns).to_numpy()
    tables = counts.sum(axis=1), counts.sum(axis=0), counts.ravel()
    of_rows, of_columns, of_both = (stats.entropy(table, base=2) for table in tables)
    return of_rows + of_columns - of_both


def bits(values, names, parts=5):
    """Return how many bits a feature, cut into parts, tells of names."""
    return told(pd.qcut(values, parts, labels=False, duplicates="drop"), names)


# %%
eight = list("llllqqqq"), list("mmmjmjjj")  # loud, quiet; metal, jazz
assert np.isclose(told(*eight), (share * np.log2(share / nothing)).sum())
whole = stats.entropy(labels.value_counts(), base=2)
print(f"The genre: {whole:.2f} bits.",
      f"The centroid tells {bits(train[one], labels):.2f} of them.")

# %% [markdown]
# Five parts is our choice. Drag the number of parts, and watch both numbers: the bits of the
# centroid, and those of a **shuffled copy**, the same values in random order. A shuffled copy
# knows nothing.

# %%
shuffled = pd.Series(chance.permutation(train[one]), train.index)


def grid(parts):
    """Draw how many tracks of each genre lie in each part of the centroid."""
    cut = pd.qcut(train[one], parts, labels=False, duplicates="drop")
    counts = pd.crosstab(cut, labels)
    fig, ax = plt.subplots(figsize=(8, 3.2))
    picture = ax.imshow(counts, cmap="cividis", aspect="auto", origin="lower")
    fig.colorbar(picture, label="tracks")
    ax.set_xticks(range(len(genres)), counts.columns, rotation=45, ha="right")
    ax.set(yticks=[], ylabel="part, low to high", title=f"Centroid in {parts} parts")
    numbers = {"centroid, bits": f"{bits(train[one], labels, parts):.2f}",
               "shuffled copy, bits": f"{bits(shuffled, labels, parts):.2f}"}
    alt = f"Tracks of each genre in {parts} parts of the centroid"
    return {"image": fig, "alt": alt, "numbers": numbers}


knob(grid, "parts", [2, 3, 5, 8, 12, 20, 40], start=5)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
coarse, fine = bits(shuffled, labels, 2), bits(shuffled, labels, 40)
shared = f"We see the shuffled copy go from {coarse:.2f} bits in 2 parts to {fine:.2f} in 40."
finding(fine > coarse + 0.3, shared + " It still knows nothing. Many cells and few tracks: some "
        "pattern always turns up. So never read bits alone; compare them with a shuffled copy.",
        shared + " There are enough tracks for so many cells. Compare with a copy all the same.")

# %% [markdown]
# Now all 57 features in five parts, beside 57 shuffled copies:

# %%
information = train.apply(bits, names=labels).sort_values(ascending=False)
copies = train.apply(chance.permutation)
bar = copies.apply(bits, names=labels).max()
renamed = labels.map(dict(zip(genres, genres[1:] + genres[:1])))
assert np.allclose(train.apply(bits, names=renamed)[information.index], information)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 3, figsize=(12, 5), sharex=True, layout="constrained")
for k, ax in enumerate(axes):
    ax.barh(information.index[19 * k :][:19], information[19 * k :][:19])
    ax.axvline(bar, color="#d55e00", linestyle="--")
    ax.invert_yaxis()
fig.supxlabel("bits (orange: the best of 57 shuffled copies)")
fig.suptitle(f"{(information > bar).sum()} of 57 features tell more than any copy")
low, high = information.min(), information.max()
alt = f"Bits told by 57 features, {high:.2f} down to {low:.2f}; best shuffled copy {bar:.2f}"
save_figure(fig, "03_information", alt=alt, data=information.rename_axis("feature").rename("bits"))

# %% [markdown]
# We see bits shrink from bar to bar; a feature under the dashed line would tell no more than the
# luckiest copy. That is a weak bar; Boruta will ask for more. Renaming all genres changes no bar:
# the last line of code above checks that. Can you hear the leader? Here are the tracks with its
# highest and its lowest value.

# %%
best = table[information.index[0]]
print("leading feature:", best.name)
listen({"highest": best.idxmax(), "lowest": best.idxmin()}, corpus=music)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
strengths = kept_table("03_numberings", index_col=[0, 1])
leading = strengths.alphabet.xs(strengths.index.unique("measure")[-1])
shared = ("On GTZAN we estimated the bits without cutting the range into parts. There "
          f"`{leading.idxmax()}` comes first: it tells {leading.max():.0%} of what there is to "
          f"know about the genre; `{leading.nlargest(2).index[1]}` follows with "
          f"{leading.nlargest(2).iloc[1]:.0%}.")
finding(leading.idxmax() in ("harmony_mean", "perceptr_mean"), shared + " That is the mean of all "
        "samples of a part of the sound, an offset that nobody hears, most likely from equipment. "
        "A feature may tell the genre and have nothing to do with music.", shared)

# %% [markdown]
# ### 03.3 Recall: the runner-up (2 min)
#
# Which feature tells the second most? (Its name, as text.)

# %% tags=["stub"]
runner_up = ...  # your answer here

# %% tags=["check"]
check("03.3", runner_up, information)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>Read the figure, or ask
# <code>information</code>.</details>
# <details><summary>Hint 2: the idea</summary><code>information</code> is sorted, and its index
# holds the names.</details>
# <details><summary>Hint 3: half the code</summary><code>information.index[...]</code>, counting
# from 0.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
runner_up = information.index[1]

# %% [markdown]
# The paper uses a relative of this measure, the **maximal information coefficient** (MIC). It lays
# many grids over a scatter of two numbers, divides the bits of each grid by the most that a grid
# of that size can hold, and keeps the best. So it finds curves, not only lines:

# %%
draw("03.grid")

# %% [markdown]
# We see a curve to which Pearson's r is blind, since its left half falls and its right half rises.
# Yet three columns tell the row of every point: 1 bit of 1, so MIC is 1.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
seen = kept_table("03_filter").most
removed = f"up to {seen['removed']:.0f} features" if seen["removed"] else "nothing"
shared = ("The paper removes a candidate if its MIC is low as well. In our full run on GTZAN, over "
          f"all numberings, that removes {removed}. The limit is 0.05; even a shuffled feature, "
          f"which knows nothing, scores {seen['MIC of a shuffled feature']:.2f}.")
finding(seen["removed"] == 0, shared + " So the test can never remove anything.", shared)

# %% [markdown]
# ## Boruta: better than every shuffled copy
#
# How many bits are enough? **Boruta** lets an experiment decide. Each feature gets a **shadow**,
# its own shuffled copy. A *forest* learns the genre from features and shadows together: many trees
# of questions such as "is the tempo above 120?", which vote. It also says how much each feature
# helped, its *importance*. A feature wins the round if it beats the best of *all* shadows.

# %%
draw("03.shadows")

# %% [markdown]
# We see one round: the shadow has the values of its feature, but in rows where they don't belong.
# One lucky round proves nothing. So Boruta runs many, with new shadows each time, and confirms a
# feature only if it wins more often than a fair coin could plausibly show heads. (A useless feature
# wins far less than half its rounds, since it must beat the best of all shadows: the coin is a
# strict bar.)
#
# We put traps into the race: five shuffled copies under false names, which must not win. We also
# enter the length of the file. The paper counts 58 features, one more than our 57; the extra one is
# probably the column `length`.

# %%
traps = copies.iloc[:, ::12].add_prefix("shuffled ")
runners = train.join(traps).assign(length=tracks.seconds)
rounds, wins = 20, []
luck = stats.binom.isf(0.05 / len(runners.columns), rounds, 0.5)  # of a coin
print(f"A feature is confirmed if it wins more than {luck:.0f} of {rounds} rounds.")

# %%
question = f"How many of the 57 features win more than {luck:.0f} of {rounds} rounds?"
predict("03.boruta", question, low=0, high=57, step=1)

# %%
for k in range(rounds):  # some ten seconds
    shadows = runners.apply(chance.permutation)  # each column is shuffled on its own
    forest = RandomForestClassifier(150, max_depth=5, random_state=k)
    forest.fit(np.hstack([runners, shadows]), labels)
    real, shadow = np.split(forest.feature_importances_, 2)
    wins.append(real > shadow.max())
won = pd.DataFrame(wins, columns=runners.columns).cumsum()

# %% tags=["hide-input"] jupyter={"source_hidden": true}
final = won.iloc[-1].sort_values(ascending=False, kind="stable")
kinds = {"feature": train.columns, "shuffled copy": traps.columns, "length": ["length"]}


def race(after, title):
    """Draw how many rounds each runner has won after some rounds."""
    fig, ax = plt.subplots(figsize=(12, 3.2))
    for kind, names in kinds.items():
        ax.plot(final.index.get_indexer(names), won.loc[after - 1, names], "o", label=kind)
    ax.axhline(luck, color="#767680", linestyle="--", label="luck")
    ax.set(ylim=(-1, rounds + 1), xticks=[], title=title, ylabel="rounds won",
           xlabel="63 runners, from most to fewest wins")
    ax.legend(loc="lower left")
    return fig

# %% tags=["hide-input"] jupyter={"source_hidden": true}
frames = {k: race(k, f"{k} of {rounds} rounds") for k in (1, 2, 4, 8, 12, 16)}
slider([{"label": k, "image": fig, "alt": f"Rounds won by 63 runners, {k} of {rounds} run"}
        for k, fig in frames.items()], "rounds")
relevant, fooled = ((final[names] > luck).sum() for names in (train.columns, traps.columns))
fig = race(rounds, f"{relevant} of 57 features beat the best shadow")
alt = f"{relevant} of 57 features and {fooled} of 5 copies won more than {luck:.0f} rounds."
save_figure(fig, "03_boruta", alt=alt, data=final.rename("won").rename_axis("runner"))
show_guess("03.boruta", relevant)
shared = (f"We see {relevant} of 57 features confirmed, and {fooled} of 5 shuffled copies. The "
          f"length won {final['length']} rounds.")
finding(fooled == 0 and relevant > 0, shared + " No copy slips through, as it should be.",
        shared + " Without a clear gap between the two, the race says nothing here.")

# %% [markdown]
# ### 03.4 Apply: how many wins are no accident? (5 min)
#
# You toss a coin 20 times. What is the smallest number of heads that comes up, *or is exceeded*,
# in fewer than 1 of 1000 such series?

# %% tags=["stub"]
heads = ...  # your answer here

# %% tags=["check"]
check("03.4", heads)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>There are 2²⁰ series. In how many are all 20 heads,
# or 19?</details>
# <details><summary>Hint 2: the idea</summary>Add up the probabilities of 20, 19, 18 … heads until
# the sum would exceed 0.001.</details>
# <details><summary>Hint 3: half the code</summary><code>stats.binom.sf(k - 1, 20, 0.5)</code> is
# the probability of k heads or more. Print it for k from 14 to 20.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
heads = next(k for k in range(21) if stats.binom.sf(k - 1, 20, 0.5) < 0.001)

# %% [markdown]
# ## Two spaces you can hear
#
# Forget the labels for a moment. Each track is a point in a space of 57 dimensions. We can't see
# 57, but we can turn the space until we look at its broadest side:

# %%
draw("03.axis")

# %% [markdown]
# We see a cloud and the direction in which it is longest: the first **principal component**. It
# holds as much of the differences between tracks, their *variance*, as one axis can. The second is
# the longest at a right angle to it. **PCA** finds both. First each feature is *scaled* to mean 0
# and spread 1, or features in large units, such as hertz, would decide alone.

# %%
usable = tracks.index[tracks.split != "removed"]  # a faulty track can stretch a space
mfcc = [name for name in table if name.startswith("mfcc")]
others = [name for name in table if name not in mfcc]


def scaled(columns):
    """Return usable tracks in some features, each with mean 0 and spread 1."""
    part = table.loc[usable, columns]
    return ((part - part.mean()) / part.std().replace(0, 1)).to_numpy()


# %%
def show_plane(space, name, title):
    """Show a space in its first two principal components; return the points."""
    _, singular, directions = np.linalg.svd(space, full_matrices=False)
    shares = singular**2 / (singular**2).sum()
    plane = pd.DataFrame(space @ directions[:2].T, usable, ["x", "y"])
    axes = tuple(f"component {k + 1} ({shares[k]:.0%} of variance)" for k in (0, 1))
    sound_map(plane, music, name, title=title, axes=axes)
    return plane, shares[:2].sum()


# %% [markdown]
# Cortis compares the space of the 40 MFCC features with that of the 17 others (his Fig 2). To his
# eye, genres are better separated by MFCC. **Click a point and hear it.** Do neighbours sound
# alike? Where two genres overlap, can you hear why?

# %%
_ = show_plane(scaled(others), "03_fig2_features", "Tracks by 17 features, no MFCC")

# %%
plane, kept = show_plane(scaled(mfcc), "03_fig2_mfcc", "Tracks by 40 MFCC features")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
near = kept_table("03_plane").iloc[:, 0]
shared = (f"The map shows {kept:.0%} of the variance of 40 features; the rest is hidden. On "
          f"GTZAN, the nearest point on the map of MFCC has the same genre for {near['MFCC']:.0%} "
          f"of the tracks, on the other map for {near['others']:.0%}.")
finding(near["others"] > near["MFCC"], shared + " That is not what the paper saw.", shared)

# %% [markdown]
# ## K-means: groups without labels
#
# **K-means** looks for groups and knows no genre. Put down as many centres as you want groups.
# Then repeat two steps: each track joins its nearest centre; each centre moves to the mean of its
# tracks. When nothing moves any more, it is done. Here it is, on the map of MFCC that you just
# saw:

# %%
def k_means(points, centres):
    """Yield centres and the nearest centre of each point, until nothing moves."""
    moved = True
    while moved:
        joined = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        yield centres, joined
        new = centres.copy()
        for k in set(joined):
            new[k] = points[joined == k].mean(axis=0)
        moved, centres = not np.allclose(new, centres), new


# %%
points = plane.to_numpy()
steps = list(k_means(points, chance.choice(points, len(genres), replace=False)))
error = [((points - at[joined]) ** 2).sum(axis=1).mean() for at, joined in steps]
assert (np.diff(error) < 1e-9).all()  # it never grows

# %% tags=["hide-input"] jupyter={"source_hidden": true}
truth = tracks.genre[usable].to_numpy()


def shown(step):
    """Draw a step of K-means: tracks coloured by group, centres as crosses."""
    centres, joined = steps[step]
    fig, ax = plt.subplots(figsize=(7, 4.6))
    ax.scatter(plane.x, plane.y, s=22, c=joined, cmap="tab10")
    ax.plot(*centres.T, "X", color="black", markeredgecolor="white", markersize=13)
    ax.set(xlabel="component 1", ylabel="component 2", title=f"Step {step}")
    numbers = {"mean squared distance": f"{error[step]:.2f}",
               "bits told of the genre": f"{told(joined, truth):.2f}"}
    alt = f"{len(plane)} tracks in groups around {len(centres)} centres"
    return {"label": step, "image": fig, "alt": alt, "numbers": numbers}


slider([shown(step) for step in sorted({*range(min(7, len(steps))), len(steps) - 1})], "step")

# %% [markdown]
# We see the centres move, and then stop. The mean squared distance to the nearest centre never
# grows, because neither step can increase it. The bits told of the genre need not rise: nobody told
# K-means about genres. Hear the three tracks nearest to one centre. What do they share?

# %%
centres, joined = steps[-1]
distance = ((points - centres[0]) ** 2).sum(axis=1)
listen(list(usable[distance.argsort()[:3]]), corpus=music)

# %% [markdown]
# Now we leave the map and group in all dimensions of each space. We start five times each, because
# the result depends on where the centres begin. As a control we shuffle the genres.

# %%
def five_times(space, names):
    """Return how many bits K-means tells of names, from five starts."""
    starts = (chance.choice(space, len(genres), replace=False) for _ in range(5))
    return [told([*k_means(space, start)][-1][1], names) for start in starts]


agreed = pd.DataFrame({"MFCC": five_times(scaled(mfcc), truth),
                       "others": five_times(scaled(others), truth),
                       "shuffled": five_times(scaled(mfcc), chance.permutation(truth))})
agreed.agg(["min", "max"]).round(2).rename_axis("bits told of the genre")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
low, high = agreed.min(), agreed.max()
shared = (f"We see {low['MFCC']:.1f} to {high['MFCC']:.1f} of {whole:.1f} bits with MFCC, "
          f"{low['others']:.1f} to {high['others']:.1f} with the others, and "
          f"{high['shuffled']:.1f} by luck.")
finding(low["MFCC"] > high["others"] or low["others"] > high["MFCC"],
        shared + " From every start one space is ahead on this music.",
        shared + " Which space is better depends on where the centres start.")

# %% [markdown]
# ### 03.5 Apply: how pure are the groups? (10 min)
#
# **Purity** names each group after its most common genre and returns the share of all tracks that
# are of the genre their group is named after. Write it for two lists of equal length.

# %% tags=["stub"]
def purity(groups, names):
    """Return the share of tracks whose genre is the most common one of their group."""
    ...  # your code here

# %% tags=["check"]
check("03.5", purity)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>Count genres in each group. Which count of each group
# matters?</details>
# <details><summary>Hint 2: the idea</summary>Add up the largest count of each group, and divide by
# the number of tracks.</details>
# <details><summary>Hint 3: half the code</summary><code>pd.crosstab(groups, names)</code> has one
# row per group; <code>.max(axis=1)</code> is the largest count of each.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def purity(groups, names):
    """Return the share of tracks whose genre is the most common one of their group."""
    counts = pd.crosstab(np.asarray(groups), np.asarray(names))
    return float(counts.max(axis=1).sum() / len(names))

# %% [markdown]
# ## What held up on GTZAN
#
# The paper says that Boruta finds all features relevant, and that K-means does better in the space
# of MFCC, by four measures; it prints no scores. (Two of them compare the groups with the genres:
# mutual information and the Rand index, which counts pairs of tracks on which both agree.) Two of
# the four, squared error and silhouette, look at distances alone, and in 40 dimensions everything
# is farther apart than in 17. So our full run compared twice: as they are, and with 17 principal
# components of the MFCC, scaled to the same total variance.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
ahead = kept_table("03_kmeans", index_col=None)
fig, axes = plt.subplots(1, 4, figsize=(13, 3.6))
for ax, (measure, part) in zip(axes, ahead.groupby("measure", sort=False)):
    reach = [part.value - part.ci_low, part.ci_high - part.value]
    ax.errorbar(["as they are", "17 dimensions"], part.value, yerr=reach, fmt="o", capsize=5)
    ax.axhline(0, color="#767680", linestyle=":")
    ax.set(xlim=(-0.5, 1.5))
    ax.set_title(measure, fontsize=12, fontweight="normal")
axes[0].set_ylabel("advantage of MFCC\n(above 0: MFCC do better)")
better, worse = (ahead.ci_low > 0).sum(), (ahead.ci_high < 0).sum()
fig.suptitle(f"GTZAN: MFCC are clearly ahead in {better} of 8 comparisons, behind in {worse}",
             x=0.01, ha="left", fontsize=14, fontweight="bold")
rows = ahead.drop(columns="name").astype(str).agg(" ".join, axis=1)
alt = f"Advantage of MFCC with interval, as they are and with 17 dimensions: {'; '.join(rows)}"
save_figure(fig, "03_kmeans", alt=alt, data=ahead)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
measures = {"mi": "mutual information", "ari": "Rand index", "mse": "squared error",
            "silhouette": "silhouette"}
keys = [f"cortis.kmeans.{measure}@table" for measure in measures]
words = [f"{name} **{result(key).word}**" for key, name in zip(keys, measures.values())]
equal = ahead[ahead.name != "raw"]
shared = (f"We see MFCC clearly ahead in {better} of 8 comparisons. Do our runs agree with the "
          f"paper? {', '.join(words)}.")
finding(bool((equal.ci_low <= 0).all() and (equal.ci_high >= 0).all()), shared + " With 17 "
        "dimensions each, every bar crosses zero: then no measure can tell.", shared, tuple(keys))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
both = ("cortis.boruta@mc", "cortis.boruta@grp")
confirmed = kept_table("03_boruta_shares")["confirmed, grp"] >= 0.9
shared = (f"**Boruta: {result(both[0]).word}; with exact copies kept together: "
          f"{result(both[1]).word}.** The paper finds all features relevant; here "
          f"{confirmed[train.columns].sum()} of 57 win.")
finding(bool(confirmed["length"]), shared + " But so does the length of the file, so that "
        "means less than it sounds. Files differ by milliseconds that nobody hears. *Relevant* is: "
        "helps to name genres in this data set, for whatever reason.", shared, both)

# %% [markdown]
# Three cautions:
#
# - A measure of one feature at a time misses pairs: two features that are useless alone can be
#   useful together.
# - K-means depends on how features are scaled. The record compares two scalings.
# - A small squared error does not mean that the groups are genres. It only says that each group is
#   tight.
#
# All settings and results: <a href="record_cortis.html">the whole record of this paper</a>.

# %% [markdown]
# ## What you can do now
#
# You can ask of any feature: is it better than its own shuffled copy? You can tell a measure that
# depends on made-up numbers from one that does not. And you know that *relevant* does not mean
# *musical*.
#
# In notebook 04 all 57 features go into a network. Its accuracy will look too good, and you will
# hear why.

# %%
bets_so_far()

# %% [markdown]
# ## Exercises
#
# Five stand above, right after their ideas. Here are two more.
#
# ### 03.6 Apply: scale without peeping (10 min)
#
# For the maps we scaled all tracks together. A classifier must not: the test tracks are not there
# yet. Write *robust* scaling, which wild values hardly move: take two arrays, (n_train,
# n_features) and (n_other, n_features), and return the second, less the median and divided by the
# distance between the quartiles of the *first*. A feature whose quartiles are equal is only
# shifted.

# %% tags=["stub"]
def robust_scale(train, other):
    """Return `other` minus the median of `train`, divided by the distance of the quartiles of
    `train`."""
    ...  # your code here

# %% tags=["check"]
check("03.6", robust_scale)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>Each feature has its own median and quartiles, and they
# come from the first array alone.</details>
# <details><summary>Hint 2: the idea</summary>The quartiles are the quantiles 0.25 and 0.75. Where
# their distance is 0, divide by 1.</details>
# <details><summary>Hint 3: half the code</summary>
# <code>low, middle, high = np.quantile(train, [0.25, 0.5, 0.75], axis=0)</code></details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def robust_scale(train, other):
    """Return `other` minus the median of `train`, divided by the distance of the quartiles of
    `train`."""
    low, middle, high = np.quantile(train, [0.25, 0.5, 0.75], axis=0)
    distance = np.where(high > low, high - low, 1)
    return (other - middle) / distance

# %% [markdown]
# ### 03.7 Open: are eight enough? (20 min, seminar)
#
# Choose at most eight features, by any method that looks at the training set alone, so that the
# nearest neighbour names at least half as many validation tracks as with all 57. How few will do?
# And what have you done if you choose by the validation accuracy itself, again and again?

# %%
def valid_accuracy(columns):
    """Return how often the nearest training track has the right genre."""
    known, asked = train[columns], valid[columns]
    spread = known.std().replace(0, 1).to_numpy()
    known, asked = known.to_numpy() / spread, asked.to_numpy() / spread
    nearest = ((asked[:, None] - known) ** 2).sum(axis=2).argmin(axis=1)
    return float((labels.to_numpy()[nearest] == tracks.genre[valid.index]).mean())

# %% tags=["stub"]
few = ...  # your answer here

# %% tags=["check"]
check("03.7", few, valid_accuracy, list(table))

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>Begin with the features that tell most, but don't take
# two that say the same.</details>
# <details><summary>Hint 2: the idea</summary>Between two features a correlation makes sense: both
# are numbers. Pass over a feature whose correlation with one that you have is large.</details>
# <details><summary>Hint 3: half the code</summary>
# <code>train[few].corrwith(train[name]).abs()</code> are the correlations of a feature with those
# you have; go through <code>information.index</code>.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
few = []
for name in information.index:
    if len(few) < 8 and (train[few].corrwith(train[name]).abs() < 0.8).all():
        few.append(name)

# %% [markdown]
# ## Quiz

# %% tags=["hide-input"] jupyter={"source_hidden": true}
quiz("03")

# %% [markdown]
# ## References
#
# - P. Cortis, "Music genre classification with deep neural networks", sections III.B and IV.B.
# - D. N. Reshef and others, "Detecting novel associations in large data sets", Science 334, 2011:
#   the maximal information coefficient.
# - M. B. Kursa and W. R. Rudnicki, "Feature selection with the Boruta package", 2010.
# - G. Tzanetakis and P. Cook, "Musical genre classification of audio signals", 2002.
