"""The checks of notebook 06 praise what they have tested, and tell the foreseeable mistakes."""

import numpy as np
import pytest

from coursekit.exercises import assess


def said(number, answer, *context):
    outcome = assess(number, answer, *context)
    return outcome.state, outcome.text


def ssim(x, y, weights):
    mean_x, mean_y = (weights * x).sum(), (weights * y).sum()
    light = (2 * mean_x * mean_y + 1e-4) / (mean_x**2 + mean_y**2 + 1e-4)
    return light * cs(x, y, weights)


def cs(x, y, weights):
    mean_x, mean_y, xx, yy, xy = ((weights * z).sum() for z in (x, y, x * x, y * y, x * y))
    alone = xx - mean_x**2 + yy - mean_y**2
    return (2 * (xy - mean_x * mean_y) + 9e-4) / (alone + 9e-4)


def by_centring(x, y, weights):
    x_mean, y_mean = np.average(x, weights=weights), np.average(y, weights=weights)
    a, b = x - x_mean, y - y_mean
    light = (2 * x_mean * y_mean + 0.0001) / (x_mean**2 + y_mean**2 + 0.0001)
    alone = np.average(a**2 + b**2, weights=weights)
    return light * (2 * np.average(a * b, weights=weights) + 0.0009) / (alone + 0.0009)


@pytest.mark.parametrize("answer", [ssim, by_centring])
def test_06_1_right(answer):
    assert said("06.1", answer)[0] == "right"


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (cs, "cs alone"),
        (lambda x, y, w: ssim(x, y, w) / cs(x, y, w), "l alone"),
        (lambda x, y, w: ssim(x, y, np.full(x.shape, 1 / x.size)), "use the weights"),
        (lambda x, y, w: ((x - y) ** 2 * w).sum(), "is right; yours is"),
        (lambda x, y, w: x * y, "A number is asked for"),
    ],
)
def test_06_1_wrong(answer, text):
    state, found = said("06.1", answer)
    assert state == "not yet" and text in found, found


def test_06_1_agrees_with_the_distance():
    import torch

    from genrelab.distances.structural_similarity import gaussian_window, similarity_by_scale

    x, y = np.random.default_rng(1).random((2, 171, 171))
    line = gaussian_window().double().numpy()
    answers = [cs(x[i : i + 11, j : j + 11], y[i : i + 11, j : j + 11], np.outer(line, line))
               for i in range(161) for j in range(161)]
    theirs = similarity_by_scale(torch.tensor(x)[None], torch.tensor(y)[None])[0, 0]
    assert np.mean(answers) == pytest.approx(theirs.item(), abs=1e-6)


def divide(row, sigma):
    framed = np.pad(np.abs(row), 1, mode="reflect")
    return row / (sigma + (framed[:-2] + framed[2:]) / 2)


def by_loop(row, sigma):
    def at(k):
        return abs(row[k if 0 <= k < len(row) else 1 if k < 0 else len(row) - 2])

    return [x / (sigma + (at(k - 1) + at(k + 1)) / 2) for k, x in enumerate(row)]


@pytest.mark.parametrize("answer", [divide, by_loop])
def test_06_2_right(answer):
    assert said("06.2", answer)[0] == "right"


def signed(row, sigma):
    framed = np.pad(row, 1, mode="reflect")
    return row / (sigma + (framed[:-2] + framed[2:]) / 2)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (lambda row, sigma: divide(row, 0), "Add sigma"),
        (lambda row, sigma: divide(row, sigma / 2) / 2, "halve it"),
        (signed, "absolute values"),
        (lambda row, sigma: divide(row, sigma)[1:-1], "As many numbers"),
        (lambda row, sigma: row / sigma, "The first number becomes"),
    ],
)
def test_06_2_wrong(answer, text):
    state, found = said("06.2", answer)
    assert state == "not yet" and text in found, found


def by_product(rows):
    products = rows @ rows.T
    norms = np.diag(products)
    result = np.maximum(norms[:, None] + norms - 2 * products, 0) / rows.shape[1]
    np.fill_diagonal(result, 0)
    return result


def by_broadcasting(rows):
    return ((rows[:, None] - rows[None]) ** 2).mean(axis=2)


def row_by_row(rows):
    return np.stack([((rows - row) ** 2).mean(axis=1) for row in rows])


def by_two_loops(rows):
    n = len(rows)
    result = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            result[i, j] = np.mean((rows[i] - rows[j]) ** 2)
    return result


def by_half_of_the_pairs(rows):
    result = np.zeros((len(rows), len(rows)))
    for i in range(len(rows)):
        for j in range(i):
            result[i, j] = result[j, i] = ((rows[i] - rows[j]) ** 2).mean()
    return result


@pytest.mark.parametrize("answer", [by_product, by_broadcasting, row_by_row])
def test_06_4_right(answer):
    state, found = said("06.4", answer)
    assert state == "right" and "matrix product" not in found, found


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (by_two_loops, "one by one"),
        (by_half_of_the_pairs, "one by one"),
        (lambda rows: [[((a - b) ** 2).mean() for a in rows] for b in rows], "one by one"),
        (lambda rows: by_product(rows) * rows.shape[1], "divide by the number of pixels"),
        (lambda rows: np.sqrt(by_product(rows)), "root"),
        (lambda rows: by_product(rows)[0], "(6, 6)"),
        (lambda rows: rows @ rows.T, "is right; yours is"),
        (lambda rows: by_product(rows) - 1e-12, "cut negative numbers off"),
    ],
)
def test_06_4_wrong(answer, text):
    state, found = said("06.4", answer)
    assert state == "not yet" and text in found, found


def alone(matrix):
    return matrix + np.diag(np.full(len(matrix), np.inf))


@pytest.mark.parametrize(
    "answer",
    [
        lambda m: int(np.bincount(alone(m).argmin(axis=1)).argmax()),
        lambda m: np.bincount(np.argsort(m, axis=1)[:, 1]).argmax(),
    ],
)
def test_06_3_right(answer):
    assert said("06.3", answer)[0] == "right"


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (lambda m: int(np.bincount(m.argmin(axis=1)).argmax()), "its own nearest"),
        (lambda m: int(np.bincount(np.argsort(m, axis=1)[:, 0]).argmax()), "its own nearest"),
        (lambda m: int(m.mean(axis=1).argmin()), "on average"),
        (lambda m: int(m.sum(axis=0).argmin()), "on average"),
        (lambda m: int(np.bincount(m.argmax(axis=1)).argmax()), "the farthest"),
        (lambda m: int(alone(m).min(axis=1).argmin()), "smallest distance"),
        (lambda m: 2, "is the nearest of four others"),
        (lambda m: "row 3", "number of a row"),
        (lambda m: m.argmin(axis=1), "number of a row"),
        (lambda m: print(end=""), "returns nothing"),
    ],
)
def test_06_3_wrong(answer, text):
    state, found = said("06.3", answer)
    assert state == "not yet" and text in found, found


@pytest.fixture(scope="module")
def sound(synthetic):
    return synthetic.audio(synthetic.tracks.index[synthetic.tracks["genre"] == "reggae"][0])[
        : 10 * 22_050
    ]


def far(changed, sound):
    return {"MSE": 0.0 if np.array_equal(changed, sound) else 0.9}


def same_colour(y):
    spectrum = np.fft.rfft(y)
    turned = np.exp(2j * np.pi * np.random.default_rng(0).random(len(spectrum)))
    return np.fft.irfft(np.abs(spectrum) * turned, len(y))


def white(y):
    return np.random.default_rng(0).normal(0, y.std(), len(y))


@pytest.mark.parametrize(
    "answer",
    [
        lambda y: np.roll(y, 2 * 22_050),
        lambda y: 0.05 * y,
        lambda y: y + white(y),
        lambda y: np.clip(y, -0.1, 0.1),
        lambda y: np.convolve(y, np.ones(20) / 20, "same"),
        lambda y: np.concatenate([y[5 * 22_050 :], y[: 5 * 22_050]]),
    ],
    ids=["roll", "quiet", "in noise", "clipped", "muffled", "halves swapped"],
)
def test_06_5_right(answer, sound):
    state, found = said("06.5", answer, sound, far)
    assert state == "right", found


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (white, "Whatever sound goes in"),
        (lambda y: np.random.default_rng().normal(0, 0.1, len(y)), "not heard in it any more"),
        (same_colour, "not heard in it any more"),
        (lambda y: np.random.default_rng(0).permutation(y), "not heard in it any more"),
        (lambda y: y[::-1], "backwards"),
        (lambda y: 0.3 * np.roll(y[::-1], 9000), "backwards"),
        (lambda y: np.sin(np.arange(len(y)) / 9), "Whatever sound goes in"),
        (lambda y: y, "more than 0.5"),
        (lambda y: y[1:], "As many samples"),
        (lambda y: 0 * y, "nothing to hear"),
        (lambda y: 1e9 * y, "turn it down"),
        (np.fft.fft, "complex"),
    ],
)
def test_06_5_wrong(answer, text, sound):
    state, found = said("06.5", answer, sound, far)
    assert state == "not yet" and text in found, found


def test_06_5_names_another_piece(sound, synthetic):
    other = synthetic.audio(synthetic.tracks.index[synthetic.tracks["genre"] == "metal"][0])[
        : len(sound)
    ]
    assert "Whatever sound goes in" in said("06.5", lambda y: other.copy(), sound, far)[1]


def test_06_5_a_distance_that_is_no_number_is_not_far(sound):
    assert (
        said("06.5", lambda y: np.roll(y, 9), sound, lambda a, b: {"MSE": float("nan")})[0]
        == "not yet"
    )
