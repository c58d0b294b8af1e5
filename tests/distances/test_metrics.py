"""The metrics agree with other implementations and with what follows from their formulas."""

import subprocess
import sys

import numpy as np
import pytest
import pytorch_msssim
import torch
from scipy.signal import convolve2d, correlate2d
from smooth import smooth_pictures

from genrelab.distances import VARIANTS, ms_ssim, mse, nlpd, normalised_laplacian
from genrelab.distances.laplacian_pyramid import NEIGHBOURS

METRICS = {"mse": mse, "ms_ssim": ms_ssim, "nlpd": nlpd}
BLUR = np.outer([0.05, 0.25, 0.4, 0.25, 0.05], [0.05, 0.25, 0.4, 0.25, 0.05])


@pytest.fixture(autouse=True)
def one_thread():
    """Arrays here are small: threads would wait for each other, on a busy machine for long."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def tensors(n=3, height=161, width=170, seed=0, dtype=torch.float64):
    pictures = torch.from_numpy(smooth_pictures(2 * n, height, width, seed)).to(dtype)
    return pictures[:n], pictures[n:]


def root_mean_square(x):
    return np.sqrt(np.mean(x**2))


# MS-SSIM


def peer(x, y):
    return pytorch_msssim.ms_ssim(x[:, None], y[:, None], data_range=1.0, size_average=False)


@pytest.mark.parametrize("height, width", [(161, 161), (162, 175), (216, 334), (199, 333)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_ms_ssim_equals_pytorch_msssim(height, width, dtype):
    x, y = tensors(2, height, width, dtype=dtype)
    near = (x + 0.1 * y).clamp(0, 1)
    for other in (y, near):
        torch.testing.assert_close(ms_ssim(x, other), peer(x, other), atol=1e-6, rtol=0)
    assert ms_ssim(x, near).min() > 0.5 > ms_ssim(x, y).max()  # both ends of the scale were tried


def test_ms_ssim_of_real_pictures_equals_pytorch_msssim(real):
    names = [t for t in real.tracks.index[::40] if real.picture(t) is not None][:12]
    x = torch.from_numpy(np.stack([real.picture(name) for name in names]))
    y = x.roll(1, 0)
    torch.testing.assert_close(ms_ssim(x, y), peer(x, y), atol=1e-5, rtol=0)


def test_ms_ssim_of_an_inverted_picture_is_zero_and_can_still_be_trained():
    x, _ = tensors(2)
    y = (1 - x).requires_grad_()
    value = ms_ssim(x, y)
    assert value.tolist() == [0, 0]
    value.sum().backward()
    assert y.grad.isfinite().all()


@pytest.mark.parametrize("shape", [(1, 160, 300), (1, 300, 160)])
def test_ms_ssim_of_small_pictures_says_how_large_they_must_be(shape):
    with pytest.raises(ValueError, match=r"161 pixels or more; these are .*160"):
        ms_ssim(torch.zeros(shape), torch.zeros(shape))


# NLPD


def hepburn_by_hand(picture, levels):
    """Return variant B's responses, step by step for one picture."""
    responses = []
    for up, left, right, down, sigma in NEIGHBOURS[:levels]:
        pads = []
        for side in picture.shape:
            missing = 2 * (-(-side // 2) - 1) + 5 - side
            pads.append((missing // 2, missing - missing // 2))
        lower = correlate2d(np.pad(picture, pads, mode="reflect"), BLUR, "valid")[::2, ::2]
        large = lower
        for axis, side in enumerate(picture.shape):
            places = np.linspace(0, lower.shape[axis] - 1, side)
            large = np.apply_along_axis(
                lambda v, at=places: np.interp(at, np.arange(len(v)), v), axis, large
            )
        band = picture - correlate2d(np.pad(large, 2, mode="reflect"), BLUR, "valid")
        size = np.pad(np.abs(band), 1, mode="reflect")
        around = (
            up * size[:-2, 1:-1]
            + left * size[1:-1, :-2]
            + right * size[1:-1, 2:]
            + down * size[2:, 1:-1]
        )
        responses.append(band / (sigma + around))
        picture = lower
    return responses


def laparra_by_hand(picture, levels):
    """Return variant A's responses as the authors' MATLAB code has them."""
    pyramid = []
    for _ in range(levels - 1):
        lower = convolve2d(np.pad(picture, 2, mode="symmetric"), BLUR, "valid")[::2, ::2]
        spread = np.kron(np.pad(lower, 1, mode="edge"), [[4, 0], [0, 0]])
        large = convolve2d(spread, BLUR, "same")
        odd = np.subtract(np.multiply(2, lower.shape), picture.shape)
        pyramid.append(
            picture - large[2 : large.shape[0] - 2 - odd[0], 2 : large.shape[1] - 2 - odd[1]]
        )
        picture = lower
    responses = []
    for k, level in enumerate([*pyramid, picture]):
        up, left, right, down, sigma = NEIGHBOURS[k if k < levels - 1 else 5]
        kernel = np.zeros((5, 5))
        kernel[1, 2], kernel[2, 1], kernel[2, 3], kernel[3, 2] = up, left, right, down
        kernel[2, 4] = 0.0072 if k == 0 else 0
        responses.append(level / (sigma + convolve2d(np.abs(level), kernel, "same")))
    return responses


def by_hand(x, y, variant, levels=6):
    """Return NLPD of two pictures, independent of the package."""
    responses = laparra_by_hand if variant == "laparra2016" else hepburn_by_hand
    pairs = list(zip(responses(x, levels), responses(y, levels)))
    if variant == "unit":
        pairs = [(a / np.linalg.norm(a), b / np.linalg.norm(b)) for a, b in pairs]
        return np.mean([np.linalg.norm(a - b) for a, b in pairs])
    roots = np.array([root_mean_square(a - b) for a, b in pairs])
    return (roots**0.6).sum() ** (1 / 0.6) if variant == "hepburn" else roots.mean()


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(
    "height, width, levels", [(65, 67, 6), (96, 131, 6), (40, 33, 4), (12, 9, 2)]
)
def test_nlpd_equals_two_pictures_by_hand(variant, height, width, levels):
    x, y = tensors(2, height, width)
    expected = [by_hand(a, b, variant, levels) for a, b in zip(x.numpy(), y.numpy())]
    np.testing.assert_allclose(nlpd(x, y, variant, levels), expected, rtol=1e-10)


@pytest.mark.parametrize("variant", ["hepburn", "mean", "unit"])
def test_bands_do_not_see_a_constant_offset_but_the_remainder_does(variant):
    x, _ = tensors(2, 80, 90)
    assert nlpd(0.5 * x, 0.5 * x + 0.3, variant).max() < 1e-9
    assert nlpd(0.5 * x, 0.5 * x + 0.3, "laparra2016").min() > 0.01


def test_levels_of_equal_distance_count_nineteen_times():
    """Six levels at distance r make 6^(1/0.6) r = 19.81 r; their mean is r."""
    x, y = tensors(1, 80, 90)
    parts = [
        root_mean_square((a - b).numpy())
        for a, b in zip(normalised_laplacian(x), normalised_laplacian(y))
    ]
    assert len(parts) == 6
    assert nlpd(x, y, "mean").item() == pytest.approx(np.mean(parts))
    assert 6 ** (1 / 0.6) * min(parts) < nlpd(x, y).item() < 6 ** (1 / 0.6) * max(parts)


def test_unit_norm_does_not_see_the_size_of_responses():
    """Of three pictures, the flat one is as far from the others as they are from each other, not
    nearer."""
    x, y = tensors(1, 80, 90)
    flat = torch.full_like(x, 0.25)
    assert nlpd(x, flat) < nlpd(x, y)
    assert nlpd(x, flat, "unit").item() == pytest.approx(1)
    assert nlpd(flat, flat + 1e-9, "unit").item() < 1e-3


@pytest.mark.parametrize(
    "variant, levels, needed", [("hepburn", 6, 65), ("laparra2016", 6, 17), ("mean", 1, 3)]
)
def test_nlpd_takes_the_smallest_pictures_that_it_says(variant, levels, needed):
    x, y = tensors(1, needed, needed + 1)
    assert nlpd(x, y, variant, levels).isfinite().all()
    with pytest.raises(ValueError, match=f"{needed} pixels or more.*fewer levels"):
        nlpd(x[:, 1:], y[:, 1:], variant, levels)


@pytest.mark.parametrize(
    "variant, levels", [("hepburn", 0), ("hepburn", 7), ("laparra2016", 1), ("hepburn", 2.5)]
)
def test_unknown_levels(variant, levels):
    with pytest.raises(ValueError, match="levels, not"):
        nlpd(*tensors(1), variant, levels)


def test_unknown_variant_names_those_that_exist():
    with pytest.raises(ValueError, match=r"'matlab'.*hepburn, laparra2016, mean, unit"):
        nlpd(*tensors(1), "matlab")


# all of them


def test_mse_is_the_mean_of_squares():
    x = torch.zeros(2, 3, 4)
    y = x.clone()
    y[1, 0, 0] = 0.6
    assert mse(x, y).tolist() == pytest.approx([0, 0.36 / 12])


@pytest.mark.parametrize("metric, itself", [("mse", 0), ("ms_ssim", 1), ("nlpd", 0)])
def test_a_picture_and_itself(metric, itself):
    x, _ = tensors(2)
    y = x.clone().requires_grad_()
    value = METRICS[metric](x, y)
    assert value.tolist() == pytest.approx([itself, itself], abs=1e-9)
    value.sum().backward()
    assert y.grad.isfinite().all()


@pytest.mark.parametrize("metric", METRICS)
def test_each_pair_stands_alone(metric):
    x, y = tensors(3)
    y.requires_grad_()
    together = METRICS[metric](x[:, None], y[:, None])
    alone = torch.cat([METRICS[metric](x[k : k + 1], y[k : k + 1]) for k in range(3)])
    assert together.shape == (3,)
    torch.testing.assert_close(together, alone, rtol=1e-10, atol=0)
    (gradient,) = torch.autograd.grad(together[0], y)
    assert gradient[0].abs().max() > 0 and gradient[1:].abs().max() == 0


@pytest.mark.parametrize("metric", METRICS)
def test_both_orders_give_the_same(metric):
    x, y = tensors(2)
    torch.testing.assert_close(METRICS[metric](x, y), METRICS[metric](y, x), rtol=1e-10, atol=0)


def test_gradients_of_mse_and_nlpd():
    x, y = tensors(2, 9, 10)
    y.requires_grad_()
    assert torch.autograd.gradcheck(lambda y: mse(x, y), y)
    for variant in VARIANTS:
        assert torch.autograd.gradcheck(lambda y, v=variant: nlpd(x, y, v, levels=2), y)


def test_gradient_of_ms_ssim_along_four_directions():
    x, y = tensors(2)
    directions = torch.randn(4, *y.shape, dtype=y.dtype, generator=torch.Generator().manual_seed(0))
    steps = torch.zeros(4, dtype=y.dtype, requires_grad=True)
    near = (x + y) / 2
    assert torch.autograd.gradcheck(
        lambda s: ms_ssim(x, near + torch.einsum("k,knhw->nhw", s, directions)), steps
    )


@pytest.mark.parametrize("metric", METRICS)
def test_mixed_precision_does_not_reach_the_metric(metric):
    x, y = tensors(2, dtype=torch.float32)
    exact = METRICS[metric](x, y)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(METRICS[metric](x, y), exact)
    assert METRICS[metric](x.bfloat16(), y.bfloat16()).dtype == torch.float32


@pytest.mark.parametrize("metric", METRICS)
def test_wrong_shapes_are_named(metric):
    x, _ = tensors(2)
    with pytest.raises(ValueError, match=r"\(2, 161, 170\) and \(1, 161, 170\).*expand_as"):
        METRICS[metric](x, x[:1])
    with pytest.raises(ValueError, match=r"\(161, 170\).*x\[None\]"):
        METRICS[metric](x[0], x[0])
    with pytest.raises(ValueError, match=r"\(1, 2, 161, 170\).*one channel"):
        METRICS[metric](x[None], x[None])


def test_the_metrics_need_no_numba():
    code = "import sys, genrelab.distances; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
