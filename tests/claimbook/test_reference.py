"""The committed reference run: its verdicts follow from its predictions, and nothing in it can be
heard."""

import shutil

import pandas as pd
import pytest

from claimbook import Ledger
from claimbook.rows import read_rows
from claimbook.rules import RULES
from genrelab.runtime import project_root

pytestmark = pytest.mark.slow  # all rows are computed again

FOLDER = project_root() / "figures" / "gtzan"


@pytest.fixture(scope="session")
def recomputed(tmp_path_factory):
    """A copy of the reference run, computed again, and the rows that changed by that."""
    folder = tmp_path_factory.mktemp("reference") / "gtzan"
    shutil.copytree(FOLDER, folder)
    return folder, Ledger(folder).recompute()


@pytest.fixture(scope="session")
def rows(recomputed):
    folder, _ = recomputed
    return {f"{row['id']}@{row['protocol']}": row for row in read_rows(folder)}


def test_every_number_follows_from_the_kept_predictions(recomputed):
    folder, changed = recomputed
    assert changed == []
    assert read_rows(folder) == read_rows(FOLDER)


def test_table_1_matches_exactly(rows):
    assert rows["namgyal.t1.counts@facts"]["verdict"] == "matches"


def test_rows_tell_what_they_rest_on(rows):
    for key, row in rows.items():
        if row["verdict"] != "not judged" and row["protocol"] not in ("printed", "facts"):
            assert row["corpus"] == "gtzan" and row["audio"], key
            assert not RULES[row["rule"]].of_evidence or row["n_tracks"] > 100, key
            assert row["ci_low"] <= row["value"] <= row["ci_high"], key


def test_maps_of_segments_hold_every_genre():
    maps = pd.read_csv(FOLDER / "tables" / "05_figs_5_and_6.csv")
    drawn = maps.groupby(["protocol", "space"]).genre.value_counts().unstack()
    assert drawn.shape == (10, 4) and drawn.min(axis=None) >= 30


def test_no_sound_and_little_else_is_kept():
    files = [path for path in FOLDER.rglob("*") if path.is_file() and path.name != "SHA256SUMS"]
    assert {path.suffix for path in files} <= {".svg", ".png", ".csv", ".txt", ".json", ".npz"}
    for folder, most in (("predictions", 20e6), ("weights", 30e6), ("codes", 12e6)):
        assert sum(path.stat().st_size for path in files if path.parent.name == folder) < most, (
            folder
        )
