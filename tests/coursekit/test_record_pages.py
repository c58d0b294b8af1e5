"""Every row that was computed stands on a page of the record, in a table that scrolls."""

import re

import pytest

from claimbook.claims import load_claims
from coursekit import record_pages
from coursekit.record_pages import TITLES
from genrelab.runtime import project_root
from reproductions.experiments import EXPERIMENTS


@pytest.fixture(scope="module")
def pages():
    return record_pages.record_pages()


def test_each_claim_has_one_row_a_protocol_and_no_row_stands_twice(pages):
    ids = [found for page in pages.values() for found in re.findall(r'<tr [^>]*id="([^"]+)"', page)]
    ids += [found for page in pages.values() for found in re.findall(r'<span id="([^"]+)"', page)]
    wanted = [f"{claim.id}@{protocol}" for claim in load_claims().values()
              for protocol in claim.all_protocols]
    assert sorted(ids) == sorted(wanted)


def test_rows_say_what_they_were_called_before_the_rules_changed(pages):
    said = sum(page.count("Before the rules changed") for page in pages.values())
    assert said == len(record_pages.before_the_rules()) > 100


def test_each_paper_has_a_page_and_each_experiment_its_prose():
    assert {one.paper for one in EXPERIMENTS} == set(TITLES)
    written = {path.stem for path in (project_root() / "docs" / "records").glob("*.md")}
    assert written == {one.name for one in EXPERIMENTS}


def test_tables_stand_in_frames_that_scroll_and_can_be_reached_by_keys(pages):
    for page in pages.values():
        assert page.count("<table") == page.count('class="claims-table" role="region"')
        assert page.count('tabindex="0"') == page.count("<table")
        assert "```{claims}" not in page and "```{kept}" not in page


@pytest.mark.parametrize("fence", ["claims} no.such.*", "kept} 99_nothing"])
def test_a_page_that_asks_for_what_there_is_not_is_refused(fence, monkeypatch, tmp_path):
    for one in EXPERIMENTS:
        path = tmp_path / "docs" / "records" / f"{one.name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"```{{{fence}\nA caption.\n```\n")
    monkeypatch.setattr(record_pages, "project_root", lambda: tmp_path)
    with pytest.raises((ValueError, FileNotFoundError), match=r"no\.such|99_nothing"):
        record_pages.record_pages()
