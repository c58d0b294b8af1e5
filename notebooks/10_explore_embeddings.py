# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 10 · Do two machines that heard the same music agree on what sounds alike?
#
# - **You will:** compare representations by their neighbours, tell genre from artist, find hubs,
#   see what a map loses, explore all of it by ear, place your own music
# - **You need:** notebook 01; two genres or more, artists if known
# - **Minutes:** 20 to read, 1 to run
# - **Paper:** none; the representations of all four stand side by side

# %% tags=["parameters"]
corpus = None  # "synthetic", or the path of a folder of genre folders
seed = 0  # everything that is left to chance follows from it
k = 10  # how many neighbours are looked at
mine = None  # a folder of your own music, without genres; by default $GENRELAB_MINE

# %% tags=["hide-input"] jupyter={"source_hidden": true}
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import Markdown

from claimbook import finding
from coursekit.lesson import check, predict, quiz, show_guess
from coursekit.representations import representations
from genrelab.corpora import CorpusLacks, load_corpus
from genrelab.corpora.own_music import load_own_music
from genrelab.display import explorer, listen, literal, save_figure, use_theme
from genrelab.display.explorer import Space
from genrelab.evaluation.neighbourhoods import agreement, hubness, nearest_rows, share_alike, shared
from genrelab.evaluation.projections import pca_map, tsne_map
from genrelab.evaluation.unseen import unseen_answers

# %% tags=["hide-input"] jupyter={"source_hidden": true}
use_theme()
music = load_corpus(corpus)
music.require(genres=2, in_all=10)  # fewer have no neighbours to speak of
tracks = music.tracks
# copies and faulty tracks are shown on the maps, and counted nowhere
kept = tracks.index[tracks.split != "removed"]
if len(kept) < 5 * k:
    k = len(kept) // 5  # of few tracks, ten would be nearly all
    print(f"There are {len(kept)} tracks: {k} neighbours are looked at.")
own = load_own_music(mine, tracks.seconds.median())

# %% [markdown]
# ## What there is to compare
#
# A representation turns a track into numbers, and so into a point. The course has made many of
# them: features that somebody thought of, codes of networks that were shown labels, and codes of
# networks that never were. Each was made for something else. Here we ask all of them one question:
# **which tracks do you take for alike?** A representation that is used like this is often called an
# *embedding*.
#
# On GTZAN the codes are those of our full run (<a href="record_ours.html">the record</a>). On other
# music we use what can be computed there. If a representation had to be left out, we list it with
# the reason.

# %%
found, left_out = representations(music, own)
by_name, by_label = {r.name: r for r in found}, {r.label: r for r in found}
if "features_57" not in by_name or len(found) < 2:
    raise CorpusLacks("These tracks cannot be placed: "
                      f"{'; '.join(f'{label}, {reason}' for label, reason in left_out.items())}. "
                      "Add other tracks.")
rows = {r.label: [len(r.tracks), r.points.shape[1], len(r.learned)] for r in found}
heads = ["tracks", "numbers each", "of these tracks, it was shown the labels of"]
pd.DataFrame(rows, index=heads).T

# %% tags=["hide-input"] jupyter={"source_hidden": true}
lines = [f"- {label}: {reason}" for label, reason in left_out.items()]
for problem in own.problems.itertuples() if own else ():
    about = literal(f"{problem.problem}. {problem.mend}")
    lines.append(f"- {literal(problem.file)} of your music: {about}")
Markdown("\n".join(["**Left out**", *lines]) if lines else "Nothing was left out.")

# %% [markdown]
# A network that was shown the label of a track has had every chance to put it among its own genre.
# So what such a code says of *these* tracks is no evidence, and below they are counted only where
# that does not matter.
#
# ## Neighbours, by hand
#
# Take one track. Its neighbours are the tracks at the smallest Euclidean distance. The features
# have different units, so each was divided by its spread first.

# %%
features, other = by_name["features_57"], by_name.get("picture", found[1])
in_both = np.flatnonzero(features.tracks.isin(other.tracks))
place = in_both[len(in_both) // 2]
away = np.sqrt(((features.points - features.points[place]) ** 2).sum(axis=1))
away[place] = np.inf  # nobody is a neighbour of itself
order = np.argsort(away, kind="stable")[:k]
assert list(order) == list(nearest_rows(features.points, k)[place])

# %%
listen([features.tracks[place], *features.tracks[order[:3]]], corpus=music)

# %% [markdown]
# The first is the track, the others are its three nearest by the 57 features. Would you have chosen
# them? Now the same track and its three nearest by the mel picture (or, where there are no
# pictures, by the next representation of the table above). A picture shows a track as a whole,
# however long it is: tracks of different lengths are stretched to one width.

# %%
there = other.tracks.get_indexer([features.tracks[place]])[0]
near_there = nearest_rows(other.points, k)[there]
listen([other.tracks[there], *other.tracks[near_there[:3]]], corpus=music)

# %% [markdown]
# ## Do they agree?
#
# Both lists have the same length, so we may count what they have in common. Guess first:

# %%
question = (f"Of a track's {k} nearest by the 57 features, how many are also among its {k} nearest "
            f"by the {other.label}?")
predict("10.common", question, low=0, high=k, step=0.5)

# %%
clean = {r.label: r.table.loc[r.tracks.intersection(kept, sort=False)] for r in found}
near = {label: nearest_rows(table.to_numpy(), k) for label, table in clean.items()}
both = agreement({label: clean[label] for label in (features.label, other.label)}, k).iloc[0, 1]
show_guess("10.common", k * both)

# %%
agree = agreement(clean, k)
pairs = agree.where(np.tri(len(agree), k=-1, dtype=bool)).stack()
chance = k / (len(kept) - 1)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
size = 2.3 + 0.67 * len(agree), 1.3 + 0.48 * len(agree)
fig, ax = plt.subplots(figsize=size, layout="constrained")
shown = agree.where(np.tri(len(agree), k=-1, dtype=bool)).iloc[1:, :-1]
drawn = ax.imshow(shown, cmap="cividis", vmin=0, vmax=max(0.5, pairs.max()), aspect="auto")
middle = {"ha": "center", "va": "center", "fontsize": 10}
for row, column in zip(*np.where(shown.notna())):
    share = shown.iat[row, column]
    colour = "white" if share < 0.6 * drawn.get_clim()[1] else "black"
    ax.text(column, row, f"{share:.2f}", color=colour, **middle)
ax.set_yticks(range(len(shown)), shown.index)
ax.set_xticks(range(shown.shape[1]), shown.columns, rotation=35, ha="right")
ax.set_title(f"Two representations share {k * pairs.median():.1f} of {k} neighbours (median); by "
             f"chance {k * chance:.1f}")
alt = (f"Share of {k} nearest neighbours that each two of {len(agree)} representations have in "
       f"common. Most alike: {' and '.join(pairs.idxmax())} ({pairs.max():.2f}). Least: "
       f"{' and '.join(pairs.idxmin())} ({pairs.min():.2f}).")
save_figure(fig, "10_agreement", alt=alt, data=agree.round(4).rename_axis("representation"))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
finding(
    # chance taken off: of few tracks, any two lists have much in common
    (pairs.median() - chance) / (1 - chance) < 0.5,
    f"Half of all pairs have less than {pairs.median():.2f} of their neighbours in common (chance: "
    f"{chance:.2f}). What sounds alike depends on which machine you ask. Nearest to each other are "
    f"{' and '.join(pairs.idxmax())}.",
    f"Half of all pairs have at least {pairs.median():.2f} of their neighbours in common (chance: "
    f"{chance:.2f}): here the representations largely agree on what sounds alike.",
)

# %% [markdown]
# ## Same genre, or same artist?
#
# Neighbours of the same genre are what everybody hopes for. But two tracks by one artist share a
# voice, a studio, a record. So we count the neighbours of the same genre twice: once all of them,
# and once ignoring those by the same artist. Tracks whose labels a representation was shown are
# left out.

# %%
def company_of(r):
    """Return whose company the tracks of a representation keep: shares of their neighbours."""
    about = tracks.loc[clean[r.label].index]
    genre, group = about.genre.to_numpy(), about.group.to_numpy()
    counted, listed = ~about.index.isin(r.learned), near[r.label]
    everybody, oneself = np.tile(np.arange(len(genre)), (len(genre), 1)), about.index.to_numpy()
    return {
        "same genre": share_alike(listed, genre, counted),
        "same genre, other artists": share_alike(listed, genre, counted, leave_out=group),
        "same artist": share_alike(listed, group, counted),
        "same genre, by chance": share_alike(everybody, genre, counted, leave_out=oneself),
    }


company = pd.DataFrame({r.label: company_of(r) for r in found}).T.rename_axis("representation")
fall = company["same genre"] - company["same genre, other artists"]

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, ax = plt.subplots(figsize=(10, 2 + 0.4 * len(company)), layout="constrained")
styles = {"same genre": ("o", "#1f5fa8"), "same genre, other artists": ("s", "#b5651d"),
          "same artist": ("^", "#55555f"), "same genre, by chance": ("|", "#1b1b1f")}
if tracks.artist.isna().all():
    del styles["same artist"]
for name, (marker, colour) in styles.items():
    ax.plot(company[name], range(len(company)), marker, color=colour, label=name, markersize=8)
ax.set_yticks(range(len(company)), company.index)
ax.invert_yaxis()
ax.grid(axis="x")
ax.set(xlabel=f"share of the {k} nearest neighbours", xlim=(0, None))
points = f"{100 * fall.median():.0f} points"
ax.set_title(f"Ignoring the same artist, {points} fewer share the genre (median)")
fig.legend(loc="outside lower center", ncols=4)
shares = "; ".join(f"{row.Index} {row[1]:.2f}, {row[2]:.2f}, {row[3]:.2f}"
                   for row in company.itertuples())
alt = ("Shares of nearest neighbours of the same genre, the same ignoring the same artist, and of "
       f"the same artist: {shares}")
save_figure(fig, "10_company", alt=alt, data=company.round(4))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
knows = company["same artist"].idxmax()
finding(
    tracks.artist.notna().any() and fall.median() > 0.02,
    "Part of the likeness is the artist: if we ignore the same artist, the share of neighbours of "
    f"the same genre falls by {fall.median():.2f} in the median. Artists lie closest together in "
    f"{knows}: {company['same artist'].max():.0%} of the neighbours there are by the same one.",
    f"Ignoring the same artist changes little here ({fall.median():.2f} in the median), or too "
    "few artists are known to tell.",
)

# %% [markdown]
# ## Hubs
#
# Each track has exactly as many neighbours as we ask for. But how often is a track *somebody
# else's* neighbour? That number is its **hubness**. Its mean is the number of neighbours, whatever
# the representation; all else is free. By hand for the features:

# %%
counts = np.zeros(len(clean[features.label]), int)
for listed in near[features.label]:
    counts[listed] += 1
assert (counts == hubness(near[features.label], len(counts))).all() and counts.mean() == k
print(f"mean {counts.mean():g}, largest {counts.max()}, never a neighbour: {(counts == 0).sum()} "
      f"of {len(counts)}")

# %%
hubs = {
    label: pd.Series(hubness(listed, len(listed)), clean[label].index)
    for label, listed in near.items()
}
shares = [0, 0.25, 0.5, 0.75, 0.95, 1]
quantiles = pd.DataFrame({label: counted.quantile(shares) for label, counted in hubs.items()}).T
quantiles["never"] = [(counted == 0).mean() for counted in hubs.values()]
quantiles["largest hub"] = [counted.idxmax() for counted in hubs.values()]
reach = pd.Series({label: counted.max() / (len(counted) - 1) for label, counted in hubs.items()})

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, ax = plt.subplots(figsize=(10, 2 + 0.4 * len(hubs)), layout="constrained")
names = {label: f"{counted.idxmax()}: {counted.max()}" for label, counted in hubs.items()}
for row, (label, counted) in enumerate(hubs.items()):
    seen = counted.unique()
    ax.plot(seen, np.full(len(seen), row), "|", color="#1f5fa8", alpha=0.7, markersize=9)
    ax.text(counted.max() * 1.12 + 0.3, row, names[label], va="center", fontsize=10)
ax.axvline(k, color="#b5651d", linestyle="--", label=f"mean of every row: {k}")
ax.set_yticks(range(len(hubs)), hubs)
largest = max(counted.max() for counted in hubs.values())
ax.set(xscale="symlog", xlim=(-0.3, 20 * largest))
ax.set_xlabel("how often a track is among the nearest of others (logarithmic above 2)")
ticks = [tick for tick in (0, 1, 2, 5, 10, 20, 50, 100, 200, 500) if tick <= 1.2 * largest]
ax.set_xticks(ticks, ticks)
ax.minorticks_off()
ax.invert_yaxis()
hubby, hub = reach.idxmax(), hubs[reach.idxmax()].idxmax()
ax.set_title(f"{hub} is among the {k} nearest of {reach.max():.0%} of all tracks")
fig.legend(loc="outside lower center")
alt = ("How often each track is a neighbour, one row per representation. Largest: "
       + "; ".join(f"{label}, {name} times" for label, name in names.items()))
save_figure(fig, "10_hubs", alt=alt, data=quantiles.rename_axis("representation"))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
finding(
    reach.max() > 0.25,
    f"In {hubby}, {literal(hub)} is among the {k} nearest of {reach.max():.0%} of all tracks, and "
    f"{(hubs[hubby] == 0).mean():.0%} of the tracks are nobody's neighbour. A list of neighbours "
    "from such a representation says more about the hub than about the track that you started "
    "with.",
    f"The largest hub, {literal(hub)} in {hubby}, is among the {k} nearest of {reach.max():.0%} of "
    "all tracks. No track is near to a quarter of the others.",
)

# %% [markdown]
# Listen to the largest hub, and to three tracks, drawn by lot, that have it among their nearest. Do
# they sound like it?

# %%
holders = np.flatnonzero((near[hubby] == clean[hubby].index.get_loc(hub)).any(axis=1))
drawn = np.random.default_rng(seed).choice(holders, min(3, len(holders)), replace=False)
listen([hub, *clean[hubby].index[np.sort(drawn)]], corpus=music)

# %% [markdown]
# Why are there hubs? In many dimensions nearly all points lie at about the same distance from the
# middle, far out in some direction of their own. A point that lies a little nearer to the middle is
# then a little nearer to everybody. So hubs should lie near the middle:

# %%
ranks = {}
for label, placed in clean.items():
    far = pd.Series(np.linalg.norm(placed - placed.mean(), axis=1), placed.index)
    ranks[label] = far.corr(hubs[label], method="spearman")
name = "rank correlation of hubness and distance from the middle"
pd.Series(ranks, name=name).round(2).to_frame()

# %% [markdown]
# ## What a map loses
#
# To be seen, points must come down to two dimensions. **PCA** looks at them from the side on which
# they differ most. It is a shadow: what is near on it may be far apart behind it. **t-SNE** moves
# points about until near ones are near; it keeps neighbours, and for that gives up everything else.
# Sizes of its clusters, gaps between them and who lies on the other side mean nothing. PCA by hand
# is a singular value decomposition:

# %%
centred = features.points - features.points.mean(axis=0)
directions = np.linalg.svd(centred, full_matrices=False)[2][:2]
by_hand, helper = centred @ directions.T, pca_map(features.points, features.own_points).places
# a shadow and its mirror image are the same
assert np.allclose(np.abs(by_hand), np.abs(helper), atol=1e-3)

# %%
makers = {"PCA": pca_map, "t-SNE": lambda points, added: tsne_map(points, added, seed)}
maps = {
    r.label: {name: make(r.points, r.own_points) for name, make in makers.items()} for r in found
}


# %%
def kept_by(placed, r):
    """Return the share of neighbours that are still neighbours on a map, if there is one."""
    if placed is None:
        return np.nan
    return shared(nearest_rows(r.points, k), nearest_rows(placed.places, k)).mean()


faithful = pd.DataFrame(
    {r.label: {name: kept_by(placed, r) for name, placed in maps[r.label].items()} for r in found}
).T
faithful.round(2).rename_axis(f"share of {k} neighbours that the map keeps")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
means = faithful.mean()
finding(
    means["t-SNE"] > means["PCA"],
    f"On average PCA keeps {means['PCA']:.0%} of the neighbours and t-SNE "
    f"{means['t-SNE']:.0%}. Even there a point's neighbour on the map is often none: "
    "in the explorer below, lines lead from a chosen track to its real ones.",
    f"t-SNE keeps no more neighbours than PCA here (PCA {means['PCA']:.0%}). The lines in the "
    "explorer below lead from a chosen track to its real ones.",
)

# %% [markdown]
# ## Odd ones out
#
# A *probe* is a plain linear classifier that shows what can be read from a representation. Ours has
# never seen the artist of the track that it classifies: all tracks of an artist are in one fold,
# and each fold is predicted by a probe that learned from the others. For codes that were shown
# labels, only tracks whose label, and whose artist, the network did not see get a prediction.
#
# Its surest errors are worth hearing. Some are mistakes of the probe; some are labels that you may
# find odd yourself. (Its confidence is good for an order; it is not a probability to bet on.)

# %%
def probed(r):
    """Return what a probe predicts of the tracks of a representation that neither it nor the
    network has learned."""
    here = clean[r.label]
    answers = unseen_answers(here.to_numpy(), tracks.loc[here.index], seed)
    known = tracks.group.loc[answers.table.index].isin(set(tracks.group.loc[r.learned]))
    return answers._replace(table=answers.table[~known])


answers = {r.label: probed(r) for r in found}
unmet = answers[features.label].apart
print("artists are apart" if unmet else "Too few artists are known: folds are made of tracks, and "
                                        "the probe may know the artist.")

# %%
predicted = answers[features.label].table.join(tracks[["genre", "artist", "title"]])
wrong = predicted[predicted.predicted != predicted.genre]
odd = wrong.sort_values("confidence", ascending=False, kind="stable")
odd.head(5).round({"confidence": 2})

# %%
if len(odd):
    surest = odd.head(3).predicted.items()
    sounds = {f"{track}: taken for {name}": music.audio(track) for track, name in surest}
    listen(sounds, corpus=music)

# %% [markdown]
# ## Explore
#
# All of it on one page. Choose a representation, a map and what the colours show. A click plays a
# track, draws lines to its real neighbours and lists them beside those of a second representation.
# Draw around points to list them. Some things to look for:
#
# - Colour by *artist*, and click into a tight group on t-SNE: is it a genre, or a record?
# - Colour by *hubness*, and switch to PCA: where do hubs lie?
# - Colour by *prediction*: dark rims are errors. Listen along the border between two genres.

# %%
def space_of(r):
    """Return a representation with all that the explorer shows of it; copies and faulty tracks are
    there, too."""
    rows, n = r.tracks.append(r.own_tracks), len(r.tracks)
    listed = nearest_rows(r.points, k)
    of_own = nearest_rows(r.points, k, r.own_points)[:, : min(k, n - 1)]
    nearest = np.asarray(r.tracks, dtype=object)[np.concatenate([listed, of_own])]
    shown = answers[r.label].table.reindex(r.tracks).assign(hubness=hubness(listed, n))
    there = {name: made for name, made in maps[r.label].items() if made is not None}
    placed = {
        name: pd.DataFrame(np.concatenate(made), rows, ["x", "y"]) for name, made in there.items()
    }
    share = ", ".join(f"{name} {faithful.at[r.label, name]:.0%}" for name in there)
    unmet = answers[r.label].apart
    how = "with artists apart" if unmet else "of tracks, for too few artists are known"
    about = (f"{r.about} Of the {k} real neighbours the maps keep: {share}. Predictions come from "
             f"folds {how}.")
    if len(r.learned):
        about += " Tracks whose label or artist the network learned have none."
    return Space(r.label, about, placed, pd.DataFrame(nearest, index=rows), shown)


spaces = [space_of(r) for r in found]

# %%
kept_shares = faithful.loc[features.label].dropna()
share = ", ".join(f"{name} {share:.0%}" for name, share in kept_shares.items())
title = f"Of {k} neighbours by {features.label} a map keeps: {share}"
explorer(spaces, music, own, "10_map", title=title)

# %% [markdown]
# ## Your own music
#
# Put some files into a folder, at any depth, and run one of these. As much of the middle of each as
# the corpus's tracks are long is placed on every map by the projection that was fitted to the
# corpus (t-SNE finds their place without moving the others). Stars mark them, and the list *your
# own music* says whose neighbours they are.
#
#     genrelab report --only 10 --mine path/to/my/music
#     genrelab lab            # and then, in the parameters cell: mine = "path/to/my/music"
#
# The site then holds the sound of these excerpts: publish it only if the recordings are yours to
# publish.
#
# A representation that was never shown your kind of music has to put it somewhere. The nearest
# tracks are not a verdict, only the least distant.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
def genres_near_own(r):
    """Return the genres of the neighbours of the reader's own tracks, most frequent first."""
    listed = tracks.genre.loc[r.tracks].to_numpy()[nearest_rows(r.points, k, r.own_points)]
    few = [pd.Series(genres).value_counts().head(3).items() for genres in listed]
    words = [", ".join(f"{n} {genre}" for genre, n in counted) for counted in few]
    return pd.Series(words, r.own_tracks, dtype=object)


if own is None:
    near_own = pd.DataFrame({"your own music": ["no folder was given"]})
else:
    near_own = {r.label: genres_near_own(r) for r in found if len(r.own_tracks)}
    near_own = pd.DataFrame(near_own).fillna("cannot be placed")
near_own

# %% [markdown]
# ## What we have seen
#
# - Representations of the same tracks have few neighbours in common. Always ask: similar in what
#   way?
# - Some of what looks like genre is the artist.
# - Hubs come with many dimensions, but not by their number alone: how the numbers are scaled counts
#   as much. A list of neighbours should be looked at from both sides.
# - A map keeps a part of the neighbours. Lines to the real ones show which.
#
# ## What to distrust
#
# - Codes of networks that were taught with labels pull the genres of their training tracks apart on
#   any map. That is memory, not understanding; of those tracks no prediction is shown.
# - Distances treat all numbers of a code alike, which the networks were never trained for. The
#   codes of 07 were standardised number by number: an element that is different in one track alone
#   then weighs as much as any other. Their hubs may be made by that.
# - Removed tracks are on the maps, and in the lists of neighbours there: an exact copy is its
#   original's nearest neighbour. The counts above leave them out.

# %% [markdown]
# ## Exercises
#
# In JupyterLab (`make lab`): run the cells above (*Run → Run All Above Selected Cell*), then write
# your answers over the dots.
#
# ### 10.1 Recall: how large can a hub be?
#
# There are `len(kept)` tracks. Each asks for its `k` nearest. What is the largest hubness that a
# single track can have?

# %% tags=["stub"]
most = ...  # your answer here

# %% tags=["check"]
check("10.1", most, len(kept), k)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>How many tracks can have it on their list, and how often can it
# stand on one list?</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
most = len(kept) - 1

# %% [markdown]
# ### 10.2 Apply: hubness
#
# `nearest` is (n, k): row i holds the places of the k nearest tracks of track i. Return how often
# each of the n tracks is on a list, (n,).

# %% tags=["stub"]
def hubness_of(nearest):
    """Return how often each track is among the nearest of another, (n,)."""
    ...  # your code here

# %% tags=["check"]
check("10.2", hubness_of)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary><code>np.bincount</code> counts integers; its
# <code>minlength</code> is for those at the end that never occur.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def hubness_of(nearest):
    """Return how often each track is among the nearest of another, (n,)."""
    return np.bincount(nearest.ravel(), minlength=len(nearest))

# %% [markdown]
# ### 10.3 Apply: what two lists have in common
#
# `one` and `other` are (n, k) lists of neighbours of the same n tracks in two representations.
# Return the share that is on both, for each track: (n,). The order within a list does not matter.

# %% tags=["stub"]
def in_common(one, other):
    """Return the share of each row's k neighbours that are in both lists, (n,)."""
    ...  # your code here

# %% tags=["check"]
check("10.3", in_common)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary><code>np.isin(a, b)</code> says for each entry of a whether b
# holds it; or make a set of each row.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def in_common(one, other):
    """Return the share of each row's k neighbours that are in both lists, (n,)."""
    return np.array([np.isin(a, b).mean() for a, b in zip(one, other)])

# %% [markdown]
# ### 10.4 Open: fewer hubs
#
# Write a function that takes distances, (n, n), and returns other ones, (n, n), by which the
# largest hub is at most two thirds as large, while neighbours are of the same genre no less often
# than nine tenths of before. It must not know any label.

# %% tags=["stub"]
def fewer_hubs(distances):
    """Return (n, n) distances of the same tracks with smaller hubs."""
    ...  # your code here

# %% tags=["check"]
places = clean[features.label]
check("10.4", fewer_hubs, places.to_numpy(), tracks.genre.loc[places.index].to_numpy(), k)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>A hub is near to everybody, but not everybody is near to a hub.
# Ask both sides: at which rank does each stand on the other's list? Or look at
# <code>genrelab.distances.neighbours.mutual_proximity</code>.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def fewer_hubs(distances):
    """Return (n, n) distances of the same tracks with smaller hubs."""
    ranks = distances.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    return ranks + ranks.T

# %% [markdown]
# ## Quiz

# %% tags=["hide-input"] jupyter={"source_hidden": true}
quiz("10")

# %% [markdown]
# ## References
#
# - M. Radovanović, A. Nanopoulos and M. Ivanović, "Hubs in Space: Popular Nearest Neighbors in
#   High-Dimensional Data", 2010.
# - A. Flexer, "A closer look on artist filters for musical genre classification", 2007: neighbours
#   and artists.
# - L. van der Maaten and G. Hinton, "Visualizing Data using t-SNE", 2008.
# - P. G. Poličar, M. Stražar and B. Zupan, "openTSNE: A Modular Python Library for t-SNE
#   Dimensionality Reduction and Embedding", 2024.
# - D. Schnitzer, A. Flexer, M. Schedl and G. Widmer, "Local and Global Scaling Reduce Hubs in
#   Space", 2012.
