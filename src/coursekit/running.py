"""Run one notebook from top to bottom by papermill."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import nbformat

from coursekit.choice import ReportError, parameters_of
from coursekit.pairing import read_source
from coursekit.stubs import tagged, with_answers, with_solutions
from genrelab.corpora import Corpus
from genrelab.display.words import literal
from genrelab.runtime import shown

ANSWER_SECONDS = 300
"""How long a cell may take in a notebook with somebody's answers, which may never end."""

PAPERMILL = "papermill-error-cell-tag"
"""Tag of the cells that papermill adds to a notebook that failed."""

LOST = ("before replying to kernel_info", "Kernel didn't respond", "Kernel died")
"""What is said of a kernel that has not begun, or that died between two answers."""


class Run(NamedTuple):
    """How the run of a notebook ended.

    Attributes
    ----------
    notebook
        ``"01_gtzan_and_its_faults"``.
    state
        ``"done"``, ``"skipped"`` (the corpus lacks what it needs) or ``"failed"``.
    seconds
        Wall-clock time.
    reason
        Why it was skipped, or the failing cell and its error.
    """

    notebook: str
    state: str
    seconds: float
    reason: str = ""

    def __str__(self) -> str:
        line = f"{self.notebook:36s} {self.state:8s} {self.seconds:6.1f} s"
        return f"{line}  {self.reason}" if self.reason else line


class Pages(NamedTuple):
    """Executed notebooks, and what they were made from.

    Attributes
    ----------
    place
        Holds `pages/` (executed notebooks and `media/`) and `minutes.json`.
    figures
        Folder of the run's figures and claims.
    corpus
        The music.
    audio
        Whether pages play sound.
    runs
        How each notebook ended.
    """

    place: Path
    figures: Path
    corpus: Corpus
    audio: bool
    runs: list[Run]

    def check(self) -> None:
        """Raise a `ReportError` that names each notebook that failed."""
        if failed := [run for run in self.runs if run.state == "failed"]:
            raise ReportError("\n".join(f"{run.notebook} failed {run.reason}" for run in failed))


def run_notebook(source: Path, pages: Path, parameters: dict, solutions: bool = False,
                 answers: Mapping[str, str] | None = None) -> Run:
    """Execute a notebook in the folder `pages` and leave the executed copy there.

    Parameters
    ----------
    source
        The percent script.
    pages
        Folder of executed notebooks; sound is written to `media/` in it.
    parameters
        Values for the parameters cell, those only that differ from what stands there.
    solutions
        Whether the solutions stand in the place of the stubs.
    answers
        Somebody's answers, to stand there instead, see `stubs.with_answers`.
    """
    import papermill
    from papermill.exceptions import PapermillExecutionError

    notebook = read_source(source)
    if solutions:
        with_solutions(notebook)
    if answers is not None:
        with_answers(notebook, answers)
    page, draft = pages / f"{source.stem}.ipynb", pages / f".{source.stem}.draft.ipynb"
    pages.mkdir(parents=True, exist_ok=True)
    page.unlink(missing_ok=True)  # what an earlier run left is no page of this one
    nbformat.write(notebook, draft)
    begin = time.monotonic()
    state, reason = "done", ""
    execution = {
        "parameters": parameters, "kernel_name": "python3", "cwd": str(pages),
        "start_timeout": 120,  # seconds; on a busy machine a kernel takes long to begin
        "execution_timeout": ANSWER_SECONDS if answers is not None else None,
        "interrupt_on_timeout": True}  # an answer without end costs itself alone
    quiet = ("progress_bar", "store_widget_state", "log_output", "request_save_on_cell_execute")
    execution |= dict.fromkeys(quiet, False)
    try:
        reason = _with_a_kernel(
            partial(papermill.execute_notebook, str(draft), str(page), **execution))
    except PapermillExecutionError as error:
        if error.ename == "CorpusLacks":
            state, reason = "skipped", error.evalue
        # papermill tells of cells that may fail, too, when all have run
        elif error.source not in [cell.source for cell in tagged(notebook, "raises-exception")]:
            first = "".join(f"\n    {line}" for line in error.source.strip().splitlines()[:6])
            what = f"{error.ename}: {error.evalue}"
            state, reason = "failed", f"in cell [{error.exec_count}]: {what}{first}"
    # a kernel that died, a cell that took for ever: papermill names no cell
    except Exception as error:
        state = "failed"
        reason = f"outside its cells: {type(error).__name__}: {error} (kernels.log may say why)"
    finally:
        draft.unlink(missing_ok=True)
    if state == "failed":
        reason += _keep_whole_error(page, pages.parent / "failed" / page.name)
    _tidy(source, page, state, reason, parameters)
    return Run(source.stem, state, time.monotonic() - begin, reason)


def _with_a_kernel(execute: Callable[[], object], tries: int = 3) -> str:
    """Execute a notebook, and again if its kernel died or fell silent; return what was lost so.

    Two kernels that start at the same moment may choose the same port; then one of them dies at
    once, or is not heard. Later one dies where memory is short. What kills it is no error of Python
    (that is never tried again), and is in the log: see `PYTHONFAULTHANDLER`.
    """
    lost = ""
    for left in reversed(range(tries)):
        try:
            execute()
            break
        except RuntimeError as error:
            if not left or not any(words in str(error) for words in LOST):
                raise
            lost = f"after a kernel was lost: {error}"
    return lost


def _keep_whole_error(page: Path, failed: Path) -> str:
    """Keep an executed notebook as it is, with all of the error's traceback, and say where."""
    if not page.is_file():
        return ""
    failed.parent.mkdir(exist_ok=True)
    shutil.copy(page, failed)
    return f"\n    with the whole traceback: {shown(failed)}"


def _tidy(source: Path, page: Path, state: str, reason: str, parameters: Mapping) -> None:
    """Make of an executed notebook a page: without what names this machine, and saying first what
    is unusual about it.

    A skipped notebook keeps its title and the reason, one that failed what comes before the error.
    """
    executed = nbformat.read(page, as_version=4) if page.is_file() else nbformat.v4.new_notebook()
    executed.metadata.pop("papermill", None)
    executed.metadata["genrelab"] = {"state": state, "reason": reason if state == "skipped" else ""}
    for cell in executed.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    executed.cells = [c for c in executed.cells if PAPERMILL not in c.metadata.get("tags", [])]
    title = next(cell for cell in read_source(source).cells if cell.source.startswith("# "))
    if state == "failed":
        executed.cells = _until_the_error(executed.cells) or [title]
        how = literal(reason.splitlines()[0])
        _say_first(executed, f"> **Not finished.** This notebook failed {how}")
    usual = parameters_of(source)
    if changed := {name: value for name, value in parameters.items() if value != usual[name]}:
        items = "; ".join(f"{name}: {usual[name]!r} → {now!r}" for name, now in changed.items())
        _say_first(executed, f"> **Other parameters than the course's.** {literal(items)}")
    if state == "skipped":
        executed.cells = [title, nbformat.v4.new_markdown_cell(f"> **Skipped.** {literal(reason)}")]
    nbformat.write(executed, page)


def _until_the_error(cells: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Return the cells up to the one that failed, with the error's last line only, for the others
    name this machine."""
    last = 0
    for place, cell in enumerate(cells):
        if cell.get("execution_count"):
            last = place
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                output.traceback = [f"{output.ename}: {output.evalue}"]
    return cells[: last + 1]


def _say_first(notebook: nbformat.NotebookNode, notice: str) -> None:
    """Put a notice under the title."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            title, _, rest = cell.source.partition("\n")
            cell.source = f"{title}\n\n{notice}\n{rest}"
            return
