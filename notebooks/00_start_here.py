# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 00 · Where do I begin?
#
# - **You will:** check your machine, choose the music, hear one track of each genre, try a slider,
#   solve a first exercise
# - **You need:** nothing but this course
# - **Minutes:** 10 to read, 1 to run
# - **Papers:** all four, in a sentence each

# %% [markdown]
# ## What this course is about
#
# Somebody plays you a second of music and you say "blues". How could a machine do that, and how
# would we know that it hears what you hear? Four studies try it on one data set, GTZAN: a thousand
# clips of thirty seconds, a hundred for each of ten genres.
#
# - **Namgyal and others** ask whether distances that imitate human *seeing* help when sound is made
#   into a picture.
# - **Sawhney and others** let a network squeeze raw audio into 64 numbers that still know the
#   genre.
# - **Cortis** compares hand-made features with networks that read spectrograms.
# - **The multi-format study** trains without labels, on sound and on pictures of sound, and puts
#   both together.
#
# Here each of them is rebuilt in the open: you hear what the method hears, you move its parameters,
# and you see which claims of the papers hold up on GTZAN. Where one does not, the lesson or the
# record says what may explain it.
#
# The **record** is the other half of the course. Settings and all results of our full run on GTZAN
# stand on its pages: <a href="record_namgyal.html">distances</a>,
# <a href="record_sawhney.html">raw sound</a>, <a href="record_cortis.html">features and
# networks</a>, <a href="record_multiformat.html">learning without labels</a>, and
# <a href="record_ours.html">the data set and all methods on equal ground</a>. A lesson takes from
# it what teaches something.

# %% [markdown]
# ## Routes by time
#
# | you have | go |
# |---|---|
# | ten minutes | *Listen before you compute* below, then the map and the duplicates in 01 |
# | one evening | 00, then 01 with its exercises, then 06 |
# | days | 01 to 04 (features), or 01, 05 (raw sound), or 01, 06, 07 (distances), |
# | | or 01, 02, 08 (no labels); after each of them, 09 and 10 |
#
# - **If you study alone:** read, guess where a guess is asked for, run the cell (Shift+Enter), then
#   do the exercises; each one checks itself.
# - **If you are in a course:** your copies of the notebooks lie in `work/`; updates never touch
#   them.
# - **If you teach:** project the pages of `make report`; players, maps, sliders and quizzes work
#   there without a kernel.

# %% [markdown]
# ## How to read a notebook
#
# The next cell holds what you may change. `corpus = None` takes the music named by
# `GENRELAB_CORPUS`, else the synthetic corpus. After a change choose *Run → Restart Kernel and Run
# All Cells*.

# %% tags=["parameters"]
corpus = None  # "synthetic", or the path of a folder of genre folders
seed = 0  # everything that is left to chance follows from it

# %%
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.signal import resample_poly

from coursekit.check import check_machine
from coursekit.lesson import check, quiz
from genrelab.corpora import load_corpus
from genrelab.display import listen, live, save_figure, slider, use_theme
from genrelab.features import log_mel
from genrelab.features.distortions import low_pass
from genrelab.runtime import generator

use_theme()

# %% [markdown]
# ## Is the machine ready?
#
# Each line is a need of the course. A line that says FAIL is followed by how to fix it. Chromium is
# needed only by those who want to test the pages.

# %%
music = load_corpus(corpus)
print(*check_machine(corpus), sep="\n")

# %% [markdown]
# ## Which music?
#
# The course brings its own: the **synthetic corpus**, ten stylised genres that are composed and
# rendered on your machine. It is free, it always works, and because we planted its faults we know
# the truth about them. It is *not* GTZAN: a result on it neither confirms nor refutes a paper.
#
# With real music, start with `make lab CORPUS=path/to/gtzan`, or with any folder that holds one
# folder per genre.

# %%
minutes = music.tracks.seconds.sum() / 60
print(f"{music.name}: {len(music.tracks)} tracks, {minutes:.1f} minutes, sound as "
      f"{music.audio_kind}")
print(*music.notices, sep="\n")
by_genre = music.tracks.groupby("genre")
by_genre.agg(
    tracks=("path", "size"), artists=("artist", "nunique"), minutes=("seconds", "sum")
).assign(minutes=lambda table: (table.minutes / 60).round(1))

# %% [markdown]
# If we skip a file, we tell you. These were left out:

# %%
music.problems

# %% [markdown]
# ## Listen before you compute
#
# One track of each genre. Above each player stands its **mel spectrogram**: time runs to the right,
# pitch upwards, and bright means loud. Click into a picture to hear that place. Each player has six
# seconds from the middle of its track; the small print shows peak and average level. Which genres
# could you tell from the picture alone?

# %%
usable = music.tracks[music.tracks.split != "removed"]
one_each = usable.groupby("genre").head(1)
listen(one_each.index, corpus=music)

# %% [markdown]
# The next figure puts the same tracks side by side, averaged over time: how loud is each pitch
# region? What differs between genres here is colour, not melody, and we will see how far colour
# alone carries. (A copy as MP3 is dark at the top: the codec leaves the highest pitches out.)

# %%
def colour(track):
    """Return the mean level of a track in 64 mel bands, (64,) dB."""
    return log_mel(music.audio(track), n_mels=64).mean(axis=1)


colours = pd.DataFrame([colour(track) for track in one_each.index], index=one_each.genre)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, ax = plt.subplots(figsize=(8, 4.2))
image = ax.imshow(colours, aspect="auto", cmap="magma", extent=(0, 64, len(colours), 0))
ax.set_yticks(np.arange(len(colours)) + 0.5, colours.index)
ax.set(xlabel="mel band (low to high)", title=f"{len(colours)} tracks, {len(colours)} colours of "
                                              "sound")
fig.colorbar(image, label="mean level in dB")
alt = f"Heat map: mean level in 64 mel bands for one track each of {', '.join(colours.index)}."
save_figure(fig, "00_colours", alt=alt, data=colours)

# %% [markdown]
# ## How little is enough?
#
# Move the slider: it takes away everything above a frequency. The last step is what the network of
# notebook 05 (Sawhney and others) is given: every forty samples averaged into one. That keeps 276
# Hz at most, and folds some of what lay above back into what is kept. Can you still name the genre?

# %%
track = one_each.index[-1]
sound = music.audio(track)
pooled = sound[: len(sound) // 40 * 40].reshape(-1, 40).mean(axis=1)
versions = {"everything": sound} | {f"{cut} Hz": low_pass(sound, cut) for cut in (4000, 1000, 276)}
versions["averaged by 40"] = resample_poly(pooled, 40, 1).astype(np.float32)
frames = [{"label": name, "sound": version} for name, version in versions.items()]

# %%
slider(frames, label="what is kept", corpus=music)

# %% [markdown]
# ## Any track you like
#
# In JupyterLab this menu plays any track of the corpus, but for a few that are set aside for good:
# copies of others and the like, `removed` from every split (notebook 01 tells of them). On a page
# without a kernel, the first track stands in its place.

# %%
menu = ipywidgets.Dropdown(options=["choose one", *usable.index], description="track")
place = ipywidgets.Output()


@place.capture(clear_output=True)
def play(change):
    """Show a player for the track that was chosen, if one was."""
    if change["new"] in usable.index:
        listen([change["new"]], corpus=music)


menu.observe(play, names="value")
live(ipywidgets.VBox([menu, place]), listen([usable.index[0]], corpus=music, display=False))

# %% [markdown]
# ## What we have seen
#
# - A corpus is a table of tracks with labels, and a list of what was left out.
# - Sound can be looked at; the picture keeps some of what the ear uses.
# - Much can be taken away before a genre is unrecognisable, and nobody has yet said what it is that
#   must stay.
#
# ## What to distrust
#
# - One track is not a genre. Everything above is an example, not evidence.
# - The labels themselves: who put them there? That is the question of notebook 01.

# %% [markdown]
# ## Exercises
#
# On a page of `make report` nothing can be run: `make lab` opens this notebook in JupyterLab, on a
# copy of your own. Run the cells above first (click here, then *Run → Run All Above Selected
# Cell*). Then write your answer over the three dots, run the cell, and run the check below it. A
# check tells you whether you are right, and gives a hint where you are not. The solution is folded
# away; look at it when you have an answer of your own. (*Run All Cells* runs the solutions as well:
# afterwards run your own cell again before its check.)
#
# ### 00.1 Recall: how much music?
#
# How many seconds of music does the corpus hold in all? `music.tracks` is a pandas table with a
# column `seconds`.

# %% tags=["stub"]
seconds_in_all = ...  # your answer here

# %% tags=["check"]
check("00.1", seconds_in_all, music)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>A column of a table has a method <code>sum</code>.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
seconds_in_all = music.tracks["seconds"].sum()

# %% [markdown]
# ### 00.2 Apply: name them blind
#
# Clips without names. Write down what you hear, such as `{"A": "jazz", "B": "metal", …}`, with the
# genres of the table above.

# %%
last_of_each = usable.groupby("genre").tail(1).index
blind = dict(zip("ABCDE", generator(seed, "blind").permutation(last_of_each)))
listen(blind, corpus=music, spectrogram=False)

# %% tags=["stub"]
names = ...  # your answer here

# %% tags=["check"]
check("00.2", names, blind, music)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>Listen for the drums first: is there a beat on every quarter, a
# shuffle, an off-beat, or no drum at all?</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
names = {letter: music.tracks.at[track, "genre"] for letter, track in blind.items()}

# %% [markdown]
# ### 00.3 Open: a hard pair
#
# Find two tracks of *different* genres that you could confuse, and write their ids as the menu
# shows them, two texts in parentheses. Then say to yourself what makes them alike: tempo,
# instruments, loudness, the room? In notebook 01 you can see how near they lie.

# %% tags=["stub"]
hard_pair = ...  # your answer here

# %% tags=["check"]
check("00.3", hard_pair, music)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>Use the menu above. Genres that share instruments are good places
# to look.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
hard_pair = tuple(usable.groupby("genre").tail(1).index[[0, -1]])

# %% [markdown]
# ## Quiz

# %% tags=["hide-input"] jupyter={"source_hidden": true}
quiz("00")

# %% [markdown]
# ## References
#
# - G. Tzanetakis and P. Cook, "Musical genre classification of audio signals", *IEEE Transactions
#   on Speech and Audio Processing* 10 (5), 2002: the data set.
# - T. Namgyal, A. Hepburn, R. Santos-Rodriguez, V. Laparra and J. Malo, "The Effect of Perceptual
#   Metrics on Music Representation Learning for Genre Classification", 2024.
# - A. Sawhney, V. Vasavada and W. Wang, "Latent Feature Extraction for Musical Genres from Raw
#   Audio", 2018.
# - P. Cortis, "Music genre classification with deep neural networks".
# - "Multi-format Contrastive Learning for Music Genre Classification".
#
# Next: [01 · Can a data set be trusted?](01_gtzan_and_its_faults.ipynb)
