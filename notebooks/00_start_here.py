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
# - **You will:** name genres by ear and by eye, take a sound apart, check your machine
# - **You need:** nothing but this course
# - **Minutes:** 12 to read, 1 to run
# - **Papers:** all four, in a sentence each

# %% tags=["parameters", "hide-input"] jupyter={"source_hidden": true}
corpus = None  # "synthetic", or the path of a folder of genre folders
seed = 0  # everything that is left to chance follows from it

# %% tags=["hide-input"] jupyter={"source_hidden": true}
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.signal import resample_poly

from claimbook import finding
from coursekit.check import check_machine
from coursekit.lesson import bets_so_far, check, ear_blind, knob, predict, quiz, show_guess
from genrelab.corpora import load_corpus
from genrelab.display import listen, live, save_figure, use_theme
from genrelab.features import log_mel
from genrelab.features.distortions import low_pass
from genrelab.runtime import generator

use_theme()
music = load_corpus(corpus)
usable = music.tracks[music.tracks.split != "removed"]

# %% [markdown]
# ## Which genre is this?
#
# Five clips of ten seconds. Press *Play*, listen, and press the genre that you hear. You get the
# answer at once.

# %%
shuffled = usable.sample(frac=1, random_state=seed)
clips = shuffled.drop_duplicates("genre").index[:5]
ear_blind(clips, music)

# %% [markdown]
# A few seconds were probably enough. What gave the genre away: the drums, a voice, the sound of a
# guitar?
#
# Now imagine a machine. It does not know what a drum is. All it gets is a list of numbers, 22,050
# for each second of sound. **How could it tell blues from metal? And if it can, how would we know
# that it hears what you hear?** That is the question of this course.

# %% [markdown]
# ## Four studies, one data set
#
# We follow four studies. All of them use GTZAN, a collection of a thousand clips of thirty seconds,
# a hundred for each of ten genres.
#
# - **Namgyal and others** compare sounds as if they were pictures: can a distance made for the eye
#   tell genres apart?
# - **Sawhney and others** let a network squeeze raw sound into 64 numbers. Can we still read the
#   genre from them?
# - **Cortis** compares two ways: describing sound by numbers that people invented (features), and
#   letting a network find its own.
# - **The multi-format study** trains without any labels, on sound and on pictures of sound.
#
# You will rebuild each method, hear what it hears, and see which results hold up when we run it
# again. All the settings and numbers of our full run on GTZAN stand in the record:
# <a href="record_namgyal.html">distances</a>, <a href="record_sawhney.html">raw sound</a>,
# <a href="record_cortis.html">features and networks</a>, <a href="record_multiformat.html">learning
# without labels</a>, and <a href="record_ours.html">the data set itself</a>.

# %% [markdown]
# ## Listen before you compute
#
# Here is one track of each genre. Listen for the drums first: is there a beat on every quarter, a
# shuffle, or no drum at all?
#
# The picture above each player is a **mel spectrogram**. Time runs to the right, pitch upwards, and
# bright means loud. A drum stroke is short and holds all pitches at once: a thin upright line. A
# long note stays at its pitch: a level line, with fainter ones (its overtones) above. Noise holds
# all pitches all the time: it fills the picture. Click into a picture to hear that place. (The
# players hold six seconds from the middle of each track.)

# %%
one_each = usable.groupby("genre").head(1)
listen(one_each.index, corpus=music)

# %% [markdown]
# In metal the picture is full from bottom to top. In classical there is hardly a drum, and we see
# level lines. Now forget rhythm and melody. We average each picture over time, so that one number
# is left for each pitch region. What remains is the *colour* of the sound.

# %%
def colour(track):
    """Return the mean level of a track in 64 mel bands, (64,) dB."""
    return log_mel(music.audio(track), n_mels=64).mean(axis=1)


colours = pd.DataFrame([colour(track) for track in one_each.index], index=one_each.genre)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, ax = plt.subplots(figsize=(8, 4.2))
image = ax.imshow(colours, aspect="auto", cmap="magma", extent=(0, 64, len(colours), 0))
ax.set_yticks(np.arange(len(colours)) + 0.5, colours.index)
title = f"{len(colours)} tracks, {len(colours)} colours of sound"
ax.set(xlabel="pitch, from low to high (64 mel bands)", title=title)
fig.colorbar(image, label="mean level in dB")
alt = f"Heat map: mean level in 64 mel bands for one track each of {', '.join(colours.index)}."
save_figure(fig, "00_colours", alt=alt, data=colours)

# %% [markdown]
# We see one row for each track. Each has its own pattern, although notes and rhythm are gone. Later
# lessons find out how far colour alone carries. (If the right end of every row is dark, your music
# was probably stored as MP3, which leaves out the highest pitches.)

# %% [markdown]
# ### How exercises work
#
# On a page nothing can be run. Type `make lab` to open this notebook in JupyterLab, on a copy of
# your own, and run the cells above (*Run → Run All Above Selected Cell*). Write your answer over
# the three dots, run that cell, then the check below it. The check tells you whether you are right;
# if not, it gives a hint. More hints and a solution are folded away below. (*Run All Cells* runs
# the solutions as well: afterwards run your own cell again before its check.)
#
# ### 00.1 How much music? (3 min)
#
# All that is known about the tracks stands in one table, `music.tracks`. How many seconds of music
# does the collection hold in all? The length of a track is in the column `seconds`.

# %% tags=["stub"]
seconds_in_all = ...  # your answer here

# %% tags=["check"]
check("00.1", seconds_in_all, music)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>Run <code>music.tracks.head()</code> in a cell of its
# own and look at the columns.</details>
# <details><summary>Hint 2: the idea</summary>A column of a table has a method <code>sum</code>.
# </details>
# <details><summary>Hint 3: half the code</summary><code>music.tracks["seconds"]</code> is the
# column. Add it up.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
seconds_in_all = music.tracks["seconds"].sum()

# %% [markdown]
# ### 00.2 Name them by eye (8 min)
#
# Five tracks without names. First look at the pictures only, and write down a genre for each, such
# as `{"A": "jazz", "B": "metal", …}`. Run the check. Then listen, and correct your answer. How much
# did the ear add?

# %%
last_of_each = usable.groupby("genre").tail(1).index
blind = dict(zip("ABCDE", generator(seed, "blind").permutation(last_of_each)))
listen(blind, corpus=music)

# %% tags=["stub"]
names = ...  # your answer here

# %% tags=["check"]
check("00.2", names, blind, music)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>Where are upright lines at equal distances? That is a
# steady beat.</details>
# <details><summary>Hint 2: the idea</summary>Compare with the ten pictures above: is there light at
# the top (cymbals, distortion), or only at the bottom?</details>
# <details><summary>Hint 3: half the code</summary><code>names = {"A": "…", "B": "…", "C": "…",
# "D": "…", "E": "…"}</code>; <code>music.genres</code> lists what can be named.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
names = {letter: music.tracks.at[track, "genre"] for letter, track in blind.items()}

# %% [markdown]
# ## How little is enough?
#
# We take one track and remove everything above some frequency. A frequency says how often the air
# swings per second, in hertz (Hz). The lowest string of a guitar swings about 82 times a second;
# much of a cymbal's hiss lies above 5000 Hz.
#
# Those 22,050 numbers per second are called samples. Square them and add them up: that is the
# **energy** of a sound. Before you move the slider, place a bet: how much energy is left in the low
# part?

# %%
track = one_each.index[0]
sound = music.audio(track)
question = f"Keep only what lies below 1000 Hz. What share of the energy of {track} is left?"
predict("00.energy", question, low=0, high=100, step=1, unit="%")

# %%
def energy_left(version):
    """Return the energy of a version as a percentage of the original's."""
    return 100 * np.sum(version**2) / np.sum(sound**2)


def keep_below(cut):
    """Return what can be heard below a frequency, and its energy."""
    kept = low_pass(sound, cut)
    return {"sound": kept, "numbers": {"energy left": f"{energy_left(kept):.0f} %"}}


cuts = [10_000, 4000, 2000, 1000, 500, 276]
knob(keep_below, "keep what lies below (Hz)", cuts, corpus=music)

# %% [markdown]
# Play it at each step. It gets more muffled: first the hiss of the cymbals goes, then the edge of
# voices and guitars; at the end only bass is left. At which step could you no longer name the
# genre?

# %%
below_1000 = energy_left(low_pass(sound, 1000))
show_guess("00.energy", below_1000)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
finding(
    below_1000 > 50,
    "Most of this track's energy lies below 1000 Hz, and yet it does not sound like most of the "
    "track. Much of what you know it by is in the small rest.",
    "In this track, most of the energy lies above 1000 Hz.",
)

# %% [markdown]
# The network of lesson 05 gets even less. It receives the average of every forty samples. That
# leaves 551 numbers per second, and 551 numbers can follow at most 275 swings. Averaging is also a
# poor filter: some of what lay above comes back as wrong, lower tones. Do you hear a difference
# between the two?

# %%
blocks = sound[: len(sound) // 40 * 40].reshape(-1, 40)
averaged = resample_poly(blocks.mean(axis=1), 40, 1).astype(np.float32)
listen({"below 276 Hz": low_pass(sound, 276), "averaged by 40": averaged}, corpus=music)

# %% [markdown]
# ### 00.3 Energy by frequency (10 min)
#
# Compute the share that you bet on, this time without a filter. The **Fourier transform** tells how
# much of each frequency a sound contains: `np.fft.rfft(y)` returns one complex number for each
# frequency, and `np.fft.rfftfreq(len(y), 1 / rate)` the frequencies. The energy of each is the
# squared absolute value. Return the share of the energy below `cut`, between 0 and 1.

# %% tags=["stub"]
def share_below(y, cut, rate=22050):
    """Return the share of a sound's energy that lies below `cut` Hz."""
    ...  # your code here

# %% tags=["check"]
check("00.3", share_below)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>Compute the energy of all frequencies first, then ask
# which of them to add up.</details>
# <details><summary>Hint 2: the idea</summary>A comparison such as <code>frequencies &lt; cut</code>
# gives true and false, and can stand in square brackets to choose values.</details>
# <details><summary>Hint 3: half the code</summary><code>energy = np.abs(np.fft.rfft(y)) ** 2</code>
# and <code>frequencies = np.fft.rfftfreq(len(y), 1 / rate)</code>. One line is missing.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def share_below(y, cut, rate=22050):
    """Return the share of a sound's energy that lies below `cut` Hz."""
    energy = np.abs(np.fft.rfft(y)) ** 2
    frequencies = np.fft.rfftfreq(len(y), 1 / rate)
    return energy[frequencies < cut].sum() / energy.sum()

# %% [markdown]
# ## Any track you like
#
# In JupyterLab this menu plays any track, except those that are set aside as copies of others or
# faulty (lesson 01 shows them). On a page without a kernel you hear the first track.

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
# ## Which music is this?
#
# Unless you chose your own, it is the **synthetic corpus**: ten stylised genres that the course
# composes and plays on your machine. It is free, it always works, and because we planted its faults
# we know the truth about them. It is *not* GTZAN: a result on it neither confirms nor refutes a
# paper. It shows that the code runs, and how such a claim is tested.

# %%
minutes = music.tracks.seconds.sum() / 60
print(f"{music.name}: {len(music.tracks)} tracks, {minutes:.1f} minutes, as {music.audio_kind}")
print(*music.notices, sep="\n")
by_genre = music.tracks.groupby("genre").agg(
    tracks=("path", "size"), artists=("artist", "nunique"), seconds=("seconds", "sum")
)
by_genre

# %% [markdown]
# If we skip a file, we tell you. These were left out:

# %%
music.problems

# %% [markdown]
# For other music, start with `make lab CORPUS=path/to/gtzan`, or name any folder that holds one
# folder per genre. You can also change `corpus` in the folded cell at the top of a lesson. Then
# choose *Run → Restart Kernel and Run All Cells*.
#
# ## Is the machine ready?
#
# Each line is something that the course needs. If a line says FAIL, the next one tells you how to
# fix it. Chromium is needed only if you want to test the pages.

# %%
print(*check_machine(corpus), sep="\n")

# %% [markdown]
# ## Your way through the course
#
# | you have | go |
# |---|---|
# | ten minutes | the first half of this lesson, then the copies and the map in 01 |
# | one evening | 00, then 01 with its exercises, then 06 |
# | days | 01 to 04 (features), or 01, 05 (raw sound), or 01, 06, 07 (distances), |
# | | or 01, 02, 08 (no labels); after each of them, 09 and 10 |
#
# - **If you study alone:** read, place your bets, run the cells (Shift+Enter), do the exercises.
# - **If you are in a course:** your copies of the notebooks are in `work/`; updates never touch
#   them.
# - **If you teach:** project the pages of `make report`; players, maps, controls and quizzes work
#   there without a kernel.

# %% [markdown]
# ## What we have seen
#
# - You can name a genre within seconds. So the information is there, in the sound.
# - A picture of sound keeps some of what the ear uses, and so does its average colour.
# - A sound can keep most of its energy and lose much of its character.
# - A data set is a table of tracks with labels, and a list of what was left out.
#
# **You can now** read a mel spectrogram, say what a low-pass filter removes, and find your way
# around a lesson.
#
# ## What to be careful about
#
# - One track is not a genre. Everything above is an example, not evidence.
# - The course's own music was made so that its genres differ. How easy they are is our choice.
# - Somebody put the labels there. Who, and how?
#
# Lesson 01 takes that up: it plays you one recording that bears two labels. Next: [01 · Can a data
# set be trusted?](01_gtzan_and_its_faults.ipynb)

# %%
bets_so_far()

# %% [markdown]
# ## Exercises
#
# ### 00.4 Three plain sounds (5 min)
#
# One of these pictures shows a held note, one shows clicks, and one shows noise. Don't press play
# yet. Which is which? Answer with `"note"`, `"clicks"` and `"noise"`, such as `{"A": "note", …}`.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
time = np.arange(3 * 22050) / 22050
plain = {
    "A": 0.3 * generator(seed, "noise").uniform(-1, 1, len(time)),
    "B": 0.5 * (time % 0.5 < 0.001),
    "C": 0.3 * np.sin(2 * np.pi * 880 * time),
}
listen(plain)

# %% tags=["stub"]
plain_names = ...  # your answer here

# %% tags=["check"]
check("00.4", plain_names)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>Time runs to the right. Which sound is the same all the
# time at one pitch only?</details>
# <details><summary>Hint 2: the idea</summary>A click is over at once and holds all pitches; noise
# holds all pitches all the time.</details>
# <details><summary>Hint 3: half the code</summary>An upright line is a click, a level line a note,
# and a full field noise: <code>{"A": "noise", …}</code>.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
plain_names = {"A": "noise", "B": "clicks", "C": "note"}

# %% [markdown]
# ### 00.5 Open: a hard pair (10 min)
#
# Find two tracks of *different* genres that you could confuse, and write their ids as the menu
# shows them, like `("rock.00003", "pop.00007")`. Then say to yourself what makes them alike: tempo,
# instruments, loudness, the room? On the map of lesson 01 you can see roughly how near they lie.

# %% tags=["stub"]
hard_pair = ...  # your answer here

# %% tags=["check"]
check("00.5", hard_pair, music)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>Use the menu under <em>Any track you like</em>.
# </details>
# <details><summary>Hint 2: the idea</summary>Genres that share instruments are good places to look:
# two with electric guitars, two with a drum machine.</details>
# <details><summary>Hint 3: half the code</summary><code>hard_pair = ("rock.00003", "…")</code>
# </details>

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
