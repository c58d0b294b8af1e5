"""How large is each lesson, how large may it be, and which words does it use?

Called by `make lint`:

    python tests/lesson_limits.py

Words and code of exercises do not count (see `taught`). A lesson that is not yet rewritten may not
grow beyond what it is today.
"""

import ast
import re
import sys
from pathlib import Path
from statistics import median

from room_sizes import ROOT, lines_of_code

LIMITS = {"words": 1_800, "code": 280, "names": 22, "median": 6, "longest": 20, "columns": 100}
"""Of a lesson at most: words of prose, lines of code, imported names, lines of the median cell and
of the longest, columns of a line."""

NOT_YET = {
    number: dict(zip(LIMITS, size)) for number, size in {
        "08": (1_586, 345, 55, 6, 41, 100),
        "09": (1_989, 368, 38, 7, 27, 100),
        "10": (1_217, 259, 27, 7, 21, 100),
    }.items()
}
"""Lessons that wait to be rewritten, and how large they are today."""

FOLDED = {"hide-input", "hide-cell", "remove-input", "remove-cell"}

SHOWS = {"bets_so_far", "draw", "finding", "finish", "held_up", "imshow", "knob", "of_full_run",
         "on_gtzan", "plot", "quiz", "result", "save_figure", "says", "show_guess", "slider",
         "sound_map", "subplots"}
"""A cell that calls one of these draws a figure or prints a sentence: it may be folded."""

PREPARES = {
    "00": ("time = np.arange(",),
    "01": ("rows = {way:",),
    "02": ("def middle(", "def at_level("),
    "07": ("def picture_of(",),
}
"""By lesson, first words of further cells that may be folded: they prepare what is drawn."""

FORBIDDEN = {"ledger", "Ledger", "record", "Recorder", "profile", "is_reference"}
"""Names that no code of a lesson has."""

CODES = {"ff", "ag", "ag4", "mc", "grp", "seg"}
"""Protocols; a lesson names them in the key of a claim alone, behind its @."""

LOST = {
    r"\bwhoever\b": "if you …",
    r"\barms?\b": "setting",
    r"\b(at rest|comes? to rest)\b": "still improving when we stopped",
    r"\bledger\b": "record",
    r"\b(deal|dealt|deals) out\b": "split",
    r"\bparted\b": "separate",
    r"\bmend(s|ed)?\b": "fix",
    r"\b(hold|holds|held) (it |them |this )?against\b": "compare with",
    r"\breference run\b": "our full run on GTZAN",
    r"\bquick profile\b": "the short run",
    r"\bsurely\b": "clearly",
    r"\btold apart\b": "differ",
    r"\bit is not shown that\b": "we can't tell",
    r"\bwhat (became|becomes) of\b": "the results of",
    r"\bwhat (a|an|the) \w+ is worth\b": "how much it adds",
    r"\b(in|of|on|from) (train|valid|dev|test)\b(?! (set|tracks?|artists?|songs?|clips?))":
        "in the training set, on the validation tracks",
    r"\bnumbers a second\b": "numbers per second",
    r"\bthe (paper|table|row|claim)s? tells?\b": "the paper gives …",
    r"`(ff|ag4?|mc|grp|seg)`": "published split, new artists, shuffled segments …",
}
"""Words of the language to lose, and what to write instead."""

EXCEPTIONS = {
    # "04": [r"a part of a line that may hold such a word"],
}
"""By lesson, what a line may hold all the same."""


def cells(text):
    """Return the cells of a percent script: kind, tags, source."""
    found = []
    for part in re.split(r"^# %%", text, flags=re.MULTILINE)[1:]:
        head, _, source = part.partition("\n")
        tags = re.search(r"tags=\[(.*?)\]", head)
        tags = set(re.findall(r'"([\w-]+)"', tags[1])) if tags else set()
        if "[markdown]" in head:
            source = re.sub(r"^# ?", "", source, flags=re.MULTILINE)
        found.append(("words" if "[markdown]" in head else "code", tags, source.strip()))
    return found


def taught(found):
    """Return the cells without those of exercises: an exercise goes from its heading, ``### 01.2``,
    to its solution or to the next heading."""
    inside, kept = False, []
    for kind, tags, source in found:
        if kind == "words":
            parts = re.split(r"^(?=#{1,4} )", source, flags=re.MULTILINE)
            outside = []
            for part in filter(str.strip, parts):
                if part.startswith("#"):
                    inside = bool(re.match(r"### \d\d\.\d", part))
                if not inside:
                    outside.append(part)
            source = "".join(outside)
        elif inside:
            inside = "solution" not in tags
            continue
        if source and not tags & {"stub", "check", "hint", "solution"}:
            kept.append((kind, tags, source))
    return kept


def words(source):
    """Count the words of a text in Markdown: no code, no formulas, no tags, no addresses."""
    source = re.sub(r"```.*?```|<[^>]+>|\$[^$]+\$", " ", source, flags=re.DOTALL)
    source = re.sub(r"\]\([^)]*\)", "] ", source)
    return len(re.findall(r"[^\W\d_][\w'’-]*", source))


def sizes(text):
    """Return the measures of a lesson by the names of `LIMITS`."""
    found = taught(cells(text))
    code = [source for kind, _, source in found if kind == "code"]
    lengths = [count for count in map(lines_of_code, code) if count]
    trees = [node for source in code for node in ast.walk(ast.parse(source))]
    imports = [node for node in trees if isinstance(node, ast.Import | ast.ImportFrom)]
    return {"words": sum(words(source) for kind, _, source in found if kind == "words"),
            "code": sum(lengths), "names": sum(len(node.names) for node in imports),
            "median": median(lengths), "longest": max(lengths),
            "columns": max(map(len, text.splitlines()))}


def faults(number, text):
    """Return what is wrong with a rewritten lesson beside its size, a line each."""
    found = []
    for kind, tags, source in cells(text):
        if kind != "code":
            continue
        first = source.partition("\n")[0]
        nodes = list(ast.walk(ast.parse(source)))
        names = {getattr(node, "id", getattr(node, "attr", "")) for node in nodes}
        prepares = any(isinstance(node, ast.Import | ast.ImportFrom) for node in nodes)
        prepares = prepares or first.startswith(PREPARES.get(number, ("\0",)))
        may = prepares or names & SHOWS or tags & {"parameters", "solution"}
        if tags & FOLDED and not may:
            found.append(f"a cell is folded that neither prepares nor draws: {first}")
        texts = {node.value for node in nodes if isinstance(node, ast.Constant)
                 and isinstance(node.value, str)}
        for bad in sorted(names & FORBIDDEN) + sorted(texts & CODES):
            found.append(f"{bad!r} has no place in a lesson: {first}")
    for place, line in enumerate(text.splitlines(), 1):
        if any(re.search(allowed, line) for allowed in EXCEPTIONS.get(number, ())):
            continue
        for pattern, instead in LOST.items():
            if lost := re.search(pattern, line, flags=re.IGNORECASE):
                found.append(f"line {place}: {lost[0]!r}; say: {instead}")
    return found


def main(folder=ROOT / "notebooks"):
    wrong = 0
    for path in sorted(Path(folder).glob("[0-9][0-9]_*.py")):
        number, text = path.name[:2], path.read_text("utf-8")
        limits, found = NOT_YET.get(number, LIMITS), sizes(text)
        over = [f"{name} {found[name]:g} of {limit:g}" for name, limit in limits.items()
                if found[name] > limit]
        told = [] if number in NOT_YET else faults(number, text)
        measures = ", ".join(f"{name} {value:g}" for name, value in found.items())
        print(f"{number}{' (not yet rewritten)' if number in NOT_YET else ''}: {measures}")
        for line in [*(f"too large: {one}" for one in over), *told]:
            print(f"   {line}")
        wrong += len(over) + len(told)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
