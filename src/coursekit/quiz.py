"""A short quiz with feedback on every option; plain HTML, so it works with and without a kernel."""

from __future__ import annotations

import html
import tomllib

from genrelab.display.html import component, show
from genrelab.runtime import project_root


def load_quiz(number: str) -> list[dict]:
    """Return the questions of notebook `number`: `question` and `options`, each with `text`,
    `right`, `feedback`.

    Raises
    ------
    ValueError
        If a question has not exactly one right option, or an option no feedback.
    """
    path = project_root() / "notebooks" / "quizzes" / f"{number}.toml"
    questions = tomllib.loads(path.read_text(encoding="utf-8"))["questions"]
    for question in questions:
        if sum(option.get("right", False) for option in question["options"]) != 1:
            raise ValueError(f"{path.name}: {question['question']!r} needs exactly one option with "
                             "right = true.")
        if not all(option.get("feedback") for option in question["options"]):
            raise ValueError(f"{path.name}: {question['question']!r} has an option without "
                             "feedback.")
    return questions


def quiz(number: str) -> None:
    """Show the quiz of a notebook: choose an option by mouse or keyboard and read why it is right
    or wrong.

    Notebook: 00.
    """
    questions = enumerate(load_quiz(number), 1)
    body = "".join(_question(number, place, question) for place, question in questions)
    show(component("quiz", body, ("coursekit/quiz.js",), ("coursekit/quiz.css",), call="quiz"))


# JupyterLab takes the arrow keys for itself unless the focused element says
# `data-lm-suppress-shortcuts`.
def _question(number: str, place: int, question: dict) -> str:
    name = f"quiz-{number}-{place}"
    options = []
    for option in question["options"]:
        state, word = ("right", "Right.") if option.get("right") else ("wrong", "Not quite.")
        feedback = html.escape(f"{word} {option['feedback']}")
        marks = f'name="{name}" data-state="{state}" data-feedback="{feedback}"'
        radio = f'<input type="radio" data-lm-suppress-shortcuts="true" {marks}>'
        options.append(f"<label>{radio} {html.escape(option['text'])}</label>")
    legend = f"<legend>{place}. {html.escape(question['question'])}</legend>"
    status = '<p role="status" aria-live="polite"></p>'
    return f"<fieldset>{legend}{''.join(options)}{status}</fieldset>"
