"""What must hold before a rule may judge: a failing gate gives "not judged" with the reason, and
the value stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from claimbook.claims import PROTOCOLS, Claim
from claimbook.rules import RULES

JUDGED_PROFILES = ("reference", "paper")
ALLOWED_LEAKS = {
    "seg": {"track", "duplicate", "artist"},
    "mc": {"track", "duplicate", "artist"},
    "grp": {"artist"},
    "ladder": {"track", "duplicate", "artist"},
}
"""The leaks that a protocol is meant to have; all others have none. Unknown artists are no leak
that can be named."""

KNOWN_LEAKS = {"ff": {"artist": 6}, "valid": {"artist": 6}}
"""What is wrong with the published split itself: six tracks whose performers are in train, too, by
joint credits."""

NO_REASON = {"holdouts", "shuffles of the folds", "subsets", "batch", "filters", "side", "steps"}
"""Of budgets: repetitions, which widen an interval and move no mean, and sizes of the noise-trained
autoencoder, of which the paper's are our guess. That they are smaller explains no other result."""

WITHOUT_SPLIT = ("all", "table", "facts", "listening", "printed", "test-pictures")
"""Protocols in which nothing is trained with labels on one part and tested on another."""


def training_finished(history: Sequence[float], least: float = 0.01) -> bool:
    """Tell whether a validation score has come to rest: it rises by less than 0.01 over the last
    fifth of the steps.

    Parameters
    ----------
    history
        Validation score after each epoch (or equal number of steps), larger is better.
    least
        The rise that counts as going on.

    Notes
    -----
    Notebook: 07.
    """
    if len(history) < 5:
        return False
    before = len(history) - max(1, len(history) // 5)
    return max(history[before:]) - max(history[:before]) < least


def failing_gate(claim: Claim, protocol: str, abouts: Iterable[Mapping[str, Any]],
                 n_seeds: int) -> str:
    """Return why a row must not be judged, or an empty text.

    Parameters
    ----------
    claim, protocol
        The row.
    abouts
        What was told of each record that the row is computed from.
    n_seeds
        The smallest number of seeds among the trained records.
    """
    if claim.role(protocol) == "printed":
        return ""  # the paper's own numbers need no run
    if claim.not_judged:
        return claim.not_judged
    rule = RULES[claim.rule]
    for about in abouts:
        if reason := _unfit(claim, protocol, about, not rule.of_evidence):
            return reason
    if rule.trained and n_seeds < claim.seeds:
        return f"{n_seeds} seeds, and {claim.seeds} are needed"
    if claim.decided_on and protocol != claim.decided_on:
        return (f"a genre is too few artists here; decided under {claim.decided_on} "
                f"({PROTOCOLS[claim.decided_on]})")
    return ""


def _unfit(claim: Claim, protocol: str, about: Mapping[str, Any], counted: bool) -> str:
    """Return why one record must not be judged by, or an empty text."""
    if about.get("corpus") != "gtzan":
        return f"the corpus is {about.get('corpus', 'not named')}, not GTZAN"
    if not (counted and protocol == "facts"):
        if not about.get("audio"):
            return "the kind of sound is not named"
        if about.get("profile") not in JUDGED_PROFILES:
            return (f"the profile is {about.get('profile', 'not named')}: its trainings are too "
                    "small to judge by")
    if about.get("unfit"):
        return str(about["unfit"])
    split = protocol not in WITHOUT_SPLIT and not counted
    if split and (reason := _leaks(about, str(about.get("protocol", protocol)))):
        return reason
    if about.get("converged") is False:
        return "the training had not come to rest"
    trained = claim.seeds and not about.get("deterministic") and not counted
    if trained and about.get("converged") is None:
        return "nothing is told of whether the training had come to rest"
    return ""


def _leaks(about: Mapping[str, Any], protocol: str) -> str:
    """Return what leaks though the protocol must not have it, or an empty text."""
    leaks = about.get("leaks")
    if leaks is None:
        return "no audit of the split was handed in"
    allowed = ALLOWED_LEAKS.get(protocol, set()) | {"unknown"}
    known = KNOWN_LEAKS.get(protocol, {})
    found = [f"{leak} ({count})" for leak, count in sorted(leaks.items())
             if count > known.get(leak, 0) and leak not in allowed]
    if not found:
        return ""
    return f"the audit finds a leak that {protocol} must not have: {', '.join(found)}"


def smaller_than_paper(budget: Mapping[str, Sequence[float]],
                       but: Iterable[str] = ()) -> list[str]:
    """Return what of a budget, name: (ours, the paper's), is smaller than the paper's, in words;
    `but` names what is left out."""
    return [f"{name} ({ours:g} of {papers:g})" for name, (ours, papers) in sorted(budget.items())
            if ours < papers and name not in but]
