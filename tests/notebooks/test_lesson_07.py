"""What lesson 07 trains learns, on several seeds and against controls; its code knows genre above
chance, and its control is as random as it says."""

import jupytext
import numpy as np
import pytest
import torch

from genrelab.runtime import notebook_sources

pytestmark = [pytest.mark.notebook, pytest.mark.slow]
CELLS = ("corpus = None", "import librosa", "def picture_of", "def new_network",
         "fresh = ", "def train(", "LOSSES = dict(", "def committed", "def code_of",
         "def regression")
"""How the cells begin, or what stands in them, that are needed to train."""


class Curve:
    def __init__(self):
        self.rows = []

    def add(self, **values):
        self.rows.append(values)


@pytest.fixture(scope="module")
def lesson():
    (path,) = (path for path in notebook_sources() if path.stem.startswith("07"))
    cells = [cell.source for cell in jupytext.read(path).cells if cell.cell_type == "code"]
    names = {}
    for begin in CELLS:
        cell = next(cell for cell in cells if begin in cell)
        exec(cell.partition("\nCOLOURS")[0], names)  # the rest of that cell is of one picture
    names["untaught"] = names["new_network"]()
    return names


def accuracy(lesson, network):
    """Return how many test tracks a regression on a network's codes names rightly."""
    return lesson["regression"](lesson["code_of"](network)).mean()


@pytest.mark.parametrize("seed", range(3))
def test_noise_comes_through_the_code_and_genre_does_not(lesson, seed):
    torch.manual_seed(seed)
    network, curve = lesson["new_network"](seed), Curve()
    lesson["train"](network, curve)
    left = [row["your network"] for row in curve.rows]
    assert left[-1] < 0.9 and left[-1] < left[0] - 0.1  # flat grey has 1
    untrained = lesson["new_network"](seed)
    assert lesson["left"](untrained) > 1
    assert accuracy(lesson, network) < accuracy(lesson, untrained)


def test_codes_know_genre_and_random_ones_no_less_than_the_weakest(lesson):
    chance = 1 / len(lesson["genres"])
    trained = {name: accuracy(lesson, one) for name, one in lesson["networks"].items()}
    untrained = [accuracy(lesson, lesson["new_network"](seed)) for seed in range(3)]
    assert max(trained.values()) > 2.5 * chance
    assert min(untrained) > 2.5 * chance
    assert min(untrained) > min(trained.values())
    lesson["truth"] = lesson["truth"][np.random.default_rng(0).permutation(len(lesson["truth"]))]
    assert accuracy(lesson, lesson["new_network"]()) < 2.5 * chance
