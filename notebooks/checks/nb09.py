"""Checks of notebook 09."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claimbook.rules import holm
from coursekit.exercises import Hint, call, exercise, foresee, must_be_a_number
from genrelab.corpora import Corpus
from genrelab.evaluation import audit


@exercise("09.1")
def expected(answer) -> str:
    must_be_a_number(answer)
    if np.isclose(answer, 9.5):
        return "9.5 pairs, from nothing at all. That is what the correction is for."
    twice = "A with B and B with A are one pair."
    foresee(answer, [(190, "So many pairs there are. In which share of them does chance alone give "
                      "p < 0.05?"), (19, twice), (20, twice),
                     (1, "That would be 5 % of the methods. It is pairs that are tested.")])
    raise Hint("Count the pairs first.")


@exercise("09.2")
def adjusted(answer) -> str:
    rng = np.random.default_rng(0)
    cases = [np.array([0.01, 0.04, 0.03]), np.array([0.02, 0.021, 0.5, 0.9]), rng.random(30) ** 3]
    for p in cases:
        found = np.asarray(call(answer, p.copy()), dtype=float)
        if found.shape != p.shape:
            raise Hint(f"There are {len(p)} values; your answer has the shape {found.shape}.")
        if found.max() > 1:
            raise Hint("A p value above 1: cut it off.")
        truth, ranks = holm(p), np.argsort(np.argsort(p))
        foresee(found, [(np.minimum(p * len(p), 1), "That is Bonferroni's correction: every value "
                         "times m. Holm's is kinder to the later ones.")])
        if not np.allclose(found, truth):
            foresee(found,
                    [(np.sort(truth), "The values are right and sorted; they were asked for in the "
                      "order of p."), (np.minimum(p * (len(p) - ranks), 1),
                                       "Nearly: a larger p may not end up below a smaller one.")])
            raise Hint(f"For p = {p[:3].round(3).tolist()} … it should begin with "
                       f"{truth[:3].round(3).tolist()}.")
    return "The smallest p pays for all comparisons, the next for one fewer."


@exercise("09.3")
def deal(answer, corpus: Corpus) -> str:
    tracks = corpus.tracks
    part = call(answer, tracks.copy())
    if not isinstance(part, pd.Series) or set(part.index) != set(tracks.index):
        raise Hint("A series indexed by all tracks is asked for.")
    if unknown := set(part.unique()) - {"train", "test", "removed"}:
        raise Hint(f"There is no part {sorted(map(str, unknown))[0]!r}: train, test or removed.")
    if (share := (part == "test").sum() / len(tracks)) < 0.3:
        raise Hint(f"{share:.0%} of the tracks are in test; at least 30 % were asked for.")
    if not (part == "train").sum():
        raise Hint("Nobody is left to learn from.")
    found = audit(part, corpus)
    for line in found.findings:
        if line.state == "leak":
            raise Hint(f"The audit says: {line}")
    return (f"The audit finds no leak: {(part == 'train').sum()} tracks in train, "
            f"{(part == 'test').sum()} in test.")


@exercise("09.4")
def easier(answer) -> str:
    labels = np.repeat(np.arange(10), 40)
    for seed in range(3):
        mixed = np.random.default_rng(seed).permutation(labels)
        found = np.asarray(call(answer, mixed.copy(), seed))
        if found.shape != mixed.shape or found.dtype != bool:
            raise Hint(f"{len(mixed)} booleans are asked for; yours are {found.dtype} of the shape "
                       f"{found.shape}.")
        if found.mean() < 0.2:
            raise Hint(f"{found.mean():.0%} of the tracks are tested; at least a fifth was asked "
                       "for.")
        share = np.bincount(mixed[found]).max() / found.sum()
        if share <= 0.2:
            raise Hint(f"The most frequent genre of your test has {share:.0%} of it; more than a "
                       "fifth was asked for.")
    return (f"{share:.0%} right without listening. So the mix of the test must be told, or held "
            "still.")
