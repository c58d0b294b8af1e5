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
profile = "quick"  # quick, reference or paper: this notebook trains nothing, so all are the same
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
from genrelab.corpora import CorpusLacks, load_corpus
from genrelab.corpora.own_music import load_own_music
from genrelab.display import explorer, listen, literal, save_figure, use_theme
from genrelab.display.explorer import Space
from genrelab.evaluation.neighbourhoods import agreement, hubness, nearest_rows, share_alike, shared
from genrelab.evaluation.projections import pca_map, tsne_map
from genrelab.evaluation.unseen import unseen_answers
from reproductions.representations import representations

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
# networks that never were. What each was *for* differs. Here they are asked one question that fits
# all of them: **which tracks do you take for alike?** A representation from which a simple
# classifier or a distance is asked something like this is often called an *embedding*.
#
# On GTZAN the codes are those of the reference run. On other music only what can be computed from
# it is here, and what had to be left out is named with its reason.

# %%
found, left_out = representations(music, own)
by_name, by_label = {r.name: r for r in found}, {r.label: r for r in found}
if "features_57" not in by_name or len(found) < 2:
    raise CorpusLacks("These tracks cannot be placed: "
                      f"{'; '.join(f'{label}, {reason}' for label, reason in left_out.items())}. "
                      "Add other tracks.")
rows = {
    r.label: {
        "tracks": len(r.tracks),
        "numbers each": r.points.shape[1],
        "of these tracks, it was shown the labels of": len(r.learned),
    }
    for r in found
}
pd.DataFrame(rows).T

# %% tags=["hide-input"] jupyter={"source_hidden": true}
lines = [f"- {label}: {reason}" for label, reason in left_out.items()]
lines += [
    f"- {literal(found.file)} of your music: {literal(f'{found.problem}. {found.mend}')}"
    for found in (own.problems.itertuples() if own else ())
]
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
# pictures, by the next representation of the table above):

# %%
there = other.tracks.get_indexer([features.tracks[place]])[0]
near_there = nearest_rows(other.points, k)[there]
listen([other.tracks[there], *other.tracks[near_there[:3]]], corpus=music)

# %% [markdown]
# ## Do they agree?
#
# Both lists have the same length, so we may count what they have in common. Guess first:

# %%
predict("10.common", f"Of a track's {k} nearest by the 57 features, how many are also among its "
                     f"{k} nearest by the {other.label}?", low=0, high=k, step=0.5)

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
fig, ax = plt.subplots(
    figsize=(2.5 + 0.72 * len(agree), 1.4 + 0.52 * len(agree)), layout="constrained"
)
shown = agree.where(np.tri(len(agree), k=-1, dtype=bool)).iloc[1:, :-1]
drawn = ax.imshow(shown, cmap="cividis", vmin=0, vmax=max(0.5, pairs.max()), aspect="auto")
for row, column in zip(*np.where(shown.notna())):
    share = shown.iat[row, column]
    ax.text(
        column,
        row,
        f"{share:.2f}",
        ha="center",
        va="center",
        fontsize=10,
        color="white" if share < 0.6 * drawn.get_clim()[1] else "black",
    )
ax.set_yticks(range(len(shown)), shown.index)
ax.set_xticks(range(shown.shape[1]), shown.columns, rotation=35, ha="right")
ax.set_title(f"Two representations share {k * pairs.median():.1f} of {k} neighbours (median); by "
             f"chance {k * chance:.1f}")
alt = (
    f"Share of {k} nearest neighbours that each two of {len(agree)} representations have in "
    "common. "
)
alt += (
    f"Most alike: {' and '.join(pairs.idxmax())} ({pairs.max():.2f}). Least: "
    f"{' and '.join(pairs.idxmin())} ({pairs.min():.2f})."
)
save_figure(fig, "10_agreement", alt=alt, data=agree.round(4).rename_axis("representation"))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
finding(
    # chance taken off: of few tracks, any two lists have much in common
    (pairs.median() - chance) / (1 - chance) < 0.5,
    f"Half of all pairs have less than {pairs.median():.2f} of their neighbours in common (chance: "
    f"{chance:.2f}). What sounds alike depends on who is asked. "
    f"Nearest to each other are {' and '.join(pairs.idxmax())}.",
    f"Half of all pairs have at least {pairs.median():.2f} of their neighbours in common (chance: "
    f"{chance:.2f}): here the representations largely agree on what sounds alike.",
)

# %% [markdown]
# ## Same genre, or same artist?
#
# Neighbours of the same genre are what everybody hopes for. But two tracks by one artist share a
# voice, a studio, a record. So we count the neighbours of the same genre twice: once all of them,
# and once with those by the same artist left aside. Tracks whose labels a representation was shown
# are not asked.

# %%
def company_of(r):
    """Return whose company the tracks of a representation keep: shares of their neighbours."""
    about = tracks.loc[clean[r.label].index]
    genre, group = about.genre.to_numpy(), about.group.to_numpy()
    asking = ~about.index.isin(r.learned)
    listed = near[r.label]
    return {
        "same genre": share_alike(listed, genre, asking),
        "same genre, other artists": share_alike(listed, genre, asking, leave_out=group),
        "same artist": share_alike(listed, group, asking),
        "by chance": share_alike(
            np.tile(np.arange(len(genre)), (len(genre), 1)),
            genre,
            asking,
            leave_out=about.index.to_numpy(),
        ),
    }


company = pd.DataFrame({r.label: company_of(r) for r in found}).T.rename_axis("representation")
fall = company["same genre"] - company["same genre, other artists"]

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, ax = plt.subplots(figsize=(10, 2 + 0.4 * len(company)), layout="constrained")
styles = {
    "same genre": ("o", "#1f5fa8"),
    "same genre, other artists": ("s", "#b5651d"),
    "same artist": ("^", "#55555f"),
    "by chance": ("|", "#1b1b1f"),
}
for name, (marker, colour) in styles.items():
    if name != "same artist" or music.tracks.artist.notna().any():
        ax.plot(
            company[name],
            range(len(company)),
            marker,
            color=colour,
            label="same genre, by chance" if name == "by chance" else name,
            markersize=9 if marker == "|" else 7,
        )
ax.set_yticks(range(len(company)), company.index)
ax.invert_yaxis()
ax.grid(axis="x")
ax.set(xlabel=f"share of the {k} nearest neighbours", xlim=(0, None))
ax.set_title(f"Without the own artist, {fall.median():.2f} fewer are of the same genre (median)")
fig.legend(loc="outside lower center", ncols=4)
alt = (
    "Shares of nearest neighbours of the same genre, the same without the own artist, and of the "
    "same artist: "
)
alt += "; ".join(f"{label} {row.iloc[0]:.2f}, "
                 f"{row.iloc[1]:.2f}, {row.iloc[2]:.2f}" for label, row in company.iterrows())
save_figure(fig, "10_company", alt=alt, data=company.round(4))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
knows = company["same artist"].idxmax()
finding(
    tracks.artist.notna().any() and fall.median() > 0.02,
    "Part of the likeness is the artist: without the own artist the share of neighbours of the "
    f"same genre falls by {fall.median():.2f} in the median. "
    f"The keenest ear for artists has {knows}: {company['same artist'].max():.0%} of its "
    "neighbours are by the same one.",
    f"Leaving the own artist aside changes little here ({fall.median():.2f} in the median), or too "
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
quantiles = pd.DataFrame(
    {label: counted.quantile([0, 0.25, 0.5, 0.75, 0.95, 1]) for label, counted in hubs.items()}
).T
quantiles["never"] = [(counted == 0).mean() for counted in hubs.values()]
quantiles["largest hub"] = [counted.idxmax() for counted in hubs.values()]
reach = pd.Series({label: counted.max() / (len(counted) - 1) for label, counted in hubs.items()})

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, ax = plt.subplots(figsize=(10, 2 + 0.4 * len(hubs)), layout="constrained")
for row, counted in enumerate(hubs.values()):
    ax.plot(
        counted.unique(),
        np.full(counted.nunique(), row),
        "|",
        color="#1f5fa8",
        alpha=0.7,
        markersize=9,
    )
    ax.text(counted.max() * 1.12 + 0.3, row, f"{counted.idxmax()}: "
                                             f"{counted.max()}", va="center", fontsize=10)
ax.axvline(k, color="#b5651d", linestyle="--", label=f"mean of every row: {k}")
ax.set_yticks(range(len(hubs)), hubs)
largest = max(counted.max() for counted in hubs.values())
ax.set(xscale="symlog", xlim=(-0.3, 20 * largest), xlabel="how often a track is among the nearest "
                                                          "of others (logarithmic above 2)")
ticks = [tick for tick in (0, 1, 2, 5, 10, 20, 50, 100, 200, 500) if tick <= 1.2 * largest]
ax.set_xticks(ticks, ticks)
ax.minorticks_off()
ax.invert_yaxis()
ax.set_title(f"{hubs[reach.idxmax()].idxmax()} is among the {k} nearest of {reach.max():.0%} of "
             "all tracks")
fig.legend(loc="outside lower center")
alt = "How often each track is a neighbour, one row a representation. Largest: "
alt += "; ".join(f"{label} {counted.idxmax()} {counted.max()} "
                 "times" for label, counted in hubs.items())
save_figure(fig, "10_hubs", alt=alt, data=quantiles.rename_axis("representation"))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
hubby, hub = reach.idxmax(), hubs[reach.idxmax()].idxmax()
finding(
    reach.max() > 0.25,
    f"In {hubby}, {literal(hub)} is among the {k} nearest of {reach.max():.0%} of all tracks, and "
    f"{(hubs[hubby] == 0).mean():.0%} of the tracks are nobody's neighbour. "
    "A list of neighbours from such a representation says more about the hub than about the track "
    "that was asked.",
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
middle = {label: np.linalg.norm(table - table.mean(), axis=1) for label, table in clean.items()}
ranks = {
    label: pd.Series(far).corr(hubs[label].reset_index(drop=True), method="spearman")
    for label, far in middle.items()
}
pd.Series(ranks, name="rank correlation of hubness and distance from the "
                      "middle").round(2).to_frame()

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
maps = {
    label: {name: made for name, made in two.items() if made is not None}
    for label, two in maps.items()
}


# %%
def kept_by(label, name):
    """Return the share of neighbours that are still neighbours on a map."""
    whole = by_label[label]
    return shared(nearest_rows(whole.points, k), nearest_rows(maps[label][name].places, k)).mean()


faithful = pd.DataFrame(
    {
        name: {label: kept_by(label, name) for label, two in maps.items() if name in two}
        for name in makers
    }
)
faithful.round(2).rename_axis(f"share of {k} neighbours that the map keeps")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
means = faithful.mean()
finding(
    means.get("t-SNE", 0) > means["PCA"],
    f"On average PCA keeps {means['PCA']:.0%} of the neighbours and t-SNE "
    f"{means.get('t-SNE', 0):.0%}. Even there a point's neighbour on the map is often none: "
    "in the explorer below, lines lead from a chosen track to its real ones.",
    f"t-SNE keeps no more neighbours than PCA here (PCA {means['PCA']:.0%}). The lines in the "
    "explorer below lead from a chosen track to its real ones.",
)

# %% [markdown]
# ## Odd ones out
#
# A *probe* is a plain linear classifier that is asked what a representation knows. Ours has never
# seen the artist of the track that it is asked about: tracks are dealt out to folds with all tracks
# of an artist in one, and each fold is predicted by a probe that learned from the others. For codes
# that were shown labels, only tracks whose label, and whose artist, the network did not see get a
# prediction.
#
# Its surest errors are worth hearing. Some are mistakes of the probe; some are labels that you may
# find odd yourself.

# %%
def probed(r):
    """Return what a probe says of the tracks of a representation that neither it nor the network
    has learned."""
    here = clean[r.label]
    answers = unseen_answers(here.to_numpy(), tracks.loc[here.index], seed)
    known = set(tracks.group.loc[r.learned])
    told = answers.table[~tracks.group.loc[answers.table.index].isin(known)]
    return answers._replace(table=told)


answers = {r.label: probed(r) for r in found}
apart = answers[features.label].apart
print("artists are apart" if apart else "Too few artists are known: folds are dealt by track, and "
                                        "the probe may know the artist.")

# %%
said = answers[features.label].table.join(tracks[["genre", "artist", "title"]])
odd = said[said.predicted != said.genre].sort_values("confidence", ascending=False, kind="stable")
odd.head(5).round({"confidence": 2})

# %%
if len(odd):
    listen(
        {
            f"{track}: taken for {row.predicted}": music.audio(track)
            for track, row in odd.head(3).iterrows()
        },
        corpus=music,
    )

# %% [markdown]
# ## Explore
#
# All of it on one page. Choose a representation, a map and what the colours say. A click plays a
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
    rows = r.tracks.append(r.own_tracks)
    listed = np.concatenate(
        [
            nearest_rows(r.points, k),
            nearest_rows(r.points, k, r.own_points)[:, : min(k, len(r.tracks) - 1)],
        ]
    )
    nearest = pd.DataFrame(np.asarray(r.tracks, dtype=object)[listed], index=rows)
    told = (
        answers[r.label]
        .table.reindex(r.tracks)
        .assign(hubness=hubness(listed[: len(r.tracks)], len(r.tracks)))
    )
    placed = {
        name: pd.DataFrame(np.concatenate(made), rows, ["x", "y"])
        for name, made in maps[r.label].items()
    }
    share = ", ".join(f"{name} {faithful.at[r.label, name]:.0%}" for name in maps[r.label])
    how = (
        "with artists apart"
        if answers[r.label].apart
        else "by track, for too few artists are known"
    )
    about = (
        f"{r.about} Of the {k} real neighbours the maps keep: {share}. Predictions come from folds "
        f"dealt out {how}."
    )
    about += (
        " Tracks whose label or artist the network learned have none." if len(r.learned) else ""
    )
    return Space(r.label, about, placed, nearest, told)


spaces = [space_of(r) for r in found]

# %%
told = ", ".join(f"{name} {share:.0%}" for name, share in faithful.loc[features.label].items())
explorer(spaces, music, own, "10_map", title=f"Of {k} neighbours by {features.label} a map keeps: "
                                             f"{told}")

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
def told_of_own(r):
    """Return the genres of the neighbours of the reader's own tracks, most frequent first."""
    listed = tracks.genre.loc[r.tracks].to_numpy()[nearest_rows(r.points, k, r.own_points)]
    lists = [pd.Series(genres).value_counts().head(3) for genres in listed]
    return pd.Series(
        [", ".join(f"{n} {genre}" for genre, n in few.items()) for few in lists],
        r.own_tracks,
        dtype=object,
    )


if own is None:
    said_of_own = pd.DataFrame({"your own music": ["no folder was given"]})
else:
    said_of_own = pd.DataFrame(
        {r.label: told_of_own(r) for r in found if len(r.own_tracks)}
    ).fillna("cannot be placed")
said_of_own

# %% [markdown]
# ## What we have seen
#
# - Representations of the same tracks have few neighbours in common. "Similar" is a word that needs
#   a "by what".
# - Some of what looks like genre is the artist.
# - Hubs come with many dimensions, but not by their number alone: how the numbers are scaled counts
#   as much. A list of neighbours should be looked at from both sides.
# - A map keeps a part of the neighbours. Lines to the real ones show which.
#
# ## What to distrust
#
# - Codes of networks that were taught with labels pull the genres of their train tracks apart on
#   any map. That is memory, not understanding; of those tracks no prediction is shown.
# - The probe's penalty is fixed and the same for all. Its confidence is good for an order, and is
#   not a probability to bet on.
# - Distances treat all numbers of a code alike, which nobody asked the networks for. The codes of
#   07 were standardised number by number, as their classifier needs it: an element that is
#   different in one track alone then weighs as much as any other. Their hubs may be made by that.
# - Pictures and codes of pictures see a track as a whole, however long it is: tracks of different
#   lengths are stretched to one width.
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
check(
    "10.4",
    fewer_hubs,
    clean[features.label].to_numpy(),
    tracks.genre.loc[clean[features.label].index].to_numpy(),
    k,
)

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
