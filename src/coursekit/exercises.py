"""Exercises that check themselves, with a hint for each wrong answer that was foreseen."""

from __future__ import annotations

import dis
import html
import json
import os
import re
from collections.abc import Callable, Iterable
from importlib.util import module_from_spec, spec_from_file_location
from numbers import Real
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from IPython import get_ipython

from coursekit.stubs import SOLUTION
from genrelab.display.html import component, show
from genrelab.runtime import project_root

_CHECKS: dict[str, Callable[..., str]] = {}


class Hint(Exception):
    """Raised by a check when an answer is wrong; its text helps the reader on."""


class NotAttempted(Exception):
    """Raised when an answer is still the untouched stub."""


class Outcome(NamedTuple):
    """What a check found.

    Attributes
    ----------
    state
        ``"right"``, ``"not yet"`` or ``"not attempted"``.
    text
        What is right about the answer, or a hint.
    """

    state: str
    text: str


def exercise(number: str) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """Register the check of an exercise: a function that returns a sentence for a right answer,
    else raises `Hint`."""

    def register(function: Callable[..., str]) -> Callable[..., str]:
        _CHECKS[number] = function
        return function

    return register


def assess(number: str, answer: Any, *context: Any) -> Outcome:
    """Check an answer and return what was found; the reader's own mistakes become hints, never
    errors."""
    function = find_check(number)
    try:
        if answer is ...:
            raise NotAttempted
        return Outcome("right", function(answer, *context))
    except NotAttempted:
        mend = "Replace the three dots by your answer and run both cells again."
        return Outcome("not attempted", mend)
    except Hint as hint:
        return Outcome("not yet", str(hint))
    # whatever the reader's code raises is for the reader to see, and Run All goes on
    except Exception as error:
        return Outcome("not yet", f"Your answer raises {type(error).__name__}: {error}")


def find_check(number: str) -> Callable[..., str]:
    """Return the check of an exercise; those of notebook NN stand beside it, in
    `notebooks/checks/nbNN.py`."""
    path = project_root() / "notebooks" / "checks" / f"nb{number[:2]}.py"
    if number not in _CHECKS and path.is_file():
        described = spec_from_file_location(f"checks_{path.stem}", path)
        described.loader.exec_module(module_from_spec(described))
    if number not in _CHECKS:
        known = ", ".join(sorted(_CHECKS)) or "none"
        raise KeyError(f"There is no exercise {number!r}; known are {known}.")
    return _CHECKS[number]


def must_be_a_number(found: Any) -> None:
    """Raise a hint where an answer is no number."""
    if not isinstance(found, Real):
        raise Hint(f"A number is asked for, not a {type(found).__name__}.")


def foresee(found: Any, mistakes: Iterable[tuple[Any, str]], **tolerance: float) -> None:
    """Raise the hint of the first mistake that explains what was found.

    Parameters
    ----------
    found
        A number or an array.
    mistakes
        What comes out by a mistake, and the hint for who made it.
    **tolerance
        `rtol` and `atol` of `numpy.allclose`.
    """
    for value, hint in mistakes:
        if np.allclose(found, value, **tolerance):
            raise Hint(hint)


def call(answer: Callable, *arguments: Any) -> Any:
    """Call a reader's function; a stub counts as not attempted."""
    if not callable(answer):
        raise Hint("The name of the function was given another value. Define the function again.")
    if _is_stub(answer):
        raise NotAttempted
    result = answer(*arguments)
    if result is None:
        raise Hint("Your function returns nothing. Does it end with return and a value?")
    return result


def _is_the_solution(number: str) -> bool:
    """Tell whether the answer's name was given its value by the folded solution, and not by a cell
    of the reader's."""
    shell = get_ipython()
    ran = shell.user_ns.get("In", []) if shell else []
    called = re.compile(rf"""check\(\s*["']{re.escape(number)}["']\s*,\s*(\w+)""")
    checked = called.search(ran[-1]) if ran else None
    if not checked:
        return False
    gives = re.compile(rf"\bdef {checked[1]}\b|\b{checked[1]}\b[^=\n]*=(?!=)")
    last = next((cell for cell in reversed(ran[:-1]) if gives.search(cell)), "")
    return last.startswith(SOLUTION)


def _is_stub(function: Callable) -> bool:
    """Tell whether a function does nothing at all, as a stub does."""
    code = getattr(function, "__code__", None)
    steps = [(step.opname, step.argval) for step in dis.get_instructions(code)] if code else []
    nothing = ([("LOAD_CONST", None), ("RETURN_VALUE", None)], [("RETURN_CONST", None)])
    return [step for step in steps if step[0] not in ("RESUME", "NOP")] in nothing


def check(number: str, answer: Any, *context: Any) -> None:
    """Show whether an answer is right, with a hint where it is not.

    Parameters
    ----------
    number
        Exercise, such as ``"01.2"``.
    answer
        The reader's value or function.
    *context
        What the truth is computed from: the corpus at hand, a table.

    Notes
    -----
    Where `$GENRELAB_CHECKS` names a file, a line of JSON is added to it for each check; tests read
    it.

    Notebook: 00.
    """
    outcome = assess(number, answer, *context)
    if outcome.state == "right" and _is_the_solution(number):
        text = ("The folded solution has taken the place of your answer: run your own cell again, "
                "then this one.")
        outcome = Outcome("not attempted", text)
    if path := os.environ.get("GENRELAB_CHECKS"):
        line = json.dumps({"exercise": number, **outcome._asdict()})
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
    colour = {"right": "#00695c", "not yet": "#9a4b00", "not attempted": "#5f6368"}[outcome.state]
    style = f"border-left:.4em solid {colour};padding:.3em .8em"
    text = f"<strong>{outcome.state.capitalize()}.</strong> {html.escape(outcome.text)}"
    show(component("check", f'<div role="status" style="{style}">{text}</div>'))
