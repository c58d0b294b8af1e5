"""A kernel widget in JupyterLab, something that needs no kernel on the exported page."""

from genrelab.display.html import component

NEEDED = "This control needs a running kernel: open the notebook in JupyterLab to use it."
FALLBACK = f"<p><em>{NEEDED}</em></p>"


def live(widget, fallback=FALLBACK) -> None:
    """Show an ipywidget where a kernel runs, and `fallback` on the exported page.

    Parameters
    ----------
    widget : ipywidgets.Widget
        Shown in JupyterLab.
    fallback : str or object with ``_repr_html_``
        HTML for pages without a kernel: best a precomputed `slider` (``slider(...,
        display=False)``).

    Raises
    ------
    TypeError
        When `widget` is no ipywidget.

    Notes
    -----
    Notebook: 00.

    Examples
    --------
    >>> live(box, slider(frames, label="cut-off", display=False))  # doctest: +SKIP
    """
    from IPython.display import display

    if not hasattr(widget, "_repr_mimebundle_"):
        kind = type(widget).__name__
        raise TypeError(f"live() takes an ipywidget, not {kind}; show other things with display()")
    html = fallback if isinstance(fallback, str) else fallback._repr_html_()
    if not html.startswith('<div class="genrelab'):
        html = component("live", html)
    display({**widget._repr_mimebundle_(), "text/html": html}, raw=True)
