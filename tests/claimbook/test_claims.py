"""The catalogue holds every claim, refuses what is not in order, and becomes a page and a text."""

import html
import itertools
import json
import re

import pytest

from claimbook import rules, statistics
from claimbook.claims import (
    PROTOCOLS,
    ClaimError,
    Reference,
    find_claim,
    load_arms,
    load_claims,
    read_catalogue,
)
from claimbook.claims_text import by_chance, claims_text, counts, main_rows
from claimbook.rows import REFERENCE, read_rows, row_key
from coursekit.claims_page import MARKS, claims_page
from genrelab.runtime import project_root

MODELS = (
    "fixed_mlp_30s, fixed_mlp_3s, tuned_mlp_30s, tuned_mlp_3s, no_mfcc_30s, no_mfcc_3s, "
    "cnn_mel_30s, cnn_stft_3s, "
    "cnn_mel_3s, cnn_mfcc_3s, mmnn"
)

EXPECTED = f"""
namgyal.t1.counts
namgyal.t2.knn.{{mse, ms_ssim, nlpd}}
namgyal.f2.k.{{mse, ms_ssim, nlpd}}
namgyal.knn.gt_nlpd.{{mse, ms_ssim}}
namgyal.knn.perceptual_worse
namgyal.knn.{{nlpd_two_genres, balance}}
namgyal.f1.{{spread, clustering}}
namgyal.why.slow_parts
namgyal.why.hubness
namgyal.t2.lr.{{mse, ms_ssim, nlpd}}
namgyal.ae.perceptual_gt_mse.{{ms_ssim, nlpd}}
namgyal.ae.nlpd_vs_ms_ssim
namgyal.ae.code_gt_distance.{{mse, ms_ssim, nlpd}}
namgyal.ae.{{classical, balance}}
namgyal.ae.reconstruct
namgyal.ae.training_matters.{{random, pca}}
namgyal.ae.data_free
namgyal.ae.entropy
namgyal.sensitivity
namgyal.ms_ssim_both
namgyal.f2.k.nlpd_few
namgyal.few_levels.{{two_genres, mse_gt, ms_ssim_gt}}
sawhney.data
sawhney.t1.{{two_layer, dsae}}.{{train, dev, test}}
sawhney.t2.{{classical, jazz, metal, pop}}.{{p, r, f1}}
sawhney.t2.mean_recall
sawhney.dsae_gt_two_layer
sawhney.leak
sawhney.hybrid_pays
sawhney.less_overfit
sawhney.{{depth_overfits, pooling_helps}}
sawhney.raw_mixed
sawhney.f5.separation
sawhney.f6.{{logits, two_layer}}
sawhney.f4.confusions
sawhney.{{classical_best, pop_hardest}}
sawhney.{{jazz_near_classical, pop_spread}}
sawhney.{{code_nuance, smooth}}
sawhney.genres_curve
sawhney.humans_pop
sawhney.wish.{{mfcc, log_mel, raw_and_mfcc, tcvae, transfer, transfer_beyond_loudness}}
sawhney.single_layer.{{learns, depth, separation}}
cortis.t1.{{{MODELS}}}.{{acc, auroc, auprc}}
cortis.window.{{fixed, tuned, no_mfcc, cnn_mel}}
cortis.window.why
cortis.tuned.{{30s, 3s}}
cortis.no_mfcc.{{30s, 3s}}
cortis.mfcc_best
cortis.cnn.{{mfcc_gt_mel, mel_gt_stft}}
cortis.cnn.{{picture_worst, picture_quality}}
cortis.summary_gt_sequence
cortis.mmnn.{{no_gain, overfits}}
cortis.kmeans.{{mi, ari, mse, silhouette}}
cortis.boruta
cortis.{{no_leak, artists_unsplittable}}
cortis.{{cmvn, scaling}}
cortis.raw_mfcc.{{gt_mel, summary_gt_sequence}}
cortis.filter.{{fixed_mlp_30s, fixed_mlp_3s, tuned_mlp_30s, tuned_mlp_3s}}
cortis.ten.{{tuned_mlp_30s, tuned_mlp_3s, no_mfcc_30s, no_mfcc_3s}}
cortis.ten.{{cnn_mfcc_none, cnn_mfcc_mean, cnn_mfcc_track}}
cortis.best_overall
cortis.wish.rnn_cnn
contrastive.t1.{{audio_crop, audio_noise, audio_all, spec_time, spec_all}}
contrastive.t2.{{audio, spec, both}}
contrastive.t2.mtat
contrastive.map_twice
contrastive.map.t1.{{audio_crop, audio_noise, audio_all, spec_time, spec_all}}
contrastive.map.t2.{{audio, mtat, spec, both}}
contrastive.learns.{{audio, spec}}
contrastive.augment.{{audio, spec, noise_idle}}
contrastive.both_gt.{{spec, audio}}
contrastive.both_not_ensemble
contrastive.spec_gt_audio
contrastive.training.{{mask_size, shuffling, weight_decay, early_stop}}
contrastive.valid_flatters
contrastive.mlp_head.{{audio, spec, both}}
contrastive.parts.{{batchnorm, projector, batch_size}}
contrastive.small_data
contrastive.fusion.{{decision, early}}
ground.ladder.{{knn, ae, dsae, mlp, cnn, contrastive}}
ground.codec
ground.order
ground.metadata
ground.small_encoder
ground.tagger
ground.shipped.{{features_regression, features_mlp, cnn_mel, dsae, noise_code}}
ground.shipped.{{contrastive_spectra, contrastive_audio}}
"""


def expand(pattern):
    """Return the ids that a pattern with braces stands for."""
    pieces = [
        piece.split(",") if k % 2 else [piece] for k, piece in enumerate(re.split(r"[{}]", pattern))
    ]
    return {"".join(part.strip() for part in parts) for parts in itertools.product(*pieces)}


def test_every_claim_is_there_and_no_other():
    expected = set().union(*(expand(line) for line in EXPECTED.split("\n") if line))
    assert set(load_claims()) == expected


def test_rules_statistics_and_protocols_are_known():
    for claim in load_claims().values():
        for part in claim.parts:
            assert part.rule in rules.RULES
            assert part.statistic == "items" or part.statistic in statistics.STATISTICS, claim.id
        assert set(claim.all_protocols) <= set(PROTOCOLS)
        assert claim.all_protocols, claim.id


def test_every_record_that_is_compared_exists_and_every_arm_is_used():
    used = {
        Reference.read(text).record
        for c in load_claims().values()
        for p in c.parts
        for text in p.references()
    }
    assert used <= set(load_claims()) | set(load_arms())
    assert set(load_arms()) <= used


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("namgyal.t2.knn.nlpd", 0.035),
        ("namgyal.t2.lr.nlpd", 0.439),
        ("sawhney.t1.dsae.dev", 0.641),
        ("sawhney.t2.metal.f1", 0.534),
        ("cortis.t1.mmnn.auprc", 0.932),
        ("cortis.t1.cnn_mel_30s.acc", 0.405),
        ("contrastive.t2.both", 0.531),
        ("cortis.tuned.3s", -0.015),
    ],
)
def test_numbers_of_the_papers(name, value):
    assert find_claim(name).paper_value == value


def test_differences_are_those_of_the_papers_levels():
    """A paper's difference is the one of the two levels that it prints, where both are claims."""
    claims, checked = load_claims(), 0
    scored = ("accuracy", "weighted_f1")
    levels = [
        c
        for c in claims.values()
        if c.rule in ("LEVEL", "LEVEL0") and c.parts[0].statistic in scored
    ]
    value_of = {c.parts[0].of: c.paper_value for c in levels if c.parts[0].part == "test"}
    for claim in claims.values():
        for part in claim.parts:
            printed = [value_of.get(name) for name in (part.better, part.worse)]
            if part.paper_value is not None and part.statistic in scored and None not in printed:
                assert part.paper_value == pytest.approx(printed[0] - printed[1], abs=0.0011), (
                    claim.id
                )
                checked += 1
    assert checked >= 25


def test_margins_depend_on_the_protocol():
    part = find_claim("namgyal.ae.nlpd_vs_ms_ssim").parts[0]
    assert [part.for_protocol(code).margins["delta"] for code in ("ff", "ag")] == [0.08, 0.05]
    window = find_claim("cortis.window.fixed").parts[0]
    assert [window.for_protocol(code).paired for code in ("mc", "grp")] == [False, True]


GOOD = {
    "statement": "s", "paper": "P", "where": "w", "notebook": "01", "priority": "A", "rule": "DIFF",
    "statistic": "accuracy", "better": "p.b", "worse": "p.b", "protocols": {"paper": "ff"},
}  # fmt: skip


def written(**changes):
    """Write a catalogue of one claim and one arm; None leaves a field out."""
    table = {key: value for key, value in (GOOD | changes).items() if value is not None}
    lines = [
        f"{key} = {json.dumps(value)}"
        for key, value in table.items()
        if not isinstance(value, dict)
    ]
    inline = [
        f"{key} = {{ {', '.join(f'{k} = {json.dumps(v)}' for k, v in value.items())} }}"
        for key, value in table.items()
        if isinstance(value, dict)
    ]
    return "[p.a]\n" + "\n".join(lines + inline) + '\n[arms]\n"p.b" = "an arm"\n'


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"statement": None}, "p.a lacks statement"),
        ({"where": None}, "p.a lacks where"),
        ({"rule": "GUESS"}, "p.a has the unknown rule 'GUESS'"),
        ({"worse": None}, "p.a lacks worse, which DIFF needs"),
        ({"worse": "p.c"}, "p.a names the record 'p.c'"),
        ({"rule": "EQUIV"}, "p.a lacks delta"),
        ({"rule": "EQUIV", "delta": {"ag": 0.05}}, "p.a has no delta for ff"),
        ({"protocols": {"paper": "xx"}}, "p.a has the unknown protocol 'xx'"),
        ({"protocols": {"dirty": "ff"}}, "p.a has the unknown role 'dirty'"),
        ({"colour": "red"}, "p.a has the unknown field colour"),
        ({"priority": "Z"}, "p.a has the priority 'Z'"),
        ({"printed": [[1, "<", 2]]}, "p.a has printed numbers without their protocol"),
        ({"statistic": None}, "p.a lacks statistic"),
    ],
)
def test_a_claim_that_is_not_in_order_is_named(changes, said):
    assert set(read_catalogue(written())[0]) == {"p.a"}
    with pytest.raises(ClaimError, match=re.escape(said)):
        read_catalogue(written(**changes))


def test_an_unknown_claim_is_told_with_near_ones():
    with pytest.raises(ClaimError, match=r"There is no claim 'namgyal.t2.knn.mae'; near are "
                                         r"namgyal.t2.knn.mse"):
        find_claim("namgyal.t2.knn.mae")
    with pytest.raises(ClaimError, match="has no protocol 'mc'; it has ff, ag"):
        find_claim("namgyal.t2.knn.mse").role("mc")


ROW = {
    "id": "namgyal.t2.knn.mse", "protocol": "ff", "paper": "Namgyal", "rule": "LEVEL0",
    "paper_value": 0.22,
    "value": 0.25, "ci_low": 0.2, "ci_high": 0.3, "verdict": "close", "reason": "near & <close>",
    "corpus": "gtzan",
    "profile": "reference", "priority": "A", "role": "paper",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A run of one row, which stands for the committed one."""
    monkeypatch.setattr("coursekit.claims_page.project_root", lambda: tmp_path)
    folder = tmp_path / "figures" / "gtzan"
    folder.mkdir(parents=True)
    (folder / "claims.json").write_text(json.dumps([ROW]))
    return folder


def test_the_page_shows_all_rows_and_their_verdicts(folder):
    page = claims_page({})
    rows = re.findall(r'<tr data-paper="([^"]+)" data-verdict="([^"]+)" data-metric="[^"]*" '
                      r'id=', page)
    claims = [claim for claim in load_claims().values() if not claim.shown_with]
    assert len(rows) == sum(len(claim.all_protocols) for claim in claims)
    assert rows.count(("Namgyal", "close")) == 1
    assert {verdict for _, verdict in rows} <= set(MARKS)
    assert all(f'<option value="{html.escape(verdict)}">' in page for verdict in MARKS)
    assert "0.250 [0.200, 0.300]" in page
    assert "near &amp; &lt;close&gt;" in page
    assert 'aria-label="paper 0.22; ours 0.250 [0.200, 0.300]; axis from 0 to 1"' in page


def test_the_page_can_be_read_by_anybody_and_needs_no_network(folder):
    page = claims_page({})
    assert page.count("<label>") == page.count("<select") == 3
    assert page.count('scope="row"') == page.count("<tr data-paper") + page.count(
        '<tr><th scope="row"'
    )
    assert page.count('role="img" aria-label=') == page.count("<svg")
    assert not re.search(r"https?://|src=", page)


def test_the_text_tells_what_is_missing(folder, tmp_path_factory):
    text = claims_text(folder)
    assert re.search(r"namgyal.t2.knn.mse@ff +0.22 +0.250 \[0.200, 0.300\] +close: near", text)
    assert re.match(r"Under the papers' own protocols, 1 of \d+ rows have been run: 1 close.", text)
    assert json.loads(claims_text(folder, as_json=True)) == [ROW | {"stale": False}]
    assert "holds no claims yet" in claims_text(tmp_path_factory.mktemp("empty"))


def test_the_text_tells_how_many_to_expect_by_chance():
    difference = ROW | {"rule": "DIFF", "verdict": "matches", "survives_holm": True}
    said = by_chance([difference] * 40 + [difference | {"verdict": "not judged"}])
    assert "Among 40 judged differences, 1.0 would match or hold up by chance" in said


def test_the_main_tables_are_29_results_and_one_that_was_not_run():
    """Namgyal's Table 2, Sawhney's Table 1, Cortis's Table I, Tables 1 and 2 of both formats."""
    rows = {row_key(row) for row in read_rows(project_root() / REFERENCE)}
    keys = main_rows()
    assert len(keys) == 30 and set(keys) - rows == {"contrastive.t2.mtat@ff"}


def test_what_follows_from_other_numbers_is_not_counted():
    rows = read_rows(project_root() / REFERENCE)
    ours = {claim.id for claim in load_claims().values() if claim.is_ours or claim.shown_with}
    assert counts(rows) == counts([row for row in rows if row["id"] not in ours])
