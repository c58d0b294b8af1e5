"""The ledger: every reported number goes through it, with its predictions, intervals and
verdict."""

from __future__ import annotations

import hashlib
import json
import platform
import tomllib
import warnings
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

import genrelab
from claimbook import rules
from claimbook.claims import (
    ITEM_RULES,
    PROTOCOLS,
    Claim,
    ClaimError,
    Reference,
    find_claim,
    load_arms,
    load_claims,
)
from claimbook.claims_table import claims_table
from claimbook.judging import judge
from claimbook.predictions import (
    PARTS,
    Measures,
    Predictions,
    Record,
    RecordError,
    load_record,
    save_record,
)
from claimbook.turns import turn
from genrelab.corpora import Corpus
from genrelab.evaluation.audits import Audit
from genrelab.runtime import code_version, figures_folder, project_root
from genrelab.runtime.cache import write_whole
from genrelab.runtime.identity import OUR_PACKAGES, identity

LARGEST_FOLDER = 20 * 2**20
"""Bytes that the kept predictions of a run may take in all."""

DRAWS = {"quick": 2_000, "reference": 10_000, "paper": 10_000}
"""Draws of the bootstrap in each profile: the percentiles of 10 000 are stable to 0.002."""

REFERENCE = Path("figures") / "gtzan"

VOLATILE = "records.json"
"""File of what differs between equal runs (minutes, versions, device), kept apart from the
predictions."""


class Ledger:
    """The claims of one run.

    Parameters
    ----------
    folder
        The run's folder of figures, by default the one that `save_figure` writes to; gets
        `claims.json`, `records.json` and `predictions/`.
    corpus
        What the run is made from; None only reads.
    profile
        ``"quick"``, ``"reference"`` or ``"paper"``; decides the number of bootstrap draws.

    Examples
    --------
    >>> ledger = Ledger(figures, corpus=music, profile="reference")  # doctest: +SKIP
    >>> ledger.record("namgyal.t2.knn.mse", "ff", table, leaks=found)  # doctest: +SKIP
    >>> ledger.compare("namgyal.knn.gt_nlpd.mse", "ff")["verdict"]  # doctest: +SKIP

    Notes
    -----
    Notebook: 09 shows it whole.
    """

    def __init__(
        self, folder: str | Path | None = None, corpus: Corpus | None = None, profile: str = "quick"
    ):
        self.folder = Path(folder or figures_folder())
        self.corpus = corpus
        self.profile = profile
        self.draws = DRAWS[profile]

    # --- writing ----------------------------------------------------------------------------------

    def record(
        self,
        name: str,
        protocol: str,
        predictions: pd.DataFrame | Predictions | Measures,
        *,
        variant: str = "",
        leaks: Audit | Mapping[str, int] | Sequence[Audit] | None = None,
        converged: bool | None = None,
        deterministic: bool = False,
        parameters: Mapping[str, Any] | None = None,
        budget: Mapping[str, tuple[float, float]] | None = None,
        audio: str = "",
        modules: Sequence[ModuleType] = (),
        unfit: str = "",
        minutes: float | None = None,
        device: str = "cpu",
    ) -> list[dict[str, Any]]:
        """Keep predictions (or measures) and judge every claim that is scored on them alone.

        Parameters
        ----------
        name
            Id of a claim or of an arm.
        protocol
            A code of `claims.PROTOCOLS`.
        predictions
            A table as `Predictions.from_table` takes it, packed already, or `Measures`.
        variant
            Name of a further record beside the main one, ``"choice=setting"``: where the choice is
            one of the claim's `silent` ones, its value widens the range that counts as "partly";
            else it is a second row only.
        leaks
            Audit of the split (or one of each fold), or counts by kind of leak.
        converged
            Whether the training had come to rest (see `gates.training_finished`); None for methods
            without training.
        deterministic
            Whether the record leaves nothing to chance, where other records of the same claim do.
        parameters, budget
            Settings as JSON values; what was spent as name: (ours, the paper's).
        audio
            The kind of sound or picture, by default the corpus's.
        modules
            Modules of the package whose text decides the result; a later change of them shows the
            row as stale.
        unfit
            Why nothing may be concluded, where a check of the notebook's own failed.
        minutes, device
            What the run took.

        Returns
        -------
        list of dict
            The rows that were written: none for an arm of which no claim is scored alone.
        """
        self._known(name)
        _known_protocol(protocol)
        if isinstance(predictions, pd.DataFrame):
            predictions = self.pack(predictions)
        claim = load_claims().get(name)
        about = self._about(
            variant=variant,
            leaks=leaks,
            converged=converged,
            deterministic=deterministic or (claim is not None and claim.seeds == 0),
            parameters=parameters,
            budget=budget,
            audio=audio,
            modules=modules,
            unfit=unfit,
        )
        kept = type(predictions)(**{**vars(predictions), "about": about})
        path = self._path(name, protocol, variant)
        save_record(kept, path)
        self._keep_volatile(path.stem, minutes, device)
        self._warn_of_size()
        rows = []
        for claim in load_claims().values():
            used = {
                Reference.read(text).record for part in claim.parts for text in part.references()
            }
            if (
                used == {name}
                and protocol in claim.all_protocols
                and claim.rule_under(protocol) != "CONSIST"
            ):
                if self._kept(claim, protocol):
                    rows.append(self._judge(claim, protocol))
        return self._write(rows)

    def compare(
        self, name: str, protocol: str, better: str = "", worse: str = ""
    ) -> dict[str, Any]:
        """Judge a claim that compares records: pairs them on the same tracks, folds and seeds.

        Parameters
        ----------
        name, protocol
            The row.
        better, worse
            Ids of the two records; may be left out, since the catalogue fixes them. Others are
            refused.

        Raises
        ------
        ClaimError
            If the catalogue compares other records.
        RecordError
            If a record is missing, or the two are not the same tracks, folds and seeds.
        """
        claim = find_claim(name)
        _known_protocol(protocol)
        declared = {
            (Reference.read(p.better).record, Reference.read(p.worse).record)
            for p in claim.parts
            if p.better
        }
        if (better or worse) and (better, worse) not in declared:
            said = ", ".join(f"{a} against {b}" for a, b in sorted(declared)) or "no two records"
            raise ClaimError(f"{name} compares {said} (claims.toml), not {better} against {worse}.")
        return self._write([self._judge(claim, protocol)])[0]

    def state(
        self,
        name: str,
        protocol: str = "facts",
        items: Mapping[str, tuple[Any, Any]] | None = None,
        *,
        minutes: float | None = None,
        device: str = "cpu",
        **about: Any,
    ) -> dict[str, Any]:
        """Judge counted facts, or the paper's own printed numbers.

        Parameters
        ----------
        name, protocol
            The row; ``"printed"`` takes no items.
        items
            For `EXACT` name: (ours, the paper's); for `CAPS` model: (cap, bits used); for `ZERO`
            one item (count, of).
        minutes, device, **about
            As in `record`.
        """
        claim = find_claim(name)
        if claim.rule_under(protocol) != "CONSIST":
            if claim.rule not in ITEM_RULES | {"NONE"}:
                raise ClaimError(f"{name} is judged by {claim.rule}: record predictions instead of "
                                 "stating items.")
            if not items:
                raise RecordError(f"{name} needs items: name = (ours, the paper's).")
            if claim.rule == "EXACT" and claim.paper_value and len(items) != claim.paper_value:
                raise RecordError(f"{name} has {claim.paper_value:g} items, not {len(items)}.")
            kept = {
                "about": self._about(**about),
                "items": {k: list(pair) for k, pair in items.items()},
            }
            path = self._path(name, protocol, ending=".json")
            _write_json(path, kept)
            self._keep_volatile(path.stem, minutes, device)
        return self._write([self._judge(claim, protocol)])[0]

    def pack(self, table: pd.DataFrame, labels: Sequence[str] | None = None) -> Predictions:
        """Pack a table of predictions with the artists and the genres of the run's corpus.

        Labels are by default the corpus's genres that occur as columns of probabilities, as truth
        or as prediction. """
        if self.corpus is None:
            raise RecordError("This ledger only reads: hand in a corpus to record.")
        if labels is None:
            seen = set(table.columns) | set(table["truth"]) | set(table.get("predicted", ()))
            labels = [genre for genre in self.corpus.genres if genre in seen]
        tracks = self.corpus.tracks
        # artists of a joint credit are one cluster
        artists = tracks["group"].where(tracks["artist"].notna())
        return Predictions.from_table(table, artists.reindex(table["track"].unique()), labels)

    def recompute(self) -> list[dict[str, Any]]:
        """Compute every row again from the kept records alone, without audio, and write them.

        Returns
        -------
        list of dict
            The rows that changed, as they are now.

        Raises
        ------
        RecordError
            If a kept file is missing or damaged; the message names it and the mend.
        """
        before = {row_key(row): row for row in read_rows(self.folder)}
        keys = list(before) or self.computable()
        again = [
            self._judge(find_claim(name), protocol)
            for name, _, protocol in (key.partition("@") for key in keys)
        ]
        after = {row_key(row): row for row in self._write(again)}
        return [row for key, row in after.items() if row != before.get(key)]

    def computable(self) -> list[str]:
        """Return the keys of all rows whose records are kept, so that a lost `claims.json` can be
        made again."""
        keys = []
        for claim in load_claims().values():
            for protocol in claim.all_protocols:
                if claim.rule_under(protocol) == "CONSIST" or self._kept(claim, protocol):
                    keys.append(f"{claim.id}@{protocol}")
        return keys

    def _kept(self, claim: Claim, protocol: str) -> bool:
        """Tell whether everything that a row is computed from is kept: the files, and in them the
        parts and labels."""
        if claim.rule in ITEM_RULES or claim.parts[0].statistic == "items":
            return self._path(claim.id, protocol, ending=".json").is_file()
        for part in claim.parts:
            for reference in map(Reference.read, part.references()):
                path = self._path(reference.record, reference.protocol or protocol)
                if not path.is_file():
                    return False
                needed = (
                    {"train", "test"}
                    if part.statistic == "accuracy_gap"
                    else {reference.part or part.part}
                )
                record = load_record(path)
                if not needed <= {PARTS[place] for place in set(record.part.tolist())}:
                    return False
                if (
                    len(claim.parts) == 1
                    and part.genres
                    and not part.genres <= set(record.labels.tolist())
                ):
                    return False  # the claim is about genres that this music does not have
        return True

    # --- reading ----------------------------------------------------------------------------------

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of `claims.json`, sorted by id and protocol."""
        return read_rows(self.folder)

    def row(self, key: str) -> dict[str, Any] | None:
        """Return the row ``"id@protocol"`` of this run, or None where it has not been run."""
        name, _, protocol = key.partition("@")
        find_claim(name).role(protocol)
        return next((row for row in self.rows() if row_key(row) == key), None)

    def value(self, key: str) -> float | None:
        """Return the value of a row ``"id@protocol"`` of this run, or None where it has not been
        run."""
        row = self.row(key)
        return row["value"] if row else None

    def table(self, keys: Iterable[str]) -> pd.DataFrame:
        """Return claims in three labelled columns: paper · reference run (GTZAN) · your run.

        Parameters
        ----------
        keys
            ``"id@protocol"``, or ``"id"`` for all protocols of a claim.

        Returns
        -------
        pandas.DataFrame
            Indexed by claim and protocol, with verdicts; numbers as ``"0.552 [0.494, 0.608]"``.
            Verdicts of your run are left out where it judges none of the claims, as on all music
            but GTZAN.
        """
        keys = [full for key in keys for full in _full_keys(key)]
        mine = {row_key(row): row for row in self.rows()}
        folder = project_root() / REFERENCE
        kept = {row_key(row): row for row in read_rows(folder)}
        stale = {key: is_stale(row) for key, row in kept.items() if key in keys}
        name = self.corpus.name if self.corpus else "corpus"
        lines = []
        for key in keys:
            claim = find_claim(key.partition("@")[0])
            reference, own = kept.get(key), mine.get(key)
            mark = " (stale)" if stale.get(key) else ""
            lines.append(
                {
                    "claim": claim.id,
                    "protocol": key.partition("@")[2],
                    "paper": shown_paper(claim, key.partition("@")[2]),
                    "reference run (GTZAN)": shown_number(reference) + mark,
                    "verdict (reference)": _verdict(reference),
                    f"your run ({name}, {self.profile})": shown_number(own),
                    "verdict (yours)": own["verdict"] if own else "not run",
                }
            )
        table = claims_table(pd.DataFrame(lines).set_index(["claim", "protocol"]), keys)
        silent = table["verdict (yours)"].str.startswith(("not judged", "not run")).all()
        return table.drop(columns="verdict (yours)") if silent else table

    # --- inside -----------------------------------------------------------------------------------

    def _known(self, name: str) -> None:
        if name not in load_arms():
            find_claim(name)

    def _path(self, name: str, protocol: str, variant: str = "", ending: str = ".npz") -> Path:
        beside = f"+{_file_name(variant)}" if variant else ""
        return self.folder / "predictions" / f"{name}@{protocol}{beside}{ending}"

    def _about(
        self,
        *,
        variant: str = "",
        leaks: Audit | Mapping[str, int] | Sequence[Audit] | None = None,
        converged: bool | None = None,
        deterministic: bool = False,
        parameters: Mapping[str, Any] | None = None,
        budget: Mapping[str, tuple[float, float]] | None = None,
        audio: str = "",
        modules: Sequence[ModuleType] = (),
        unfit: str = "",
    ) -> dict[str, Any]:
        """Gather what is told of a record as JSON values that do not vary between equal runs."""
        if self.corpus is None:
            raise RecordError("This ledger only reads: hand in a corpus to record.")
        about = {
            "corpus": self.corpus.name,
            "audio": audio or self.corpus.audio_kind,
            "profile": self.profile,
            "leaks": _leaks(leaks),
            "converged": converged,
            "deterministic": deterministic,
            "parameters": dict(parameters or {}),
            "budget": {name: list(pair) for name, pair in (budget or {}).items()},
            "modules": {module.__name__: code_version(module) for module in modules},
            "unfit": unfit,
            "variant": variant,
        }
        # fails here on what JSON cannot hold
        return json.loads(json.dumps(about, sort_keys=True, default=_plain))

    def _load(self, name: str, protocol: str) -> Any:
        claim = load_claims().get(name)
        if claim and (claim.rule in ITEM_RULES or claim.parts[0].statistic == "items"):
            return _read_json(self._path(name, protocol, ending=".json"))
        return load_record(self._path(name, protocol))

    def _variants(self, name: str, protocol: str) -> dict[str, Record]:
        folder = self.folder / "predictions"
        found = [load_record(path) for path in sorted(folder.glob(f"{name}@{protocol}+*.npz"))]
        return {str(record.about["variant"]): record for record in found}

    def _judge(self, claim: Claim, protocol: str) -> dict[str, Any]:
        """Return a whole row: what the catalogue says, what the records give, what the machine
        tells."""
        role = claim.role(protocol)
        try:
            found = judge(
                claim, protocol, self._load, self._variants, self.draws_of(claim, protocol)
            )
        except RecordError as error:
            raise RecordError(f"{claim.id}@{protocol}: {error}") from error
        row = {
            "id": claim.id,
            "protocol": protocol,
            "role": role,
            "paper": claim.paper,
            "where": claim.where,
            "statement": claim.statement,
            "notebook": claim.notebook,
            "priority": claim.priority,
            "rule": claim.rule_under(protocol),
            "statistic": claim.parts[0].statistic if role != "printed" else "printed",
            "paper_value": claim.paper_value,
            "ours": claim.ours or claim.paper == "ours",
        } | found
        return row | self._volatile(row.get("predictions", []))

    def draws_of(self, claim: Claim, protocol: str) -> int:
        """Return the number of bootstrap draws: the one of the profile that the first record was
        made with."""
        if claim.rule_under(protocol) == "CONSIST":
            return self.draws
        texts = [text for part in claim.parts for text in part.references()] or [claim.id]
        reference = Reference.read(texts[0])
        kept = self._load(reference.record, reference.protocol or protocol)
        about = kept["about"] if isinstance(kept, dict) else kept.about
        return DRAWS[str(about["profile"])]

    def _write(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Merge rows into `claims.json`, adjust p over all of them, and return the merged form of
        these rows."""
        if not rows:
            return []
        with turn(self.folder):
            merged = {row_key(row): row for row in read_rows(self.folder)} | {
                row_key(row): row for row in rows
            }
            adjust(list(merged.values()))
            ordered = [merged[key] for key in sorted(merged)]
            _write_json(self.folder / "claims.json", ordered)
        return json.loads(json.dumps([merged[row_key(row)] for row in rows]))

    def _keep_volatile(self, stem: str, minutes: float | None, device: str) -> None:
        path = self.folder / VOLATILE
        with turn(self.folder):
            kept = _read_json(path) if path.is_file() else {}
            kept[stem] = {"minutes": minutes, "device": device, "versions": _versions()}
            _write_json(path, kept)

    def _volatile(self, records: list[str]) -> dict[str, Any]:
        path = self.folder / VOLATILE
        kept = _read_json(path) if path.is_file() and records else {}
        told = [kept[record] for record in records if record in kept]
        minutes = [one["minutes"] for one in told if one["minutes"] is not None]
        return {
            "minutes": round(sum(minutes), 2) if minutes else None,
            "device": " + ".join(sorted({one["device"] for one in told})) or None,
            "versions": told[0]["versions"] if told else {},
        }

    def _warn_of_size(self) -> None:
        # Names with a dot are drafts of a notebook that runs at the same time: they vanish when
        # they are done.
        size = sum(path.stat().st_size for path in (self.folder / "predictions").glob("[!.]*"))
        if size > LARGEST_FOLDER:
            warnings.warn(
                f"The kept predictions take {size / 2**20:.1f} MB, more than "
                f"{LARGEST_FOLDER / 2**20:.0f}: "
                "record fewer parts, or labels without probabilities.",
                stacklevel=3,
            )


def adjust(rows: Iterable[dict[str, Any]]) -> None:
    """Set `p_holm` and `survives_holm` of the A and B differences, within each paper and
    protocol."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        if (
            row.get("p") is not None
            and row["priority"] in "AB"
            and row["rule"] in ("DIFF", "TREND")
        ):
            groups.setdefault((row["paper"], row["protocol"]), []).append(row)
    for group in groups.values():
        for row, p in zip(group, rules.holm([row["p"] for row in group])):
            row["p_holm"] = round(float(p), 6)
            row["survives_holm"] = bool(p < 0.05)


def expected_false(rows: Iterable[Mapping[str, Any]]) -> tuple[int, float]:
    """Return the number of judged differences, and how many of them to expect "reproduced" by
    chance alone."""
    judged = [
        r for r in rows if r["rule"] in ("DIFF", "TREND") and r["verdict"] != rules.NOT_JUDGED
    ]
    return len(judged), 0.025 * len(judged)


def row_key(row: Mapping[str, Any]) -> str:
    """Return ``"id@protocol"`` of a row."""
    return f"{row['id']}@{row['protocol']}"


def read_rows(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of a folder's `claims.json`, sorted by id and protocol; none where there is
    no such file.

    Notebook: 08.
    """
    path = Path(folder) / "claims.json"
    return sorted(_read_json(path), key=row_key) if path.is_file() else []


def read_volatile(folder: Path) -> dict[str, dict[str, Any]]:
    """Return minutes, device and versions of each record of a run, by ``"id@protocol"``; none where
    none are kept.

    Notebook: 09.
    """
    path = Path(folder) / VOLATILE
    return _read_json(path) if path.is_file() else {}


def is_stale(row: Mapping[str, Any]) -> bool:
    """Tell whether a module that a row was made with does something else by now, or is gone.

    Wherever a module lives now, and whatever its lines look like, it is the same as long as its
    identity is.

    Notebook: 04 and 07.
    """
    return not all(
        _lives(name, _identities().get(kept, kept)) for name, kept in row.get("modules", {}).items()
    )


@cache
def _identities() -> dict[str, str]:
    """Return the identities of modules by the hashes that older rows name them by."""
    return tomllib.loads((files("claimbook") / "identities.toml").read_text(encoding="utf-8"))


@cache
def _lives(module: str, wanted: str) -> bool:
    """Tell whether a module of this identity is among ours; one of the same name is looked at
    first."""
    name = f"{module.split('.')[-1]}.py"
    ours = [
        path
        for package in OUR_PACKAGES
        for path in (Path(genrelab.__file__).parents[1] / package).rglob("*.py")
    ]
    return any(
        _identity_of(path) == wanted for path in sorted(ours, key=lambda path: path.name != name)
    )


@cache
def _identity_of(path: Path) -> str:
    """Return the identity of a module, read and not imported, which takes long."""
    return identity(path.read_text(encoding="utf-8"))


def _verdict(row: Mapping[str, Any] | None) -> str:
    """Return the verdict of a row of the reference run, with the reason where there is none."""
    if row is None:
        return "not run"
    return (
        f"{row['verdict']}: {row['reason']}"
        if row["verdict"] == rules.NOT_JUDGED
        else row["verdict"]
    )


def shown_number(row: Mapping[str, Any] | None) -> str:
    """Write a row's value and interval as ``"0.552 [0.494, 0.608]"``."""
    if row is None or row["value"] is None:
        return "–"
    if row["rule"] == "ZERO":
        count, of = next(iter(row["items"].values()))
        return f"{count} of {of}"
    if row["rule"] in ITEM_RULES | {"CONSIST"}:
        return (
            f"{row['value']:g} of {row['of']}"
            if row["rule"] in ("EXACT", "CONSIST")
            else f"{row['value']:.4g}"
        )
    return f"{row['value']:.3f} [{row['ci_low']:.3f}, {row['ci_high']:.3f}]"


def shown_paper(claim: Claim, protocol: str) -> str:
    """Write what the paper prints."""
    if claim.role(protocol) == "printed":
        return "; ".join(f"{a:g} {sign} {b:g}?" for a, sign, b in claim.printed)
    values = (
        [claim.paper_value]
        if claim.paper_value is not None
        else [p.paper_value for p in claim.parts]
    )
    shown = ", ".join(f"{value:g}" for value in values if value is not None)
    return shown or "–"


def _full_keys(key: str) -> list[str]:
    if "@" in key:
        name, _, protocol = key.partition("@")
        find_claim(name).role(protocol)
        return [key]
    return [f"{key}@{protocol}" for protocol in find_claim(key).all_protocols]


def _known_protocol(protocol: str) -> None:
    if protocol not in PROTOCOLS:
        raise ClaimError(f"There is no protocol {protocol!r}; there are {', '.join(PROTOCOLS)}.")


def _leaks(told: Audit | Mapping[str, int] | Sequence[Audit] | None) -> dict[str, int] | None:
    """Return counts by kind of leak; of several audits the largest count of each kind.

    Near copies are left out: the gates, fixed before there were fingerprints, do not know them.
    Notebook 09 shows them. """
    if told is None:
        return None
    if isinstance(told, Mapping):
        return {str(kind): int(count) for kind, count in told.items()}
    audits = [told] if isinstance(told, Audit) else list(told)
    kinds = {finding.leak for audit in audits for finding in audit.findings} - {"near"}
    return {kind: max(int(audit[kind].count) for audit in audits) for kind in sorted(kinds)}


def _file_name(variant: str) -> str:
    """Make a name of a file from any text, readable and with no two alike."""
    plain = "".join(letter if letter.isalnum() or letter in "=-." else "_" for letter in variant)
    return (
        plain if plain == variant else f"{plain}-{hashlib.sha256(variant.encode()).hexdigest()[:6]}"
    )


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in ("numpy", "scipy", "scikit-learn", "torch"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _plain(value: Any) -> Any:
    """Turn a number of numpy into one of Python, for JSON."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} ({type(value).__name__}) cannot be kept: hand in numbers, text, "
                    "lists or dicts.")


def _read_json(path: Path) -> Any:
    if not path.is_file():
        raise RecordError(f"{path.name} is missing. Run the notebook that makes it.")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise RecordError(
            f"{path.name} is damaged ({error}). Delete it and run its notebook again, or restore "
            "it by git."
        ) from error


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False, default=_plain)


def _write_json(path: Path, content: list | dict) -> None:
    """Write JSON with one row, or one key, a line: quick to write, and a changed row is one changed
    line."""
    if isinstance(content, list):
        lines, ends = [_json(row) for row in content], "[]"
    else:
        lines, ends = [f"{json.dumps(key)}: {_json(content[key])}" for key in sorted(content)], "{}"
    text = f"{ends[0]}\n" + ",\n".join(lines) + f"\n{ends[1]}\n"
    write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
