"""What the ledger writes can be computed again from what it keeps, and from nothing else."""

import json
import re
from dataclasses import replace
from multiprocessing import get_context
from threading import Thread
from time import sleep

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import sqrtm
from sklearn import metrics

from claimbook import gates, judging, rules
from claimbook.claims import ClaimError, Reference, find_claim, load_claims
from claimbook.claims_text import compare_runs, shown_number
from claimbook.estimates import Side, compared, estimate, resample
from claimbook.ledger import Ledger, Source
from claimbook.predictions import (
    PARTS,
    Measures,
    Predictions,
    RecordError,
    cluster_codes,
    load_record,
    save_record,
)
from claimbook.rows import read_rows, turn
from claimbook.staleness import is_stale
from claimbook.statistics import STATISTICS, Sample
from genrelab.corpora import gtzan, linked_artists
from genrelab.evaluation import scores

GENRES = list(gtzan.GENRES)
CLEAN = {"track": 0, "duplicate": 0, "artist": 0, "unknown": 37}
MSE, NLPD, FF = "namgyal.t2.knn.mse", "namgyal.t2.knn.nlpd", "ff"


@pytest.fixture(scope="module")
def music():
    """GTZAN's tracks, artists and genres: nothing here reads audio."""
    facts = gtzan.facts()
    artists = linked_artists(facts["performers"]).where(facts["artist"].notna())
    return Source("gtzan", "pcm", tuple(GENRES), artists)


@pytest.fixture
def few_draws(monkeypatch):
    monkeypatch.setenv("GENRELAB_JOBS", "1")  # other processes would draw as many as ever
    monkeypatch.setattr(Ledger, "draws_of", lambda self, claim, protocol: 200)


@pytest.fixture
def ledger(tmp_path, music, few_draws):
    return Ledger(tmp_path, music, "reference")


def table(skill=1.0, seeds=1, part="test", segments=0, genres=GENRES, seed=0, tracks=None):
    """Return probabilities for the tracks of a part; the larger the skill, the more of them are
    right."""
    facts = gtzan.facts()
    tracks = (
        facts[(facts["split"] == part) & facts["genre"].isin(genres)] if tracks is None else tracks
    )
    rng = np.random.default_rng(seed)
    tables = []
    for number in range(seeds):
        rows = tracks.loc[tracks.index.repeat(max(1, segments))]
        logits = rng.normal(size=(len(rows), len(genres)))
        logits[np.arange(len(rows)), [genres.index(genre) for genre in rows["genre"]]] += skill
        raised = np.exp(logits)
        one = pd.DataFrame(raised / raised.sum(axis=1, keepdims=True), columns=genres)
        one["track"], one["truth"], one["seed"], one["part"] = (
            rows.index,
            rows["genre"].to_numpy(),
            number,
            part,
        )
        if segments:
            one["segment"] = np.tile(np.arange(segments), len(tracks))
        tables.append(one)
    return pd.concat(tables, ignore_index=True)


def packed(**how):
    return Predictions.from_table(table(**how), gtzan.facts()["artist"], how.get("genres", GENRES))


# --- kept files -----------------------------------------------------------------------------------


def test_predictions_come_back_as_they_were_and_are_small(tmp_path):
    exact = table(skill=1.5)
    kept = Predictions.from_table(exact, gtzan.facts()["artist"], GENRES, {"audio": "pcm"})
    save_record(kept, tmp_path / "a.npz")
    back = load_record(tmp_path / "a.npz")
    for name, value in vars(kept).items():
        assert (
            np.array_equal(value, vars(back)[name])
            if isinstance(value, np.ndarray)
            else value == vars(back)[name]
        )
    exact = exact.sort_values("track")
    assert back.tracks[back.track].tolist() == exact["track"].tolist()
    assert np.allclose(back.scores(np.arange(290)), exact[GENRES], atol=5e-4)
    assert (back.labels[back.predicted] == exact[GENRES].idxmax(axis=1)).all()
    assert (tmp_path / "a.npz").stat().st_size < 12_000


def test_segments_take_two_bytes_a_class(tmp_path):
    kept = packed(segments=10)
    assert kept.probabilities.dtype == np.float16
    save_record(kept, tmp_path / "a.npz")
    assert (tmp_path / "a.npz").stat().st_size < 2900 * 22


def test_equal_records_give_equal_bytes(tmp_path):
    shuffled = table().sample(frac=1, random_state=1)
    for name, content in (("a", table()), ("b", shuffled)):
        save_record(
            Predictions.from_table(content, gtzan.facts()["artist"], GENRES),
            tmp_path / f"{name}.npz",
        )
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_clusters_are_artists_and_unnamed_tracks():
    facts = gtzan.facts()
    codes = cluster_codes(facts.index, facts["artist"])
    assert len(set(codes)) == facts["artist"].nunique() + facts["artist"].isna().sum()
    assert len(set(packed().clusters)) == 87 + 37


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop(columns="truth"), "no column 'truth'"),
        (lambda t: t.drop(columns="rock"), "probabilities of all labels \\(rock lack\\)"),
        (lambda t: t.assign(truth="polka"), "The column 'truth' holds \\['polka'\\]"),
        (lambda t: t.assign(part="exam"), "The column 'part' holds"),
        (lambda t: pd.concat([t, t]), "stands twice"),
        (lambda t: t.assign(rock=np.nan), "not a number"),
        (lambda t: t.assign(rock=3.0), "not between 0 and 1"),
        (lambda t: t.iloc[:0], "no rows"),
        (lambda t: t.assign(track="x." + t["track"]), "No artist \\(or None\\) is told for 290 "
                                                      "tracks"),
    ],
)
def test_predictions_that_are_not_in_order_are_refused(change, said):
    with pytest.raises(RecordError, match=said):
        Predictions.from_table(change(table()), gtzan.facts()["artist"], GENRES)


def test_a_draft_of_another_notebook_may_vanish_meanwhile(ledger):
    folder = ledger.folder / "predictions"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".1-other@ff.npz").symlink_to(folder / "gone")
    ledger._warn_of_size()


def test_a_damaged_file_is_named_with_its_mend(ledger):
    ledger.record(MSE, FF, table(), leaks=CLEAN)
    path = ledger.folder / "predictions" / f"{MSE}@{FF}.npz"
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(RecordError, match=rf"{MSE}@{FF}.npz is damaged .* Delete it and run its "
                                          r"notebook again"):
        ledger.recompute()
    path.unlink()
    with pytest.raises(RecordError, match=rf"{MSE}@{FF}.npz is missing. Run the notebook"):
        ledger.recompute()


# --- statistics -----------------------------------------------------------------------------------


def weights(record, n=3):
    return np.random.default_rng(5).integers(0, 4, size=(len(record.tracks), n)).astype(float)


def by_track(name, record, options=None, seed=0):
    """Return a statistic as a function of how often each track is drawn."""
    n = len(record.tracks)
    sample = Sample(record, seed, "test", np.arange(n), n, options or {})
    return STATISTICS[name].bind(sample)


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("accuracy", lambda t, p, w: metrics.accuracy_score(t, p, sample_weight=w)),
        (
            "weighted_f1",
            lambda t, p, w: metrics.f1_score(t, p, sample_weight=w, average="weighted"),
        ),
        ("kappa", lambda t, p, w: metrics.cohen_kappa_score(t, p, sample_weight=w)),
        (
            "precision_by_label",
            lambda t, p, w: metrics.precision_score(t, p, sample_weight=w, average=None),
        ),
        (
            "recall_by_label",
            lambda t, p, w: metrics.recall_score(t, p, sample_weight=w, average=None),
        ),
        ("f1_by_label", lambda t, p, w: metrics.f1_score(t, p, sample_weight=w, average=None)),
        ("mutual_information", lambda t, p, w: metrics.mutual_info_score(t.repeat(w), p.repeat(w))),
        ("adjusted_rand", lambda t, p, w: metrics.adjusted_rand_score(t.repeat(w), p.repeat(w))),
    ],
)
def test_scores_on_draws_agree_with_scikit_learn(name, reference):
    record = packed()
    times = weights(record)
    found = by_track(name, record)(times)
    for value, time in zip(found, times.T):
        assert value == pytest.approx(
            reference(record.truth, record.predicted, time.astype(int)), abs=1e-6
        )


@pytest.mark.parametrize("segments", [0, 3])
@pytest.mark.parametrize(
    ("name", "reference"),
    [
        (
            "average_precision",
            lambda t, s, w: metrics.average_precision_score(t, s, sample_weight=w),
        ),
        ("auroc", lambda t, s, w: metrics.roc_auc_score(t, s, sample_weight=w)),
        (
            "auroc_micro",
            lambda t, s, w: metrics.roc_auc_score(
                t.ravel(), s.ravel(), sample_weight=w.repeat(t.shape[1])
            ),
        ),
    ],
)
def test_rankings_on_draws_agree_with_scikit_learn(name, reference, segments):
    """Bytes of older records of segments tie often, so ties are tested too."""
    record = packed(segments=segments)
    if segments:
        shares = np.rint(record.probabilities.astype(float) * 255).astype(np.uint8)
        record = replace(record, probabilities=shares)
    times = weights(record)
    hot = np.eye(10)[record.truth]
    found = by_track(name, record)(times)
    for value, time in zip(found, times.T):
        assert value == pytest.approx(
            reference(hot, record.scores(np.arange(len(hot))), time[record.track]), abs=1e-5
        )


def test_hard_average_precision_ranks_by_the_answers_alone():
    record = packed()
    times = weights(record)
    answers, hot = np.eye(10)[record.predicted], np.eye(10)[record.truth]
    for value, time in zip(by_track("average_precision_hard", record)(times), times.T):
        exact = metrics.average_precision_score(hot, answers, sample_weight=time[record.track])
        assert value == pytest.approx(exact, abs=1e-5)


def measured(columns=(), vectors=None, distances=None):
    facts = gtzan.facts()
    rows = facts[(facts["split"] == "test") & facts["genre"].isin(["jazz", "metal", "pop"])]
    content = pd.DataFrame({"track": rows.index, "truth": rows["genre"].to_numpy()} | dict(columns))
    return Measures.from_table(content, facts["artist"], GENRES, vectors, distances)


def test_measures_agree_with_plain_computations(tmp_path):
    rng = np.random.default_rng(8)
    points = rng.normal(size=(84, 4)).astype(np.float16)
    between = np.linalg.norm(points[:, None].astype(float) - points[None].astype(float), axis=2)
    kept = measured({"x": rng.exponential(size=84)}, points, between)
    save_record(kept, tmp_path / "a.npz")
    record = load_record(tmp_path / "a.npz")
    once = np.ones((84, 1))

    def value(name, options=None):
        return by_track(name, record, options)(once)[0]

    x = record.columns["x"].astype(float)
    assert value("mean") == pytest.approx(x.mean())
    assert value("skewness") == pytest.approx(((x - x.mean()) ** 3).mean() / x.std() ** 3, rel=1e-6)
    assert value("silhouette") == pytest.approx(
        metrics.silhouette_score(points.astype(float), record.truth), abs=1e-4
    )
    label = record.truth
    inner = np.triu(np.ones((84, 84), bool), 1)
    blocks = [between[(label[:, None] == k) & (label == k) & inner] for k in np.unique(label)]
    assert value("spread_sd") == pytest.approx(np.mean([block.std() for block in blocks]), rel=2e-3)
    quartiles = [np.percentile(block, [25, 75]) for block in blocks]
    expected = np.mean([(high - low) / (high + low) for low, high in quartiles])
    assert value("spread_quartiles") == pytest.approx(expected, rel=0.02)
    inside = np.concatenate(blocks)
    outside = between[(label[:, None] != label) & inner]
    expected = (outside[:, None] > inside).mean()
    assert value("between_gt_within") == pytest.approx(expected, abs=3e-3)
    variances = value("label_variance")
    assert variances[GENRES.index("pop")] == pytest.approx(
        points[label == 7].astype(float).var(axis=0).sum(), rel=1e-6
    )


def plain_accuracy(record, times):
    rows = np.repeat(np.arange(len(record.track)), times[record.track])
    return scores.accuracy(scores.confusion(record.truth[rows], record.predicted[rows], range(10)))


def plain_average_precision(record, times):
    """Each copy of a row counts; copies of equal scores are one step."""
    rows = np.repeat(np.arange(len(record.track)), times[record.track])
    score, right = record.scores(rows).ravel(), np.eye(10)[record.truth[rows]].ravel()
    area, recall = 0.0, 0.0
    for threshold in sorted(set(score), reverse=True):
        found = right[score >= threshold]
        area += found.mean() * (found.sum() / right.sum() - recall)
        recall = found.sum() / right.sum()
    return area


def plain_auroc(record, times):
    rows = np.repeat(np.arange(len(record.track)), times[record.track])
    score, right = record.scores(rows).ravel(), np.eye(10)[record.truth[rows]].ravel() > 0
    above = np.sign(score[right][:, None] - score[~right])
    return (above.mean() + 1) / 2


def plain_silhouette(record, times):
    points, label, values = record.vectors.astype(float), record.truth, []
    for own, point in enumerate(points):
        distance, others = np.linalg.norm(points - point, axis=1), times.copy()
        others[own] = 0  # copies of a point are not its neighbours
        weights = {one: others * (label == one) for one in np.unique(label)}
        means = {one: w @ distance / w.sum() for one, w in weights.items() if w.sum()}
        near = means.pop(label[own], None)
        far = min(means.values(), default=None)
        values.append(0 if near is None or far is None else (far - near) / max(far, near))
    return np.average(values, weights=times)


def plain_between_gt_within(record, times):
    first, second = np.triu_indices(len(times), 1)
    weight, within = times[first] * times[second], record.truth[first] == record.truth[second]
    inner, outer = weight[within], weight[~within]
    larger = record.distances[~within][:, None] > record.distances[within]
    return outer @ larger @ inner / (outer.sum() * inner.sum())


def plain_spread_quartiles(record, times):
    first, second = np.triu_indices(len(times), 1)
    values = []
    for one in np.unique(record.truth):
        inside = (record.truth[first] == one) & (record.truth[second] == one)
        drawn = record.distances[inside].repeat((times[first] * times[second])[inside])
        low, high = np.percentile(drawn.astype(float), [25, 75], method="inverted_cdf")
        values.append((high - low) / (high + low))
    return np.mean(values)


def plain_frechet(record, times):
    points, label = record.vectors.astype(float).repeat(times, axis=0), record.truth.repeat(times)
    laws = [points[label == GENRES.index(genre)] for genre in ("jazz", "metal")]
    one, other = (np.cov(law, rowvar=False, ddof=0) for law in laws)
    apart = ((laws[0].mean(axis=0) - laws[1].mean(axis=0)) ** 2).sum()
    return apart + np.trace(one + other - 2 * sqrtm(one @ other).real)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("name", "plain", "segments"),
    [
        ("accuracy", plain_accuracy, 3),
        ("average_precision_micro", plain_average_precision, 2),
        ("auroc_micro", plain_auroc, 2),
        ("silhouette", plain_silhouette, None),
        ("between_gt_within", plain_between_gt_within, None),
        ("spread_quartiles", plain_spread_quartiles, None),
        ("frechet_pairs", plain_frechet, None),
    ],
)
def test_the_fast_form_is_the_plain_definition(name, plain, segments, seed):
    """On random records; artists are drawn, and the plain form sees how often each track came."""
    rng = np.random.default_rng(seed)
    if segments:
        tracks = gtzan.facts().groupby("genre").sample(4, random_state=seed)
        record = packed(segments=segments, seed=seed, tracks=tracks)
    else:
        record = measured(vectors=rng.normal(size=(84, 3)))
        distances = rng.permutation(84 * 83 // 2) + 1.0  # no two are equal
        record = replace(record, distances=distances)
    artists, place = np.unique(record.clusters, return_inverse=True)
    times = rng.multinomial(len(artists), np.full(len(artists), 1 / len(artists)), size=4).T
    sample = Sample(record, 0, "test", place, len(artists), {})
    found = STATISTICS[name].bind(sample)(times.astype(float))
    if name == "frechet_pairs":
        found = found[:, STATISTICS[name].candidates(record, {}).index("jazz+metal")]
    assert found == pytest.approx([plain(record, each[place]) for each in times.T], abs=1e-6)


def test_a_draw_takes_the_sub_matrix():
    """Twice the same track gives no distance of its own: a draw without a genre's outlier has a
    narrower spread."""
    rng = np.random.default_rng(9)
    points = rng.normal(size=(84, 2))
    points[0] = 50
    between = np.linalg.norm(points[:, None] - points[None], axis=2)
    record = measured(distances=between)
    times = np.ones((84, 2))
    times[:2, 1] = 0, 2
    whole, without = by_track("spread_sd", record)(times)
    assert without < whole / 3


def test_weighted_f1_is_recomputed_on_each_draw():
    """The draws are drawn again here, and scored by scikit-learn."""
    record = packed()
    (found,) = resample([Side(record, "weighted_f1")], 20)
    from genrelab.runtime import generator

    units, place = np.unique(record.clusters, return_inverse=True)
    times = generator(0, "ledger", "artists").multinomial(
        len(units), np.full(len(units), 1 / len(units)), size=20
    )
    expected = [
        metrics.f1_score(
            record.truth, record.predicted, sample_weight=each[place], average="weighted"
        )
        for each in times
    ]
    assert found == pytest.approx(expected, abs=1e-6)


def test_the_value_is_the_mean_over_seeds():
    record = packed(seeds=3)
    found = estimate(Side(record, "weighted_f1"), 50, False, FF)
    by_seed = [
        metrics.f1_score(record.truth[rows], record.predicted[rows], average="weighted")
        for rows in (record.rows(seed, "test") for seed in range(3))
    ]
    assert found.seed_values == pytest.approx(by_seed)
    assert found.value == pytest.approx(np.mean(by_seed))
    assert (found.n_tracks, found.n_artists) == (290, 124)


@pytest.mark.parametrize(
    ("protocol", "holdouts"), [("ff", False), ("mc", True), ("grp", True), ("ag4", True)]
)
def test_the_seeds_of_holdouts_are_known_as_such(protocol, holdouts):
    side = Side(packed(seeds=3), "accuracy")
    assert estimate(side, 20, False, protocol).holdouts is holdouts
    assert compared(side, side, 20, False, protocol, True, "difference").holdouts is holdouts


def test_a_seed_whose_test_part_a_draw_leaves_without_a_label_is_left_aside():
    facts = gtzan.facts()
    blues, jazz = (
        facts[(facts["split"] == "test") & (facts["genre"] == genre)] for genre in ("blues", "jazz")
    )
    one_artist = blues[blues["artist"] == blues["artist"].mode()[0]]
    folds = [pd.concat([one_artist, jazz[:9]]), pd.concat([blues.drop(one_artist.index), jazz[9:]])]
    tables = [
        table(tracks=part, genres=["blues", "jazz"], seed=k).assign(seed=k)
        for k, part in enumerate(folds)
    ]
    record = Predictions.from_table(
        pd.concat(tables, ignore_index=True), facts["artist"], ["blues", "jazz"]
    )
    side = Side(record, "recall", options={"label": "blues"})
    (draws,) = resample([side], 500)
    assert draws[draws > 0].min() > 0.4 and abs(np.median(draws) - side.by_seed().mean()) < 0.1
    rows = record.rows(1, "test")
    gone = np.isin(record.track[rows], np.flatnonzero(np.isin(record.tracks, one_artist.index)))
    # the first seed alone tests that artist, and is left aside in draws without him
    assert not gone.any()


def test_segments_count_one_each_and_vote():
    record = packed(segments=5, skill=0.7)
    found = estimate(Side(record, "accuracy"), 50, True, FF)
    assert found.value == pytest.approx((record.truth == record.predicted).mean())
    vote = record.vote()
    assert len(vote.track) == 290
    assert (vote.truth == vote.predicted).mean() > found.value
    first = record.predicted[record.track == 0]
    assert vote.predicted[0] == np.bincount(first).argmax()


# --- pairing --------------------------------------------------------------------------------------


def test_a_paired_difference_uses_the_same_draws():
    record = packed()
    found = compared(
        Side(record, "accuracy"), Side(record, "accuracy"), 100, True, FF, True, "difference"
    )
    assert found.value == 0
    assert not found.draws.any()


def test_unpaired_records_are_refused(ledger):
    ledger.record(MSE, FF, table(), leaks=CLEAN)
    ledger.record(NLPD, FF, table().iloc[1:], leaks=CLEAN)
    with pytest.raises(RecordError, match=r"not paired: their tracks differ \(290 and 289"):
        ledger.compare("namgyal.knn.gt_nlpd.mse", FF)
    ledger.record(NLPD, FF, table().assign(fold=1), leaks=CLEAN)
    with pytest.raises(RecordError, match="not paired: their folds differ"):
        ledger.compare("namgyal.knn.gt_nlpd.mse", FF)
    folds = np.arange(290) % 2
    ledger.record(MSE, FF, table().assign(fold=folds), leaks=CLEAN)
    ledger.record(NLPD, FF, table().assign(fold=1 - folds), leaks=CLEAN)
    with pytest.raises(RecordError, match="fall into other folds"):
        ledger.compare("namgyal.knn.gt_nlpd.mse", FF)
    for loss, seeds in (("ms_ssim", [0, 1, 2]), ("mse", [0, 1, 3])):
        three = table(seeds=3)
        three["seed"] = np.array(seeds)[three["seed"]]
        ledger.record(f"namgyal.t2.lr.{loss}", FF, three, leaks=CLEAN, converged=True)
    with pytest.raises(RecordError, match=r"seeds \[0, 1, 2\] and \[0, 1, 3\]"):
        ledger.compare("namgyal.ae.perceptual_gt_mse.ms_ssim", FF)


def test_a_method_without_chance_stands_against_every_seed_of_another(ledger):
    ledger.record(MSE, FF, table(skill=0.3), leaks=CLEAN)
    ledger.record("namgyal.t2.lr.mse", FF, table(seeds=3, skill=2), leaks=CLEAN, converged=True)
    ledger.record(
        "namgyal.ae.knn_on_code.mse",
        FF,
        table(seeds=3, skill=1.5, seed=4),
        leaks=CLEAN,
        converged=True,
    )
    row = ledger.compare("namgyal.ae.code_gt_distance.mse", FF)
    assert (row["verdict"], row["n_seeds"]) == ("matches", 3)
    assert [part["name"] for part in row["parts"]] == ["regression on codes", "neighbours on codes"]


def test_two_samples_without_a_common_track():
    """Valid and test share no track; the interval is that of two samples, not of a paired
    difference."""
    both = pd.concat([table(skill=1.2, part="valid"), table(skill=1.2)])
    record = Predictions.from_table(both, gtzan.facts()["artist"], GENRES)
    sides = [Side(record, "accuracy", part) for part in ("valid", "test")]
    found = compared(*sides, 500, True, FF, False, "difference")
    alone = [np.var(resample([side], 500)[0]) for side in sides]
    assert np.var(found.draws) == pytest.approx(sum(alone), rel=0.4)
    with pytest.raises(RecordError, match="tracks differ"):
        compared(*sides, 500, True, FF, True, "difference")


# --- rows -----------------------------------------------------------------------------------------


def fill(ledger):
    ledger.record(MSE, FF, table(skill=1.5), leaks=CLEAN, modules=[scores], minutes=2.0)
    ledger.record(NLPD, FF, table(skill=0.2, seed=1), leaks=CLEAN, budget={"pictures": (929, 929)})
    ledger.compare("namgyal.knn.gt_nlpd.mse", FF)
    ledger.record("namgyal.t2.lr.mse", FF, table(seeds=3), leaks=CLEAN, converged=True)
    ledger.state("namgyal.knn.perceptual_worse", "printed")
    ledger.state("namgyal.t1.counts", items={str(k): (k, k) for k in range(40)})


NEEDED = """
    id paper where statement paper_value protocol value ci_low ci_high n_tracks n_artists n_seeds
    seed_sd corpus audio profile parameters budget code minutes verdict reason ci_track_low
    ci_track_high seed_low seed_high margin converged versions device predictions
"""


def test_a_row_holds_every_field(ledger):
    fill(ledger)
    rows = {f"{row['id']}@{row['protocol']}": row for row in ledger.rows()}
    row = rows["namgyal.knn.gt_nlpd.mse@ff"]
    assert set(NEEDED.split()) | {"p", "p_holm"} <= set(row)
    assert row["verdict"] == "matches"
    assert row["ci_low"] < row["value"] < row["ci_high"]
    assert (row["minutes"], row["predictions"]) == (2.0, [f"{MSE}@ff", f"{NLPD}@ff"])
    assert "namgyal.knn.nlpd_two_genres@ff" in rows  # scored on the same record, so it came along
    counts = rows["namgyal.t1.counts@facts"]
    assert counts["value"] == counts["ci_low"] == counts["ci_high"] == 40


def test_rows_are_computed_again_from_the_kept_records_alone(ledger, few_draws):
    fill(ledger)
    written = (ledger.folder / "claims.json").read_bytes()
    reader = Ledger(ledger.folder)  # without a corpus: there is no audio
    assert reader.recompute() == []
    assert (ledger.folder / "claims.json").read_bytes() == written
    (ledger.folder / "claims.json").unlink()
    reader.recompute()
    again = {(row["id"], row["protocol"]): row for row in read_rows(ledger.folder)}
    for row in json.loads(written):
        assert again[row["id"], row["protocol"]] == row


def test_a_forged_value_is_found_out(ledger):
    fill(ledger)
    path = ledger.folder / "claims.json"
    rows = json.loads(path.read_text())
    forged = next(row for row in rows if row["id"] == MSE)
    true, forged["value"] = forged["value"], 0.99
    path.write_text(json.dumps(rows))
    assert [(row["id"], row["value"]) for row in ledger.recompute()] == [(MSE, true)]


def test_the_same_run_gives_the_same_files(tmp_path, music, few_draws):
    for name in ("a", "b"):
        fill(Ledger(tmp_path / name, music, "reference"))
    files = [path.relative_to(tmp_path / "a") for path in sorted((tmp_path / "a").rglob("*.*"))]
    assert len(files) == 6
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file


def test_other_rows_are_kept(ledger):
    fill(ledger)
    before = {row["id"] + row["protocol"]: row for row in ledger.rows()}
    ledger.state("contrastive.map_twice", "printed")
    after = {row["id"] + row["protocol"]: row for row in ledger.rows()}
    assert set(after) - set(before) == {"contrastive.map_twiceprinted"}
    assert all(after[key] == row for key, row in before.items())


def test_p_is_adjusted_within_a_paper_and_a_protocol(ledger):
    fill(ledger)
    ledger.record("namgyal.t2.knn.ms_ssim", FF, table(skill=0.25, seed=2), leaks=CLEAN)
    ledger.compare("namgyal.knn.gt_nlpd.ms_ssim", FF)
    rows = [row for row in ledger.rows() if row["rule"] == "DIFF"]
    assert len(rows) == 2
    assert [row["p_holm"] for row in rows] == pytest.approx(
        rules.holm([row["p"] for row in rows]), abs=1e-6
    )


def test_silent_choices_widen_the_range_and_other_variants_do_not(ledger):
    ledger.record("namgyal.t2.knn.mse", FF, table(skill=1.5), leaks=CLEAN)
    assert ledger.row(f"{MSE}@ff")["verdict"] == "doesn't match"
    ledger.record(MSE, FF, table(skill=0.1), variant="paper's k", leaks=CLEAN)
    assert ledger.row(f"{MSE}@ff")["verdict"] == "doesn't match"
    (row,) = ledger.record(MSE, FF, table(skill=0.1), variant="crop=none", leaks=CLEAN)
    assert row["verdict"] == "matches"
    assert row["beside"]["crop=none"]["silent"]
    assert not row["beside"]["paper's k"]["silent"]
    assert row["value"] > 0.4  # the main record's


def test_the_choice_of_k_is_read_from_the_parameters(ledger):
    for k, verdict in ((7, "matches"), (8, "doesn't match")):
        ours, theirs = (table(skill=skill, part="valid") for skill in (2.0, 0.5))
        ledger.record(
            "namgyal.f2.our_k.mse",
            "valid",
            ours,
            leaks=CLEAN,
            parameters={"k": k},
            deterministic=True,
        )
        ledger.record(
            "namgyal.f2.their_k.mse",
            "valid",
            theirs,
            leaks=CLEAN,
            parameters={"k": 7},
            deterministic=True,
        )
        assert ledger.compare("namgyal.f2.k.mse", "valid")["verdict"] == verdict


def test_a_clean_row_gives_the_drop_from_the_papers_own_protocol(ledger):
    """Whichever is recorded first; the paper's number is not what it is held against."""
    (clean,) = ledger.record(MSE, "ag", table(skill=0.7, seed=1), leaks=CLEAN)
    assert (clean["verdict"], clean["role"]) == ("not judged", "clean")
    assert "under the paper's own protocol: not run" in clean["reason"]
    ledger.record(MSE, FF, table(skill=2.0), leaks=CLEAN)
    own, clean = (ledger.row(f"{MSE}@{protocol}") for protocol in (FF, "ag"))
    assert clean["verdict"] == "weaker"
    assert clean["drop"] == pytest.approx(own["value"] - clean["value"], abs=2e-6)
    assert 0 < clean["drop_low"] < clean["drop"] < clean["drop_high"]
    ledger.record(MSE, FF, table(skill=0.7, seed=1), leaks=CLEAN)
    assert ledger.row(f"{MSE}@ag")["verdict"] == "holds up"


def test_what_fails_under_the_papers_own_protocol_cannot_hold_up(ledger):
    for protocol, better in ((FF, 0.2), ("ag", 2.0)):
        ledger.record(MSE, protocol, table(skill=better), leaks=CLEAN)
        ledger.record(NLPD, protocol, table(skill=1.0, seed=1), leaks=CLEAN)
    assert ledger.compare("namgyal.knn.gt_nlpd.mse", FF)["verdict"] == "doesn't match"
    row = ledger.compare("namgyal.knn.gt_nlpd.mse", "ag")
    assert row["verdict"] == "not judged" and "nothing can hold up" in row["reason"]


def test_trainings_are_compared_only_where_they_beat_random_weights(ledger):
    claim = "namgyal.ae.perceptual_gt_mse.ms_ssim"
    for name, skill in (("t2.lr.mse", 1.0), ("t2.lr.ms_ssim", 2.0)):
        ledger.record(f"namgyal.{name}", FF, table(seeds=3, skill=skill), leaks=CLEAN,
                      converged=True)
    assert "have not been run" in ledger.compare(claim, FF)["reason"]
    for skill, verdict in ((1.0, "not judged"), (0.2, "matches")):
        ledger.record("namgyal.ae.lr.random", FF, table(seeds=3, skill=skill, seed=5), leaks=CLEAN,
                      converged=True)
        assert ledger.row(f"{claim}@{FF}")["verdict"] == verdict


def test_the_fall_between_two_protocols_is_no_paired_difference(ledger):
    """Segments under `seg` and `ag4` are other tracks in other folds; the row takes each from its
    own record."""
    four = ["classical", "jazz", "metal", "pop"]
    for name, protocol, skill, part in (("sawhney.dsae_longer", "seg", 3.0, "valid"),
                                        ("sawhney.t1.dsae", "ag4", 1.0, "test")):
        content = table(skill=skill, seeds=5, genres=four, part=part).assign(part="test")
        leaks = {"track": 9} if protocol == "seg" else CLEAN
        ledger.record(name, protocol, content, leaks=leaks, converged=True)
    row = ledger.compare("sawhney.leak", "ag4")
    assert row["verdict"] == "close"
    assert "stays above chance" in row["reason"]
    assert row["predictions"] == ["sawhney.dsae_longer@seg", "sawhney.t1.dsae@ag4"]
    assert row["parts"][1]["value"] == pytest.approx(
        ledger.row("sawhney.t1.dsae.test@ag4")["value"] - 0.25, abs=1e-6
    )


def test_a_row_is_shown_with_its_interval(ledger):
    fill(ledger)
    shown = shown_number(ledger.row(f"{MSE}@ff"))
    assert re.fullmatch(r"0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]", shown)
    assert ledger.row(f"{MSE}@ff")["value"] == pytest.approx(float(shown[:5]), abs=6e-4)
    assert ledger.row(f"{MSE}@ag") is None
    with pytest.raises(ClaimError, match="has no protocol 'mc'"):
        ledger.row(f"{MSE}@mc")


def test_a_row_whose_code_has_changed_is_stale(ledger):
    fill(ledger)
    row = ledger.row(f"{MSE}@ff")
    assert row["modules"].keys() == {"genrelab.evaluation.scores"}
    assert not is_stale(row)
    assert is_stale(row | {"modules": {"genrelab.evaluation.scores": "0" * 12}})
    assert is_stale(row | {"modules": {"genrelab.gone": "0" * 12}})


def test_two_runs_are_compared_in_pairs(tmp_path, music, few_draws):
    for name, skill in (("a", 1.5), ("b", 0.5)):
        own = Ledger(tmp_path / name, music, "reference")
        own.record(MSE, FF, table(skill=skill), leaks=CLEAN)
        own.state("contrastive.map_twice", "printed")
    text = compare_runs(tmp_path / "a", tmp_path / "b", draws=200)
    assert re.search(rf"{MSE}@ff .*\+0\.\d{{3}} \[\+0\.\d{{3}}, \+0\.\d{{3}}\]", text)
    assert "+0.000 [+0.000, +0.000]" in compare_runs(tmp_path / "a", tmp_path / "a", draws=200)


# --- gates ----------------------------------------------------------------------------------------


def gate(claim="namgyal.t2.lr.mse", protocol=FF, n_seeds=3, **changes):
    about = {
        "corpus": "gtzan",
        "audio": "pcm",
        "profile": "reference",
        "leaks": CLEAN,
        "converged": True,
    } | changes
    return gates.failing_gate(find_claim(claim), protocol, [about], n_seeds)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"profile": "paper"}, ""),
        ({"corpus": "synthetic"}, "the corpus is synthetic, not GTZAN"),
        ({"audio": ""}, "the kind of sound is not named"),
        ({"profile": "smoke"}, "the profile is smoke"),
        ({"n_seeds": 2}, "2 seeds, and 3 are needed"),
        ({"converged": False}, "had not come to rest"),
        ({"converged": None}, "nothing is told"),
        ({"leaks": None}, "no audit"),
        ({"leaks": CLEAN | {"artist": 7}}, "a leak that ff must not have: artist (7)"),
        ({"leaks": CLEAN | {"artist": 6}}, ""),  # the published split has so many of its own
        ({"unfit": "shuffled copies were accepted"}, "shuffled copies were accepted"),
        ({"claim": "namgyal.ae.classical"}, "decided under ag"),
        ({"claim": "namgyal.ae.classical", "protocol": "ag"}, ""),
        (
            {
                "claim": "sawhney.t1.dsae.test",
                "protocol": "seg",
                "leaks": {"track": 9, "artist": 9},
                "n_seeds": 10,
            },
            "",
        ),
        (
            {
                "claim": "sawhney.t1.dsae.test",
                "protocol": "ag4",
                "leaks": {"track": 9},
                "n_seeds": 10,
            },
            "track (9)",
        ),
        (
            {"claim": "sawhney.t1.dsae.test", "protocol": "seg", "n_seeds": 9},
            "9 seeds, and 10 are needed",
        ),
        ({"claim": MSE, "n_seeds": 1, "converged": None}, ""),
        (
            {
                "claim": "namgyal.t1.counts",
                "protocol": "facts",
                "profile": "smoke",
                "leaks": None,
                "n_seeds": 0,
            },
            "",
        ),
        ({"claim": "contrastive.map_twice", "protocol": "printed", "corpus": "synthetic"}, ""),
    ],
)
def test_gates(changes, said):
    reason = gate(**changes)
    assert said in reason if said else reason == ""


def test_a_failing_gate_keeps_the_value(tmp_path, music, few_draws):
    (row, *_) = Ledger(tmp_path, music, "smoke").record(MSE, FF, table(), leaks=CLEAN)
    assert row["verdict"] == "not judged"
    assert "smoke" in row["reason"]
    assert row["value"] > 0.2


def test_unfinished_training_never_refutes_and_a_smaller_run_refutes_at_its_size(ledger):
    far = table(seeds=3, skill=4)
    rows = [
        ledger.record("namgyal.t2.lr.mse", FF, far, leaks=CLEAN, **told)[0]
        for told in (
            {"converged": False},
            {"converged": True, "budget": {"epochs": (5, 20)}},
            {"converged": True, "budget": {"holdouts": (3, 10)}},
            {"converged": True},
        )
    ]
    assert [row["verdict"] for row in rows] == [
        "not judged",
        "smaller run",
        "doesn't match",
        "doesn't match",
    ]
    assert "epochs (5 of 20)" in rows[1]["reason"]


@pytest.mark.parametrize(
    ("history", "finished"),
    [([0.1, 0.3, 0.5, 0.52, 0.52], True), ([0.1, 0.2, 0.3, 0.4, 0.5], False), ([0.5, 0.5], False)],
)
def test_training_has_come_to_rest(history, finished):
    assert gates.training_finished(history) is finished


def test_wrong_calls_are_refused(ledger):
    with pytest.raises(ClaimError, match="There is no protocol 'xx'"):
        ledger.record(MSE, "xx", table())
    with pytest.raises(ClaimError, match=r"There is no claim 'namgyal\.t2\.knn\.mae'"):
        ledger.record("namgyal.t2.knn.mae", FF, table())
    with pytest.raises(ClaimError, match="judged by LEVEL0"):
        ledger.state(MSE, FF, items={"a": (1, 1)})
    with pytest.raises(RecordError, match="has 40 items, not 1"):
        ledger.state("namgyal.t1.counts", items={"a": (1, 1)})
    with pytest.raises(RecordError, match="only reads"):
        Ledger(ledger.folder).record(MSE, FF, table())
    with pytest.raises(RecordError, match="is missing"):
        ledger.compare("namgyal.knn.gt_nlpd.mse", FF)


# --- the whole catalogue --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def anything():
    """Return small records of any kind: 60 tracks of ten or four genres, in all parts, with two
    seeds."""
    facts = gtzan.facts()
    facts = facts[facts["split"] != "removed"]
    made = {}

    def make(measures, four):
        if (measures, four) not in made:
            genres = ["classical", "jazz", "metal", "pop"] if four else GENRES
            tracks = facts[facts["genre"].isin(genres)].groupby("genre").head(60 // len(genres))
            about = {
                "profile": "smoke",
                "corpus": "synthetic",
                "audio": "pcm",
                "parameters": {"k": 3},
            }
            if measures:
                rng = np.random.default_rng(3)
                content = pd.DataFrame({"track": tracks.index, "truth": tracks["genre"].to_numpy()})
                columns = (
                    "occurrence nlpd ms_ssim log_spectral same_track artist_probe crosses_once mig "
                    "error named"
                )
                content = content.assign(
                    **{name: rng.random(len(tracks)) for name in [*columns.split(), "silhouette"]}
                )
                points = rng.normal(size=(len(tracks), 3))
                between = np.linalg.norm(points[:, None] - points[None], axis=2)
                record = Measures.from_table(
                    content, facts["artist"], genres, points, between, about
                )
            else:
                parts = [
                    table(seeds=2, genres=genres, tracks=tracks).assign(part=part) for part in PARTS
                ]
                record = Predictions.from_table(pd.concat(parts), facts["artist"], genres, about)
            made[measures, four] = record
        return made[measures, four]

    return make


NUMBERS = {
    *("mean", "skewness", "silhouette", "label_variance", "frechet_pairs"),
    *("spread_sd", "spread_quartiles", "between_gt_within"),
}
"""Statistics of measures."""


def test_every_claim_can_be_judged_under_each_protocol(anything):
    """With records of the right kind, no entry of the catalogue asks for something that does not
    exist."""
    kind = {
        Reference.read(text).record: part.statistic in NUMBERS
        for claim in load_claims().values()
        for part in claim.parts
        for text in part.references()
    }
    for claim in load_claims().values():
        for protocol in claim.all_protocols:

            def load(name, where, claim=claim):
                if claim.of_items:
                    return {"items": {"a": [2, 2], "b": [2, 2]}, "about": {"profile": "smoke"}}
                return anything(kind[name], name.startswith("sawhney") and "genres" not in name)

            row = judging.judge(claim, protocol, load, lambda *_: {}, draws=20)
            judged = claim.rule_under(protocol) == "CONSIST"
            assert row["verdict"] in rules.VERDICTS
            assert (row["verdict"] == "not judged") != judged, claim.id
            assert row["reason"], claim.id


def test_a_part_about_absent_genres_is_left_out_and_named(anything):
    """Four genres without blues: what is claimed of blues and classical cannot be asked."""
    claim = load_claims()["namgyal.why.hubness"]
    row = judging.judge(
        claim, "ff", lambda name, _: anything("occurrence" in name, True), lambda *_: {}, draws=20
    )
    assert [part["name"] for part in row["parts"]] == ["weighted F1", "skewness"]
    assert row["reason"].endswith("; this music lacks the genres of: two genres")


def test_no_record_is_asked_for_two_kinds():
    """A record is predictions or measures, not both."""
    kinds = {}
    for claim in load_claims().values():
        for part in claim.parts:
            for text in part.references():
                kinds.setdefault(Reference.read(text).record, set()).add(part.statistic in NUMBERS)
    assert [name for name, found in kinds.items() if len(found) > 1] == []


def test_the_sound_that_is_told_replaces_the_corpus_own(ledger):
    (row, *_) = ledger.record(MSE, FF, table(), leaks=CLEAN, audio="kaggle-picture")
    assert row["audio"] == "kaggle-picture"


def test_the_folder_is_the_one_of_the_figures(monkeypatch, tmp_path):
    monkeypatch.setenv("GENRELAB_FIGURES", str(tmp_path))
    assert Ledger().folder == tmp_path
    assert Ledger().rows() == []


def test_numbers_of_numpy_may_be_told(ledger):
    row = ledger.state("cortis.artists_unsplittable", items={"splits": (np.int64(3), np.int64(5))})
    assert (row["value"], row["verdict"]) == (3, "doesn't match")
    with pytest.raises(TypeError, match="cannot be kept"):
        ledger.record(MSE, FF, table(), leaks=CLEAN, parameters={"k": object()})


def write_some(folder, names):
    """Write rows one by one, as a notebook does."""
    for name in names:
        Ledger(folder).state(name, "printed")


def test_notebooks_that_run_at_once_lose_no_row(tmp_path):
    printed = [name for name, claim in load_claims().items() if claim.printed]
    shares = [printed[0::2] * 5, printed[1::2] * 5]
    processes = [
        get_context("spawn").Process(target=write_some, args=(tmp_path, share)) for share in shares
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert {row["id"] for row in read_rows(tmp_path)} == set(printed)
    assert [path.name for path in tmp_path.iterdir()] == ["claims.json"]


def test_a_row_waits_for_its_turn(tmp_path):
    with turn(tmp_path):
        waiting = Thread(target=write_some, args=(tmp_path, ["contrastive.map_twice"]))
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        assert read_rows(tmp_path) == []
    waiting.join(10)
    assert [row["id"] for row in read_rows(tmp_path)] == ["contrastive.map_twice"]


def hold(folder, held, seconds):
    with turn(folder):
        held.set()
        sleep(seconds)


def test_a_turn_that_is_not_given_back_is_named_and_that_of_a_killed_run_is_taken(tmp_path):
    context = get_context("spawn")
    held = context.Event()
    other = context.Process(target=hold, args=(tmp_path, held, 60))
    other.start()
    assert held.wait(30)
    message = f"{tmp_path.name} is held by another run"
    with pytest.raises(TimeoutError, match=message), turn(tmp_path, wait=0.1):
        pass
    other.kill()
    other.join()
    with turn(tmp_path, wait=5):
        assert list(tmp_path.iterdir()) == []


def test_a_method_trained_more_often_is_compared_on_the_seeds_that_both_have(ledger):
    for loss, seeds in (("ms_ssim", 5), ("mse", 3)):
        ledger.record(f"namgyal.t2.lr.{loss}", FF, table(seeds=seeds), leaks=CLEAN, converged=True)
    five = load_record(ledger.folder / "predictions" / f"namgyal.t2.lr.ms_ssim@{FF}.npz")
    three = five.of_seeds([0, 1, 2])
    assert three.seeds == [0, 1, 2]
    assert len(three.probabilities) in (0, len(three.track))
    side, cut = (Side(record, "weighted_f1") for record in (five, three))
    assert np.array_equal(cut.by_seed(), side.by_seed()[:3])
    row = ledger.compare("namgyal.ae.perceptual_gt_mse.ms_ssim", FF)
    assert row["n_seeds"] == 3
    mse = Side(
        load_record(ledger.folder / "predictions" / f"namgyal.t2.lr.mse@{FF}.npz"), "weighted_f1"
    )
    assert row["value"] == pytest.approx(cut.by_seed().mean() - mse.by_seed().mean(), abs=1e-3)


def test_a_draw_without_a_value_counts_neither_way():
    draws = np.array([0.1, 0.2, np.nan, 0.3])
    assert rules.Evidence(0.2, draws).p == rules.Evidence(0.2, draws[[0, 1, 3]]).p
    assert rules.Evidence(0.2, np.full(4, np.nan)).p == 1
