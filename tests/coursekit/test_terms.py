"""The first use of a term leads to the glossary; headings, code and other such text stay alone."""

import re
import sys
from subprocess import run

import pytest

from coursekit.terms import forms_of, pattern_of

CONF = """
extensions = ["myst_parser", "coursekit.terms"]
myst_enable_extensions = ["dollarmath"]
terms_forms = {"code": ["codes"]}
terms_passed_over = ["leaks out"]
"""

GLOSSARY = """# Glossary

```{glossary}
probe
  A plain classifier; a linear probe is one.

linear probe
  A linear classifier.

leak
  What stands on both sides.

code
  A few numbers.

multimodal network (MMNN)
  Two networks in one.
```
"""

PAGE = """# A probe in a heading

`probe` and [a probe](glossary.md) and $probe$ and <b>probe</b> are passed over.

A *linear
probe* comes first. Then two Probes, and a probe again. Code is no term here, codes are. The gas
leaks out, a micro-leak is none, and a leak is. Then comes the MMNN, and the multimodal network.

    probe

| probe |
|---|
| leak |

## References

- "The linear probe", 2020.

```{toctree}
glossary
other
```
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """HTML of a small project, built with warnings as errors."""
    place = tmp_path_factory.mktemp("terms")
    other = "# Other\n\nThere is a leak here, too.\n"
    for name, text in {"conf.py": CONF, "glossary.md": GLOSSARY, "index.md": PAGE,
    "other.md": other}.items():
        (place / name).write_text(text, encoding="utf-8")
    run([sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", place, place / "html"],
    check=True)
    return {path.stem: path.read_text(encoding="utf-8") for path in (place / "html").glob("*.html")}


def linked(page):
    link = r'<a class="[^"]*term-link[^"]*" href="(?:glossary\.html)?#term-([\w-]+)"[^>]*>(.*?)</a>'
    return re.findall(link, page, re.DOTALL)


def test_the_first_use_is_linked_and_no_other(pages):
    found = [(term, " ".join(re.sub("<[^>]+>", "", said).split())) for term,
    said in linked(pages["index"])]
    assert found == [
        ("linear-probe", "linear probe"),
        ("probe", "Probes"),
        ("code", "codes"),
        ("leak", "leak"),
        ("multimodal-network-MMNN", "MMNN"),
    ]
    assert pages["index"].partition("micro-leak is none, and ")[2].startswith("a <a")


def test_each_page_begins_anew_and_the_glossary_links_nothing(pages):
    assert [term for term, _ in linked(pages["other"])] == ["leak"]
    assert linked(pages["glossary"]) == []


def test_forms_are_whole_words_with_a_plural():
    assert forms_of("nearest neighbour (1-NN)", {}) == ["nearest neighbour", "1-nn"]
    pattern = pattern_of(["entropy", "Cohen's κ", "fold"])
    assert [match[0] for match in pattern.finditer("cross-entropy, entropy, Cohen’s κ, folds, "
                                                   "folded, manifold")] == [
        "entropy",
        "Cohen’s κ",
        "folds",
    ]
