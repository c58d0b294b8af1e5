"""Drawings of lesson 06: pixels, a pyramid, a division, a vote, vectors at right angles."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyBboxPatch, Rectangle

from coursekit.drawings import BLUE, GREEN, INK, MUTED, ORANGE, PURPLE, drawing


def canvas(width, height):
    """Return a figure, and axes in which a unit is an inch."""
    fig = plt.figure(figsize=(width, height), layout="none")
    ax = fig.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    ax.axis("off")
    return fig, ax


def arrow(ax, begin, end, color=INK):
    """Draw an arrow from one place to another."""
    look = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "mutation_scale": 16}
    ax.annotate("", end, begin, arrowprops=look | {"color": color, "linewidth": 2})


def words(ax, x, y, text, color=INK, size=13, **more):
    """Write in the middle of a place."""
    ax.text(x, y, text, color=color, fontsize=size, va="center", **{"ha": "center"} | more)


@drawing("06.pixels")
def pixels(picture, others):
    """Draw a row of pixels above others, with the squared differences and their mean."""
    fig, ax = canvas(4.9, 3)
    rows = {"a picture": picture} | others
    said = []
    for y, (name, values) in zip((2.4, 1.45, 0.5), rows.items()):
        words(ax, 0.05, y + 0.22, name, ha="left")
        for k, value in enumerate(values):
            place = (1.65 + 0.52 * k, y)
            ax.add_patch(Rectangle(place, 0.48, 0.46, facecolor=str(value)))
            ax.add_patch(Rectangle(place, 0.48, 0.46, fill=False, edgecolor=MUTED))
            words(ax, place[0] + 0.24, y + 0.22, f"{value:g}", str(float(value < 0.5)))
        if name in others:
            squares = (np.array(values) - picture) ** 2
            sum_of = " + ".join(f"{square:g}" for square in squares)
            words(ax, 1.65, y - 0.2, f"({sum_of}) / 4", MUTED, ha="left")
            words(ax, 3.85, y + 0.22, f"MSE {squares.mean():g}", ORANGE, ha="left")
            said.append(f"{name}, {values}, has an MSE of {squares.mean():g}")
    return fig, f"Four pixels, {picture}. " + "; ".join(said) + "."


@drawing("06.pyramid")
def pyramid():
    """Draw how a picture becomes bands: shrink, enlarge, subtract, divide, and again."""
    fig, ax = canvas(4.9, 4.2)
    look = {"boxstyle": "round,pad=0,rounding_size=0.08", "facecolor": "none", "linewidth": 2.5}
    for level, (y, side) in enumerate(zip((3.2, 1.5, 0.2), (0.9, 0.65, 0.4)), 1):
        ax.add_patch(FancyBboxPatch((0.1, y), 1.2 * side, side, edgecolor=BLUE, **look))
        words(ax, 0.1 + 0.6 * side, y + side / 2, f"{level}", BLUE)
        if level < 3:
            arrow(ax, (0.35, y - 0.03), (0.35, 2.2 if level == 1 else 0.65), BLUE)
            words(ax, 0.5, y - 0.5, "blur, keep every second pixel", BLUE, ha="left")
            middle = y + side / 2
            arrow(ax, (0.15 + 1.2 * side, middle), (1.45, middle), GREEN)
            for x, wide, text, color in ((1.5, 1.1, "picture\n− blurred", GREEN),
                                         (3.3, 1.5, "÷ activity of\nneighbours", PURPLE)):
                box = FancyBboxPatch((x, middle - 0.36), wide, 0.72, edgecolor=color, **look)
                ax.add_patch(box)
                words(ax, x + wide / 2, middle, text, color)
            arrow(ax, (2.65, middle), (3.25, middle), GREEN)
            words(ax, 2.95, middle + 0.2, "band", GREEN)
    words(ax, 0.8, 0.38, "… down to level 6", MUTED, ha="left")
    return fig, ("A pyramid of pictures: from each level to the next the picture is blurred and "
                 "every second pixel kept. Beside each level, picture minus blurred picture gives "
                 "the band, which is divided by the activity of the neighbours.")


@drawing("06.division")
def division(band, sigma):
    """Draw a row before and after each number is divided by its surroundings."""
    band = np.array(band)
    framed = np.pad(np.abs(band), 1, mode="reflect")
    after = band / (sigma + (framed[:-2] + framed[2:]) / 2)
    fig, axes = plt.subplots(2, 1, figsize=(5, 4), sharex=True)
    for ax, row, name in zip(axes, (band, after), ("band", "divided")):
        bars = ax.bar(range(1, len(row) + 1), row, color=BLUE, width=0.7)
        for k in (2, 6):
            bars[k].set_color(ORANGE)
        ax.bar_label(bars, fmt="%.3g", padding=2, color=INK, fontsize=12)
        ax.set(ylabel=name, yticks=[], ylim=(1.5 * row.min() - 0.1 * row.max(), 1.4 * row.max()))
        ax.spines[["top", "right", "left"]].set_visible(False)
    axes[0].annotate("quiet", (3, 0.25), ha="center", color=MUTED, fontsize=13)
    axes[0].annotate("busy", (7, 0.25), ha="center", color=MUTED, fontsize=13)
    axes[1].set(xlabel="pixel", xticks=range(1, len(row) + 1))
    before, later = (", ".join(f"{value:.3g}" for value in row) for row in (band, after))
    return fig, f"A row of pixels, {before}; divided by their surroundings they are {later}."


VOTERS = [(0.5, 340, "blues"), (0.85, 100, "jazz"), (0.95, 265, "jazz"), (1.45, 60, "blues"),
          (1.6, 330, "jazz"), (1.75, 195, "jazz"), (1.85, 115, "rock"), (2.5, 160, "rock"),
          (2.6, 20, "blues"), (2.45, 300, "rock")]


@drawing("06.votes")
def votes():
    """Draw a track among its neighbours, with circles around the nearest 1, 3 and 7."""
    fig, ax = plt.subplots(figsize=(5.2, 4.6))
    colors = {"blues": BLUE, "jazz": ORANGE, "rock": GREEN}
    for away, turn, genre in VOTERS:
        x, y = away * np.cos(np.radians(turn)), away * np.sin(np.radians(turn))
        ax.plot(x, y, "o", color=colors[genre], markersize=11)
        ax.text(x + 0.13, y, genre, color=colors[genre], va="center", fontsize=13)
    said = []
    for k, radius in ((1, 0.68), (3, 1.15), (7, 2.1)):
        ax.add_patch(plt.Circle((0, 0), radius, fill=False, edgecolor=MUTED, linestyle="--"))
        ax.text(-0.72 * radius, -0.72 * radius, f"k = {k}", ha="right", va="top", color=MUTED,
                fontsize=13)
        genres = [genre for _, _, genre in VOTERS[:k]]
        said.append(f"for k = {k} " + ", ".join(f"{genres.count(g)} {g}" for g in colors))
    ax.plot(0, 0, "*", color=INK, markersize=18)
    ax.set(xlim=(-2.9, 3.1), ylim=(-2.6, 2.3), aspect="equal")
    ax.axis("off")
    return fig, "A track, a star, among its neighbours. The votes: " + "; ".join(said) + "."


@drawing("06.right_angles")
def right_angles(lengths):
    """Draw three vectors at right angles, and the distances of their tips."""
    fig, ax = plt.subplots(figsize=(5.2, 3.4))
    ways = np.array([[-0.85, -0.5], [0.85, -0.5], [0, 1]])
    colors = (BLUE, GREEN, ORANGE)
    tips = {name: length * way for (name, length), way in zip(lengths.items(), ways)}
    for (name, tip), way, color in zip(tips.items(), ways, colors):
        arrow(ax, (0, 0), tip, color)
        ax.text(*(tip + 0.35 * way), f"{name}: {lengths[name]}", color=color, ha="center",
                va="center", fontsize=15)
    names, said = list(lengths), []
    for one, other in ((0, 1), (0, 2), (1, 2)):
        p, q = names[one], names[other]
        away = np.hypot(lengths[p], lengths[q])
        ax.plot(*np.array([tips[p], tips[q]]).T, "--", color=MUTED)
        ax.text(*((tips[p] + tips[q]) / 2), f"{away:.1f}", ha="center", va="center", fontsize=14,
                bbox={"facecolor": "#e8e8ee", "edgecolor": "none", "alpha": 0.9},
                color="#333333")
        said.append(f"{p} and {q} are {away:.1f} apart")
    ax.set(xlim=(-4.4, 3.8), ylim=(-2.6, 1.6), aspect="equal")
    ax.axis("off")
    of = ", ".join(f"{name} of length {length}" for name, length in lengths.items())
    return fig, f"Three vectors that stand at right angles to each other: {of}. {'; '.join(said)}."
