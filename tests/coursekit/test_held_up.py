"""The paper's numbers beside ours, in one figure and one table."""

import pandas as pd
import pytest

from claimbook.findings import result
from claimbook.rules import STANDINGS
from coursekit.held_up import held_up

KNN = {"MSE": "namgyal.t2.knn.mse", "NLPD": "namgyal.t2.knn.nlpd"}


@pytest.fixture
def shown(monkeypatch, tmp_path):
    monkeypatch.setenv("GENRELAB_FIGURES", str(tmp_path))
    outputs = []
    monkeypatch.setattr("IPython.display.display",
                        lambda one, **more: outputs.extend([one, more]))
    return outputs


def test_figure_words_and_table_hold_the_rows_of_the_record(shown, tmp_path):
    held_up("06_held_up", KNN)
    drawn = pd.read_csv(tmp_path / "06" / "06_held_up.csv", index_col=0)
    for label, claim in KNN.items():
        own, clean = result(f"{claim}@ff"), result(f"{claim}@ag")
        assert drawn.loc[label, "paper"] == own.paper
        assert drawn.loc[label, "ours"] == pytest.approx(own.value, abs=1e-5)
        assert drawn.loc[label, "clean_low"] == pytest.approx(clean.low, abs=1e-5)
    table, more = shown[-2:]
    change = float(table["change"].iloc[-1].split()[0])  # of the last label, clean less own
    assert change == pytest.approx(-clean.drop[0], abs=0.006)
    assert list(table.columns) == ["paper", "ours, published split", "same result?",
                                   "ours, new artists", "change", "holds up?"]
    assert set(table["holds up?"]) <= {*STANDINGS.values(), "can't tell"}
    reported = more["metadata"]["genrelab"]["claims"]
    assert reported[:2] == ["namgyal.t2.knn.mse@ff", "namgyal.t2.knn.mse@ag"]
    words = (tmp_path / "06" / "06_held_up.txt").read_text()
    assert "MSE: paper 0.22, published split" in words
    assert "@" not in words and "ff" not in words


def test_the_strictest_clean_split_counts_and_one_that_is_missing_leaves_a_gap(shown):
    held_up("04_held_up", {"MLP": "cortis.t1.fixed_mlp_30s.acc"})
    # songs kept together are a clean split, too; the published one is named after it
    assert list(shown[-2].columns)[-3] == "ours, published split"
    held_up("08_held_up", {"audio": "contrastive.t1.audio_all"})
    assert len(shown[-2].columns) == 3
