"""A reader's hands on the listening test and the ordering: by keyboard, from disk and in
JupyterLab."""

import csv
import sys

import nbformat
import pytest
from browsing import SOUNDING, heard, in_lab, jupyterlab, opened, serious_violations
from ear_pages import DISTANCES, TEST, answers_of, system_of, write_page
from ear_pages import TestedChords as Chords
from scipy.stats import kendalltau, spearmanr

from coursekit.listeners import read_answers, room_of, wilson
from genrelab.runtime import project_root

pytestmark = pytest.mark.browser
DIGITS = "1234567890"
SAID = "[data-role=said]"
COUNTS = "rows => rows.map(row => [...row.cells].slice(1).map(cell => +cell.innerText))"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ear")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GENRELAB_NO_AUDIO", raising=False)
        return write_page(folder, patch)


@pytest.fixture
def page(chromium, made):
    with opened(chromium, made[0].as_uri(), ["file:"]) as page:  # each page has a memory of its own
        page.wait_for_selector(".genrelab-ear[data-ready]")
        page.wait_for_selector(".genrelab-ear-order[data-ready]")
        yield page


def focus_by_tab(page, role):
    """Reach an element of the test by Tab alone."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.role") == role:
            return
    raise AssertionError(f"Tab does not reach {role}")


def take(page, test, right):
    """Answer all clips by keyboard: the first `right` ones rightly, the others by the genre that
    comes next."""
    for k, clip in enumerate(test.clips):
        assert page.evaluate("document.activeElement.dataset.role") == "play"
        page.keyboard.press("Space")
        place = test.genres.index(clip.genre)
        page.keyboard.press(DIGITS[place if k < right else (place + 1) % 10])


def test_a_whole_test_by_keyboard(page, made):
    test, box = made[1], page.locator(".genrelab-ear")
    said = box.locator(SAID)
    assert (
        said.inner_text().startswith("Clip 1 of 20: ")
        and box.locator("[data-role=result]").is_hidden()
    )
    focus_by_tab(page, "play")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    page.keyboard.press("3")
    assert said.inner_text() == "Play clip 1 first."
    page.keyboard.press("Space")
    heard(page, "heard-")
    page.keyboard.press("3")
    assert said.inner_text().startswith("Clip 2 of 20: ")
    page.wait_for_function(f"{SOUNDING}.length === 0")
    page.keyboard.press("Backspace")
    assert said.inner_text().startswith("Taken back. Clip 1 of 20: ")
    strip = page.locator(".genrelab-ear-strip")
    assert (
        "not on this axis yet" in strip.inner_text() and strip.locator(".genrelab-you").count() == 0
    )
    take(page, test, 12)
    low, high = wilson(12, 20)
    told = f"You: 12 of 20 right, 0.60 [{low:.2f}, {high:.2f}]"
    assert page.evaluate("document.activeElement.textContent") == told
    assert box.locator("[data-role=stage]").is_hidden()
    check_result(page, test)


def check_result(page, test):
    """The matrices, the table by condition and the strip tell what was answered."""
    ours, theirs = page.locator(".genrelab-ear [data-role=result] .genrelab-matrix").all()
    counts = ours.locator("tbody tr").evaluate_all(COUNTS)
    for i, row in enumerate(counts):
        right = sum(clip.genre == test.genres[i] for clip in test.clips[:12])
        assert row[i] == right and row[(i + 1) % 10] == 2 - right and sum(row) == 2
    system = system_of(Chords())
    hits = sum(system[clip.track] == clip.genre for clip in test.clips)
    assert theirs.locator("caption").inner_text() == f"half right: {hits} of 20 right"
    pooled = [k < 12 for k, clip in enumerate(test.clips) if clip.condition == "pooled 0.9 s"]
    row = page.locator(".genrelab-ear .genrelab-plain").first.locator("tbody tr").first
    assert row.locator("td").first.inner_text() == f"{sum(pooled)} of {len(pooled)}"
    dot = page.locator(".genrelab-ear-strip .genrelab-you")
    assert float(dot.get_attribute("data-value")) == 0.6
    axis, mark = (dot.locator(name).bounding_box() for name in (".genrelab-axis", "b"))
    assert abs((mark["x"] + mark["width"] / 2 - axis["x"]) / axis["width"] - 0.6) < 0.01
    assert page.locator(".genrelab-ear-strip .genrelab-part").count() == 3
    assert page.locator(".genrelab-ear-strip .genrelab-system").count() == 1


def test_answers_survive_a_reload_and_go_when_asked(page, made, tmp_path):
    test = made[1]
    page.locator("[data-role=play]").focus()
    take(page, part_of(test, 7), 7)
    page.reload()
    page.wait_for_selector(".genrelab-ear[data-ready]")
    assert page.locator(SAID).first.inner_text().startswith("Clip 8 of 20: ")
    page.locator("[data-role=play]").focus()
    take(page, part_of(test, 20, 7), 5)
    page.reload()
    page.wait_for_selector(".genrelab-ear[data-ready]")
    check_result(page, test)
    page.get_by_label("name in the file").fill('Lee, "J."')
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download my answers").click()
    assert waiting.value.suggested_filename == "answers-Lee-J-.csv"
    path = tmp_path / "answers.csv"
    waiting.value.save_as(path)
    table = read_answers(path, test.truths, test.genres, TEST.CONDITIONS)
    assert (
        len(table) == 20
        and set(table.listener) == {'Lee, "J."'}
        and (table.truth == table.answer).sum() == 12
    )
    assert table["clip"].tolist() == [clip.id for clip in test.clips]
    assert table.condition.tolist() == [clip.condition for clip in test.clips]
    page.once("dialog", lambda asked: asked.dismiss())
    page.locator(".genrelab-ear").get_by_role("button", name="Start again").click()
    assert page.locator(".genrelab-ear [data-role=result]").is_visible()
    page.once("dialog", lambda asked: asked.accept())
    page.locator(".genrelab-ear").get_by_role("button", name="Start again").click()
    assert page.locator(SAID).first.inner_text().startswith("Started again. Clip 1 of 20: ")
    assert page.locator(".genrelab-ear-strip .genrelab-you").count() == 0


def part_of(test, end, begin=0):
    """Return the test with some of its clips alone."""
    return TEST.EarTest(test.id, test.genres, test.clips[begin:end])


def test_the_way_to_the_test_leads_there(page):
    page.get_by_role("link", name="take the listening test").click()
    assert page.evaluate("document.activeElement.dataset.role") == "play"


def load(page, *files):
    page.locator("[data-role=room] input").set_input_files([str(file) for file in files])


def test_a_room_is_loaded_checked_and_agrees_with_python(page, made, tmp_path):
    test, files = made[1], []
    for k, right in enumerate((16, 11, 9, 4)):
        files.append(tmp_path / f"{k}.csv")
        answers_of(test, f"listener, {k} <b>", right).to_csv(
            files[-1], index=False, quoting=csv.QUOTE_MINIMAL
        )
    room = page.locator("[data-role=room]")
    room.locator("summary").click()
    load(page, *files)
    page.wait_for_selector("[data-role=room-view] .genrelab-dots")
    expected = room_of(
        read_answers(tmp_path, test.truths, test.genres, TEST.CONDITIONS), test.genres
    )
    values = room.locator(".genrelab-part").evaluate_all("rows => rows.map(row => "
                                                         "+row.dataset.value)")
    assert values == expected.listeners.accuracy.tolist()
    text = room.locator("strong").first.inner_text()
    assert text.startswith(f"4 listeners, 20 clips, 80 answers: {expected.mean:.2f} [")
    low, high = (float(x) for x in text.split("[")[1].split("]")[0].split(","))
    # two generators of chance
    assert abs(low - expected.low) < 0.04 and abs(high - expected.high) < 0.04
    counts = room.locator(".genrelab-matrix").first.locator("tbody tr").evaluate_all(COUNTS)
    assert counts == expected.counts.tolist()
    assert (
        "listener, 0 <b>" in room.inner_text()
        and room.locator("b", has_text="listener").count() == 0
    )
    check_room_refuses(page, test, tmp_path)


def check_room_refuses(page, test, folder):
    """The page says of a wrong file what Python says of it."""
    good = answers_of(test, "ann", 10)
    wrong = {
        "genre": good.assign(answer="polka"),
        "clip": good.assign(clip="c9"),
        "truth": good.assign(truth=good.truth.iloc[::-1].to_numpy()),
        "seconds": good.assign(seconds="soon"),
        "sixteen": good.assign(seconds="0x10"),
        "condition": good.assign(condition="loudly"),
        "nobody": good.assign(listener=""),
        "column": good.drop(columns="clip"),
        "twice": good.iloc[[0, 0]],
        "empty": good.iloc[:0],
    }
    for name, table in wrong.items():
        path = folder / "wrong" / f"{name}.csv"
        path.parent.mkdir(exist_ok=True)
        table.to_csv(path, index=False)
        with pytest.raises(ValueError) as told:
            read_answers(path, test.truths, test.genres, TEST.CONDITIONS)
        load(page, path)
        start = "No line of answers" if name == "empty" else str(told.value)
        page.wait_for_function(
            "text => document.querySelector('[data-role=room-said]').textContent.startsWith(text)",
            arg=start,
        )
        assert page.locator("[data-role=room-view] .genrelab-dots").count() == 0


def test_six_are_ordered_by_keyboard_and_compared(page):
    box = page.locator(".genrelab-ear-order")
    letters = (
        "[...document.querySelectorAll('.genrelab-order li')].map(i => i.dataset.letter).join('')"
    )
    box.locator("[data-do=compare]").focus()
    page.keyboard.press("Enter")
    assert box.locator(SAID).inner_text().endswith("not heard yet: A, B, C, D, E, F.")
    box.locator("[data-letter=A] [data-do=down]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert (
        page.evaluate(letters) == "BCADEF"
        and box.locator(SAID).inner_text() == "A is now number 3 of 6."
    )
    box.locator("[data-letter=C] [data-do=up]").focus()
    page.keyboard.press("Space")
    assert page.evaluate(letters) == "CBADEF"
    assert page.evaluate("document.activeElement.dataset.do") == "down"  # it cannot go further up
    for letter in "ABCDEF":
        box.locator(f"[data-letter={letter}] [data-do=play]").focus()
        page.keyboard.press("Space")
        heard(page, "version-", 0.05)
    box.locator("[data-do=compare]").focus()
    page.keyboard.press("Enter")
    check_order(page)
    page.reload()
    page.wait_for_selector(".genrelab-ear-order[data-ready]")
    check_order(page)
    box.locator("[data-do=again]").click()
    assert page.evaluate(letters) == "ABCDEF" and box.locator("table").count() == 0


def check_order(page):
    """The correlations are scipy's."""
    box = page.locator(".genrelab-ear-order")
    orders, numbers = (
        table.locator("tbody tr").evaluate_all("rows => rows.map(r => [...r.cells].map(c => "
                                               "c.innerText))")
        for table in box.locator("table").all()
    )
    own = [row[1].split(": ")[1] for row in orders]
    assert [row[1][0] for row in orders] == list("CBADEF")
    for metric, row in zip(DISTANCES, zip(*[row[1:] for row in numbers])):
        expected = [test(range(6), DISTANCES[metric][own])[0] for test in (spearmanr, kendalltau)]
        assert [float(text.replace("−", "-")) for text in row] == pytest.approx(expected, abs=0.006)
    # MSE grows down the table
    assert [row[2].split(": ")[1] for row in orders] == list(DISTANCES.index)
    assert "Of all 720 orders of 6 things, 24 have a ρ of 0.89 or more" in box.inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
def test_it_fits_and_axe_finds_nothing_serious(page, made, theme, width):
    dark = "background:#14181e;color:#ced6dd" if theme == "dark" else ""
    page.evaluate(f"document.body.style.cssText = '{dark}'")
    page.set_viewport_size({"width": width, "height": 900})
    for _ in range(2):  # before the test, and after it
        assert serious_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if page.locator("[data-role=stage]").is_visible():
            page.locator("[data-role=play]").focus()
            take(page, made[1], 12)


def test_the_keys_answer_in_jupyterlab(chromium, tmp_path):
    tests = project_root() / "tests"
    source = (
        f"import sys\nsys.path[:0] = [{str(tests)!r}, {str(tests / 'coursekit')!r}]\n"
        "from ear_pages import TestedChords\nfrom coursekit.lesson import ear_strip, "
        "ear_test\nimport pandas as pd\n"
        "test = ear_test(TestedChords())\n"
        "ear_strip(test, pd.DataFrame({'accuracy': [.6], 'low': [.4], 'high': [.8]}, ['x']))"
    )
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)], metadata=kernel)
    (tmp_path / "data").mkdir()
    nbformat.write(notebook, tmp_path / "ear.ipynb")
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        f"--ServerApp.root_dir={tmp_path}",
    ]
    with jupyterlab(command, tmp_path) as address, in_lab(chromium, address, "ear.ipynb") as page:
        assert page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_selector(".genrelab-ear[data-ready]", timeout=60_000)
        page.locator("[data-role=play]").focus()
        page.keyboard.press("Space")
        heard(page, "heard-", 0.1)
        for k in range(20):
            page.keyboard.press(DIGITS[k % 10])
            page.keyboard.press("Space")
        page.wait_for_selector(".genrelab-ear-strip .genrelab-you")
        assert page.locator(".jp-Cell").count() == 1  # no key went to JupyterLab
        assert page.locator(".genrelab-ear [data-role=stage]").is_hidden()
