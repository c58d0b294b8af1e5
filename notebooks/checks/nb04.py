"""Checks of notebook 04."""

from __future__ import annotations

import math
from numbers import Integral, Real

import numpy as np

from coursekit.exercises import Hint, call, exercise, foresee


@exercise("04.1")
def surprise(answer) -> str:
    for logits, right in (([0.5, 0.0], 1), ([2.0, -1.0, 0.5, 0.0], 0)):
        logits = np.array(logits)
        shares = np.exp(logits) / np.exp(logits).sum()
        truth, found = -np.log(shares[right]), call(answer, logits.copy(), right)
        if np.size(found) != 1 or not isinstance(np.asarray(found).item(), Real):
            raise Hint("One number is asked for: the surprise at the right genre alone.")
        if np.isclose(found, truth):
            continue
        foresee(found,
                [(shares[right], "That is the probability of the right genre. Its logarithm is "
                  "still to be taken, with a minus before it."),
                 (-truth, "A loss is never below zero here: a minus stands before the "
                  "logarithm."),
                 (-logits[right], "That is minus the logit. First make probabilities of all "
                  "logits, by the softmax."),
                 (truth / np.log(2), "Your logarithm has base 2. Take the natural one, np.log."),
                 (truth / np.log(10), "Your logarithm has base 10. Take the natural one, np.log."),
                 (-np.log(shares).sum(), "You add up over all genres. Only the right one counts."),
                 (1 - shares[right], "One minus the probability is not the cross-entropy: it never "
                  "grows beyond 1. Take minus the logarithm.")])
        raise Hint(f"For the logits {logits.tolist()} and right genre {right} it is {truth:.3f}; "
                   f"yours is {float(found):.3f}.")
    return ("A network that knows nothing gives each of ten genres a tenth: its loss is "
            f"{np.log(10):.2f}. That is where training begins.")


@exercise("04.2")
def gradient_step(answer) -> str:
    rng = np.random.default_rng(4)
    weights, x, right, rate = rng.normal(size=(3, 4)), rng.normal(size=4), 1, 0.5
    before, logits = weights.copy(), weights @ x
    shares = np.exp(logits) / np.exp(logits).sum()
    slopes = np.outer(shares - np.eye(3)[right], x)
    given = weights.copy()
    found = np.asarray(call(answer, given, x.copy(), right, rate))
    if found.shape != weights.shape:
        raise Hint(f"New weights of shape {weights.shape} are asked for; yours have {found.shape}. "
                   "np.outer(error, x) has a row for each genre.")
    if not np.array_equal(given, before):
        raise Hint("You changed the weights that were given to you, maybe by -=. Return new ones.")
    if np.allclose(found, weights - rate * slopes):
        after = found @ x
        loss = [-np.log(shares[right]), -np.log(np.exp(after[right]) / np.exp(after).sum())]
        return (f"The loss fell from {loss[0]:.2f} to {loss[1]:.2f} in one step. Do this for many "
                "clips and you have trained a network; loss.backward() only finds the slopes for "
                "all layers.")
    mistakes = [
        (weights + rate * slopes, "You went uphill: the loss grows. Go against the slope, with a "
         "minus."),
        (weights - slopes, "The learning rate is missing: the step is rate times slope."),
        (slopes, "Those are the slopes. Now move the weights against them."),
        (-rate * slopes, "That is the step alone. Add it to the weights."),
        (weights - rate * np.outer(shares, x), "Subtract 1 from the probability of the right "
         "genre; else its weights are pushed down like all others."),
        (weights - rate * np.outer(logits - np.eye(3)[right], x), "You used the logits. Make "
         "probabilities of them first, by the softmax."),
    ]
    for wrong, hint in mistakes:
        if np.allclose(found, wrong):
            raise Hint(hint)
    raise Hint("That is not the step downhill. For the right genre the slopes are "
               "(probability − 1) × input, for the others probability × input.")


@exercise("04.4")
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


@exercise("04.5")
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


@exercise("04.6")
def slide(answer) -> str:
    rng = np.random.default_rng(6)
    picture, weights, bias = rng.normal(size=(5, 7)), rng.normal(size=(2, 3)), 0.25
    h, w = weights.shape
    windows = np.lib.stride_tricks.sliding_window_view(picture, (h, w))
    truth = (windows * weights).sum(axis=(2, 3)) + bias
    found = np.asarray(call(answer, picture.copy(), weights.copy(), bias))
    if found.shape != truth.shape:
        if found.shape == picture.shape:
            raise Hint("The filter does not fit at the last places: a picture of 5 × 7 has 4 × 5 "
                       "places for a filter of 2 × 3.")
        raise Hint(f"A filter of 2 × 3 fits into a picture of 5 × 7 at 4 × 5 places; yours has the "
                   f"shape {found.shape}.")
    if np.allclose(found, truth):
        return (f"{weights.size + 1} numbers did the work of {truth.size} neurons: the same "
                "weights everywhere. That is why a filter finds its pattern wherever it is.")
    flipped = (windows * weights[::-1, ::-1]).sum(axis=(2, 3)) + bias
    mistakes = [
        (truth - bias, "The bias is missing: add it at every place."),
        (truth + bias * (weights.size - 1), "The bias is added once per place, after the sum."),
        (flipped, "You turned the filter round, as mathematicians do. Networks don't."),
        (np.maximum(truth, 0), "That is after the ReLU. The filter's own answers may be negative."),
    ]
    for wrong, hint in mistakes:
        if np.allclose(found, wrong):
            raise Hint(hint)
    raise Hint("At the first place the answer is (picture[:2, :3] * weights).sum() + bias = "
               f"{truth[0, 0]:.3f}; yours is {float(found[0, 0]):.3f}.")


@exercise("04.7")
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
