"""What is kept is returned, what is damaged is made again, and what cannot be written says why."""

import joblib
import pytest

from genrelab.runtime import cached, parallel_cached
from genrelab.runtime.cache import MISSING, cache_sizes, clear_cache, recall


def test_made_once_for_each_key(own_cache):
    made = []
    for size in (1, 2, 1):
        assert (
            cached("squares", lambda size=size: made.append(size) or size**2, size=size) == size**2
        )
    assert made == [1, 2]
    assert cache_sizes()["squares"] > 0
    (own_cache.parent / "thesis.txt").write_text("not ours")
    clear_cache()
    assert (own_cache.parent / "thesis.txt").is_file()
    assert recall("squares", size=1) is MISSING
    assert cached("squares", lambda: "again", size=1) == "again"


def test_damaged_file_is_made_again(own_cache):
    cached("numbers", lambda: 7, name="seven")
    (file,) = (own_cache / "numbers").iterdir()
    file.write_bytes(b"broken")
    with pytest.warns(UserWarning, match="damaged"):
        assert cached("numbers", lambda: 7, name="seven") == 7


def test_killed_write_leaves_nothing_under_the_name(own_cache, monkeypatch):
    def die(result, path):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(joblib, "dump", die)
    with pytest.raises(KeyboardInterrupt):
        cached("numbers", lambda: 7, name="seven")
    assert list((own_cache / "numbers").iterdir()) == []


def test_unwritable_cache_names_the_way_out(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GENRELAB_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(OSError, match="Set GENRELAB_CACHE"):
        cached("numbers", lambda: 7)


def test_full_disk_names_the_file(own_cache, monkeypatch):
    def full(result, path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(joblib, "dump", full)
    with pytest.raises(OSError, match=r"numbers.*No space left on device.*Free some space"):
        cached("numbers", lambda: 7)


def double(number):
    if number == 3:
        raise RuntimeError("killed")
    return 2 * number


def test_a_killed_run_goes_on_where_it_stopped(own_cache, monkeypatch):
    monkeypatch.setenv("GENRELAB_JOBS", "1")
    numbers = [1, 2, 3, 4]
    keys = [{"number": number} for number in numbers]
    with pytest.raises(RuntimeError):
        parallel_cached("doubles", double, numbers, keys, "doubling")
    made = []
    again = parallel_cached(
        "doubles", lambda number: made.append(number) or 2 * number, numbers, keys, "doubling"
    )
    assert again == [2, 4, 6, 8]
    assert made == [3, 4]


def test_what_keeps_its_results_itself_may_be_handed_over_too(own_cache):
    def half(number):
        return cached("halves", lambda: number / 2, number=number)

    keys = [{"number": number} for number in (4, 6)]
    assert parallel_cached("halves", half, [4, 6], keys, "halving") == [2, 3]
    assert len(list((own_cache / "halves").iterdir())) == 2


def test_an_error_that_is_a_result_is_not_kept(own_cache):
    found = parallel_cached("errors", lambda item: ValueError(item), ["no"], [{}], "errors")
    assert str(found[0]) == "no" and recall("errors") is MISSING
