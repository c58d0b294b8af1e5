"""Do the experiments of today find what the notebooks found when they held them?

    python tests/golden.py                           # about fifteen minutes on two cores
    python tests/golden.py --only contrastive_learning
    python tests/golden.py --again                   # also runs the golden commit again

The notebooks of the golden commit, run in short on the synthetic corpus, are kept in build/golden;
your clone must hold that commit. `genrelab reproduce` at its smallest size must keep the same
predictions, byte for byte, the same rows of claims but for what tells where they come from, and the
same tables. What differs is listed, and it ends with 1 if anything does. Where something was
changed on purpose, the commit that did so says it.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from claimbook.claims import load_arms, load_claims
from reproductions.experiments import EXPERIMENTS

GOLDEN = "85e364ec2b42"
"""The last commit before the package was parted."""

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / "build" / "golden"
ORIGIN = {"modules", "code", "minutes", "device", "profile", "reason"}
"""Fields of a row or a record that tell where it comes from, not what it is. `reason` names the
size, which was called otherwise; on music other than GTZAN it says nothing else."""

OF_GTZAN = {f"{name}.csv" for name in ("04_table1", "09_copies", "09_ladder", "09_pairs",
                                       "09_switches")}
"""Tables that the notebooks drew from the record of GTZAN on any music: there is nothing to compare
them with."""


def environment(tree: Path, cache: Path) -> dict[str, str]:
    """Return an environment that imports a tree and has a cache of its own."""
    unwanted = {"GENRELAB_CORPUS", "GENRELAB_MINE", "GENRELAB_FIGURES", "GENRELAB_PARALLEL"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    own = {"PYTHONPATH": str(tree / "src"), "GENRELAB_CACHE": str(cache)}
    return kept | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"} | own


def run(tree: Path, command: list[str], name: str, cache: Path) -> None:
    """Run a command of a tree, with a line about how long it took."""
    package = "coursekit" if (tree / "src" / "coursekit").is_dir() else "genrelab"
    begin = time.monotonic()
    with open(PLACE / f"{name}.log", "w") as log:
        subprocess.run([sys.executable, "-m", f"{package}.cli", *command], cwd=tree, check=True,
                       env=environment(tree, cache), stdout=log, stderr=log)
    print(f"{name}: {(time.monotonic() - begin) / 60:.1f} minutes")


def golden_run(again: bool) -> Path:
    """Return the figures that the golden commit makes on this machine."""
    tree, out = PLACE / "tree", PLACE / "before"
    if again or not (PLACE / "done").is_file() or (PLACE / "done").read_text() != GOLDEN:
        (PLACE / "done").unlink(missing_ok=True)
        for folder in (tree, out, PLACE / "before-cache"):
            shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(["git", "worktree", "prune"], cwd=ROOT, check=True)
        subprocess.run(["git", "worktree", "add", "--detach", str(tree), GOLDEN], cwd=ROOT,
                       check=True)
        run(tree, ["report", "--out", str(out), "--no-audio"], "before", PLACE / "before-cache")
        (PLACE / "done").write_text(GOLDEN)
    return out / "figures"


def present_run(names: list[str]) -> Path:
    """Return the record of the experiments of today, made with nothing kept from before."""
    out, cache = PLACE / "now", PLACE / "now-cache"
    for folder in (out, cache):
        shutil.rmtree(folder, ignore_errors=True)
    run(ROOT, ["reproduce", *names, "--size", "smoke", "--out", str(out)], "now", cache)
    return out


def differences(before: Path, now: Path, notebooks: set[str]) -> list[str]:
    """Return a line for each thing of some notebooks that is gone or another."""
    lines = []
    ours = {path.name: path for path in (now / "predictions").iterdir()}
    for path in sorted((before / "predictions").iterdir()):
        if path.name in ours:
            lines += [f"{path.name}: {what}" for what in differing(path, ours[path.name])]
        elif notebook_of(path.name.partition("@")[0]) in notebooks:
            lines.append(f"{path.name}: gone")
    for path in sorted((now / "tables").glob("*.csv")):
        old = before / path.name[:2] / path.name
        if path.name not in OF_GTZAN and old.is_file() and old.read_bytes() != path.read_bytes():
            lines.append(f"{path.name}: other numbers")
    old, new = rows(before), rows(now)
    lines += [f"{key}: {'another row' if key in new else 'no row'}" for key, row in old.items()
              if row["notebook"] in notebooks and new.get(key) != row]
    return lines


def notebook_of(name: str) -> str:
    """Return the lesson of a claim; a record that is only compared has none."""
    claim = load_claims().get(name)
    return claim.notebook if claim else ""


def differing(one: Path, other: Path) -> list[str]:
    """Return which parts of two kept files are not the same."""
    if one.suffix == ".npz":
        a, b = (arrays(path) for path in (one, other))
    else:
        a, b = (json.loads(path.read_text()) for path in (one, other))
        for kept in (a, b):
            kept["about"] = without_origin(kept["about"])
    return [key for key in sorted(a.keys() | b.keys()) if a.get(key) != b.get(key)]


def arrays(path: Path) -> dict[str, bytes | dict]:
    """Return the bytes of each array of a kept record, and what is known of it."""
    with np.load(path, allow_pickle=False) as kept:
        found = {name: kept[name].tobytes() for name in kept.files}
    if "told" in found:
        found["told"] = json.loads(found["told"])
        found["told"]["about"] = without_origin(found["told"]["about"])
    return found


def rows(folder: Path) -> dict[str, dict]:
    """Return the rows of claims of a run by id and protocol."""
    kept = json.loads((folder / "claims.json").read_text())
    return {f"{row['id']}@{row['protocol']}": without_origin(row) for row in kept}


def without_origin(row: dict) -> dict:
    return {name: value for name, value in row.items() if name not in ORIGIN}


def main() -> int:
    about = argparse.ArgumentParser(description=__doc__,
                                    formatter_class=argparse.RawDescriptionHelpFormatter)
    about.add_argument("--only", nargs="+", default=[], help="these experiments only")
    about.add_argument("--again", action="store_true", help="run the golden commit again, too")
    options = about.parse_args()
    PLACE.mkdir(parents=True, exist_ok=True)
    known = {one.name: one.lessons for one in EXPERIMENTS}
    names = set(options.only or known)
    before, now = golden_run(options.again), present_run(options.only)
    found = differences(before, now, {lesson for name in names for lesson in known[name]})
    missing = [arm for arm in load_arms() if not options.only and not any(
        (now / "predictions").glob(f"{arm}@*")) and any((before / "predictions").glob(f"{arm}@*"))]
    found += [f"{arm}: gone" for arm in missing]
    print(*found, sep="\n")
    print(f"{len(found)} differences" if found else "nothing differs")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
