"""What lessons take from the record: rows in plain words, and sentences that follow them."""

import pytest

from claimbook import findings
from claimbook.findings import finding, kept_answers, kept_table, result, says
from claimbook.rows import REFERENCE, read_rows, row_key
from claimbook.rules import VERDICTS
from genrelab.runtime import project_root


@pytest.fixture
def shown(monkeypatch):
    """What is displayed: text and metadata of each output."""
    outputs = []
    monkeypatch.setattr("IPython.display.display",
                        lambda one, metadata: outputs.append((one.data, metadata["genrelab"])))
    return outputs


def a_row(**numbers):
    about = {"id": "namgyal.knn.gt_nlpd.mse", "protocol": "ag", "rule": "DIFF"}
    return about | {"verdict": "can't tell"} | numbers


def test_a_result_is_the_row_of_the_full_run():
    rows = {row_key(row): row for row in read_rows(project_root() / REFERENCE)}
    found, row = result("namgyal.t2.knn.mse@ag"), rows["namgyal.t2.knn.mse@ag"]
    assert (found.value, found.low, found.high) == (row["value"], row["ci_low"], row["ci_high"])
    assert found.paper == 0.22 and found.word in VERDICTS


def test_a_part_of_a_row_has_a_number_and_a_word_of_its_own():
    first = result("ground.ladder.mlp@ladder")
    assert first == result("ground.ladder.mlp@ladder", "segments to tracks")._replace(word="close")
    copies = result("ground.ladder.mlp@ladder", "tracks to duplicates")
    assert copies.word == "can't tell" and copies.low < 0 < copies.high
    assert first.settled and not result("ground.ladder.dsae@ladder").settled


def test_a_part_of_a_claim_has_its_own_numbers():
    whole, noise = result("cortis.cmvn@grp"), result("cortis.cmvn@grp", "noise")
    assert result("cortis.cmvn@grp", "clean").value == whole.value != noise.value


@pytest.mark.parametrize("key", ["namgyal.t2.knn.mse@mc", "no.such.claim@ff"])
def test_a_row_that_there_cannot_be_is_named(key):
    with pytest.raises(ValueError, match=key.split("@")[0].split(".")[0]):
        result(key)


@pytest.mark.parametrize(
    ("low", "high", "than", "said"),
    [
        (0.01, 0.2, 0.0, "up 0.10"),
        (-0.2, -0.01, 0.0, "down 0.10"),
        (-0.1, 0.2, 0.0, "open 0.10"),
        (0.0, 0.2, 0.0, "open 0.10"),
        (0.1, 0.2, 0.15, "open 0.10"),
        (0.1, 0.2, 0.25, "down 0.10"),
    ],
)
def test_the_interval_chooses_the_sentence(low, high, than, said, shown, monkeypatch):
    row = a_row(value=0.1, ci_low=low, ci_high=high)
    monkeypatch.setattr(findings, "read_rows", lambda folder: [row])
    words = {"above": "up {value:.2f}", "below": "down {value:.2f}", "open": "open {value:.2f}"}
    says("namgyal.knn.gt_nlpd.mse@ag", than=than, **words)
    ((text, about),) = shown
    assert text == said
    assert about == {"finding": low > than, "claims": ["namgyal.knn.gt_nlpd.mse@ag"]}


def test_a_finding_prints_one_of_its_sentences(shown):
    finding(True, "yes", "no")
    finding(False, "yes", "no")
    assert shown == [("yes", {"finding": True}), ("no", {"finding": False})]


def test_tables_and_answers_of_the_full_run_are_read():
    names = sorted(path.stem for path in (project_root() / REFERENCE / "tables").glob("*.csv"))
    assert names and all(len(kept_table(name, index_col=None)) for name in names)
    record = kept_answers("namgyal.t2.knn.mse@ff")
    assert len(record.track) >= 290
