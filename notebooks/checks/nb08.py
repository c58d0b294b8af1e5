"""Checks of notebook 08."""

from __future__ import annotations

import numpy as np

from coursekit.exercises import Hint, call, exercise, foresee, must_be_a_number
from coursekit.likeness import changed_sound, must_be_the_same_music
from genrelab.corpora import SAMPLE_RATE


@exercise("08.1")
def nothing_learned(answer) -> str:
    truth = np.log(127)
    must_be_a_number(answer)
    if abs(answer - truth) < 0.0045:  # log(128) and log(126) are 0.008 away
        return (f"{truth:.3f}, whatever the temperature: each of 127 others has the same share. "
                "Watch for it in a curve.")
    foresee(answer, [
        (np.log(128), "Nearly: a view is not compared with itself."),
        (np.log(126), "Nearly: the partner is one of those that the share is taken of."),
        (np.log(64), "64 is the number of tracks. How many views do they give?"),
        (np.log(63), "63 other tracks, but each of them has two views, and the partner is there as "
         "well."), (np.log2(127), "Those are bits. The loss takes the natural logarithm."),
        (np.log10(127), "That is the logarithm to base 10. The loss takes the natural one."),
        (np.log(2), "A view is not to be told from one other, but from all others of the batch at "
         "once."), (-truth, "The loss is minus the logarithm of the share.")], rtol=0, atol=0.0045)
    if np.isclose(answer, 127) or np.isclose(answer, 1 / 127, rtol=0.01):
        raise Hint("So many others, so small a share; the loss is minus the logarithm of the "
                   "share.")
    if abs(answer - truth) < 0.06:
        raise Hint("Nearly; give two decimals at least, since one view more or fewer changes only "
                   "the third digit.")
    raise Hint("How many other views are there for each view, and what is the share of one if all "
               "are equally similar?")


@exercise("08.2")
def similar(answer) -> str:
    rng = np.random.default_rng(0)
    n, width = 4, 3
    first, second = rng.normal(size=(2, n, width)) * rng.uniform(0.5, 4, (2, n, 1))
    views = np.concatenate([first, second])
    length = np.linalg.norm(views, axis=1, keepdims=True)
    truth = _cosines(views)
    found = _real(call(answer, first.copy(), second.copy()))
    if found.shape == (n, n) and np.allclose(found, truth[:n, n:], atol=1e-4):
        raise Hint("That is only the first against the second. Put both together, then compare all "
                   "with all.")
    if found.shape != truth.shape:
        raise Hint(f"{n} tracks give {2 * n} views, so {truth.shape} is asked for; yours has the "
                   f"shape {found.shape}.")
    mixed = np.arange(2 * n).reshape(2, n).T.ravel()  # 0, n, 1, n + 1, …
    columns, one = views / np.linalg.norm(views, axis=0), views / np.linalg.norm(views)
    squared = views / length**2
    mistakes = [
        (views @ views.T, "Those are dot products, where a long row counts for more. Divide each "
         "row by its length."),
        (columns @ columns.T, "You divide columns by their length; divide rows (axis=1)."),
        (one @ one.T,
         "That is one length for the whole table; each row has its own (axis=1, keepdims=True)."),
        (views @ views.T / length, "Nearly: only one of the two is divided by its length."),
        (views @ views.T / length.T, "Nearly: only one of the two is divided by its length."),
        (squared @ squared.T, "Nearly: a length is the root of the sum of squares."),
        (1 - truth, "Those are distances; similarities are asked for."),
        (truth[np.ix_(mixed, mixed)], "Right, but in another order: all first views, then all "
         "second ones."), (_cosines(np.concatenate([second, first])),
                           "Right, but in another order: the first views come first.")]
    foresee(found, mistakes, atol=1e-4)
    if not np.allclose(found, truth, atol=1e-4):
        apart = ~np.eye(2 * n, dtype=bool)
        if np.allclose(found[apart], truth[apart], atol=1e-4):
            raise Hint("Right but on the diagonal: here it stays 1. Each view is left out of its "
                       "own row in the next one.")
        raise Hint(f"The first two tracks' first views should have {truth[0, 1]:.4f}; yours says "
                   f"{found[0, 1]:.4f}.")
    return (f"In each row one is the view itself, one its partner, and {2 * n - 2} are to be told "
            "from it.")


@exercise("08.3")
def share_of_partner(answer) -> str:
    n, temperature = 4, 0.3
    similarities = _cosines(np.random.default_rng(0).normal(size=(2 * n, 5)))
    place = np.arange(2 * n)
    partner = np.roll(place, n)

    def shares(temperature=temperature, partner=partner, itself=0.0) -> np.ndarray:
        weights = np.exp(similarities / temperature)
        weights[place, place] *= itself
        return weights[place, partner] / weights.sum(axis=1)

    truth = shares()
    found = _real(call(answer, similarities.copy(), temperature))
    if found.shape == ():
        foresee(found, [(truth.mean(), "That is their mean; one share for each view is asked for."),
                        (-np.log(truth).mean(), "That is the loss already; the shares that it is "
                         "made of are asked for, one for each view.")], atol=1e-4)
    if found.shape == (n,) and np.allclose(found, truth[:n], atol=1e-4):
        raise Hint("Right for the first views; the second ones have partners too, so twice as many "
                   "shares come out.")
    if found.shape == similarities.shape:
        raise Hint("That is a table; out of each row only the share of the partner is asked for.")
    if found.shape != truth.shape:
        raise Hint(f"{2 * n} views go in, so {2 * n} shares come out; yours has the shape "
                   f"{found.shape}.")
    weights = np.exp(similarities / temperature)
    numerator = weights[place, partner]
    across = np.where((place < n)[:, None] == (place < n), 0, weights)
    one = weights - np.diag(np.diag(weights)) + np.eye(2 * n)
    others = similarities - np.eye(2 * n)
    mistakes = [
        (shares(itself=1.0), "The view itself is among the others in yours, and nothing is as "
         "similar to it."), (numerator / one.sum(axis=1),
                             "You set its own similarity to 0, but exp(0) is 1: set it to −inf."),
        (shares(1.0), "The temperature is forgotten: similarities are divided by it before the "
         "softmax."), (shares(1 / temperature), "Divide by the temperature; you multiply."),
        (shares(0.5), "You divide by 0.5, whatever temperature is given."),
        (shares(partner=(place + 1) % (2 * n)),
         "You take the next view for the partner: that of i is i + n or i − n."),
        (shares(partner=place ^ 1), "You take neighbours for partners; here all first views come "
         "first."), (shares(partner=place, itself=1.0),
                     "That is the share of each view itself; its partner's is asked for."),
        (numerator / across.sum(axis=1), "Of all others, not only of those on the other side."),
        (truth / (1 - truth), "Nearly: the partner is itself one of the others that are summed "
         "over."), (numerator / weights.sum(), "You divide by the sum of the whole table; each row "
                    "has its own sum."), (similarities[place, partner] / others.sum(axis=1),
                                          "Those are shares of bare similarities; take exp first."),
        (np.log(truth), "Those are logarithms; the shares themselves are asked for."),
        (-np.log(truth), "That is the loss of each view; its share comes before the logarithm.")]
    foresee(found, mistakes, atol=1e-4)
    if not np.allclose(found, truth, atol=1e-4):
        raise Hint(f"The first view's partner should have {truth[0]:.4f}; yours says "
                   f"{found[0]:.4f}.")
    loss = -np.log(truth).mean()
    return f"Minus the mean of their logarithms is the loss, {loss:.3f} for these {2 * n} views."


@exercise("08.4")
def change(answer, y) -> str:
    y = np.asarray(y, dtype=float)
    found = changed_sound(answer, y.astype(np.float32)).astype(float)
    if not np.isfinite(found).all():
        raise Hint("Not all samples are finite numbers.")
    if found.std() < 1e-9:
        raise Hint("There is nothing to hear.")
    full, peak = max(1.0, np.abs(y).max()), np.abs(found).max()
    if peak > full + 1e-4:
        raise Hint(f"The largest sample is {peak:.2f}, and {full:.2f} is full scale here: turn it "
                   "down.")
    level = round(20 * np.log10(found.std() / y.std()), 1) + 0.0  # so that −0.0 is +0.0
    if abs(level) > 12:
        raise Hint(f"The level changes by {level:+.1f} dB; at most 12 up or down are asked for.")
    alike = np.corrcoef(y, found)[0, 1]
    if abs(alike) >= 0.999:
        raise Hint("The samples are still the same, or nearly, but for a factor: they correlate "
                   f"by {alike:.4f}.")
    colour = np.corrcoef(_colour(y), _colour(found))[0, 1]
    if not colour > 0.5:
        raise Hint("Too little of the sound is left: mel spectra before and after, averaged over "
                   f"time, correlate by {colour:.2f}; more than 0.5 is asked for.")
    kept = must_be_the_same_music(answer, found, y)
    return (f"The level changes by {level:+.1f} dB, the samples correlate by {alike:.3f}, their "
            f"mean mel spectra by {colour:.2f}, their course in time by {kept:.2f}. Whether the "
            "genre stays, too, your ears must say.")


def _real(found) -> np.ndarray:
    return np.asarray(found, dtype=float)


def _cosines(views: np.ndarray) -> np.ndarray:
    unit = views / np.linalg.norm(views, axis=1, keepdims=True)
    return unit @ unit.T


def _colour(y: np.ndarray) -> np.ndarray:
    """Return the mel spectrum in decibels, averaged over time; what is 80 below the loudest counts
    as silent."""
    import librosa

    power = librosa.feature.melspectrogram(y=y.astype(np.float32), sr=SAMPLE_RATE)
    return librosa.power_to_db(power, ref=np.max, top_db=80).mean(axis=1)
