# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 02 · What is left of a sound when it becomes numbers?
#
# - **You will:** turn sound into a spectrogram, mel bands and MFCCs by hand, turn each of them back
#   into sound, hear what is gone, and measure how much genre remains
# - **You need:** notebook 00; any music with four seconds or more per track
# - **Minutes:** 20 to read, 2 to run
# - **Paper:** Cortis, section III.B (feature extraction)

# %% tags=["parameters", "hide-input"] jupyter={"source_hidden": true}
corpus = None  # "synthetic", or the path of a folder of genre folders
seed = 0  # everything that is left to chance follows from it

# %% tags=["hide-input"] jupyter={"source_hidden": true}
import librosa
import matplotlib.pyplot as plt
import numpy as np

from claimbook import finding, says
from coursekit.lesson import bets_so_far, check, draw, held_up, knob, predict, quiz, show_guess
from genrelab.corpora import SAMPLE_RATE, CorpusLacks, load_corpus
from genrelab.display import listen, save_figure, use_theme
from genrelab.features import cmvn, feature_table

use_theme()
music = load_corpus(corpus)
music.require(genres=2, seconds=4)
tracks = music.tracks[music.tracks.split != "removed"]

# %% tags=["hide-input"] jupyter={"source_hidden": true}
def middle(track):
    """Return three seconds from the middle of a track, (66150,)."""
    whole = music.audio(track)
    return whole[(len(whole) - 3 * SAMPLE_RATE) // 2 :][: 3 * SAMPLE_RATE]


of_genres = [tracks.index[tracks.genre == genre] for genre in music.genres]
firsts = [next((track for track in some if np.ptp(middle(track))), None) for some in of_genres]
if len(firsts := list(filter(None, firsts))) < 2:
    raise CorpusLacks("Fewer than two genres have a track with sound in its middle three seconds; "
                      "two are needed. Add tracks that sound there.")
one, other = firsts[0], firsts[-1]
y = middle(one)

# %% [markdown]
# ## Hear it first
#
# This sound was rebuilt from 20 numbers every 23 milliseconds: some 860 per second, where the
# recording has 22 050. Listen before you scroll on. Is there a beat? A tune? Which instruments are
# playing? Which genre would you say?

# %%
mel = librosa.feature.inverse.mfcc_to_mel(librosa.feature.mfcc(y=y))
spectrum = librosa.feature.inverse.mel_to_stft(mel)
rebuilt = librosa.griffinlim(spectrum, n_iter=16, random_state=seed, length=len(y))
listen({"rebuilt from 860 numbers per second": rebuilt}, corpus=music, seconds=None)

# %% [markdown]
# And here is the recording:

# %%
listen({one: y}, corpus=music, seconds=None)

# %% [markdown]
# Usually the beat survives and the tune does not. Where did the tune go? A recording becomes such
# numbers in three steps: cut it into short windows and find the frequencies in each (a
# spectrogram), gather them into bands as the ear does (mel), and describe each column by a few
# smooth waves (MFCC). We build each step by hand, check it against a library, then go *back* to
# sound and listen.

# %% [markdown]
# ## A window that becomes a column
#
# Look at 2048 samples at a time (93 ms) and fade them in and out with a bell-shaped **window**, so
# that cutting makes no clicks. The Fourier transform tells how much of each frequency is in there:
# that is one column. Move on by 512 samples (23 ms) and do it again.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
draw("02.window")

# %% [markdown]
# We see that each coloured window turns into the column of the same colour. (Here the windows stand
# side by side; real ones overlap.) All columns together are the **short-time Fourier transform**
# (STFT), and four lines make it:

# %%
n_fft, hop = 2048, 512
window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)
frames = np.lib.stride_tricks.sliding_window_view(np.pad(y, n_fft // 2), n_fft)[::hop]
spectrum = np.fft.rfft(frames * window).T
assert np.allclose(spectrum, librosa.stft(y), atol=1e-3)
print(f"{len(y)} samples → {spectrum.shape[0]} rows × {spectrum.shape[1]} columns")

# %% [markdown]
# Which frequency is row 41? Row *k* belongs to the wave that swings *k* times within the window. A
# window of 2048 samples lasts 2048 / 22 050 = 0.093 s, and 41 swings in 0.093 s are 441 per second.
# So row 41 is near the A of a tuning fork (440 Hz), and neighbouring rows are 22 050 / 2048 =
# 10.8 Hz apart.

# %% [markdown]
# ### 02.1 Recall: how fine is the grid? (2 min)
#
# Exercises check themselves. In JupyterLab (`make lab`), run the cells above, write your answer
# over the dots and run both cells.
#
# A sound has 44 100 samples per second, and its STFT uses windows of 4096 samples. How many hertz
# lie between neighbouring rows?

# %% tags=["stub"]
spacing = ...  # your answer here

# %% tags=["check"]
check("02.1", spacing)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>How many seconds does one window last?</details>
# <details><summary>Hint 2: the idea</summary>From one row to the next, one more swing fits into the
# window.</details>
# <details><summary>Hint 3: half the code</summary><code>seconds = 4096 / 44_100</code>; the spacing
# is one swing per so many seconds.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
spacing = 44_100 / 4096

# %% [markdown]
# ### A partial is a peak
#
# Most notes are stacks of **partials**: a string that swings 220 times per second also swings 440,
# 660, 880 … times. Our ears hear one pitch; the balance of the partials is the colour. Listen for
# what changes, and what doesn't:

# %%
time = np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
partials = [0.1 * np.sin(2 * np.pi * 220 * k * time) / k for k in range(1, 9)]
notes = {"220 Hz alone": partials[0], "with seven more partials": sum(partials)}
listen(notes, corpus=music, seconds=None)

# %% [markdown]
# Same pitch, brighter colour. In a column, each partial is a peak:

# %% tags=["hide-input"] jupyter={"source_hidden": true}
draw("02.partials")

# %% [markdown]
# We see eight peaks, and close up that a peak is a hill some four rows wide, not a line: a window
# of finite length cannot tell very close frequencies apart. So how close can two tones come before
# their hills merge?

# %%
question = ("Two equally strong tones: how many hertz apart must they be for windows of 2048 "
            "samples to show a dip of 3 dB between them (3 dB: half the power)?")
predict("02.two_tones", question, low=0, high=60, step=1, unit="Hz")

# %%
def two_tones(gap):
    """Return a tone of 440 Hz and one `gap` Hz higher."""
    return np.sin(2 * np.pi * 440 * time) + np.sin(2 * np.pi * (440 + gap) * time)


def level_at(hertz, gap):
    """Return levels in dB of two tones at some frequencies, averaged over 200 windows."""
    starts = np.random.default_rng(seed).integers(0, len(time) - n_fft, 200)
    cut = two_tones(gap)[starts[:, None] + np.arange(n_fft)] * window
    waves = np.exp(-2j * np.pi * np.outer(np.arange(n_fft), hertz) / SAMPLE_RATE)
    return 10 * np.log10(np.mean(np.abs(cut @ waves) ** 2, axis=0))


# %%
dips = {gap: -np.diff(level_at([440, 440 + gap / 2], gap))[0] for gap in range(1, 61)}
needed = min(gap for gap in dips if dips[gap] >= 3)
gaps = 2, needed, 3 * needed
pairs = {f"{gap} Hz apart": 0.1 * two_tones(gap) for gap in gaps}
listen(pairs, corpus=music, seconds=None, spectrogram=False)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, ax = plt.subplots(figsize=(8, 3.4))
near = np.linspace(390, 620, 461)
lines = {gap: level_at(near, gap) for gap in gaps}
for (gap, line), style in zip(lines.items(), ("-", "--", "-.")):
    ax.plot(near, line - line.max(), style, label=f"{gap} Hz apart")
ax.set(xlabel="Hz", ylabel="dB below the loudest", ylim=(-40, 2))
ax.set_title(f"Two peaks from {needed} Hz on: {needed * n_fft / SAMPLE_RATE:.1f} rows apart")
ax.legend(loc="upper right")
alt = f"Spectra of two tones, {', '.join(pairs)}: one peak, two that touch, two that are apart."
save_figure(fig, "02_two_tones", alt=alt, data={"Hz": near} | lines)
show_guess("02.two_tones", needed)

# %% [markdown]
# We see one hill at 2 Hz, two that touch at 23 Hz, and two well apart at 69 Hz. The pair 2 Hz apart
# sounds like one tone that beats: your ear merges them, too.
#
# ### There and back, and what a picture forgets
#
# The STFT itself loses nothing: transform each column back, add up the overlapping pieces and
# divide by what the windows add up to.

# %%
back, weight = np.zeros(len(y) + n_fft), np.zeros(len(y) + n_fft)
for k, frame in enumerate(np.fft.irfft(spectrum.T)):
    back[k * hop : k * hop + n_fft] += frame * window
    weight[k * hop : k * hop + n_fft] += window**2
back = (back / np.maximum(weight, 1e-9))[n_fft // 2 : n_fft // 2 + len(y)]
assert np.allclose(back, y, atol=1e-5)

# %% [markdown]
# But a **spectrogram**, the picture that nearly everyone uses, keeps only the strength of each wave
# (its **magnitude**). It drops the **phase**: where in its swing each wave stands. To come back we
# have to invent phases, at random, or with the algorithm of **Griffin and Lim**, which goes back
# and forth between sound and STFT until neighbouring columns agree. (From here on, all versions of
# a sound are about equally loud.)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
def at_level(sound, like=y):
    """Return a sound about as loud as another, weighed as the ear does (A-weighting)."""
    weights = librosa.A_weighting(np.fft.rfftfreq(len(like), 1 / SAMPLE_RATE)[1:]) / 20
    loud = [np.linalg.norm(np.fft.rfft(one)[1:] * 10**weights) for one in (like, sound)]
    return (sound * loud[0] / max(loud[1], 1e-9)).astype(np.float32)


# %%
def random_phases(magnitudes, n_fft=2048):
    """Return a sound from magnitudes, with phases drawn at random."""
    phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, magnitudes.shape)
    guessed = magnitudes * np.exp(1j * phases)
    return at_level(librosa.istft(guessed, n_fft=n_fft, length=len(y)))


def found_phases(magnitudes):
    """Return a sound from magnitudes, with phases found by 16 rounds of Griffin and Lim."""
    rounds = {"n_iter": 16, "random_state": seed}
    return at_level(librosa.griffinlim(magnitudes, length=len(y), **rounds))


# %%
magnitudes = np.abs(spectrum)
versions = {"as recorded": y, "random phases": random_phases(magnitudes)}
versions["phases found"] = found_phases(magnitudes)
listen(versions, corpus=music, seconds=None)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
off = {name: np.linalg.norm(np.abs(librosa.stft(sound)) - magnitudes) / np.linalg.norm(magnitudes)
       for name, sound in versions.items()}
finding(
    off["phases found"] < off["random phases"],
    f"With random phases, the magnitudes of the new sound are {off['random phases']:.0%} off; "
    f"after sixteen rounds of Griffin and Lim, {off['phases found']:.0%}.",
    f"Griffin and Lim's phases ({off['phases found']:.0%} off) are no better here than random "
    f"ones ({off['random phases']:.0%}).",
)

# %% [markdown]
# Now take the wheel. A longer window separates closer tones, but it smears each drum stroke over
# its whole length: the longer the window, the finer the rows. The sound has random phases, so
# nothing repairs what a window has smeared. Listen for strokes with long windows, for pitch with
# short ones.

# %%
def picture(levels, title, unit, top):
    """Return one frame of a knob: a spectrogram, (n_rows, n_columns) dB, and its description."""
    fig, ax = plt.subplots(figsize=(6, 2.8))
    levels = np.maximum(levels - levels.max(), -80)
    ax.imshow(levels, origin="lower", aspect="auto", cmap="magma", extent=(0, 3, 0, top))
    ax.set(title=title, xlabel="seconds", ylabel=unit)
    return {"image": fig, "alt": f"Spectrogram of {one}. {title}."}


def with_window(n):
    """Return the spectrogram with windows of n samples, and its sound."""
    magnitudes = np.abs(librosa.stft(y, n_fft=n))
    frame = picture(librosa.amplitude_to_db(magnitudes), f"Windows of {n} samples", "kHz", 11)
    numbers = {"Hz from row to row": SAMPLE_RATE / n, "ms per window": 1000 * n / SAMPLE_RATE}
    return frame | {"sound": random_phases(magnitudes, n), "numbers": numbers}


# %%
lengths = [256, 512, 1024, 2048, 4096, 16384]
knob(with_window, "n_fft, samples per window", lengths, start=2048, corpus=music)

# %% [markdown]
# We see flat lines (pitch) grow sharp and upright edges (strokes) blur as the window grows. The two
# numbers multiply to 1000 at every setting: you cannot have both. The paper does not say which
# window it used; we take 2048, as the features published with GTZAN do.

# %% [markdown]
# ### 02.2 Apply: keep a band (8 min)
#
# Write a function that keeps only what lies from `low` to `high` Hz, both included: make the STFT,
# set the other rows to zero, go back. As many samples must come out as went in. Then listen to
# `keep_band(y, 200, 400)`.

# %% tags=["stub"]
def keep_band(y, low, high):
    """Return what a sound at 22 050 Hz has between two frequencies, (n_samples,)."""
    ...  # your code here

# %% tags=["check"]
check("02.2", keep_band)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>Which rows of the STFT lie outside the
# band?</details>
# <details><summary>Hint 2: the idea</summary><code>librosa.fft_frequencies(sr=22050,
# n_fft=2048)</code> gives the frequency of each row. Compare it with <code>low</code> and
# <code>high</code>.</details>
# <details><summary>Hint 3: half the code</summary><code>spectrum = librosa.stft(y)</code>, then
# <code>spectrum[(rows &lt; low) | …] = 0</code>, then <code>librosa.istft(spectrum,
# length=…)</code></details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def keep_band(y, low, high):
    """Return what a sound at 22 050 Hz has between two frequencies, (n_samples,)."""
    spectrum = librosa.stft(y)
    rows = librosa.fft_frequencies(sr=22_050, n_fft=2048)
    spectrum[(rows < low) | (rows > high)] = 0
    return librosa.istft(spectrum, length=len(y))

# %% [markdown]
# ## Mel bands: pitch as the ear spaces it
#
# From 100 to 200 Hz is an octave; from 5000 to 5100 Hz is hardly a step. Yet both get as many rows.
# The **mel scale** spaces frequencies roughly as listeners do: in equal steps up to 1000 Hz, and
# above that in equal ratios, like the keys of a piano.

# %%
predict("02.mel", "With 128 mel bands over 0 to 11 025 Hz: what share of them lies below 1000 Hz?",
        low=0, high=1)

# %%
def to_mel(hertz):
    """Return Slaney's mel of frequencies in Hz; librosa's default among several mel scales."""
    above = 15 + 27 * np.log(np.maximum(hertz, 1000) / 1000) / np.log(6.4)
    return np.where(hertz < 1000, 3 * hertz / 200, above)


def to_hertz(mel):
    """Return the frequencies in Hz of Slaney's mel."""
    return np.where(mel < 15, 200 * mel / 3, 1000 * 6.4 ** ((mel - 15) / 27))


# %% [markdown]
# Now lay triangles over a column, evenly spaced in mel. Each triangle adds up the power (magnitude
# squared) under it, and that sum is one **mel band**.

# %%
def mel_filters(n_mels):
    """Return the triangles of the mel bands, (n_mels, 1025), each of area one."""
    corners = to_hertz(np.linspace(0, to_mel(SAMPLE_RATE / 2), n_mels + 2))[:, None]
    low, centre, high = corners[:-2], corners[1:-1], corners[2:]
    hertz = np.fft.rfftfreq(n_fft, 1 / SAMPLE_RATE)
    triangles = np.minimum((hertz - low) / (centre - low), (high - hertz) / (high - centre))
    return np.maximum(triangles, 0) * 2 / (high - low)


assert np.allclose(mel_filters(128), librosa.filters.mel(sr=SAMPLE_RATE, n_fft=n_fft), atol=1e-6)
mel = mel_filters(128) @ magnitudes**2
assert np.allclose(mel, librosa.feature.melspectrogram(y=y, sr=SAMPLE_RATE), rtol=1e-3, atol=1e-4)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
centres = to_hertz(np.linspace(0, to_mel(SAMPLE_RATE / 2), 130))[1:-1]
draw("02.mel", filters=mel_filters(16), corners=to_hertz(np.linspace(0, to_mel(11025), 18)))
show_guess("02.mel", np.mean(centres < 1000))

# %% [markdown]
# We see narrow triangles that still separate the low partials, and wide ones that pour several high
# partials into one number. That is where the tune starts to go. To come back, we spread each band
# over its rows again (the spread that fits the bands best) and find phases. How few bands until you
# lose the tune? And the beat?

# %%
def sound_of_mel(mel):
    """Return a sound that has nearly this mel spectrogram, (n_mels, n_columns) power."""
    power = np.linalg.pinv(mel_filters(len(mel))) @ mel
    return found_phases(np.sqrt(np.maximum(power, 0)))


def with_bands(n):
    """Return the spectrogram with n mel bands, and its sound."""
    found = mel_filters(n) @ magnitudes**2
    frame = picture(librosa.power_to_db(found), f"{n} mel bands", "band", n)
    return frame | {"sound": sound_of_mel(found), "numbers": {"numbers per column": n}}


# %%
knob(with_bands, "n_mels, bands", [4, 8, 16, 32, 64, 128], start=128, corpus=music)

# %% [markdown]
# ## MFCC: a shape made of cosine waves
#
# Two last moves. Ears hear ratios, so power becomes **decibels**. Then we describe the 128 levels
# of a column as a sum of cosine waves, each with half a swing more than the last, and keep only the
# strengths of the first few: the **mel-frequency cepstral coefficients**.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
draw("02.cosines")

# %% [markdown]
# We see what each coefficient measures: the first the overall level, the second the tilt (dull or
# bright), the third the bow, later ones ever finer ripples. Four bands are enough to check on
# paper: the levels 60, 40, 40, 60 dB have the coefficients 100, 0, 20, 0. Level, no tilt, a bow.

# %%
levels = 10 * np.log10(np.maximum(mel, 1e-10))
levels = np.maximum(levels, levels.max() - 80)
waves = np.sqrt(2 / 128) * np.cos(np.pi * np.outer(np.arange(128), np.arange(128) + 0.5) / 128)
waves[0] /= np.sqrt(2)
coefficients = waves @ levels
assert np.allclose(coefficients[:20], librosa.feature.mfcc(y=y, sr=SAMPLE_RATE), atol=0.01)

# %% [markdown]
# Turn the knob up from 1 and watch the waves add up to the levels of one column. Listen for three
# moments: when a beat turns into a *sound*, when you recognise an instrument, and when, far beyond
# 20, a tune comes back.

# %%
loudest = levels.max(axis=0).argmax()


def sound_of_mfcc(coefficients):
    """Return a sound that has nearly these MFCCs, (n_coefficients, n_columns)."""
    return sound_of_mel(10 ** (waves[: len(coefficients)].T @ coefficients / 10))


# %% tags=["hide-input"] jupyter={"source_hidden": true}
def with_coefficients(n):
    """Return the first n waves added up for the loudest column, and their sound."""
    fig, ax = plt.subplots(figsize=(6, 2.8))
    newest = waves[n - 1] * coefficients[n - 1, loudest]
    ax.plot(levels[:, loudest], color="#8a8a94", linewidth=1, label="levels")
    ax.plot(waves[:n].T @ coefficients[:n, loudest], linewidth=2.4, label="sum of waves")
    low, high = levels[:, loudest].min(), levels[:, loudest].max()
    ax.plot(newest + low - 40, "--", linewidth=1, label="newest wave")
    ax.set(title=f"Waves added up: {n}", xlabel="mel band", ylabel="dB", ylim=(low - 90, high + 40))
    ax.legend(loc="upper right", ncols=3)
    alt = f"The levels of one column of {one}, and the sum of its first {n} cosine waves."
    numbers = {"numbers per second": round(n * SAMPLE_RATE / hop)}
    sound = sound_of_mfcc(coefficients[:n])
    return {"image": fig, "alt": alt, "sound": sound, "numbers": numbers}


# %%
counts = [1, 2, 3, 4, 5, 6, 8, 10, 13, 20, 40, 128]
knob(with_coefficients, "n_mfcc, coefficients", counts, corpus=music)

# %% [markdown]
# With one coefficient you hear noise that beats time, for loudness is all that is left. Twenty
# follow the smooth outline of a column (the envelope), which is the colour of the sound, but not
# the single partials. So the tune went twice: some in the wide bands, the rest with the late
# coefficients.

# %% [markdown]
# ## How much genre is left?
#
# You may miss the tune. Does a genre need it? GTZAN comes with a table of **57 numbers per track**:
# the mean and variance over time of 20 MFCCs, of loudness and of seven other descriptions, and a
# tempo. One of the seven is the **spectral centroid**, the mean frequency of each column:

# %%
hertz = np.fft.rfftfreq(n_fft, 1 / SAMPLE_RATE)
centroid = hertz @ magnitudes / np.maximum(magnitudes.sum(axis=0), 1e-30)
assert np.allclose(centroid, librosa.feature.spectral_centroid(y=y), rtol=1e-3)

# %% [markdown]
# Now the test. For each track we look for the most similar *other* track by its MFCCs alone, skip
# everything by the same artist, and ask: is it of the same genre?

# %%
predict("02.left", "With 20 MFCCs (means and variances): for what share of the tracks is the "
                   "nearest track by another artist of the same genre?", low=0, high=1)

# %%
table = feature_table(music).loc[tracks.index]
genres, artists = tracks.genre.to_numpy(), tracks.group.to_numpy()


def hits(columns, genres=genres):
    """Return for what share of tracks the nearest one by another artist has the same genre."""
    x = table[columns]
    x = ((x - x.mean()) / x.std().replace(0, 1)).to_numpy()
    distances = np.array([np.linalg.norm(x - row, axis=1) for row in x])
    distances[artists[:, None] == artists] = np.inf
    return np.mean(genres[distances.argmin(axis=1)] == genres)


# %%
def mfcc_columns(n):
    """Return the columns of the first n MFCCs."""
    return [f"mfcc{k}_{what}" for k in range(1, n + 1) for what in ("mean", "var")]


left = [hits(mfcc_columns(n)) for n in range(1, 21)]
loudness = hits(["rms_mean", "rms_var"])
shuffle = np.random.default_rng(seed).permutation
chance = np.mean([hits(mfcc_columns(20), shuffle(genres)) for _ in range(20)])

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, ax = plt.subplots(figsize=(8, 3.8))
ax.plot(range(1, 21), left, marker="o", label="MFCCs")
ax.axhline(loudness, color="#d55e00", linestyle="--", label="loudness alone")
ax.axhline(chance, color="#55555f", linestyle=":", label="chance (shuffled genres)")
ax.set(xlabel="MFCCs, first to last", ylabel="share of tracks", xticks=[1, 5, 10, 15, 20])
ax.set(ylim=(0, 1), title="Is the nearest track by another artist of the same genre?")
ax.legend(ncols=3, loc="upper left")
alt = (f"Share of tracks whose nearest track by another artist has the same genre: {left[0]:.0%} "
       f"with one MFCC, {left[-1]:.0%} with twenty, {loudness:.0%} with loudness alone, chance "
       f"{chance:.0%}.")
lines = {"MFCCs": range(1, 21), "share": left, "loudness": loudness, "chance": chance}
save_figure(fig, "02_genre_left", alt=alt, data=lines)
show_guess("02.left", left[-1], ax)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
finding(
    left[-1] > max(chance, loudness) + 2 / np.sqrt(len(tracks)),
    f"We see the curve climb: twenty MFCCs find the right genre for {left[-1]:.0%} of the tracks, "
    f"loudness alone for {loudness:.0%}, shuffled genres for {chance:.0%}. The tune is mostly "
    "gone, but the colour of the band is left, and it says much about genre.",
    f"On this music twenty MFCCs find the right genre for {left[-1]:.0%} of the tracks, loudness "
    f"alone for {loudness:.0%}, shuffled genres for {chance:.0%}: too few tracks, or too little "
    "between them, to tell.",
)

# %% [markdown]
# ## The twist: CMVN removes what stands still
#
# A dull microphone weakens high frequencies by the same factor all the time. In decibels that is a
# fixed *addition*, in every column alike. So subtract from each coefficient its mean over a sliding
# window, and divide by its standard deviation there: **cepstral mean and variance normalisation**.
#
# On paper: a coefficient runs 1, 3, 8. Its mean is 4 and its deviation 2.94, so the middle value
# becomes (3 − 4) / 2.94 = −0.34. A microphone that adds 10 gives 11, 13, 18, and the result is the
# same.

# %%
dull = at_level(np.convolve(y, 0.7 ** np.arange(40))[: len(y)])
three = {one: y, f"{one}, duller": dull, other: middle(other)}
mfccs = {name: librosa.feature.mfcc(y=sound) for name, sound in three.items()}

around = mfccs[one][:, 65 - 30 : 65 + 31].astype(float)
by_hand = (around[:, 30] - around.mean(axis=1)) / np.maximum(around.std(axis=1), 0.01)
assert np.allclose(by_hand, cmvn(mfccs[one], 61)[:, 65], atol=0.01)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 2, figsize=(12, 3.6))
seconds, lines = hop * np.arange(130) / SAMPLE_RATE, {}
for name, colour, style in ((one, "#0072b2", "-"), (f"{one}, duller", "#d55e00", "--")):
    before, after = mfccs[name][1], cmvn(mfccs[name], 61)[1]
    mean = before - cmvn(mfccs[name], 61, variance=False)[1]
    axes[0].plot(seconds, before, style, color=colour, linewidth=1, label=name)
    axes[0].plot(seconds, mean, style, color=colour, linewidth=3.5, alpha=0.6)
    axes[1].plot(seconds, after, style, color=colour, label=name)
    lines |= {name: before, f"{name}, mean": mean, f"{name}, after CMVN": after}
axes[0].set(xlabel="seconds", ylabel="2nd coefficient, dB", title="Before, with its moving mean")
axes[1].set(xlabel="seconds", ylabel="deviations", title="After CMVN")
fig.legend(*axes[1].get_legend_handles_labels(), loc="outside lower center", ncols=2)
alt = (f"The second coefficient of {one}, as it is and duller, each with its moving mean; and both "
       "after CMVN.")
save_figure(fig, "02_cmvn", alt=alt, data=lines)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
filtered = f"{one}, duller"
apart = [np.abs(lines[one + at] - lines[filtered + at]).mean() / (lines[one + at].std() + 1e-9)
         for at in ("", ", after CMVN")]
finding(
    apart[1] < apart[0] / 2,
    "We see two curves with a gap between them, and after CMVN they nearly meet: measured in "
    f"deviations, they lay {apart[0]:.2f} apart on average, and now {apart[1]:.2f}.",
    f"Here CMVN helps little: measured in deviations, the two curves lay {apart[0]:.2f} apart on "
    f"average, and now {apart[1]:.2f}.",
)

# %% [markdown]
# Now hear all three before CMVN and after. To make sound again after CMVN, we give every sound the
# *same* means and deviations. First compare the dull copy with the original. Then ask: can you
# still tell the two bands apart by their colour?

# %%
pooled = np.hstack(list(mfccs.values()))
same_mean, same_spread = pooled.mean(axis=1)[:, None], pooled.std(axis=1)[:, None]
heard = {f"before: {name}": sound_of_mfcc(m) for name, m in mfccs.items()}
heard |= {f"after: {name}": sound_of_mfcc(cmvn(m, 61) * same_spread + same_mean)
          for name, m in mfccs.items()}
listen(heard, corpus=music, seconds=None)

# %% [markdown]
# The colour of a band stands still just as the microphone does, so it goes the same way. With a
# window over the whole track, average over time as the 57 numbers do, and nothing is left at all:

# %%
still = cmvn(mfccs[one], 2 * len(seconds) + 1)  # a window that always holds the whole sound
assert np.allclose(still.mean(axis=1), 0, atol=1e-6)

# %% [markdown]
# Every track gets the mean 0 and the variance 1 in every coefficient, so the curve above would fall
# back to chance. A model that reads the columns themselves still has something to read.

# %% [markdown]
# ## What held up on GTZAN
#
# Cortis gave one kind of network three inputs: columns of the STFT, mel bands, and MFCCs after
# CMVN. In the paper the MFCCs win.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
inputs = {"STFT": "stft", "mel bands": "mel", "MFCCs after CMVN": "mfcc"}
held_up("02_held_up", {label: f"cortis.t1.cnn_{name}_3s.acc" for label, name in inputs.items()},
        title="Three inputs of one network: the paper's accuracy, and ours")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
says("cortis.cnn.mfcc_gt_mel@mc",
     above="We see the paper's order: with its split, MFCCs beat mel bands by {value:.2f}.",
     below="We see the opposite of the paper's order: with its split, our network's accuracy "
           "changes by {value:+.2f} when we replace mel bands by MFCCs after CMVN. "
           "(Verdict: {word}.)",
     open="With the paper's split we can't tell whether MFCCs or mel bands are better.")
says("cortis.cmvn@mc", part="clean",
     above="CMVN helps, as the paper says.",
     below="CMVN is no help: compared with plain MFCCs it changes the accuracy by {value:+.2f}, "
           "where the paper says that it helps. (Verdict: {word}.) The paper does not say how its "
           "CMVN is computed; MFCCs count as close because other ways come nearer to its number.",
     open="Whether CMVN helps or hurts, we can't tell.")
says("cortis.cnn.mfcc_gt_mel@ff",
     above="With the published split, which keeps nearly all artists apart, MFCCs are better than "
           "mel bands.",
     below="With the published split, which keeps nearly all artists apart, mel bands are better "
           "than MFCCs.",
     open="With the published split, which keeps nearly all artists apart, we can't tell whether "
          "MFCCs or mel bands are better.")

# %% [markdown]
# Be careful with three things:
#
# - What you heard after each step is one of many sounds with these numbers, found by an imperfect
#   search, for one track. Change `one` and run again.
# - The paper gives neither its STFT settings nor its CMVN window (ours on GTZAN: the whole slice).
# - Means and variances ignore the order in time. The last exercise makes use of that.
#
# The rest, and what an MP3 copy of GTZAN changes in the 57 numbers, is in the whole record:
# <a href="record_cortis.html">this paper</a>, <a href="record_ours.html">our copy of GTZAN</a>.

# %% [markdown]
# ## What you can do now
#
# - Read a spectrogram: lines are partials, edges are strokes, and the window decides which is
#   sharp.
# - Build mel bands and MFCCs by hand, and say which steps lose the tune.
# - Say what CMVN saves you from, and what it costs.
#
# The table has 57 numbers per track. Which of them matter, and who decides? That is notebook 03.

# %%
bets_so_far()

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### 02.3 Apply: normalise a whole excerpt (8 min)
#
# Write CMVN for a window that holds all columns: each row gets mean 0 and standard deviation 1; a
# row that does not vary becomes zeros.

# %% tags=["stub"]
def normalise(coefficients):
    """Return (n_coefficients, n_frames) with each row at mean 0 and deviation 1, or 0 where it is
    constant."""
    ...  # your code here

# %% tags=["check"]
check("02.3", normalise)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>Time runs along the second axis. Along which axis is a
# mean taken?</details>
# <details><summary>Hint 2: the idea</summary><code>mean(axis=1, keepdims=True)</code> keeps the
# shape, so that it can be subtracted from all columns at once. Divide by 1 where the deviation is
# 0.</details>
# <details><summary>Hint 3: half the code</summary><code>centred = coefficients -
# coefficients.mean(axis=1, keepdims=True)</code>, then <code>np.where(deviation &gt; 1e-9,
# deviation, 1)</code> is what to divide by.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def normalise(coefficients):
    """Return (n_coefficients, n_frames) with each row at mean 0 and deviation 1, or 0 where it is
    constant."""
    centred = coefficients - coefficients.mean(axis=1, keepdims=True)
    deviation = centred.std(axis=1, keepdims=True)
    return centred / np.where(deviation > 1e-9, deviation, 1)

# %% [markdown]
# ### 02.4 Build the heart: from samples to twenty numbers (15 min)
#
# The whole lesson in one function. Take 2048 samples and return their 20 MFCCs: window, Fourier
# transform, power, mel bands, decibels (no power below 1e-10), cosine waves. You may use
# `mel_filters`, but neither `waves` nor librosa's `mfcc`.

# %% tags=["stub"]
def mfcc_of(samples):
    """Return the 20 MFCCs of 2048 samples at 22 050 Hz, (20,)."""
    ...  # your code here

# %% tags=["check"]
check("02.4", mfcc_of)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>Each step is one line of this lesson, for a single
# column. Print the shape after each: 2048, 1025, 128, 20.</details>
# <details><summary>Hint 2: the idea</summary>Power is the squared magnitude of
# <code>np.fft.rfft(samples * window)</code>; <code>mel_filters(128)</code> times power are the
# bands; wave <i>k</i> at band <i>m</i> is cos(π <i>k</i> (<i>m</i> + ½) / 128), times √(2 / 128),
# and √(1 / 128) for <i>k</i> = 0.</details>
# <details><summary>Hint 3: half the code</summary><code>power =
# np.abs(np.fft.rfft(samples * window)) ** 2</code><br><code>levels = 10 *
# np.log10(np.maximum(mel_filters(128) @ power, 1e-10))</code><br><code>cosines = np.cos(np.pi *
# np.outer(np.arange(20), np.arange(128) + 0.5) / 128)</code></details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def mfcc_of(samples):
    """Return the 20 MFCCs of 2048 samples at 22 050 Hz, (20,)."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(2048) / 2048)
    power = np.abs(np.fft.rfft(samples * window)) ** 2
    levels = 10 * np.log10(np.maximum(mel_filters(128) @ power, 1e-10))
    cosines = np.cos(np.pi * np.outer(np.arange(20), np.arange(128) + 0.5) / 128)
    cosines *= np.sqrt(2 / 128)
    cosines[0] /= np.sqrt(2)
    return cosines @ levels

# %% [markdown]
# ### 02.5 Apply: what lasts, and what strikes (12 min)
#
# In a spectrogram a lasting tone is a flat line, a stroke an upright one. A running median over 31
# columns keeps the first and wipes out the second; over 31 rows it is the other way round. Call the
# squares of the two medians *a* and *b*, multiply the STFT by *a* / (*a* + *b*), and go back.
# Listen to `what_lasts(y)`, and to `y - what_lasts(y)`.

# %% tags=["stub"]
def what_lasts(y):
    """Return the lasting tones of a sound, without its strokes, (n_samples,)."""
    ...  # your code here

# %% tags=["check"]
check("02.5", what_lasts)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary><code>scipy.ndimage.median_filter</code> takes a
# <code>size</code> of (rows, columns).</details>
# <details><summary>Hint 2: the idea</summary>Size (1, 31) looks along time and keeps tones; (31, 1)
# looks along frequency and keeps strokes. The phases stay as they are: multiply the complex
# STFT.</details>
# <details><summary>Hint 3: half the code</summary><code>a = median_filter(np.abs(spectrum), (1,
# 31)) ** 2</code>; add 1e-30 to <i>a</i> + <i>b</i>, so that silence is no problem;
# <code>librosa.istft(…, length=len(y))</code></details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def what_lasts(y):
    """Return the lasting tones of a sound, without its strokes, (n_samples,)."""
    from scipy.ndimage import median_filter

    spectrum = librosa.stft(y)
    a = median_filter(np.abs(spectrum), (1, 31)) ** 2
    b = median_filter(np.abs(spectrum), (31, 1)) ** 2
    return librosa.istft(spectrum * a / (a + b + 1e-30), length=len(y))

# %% [markdown]
# ### 02.6 Open: what the 57 numbers do not hear (15 min)
#
# Change the sound `y` so that anyone hears the difference at once, but the 57 numbers hardly move:
# on average by less than 0.2 standard deviations of the corpus. Your function takes (n_samples,)
# and returns as many. Simply turning it down or shifting it a little does not count. What does your
# answer say about any classifier that is given these numbers?

# %% tags=["stub"]
def fool(y):
    """Return another sound for the ear, nearly the same one for the 57 features."""
    ...  # your code here

# %% tags=["check"]
check("02.6", fool, y, table)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>All but one of the numbers are means and variances over
# time. What do these not know?</details>
# <details><summary>Hint 2: the idea</summary>A mean does not care in which order the columns
# come.</details>
# <details><summary>Hint 3: half the code</summary><code>y[::…]</code> reads an array in another
# order.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def fool(y):
    """Return another sound for the ear, nearly the same one for the 57 features."""
    return y[::-1].copy()

# %% [markdown]
# ## Quiz

# %% tags=["hide-input"] jupyter={"source_hidden": true}
quiz("02")

# %% [markdown]
# ## References
#
# - P. Cortis, "Music genre classification with deep neural networks", section III.B.
# - D. W. Griffin and J. S. Lim, "Signal estimation from modified short-time Fourier transform",
#   1984.
# - S. B. Davis and P. Mermelstein, "Comparison of parametric representations for monosyllabic word
#   recognition in continuously spoken sentences", 1980: MFCCs.
# - O. Viikki and K. Laurila, "Cepstral domain segmental feature vector normalization for noise
#   robust speech recognition", 1998: CMVN over a sliding window.
# - D. FitzGerald, "Harmonic/percussive separation using median filtering", 2010.
# - B. McFee and others, "librosa: audio and music signal analysis in Python", 2015.
