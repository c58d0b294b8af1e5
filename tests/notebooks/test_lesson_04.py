"""What lesson 04 trains learns: on several seeds, against chance and controls, on artists that it
never met."""

import jupytext
import numpy as np
import pytest
import torch

from genrelab.evaluation import holdouts
from genrelab.runtime import notebook_sources

pytestmark = [pytest.mark.notebook, pytest.mark.slow]
CELLS = ("corpus = None", "import matplotlib", "use_theme()", "def new_network", "def score",
         "def learn", "def scaled", "def new_cnn", "clips = [sound_of")
"""How the cells begin, or what stands in them, that are needed to train."""


@pytest.fixture(scope="module")
def source():
    (path,) = (path for path in notebook_sources() if path.stem.startswith("04"))
    cells = [cell.source for cell in jupytext.read(path).cells if cell.cell_type == "code"]
    return [next(cell for cell in cells if begin in cell) for begin in CELLS]


@pytest.fixture(scope="module")
def lesson(source):
    names = {}
    for cell in source:
        exec(cell, names)
    return names


def accuracy(lesson, seed, split, labels, network="new_network", x=None, **more):
    lesson["seed"] = seed
    network = lesson[network]()
    x = lesson["scaled"](split) if x is None else x
    lesson["learn"](network, x, labels, split, **more)
    return lesson["score"](network, x, labels, split.rows("test"))[1]


def splits(lesson, seed):
    music, track = lesson["music"], lesson["slices"].track
    return (holdouts.random_holdouts(lesson["genre"], [seed])[0],
            holdouts.track_holdouts(track, music.tracks, [seed])[0],
            holdouts.artist_folds(track, music.tracks, [seed], shuffle=seed)[0])


@pytest.mark.parametrize("seed", range(3))
def test_the_perceptron_learns_genre_and_songs(lesson, seed):
    random, together, artists = splits(lesson, seed)
    truth, chance = lesson["truth"], 1 / len(lesson["genres"])
    rng = np.random.default_rng(seed)
    shuffled = truth[torch.from_numpy(rng.permutation(len(truth)))]
    at_random, new = (accuracy(lesson, seed, one, truth) for one in (random, artists))
    assert at_random > new + 0.1
    assert new > 3 * chance
    assert accuracy(lesson, seed, random, shuffled) < 2 * chance < new
    songs = np.unique(holdouts.originals(lesson["music"].tracks)[lesson["slices"].track],
                      return_inverse=True)[1]
    hat = torch.from_numpy(rng.integers(len(lesson["genres"]), size=songs.max() + 1)[songs])
    assert accuracy(lesson, seed, random, hat) > 2.5 * chance
    assert accuracy(lesson, seed, together, hat) < 2 * chance


@pytest.mark.parametrize("seed", range(3))
def test_learned_filters_beat_random_ones_on_new_artists(lesson, seed):
    artists, truth, pictures = splits(lesson, seed)[2], lesson["truth"], lesson["pictures"]

    def frozen():
        network = lesson["new_cnn"]()
        network[0].requires_grad_(False)
        return network

    lesson["frozen"] = frozen
    learned, random = (accuracy(lesson, seed, artists, truth, name, pictures, rate=0.01)
                       for name in ("new_cnn", "frozen"))
    assert learned > 3 / len(lesson["genres"])
    assert learned > random


def test_a_rate_can_be_too_small_and_too_large(lesson):
    random = splits(lesson, 0)[0]
    small, medium, large = (
        min(lesson["learn"](lesson["new_network"](), lesson["scaled"](random), lesson["truth"],
                            random, rate=rate)) for rate in (0.00001, 0.001, 1.0))
    assert medium < 0.5 * small and medium < 0.5 * large
