"""Run one notebook from top to bottom by papermill."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import nbformat

from genrelab.course.stubs import with_answers, with_solutions
from genrelab.report.pairing import read_source
from genrelab.runtime import shown

ANSWER_SECONDS = 300
"""How long a cell may take in a notebook with somebody's answers, which may never end."""

NO_KERNEL = ("before replying to kernel_info", "Kernel didn't respond")
"""What is said of a kernel that has not begun."""


@dataclass(frozen=True)
class Run:
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


def run_notebook(
    source: Path, pages: Path, parameters: dict, solutions: bool = False, answers: Mapping[str, str] | None = None
) -> Run:
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
    unknown = set(parameters) - {name for name in parameters if _declares(notebook, name)}
    if unknown:
        return Run(source.stem, "failed", 0, f"its parameters cell has no {', '.join(sorted(unknown))}")
    if solutions:
        with_solutions(notebook)
    if answers is not None:
        with_answers(notebook, answers)
    page = pages / f"{source.stem}.ipynb"
    draft = pages / f".{source.stem}.draft.ipynb"
    pages.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, draft)
    begin = time.monotonic()
    state, reason = "done", ""
    execute = partial(
        papermill.execute_notebook,
        str(draft),
        str(page),
        parameters=parameters,
        kernel_name="python3",
        cwd=str(pages),
        start_timeout=120,  # seconds; on a busy machine a kernel takes long to begin
        progress_bar=False,
        execution_timeout=ANSWER_SECONDS if answers is not None else None,
        interrupt_on_timeout=True,  # an answer without end costs itself alone
        store_widget_state=False,
        log_output=False,
        request_save_on_cell_execute=False,
    )
    try:
        _with_a_kernel(execute)
    except PapermillExecutionError as error:
        if error.ename == "CorpusLacks":
            state, reason = "skipped", error.evalue
        elif error.source not in _allowed_to_fail(notebook):  # papermill tells of these, too, when all cells have run
            state = "failed"
            reason = f"in cell [{error.exec_count}]: {error.ename}: {error.evalue}\n{_first_lines(error.source)}"
    except Exception as error:  # a kernel that died, a cell that took for ever: papermill names no cell
        state, reason = "failed", f"outside its cells: {type(error).__name__}: {error}"
    finally:
        draft.unlink(missing_ok=True)
    if state == "failed" and page.is_file():
        failed = pages.parent / "failed" / page.name
        failed.parent.mkdir(exist_ok=True)
        page.replace(failed)  # no site may show a page that was not finished
        reason += f"\n    as far as it came: {shown(failed)}"
    elif page.is_file():
        _tidy(page, reason if state == "skipped" else "")
    return Run(source.stem, state, time.monotonic() - begin, reason)


def _with_a_kernel(execute: Callable[[], object], tries: int = 3) -> None:
    """Execute a notebook, and again if its kernel died or fell silent before the first cell.

    Two kernels that start at the same moment may choose the same port; then one of them dies at once, or is not heard.
    """
    for left in reversed(range(tries)):
        try:
            execute()
            return
        except RuntimeError as error:
            if not left or not any(said in str(error) for said in NO_KERNEL):
                raise


def _allowed_to_fail(notebook: nbformat.NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if "raises-exception" in cell.metadata.get("tags", [])]


def _declares(notebook: nbformat.NotebookNode, name: str) -> bool:
    """Tell whether the parameters cell assigns a name."""
    cells = [cell.source for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    return any(re.search(rf"^{re.escape(name)}\s*=", cell, flags=re.MULTILINE) for cell in cells)


def _first_lines(source: str) -> str:
    """Return the first lines of the cell that failed."""
    lines = source.strip().splitlines()
    return "\n".join(f"    {line}" for line in lines[:6])


def _tidy(page: Path, skipped: str) -> None:
    """Take out of an executed notebook what names this machine; a skipped one keeps its first cell and the reason."""
    notebook = nbformat.read(page, as_version=4)
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    if skipped:
        notice = nbformat.v4.new_markdown_cell(f"> **Skipped.** {skipped}")
        title = next(cell for cell in notebook.cells if cell.cell_type == "markdown" and cell.source.startswith("# "))
        notebook.cells = [title, notice]
    nbformat.write(notebook, page)
