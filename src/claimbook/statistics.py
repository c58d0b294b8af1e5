"""Statistics by name, each recomputed on every draw of artists or tracks.

What a unit (an artist, a track) adds to a statistic is summed up once. A draw, which is how often
each unit came, is then a product with those sums, and no row is looked at again.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from claimbook.predictions import Measures, Predictions, Record, RecordError
from genrelab.evaluation import scores

LARGEST_ARRAY, SMALLEST_BLOCK = 250_000, 16
"""Numbers that are worked on at once, 2 MB, so that they stay in the processor's cache; and draws,
however long a ranking is."""

ENOUGH_TO_RANK = 500
"""Draws of statistics that go down a ranking: their ends are stable to a tenth of their width; more
take minutes."""

Drawn = Callable[[np.ndarray], np.ndarray]
"""Takes how often each unit was drawn, (n_units, n_draws) float64; returns (n_draws,) or
(n_draws, n_candidates)."""


@dataclass(frozen=True, eq=False)
class Sample:
    """The rows of one seed and part, and which of them are drawn together.

    Attributes
    ----------
    unit_of_track
        (n_tracks,) int, the place of each track's unit among the `n_units` that are drawn.
    options
        Options of the statistic.
    """

    record: Record
    seed: int
    part: str
    unit_of_track: np.ndarray
    n_units: int
    options: Mapping[str, Any]

    @cached_property
    def rows(self) -> np.ndarray:
        return self.record.rows(self.seed, self.part)

    @property
    def units(self) -> np.ndarray:
        """The unit of each row."""
        return self.unit_of_track[self.record.track[self.rows]]

    @property
    def predictions(self) -> Predictions:
        if not isinstance(self.record, Predictions):
            raise RecordError("This statistic needs predictions, and measures were recorded.")
        return self.record

    @property
    def measures(self) -> Measures:
        if not isinstance(self.record, Measures):
            raise RecordError("This statistic needs measures, and predictions were recorded.")
        return self.record

    @property
    def points(self) -> tuple[np.ndarray, np.ndarray]:
        """The points of the rows as float64, and the label of each."""
        record = self.measures
        label = record.truth[record.track[self.rows]]
        return record.vectors[self.rows].astype(np.float64), label

    def by_unit(self, values: np.ndarray) -> np.ndarray:
        """Return sums over the rows of each unit, (n_values, n_rows) -> (n_values, n_units)."""
        places = np.arange(len(self.rows)), self.units
        shape = len(self.rows), self.n_units
        return values @ sparse.csr_array((np.ones(len(self.rows)), places), shape)


class Statistic(NamedTuple):
    """A statistic of one seed.

    Attributes
    ----------
    bind
        Takes a sample and returns the function of draws.
    candidates
        Names of the columns, for statistics that give several numbers.
    at_most
        Number of draws that is enough for a statistic that is slow.
    absent
        What counts for a label of which a draw holds no track under any seed. Where some seeds test
        tracks of it, the others are left aside; None leaves such draws NaN.
    parts
        The parts whose rows it needs, where these are not up to the claim.
    of_votes
        Whether a row on segments shows it for the majority vote of each track, too.
    """

    bind: Callable[[Sample], Drawn]
    candidates: Callable[[Record, Mapping[str, Any]], list[str]] | None = None
    at_most: int | None = None
    absent: float | None = None
    parts: tuple[str, ...] = ()
    of_votes: bool = False


def statistic(name: str) -> Statistic:
    """Return a statistic by its name in ``claims.toml``.

    Raises
    ------
    RecordError
        If there is none of this name.
    """
    if name not in STATISTICS:
        names = ", ".join(sorted(STATISTICS))
        raise RecordError(f"There is no statistic {name!r}; there are {names}.")
    return STATISTICS[name]


# --- functions of confusion matrices --------------------------------------------------------------


def of_counts(function: Callable[..., np.ndarray], *names: str) -> Callable[[Sample], Drawn]:
    """Make `bind` from a function of confusion matrices (..., n_labels, n_labels); `names` are
    options it takes."""

    def bind(sample: Sample) -> Drawn:
        record, rows, n = sample.predictions, sample.rows, len(sample.record.labels)
        cell = record.truth[rows].astype(int) * n + record.predicted[rows]
        places = cell, sample.units
        counts = sparse.csr_array((np.ones(len(rows)), places), (n * n, sample.n_units))
        options = {name: sample.options[name] for name in names if name in sample.options}
        chosen = {name: _label_places(record, labels) for name, labels in options.items()}
        return lambda times: function((counts @ times).T.reshape(-1, n, n), **chosen)

    return bind


def accuracy(sample: Sample) -> Drawn:
    """Share of right answers, `scores.accuracy` without its matrix: two sums a unit are enough."""
    record, rows = sample.predictions, sample.rows
    right = record.truth[rows] == record.predicted[rows]
    sums = sample.by_unit(np.stack([right, np.ones(len(rows))]))

    def drawn(times: np.ndarray) -> np.ndarray:
        hits, answers = sums @ times
        return hits / answers

    return drawn


def accuracy_gap(sample: Sample) -> Drawn:
    """Train minus test accuracy."""
    train, test = (replace(sample, part=part) for part in ("train", "test"))
    if not len(train.rows):
        raise RecordError("The gap needs predictions on train as well; record them with part = "
                          "train.")
    on_train, on_test = accuracy(train), accuracy(test)
    return lambda times: on_train(times) - on_test(times)


def error_pair_share(sample: Sample) -> Drawn:
    """Share of each unordered pair of labels among all errors."""
    first, second = _pair_places(sample)

    def shares(counts: np.ndarray) -> np.ndarray:
        wrong = counts[..., first, second] + counts[..., second, first]
        return wrong / np.maximum(wrong.sum(axis=-1, keepdims=True), 1e-12)

    return of_counts(shares)(sample)


def _label_places(record: Record, names: str | tuple | list) -> list[int]:
    """Return the places of labels: of one, of several, or of a pair written with a plus sign."""
    names = names.split("+") if isinstance(names, str) else names
    labels = record.labels.tolist()
    if missing := [name for name in names if name not in labels]:
        raise RecordError(f"The record has no label {missing[0]!r}; its labels are "
                          f"{', '.join(labels)}.")
    return [labels.index(name) for name in names]


def labels_of(record: Record, options: Mapping[str, Any]) -> list[str]:
    return record.labels.tolist()


def pairs_of(record: Record, options: Mapping[str, Any]) -> list[str]:
    """Return the names of the unordered pairs of labels, ``"jazz+pop"``, without the one left
    out."""
    pairs = ["+".join(pair) for pair in itertools.combinations(sorted(record.labels.tolist()), 2)]
    return [pair for pair in pairs if pair != options.get("without")]


def _pair_places(sample: Sample) -> np.ndarray:
    """Return the places of the first and of the second label of each pair, (2, n_pairs)."""
    pairs = pairs_of(sample.record, sample.options)
    return np.array([_label_places(sample.record, pair) for pair in pairs]).T


# --- functions of probabilities -------------------------------------------------------------------


def ranking(area: Callable[..., np.ndarray], micro: bool = False,
            hard: bool = False) -> Callable[[Sample], Drawn]:
    """Make `bind` from an area over the hits and misses in each run of a ranking; macro averages
    over labels that occur; hard ranks by the predicted label alone, 1 or 0."""

    def bind(sample: Sample) -> Drawn:
        record, units, n = sample.predictions, sample.units, len(sample.record.labels)
        score = np.eye(n)[record.predicted[sample.rows]] if hard else record.scores(sample.rows)
        right = record.truth[sample.rows, None] == np.arange(n)
        if micro:
            score, right, units = score.reshape(-1, 1), right.reshape(-1, 1), np.repeat(units, n)
        lists = [runs_by_unit(one_score, one_right, units, sample.n_units)
                 for one_score, one_right in zip(score.T, right.T)]

        def drawn(times: np.ndarray) -> np.ndarray:
            areas = np.array([area(*np.split(counts @ times, 2)) for counts in lists])
            known = np.isfinite(areas)
            return np.where(known, areas, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)

        return in_blocks(drawn, max(counts.shape[0] for counts in lists))

    return bind


def in_blocks(drawn: Drawn, size: int) -> Drawn:
    """Work on so many draws at once that arrays of `size` numbers a draw stay small."""
    step = max(SMALLEST_BLOCK, LARGEST_ARRAY // size)
    return lambda times: np.concatenate([drawn(np.ascontiguousarray(times[:, begin : begin + step]))
                                         for begin in range(0, times.shape[1], step)])


def runs_by_unit(score: np.ndarray, right: np.ndarray, units: np.ndarray,
                 n_units: int) -> sparse.csr_array:
    """Return how many hits each unit has in each run down a ranking, and below that how many
    misses, (2·n_runs, n_units).

    Equal scores are one run. So are neighbouring scores with misses alone: no area depends on
    their order.
    """
    order = np.argsort(-score, kind="stable")
    score, right, units = score[order], right[order], units[order]
    tie = np.cumsum(np.append(False, score[1:] != score[:-1]))
    has_hit = np.bincount(tie, right) > 0
    begins = np.append(False, has_hit[1:] | has_hit[:-1])
    run = np.cumsum(begins)[tie]
    n_runs = run[-1] + 1
    places = np.where(right, run, n_runs + run), units
    return sparse.csr_array((np.ones(len(run)), places), (2 * n_runs, n_units))


def average_precision(hits: np.ndarray, misses: np.ndarray) -> np.ndarray:
    """Area under the steps of precision over recall, of hits and misses in each run, (n_runs,
    n_draws); NaN where a draw has no true case."""
    found = np.cumsum(hits, axis=0)
    precision = found / np.maximum(found + np.cumsum(misses, axis=0), 1e-12)
    area = (hits * precision).sum(axis=0)
    return np.where(found[-1] > 0, area / np.maximum(found[-1], 1e-12), np.nan)


def auroc(hits: np.ndarray, misses: np.ndarray) -> np.ndarray:
    """Area under the ROC curve, half of it where scores are equal; NaN where a draw has only one
    kind of case."""
    found = np.cumsum(hits, axis=0)
    area = (misses * (found - hits / 2)).sum(axis=0)
    product = found[-1] * misses.sum(axis=0)
    return np.where(product > 0, area / np.maximum(product, 1e-12), np.nan)


# --- functions of measures ------------------------------------------------------------------------


def moment(function: Callable[..., np.ndarray], highest: int) -> Callable[[Sample], Drawn]:
    """Make `bind` from a function of the means of a column's powers 1, 2 … highest."""

    def bind(sample: Sample) -> Drawn:
        sums = sample.by_unit(_column(sample) ** np.arange(highest + 1)[:, None])
        return lambda times: function(*_means(sums, times)[1])

    return bind


def _means(sums: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how many rows each draw holds, (n_draws,), and the means of their values, (n_values,
    n_draws); the first of the sums counts rows."""
    number, *totals = sums @ times
    return number, np.array(totals) / np.maximum(number, 1e-12)


def _column(sample: Sample) -> np.ndarray:
    columns = sample.measures.columns
    name = sample.options.get("column") or (next(iter(columns)) if len(columns) == 1 else "")
    if name not in columns:
        raise RecordError(f"The measures have no column {name!r}; they have "
                          f"{', '.join(columns) or 'none'}.")
    return columns[name][sample.rows].astype(np.float64)


def skewness(first: np.ndarray, second: np.ndarray, third: np.ndarray) -> np.ndarray:
    spread = np.maximum(second - first**2, 1e-12)
    return (third - 3 * first * second + 2 * first**3) / spread**1.5


def silhouette(sample: Sample) -> Drawn:
    """Mean silhouette of the labels in a space; copies of a drawn point are not its neighbours.

    A point's silhouette is (b − a) / max(a, b): a is its mean distance to the others of its label,
    b the smallest of its mean distances to another label; 0 where a draw leaves either empty.
    """
    points, label = sample.points
    points, units = points.astype(np.float32), sample.units
    squares = (points**2).sum(axis=1)
    between = np.sqrt(np.maximum(squares[:, None] + squares - 2 * points @ points.T, 0))
    np.fill_diagonal(between, 0)
    groups = []
    for one in np.unique(label):
        members = label == one
        near = np.unique(units[members])
        to_unit = sample.by_unit(between * members)[:, near].astype(np.float32)
        number = np.bincount(units[members])[near].astype(np.float32)
        groups.append((members, near, to_unit, number))

    def drawn(times: np.ndarray) -> np.ndarray:
        times = times.astype(np.float32)
        weight = times[units]
        own, nearest = np.full_like(weight, np.nan), np.full_like(weight, np.inf)
        for members, near, to_unit, number in groups:
            far = to_unit @ times[near]
            total = number @ times[near]
            own[members] = far[members] / (total - weight[members])
            far[members] = np.inf
            np.fmin(nearest, far / total, out=nearest)
        value = np.nan_to_num((nearest - own) / np.maximum(nearest, own), posinf=0, neginf=0)
        total = (weight * value).sum(axis=0, dtype=np.float64)
        return total / np.maximum(weight.sum(axis=0), 1e-12)

    return np.errstate(divide="ignore", invalid="ignore")(drawn)


def label_variance(sample: Sample) -> Drawn:
    """Trace of the covariance of each label's points."""
    points, label = sample.points
    values = np.stack([np.ones(len(points)), *points.T, (points**2).sum(axis=1)])
    labels = _by_label(sample, values, label)

    def drawn(times: np.ndarray) -> np.ndarray:
        values = []
        for sums in labels:
            number, (*mean, square) = _means(sums, times)
            values.append(np.where(number > 0, square - (np.array(mean) ** 2).sum(axis=0), np.nan))
        return np.stack(values, axis=1)

    return drawn


def _by_label(sample: Sample, values: np.ndarray, label: np.ndarray) -> list[np.ndarray]:
    """Return sums over the rows of each unit, once for each label."""
    labels = range(len(sample.record.labels))
    return [sample.by_unit(values * (label == one)) for one in labels]


def frechet_pairs(sample: Sample) -> Drawn:
    """Squared Fréchet distance between normal laws fitted to the points of each pair of labels."""
    points, label = sample.points
    n_rows, n = points.shape
    products = (points[:, :, None] * points[:, None]).reshape(n_rows, n * n)
    values = np.vstack([np.ones(n_rows), points.T, products.T])
    labels = _by_label(sample, values, label)
    pairs = _pair_places(sample).T

    def law(sums: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        means = _means(sums, times)[1].T
        mean, square = means[:, :n], means[:, n:].reshape(-1, n, n)
        n_different = sums[0] @ (times > 0)
        mean[n_different < 2] = np.nan
        return mean, square - mean[:, :, None] * mean[:, None]

    def drawn(times: np.ndarray) -> np.ndarray:
        laws = [law(sums, times) for sums in labels]
        return np.stack([frechet(*laws[a], *laws[b]) for a, b in pairs], axis=1)

    return drawn


def frechet(mean: np.ndarray, cov: np.ndarray, other_mean: np.ndarray,
            other_cov: np.ndarray) -> np.ndarray:
    """Return the squared Fréchet distances between normal laws, (n, d) and (n, d, d) -> (n,); NaN
    where a mean is NaN."""
    known = np.isfinite(mean + other_mean).all(axis=1)
    roots = np.linalg.eigvals(np.where(known[:, None, None], cov @ other_cov, 0)).real
    shared = np.sqrt(np.maximum(roots, 0)).sum(axis=1)
    sizes = np.trace(cov + other_cov, axis1=1, axis2=2)
    return ((mean - other_mean) ** 2).sum(axis=1) + sizes - 2 * shared


# --- functions of distance matrices ---------------------------------------------------------------


def _matrix(record: Measures) -> np.ndarray:
    n = len(record.tracks)
    if not len(record.distances):
        raise RecordError("This statistic needs distances, and none were recorded.")
    matrix = np.zeros((n, n))
    matrix[np.triu_indices(n, 1)] = record.distances.astype(np.float64) * record.largest[0]
    return matrix + matrix.T


def _by_distance(matrix: np.ndarray, tracks: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the pairs of some tracks by rising distance: first and second tracks, distances."""
    first, second = (tracks[place] for place in np.triu_indices(len(tracks), 1))
    order = np.argsort(matrix[first, second], kind="stable")
    first, second = first[order], second[order]
    return first, second, matrix[first, second]


def _tracks_by_label(record: Measures) -> list[np.ndarray]:
    return [np.flatnonzero(record.truth == one) for one in np.unique(record.truth)]


def spread_sd(sample: Sample) -> Drawn:
    """Standard deviation of the distances within a label, mean over labels; the sub-matrix of each
    draw is taken."""
    matrix = _matrix(sample.measures)
    labels = [(sample.unit_of_track[tracks], matrix[np.ix_(tracks, tracks)])
              for tracks in _tracks_by_label(sample.measures)]

    def drawn(times: np.ndarray) -> np.ndarray:
        values = []
        for units, distance in labels:
            weight = times[units]
            pairs = np.maximum(weight.sum(axis=0) ** 2 - (weight**2).sum(axis=0), 1e-12)
            mean, square = (((power @ weight) * weight).sum(axis=0) / pairs
                            for power in (distance, distance**2))
            values.append(np.sqrt(np.maximum(square - mean**2, 0)))
        return np.mean(values, axis=0)

    return drawn


def spread_quartiles(sample: Sample) -> Drawn:
    """(Q3 − Q1) / (Q3 + Q1) of the distances within a label, mean over labels."""
    matrix, unit = _matrix(sample.measures), sample.unit_of_track
    labels = [_by_distance(matrix, tracks) for tracks in _tracks_by_label(sample.measures)]

    def drawn(times: np.ndarray) -> np.ndarray:
        times = times.astype(np.float32)  # holds the small whole numbers exactly
        values = []
        for first, second, distance in labels:
            pairs = np.cumsum(times[unit[first]] * times[unit[second]], axis=0)
            places = [(pairs < share * pairs[-1]).sum(axis=0, dtype=np.int32)
                      for share in (0.25, 0.75)]
            low, high = distance[np.clip(places, None, len(distance) - 1)]
            values.append((high - low) / np.maximum(high + low, 1e-12))
        return np.mean(values, axis=0)

    return in_blocks(drawn, max(len(distance) for _, _, distance in labels))


def between_gt_within(sample: Sample) -> Drawn:
    """Probability that a distance between two labels is larger than one within a label; 0.5 is no
    clustering."""
    record, unit = sample.measures, sample.unit_of_track
    first, second, _ = _by_distance(_matrix(record), np.arange(len(record.tracks)))
    within = record.truth[first] == record.truth[second]
    nearer = np.cumsum(within)[~within]  # pairs within a label, for each pair between two
    (a, b), (c, d) = ((unit[first[kind]], unit[second[kind]]) for kind in (within, ~within))

    def one_draw(times: np.ndarray) -> float:
        inside = np.cumsum(np.append(0, times[a] * times[b]))
        outside = times[c] * times[d]
        return (outside @ inside[nearer]) / max(outside.sum() * inside[-1], 1e-12)

    return lambda times: np.array([one_draw(each) for each in np.ascontiguousarray(times.T)])


STATISTICS = {
    "accuracy": Statistic(accuracy, of_votes=True),
    "weighted_f1": Statistic(of_counts(scores.weighted_f1), of_votes=True),
    "kappa": Statistic(of_counts(scores.kappa)),
    "accuracy_gap": Statistic(accuracy_gap, parts=("train", "test")),
    "predicted_share": Statistic(of_counts(scores.predicted_share, "labels")),
    "balance": Statistic(of_counts(scores.balance)),
    "recall_spread": Statistic(of_counts(scores.recall_spread, "without")),
    "mutual_information": Statistic(of_counts(scores.mutual_information)),
    "adjusted_rand": Statistic(of_counts(scores.adjusted_rand)),
    "precision": Statistic(of_counts(scores.precision, "label"), absent=0.0),
    "recall": Statistic(of_counts(scores.recall, "label"), absent=0.0),
    "f1": Statistic(of_counts(scores.f1, "label"), absent=0.0),
    "precision_by_label": Statistic(of_counts(scores.precision), labels_of, absent=0.0),
    "recall_by_label": Statistic(of_counts(scores.recall), labels_of, absent=0.0),
    "f1_by_label": Statistic(of_counts(scores.f1), labels_of, absent=0.0),
    "error_by_label": Statistic(of_counts(lambda counts: 1 - scores.recall(counts)), labels_of,
                                absent=1.0),
    "error_pair_share": Statistic(error_pair_share, pairs_of),
    "average_precision": Statistic(ranking(average_precision), at_most=ENOUGH_TO_RANK),
    "average_precision_hard": Statistic(ranking(average_precision, hard=True)),
    "average_precision_micro": Statistic(ranking(average_precision, micro=True),
                                         at_most=ENOUGH_TO_RANK),
    "auroc": Statistic(ranking(auroc), at_most=ENOUGH_TO_RANK),
    "auroc_micro": Statistic(ranking(auroc, micro=True), at_most=ENOUGH_TO_RANK),
    "mean": Statistic(moment(lambda mean: mean, 1)),
    "skewness": Statistic(moment(skewness, 3)),
    "silhouette": Statistic(silhouette),
    "label_variance": Statistic(label_variance, labels_of, absent=0.0),
    "frechet_pairs": Statistic(frechet_pairs, pairs_of, at_most=500, absent=np.inf),
    "spread_sd": Statistic(spread_sd),
    "spread_quartiles": Statistic(spread_quartiles),
    "between_gt_within": Statistic(between_gt_within, at_most=1000),
}
"""All statistics; ``"items"``, counted facts, is none of them."""
