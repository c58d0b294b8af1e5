"""The measures of a lesson count what they say, and exercises have three hints and minutes."""

import re

import pytest
from lesson_limits import NOT_YET, cells, faults, sizes, taught

from coursekit.pairing import read_source
from genrelab.runtime import notebook_sources

LESSON = '''# %% [markdown]
# # 98 A question
#
# Five words of prose [here](http://a.b/c). $x + y$

# %% tags=["parameters"]
corpus = None

# %%
import numpy as np
from math import pi, tau


def twice(x):
    """Not counted."""
    return 2 * x  # counted


# %% [markdown]
# ## Exercises
#
# ### 98.1 Count (5 min)
#
# Words of an exercise do not count.

# %% tags=["stub"]
answer = ...

# %% tags=["check"]
check("98.1", answer)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1: a nudge</summary>Think.</details>

# %% tags=["solution", "hide-cell"]
# A solution
answer = 2

# %% [markdown]
# ## After
'''


def test_exercises_do_not_count():
    found = sizes(LESSON)
    assert found["words"] == 9 and found["code"] == 5 and found["names"] == 3
    assert (found["median"], found["longest"]) == (2.5, 4)
    assert not any("98.1" in source for _, _, source in taught(cells(LESSON)))


@pytest.mark.parametrize("line, word", [
    ("# Whoever guesses", "Whoever"), ("# It comes to rest.", "comes to rest"),
    ("# artists in train", "in train"), ("# under `grp`", "`grp`"),
    ('split = "ff"', "'ff'"), ("record = 1", "'record'"),
])
def test_words_to_lose_and_names_without_a_place_are_found(line, word):
    cell = "# %% [markdown]\n" if line.startswith("#") else "# %%\n"
    (fault,) = faults("98", cell + line)
    assert word in fault


def test_what_is_right_is_left_alone():
    text = ('# %% [markdown]\n# in training, on test tracks\n\n# %% tags=["hide-input"]\n'
            'save_figure(fig, says("cortis.leak@ff"))\n')
    assert faults("98", text) == []
    assert "is folded" in faults("98", '# %% tags=["hide-input"]\nx = 1\n')[0]


REWRITTEN = [path for path in notebook_sources() if path.name[:2] not in NOT_YET]


@pytest.mark.parametrize("path", REWRITTEN, ids=lambda path: path.name[:2])
def test_exercises_have_three_hints_and_minutes(path):
    notebook = read_source(path)
    heads = [line for cell in notebook.cells if cell.cell_type == "markdown"
             for line in re.findall(r"^### (\d\d\.\d.*)$", cell.source, flags=re.MULTILINE)]
    assert all(re.search(r"\(\d+ min(, seminar)?\)$", head) for head in heads), heads
    hints = [cell.source for cell in notebook.cells if "hint" in cell.metadata.get("tags", [])]
    assert len(hints) == len(heads) > 0
    for head, hint in zip(heads, hints):
        tiers = ["Hint 1: a nudge", "Hint 2: the idea", "Hint 3: half the code"]
        assert re.findall(r"<summary>(.*?)</summary>", hint) == tiers, head
