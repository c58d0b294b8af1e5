# ---
# jupyter:
#   kernelspec: {name: python3, display_name: Python 3 (ipykernel), language: python}
# ---

# %% [markdown]
# # Does every display work here?

# %%
import sys

sys.path.insert(0, FOLDER)  # noqa: F821  (filled in by the test)
import ipywidgets
import numpy as np
import pandas as pd
from chords import ChordCorpus, chord, positions
from matplotlib import pyplot as plt

from genrelab.display import genre_style, listen, live, save_figure, slider, sound_map, use_theme

use_theme()
corpus = ChordCorpus(per_genre=COUNT)  # noqa: F821

# %%
sound_map(positions(corpus), corpus, "01_map", title="Ten clouds of chords: click a point to hear "
                                                     "it")

# %%
sound_map(
    positions(corpus, 1)[:20],
    corpus,
    "01_second_map",
    title="Half of the genres, on axes with units",
    axes=("first (dB)", "second (dB)"),
)

# %%
low, high = chord(220, 6, 0.6), chord(330, 6, 0.3)
noise = np.random.default_rng(0).normal(0, 0.05, low.size).astype("f4")
listen({"as recorded": low, "with noise at −20 dB": low + noise, "a fifth higher, 6 dB "
                                                                 "softer": high})

# %%
listen(["blues.00000", "jazz.00001"], corpus=corpus)


# %%
def frame(cut):
    fig, ax = plt.subplots(figsize=(6, 2.4))
    ax.plot(np.arange(1, 6), np.arange(1, 6) <= cut, "o-")
    ax.set(xlabel="harmonic", ylabel="gain", title=f"{cut} harmonics pass")
    sound = chord(220, 4, 0.1 + 0.08 * cut)
    return {
        "label": f"{cut} harmonics",
        "image": fig,
        "sound": sound,
        "numbers": {"RMS": float(sound.std()), "n": cut},
    }


slider([frame(cut) for cut in (1, 2, 3, 4, 5)], label="pass below")

# %%
fig, ax = plt.subplots()
for number, genre in enumerate(["blues", "jazz", "metal"]):
    style = genre_style(genre)
    ax.plot(
        [1, 2, 3],
        [number, number + 1, number],
        color=style.colour,
        marker=style.marker,
        label=genre,
    )
ax.set(title="Metal lies above blues", xlabel="time (s)", ylabel="level (dB)")
ax.legend()
save_figure(
    fig,
    "01_levels",
    alt="Three lines of level over time; metal lies above jazz and blues.",
    data=pd.DataFrame({"time": [1.0, 2, 3], "blues": [0.0, 1, 0]}),
)

# %%
live(ipywidgets.IntSlider(description="cut-off"), "<p>no kernel here</p>")
