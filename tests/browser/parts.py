# ---
# jupyter:
#   kernelspec: {name: python3, display_name: Python 3 (ipykernel), language: python}
# ---

# %% [markdown]
# # The parts of a lesson

# %%
import sys
import time

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

sys.path.insert(0, FOLDER)  # noqa: F821  (filled in by the test)
from chords import ChordCorpus, positions

from coursekit.drawings import BLUE, INK, drawing
from coursekit.lesson import bets_so_far, draw, knob, live_curve, predict, show_guess
from genrelab.display import save_figure, slider, sound_map, use_theme
from genrelab.runtime import parallel, progress

use_theme()

# %% [markdown]
# ## A bet

# %%
predict("98.square", "How much is a fifth squared?", low=0, high=1)

# %% [markdown]
# Words between the bet and its answer.

# %%
fig, ax = plt.subplots(figsize=(4, 3))
ax.bar([0, 1], [0.2, 0.04])
ax.set(title="A fifth, and its square", ylim=(0, 1))
save_figure(fig, "98_square", alt="Two bars: a fifth, and its square.", data=[[0.2], [0.04]])

# %%
show_guess("98.square", 0.2**2, ax)

# %%
print("said after the answer")

# %% [markdown]
# ## A second bet

# %%
predict("98.count", "How many?", low=0, high=50, step=1, unit="tracks")

# %%
show_guess("98.count", 12)

# %%
bets_so_far()

# %% [markdown]
# ## A knob and a slider


# %%
def harmonics(n):
    """Return a frame: a tone of n harmonics, drawn, heard and counted."""
    t = np.arange(22_050) / 22_050
    sound = sum(np.sin(2 * np.pi * 220 * k * t) / k for k in range(1, n + 1)).astype("f4") / 4
    fig, ax = plt.subplots(figsize=(4, 2))
    ax.plot(sound[:400])
    numbers = {"energy": float((sound**2).sum())}
    return {"image": fig, "alt": f"a wave of {n} harmonics", "sound": sound, "numbers": numbers}


knob(harmonics, "harmonics", [1, 2, 4, 8, 16], start=2)

# %%
slider([{"label": str(n), **harmonics(n)} for n in (1, 2, 3)], "harmonics, too")

# %%
slider([{"label": str(n), "html": f"<b>{n * n}</b>"} for n in (1, 2, 3)], "n")

# %% [markdown]
# ## A curve that grows

# %%
curve = live_curve(chance=0.1)
for epoch in range(8):
    time.sleep(0.4)
    curve.add(training=1 - 0.8**epoch, validation=0.8 * (1 - 0.8**epoch))
curve.finish("98_curve", title="It learns", alt="Two curves that rise from chance.")

# %%
for _ in progress(range(12), "long work"):
    time.sleep(0.3)

# %%
for _ in progress(range(3), "short work"):
    pass

# %%
done = parallel(time.sleep, [1.5] * 4, "workers")

# %% [markdown]
# ## A drawing and a table


# %%
@drawing("98.triangle")
def triangle(height):
    """Draw a triangle."""
    fig, ax = plt.subplots(figsize=(4, 2.4))
    ax.plot([0, 1, 0.5, 0], [0, 0, height, 0], color=BLUE)
    ax.text(0.5, 0.2, "height", color=INK, ha="center")
    ax.set_title("A triangle")
    return fig, "A triangle on its side, with its height."


draw("98.triangle", height=2)

# %%
fig, (ax, other) = plt.subplots(1, 2, figsize=(7, 2.6))
image = ax.imshow(np.random.default_rng(0).random((20, 40)) ** 3, cmap="magma", aspect="auto")
fig.colorbar(image, ax=ax)
for x, colour in enumerate(["#2854fd", "#9e5a01", "#d70bac", "#36a2a1"]):
    other.plot([0, 1], [x, x + 1], color=colour)
fig.suptitle("A picture and lines")
save_figure(fig, "98_picture", alt="A dark picture, and four lines beside it.", data=[[0]])

# %%
sound_map(positions(ChordCorpus(4)), ChordCorpus(4), title="A map in the dark")

# %%
pd.DataFrame({"genre": ["blues", "jazz"], "share": [0.25, 0.75]})
