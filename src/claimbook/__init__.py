"""The record: claims, kept predictions, statistics, rules, verdicts, and sentences that follow the
numbers."""

from claimbook.claims import load_claims
from claimbook.findings import finding, kept_answers, kept_table, result, says
from claimbook.gates import training_finished
from claimbook.ledger import Ledger
from claimbook.predictions import Measures, Predictions

__all__ = ["Ledger", "Measures", "Predictions", "finding", "kept_answers", "kept_table",
           "load_claims", "result", "says", "training_finished"]
