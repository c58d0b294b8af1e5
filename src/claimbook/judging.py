"""One row of the ledger from a claim and kept records: a pure function, the same now and when it is
recomputed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from claimbook import estimates, rules
from claimbook.claims import Claim, Part, Reference, untrained
from claimbook.estimates import Side
from claimbook.gates import NO_REASON, failing_gate, smaller_than_paper
from claimbook.predictions import Predictions, Record, RecordError
from claimbook.rules import Evidence, Verdict
from claimbook.statistics import statistic

Load = Callable[[str, str], Any]
"""Takes a record's id and a protocol; returns the record, or the facts of `Ledger.state`."""

NOT_RUN = "not run"

GATE_DRAWS = 2000
"""Draws that tell whether a training has learned anything."""


def judge(claim: Claim, protocol: str, load: Load, variants: Callable[[str, str], dict],
          draws: int) -> dict[str, Any]:
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
    if claim.role(protocol) == "printed":
        verdict = rules.consist(claim.printed)
        numbers = _counted(rules.RULES["CONSIST"], claim.printed)
        return numbers | {"verdict": verdict.verdict, "reason": verdict.reason}
    own = claim.held_against(protocol)
    rule, words = rules.RULES[claim.rule], rules.STANDINGS if own else {}
    before = ""
    if own and not rule.drops:
        before = _before(claim, own, load, variants, draws)
    if claim.of_items:
        return _of_items(claim, protocol, load(claim.id, protocol), words, before)
    used: dict[tuple[str, str], Record] = {}

    def fetch(text: str, part: Part, where: str = protocol) -> Side:
        reference = Reference.read(text)
        key = reference.record, reference.protocol or where
        record = load(*key)
        if where == protocol:
            used.setdefault(key, record)
        return Side(record, part.statistic, reference.part or part.part, part.options)

    # Of several parts those are left out that are about genres which this music does not have.
    here = [part for part in claim.parts
            if not part.genres or part.genres <= _genres_of(part, protocol, load)]
    parts = [_weighed(part.for_protocol(protocol), fetch, draws, claim.seeds == 0, protocol, own)
             for part in here or claim.parts]
    first = parts[0]
    if own and rule.drops and first.drop is None:
        before = NOT_RUN
    others = _variants(claim, protocol, first.part, variants, draws)
    if values := [shown["value"] for shown in others.values() if shown["silent"]]:
        values.append(first.evidence.value)
        evidence = replace(first.evidence, choices=(min(values), max(values)))
        parts[0] = first = first._replace(evidence=evidence)
    if rule.parts:
        verdicts = {}
        verdict = rule(*[one.evidence for one in parts])
    else:
        # of a claim about a choice, the setting that validation chose
        chosen = next(iter(used.values())).about.get("parameters", {}).get(claim.choice)
        verdicts = {one.part.name: one.verdict(claim.paper_runs, chosen) for one in parts}
        verdict = rules.combine(verdicts, claim.need, claim.partly_says, words)
    abouts = [dict(record.about) | {"protocol": where[1]} for where, record in used.items()]
    seeds = [len(record.seeds) for record in used.values() if not record.about.get("deterministic")]
    if not own:
        smaller = smaller_than_paper(_budget(abouts), but=NO_REASON)
        verdict = rules.at_this_size(verdict, smaller)
    elif verdict.verdict == rules.CLOSE and before != rules.MATCHES:
        # of several parts, no more held under the paper's own protocol
        less = [one.drop and verdicts[one.part.name].verdict == rules.CLOSE for one in parts]
        verdict = verdict if any(less) else verdict._replace(verdict=rules.MATCHES)
    blocked = (failing_gate(claim, protocol, abouts, min(seeds, default=claim.seeds))
               or _nothing_left(before) or _learned_nothing(parts, protocol, load))
    verdict = _named(verdict, words, blocked)
    if absent := [part.name for part in claim.parts if here and part not in here]:
        lacking = f"{verdict.reason}; this music lacks the genres of: {', '.join(absent)}"
        verdict = verdict._replace(reason=lacking)
    row = _numbers(first.evidence) | _about(abouts) | _verdict(verdict) | _drop(first.drop)
    row |= {"n_tracks": max(one.evidence.n_tracks for one in parts),
            "n_artists": max(one.evidence.n_artists for one in parts),
            "predictions": sorted(f"{record}@{where}" for record, where in used),
            "beside": _beside(claim, fetch, first.part, draws) | others}
    if len(parts) > 1:
        judged = verdicts if verdicts and not blocked else {one.part.name: verdict for one in parts}
        row["parts"] = [
            {"name": one.part.name, "paper_value": one.part.paper_value} | _numbers(one.evidence)
            | _drop(one.drop) | {"verdict": words.get(word := judged[one.part.name].verdict, word)}
            for one in parts]
    if rule.tests_zero:
        smallest_first = sorted(one.evidence.p for one in parts)
        # of the parts that must hold, the worst
        row["p"] = _round(smallest_first[(claim.need or len(parts)) - 1])
    return row


def _before(claim: Claim, own: str, load: Load, variants: Callable, draws: int) -> str:
    """Return the verdict under the paper's own protocol."""
    try:
        return judge(claim, own, load, variants, draws)["verdict"]
    except RecordError:
        return NOT_RUN


def _nothing_left(before: str) -> str:
    """Return why a statement cannot hold up under a clean protocol, or an empty text: it must not
    have failed under the paper's own."""
    failed = before in (rules.DIFFERS, rules.SMALLER_RUN, NOT_RUN)
    return f"under the paper's own protocol: {before}; nothing can hold up" if failed else ""


def _learned_nothing(parts: Sequence[Weighed], protocol: str, load: Load) -> str:
    """Return which of several trainings that are compared is no better than random weights, or an
    empty text."""
    for part in (one.part for one in parts):
        trained = {text: weights for text in part.references()
                   if (weights := untrained(Reference.read(text).record))}
        for pair in trained.items() if len(trained) > 1 else ():
            try:
                sides = [Side(load(one.record, one.protocol or protocol), "accuracy")
                         for one in map(Reference.read, pair)]
            except RecordError:
                return f"the random weights {pair[1]} have not been run"
            learned = estimates.compared(*sides, GATE_DRAWS, False, protocol, False, "difference")
            low, high = learned.interval()
            if low <= 0:
                return (f"{pair[0]} is not surely better than random weights, {learned.value:+.3f} "
                        f"[{low:.3f}, {high:.3f}] of accuracy: nothing learned is compared")
    return ""


def _counted(rule: rules.Rule, facts: Any) -> dict[str, Any]:
    """Return the numbers of a row on counted facts, or on printed numbers."""
    value = rule.number(facts)
    return {"value": value, "ci_low": value, "ci_high": value, "of": len(facts), "n_seeds": 0}


def _of_items(claim: Claim, protocol: str, kept: Mapping[str, Any], words: Mapping[str, str],
              before: str) -> dict[str, Any]:
    rule, items, about = rules.RULES[claim.rule], kept["items"], dict(kept["about"])
    blocked = failing_gate(claim, protocol, [about], 0) or _nothing_left(before)
    return (_counted(rule, items) | _about([about]) | _verdict(_named(rule(items), words, blocked))
            | {"items": items, "predictions": [f"{claim.id}@{protocol}"]})


def _named(verdict: Verdict, words: Mapping[str, str], blocked: str) -> Verdict:
    """Return the verdict as it is called, or that it must not be judged."""
    if blocked:
        return verdict._replace(verdict=rules.NOT_JUDGED, reason=blocked)
    return verdict._replace(verdict=words.get(verdict.verdict, verdict.verdict))


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return verdict._asdict() | {"margin": _round(verdict.margin)}


def _drop(drop: Evidence | None) -> dict[str, float | None]:
    """Return by how much a result drops from the paper's protocol to a clean one."""
    if drop is None:
        return {}
    low, high = drop.both()
    return {"drop": _round(drop.value), "drop_low": _round(low), "drop_high": _round(high)}


class Weighed(NamedTuple):
    """A part of a claim with its evidence, with that of each step of a trend and, under a clean
    protocol, that of the drop from the paper's."""

    part: Part
    evidence: Evidence
    steps: Sequence[Evidence] = ()
    drop: Evidence | None = None
    chance: float = 0.0

    def verdict(self, paper_runs: int, chosen: Any) -> Verdict:
        """Judge the part by its rule."""
        facts = {"paper": self.part.paper_value, "runs": paper_runs, "steps": self.steps,
                 "equal": chosen is not None and chosen == self.part.paper_value}
        rule = rules.RULES[self.part.rule]
        if self.drop and rule.drops:
            return rules.remains(self.drop, self.evidence, self.chance, **self.part.margins)
        found = rule(self.evidence, **facts, **self.part.margins)
        return rules.still(found, self.evidence, self.drop) if self.drop else found


def _weighed(part: Part, fetch: Callable, draws: int, deterministic: bool, protocol: str,
             own: str) -> Weighed:
    """Return a part with its evidence and, where the paper has its `own` protocol, the drop from
    that."""
    weighed = _alone(part, fetch, draws, deterministic, protocol)
    names = (part.arms[-1], part.arms[0]) if part.arms else part.references()
    compares = rules.RULES[part.rule].drops or rules.RULES[part.rule].tests_zero
    if not own or not compares or part.contrast == "ratio":
        return weighed
    before = (part.drop_from,) if part.drop_from else names
    try:
        arms = [tuple(fetch(name, part, where) for name in chosen)
                for chosen, where in ((names, protocol), (before, own))]
    except RecordError:
        return weighed  # not run under the paper's own protocol
    where = own if own in estimates.HOLDOUTS else protocol
    drop, _ = estimates.trend_evidence(arms, draws, deterministic, where, False, part.falling)
    chance = 0.5 if part.statistic.startswith("auroc") else 1 / len(arms[0][0].record.labels)
    return weighed._replace(drop=drop, chance=chance)


def _alone(part: Part, fetch: Callable, draws: int, deterministic: bool, protocol: str) -> Weighed:
    """Return a part with its evidence."""
    if rules.RULES[part.rule].ranks:
        sides = estimates.on_shared_seeds([fetch(name, part) for name in part.arms or (part.of,)])
        candidates = statistic(part.statistic).candidates
        names = part.arms or candidates(sides[0].record, part.options)
        if part.arms and part.paired:
            estimates.check_pairing(sides)
        evidence = estimates.top_evidence(sides, part.candidate, names, draws, part.lowest,
                                          protocol)
        return Weighed(part, replace(evidence, deterministic=deterministic))
    if part.arms:
        arms = [tuple(fetch(name, part) for name in ([arm] if isinstance(arm, str) else arm))
                for arm in part.arms]
        ends, steps = estimates.trend_evidence(arms, draws, deterministic, protocol, part.paired,
                                     part.falling)
        return Weighed(part, ends, steps)
    if part.better:
        better, worse = fetch(part.better, part), fetch(part.worse, part)
        evidence = estimates.compared(better, worse, draws, deterministic, protocol, part.paired,
                            part.contrast)
        return Weighed(part, evidence)
    return Weighed(part, estimates.estimate(fetch(part.of, part), draws, deterministic, protocol))


def _genres_of(part: Part, protocol: str, load: Load) -> set[str]:
    """Return the genres that all records of a part know."""
    references = map(Reference.read, part.references())
    return set.intersection(
        *(set(load(r.record, r.protocol or protocol).labels.tolist()) for r in references))


def _variants(claim: Claim, protocol: str, part: Part, variants: Callable,
              draws: int) -> dict[str, dict[str, Any]]:
    """Score the further records of a claim: other silent choices, the majority vote."""
    if not part.of:
        return {}
    reference = Reference.read(part.of)
    records = variants(reference.record, reference.protocol or protocol)
    shown = {}
    for name, record in sorted(records.items()):
        side = Side(record, part.statistic, reference.part or part.part, part.options)
        silent = name.partition("=")[0] in claim.silent
        shown[name] = _short(side, draws) | {"silent": silent}
    return shown


def _beside(claim: Claim, fetch: Callable, part: Part, draws: int) -> dict[str, dict[str, Any]]:
    """Score what the row prints beside its value: further statistics, and the majority vote of
    segments."""
    if not part.of:
        return {}
    own, shown = fetch(part.of, part), {}
    scored = isinstance(own.record, Predictions) and len(own.record.probabilities)
    for text in claim.beside if scored else ():
        name, _, where = text.partition(":")
        side = own._replace(statistic=name, part=where or part.part)
        if len(side.record.rows(side.record.seeds[0], side.part)):
            shown[text] = _short(side, draws)
    for text, value in zip(claim.beside, claim.paper_beside):
        if text in shown:
            shown[text]["paper_value"] = value
    of_votes = statistic(part.statistic).of_votes
    if of_votes and isinstance(own.record, Predictions) and own.record.in_segments:
        shown["majority vote"] = _short(own._replace(record=own.record.vote()), draws)
    return shown


def _short(side: Side, draws: int) -> dict[str, Any]:
    (artists,) = estimates.resample([side], draws)
    low, high = rules.percentiles(artists, 0.95)
    return {"value": _round(side.by_seed().mean()), "ci_low": _round(low), "ci_high": _round(high),
            "silent": False}


def _numbers(evidence: Evidence) -> dict[str, Any]:
    low, high = evidence.interval()
    track_low, track_high = rules.percentiles(evidence.track_draws, 0.95)
    seeds = (None, None) if evidence.deterministic else evidence.seed_interval() or (None, None)
    return {"value": _round(evidence.value), "ci_low": _round(low), "ci_high": _round(high),
            "ci_track_low": _round(track_low), "ci_track_high": _round(track_high),
            "seed_low": _round(seeds[0]), "seed_high": _round(seeds[1]),
            "seed_sd": None if evidence.deterministic else _round(evidence.seed_sd),
            "n_seeds": 0 if evidence.deterministic else len(evidence.seed_values),
            "n_draws": len(evidence.draws)}


def _about(abouts: list[dict]) -> dict[str, Any]:
    """Join what is known of the records."""

    def joined(name: str) -> str | None:
        values = {str(about[name]) for about in abouts if about.get(name)}
        return " + ".join(sorted(values)) or None

    def merged(name: str) -> dict[str, Any]:
        return dict(item for about in abouts for item in about.get(name, {}).items())

    modules = merged("modules")
    code = hashlib.sha256(json.dumps(modules, sort_keys=True).encode()).hexdigest()[:12]
    counts = [item for about in abouts for item in (about.get("leaks") or {}).items()]
    leaks = {kind: count for kind, count in counts if count}
    settled = [about["converged"] for about in abouts if about.get("converged") is not None]
    return {"corpus": joined("corpus"), "audio": joined("audio"), "profile": joined("profile"),
            "code": code if modules else None, "modules": modules,
            "parameters": merged("parameters"), "budget": _budget(abouts),
            "converged": all(settled) if settled else None, "leaks": leaks}


def _budget(abouts: list[dict]) -> dict[str, list[float]]:
    """Join budgets; where two records have the same item, the smaller share of the paper's
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
