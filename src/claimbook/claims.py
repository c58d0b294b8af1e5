"""The catalogue of claims: what the papers state, and how each statement is tested."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatch
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from claimbook.rules import RELATIONS, RULES

PROTOCOLS = {
    "ff": "fault-filtered 443/197/290 tracks",
    "ff4": "fault-filtered, four genres",
    "ag": "artist-grouped 5-fold cross-validation",
    "ag4": "artist-grouped cross-validation, four genres",
    "seg": "segments shuffled, 6000/1000/1000",
    "mc": "10 stratified 80/20 holdouts over rows",
    "grp": "the same holdouts, all rows of a track on one side",
    "valid": "validation part of the fault-filtered split",
    "test-pictures": "pictures of the fault-filtered test part",
    "all": "all fault-filtered tracks, nothing is trained",
    "table": "the published table of 3-s features, nothing is trained with labels",
    "ladder": "one rung of the ladder of leaks against the next",
    "listening": "a listening test with people",
    "facts": "facts of the data set",
    "printed": "the paper's own printed numbers",
}
"""What each code of a protocol means."""

ROLES = ("printed", "paper", "clean")
"""What a protocol is to a claim."""


class ClaimError(ValueError):
    """A claim that is not in order, or a name that no claim has; the message says which and what is
    missing."""


class Reference(NamedTuple):
    """Which record is meant, under which protocol and on which part; an empty text leaves that to
    the claim."""

    record: str
    protocol: str = ""
    part: str = ""

    @classmethod
    def read(cls, text: str) -> Reference:
        """Read ``"id"``, ``"id@protocol"``, ``"id:part"`` or ``"id@protocol:part"``."""
        rest, _, part = text.partition(":")
        record, _, protocol = rest.partition("@")
        return cls(record, protocol, part)


@dataclass(frozen=True)
class Part:
    """One sub-claim: what is scored or compared, and by which rule. A claim without parts has one,
    of the same fields.

    Attributes
    ----------
    name
        Empty where the claim has one part only.
    rule, statistic
        Names of rules and of statistics.
    of, better, worse, arms
        Records, as `Reference.read` takes them; an arm may be a pair (better, worse).
    options
        Options of the statistic.
    margins
        The numbers that the rule takes; `delta` may depend on the protocol.
    paired
        Whether both sides of a difference must be the same tracks.
    drop_from
        The record under the paper's protocol that a clean one is held against, where that is not
        the part's own.
    """

    name: str
    rule: str
    statistic: str
    of: str = ""
    better: str = ""
    worse: str = ""
    arms: tuple = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    margins: Mapping[str, Any] = field(default_factory=dict)
    paper_value: float | None = None
    part: str = "test"
    paired: bool = True
    unpaired: tuple[str, ...] = ()
    contrast: str = "difference"
    candidate: str = ""
    lowest: bool = False
    falling: bool = False
    drop_from: str = ""

    def references(self) -> list[str]:
        """Return the records that the part is computed from, as written in the catalogue."""
        arms = [name for arm in self.arms for name in ([arm] if isinstance(arm, str) else arm)]
        return arms or [name for name in (self.of, self.better, self.worse) if name]

    @property
    def genres(self) -> set[str]:
        """The genres that the part is about, where it names any."""
        label = self.options.get("label", "")
        return set(self.options.get("labels") or filter(None, label.split("+")))

    def for_protocol(self, protocol: str) -> Part:
        """Return the part with the margins and the pairing of one protocol."""
        margins = {name: value[protocol] if isinstance(value, Mapping) else value
                   for name, value in self.margins.items()}
        return replace(self, margins=margins, paired=self.paired and protocol not in self.unpaired)


@dataclass(frozen=True)
class Claim:
    """A statement of a paper, or a control of ours, and its test."""

    id: str
    paper: str
    where: str
    statement: str
    notebook: str
    priority: str
    rule: str
    protocols: Mapping[str, tuple[str, ...]]
    parts: tuple[Part, ...]
    paper_value: float | None = None
    seeds: int = 5
    paper_runs: int = 1
    need: int | None = None
    partly_says: str = ""
    decided_on: str = ""
    choice: str = ""
    silent: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    paper_beside: tuple[float, ...] = ()
    shown_with: str = ""
    cause: str = ""
    not_judged: str = ""
    printed: tuple[tuple[float, str, float], ...] = ()
    ours: bool = False

    @property
    def all_protocols(self) -> tuple[str, ...]:
        """The protocols of the claim, the paper's first."""
        return tuple(code for codes in self.protocols.values() for code in codes)

    @property
    def records(self) -> set[str]:
        """The ids of all records that the claim is computed from."""
        texts = [text for part in self.parts for text in part.references()]
        return {Reference.read(text).record for text in texts}

    @property
    def weights(self) -> set[str]:
        """The ids of the records of random weights that its trainings must beat."""
        found = map(untrained, self.records)
        return {Reference.read(text).record for text in found if text}

    def role(self, protocol: str) -> str:
        """Return ``"paper"``, ``"clean"`` or ``"printed"`` for one of the claim's protocols."""
        for role, codes in self.protocols.items():
            if protocol in codes:
                return role
        raise ClaimError(f"{self.id} has no protocol {protocol!r}; it has "
                         f"{', '.join(self.all_protocols)}.")

    def held_against(self, protocol: str) -> str:
        """Return the paper's own protocol for a clean one, and else an empty text: what is a
        control under a clean protocol alone stands by itself."""
        clean = self.role(protocol) == "clean"
        return self.protocols["paper"][0] if clean and "paper" in self.protocols else ""

    def only_drops(self, protocol: str) -> bool:
        """Tell whether a row says by how much a level drops, and not how near the paper's it is."""
        return RULES[self.rule].drops and bool(self.held_against(protocol))

    @property
    def comparable(self) -> float | None:
        """The paper's number where it is of the same kind as ours: of a choice the paper prints a
        k, and ours is a loss of score."""
        return None if self.rule == "CHOICE" else self.paper_value

    @property
    def is_ours(self) -> bool:
        """Whether no paper states it: a control of ours."""
        return self.ours or self.paper == "ours"

    @property
    def of_items(self) -> bool:
        """Whether counted facts are judged, and no statistic of a record."""
        return self.parts[0].statistic == "items"

    def rule_under(self, protocol: str) -> str:
        """Return the name of the rule under a protocol: printed numbers are judged by `CONSIST`."""
        return "CONSIST" if self.role(protocol) == "printed" else self.rule

    def about(self, protocol: str) -> dict[str, Any]:
        """Return what a row under a protocol takes from the catalogue."""
        role = self.role(protocol)
        taken = ("id", "paper", "where", "statement", "notebook", "priority", "paper_value")
        return {name: getattr(self, name) for name in taken} | {
            "protocol": protocol, "role": role, "rule": self.rule_under(protocol),
            "statistic": "printed" if role == "printed" else self.parts[0].statistic,
            "ours": self.is_ours}


CLAIM_FIELDS = {field.name for field in fields(Claim)} - {"id"}
PART_FIELDS = {field.name for field in fields(Part)} - {"name", "rule", "margins", "paper_value"}
MARGINS = {"delta", "c", "b", "margin"}


def load_claims() -> dict[str, Claim]:
    """Return all claims by id, in the order of the catalogue.

    Raises
    ------
    ClaimError
        If an entry is not in order.
    """
    return _catalogue()[0]


def load_arms() -> dict[str, str]:
    """Return what each record is of which nothing is claimed by itself.

    Notebook: 08.
    """
    return _catalogue()[1]


def untrained(record: str) -> str:
    """Return the record, as `Reference.read` takes it, of a network's random weights; nothing where
    a record is of no training that is compared with another."""
    return next((weights for name, weights in _catalogue()[2].items() if fnmatch(record, name)), "")


@lru_cache
def _catalogue() -> tuple[dict[str, Claim], dict[str, str], dict[str, str]]:
    return read_catalogue((files("claimbook") / "claims.toml").read_text(encoding="utf-8"))


def read_catalogue(text: str) -> tuple[dict[str, Claim], dict[str, str], dict[str, str]]:
    """Read and check a catalogue in the form of ``claims.toml``.

    Returns
    -------
    tuple
        Claims by id, descriptions of arms, and the random weights that trainings must beat.

    Raises
    ------
    ClaimError
        At the first entry that is not in order; the message names the claim and the field.
    """
    tables = tomllib.loads(text)
    arms, weights = tables.pop("arms", {}), tables.pop("untrained", {})
    claims = {name: read_claim(name, table) for name, table in _flat(tables, ())}
    named = [(claim.id, record) for claim in claims.values() for record in sorted(claim.records)]
    named += [(name, Reference.read(text).record) for name, text in weights.items()]
    for name, record in named:
        if record not in claims and record not in arms:
            raise ClaimError(f"{name} names the record {record!r}, which is neither a claim nor an "
                             "arm.")
    for claim in claims.values():
        if claim.shown_with and claim.shown_with not in claims:
            raise ClaimError(f"{claim.id} is shown with {claim.shown_with!r}, which is no claim.")
    return claims, arms, weights


def _flat(tables: dict, names: tuple[str, ...]):
    """Yield the id and the table of each claim; a table is a claim as soon as it holds a value."""
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise ClaimError(f"{name} = {table!r} stands outside of any claim.")
        if all(isinstance(value, dict) for value in table.values()):
            yield from _flat(table, (*names, name))
        else:
            yield ".".join((*names, name)), table


def read_claim(name: str, table: dict[str, Any]) -> Claim:
    """Make a claim from its table, or raise `ClaimError` that says what is wrong with it."""

    def check(holds: Any, problem: str) -> None:
        if not holds:
            raise ClaimError(f"{name} {problem}; see the head of claims.toml.")

    unknown = set(table) - CLAIM_FIELDS - PART_FIELDS - MARGINS
    check(not unknown, f"has the unknown field {', '.join(sorted(unknown))}")
    for needed in ("statement", "paper", "notebook", "priority", "rule", "protocols"):
        check(table.get(needed), f"lacks {needed}")
    rule, priority = table["rule"], table["priority"]
    check(table.get("ours") or table["paper"] == "ours" or table.get("where"), "lacks where")
    check(rule in RULES, f"has the unknown rule {rule!r}")
    check(priority in ("A", "B", "C"), f"has the priority {priority!r}, not A, B or C")
    protocols = {role: (codes,) if isinstance(codes, str) else tuple(codes)
                 for role, codes in table["protocols"].items()}
    for role, codes in protocols.items():
        check(role in ROLES, f"has the unknown role {role!r} among its protocols")
        for code in codes:
            check(code in PROTOCOLS, f"has the unknown protocol {code!r}")
    printed = table.get("printed", ())
    check(("printed" in protocols) == bool(printed), "has printed numbers without their protocol")
    check(all(sign in RELATIONS for _, sign, _ in printed), "has a wrong printed relation")
    parts = tuple(_part(table, own, check, name) for own in table.get("parts", [{}]))
    number = RULES[rule].parts or len(parts)
    check(len(parts) == number, f"needs {number} parts")
    run_under = {code for role in protocols if role != "printed" for code in protocols[role]}
    for margin, value in (pair for part in parts for pair in part.margins.items()):
        for code in run_under if isinstance(value, dict) else ():
            check(code in value, f"has no {margin} for {code}")
    given = {key: _frozen(value) for key, value in table.items() if key in CLAIM_FIELDS}
    given |= {"where": table.get("where", ""), "protocols": protocols, "parts": parts}
    return Claim(id=name, **given)


def _part(table: dict[str, Any], own: dict[str, Any], check: Callable, name: str) -> Part:
    """Make a part: what it does not say itself it takes from the claim, which is called `name`."""
    unknown = set(own) - PART_FIELDS - MARGINS - {"name", "rule", "paper_value"}
    check(not unknown, f"has the unknown field {', '.join(sorted(unknown))} in a part")
    shared = {key: value for key, value in table.items() if key in PART_FIELDS | MARGINS}
    if not table.get("parts"):
        shared["paper_value"] = table.get("paper_value")
    rule = own.get("rule", table["rule"])
    check(rule in RULES, f"has the unknown rule {rule!r} in a part")
    merged = shared | own | {"rule": rule}
    merged["options"] = {**shared.get("options", {}), **own.get("options", {})}
    for needed in RULES[rule].needs if rule != "DIFF" or not merged.get("arms") else ():
        held = needed in merged or (needed in table and needed in CLAIM_FIELDS)
        check(held, f"lacks {needed}, which {rule} needs")
    alone = merged.get("of") or not (merged.get("better") or merged.get("arms"))
    if RULES[rule].of_evidence and merged.get("statistic") != "items":
        check(merged.get("statistic"), "lacks statistic")
        if alone:
            merged.setdefault("of", name)
    merged.setdefault("statistic", "items")
    margins = {key: merged.pop(key) for key in MARGINS & set(merged)}
    return Part(margins=margins, **{"name": ""} | {k: _frozen(v) for k, v in merged.items()})


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def find_claim(name: str) -> Claim:
    """Return a claim by its id.

    Raises
    ------
    ClaimError
        If there is none; the message names ids that are near.

    Notes
    -----
    Notebook: 04 and 05.
    """
    claims = load_claims()
    if name not in claims:
        near = [other for other in claims if other.startswith(".".join(name.split(".")[:2]))][:5]
        raise ClaimError(f"There is no claim {name!r}; near are {', '.join(near) or 'none'} (see "
                         "claims.toml).")
    return claims[name]


def known_protocol(protocol: str) -> None:
    """Refuse a protocol that has no code."""
    if protocol not in PROTOCOLS:
        raise ClaimError(f"There is no protocol {protocol!r}; there are {', '.join(PROTOCOLS)}.")
