"""Switches are one self-contained output, and say what is missing."""

import itertools

import pandas as pd
import pytest

from genrelab.display import switches


def run(n=2):
    states = ["".join(bits) for bits in itertools.product("01", repeat=n)]
    value = [0.4 + 0.1 * state.count("1") for state in states]
    return pd.DataFrame(
        {"accuracy": value, "low": [v - 0.1 for v in value], "high": [v + 0.1 for v in value]},
        states,
    )


def test_switches_show_the_clean_state_without_scripts():
    html = switches(
        {"song": "the same <song>", "k": "k"}, {"here": run(), "there": run()}, display=False
    )
    assert html.count('type="checkbox"') == 2 and "the same &lt;song&gt;" in html
    assert html.count("<b>0.400</b>") == 2 and "accuracy, here: 0.400; there: 0.400" in html
    assert '"11":[0.6,0.5,0.7]' in html
    assert "http" not in html


def test_all_states_are_needed():
    with pytest.raises(ValueError, match="'here' has 3 states; 4 are needed"):
        switches({"song": "a", "k": "b"}, {"here": run().iloc[:3]}, display=False)
