"""Drawings of lesson 05: what a mean does to a wave, the hybrid network, and why silence wins."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from coursekit.drawings import BLUE, GREEN, INK, MUTED, ORANGE, PURPLE, drawing

FONT = 12


def bare(ax):
    """Take the frame of axes away."""
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


@drawing("05.averaging")
def averaging():
    """Draw two waves in groups of samples, with the mean of each group."""
    fig, axes = plt.subplots(2, 1, figsize=(5.2, 3.6), layout="constrained")
    time, group = np.linspace(0, 20, 2001), np.arange(20)
    titles = "slow: the means follow", "fast: the means draw a slower wave, an alias"
    for ax, swings, title in zip(axes, (0.15, 0.85), titles):
        fine = np.sin(2 * np.pi * swings * time)
        means = [fine[100 * k : 100 * k + 101].mean() for k in group]
        size = np.sin(np.pi * swings) / (np.pi * swings)
        turn = swings if swings < 0.5 else swings - 1
        for k in group[::2]:
            ax.add_patch(Rectangle((k, -1.15), 1, 2.3, color=MUTED, alpha=0.15, linewidth=0))
        ax.plot(time, fine, color=MUTED, linewidth=1)
        smooth = size * np.sin(2 * np.pi * (turn * (time - 0.5) + swings * 0.5))
        ax.plot(time, smooth, color=BLUE, linewidth=2)
        ax.plot(group + 0.5, means, "o", color=BLUE, markersize=5)
        ax.set(xlim=(0, 20), ylim=(-1.2, 1.2))
        ax.set_title(title, fontsize=FONT)
        bare(ax)
    return fig, ("Two waves, cut into 20 groups of samples, with a dot at the mean of each group. "
                 "The dots of the slow wave lie on it. Those of the fast wave lie on another, "
                 "slower and smaller wave.")


@drawing("05.hybrid")
def hybrid():
    """Draw the encoder, the code, the decoder and the classifier; widths are numbers of units."""
    fig = plt.figure(figsize=(5.2, 5.6), layout="none")
    ax = fig.add_axes((0, 0, 1, 1), xlim=(0, 5.2), ylim=(0, 5.6))
    bare(ax)
    encoder, decoder = (500, 256, 192, 128), (128, 192, 256, 500)
    layers = [(units, BLUE) for units in encoder] + [(64, PURPLE)]
    layers += [(units, ORANGE) for units in decoder]
    for place, (units, color) in enumerate(layers):
        layer(ax, 1.75, 5.05 - 0.55 * place, units, color)
    for place, units in enumerate((32, 16, 4)):
        layer(ax, 4.2, 2.3 - 0.55 * place, units, GREEN)
    look = {"arrowstyle": "-|>", "color": INK, "mutation_scale": 14}
    ax.annotate("", (4.0, 2.55), (2.1, 2.95), arrowprops=look)
    for x, y, text, color in ((0.05, 3.9, "encoder", BLUE), (0.05, 2.85, "code", PURPLE),
                              (0.05, 1.9, "decoder", ORANGE), (3.75, 2.75, "classifier", GREEN)):
        ax.text(x, y, text, color=color, fontsize=13, va="center", weight="bold")
    ax.text(1.75, 5.42, "a segment", ha="center", va="center", fontsize=FONT)
    ax.text(1.75, 0.25, "redrawn: γ × squared error", ha="center", va="center", fontsize=FONT)
    ax.text(4.2, 0.7, "four genres:\n(1 − γ) × surprise", ha="center", va="center", fontsize=FONT)
    return fig, ("An hourglass of layers: a segment of 500 numbers is squeezed by the encoder to "
                 "256, 192, 128 and 64 numbers, the code; the decoder goes back by 128, 192 and "
                 "256 to 500. Beside it a classifier goes from the code by 32 and 16 to four "
                 "genres. The loss adds γ times the squared error and (1 − γ) times the surprise.")


def layer(ax, x, y, units, color):
    """Draw a layer as a bar, with its number of units."""
    width = max(0.08, units / 500 * 2.6)
    ax.add_patch(Rectangle((x - width / 2, y - 0.16), width, 0.32, facecolor=color, alpha=0.3))
    ax.add_patch(Rectangle((x - width / 2, y - 0.16), width, 0.32, fill=False, edgecolor=color))
    inside = width > 0.3
    ax.text(x if inside else x + width / 2 + 0.1, y, units, ha="center" if inside else "left",
            va="center", fontsize=FONT)


@drawing("05.silence")
def silence():
    """Draw five waves that differ in phase alone, and their mean."""
    fig, ax = plt.subplots(figsize=(5.2, 2.4), layout="constrained")
    time, phases = np.linspace(0, 3, 400), np.array([0, 0.22, 0.38, 0.61, 0.79])
    waves = np.sin(2 * np.pi * (time + phases[:, None]))
    ax.plot(time, waves.T, color=MUTED, linewidth=1)
    ax.plot(time, waves.mean(axis=0), color=ORANGE, linewidth=3)
    ax.set_title("the mean of five possible waves", fontsize=FONT, color=ORANGE)
    ax.set(xlim=(0, 3), ylim=(-1.15, 1.15))
    bare(ax)
    return fig, ("Five waves of the same pitch and loudness that begin at different places in "
                 "their swing. Their mean, a thick line, is nearly flat.")
