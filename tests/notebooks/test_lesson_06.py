"""What lesson 06 shows happens on artists that were not learned from, on several seeds, against
chance and a control: NLPD collapses on a hub, and both cures undo it."""

import jupytext
import numpy as np
import pytest
from sklearn.model_selection import StratifiedGroupKFold

from genrelab.distances.neighbours import knn_votes, local_scaling, occurrences
from genrelab.evaluation import fold_groups
from genrelab.runtime import notebook_sources

pytestmark = [pytest.mark.notebook, pytest.mark.slow]
CELLS = ("corpus = None", "import matplotlib", "display.use_theme()", "METRICS =", "def vote",
         "def score", "def choose_k", "def ten_nearest", "rules =")
"""How the cells begin, or what stands in them, that are needed to vote."""


@pytest.fixture(scope="module")
def lesson():
    (path,) = (path for path in notebook_sources() if path.stem.startswith("06"))
    cells = [cell.source for cell in jupytext.read(path).cells if cell.cell_type == "code"]
    names = {}
    for begin in CELLS:
        exec(next(cell for cell in cells if begin in cell), names)
    return names


def test_votes_hubs_and_local_scaling_are_those_of_the_package(lesson):
    plain, labels, learned, test = (lesson["matrices"]["NLPD"], lesson["labels"],
                                    lesson["learned"], lesson["test"])
    theirs = knn_votes(plain[np.ix_(test, learned)], labels[learned], len(lesson["genres"]), 30)
    for k in (1, 7, 30):
        assert (lesson["vote"](plain, k, test) == theirs[:, k - 1].argmax(axis=1)).all()
    assert (lesson["popularity"](plain) == occurrences(plain, 10)).all()
    scaled = local_scaling(plain)
    assert (lesson["popularity"](lesson["rules"]["local scaling"]) == occurrences(scaled, 10)).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_hub_ruins_and_the_cures_help_on_new_artists(lesson, seed):
    labels, rules = lesson["labels"], lesson["rules"]
    groups, chance = fold_groups(lesson["tracks"]).to_numpy(), 1 / len(lesson["genres"])
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=seed)
    right = {name: [] for name in (*rules, "shuffled")}
    favourites = []
    shuffled = np.random.default_rng(seed).permutation(labels)
    for learned, test in folds.split(labels, labels, groups):
        vote = lesson["vote"]
        lesson["learned"] = learned
        answers = {name: vote(matrix, 5, test) for name, matrix in rules.items()}
        answers["shuffled"] = vote(rules["local scaling"], 5, test, shuffled)
        for name, given in answers.items():
            right[name].extend(given == labels[test])
        favourites.append(np.sort(np.bincount(answers["NLPD"]))[-2:].sum() / len(test))
    scores = {name: np.mean(values) for name, values in right.items()}
    assert np.mean(favourites) > 2.5 * chance
    for cure in ("one length", "local scaling"):
        assert scores[cure] > scores["NLPD"] + 0.15
        assert scores[cure] > 3 * chance
    assert scores["shuffled"] < 2 * chance


def test_one_track_is_near_to_most_and_no_more_after_the_cures(lesson):
    hubs = {name: lesson["popularity"](matrix).max() for name, matrix in lesson["rules"].items()}
    assert hubs["NLPD"] > 0.6 * len(lesson["labels"])
    assert max(hubs["one length"], hubs["local scaling"]) < 0.5 * hubs["NLPD"]
