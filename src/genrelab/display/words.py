"""Names and titles stay what somebody typed: no medium may take them for markup.

HTML is escaped where it is written (`html.escape`, and `safe_json` for scripts), matplotlib and
pandas are told by `use_theme`, plotly by `plain_plotly`. What is left is text that goes into a
Markdown sentence.
"""

import string
from html import escape

NO_MATH = "tex2jax_ignore mathjax_ignore"
"""Classes of elements in which neither JupyterLab nor the site looks for formulas."""

_ENTITIES = {ord(mark): f"&#{ord(mark)};" for mark in string.punctuation}


def literal(text) -> str:
    """Return a text that Markdown shows as it is typed: no emphasis, link, formula or HTML is made
    of it.

    Parameters
    ----------
    text
        A reader's words: a file, an artist, a title, a genre, or an error that names one.

    Returns
    -------
    str
        Every ASCII punctuation mark as an HTML entity, and formulas switched off around the whole;
        line ends become spaces.

    Notes
    -----
    A backslash would do for CommonMark, but JupyterLab looks for formulas before and after it reads
    Markdown.

    Notebook: 10.

    Examples
    --------
    >>> literal("AC/DC")
    '<span class="tex2jax_ignore mathjax_ignore">AC&#47;DC</span>'
    """
    words = " ".join(str(text).split())
    return f'<span class="{NO_MATH}">{words.translate(_ENTITIES)}</span>'


def plain_plotly(text) -> str:
    """Return a text that plotly shows as it is typed: it reads a few HTML tags and entities.

    Line ends become spaces. Formulas are switched off by plotly's own configuration
    (`plotly_site.CONFIG`).
    """
    return escape(" ".join(str(text).split()), quote=False)
