"""Drawings of lesson 01: how tracks are split, and how the bootstrap draws artists."""

import matplotlib.pyplot as plt
from matplotlib.patches import FancyBboxPatch

from coursekit.drawings import BLUE, GREEN, INK, MUTED, ORANGE, PURPLE, drawing

COLOURS = dict(zip("ABCD", (BLUE, ORANGE, GREEN, PURPLE)))
"""Of the four artists."""


def card(ax, x, y, artist, mark=None, leak=False):
    """Draw a track as a card in its artist's colour, with a heavy frame if it is a leak."""
    shape = "round,pad=0.02,rounding_size=0.12"
    edge = {"edgecolor": INK, "linewidth": 3} if leak else {"edgecolor": "none"}
    ax.add_patch(FancyBboxPatch((x, y), 0.8, 1, shape, facecolor=COLOURS[artist], **edge))
    ax.text(x + 0.4, y + 0.5, mark or artist, color="white", ha="center", va="center", size=11,
            weight="bold")


def frame(ax, x, y, width, height, **style):
    """Draw a box around cards."""
    shape = "round,pad=0.08,rounding_size=0.15"
    ax.add_patch(FancyBboxPatch((x, y), width, height, shape, facecolor="none", **style))


def row_of_groups(ax, x, y, artists, groups, wanted, leaks, framed):
    """Draw the cards of some groups from left to right; return where they end."""
    for group in wanted:
        own = [artist for artist, its in zip(artists, groups) if its == group]
        if framed:
            frame(ax, x, y, len(own) - 0.2, 1, edgecolor=MUTED, linewidth=1.2, linestyle="--")
        for artist in own:
            card(ax, x, y, artist, leak=artist in leaks)
            x += 1
        x += 0.35 if framed else 0
    return x


@drawing("01.split")
def split(artists, ways):
    """Draw the same tracks split in several ways.

    `artists` names the artist of each track by a letter; each way is the group of each track, and
    the groups that are the test set.
    """
    fig, ax = plt.subplots(figsize=(8, 0.45 + 1.15 * len(ways)))
    told, test_at = [], 9.1
    for number, (name, (groups, test)) in enumerate(ways.items()):
        y = -2.4 * number
        learned = sorted(set(groups) - set(test))
        known = {artist for artist, group in zip(artists, groups) if group in learned}
        tested = [artist for artist, group in zip(artists, groups) if group in test]
        leaks = sum(artist in known for artist in tested)
        framed = len(set(groups)) < len(artists)
        frame(ax, -0.15, y - 0.15, 8.5, 1.3, edgecolor=INK, linewidth=1)
        frame(ax, test_at - 0.15, y - 0.15, 3.3, 1.3, edgecolor=INK, linewidth=1)
        row_of_groups(ax, 0, y, artists, groups, learned, (), framed)
        row_of_groups(ax, test_at, y, artists, groups, test, known, framed)
        ax.text(-0.5, y + 0.5, name, ha="right", va="center", size=11)
        ax.text(test_at + 3.5, y + 0.5, f"{leaks} of {len(tested)} leak", va="center", size=11)
        told.append(f"{name}: {leaks} of {len(tested)} test cards have an artist who is also in "
                    "the training set")
    ax.text(4.1, 1.5, "training set", ha="center", size=11)
    ax.text(test_at + 1.5, 1.5, "test set", ha="center", size=11)
    ax.set(xlim=(-4.2, 15.5), ylim=(-2.4 * len(ways) + 2, 2))
    ax.set_axis_off()
    return fig, f"Ten tracks as cards, one colour for each artist. {'; '.join(told)}."


@drawing("01.bootstrap")
def bootstrap(right, draws):
    """Draw artists with their tracks, 1 if right and 0 if wrong, and some draws of artists."""
    rows = {"all artists": "".join(right)}
    rows |= {f"draw {number}": names for number, names in enumerate(draws, 1)}
    fig, ax = plt.subplots(figsize=(8, 0.7 * len(rows)))
    told = []
    widest = max(sum(len(right[name]) + 0.35 for name in drawn) for drawn in rows.values())
    for number, (name, drawn) in enumerate(rows.items()):
        x, y = 0, -1.7 * number
        for artist in drawn:
            frame(ax, x, y, len(right[artist]) - 0.2, 1, edgecolor=MUTED, linewidth=1.2,
                  linestyle="--")
            for one in right[artist]:
                card(ax, x, y, artist, mark="✓" if one == "1" else "✗")
                x += 1
            x += 0.35
        marks = "".join(right[artist] for artist in drawn)
        hits, n = marks.count("1"), len(marks)
        said = f"{hits} of {n} = {hits / n:.2f}"
        ax.text(-0.5, y + 0.5, name, ha="right", va="center", size=11)
        ax.text(widest, y + 0.5, said, va="center", size=11)
        told.append(f"{name} ({', '.join(drawn)}): {said}")
    ax.set(xlim=(-3, widest + 3.5), ylim=(-1.7 * len(rows) + 1.4, 1.4))
    ax.set_axis_off()
    return fig, ("Four artists with their tracks, right or wrong, and some draws of four artists "
                 f"with replacement. {'; '.join(told)}.")
