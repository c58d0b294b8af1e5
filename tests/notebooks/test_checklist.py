"""Nothing that the notebooks told a referee was lost when the record left them."""

import subprocess

import checklist
import pytest

from genrelab.runtime import project_root


def test_everything_has_its_place():
    assert sorted(checklist.listed()) == [f"{number:02}" for number in range(11)]
    assert checklist.gaps() == []


def test_the_list_is_what_stood_in_the_notebooks():
    git = ["git", "-C", str(project_root()), "cat-file", "-e", checklist.PARTED]
    if subprocess.run(git, capture_output=True, check=False).returncode:
        pytest.skip(f"this clone does not hold commit {checklist.PARTED}")
    listed = {number: [(item["is"], item["name"]) for item in items]
              for number, items in checklist.listed().items()}
    stood = {number: [(item["is"], item["name"]) for item in items]
             for number, items in checklist.items_at(checklist.PARTED).items()}
    assert listed == stood
