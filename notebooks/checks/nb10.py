"""Checks of notebook 10."""

from __future__ import annotations

import numpy as np

from coursekit.exercises import Hint, call, exercise, foresee, must_be_a_number


@exercise("10.1")
def largest_hub(answer, n, k) -> str:
    must_be_a_number(answer)
    if answer == n - 1:
        return (f"{n - 1}: every other track may have it on its list. The mean stays {k}, so then "
                "others are on few lists.")
    foresee(answer, [(n, "Nearly: nobody is a neighbour of itself."), (
        k, f"{k} is the mean over all tracks, whatever the distances. The largest is asked for."),
                     (n * k, "That is the length of all lists together, and a track stands at most "
                      "once on each."), (k * (n - 1), "A track stands at most once on each list, "
                                         "however long the lists are.")])
    raise Hint("On how many lists can one track stand, and how often on each?")


@exercise("10.2")
def hubness_of(answer) -> str:
    rng = np.random.default_rng(0)
    # the last two are nobody's neighbours
    nearest = np.stack([rng.choice(18, 3, replace=False) for _ in range(20)])
    truth = np.bincount(nearest.ravel(), minlength=20)
    found = np.asarray(call(answer, nearest.copy()))
    if found.shape == (18,) and (found == truth[:18]).all():
        raise Hint("The last two tracks are nobody's neighbours; they have a hubness of 0, and are "
                   "missing in yours.")
    if found.shape != (20,):
        raise Hint(f"20 tracks go in, so 20 numbers come out; yours has the shape {found.shape}.")
    if np.allclose(found, 3):
        raise Hint("That is the length of each track's own list. How often is it on the lists of "
                   "others?")
    if np.allclose(found * nearest.size, truth) or np.allclose(found * 20, truth):
        raise Hint("Those are shares; counts are asked for.")
    if not np.array_equal(found, truth):
        raise Hint(f"The first track is on {truth[0]} lists; yours says {found[0]}.")
    return f"Counted right: their mean is {truth.mean():g}: the length of a list."


@exercise("10.3")
def in_common(answer) -> str:
    one = np.array([[1, 2, 3, 4], [0, 2, 3, 4], [0, 1, 3, 4], [5, 6, 7, 8]])
    other = np.array([[4, 3, 2, 1], [0, 2, 6, 7], [5, 6, 7, 8], [8, 5, 1, 2]])
    truth = np.array([1.0, 0.5, 0.0, 0.5])
    found = np.asarray(call(answer, one.copy(), other.copy()), dtype=float)
    if found.shape == () and np.isclose(found, truth.mean()):
        raise Hint("That is the mean over all tracks; one number for each track is asked for.")
    if found.shape != (4,):
        raise Hint("Four tracks go in, so four numbers come out; yours has the shape "
                   f"{found.shape}.")
    foresee(found, [((one == other).mean(axis=1), "You compare place by place. The same neighbour "
                     "may stand first in one list and last in the other."),
                    (4 * truth, "Those are counts; divide by the length of a list."),
                    ([1, 1 / 3, 0, 1 / 3], "You divide by all that is on either list (the Jaccard "
                     "index). Divide by the length of one list.")])
    if not np.allclose(found, truth):
        raise Hint(f"The lists {one[1].tolist()} and {other[1].tolist()} have half in common; "
                   f"yours says {found[1]:g}.")
    return "Counted right, whatever the order."


@exercise("10.4")
def fewer_hubs(answer, points, genres, k) -> str:
    distances = np.sqrt(np.maximum(((points[:, None] - points[None]) ** 2).sum(axis=2), 0))
    found = np.asarray(call(answer, distances.copy()), dtype=float)
    if found.shape != distances.shape:
        raise Hint(f"{distances.shape} goes in and {distances.shape} comes out, not {found.shape}.")
    if not np.isfinite(found).all():
        raise Hint("Some of your distances are not finite numbers.")
    before, was = _hub_and_genre(distances, genres, k)
    after, now = _hub_and_genre(found, genres, k)
    if after > 2 / 3 * before:
        raise Hint(f"The largest hub goes from {before} to {after}; at most {int(2 / 3 * before)} "
                   "is asked for.")
    if now < 0.9 * was:
        raise Hint("The hubs are gone, and so is the music: neighbours of the same genre fall "
                   f"from {was:.2f} to {now:.2f}.")
    return (f"The largest hub goes from {before} to {after}; neighbours of the same genre from "
            f"{was:.2f} to {now:.2f}.")


def _hub_and_genre(distances: np.ndarray, genres: np.ndarray, k: int) -> tuple[int, float]:
    """Return the largest hubness, and the share of neighbours of the same genre."""
    alone = distances.copy()
    np.fill_diagonal(alone, np.inf)
    nearest = np.argsort(alone, axis=1, kind="stable")[:, :k]
    alike = (genres[nearest] == genres[:, None]).mean()
    return int(np.bincount(nearest.ravel(), minlength=len(distances)).max()), float(alike)
