"""Drawings of lesson 04: a neuron, a perceptron, a step downhill, a network with two branches."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyBboxPatch

from coursekit.drawings import BLUE, GREEN, INK, MUTED, ORANGE, PURPLE, drawing

ARROW = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "mutation_scale": 13}


def canvas(width, height):
    """Return a figure, and axes in which a unit is an inch."""
    fig = plt.figure(figsize=(width, height), layout="none")
    ax = fig.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    ax.axis("off")
    return fig, ax


def arrow(ax, begin, end, color=INK, width=1.4):
    """Draw an arrow from one place to another."""
    look = ARROW | {"color": color, "linewidth": width}
    ax.annotate("", end, begin, arrowprops=look)


def ball(ax, place, text, color, radius=0.3):
    """Draw a circle with a number in it."""
    ax.add_patch(plt.Circle(place, radius, facecolor="none", edgecolor=color, linewidth=2))
    ax.text(*place, text, ha="center", va="center", fontsize=11)


def box(ax, left, bottom, width, height, text, color):
    """Draw a box with words in it."""
    look = {"boxstyle": "round,pad=0,rounding_size=0.08", "facecolor": "none", "linewidth": 2}
    ax.add_patch(FancyBboxPatch((left, bottom), width, height, edgecolor=color, **look))
    ax.text(left + width / 2, bottom + height / 2, text, ha="center", va="center", fontsize=11)


def number(value):
    """Return a number as it is written on paper."""
    return f"{value + 0.0:g}".replace("-", "−")


@drawing("04.neuron")
def neuron(inputs, names, weights, bias):
    """Draw one neuron with its numbers."""
    fig, ax = canvas(8.2, 2.7)
    total = float(np.dot(inputs, weights) + bias)
    for place, (value, name, weight) in enumerate(zip(inputs, names, weights)):
        y = 2.2 - 0.8 * place
        ax.text(1.1, y, name, ha="right", va="center", fontsize=11)
        ball(ax, (1.6, y), number(value), BLUE)
        end = 1.4 + 0.25 * (1 - place)
        arrow(ax, (1.95, y), (3.55, end), BLUE if weight > 0 else ORANGE)
        ax.text(2.6, 0.6 * y + 0.4 * end + 0.08, f"× {number(weight)}", ha="center", va="bottom",
                fontsize=11)
    ball(ax, (4, 1.4), "sum", PURPLE, 0.42)
    ax.text(4, 0.72, f"+ bias {number(bias)}", ha="center", va="center", fontsize=11)
    arrow(ax, (4.45, 1.4), (5.5, 1.4))
    ax.text(4.97, 1.5, number(round(total, 3)), ha="center", va="bottom", fontsize=11)
    box(ax, 5.5, 1.02, 1.0, 0.76, "", GREEN)
    ax.plot([5.62, 6.0, 6.38], [1.2, 1.2, 1.62], color=GREEN, linewidth=2)
    ax.text(6, 0.72, "ReLU: below 0 becomes 0", ha="center", va="center", fontsize=11)
    arrow(ax, (6.55, 1.4), (7.4, 1.4))
    ax.text(7.5, 1.4, number(round(max(0, total), 3)), va="center", fontsize=13, weight="bold")
    words = [f"{number(x)} times {number(w)}" for x, w in zip(inputs, weights)]
    return fig, (f"A neuron: {', '.join(words)}, plus {number(bias)}, make "
                 f"{number(round(total, 3))}; the ReLU sets what is negative to zero.")


@drawing("04.perceptron")
def perceptron(inputs, hidden, logits, shares, names):
    """Draw a perceptron with one hidden layer and the numbers that flow through it."""
    fig, ax = canvas(8.6, 3.1)
    layers = [(1.2, inputs, BLUE), (3.4, hidden, PURPLE), (5.6, logits, ORANGE)]
    places = [[(x, 1.4 + 0.8 * ((len(values) - 1) / 2 - k)) for k in range(len(values))]
              for x, values, _ in layers]
    for begin, end in pairwise(places):
        for a in begin:
            for b in end:
                arrow(ax, (a[0] + 0.33, a[1]), (b[0] - 0.33, b[1]), MUTED, 1)
    for spots, (_, values, color) in zip(places, layers):
        for spot, value in zip(spots, values):
            ball(ax, spot, number(round(value, 2)), color)
    for (x, y), share, name in zip(places[-1], shares, names):
        arrow(ax, (x + 0.35, y), (x + 1.1, y))
        ax.text(x + 1.2, y, f"{name}: {share:.0%}", va="center", fontsize=12)
    for x, text in ((1.2, "3 features"), (3.4, "hidden layer"), (5.6, "one per genre"),
                    (7.2, "softmax")):
        ax.text(x, 2.85, text, ha="center", va="center", color=MUTED, fontsize=11)
    said = ", ".join(f"{name} {share:.0%}" for name, share in zip(names, shares))
    return fig, (f"A perceptron: {len(inputs)} features, {len(hidden)} hidden neurons, "
                 f"{len(logits)} outputs, every number joined with every number of the next layer. "
                 f"The softmax makes probabilities of the outputs: {said}.")


@drawing("04.downhill")
def downhill(loss, weight, rate, steps=4):
    """Draw a loss along one weight, its slope, and some steps."""
    fig, ax = plt.subplots(figsize=(7, 3))
    slope = lambda w: (loss(w + 1e-4) - loss(w - 1e-4)) / 2e-4  # noqa: E731
    walk = [weight]
    for _ in range(steps):
        walk.append(walk[-1] - rate * slope(walk[-1]))
    w = np.linspace(weight - 1.5, walk[-1] + 1, 200)
    ax.plot(w, [loss(one) for one in w], color=BLUE, linewidth=2)
    near = np.array([weight - 0.9, weight + 0.9])
    ax.plot(near, loss(weight) + slope(weight) * (near - weight), color=ORANGE, linewidth=2)
    ax.text(near[1] - 0.1, loss(weight) + 0.02, f"slope {number(round(slope(weight), 2))}",
            color=ORANGE, fontsize=11)
    for begin, end in pairwise(walk):
        arrow(ax, (begin, loss(begin)), (end, loss(end)), INK, 1.4)
    ax.plot(walk, [loss(one) for one in walk], "o", color=GREEN)
    ax.set(xlabel="one weight, the others kept", ylabel="loss")
    ax.spines[["top", "right"]].set_visible(False)
    return fig, (f"The loss along one weight falls to the right. At {number(weight)} its slope is "
                 f"{slope(weight):.2f}; {steps} steps go downhill, each shorter than the one "
                 "before, as the slope becomes flatter.")


@drawing("04.two_branches")
def two_branches():
    """Draw the multimodal network."""
    fig, ax = canvas(8.6, 2.5)
    box(ax, 0.1, 1.5, 1.5, 0.7, "57 features", BLUE)
    box(ax, 2.3, 1.5, 1.9, 0.7, "perceptron", BLUE)
    box(ax, 0.1, 0.3, 1.5, 0.7, "MFCC picture", ORANGE)
    box(ax, 2.3, 0.3, 1.9, 0.7, "convolutions", ORANGE)
    box(ax, 5.0, 0.9, 1.6, 0.7, "side by side,\ndense layer", PURPLE)
    box(ax, 7.3, 0.9, 1.2, 0.7, "10 genres", GREEN)
    for begin, end in (((1.6, 1.85), (2.3, 1.85)), ((1.6, 0.65), (2.3, 0.65)),
                       ((4.2, 1.85), (5.0, 1.35)), ((4.2, 0.65), (5.0, 1.15)),
                       ((6.6, 1.25), (7.3, 1.25))):
        arrow(ax, begin, end)
    return fig, ("Two branches: 57 features go through a perceptron, a picture of MFCCs through "
                 "convolutions; what both say is put side by side, and a dense layer answers with "
                 "one of ten genres.")
