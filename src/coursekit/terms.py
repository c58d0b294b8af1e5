"""An extension of Sphinx: on each page the first use of a term of the glossary leads to its entry.

Terms are taken from the pages' ``{glossary}`` directives. What is linked is running text; code,
headings, tables, formulas, links, inline HTML, outputs of cells and lists of references stay as
they are. Settings, in `conf.py`:

- ``terms_forms``: {term: forms that are linked instead of its own}, for terms that are also
  ordinary words;
- ``terms_passed_over``: phrases in which a term stands with its ordinary sense and is no use of it;
- ``terms_pages_left_alone``: beginnings of the names of pages without such links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

CODE = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw, nodes.comment)
HEADS = (nodes.title, nodes.rubric, nodes.table, nodes.topic, addnodes.desc_signature)
LINKS = (nodes.reference, addnodes.pending_xref, addnodes.toctree, addnodes.glossary)
SKIPPED = CODE + HEADS + LINKS


class TermLinks(SphinxPostTransform):
    """Link the first use of each term on a page."""

    default_priority = 5  # before links are resolved, so that all of them can be told from text
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Go through the page's text in its order."""
        page = self.env.current_document.docname
        if page.startswith(tuple(self.config.terms_pages_left_alone)):
            return
        objects = self.env.domains.standard_domain.objects
        places = {name: place for (kind, name), place in objects.items() if kind == "term"}
        forms = {form: term for term in places for form in forms_of(term, self.config.terms_forms)}
        if not forms:
            return
        passed_over = {_plain(phrase) for phrase in self.config.terms_passed_over}
        pattern = pattern_of([*forms, *passed_over])
        unlinked = set(places)
        _join_texts(self.document)
        for text in list(filter(_is_running, self.document.findall(nodes.Text))):
            parts: list[nodes.Node] = []
            end = 0
            for match in pattern.finditer(text):
                term = forms.get(_plain(match[1]))
                if term in unlinked:
                    unlinked.remove(term)
                    to, label = places[term]
                    shown = nodes.inline("", match[0])
                    link = make_refnode(self.app.builder, page, to, label, shown)
                    link["classes"].append("term-link")
                    parts += [nodes.Text(text[end : match.start()]), link]
                    end = match.end()
            if parts:
                parts.append(nodes.Text(text[end:]))
                text.parent.replace(text, [part for part in parts if part.astext()])


def forms_of(term: str, others: Mapping[str, Sequence[str]]) -> list[str]:
    """Return how a term may stand in text, in small letters: with "(…)" what is before it and what
    is in it."""
    if term in others:
        return [_plain(form) for form in others[term]]
    before, _, within = term.partition(" (")
    return [_plain(form) for form in (before, within.removesuffix(")")) if form]


def pattern_of(forms: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for whole words, the longest first, with or without a plural s; group 1 is
    the form."""
    words = sorted(forms, key=len, reverse=True)
    each = "|".join(re.escape(word).replace(r"\ ", r"\s+").replace("'", "['’]") for word in words)
    return re.compile(rf"(?<![\w\-/.])({each})s?(?![\w\-/]|\.\w|['’]\w)", re.IGNORECASE)


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx of the transform and its settings."""
    app.add_config_value("terms_forms", {}, "env")
    app.add_config_value("terms_passed_over", [], "env")
    app.add_config_value("terms_pages_left_alone", ["glossary"], "env")
    app.add_post_transform(TermLinks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("’", "'").lower()


def _join_texts(document: nodes.document) -> None:
    """Make one text of neighbours: a line break in Markdown parts a term of two words."""
    for parent in list(document.findall(nodes.TextElement)):
        joined: list[nodes.Node] = []
        for child in parent.children:
            if isinstance(child, nodes.Text) and joined and isinstance(joined[-1], nodes.Text):
                joined[-1] = nodes.Text(joined[-1].astext() + child.astext())
            else:
                joined.append(child)
        if len(joined) < len(parent.children):
            parent.children = []
            parent.extend(joined)


def _is_running(text: nodes.Text) -> bool:
    """Whether a text is part of a sentence that may get a link."""
    if any(isinstance(sibling, nodes.raw) for sibling in text.parent.children):
        return False  # inline HTML may itself be a link or code
    node = text.parent
    while node:
        if (isinstance(node, SKIPPED) or "cell" in node.get("classes", [])
            or _lists_references(node)):
            return False
        node = node.parent
    return True


def _lists_references(node: nodes.Node) -> bool:
    return isinstance(node, nodes.section) and node[0].astext() == "References"
