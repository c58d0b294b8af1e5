"""Old addresses of sections lead on."""

import re
import tomllib

import nbformat
import pytest

from coursekit.record_pages import record_pages
from coursekit.site import with_old_addresses
from genrelab.runtime import notebook_sources, project_root

MOVED = tomllib.loads((project_root() / "docs" / "moved.toml").read_text(encoding="utf-8"))


def slug(heading):
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def test_an_old_address_stands_at_the_new_heading_or_names_the_new_page():
    cell = nbformat.v4.new_markdown_cell("A word.\n\n## New name\n\nText.")
    page = nbformat.v4.new_notebook(cells=[cell])
    shown = with_old_addresses(page, {"old-name": "New name", "gone": "record_ours.html#there"})
    assert '<div id="old-name"></div>\n\n## New name' in shown.cells[0].source
    assert '<li id="gone"><a href="record_ours.html#there">gone</a>' in shown.cells[1].source
    assert len(page.cells) == 1 and "div" not in page.cells[0].source


@pytest.mark.parametrize("name", MOVED)
def test_what_has_moved_is_where_it_is_said_to_be(name):
    (source,) = (path for path in notebook_sources() if path.stem == name)
    headings = re.findall(r"^# #+ (.*)$", source.read_text(encoding="utf-8"), re.MULTILINE)
    records = {page: {slug(heading) for heading in re.findall(r"^## (.*)$", text, re.MULTILINE)}
               for page, text in record_pages().items()}
    for old, new in MOVED[name].items():
        assert old not in map(slug, headings)
        page, html, anchor = new.partition(".html#")
        assert anchor in records[page] if html else new in headings, new
