"""A new lock, and what moved."""

from genrelab.update import moved, pinned


def row(name, value, verdict="partly", low=0.0):
    return {"id": name, "protocol": "ff", "value": value, "ci_low": low, "ci_high": 1.0, "verdict": verdict}


def test_a_lock_names_versions_without_local_marks():
    names = {"torch": "2.13.0+cpu", "Open_TSNE": "1.0.4", "nvidia-cublas": "13.0", "triton": "3.4"}
    told = {"install": [{"metadata": {"name": name, "version": version}} for name, version in names.items()]}
    assert pinned(told) == ["open-tsne==1.0.4", "torch==2.13.0"]


def test_what_moved_came_and_went_is_told():
    before = [row("a", 0.5), row("b", 0.5), row("c", 0.5), row("e", None), row("f", None), row("g", 0.5)]
    after = [row("a", 0.5), row("b", 0.6), row("c", 0.5, "reproduced"), row("d", 0.1), row("e", None), row("f", 0.0)]
    after.append(row("g", 0.5, low=0.1))
    lines = moved(before, after)
    assert [line.partition(":")[0] for line in lines] == ["b@ff", "c@ff", "d@ff", "f@ff", "g@ff"]
    assert "0.6" in lines[0] and "reproduced" in lines[1] and "is new" in lines[2]
    assert moved(after, before)[2] == "d@ff: is gone"
    assert moved(before, before) == []
