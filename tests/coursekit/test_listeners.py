"""Answers of people: files are checked line by line, intervals agree with closed forms, chance is
counted."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, kendalltau, spearmanr

from coursekit.listeners import (
    COLUMNS,
    AnswersError,
    read_answers,
    room_of,
    unlikely_agreement,
    wilson,
)

GENRES = ["blues", "jazz"]
TRUTHS = {"c1": "blues", "c2": "jazz", "c3": "jazz"}
HEAD = ",".join(COLUMNS)
HEARD = ["full", "pooled"]


@pytest.mark.parametrize("right, n", [(0, 5), (3, 7), (10, 20), (20, 20)])
def test_wilson_agrees_with_scipy(right, n):
    theirs = binomtest(right, n).proportion_ci(method="wilson")
    assert wilson(right, n) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_a_share_of_nothing_is_refused():
    for right, n in ((0, 0), (3, 2)):
        with pytest.raises(ValueError, match="no share"):
            wilson(right, n)


def written(folder, *lines, name="a.csv", head=HEAD):
    (folder / name).write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    return folder / name


def test_answers_are_read_from_a_folder_whatever_a_spreadsheet_made_of_them(tmp_path):
    written(tmp_path, "ann,c1,full,blues,jazz,2.5", '"lee, j.",c2,full,jazz,jazz,3')
    other = written(
        tmp_path,
        "bo;c1;full;blues;blues;1",
        "",
        name="b.CSV",
        head="\ufeff" + HEAD.replace(",", "; "),
    )
    table = read_answers(tmp_path, TRUTHS, GENRES, HEARD)
    assert list(table.columns) == list(COLUMNS)
    assert table.listener.tolist() == ["ann", "lee, j.", "bo"] and table.seconds.tolist() == [
        2.5,
        3,
        1,
    ]
    assert len(read_answers(other, TRUTHS, GENRES, HEARD)) == 1


@pytest.mark.parametrize(
    "line, told",
    [
        ("ann,c9,full,blues,jazz,2", r"a\.csv, line 3: the clip “c9” is not in this test\. Take"),
        ("ann,c2,full,jazz,polka,2", r"a\.csv, line 3: “polka” is no genre of this test\. Write "
                                     r"one of blues, jazz"),
        ("ann,c2,full,blues,jazz,2", r"a\.csv, line 3: the clip “c2” is jazz, not blues\. Take"),
        ("ann,c2,full,jazz,jazz,soon", r"a\.csv, line 3: “soon” is no number of seconds\. Write "
                                       r"one"),
        ("ann,c2,full,jazz,jazz,nan", r"a\.csv, line 3: “nan” is no number of seconds"),
        ("ann,c1,full,blues,blues,2", r"line 3: ann has answered the clip “c1” before \(a\.csv, "
                                      r"line 2\)\. Keep"),
        ("ann,c2,full,jazz,jazz,0x10", r"a\.csv, line 3: “0x10” is no number of seconds"),
        ("ann,c2,full", r"a\.csv, line 3: “” is no genre"),
        ("ann,c2,loud,jazz,jazz,2", r"a\.csv, line 3: no clip is heard in “loud”\. Write one of "
                                    r"full, pooled"),
        (",c2,full,jazz,jazz,2", r"a\.csv, line 3: nobody is named as listener\. Write"),
    ],
)
def test_a_wrong_line_is_named_with_the_mend(tmp_path, line, told):
    path = written(tmp_path, "ann,c1,full,blues,jazz,2", line)
    with pytest.raises(AnswersError, match=told):
        read_answers(path, TRUTHS, GENRES, HEARD)


def test_a_wrong_file_is_named_with_the_mend(tmp_path):
    with pytest.raises(AnswersError, match="no CSV file is here"):
        read_answers(tmp_path, TRUTHS, GENRES, HEARD)
    with pytest.raises(AnswersError, match=rf"{tmp_path}/none\.csv: no CSV file is here"):
        read_answers(tmp_path / "none.csv", TRUTHS, GENRES, HEARD)
    with pytest.raises(AnswersError, match=r"a\.csv, line 1: no column “clip”\. The first line "
                                           r"must name"):
        read_answers(written(tmp_path, "ann,2", head="listener,seconds"), TRUTHS, GENRES, HEARD)
    with pytest.raises(AnswersError, match="no line of answers"):
        read_answers(written(tmp_path), TRUTHS, GENRES, HEARD)
    (tmp_path / "a.csv").write_bytes(HEAD.encode() + b"\nJos\xe9,c1,full,blues,jazz,2\n")
    with pytest.raises(AnswersError, match=r"a\.csv: this is no text in UTF-8\. Save"):
        read_answers(tmp_path, TRUTHS, GENRES, HEARD)


def answers(hits):
    """Return answers from (n_listeners, n_clips) hits."""
    rows = [
        (f"l{i}", f"c{j}", "full" if j % 2 else "pooled", "blues", "blues" if hit else "jazz", 1.0)
        for (i, j), hit in np.ndenumerate(hits)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def test_a_room_counts_each_answer():
    hits = np.array([[1, 1, 1, 0], [1, 0, 0, 0], [1, 1, 0, 0]])
    room = room_of(answers(hits), GENRES)
    assert room.mean == pytest.approx(0.5) and room.n_clips == 4
    assert room.listeners.index.tolist() == [
        "l0",
        "l2",
        "l1",
    ] and room.listeners.accuracy.tolist() == [0.75, 0.5, 0.25]
    assert room.conditions.accuracy.to_dict() == pytest.approx({"full": 2 / 6, "pooled": 4 / 6})
    assert room.counts.tolist() == [[6, 6], [0, 0]]


def test_the_interval_of_a_room_covers_other_people_and_other_clips():
    rng = np.random.default_rng(0)
    people, clips = rng.normal(0, 1, 12), rng.normal(0, 1, 20)
    by_both = rng.random((12, 20)) < 1 / (1 + np.exp(-people[:, None] - clips))
    alone = rng.random((12, 20)) < by_both.mean()
    wide, narrow = (room_of(answers(hits), GENRES) for hits in (by_both, alone))
    assert wide.low < wide.mean < wide.high
    assert wide.high - wide.low > 1.3 * (narrow.high - narrow.low)
    again = room_of(answers(by_both), GENRES)
    assert (again.low, again.high) == (wide.low, wide.high)


@pytest.mark.parametrize("kind, statistic", [("spearman", spearmanr), ("kendall", kendalltau)])
def test_unlikely_orders_are_counted_as_scipy_would(kind, statistic):
    found = unlikely_agreement(6, kind)
    orders = list(permutations(range(6)))
    values = np.abs([statistic(range(6), order)[0] for order in orders[::10]])
    share = (values > found.value - 1e-9).mean()
    assert (
        found.of == 720
        and found.orders / 720 <= 0.05
        and share == pytest.approx(found.orders / 720, abs=0.03)
    )
    # published tables: 0.886 and 0.867
    exact = {"spearman": (31 / 35, 24), "kendall": (13 / 15, 12)}[kind]
    assert (found.value, found.orders) == (pytest.approx(exact[0]), exact[1])


def test_too_few_and_too_many_things_are_refused():
    for n in (4, 9):
        with pytest.raises(ValueError, match="give 5 to 8"):
            unlikely_agreement(n)
