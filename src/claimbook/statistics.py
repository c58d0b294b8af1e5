"""Statistics by name, each recomputed on every draw from the numbers of times that each track was
drawn."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from claimbook.predictions import Measures, Predictions, Record, RecordError
from genrelab.evaluation import scores

LARGEST_BLOCK = 2_000_000
"""Draws by rows that are sorted through at once: 16 MB an array."""

ENOUGH_TO_RANK = 500
"""Draws of statistics that go down a ranking: their ends are stable to a tenth of their width; more
take minutes."""

Drawn = Callable[[np.ndarray], np.ndarray]
"""Takes how often each track was drawn, (n_draws, n_tracks) float32; returns (n_draws,) or
(n_draws, n_candidates)."""


class Statistic(NamedTuple):
    """A statistic of one seed.

    Attributes
    ----------
    bind
        Takes a record, a seed, a part and options, and returns the function of draws.
    candidates
        Names of the columns, for statistics that give several numbers.
    at_most
        Number of draws that is enough for a statistic that is slow.
    absent
        What counts for a label of which a draw holds no track under any seed. Where some seeds test
        tracks of it, the others are left aside; None leaves such draws NaN.
    """

    bind: Callable[[Any, int, str, Mapping[str, Any]], Drawn]
    candidates: Callable[[Record, Mapping[str, Any]], list[str]] | None = None
    at_most: int | None = None
    absent: float | None = None


def statistic(name: str) -> Statistic:
    """Return a statistic by its name in ``claims.toml``.

    Raises
    ------
    RecordError
        If there is none of this name.
    """
    if name not in STATISTICS:
        raise RecordError(f"There is no statistic {name!r}; there are "
                          f"{', '.join(sorted(STATISTICS))}.")
    return STATISTICS[name]


# --- functions of confusion matrices --------------------------------------------------------------


def counts_by_track(record: Predictions, rows: np.ndarray) -> np.ndarray:
    """Return one confusion matrix a track, (n_tracks, n_labels²) float32; each row counts one."""
    if not isinstance(record, Predictions):
        raise RecordError("This statistic needs predicted labels, and measures were recorded.")
    n = len(record.labels)
    place = (record.track[rows].astype(np.int64) * n + record.truth[rows]) * n + record.predicted[
        rows
    ]
    return (
        np.bincount(place, minlength=len(record.tracks) * n * n)
        .reshape(-1, n * n)
        .astype(np.float32)
    )


def of_counts(
    function: Callable[..., np.ndarray], *names: str, part: str = ""
) -> Callable[..., Drawn]:
    """Make `bind` from a function of confusion matrices (..., n_labels, n_labels); `names` are
    options it takes."""

    def bind(record: Predictions, seed: int, asked: str, options: Mapping[str, Any]) -> Drawn:
        counts = counts_by_track(record, record.rows(seed, part or asked))
        n = len(record.labels)
        chosen = {name: _label_places(record, options[name]) for name in names if name in options}

        def drawn(times: np.ndarray) -> np.ndarray:
            return function((times @ counts).astype(np.float64).reshape(-1, n, n), **chosen)

        return drawn

    return bind


def _label_places(record: Record, names: str | tuple | list) -> list[int]:
    """Return the places of labels: of one, of several, or of a pair written with a plus sign."""
    names = names.split("+") if isinstance(names, str) else names
    place = {label: k for k, label in enumerate(record.labels.tolist())}
    if missing := [name for name in names if name not in place]:
        raise RecordError(f"The record has no label {missing[0]!r}; its labels are "
                          f"{', '.join(place)}.")
    return [place[name] for name in names]


def labels_of(record: Record, options: Mapping[str, Any]) -> list[str]:
    return record.labels.tolist()


def pairs_of(record: Record, options: Mapping[str, Any]) -> list[str]:
    """Return the names of the unordered pairs of labels, ``"jazz+pop"``, without the one left
    out."""
    pairs = ["+".join(pair) for pair in itertools.combinations(sorted(record.labels.tolist()), 2)]
    return [pair for pair in pairs if pair != options.get("without")]


def accuracy_gap(record: Predictions, seed: int, asked: str, options: Mapping[str, Any]) -> Drawn:
    """Train minus test accuracy."""
    train, test = (
        of_counts(scores.accuracy, part=part)(record, seed, part, options)
        for part in ("train", "test")
    )
    if not len(record.rows(seed, "train")):
        raise RecordError("The gap needs predictions on train as well; record them with part = "
                          "train.")
    return lambda times: train(times) - test(times)


def error_pair_share(
    record: Predictions, seed: int, asked: str, options: Mapping[str, Any]
) -> Drawn:
    """Share of each unordered pair of labels among all errors."""
    places = [_label_places(record, pair) for pair in pairs_of(record, options)]
    first, second = np.array(places).T

    def shares(counts: np.ndarray) -> np.ndarray:
        wrong = counts[..., first, second] + counts[..., second, first]
        return wrong / np.maximum(wrong.sum(axis=-1, keepdims=True), 1e-12)

    return of_counts(shares)(record, seed, asked, {})


# --- functions of probabilities -------------------------------------------------------------------


def ranking(
    function: Callable[[np.ndarray, np.ndarray], np.ndarray], micro: bool = False
) -> Callable[..., Drawn]:
    """Make `bind` from a function of true and false positives down a ranking; macro averages over
    labels that occur."""

    def bind(record: Predictions, seed: int, asked: str, options: Mapping[str, Any]) -> Drawn:
        if not isinstance(record, Predictions):
            raise RecordError("This statistic needs class probabilities, and measures were "
                              "recorded.")
        rows = record.rows(seed, asked)
        score, track, truth = record.scores(rows), record.track[rows], record.truth[rows]
        n = len(record.labels)
        if micro:
            right = truth[:, None] == np.arange(n)
            lists = [(score.ravel(), right.ravel(), np.repeat(track, n))]
        else:
            lists = [(score[:, k], truth == k, track) for k in range(n)]
        prepared = [_prepare(*one) for one in lists]

        def drawn(times: np.ndarray) -> np.ndarray:
            block = max(1, LARGEST_BLOCK // max(len(place) for place, _, _ in prepared))
            return np.concatenate([some(times[k : k + block]) for k in range(0, len(times), block)])

        def some(times: np.ndarray) -> np.ndarray:
            values = []
            for place, right, ends in prepared:
                weight = times[:, place]
                hits = np.cumsum(weight * right, axis=1, dtype=np.float64)[:, ends]
                every = np.cumsum(weight, axis=1, dtype=np.float64)[:, ends]
                values.append(function(hits, every - hits))
            values = np.stack(values, axis=1)
            there = np.isfinite(values)
            return np.where(there, values, 0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)

        return drawn

    return bind


def _prepare(
    score: np.ndarray, right: np.ndarray, track: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sort by falling score; return tracks, hits, and the last place of each run of equal
    scores."""
    order = np.argsort(-score, kind="stable")
    sorted_score = score[order]
    ends = np.flatnonzero(np.append(sorted_score[1:] != sorted_score[:-1], True))
    return track[order], right[order].astype(np.float32), ends


def average_precision(hits: np.ndarray, misses: np.ndarray) -> np.ndarray:
    """Area under the steps of precision over recall; NaN where a draw has no true case."""
    total = hits[:, -1]
    steps = np.diff(hits, axis=1, prepend=0)
    area = (steps * hits / np.maximum(hits + misses, 1e-12)).sum(axis=1)
    return np.where(total > 0, area / np.maximum(total, 1e-12), np.nan)


def auroc(hits: np.ndarray, misses: np.ndarray) -> np.ndarray:
    """Area under the ROC curve; NaN where a draw has only one kind of case."""
    steps = np.diff(misses, axis=1, prepend=0)
    before = np.concatenate([np.zeros((len(hits), 1)), hits[:, :-1]], axis=1)
    area = (steps * (hits + before) / 2).sum(axis=1)
    product = hits[:, -1] * misses[:, -1]
    return np.where(product > 0, area / np.maximum(product, 1e-12), np.nan)


# --- functions of measures ------------------------------------------------------------------------


def _measures(record: Record) -> Measures:
    if not isinstance(record, Measures):
        raise RecordError("This statistic needs measures, and predictions were recorded.")
    return record


def _column(record: Measures, rows: np.ndarray, options: Mapping[str, Any]) -> np.ndarray:
    columns = _measures(record).columns
    name = options.get("column") or (next(iter(columns)) if len(columns) == 1 else "")
    if name not in columns:
        raise RecordError(f"The measures have no column {name!r}; they have "
                          f"{', '.join(columns) or 'none'}.")
    return columns[name][rows].astype(np.float64)


def moment(function: Callable[..., np.ndarray], highest: int) -> Callable[..., Drawn]:
    """Make `bind` from a function of the means of a column's powers 1, 2 … highest."""

    def bind(record: Measures, seed: int, asked: str, options: Mapping[str, Any]) -> Drawn:
        rows = _measures(record).rows(seed, asked)
        column = _column(record, rows, options)
        powers = np.zeros((len(record.tracks), highest + 1))
        for power in range(highest + 1):
            np.add.at(powers[:, power], record.track[rows], column**power)
        return lambda times: function(*_means(times @ powers).T)

    return bind


def _means(sums: np.ndarray) -> np.ndarray:
    return sums[:, 1:] / np.maximum(sums[:, :1], 1e-12)


def skewness(first: np.ndarray, second: np.ndarray, third: np.ndarray) -> np.ndarray:
    spread = np.maximum(second - first**2, 1e-12)
    return (third - 3 * first * second + 2 * first**3) / spread**1.5


def silhouette(record: Measures, seed: int, asked: str, options: Mapping[str, Any]) -> Drawn:
    """Mean silhouette of the labels in a space; copies of a drawn point are not its neighbours."""
    rows = _measures(record).rows(seed, asked)
    points = record.vectors[rows].astype(np.float32)
    squares = (points**2).sum(axis=1)
    between = np.sqrt(np.maximum(squares[:, None] + squares - 2 * points @ points.T, 0))
    np.fill_diagonal(between, 0)
    track = record.track[rows]
    label = record.truth[track]
    present = np.unique(label)

    def drawn(times: np.ndarray) -> np.ndarray:
        weight = times[:, track]
        own = np.full(weight.shape, np.nan, np.float32)
        nearest = np.full(weight.shape, np.inf, np.float32)
        for one in present:
            members = label == one
            total = weight[:, members].sum(axis=1, keepdims=True)
            far = weight[:, members] @ between[members]
            rest = total - weight[:, members]
            own[:, members] = np.where(rest > 0, far[:, members] / np.maximum(rest, 1e-9), np.nan)
            mean = np.where(total > 0, far / np.maximum(total, 1e-9), np.inf)
            nearest[:, ~members] = np.minimum(nearest[:, ~members], mean[:, ~members])
        value = (nearest - own) / np.maximum(np.maximum(nearest, own), 1e-12)
        value = np.where(np.isfinite(value), value, 0)
        return (weight * value).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-12)

    return drawn


def _moments_by_label(record: Measures, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return points of rows as float64, and the label of each row."""
    return _measures(record).vectors[rows].astype(np.float64), record.truth[record.track[rows]]


def label_variance(record: Measures, seed: int, asked: str, options: Mapping[str, Any]) -> Drawn:
    """Trace of the covariance of each label's points."""
    rows = _measures(record).rows(seed, asked)
    points, label = _moments_by_label(record, rows)
    track = record.track[rows]

    def drawn(times: np.ndarray) -> np.ndarray:
        values = []
        for one in range(len(record.labels)):
            members = label == one
            weight = times[:, track[members]].astype(np.float64)
            total = np.maximum(weight.sum(axis=1), 1e-12)
            mean = weight @ points[members] / total[:, None]
            trace = weight @ (points[members] ** 2).sum(axis=1) / total - (mean**2).sum(axis=1)
            values.append(np.where(weight.sum(axis=1) > 0, trace, np.nan))
        return np.stack(values, axis=1)

    return drawn


def frechet_pairs(record: Measures, seed: int, asked: str, options: Mapping[str, Any]) -> Drawn:
    """Squared Fréchet distance between normal laws fitted to the points of each pair of labels."""
    rows = _measures(record).rows(seed, asked)
    points, label = _moments_by_label(record, rows)
    track = record.track[rows]
    pairs = [_label_places(record, pair) for pair in pairs_of(record, options)]

    def drawn(times: np.ndarray) -> np.ndarray:
        return np.stack([one_draw(each) for each in times])

    def one_draw(each: np.ndarray) -> np.ndarray:
        laws = {}
        for one in range(len(record.labels)):
            members = (label == one) & (each[track] > 0)
            if members.sum() > 1:
                weight = each[track[members]].astype(np.int64)
                laws[one] = (
                    points[members].repeat(weight, axis=0).mean(axis=0),
                    np.atleast_2d(np.cov(points[members], rowvar=False, fweights=weight, ddof=0)),
                )
        return np.array(
            [_frechet(laws[a], laws[b]) if a in laws and b in laws else np.nan for a, b in pairs]
        )

    return drawn


def _frechet(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> float:
    shared = np.sqrt(np.maximum(np.linalg.eigvals(one[1] @ other[1]).real, 0)).sum()
    return float(
        ((one[0] - other[0]) ** 2).sum() + np.trace(one[1]) + np.trace(other[1]) - 2 * shared
    )


# --- functions of distance matrices ---------------------------------------------------------------


def _matrix(record: Measures) -> np.ndarray:
    n = len(_measures(record).tracks)
    if not len(record.distances):
        raise RecordError("This statistic needs distances, and none were recorded.")
    matrix = np.zeros((n, n))
    matrix[np.triu_indices(n, 1)] = record.distances.astype(np.float64) * record.largest[0]
    return matrix + matrix.T


def spread_sd(record: Measures, seed: int, asked: str, options: Mapping[str, Any]) -> Drawn:
    """Standard deviation of the distances within a label, mean over labels; the sub-matrix of each
    draw is taken."""
    matrix = _matrix(record)
    blocks = [np.flatnonzero(record.truth == one) for one in np.unique(record.truth)]

    def drawn(times: np.ndarray) -> np.ndarray:
        values = []
        for members in blocks:
            weight = times[:, members].astype(np.float64)
            block = matrix[np.ix_(members, members)]
            pairs = np.maximum(weight.sum(axis=1) ** 2 - (weight**2).sum(axis=1), 1e-12)
            mean, square = (
                ((weight @ power) * weight).sum(axis=1) / pairs for power in (block, block**2)
            )
            values.append(np.sqrt(np.maximum(square - mean**2, 0)))
        return np.mean(values, axis=0)

    return drawn


def spread_quartiles(record: Measures, seed: int, asked: str, options: Mapping[str, Any]) -> Drawn:
    """(Q3 − Q1) / (Q3 + Q1) of the distances within a label, mean over labels."""
    matrix = _matrix(record)
    blocks = []
    for one in np.unique(record.truth):
        members = np.flatnonzero(record.truth == one)
        first, second = (members[place] for place in np.triu_indices(len(members), 1))
        order = np.argsort(matrix[first, second], kind="stable")
        blocks.append((first[order], second[order], matrix[first, second][order]))

    def drawn(times: np.ndarray) -> np.ndarray:
        values = []
        for first, second, distance in blocks:
            cumulated = np.cumsum(times[:, first] * times[:, second], axis=1, dtype=np.float64)
            low, high = (
                distance[
                    (cumulated < q * cumulated[:, -1:]).sum(axis=1).clip(max=len(distance) - 1)
                ]
                for q in (0.25, 0.75)
            )
            values.append((high - low) / np.maximum(high + low, 1e-12))
        return np.mean(values, axis=0)

    return drawn


def between_gt_within(record: Measures, seed: int, asked: str, options: Mapping[str, Any]) -> Drawn:
    """Probability that a distance between two labels is larger than one within a label; 0.5 is no
    clustering."""
    first, second = np.triu_indices(len(_measures(record).tracks), 1)
    order = np.argsort(_matrix(record)[first, second], kind="stable")
    first, second = first[order], second[order]
    within = record.truth[first] == record.truth[second]

    def drawn(times: np.ndarray) -> np.ndarray:
        values = []
        # one draw at a time: all pairs of 930 tracks are 3 MB
        for each in times.astype(np.float64):
            weight = each[first] * each[second]
            inside = np.cumsum(weight * within)
            outside = weight * ~within
            values.append((outside * inside).sum() / max(outside.sum() * inside[-1], 1e-12))
        return np.array(values)

    return drawn


STATISTICS = {
    "accuracy": Statistic(of_counts(scores.accuracy)),
    "weighted_f1": Statistic(of_counts(scores.weighted_f1)),
    "kappa": Statistic(of_counts(scores.kappa)),
    "accuracy_gap": Statistic(accuracy_gap),
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
    "error_by_label": Statistic(
        of_counts(lambda counts: 1 - scores.recall(counts)), labels_of, absent=1.0
    ),
    "error_pair_share": Statistic(error_pair_share, pairs_of),
    "average_precision": Statistic(ranking(average_precision), at_most=ENOUGH_TO_RANK),
    "average_precision_micro": Statistic(
        ranking(average_precision, micro=True), at_most=ENOUGH_TO_RANK
    ),
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
