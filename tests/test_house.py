"""The rooms of the house, and the arrows between them."""

import ast
import subprocess

import pytest

from coursekit.choice import parameters_of
from genrelab.runtime import notebook_sources, project_root

SOURCES = project_root() / "src"
BELOW = {
    "synthband": set(),
    "genrelab": {"synthband"},
    "claimbook": {"genrelab"},
    "reproductions": {"claimbook", "genrelab"},
    "coursekit": {"reproductions", "claimbook", "genrelab"},
}
"""What each package may import of ours, beside itself."""

BAND = {"genrelab/corpora/synthetic.py"}
"""The only door to the band."""

EVERYTHING = {
    "runtime",
    "corpora",
    "features",
    "distances",
    "models",
    "training",
    "evaluation",
    "display",
}
INSIDE = {
    "runtime": set(),
    "corpora": {"runtime"},
    "features": {"runtime", "corpora"},
    "distances": {"runtime"},
    "training": {"runtime"},
    "models": {"runtime", "training", "distances"},
    "display": {"runtime"},
    "evaluation": EVERYTHING - {"evaluation"},
    "shipped": {"runtime", "corpora", "features", "models"},
}
"""What each part of genrelab may import of the others."""

UNDER_THE_RECORD = (
    "genrelab.evaluation.scores.",
    "genrelab.evaluation.intervals.",
    "genrelab.runtime.",
)
"""All that the record may import of genrelab: it knows nothing of music, corpora or lessons."""

MODULES = sorted(path.relative_to(SOURCES).as_posix() for path in SOURCES.rglob("*.py"))


def imported(path):
    """The modules that a module imports, wherever in it."""
    for node in ast.walk(ast.parse((SOURCES / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = node.module.split(".")
            whole = node.module == "genrelab"
            yield from (
                [f"genrelab.{alias.name}" for alias in node.names] if whole else [".".join(parts)]
            )


def ours_in(lesson):
    """The full names of what a lesson imports of our packages."""
    for node in ast.walk(ast.parse(lesson.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in BELOW)


@pytest.mark.parametrize("lesson", notebook_sources(), ids=lambda path: path.stem)
def test_a_lesson_imports_nothing_private_and_no_experiment(lesson):
    parts = [name.split(".") for name in ours_in(lesson)]
    assert [names for names in parts if any(name.startswith("_") for name in names)] == []
    assert [names for names in parts if names[0] == "reproductions"] == []


@pytest.mark.parametrize("lesson", notebook_sources(), ids=lambda path: path.stem)
def test_a_lesson_reads_the_record_and_never_writes_to_it(lesson):
    text = lesson.read_text(encoding="utf-8")
    words = ("ledger", ".record(", "is_reference", "Sizes(")
    assert [word for word in words if word in text] == []
    assert "profile" not in parameters_of(lesson)


def test_every_package_is_known():
    assert {
        path.name for path in SOURCES.iterdir() if path.is_dir() and path.suffix != ".egg-info"
    } == set(BELOW)


@pytest.mark.parametrize("path", MODULES)
def test_imports_run_downwards(path):
    package = path.split("/")[0]
    ours = {name for name in imported(path) if name.split(".")[0] in BELOW}
    assert {name.split(".")[0] for name in ours} - {package} <= BELOW[package]
    if package == "genrelab" and path not in BAND:
        assert not any(name.startswith("synthband") for name in ours)
    if (
        package == "genrelab"
        and len(parts := path.removesuffix(".py").split("/")) > 1
        and parts[1] in INSIDE
    ):
        inside = {name.split(".")[1] for name in ours if name.startswith("genrelab.")}
        assert inside - {parts[1]} <= INSIDE[parts[1]], path


@pytest.mark.parametrize("path", [path for path in MODULES if path.startswith("claimbook/")])
def test_the_record_knows_numbers_alone(path):
    names = []
    for node in ast.walk(ast.parse((SOURCES / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [f"{alias.name}." for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}." for alias in node.names]
    taken = [name for name in names if name.startswith("genrelab.")]
    assert [name for name in taken if not name.startswith(UNDER_THE_RECORD)] == []


def test_nothing_is_kept_that_can_be_made_again_or_heard():
    """No sound and no cache in the repository: most music is not ours to give away."""
    git = ["git", "-C", str(project_root()), "ls-files"]
    done = subprocess.run(git, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this course is no git checkout")
    paths = done.stdout.splitlines()
    endings = (".wav", ".mp3", ".ogg", ".opus", ".flac", ".m4a", ".au", ".aiff", ".joblib", ".npy")
    assert [path for path in paths if path.lower().endswith(endings)] == []
    rooms = {path.split("/")[0] for path in paths if "/" in path}
    assert rooms == {".ci", "benchmarks", "docs", "figures", "notebooks", "src", "tests"}
