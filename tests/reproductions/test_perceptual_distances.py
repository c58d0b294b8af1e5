"""Parts of the experiment with distances that its kept answers do not show."""

from types import SimpleNamespace

import numpy as np

from genrelab.corpora.pictures import PAGE_SHAPE, PICTURE_SHAPE, magma_table
from genrelab.evaluation.knn import Knn
from reproductions import perceptual_distances
from reproductions.perceptual_distances import (
    CUT_OFFS,
    distance_of_colours,
    grey_of,
    slow_and_fast,
    whole_page,
    within,
)


def test_pairs_are_counted_once_and_nobody_is_its_own():
    points = np.array([0.0, 1.0, 10.0, 13.0])
    matrix = np.abs(points[:, None] - points)
    assert sorted(within(matrix, np.array([0, 2, 3]))) == [3, 10, 13]
    assert len(within(matrix, np.arange(4))) == 6


def test_a_held_note_is_slow_and_a_click_is_fast():
    pictures = np.zeros((2, 3, 200), np.float32)
    pictures[0, 1] = 0.8
    pictures[1, :, 100] = 1
    for width in CUT_OFFS:
        slow, fast = slow_and_fast(pictures, width)
        assert np.allclose(slow[0], pictures[0], atol=1e-5)
        assert np.allclose(fast[0], 0.5, atol=1e-5)
        assert fast[1, :, 100].min() > 0.5 + 0.25
    assert slow[1].max() < 0.05


def test_slow_and_fast_parts_add_up_to_the_picture():
    pictures = np.random.default_rng(0).random((2, 4, 60), dtype=np.float32)
    slow, fast = slow_and_fast(pictures, 3)
    assert np.allclose(slow + 2 * fast - 1, pictures, atol=1e-5)


def test_a_whole_page_has_a_dark_frame_and_a_white_border():
    page = whole_page(np.full((1, *PICTURE_SHAPE), 0.5, np.float32))[0]
    assert page.shape == PAGE_SHAPE
    assert (page == 0.5).sum() == 216 * 334
    assert (page == 0).sum() == 2 * (218 + 336) - 4
    assert page[0, 0] == page[-1, -1] == 1 and page[35, 54] == 0 and page[36, 55] == 0.5


def test_colours_are_compared_as_they_are_painted(own_cache):
    images = np.zeros((3, 4, 4), np.float32)
    images[1], images[2] = 1, 100 / 255
    painted = magma_table()[[0, 255, 100]] / 255
    assert np.allclose(grey_of(images)[:, 0, 0], painted @ [0.299, 0.587, 0.114])
    squares = ((painted[:, None] - painted) ** 2).mean(axis=2)
    assert np.allclose(distance_of_colours(images, "mse"), squares, atol=1e-6)


def test_all_numbers_of_levels_are_tried_but_what_stands_in_the_table_is_not_repeated(monkeypatch):
    monkeypatch.setattr(perceptual_distances, "distances_of",
                        lambda images, metric, variant, levels: levels)
    recorded, tables = [], {}

    class Case:
        images, genres = np.zeros((2, 2, 2)), ["blues", "classical", "rock"]
        study = SimpleNamespace(book=SimpleNamespace(keep_table=tables.__setitem__))

        def neighbours(self, levels):
            return Knn(np.eye(3), np.array(levels), np.array([0.1, 0.2]))

        def on_split(self, claim, votes, variant, parameters):
            recorded.append((variant, parameters["levels"]))

    perceptual_distances.levels_of_the_pyramid(Case())
    assert len(recorded) == 10 and ("NLPD levels=3, grey", 3) in recorded
    assert max(levels for _, levels in recorded) == 5
    assert tables["06_levels"].loc[("index", 6), "k"] == 6
    assert np.allclose(tables["06_levels"]["blues or classical"], 2 / 3)
