"""Checks of notebook 05."""

from __future__ import annotations

import numpy as np

from coursekit.exercises import Hint, call, exercise, foresee, must_be_a_number


@exercise("05.1")
def highest(answer) -> str:
    must_be_a_number(answer)
    if np.isclose(answer, 110.25, rtol=0.01):
        return "110.25 Hz: an A below the middle of the piano, and all its overtones are gone."
    foresee(answer, [
        (220.5, "So many means there are in a second. How many of them does one swing take?"),
        (11_025, "That is what the samples can hold. How many means are left of them?")], rtol=0.01)
    raise Hint("Count the means of a second, then ask how many swings they can tell.")


@exercise("05.2")
def comes_back(answer) -> str:
    for hertz, rate, truth in ((100, 551, 100), (1000, 551, 102), (350, 551, 201), (551, 551, 0),
                               (700, 551, 149), (12_000, 22_050, 10_050)):
        found = call(answer, hertz, rate)
        must_be_a_number(found)
        foresee(found, [] if truth in (hertz, hertz % rate) else [
            (hertz, f"A tone of {hertz} Hz is too fast for {rate} numbers per second."),
            (hertz % rate, f"{hertz} Hz: below it, {hertz % rate} Hz away, is a multiple of "
                           f"{rate}. But another one is nearer."),
            (-truth, "A frequency has no sign: take the distance.")])
        if not np.isclose(found, truth):
            raise Hint(f"With {rate} numbers per second, {hertz} Hz comes back as {truth} Hz; "
                       f"yours says {float(found):g}.")
    return "So treble is not simply lost: it lands among the bass and stays there."


@exercise("05.3")
def loss(answer) -> str:
    rng = np.random.default_rng(0)
    again, x = rng.normal(size=(2, 6, 500))
    probabilities, labels = rng.dirichlet(np.ones(4), 6), np.array([0, 1, 2, 3, 1, 1])
    error = np.mean((again - x) ** 2)
    surprise = -np.mean(np.log(probabilities[np.arange(6), labels]))
    given = [again.copy(), x.copy(), probabilities.copy(), labels.copy(), 0.9]
    found = np.asarray(call(answer, *given), dtype=float)
    if found.shape != ():
        raise Hint(f"One number is asked for; yours has the shape {found.shape}.")
    truth = 0.9 * error + 0.1 * surprise
    everywhere = np.log(probabilities[:, labels]).mean()
    foresee(found,
            [(0.9 * error - 0.1 * surprise,
              "Nearly: a logarithm of a probability is negative, so its sign must be turned."),
             (0.1 * error + 0.9 * surprise, "The other way round: γ is the weight of redrawing."),
             (450 * error + 0.1 * surprise,
              "That is the sum over the samples, as printed; the mean is asked for."),
             (0.9 * error + 0.6 * surprise, "The cross-entropy is a mean over rows, not a sum."),
             (2700 * error + 0.6 * surprise, "These are sums; means are asked for, in both parts."),
             (0.9 * error - 0.1 * everywhere, "[:, labels] takes all rows for each label.")])
    if not np.isclose(found, truth):
        raise Hint(f"For the check's numbers it should be {truth:.4f}; yours is "
                   f"{float(found):.4f}.")
    return f"{float(found):.4f}. Of that, redrawing is {0.9 * error / found:.0%}."


@exercise("05.4")
def autoencoder_step(answer) -> str:
    rng = np.random.default_rng(0)
    encoder, decoder, x = rng.normal(size=(3, 8)), rng.normal(size=(8, 3)), rng.normal(size=8)
    found = call(answer, encoder.copy(), decoder.copy(), x.copy(), 0.1)
    if not isinstance(found, tuple | list) or len(found) != 2:
        raise Hint("Return two arrays: encoder and decoder.")
    new = [np.asarray(one, dtype=float) for one in found]
    shapes = [one.shape for one in new]
    if shapes == [(8, 3), (3, 8)]:
        raise Hint("The encoder is asked for first, then the decoder.")
    if shapes != [(3, 8), (8, 3)]:
        raise Hint(f"The shapes should be (3, 8) and (8, 3); yours are {shapes[0]}, {shapes[1]}.")
    error = 2 / 8 * (decoder @ (encoder @ x) - x)
    down, back = np.outer(error, encoder @ x), np.outer(decoder.T @ error, x)
    late = np.outer((decoder - 0.1 * down).T @ error, x)
    steps = [(encoder - new[0]) / 0.1, (decoder - new[1]) / 0.1]
    for step, slope, name in zip(steps, (back, down), ("encoder", "decoder")):
        if np.allclose(step, slope):
            continue
        for factor, said in ((-1, "goes uphill: subtract rate times slope"),
                             (8, "forgets to divide by n: the error is a mean"),
                             (0.5, "forgets the 2 of the square"), (4, "forgets the 2 / n"),
                             (0, "does not move")):
            if np.allclose(step, factor * slope):
                raise Hint(f"The {name} {said}.")
        if name == "encoder" and np.allclose(step, late):
            raise Hint("You moved the decoder first. Find both slopes before you change anything.")
        raise Hint(f"The step of the {name} is not against its slope.")
    before, after = (np.mean((d @ (e @ x) - x) ** 2) for e, d in ((encoder, decoder), (
        encoder - 0.01 * back, decoder - 0.01 * down)))
    return f"One small step takes the error from {before:.2f} to {after:.2f}."


@exercise("05.5")
def share_redrawn(answer) -> str:
    rng = np.random.default_rng(0)
    x = 0.3 * rng.normal(size=(6, 500))
    for again, truth in ((x, 1.0), (0 * x, 0.0), (x / 2, 0.75), (-x, -3.0)):
        found = np.asarray(call(answer, again.copy(), x.copy()), dtype=float)
        if found.shape != ():
            raise Hint(f"One number is asked for; yours has the shape {found.shape}.")
        foresee(found, [] if truth == 1 else [
            (1 - truth, "That is the share that is lost; what is left of 1?"),
            (1 - (1 - truth) * np.mean(x**2), "Divide the error by the mean square of x.")])
        if not np.isclose(found, truth, atol=0.01):
            raise Hint(f"{'Silence' if not again.any() else 'The check'} should give {truth:g}; "
                       f"yours gives {float(found):.3f}.")
    return "It can even be negative: a wave upside down is worse than silence."


@exercise("05.6")
def moved(answer) -> str:
    rng = np.random.default_rng(0)
    codes, labels, code = rng.normal(size=(30, 64)), np.arange(30) % 3, rng.normal(size=64)
    found = np.asarray(call(answer, code.copy(), codes.copy(), labels.copy(), 0, 2), dtype=float)
    if found.shape != (64,):
        raise Hint(f"A code of 64 numbers is asked for; yours has the shape {found.shape}.")
    a, b = (codes[labels == genre].mean(axis=0) for genre in (0, 2))
    for wrong, said in ((code + a - b, "The other way round: from a to b."),
                        (b, "That is the mean of genre b. What was special is lost."),
                        (code + b, "You added all of b, not the way from a to b."),
                        (b - a, "That is the way. Now go it, from the code.")):
        if np.allclose(found, wrong):
            raise Hint(said)
    if not np.allclose(found, code + b - a):
        raise Hint("Add to the code the mean of genre b, and take the mean of genre a away.")
    return "All that the code had beside its genre's mean stays."


@exercise("05.7")
def unheard(answer) -> str:
    y = np.asarray(call(answer), dtype=float)
    if y.shape != (20_000,):
        raise Hint(f"20 000 samples are asked for, not {y.shape}.")
    if not np.isfinite(y).all() or np.abs(y).max() > 1:
        raise Hint("All samples must lie between −1 and 1.")
    loud, left = np.sqrt(np.mean(y**2)), np.sqrt(np.mean(y.reshape(500, 40).mean(axis=1) ** 2))
    if loud < 0.1:
        raise Hint(f"Its root mean square is {loud:.3f}; at least 0.1 is asked for.")
    if left >= 0.001:
        raise Hint(f"The network still hears {left:.4f} of it. Which sounds sum up to nothing "
                   "over 40 samples?")
    return (f"{loud:.2f} goes in, {left:.5f} comes out. Cymbals, consonants, most overtones hide "
            "nearly as well.")
