"""Sphinx settings of the site: everything is local, so the pages work from disk with the network
off."""

import os
from importlib.util import find_spec
from pathlib import Path


def shipped(module: str, file: str) -> str:
    """Return the path of a file that comes with an installed package."""
    return str(Path(find_spec(module).origin).parent / file)


project = html_title = "Hearing Genre"
author = "the Hearing Genre authors"
language = "en"
# a name in quotation marks is shown as it is typed, and a command can be copied
smartquotes = False
extensions = ["myst_nb", "sphinx_design", "sphinx_copybutton"]
extensions += ["coursekit.api_pages", "coursekit.terms"]
source_suffix = {".ipynb": "myst-nb", ".md": "myst-nb", ".rst": "restructuredtext"}
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["mystnb.unknown_mime_type"]

nb_execution_mode = "off"  # papermill has run them already
nb_code_prompt_show = "Show the {type}"
nb_code_prompt_hide = "Hide the {type}"
nb_output_stderr = "remove"
# the widget manager would come from the network; `live` shows a fallback instead
nb_ipywidgets_js = {}
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]

default_role = "py:obj"  # `name` in a docstring leads to its entry where there is one
add_module_names = False
python_use_unqualified_type_names = True

terms_pages_left_alone = ["glossary", "references", "api"]
# Words of the glossary that are ordinary ones too: what is linked in their place.
terms_forms = {
    "record": [],  # a disc, too
    "code": ["codes"],  # of a program, which has no plural
}
terms_passed_over = [
    "multi-format contrastive learning",  # 08: the title of a paper
    "folds some",  # 00: frequencies are folded back
    "supervised twin is the nearest neighbour",  # 03: no encoder's
    "not a verdict",  # 10: on music, not on a claim
]

html_theme = "sphinx_book_theme"
html_theme_options = {
    "announcement": os.environ.get("GENRELAB_BANNER", ""),
    "show_toc_level": 2,
    "use_download_button": False,
    "use_fullscreen_button": False,
}
html_static_path = [
    "_static",
    shipped("sphinx-mathjax-offline", "static/mathjax/tex-svg.js"),
    shipped("plotly", "package_data/plotly.min.js"),
]
mathjax_path = "tex-svg.js"
html_js_files = ["plotly.min.js"]
html_css_files = ["course.css"]
html_copy_source = False
html_show_sourcelink = False
html_context = {"default_mode": "auto"}
html_show_search_summary = False  # a summary would be fetched, and pages from disk may not fetch
