"""A notebook that fails is named with its cell; one whose needs are not met is skipped with the
reason."""

import json

import nbformat
import pytest

from coursekit import running
from coursekit.building import ReportError, _clear_other_runs, build_report, folder_name
from coursekit.choice import choose_notebooks
from coursekit.running import Pages, run_notebook

HEAD = "# %% [markdown]\n# # 99 · Why?\n\n"
PARAMETERS = '# %% tags=["parameters"]\nsize = 1\n\n'


@pytest.fixture
def run(tmp_path):
    def run(code, **parameters):
        source = tmp_path / "99_probe.py"
        source.write_text(HEAD + PARAMETERS + "# %%\n" + code)
        ended = run_notebook(source, tmp_path / "pages", parameters)
        return ended, tmp_path / "pages" / "99_probe.ipynb"

    return run


def test_parameters_reach_the_notebook_and_no_path_stays_in_it(run, tmp_path):
    ended, page = run("print(size + 1)", size=41)
    assert (ended.state, ended.reason) == ("done", "")
    text = page.read_text()
    assert (
        "42" in text
        and str(tmp_path) not in text
        and "papermill" not in json.loads(text)["metadata"]
    )
    assert sorted(path.name for path in page.parent.iterdir()) == ["99_probe.ipynb"]


def test_a_failing_cell_is_named(run):
    ended, page = run("numbers = []\nnumbers[3]")
    assert ended.state == "failed"
    assert "in cell [2]: IndexError" in ended.reason and "numbers[3]" in ended.reason
    assert (page.parents[1] / "failed" / page.name).is_file()


def test_a_failed_notebook_leaves_its_page_up_to_the_error_and_no_path(run, tmp_path):
    _, page = run("print('before')\nraise ValueError('<b>$x$</b>')\n\n# %%\nprint('after')")
    title, *_, failed = nbformat.read(page, as_version=4).cells
    assert title.source.startswith("# 99 · Why?\n\n> **Not finished.** This notebook failed <span")
    assert "<b>" not in title.source and "$" not in title.source
    assert failed.outputs[0].text == "before\n" and failed.outputs[1].traceback == [
        "ValueError: <b>$x$</b>"
    ]
    assert str(tmp_path) not in page.read_text()


def test_a_page_says_first_which_parameters_differ_and_only_these(run):
    _, page = run("print(size)", size=41)
    assert "size&#58; 1 → 41" in nbformat.read(page, as_version=4).cells[0].source
    _, page = run("print(size)", size=1)
    assert nbformat.read(page, as_version=4).cells[0].source == "# 99 · Why?"


def test_a_dead_kernel_is_a_failure(run):
    ended, page = run("import os\nos._exit(1)")
    assert ended.state == "failed" and "Dead" in ended.reason
    assert "**Not finished.**" in nbformat.read(page, as_version=4).cells[0].source


def test_a_corpus_that_lacks_something_skips_the_notebook(run):
    ended, page = run("from genrelab.corpora import CorpusLacks\nraise CorpusLacks('No artists are "
                      "known.')")
    assert (ended.state, ended.reason) == ("skipped", "No artists are known.")
    cells = nbformat.read(page, as_version=4).cells
    words = '<span class="tex2jax_ignore mathjax_ignore">No artists are known&#46;</span>'
    assert [cell.source for cell in cells] == ["# 99 · Why?", f"> **Skipped.** {words}"]


def test_only_the_reference_run_writes_the_committed_figures():
    assert folder_name("gtzan", reference=True) == "gtzan"
    assert folder_name("gtzan", reference=False) == "gtzan-lessons"
    assert folder_name("synthetic", reference=False) == "synthetic"
    assert folder_name("gtzan-part", reference=True) != "gtzan"


def test_a_site_never_mixes_runs(tmp_path):
    page = tmp_path / "pages" / "00_a.ipynb"
    run = {"corpus": "synthetic", "audio": True}
    _clear_other_runs(tmp_path, run)
    page.parent.mkdir()
    page.write_text("executed")
    _clear_other_runs(tmp_path, run)
    assert page.exists()
    _clear_other_runs(tmp_path, {**run, "corpus": "/home/ann/gtzan"})
    assert not page.exists()


@pytest.mark.parametrize("before", ["/home/ann/music", None])
def test_own_music_costs_its_page_alone_and_stays_in_no_run_without_it(before, tmp_path):
    run = {"corpus": "synthetic", "audio": True}
    pages = [
        tmp_path / "pages" / name
        for name in ("09_on_equal_ground.ipynb", "10_explore_embeddings.ipynb")
    ]
    # labels of old had no word on it
    _clear_other_runs(tmp_path, run | ({"mine": before} if before else {}))
    for now, left in ((before, 2), ("", 1), ("", 2), ("/home/ann/other", 1)):
        for page in pages:
            page.parent.mkdir(exist_ok=True)
            page.write_text("executed")
        _clear_other_runs(tmp_path, run | {"mine": now} if now is not None else run)
        assert [page.is_file() for page in pages] == [True, left == 2], now


def test_changed_parameters_need_a_place_of_their_own():
    with pytest.raises(ReportError, match="--out"):
        build_report(settings={"seed": 1})


@pytest.mark.slow
def test_a_site_of_one_notebook_has_pages_for_the_others(tmp_path):
    """Links between notebooks lead somewhere even where only one of them was run."""
    from coursekit.site import build_site
    from genrelab.corpora import load_corpus

    (tmp_path / "pages").mkdir()
    (tmp_path / "minutes.json").write_text("{}")
    music = load_corpus("synthetic")
    index = build_site(Pages(tmp_path, tmp_path / "figures", music, False, []))
    assert "Not run for this site" in (index.parent / "00_start_here.html").read_text()


def test_unknown_notebooks_are_named():
    with pytest.raises(ReportError, match=r"no notebook .77.; there are 00, 01"):
        choose_notebooks(["77"])


@pytest.mark.parametrize(
    "said", ["Kernel died before replying to kernel_info", "Kernel didn't respond in 60 seconds",
             "Kernel died"]
)
def test_a_lost_kernel_is_started_again_and_that_is_said(said):
    tries = []

    def execute():
        tries.append(1)
        if len(tries) < 3:
            raise RuntimeError(said)

    assert running._with_a_kernel(execute) == f"after a kernel was lost: {said}"
    assert len(tries) == 3
    assert running._with_a_kernel(lambda: None) == ""
    with pytest.raises(RuntimeError, match="of memory"):
        running._with_a_kernel(lambda: (_ for _ in ()).throw(RuntimeError("out of memory")))
    tries.clear()
    with pytest.raises(RuntimeError, match=said):
        running._with_a_kernel(execute, tries=2)
