"""A new lock, and what moved."""

from genrelab.update import moved, pinned


def row(name, value, verdict="partly"):
    return {"id": name, "protocol": "ff", "value": value, "verdict": verdict}


def test_a_lock_names_versions_without_local_marks():
    told = {"install": [{"metadata": {"name": "torch", "version": "2.13.0+cpu"}},
                        {"metadata": {"name": "Open_TSNE", "version": "1.0.4"}}]}
    assert pinned(told) == ["open-tsne==1.0.4", "torch==2.13.0"]


def test_what_moved_came_and_went_is_told():
    before = [row("a", 0.5), row("b", 0.5), row("c", 0.5), row("e", None)]
    after = [row("a", 0.5), row("b", 0.6), row("c", 0.5, "reproduced"), row("d", 0.1), row("e", None)]
    lines = moved(before, after)
    assert [line.partition(":")[0] for line in lines] == ["b@ff", "c@ff", "d@ff"]
    assert "0.6" in lines[0] and "reproduced" in lines[1] and "is new" in lines[2]
    assert moved(after, before)[-1] == "d@ff: is gone"
    assert moved(before, before) == []
