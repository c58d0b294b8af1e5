"""The list of works is whole: every entry can be printed, every work that a notebook names is in
it."""

import re

import pytest

from claimbook.claims import load_claims
from coursekit.pairing import read_source
from coursekit.references import cited_titles, is_title, read_bib, references_page
from genrelab.runtime import notebook_sources, project_root

WORKS = read_bib((project_root() / "docs" / "references.bib").read_text(encoding="utf-8"))


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.key)
def test_an_entry_has_author_title_and_year(work):
    assert all(work.fields.get(name) for name in ("author", "title", "year"))


def test_nothing_of_the_file_is_lost():
    text = (project_root() / "docs" / "references.bib").read_text(encoding="utf-8")
    assert len(WORKS) == text.count("\n@") > 40
    assert sum(len(work.fields) for work in WORKS) == len(
        re.findall(r"^  \w+ = ", text, re.MULTILINE)
    )


def test_the_papers_whose_claims_are_tested_are_in_it():
    papers = {claim.paper for claim in load_claims().values()} - {"ours"}
    assert sorted(papers) == sorted(
        work.fields["paper"] for work in WORKS if "paper" in work.fields
    )


@pytest.mark.parametrize("source", notebook_sources(), ids=lambda path: path.stem)
def test_what_a_notebook_names_is_in_it(source):
    text = "\n\n".join(
        cell.source for cell in read_source(source).cells if cell.cell_type == "markdown"
    )
    titles = cited_titles(text)
    assert titles
    assert [title for title in titles if not any(is_title(title, work) for work in WORKS)] == []


def test_a_work_is_printed_with_its_notebooks():
    works = read_bib(
        "@article{a2020,\n  author = {Ahn, B. and {The Group} and others},\n  title = {{On}\n    "
        "Sound: a study},\n"
        "  journal = {Noise},\n  volume = {3},\n  pages = {1--2},\n  year = {2020},\n}\n"
    )
    page = references_page(works, {"01_a": '## References\n\n- B. Ahn, '
                                           '"On sound", 2020.', "02_b": 'A "On sound".'})
    assert (
        "- B. Ahn, The Group and others, “On Sound: a study”, *Noise* 3, pages 1–2, 2020." in page
    )
    assert page.endswith("2020. In [01](01_a.ipynb).\n")


def test_a_key_stands_once():
    with pytest.raises(ValueError, match="two entries a"):
        read_bib(2 * "@misc{a,\n  author = {A},\n  title = {x},\n  year = {1},\n}\n")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("@comment{x}\n", "without a key begins “@comment"),
        ("@misc{a,\n  author = {A},\n  year = {1},\n}\n", "a has no title"),
        ("@misc{a,\n  author = {A},\n  title = {{{x}}},\n  "
         "year = {1},\n}\n", "a has no title, or more than one"),
    ],
)
def test_an_entry_that_is_not_in_order_is_named(entry, said):
    with pytest.raises(ValueError, match=said):
        read_bib(entry)
