"""People as classifiers: their answers from files, their accuracy with intervals, and how well two
orders agree."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from itertools import permutations
from math import factorial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from genrelab.evaluation.scores import confusion
from genrelab.runtime import generator

COLUMNS = ("listener", "clip", "condition", "truth", "answer", "seconds")
"""Of a file of answers, as the listening test of notebook 09 writes it."""


class AnswersError(ValueError):
    """A file of answers that cannot be taken; the message names file, line and mend."""


def wilson(right: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, `right` of `n`, by Wilson's score.

    Notes
    -----
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    Notebook: 09.
    """
    if not 0 <= right <= n or n < 1:
        raise ValueError(f"{right} of {n} is no share: at least one answer, and no more right ones "
                         "than answers.")
    interval = binomtest(int(right), int(n)).proportion_ci(method="wilson")
    return interval.low, interval.high


def read_answers(where: str | Path, truths: Mapping[str, str], genres: Sequence[str],
                 conditions: Collection[str]) -> pd.DataFrame:
    """Read answers from a file, or from all ``.csv`` files of a folder.

    Parameters
    ----------
    where
        A file or a folder.
    truths
        Genre of each clip of the test.
    genres
        What may be answered.
    conditions
        How clips may have been heard.

    Returns
    -------
    pandas.DataFrame
        The columns `COLUMNS`, one row an answer.

    Raises
    ------
    AnswersError
        If there is no file, a column is missing, or a line names nobody, an unknown clip, condition
        or genre, contradicts the test, holds no number of seconds, or stands there twice.
    """
    where = Path(where).expanduser().resolve()
    files = sorted(where.iterdir()) if where.is_dir() else [where]
    files = [path for path in files if path == where or path.suffix.lower() == ".csv"]
    if not files or not files[0].is_file():
        raise AnswersError(f"{where}: no CSV file is here. Give the whole path of a file of "
                           "answers, or of a folder.")
    rows, seen = [], {}
    for path in files:
        for line, row in _lines(path):
            place = f"{path.name}, line {line}"
            if mistake := _mistake(row, truths, genres, conditions, seen):
                raise AnswersError(f"{place}: {mistake}")
            seen[row["listener"], row["clip"]] = place
            rows.append({**row, "seconds": float(row["seconds"])})
    if not rows:
        raise AnswersError(f"{files[0].name}: no line of answers. Download the file anew, at the "
                           "end of the test.")
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _lines(path: Path):
    """Yield the number and the content of each line; a spreadsheet may have put semicolons where
    commas were."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise AnswersError(f"{path.name}: this is no text in UTF-8. Save it as “CSV "
                           "UTF-8”.") from None
    head = text.split("\n", 1)[0]
    comma = ";" if ";" in head and "," not in head else ","
    reader = csv.DictReader(text.splitlines(), delimiter=comma)
    reader.fieldnames = [name.strip() for name in reader.fieldnames or []]
    if missing := [name for name in COLUMNS if name not in reader.fieldnames]:
        need = ", ".join(COLUMNS)
        raise AnswersError(f"{path.name}, line 1: no column “{missing[0]}”. The first line must "
                           f"name {need}.")
    for row in reader:
        if any(row.values()):
            yield reader.line_num, {name: (row[name] or "").strip() for name in COLUMNS}


def _mistake(row: dict, truths: Mapping, genres: Sequence, conditions: Collection,
             seen: Mapping) -> str:
    """Say what is wrong with a line and how to mend it, else nothing; the page's script says the
    same of the same mistakes."""
    listener, clip, condition = row["listener"], row["clip"], row["condition"]
    if not listener:
        return "nobody is named as listener. Write a name, the same for all lines of one person."
    if condition not in conditions:
        return f"no clip is heard in “{condition}”. Write one of {', '.join(conditions)}."
    if clip not in truths:
        return f"the clip “{clip}” is not in this test. Take answers to the same test."
    for column in ("truth", "answer"):
        if row[column] not in genres:
            return f"“{row[column]}” is no genre of this test. Write one of {', '.join(genres)}."
    if row["truth"] != truths[clip]:
        return f"the clip “{clip}” is {truths[clip]}, not {row['truth']}. Take the file as it was."
    if not re.fullmatch(r"[0-9]+(\.[0-9]*)?", row["seconds"]):
        return f"“{row['seconds']}” is no number of seconds. Write one such as 4.5."
    if before := seen.get((listener, clip)):
        return (f"{listener} has answered the clip “{clip}” before ({before}). Keep one of them, "
                "or give two people two names.")
    return ""


class Room(NamedTuple):
    """What many listeners have said.

    Attributes
    ----------
    listeners
        One row a listener, best first: `right`, `n`, `accuracy`, and Wilson's `low` and `high`.
    conditions
        The same for each condition, over all listeners, without an interval: answers to one clip go
        together.
    mean, low, high
        Share of right answers, with a 95 % interval over listeners and clips.
    counts
        (n_genres, n_genres) answers, truth in rows.
    n_clips
        How many clips were answered.
    """

    listeners: pd.DataFrame
    conditions: pd.DataFrame
    mean: float
    low: float
    high: float
    counts: np.ndarray
    n_clips: int


def room_of(answers: pd.DataFrame, genres: Sequence[str], draws: int = 2000, seed: int = 0) -> Room:
    """Sum up the answers of many listeners.

    Parameters
    ----------
    answers
        As from `read_answers`.
    genres
        The order of rows and columns of the counts.
    draws, seed
        Of the bootstrap. Each draw takes listeners and clips anew, both with replacement, because
        another room would hold other people, and another test other clips.

    Notes
    -----
    A. B. Owen, "The pigeonhole bootstrap", 2007. Notebook: 09.
    """
    hit = (answers["truth"] == answers["answer"]).to_numpy()
    tables = []
    for column in ("listener", "condition"):
        table = pd.Series(hit).groupby(answers[column].to_numpy()).agg(right="sum", n="size")
        tables.append(table.assign(accuracy=table.right / table.n))
    people = tables[0].sort_values("accuracy", ascending=False, kind="stable")
    people[["low", "high"]] = [wilson(right, n) for right, n in people[["right", "n"]].to_numpy()]
    place = [pd.factorize(answers[column], sort=True)[0] for column in ("listener", "clip")]
    rng = generator(seed, "room")
    n = [codes.max() + 1 for codes in place]
    weights = [rng.multinomial(size, np.full(size, 1 / size), size=draws) for size in n]
    weight = weights[0][:, place[0]] * weights[1][:, place[1]]  # (draws, n_answers)
    total = weight.sum(axis=1)
    shares = (weight @ hit)[total > 0] / total[total > 0]
    low, high = np.percentile(shares, [2.5, 97.5])
    counts = confusion(answers["truth"].to_numpy(), answers["answer"].to_numpy(), list(genres))
    return Room(people, tables[1], float(hit.mean()), float(low), float(high), counts, int(n[1]))


class Unlikely(NamedTuple):
    """How large a correlation of ranks must be.

    Attributes
    ----------
    value
        The smallest one which so few orders reach, in either direction.
    orders
        How many orders reach it.
    of
        How many orders there are.
    """

    value: float
    orders: int
    of: int


def unlikely_agreement(n: int, kind: str = "spearman", level: float = 0.05) -> Unlikely:
    """Count all orders of `n` things for the smallest correlation that at most `level` of them
    reach by chance.

    Parameters
    ----------
    n
        From 5 (of fewer, no order is so rare) to 8.
    kind
        ``"spearman"`` or ``"kendall"``.
    level
        The largest share of orders with a correlation as far from 0 in either direction.

    Notes
    -----
    Notebook: 06.
    """
    if not 5 <= n <= 8:
        raise ValueError(f"All orders of {n} things are not counted here; give 5 to 8.")
    orders = np.array(list(permutations(range(n))))
    if kind == "spearman":
        found = 1 - 6 * ((orders - np.arange(n)) ** 2).sum(axis=1) / (n**3 - n)
    else:
        first, second = np.triu_indices(n, 1)
        found = np.sign(orders[:, second] - orders[:, first]).mean(axis=1)
    far = np.round(np.abs(found), 9)
    value = min(v for v in np.unique(far) if (far >= v).mean() <= level)
    return Unlikely(float(value), int((far >= value).sum()), factorial(n))
