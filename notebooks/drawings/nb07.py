"""Drawings of lesson 07: an autoencoder, rounding, divisive normalisation, and who learns from
what."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyBboxPatch, Polygon

from coursekit.drawings import BLUE, GREEN, INK, MUTED, ORANGE, PURPLE, drawing

SIZE = 13


def canvas(width, height):
    """Return a figure, and axes in which a unit is an inch."""
    fig = plt.figure(figsize=(width, height), layout="none")
    ax = fig.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    ax.axis("off")
    return fig, ax


def arrow(ax, begin, end, color=INK, bend=0.0):
    """Draw an arrow from one place to another."""
    look = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "mutation_scale": 14, "color": color,
            "linewidth": 1.6, "connectionstyle": f"arc3,rad={bend}"}
    ax.annotate("", end, begin, arrowprops=look)


def words(ax, place, text, color=INK, size=SIZE):
    """Write words around a place."""
    ax.text(*place, text, ha="center", va="center", color=color, fontsize=size)


def box(ax, left, bottom, width, height, text, color):
    """Draw a box with words in it."""
    look = {"boxstyle": "round,pad=0,rounding_size=0.08", "facecolor": "none", "linewidth": 2}
    ax.add_patch(FancyBboxPatch((left, bottom), width, height, edgecolor=color, **look))
    words(ax, (left + width / 2, bottom + height / 2), text)


def number(value):
    """Return a number as it is written on paper."""
    return f"{value:g}".replace("-", "−")


@drawing("07.autoencoder")
def autoencoder():
    """Draw picture, encoder, rounded code, decoder and copy."""
    fig, ax = canvas(5.5, 3.1)
    rng = np.random.default_rng(0)
    pixels = rng.random((8, 8))
    blurred = pixels.reshape(4, 2, 4, 2).mean(axis=(1, 3)).repeat(2, axis=0).repeat(2, axis=1)
    for left, shown in ((0.05, pixels), (4.25, blurred)):
        ax.imshow(shown, extent=(left, left + 1.2, 1.2, 2.4), cmap="magma", vmin=0, vmax=1)
    ax.set(xlim=(0, 5.5), ylim=(0, 3.1), aspect="auto")
    for wide, narrow in ((1.35, 2.35), (4.15, 3.15)):
        corners = [(wide, 1.2), (wide, 2.4), (narrow, 2.05), (narrow, 1.55)]
        ax.add_patch(Polygon(corners, facecolor="none", edgecolor=BLUE, linewidth=2))
    for place, value in enumerate((2, -1, 0, 1)):
        ax.add_patch(plt.Rectangle((2.5, 2.1 - 0.3 * place), 0.5, 0.3, facecolor="none",
                                   edgecolor=ORANGE, linewidth=2))
        words(ax, (2.75, 2.25 - 0.3 * place), number(value), size=12)
    for x, text in ((0.65, "picture"), (1.85, "encoder"), (2.75, "code"), (3.65, "decoder"),
                    (4.85, "copy")):
        words(ax, (x, 2.75), text)
    ax.plot([0.65, 0.65, 4.85, 4.85], [1.1, 0.75, 0.75, 1.1], color=GREEN, linewidth=2)
    words(ax, (2.75, 0.45), "loss: how far is the copy from the picture?", GREEN)
    return fig, ("An autoencoder: an encoder narrows a picture to a code of a few whole numbers, a "
                 "decoder widens the code to a copy, and the loss compares copy and picture.")


@drawing("07.steps")
def steps(levels):
    """Draw rounding to a few levels, and the slope that stands in for it."""
    most = (levels - 1) / 2
    fig, ax = plt.subplots(figsize=(5.2, 3.1), layout="constrained")
    x = np.linspace(-most - 1, most + 1, 1201)
    ax.plot(x, np.clip(np.round(x), -most, most), color=ORANGE, linewidth=2.5)
    ax.plot(x, np.clip(x, -most, most), "--", color=MUTED, linewidth=1.8)
    ax.text(-most - 0.9, most - 0.1, "steps: what goes forward", color=ORANGE, fontsize=SIZE)
    ax.text(most + 1, -most + 0.2, "dashes: the line whose\nslope comes back", color=MUTED,
            fontsize=SIZE, ha="right", va="bottom")
    marks = np.arange(-most, most + 1)
    ax.set_xticks(marks, map(number, marks), fontsize=SIZE)
    ax.set_yticks(marks, map(number, marks), fontsize=SIZE)
    ax.set_xlabel("number before rounding", fontsize=SIZE)
    ax.set_ylabel("after rounding", fontsize=SIZE)
    ax.spines[["top", "right"]].set_visible(False)
    return fig, (f"A staircase with {levels} flat steps from {-most:g} to {most:g}: every number "
                 "is rounded to one of them. Dashed, a straight line through the steps, flat "
                 "outside them: its slope is used on the way back.")


@drawing("07.gdn")
def divided(x, gamma):
    """Draw two channels that divide each other."""
    fig, ax = canvas(5.5, 2.6)
    for row, (y, color) in enumerate(((1.95, BLUE), (0.65, PURPLE))):
        own, other, weight = x[row], x[1 - row], gamma[row][1 - row]
        root = np.sqrt(1 + weight * other**2)
        ax.add_patch(plt.Circle((0.95, y), 0.32, facecolor="none", edgecolor=color, linewidth=2))
        words(ax, (0.95, y), number(own))
        words(ax, (0.95, y + 0.47), f"channel {row + 1}", color, 12)
        arrow(ax, (1.3, y), (2.2, y))
        box(ax, 2.2, y - 0.34, 2.1, 0.68,
            f"÷ √(1 + {number(weight)} · {number(other)}²)\n= ÷ {number(round(root, 2))}", color)
        arrow(ax, (4.35, y), (4.8, y))
        words(ax, (5.12, y), number(round(own / root, 2)), size=15)
    arrow(ax, (1.2, 1.75), (2.3, 1.02), BLUE)
    arrow(ax, (1.2, 0.85), (2.3, 1.58), PURPLE)
    outputs = [number(round(x[k] / np.sqrt(1 + gamma[k][1 - k] * x[1 - k] ** 2), 2))
               for k in (0, 1)]
    return fig, (f"Two channels with the values {number(x[0])} and {number(x[1])}. Each is divided "
                 "by the root of 1 plus a weight times the square of the other, which leaves "
                 f"{' and '.join(outputs)}.")


@drawing("07.who_learns")
def who_learns():
    """Draw encoder and regression, and what each of them learns from."""
    fig, ax = canvas(5.5, 2.2)
    box(ax, 0.05, 1.2, 0.95, 0.7, "picture\nof music", INK)
    box(ax, 1.35, 1.2, 1.1, 0.7, "encoder", BLUE)
    box(ax, 3.05, 1.2, 1.25, 0.7, "regression", ORANGE)
    box(ax, 4.65, 1.2, 0.8, 0.7, "genre", INK)
    for begin, end in ((1.0, 1.35), (2.45, 3.05), (4.3, 4.65)):
        arrow(ax, (begin, 1.55), (end, 1.55))
    words(ax, (2.75, 1.75), "code", size=12)
    words(ax, (1.75, 0.6), "learned from noise,\nor not at all", BLUE)
    words(ax, (3.95, 0.6), "learned from music\nwith labels", ORANGE)
    for x in (1.9, 3.68):
        arrow(ax, (x, 0.85), (x, 1.17), MUTED)
    return fig, ("A picture of music goes through the encoder, which learned from noise or not at "
                 "all; its code goes to a regression, which learned from music with labels, and "
                 "names a genre.")
