"""Protocols, scores with intervals, leakage audits, and sentences that follow the numbers."""

from genrelab.evaluation.audits import Audit, audit
from genrelab.evaluation.findings import finding
from genrelab.evaluation.intervals import Interval, bootstrap, bootstrap_difference
from genrelab.evaluation.protocols import fold_groups
from genrelab.evaluation.reference import reference_run
from genrelab.evaluation.scores import accuracy, confusion, weighted_f1

__all__ = [
    "Audit",
    "Interval",
    "accuracy",
    "audit",
    "bootstrap",
    "bootstrap_difference",
    "confusion",
    "finding",
    "fold_groups",
    "reference_run",
    "weighted_f1",
]
