"""Has a training stopped improving? One rule for each family of networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from claimbook.gates import training_finished

if TYPE_CHECKING:
    from reproductions.encoders import Learned
    from reproductions.networks import Fit
    from reproductions.segment_networks import Run


def gain_of_the_mean(curves: Sequence[Sequence[float]]) -> bool:
    """Tell whether the mean of curves of equal length rises by less than 0.01 over its last
    fifth."""
    return training_finished(np.mean(curves, axis=0).tolist())


def gain_of_the_mean_score(runs: Sequence[Run]) -> bool:
    """Tell whether networks on segments no longer gained at their end, on the mean curve over all
    of them: of the accuracy on dev, of autoencoders of what is redrawn.

    Notebook: 05 and 09.
    """
    scores = ["dev" if run.recipe.classifies else "explained" for run in runs]
    return gain_of_the_mean(
        [[entry[score] for entry in run.history] for score, run in zip(scores, runs)])


def gain_of_the_mean_probe(runs: Sequence[Learned]) -> bool:
    """Tell whether encoders had come to rest: the probe, averaged over them, no longer rises at
    their end.

    Notebook: 08 and 09.
    """
    return gain_of_the_mean([[look["probe"] for look in run.history] for run in runs])


def mean_of_gains(fits: Sequence[Fit], least: float = 0.01) -> bool:
    """Tell whether trainings with early stopping had come to rest: on average they gain less than
    0.01 over their last fifth.

    What is looked at is the accuracy on the validation rows; a training that ended by itself gains
    nothing more. The mean is taken because one holdout's few validation rows jump by as much.

    Notebook: 04 and 09.
    """
    gains = []
    for one in fits:
        seen = [entry["accuracy"] for entry in one.history]
        before = len(seen) - max(1, len(seen) // 5)
        ended = len(seen) < one.recipe.epochs
        gain = 0.0 if ended or not before else max(seen[before:]) - max(seen[:before])
        gains.append(max(gain, 0))
    return float(np.mean(gains)) < least
