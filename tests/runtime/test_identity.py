"""A module is known by what it does: words, layout and place do not count, and every change of code
does."""

import ast
import subprocess
import sys

import pytest

from genrelab.runtime import project_root
from genrelab.runtime.identity import code_version, identity

SOURCE = '''"""Words."""

import json
import numpy as np
from genrelab.features import spectra
from genrelab.runtime.cache import cached, recall as known

LIMIT = 3  # a remark


def f(x):
    """Say."""
    from genrelab.distances import knn

    return knn.f(x, "# no remark")
'''


@pytest.mark.parametrize(
    "before, after",
    [
        ('"""Words."""', '"""Other words,\n\non lines."""'),
        ("  # a remark", ""),
        ('    """Say."""\n', ""),
        ('"# no remark"', "'# no remark'"),
        ("knn.f(x, ", "knn.f(\n        x,\n        "),
        ("from genrelab.features import spectra", "from genrelab.sound.features import spectra"),
        ("from genrelab.runtime.cache", "from claimbook.cache"),
        ("from genrelab.distances import", "from reproductions.far import"),
        ("import json\nimport numpy as np\n", "import numpy as np\nimport json\n"),
        (
            "from genrelab.runtime.cache import cached, recall as known",
            "from genrelab.memory import recall as known\nfrom synthband.cache import cached",
        ),
    ],
)
def test_words_layout_and_place_do_not_count(before, after):
    assert before in SOURCE
    assert identity(SOURCE.replace(before, after)) == identity(SOURCE)


@pytest.mark.parametrize(
    "before, after",
    [
        ("LIMIT = 3", "LIMIT = 4"),
        ("LIMIT = 3", "LIMIT = 3.0"),
        ('"# no remark"', '"# a remark"'),
        ("knn.f(x, ", "knn.f(y, "),
        ("import numpy as np", "import numpy"),
        ("import numpy as np", "import scipy as np"),
        ("import spectra", "import pictures"),
        ("recall as known", "recall"),
        ("def f(x)", "def f(x, y=None)"),
        ("def f(x)", "async def f(x)"),
        ("return knn", "yield knn"),
    ],
)
def test_every_change_of_code_counts(before, after):
    assert before in SOURCE
    assert identity(SOURCE.replace(before, after)) != identity(SOURCE)


def test_order_of_statements_counts_where_they_are_no_imports():
    assert identity("a = 1\nb = 2\n") != identity("b = 2\na = 1\n")
    assert identity("a = 1", "b = 2") != identity("a = 1\nb = 2\n")


def test_no_two_modules_of_ours_are_taken_for_one():
    texts = [path.read_text(encoding="utf-8") for path in (project_root() / "src").rglob("*.py")]
    full = [text for text in texts if len(ast.parse(text).body) > 1]
    assert len({identity(text) for text in full}) == len(full) > 100


def test_it_is_the_same_in_another_process():
    code = "from genrelab.runtime import identity, code_version; print(code_version(identity))"
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    from genrelab.runtime import identity as module

    assert said.strip() == code_version(module)
