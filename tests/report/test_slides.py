"""The plans of the decks fit the notebooks, their minutes hold what is on the slides, and decks are made of outputs."""

import nbformat
import pytest

from genrelab.report import slides
from genrelab.report.building import ReportError, needed_for
from genrelab.report.pairing import notebook_sources, read_source
from genrelab.report.slides import Plan, PlanError, Slide, deck, plans, read_sections, teaching_tables

SOURCES = {path.stem[:2]: read_sections(read_source(path)) for path in notebook_sources()}


@pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan.name)
def test_a_plan_names_headings_and_texts_that_are_there(plan):
    for slide in plan.slides:
        assert slide.section in SOURCES[slide.notebook], slide
        if slide.text:
            assert len(SOURCES[slide.notebook][slide.section].texts) >= slide.cell, slide
        assert slide.show or slide.text or not slide.section, f"nothing is on {slide}"


@pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan.name)
def test_a_slide_has_the_time_that_it_takes(plan):
    assert [slide for slide in plan.slides if slide.least > slide.minutes] == []


def test_the_five_parts_are_there_and_two_plans_fit_two_hours():
    named = {plan.name: plan for plan in plans()}
    parts = [["01", "06", "07"], ["05"], ["02", "03", "04"], ["08"], ["09", "10"]]
    assert [plan.notebooks for plan in named.values()] == parts
    assert 100 <= named["1_distances"].minutes <= 120
    assert 100 <= named["4_contrastive"].minutes + named["5_equal_ground"].minutes <= 120


def test_notes_hold_no_numbers_of_results():
    told = [f"{slide.say} {slide.ask}" for plan in plans() for slide in plan.slides]
    assert not [text for text in told if any(mark in text for mark in ("0.", "%", "±"))]


def executed():
    def output(html):
        return nbformat.v4.new_output("display_data", data={"text/html": html})

    player = '<div class="genrelab genrelab-listen" id="a">x</div>'
    cells = [
        nbformat.v4.new_markdown_cell("# 01 · Why?\n\n- **You will:** ask"),
        nbformat.v4.new_markdown_cell("## Hear it\n\nFirst. Second with $x$. Third."),
        nbformat.v4.new_code_cell("listen()", outputs=[output(player), output(player.replace(">x<", ">y<"))]),
    ]
    return {"01": read_sections(nbformat.v4.new_notebook(cells=cells))}


def test_a_slide_takes_sentences_outputs_and_notes():
    plan = Plan("1_x", "Title", [Slide("01", "Hear it", "Say this.", 3, "Why?", ("listen:2",), text=2)])
    heading, text, shown = deck(plan, executed()).cells
    assert heading.source == "# Title"
    assert "## Hear it\n\nFirst. Second with $x$.\n\n:::" in text.source and "Ask: Why?" in text.source
    assert "3 of 3 are gone" in text.source
    assert ">y<" in shown.outputs[0].data["text/html"] and "remove-input" in shown.metadata.tags


@pytest.mark.parametrize(
    ("slide", "said"),
    [
        (Slide("01", "Elsewhere", "", 1), "no such heading; it has , Hear it"),
        (Slide("01", "Hear it", "", 1, show=("slider",)), "no output slider; the section has listen, listen"),
        (Slide("01", "Hear it", "", 1, text=1, cell=2), "has 1 texts, and no number 2"),
    ],
)
def test_a_plan_that_does_not_fit_is_told_where(slide, said):
    with pytest.raises(PlanError, match=rf"1_x.toml, slide 1.*{said}"):
        deck(Plan("1_x", "Title", [slide]), executed())


def test_an_unknown_field_of_a_plan_is_named(tmp_path):
    path = tmp_path / "1_x.toml"
    path.write_text('title = "x"\n[[slide]]\nnotebook = "01"\nsection = ""\nsay = ""\nminute = 1\n')
    with pytest.raises(PlanError, match=r"1_x.toml, slide 1.*minute"):
        slides._read_plan(path)


def test_tables_for_teachers_follow_the_plans():
    text = teaching_tables("before\n<!-- plan 4_contrastive -->\nold\n<!-- end -->\nafter")
    plan = next(plan for plan in plans() if plan.name == "4_contrastive")
    assert "old" not in text and text.startswith("before") and text.endswith("after")
    assert text.count("\n| ") == len(plan.slides) + 2  # the head, the slides, the end
    assert f"| {plan.minutes:g} | end | |" in text


def test_warm_runs_what_a_deck_takes_up_as_well():
    assert needed_for("1") == ["01", "06", "07"]
    assert needed_for("5_equal_ground") == [f"{n:02d}" for n in range(1, 11)]
    with pytest.raises(ReportError, match="no deck '9'"):
        needed_for("9")
