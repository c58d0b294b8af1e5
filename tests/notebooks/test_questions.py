"""Each lesson that was written anew has three questions of understanding, with their answers."""

import tomllib

import pytest

from genrelab.runtime import project_root


@pytest.mark.parametrize("number", [f"0{n}" for n in range(8)])
def test_a_lesson_has_three_questions_and_their_answers(number):
    path = project_root() / "docs" / "questions" / f"{number}.toml"
    asked = tomllib.loads(path.read_text(encoding="utf-8"))["questions"]
    assert [sorted(entry) for entry in asked] == [["answer", "question"]] * 3
    assert all(entry["question"].endswith("?") and entry["answer"].strip() for entry in asked)
