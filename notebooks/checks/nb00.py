"""Checks of notebook 00."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from coursekit.exercises import Hint, call, exercise, must_be_a_number


@exercise("00.1")
def seconds_in_all(answer, corpus) -> str:
    truth = corpus.tracks["seconds"].sum()
    must_be_a_number(answer)
    if math.isclose(answer, truth, rel_tol=1e-3):
        return f"{truth / 60:.1f} minutes of music."
    if math.isclose(answer, corpus.tracks["seconds"].mean(), rel_tol=1e-3):
        raise Hint("That is the length of one track on average. All tracks together are asked for.")
    if any(math.isclose(answer, truth / unit, rel_tol=1e-2) for unit in (60, 3600)):
        raise Hint("The amount is right, the unit is not: seconds are asked for.")
    if math.isclose(answer, len(corpus.tracks)):
        raise Hint("That is the number of tracks.")
    if truth < answer < 1.5 * truth and len(corpus.problems):
        raise Hint("Too much: some files were left out (music.problems). Add up the column seconds "
                   "of music.tracks.")
    raise Hint("Add up the column seconds of music.tracks.")


@exercise("00.2")
def names(answer, blind, corpus) -> str:
    if not isinstance(answer, dict):
        raise Hint('A dictionary is asked for, such as {"A": "jazz"}.')
    if missing := [letter for letter in blind if letter not in answer]:
        raise Hint(f"Clip {missing[0]} has no name yet.")
    known = {genre.lower(): genre for genre in corpus.genres}
    answer = {letter: known.get(str(name).lower(), name) for letter, name in answer.items()}
    if unknown := [name for name in answer.values() if name not in corpus.genres]:
        raise Hint(f"{unknown[0]!r} is no genre of this corpus; it has {', '.join(corpus.genres)}.")
    truth = {letter: corpus.tracks.at[track, "genre"] for letter, track in blind.items()}
    right = [letter for letter in truth if answer[letter] == truth[letter]]
    if len(right) == len(truth):
        return f"All {len(truth)}. Chance would give {len(truth) / len(corpus.genres):.1f}."
    wrong = next(letter for letter in truth if letter not in right)
    raise Hint(f"{len(right)} of {len(truth)} agree with the labels. Listen to {wrong} again; or "
               "is its label wrong?")


@exercise("00.3")
def share_below(answer) -> str:
    time = np.arange(22050) / 22050
    y = 2 * np.sin(2 * np.pi * 220 * time) + np.sin(2 * np.pi * 3520 * time)
    found = call(answer, y, 1000)
    must_be_a_number(found)
    if math.isclose(found, 2 / 3, abs_tol=0.01):
        raise Hint("You added up absolute values. Energy is their square.")
    if math.isclose(found, 1 / 5, abs_tol=0.01):
        raise Hint("That is the share above the frequency; the one below is asked for.")
    if found > 1:
        raise Hint("A share is at most 1: divide by the energy of all frequencies.")
    if not math.isclose(found, 4 / 5, abs_tol=0.01):
        raise Hint("For notes at 220 Hz (amplitude 2) and 3520 Hz (amplitude 1), 0.8 of "
                   f"the energy lies below 1000 Hz. Your function returns {found:.3g}.")
    if not math.isclose(slower := call(answer, y, 1000, 5512.5), 1, abs_tol=0.01):
        raise Hint("The same samples played at a quarter of the rate are two octaves lower, 55 and "
                   f"880 Hz: all of it lies below 1000 Hz. You return {slower:.3g}. Use `rate`.")
    return "0.8 below 1000 Hz, from two notes of amplitude 2 and 1 (4 and 1 when squared)."


@exercise("00.4")
def plain_names(answer) -> str:
    if not isinstance(answer, dict):
        raise Hint('A dictionary is asked for, such as {"A": "note"}.')
    truth = {"A": "noise", "B": "clicks", "C": "note"}
    wrong = [letter for letter, name in truth.items() if answer.get(letter) != name]
    if not wrong:
        return "All three. Now press play and hear them."
    if {answer.get("B"), answer.get("C")} == {"clicks", "note"}:
        raise Hint("Time runs to the right: what is over at once is an upright line.")
    raise Hint(f"{wrong[0]} is something else. Which sound holds all pitches, and for how long?")


@exercise("00.5")
def hard_pair(answer, corpus) -> str:
    if not (isinstance(answer, tuple | list) and len(answer) == 2):
        raise Hint(f'Two track ids are asked for, such as ("{corpus.tracks.index[0]}", '
                   f'"{corpus.tracks.index[-1]}").')
    if unknown := [track for track in answer if track not in corpus.tracks.index]:
        if unknown[0] in {Path(file).stem for file in corpus.problems["file"]}:
            raise Hint(f"{unknown[0]!r} was left out: music.problems says why. Take another.")
        raise Hint(f"There is no track {unknown[0]!r}; ids look like {corpus.tracks.index[0]}.")
    first, second = (corpus.tracks.at[track, "genre"] for track in answer)
    if first == second:
        raise Hint(f"Both are {first}. Take two genres.")
    return f"{first} and {second}: keep them in mind for the map of lesson 01."
