"""The page of works that the course names, from `docs/references.bib`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

FIELD = re.compile(r"(\w+)\s*=\s*\{((?:[^{}]|\{[^{}]*\})*)\}")

HEAD = """# References

The works that the notebooks and the package name, by their authors. The four papers whose claims
the course tests stand first; the [page of claims](claims.md) tells what became of each claim. To
cite them, take {download}`references.bib`.
"""


class Work(NamedTuple):
    """An entry of a BibTeX file: its key and its fields, with names in small letters."""

    key: str
    fields: dict[str, str]


def read_bib(text: str) -> list[Work]:
    """Read BibTeX of the plain kind that the course keeps: values in braces, at most one pair of
    braces within.

    Raises
    ------
    ValueError
        If an entry has no key, author, title or year, or two have the same key.
    """
    works = []
    for entry in re.split(r"^@", text, flags=re.MULTILINE)[1:]:
        key = re.match(r"\w+\{([^,\s]+),", entry)
        if not key:
            raise ValueError(f"references.bib: an entry without a key begins “@{entry[:30]}”.")
        fields = {name.lower(): re.sub(r"\s+", " ", value) for name, value in FIELD.findall(entry)}
        if missing := [name for name in ("author", "title", "year") if name not in fields]:
            raise ValueError(f"references.bib: {key[1]} has no {missing[0]}, or more than one pair "
                             "of braces in it.")
        works.append(Work(key[1], fields))
    keys = [work.key for work in works]
    if twice := {key for key in keys if keys.count(key) > 1}:
        raise ValueError(f"references.bib has two entries {', '.join(sorted(twice))}.")
    return works


def cited_titles(markdown: str) -> list[str]:
    """Return what stands in double quotes in the section named References of a notebook's text."""
    _, _, section = markdown.partition("## References")
    return [re.sub(r"\s+", " ", title).strip(" ,.") for title in re.findall(r'"([^"]+)"', section)]


def is_title(cited: str, work: Work) -> bool:
    """Whether a notebook means this work: its title, or the title up to a colon, whatever its
    capitals."""
    title = work.fields.get("title", "")
    return _plain(cited) in (_plain(title), _plain(title.partition(":")[0]))


def references_page(works: Sequence[Work], texts: Mapping[str, str]) -> str:
    """Return the page as MyST Markdown.

    Parameters
    ----------
    works
        The entries of the BibTeX file.
    texts
        Name of a notebook to its Markdown, to tell which notebooks name a work.
    """
    cited = {name: cited_titles(text) for name, text in sorted(texts.items())}
    parts: dict[str, list[str]] = {"The four papers": [], "Other works": []}
    for work in sorted(works, key=_by_author):
        users = [name for name, titles in cited.items() if any(is_title(t, work) for t in titles)]
        part = "The four papers" if "paper" in work.fields else "Other works"
        parts[part].append(_line(work, users))
    texts = ("\n".join([f"## {name}\n", *lines, ""]) for name, lines in parts.items())
    return "\n".join([HEAD, *texts])


def _line(work: Work, notebooks: Sequence[str]) -> str:
    known = work.fields
    where = known.get("journal") or known.get("booktitle") or known.get("institution") or ""
    where = f"*{where}*" if "journal" in known or "booktitle" in known else where
    where += f" {known['volume']}" if "volume" in known else ""
    where += f" ({known['number']})" if "number" in known else ""
    pages = f"pages {known['pages'].replace('--', '–')}" if "pages" in known else ""
    title = known["title"].replace("{", "").replace("}", "")
    parts = [_authors(known["author"]), f"“{title}”", where, pages, known["year"]]
    line = f"- {', '.join(filter(None, parts))}."
    if "eprint" in known:
        line += f" {known.get('archiveprefix', 'Preprint')} {known['eprint']}."
    if "url" in known:
        line += f" Code: <{known['url']}>."
    links = ", ".join(f"[{name[:2]}]({name}.ipynb)" for name in notebooks)
    return f"{line} In {links}." if links else line


def _authors(text: str) -> str:
    """Turn ``Wang, Z. and Bovik, A. C. and others`` into "Z. Wang, A. C. Bovik and others"."""
    authors = text.replace("{", "").replace("}", "").split(" and ")
    names = [" ".join(reversed(author.split(", ", 1))) for author in authors]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().lower()


def _by_author(work: Work) -> tuple[str, str]:
    author = unicodedata.normalize("NFKD", work.fields["author"].replace("{", ""))
    return author.encode("ascii", "ignore").decode().lower(), work.fields["year"]
