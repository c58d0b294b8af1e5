"""Drawings of lesson 02: from samples to columns, peaks, mel bands and cosine waves."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import ConnectionPatch, Rectangle

from coursekit.drawings import BLUE, GREEN, INK, MUTED, ORANGE, PURPLE, drawing

COLOURS = (BLUE, ORANGE, GREEN, PURPLE)
RATE, N_FFT = 22_050, 2048


@drawing("02.window")
def window():
    """Four windows on a wave whose pitch rises in steps, and the column that each becomes."""
    time = np.arange(1000)
    pitch = np.repeat([0.02, 0.035, 0.05, 0.065], 250)
    wave = np.sin(2 * np.pi * np.cumsum(pitch))
    bell = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(250) / 250)
    fig, (above, below) = plt.subplots(2, 1, figsize=(7, 3.8), height_ratios=[1.2, 1])
    above.plot(time, wave, color=MUTED, linewidth=1)
    for k, colour in enumerate(COLOURS):
        piece = slice(250 * k, 250 * (k + 1), 2)
        above.fill_between(time[piece], -bell[::2], bell[::2], color=colour, alpha=0.2, linewidth=0)
        above.plot(time[piece], bell[::2] * wave[piece], color=colour)
        column = np.abs(np.fft.rfft(bell * wave[250 * k : 250 * (k + 1)]))[:24:2]
        for row, level in enumerate(column / column.max()):
            place = (250 * k + 85, row)
            below.add_patch(Rectangle(place, 80, 1, facecolor=colour, alpha=0.06 + 0.94 * level))
        below.add_patch(Rectangle((250 * k + 85, 0), 80, len(column), fill=False, edgecolor=INK))
        ends = (250 * k + 125, -1.1), (250 * k + 125, len(column) + 0.3)
        below.add_artist(ConnectionPatch(ends[0], ends[1], above.transData, below.transData,
                                         arrowstyle="-|>", mutation_scale=18, color=INK))
    above.set(ylabel="samples", ylim=(-1.2, 1.2))
    below.set(xlabel="time", ylabel="frequency", ylim=(0, 13.5))
    for ax in (above, below):
        ax.set(xlim=(0, 1000), xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    return fig, ("A wave whose pitch rises in four steps, under four bell-shaped windows. From "
                 "each window an arrow leads to a column of boxes, one per frequency; the filled "
                 "box is higher in each column.")


def _note(hertz, partials=8):
    """Return the magnitudes of a note of 220 Hz at some frequencies."""
    time = np.arange(N_FFT) / RATE
    wave = sum(np.sin(2 * np.pi * 220 * k * time) / k for k in range(1, partials + 1))
    bell = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(N_FFT) / N_FFT)
    return np.abs(np.exp(-2j * np.pi * np.outer(hertz, time)) @ (wave * bell)) / (N_FFT / 4)


@drawing("02.partials")
def partials():
    """One column of a note of 220 Hz, whole and close up."""
    fig, (whole, close) = plt.subplots(2, 1, figsize=(7, 5))
    hertz = np.linspace(0, 2000, 2001)
    whole.plot(hertz, _note(hertz), color=BLUE)
    for k in range(1, 9):
        whole.annotate(f"{220 * k}", (220 * k, 1 / k), (0, 4), textcoords="offset points",
                       ha="center", color=INK)
    near, rows = np.linspace(180, 260, 321), np.arange(17, 25) * RATE / N_FFT
    close.plot(near, _note(near), color=MUTED, linewidth=1)
    close.vlines(rows, 0, _note(rows), color=BLUE)
    close.plot(rows, _note(rows), "o", color=BLUE)
    for k, row in zip(range(17, 25), rows):
        close.annotate(f"{k}", (row, 0), (0, -14), textcoords="offset points", ha="center")
    close.set(xlabel="row, 10.8 Hz each", title="The first, close up", xticks=[], ylim=(0, 1.15))
    close.xaxis.labelpad = 16
    whole.set(xlabel="Hz", ylabel="magnitude", title="A note, one column", ylim=(0, 1.15))
    return fig, ("Above: the magnitudes of a note have eight peaks, at 220, 440 and so on to 1760 "
                 "Hz, each lower than the one before. Below: close up, the first peak is a hill "
                 "over rows 19 to 22, highest at row 20.")


@drawing("02.mel")
def mel(filters, corners):
    """Mel triangles over one column of a note, and the bands that they make of it."""
    hertz = np.fft.rfftfreq(N_FFT, 1 / RATE)
    column = _note(hertz, 26)
    bands = filters @ column**2
    fig, (above, below) = plt.subplots(2, 1, figsize=(7, 4.4), height_ratios=[1.3, 1])
    shown = hertz < 6000
    decibels = 20 * np.log10(np.maximum(column, 0.003)) + 50
    above.plot(hertz[shown], decibels[shown] / decibels.max(), color=INK, linewidth=1.2)
    for k in range(len(filters)):
        colour = COLOURS[k % 4]
        above.fill(corners[k : k + 3], [0, 1, 0], color=colour, alpha=0.25, linewidth=0)
        width = corners[k + 2] - corners[k]
        level = max(10 * np.log10(bands[k] / bands.max()) + 70, 0.6)
        below.bar(corners[k + 1], level, 0.42 * width, color=colour)
    above.set(ylabel="level", xticklabels=[], title="Sixteen triangles over a column")
    below.set(xlabel="Hz", ylabel="level", title="Sixteen numbers are left")
    for ax in (above, below):
        ax.set(xlim=(0, 6000), yticks=[])
    return fig, ("Above: a column with many narrow peaks, under triangles that are narrow at low "
                 "frequencies, where each holds one peak, and wide at high ones, where each "
                 "holds several. Below: one bar per triangle, its level.")


@drawing("02.cosines")
def cosines():
    """The first five cosine waves of the MFCC."""
    fig, axes = plt.subplots(1, 5, figsize=(7, 1.8), sharey=True)
    names = "1 level", "2 tilt", "3 bow", "4", "5"
    for k, (ax, name) in enumerate(zip(axes, names)):
        ax.axhline(0, color=MUTED, linewidth=0.8)
        ax.plot(np.cos(np.pi * k * (np.arange(128) + 0.5) / 128), color=COLOURS[k % 4])
        ax.set(title=name, xticks=[], yticks=[], ylim=(-1.2, 1.2))
        ax.spines[:].set_visible(False)
    axes[2].set_xlabel("mel band, low to high")
    return fig, ("Five cosine waves along the mel bands: the first is flat, the second falls once, "
                 "the third is a bow, and each later one has half a swing more.")
