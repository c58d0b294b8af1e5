"""Where files live, what is kept between runs, chance, progress, and the one door to joblib; knows
no other part."""

from genrelab.runtime.cache import cached
from genrelab.runtime.chance import generator
from genrelab.runtime.compiled import compile_librosa
from genrelab.runtime.identity import code_version
from genrelab.runtime.parallel import parallel, parallel_cached
from genrelab.runtime.places import (
    cache_folder,
    figures_folder,
    notebook_sources,
    printable,
    project_root,
    shown,
)
from genrelab.runtime.progress import progress

__all__ = ["cache_folder", "cached", "code_version", "compile_librosa", "figures_folder",
           "generator", "notebook_sources", "parallel", "parallel_cached", "printable", "progress",
           "project_root", "shown"]
