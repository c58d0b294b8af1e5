# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 02 · What is left of a sound when it has become numbers?
#
# - **You will:** build a spectrogram, mel bands, MFCCs and CMVN by hand, turn each back into sound,
#   hear what it lost, describe a corpus by 57 features
# - **You need:** notebook 00; any music of four seconds or more per track
# - **Minutes:** 20 to read, 1 to run
# - **Paper:** Cortis, section III.B (feature extraction)

# %% tags=["parameters"]
corpus = None  # "synthetic", or the path of a folder of genre folders
seed = 0  # everything that is left to chance follows from it

# %%
import librosa
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.ndimage import median_filter
from scipy.signal import chirp, lfilter

from claimbook import finding
from coursekit.lesson import check, predict, quiz, show_guess
from genrelab.corpora import SAMPLE_RATE, CorpusLacks, load_corpus
from genrelab.display import genre_style, listen, save_figure, slider, use_theme
from genrelab.display.figures import png_bytes
from genrelab.features import cmvn, feature_table, hpss, summary, summary_features
from genrelab.runtime import generator

# %%
use_theme()
music = load_corpus(corpus)
music.require(genres=2, seconds=4)
tracks = music.tracks
usable = tracks[tracks.split != "removed"]

# %% [markdown]
# ## Three sounds
#
# Between the microphone and the classifier, sound is turned into ever fewer numbers. Cortis takes
# three seconds of music, makes a spectrogram of it, a mel spectrogram of that, twenty MFCCs of
# that, and normalises them; a published table goes on to 57 numbers for a whole track. Each step
# throws something away. To find out what, we go back at each step, and listen.
#
# We work on three sounds of three seconds: a tone, because we know what must come out; a chirp,
# whose pitch rises evenly; and the middle of a track.

# %%
time = np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
tone = (0.2 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
sweep = (0.2 * chirp(time, 100, 3, 8000, method="logarithmic")).astype(np.float32)


def middle(track):
    """Return three seconds from the middle of a track, (66150,)."""
    whole = music.audio(track)
    return whole[(len(whole) - len(time)) // 2 :][: len(time)]


# %%
def first_with_sound(genres):
    """Return the first track of some genres whose middle is not silent, or None."""
    of_genres = [usable.index[usable.genre == genre] for genre in genres]
    return next((track for some in of_genres for track in some if np.ptp(middle(track))), None)


one, other = first_with_sound(music.genres), first_with_sound(music.genres[::-1])
if one in (other, None):
    raise CorpusLacks("Fewer than two genres have a track with sound in its middle three seconds; "
                      "two are needed. Add tracks that sound there.")
y = middle(one)
sounds = {"a tone of 440 Hz": tone, "a chirp from 100 to 8000 Hz": sweep, one: y}
listen(sounds, corpus=music, seconds=None)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 3, figsize=(12, 2.8), sharex=True)
some = slice(SAMPLE_RATE // 2, SAMPLE_RATE // 2 + SAMPLE_RATE // 50)
milliseconds = 1000 * (time[some] - time[some.start])
shown = pd.DataFrame({name: sound[some] for name, sound in sounds.items()}, index=milliseconds)
for ax, name in zip(axes, shown):
    ax.plot(shown[name])
    ax.set(title=name, xlabel="milliseconds")
axes[0].set_ylabel("amplitude")
alt = (f"Twenty milliseconds of three waveforms (1 is full scale): a sine, a slower sine, and "
       f"{one}, which is irregular.")
save_figure(fig, "02_waveforms", alt=alt, data=shown.rename_axis("ms"))

# %% [markdown]
# A **waveform** is 22 050 numbers per second, GTZAN's rate. It holds all there is to hear,
# but neither pitch nor rhythm can be read off it.

# %% [markdown]
# ## STFT: which pitches, when?
#
# The **short-time Fourier transform** cuts the sound into overlapping frames of `n_fft` samples,
# one every `hop` samples, fades each in and out by a window, and asks how much of each frequency is
# in it. The paper does not give its settings; we take librosa's defaults, which the published
# features were made with.

# %%
n_fft, hop = 2048, 512
window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)
frames = np.lib.stride_tricks.sliding_window_view(np.pad(y, n_fft // 2), n_fft)[::hop]
spectrum = np.fft.rfft(frames * window).T
assert np.allclose(spectrum, librosa.stft(y), atol=1e-3)
print(f"{len(y)} samples → {spectrum.shape[0]} frequencies × {spectrum.shape[1]} frames, complex")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
def decibels(magnitudes):
    """Return levels in dB below the loudest point, cut off at −80."""
    levels = 20 * np.log10(np.maximum(magnitudes, 1e-7))
    return np.maximum(levels - levels.max(), -80)


def draw(ax, levels, top=SAMPLE_RATE / 2000):
    """Draw (n_rows, n_frames) dB over three seconds, up to `top` on the vertical axis."""
    return ax.imshow(
        levels, origin="lower", aspect="auto", cmap="magma", vmin=-80, vmax=0, extent=(0, 3, 0, top)
    )


fig, axes = plt.subplots(1, 3, figsize=(12, 3.4), sharey=True)
levels = {name: decibels(np.abs(librosa.stft(sound))) for name, sound in sounds.items()}
for ax, (name, found) in zip(axes, levels.items()):
    image = draw(ax, found)
    ax.set(title=name, xlabel="seconds", xticks=[0, 1, 2, 3])
axes[0].set_ylabel("kHz")
fig.colorbar(image, ax=axes, label="dB below the loudest")
bands = {name: found[:1024].reshape(64, 16, -1).mean(axis=(1, 2)) for name, found in levels.items()}
alt = (f"Three spectrograms: the tone is one horizontal line, the chirp a rising curve, {one} many "
       "lines and edges.")
data = pd.DataFrame(bands).rename_axis("64th part of the frequencies, low ones first")
save_figure(fig, "02_spectrograms", alt=alt, data=data)

# %% [markdown]
# And back: transform each frame back, lay the frames over one another, and divide by what the
# windows add up to. Nothing is lost.

# %%
back, weight = np.zeros(len(y) + n_fft), np.zeros(len(y) + n_fft)
for k, frame in enumerate(np.fft.irfft(spectrum.T)):
    back[k * hop : k * hop + n_fft] += frame * window
    weight[k * hop : k * hop + n_fft] += window**2
back = (back / np.maximum(weight, 1e-9))[n_fft // 2 : n_fft // 2 + len(y)]
assert np.allclose(back, y, atol=1e-5)
assert np.allclose(back, librosa.istft(librosa.stft(y), length=len(y)), atol=1e-5)

# %% [markdown]
# ### The phase goes first
#
# A picture of a spectrogram, and everything that we compute from here on, keeps the **magnitudes**
# only; the **phases**, that is, where in its period each oscillation stands, are dropped. To come
# back we must invent them. With phases drawn at random the frames do not fit together. The
# algorithm of **Griffin and Lim** goes back and forth between sound and spectrum, keeps the given
# magnitudes each time, and so makes the phases agree. (From here on all versions of one sound are
# about equally loud, so that your ear is not drawn to the louder one.)

# %%
def loudness(sound):
    """Return the power of a sound, its frequencies weighted about as the ear weighs them
    (A-weighting)."""
    power = np.abs(np.fft.rfft(sound))[1:] ** 2 / len(sound)
    weights = librosa.A_weighting(np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)[1:])
    return np.mean(power * 10 ** (weights / 10))


def at_level(sound, like=y):
    """Return a sound about as loud as another."""
    return (sound * np.sqrt(loudness(like) / max(loudness(sound), 1e-12))).astype(np.float32)


def forget_phases(y, n_fft=2048):
    """Keep the magnitudes of a spectrogram, draw its phases at random, and return the sound."""
    spectrum = librosa.stft(y, n_fft=n_fft)
    phases = generator(seed, "phases", n_fft).uniform(0, 2 * np.pi, spectrum.shape)
    guessed = np.abs(spectrum) * np.exp(1j * phases)
    return at_level(librosa.istft(guessed, n_fft=n_fft, length=len(y)), y)


def find_phases(magnitudes, hop=512):
    """Return a sound whose spectrogram has nearly these magnitudes (Griffin and Lim, 16 rounds)."""
    given = {"hop_length": hop, "length": len(y), "random_state": seed}
    return librosa.griffinlim(magnitudes, n_iter=16, **given)


# %%
magnitudes = np.abs(spectrum)
versions = {"as recorded": y, "phases at random": forget_phases(y)}
versions["phases found"] = find_phases(magnitudes)
listen(versions, corpus=music, seconds=None)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
def misfit(sound):
    """Return how far the magnitudes of a sound are from the given ones, as a share of these."""
    return np.linalg.norm(np.abs(librosa.stft(sound)) - magnitudes) / np.linalg.norm(magnitudes)


random, found = misfit(versions["phases at random"]), misfit(versions["phases found"])
finding(
    found < random,
    f"With random phases the sound that comes out has magnitudes that are {random:.0%} off the "
    f"ones that went in, after sixteen rounds of Griffin and Lim only {found:.0%}.",
    f"Griffin and Lim's phases ({found:.0%} off) are no better here than random ones "
    f"({random:.0%}).",
)

# %% [markdown]
# ### How long is a frame?
#
# Two tones that are close together sound like one that beats. How far apart must they be for the
# spectrogram to show two lines?

# %%
question = ("How many hertz must lie between two equally strong tones for frames of 2048 samples "
            "to show a dip of 3 dB?")
predict("02.two_tones", question, low=0, high=60, step=1, unit="Hz")


# %%
def level_at(hertz, gap):
    """Return the level in dB at some frequencies, averaged over frames, of two tones `gap` Hz
    apart."""
    both = np.sin(2 * np.pi * 440 * time) + np.sin(2 * np.pi * (440 + gap) * time)
    starts = generator(seed, "starts").integers(0, len(time) - n_fft, 200)
    cut = both[starts[:, None] + np.arange(n_fft)] * np.hanning(n_fft)
    waves = np.exp(-2j * np.pi * np.outer(np.arange(n_fft), hertz) / SAMPLE_RATE)
    return 10 * np.log10(np.mean(np.abs(cut @ waves) ** 2, axis=0))


def dip(gap):
    """Return by how many dB the level falls half-way between two tones `gap` Hz apart."""
    tone, between = level_at([440, 440 + gap / 2], gap)
    return tone - between


# %%
dips = pd.Series({gap: dip(gap) for gap in range(1, 61)})
needed = dips.index[dips >= 3][0]
gaps = {f"{gap} Hz apart": gap for gap in (2, needed, 3 * needed)}
seconds = {name: np.sin(2 * np.pi * (440 + gap) * time) for name, gap in gaps.items()}
pairs = {name: tone / 2 + 0.1 * second for name, second in seconds.items()}
listen(pairs, corpus=music, seconds=None, spectrogram=False)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 2, figsize=(12, 3.6))
near = np.linspace(390, 620, 461)
for (name, gap), style in zip(gaps.items(), ("-", "--", "-.")):
    line = level_at(near, gap)
    axes[0].plot(near, line - line.max(), style, label=name)
axes[0].set(xlabel="Hz", ylabel="dB below the loudest", ylim=(-40, 2))
axes[0].set_title("When do two tones become two lines?")
axes[0].legend(loc="upper right")
axes[1].plot(dips)
axes[1].axhline(3, color="#55555f", linestyle=":")
axes[1].plot(needed, dips[needed], "s")
axes[1].set(xlabel="Hz between the tones", ylabel="depth of the dip in dB")
axes[1].set(xlim=(0, 60), ylim=(-2, 20))
axes[1].set_title(f"A dip of 3 dB needs {needed} Hz, {needed * n_fft / SAMPLE_RATE:.1f} rows of "
                  "the STFT")
alt = (f"Left: spectra of two tones, {', '.join(pairs)}. Right: depth of the dip between them over "
       f"their distance; 3 dB from {needed} Hz on.")
data = dips.rename("dip in dB").rename_axis("Hz between the tones").round(3)
save_figure(fig, "02_two_tones", alt=alt, data=data)
show_guess("02.two_tones", needed, axes[1], axis="x")

# %% [markdown]
# Longer frames separate closer tones, but a stroke that falls anywhere into a frame is spread over
# all of it. Move the slider and look at lines (pitch) and edges (strokes). The sound keeps the
# magnitudes and draws the phases at random, so you hear what is in the magnitudes alone: with short
# frames pitch becomes hoarse, with long ones rhythm melts.

# %% tags=["hide-input"] jupyter={"source_hidden": true}
def one_step(label, what, levels, sound, numbers, top=SAMPLE_RATE / 2000, unit="kHz"):
    """Return one step of a slider: a spectrogram, its sound, and some numbers."""
    fig, ax = plt.subplots(figsize=(6, 2.8))
    draw(ax, levels, top)
    ax.set(title=what, xlabel="seconds", ylabel=unit)
    image, alt = png_bytes(fig, dpi=90), f"Spectrogram of {one}. {what}."
    plt.close(fig)
    return {"label": label, "image": image, "alt": alt, "sound": sound, "numbers": numbers}


def with_frames(n):
    """Return the step of the slider with frames of n samples."""
    numbers = {"frequencies": n // 2 + 1, "Hz between them": round(SAMPLE_RATE / n, 1)}
    numbers["ms in a frame"] = round(1000 * n / SAMPLE_RATE)
    levels = decibels(np.abs(librosa.stft(y, n_fft=n)))
    return one_step(n, f"Frames of {n} samples", levels, forget_phases(y, n), numbers)


# %%
steps = [with_frames(n) for n in (256, 512, 1024, 2048, 4096, 16384)]
slider(steps, label="n_fft, samples in a frame", corpus=music, seconds=None)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
def width(values, step):
    """Return how wide a bump is at half of its height, with `step` from one value to the next."""
    return np.count_nonzero(values >= values.max() / 2) * step


widths, click = {}, np.zeros(SAMPLE_RATE, np.float32)
click[SAMPLE_RATE // 2] = 1
for n in (256, 512, 1024, 2048, 4096, 8192):
    line = np.abs(np.fft.rfft(tone[:n] * np.hanning(n), 64 * n))
    edge = np.abs(librosa.stft(click, n_fft=n, hop_length=n // 64)).max(axis=0)
    widths[n] = width(line, SAMPLE_RATE / n / 64), width(edge, 1000 * n / 64 / SAMPLE_RATE)
widths = pd.DataFrame(widths, index=["tone, Hz", "click, ms"]).T.rename_axis("n_fft")
fig, ax = plt.subplots(figsize=(7, 3.8))
ax.loglog(widths["click, ms"], widths["tone, Hz"], marker="o")
for n, (line, edge) in widths.iterrows():
    ax.annotate(f" {n}", (edge, line), va="bottom")
ax.set(xlabel="width of a click in ms", ylabel="width of a tone in Hz")
ax.set_title("Sharp in time or sharp in pitch, not both")
ax.set_xticks([10, 30, 100, 200], [10, 30, 100, 200])
ax.set_yticks([5, 10, 30, 100], [5, 10, 30, 100])
ax.minorticks_off()
alt = ("Width of a tone against width of a click for six lengths of frame: a straight line falling "
       "on logarithmic axes.")
save_figure(fig, "02_uncertainty", alt=alt, data=widths)

# %%
product = widths.prod(axis=1) / 1000
finding(
    product.max() < 1.1 * product.min(),
    f"Hertz times seconds stays at {product.mean():.2f}, whatever the frame: what is gained in one "
    "is paid in the other.",
    f"Hertz times seconds runs from {product.min():.2f} to {product.max():.2f}: the frames differ "
    "in more than length.",
)

# %% [markdown]
# ### How often a frame?
#
# A smaller `hop` gives more frames that overlap more: a smoother picture, and phases that are
# easier to find. At a hop of 1536 only a quarter of each frame overlaps with the next, where both
# are faded: hardly anything ties their phases together.

# %%
def with_hop(step):
    """Return the step of the slider with a frame every `step` samples."""
    coarse = np.abs(librosa.stft(y, hop_length=step))
    numbers = {"frames per second": round(SAMPLE_RATE / step, 1)}
    numbers["magnitudes for each sample"] = round(1025 / step, 2)
    sound = at_level(find_phases(coarse, step))
    return one_step(step, f"A frame every {step} samples", decibels(coarse), sound, numbers)


hops = [with_hop(step) for step in (256, 512, 1024, 1536)]
slider(hops, label="hop, samples from frame to frame", corpus=music, seconds=None)

# %% [markdown]
# ## Mel: pitch as the ear spaces it
#
# From 100 to 200 Hz is an octave, from 5000 to 5100 Hz hardly a step, yet both get as many rows of
# the STFT. The **mel scale** spaces frequencies as listeners do: evenly below 1000 Hz, in equal
# ratios above. Triangles, evenly spaced in mel, sum up the power of the rows under them. (There are
# several mel scales; librosa's is M. Slaney's, each triangle of area one.)

# %%
def to_mel(hertz):
    """Return Slaney's mel of frequencies in Hz."""
    above = 15 + 27 * np.log(np.maximum(hertz, 1000) / 1000) / np.log(6.4)
    return np.where(hertz < 1000, 3 * hertz / 200, above)


def to_hertz(mel):
    """Return the frequencies in Hz of Slaney's mel."""
    return np.where(mel < 15, 200 * mel / 3, 1000 * 6.4 ** ((mel - 15) / 27))


# %%
predict("02.mel", "Which share of 128 mel bands lies below 1000 Hz, the lowest eleventh of all "
                  "frequencies?", low=0, high=1)

# %%
def mel_filters(n_mels):
    """Return the triangles of the mel bands, (n_mels, 1025)."""
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
below = np.mean(centres < 1000)
fig, axes = plt.subplots(1, 2, figsize=(12, 3.4))
few, hertz = mel_filters(16), np.fft.rfftfreq(n_fft, 1 / SAMPLE_RATE)
axes[0].plot(hertz / 1000, (few / few.max(axis=1, keepdims=True)).T, color="#0072b2")
axes[0].set(xlabel="kHz", ylabel="weight (highest: 1)")
axes[0].set_title("Sixteen bands: narrow below, wide above")
axes[1].plot(centres / 1000, range(1, 129))
axes[1].set(xlabel="centre in kHz", ylabel="band")
axes[1].set_title(f"{below:.0%} of 128 bands lie below 1 kHz")
alt = ("Left: sixteen triangles, narrow at low frequencies. Right: bands over their centres; "
       f"{below:.0%} lie below 1 kHz.")
data = pd.Series(centres, range(1, 129), name="centre in Hz").rename_axis("band")
save_figure(fig, "02_mel_bands", alt=alt, data=data)
show_guess("02.mel", below)

# %% [markdown]
# Back to sound: least squares finds rows that give these bands (here by the pseudo-inverse,
# negative power cut off), Griffin and Lim find phases. With few bands the pitch goes, because the
# lines of one voice fall into the same band; rhythm and colour stay.

# %%
def sound_of_mel(mel):
    """Return a sound that has nearly this mel spectrogram, (n_mels, n_frames) power."""
    power = np.linalg.pinv(mel_filters(len(mel))) @ mel
    return find_phases(np.sqrt(np.maximum(power, 0)))


def with_bands(n):
    """Return the step of the slider with n mel bands."""
    found = mel_filters(n) @ magnitudes**2
    sound, numbers = at_level(sound_of_mel(found)), {"numbers per frame": n}
    return one_step(n, f"{n} mel bands", decibels(np.sqrt(found)), sound, numbers, n, "band")


bands = [with_bands(n) for n in (128, 64, 32, 16, 8)]
slider(bands, label="n_mels, bands", corpus=music, seconds=None)

# %% [markdown]
# ## MFCC: the shape of the spectrum
#
# The ear hears ratios of power, so power becomes **decibels**. Then a **cosine transform**
# describes the 128 levels of each frame as a sum of ever quicker waves along the bands: the first
# coefficient is the overall level, the next ones tilt and bow of the spectrum, late ones its fine
# structure. The first twenty, which the paper keeps, are the **mel-frequency cepstral
# coefficients**.

# %%
levels = 10 * np.log10(np.maximum(mel, 1e-10))
levels = np.maximum(levels, levels.max() - 80)
waves = np.sqrt(2 / 128) * np.cos(np.pi * np.outer(np.arange(128), np.arange(128) + 0.5) / 128)
waves[0] /= np.sqrt(2)
coefficients = waves @ levels
assert np.allclose(coefficients[:20], librosa.feature.mfcc(y=y, sr=SAMPLE_RATE), atol=0.01)

# %%
predict("02.mfcc", "How much of the variance of the 128 levels (around each frame's mean) do 20 "
                   "coefficients keep?", low=0, high=1)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
power = (coefficients[1:] ** 2).sum(axis=1)
kept = pd.Series(power.cumsum() / power.sum(), range(2, 129))
loudest = levels.max(axis=0).argmax()
shapes = {f"{n} coefficients": waves[:n].T @ coefficients[:n, loudest] for n in (128, 20, 5)}
shapes = pd.DataFrame(shapes, range(1, 129)).rename_axis("mel band")
fig, axes = plt.subplots(1, 2, figsize=(12, 3.6), width_ratios=[2, 1])
for (name, shape), style, line in zip(shapes.items(), ("-", "-", "--"), (1, 2.4, 2.4)):
    axes[0].plot(shape, style, label=name, linewidth=line)
axes[0].set(xlabel="mel band", ylabel="level in dB")
axes[0].set_title("Twenty coefficients follow the envelope, not the lines")
axes[0].legend()
axes[1].plot(kept)
axes[1].plot(20, kept[20], "s")
axes[1].set(xlabel="coefficients", ylabel="share of the variance", ylim=(0, 1))
axes[1].set_title(f"Twenty keep {kept[20]:.0%}")
alt = (f"Levels of one frame, and their course from 20 and 5 coefficients; twenty keep "
       f"{kept[20]:.0%} of the variance.")
save_figure(fig, "02_cepstrum", alt=alt, data=shapes)
show_guess("02.mfcc", kept[20], axes[1])

# %% [markdown]
# Hear what a number of coefficients keeps. With all 128 it is the mel spectrogram again. With
# twenty, could you still sing the tune? With one, only loudness is left: noise that beats time.

# %%
def sound_of_mfcc(coefficients):
    """Return a sound that has nearly these MFCCs, (n_coefficients, n_frames)."""
    return sound_of_mel(10 ** (waves[: len(coefficients)].T @ coefficients / 10))


def with_coefficients(n):
    """Return the step of the slider with the first n of 128 coefficients."""
    smooth = waves[:n].T @ coefficients[:n]
    numbers = {"numbers per second": round(n * SAMPLE_RATE / hop)}
    numbers["share of the variance"] = round(kept.get(n, 0.0), 3)
    sound = at_level(sound_of_mfcc(coefficients[:n]))
    levels = np.maximum(smooth - smooth.max(), -80)
    return one_step(n, f"Coefficients kept: {n}", levels, sound, numbers, 128, "band")


cut = [with_coefficients(n) for n in (128, 40, 20, 13, 5, 1)]
slider(cut, label="n_mfcc, coefficients", corpus=music, seconds=None)

# %% [markdown]
# ## CMVN: what stands still is taken away
#
# A microphone, a room or an equaliser multiplies the spectrum by a fixed curve. In decibels that is
# a fixed *addition*, and the cosine transform leaves it one. So take from each coefficient its mean
# over a sliding window, and divide by its standard deviation there: **cepstral mean and variance
# normalisation**. By hand, for one frame and a window of 31:

# %%
mfccs = coefficients[:20]
around = mfccs[:, 65 - 15 : 65 + 16]
by_hand = (mfccs[:, 65] - around.mean(axis=1)) / around.std(axis=1)
assert np.allclose(by_hand, cmvn(mfccs, 31)[:, 65])

# %% [markdown]
# The paper gives neither the window nor the code. We take 301 frames, the default of a common
# package; that is more than the 130 frames of three seconds, so the window is the whole excerpt.
# Now put one sound through a fixed filter, which makes it dull: how far are its MFCCs from those of
# the untouched sound, as a share of the distance between two different tracks?

# %%
dull = at_level(lfilter([1], [1, -0.7], y))
three = {one: y, f"{one}, through a fixed filter": dull, other: middle(other)}
listen(three, corpus=music, seconds=None)

# %%
predict("02.cmvn", "How large a share of the distance between two tracks is left, with CMVN, "
                   "between filtered and not?", low=0, high=1)


# %%
def mfcc_of(sound, floor=80):
    """Return 20 MFCCs by librosa, of levels cut off at `floor` dB below the loudest."""
    power = librosa.feature.melspectrogram(y=sound, sr=SAMPLE_RATE)
    levels = librosa.power_to_db(power, top_db=floor)
    return librosa.feature.mfcc(S=levels, n_mfcc=20)


def moved(way):
    """Return how far the filter moves the coefficients, as a share of the distance to another
    track."""
    untouched, filtered, another = (way(sound) for sound in (y, dull, middle(other)))
    return np.linalg.norm(untouched - filtered) / np.linalg.norm(untouched - another)


ways = {"MFCC": mfcc_of, "with CMVN": lambda sound: cmvn(mfcc_of(sound))}
share = {name: moved(way) for name, way in ways.items()}
without_floor = moved(lambda sound: cmvn(mfcc_of(sound, floor=None)))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 2, figsize=(12, 3.4))
courses, seconds = {}, np.arange(130) * hop / SAMPLE_RATE
for ax, (name, way) in zip(axes, ways.items()):
    for which, sound, style in (("untouched", y, "-"), ("filtered", dull, "--")):
        courses[f"{name}, {which}"] = way(sound)[1]
        ax.plot(seconds, courses[f"{name}, {which}"], style, label=which)
    ax.set(xlabel="seconds", title=f"{name}: filtered lies at {share[name]:.2f} of another track")
axes[0].set_ylabel("2nd coefficient, dB")
axes[1].set_ylabel("2nd coeff., deviations")
axes[1].legend(loc="upper left", bbox_to_anchor=(1, 1))
alt = (f"The second coefficient over time, untouched and filtered; distances as shares of that of "
       f"two tracks: MFCC {share['MFCC']:.2f}, with CMVN {share['with CMVN']:.2f}.")
save_figure(fig, "02_cmvn", alt=alt, data=pd.DataFrame(courses).rename_axis("frame"))
show_guess("02.cmvn", share["with CMVN"])

# %% tags=["hide-input"] jupyter={"source_hidden": true}
finding(
    share["with CMVN"] < share["MFCC"],
    f"The filter moves the MFCCs by {share['MFCC']:.2f} of the way to another track, with CMVN by "
    f"{share['with CMVN']:.2f}.",
    f"Here CMVN does not help: {share['with CMVN']:.2f} of the way to another track, "
    f"{share['MFCC']:.2f} without.",
)
finding(
    without_floor < 0.8 * share["with CMVN"],
    "Why not by nothing? Partly because levels are cut off at 80 dB below the loudest, and the "
    f"filter moves what is cut off: without the cut {without_floor:.2f} is left.",
    "The cut at 80 dB below the loudest does not explain what is left: without it, it is "
    f"{without_floor:.2f}.",
)

# %% [markdown]
# But what stands still is not only the microphone. The colour of a band, the very thing that the
# map of notebook 01 was drawn by, stands still for three seconds, too. To hear how much of a track
# CMVN has in its hands, give the normalised coefficients of one track the means and deviations of
# the other:

# %%
borrowed = mfcc_of(middle(other))
dressed = cmvn(mfccs) * borrowed.std(axis=1, keepdims=True) + borrowed.mean(axis=1, keepdims=True)
versions = {f"MFCCs of {one}": mfccs, f"the same in the colours of {other}": dressed}
versions[f"MFCCs of {other}"] = borrowed
made = {name: sound_of_mfcc(values) for name, values in versions.items()}
listen(made, corpus=music, seconds=None)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
left = np.abs(cmvn(mfccs).mean(axis=1)).max()
finding(
    left < 1e-9,
    "After CMVN over the whole excerpt the mean of every coefficient is zero, for every track: if "
    "you average over time afterwards, nothing is left. A network that reads the frames in order "
    "still has their course.",
    f"The largest mean of a coefficient after CMVN is {left:.2g}.",
)

# %% [markdown]
# ## 57 features: a track in one line
#
# The table that was published with GTZAN describes each track by means and variances over its
# frames. Besides the MFCCs it has the mean frequency (**centroid**), how widely the spectrum
# spreads around it (**bandwidth**), the frequency below which 85 % of the magnitude lies
# (**rolloff**), the share of samples at which the wave changes sign (**zero crossings**), the level
# (**rms**), the strength of the twelve pitch classes (**chroma**), what lasts and what strikes
# (**harmony** and **perceptr**), and the **tempo**. Two of them by hand:

# %%
share_of = magnitudes / np.maximum(magnitudes.sum(axis=0), 1e-30)
centroid = hertz @ share_of
rolloff = hertz[(share_of.cumsum(axis=0) >= 0.85).argmax(axis=0)]
assert np.allclose(centroid, librosa.feature.spectral_centroid(y=y, sr=SAMPLE_RATE), rtol=1e-3)
assert np.mean(rolloff == librosa.feature.spectral_rolloff(y=y, sr=SAMPLE_RATE)[0]) > 0.98

# %% [markdown]
# A sound made of centroid and level alone: a tone whose pitch is the centroid and whose strength is
# the rms.

# %%
frame_level = librosa.feature.rms(y=y)[0]
at = np.arange(len(y)), hop * np.arange(130)
pitch, strength = np.interp(*at, centroid), np.sqrt(2) * np.interp(*at, frame_level)
glide = strength * np.sin(2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE)
listen({one: y, "its centroid and level": glide.astype(np.float32)}, corpus=music, seconds=None)

# %% [markdown]
# **Harmony and perceptr.** In a spectrogram a lasting tone is a horizontal line, a stroke a
# vertical one. A running median along time keeps the first and removes the second; along frequency
# it is the other way round. The two share each point between them:

# %%
lasting = median_filter(magnitudes, size=(1, 31), mode="reflect") ** 2
striking = median_filter(magnitudes, size=(31, 1), mode="reflect") ** 2
mask = lasting / (lasting + striking + 1e-30)
assert np.allclose(mask, hpss.harmonic_mask(magnitudes), atol=1e-4)

# %%
harmonic, percussive = hpss.separate(y)
assert np.allclose(harmonic + percussive, y, atol=1e-6)
listen({one: y, "what lasts": harmonic, "what strikes": percussive}, corpus=music, seconds=None)

# %% [markdown]
# **Tempo** is looked for in the whole track: how suddenly does the level rise in each frame, and
# after which time does that repeat, given that tempi near 120 are more common? Here a click marks
# each beat that was found. Is it the beat that you would tap?

# %%
whole = music.audio(one)
beats = librosa.beat.beat_track(y=whole, sr=SAMPLE_RATE)[1]
ticks = {"sr": SAMPLE_RATE, "hop_length": hop, "length": len(whole), "click_freq": 2000}
clicks = librosa.clicks(frames=beats, **ticks)
tempo = summary_features(whole)["tempo"]
listen({f"{one}, tempo {tempo:.1f}": 0.7 * whole + 0.2 * clicks}, corpus=music)

# %% [markdown]
# All of them at once. `summary_features` shares one spectrogram among all, which is faster than
# calling librosa for each, and gives librosa's numbers. One detail: the librosa of the published
# table mirrored the sound at its ends, where today's adds silence; to be comparable with that
# table, `summary_features` mirrors, too.

# %%
def short(value):
    """Write a number with three digits, or all of those before the point."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


row = summary_features(y)
rolloffs = librosa.feature.spectral_rolloff(y=y, pad_mode="reflect")
assert np.isclose(row["rolloff_mean"], rolloffs.mean())
names = row.drop("tempo").index.str.rsplit("_", n=1)
values = {"feature": names.str[0], "of": names.str[1], "value": row.drop("tempo").to_numpy()}
wide = pd.DataFrame(values).pivot(index="feature", columns="of", values="value")
wide.loc[names.str[0].unique()].map(short)

# %% [markdown]
# ## A corpus in a table
#
# One row for each track. How much of it has to do with genre? A simple measure: the share of a
# feature's variance that lies *between* the genres; the rest lies within them. Features whose means
# are the same in all genres have 0; if every track of a genre had the same value, it would be 1.
# (Chance gives a little more than 0: the number of genres less one, over the number of tracks less
# one.)

# %%
table = feature_table(music)
genres = tracks.genre


def between(values, labels):
    """Return the share of the variance of values that lies between groups."""
    return values.groupby(labels).transform("mean").var() / values.var()


shares = table.apply(between, labels=genres).sort_values()
shares.tail(5).round(2)

# %%
predict("02.between", "Which share of the variance of the tempo lies between the "
                      "genres?", low=0, high=1)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 2, figsize=(12, 4.2), sharey=True)
shown = {"spectral_centroid_mean": "mean spectral centroid in Hz",
         "tempo": "tempo in beats per minute"}
for ax, (name, label) in zip(axes, shown.items()):
    for place, genre in enumerate(music.genres):
        values, style = table[name][genres == genre], genre_style(genre)
        places = place + generator(seed, name, genre).uniform(-0.3, 0.3, len(values))
        dots = {"color": style.colour, "marker": style.marker, "alpha": 0.7, "linewidth": 0}
        ax.scatter(values, places, s=14, **dots)
        ax.plot([values.median()] * 2, [place - 0.4, place + 0.4], color="black")
    ax.set(xlabel=label, title=f"{shares[name]:.0%} of the variance is between genres")
axes[0].set_yticks(range(len(music.genres)), music.genres)
axes[0].invert_yaxis()
between_genres = [f"{label}, {shares[name]:.0%} between genres" for name, label in shown.items()]
alt = f"Tracks by genre, with medians: {' and '.join(between_genres)}"
save_figure(fig, "02_by_genre", alt=alt, data=table[list(shown)].assign(genre=genres))
show_guess("02.between", shares["tempo"])

# %% tags=["hide-input"] jupyter={"source_hidden": true}
chance, best = (len(music.genres) - 1) / (len(table) - 1), shares.index[-1]
finding(
    shares.iloc[-1] > 2 * chance,
    f"The feature that differs most between genres is `{best}`, with {shares.iloc[-1]:.0%} of its "
    f"variance between them; chance would give {chance:.1%}. Notebook 03 asks which features are "
    "needed together.",
    "No feature of your music differs between genres by more than chance would give "
    f"({chance:.1%}).",
)

# %% [markdown]
# ### Three seconds or thirty?
#
# The paper also cuts each track into ten pieces of three seconds, one row each. That gives ten
# times as many rows, but not ten times as many tracks: pieces of one track resemble each other.
# Take a few tracks, five pieces of each: how much of the variance of the 57 features lies between
# the tracks?

# %%
some = usable.groupby("genre").head(1).index
pieces = {track: summary.segments(music.audio(track))[:5] for track in some}
cut = {track: pd.DataFrame(map(summary_features, five)) for track, five in pieces.items()}
cut = pd.concat(cut, names=["track", "segment"])
of_track = cut.apply(between, labels=cut.index.get_level_values("track"))
of_track.describe()[["min", "50%", "max"]].round(2)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
by_chance = (len(some) - 1) / (len(cut) - 1)
finding(
    of_track.median() > 0.5,
    f"Half of the features have more than {of_track.median():.0%} of their variance between tracks "
    f"(pieces of anything: {by_chance:.0%}). So a piece gives away which track it is from. If "
    "pieces of one track stand on both sides of a split, that is what is tested. Notebook 04 "
    "measures how much it adds.",
    f"The median feature has {of_track.median():.0%} of its variance between tracks: here the "
    "pieces of a track differ more than one would fear.",
)

# %% [markdown]
# ## What we have seen
#
# - Waveform to spectrogram loses nothing as long as the phases are kept; without them the sound
#   must be guessed.
# - Frames are sharp in time or in pitch. Mel bands and cepstral coefficients give up pitch first,
#   then everything but colour and level.
# - CMVN takes away what stands still: the microphone, and the colour of the band.
# - Fifty-seven numbers stand for a track; the pieces of one track have similar ones.
#
# What the MP3 copy of GTZAN changes in them is in <a href="record_ours.html">the record</a>.
#
# ## What to distrust
#
# - What you heard after each step is one sound of many that have these numbers, found by an
#   imperfect search, and of one track: change `one` and run again.
# - The tempo is a guess between multiples: half or twice the beat that you tap is its usual error.
# - Means and variances do not know the order of things. The last exercise makes use of that.

# %% [markdown]
# ## Exercises
#
# In JupyterLab (`make lab`): run the cells above (*Run → Run All Above Selected Cell*), then write
# your answers over the dots.
#
# ### 02.1 Recall: how fine is the grid?
#
# A sound has 44 100 samples per second, and its STFT frames of 4096 samples. How many hertz lie
# between neighbouring rows?

# %% tags=["stub"]
spacing = ...  # your answer here

# %% tags=["check"]
check("02.1", spacing)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>The rows run from 0 to half the sampling rate in <code>n_fft /
# 2</code> equal steps.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
spacing = 44_100 / 4096

# %% [markdown]
# ### 02.2 Apply: keep a band
#
# Write a function that returns of a sound only what lies from `low` to `high` Hz, both included:
# make the STFT, set the other rows to zero, go back. As many samples must come out as went in. Then
# listen to `keep_band(y, 200, 400)`.

# %% tags=["stub"]
def keep_band(y, low, high):
    """Return what a sound at 22 050 Hz has between two frequencies, (n_samples,)."""
    ...  # your code here

# %% tags=["check"]
check("02.2", keep_band)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary><code>librosa.fft_frequencies(sr=22050, n_fft=2048)</code> gives
# the frequency of each row, and <code>librosa.istft</code> takes a <code>length</code>.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def keep_band(y, low, high):
    """Return what a sound at 22 050 Hz has between two frequencies, (n_samples,)."""
    spectrum = librosa.stft(y)
    rows = librosa.fft_frequencies(sr=22_050, n_fft=2048)
    spectrum[(rows < low) | (rows > high)] = 0
    return librosa.istft(spectrum, length=len(y))

# %% [markdown]
# ### 02.3 Apply: normalise a whole excerpt
#
# Write CMVN for a window that holds all frames: each row gets mean 0 and standard deviation 1; a
# row that does not vary becomes zeros.

# %% tags=["stub"]
def normalise(coefficients):
    """Return (n_coefficients, n_frames) with each row at mean 0 and deviation 1, or 0 where it is
    constant."""
    ...  # your code here

# %% tags=["check"]
check("02.3", normalise)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary><code>mean(axis=1, keepdims=True)</code> keeps the shape, so that
# it can be subtracted from all frames at once. Divide by 1 where the deviation is 0.</details>

# %% tags=["solution", "hide-cell"] jupyter={"source_hidden": true}
# A solution
def normalise(coefficients):
    """Return (n_coefficients, n_frames) with each row at mean 0 and deviation 1, or 0 where it is
    constant."""
    centred = coefficients - coefficients.mean(axis=1, keepdims=True)
    deviation = centred.std(axis=1, keepdims=True)
    return centred / np.where(deviation > 1e-9, deviation, 1)

# %% [markdown]
# ### 02.4 Open: what the 57 numbers do not hear
#
# Change the sound `y` so that everybody hears the difference at once, but the 57 features hardly
# move: on average by less than 0.2 standard deviations of the corpus. Your function takes
# (n_samples,) and returns as many. Simply turning it down or shifting it a little does not count.
# What does your answer say about any classifier that is given these features?

# %% tags=["stub"]
def fool(y):
    """Return another sound for the ear, nearly the same one for the 57 features."""
    ...  # your code here

# %% tags=["check"]
check("02.4", fool, y, table)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>A mean over frames does not care in which order the frames
# come.</details>

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
