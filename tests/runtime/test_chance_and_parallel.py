"""Chance repeats itself, and results come back in the order of the items."""

import pytest

from genrelab.runtime import generator, parallel


def square(number):
    return number * number


def test_generators_repeat_and_differ_by_name():
    draws = {name: generator(0, name).random(5).tolist() for name in ("a", "b")}
    assert generator(0, "a").random(5).tolist() == draws["a"]
    assert draws["a"] != draws["b"]
    assert generator(1, "a").random(5).tolist() != draws["a"]


def test_parallel_keeps_the_order(monkeypatch):
    monkeypatch.setenv("GENRELAB_JOBS", "2")
    assert parallel(square, list(range(20)), "squaring") == [n * n for n in range(20)]


@pytest.mark.parametrize("given", ["abc", "0", "-2", "1.5", "²"])
def test_a_number_of_processes_that_is_none_is_named(given, monkeypatch):
    monkeypatch.setenv("GENRELAB_JOBS", given)
    with pytest.raises(ValueError, match=r"GENRELAB_JOBS is .* Set it to a number of processes"):
        parallel(abs, [-1, -2, -3], "counting")
