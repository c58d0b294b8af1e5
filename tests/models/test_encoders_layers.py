"""The encoders of notebook 08: numbers of weights, names, steps of time, and what the layers
compute."""

import math
from itertools import pairwise

import pytest
import torch
from torch.nn import functional

from genrelab.models import resnet
from genrelab.models.resnet import ResNet18
from genrelab.models.sample_cnn import CHANNELS, SampleCNN


def size(model):
    return sum(weights.numel() for weights in model.parameters())


def sounds(n, n_samples, seed=0):
    return torch.randn(n, n_samples, generator=torch.Generator().manual_seed(seed))


def with_odd_statistics(model, x):
    """Let every normalisation have seen some batch, and have weights that differ: none may be left
    out unseen."""
    generator = torch.Generator().manual_seed(1)
    for layer in model.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.weight.data.copy_(0.8 + 0.5 * torch.rand(layer.weight.shape, generator=generator))
            layer.bias.data.copy_(0.2 * torch.randn(layer.bias.shape, generator=generator))
            layer.momentum = 1.0
    with torch.no_grad():
        model.train()(x)
    return model.eval()


def test_ten_blocks_have_as_many_weights_as_clmrs_code():
    assert size(SampleCNN("clmr")) == 2_368_512


def test_nine_blocks_have_as_many_weights_as_counted_by_hand():
    channels = [1, 128, 128, 128, 256, 256, 256, 256, 256, 512]
    by_hand = 0
    for before, after in pairwise(channels):
        by_hand += 3 * before * after + after  # three samples wide, and a bias
        by_hand += 2 * after  # a factor and a shift of the normalisation
    by_hand += 2 * 512  # the normalisation at the end
    assert size(SampleCNN("nine")) == by_hand
    assert sum(isinstance(layer, torch.nn.Conv2d) for layer in SampleCNN("nine").modules()) == 9


def test_a_residual_network_has_as_many_weights_as_counted_by_hand():
    by_hand = 49 * 64 + 2 * 64
    for before, after in pairwise([64, 64, 128, 256, 512]):
        by_hand += 9 * before * after + 3 * 9 * after * after + 4 * 2 * after
        by_hand += 0 if before == after else before * after + 2 * after
    assert size(ResNet18()) == by_hand == 11_170_240


def test_weights_of_the_residual_network_are_named_as_torchvision_names_them():
    norm = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    names = {"conv1.weight", *(f"bn1.{part}" for part in norm)}
    for layer in (1, 2, 3, 4):
        for block in (0, 1):
            for number in (1, 2):
                names.add(f"layer{layer}.{block}.conv{number}.weight")
                names |= {f"layer{layer}.{block}.bn{number}.{part}" for part in norm}
        if layer > 1:
            names.add(f"layer{layer}.0.downsample.0.weight")
            names |= {f"layer{layer}.0.downsample.1.{part}" for part in norm}
    found = ResNet18(width=1 / 16).state_dict()
    assert set(found) == names and len(names) == 120
    shapes = {name: tuple(values.shape) for name, values in ResNet18().state_dict().items()}
    assert shapes["conv1.weight"] == (64, 1, 7, 7)
    assert shapes["layer2.0.conv1.weight"] == (128, 64, 3, 3)
    assert shapes["layer4.0.downsample.0.weight"] == (512, 256, 1, 1)


@pytest.mark.parametrize("n_samples", [110_250, 59_049])
@pytest.mark.parametrize("layout", CHANNELS)
def test_five_seconds_and_the_papers_piece_become_codes_of_the_told_width(layout, n_samples):
    model = SampleCNN(layout, width=1 / 16).eval()
    assert model(torch.zeros(2, n_samples)).shape == (2, 32)
    assert model.width == 32 and SampleCNN(layout).width == 512


@pytest.mark.parametrize("frames", [44, 116, 216])
def test_pictures_of_any_length_become_codes_of_the_told_width(frames):
    model = ResNet18(width=1 / 16).eval()
    assert model(torch.zeros(3, 128, frames)).shape == (3, 32)
    assert model.width == 32 and ResNet18().width == 512


@pytest.mark.parametrize(("layout", "steps"), [("nine", 5), ("clmr", 1)])
def test_steps_of_time_that_five_seconds_leave_before_the_last_maximum(layout, steps):
    model = SampleCNN(layout, width=1 / 16).eval()
    assert model.blocks(torch.zeros(1, 1, 1, 110_250)).shape == (1, 32, 1, steps)
    assert model.blocks(torch.zeros(1, 1, 1, model.shortest)).shape[3] == 1


@pytest.mark.parametrize(("layout", "shortest"), [("nine", 19_683), ("clmr", 59_049)])
def test_a_sound_that_is_too_short_is_refused_and_one_sample_more_is_not(layout, shortest):
    model = SampleCNN(layout, width=1 / 32).eval()
    with pytest.raises(ValueError, match=f"{shortest - 1} samples are too few: SampleCNN needs "
                                         f"{shortest} at least"):
        model(torch.zeros(1, shortest - 1))
    assert model(torch.zeros(1, shortest)).shape == (1, 16)


def test_a_layout_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(ValueError, match=r"no layout 'ten'. Choose one of nine, clmr\."):
        SampleCNN("ten")


@pytest.mark.parametrize("layout", CHANNELS)
def test_layers_of_height_one_compute_what_one_dimensional_ones_do(layout):
    x = sounds(3, 60_000)
    model = with_odd_statistics(SampleCNN(layout, width=1 / 16), sounds(4, 60_000, seed=2))
    told = model.state_dict()

    def normalised(y, name):
        mean, var, weight, bias = (
            told[f"{name}.{of}"] for of in ("running_mean", "running_var", "weight", "bias")
        )
        return functional.batch_norm(y, mean, var, weight, bias)

    def convolved(y, place, **how):
        weight = told[f"blocks.{place}.0.weight"][:, :, 0]
        y = functional.conv1d(y, weight, told[f"blocks.{place}.0.bias"], **how)
        return normalised(y, f"blocks.{place}.1").relu()

    y = convolved(x[:, None], 0, stride=3)
    pooled = len(CHANNELS[layout]) - 1
    for block in range(pooled):
        y = functional.max_pool1d(convolved(y, 1 + 2 * block, padding=1), 3)
    last = 1 + 2 * pooled
    y = normalised(y, f"blocks.{last}") if layout == "nine" else convolved(y, last, padding=1)
    expected = y.amax(dim=2)
    with torch.no_grad():
        assert torch.allclose(model(x), expected, atol=1e-4)
    assert expected.std(dim=0).mean() > 0.1  # else all sounds would be alike, and nothing shown


def test_a_residual_block_adds_its_input_or_brings_it_to_size():
    x = sounds(2 * 4 * 6, 10).reshape(2, 4, 6, 10)
    same, half = (
        with_odd_statistics(block, x + 1)
        for block in (resnet.Block(4, 4, 1), resnet.Block(4, 8, 2))
    )
    assert same.downsample is None and half(x).shape == (2, 8, 3, 5)
    for block in (same, half):
        block.bn2.weight.data.zero_()
        block.bn2.bias.data.zero_()
    assert torch.equal(same(x), x.relu())
    assert torch.allclose(half(x), half.downsample(x).relu())
    same.bn2.bias.data.fill_(3.0)
    assert torch.allclose(same(x), (x + 3).relu())


def test_a_picture_is_made_32_times_smaller_and_averaged():
    x = sounds(2 * 128, 216).reshape(2, 128, 216)
    model = with_odd_statistics(ResNet18(width=1 / 16), x + 1)
    seen = []
    model.layer4.register_forward_hook(lambda layer, given, result: seen.append(result))
    code = model(x)
    assert seen[0].shape == (2, 32, 4, 7)
    assert torch.allclose(code, seen[0].mean(dim=(2, 3)), atol=1e-6)
    assert (seen[0].amax(dim=(2, 3)) > code + 1e-3).any()


def test_first_weights_of_the_residual_network_are_those_of_he_by_fan_out():
    model = ResNet18(width=1 / 2)
    for weights in (model.conv1.weight, model.layer3[1].conv2.weight):
        fan_out = weights.shape[0] * weights.shape[2] * weights.shape[3]
        assert weights.std().item() == pytest.approx(math.sqrt(2 / fan_out), rel=0.05)


@pytest.mark.parametrize("layout", CHANNELS)
def test_a_share_of_the_channels_is_built_everywhere(layout):
    found = [
        layer.out_channels
        for layer in SampleCNN(layout, 1 / 8).modules()
        if isinstance(layer, torch.nn.Conv2d)
    ]
    expected = [number // 8 for number in CHANNELS[layout]] + ([64] if layout == "clmr" else [])
    assert found == expected
    assert size(SampleCNN(layout, 1e-6)) > 0  # one channel at least
