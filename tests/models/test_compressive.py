"""The compressive autoencoder: its parts against their formulas, its losses against the
distances."""

import math

import numpy as np
import pytest
import torch

from genrelab.distances import ms_ssim, mse, nlpd
from genrelab.distances.structural_similarity import similarity_by_scale
from genrelab.models.compressive import (
    DEAD,
    GDN,
    LOSSES,
    CompressiveAutoencoder,
    bits_used,
    one_minus_ms_ssim,
    quantise,
    shannon_bound,
)


def random_gdn(channels=3, inverse=False):
    layer = GDN(channels, inverse).double()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for weights in layer.parameters():
            weights.copy_(0.2 + torch.rand(weights.shape, generator=generator))
    return layer


@pytest.mark.parametrize("inverse", [False, True])
def test_gdn_is_its_formula(inverse):
    layer = random_gdn(inverse=inverse)
    x = torch.randn(2, 3, 4, 5, dtype=torch.float64)
    beta, gamma = layer.beta.detach().numpy(), layer.gamma.detach().numpy()
    expected = np.zeros(x.shape)
    for n, i, row, column in np.ndindex(*x.shape):
        activity = beta[i] + sum(gamma[i, j] * float(x[n, j, row, column]) ** 2 for j in range(3))
        expected[n, i, row, column] = float(x[n, i, row, column]) * activity ** (
            0.5 if inverse else -0.5
        )
    np.testing.assert_allclose(layer(x).detach().numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize("inverse", [False, True])
def test_gdn_has_the_gradient_of_its_formula(inverse):
    layer = random_gdn(inverse=inverse)
    x = torch.randn(1, 3, 2, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x, *weights: layer(x), (x, *layer.parameters()))


def test_gdn_begins_as_in_the_paper_and_undoes_nothing_it_should_not():
    layer = GDN(4)
    torch.testing.assert_close(layer.beta, torch.ones(4))
    torch.testing.assert_close(layer.gamma, 0.1 * torch.eye(4), atol=1e-9, rtol=1e-6)


def test_a_weight_below_its_bound_can_come_back():
    layer = GDN(1)
    with torch.no_grad():
        layer.root_gamma.fill_(-1.0)
    assert layer.gamma.item() == 0
    # more γ makes the output smaller: the gradient is negative
    layer(torch.ones(1, 1, 1, 1)).sum().backward()
    assert layer.root_gamma.grad.item() < 0
    layer.root_gamma.grad = None
    (-layer(torch.ones(1, 1, 1, 1))).sum().backward()
    assert layer.root_gamma.grad.item() == 0


@pytest.mark.parametrize(
    "levels, allowed",
    [(2, [-0.5, 0.5]), (3, [-1, 0, 1]), (4, [-1.5, -0.5, 0.5, 1.5]), (5, [-2, -1, 0, 1, 2])],
)
def test_quantise_gives_the_nearest_level(levels, allowed):
    z = torch.linspace(-4, 4, 1001)
    found = quantise(z, levels)
    assert sorted(set(found.tolist())) == allowed
    nearest = (z[:, None] - torch.tensor(allowed)).abs().min(dim=1).values
    torch.testing.assert_close((z - found).abs(), nearest)


def test_quantise_passes_gradients_through_within_its_range_and_none_beyond():
    z = torch.tensor([-3.0, -1.7, 0.2, 1.9, 3.0], requires_grad=True)
    quantise(z, 5).sum().backward()
    assert z.grad.tolist() == [0, 1, 1, 1, 0]


def test_one_level_is_refused():
    with pytest.raises(ValueError, match="2 levels or more, not 1"):
        quantise(torch.zeros(1), 1)


def model(seed=0, **sizes):
    return CompressiveAutoencoder(
        **{"filters": 8, "code_channels": 6} | sizes, generator=torch.manual_seed(seed)
    )


def test_sixteen_pixels_a_side_are_one_place_of_the_code():
    small = model()
    pictures = torch.rand(2, 1, 288, 432)
    assert small.code(pictures).shape == (2, 6, 18, 27)
    assert small(pictures).shape == pictures.shape
    assert set(small.code(pictures).unique().tolist()) <= {-2, -1, 0, 1, 2}


def test_all_levels_are_in_use_before_any_training():
    code = model(code_channels=32).code(torch.rand(2, 1, 192, 192))
    shares = [(code == level).float().mean().item() for level in (-2, -1, 0, 1, 2)]
    assert min(shares) > 0.05


def test_the_parameters_are_those_of_the_layers():
    f, c = 8, 6
    convolutions = (
        (81 * f + f)
        + (25 * f * f + f)
        + 25 * f * c
        + (25 * c * f + f)
        + (25 * f * f + f)
        + (81 * f + 1)
    )
    assert sum(p.numel() for p in model().parameters()) == convolutions + 4 * (f * f + f)


def test_pictures_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"multiples of 16 pixels, but these are 216×334\. Pad"):
        model().code(torch.zeros(1, 1, 216, 334))


def test_the_cap_counts_bits():
    assert model(code_channels=64, levels=5).bits_per_pixel == pytest.approx(
        64 * math.log2(5) / 256
    )
    assert model(code_channels=256, levels=2).bits_per_pixel == 1


def test_the_shannon_bound_at_whole_bits():
    assert shannon_bound(0) == pytest.approx(1 / (2 * math.pi * math.e))
    assert shannon_bound(3) == pytest.approx(shannon_bound(0) / 64)


def batch(n=2, side=192):
    x = torch.rand(n, 1, side, side, generator=torch.Generator().manual_seed(0))
    y = torch.rand(n, 1, side, side, generator=torch.Generator().manual_seed(1))
    return x, y


def test_the_losses_are_the_distances():
    x, y = batch()
    near = 0.7 * x + 0.3 * y
    torch.testing.assert_close(LOSSES["mse"](x, near), mse(x, near))
    torch.testing.assert_close(LOSSES["nlpd"](x, near), nlpd(x, near))
    torch.testing.assert_close(LOSSES["ms_ssim"](x, near), 1 - ms_ssim(x, near))


@pytest.mark.parametrize("name", LOSSES)
def test_pictures_of_a_batch_do_not_touch_each_other(name):
    # in single precision a batch may be added up in another order
    x, y = (pictures.double() for pictures in batch(3))
    near = 0.7 * x + 0.3 * y
    together = LOSSES[name](x, near)
    alone = torch.cat([LOSSES[name](x[[k]], near[[k]]) for k in range(3)])
    torch.testing.assert_close(together, alone, rtol=1e-5, atol=1e-6)
    near.requires_grad_()
    (gradient,) = torch.autograd.grad(LOSSES[name](x, near)[0], near)
    assert gradient[0].abs().max() > 0
    assert gradient[1:].abs().max() == 0


def test_where_ms_ssim_is_dead_its_loss_still_has_a_gradient():
    x, _ = batch()
    # every scale agrees with its opposite: all similarities are negative
    y = (1 - x).requires_grad_()
    assert ms_ssim(x, y).max() == 0
    (dead,) = torch.autograd.grad(ms_ssim(x, y).sum(), y)
    assert dead.abs().max() == 0
    loss = one_minus_ms_ssim(x, y)
    (gradient,) = torch.autograd.grad(loss.sum(), y)
    assert torch.isfinite(gradient).all()
    assert gradient.abs().max() > 0
    with torch.no_grad():
        better = one_minus_ms_ssim(x, y - 10 * gradient / gradient.abs().max() * 0.01)
    assert (better < loss).all()


def test_the_remedy_ends_where_all_scales_are_alive():
    x, _ = batch(1)
    alive = 0
    for share in np.linspace(0, 1, 11):
        mixed = float(share) * x + float(1 - share) * (1 - x)
        if similarity_by_scale(x, mixed).min() > DEAD:
            torch.testing.assert_close(one_minus_ms_ssim(x, mixed), 1 - ms_ssim(x, mixed))
            alive += 1
    assert 3 < alive < 11  # both sides of the limit were tried
    torch.testing.assert_close(one_minus_ms_ssim(x, x), torch.zeros(1), atol=1e-5, rtol=0)


def test_equal_seeds_begin_equally_whatever_torch_drew_before():
    first, second = model(3), model(3)
    for a, b in zip(first.parameters(), second.parameters()):
        assert torch.equal(a, b)
    assert not torch.equal(model(4).analysis[0].weight, first.analysis[0].weight)


def test_bits_used_is_the_entropy_of_each_channel():
    code = torch.zeros(1, 2, 4, 4)
    code[:, 0, :2] = 1  # one channel says a bit, the other nothing
    assert bits_used(code) == pytest.approx(0.5)
    assert bits_used(torch.arange(4.0).repeat(1, 1, 8, 1)) == pytest.approx(2)
