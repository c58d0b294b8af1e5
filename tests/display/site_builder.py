"""Execute the gallery notebook and turn it into an offline page, the way the report does."""

import importlib.util
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
CONF = """
extensions = ["myst_nb"]
source_suffix = {".ipynb": "myst-nb"}
html_theme = "sphinx_book_theme"
nb_execution_mode = "off"
nb_ipywidgets_js = {}
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]
suppress_warnings = ["mystnb.unknown_mime_type"]
nb_output_stderr = "remove"
html_static_path = [PLOTLY]
html_js_files = ["plotly.min.js"]
html_copy_source = False
root_doc = "gallery"
project = "gallery"
"""


def gallery(folder: Path, count: int = 4, source: Path = HERE / "gallery.py") -> Path:
    """The gallery, or another script, as a notebook without outputs."""
    import jupytext

    text = (
        source.read_text()
        .replace("FOLDER", repr(str(HERE)), 1)
        .replace("COUNT", str(count), 1)
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "gallery.ipynb"
    jupytext.write(jupytext.reads(text, fmt="py:percent"), path)
    return path


def execute(folder: Path, count: int = 4, source: Path = HERE / "gallery.py") -> Path:
    """The gallery executed by papermill; sound and figures stand beside it."""
    import papermill

    notebook = gallery(folder / "source", count, source)
    path = folder / "run" / "gallery.ipynb"
    path.parent.mkdir(exist_ok=True)
    papermill.execute_notebook(
        str(notebook),
        str(path),
        kernel_name="python3",
        cwd=str(path.parent),
        progress_bar=False,
        store_widget_state=False,
    )
    return path


def build(folder: Path, count: int = 4, source: Path = HERE / "gallery.py") -> Path:
    """The gallery as a page opened from disk."""
    path = execute(folder, count, source)
    plotly = (
        Path(importlib.util.find_spec("plotly").origin).parent / "package_data" / "plotly.min.js"
    )
    (path.parent / "conf.py").write_text(CONF.replace("PLOTLY", repr(str(plotly))))
    out = folder / "html"
    subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(path.parent), str(out)], check=True
    )
    target = out / "media"
    if not target.exists() and (path.parent / "media").exists():
        target.symlink_to(path.parent / "media")
    return out / "gallery.html"
