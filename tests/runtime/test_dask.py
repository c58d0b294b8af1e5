"""A cluster gives the results that this machine gives, by its own processes, and this machine keeps
them."""

import os
import socket
import sys
import time
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from genrelab.features import mfcc_statistics, track_table
from genrelab.runtime import cache_folder, parallel, parallel_cached

distributed = pytest.importorskip("distributed")

SETTINGS = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Two workers of one thread each, with a cache of their own."""
    own = {"GENRELAB_CACHE": str(tmp_path_factory.mktemp("workers")), "GENRELAB_PARALLEL": ""}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in own.items():
            patch.setenv(name, value)
        cluster = distributed.LocalCluster(**SETTINGS)
    address = cluster.scheduler_address.replace("tcp://", "dask://")
    yield address
    door()._client(address).close()  # else it looks for its cluster for a while
    cluster.close()


@pytest.fixture
def on_cluster(address, monkeypatch):
    monkeypatch.setenv("GENRELAB_PARALLEL", address)
    monkeypatch.setenv("GENRELAB_JOBS", "1")  # as in a report; it must not keep the loop here
    return address


def square(number):
    time.sleep(0.02 * (number % 3))  # so that later ones are done earlier
    return number * number


def process(_):
    time.sleep(0.05)
    return os.getpid()


def processes_within(_):
    return {os.getpid(), *parallel(process, range(3), "inner")}


def and_a_half(number):
    return number + 0.5


def failing(number):
    raise KeyError(f"item {number}")


def or_error(number):
    return ValueError(f"item {number}") if number == 1 else number


def door():
    """Return the module; the package's attribute of this name is the function."""
    return sys.modules["genrelab.runtime.parallel"]


def pretend_other_code():
    door().own, door()._package_hash = door()._package_hash, lambda: "other code"


def own_code_again():
    door()._package_hash = door().own


def test_results_are_those_of_this_machine_in_order(on_cluster):
    assert parallel(square, range(30), "squaring") == [n * n for n in range(30)]


def test_both_workers_work_and_this_process_does_not(on_cluster):
    used = set(parallel(process, range(20), "who works"))
    assert len(used) == 2 and os.getpid() not in used


def test_few_items_and_what_writes_files_stay_here(on_cluster):
    assert set(parallel(process, range(2), "few")) == {os.getpid()}
    # GENRELAB_JOBS is 1
    assert set(parallel(process, range(4), "writes files", here=True)) == {os.getpid()}


def test_a_loop_within_a_loop_stays_on_its_worker(on_cluster):
    found = parallel(processes_within, range(4), "outer")
    assert all(len(used) == 1 and os.getpid() not in used for used in found)


def test_an_error_of_a_worker_arrives(on_cluster):
    with pytest.raises(KeyError, match="item"):
        parallel(failing, range(5), "failing")


def test_bound_data_arrive_whole(on_cluster):
    table = np.arange(200_000.0)
    assert parallel(partial(np.take, table), [7, 70, 700], "taking") == [7, 70, 700]


def test_results_are_kept_here_too(on_cluster, own_cache):
    keys = [{"number": number} for number in range(6)]
    found = parallel_cached("test_dask", and_a_half, range(6), keys, "keeping")
    assert found == [n + 0.5 for n in range(6)]
    assert len(list((own_cache / "test_dask").glob("*.joblib"))) == 6


def test_an_error_that_is_a_result_is_not_kept(on_cluster, own_cache):
    keys = [{"number": number} for number in range(4)]
    found = parallel_cached("test_dask_errors", or_error, range(4), keys, "errors")
    assert isinstance(found[1], ValueError) and found[2:] == [2, 3]
    assert len(list((own_cache / "test_dask_errors").glob("*.joblib"))) == 3


def test_features_of_tracks_are_the_same(synthetic, on_cluster, own_cache, monkeypatch):
    few = replace(synthetic, tracks=synthetic.tracks.iloc[:5])
    there = track_table(few, mfcc_statistics)
    # an exact copy is among the tracks
    sounds = {content.hash for content in few.contents().values()}
    assert len(list((own_cache / "mfcc_statistics").glob("*.joblib"))) == len(sounds) >= 3
    monkeypatch.setenv("GENRELAB_PARALLEL", "")
    monkeypatch.setenv("GENRELAB_CACHE", str(own_cache.parent / "another"))
    assert not (cache_folder() / "mfcc_statistics").exists()
    here = track_table(few, mfcc_statistics)
    np.testing.assert_allclose(there, here, rtol=1e-5)
    assert list(there.index) == list(here.index)


@pytest.mark.parametrize(
    "value", ["dask", "dask://", "dask://somewhere", "tcp://somewhere:8786", "spark://here:1"]
)
def test_a_bad_address_is_named_with_the_mend(monkeypatch, value):
    monkeypatch.setenv("GENRELAB_PARALLEL", value)
    with pytest.raises(ValueError, match=r"GENRELAB_PARALLEL is .*dask://host:port"):
        parallel(square, range(5), "squaring")


def test_nobody_there_is_told_soon(monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("GENRELAB_PARALLEL", f"dask://127.0.0.1:{port}")
    monkeypatch.setattr(door(), "PATIENCE", 1)
    begin = time.monotonic()
    with pytest.raises(ConnectionError, match=r"GENRELAB_PARALLEL is .*no cluster answers.*dask "
                                              r"scheduler"):
        parallel(square, range(5), "squaring")
    assert time.monotonic() - begin < 10


def test_a_cluster_without_workers_is_told(monkeypatch):
    monkeypatch.setattr(door(), "PATIENCE", 1)
    with distributed.LocalCluster(**{**SETTINGS, "n_workers": 0}) as cluster:
        monkeypatch.setenv(
            "GENRELAB_PARALLEL", cluster.scheduler_address.replace("tcp://", "dask://")
        )
        with pytest.raises(ConnectionError, match=r"has no worker.*dask worker tcp://"):
            parallel(square, range(5), "squaring")


def test_workers_with_other_code_are_refused(on_cluster):
    with distributed.Client(
        on_cluster.replace("dask://", "tcp://"), set_as_default=False
    ) as client:
        client.run(pretend_other_code)
        try:
            with pytest.raises(ConnectionError, match="2 of its 2 workers have another version"):
                parallel(square, range(5), "squaring")
        finally:
            client.run(own_code_again)
    assert parallel(square, range(3), "squaring") == [0, 1, 4]


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setenv("GENRELAB_PARALLEL", "dask://127.0.0.1:9")
    with pytest.raises(ImportError, match=r"GENRELAB_PARALLEL is .*pip install -e \.\[cluster\]"):
        parallel(square, range(5), "squaring")
