"""Sphinx settings of the decks: everything is local, as in the site."""

from importlib.util import find_spec
from pathlib import Path


def shipped(module: str, file: str) -> str:
    """Return the path of a file that comes with an installed package."""
    return str(Path(find_spec(module).origin).parent / file)


project = "Hearing Genre"
author = "the Hearing Genre authors"
language = "en"
# a name in quotation marks is shown as it is typed, and a command can be copied
smartquotes = False
extensions = ["myst_nb", "sphinx_revealjs"]
source_suffix = {".ipynb": "myst-nb", ".md": "myst-nb"}
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
suppress_warnings = ["mystnb.unknown_mime_type", "toc.not_included", "myst.header"]
templates_path = ["_templates"]
nb_execution_mode = "off"
nb_output_stderr = "remove"
nb_mime_priority_overrides = [
    ("revealjs", kind, 10 * rank)
    for rank, kind in enumerate(
        ["text/html", "image/svg+xml", "image/png", "text/markdown", "text/plain"], start=1
    )
]
mathjax_path = "tex-svg.js"
html_static_path = revealjs_static_path = [
    "_static",
    shipped("sphinx-mathjax-offline", "static/mathjax/tex-svg.js"),
    shipped("plotly", "package_data/plotly.min.js"),
]
revealjs_style_theme = "white"
revealjs_css_files = ["deck.css"]
revealjs_script_plugins = [{"name": "RevealNotes", "src": "revealjs/plugin/notes/notes.js"}]
html_copy_source = False
html_show_sourcelink = False
