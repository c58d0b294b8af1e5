"""Each rule says "matches" rarely where nothing is true, and mostly where the effect is large.

The simulations draw 1000 data sets on the 290 test tracks of the fault-filtered split with GTZAN's
real artists. An artist's tracks are right or wrong together to a degree, and two classifiers to a
degree fail on the same tracks, as was measured on GTZAN (see `test_the_simulation_is_like_gtzan`).
The bootstrap has 400 draws, not 10 000, and all data sets share them: that keeps the file under
half a minute, at the price of percentiles that are a little coarse. In `uneven` worlds whole
trainings differ, too, by as much as they do in the record: a seed moves a difference by .02.
"""

import inspect

import numpy as np
import pytest
from scipy.stats import norm

from claimbook import rules
from claimbook.claims import load_claims
from claimbook.rules import CANT_TELL, CLOSE, DIFFERS, MATCHES, NOT_JUDGED, Evidence, Verdict
from genrelab.corpora import gtzan

DRAWS, SETS, SEEDS = 400, 1000, 5


def clusters(part):
    """Return the cluster of each track of a part ("test"), or of all fault-filtered tracks
    ("all")."""
    facts = gtzan.facts()
    facts = facts[facts["split"] != "removed"] if part == "all" else facts[facts["split"] == part]
    return facts["artist"].fillna(facts.index.to_series()).factorize()[0]


def shares(part):
    """Return how much each track weighs in each draw of artists, (DRAWS, n_tracks)."""
    group = clusters(part)
    rng = np.random.default_rng(1)
    n = group.max() + 1
    times = rng.multinomial(n, np.full(n, 1 / n), size=DRAWS)[:, group]
    return times / times.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def world():
    """Weights and clusters of the test tracks, and of all."""
    return {part: (shares(part), clusters(part)) for part in ("test", "all")}


def right(rng, group, *levels):
    """Return for each classifier whether tracks are right, (n_tracks, SETS, SEEDS) float32.

    What makes a track hard: its artist and the track itself (shared by all classifiers), the artist
    and the track for this classifier, and the training seed.
    """
    n, k = len(group), group.max() + 1

    def noise(variance, rows, *more):
        return np.float32(np.sqrt(variance)) * rng.standard_normal(
            (rows, SETS, *more), dtype=np.float32
        )

    shared = noise(0.25, k)[group] + noise(0.35, n)
    found = []
    for level in levels:
        hardness = shared + noise(0.04, k)[group] + noise(0.21, n)
        found.append(
            (hardness[..., None] + noise(0.15, n, SEEDS) < norm.ppf(level)).astype(np.float32)
        )
    return found


def evidences(weights, numbers, group):
    """Return one Evidence for each data set from numbers per track, (n_tracks, sets, SEEDS)."""
    mean = numbers.mean(axis=2)
    draws = (weights @ mean).T
    seeds = numbers.mean(axis=0)
    n, k = len(group), group.max() + 1
    return [
        Evidence(float(seeds[s].mean()), draws[s], draws[s], seeds[s], n_tracks=n, n_artists=k)
        for s in range(numbers.shape[1])
    ]


def differences(world, gap, part="test", seed=0, uneven=0.0):
    """Return evidences of a true difference between two classifiers; `uneven` is how much whole
    trainings differ."""
    weights, group = world[part]
    rng = np.random.default_rng(seed)
    better, worse = right(rng, group, 0.45 + gap, 0.45)
    moved = np.float32(uneven) * rng.standard_normal((1, SETS, SEEDS), dtype=np.float32)
    return evidences(weights, better - worse + moved, group)


def share_of(found, verdict=MATCHES):
    return np.mean([one.verdict == verdict for one in found])


def test_the_simulation_is_like_gtzan(world):
    """Measured: two classifiers disagree on 20 to 30 % of the tracks; artists multiply the variance
    by 0.9 to 2.2."""
    weights, group = world["test"]
    one, other = (side[..., 0] for side in right(np.random.default_rng(7), group, 0.5, 0.5))
    assert 0.2 <= (one != other).mean() <= 0.33
    difference = one - other
    by_artist = (weights @ difference).var(axis=0).mean()
    assert 1.1 <= by_artist / (difference.var(axis=0).mean() / len(group)) <= 2.2


@pytest.mark.parametrize("uneven", [0.0, 0.02, 0.05])
@pytest.mark.parametrize(("gap", "lowest", "highest"), [(0.0, 0.0, 0.05), (0.15, 0.60, 1.0)])
def test_diff(world, gap, lowest, highest, uneven):
    found = [rules.diff(one) for one in differences(world, gap, uneven=uneven)]
    assert lowest <= share_of(found) <= highest
    assert uneven == 0.05 or not gap or share_of(found) >= 0.80


@pytest.mark.parametrize(("gap", "lowest", "highest"), [(0.0, 0.0, 0.05), (0.15, 0.80, 1.0)])
def test_diff_with_a_paper_value(world, gap, lowest, highest):
    assert (
        lowest
        <= share_of([rules.diff(one, paper=0.15) for one in differences(world, gap)])
        <= highest
    )


def test_diff_of_the_wrong_sign_is_refuted(world):
    assert share_of([rules.diff(one) for one in differences(world, -0.15)], DIFFERS) >= 0.80


@pytest.mark.parametrize("uneven", [0.0, 0.02])
def test_the_papers_difference_is_excluded_where_there_is_none_and_not_where_there_is(
    world, uneven
):
    """A claim of .25 without any truth is refuted; one that is true is not, nor one half as large,
    but for one time in twenty."""
    none, true, half = (
        share_of([rules.diff(one, 0.25) for one in differences(world, gap, uneven=uneven)], DIFFERS)
        for gap in (0.0, 0.25, 0.125)
    )
    assert none >= 0.80 and true == 0 and half <= 0.05


@pytest.mark.parametrize(
    ("gap", "lowest", "highest"), [(0.0, 0.80, 1.0), (0.08, 0.0, 0.05), (0.15, 0.0, 0.001)]
)
@pytest.mark.parametrize("uneven", [0.0, 0.02])
def test_equality_needs_all_tracks_and_is_not_claimed_at_the_margin(
    world, gap, lowest, highest, uneven
):
    """The claimed effect is that there is none, so a false "matches" is looked for where d is the
    margin.

    Inside the margin it is no error.
    """
    found = [rules.equiv(one, 0.08) for one in differences(world, gap, "all", uneven=uneven)]
    assert lowest <= share_of(found) <= highest


def test_equality_within_5_points_is_rarely_shown_by_290_tracks(world):
    found = [rules.equiv(one, 0.05) for one in differences(world, 0.0)]
    assert share_of(found) < 0.8
    assert share_of(found, CANT_TELL) > 0.2


@pytest.mark.parametrize(
    ("gap", "lowest", "highest"), [(-0.15, 0.80, 1.0), (0.05, 0.0, 0.05), (0.15, 0.0, 0.001)]
)
@pytest.mark.parametrize("uneven", [0.0, 0.02])
def test_nogain(world, gap, lowest, highest, uneven):
    """A gain of just the margin is rarely called none."""
    found = [rules.nogain(one, 0.05) for one in differences(world, gap, uneven=uneven)]
    assert lowest <= share_of(found) <= highest


def test_trainings_that_differ_more_than_the_margin_prove_no_equality(world):
    """Where the seeds spread wider than the margin, artists alone would prove too much."""
    found = differences(world, 0.05, "all", uneven=0.10)
    assert share_of([rules.equiv(one, 0.05) for one in found]) <= 0.05
    assert share_of([rules.nogain(one, 0.05) for one in found]) <= 0.05
    assert share_of([rules.diff(one, delta=0.05) for one in found], DIFFERS) <= 0.05


@pytest.mark.parametrize(
    ("lost", "verdict", "lowest", "highest"),
    [(0.0, CLOSE, 0.0, 0.05), (0.15, CLOSE, 0.80, 1.0), (0.05, MATCHES, 0.0, 0.05),
     (-0.10, MATCHES, 0.80, 1.0)],
)
def test_what_remains_under_a_clean_protocol(world, lost, verdict, lowest, highest):
    """A drop that is none is rarely called one, and one of the margin rarely holds up."""
    weights, group = world["all"]
    (level,) = right(np.random.default_rng(8), group, 0.45)
    left = evidences(weights, level, group)
    drops = differences(world, lost, "all")
    found = [rules.remains(drop, one, 0.1) for drop, one in zip(drops, left)]
    assert lowest <= share_of(found, verdict) <= highest


@pytest.mark.parametrize(
    ("drop", "left", "verdict"),
    [(0.0, 0.5, MATCHES), (0.2, 0.5, CLOSE), (0.4, 0.1, DIFFERS), (0.045, 0.5, CLOSE)],
)
def test_what_remains_case_by_case(drop, left, verdict):
    assert rules.remains(steady(drop), steady(left), chance=0.1).verdict == verdict


@pytest.mark.parametrize(
    ("left", "drop", "verdict"),
    [(0.10, 0.0, MATCHES), (0.10, 0.05, CLOSE), (-0.1, 0.3, DIFFERS)],
)
def test_a_difference_holds_up_or_is_weaker_or_gone(left, drop, verdict):
    found = rules.diff(steady(left))
    assert rules.still(found, steady(left), steady(drop)).verdict == verdict


def test_less_than_half_is_weaker_however_wide_the_drop_is():
    left, wide = steady(0.04), steady(0.06, half=0.2)
    assert rules.still(rules.diff(left), left, wide).verdict == CLOSE


@pytest.mark.parametrize(("gap", "lowest", "highest"), [(0.0, 0.0, 0.05), (0.15, 0.80, 1.0)])
def test_share(world, gap, lowest, highest):
    weights, group = world["test"]
    (numbers,) = right(np.random.default_rng(2), group, 0.5 + gap)
    found = [rules.share(one, c=0.5, b=0.214) for one in evidences(weights, numbers, group)]
    assert lowest <= share_of(found) <= highest


@pytest.mark.parametrize(("gap", "lowest", "highest"), [(0.0, 0.0, 0.05), (0.15, 0.80, 1.0)])
def test_top(world, gap, lowest, highest):
    weights, group = world["test"]
    rng = np.random.default_rng(3)
    arms = [arm[..., 0] for arm in right(rng, group, 0.5 + gap, 0.5, 0.5)]
    draws = np.stack([weights @ arm for arm in arms])
    first = (draws[0] > draws[1:].max(axis=0)).mean(axis=0)
    found = [rules.top(Evidence(0.0, draws[0, :, s], first=float(first[s]))) for s in range(SETS)]
    assert lowest <= share_of(found) <= highest


@pytest.mark.parametrize(("gap", "lowest", "highest"), [(0.0, 0.0, 0.05), (0.15, 0.80, 1.0)])
def test_trend(world, gap, lowest, highest):
    weights, group = world["test"]
    rng = np.random.default_rng(4)
    arms = right(rng, group, *(0.45 + gap * step / 2 for step in range(3)))
    ends = evidences(weights, arms[2] - arms[0], group)
    steps = [evidences(weights, arms[k + 1] - arms[k], group) for k in range(2)]
    assert lowest <= share_of([rules.trend(*one) for one in zip(ends, zip(*steps))]) <= highest


def test_a_step_against_a_trend_makes_it_partly():
    up, down = (Evidence(d, np.full(100, d), seed_values=np.full(5, d)) for d in (0.1, -0.1))
    assert rules.trend(up, [up, down]).verdict == CLOSE
    assert rules.trend(up, [up, up]).verdict == MATCHES


def levels(rng, sd, away, n=5):
    """Return verdicts on a paper's number that is one more run, of the same method (`away` = 0) or
    of another."""
    found = []
    for _ in range(SETS):
        runs = 0.5 + sd * rng.normal(size=n + 1)
        evidence = Evidence(runs[:n].mean(), runs, seed_values=runs[:n])
        found.append(rules.level(evidence, runs[n] + away))
    return found


@pytest.mark.parametrize(("away", "lowest", "highest"), [(0.0, 0.80, 1.0), (0.10, 0.0, 0.05)])
def test_level(away, lowest, highest):
    """One of twice the margin is rarely said to match."""
    found = levels(np.random.default_rng(5), 0.01, away)
    assert lowest <= share_of(found) <= highest


@pytest.mark.parametrize("sd", [0.005, 0.015, 0.05])
@pytest.mark.parametrize("n", [3, 10])
def test_the_same_method_is_rarely_said_to_differ_and_another_is(sd, n):
    rng = np.random.default_rng(9)
    assert share_of(levels(rng, sd, 0.0, n), DIFFERS) <= 0.05
    assert sd == 0.05 or share_of(levels(rng, sd, 0.3, n), DIFFERS) >= 0.80


@pytest.mark.parametrize("away", [0.0, 0.054, 0.2])
def test_noise_never_makes_a_verdict_better(away):
    """It only hides one: the wider runs differ, the less is said."""
    said = []
    for sd in (0.002, 0.009, 0.015, 0.03, 0.1):
        runs = 0.5 + sd * np.array([-1.2, -0.6, 0.0, 0.6, 1.2])
        said.append(rules.level(Evidence(0.5, runs, seed_values=runs), 0.5 + away).verdict)
    seen = list(dict.fromkeys(said))
    first = {0.0: MATCHES, 0.054: CLOSE, 0.2: DIFFERS}[away]
    assert seen in ([first], [first, CANT_TELL])


def test_level_cannot_tell_where_runs_differ_or_are_few():
    wild = np.array([0.3, 0.5, 0.7])
    assert rules.level(Evidence(0.5, wild, seed_values=wild), 0.5).verdict == CANT_TELL
    calm = np.array([0.5, 0.5])
    assert rules.level(Evidence(0.5, calm, seed_values=calm), 0.5).verdict == CANT_TELL


def test_a_wide_interval_hides_no_number_that_lies_outside_it():
    """Three CNNs on MFCC, .318 from the paper's number; a further run may lie .085 away."""
    runs = 0.471 + np.array([-0.018, 0.0, 0.018])
    assert rules.level(Evidence(0.471, runs, seed_values=runs), 0.789).verdict == DIFFERS


def test_a_declared_choice_that_comes_near_the_paper_is_close():
    runs = 0.6 + np.array([-0.01, 0.0, 0.01, 0.005, -0.005])
    near, far = (
        Evidence(0.6, runs, seed_values=runs, choices=(0.6, top)) for top in (0.76, 0.70)
    )
    assert rules.level(near, 0.789).verdict == CLOSE
    assert rules.level(far, 0.789).verdict == DIFFERS


@pytest.mark.parametrize(
    ("value", "choices", "verdict"),
    [
        (0.2203, None, MATCHES),
        (0.240, None, CLOSE),
        (0.300, None, DIFFERS),
        (0.300, (0.21, 0.30), MATCHES),
        (0.300, (0.23, 0.30), DIFFERS),
    ],
)
def test_level0(value, choices, verdict):
    """In the range of declared choices it matches, within the interval over artists it is close."""
    draws = np.linspace(value - 0.05, value + 0.05, 1001)
    assert rules.level0(Evidence(value, draws, choices=choices), 0.220).verdict == verdict


def steady(value, n=5, half=0.01, **more):
    """Return evidence whose draws lie evenly within ± half of a value, and whose seeds hardly
    differ."""
    draws = np.linspace(value - half, value + half, 1001)
    return Evidence(value, draws, draws, value + np.linspace(-1e-4, 1e-4, n), n_tracks=290, **more)


@pytest.mark.parametrize(
    ("evidence", "paper", "verdict"),
    [
        (steady(0.10), None, MATCHES),
        (steady(0.10), 0.30, CLOSE),
        (steady(-0.10), None, DIFFERS),
        (steady(0.00), None, DIFFERS),
        (steady(0.02, half=0.1), 0.05, CANT_TELL),
        (steady(-0.02, half=0.06), 0.27, DIFFERS),
        (steady(-0.10, n=1), None, CANT_TELL),
        (steady(0.10, n=1), None, CANT_TELL),
        (steady(0.10, n=1, deterministic=True), None, MATCHES),
    ],
)
def test_diff_case_by_case(evidence, paper, verdict):
    assert rules.diff(evidence, paper).verdict == verdict


def test_seeds_that_disagree_keep_a_difference_undecided():
    noisy = Evidence(0.1, np.full(100, 0.1), seed_values=np.array([0.4, -0.2, 0.3, -0.1, 0.1]))
    assert rules.diff(noisy).verdict == CANT_TELL


def test_holdouts_have_wider_intervals_than_seeds():
    values = np.array([0.50, 0.52, 0.49, 0.51, 0.53, 0.50, 0.48, 0.52, 0.51, 0.50])
    plain, corrected = (
        Evidence(values.mean(), values, seed_values=values, holdouts=h) for h in (False, True)
    )
    (low, high), (wide_low, wide_high) = plain.seed_interval(), corrected.seed_interval()
    assert (wide_high - wide_low) / (high - low) == pytest.approx(np.sqrt((0.1 + 0.25) / 0.1))


@pytest.mark.parametrize(("wrong", "verdict"), [(0, MATCHES), (4, CLOSE), (5, DIFFERS)])
def test_exact(wrong, verdict):
    items = {str(k): (1, 2 if k < wrong else 1) for k in range(40)}
    assert rules.exact(items).verdict == verdict


def test_consist_prints_what_disagrees():
    found = rules.consist([(0.035, "<", 0.220), (0.266, "<", 0.220)])
    assert found.verdict == DIFFERS
    assert found.reason == "the paper's own numbers would need 0.266 < 0.22"
    assert rules.consist([(0.219, "=", 0.219), (2, ">", 1)]).verdict == MATCHES


@pytest.mark.parametrize(
    ("equal", "regret", "half", "verdict"),
    [
        (True, 0.1, 0.01, MATCHES),
        (False, 0.0, 0.01, CLOSE),
        (False, 0.0, 0.1, CANT_TELL),
        (False, 0.1, 0.01, DIFFERS),
    ],
)
def test_choice(equal, regret, half, verdict):
    assert rules.choice(steady(regret, half=half), equal).verdict == verdict


@pytest.mark.parametrize(
    ("own", "relative", "verdict"), [(2, 2, MATCHES), (2, 1, CLOSE), (1, 2, DIFFERS)]
)
def test_spread(own, relative, verdict):
    assert rules.spread(steady(own), steady(relative)).verdict == verdict


@pytest.mark.parametrize(
    ("items", "verdict"),
    [
        ({"a": (100, 90), "b": (100, 95)}, MATCHES),
        ({"a": (100, 50), "b": (100, 95)}, CLOSE),
        ({"a": (100, 90), "b": (90, 90)}, DIFFERS),
    ],
)
def test_caps(items, verdict):
    assert rules.caps(items).verdict == verdict


def test_zero():
    verdicts = [rules.zero({"songs": (count, 100)}).verdict for count in (0, 1)]
    assert verdicts == [MATCHES, DIFFERS]


@pytest.mark.parametrize(
    ("fall", "half", "above", "verdict"),
    [
        (0.03, 0.01, 0.3, MATCHES),
        (0.04, 0.05, 0.3, CANT_TELL),
        (0.2, 0.01, 0.2, CLOSE),
        (0.4, 0.01, 0.0, DIFFERS),
    ],
)
def test_leak(fall, half, above, verdict):
    assert rules.leak(steady(fall, half=half), steady(above)).verdict == verdict


@pytest.mark.parametrize(
    ("more", "leaked", "verdict"), [(0.2, 0.1, MATCHES), (0.1, 0.2, CLOSE), (-0.1, 0.2, DIFFERS)]
)
def test_window(more, leaked, verdict):
    assert rules.window(steady(0.0), steady(more), steady(leaked)).verdict == verdict


@pytest.mark.parametrize(
    ("verdicts", "need", "expected"),
    [
        ([MATCHES, MATCHES], None, MATCHES),
        ([MATCHES, DIFFERS], None, CLOSE),
        ([DIFFERS, CANT_TELL], None, DIFFERS),
        ([CANT_TELL, CANT_TELL], None, CANT_TELL),
        ([MATCHES] * 3 + [DIFFERS], 3, MATCHES),
        ([MATCHES] * 2 + [DIFFERS] * 2, 3, CLOSE),
        ([DIFFERS] + [CANT_TELL] * 3, 3, CANT_TELL),
    ],
)
def test_several_parts(verdicts, need, expected):
    assert (
        rules.combine({str(k): Verdict(v, "") for k, v in enumerate(verdicts)}, need).verdict
        == expected
    )


def test_a_smaller_run_cannot_refute():
    refuted, kept = Verdict(DIFFERS, "why"), Verdict(MATCHES, "why")
    softened = rules.at_this_size(refuted, ["epochs (5 of 200)"])
    assert softened.verdict == "smaller run"
    assert "epochs (5 of 200)" in softened.reason
    assert rules.at_this_size(refuted, []) == refuted
    assert rules.at_this_size(kept, ["epochs (5 of 200)"]) == kept


def test_a_number_shown_beside_others_is_not_judged():
    assert rules.none().verdict == NOT_JUDGED


def test_holm_against_a_case_by_hand():
    """0.01·4, max(0.04, 0.02·3 = 0.06), max(0.06, 0.03·2 = 0.06), max(0.06, 0.6·1)."""
    assert rules.holm([0.03, 0.01, 0.60, 0.02]) == pytest.approx([0.06, 0.04, 0.60, 0.06])
    assert rules.holm([0.5, 0.9]) == pytest.approx([1.0, 1.0])


def test_every_margin_of_the_catalogue_is_taken_by_its_rule():
    for claim in load_claims().values():
        for part in claim.parts:
            takes = inspect.signature(rules.RULES[part.rule].judge).parameters
            assert set(part.margins) <= set(takes), claim.id


def test_a_rule_takes_the_facts_that_it_names():
    difference = steady(0.10)
    assert rules.RULES["DIFF"](difference, paper=0.30, runs=1, steps=()).verdict == CLOSE
    assert rules.RULES["DIFF"](difference, runs=1).verdict == MATCHES
    assert rules.RULES["TREND"](difference, steps=[steady(-0.10)]).verdict == CLOSE
