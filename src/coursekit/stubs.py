"""Stubs of exercises, generated from their solutions, so that the two cannot drift apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

CHECKED = re.compile(r"""check\(\s*["'](\d\d\.\d+)["']""")
"""Finds the exercise that a cell checks."""

SOLUTION = "# A solution"
"""First line of a solution: JupyterLab shows it while the cell is folded, so it must not tell."""


class StubError(ValueError):
    """An exercise whose cells are not in order; the message names the cell and the mend."""


def stub_of(solution: str) -> str:
    """Return what the reader starts from.

    A function keeps its signature and docstring, and its body becomes ``...``. Where the solution
    defines no function, the name that it assigns last is the answer: ``name = ...``.

    Examples
    --------
    >>> print(stub_of("def double(x):\\n    '''Return twice x.'''\\n    return 2 * x"))
    def double(x):
        '''Return twice x.'''
        ...  # your code here
    >>> print(stub_of("largest = counts.max()"))
    largest = ...  # your answer here
    """
    lines, body = solution.splitlines(), ast.parse(solution).body
    functions = [_head(node, lines) for node in body if isinstance(node, ast.FunctionDef)]
    if functions:
        return "\n\n\n".join(functions)
    assigned = [node.targets[0] for node in body if isinstance(node, ast.Assign)]
    names = [target.id for target in assigned if isinstance(target, ast.Name)]
    if not names:
        raise StubError("A solution defines a function or assigns a name; this one does neither:\n"
                        + solution)
    return f"{names[-1]} = ...  # your answer here"


def _head(function: ast.FunctionDef, lines: list[str]) -> str:
    """Return a function's signature and docstring, with three dots in the place of its body."""
    first = function.body[0]
    last = first.end_lineno if ast.get_docstring(function) is not None else first.lineno - 1
    dots = " " * first.col_offset + "...  # your code here"
    return "\n".join([*lines[function.lineno - 1 : last], dots])


def fill_stubs(notebook) -> None:
    """Write the stub of each exercise from its solution, in place.

    Parameters
    ----------
    notebook
        A notebook node. Cells carry the tags `stub`, `check`, `hint` and `solution`, in this order.

    Raises
    ------
    StubError
        If an exercise lacks one of its four cells or has them in another order.
    """
    order = ["stub", "check", "hint", "solution"]
    tagged = [(part, cell) for cell in notebook.cells for part in cell.metadata.get("tags", [])]
    parts = [(part, cell) for part, cell in tagged if part in order]
    for place in range(0, len(parts), 4):
        names, cells = zip(*parts[place : place + 4])
        if list(names) != order:
            heads = [cell.source.splitlines()[0][:60] for cell in cells]
            found = "\n".join(f"{part}: {head}" for part, head in zip(names, heads))
            raise StubError(f"An exercise needs the cells {', '.join(order)}, in this order; "
                            f"found:\n{found}")
        stub, _, _, solution = cells
        if not solution.source.startswith(SOLUTION):
            raise StubError(f"The solution must begin with the line {SOLUTION!r}:\n"
                            + solution.source)
        stub.source = stub_of(solution.source)


def with_solutions(notebook) -> None:
    """Put each solution in the place of its stub, in place: the way tests prove that solutions pass
    their checks."""
    stubs, solutions = tagged(notebook, "stub"), tagged(notebook, "solution")
    for stub, solution in zip(stubs, solutions, strict=True):
        stub.source = _without_title(solution.source)


def _without_title(source: str) -> str:
    """Return a solution as if the reader had written it: by its first line `check` knows that
    nobody has."""
    return source.removeprefix(SOLUTION).lstrip()


def tagged(notebook, tag: str) -> list:
    """Return the cells that have a tag."""
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def answers_of(notebook) -> dict[str, str]:
    """Return what stands in the place of each stub, by exercise (``"01.2"``), which the check
    behind it names."""
    found, answer = {}, None
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if "stub" in tags:
            answer = cell.source
        elif "check" in tags and answer is not None and (named := CHECKED.search(cell.source)):
            found[named.group(1)], answer = answer, None
    return found


def with_answers(notebook, answers: Mapping[str, str]) -> None:
    """Put answers in the place of stubs, in place; one that raises an error does not end the run.

    Parameters
    ----------
    notebook
        A notebook node with stubs.
    answers
        Source by exercise; stubs without one stay.
    """
    stubs, checks = tagged(notebook, "stub"), tagged(notebook, "check")
    for number, stub, check in zip(answers_of(notebook), stubs, checks, strict=True):
        stub.source = _without_title(answers.get(number, stub.source))
        for cell in (stub, check):
            cell.metadata["tags"] = [*cell.metadata["tags"], "raises-exception"]
