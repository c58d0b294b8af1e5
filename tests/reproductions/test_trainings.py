"""The one runner: kept results are not made again, and checkpoints stay until then."""

import pytest

from reproductions.trainings import Training, run, run_all


def keep(job, data, folder):
    folder.mkdir(parents=True)
    (folder / "network.pt").write_text("half done")
    return job * data


def dies(job, data, folder):
    keep(job, data, folder)
    raise KeyboardInterrupt


def fails(job, data, folder):
    pytest.fail("trained again")


def training(job, keep=keep):
    return Training("doubled", {"job": job}, job, keep)


def test_trainings_are_kept_in_order_and_not_made_again(own_cache):
    assert run_all([training(job) for job in (1, 2)], 2, "test") == [2, 4]
    assert run_all([training(job, fails) for job in (2, 1)], 2, "test") == [4, 2]
    with pytest.raises(pytest.fail.Exception):
        run_all([training(3, fails)], 2, "test")
    assert run_all([], 2, "test") == []


def test_worker_processes_give_what_one_process_gives(own_cache, monkeypatch):
    monkeypatch.delenv("GENRELAB_JOBS")
    assert run_all([training(job) for job in range(4)], 3, "test") == [0, 3, 6, 9]


def test_checkpoints_stay_until_the_result_is_kept(own_cache):
    with pytest.raises(KeyboardInterrupt):
        run(training(1, dies), 2)
    assert (training(1).folder / "network.pt").is_file()
    (training(1).folder / "network.pt").unlink()
    training(1).folder.rmdir()
    assert run(training(1), 2) == 2
    assert not training(1).folder.exists()
    assert training(1).folder != training(2).folder
