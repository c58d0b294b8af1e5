"""All experiments run, one stops no other, and what was cut off goes on where it stopped."""

import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from golden import differing

from claimbook.claims import load_claims
from claimbook.rows import read_rows, row_key
from genrelab.corpora import CorpusLacks
from genrelab.runtime import cache_folder, notebook_sources, project_root
from reproductions import experiments
from reproductions.experiments import (
    EXPERIMENTS,
    Experiment,
    chosen,
    record_folder,
    reproduce,
    with_needed,
)
from reproductions.sizes import Sizes


def test_experiments_are_chosen_by_name_or_paper_in_reading_order():
    assert [one.name for one in chosen(["namgyal"])] == ["perceptual_distances",
                                                         "noise_autoencoders"]
    assert [one.name for one in chosen(["equal_ground", "data_set"])] == ["data_set",
                                                                          "equal_ground"]
    assert chosen([]) == list(EXPERIMENTS)
    with pytest.raises(ValueError, match=r"no experiment 'namgial'.*namgyal"):
        chosen(["namgial"])


def test_an_experiment_comes_after_what_it_takes_up():
    names = [one.name for one in EXPERIMENTS]
    for one in EXPERIMENTS:
        assert set(one.after) <= set(names[: names.index(one.name)])


def test_what_an_experiment_takes_up_is_run_first_if_it_is_not_there(tmp_path):
    one = chosen(["noise_autoencoders"])
    assert [found.name for found in with_needed(one, tmp_path)] == ["perceptual_distances",
                                                                    "noise_autoencoders"]
    gtzan = project_root() / "figures" / "gtzan"
    assert with_needed(one, gtzan) == one
    assert len(with_needed(chosen(["equal_ground"]), tmp_path)) == 6
    assert with_needed(chosen(["equal_ground"]), gtzan) == chosen(["equal_ground"])


def test_each_claim_belongs_to_one_experiment():
    lessons = [lesson for one in EXPERIMENTS for lesson in one.lessons]
    assert len(lessons) == len(set(lessons))
    assert {claim.notebook for claim in load_claims().values()} <= set(lessons)
    assert set(lessons) <= {source.stem[:2] for source in notebook_sources()}


def test_only_the_full_run_on_gtzan_goes_to_the_committed_record():
    assert record_folder("gtzan", "reference") == project_root() / "figures" / "gtzan"
    for corpus, size in (("gtzan", "smoke"), ("gtzan", "paper"), ("synthetic", "reference")):
        assert record_folder(corpus, size).parent == project_root() / "runs"


def test_one_that_a_corpus_lacks_something_for_stops_no_other(tmp_path, monkeypatch):
    ran = []

    def run(one, study):
        ran.append(one.name)
        if one.name == "a":
            raise CorpusLacks("No artists are known.")

    monkeypatch.setattr(Experiment, "run", run)
    few = tuple(Experiment(name, "ours", "a test", ()) for name in "ab")
    monkeypatch.setattr(experiments, "EXPERIMENTS", few)
    lines = []
    reproduce(out=tmp_path, say=lines.append)
    assert ran == ["a", "b"]
    assert any("left out: No artists are known." in line for line in lines)


@pytest.mark.slow
def test_small_runs_are_judged_by_nothing(smoke):
    rows = {row_key(row): row for row in read_rows(smoke)}
    lessons = {lesson for one in EXPERIMENTS for lesson in one.lessons}
    # 02 holds a published table of features against our own: this music has none
    assert {row["notebook"] for row in rows.values()} == lessons - {"02"}
    judged = {key for key, row in rows.items() if row["verdict"] != "not judged"}
    # the papers' own numbers, against each other
    assert judged and all(key.endswith("@printed") for key in judged)
    claims = load_claims()
    open_to_a_run = [row for key, row in rows.items() if key not in judged
                     and row["rule"] != "NONE" and not claims[row["id"]].not_judged]
    assert open_to_a_run and all("synthetic" in row["reason"] for row in open_to_a_run)


@pytest.mark.slow
def test_small_runs_find_what_they_should(smoke):
    rows = {row_key(row): row for row in read_rows(smoke)}
    value = {key: row["value"] for key, row in rows.items()}
    for metric in ("mse", "ms_ssim", "nlpd"):
        assert 0 <= value[f"namgyal.t2.knn.{metric}@ag"] <= 0.7
        assert 0.15 <= value[f"namgyal.t2.lr.{metric}@ag"] <= 0.8
    # slices of known songs, songs kept together, new artists
    accuracy = [value[f"cortis.t1.fixed_mlp_3s.acc@{protocol}"] for protocol in ("mc", "grp", "ff")]
    assert accuracy[0] > 0.85
    assert accuracy[0] - accuracy[1] > 0.03
    assert accuracy[1] - accuracy[2] > 0.05
    count, of = rows["cortis.no_leak@mc"]["items"]["test rows whose track is learned from"]
    assert count > 0.99 * of
    leaks = {code: rows[f"sawhney.t1.dsae.test@{code}"]["leaks"] for code in ("seg", "grp", "ag4")}
    assert leaks["seg"]["track"] > 0 and "track" not in leaks["grp"] and not leaks["ag4"]
    assert not rows["contrastive.t1.spec_all@ff"]["leaks"].get("artist")
    floor = rows["ground.metadata@ag"]
    assert 0.15 < floor["value"] < 0.5
    assert floor["beside"]["majority"]["value"] < 0.15
    assert 0.55 < floor["beside"]["mfcc-svm"]["value"] < 0.9


@pytest.mark.slow
def test_small_runs_keep_their_curves(smoke):
    curves = pd.read_csv(smoke / "tables" / "07_curves.csv")
    for loss, curve in curves.groupby("loss"):
        assert curve[loss].iloc[-1] < curve[loss].iloc[0]
    assert curves["bits"].between(0.3, np.log2(5)).all()
    maps = pd.read_csv(smoke / "tables" / "05_figs_5_and_6.csv")
    drawn = maps.groupby(["protocol", "space"]).genre.value_counts().unstack()
    assert drawn.shape == (10, 4) and drawn.min(axis=None) >= 5
    switches = pd.read_csv(smoke / "tables" / "09_switches.csv", dtype={"on": str})
    accuracy = switches.set_index("on").accuracy
    assert len(accuracy) == 32
    assert accuracy["10000"] - accuracy["00000"] > 0.1
    assert accuracy["00100"] - accuracy["00000"] > 0.05
    assert abs(accuracy["00010"] - accuracy["00000"]) < 0.06


def link_or_copy(source, target):
    """Link a file that nobody changes, or copy it to another disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_stopped(smoke, tmp_path):
    """What was trained before the kill is not trained again, and the record is the one of a run
    that nobody stopped."""
    name = "noise_autoencoders"
    command = [sys.executable, "-m", "coursekit.cli", "reproduce", name, "--out", str(tmp_path)]
    # music and pictures are there, trainings are not
    others = shutil.ignore_patterns("noise_trained", "training", "turns", "*.lock")
    shutil.copytree(cache_folder(), tmp_path / "cache" / "genrelab", ignore=others,
                    copy_function=link_or_copy)
    kept = tmp_path / "cache" / "genrelab" / "noise_trained"
    own = os.environ | {"GENRELAB_CACHE": str(tmp_path / "cache"), "OMP_NUM_THREADS": "1"}
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=own, start_new_session=True, **streams)
    while not (kept.is_dir() and list(kept.glob("[!.]*"))):
        assert process.poll() is None, "it ended before anything was kept"
        time.sleep(0.2)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    before = {path: path.stat().st_mtime_ns for path in kept.glob("[!.]*")}
    subprocess.run(command, env=own, check=True, **streams)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert len(list(kept.glob("[!.]*"))) > len(before)
    paths = sorted((tmp_path / "predictions").glob("*.npz"))
    assert paths
    for path in paths:
        assert differing(path, smoke / "predictions" / path.name) == [], path.name


def test_sizes_have_three_names():
    assert Sizes("smoke").leak_shuffles == 3 and Sizes("paper").cnn_holdouts == 10
    with pytest.raises(ValueError, match="no size 'quick'"):
        Sizes("quick")
    with pytest.raises(AttributeError, match="No size is named"):
        Sizes("smoke").nothing  # noqa: B018
