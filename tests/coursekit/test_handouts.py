"""What students get holds no solution, what teachers get does."""

import zipfile
from collections import Counter

import nbformat
import pytest

from coursekit import handouts
from coursekit.handouts import _zip, build_handouts, without_solutions
from coursekit.pairing import read_source
from coursekit.running import Pages
from coursekit.slides import Decks, PlanError
from genrelab.runtime import notebook_sources


def test_solutions_are_taken_out_and_all_else_stays():
    for source in notebook_sources():
        whole = read_source(source)
        solutions = [
            cell.source for cell in whole.cells if "solution" in cell.metadata.get("tags", [])
        ]
        left = [cell.source for cell in without_solutions(read_source(source)).cells]
        assert len(solutions) >= 3
        assert left == [cell.source for cell in whole.cells if cell.source not in solutions]
        assert not any("# A solution" in text for text in left)


def test_an_archive_has_one_folder_and_says_what_it_is(tmp_path):
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "index.html").write_text("x")
    made = _zip(tmp_path / "a.zip", {"site": tmp_path / "html"}, "read me")
    with zipfile.ZipFile(made) as archive:
        assert archive.namelist() == ["hearing-genre/README.txt", "hearing-genre/site/index.html"]
        assert archive.read("hearing-genre/README.txt") == b"read me"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A report of one notebook with its sound; beside the course's notebooks lies one of the
    teacher's own."""
    source = next(source for source in notebook_sources() if source.stem.startswith("00"))
    course = tmp_path / "notebooks"
    course.mkdir()
    for name in (source.stem, "Untitled"):
        nbformat.write(read_source(source), course / f"{name}.ipynb")
    place = tmp_path / "place"
    (place / "pages" / "media" / "x").mkdir(parents=True)
    (place / "pages" / "media" / "x" / "a.mp3").write_bytes(b"sound")
    nbformat.write(read_source(source), place / "pages" / f"{source.stem}.ipynb")
    (place / "minutes.json").write_text("{}")

    def build_site(pages, teaching):
        folder = pages.place
        (folder / "html").mkdir()
        texts = [path.read_text() for path in sorted(folder.glob("pages/*.ipynb"))]
        texts += [str(path.relative_to(folder)) for path in sorted(folder.glob("pages/media/*/*"))]
        (folder / "html" / "index.html").write_text("\n".join([f"teaching {teaching}", *texts]))

    def build_slides(folder, say):
        (folder / "slides").mkdir()
        (folder / "slides" / "index.html").write_text("decks")
        return Decks(folder / "slides" / "index.html", {})

    monkeypatch.setattr(handouts, "notebook_sources", lambda: [course / f"{source.stem}.py"])
    monkeypatch.setattr(handouts, "build_site", build_site)
    monkeypatch.setattr(handouts, "build_slides", build_slides)
    return place


def executed(place, audio=True):
    return Pages(place, place, None, audio, [])


def contents(path):
    with zipfile.ZipFile(path) as archive:
        return {
            name.removeprefix("hearing-genre/"): archive.read(name).decode()
            for name in archive.namelist()
        }


def test_students_get_no_solution_and_teachers_all_of_them(place):
    students, teachers = map(contents, build_handouts(executed(place), lambda line: None))
    assert sorted(students) == [
        "README.txt", "notebooks/00_start_here.ipynb", "site/LICENSE.GPL-2", "site/index.html"
    ]  # fmt: skip
    # the sound holds samples, whose licence goes with them
    for archive in (students, teachers):
        assert "TimGM6mb" in archive["README.txt"] and "pretty_midi" in archive["README.txt"]
        assert "Version 2, June 1991" in archive["site/LICENSE.GPL-2"]
    assert sorted(teachers) == [*sorted(students), "slides/index.html"]
    solutions = [
        Counter(text.count("# A solution") for text in archive.values())
        for archive in (students, teachers)
    ]
    # in the notebook and in the page made from it
    assert solutions == [Counter({0: 4}), Counter({5: 2, 0: 3})]
    assert (
        "teaching False" in students["site/index.html"]
        and "teaching True" in teachers["site/index.html"]
    )
    assert all("a.mp3" in archive["site/index.html"] for archive in (students, teachers))
    assert sorted(path.name for path in place.iterdir() if path.is_dir()) == ["pages"]


def test_without_sound_none_is_handed_out(place):
    for path in build_handouts(executed(place, audio=False), lambda line: None):
        found = contents(path)
        assert "a.mp3" not in found["site/index.html"] and "without sound" in found["README.txt"]
        assert "TimGM6mb" not in found["README.txt"] and "site/LICENSE.GPL-2" not in found


def test_music_that_the_decks_do_not_fit_costs_teachers_the_decks_alone(place, monkeypatch):
    def build_slides(folder, say):
        raise PlanError("No deck can be built: 1_x: no output listen")

    monkeypatch.setattr(handouts, "build_slides", build_slides)
    lines = []
    _, teachers = build_handouts(executed(place), lines.append)
    assert "slides/index.html" not in contents(teachers)
    assert any("no decks" in line for line in lines)
