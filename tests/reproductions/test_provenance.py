"""Modules that decide a result are found by reading imports."""

import subprocess
import sys

import pytest

from genrelab.features import mel_pictures
from genrelab.models import noise_trained
from reproductions import network_training
from reproductions.provenance import ROOMS, closure, computing_modules


def test_what_a_training_on_noise_rests_on():
    found = {module.__name__ for module in computing_modules(noise_trained, mel_pictures)}
    losses = ("laplacian_pyramid", "squared_error", "structural_similarity", "batches")
    assert found == {
        "genrelab.models.noise_trained",
        "genrelab.models.compressive",
        "genrelab.features.pictures",
        "genrelab.training",
        *(f"genrelab.distances.{name}" for name in losses),
    }


def test_an_import_within_a_function_counts_and_one_through_a_package_is_followed():
    assert "genrelab.distances.kernels" in closure("genrelab.distances.all_pairs")
    assert "genrelab.features.hpss" in closure("reproductions.sequences")
    assert "genrelab.distances.all_pairs" in closure("reproductions.probing")


@pytest.mark.parametrize("name", ["network_training", "encoder_training", "segment_networks"])
def test_what_runs_keeps_and_shows_is_left_out(name):
    name = f"reproductions.{name}"
    found = closure(name)
    assert name in found and "genrelab.training" in found
    assert all(one == name or one.startswith(ROOMS) for one in found)


def test_nothing_is_imported_to_find_them():
    """A folder of sources is read: no torch is loaded for it."""
    names = [network_training.__name__, "genrelab.models.contrastive"]
    code = f"import sys; from reproductions.provenance import closure; closure(*{names}); "
    code += "sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
