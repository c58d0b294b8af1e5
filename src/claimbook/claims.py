"""The catalogue of claims: what the papers state, and how each statement is tested."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

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

NEEDS = {
    "DIFF": ("better", "worse"),
    "EQUIV": ("delta",),
    "NOGAIN": ("delta", "better", "worse"),
    "SHARE": ("c", "b"),
    "TOP": ("candidate",),
    "TREND": ("arms",),
    "LEVEL": ("paper_value",),
    "LEVEL0": ("paper_value",),
    "CHOICE": ("choice", "better", "worse"),
    "CONSIST": (),
    "EXACT": (),
    "CAPS": (),
    "ZERO": (),
    "SPREAD": ("parts",),
    "LEAK": ("parts",),
    "WINDOW": ("parts",),
    "NONE": (),
}
"""The fields that a claim, or each of its parts, must have for a rule."""

TOGETHER = {"SPREAD": 2, "LEAK": 2, "WINDOW": 3}
"""Rules that judge all parts at once, with the number of parts that they take."""

ITEM_RULES = {"EXACT", "CAPS", "ZERO"}
"""Rules that judge counted facts, handed in by `Ledger.state`."""

RELATIONS = ("<", "=", ">")


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

    def references(self) -> list[str]:
        """Return the records that the part is computed from, as written in the catalogue."""
        arms = [name for arm in self.arms for name in ([arm] if isinstance(arm, str) else arm)]
        return arms or [name for name in (self.of, self.better, self.worse) if name]

    @property
    def genres(self) -> set[str]:
        """The genres that the part is about, where it names any."""
        return set(
            self.options.get("labels") or filter(None, self.options.get("label", "").split("+"))
        )

    def for_protocol(self, protocol: str) -> Part:
        """Return the part with the margins and the pairing of one protocol."""
        margins = {
            name: m[protocol] if isinstance(m, Mapping) else m for name, m in self.margins.items()
        }
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
    printed: tuple[tuple[float, str, float], ...] = ()
    ours: bool = False

    @property
    def all_protocols(self) -> tuple[str, ...]:
        """The protocols of the claim, the paper's first."""
        return tuple(code for codes in self.protocols.values() for code in codes)

    def role(self, protocol: str) -> str:
        """Return ``"paper"``, ``"clean"`` or ``"printed"`` for one of the claim's protocols."""
        for role, codes in self.protocols.items():
            if protocol in codes:
                return role
        raise ClaimError(f"{self.id} has no protocol {protocol!r}; it has "
                         f"{', '.join(self.all_protocols)}.")

    def rule_under(self, protocol: str) -> str:
        """Return the name of the rule under a protocol: printed numbers are judged by `CONSIST`."""
        return "CONSIST" if self.role(protocol) == "printed" else self.rule


CLAIM_FIELDS = {
    *(
        "paper",
        "where",
        "statement",
        "notebook",
        "priority",
        "rule",
        "protocols",
        "paper_value",
        "seeds",
    ),
    *(
        "paper_runs",
        "need",
        "partly_says",
        "decided_on",
        "choice",
        "silent",
        "beside",
        "paper_beside",
        "printed",
    ),
    *("ours", "parts"),
}
PART_FIELDS = {
    *(
        "statistic",
        "of",
        "better",
        "worse",
        "arms",
        "options",
        "part",
        "paired",
        "unpaired",
        "contrast",
    ),
    *("candidate", "lowest", "falling"),
}
MARGINS = {"delta", "c", "b", "h_floor", "h_max"}


@lru_cache
def load_claims() -> dict[str, Claim]:
    """Return all claims by id, in the order of the catalogue.

    Raises
    ------
    ClaimError
        If an entry is not in order.
    """
    claims, _ = _catalogue()
    return claims


@lru_cache
def load_arms() -> dict[str, str]:
    """Return what each record is of which nothing is claimed by itself.

    Notebook: 08.
    """
    _, arms = _catalogue()
    return arms


@lru_cache
def _catalogue() -> tuple[dict[str, Claim], dict[str, str]]:
    return read_catalogue((files("claimbook") / "claims.toml").read_text(encoding="utf-8"))


def read_catalogue(text: str) -> tuple[dict[str, Claim], dict[str, str]]:
    """Read and check a catalogue in the form of ``claims.toml``.

    Returns
    -------
    tuple
        Claims by id, and descriptions of arms.

    Raises
    ------
    ClaimError
        At the first entry that is not in order; the message names the claim and the field.
    """
    tables = tomllib.loads(text)
    arms = tables.pop("arms", {})
    claims = {name: read_claim(name, table) for name, table in _flat(tables, ())}
    for claim in claims.values():
        for name in sorted({name for part in claim.parts for name in part.references()}):
            record = Reference.read(name).record
            if record not in claims and record not in arms:
                raise ClaimError(f"{claim.id} names the record {record!r}, which is neither a "
                                 "claim nor an arm.")
    return claims, arms


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
    unknown = set(table) - CLAIM_FIELDS - PART_FIELDS - MARGINS
    _check(not unknown, name, f"has the unknown field {', '.join(sorted(unknown))}")
    for needed in ("statement", "paper", "notebook", "priority", "rule", "protocols"):
        _check(table.get(needed), name, f"lacks {needed}")
    _check(table.get("ours") or table["paper"] == "ours" or table.get("where"), name, "lacks where")
    _check(table["rule"] in NEEDS, name, f"has the unknown rule {table['rule']!r}")
    _check(table["priority"] in ("A", "B", "C"), name, f"has the priority {table['priority']!r}, "
                                                       "not A, B or C")
    told = table["protocols"]
    protocols = {
        role: (codes,) if isinstance(codes, str) else tuple(codes) for role, codes in told.items()
    }
    for role, codes in protocols.items():
        _check(role in ("printed", "paper", "clean"), name, f"has the unknown role {role!r} among "
                                                            "its protocols")
        for code in codes:
            _check(code in PROTOCOLS, name, f"has the unknown protocol {code!r}")
    _check(("printed" in protocols) == bool(table.get("printed")), name, "has printed numbers "
                                                                         "without their protocol")
    for left, relation, right in table.get("printed", ()):
        _check(
            relation in RELATIONS and left is not None and right is not None,
            name,
            "has a wrong printed relation",
        )
    parts = tuple(_part(name, table, part) for part in table.get("parts", [{}]))
    if table["rule"] in TOGETHER:
        _check(len(parts) == TOGETHER[table["rule"]], name, f"needs {TOGETHER[table['rule']]} "
                                                            "parts")
    for part in parts:
        for code in {
            code for role, codes in protocols.items() if role != "printed" for code in codes
        }:
            for margin, numbers in part.margins.items():
                _check(
                    not isinstance(numbers, dict) or code in numbers,
                    name,
                    f"has no {margin} for {code}",
                )
    given = {key: _frozen(value) for key, value in table.items() if key in CLAIM_FIELDS}
    given |= {"where": table.get("where", ""), "protocols": protocols, "parts": parts}
    return Claim(id=name, **given)


def _part(name: str, table: dict[str, Any], own: dict[str, Any]) -> Part:
    """Make a part: what it does not say itself it takes from the claim."""
    unknown = set(own) - PART_FIELDS - MARGINS - {"name", "rule", "paper_value"}
    _check(not unknown, name, f"has the unknown field {', '.join(sorted(unknown))} in a part")
    shared = {key: value for key, value in table.items() if key in PART_FIELDS | MARGINS}
    if not table.get("parts"):
        shared["paper_value"] = table.get("paper_value")
    merged = shared | own
    rule = merged.pop("rule", table["rule"])
    _check(rule in NEEDS, name, f"has the unknown rule {rule!r} in a part")
    merged["options"] = dict(shared.get("options", {})) | dict(own.get("options", {}))
    margins = {key: merged.pop(key) for key in list(merged) if key in MARGINS}
    held = set(merged) | set(margins) | {key for key in table if key in CLAIM_FIELDS}
    single = bool(merged.get("of")) or not merged.get("better")
    for needed in NEEDS[rule]:
        if rule == "DIFF" and merged.get("arms"):
            continue
        _check(needed in held, name, f"lacks {needed}, which {rule} needs")
    if rule not in ITEM_RULES | {"CONSIST", "NONE"}:
        _check(merged.get("statistic"), name, "lacks statistic")
        if single and not merged.get("arms"):
            merged.setdefault("of", name)
    if rule == "NONE" and merged.get("statistic") != "items":
        merged.setdefault("of", name)
    merged.setdefault("statistic", "items")
    return Part(
        name=merged.pop("name", ""),
        rule=rule,
        margins=margins,
        **{k: _frozen(v) for k, v in merged.items()},
    )


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _check(holds: Any, name: str, problem: str) -> None:
    if not holds:
        raise ClaimError(f"{name} {problem}; see the head of claims.toml.")


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
