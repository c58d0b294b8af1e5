# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 01 · Can a data set be trusted?
#
# - **You will:** explain what a genre label is, count a data set, hear its duplicates, find who
#   plays, measure how much a leak inflates accuracy
# - **You need:** notebook 00; a corpus with known artists
# - **Minutes:** 15 to read, 1 to run
# - **Paper:** Namgyal and others, Table 1; Cortis, III.A and IV.A on artists

# %% tags=["parameters"]
corpus = None  # "synthetic", or the path of a folder of genre folders
seed = 0  # everything that is left to chance follows from it

# %%
import hashlib

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import Markdown
from sklearn.decomposition import PCA
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from claimbook import finding, kept_table, says
from coursekit.lesson import check, predict, quiz, show_guess
from genrelab.corpora import gtzan, integrity, load_corpus, split_table
from genrelab.display import listen, literal, save_figure, sound_map, use_theme
from genrelab.evaluation import audit, bootstrap, bootstrap_difference, fold_groups
from genrelab.features import mfcc_statistics, track_table
from genrelab.runtime import generator

use_theme()
music = load_corpus(corpus)
music.require(artists=2, genres=2, seconds=3)
tracks = music.tracks

# %% [markdown]
# ## What is a genre label?
#
# GTZAN was put together around the year 2000 from compact discs, radio and recordings by
# microphone, for one doctoral thesis. We don't know how far several listeners would agree on its
# labels. Its ten genres are those of a Western record shop: "classical" means art music of Europe
# and North America, and music from Africa or Asia hardly occurs.
#
# So a label is a decision, made once, by somebody, for a purpose. A machine that reaches 100 % has
# learned to make the same decisions. Listen to three tracks that bear the same label: what do they
# share?

# %%
usable = tracks[tracks.split != "removed"]
genre = music.genres[-1]
listen(usable[usable.genre == genre].groupby("group").head(1).index[:3], corpus=music)

# %% [markdown]
# ## Table 1: what is in it?
#
# Namgyal and others leave out the tracks that B. Sturm found to be repeated, distorted or otherwise
# faulty, and divide the rest into training, validation and test set. Their Table 1 prints the
# counts. In the table below, *paper* is what they print, *GTZAN* is what the published lists of
# this split give, and the last column is the music that you have loaded.

# %%
def compact(table):
    """Write the four counts of each genre into one cell: total = train + valid + test."""
    return table.apply(lambda row: f"{row.total} = {row.train} + {row.valid} + {row.test}", axis=1)


paper, published, ours = gtzan.TABLE_1, split_table(gtzan.facts()), split_table(tracks)
columns = {"paper": paper, "GTZAN": published, f"your music ({music.name})": ours}
pd.DataFrame({name: compact(table) for name, table in columns.items()})

# %% tags=["hide-input"] jupyter={"source_hidden": true}
equal = int((published == paper).to_numpy().sum())
finding(
    equal == paper.size,
    f"All {equal} counts of the paper's Table 1 follow from the published lists, exactly.",
    f"Only {equal} of the {paper.size} counts of the paper's Table 1 follow from the lists.",
    claims=("namgyal.t1.counts@facts",),
)

# %% [markdown]
# ## The same track twice
#
# Sound files can be compared sample by sample. It is quicker to compare a *hash*, a short code
# computed from all samples, which is practically never the same for different ones. By hand, for
# two tracks:

# %%
def sound_hash(track):
    """Return the hash of a track's samples."""
    return hashlib.sha1(music.audio(track).tobytes()).hexdigest()[:12]


first, second = tracks.index[:2]
print(first, sound_hash(first), second, sound_hash(second), sep="\n")

# %% [markdown]
# Before you let the machine compare all of them, commit to a guess. GTZAN's tracks were picked by
# hand.

# %%
question = "How many pairs of exactly equal tracks are there in GTZAN?"
predict("01.duplicates", question, low=0, high=100, step=1)

# %%
report = integrity(music)
copies = pd.DataFrame([group[:2] for group in report.duplicates], columns=["track", "the same as"])
copies["title"], copies["title of the other"] = (
    copies[side].map(tracks.title) for side in list(copies)
)
copies

# %% tags=["hide-input"] jupyter={"source_hidden": true}
known = gtzan.facts().duplicate_of.dropna()
across = sum(a.split(".")[0] != b.split(".")[0] for a, b in known.items())
Markdown(
    f"GTZAN holds {len(known)} pairs, {across} of them across two genres; "
    f"your music holds {len(report.duplicates)}, {len(report.across_genres)} across two genres."
)

# %%
show_guess("01.duplicates", len(known))

# %% [markdown]
# Here is one pair; if there is one across two genres, it is that one. Listen for a difference:

# %%
twins = (report.across_genres + report.duplicates)[:1]
if twins:
    listen(twins[0], corpus=music)
else:
    print("This corpus holds no exact duplicates.")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
finding(
    len(report.across_genres) > 0,
    "One recording bears two labels. Any classifier must get one of the two wrong.",
    "No recording of this corpus bears two labels.",
)

# %% [markdown]
# A hash finds only *exact* copies. The same take cut half a second later, or recorded from the
# radio, has another hash.

# %% [markdown]
# ## Who is playing?
#
# Sturm's index names the artists of most of GTZAN. Which share of a genre is by its most frequent
# artist?

# %%
def largest_share(table):
    """Return, for each genre, its most frequent artist, and the artist's tracks as share of the
    genre."""
    counts = table.groupby("genre")["artist"].value_counts()
    top = counts.groupby("genre").head(1).reset_index("artist")
    return pd.DataFrame(
        {"artist": top["artist"], "share": top["count"] / table.groupby("genre").size()}
    )


in_gtzan, here = largest_share(gtzan.facts()), largest_share(tracks)
both = in_gtzan.add_suffix(" (GTZAN)").join(here.add_suffix(" (your music)"), how="outer")
both.round(2).fillna("–")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, ax = plt.subplots(figsize=(8, 4.6))
artists = gtzan.facts().fillna({"artist": ""}).groupby("genre")["artist"].value_counts()
for place, name in enumerate(in_gtzan.index):
    counts = artists[name]  # the most frequent first, the unknown last
    counts = pd.concat([counts.drop("", errors="ignore"), counts[counts.index == ""]])
    shades = [plt.cm.cividis(0.15 + 0.7 * (n % 2)) for n in range(len(counts))]
    colours = np.where(np.array(counts.index == "")[:, None], 1.0, shades)
    lefts = counts.cumsum() - counts
    ax.barh(place, counts, left=lefts, color=colours, edgecolor="#55555f", linewidth=0.6)
ax.set_yticks(range(len(in_gtzan)), in_gtzan.index)
ax.invert_yaxis()
ax.set(xlabel="tracks; one block is one artist, white is unknown")
span = f"{in_gtzan.share.min():.0%} to {in_gtzan.share.max():.0%}"
ax.set_title(f"In GTZAN the most frequent artist has {span} of a genre")
alt = f"Stacked bars of GTZAN's tracks by artist, one for each genre; the widest blocks are {span}."
save_figure(fig, "01_artists", alt=alt, data=artists.rename("tracks").reset_index())

# %% tags=["hide-input"] jupyter={"source_hidden": true}
top = in_gtzan.share.idxmax()
finding(
    in_gtzan.share.max() > 0.3,
    f"In GTZAN, {in_gtzan.share[top]:.0%} of {top} is by one artist, {in_gtzan.artist[top]}. A "
    f"\"{top} detector\" may just be a detector of {in_gtzan.artist[top]}.",
    f"In GTZAN no artist has more than {in_gtzan.share.max():.0%} of a genre.",
)

# %% [markdown]
# ## The same artist on both sides
#
# Divide the tracks at random: four fifths to learn from, one fifth to test on (halves or thirds
# where a genre has few artists). Then check for each test track whether its artist is in the
# training set, too. The audit below does that, looks for exact and near copies, and counts unknown
# artists; a red line is a leak.

# %%
per_genre = fold_groups(usable).groupby(usable.genre).nunique()
n_folds = min(5, per_genre.min())
folds = StratifiedKFold(n_folds, shuffle=True, random_state=seed)
train_rows, test_rows = next(folds.split(tracks, tracks.genre))
at_random = pd.Series("test", index=tracks.index)
at_random.iloc[train_rows] = "train"
audit(at_random, music)

# %% [markdown]
# Hear one of these leaks: the first track is in the test set, the second, by the same artist, in
# the training set. Often the players, the instruments and the studio are the same (with a composer,
# at least the style). To recognise the *artist* is enough to get the *genre* right.

# %%
tested, learnt = tracks.iloc[test_rows], tracks.iloc[train_rows]
shared = tested[tested.artist.isin(learnt.artist.dropna())].artist.value_counts()
for artist in shared.index[:1]:
    sides = {
        "in test": tested.index[tested.artist == artist][0],
        "in train": learnt.index[learnt.artist == artist][0],
    }
    listen({f"{side}: {artist} ({track})": track for side, track in sides.items()}, corpus=music)

# %% [markdown]
# The published fault-filtered split was made to keep artists apart. So was the split that this
# course gives to any corpus whose artists are known. Does it? Tracks of unknown artists stay
# unknown: nobody can promise that they are clean.

# %%
clean = audit(tracks.split, music)
clean

# %% tags=["hide-input"] jupyter={"source_hidden": true}
leaks = clean["artist"]
finding(
    leaks.count == 0,
    "Nobody who is known plays on both sides of this split.",
    f"Almost: {leaks.count} of {leaks.of} tracks outside the training set are by somebody who "
    f"plays in it, too ({literal(', '.join(leaks.examples))}).",
)

facts = gtzan.facts()
players = facts.performers.dropna().str.split(";").explode().str.strip()
part = facts.split[players.index]
met = players[part.isin(["valid", "test"]) & players.isin(players[part == "train"])]
finding(
    len(met) > 0,
    f"In GTZAN's published split, {met.index.nunique()} validation or test tracks share an artist "
    f"with the training set ({', '.join(sorted(set(met)))}). Joint credits hide them: if you "
    "compare credits as they stand, you do not see it.",
    "In GTZAN's published split, nobody who is known plays on both sides.",
)

# %% [markdown]
# Cortis writes that artists "can't be considered during the dataset split". With Sturm's index they
# can. We make folds that put all tracks of an artist on one side. In how many of them does every
# genre stand on both sides, and no known artist?

# %%
folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
divided = folds.split(usable, usable.genre, fold_groups(usable))
sides = [(usable.iloc[learned], usable.iloc[tested]) for learned, tested in divided]
whole = [
    set(a.genre) == set(b.genre) == set(usable.genre) and not set(a.group) & set(b.group)
    for a, b in sides
]
print(f"in {sum(whole)} of {n_folds} folds")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
none = "On GTZAN no fold is like that."
says(
    "cortis.artists_unsplittable@facts", below=none, open=none,
    above="On GTZAN {value:.0f} of the five folds are like that: artists can be kept apart.",
)

# %% [markdown]
# ## A map you can hear
#
# To see what a classifier sees we need numbers for each track. **MFCCs** describe the colour of a
# sound; here we keep mean and standard deviation over time of twenty of them, forty numbers per
# track. Principal components then press forty dimensions into the two in which the tracks differ
# most.
#
# Click a point and listen. Then click its neighbours: are they of the same genre, or by the same
# artist?

# %%
table = track_table(music, mfcc_statistics)
to_plane = make_pipeline(StandardScaler(), PCA(2, random_state=seed))
points = pd.DataFrame(to_plane.fit_transform(table), index=tracks.index, columns=["x", "y"])
sound_map(points, music, "01_map", title="Where tracks lie by the colour of their sound")

# %% [markdown]
# ## How much does a leak inflate accuracy?
#
# The simplest classifier is the **nearest neighbour**: a track gets the genre of the most similar
# track in the training set. It learns everything by heart, so it shows plainly how much knowing the
# artist helps. We run it four times:
#
# 1. folds at random, all tracks (duplicates and faulty ones included);
# 2. folds at random, without the removed tracks;
# 3. the same tracks in folds that keep random groups together, of the same sizes as the artists':
#    the control;
# 4. the same with the artists themselves as groups, so that nobody plays both in the training and
#    in the test set.
#
# Number 3 shows whether it matters *that* groups are kept together, number 4 whether it matters
# *who*. The folds are shuffled three times. The intervals are over artists: the bootstrap draws
# artists (and single tracks where nobody is named) with all their tracks, because tracks of one
# artist are right or wrong together.

# %%
def answers(some, folds, groups=lambda shuffle: None):
    """Return the genre that the nearest neighbour outside its fold gives each track, (n, 3)."""
    nearest = make_pipeline(StandardScaler(), KNeighborsClassifier(1))
    columns = [
        cross_val_predict(
            nearest, table.loc[some.index], some.genre, groups=groups(shuffle),
            cv=folds(n_folds, shuffle=True, random_state=shuffle),
        )
        for shuffle in range(seed, seed + 3)
    ]
    return np.stack(columns, axis=1)


def score(some, predicted):
    """Return accuracy with its 95 % interval over artists."""
    return bootstrap(some.genre, predicted, some.group, draws=2000)


# %% [markdown]
# First at random, the way most studies of GTZAN did it:

# %%
every, mixed = answers(tracks, StratifiedKFold), answers(usable, StratifiedKFold)
print("accuracy with folds at random:", score(usable, mixed))

# %%
question = "What is the accuracy on this music when no artist is in both training and test set?"
predict("01.leak", question, low=0, high=1)

# %%
groups = fold_groups(usable)


def random_groups(shuffle):
    """Return groups as large as the artists of each genre, but of tracks drawn at random."""
    chance = generator(shuffle, "anybody")
    return groups.groupby(usable.genre).transform(lambda names: chance.permutation(names))


control = answers(usable, StratifiedGroupKFold, random_groups)
apart = answers(usable, StratifiedGroupKFold, lambda shuffle: groups)
gap = bootstrap_difference(usable.genre, control, apart, usable.group, draws=2000)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
rows = {
    "at random, all tracks": score(tracks, every),
    "at random, faulty removed": score(usable, mixed),
    "random groups": score(usable, control),
    "artists apart": score(usable, apart),
}
heads = ["value", "low", "high", "tracks", "clusters"]
result = pd.DataFrame(rows, index=heads).T.rename_axis("folds")
on_gtzan = kept_table("01_leak").set_axis(result.index)
fig, ax = plt.subplots(figsize=(8, 4), layout="constrained")
drawn = {f"your music ({music.name})": (result, "o", -0.1), "GTZAN": (on_gtzan, "D", 0.1)}
for name, (found, marker, shift) in drawn.items():
    reach = [found.value - found.low, found.high - found.value]
    heights = np.arange(len(found)) + shift
    ax.errorbar(found.value, heights, xerr=reach, fmt=marker, capsize=4, label=name)
chance = usable.genre.value_counts(normalize=True).max()
ax.axvline(chance, color="#55555f", linestyle=":")
ax.text(chance + 0.01, -0.35, "always the largest genre", va="center")
ax.set_yticks(range(len(result)), ["at random", "faulty removed", "random groups", "new artists"])
ax.set(xlim=(0, 1), ylim=(len(result) - 0.5, -0.5))
ax.set(xlabel="accuracy (bar: 95 % interval over artists)")
title = f"On this music, having met the artist adds {100 * gap.value:.0f} points"
ax.set_title(title if gap.low > 0 else "Accuracy with folds of four kinds")
fig.legend(loc="outside lower center", ncols=2)
alt = "Accuracy of the nearest neighbour on your music and on GTZAN: " + ", ".join(
    f"{name} {result.value[name]:.2f} and {on_gtzan.value[name]:.2f}" for name in result.index
)
save_figure(fig, "01_leak", alt=alt, data=result)
show_guess("01.leak", result.value["artists apart"], ax, axis="x")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
finding(
    gap.low > 0,
    f"On this music ({music.name}), the very same {gap.n_tracks} tracks lose {gap.value:.2f} "
    f"[{gap.low:.2f}, {gap.high:.2f}] of accuracy from random groups to groups of artists. The "
    "nearest neighbour owes that much to artists it has met.",
    f"On this music ({music.name}) we can't tell whether keeping artists apart costs accuracy: the "
    f"fall is {gap.value:.2f} [{gap.low:.2f}, {gap.high:.2f}] with {gap.n_tracks} tracks.",
)
fall = kept_table("01_leak_falls").iloc[-1]  # from random groups to artists apart
finding(
    fall.low > 0,
    f"On GTZAN it is {fall.value:.2f} [{fall.low:.2f}, {fall.high:.2f}].",
    f"On GTZAN we can't tell: {fall.value:.2f} [{fall.low:.2f}, {fall.high:.2f}].",
)

# %% [markdown]
# ## What we have seen
#
# - A label is one person's decision, and ten genres are a choice.
# - Exact copies are found by content, and some bear two labels.
# - A split at random puts most artists on both sides; even a careful one may, by joint credits.
# - The audit shows what leaks; the nearest neighbour shows how much the leak inflates accuracy.
#
# Settings, all copies and all numbers on GTZAN are in <a href="record_ours.html">the record</a>.
#
# ## What to distrust
#
# - The artists of some tracks are unknown. We keep those of a genre together, which errs on the
#   clean side.
# - Artists have a style and a studio as well as a voice; what falls is not only recognition of
#   voices.
# - Copies that are not exact, and versions of the same song, are still in. Every number on GTZAN
#   that you read elsewhere: ask which split it was measured on.

# %% [markdown]
# ## Exercises
#
# In JupyterLab (`make lab`): run the cells above (*Run → Run All Above Selected Cell*), then write
# your answers over the dots.
#
# ### 01.1 Recall: the largest artist
#
# Look at the largest artist of each genre of your music. Which is the largest share that
# one of them has of a genre? (A number between 0 and 1.)

# %% tags=["stub"]
largest = ...  # your answer here

# %% tags=["check"]
check("01.1", largest, music)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>The table <code>here</code> above has a column
# <code>share</code>.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
largest = here.share.max()

# %% [markdown]
# ### 01.2 Apply: find the copies
#
# Write a function that takes a dictionary from track to hash and returns a list of groups: sorted
# lists of tracks with the same hash, groups of two or more only.

# %% tags=["stub"]
def find_copies(hashes):
    """Return the groups of tracks that have the same hash, each sorted, as a sorted list of
    lists."""
    ...  # your code here

# %% tags=["check"]
check("01.2", find_copies)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>Collect tracks in a dictionary of lists whose keys are the hashes;
# <code>setdefault(key, [])</code> returns the list of a key and makes it if need be.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def find_copies(hashes):
    """Return the groups of tracks that have the same hash, each sorted, as a sorted list of
    lists."""
    groups = {}
    for track, value in hashes.items():
        groups.setdefault(value, []).append(track)
    return sorted(sorted(group) for group in groups.values() if len(group) > 1)

# %% [markdown]
# ### 01.3 Apply: audit by hand
#
# Write the line of the audit that counts artists: how many tracks with `split == "test"` are by an
# artist who also has a track with `split == "train"`? An unknown artist (missing) does not count.

# %% tags=["stub"]
def shared_artists(artist, split):
    """Count test tracks by an artist who is in train; both arguments are Series with the same
    index."""
    ...  # your code here

# %% tags=["check"]
check("01.3", shared_artists, music)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary><code>series.isin(values)</code> is true where a value occurs
# among others. Two missing values count as equal there, so drop them first.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def shared_artists(artist, split):
    """Count test tracks by an artist who is in train; both arguments are Series with the same
    index."""
    learnt = artist[split == "train"].dropna()
    return int(artist[split == "test"].isin(learnt).sum())

# %% [markdown]
# ### 01.4 Open: a split of your own
#
# Divide the tracks into `"train"` and `"test"` (a Series, indexed by track; leave tracks out by
# `"removed"`), with at least a tenth of the tracks and every genre in test, so that the audit finds
# no leak. How large can the test part be?

# %% tags=["stub"]
my_split = ...  # your answer here

# %% tags=["check"]
check("01.4", my_split, music)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>Choose artists, not tracks: send every second artist of each genre
# to test. Then look for exact copies: <code>tracks.duplicate_of</code> names them.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
side = fold_groups(tracks).groupby(tracks.genre).transform(lambda group: pd.factorize(group)[0] % 2)
my_split = side.map({0: "train", 1: "test"})
my_split[fold_groups(tracks).isin(fold_groups(tracks)[side == 0])] = "train"
my_split[tracks.duplicate_of.notna() | tracks.artist.isna()] = "removed"

# %% [markdown]
# ## Quiz

# %% tags=["hide-input"] jupyter={"source_hidden": true}
quiz("01")

# %% [markdown]
# ## References
#
# - G. Tzanetakis and P. Cook, "Musical genre classification of audio signals", 2002: GTZAN.
# - B. L. Sturm, "The GTZAN dataset: its contents, its faults, their effects on evaluation, and its
#   future use", 2013; and his index of artists and titles, 2012.
# - C. Kereliuk, B. L. Sturm and J. Larsen, "Deep Learning and Music Adversaries", 2015: the
#   fault-filtered split.
# - T. Namgyal and others, "The Effect of Perceptual Metrics on Music Representation Learning for
#   Genre Classification", 2024: Table 1.
# - P. Cortis, "Music genre classification with deep neural networks", sections III.A and IV.A.
