"""How costs grow is computed from what was measured, and the page tells what the file holds."""

import sys
from pathlib import Path

import pandas as pd
import pytest

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
import growth

SIZES = (250, 1000, 4000)


@pytest.mark.parametrize("power", [0.5, 1, 2])
def test_exponent_of_a_power(power):
    assert growth.exponent(SIZES, [3 * n**power for n in SIZES]) == pytest.approx(power)


def test_extrapolation_finds_the_part_of_the_pairs_behind_that_of_the_tracks():
    values = [5 + 0.3 * n + 1e-5 * n**2 for n in SIZES]
    assert growth.extrapolated(SIZES, values, 2, 100_000) == pytest.approx(
        5 + 30_000 + 100_000, rel=1e-6
    )
    assert growth.exponent(SIZES, values) < 1.2


def test_costs_of_single_tracks_have_no_part_of_pairs():
    assert growth.extrapolated((25, 50, 100), [2.5, 5.1, 9.9], 1, 100_000) == pytest.approx(
        10_000, rel=0.05
    )


def test_summary_is_computed_from_the_rows():
    measured = {"core_seconds": [1e-4 * n**2 for n in SIZES], "mb": [n / 10 for n in SIZES]}
    rows = pd.DataFrame(
        {"cost": "pairs", "power": 2, "tracks": SIZES, "seconds": 9.0, "share": 1.0, **measured}
    )
    line = growth.summary(rows, 10_000).splitlines()[-1]
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells[:4] == ["pairs", "250, 1000, 4000", "1600.0", "n^2.00"]
    assert [float(cell) for cell in cells[4:]] == pytest.approx([1e4 / 3600, 1.0], rel=0.01)


@pytest.mark.slow
def test_costs_are_measured(synthetic, monkeypatch):
    monkeypatch.setenv("GENRELAB_JOBS", "1")
    found = growth.measurements([12], [2], ["log-mel pictures", "near copies of 10 s"])
    assert found[["cost", "power", "tracks"]].to_numpy().tolist() == [
        ["log-mel pictures", 1, 2], ["near copies of 10 s", 2, 12]
    ]  # fmt: skip
    assert (found[["seconds", "core_seconds", "mb"]] > 0).all(axis=None)


def test_a_share_of_the_pairs_is_told(synthetic, tmp_path, monkeypatch):
    monkeypatch.setenv("GENRELAB_JOBS", "1")
    growth.make_pieces(synthetic, 40, tmp_path)
    row = growth._some_tiles(str(tmp_path), 40)
    computed = sum(39 - first for first in range(16, 32))  # the middle one of three rows of tiles
    assert row["share"] == pytest.approx(computed / (40 * 39 / 2))
    assert row["seconds"] > 0


def test_the_page_tells_what_the_file_holds():
    table = growth.TABLE.search(growth.PAGE.read_text(encoding="utf-8")).group()
    assert table == growth.summary(pd.read_csv(growth.KEPT))
