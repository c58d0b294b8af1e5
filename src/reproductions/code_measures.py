"""What a code holds of genre, track and artist, and how it changes on the way to another."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from genrelab.runtime import generator

BINS = 20
"""Bins of a number of a code, of equal count, as in Locatello and others, 2019."""

STEPS = 21
"""Points on a path, both ends among them."""


def gap_by_row(train: np.ndarray, train_labels: np.ndarray, test: np.ndarray,
               test_labels: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Return what each test row adds to the mutual information gap of test with its label; their
    mean is the gap.

    Parameters
    ----------
    train, test
        (n_train, n_code) and (n_test, n_code). Which two numbers of the code tell most of the label
        is taken from train, what they tell from test: bins and the laws in them.
    train_labels, test_labels
        (n_train,) and (n_test,) integers from 0.
    bins
        Number of bins of equal count; values that occur often share one.

    Returns
    -------
    numpy.ndarray
        (n_test,) (log p(y | z₁) − log p(y | z₂)) / H(y): the two best numbers of the code, by the
        entropy of the label.

    Notes
    -----
    A gap of 1: one number of the code tells the label, and no other tells anything of it. It comes
    out below 0 where the order of the two does not hold on test. Laws taken from train would
    measure how far they hold on test, which is another question: codes that were learned with the
    labels of train would be punished for it.

    Paper: R. Chen and others, "Isolating Sources of Disentanglement in VAEs", 2018, section 4.1.
    Notebook: 05.
    """
    n_labels = int(max(train_labels.max(), test_labels.max())) + 1
    second, first = np.argsort(
        [_told_by_row(column, train_labels, n_labels, bins).mean() for column in train.T])[-2:]
    told = [_told_by_row(test[:, place], test_labels, n_labels, bins) for place in (first, second)]
    return (told[0] - told[1]) / entropy(np.bincount(test_labels, minlength=n_labels))


def mutual_information(codes: np.ndarray, labels: np.ndarray, within: np.ndarray | None = None,
                       bins: int = BINS, draws: int = 10) -> np.ndarray:
    """Return how much each number of a code tells of a label, in bits: (n_code,).

    Parameters
    ----------
    codes
        (n_rows, n_code).
    labels
        (n_rows,) of anything.
    within
        (n_rows,) groups that the labels refine, such as genres for tracks: then what is told beyond
        the group.
    bins
        As in `gap_by_row`. Few, where there are few rows of a label.
    draws
        The mean over so many shuffles of the labels (within their groups) is subtracted: what a
        table of counts tells by chance.

    Notes
    -----
    Notebook: 05.
    """
    places = np.unique(labels, return_inverse=True)[1]
    chance = generator(0, "mutual information")
    group = (np.zeros(len(places), int) if within is None
             else np.unique(within, return_inverse=True)[1])
    shuffled = [_shuffled_within(places, group, chance) for _ in range(draws)]
    found = []
    for column in codes.T:
        bin_of = np.searchsorted(edges_of(column, bins), column)
        by_chance = np.mean([_information(bin_of, other) for other in shuffled])
        found.append(_information(bin_of, places) - by_chance)
    return np.array(found) / np.log(2)


def _told_by_row(column: np.ndarray, labels: np.ndarray, n_labels: int, bins: int) -> np.ndarray:
    """Return the logarithm of the share of each row's label in the bin of its number, (n_rows,)."""
    edges = edges_of(column, bins)
    bin_of = np.searchsorted(edges, column)
    return np.log(law_in_bins(bin_of, labels, len(edges) + 1, n_labels)[bin_of, labels])


def edges_of(column: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Return the inner edges of bins of equal count; fewer where values repeat, such as the zeros
    of ReLU."""
    return np.unique(np.quantile(column, np.arange(1, bins) / bins))


def law_in_bins(bin_of: np.ndarray, labels: np.ndarray, n_bins: int, n_labels: int) -> np.ndarray:
    """Return the share of each label in each bin, (n_bins, n_labels); one row is added to each bin,
    dealt out by the shares of the labels, so that no share is 0."""
    counts = np.zeros((n_bins, n_labels))
    np.add.at(counts, (bin_of, labels), 1)
    counts += (np.bincount(labels, minlength=n_labels) + 1) / (len(labels) + n_labels)
    return counts / counts.sum(axis=1, keepdims=True)


def entropy(counts: np.ndarray) -> float:
    """Return the entropy of counts in nats."""
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log(shares)).sum())


def _shuffled_within(labels: np.ndarray, group: np.ndarray,
                     chance: np.random.Generator) -> np.ndarray:
    """Return labels of which each went to a row of the same group."""
    shuffled = np.empty_like(labels)
    shuffled[np.argsort(group, kind="stable")] = labels[np.lexsort((chance.random(len(labels)),
                                                                    group))]
    return shuffled


def _information(one: np.ndarray, other: np.ndarray) -> float:
    counts = np.zeros((one.max() + 1, other.max() + 1))
    np.add.at(counts, (one, other), 1)
    return entropy(counts.sum(axis=0)) + entropy(counts.sum(axis=1)) - entropy(counts.ravel())


def nearest_is_same(codes: np.ndarray, of: np.ndarray,
                    without: np.ndarray | None = None) -> np.ndarray:
    """Tell whether the nearest other row is of the same kind, (n_rows,) bool.

    Parameters
    ----------
    codes
        (n_rows, n_code), compared by Euclidean distance.
    of
        (n_rows,) kinds, such as tracks or artists.
    without
        (n_rows,): rows that are alike in this are no neighbours, such as segments of the same
        track; by default only a row itself is none.

    Notes
    -----
    Notebook: 05.
    """
    points = codes.astype(np.float32) - codes.mean(axis=0, dtype=np.float32)
    squares = (points**2).sum(axis=1)
    apart = squares[:, None] + squares - 2 * points @ points.T
    apart[np.eye(len(points), dtype=bool) if without is None
          else without[:, None] == without] = (np.inf)
    return of[apart.argmin(axis=1)] == of


def crosses_once(codes: np.ndarray, predicted: np.ndarray,
                 logits: Callable[[np.ndarray], np.ndarray], seed: int = 0) -> np.ndarray:
    """Tell of each code whether the posteriors of both ends' genres cross exactly once on a
    straight path from it.

    Parameters
    ----------
    codes
        (n_rows, n_code).
    predicted
        (n_rows,) integers. A path leads to a code drawn among those of another prediction.
    logits
        Takes (n, n_code) float32 and returns (n, n_classes).
    seed
        Of the draw.

    Returns
    -------
    numpy.ndarray
        (n_rows,) float; 0 also where there is no code of another prediction: then there is no
        border to cross.

    Notes
    -----
    Paper: A. Sawhney and others, section 6 (smoothness). Notebook: 05.
    """
    starts, ends = paths(codes, predicted, seed)
    found = np.zeros(len(codes))
    if len(starts):
        found[starts] = crossings(codes, starts, ends, predicted, logits) == 1
    return found


def paths(codes: np.ndarray, predicted: np.ndarray, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return the two ends of a straight path from each code to one drawn among those of another
    prediction.

    Parameters
    ----------
    codes
        (n_rows, n_code).
    predicted
        (n_rows,) integers. Where all are equal, there are no paths.
    seed
        Of the draw.

    Returns
    -------
    starts, ends : numpy.ndarray
        (n_paths,) places in `codes`.
    """
    chance = generator(seed, "paths")
    others = {label: np.flatnonzero(predicted != label) for label in np.unique(predicted)}
    starts = np.array([row for row, label in enumerate(predicted) if len(others[label])], dtype=int)
    ends = np.array([chance.choice(others[predicted[row]]) for row in starts], dtype=int)
    return starts, ends


def crossings(codes: np.ndarray, starts: np.ndarray, ends: np.ndarray, predicted: np.ndarray,
              logits: Callable[[np.ndarray], np.ndarray], steps: int = STEPS) -> np.ndarray:
    """Return how often the posteriors of both ends' genres cross on each straight path, (n_paths,)
    integers.

    Parameters
    ----------
    codes, starts, ends
        See `paths`.
    predicted
        (n_rows,) integers.
    logits
        Takes (n, n_code) float32 and returns (n, n_classes).
    steps
        Points on a path.

    Notes
    -----
    Paper: A. Sawhney and others, section 6 (smoothness). Notebook: 05.
    """
    share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    # (steps, n_paths, n_code)
    points = (1 - share[..., None]) * codes[starts] + share[..., None] * codes[ends]
    said = (logits(points.reshape(-1, codes.shape[1]).astype(np.float32))
            .reshape(steps, len(starts), -1))
    lead = np.take_along_axis(said, predicted[starts][None, :, None], 2)[..., 0]
    lead = lead > np.take_along_axis(said, predicted[ends][None, :, None], 2)[..., 0]
    return (lead[1:] != lead[:-1]).sum(axis=0)
