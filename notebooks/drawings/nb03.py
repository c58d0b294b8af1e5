"""Drawings of notebook 03."""

from itertools import pairwise

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from coursekit.drawings import BLUE, INK, MUTED, ORANGE, drawing

ROW = ["sound", "57 features", "scaling", "drop\nunrelated", "drop\nrepeated", "MLP"]
BOXES = {name: (1.5 * k, 1.5 if k else 0.75) for k, name in enumerate(ROW)} | {
    "STFT, mel": (1.5, 0), "MFCC": (3, 0), "CMVN": (4.5, 0), "CNN": (7.5, 0),
    "both: MMNN": (9.1, 0.75), "PCA, K-means,\nBoruta": (4.5, 2.7),
    "published\nmel pictures": (4.5, -1)}
ARROWS = [*pairwise(ROW), ("scaling", "PCA, K-means,\nBoruta"), ("sound", "STFT, mel"),
          ("STFT, mel", "MFCC"), ("MFCC", "CMVN"), ("CMVN", "CNN"), ("MLP", "both: MMNN"),
          ("CNN", "both: MMNN"), ("published\nmel pictures", "CNN")]


@drawing("03.pipeline")
def pipeline():
    fig, ax = plt.subplots(figsize=(11, 4))
    boxes = {}
    for name, (x, y) in BOXES.items():
        colour = BLUE if y > 1 and name != "MLP" else MUTED
        box = {"boxstyle": "round,pad=0.5", "facecolor": "none", "edgecolor": colour, "lw": 2}
        text = ax.text(x, y, name, ha="center", va="center", bbox=box, fontsize=11)
        boxes[name] = text.get_bbox_patch()
    for start, end in ARROWS:
        ends = {"patchA": boxes[start], "patchB": boxes[end]}
        ax.annotate("", BOXES[end], BOXES[start],
                    arrowprops={"arrowstyle": "-|>", "color": MUTED} | ends)
    path = {"arrowstyle": "-|>", "color": MUTED, "connectionstyle": "arc3,rad=-0.25",
            "patchA": boxes["STFT, mel"], "patchB": boxes["CNN"]}
    ax.annotate("", BOXES["CNN"], BOXES["STFT, mel"], arrowprops=path)
    ax.set(xlim=(-0.6, 10), ylim=(-1.5, 3.3))
    ax.axis("off")
    ways = "; ".join(f"{a} to {b}" for a, b in [*ARROWS, ("STFT, mel", "CNN")])
    return fig, f"Diagram of the paper's pipeline. Arrows lead from {ways}.".replace("\n", " ")


@drawing("03.bits")
def bits():
    fig, axes = plt.subplots(1, 2, figsize=(8, 3))
    for ax, counts, title in zip(axes, ([[3, 1], [1, 3]], [[2, 2], [2, 2]]),
                                 ("what we count", "if loudness told nothing")):
        for row, numbers in enumerate(counts):
            for column, count in enumerate(numbers):
                colour = BLUE if count > 2 else ORANGE if count < 2 else MUTED
                ax.add_patch(Rectangle((column, -row), 1, 1, facecolor=colour,
                                       alpha=0.25, edgecolor=INK))
                ax.text(column + 0.5, 0.5 - row, "●" * count + f"\n{count} of 8", ha="center",
                        va="center", fontsize=13)
        ax.set(xlim=(0, 2), ylim=(-1, 1), title=title)
        ax.set_xticks([0.5, 1.5], ["metal", "jazz"])
        ax.set_yticks([0.5, -0.5], ["loud", "quiet"])
    return fig, ("Two tables of eight tracks. Counted: loud, 3 metal and 1 jazz; quiet, 1 and 3. "
                 "If loudness told nothing: 2 in each cell.")


@drawing("03.grid")
def grid():
    x = np.linspace(-1, 1, 61)
    fig, ax = plt.subplots(figsize=(6, 3.4))
    ax.plot(x, x**2, "o", color=BLUE, markersize=4)
    ax.axhline(0.25, color=ORANGE)
    for line in (-0.5, 0.5):
        ax.axvline(line, color=ORANGE)
    for place, word in ((-0.75, "above"), (0, "below"), (0.75, "above")):
        ax.text(place, 0.9 if word == "above" else 0.12, word, ha="center", color=ORANGE)
    ax.set(xlabel="one number", ylabel="another", xticks=[], yticks=[],
           title="Pearson's r = 0; this grid: 1 bit of 1")
    return fig, ("Points on a parabola under a grid of two rows and three columns. All points of "
                 "the outer columns lie above the line, all of the middle one below.")


@drawing("03.shadows")
def shadows():
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4))
    rows = [("metal", 9, 3), ("metal", 8, 2), ("jazz", 3, 8), ("jazz", 2, 9)]
    for y, (genre, own, shuffled) in enumerate(rows):
        left.text(0, -y, genre, fontsize=13)
        left.text(1.4, -y, own, color=BLUE, fontsize=13)
        left.text(2.4, -y, shuffled, color=ORANGE, fontsize=13)
    for x, name, colour in ((0, "genre", INK), (1.1, "feature", BLUE), (2.1, "shadow", ORANGE)):
        left.text(x, 1, name, color=colour, fontsize=13, weight="bold")
    left.set(xlim=(-0.2, 3.2), ylim=(-3.5, 1.6))
    left.axis("off")
    names = ["tempo", "loudness", "centroid", "shadow 1", "shadow 2", "shadow 3"]
    lengths = [9, 6, 3, 4, 2, 1]
    right.barh(names[::-1], lengths[::-1], color=[ORANGE] * 3 + [BLUE] * 3, height=0.6)
    right.axvline(4, color=ORANGE, linestyle="--")
    right.set(xticks=[], xlabel="importance to the forest")
    for y, word in ((5, "wins"), (4, "wins"), (3, "loses")):
        right.text(max(lengths[5 - y], 4) + 0.2, y, word, va="center")
    return fig, ("Left: four tracks with a feature, 9, 8, 3, 2, and its shadow, the same values "
                 "in another order. Right: importance of three features and three shadows; two "
                 "features beat the best shadow and win, the third loses.")


@drawing("03.axis")
def axis():
    chance = np.random.default_rng(3)
    points = chance.normal(size=(90, 2)) * [2, 0.6] @ np.array([[0.85, 0.53], [-0.53, 0.85]])
    fig, ax = plt.subplots(figsize=(6, 3.6))
    ax.plot(*points.T, "o", color=MUTED, markersize=4)
    for end, colour, name in (((3.8, 2.4), BLUE, "first component"),
                              ((-0.9, 1.45), ORANGE, "second")):
        ax.annotate("", end, (0, 0), arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 2.5})
        ax.text(end[0], end[1] + 0.2, name, color=colour, ha="center", weight="bold")
    ax.set(aspect="equal", xticks=[], yticks=[], xlabel="a feature", ylabel="another feature")
    return fig, ("A long cloud of points. An arrow along its longest direction is the first "
                 "component, a shorter one at a right angle the second.")
