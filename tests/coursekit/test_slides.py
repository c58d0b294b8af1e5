"""The plans of the decks fit the notebooks, their minutes hold what is on the slides, and decks are
made of outputs."""

import re

import nbformat
import numpy as np
import pytest

from coursekit import slides
from coursekit.building import needed_for
from coursekit.pairing import read_source
from coursekit.slides import (
    Plan,
    PlanError,
    Section,
    Slide,
    deck,
    plans,
    read_sections,
    teaching_tables,
)
from genrelab.runtime import notebook_sources

SOURCES = {path.stem[:2]: read_sections(read_source(path)) for path in notebook_sources()}


@pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan.name)
def test_a_plan_names_headings_and_texts_that_are_there(plan):
    for slide in plan.slides:
        assert slide.show or slide.text or slide.write, f"nothing is on {slide}"
        if not slide.notebook:
            assert slide.section and not slide.text, slide
            continue
        assert slide.section in SOURCES[slide.notebook], slide
        if slide.text:
            assert len(SOURCES[slide.notebook][slide.section].texts) >= slide.cell, slide


@pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan.name)
def test_a_slide_has_the_time_that_it_takes_and_not_much_more(plan):
    assert [slide for slide in plan.slides if slide.least > slide.minutes] == []
    assert [slide for slide in plan.slides if slide.minutes - slide.least > 2] == []


@pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan.name)
def test_every_guess_is_answered(plan):
    shown = [kind for slide in plan.slides for kind in slide.show]
    assert shown.count("predict") + shown.count("predict:1") == shown.count("guess")


def test_the_five_parts_are_there_and_two_plans_fit_two_hours():
    named = {plan.name: plan for plan in plans()}
    parts = [["01", "06", "07"], ["05"], ["02", "03", "04"], ["08"], ["09", "10"]]
    assert [plan.notebooks for plan in named.values()] == parts
    for seminar in (["1_distances"], ["4_contrastive", "5_equal_ground"]):
        slides = [slide for name in seminar for slide in named[name].slides]
        assert 100 <= sum(slide.minutes for slide in slides) <= 112, (
            "two hours want some minutes for questions"
        )
        gone = np.cumsum([slide.minutes for slide in slides])[
            [slide.section for slide in slides].index("Break")
        ]
        assert 35 <= gone - 10 <= 70, "the break lies far from the middle"
        assert slides[-1].section == "Before you go"


def test_notes_hold_no_numbers_of_results():
    told = [f"{slide.say} {slide.ask} {slide.write}" for plan in plans() for slide in plan.slides]
    assert not [text for text in told if re.search(r"\b0\.\d|%|±", text)]


def executed():
    def output(html):
        return nbformat.v4.new_output("display_data", data={"text/html": html})

    player = '<div class="genrelab genrelab-listen" id="a">x</div>'
    cells = [
        nbformat.v4.new_markdown_cell("# 01 · Why?\n\n- **You will:** ask"),
        nbformat.v4.new_markdown_cell("## Hear it\n\nFirst. Second with $x$. Third."),
        nbformat.v4.new_code_cell(
            "listen()", outputs=[output(player), output(player.replace(">x<", ">y<"))]
        ),
    ]
    return {"01": read_sections(nbformat.v4.new_notebook(cells=cells))}


def test_a_slide_takes_sentences_outputs_and_notes():
    plan = Plan(
        "1_x", "Title", [Slide("01", "Hear it", "Say this.", 3, "Why?", ("listen:2",), text=2)]
    )
    heading, text, shown = deck(plan, executed()).cells
    assert heading.source == "# Title"
    assert "## Hear it\n\nFirst. Second with $x$.\n\n:::{container} ask\nWhy?" in text.source
    assert "Ask first: Why?" in text.source
    assert "3 of 3 are gone" in text.source
    assert ">y<" in shown.outputs[0].data["text/html"] and shown.metadata.tags == ["remove-input"]


def test_a_slide_of_its_own_a_question_and_an_answer_that_waits():
    own = Slide("", "Break", "Go.", 10, write="Ten **minutes**.")
    later = Slide(
        "01", "Hear it", "Say.", 3, "Why?", ("listen", "gtzan:01_leak"), hide=True, write="Words."
    )
    _, break_, text, *shown = deck(Plan("1_x", "Title", [own, later]), executed()).cells
    assert "## Break\n\nTen **minutes**." in break_.source and "ask" not in break_.source
    assert "Words.\n\n:::{container} ask\nWhy?\n:::" in text.source
    assert text.source.index("Ask first: Why?") < text.source.index("Say.")
    assert [cell.metadata.tags for cell in shown] == [["remove-input", "later"]] * 2
    assert "GTZAN, our full run</figcaption>" in shown[1].outputs[0].data["text/html"]


def test_a_sentence_that_announces_a_cell_is_left_out():
    text = "First.\n\nSecond $x$. Then, by hand:"
    assert (
        slides._sentences(Section([text], []), Slide("01", "x", "", 1, text=-1), "")
        == "First.\n\nSecond $x$."
    )


@pytest.mark.parametrize(
    ("slide", "said"),
    [
        (Slide("01", "Elsewhere", "", 1), "no such heading; it has , Hear it"),
        (Slide("01", "Hear it", "", 1, show=("slider",)), "no output slider; the section has "
                                                          "listen, listen"),
        (Slide("01", "Hear it", "", 1, text=1, cell=2), "has 1 texts, and no number 2"),
        (Slide("01", "Hear it", "", 1, show=("gtzan:01_none",)), "the reference run has no figure "
                                                                 "01_none"),
    ],
)
def test_a_plan_that_does_not_fit_is_told_where(slide, said):
    with pytest.raises(PlanError, match=rf"1_x.toml, slide 1.*{said}"):
        deck(Plan("1_x", "Title", [slide]), executed())


GOOD = 'notebook = "01"\nsection = ""\nsay = ""\n'
SLIDE = 'title = "x"\n[[slide]]\n' + GOOD


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('title = "x', "1_x.toml is no TOML"),
        ("[[slide]]\n" + GOOD + "minutes = 1", "1_x.toml needs a `title`"),
        ('title = "x"', "one `.*slide.*` at least"),
        ('title = "x"\n[slide]\n' + GOOD, "one `.*slide.*` at least"),
        (SLIDE + "minutes = true", "slide 1: `minutes` must not be True"),
        (SLIDE + "minutes = -1", "slide 1: `minutes` must not be -1"),
        (SLIDE + "minutes = 1\ncell = 0", "slide 1: `cell` must not be 0"),
        (SLIDE + "minutes = 1\nshow = [3]", "slide 1: `show` holds kinds"),
        (SLIDE + "minute = 1", "1_x.toml, slide 1: there is no field `minute`"),
        (SLIDE, "1_x.toml, slide 1: `minutes` is missing"),
        (SLIDE + 'minutes = "2"', "slide 1: `minutes` must not be '2'"),
        (SLIDE + 'minutes = 1\nshow = "listen"', "slide 1: `show` must not be 'listen'"),
        (SLIDE + 'minutes = 1\nshow = ["still:0"]', "slide 1: `show` holds kinds .*still:0"),
    ],
)
def test_a_plan_that_is_not_in_order_is_told_where(tmp_path, text, said):
    path = tmp_path / "1_x.toml"
    path.write_text(text)
    with pytest.raises(PlanError, match=said):
        slides._read_plan(path)


@pytest.mark.parametrize("kind", ["listen", "sound_map", "ear-strip"])
def test_an_output_is_known_by_its_component(kind):
    html = f'<div class="genrelab genrelab-{kind}" id="a">x</div>'
    assert slides.kind_of(nbformat.v4.new_output("display_data", data={"text/html": html})) == kind


def test_decks_that_a_report_lacks_outputs_for_are_left_out_and_the_old_ones_stay(tmp_path):
    (tmp_path / "pages").mkdir()
    skipped = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 05 · Why?")])
    skipped.metadata["genrelab"] = {"state": "skipped", "reason": "No artists."}
    nbformat.write(skipped, tmp_path / "pages" / "05_x.ipynb")
    (tmp_path / "slides").mkdir()
    (tmp_path / "slides" / "index.html").write_text("of yesterday")
    told = []
    with pytest.raises(PlanError, match=r"2_raw_sound: notebook 05 was skipped\. No artists"):
        slides.build_slides(tmp_path, told.append)
    assert [line.split()[0] for line in told] == [plan.name for plan in plans()]
    assert (tmp_path / "slides" / "index.html").read_text() == "of yesterday"


def test_a_plan_that_teaching_names_and_nobody_has_written_is_told():
    with pytest.raises(PlanError, match="no plan 9_else"):
        teaching_tables("<!-- plan 9_else -->\n<!-- end -->")


def test_tables_for_teachers_follow_the_plans():
    text = teaching_tables("before\n<!-- plan 4_contrastive -->\nold\n<!-- end -->\nafter")
    plan = next(plan for plan in plans() if plan.name == "4_contrastive")
    assert "old" not in text and text.startswith("before") and text.endswith("after")
    assert text.count("\n| ") == len(plan.slides) + 2  # the head, the slides, the end
    assert f"| {plan.minutes:g} | end | |" in text


def test_warm_runs_the_notebooks_of_a_deck_alone():
    assert needed_for("1_distances") == ["01", "06", "07"]
    assert needed_for("5_equal_ground") == ["09", "10"]
