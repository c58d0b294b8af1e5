"""One function for each rule, from evidence to a verdict, and the table of what each rule needs."""

from __future__ import annotations

import inspect
import math
import operator
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

MATCHES = "matches"
CLOSE = "close"
CANT_TELL = "can't tell"
DIFFERS = "doesn't match"
SMALLER_RUN = "smaller run"
NOT_JUDGED = "not judged"
VERDICTS = (MATCHES, CLOSE, CANT_TELL, DIFFERS, SMALLER_RUN, NOT_JUDGED)

STANDINGS = {MATCHES: "holds up", CLOSE: "weaker", DIFFERS: "gone"}
"""What the verdicts are called under a clean protocol, where ours is compared with ours."""

PRINTED = 0.0005
"""Half a unit of the last digit that a paper prints."""

DELTA = 0.03
"""Half-width of the zone in which a difference counts as none, unless a claim says otherwise."""

MARGIN = 0.05
"""How near to the paper's number ours counts as the same, unless a claim says otherwise."""


RELATIONS = {"<": operator.lt, "=": operator.eq, ">": operator.gt}
"""Signs between printed numbers."""

Items = Mapping[str, Sequence[Any]]
"""Counted facts by name, of two numbers each."""


class Verdict(NamedTuple):
    """What a rule says, why, and by which margin."""

    verdict: str
    reason: str
    margin: float | None = None


@dataclass(frozen=True)
class Evidence:
    """What a rule judges: a number, and how it varies over artists, tracks and seeds.

    Attributes
    ----------
    value
        The statistic, averaged over seeds.
    draws
        (n_draws,) the statistic on bootstrap draws of artists; they decide.
    track_draws
        (n_draws,) the same over tracks; shown beside.
    seed_values
        (n_seeds,) the statistic of each seed or holdout.
    deterministic
        Whether nothing was left to chance, so that there is no spread over seeds.
    holdouts
        Whether the seeds are 80/20 holdouts of the same tracks: their trainings overlap, and the
        variance is corrected (Nadeau and Bengio, 2003).
    n_tracks, n_artists
        Tracks and clusters that were drawn.
    choices
        Lowest and highest value over the choices on which the paper is silent.
    first
        Share of draws in which the candidate is first, for `top`.
    """

    value: float
    draws: np.ndarray = field(repr=False)
    track_draws: np.ndarray = field(default_factory=lambda: np.zeros(0), repr=False)
    seed_values: np.ndarray = field(default_factory=lambda: np.zeros(0), repr=False)
    deterministic: bool = False
    holdouts: bool = False
    n_tracks: int = 0
    n_artists: int = 0
    choices: tuple[float, float] | None = None
    first: float | None = None

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the percentile interval over artists (A)."""
        return percentiles(self.draws, level)

    @property
    def seed_sd(self) -> float | None:
        """Standard deviation over seeds, or None where there are fewer than two."""
        return float(np.std(self.seed_values, ddof=1)) if len(self.seed_values) > 1 else None

    def seed_interval(self) -> tuple[float, float] | None:
        """Return the 95 % t interval over seeds (S), corrected for holdouts; None where there are
        fewer than two."""
        n = len(self.seed_values)
        if n < 2:
            return None
        variance = 1 / n + (0.25 if self.holdouts else 0)
        half = float(stats.t.ppf(0.975, n - 1)) * self.seed_sd * math.sqrt(variance)
        return self.value - half, self.value + half

    def both(self) -> tuple[float, float]:
        """Return the wider ends of the intervals over artists and over seeds: nothing is concluded
        that one of them does not allow."""
        if self.deterministic:
            return self.interval()
        seeds = self.seed_interval() or (-math.inf, math.inf)
        low, high = self.interval()
        return min(low, seeds[0]), max(high, seeds[1])

    @property
    def p(self) -> float:
        """Two-sided bootstrap p of no difference, never below what the draws can tell."""
        draws = self.draws[np.isfinite(self.draws)]
        smaller_tail = min((draws <= 0).sum(), (draws >= 0).sum())
        return float(min(1, 2 * (smaller_tail + 1) / (len(draws) + 1)))

    def turned(self) -> Evidence:
        """Return the evidence for the opposite sign."""
        return replace(self, value=-self.value, draws=-self.draws, track_draws=-self.track_draws,
                       seed_values=-self.seed_values, choices=None)


def percentiles(draws: np.ndarray, level: float) -> tuple[float, float]:
    """Return the central interval that holds a share of the draws, those aside in which there is no
    value."""
    tail = 50 * (1 - level)
    draws = draws[np.isfinite(draws)]
    if not len(draws):
        return math.nan, math.nan
    low, high = np.percentile(draws, [tail, 100 - tail])
    return float(low), float(high)


def diff(evidence: Evidence, paper: float | None = None, delta: float = DELTA) -> Verdict:
    """DIFF: the claimed better is better, over artists and over seeds, by at least half of what the
    paper prints."""
    low, high = evidence.both()
    if high < 0:
        return Verdict(DIFFERS, f"the difference goes the other way, {evidence.value:+.3f}", delta)
    if low > 0:
        if paper is not None and evidence.value < paper / 2:
            return Verdict(CLOSE, f"{evidence.value:+.3f} is less than half of the paper's "
                                  f"{paper:+.3f}", delta)
        over = "artists" if evidence.deterministic else "artists and over seeds"
        return Verdict(MATCHES, f"{evidence.value:+.3f}, above zero over {over}", delta)
    if -delta < low and high < delta:
        return Verdict(DIFFERS, f"the difference lies within ±{delta:g}", delta)
    if paper is not None and high < paper / 2:
        return Verdict(DIFFERS, "a difference as large as the paper's is excluded, even half of "
                                f"{paper:+.3f}", delta)
    return Verdict(CANT_TELL, f"from {low:+.3f} to {high:+.3f} over artists and seeds, which holds "
                              f"zero and reaches beyond ±{delta:g}", delta)


def equiv(evidence: Evidence, delta: float) -> Verdict:
    """EQUIV: both are equal within a margin."""
    low, high = evidence.both()
    if -delta < low and high < delta:
        return Verdict(MATCHES, f"the difference lies within ±{delta:g}", delta)
    if (low > 0 or high < 0) and abs(evidence.value) > delta:
        return Verdict(DIFFERS, f"they differ by {evidence.value:+.3f}, more than {delta:g}", delta)
    return Verdict(CANT_TELL, f"from {low:+.3f} to {high:+.3f} over artists and seeds, beyond "
                              f"±{delta:g}", delta)


def nogain(evidence: Evidence, delta: float) -> Verdict:
    """NOGAIN: the one does not beat the other by more than a margin."""
    low, high = evidence.both()
    if high < delta:
        return Verdict(MATCHES, f"a gain of {delta:g} is excluded", delta)
    if low > 0:
        verdict = CLOSE if evidence.value < delta else DIFFERS
        return Verdict(verdict, f"there is a gain of {evidence.value:+.3f}", delta)
    return Verdict(CANT_TELL, f"a gain of {delta:g} is neither shown nor excluded", delta)


def top(evidence: Evidence) -> Verdict:
    """TOP: the candidate is first of all."""
    share = evidence.first
    verdict = CANT_TELL if share > 0.05 else DIFFERS
    if share >= 0.80:
        verdict = MATCHES if share >= 0.95 else CLOSE
    return Verdict(verdict, f"first in {share:.0%} of the draws", 0.95)


def share(evidence: Evidence, c: float, b: float) -> Verdict:
    """SHARE: a share is larger than c; b is what chance would give."""
    low, high = evidence.both()
    if low > c:
        return Verdict(MATCHES, f"more than {c:.3g}", c)
    if low > b:
        return Verdict(CLOSE, f"more than by chance ({b:.3g}), not surely more than {c:.3g}", c)
    if high < c:
        return Verdict(DIFFERS, f"less than {c:.3g}, and not surely more than chance, {b:.3g}", c)
    return Verdict(CANT_TELL, f"the interval holds {c:.3g} and {b:.3g}", c)


def trend(ends: Evidence, steps: Sequence[Evidence], paper: float | None = None,
          delta: float = DELTA) -> Verdict:
    """TREND: the last arm beats the first, and no step between neighbours goes against it."""
    found = diff(ends, paper, delta)
    against = sum(step.both()[1] < 0 for step in steps)
    if found.verdict == MATCHES and against:
        return Verdict(CLOSE, f"{found.reason}; but {against} of {len(steps)} steps go against "
                               "it", delta)
    return found


def level(evidence: Evidence, paper: float, runs: int = 1, margin: float = MARGIN) -> Verdict:
    """LEVEL: would a further run print the paper's number? For methods that are trained or random.

    The margin says what agrees, and a further run must be as certain as that. What lies outside
    even a wide interval, and beyond twice the margin, does not match. So noise only ever hides a
    verdict: it never makes a better one.
    """
    n = len(evidence.seed_values)
    if n < 3:
        return Verdict(CANT_TELL, f"{n} seeds cannot tell how much a further run would differ")
    half = float(stats.t.ppf(0.975, n - 1)) * evidence.seed_sd * math.sqrt(1 / n + 1 / runs)
    apart = abs(evidence.value - paper)
    reason = f"{apart:.3f} from the paper's number; a further run may lie ±{half:.3f} away"
    if apart > max(half, 2 * margin):
        choices = evidence.choices or (evidence.value, evidence.value)
        if choices[0] - margin <= paper <= choices[1] + margin:
            return Verdict(CLOSE, f"{reason}; {_silent(choices)}", margin)
        return Verdict(DIFFERS, reason, margin)
    if half > margin:
        return Verdict(CANT_TELL, f"{reason}, more than the margin of {margin:g}", margin)
    return Verdict(MATCHES if apart <= margin else CLOSE, reason, margin)


def level0(evidence: Evidence, paper: float) -> Verdict:
    """LEVEL0: for methods that leave nothing to chance, does the paper's number lie where its
    silence leaves room?"""
    low, high = choices = evidence.choices or (evidence.value, evidence.value)
    reason = f"{abs(evidence.value - paper):.3f} from the paper's number"
    if low - PRINTED <= paper <= high + PRINTED:
        return Verdict(MATCHES, f"{reason}; {_silent(choices)}", PRINTED)
    bottom, top = evidence.interval()
    if bottom <= paper <= top:
        return Verdict(CLOSE, f"{reason}, within the interval over artists", PRINTED)
    return Verdict(DIFFERS, f"{reason}, outside the interval over artists", PRINTED)


def _silent(choices: tuple[float, float]) -> str:
    return f"choices on which the paper is silent give {choices[0]:.3f} to {choices[1]:.3f}"


def remains(drop: Evidence, left: Evidence, chance: float, margin: float = MARGIN) -> Verdict:
    """Say how a level stands under a clean protocol: by how much it drops from the paper's, and
    whether more than chance is left."""
    low, high = drop.both()
    reason = f"a drop of {drop.value:.3f} [{low:.3f}, {high:.3f}]"
    if high <= margin:
        return Verdict(MATCHES, f"{reason}: one of {margin:g} is excluded", margin)
    if low <= 0:
        return Verdict(CANT_TELL, f"{reason}: neither none nor {margin:g} is excluded", margin)
    if left.both()[0] <= chance:
        return Verdict(DIFFERS, f"{reason}, to where chance cannot be excluded", margin)
    return Verdict(CLOSE, reason, margin)


def still(found: Verdict, left: Evidence, drop: Evidence) -> Verdict:
    """Say how a difference stands under a clean protocol, by what is left and what was lost."""
    if found.verdict not in (MATCHES, CLOSE):
        return found
    low, high = drop.both()
    reason = f"{found.reason}; a drop of {drop.value:.3f} [{low:.3f}, {high:.3f}]"
    weaker = low > 0 or left.value < drop.value  # clearly less, or less than half
    return found._replace(verdict=CLOSE if weaker else MATCHES, reason=reason)


def exact(items: Items) -> Verdict:
    """EXACT: counted facts, (ours, the paper's), are equal."""
    equal = n_equal(items)
    reason = f"{equal} of {len(items)} are equal"
    if equal == len(items):
        return Verdict(MATCHES, reason, 1.0)
    name = next(name for name, (ours, papers) in items.items() if ours != papers)
    reason += f"; {name}: {items[name][0]} here, {items[name][1]} in the paper"
    return Verdict(CLOSE if equal >= 0.9 * len(items) else DIFFERS, reason, 1.0)


def n_equal(items: Items) -> int:
    return sum(ours == papers for ours, papers in items.values())


def consist(printed: Sequence[tuple[float, str, float]]) -> Verdict:
    """CONSIST: the paper's printed numbers stand in the relations that it states."""
    if wrong := [relation for relation in printed if not holds(relation)]:
        return Verdict(DIFFERS, f"the paper's own numbers would need {_written(wrong)}")
    return Verdict(MATCHES, f"the paper's own numbers agree: {_written(printed)}")


def holds(relation: tuple[float, str, float]) -> bool:
    """Tell whether two printed numbers stand in their relation."""
    a, sign, b = relation
    return RELATIONS[sign](a, b)


def _written(printed: Sequence[tuple[float, str, float]]) -> str:
    return ", ".join(f"{a:g} {sign} {b:g}" for a, sign, b in printed)


def choice(regret: Evidence, equal: bool, margin: float = MARGIN) -> Verdict:
    """CHOICE: validation chooses what the paper chose, or loses little by it."""
    low, high = regret.interval()
    if equal:
        return Verdict(MATCHES, "the same choice")
    cost = f"the paper's choice costs {regret.value:.3f} [{low:.3f}, {high:.3f}]"
    if low > 0:
        return Verdict(DIFFERS, cost, margin)
    return Verdict(CLOSE if high < margin else CANT_TELL, cost, margin)


def spread(own: Evidence, relative: Evidence) -> Verdict:
    """SPREAD: a ratio of spreads is above one in its own units, and relative to size."""
    wider, also = own.interval()[0] > 1, relative.interval()[0] > 1
    if wider and also:
        return Verdict(MATCHES, "wider, relative to size too", 1.0)
    if wider:
        return Verdict(CLOSE, "a matter of units: wider in its own units, not relative to size",
                       1.0)
    return Verdict(DIFFERS, "not wider in its own units", 1.0)


def caps(items: Items) -> Verdict:
    """CAPS: bits per code, (cap, bits used) of each model, are equal in the cap and within 10 % in
    use."""
    limits, used = zip(*items.values())
    if max(limits) != min(limits):
        return Verdict(DIFFERS, f"the caps differ: {min(limits):g} to {max(limits):g} bits", 0.1)
    if max(used) <= 1.1 * min(used):
        return Verdict(MATCHES, "caps are equal, and use is within 10 %", 0.1)
    reason = f"caps are equal, but {min(used):.3g} to {max(used):.3g} bits are used"
    return Verdict(CLOSE, reason, 0.1)


def use_ratio(items: Items) -> float:
    used = [bits for _, bits in items.values()]
    return max(used) / min(used)


def zero(items: Items) -> Verdict:
    """ZERO: there is none of what the paper says there is none of; the one item is (count, of)."""
    count, of = first_item(items)
    if count == 0:
        return Verdict(MATCHES, "there is none", 0.0)
    return Verdict(DIFFERS, f"there are {count:g} of {of:g}", 0.0)


def first_item(items: Items) -> Sequence[Any]:
    return next(iter(items.values()))


def leak(fall: Evidence, above_chance: Evidence, margin: float = MARGIN) -> Verdict:
    """LEAK: accuracy hardly falls when artists are kept apart, or stays above chance."""
    low, high = fall.both()
    reason = f"accuracy falls by {fall.value:.3f} [{low:.3f}, {high:.3f}]"
    if above_chance.both()[0] <= 0:
        return Verdict(DIFFERS, f"{reason}, to where chance cannot be excluded", margin)
    if high < margin:
        return Verdict(MATCHES, f"{reason}: {margin:g} is excluded", margin)
    if low > 0:
        return Verdict(CLOSE, f"{reason}, and stays above chance", margin)
    return Verdict(CANT_TELL, f"{reason}: neither none nor {margin:g} is excluded", margin)


def window(shorter: Evidence, more: Evidence, leaked: Evidence, delta: float = DELTA) -> Verdict:
    """WINDOW: the gain of short segments comes from more data, and more so than from the leak."""
    found = diff(more, None, delta)
    reason = (f"more data {more.value:+.3f}, leak {leaked.value:+.3f}, the window itself "
              f"{shorter.value:+.3f}")
    if found.verdict == MATCHES and more.value < leaked.value:
        return Verdict(CLOSE, f"{reason}: the leak is larger", delta)
    return found._replace(reason=reason)


def none(shown: Evidence | Items | None = None) -> Verdict:
    """NONE: a number that is shown beside others, of which nothing is claimed."""
    return Verdict(NOT_JUDGED, "shown for comparison; nothing is claimed of it")


def with_interval(row: Mapping[str, Any]) -> str:
    return f"{row['value']:.3f} [{row['ci_low']:.3f}, {row['ci_high']:.3f}]"


def out_of(row: Mapping[str, Any]) -> str:
    return f"{row['value']:g} of {row['of']}"


@dataclass(frozen=True)
class Rule:
    """How a claim is judged.

    Attributes
    ----------
    judge
        Takes evidence (or items, or printed numbers) and, by the names of its arguments, margins
        and facts of the claim; returns the verdict.
    needs
        Fields that a claim, or each of its parts, must have.
    parts
        How many parts are judged at once; 0 where each is judged by itself.
    ranks
        Whether the evidence is how often a candidate is first of all.
    drops
        Whether it judges a level, of which a clean protocol says only how much remains.
    tests_zero
        Whether p says how surely there is a difference, so that it is adjusted for many tests.
    of_evidence
        Whether the statistic of a record is judged, not counted facts or printed numbers.
    trained
        Whether a method that is trained must have come to rest, under enough seeds.
    number
        From items or printed numbers to the value of a row, where there is no evidence.
    shown
        How a row's number is written.
    """

    judge: Callable[..., Verdict]
    needs: tuple[str, ...] = ()
    parts: int = 0
    ranks: bool = False
    drops: bool = False
    tests_zero: bool = False
    of_evidence: bool = True
    trained: bool = True
    number: Callable[..., float | None] = lambda items: None
    shown: Callable[[Mapping[str, Any]], str] = with_interval

    def __call__(self, *evidence: Any, **facts: Any) -> Verdict:
        """Judge evidence by those facts that the rule takes."""
        takes = inspect.signature(self.judge).parameters
        return self.judge(*evidence, **{name: facts[name] for name in takes if name in facts})


def _counted(judge: Callable[[Items], Verdict], number: Callable, shown: Callable) -> Rule:
    return Rule(judge, of_evidence=False, trained=False, number=number, shown=shown)


def combine(found: Mapping[str, Verdict], need: int | None = None, partly_says: str = "",
            words: Mapping[str, str] | None = None) -> Verdict:
    """Join the verdicts of several sub-claims: it matches where enough do, and is close where some
    do; `words` are what verdicts are called in the reason."""
    if len(found) == 1:
        return next(iter(found.values()))
    need = need or len(found)
    times = Counter(one.verdict for one in found.values())
    reason = "; ".join(f"{name}: {(words or {}).get(one.verdict, one.verdict)} ({one.reason})"
                       for name, one in found.items())
    margin = next(iter(found.values())).margin
    if times[MATCHES] >= need:
        return Verdict(MATCHES, reason, margin)
    if times[MATCHES] or times[CLOSE]:
        return Verdict(CLOSE, f"{partly_says}: {reason}" if partly_says else reason, margin)
    if times[DIFFERS] > len(found) - need:
        return Verdict(DIFFERS, reason, margin)
    return Verdict(CANT_TELL, reason, margin)


def at_this_size(found: Verdict, smaller: Sequence[str]) -> Verdict:
    """Soften a refutation by a run that is smaller than the paper's; `smaller` says in what."""
    if found.verdict != DIFFERS or not smaller:
        return found
    reason = f"{found.reason}; smaller than the paper's in {', '.join(smaller)}"
    return found._replace(verdict=SMALLER_RUN, reason=reason)


def holm(p: Sequence[float]) -> np.ndarray:
    """Return p values adjusted by Holm's step-down method, in the order given."""
    p = np.asarray(p, float)
    order = np.argsort(p, kind="stable")
    adjusted = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)).clip(max=1)
    result = np.empty_like(p)
    result[order] = adjusted
    return result


RULES = {
    "DIFF": Rule(diff, ("better", "worse"), tests_zero=True),
    "EQUIV": Rule(equiv, ("delta",)),
    "NOGAIN": Rule(nogain, ("delta", "better", "worse")),
    "TOP": Rule(top, ("candidate",), ranks=True),
    "SHARE": Rule(share, ("c", "b")),
    "TREND": Rule(trend, ("arms",), tests_zero=True),
    "LEVEL": Rule(level, ("paper_value",), drops=True),
    "LEVEL0": Rule(level0, ("paper_value",), drops=True),
    "CHOICE": Rule(choice, ("choice", "better", "worse")),
    "SPREAD": Rule(spread, ("parts",), parts=2),
    "LEAK": Rule(leak, ("parts",), parts=2),
    "WINDOW": Rule(window, ("parts",), parts=3),
    "EXACT": _counted(exact, n_equal, out_of),
    "CAPS": _counted(caps, use_ratio, lambda row: f"{row['value']:.4g}"),
    "ZERO": _counted(zero, lambda items: first_item(items)[0],
                     lambda row: "{} of {}".format(*first_item(row["items"]))),
    "CONSIST": _counted(consist, lambda printed: sum(map(holds, printed)), out_of),
    "NONE": Rule(none, trained=False),
}
"""All rules by their names in ``claims.toml``."""
