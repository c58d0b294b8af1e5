"""Decks for a seminar: slides that show the outputs of notebooks, with notes, minutes and questions
for the speaker."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from coursekit.publishing import copy_sounds, run_sphinx
from genrelab.display.figures import figure_html
from genrelab.runtime import project_root

WORDS_A_MINUTE = 120
"""How fast one speaks to a room, with pauses."""

OUTPUTS = {
    "listen": (40, "play"),
    "slider": (60, "move the slider"),
    "sound_map": (90, "click the map"),
    "predict": (60, "collect guesses"),
    "still": (40, "figure"),
    "gtzan": (40, "figure of GTZAN"),
    "switches": (120, "flip the switches"),
    "explorer": (240, "explore"),
}
"""Seconds that a room needs to look at, hear or answer an output, and what one does with it, for
the table of a plan. Others take `ELSE`."""

ELSE = 30

ANSWERS = 30
"""Seconds that a room needs to answer a question."""

SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z*`(\"])")
"""Parts sentences."""

REFERENCE = "gtzan:"
"""Begins the name of a figure of the reference run, such as ``"gtzan:06_fig3"``."""

FITS = {
    "minutes": lambda n: type(n) in (int, float) and n > 0,
    "work": lambda n: type(n) in (int, float) and n > 0,
    "show": lambda kinds: isinstance(kinds, list),
    "hide": lambda flag: isinstance(flag, bool),
    "text": lambda n: type(n) is int and n >= -1,
    "cell": lambda n: type(n) is int and n >= 1,
}
"""What a field of a slide must be, where it is not text."""


class PlanError(ValueError):
    """A plan of a deck that does not fit the notebooks; the message names the plan and the
    slide."""


class Section(NamedTuple):
    """What stands under a heading of a notebook, in its order: texts without their heading, and
    outputs."""

    texts: list[str]
    outputs: list[nbformat.NotebookNode]


class Slide(NamedTuple):
    """One slide of a plan.

    Attributes
    ----------
    notebook, section
        Where it is taken from: number of the notebook and a heading, ``""`` for its title. Without
        a number the slide is the deck's own, such as a break, and `section` its heading.
    say, ask
        Notes for who speaks, and the question, which stands on the slide.
    minutes
        How long it takes.
    show
        Kinds of the outputs that it shows; ``"still:2"`` is the second of its kind in the section,
        ``"gtzan:06_fig3"`` a figure of the reference run.
    hide
        Whether outputs come with the next key, because they hold the answer.
    text
        How many sentences it takes from the section; -1 takes all.
    cell
        From which text of the section, counted from 1.
    write
        Words of the deck's own, in Markdown, after those of the section.
    music
        What the numbers on it come from, where they do not say it themselves.
    work
        Minutes in which the room or the board is busy, beside all that is said, asked, heard and
        seen.
    """

    notebook: str
    section: str
    say: str
    minutes: float
    ask: str = ""
    show: tuple[str, ...] = ()
    hide: bool = False
    text: int = 0
    cell: int = 1
    write: str = ""
    music: str = ""
    work: float = 0

    @property
    def least(self) -> float:
        """The minutes that notes take to be spoken, questions to be answered, and outputs to be
        heard and seen."""
        spoken = len(f"{self.say} {self.ask}".split()) / WORDS_A_MINUTE
        seconds = ANSWERS if self.ask else 0
        seconds += sum(OUTPUTS.get(kind, (ELSE, ""))[0] for kind in self.kinds)
        return spoken + self.work + seconds / 60

    @property
    def kinds(self) -> list[str]:
        """Kinds of the outputs that it shows, without their number."""
        return [kind.partition(":")[0] for kind in self.show]


class Plan(NamedTuple):
    """A deck as `docs/slides/NAME.toml` describes it."""

    name: str
    title: str
    slides: list[Slide]

    @property
    def minutes(self) -> float:
        return sum(slide.minutes for slide in self.slides)

    @property
    def notebooks(self) -> list[str]:
        return list(dict.fromkeys(slide.notebook for slide in self.slides if slide.notebook))


class Decks(NamedTuple):
    """What was built: the first page of the decks, and why each deck that is missing was left
    out."""

    index: Path
    left_out: dict[str, str]


def plans() -> list[Plan]:
    """Read the plans of all decks, in their order.

    Raises
    ------
    PlanError
        If a plan is not in order; the message names file, slide and field.
    """
    folder = project_root() / "docs" / "slides"
    return [_read_plan(path) for path in sorted(folder.glob("[0-9]_*.toml"))]


def teaching_tables(text: str) -> str:
    """Fill in the table of each plan between ``<!-- plan NAME -->`` and ``<!-- end -->`` in the
    text of a page."""
    known = {plan.name: plan for plan in plans()}
    marked = re.compile(r"(<!-- plan (\w+) -->\n).*?(<!-- end -->)", flags=re.DOTALL)
    if unknown := [name for _, name, _ in marked.findall(text) if name not in known]:
        raise PlanError(f"docs/teaching.md: there is no plan {unknown[0]}; there are "
                        f"{', '.join(known)}.")
    return marked.sub(lambda found: found[1] + _table(known[found[2]]) + found[3], text)


def build_slides(place: Path, say: Callable[[str], None] = print) -> Decks:
    """Build all decks that the executed notebooks in `place/pages` allow.

    Parameters
    ----------
    place
        Folder of a report, such as `build/synthetic`; gets `slides/`, which can be carried away as
        a whole.
    say
        Takes a line for each deck: how long it is planned to take, and how long its notes and
        outputs take at least; or why it is left out, because a notebook was not run, or showed
        something else than on the synthetic corpus.

    Raises
    ------
    PlanError
        If no deck can be built; what was there stays.
    RuntimeError
        If Sphinx fails.
    """
    pages = {path.name[:2]: path for path in sorted((place / "pages").glob("[0-9][0-9]_*.ipynb"))}
    source, draft, html = place / "slides-source", place / "slides-draft", place / "slides"
    for folder in (source, draft):
        shutil.rmtree(folder, ignore_errors=True)
    folder = project_root() / "docs" / "slides"
    shutil.copytree(folder, source, ignore=shutil.ignore_patterns("*.toml"))
    built, left_out = [], {}
    for plan in plans():
        try:
            nbformat.write(deck(plan, _sections_for(plan, pages)), source / f"{plan.name}.ipynb")
        except PlanError as error:
            left_out[plan.name] = str(error)
            say(f"{plan.name:24s} left out: {error}")
            continue
        least = sum(slide.least for slide in plan.slides)
        say(f"{plan.name:24s} {len(plan.slides):3d} slides {plan.minutes:5.0f} minutes, "
            f"{least:.0f} of them spoken for")
        built.append(plan)
    if not built:
        reasons = "; ".join(f"{name}: {why}" for name, why in left_out.items())
        raise PlanError(f"No deck can be built: {reasons}")
    (source / "index.md").write_text(_index(built), encoding="utf-8")
    run_sphinx("revealjs", source, draft)
    shutil.rmtree(draft / ".doctrees", ignore_errors=True)
    shown = [nbformat.read(path, as_version=4) for path in source.glob("*.ipynb")]
    copy_sounds(shown, place / "pages", draft)
    shutil.rmtree(html, ignore_errors=True)
    draft.replace(html)
    return Decks(html / "index.html", left_out)


def _sections_for(plan: Plan, pages: Mapping[str, Path]) -> dict[str, dict[str, Section]]:
    """Read the notebooks of a plan."""
    found = {}
    for number in plan.notebooks:
        if number not in pages:
            raise PlanError(f"this report has no notebook {number}")
        notebook = nbformat.read(pages[number], as_version=4)
        about = notebook.metadata["genrelab"]
        ends = {"skipped": f"was skipped. {about['reason']}", "failed": "failed: its page says how"}
        if about["state"] in ends:
            raise PlanError(f"notebook {number} {ends[about['state']]}")
        found[number] = read_sections(notebook)
    return found


def read_sections(notebook: nbformat.NotebookNode) -> dict[str, Section]:
    """Return what stands under each second-level heading of an executed notebook; ``""`` is its
    title."""
    found = {"": Section([], [])}
    name = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for heading, text in _parts(cell.source):
                if heading is not None:
                    name = heading
                    found.setdefault(name, Section([], []))
                if text:
                    found[name].texts.append(text)
        found[name].outputs.extend(cell.get("outputs", []))
    return found


def kind_of(output: nbformat.NotebookNode) -> str:
    """Name an output: the component that it holds, ``"finding"``, ``"table"``, ``"print"``, or
    ``"other"``."""
    data = output.get("data", {})
    html = data.get("text/html", "")
    if component := re.search(r'class="genrelab genrelab-([\w-]+)[ "]', html):
        return component.group(1)
    if "text/markdown" in data:
        return "finding"
    if "<table" in html:
        return "table"
    return "print" if output.output_type == "stream" else "other"


def deck(plan: Plan, sections: dict[str, dict[str, Section]]) -> nbformat.NotebookNode:
    """Make the notebook of a deck: a heading, sentences and notes for each slide, then the outputs
    that it shows."""
    cells = [nbformat.v4.new_markdown_cell(f"# {plan.title}")]
    gone = 0.0
    for number, slide in enumerate(plan.slides, start=1):
        where = f"{plan.name}.toml, slide {number} ({slide.notebook}, {slide.section or 'title'})"
        section = sections[slide.notebook].get(slide.section) if slide.notebook else Section([], [])
        if section is None:
            raise PlanError(f"{where}: the notebook has no such heading; it has "
                            f"{', '.join(sections[slide.notebook])}")
        gone += slide.minutes
        time = f"{slide.minutes:g} min, then {gone:g} of {plan.minutes:g} are gone."
        notes = [time, f"Ask first: {slide.ask}" if slide.ask else "", slide.say]
        heading = slide.section or section.texts[0].splitlines()[0].lstrip("# ")
        parts = [
            # two slides of one section have one heading: the target keeps their addresses apart
            f"({plan.name}-{number})=\n## {heading}",
            _sentences(section, slide, where),
            slide.write,
            f":::{{container}} ask\n{slide.ask}\n:::" if slide.ask else "",
            f":::{{container}} music\nNumbers: {slide.music}.\n:::" if slide.music else "",
            ":::{revealjs-notes}\n" + "\n\n".join(filter(None, notes)) + "\n:::",
        ]
        cells.append(nbformat.v4.new_markdown_cell("\n\n".join(filter(None, parts))))
        about = {"tags": ["remove-input", "later"] if slide.hide else ["remove-input"]}
        for output in _chosen(section, slide, where):
            cells.append(nbformat.v4.new_code_cell("# shown", outputs=[output], metadata=about))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _table(plan: Plan) -> str:
    lines = ["| from minute | what is on the slide | ask before you explain |", "|---|---|---|"]
    gone = 0.0
    for slide in plan.slides:
        heading = slide.section or f"notebook {slide.notebook}"
        doing = ", ".join(OUTPUTS[kind][1] for kind in slide.kinds if kind in OUTPUTS)
        shown = f"{slide.notebook}, {heading}" if slide.section and slide.notebook else heading
        lines.append(f"| {gone:g} | {shown}{': ' if doing else ''}{doing} | {slide.ask} |")
        gone += slide.minutes
    return "\n".join([*lines, f"| {gone:g} | end | |", ""])


def _read_plan(path: Path) -> Plan:
    try:
        plan = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"{path.name} is no TOML: {error}") from error
    if not isinstance(plan.get("title"), str) or not isinstance(plan.get("slide"), list):
        raise PlanError(f"{path.name} needs a `title` and one `[[slide]]` at least.")
    slides = [_slide(fields, f"{path.name}, slide {number}")
              for number, fields in enumerate(plan["slide"], start=1)]
    return Plan(path.stem, plan["title"], slides)


def _slide(fields: Mapping[str, Any], where: str) -> Slide:
    for name, value in fields.items():
        if name not in Slide._fields:
            raise PlanError(f"{where}: there is no field `{name}`; there are "
                            f"{', '.join(Slide._fields)}.")
        if not FITS.get(name, lambda text: isinstance(text, str))(value):
            raise PlanError(f"{where}: `{name}` must not be {value!r}.")
    for name in ("notebook", "section", "say", "minutes"):
        if name not in fields:
            raise PlanError(f"{where}: `{name}` is missing.")
    for kind in fields.get("show", ()):
        if not re.fullmatch(rf"[a-z_-]+(:[1-9]\d*)?|{REFERENCE}\w+", str(kind)):
            raise PlanError(f"{where}: `show` holds kinds such as `still`, `still:2` or "
                            f"`gtzan:01_leak`, not {kind!r}.")
    return Slide(**{**fields, "show": tuple(fields.get("show", ()))})


def _parts(text: str) -> Iterator[tuple[str | None, str]]:
    """Divide a Markdown cell at its second-level headings; what stands before the first has the
    heading None."""
    pieces = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    if pieces[0].strip():
        yield None, pieces[0].strip()
    for heading, body in zip(pieces[1::2], pieces[2::2]):
        yield heading.strip(), body.strip()


def _sentences(section: Section, slide: Slide, where: str) -> str:
    """Return the sentences that a slide takes from its section; of all of them, not one that
    announces a cell."""
    if not slide.text:
        return ""
    if slide.cell > len(section.texts):
        raise PlanError(f"{where}: the section has {len(section.texts)} texts, and no number "
                        f"{slide.cell}")
    text = section.texts[slide.cell - 1]
    if slide.text > 0:
        return " ".join(SENTENCE.split(text)[: slide.text])
    paragraphs = text.split("\n\n")
    if paragraphs[-1].endswith(":"):
        paragraphs[-1] = " ".join(SENTENCE.split(paragraphs[-1])[:-1])
    return "\n\n".join(paragraphs)


def _chosen(section: Section, slide: Slide, where: str) -> Iterator[nbformat.NotebookNode]:
    for wanted in slide.show:
        if wanted.startswith(REFERENCE):
            yield _reference_figure(wanted.removeprefix(REFERENCE), where)
            continue
        kind, _, number = wanted.partition(":")
        having = [output for output in section.outputs if kind_of(output) == kind]
        if int(number or 1) > len(having):
            kinds = ", ".join(map(kind_of, section.outputs))
            raise PlanError(f"{where}: there is no output {wanted}; the section has "
                            f"{kinds or 'none'}")
        yield having[int(number or 1) - 1]


def _reference_figure(name: str, where: str) -> nbformat.NotebookNode:
    """Return a committed figure as an output that says what it was made from."""
    path = project_root() / "figures" / "gtzan" / name[:2] / f"{name}.png"
    if not path.is_file():
        raise PlanError(f"{where}: the reference run has no figure {name}")
    words = path.with_suffix(".txt").read_text(encoding="utf-8").strip()
    html = figure_html(path.read_bytes(), words)
    html = html.replace("</figure>", "<figcaption>GTZAN, our full run</figcaption></figure>")
    return nbformat.v4.new_output("display_data", data={"text/html": html})


def _index(built: list[Plan]) -> str:
    lines = [f"- [{plan.title}]({plan.name}.ipynb): notebooks {', '.join(plan.notebooks)}; "
             f"{plan.minutes:.0f} minutes" for plan in built]
    keys = "The key S opens the notes, Esc the overview, ? lists all keys."
    return "\n".join(["# Hearing Genre: slides", "", "## Decks", "", *lines, "", keys, ""])
