"""Does the code of today make what the golden commit made? Both run all notebooks here, and what
they make is compared.

    python tests/golden.py           # about fifteen minutes on two cores
    python tests/golden.py --again   # also runs the golden commit again

What the golden commit made is kept in build/golden; your clone must hold that commit. Predictions
must be equal byte for byte, figures, their numbers and their words too, and the rows of claims but
for what tells where they come from. It lists what differs, and ends with 1 if anything does. Where
something was changed on purpose, the commit that did so says it.
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

GOLDEN = "85e364ec2b42"
"""The last commit before the package was parted."""

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / "build" / "golden"
ORIGIN = {"modules", "code", "minutes", "device"}
"""Fields of a row or a record that tell where it comes from, not what it is."""


def run(tree: Path, name: str) -> Path:
    """Run all notebooks of a tree in the short profile, with nothing kept from before; return the
    folder of figures."""
    out = PLACE / name
    for folder in (out, PLACE / f"{name}-cache"):
        shutil.rmtree(folder, ignore_errors=True)
    environment = {
        **os.environ,
        "PYTHONPATH": str(tree / "src"),
        "GENRELAB_CACHE": str(PLACE / f"{name}-cache"),
    }
    for unwanted in ("GENRELAB_CORPUS", "GENRELAB_MINE", "GENRELAB_FIGURES", "GENRELAB_PARALLEL"):
        environment.pop(unwanted, None)
    package = "coursekit" if (tree / "src" / "coursekit").is_dir() else "genrelab"
    command = [sys.executable, "-m", f"{package}.cli"]
    begin = time.monotonic()
    with open(PLACE / f"{name}.log", "w") as log:
        command += ["report", "--out", str(out), "--no-audio"]
        subprocess.run(command, cwd=tree, env=environment, check=True, stdout=log, stderr=log)
    print(f"{name}: {(time.monotonic() - begin) / 60:.1f} minutes")
    return out / "figures"


def golden_run(again: bool) -> Path:
    """Return the figures that the golden commit makes on this machine."""
    tree, figures = PLACE / "tree", PLACE / "before" / "figures"
    if again or not (PLACE / "done").is_file() or (PLACE / "done").read_text() != GOLDEN:
        (PLACE / "done").unlink(missing_ok=True)
        shutil.rmtree(tree, ignore_errors=True)
        subprocess.run(["git", "worktree", "prune"], cwd=ROOT, check=True)
        subprocess.run(
            ["git", "worktree", "add", "--detach", str(tree), GOLDEN], cwd=ROOT, check=True
        )
        run(tree, "before")
        (PLACE / "done").write_text(GOLDEN)
    return figures


def differences(before: Path, now: Path) -> list[str]:
    """Return a line for each thing that is gone, new or another."""
    files = [
        {path.relative_to(root): path for path in root.rglob("*.*") if path.is_file()}
        for root in (before, now)
    ]
    told = [f"{name}: gone" for name in sorted(files[0].keys() - files[1].keys())]
    told += [f"{name}: new" for name in sorted(files[1].keys() - files[0].keys())]
    for name in sorted(files[0].keys() & files[1].keys()):
        one, other = files[0][name], files[1][name]
        if name.name != "records.json":  # minutes and versions
            told += [f"{name}: {what}" for what in _differing(one, other)]
    return told


def _differing(one: Path, other: Path) -> list[str]:
    if one.read_bytes() == other.read_bytes():
        return []
    if one.suffix == ".npz":
        a, b = (dict(np.load(path, allow_pickle=False)) for path in (one, other))
        for arrays in (a, b):
            if "told" in arrays:
                told = json.loads(arrays["told"].tobytes())
                told["about"] = _without_origin(told["about"])
                arrays["told"] = np.array(json.dumps(told, sort_keys=True))
        keys = sorted(a.keys() | b.keys())
        return [
            key
            for key in keys
            if key not in a or key not in b or a[key].tobytes() != b[key].tobytes()
        ]
    if one.suffix == ".json" and one.parent.name == "predictions":
        kept = [json.loads(path.read_text()) for path in (one, other)]
        kept = [found | {"about": _without_origin(found["about"])} for found in kept]
        keys = sorted(kept[0].keys() | kept[1].keys())
        return [key for key in keys if kept[0].get(key) != kept[1].get(key)]
    if one.name == "claims.json":
        rows = [_rows(path) for path in (one, other)]
        return [
            key
            for key in sorted(rows[0].keys() | rows[1].keys())
            if rows[0].get(key) != rows[1].get(key)
        ]
    return ["other bytes"]


def _rows(path: Path) -> dict[str, dict]:
    return {
        f"{row['id']}@{row['protocol']}": _without_origin(row)
        for row in json.loads(path.read_text())
    }


def _without_origin(row: dict) -> dict:
    return {name: value for name, value in row.items() if name not in ORIGIN}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--again", action="store_true", help="run the golden commit again, too")
    options = parser.parse_args()
    PLACE.mkdir(parents=True, exist_ok=True)
    found = differences(golden_run(options.again), run(ROOT, "now"))
    print(*found, sep="\n")
    print(f"{len(found)} differences" if found else "nothing differs")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
