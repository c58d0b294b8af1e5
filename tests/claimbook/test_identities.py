"""Each line of the map from older hashes to identities is about one and the same module."""

import ast
import hashlib
import inspect
import io
import json
import re
import subprocess
import sys
import tokenize
from dataclasses import replace
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from claimbook.rows import read_rows
from claimbook.staleness import identities, is_stale
from genrelab.corpora.pictures import magma_table
from genrelab.evaluation.holdouts import random_holdouts
from genrelab.features import pictures
from genrelab.models import supervised
from genrelab.runtime import project_root
from genrelab.runtime.identity import identity
from reproductions import network_training, networks

BEFORE = "5c6d287978b6"
"""The last commit that named modules by their text."""

WHOLE = "523faa032072"
"""The last commit in which one module ran, kept and recorded the trainings of notebook 04."""

TAKEN_APART = {
    "src/genrelab/evaluation/networks.py": "src/reproductions/network_training.py",
}
"""Where the part of a module that decides what comes out lives now; a test below proves that the
same does."""


PICTURES = "src/genrelab/features/pictures.py"
"""What it computes is kept by another function than before."""

HANDED_OVER = {
    "evaluation/ladder": "record_rung Ledger Audit audit Any",
    "evaluation/probing": "record_answers _answers Ledger Corpus audit",
    "evaluation/standings": "record_answers_of Ledger Corpus audit",
}
"""What modules handed answers to the record with, and took up for that: it went to
`reproductions.records`, and what computes stayed as it was."""


@pytest.fixture(scope="module")
def texts():
    """The modules as they were then."""
    root = project_root()

    def git(*arguments):
        return subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, check=True
        ).stdout

    try:
        paths = [
            path
            for path in git("ls-tree", "-r", "--name-only", BEFORE, "src").split()
            if path.endswith(".py")
        ]
    except (subprocess.CalledProcessError, FileNotFoundError):
        pytest.skip(f"the history of this clone does not reach back to {BEFORE}")
    return {path: git("show", f"{BEFORE}:{path}") for path in paths}


def old_version(*sources):
    """Return the hash of texts without comments, docstrings and empty lines, as rows of that time
    have it."""
    return hashlib.sha256("".join(map(without_words, sources)).encode()).hexdigest()[:12]


def without_words(source):
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            first, last = lines[node.lineno - 1], lines[node.end_lineno - 1]
            if (
                not first.encode()[: node.col_offset].strip()
                and not last.encode()[node.end_col_offset :].strip()
            ):
                lines[node.lineno - 1 : node.end_lineno] = [""] * (
                    node.end_lineno - node.lineno + 1
                )
    return "\n".join(line.rstrip() for line in lines if line.strip())


def without(source, names):
    """Return a text without some functions and imported names."""
    tree = ast.parse(source)
    kept = []
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            node.names = [each for each in node.names if (each.asname or each.name) not in names]
            if not node.names:
                continue
        if not (isinstance(node, ast.FunctionDef) and node.name in names):
            kept.append(node)
    tree.body = kept
    return ast.unparse(tree)


def text_at(commit, path):
    show = ["git", "show", f"{commit}:{path}"]
    git = subprocess.run(show, cwd=project_root(), capture_output=True, text=True, check=True)
    return git.stdout


def test_every_line_leads_from_a_module_to_itself(texts):
    pairs = {old_version(text): identity(text) for text in texts.values()}
    training = texts["src/genrelab/training.py"]
    moved = training[training.index("def recipe_hash(") : training.index("@contextmanager\ndef "
                                                                         "_threads(")]
    undone = training.replace(moved, "").replace(
        "def lower_precision(", moved + "def lower_precision("
    )
    # what became public, and where it stood
    undone = re.sub(r"\blower_precision\b", "_lower_precision", undone)
    pairs[old_version(undone)] = identity(training)
    for before, now in TAKEN_APART.items():
        there = identity((project_root() / now).read_text(encoding="utf-8"))
        pairs[old_version(texts[before])] = pairs[identity(texts[before])] = there
    now = identity((project_root() / PICTURES).read_text(encoding="utf-8"))
    pairs[identity(text_at(WHOLE, PICTURES))] = now  # a test below proves it
    for name, gone in HANDED_OVER.items():
        text = texts[f"src/genrelab/{name}.py"]
        pairs[old_version(text)] = identity(without(text, gone.split()))
    known = identities()
    assert len(known) > 30
    assert known == {old: pairs[old] for old in known}


@pytest.fixture(scope="module")
def networks_before(texts):
    """The module of trainings as it was, without what recorded them."""
    text = text_at(WHOLE, "src/reproductions/networks.py")
    assert identity(text) == identity(texts["src/genrelab/evaluation/networks.py"])
    tree, recording = ast.parse(text), ("record_fits", "audits_of")
    elsewhere = ("claimbook.ledger", "genrelab.evaluation.audits")
    tree.body = [
        node
        for node in tree.body
        if getattr(node, "name", "") not in recording
        and getattr(node, "module", "") not in elsewhere
    ]
    before = ModuleType("networks_before")
    sys.modules[before.__name__] = before
    exec(compile(tree, "networks.py", "exec"), before.__dict__)
    yield before
    del sys.modules[before.__name__]


MLP = {"hidden": (8,), "dropout": (0.1,), "epochs": 6, "patience": 2}
CNN = {"filters": (2, 3), "pools": ((2, 2), (2, 2)), "epochs": 2, "optimiser": "adam"}


@pytest.mark.parametrize(
    "recipe, options",
    [
        (MLP, {}),
        (MLP, {"columns": (0, 2), "scaling": "standard"}),
        (MLP, {"scaling": "none", "refit": True}),
        (MLP, {"trials": 2}),
        (CNN | {"network": "cnn"}, {"refit": True}),
        (CNN | MLP | {"network": "mmnn"}, {}),
        (CNN | {"network": "cnn_lstm"}, {}),
    ],
)
def test_trainings_give_what_they_gave_and_are_kept_under_the_same_key(
    networks_before, own_cache, monkeypatch, tmp_path, recipe, options
):
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 3
    table = np.eye(3)[labels] @ rng.normal(size=(3, 5)) + rng.normal(size=(60, 5))
    pictures, heard = rng.normal(size=(2, 60, 12, 16)) + labels[:, None, None]
    data = network_training.Data(labels, table, pictures, heard if "filters" in recipe else None)
    (split,) = random_holdouts(pd.Series(labels), [3])
    job = network_training.Job(supervised.Recipe(**recipe, seed=3), split, **options)
    (now,) = networks.fit_all([job], data, "now")

    monkeypatch.setenv("GENRELAB_CACHE", str(tmp_path / "before"))
    content, before = data.content, job
    if job.trials:
        key = networks_before._key(job, content, "search")
        assert key == network_training.searching(job, content).key
        chosen, _ = networks_before._search(job, data, content)
        before = job._replace(recipe=supervised.Recipe(**chosen), trials=0)
    assert now.recipe == before.recipe
    key = networks_before._key(before, content, "fit")
    assert key == network_training.answering(before, content).key
    *arrays, history, _ = networks_before._fit(before, data, content)
    assert now.history == history
    for one, other in zip((now.probabilities, now.heard, now.codes), arrays, strict=True):
        assert (one is None) == (other is None)
        assert one is None or (one.dtype == other.dtype and one.tobytes() == other.tobytes())
    places = [{path.relative_to(root) for path in root.rglob("*.joblib")}
              for root in (own_cache, tmp_path / "before" / "genrelab")]
    assert places[0] == places[1]


@pytest.mark.parametrize("published", [False, True])
def test_pictures_are_what_they_were(texts, synthetic, own_cache, monkeypatch, tmp_path, published):
    assert identity(text_at(WHOLE, PICTURES)) == identity(texts[PICTURES])
    before = ModuleType("pictures_before")
    monkeypatch.setitem(sys.modules, before.__name__, before)
    monkeypatch.setattr(inspect, "getsource", lambda part: "")  # for the key of its own cache
    exec(compile(text_at(WHOLE, PICTURES), "pictures.py", "exec"), before.__dict__)
    tracks = synthetic.tracks.index[:3]
    if published:
        for place, track in enumerate(tracks[:2]):
            shades = np.random.default_rng(place).integers(0, 256, (288, 432))
            Image.fromarray(magma_table()[shades]).save(tmp_path / f"{track}.png")
        found = {track: tmp_path / f"{track}.png" for track in tracks[:2]}
        synthetic = replace(synthetic, pictures=found)
    one, other = pictures.mel_pictures(synthetic, tracks), before.mel_pictures(synthetic, tracks)
    assert one.images.dtype == other.images.dtype and one.images.tobytes() == other.images.tobytes()
    assert one.source == other.source and one.missing == other.missing
    assert list(one.tracks) == list(other.tracks)


def test_no_row_of_the_reference_run_is_stale():
    rows = read_rows(project_root() / "figures" / "gtzan")
    assert [f"{row['id']}@{row['protocol']}" for row in rows if is_stale(row)] == []


def test_a_module_that_is_gone_makes_a_row_stale():
    known = next(iter(identities()))
    assert not is_stale({"modules": {"genrelab.somewhere.else": known}})  # it moved
    assert is_stale({"modules": {"genrelab.evaluation.scores": "0" * 12}})
    assert is_stale({"modules": {"genrelab.gone": "0" * 12}})


@pytest.mark.parametrize("loss", ["mse", "ms_ssim", "nlpd"])
def test_weights_of_07_are_those_that_were_trained_and_name_the_same_code(texts, loss):
    losses = ("batches", "laplacian_pyramid", "squared_error", "structural_similarity")
    modules = [
        "models/compressive",
        "models/noise_trained",
        *(f"distances/{name}" for name in losses),
    ]
    sources = [texts[f"src/genrelab/{name}.py"] for name in modules]
    path = f"figures/gtzan/weights/07_{loss}.npz"
    show = ["git", "show", f"{BEFORE}:{path}"]
    then = io.BytesIO(
        subprocess.run(show, cwd=project_root(), capture_output=True, check=True).stdout
    )
    with np.load(then) as before, np.load(project_root() / path) as now:
        assert before.files == now.files
        assert all(
            before[name].tobytes() == now[name].tobytes() for name in now.files if name != "recipe"
        )
        recipes = [json.loads(kept["recipe"].tobytes()) for kept in (before, now)]
    assert recipes[0].pop("code") == old_version(*sources)
    assert recipes[1].pop("code") == identity(*sources)
    assert recipes[0] == recipes[1]
