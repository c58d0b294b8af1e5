"""The reader commits to a guess before the answer is shown; the browser keeps it, and it is drawn
onto the figure."""

from __future__ import annotations

import html

from genrelab.display.html import component, show


def predict(number: str, question: str, low: float, high: float, step: float = 0.01,
            unit: str = "") -> None:
    """Ask for a guess, by a slider that works in JupyterLab and on a page without a kernel.

    Parameters
    ----------
    number
        Name of the guess, such as ``"01.leak"``; `show_guess` finds it by this name.
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
    # JupyterLab takes the arrow keys for itself unless the focused element says
    # `data-lm-suppress-shortcuts`.
    limits = f'min="{low}" max="{high}" step="{step}" value="{(low + high) / 2:g}"'
    body = (f'<label for="{{id}}-range"><strong>Your guess.</strong> '
            f'{html.escape(question)}</label><br><input id="{{id}}-range" type="range" {limits} '
            f'data-lm-suppress-shortcuts="true"> <output for="{{id}}-range"></output> <button '
            f'type="button">Keep this guess</button> <span role="status"></span>')
    data = {"number": number, "unit": unit}
    show(component("predict", body, ("coursekit/predict.js",), data=data, call="predict"))


def show_guess(number: str, truth: float, axes=None, axis: str = "y") -> None:
    """Hold the reader's guess against what came out, and draw it onto the figure that was shown
    last.

    Parameters
    ----------
    number
        Name of the guess.
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
    body = '<span role="status">You have kept no guess here.</span>'
    at = {"number": number, "truth": f"{truth:.3g}", "axis": axis}
    at |= {} if axes is None else _place(axes, axis)
    show(component("guess", body, ("coursekit/show_guess.js",), data=at, call="showGuess"))


def bets_so_far() -> None:
    """Show how good the reader's bets have been so far: how far off on average, too high or too
    low.

    Notes
    -----
    Notebook: 01, 02, 03 and 04.
    """
    body = '<p role="status">You have kept no bet yet.</p>'
    show(component("bets", body, ("coursekit/bets.js",), call="bets"))


def _place(axes, axis: str) -> dict:
    """Return where the axes lie in the saved picture, as shares of its width and height, and the
    limits of the axis."""
    from matplotlib import rcParams

    figure = axes.figure
    # what bbox_inches="tight" keeps, in inches
    page = figure.get_tightbbox().padded(rcParams["savefig.pad_inches"])
    frame = axes.get_window_extent().transformed(figure.dpi_scale_trans.inverted())
    low, high = axes.get_ylim() if axis == "y" else axes.get_xlim()
    return {"left": (frame.x0 - page.x0) / page.width, "top": (page.y1 - frame.y1) / page.height,
            "width": frame.width / page.width, "height": frame.height / page.height, "low": low,
            "high": high}
