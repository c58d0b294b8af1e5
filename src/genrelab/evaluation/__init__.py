"""Protocols, scores with intervals, and leakage audits."""

from genrelab.evaluation.audits import Audit, audit
from genrelab.evaluation.intervals import Interval, bootstrap, bootstrap_difference
from genrelab.evaluation.protocols import fold_groups
from genrelab.evaluation.scores import accuracy, confusion, weighted_f1

__all__ = ["Audit", "Interval", "accuracy", "audit", "bootstrap", "bootstrap_difference",
           "confusion", "fold_groups", "weighted_f1"]
