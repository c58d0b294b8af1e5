"""What the browser tests of the site and of the decks share."""

import pytest

from genrelab.report.building import build_report
from genrelab.runtime import project_root


@pytest.fixture(scope="session")
def site():
    """The site on the synthetic corpus; built here unless `make report` has done so since the last change."""
    index = project_root() / "build" / "synthetic" / "html" / "index.html"
    sources = [path for name in ("src", "notebooks", "docs") for path in (project_root() / name).rglob("*.*")]
    newest = max(path.stat().st_mtime for path in sources if "__pycache__" not in path.parts)
    fresh = index.is_file() and index.stat().st_mtime > newest
    return index.parent if fresh else build_report().parent
