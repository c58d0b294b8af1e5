"""A method's answers as the record takes them, and audits of the splits that they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold

from claimbook.ledger import Source
from genrelab.corpora import Corpus
from genrelab.evaluation.audits import Audit, audit
from genrelab.evaluation.holdouts import UNUSED, Split
from genrelab.evaluation.knn import Knn
from genrelab.evaluation.protocols import fold_groups
from genrelab.evaluation.regression import Regression
from genrelab.training import best_device
from reproductions.networks import Fit, at_rest
from reproductions.probing import fold_number

_AUDITS: dict[tuple[int, bytes], tuple[Corpus, Audit]] = {}


class Answers(NamedTuple):
    """What a method answers for the rows of one part of a split.

    Attributes
    ----------
    rows
        All rows, with the columns `track`, `genre` and, where a row is a piece of a track,
        `segment`.
    split
        Under which the method learned.
    given
        Genres by name, (n_rows_of_the_part,), or their probabilities in alphabetical order,
        (n_rows_of_the_part, n_genres).
    part
        ``"train"``, ``"valid"`` or ``"test"``.

    Notes
    -----
    Notebook: 09.
    """

    rows: pd.DataFrame
    split: Split
    given: np.ndarray
    part: str = "test"

    @property
    def table(self) -> pd.DataFrame:
        """The rows of the part as `Ledger.record` takes them."""
        split, given = self.split, self.given
        rows = self.rows.iloc[split.rows(self.part)].rename(columns={"genre": "truth"})
        genres = sorted(self.rows["genre"].unique())
        answers = {"predicted": given} if given.ndim == 1 else dict(zip(genres, given.T))
        return rows.assign(part=self.part, seed=split.seed, fold=split.fold, **answers)


# --- of a corpus and its splits -------------------------------------------------------------------


def source_of(corpus: Corpus) -> Source:
    """Return what the ledger knows of a corpus; artists of a joint credit are one.

    Notebook: 01, 02, 03, 04, 05, 06, 07, 08 and 09.
    """
    artists = corpus.tracks["group"].where(corpus.tracks["artist"].notna())
    return Source(corpus.name, corpus.audio_kind, tuple(corpus.genres), artists)


def audited(part: Sequence[str], track: Sequence[str], corpus: Corpus) -> Audit:
    """Return the audit of (n_rows,) parts of rows that belong to tracks; the same split is audited
    once.

    Notebook: 05 and 09.
    """
    dealt = pd.Series(np.asarray(part, object), np.asarray(track, object))
    dealt = dealt.where(dealt != UNUSED, None)
    key = id(corpus), pd.util.hash_pandas_object(dealt).to_numpy().tobytes()
    if key not in _AUDITS:
        _AUDITS[key] = corpus, audit(dealt, corpus)  # with the corpus, so that its id stays its own
    return _AUDITS[key][1]


def leaks_of(audits: Iterable[Audit]) -> dict[str, int]:
    """Return the largest count of each kind of leak.

    Near copies are left out: the gates, fixed before there were fingerprints, do not know them.
    Notebook 09 shows them.

    Notebook: 02, 06 and 09.
    """
    audits = list(audits)
    kinds = {finding.leak for found in audits for finding in found.findings} - {"near"}
    return {kind: max(int(found[kind].count) for found in audits) for kind in sorted(kinds)}


def parts_apart(tracks: pd.DataFrame, shuffles: Sequence[int]) -> list[np.ndarray]:
    """Return who is in train and in test in each artist-grouped fold of each shuffle, (n_tracks,).

    Notebook: 09.
    """
    genre, groups = tracks["genre"].to_numpy(), fold_groups(tracks).to_numpy()
    parts = []
    for seed in shuffles:
        folds = StratifiedGroupKFold(fold_number(tracks), shuffle=True, random_state=seed)
        for _, tested in folds.split(genre, genre, groups):
            parts.append(np.where(np.isin(np.arange(len(tracks)), tested), "test", "train"))
    return parts


# --- of methods -----------------------------------------------------------------------------------


def of_fits(fits: Iterable[Fit], rows: pd.DataFrame, parts: Sequence[str] = ("test",),
            heard: bool = False) -> list[Answers]:
    """Return the answers of networks for some parts of their rows, or those on `Data.heard`.

    Notebook: 04 and 09.
    """
    answers = []
    for one in fits:
        shares = (one.heard if heard else one.probabilities).astype(np.float64)
        for part in parts:
            answers.append(Answers(rows, one.split, shares[one.split.rows(part)], part))
    return answers


def trained(fits: Sequence[Fit]) -> dict[str, Any]:
    """Return what the ledger is to know of trainings: whether they came to rest, minutes, device.

    Notebook: 04 and 09.
    """
    minutes = round(sum(one.seconds for one in fits) / 60, 2)
    return {"converged": at_rest(fits), "minutes": minutes, "device": best_device().type}


def of_shares(found: Mapping[int, np.ndarray], tracks: pd.DataFrame) -> list[Answers]:
    """Return answers on valid and test, from seed to (n_tracks, n_genres) shares of any sum.

    Notebook: 08 and 09.
    """
    answers, rows = [], rows_of(tracks)
    for seed, shares in found.items():
        split = Split(seed, 0, tracks["split"].to_numpy())
        for part in ("valid", "test"):
            given = shares[split.rows(part)].astype(np.float64)
            answers.append(Answers(rows, split, given / given.sum(axis=1, keepdims=True), part))
    return answers


def of_probes(found: Mapping[int, Regression | Knn], tracks: pd.DataFrame) -> list[Answers]:
    """Return the answers of probes, from the seed of the training: for the test tracks of the
    split, or, where they were made in artist-grouped folds, for all tracks. A shuffle of the folds
    is one fold of the record.

    Notebook: 06 and 07.
    """
    answers, rows = [], rows_of(tracks)
    genres = np.array(sorted(tracks["genre"].unique()))
    for seed, one in found.items():
        scores = one.votes if isinstance(one, Knn) else one.probabilities
        given = genres[scores.argmax(axis=-1)]
        if one.folds is None:
            answers.append(Answers(rows, Split(seed, 0, tracks["split"].to_numpy()), given))
            continue
        for shuffle, fold_of in enumerate(one.folds.T):
            for fold in range(one.folds.max() + 1):
                tested = fold_of == fold
                split = Split(seed, shuffle, np.where(tested, "test", "train"))
                answers.append(Answers(rows, split, given[tested, shuffle]))
    return answers


def rows_of(tracks: pd.DataFrame) -> pd.DataFrame:
    """Return tracks as rows of `Answers`."""
    return pd.DataFrame({"track": tracks.index, "genre": tracks["genre"].to_numpy()})
