"""Modules that decide a result are found by reading imports."""

import subprocess
import sys

import pandas as pd
import pytest

from claimbook.predictions import Predictions, load_record, save_record
from genrelab.features import mel_pictures
from genrelab.models import noise_trained
from genrelab.runtime.identity import identity
from reproductions import network_training, provenance
from reproductions.provenance import ROOMS, attach, closure, computing_modules


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


def test_a_module_is_attached_to_an_older_record_only_if_it_was_the_same(tmp_path, monkeypatch):
    def git(*arguments):
        name = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(["git", "-C", tmp_path, *name, *arguments], check=True, capture_output=True)

    def write(module, text):
        path = tmp_path / "src" / "genrelab" / f"{module}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    monkeypatch.setattr(provenance, "SOURCES", tmp_path / "src")
    write("models/tried", "from genrelab.features.tried_sound import volume")
    write("features/tried_sound", "volume = 1")
    table = pd.DataFrame({"track": ["x"], "truth": ["a"], "predicted": ["a"], "part": "test"})
    record = Predictions.from_table(table, {"x": None}, ["a", "b"])
    record.about["modules"] = {"genrelab.models.tried": "0" * 12}
    path = tmp_path / "record.npz"
    save_record(record, path)
    git("init")
    git("add", ".")
    git("commit", "-m", "the run")
    before = path.read_bytes()

    found = attach(path)
    assert found == {"genrelab.features.tried_sound": identity("volume = 1")}
    assert load_record(path).about["modules"] == record.about["modules"] | found
    assert attach(path) == {}

    path.write_bytes(before)
    write("features/tried_sound", "volume = 2")
    with pytest.raises(ValueError, match="tried_sound was another one at"):
        attach(path)
    assert path.read_bytes() == before
    same = {identity("volume = 1"): identity("volume = 2")}
    assert attach(path, same=same) == {"genrelab.features.tried_sound": identity("volume = 2")}
