"""One row of the ledger from a claim and kept records: a pure function, the same now and when it is
recomputed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from claimbook import rules
from claimbook.claims import ITEM_RULES, Claim, Part, Reference
from claimbook.estimates import (
    Side,
    compared,
    estimate,
    on_shared_seeds,
    pairing_problem,
    resample,
    top_evidence,
    trend_evidence,
)
from claimbook.gates import failing_gate, smaller_than_paper
from claimbook.predictions import Predictions, Record, RecordError
from claimbook.rules import Evidence, Verdict
from claimbook.statistics import statistic

Load = Callable[[str, str], Any]
"""Takes a record's id and a protocol; returns the record, or the facts of `Ledger.state`."""


def judge(
    claim: Claim, protocol: str, load: Load, variants: Callable[[str, str], dict], draws: int
) -> dict[str, Any]:
    """Return value, intervals, verdict and reason of a claim under a protocol.

    Parameters
    ----------
    claim, protocol
        The row.
    load
        Gives a record; see `Load`.
    variants
        Takes a record's id and a protocol; returns its further records by name, such as other
        silent choices.
    draws
        Number of bootstrap draws.
    """
    rule = claim.rule_under(protocol)
    if rule == "CONSIST":
        return _judge_printed(claim)
    if rule in ITEM_RULES or claim.parts[0].statistic == "items":
        return _judge_items(claim, protocol, load(claim.id, protocol))
    used: dict[tuple[str, str], Record] = {}

    def fetch(text: str, part: Part) -> Side:
        reference = Reference.read(text)
        where = reference.record, reference.protocol or protocol
        used.setdefault(where, load(*where))
        return Side(used[where], part.statistic, reference.part or part.part, part.options)

    # Of several parts those are left out that are about genres which this music does not have.
    here = [
        part
        for part in claim.parts
        if not part.genres or part.genres <= _genres_of(part, protocol, load)
    ]
    parts = [part.for_protocol(protocol) for part in here or claim.parts]
    found = [_evidence(part, fetch, draws, claim.seeds == 0, protocol) for part in parts]
    first = found[0][0]
    others = _variants(claim, protocol, parts[0], variants, draws)
    if inside := [shown["value"] for shown in others.values() if shown["silent"]]:
        choices = min(first.value, *inside), max(first.value, *inside)
        found[0] = replace(first, choices=choices), found[0][1]
    if claim.rule in ("SPREAD", "LEAK", "WINDOW"):
        verdict = rules.RULES[claim.rule](*[evidence for evidence, _ in found])
    else:
        verdicts = {
            part.name: _apply(claim, part, evidence, steps, used)
            for part, (evidence, steps) in zip(parts, found)
        }
        verdict = rules.combine(verdicts, claim.need, claim.partly_says)
    abouts = [dict(record.about) | {"protocol": where[1]} for where, record in used.items()]
    budget = _budget(abouts)
    seeds = [len(record.seeds) for record in used.values() if not record.about.get("deterministic")]
    verdict = rules.at_this_size(verdict, smaller_than_paper(budget))
    reason = failing_gate(claim, protocol, abouts, min(seeds, default=claim.seeds))
    if reason:
        verdict = verdict._replace(verdict=rules.NOT_JUDGED, reason=reason)
    if absent := [part.name for part in claim.parts if here and part not in here]:
        verdict = verdict._replace(reason=f"{verdict.reason}; this music lacks the genres of: "
                                          f"{', '.join(absent)}")
    row = (
        _numbers(first)
        | _about(abouts, budget)
        | {
            "n_tracks": max(evidence.n_tracks for evidence, _ in found),
            "n_artists": max(evidence.n_artists for evidence, _ in found),
            "margin": verdict.margin,
            "n_to_decide": verdict.n_to_decide,
            "verdict": verdict.verdict,
            "reason": verdict.reason,
            "predictions": sorted(f"{record}@{where}" for record, where in used),
            "beside": _beside(claim, fetch, parts[0], draws) | others,
        }
    )
    if len(parts) > 1:
        row["parts"] = [
            {"name": part.name, "paper_value": part.paper_value} | _numbers(evidence)
            for part, (evidence, _) in zip(parts, found)
        ]
    if first.discordant and parts[0].statistic == "accuracy":
        row["mcnemar_p"] = _round(rules.mcnemar(*first.discordant))
    if claim.rule in ("DIFF", "TREND"):
        smallest_first = sorted(evidence.p for evidence, _ in found)
        # of the parts that must hold, the worst
        row["p"] = _round(smallest_first[(claim.need or len(found)) - 1])
    return row


def _judge_printed(claim: Claim) -> dict[str, Any]:
    verdict = rules.consist(claim.printed)
    agree = sum(rules.consist([one]).verdict == rules.REPRODUCED for one in claim.printed)
    return _exact_numbers(agree, len(claim.printed)) | {
        "verdict": verdict.verdict,
        "reason": verdict.reason,
    }


def _judge_items(claim: Claim, protocol: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    items = kept["items"]
    numbers = [tuple(pair) for pair in items.values()]
    if claim.rule == "ZERO":
        verdict, value = rules.zero(*numbers[0]), numbers[0][0]
    elif claim.rule == "CAPS":
        used = [bits for _, bits in numbers]
        verdict, value = rules.caps(items), max(used) / min(used)
    elif claim.rule == "NONE":
        verdict, value = rules.none(), None
    else:
        verdict, value = rules.exact(items), sum(ours == papers for ours, papers in numbers)
    about = dict(kept["about"])
    if reason := failing_gate(claim, protocol, [about], 0):
        verdict = verdict._replace(verdict=rules.NOT_JUDGED, reason=reason)
    return (
        _exact_numbers(value, len(items))
        | _about([about], _budget([about]))
        | {
            "margin": verdict.margin,
            "verdict": verdict.verdict,
            "reason": verdict.reason,
            "items": items,
            "predictions": [f"{claim.id}@{protocol}"],
        }
    )


def _evidence(
    part: Part, fetch: Callable, draws: int, deterministic: bool, protocol: str
) -> tuple[Evidence, list[Evidence]]:
    """Return the evidence of a part, and of the steps of a trend."""
    if part.rule == "TOP":
        sides = on_shared_seeds([fetch(name, part) for name in part.arms or (part.of,)])
        candidates = statistic(part.statistic).candidates
        names = part.arms or candidates(sides[0].record, part.options)
        if part.arms and part.paired:
            _same_tracks(sides)
        found = top_evidence(sides, part.candidate, names, draws, part.lowest, protocol)
        return replace(found, deterministic=deterministic), []
    if part.arms:
        arms = [
            tuple(fetch(name, part) for name in ([arm] if isinstance(arm, str) else arm))
            for arm in part.arms
        ]
        return trend_evidence(arms, draws, deterministic, protocol, part.paired, part.falling)
    if part.better:
        better, worse = fetch(part.better, part), fetch(part.worse, part)
        return compared(
            better, worse, draws, deterministic, protocol, part.paired, part.contrast
        ), []
    return estimate(fetch(part.of, part), draws, deterministic, protocol), []


def _genres_of(part: Part, protocol: str, load: Load) -> set[str]:
    """Return the genres that all records of a part know."""
    references = map(Reference.read, part.references())
    return set.intersection(
        *(set(load(r.record, r.protocol or protocol).labels.tolist()) for r in references)
    )


def _same_tracks(sides: list[Side]) -> None:
    for side in sides[1:]:
        if problem := pairing_problem(sides[0], side):
            raise RecordError(problem)


def _apply(
    claim: Claim, part: Part, evidence: Evidence, steps: list[Evidence], used: Mapping
) -> Verdict:
    """Hand a part's evidence and margins to its rule."""
    rule = rules.RULES[part.rule]
    margins = dict(part.margins)
    if part.rule == "LEVEL":
        return rule(evidence, part.paper_value, claim.paper_runs, **margins)
    if part.rule == "LEVEL0":
        return rule(evidence, part.paper_value)
    if part.rule == "DIFF":
        return rule(evidence, part.paper_value, **margins)
    if part.rule == "TREND":
        return rule(evidence, steps, part.paper_value, **margins)
    if part.rule == "TOP":
        return rule(evidence)
    if part.rule == "CHOICE":
        chosen = [record.about.get("parameters", {}).get(claim.choice) for record in used.values()]
        return rule(chosen[0] is not None and chosen[0] == part.paper_value, evidence)
    if part.rule == "NONE":
        return rule()
    return rule(evidence, **margins)


def _variants(
    claim: Claim, protocol: str, part: Part, variants: Callable, draws: int
) -> dict[str, dict[str, Any]]:
    """Score the further records of a claim: other silent choices, the majority vote."""
    if not part.of:
        return {}
    reference = Reference.read(part.of)
    found = dict(variants(reference.record, reference.protocol or protocol))
    shown = {}
    for name, record in sorted(found.items()):
        side = Side(record, part.statistic, reference.part or part.part, part.options)
        silent = name.partition("=")[0] in claim.silent
        shown[name] = _short(side, draws) | {"silent": silent}
    return shown


def _beside(claim: Claim, fetch: Callable, part: Part, draws: int) -> dict[str, dict[str, Any]]:
    """Score what the row prints beside its value: further statistics, and the majority vote of
    segments."""
    shown = {}
    if not part.of:
        return shown
    own = fetch(part.of, part)
    for number, text in enumerate(claim.beside):
        name, _, where = text.partition(":")
        side = own._replace(statistic=name, part=where or part.part)
        if len(side.record.rows(side.record.seeds[0], side.part)) and len(
            getattr(side.record, "probabilities", ())
        ):
            shown[text] = _short(side, draws)
            if number < len(claim.paper_beside):
                shown[text]["paper_value"] = claim.paper_beside[number]
    record = own.record
    if (
        isinstance(record, Predictions)
        and record.in_segments
        and part.statistic in ("accuracy", "weighted_f1")
    ):
        shown["majority vote"] = _short(own._replace(record=record.vote()), draws)
    return shown


def _short(side: Side, draws: int) -> dict[str, Any]:
    (artists,) = resample([side], draws)
    low, high = rules.percentiles(artists, 0.95)
    return {
        "value": _round(side.by_seed().mean()),
        "ci_low": _round(low),
        "ci_high": _round(high),
        "silent": False,
    }


def _numbers(evidence: Evidence) -> dict[str, Any]:
    low, high = evidence.interval()
    track_low, track_high = evidence.track_interval()
    seeds = (None, None) if evidence.deterministic else evidence.seed_interval() or (None, None)
    return {
        "value": _round(evidence.value),
        "ci_low": _round(low),
        "ci_high": _round(high),
        "ci_track_low": _round(track_low),
        "ci_track_high": _round(track_high),
        "seed_low": _round(seeds[0]),
        "seed_high": _round(seeds[1]),
        "seed_sd": None if evidence.deterministic else _round(evidence.seed_sd),
        "n_seeds": 0 if evidence.deterministic else len(evidence.seed_values),
        "n_draws": len(evidence.draws),
    }


def _exact_numbers(value: float | None, of: int) -> dict[str, Any]:
    return {"value": value, "ci_low": value, "ci_high": value, "of": of, "n_seeds": 0}


def _about(abouts: list[dict], budget: dict) -> dict[str, Any]:
    """Join what was told of the records."""

    def joined(name: str) -> Any:
        values = {str(about[name]) for about in abouts if about.get(name)}
        return " + ".join(sorted(values)) or None

    modules = {name: code for about in abouts for name, code in about.get("modules", {}).items()}
    settled = [about["converged"] for about in abouts if about.get("converged") is not None]
    return {
        "corpus": joined("corpus"),
        "audio": joined("audio"),
        "profile": joined("profile"),
        "code": hashlib.sha256(json.dumps(modules, sort_keys=True).encode()).hexdigest()[:12]
        if modules
        else None,
        "modules": modules,
        "parameters": {
            key: value for about in abouts for key, value in about.get("parameters", {}).items()
        },
        "budget": budget,
        "converged": all(settled) if settled else None,
        "leaks": {
            key: value
            for about in abouts
            for key, value in (about.get("leaks") or {}).items()
            if value
        },
    }


def _budget(abouts: list[dict]) -> dict[str, list[float]]:
    """Join budgets; where two records tell the same item, the smaller share of the paper's
    counts."""
    joined: dict[str, list[float]] = {}
    for about in abouts:
        for name, (ours, papers) in about.get("budget", {}).items():
            if name not in joined or ours * joined[name][1] < joined[name][0] * papers:
                joined[name] = [ours, papers]
    return joined


def _round(value: float | None) -> float | None:
    """Keep six digits, so that the last bits of sums, which differ between machines, stay out of
    the file."""
    return None if value is None or not np.isfinite(value) else round(float(value), 6)
