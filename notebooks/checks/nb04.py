"""Checks of notebook 04."""

from __future__ import annotations

import math
from numbers import Integral, Real

import numpy as np

from coursekit.exercises import Hint, call, exercise, foresee


@exercise("04.1")
def leaking_share(answer) -> str:
    track = np.array(list("aaabbbcccddd"))
    part = np.array("test train train test test test train valid test test test valid".split())
    truth = 2 / 7
    found = call(answer, track.copy(), part.copy())
    if not isinstance(found, Real):
        raise Hint(f"A number is asked for, not a {type(found).__name__}. Of an array of yes and "
                   "no, take the mean.")
    if np.isclose(found, truth):
        return ("Now think of validation rows: they leak in the same way, and then they choose "
                "the wrong network.")
    foresee(found,
            [(4 / 7, "You count tracks with a row in validation as well. Here only the train part "
              "is asked for."), (2 / 12, "Divide by the number of test rows, not of all rows."),
             (2 / 4, "That is the share of the tracks. Rows are asked for.")])
    raise Hint(f"Among twelve rows of four tracks, 2 of 7 test rows leak ({truth:.3f}); yours says "
               f"{float(found):.3f}.")


@exercise("04.2")
def keep_together(answer) -> str:
    track = np.repeat([f"t{k:02d}" for k in range(40)], 7)
    parts = [np.asarray(call(answer, track.copy(), np.random.default_rng(k))) for k in range(2)]
    for part in parts:
        if part.shape != track.shape:
            raise Hint(f"One answer for each of the {len(track)} rows is asked for; yours has the "
                       f"shape {part.shape}.")
        if strange := sorted(set(part.tolist()) - {"train", "test"}, key=str):
            raise Hint(f"Each row is 'train' or 'test', not {strange[0]!r}.")
        split = set(track[part == "train"]) & set(track[part == "test"])
        if split:
            raise Hint(f"{len(split)} of 40 tracks have rows on both sides. Split the tracks, then "
                       "look up the rows.")
        share = len(set(track[part == "test"])) / 40
        if not 0.1 <= share <= 0.3:
            raise Hint(f"{share:.0%} of the tracks are in the test; a fifth is asked for.")
    if (parts[0] == parts[1]).all():
        raise Hint("Another generator should give another split. Do you use rng?")
    return ("No track is on both sides. Copies of a track, and its artist, still may be: notebook "
            "01.")


@exercise("04.3")
def kept_epoch(answer) -> str:
    tries = [([3, 2, 1, 0.5], 2), ([3, 1, 2, 2, 0.5], 2), ([3, 1, 2, 2, 0.5], 3), ([2.0], 1)]
    tries += [([1, 1, 1, 1, 0.5], 2), ([1, 3, 2, 0.5], 2)]
    truths = [3, 1, 4, 0, 0, 0]
    answers = [call(answer, list(losses), patience) for losses, patience in tries]
    for (losses, patience), truth, found in zip(tries, truths, answers):
        if not isinstance(found, Integral):
            raise Hint(f"The number of an epoch is asked for, not a {type(found).__name__}.")
        if all(other == right + 1 for other, right in zip(answers, truths)):
            raise Hint("All your answers are one too large: epochs are counted from 0.")
        if found == truth:
            continue
        if losses == tries[-2][0]:
            raise Hint("A loss that is equal to the lowest is not a lower one: patience runs out "
                       "all the same.")
        if losses == tries[-1][0]:
            raise Hint("A loss below the one before is not yet below the best so far.")
        case = f"losses {losses} and patience {patience}"
        if found == int(np.argmin(losses)):
            raise Hint(f"With {case} the training ends before the lowest loss is ever seen.")
        if found > truth:
            raise Hint(f"With {case} the weights of epoch {truth} are kept, not those of epoch "
                       f"{found}.")
        raise Hint(f"With {case} the kept epoch is {truth}; yours is {found}.")
    return ("The last epochs were paid for and thrown away: that is the price of knowing when to "
            "stop.")


@exercise("04.4")
def my_layers(answer, table, labels, part, ours) -> str:
    from genrelab.models.supervised import Recipe, Rows, fit, new_model

    try:
        layers = [(int(units), float(share)) for units, share in answer]
    except (TypeError, ValueError):
        raise Hint("A list of pairs is asked for, such as [(64, 0.3), (32, 0.3)]: units and "
                   "dropout.") from None
    valid = [1 <= units <= 1024 and 0 <= share < 1 for units, share in layers]
    if not 1 <= len(layers) <= 6 or not all(valid):
        raise Hint("One to six layers of 1 to 1024 units, with a dropout of at least 0 and below "
                   "1.")
    learn, watch = (np.flatnonzero(part == name) for name in ("train", "valid"))

    def accuracy(layers) -> float:
        """Return the accuracy on the validation rows at the epoch of the lowest loss."""
        recipe = Recipe("mlp", *zip(*layers), epochs=40)
        model = new_model(recipe, [table.shape[1:]], labels.max() + 1)
        history = fit(model, Rows([table], [None]), labels, learn, watch, recipe).history
        return max(history, key=lambda entry: entry["score"])["accuracy"]

    yours, theirs = accuracy(layers), accuracy(ours)
    error = math.sqrt(theirs * (1 - theirs) / len(watch))
    if yours < theirs / 2:
        raise Hint(f"{yours:.3f} on the validation slices: little comes through. Use more units or "
                   "less dropout.")
    if yours < theirs - error:
        raise Hint(f"{yours:.3f} on the validation slices; ours has {theirs:.3f}. Try other "
                   "widths, or more dropout.")
    return (f"{yours:.3f} on the validation slices, against {theirs:.3f}; one standard error is "
            f"{error:.3f}, and more if you count songs instead of slices. With one seed that may "
            "be luck: train both with five before you believe it.")
