"""Plotly in JupyterLab and in an exported page: one template, one renderer, no request to
anywhere."""

import json

from genrelab.display.html import asset, element_id, safe_json, script
from genrelab.display.words import NO_MATH

CONFIG = {
    "showSendToCloud": False,  # on by default in plotly 7: uploads the chart
    "displaylogo": False,
    "responsive": True,
    "scrollZoom": False,
    "typesetMath": False,  # a dollar sign in a name is a dollar sign
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
}
FAMILY = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"


def template():
    """The course's plotly template: white paper, thin grid, quiet axes (0.6 kB; plotly's own is
    6.5)."""
    import plotly.graph_objects as go

    colours = {"gridcolor": "#e3e3e8", "linecolor": "#8a8a94"}
    axis = {**colours, "zeroline": False, "ticks": "", "automargin": True}
    layout = {
        "font": {"family": FAMILY, "size": 13, "color": "#1b1b1f"},
        "title": {"font": {"size": 15}, "x": 0, "xref": "paper", "xanchor": "left"},
        **dict.fromkeys(("paper_bgcolor", "plot_bgcolor"), "white"),
        **dict.fromkeys(("xaxis", "yaxis"), axis),
        "hoverlabel": {"align": "left", "font": {"size": 13}},
        "margin": {"l": 16, "r": 16, "t": 56, "b": 16},
    }
    return go.layout.Template(layout=layout)


def use_plotly_theme() -> None:
    """Register the template ``genrelab`` and the renderer ``site`` and make both the default;
    repeatable."""
    import plotly.io as pio
    from plotly.io.base_renderers import MimetypeRenderer

    class SiteRenderer(MimetypeRenderer):
        """A figure as plain HTML for exported pages; the page brings plotly.js once."""

        def to_mimebundle(self, fig_dict):
            return {"text/html": site_html(fig_dict)}

    pio.templates["genrelab"] = template()
    pio.templates.default = "genrelab"
    pio.renderers["site"] = SiteRenderer()
    pio.renderers["plotly_mimetype"].config = CONFIG
    pio.renderers.default = "plotly_mimetype+site"


def site_html(figure: dict) -> str:
    """HTML of a figure for a page that loads plotly.js itself.

    Parameters
    ----------
    figure : dict
        A figure as plotly hands it to renderers.

    Returns
    -------
    str
        The same bytes for the same figure (the element's id comes from the content). Waits until
        plotly.js is there, so the page may load it late.
    """
    from plotly.io import to_json

    spec = json.loads(to_json(figure, validate=False))
    layout = spec.get("layout", {})
    payload = safe_json({"data": spec.get("data", []), "layout": layout, "config": CONFIG})
    name = element_id("plot", payload)
    look = f'class="plotly-graph-div" style="width:100%;height:{layout.get("height") or 450}px"'
    return (f'<div class="genrelab genrelab-plot {NO_MATH}">'
            f'<style>{asset("genrelab/display/base.css")}</style><div id="{name}" {look}></div>'
            f"{script(['genrelab/display/plot.js'], 'plot', name, payload)}</div>")
