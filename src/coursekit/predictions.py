"""The reader bets before the answer is shown; the browser keeps the bet, and it is drawn onto the
figure."""

from __future__ import annotations

import html

from genrelab.display.figures import place_in_picture
from genrelab.display.html import KEYS_ARE_MINE, component, show


def predict(number: str, question: str, low: float, high: float, step: float = 0.01,
            unit: str = "") -> None:
    """Ask for a bet, by a slider that works in JupyterLab and on a page without a kernel.

    What follows is covered until the reader bets or skips: on a page everything to the end of the
    section in which `show_guess` stands, in JupyterLab the outputs of these cells.

    Parameters
    ----------
    number
        Name of the bet, such as ``"01.leak"``; `show_guess` finds it by this name.
    question
        What is to be guessed, in one sentence.
    low, high, step
        Range of the slider.
    unit
        Shown behind the number.

    Notes
    -----
    Notebook: 01.
    """
    limits = f'min="{low}" max="{high}" step="{step}" value="{(low + high) / 2:g}"'
    covered = "What follows is covered until you bet or skip."
    body = (f'<label for="{{id}}-range"><strong>Your bet.</strong> {html.escape(question)}</label>'
            f'<p><input id="{{id}}-range" type="range" {limits} {KEYS_ARE_MINE}> '
            f'<output for="{{id}}-range"></output> '
            f'<button type="button" data-role="keep" {KEYS_ARE_MINE}>Bet</button> '
            '<span role="status"></span></p>'
            f'<p data-role="covered" hidden><em>{covered}</em> '
            f'<button type="button" data-role="skip" {KEYS_ARE_MINE}>Skip</button></p>')
    data = {"number": number, "unit": unit, "low": low, "high": high, "question": question}
    show(component("predict", body, ("coursekit/predict.js",), ("coursekit/predict.css",), data,
                   call="predict"))


def show_guess(number: str, truth: float, axes=None, axis: str = "y") -> None:
    """Compare the reader's bet with what came out, and draw it onto the figure that was shown last.

    Parameters
    ----------
    number
        Name of the bet.
    truth
        What was asked for.
    axes
        matplotlib axes whose scale the guess is on, if it is to be drawn; the figure must have been
        saved by `save_figure` just before.
    axis
        ``"y"`` draws a horizontal line, ``"x"`` a vertical one.

    Notes
    -----
    Notebook: 01.
    """
    body = '<span role="status">You have not bet here.</span>'
    shown = f"{truth:.3g}" if abs(truth) < 1000 else f"{truth:.0f}"
    at = {"number": number, "truth": shown, "axis": axis}
    at |= {} if axes is None else _place(axes, axis)
    show(component("guess", body, ("coursekit/show_guess.js",), data=at, call="showGuess"))


def bets_so_far() -> None:
    """Show how good the reader's bets have been so far: how far off on average, too high or too
    low.

    Notes
    -----
    Notebook: 00, 01, 02, 03 and 04.
    """
    files = f'<input type="file" multiple accept=".csv,text/csv" {KEYS_ARE_MINE}>'
    body = ('<p data-role="said" role="status">You have not bet yet.</p>'
            '<div data-role="strip" hidden><span>too low</span><span>right</span>'
            '<span>too high</span></div>'
            f'<details data-role="room" hidden><summary {KEYS_ARE_MINE}>Room: the bets of a class'
            '</summary><p>Everyone downloads their own bets. '
            'Then load all the files together; nothing leaves this '
            f'page.</p><p><button type="button" data-role="download" {KEYS_ARE_MINE}>Download my '
            f'bets</button> <label>Load CSV files: {files}</label></p>'
            '<p data-role="room-said" role="status"></p><div data-role="view"></div></details>')
    styles = ("coursekit/predict.css", "coursekit/bets.css")
    show(component("bets", body, ("coursekit/bets.js",), styles, call="bets"))


def _place(axes, axis: str) -> dict:
    """Return where the axes lie in the saved picture, as shares of its width and height, and the
    limits of the axis."""
    low, high = axes.get_ylim() if axis == "y" else axes.get_xlim()
    shares = dict(zip(("left", "top", "width", "height"), place_in_picture(axes)))
    return {**shares, "low": low, "high": high}
