"""Protocols, scores with intervals, leakage audits, and sentences that follow the numbers."""

from genrelab.evaluation.audits import Audit, audit
from genrelab.evaluation.claims import load_claims
from genrelab.evaluation.findings import finding
from genrelab.evaluation.gates import training_finished
from genrelab.evaluation.intervals import Interval, bootstrap, bootstrap_difference
from genrelab.evaluation.ledger import Ledger
from genrelab.evaluation.predictions import Measures, Predictions
from genrelab.evaluation.protocols import fold_groups
from genrelab.evaluation.reference import reference_run
from genrelab.evaluation.scores import accuracy, confusion, weighted_f1

__all__ = [
    "Audit",
    "Interval",
    "Ledger",
    "Measures",
    "Predictions",
    "accuracy",
    "audit",
    "bootstrap",
    "bootstrap_difference",
    "confusion",
    "finding",
    "fold_groups",
    "load_claims",
    "reference_run",
    "training_finished",
    "weighted_f1",
]
