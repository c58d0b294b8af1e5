"""What students get holds no solution, what teachers get does."""

import zipfile

from genrelab.report.handouts import _zip, without_solutions
from genrelab.report.pairing import notebook_sources, read_source


def test_solutions_are_taken_out_and_all_else_stays():
    for source in notebook_sources():
        whole = read_source(source)
        solutions = [cell.source for cell in whole.cells if "solution" in cell.metadata.get("tags", [])]
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
