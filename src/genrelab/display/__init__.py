"""What a reader sees and hears: one theme, figures, players, the clickable map and sliders.

Every component is one self-contained ``text/html`` output (its script and style inside, nothing
fetched), so that it works in JupyterLab, in a notebook opened again without running it, and in the
exported page opened from disk.
"""

from genrelab.display.explorer import explorer
from genrelab.display.figures import save_figure
from genrelab.display.listening import listen
from genrelab.display.live import live
from genrelab.display.media import clip
from genrelab.display.palette import GENRE_STYLES, genre_style, genre_styles
from genrelab.display.slider import slider
from genrelab.display.sound_map import sound_map
from genrelab.display.switches import switches
from genrelab.display.theme import use_theme
from genrelab.display.words import literal

__all__ = [
    "GENRE_STYLES",
    "clip",
    "explorer",
    "genre_style",
    "genre_styles",
    "listen",
    "literal",
    "live",
    "save_figure",
    "slider",
    "sound_map",
    "switches",
    "use_theme",
]
