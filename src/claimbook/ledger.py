"""The ledger: every reported number goes through it, with its predictions, intervals and
verdict."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pandas as pd

from claimbook import claims, rows
from claimbook.claims import Claim, ClaimError, Reference, find_claim, load_claims
from claimbook.judging import judge
from claimbook.predictions import PARTS, Predictions, Record, RecordError, load_record, save_record
from claimbook.rows import Row, as_json, row_key
from claimbook.statistics import statistic
from genrelab.runtime import code_version, figures_folder, parallel
from genrelab.runtime.cache import write_whole

LARGEST_FOLDER = 20 * 2**20
"""Bytes that the kept predictions of a run may take in all."""

LARGEST_TABLE = 200_000
"""Bytes that a kept table may take."""

DRAWS = {"smoke": 2_000, "reference": 10_000, "paper": 10_000}
"""Draws of the bootstrap in each profile: the percentiles of 10 000 are stable to 0.002."""


class Source(NamedTuple):
    """What a run is made from.

    Attributes
    ----------
    name
        Of the corpus; only ``"gtzan"`` is judged.
    audio
        The kind of its sound.
    labels
        Its classes, in their order.
    artists
        Artist of each track, indexed by track; missing where unknown.
    """

    name: str
    audio: str
    labels: tuple[str, ...]
    artists: pd.Series


@dataclass(frozen=True)
class About:
    """What is known of a record beside its numbers, as keywords of `Ledger.record` and
    `Ledger.state`; all of it must be the same in equal runs.

    Attributes
    ----------
    leaks
        Counts of what stands on both sides of the split, by kind.
    converged
        Whether the training had come to rest (see `gates.training_finished`); None for methods
        without training.
    deterministic
        Whether the record leaves nothing to chance, where other records of the same claim do.
    parameters, budget
        Settings as JSON values; what was spent as name: (ours, the paper's).
    audio
        The kind of sound or picture, by default the source's.
    modules
        Modules of the package whose text decides the result; a later change of them shows the
        row as stale.
    unfit
        Why nothing may be concluded, where a check of the notebook's own failed.
    variant
        Name of a further record beside the main one, ``"choice=setting"``: where the choice is
        one of the claim's `silent` ones, its value widens the range of declared choices;
        else it is a second row only.
    """

    leaks: Mapping[str, int] | None = None
    converged: bool | None = None
    deterministic: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)
    budget: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    audio: str = ""
    modules: Sequence[ModuleType] = ()
    unfit: str = ""
    variant: str = ""

    def of_run(self, source: Source, profile: str) -> dict[str, Any]:
        """Return it all as JSON values, with what it was made from."""
        modules = {module.__name__: code_version(module) for module in self.modules}
        made = {"corpus": source.name, "audio": self.audio or source.audio, "profile": profile}
        return json.loads(as_json(vars(self) | made | {"modules": modules}))


class Ledger:
    """The claims of one run.

    Parameters
    ----------
    folder
        The run's folder of figures, by default the one that `save_figure` writes to; gets
        `claims.json`, `records.json` and `predictions/`.
    source
        What the run is made from; None only reads.
    profile
        ``"smoke"``, ``"reference"`` or ``"paper"``; decides the number of bootstrap draws.

    Examples
    --------
    >>> ledger = Ledger(figures, source_of(music), "reference")  # doctest: +SKIP
    >>> ledger.record("namgyal.t2.knn.mse", "ff", table, leaks=found)  # doctest: +SKIP
    >>> ledger.compare("namgyal.knn.gt_nlpd.mse", "ff")["verdict"]  # doctest: +SKIP

    Notes
    -----
    Notebook: 09 shows it whole.
    """

    def __init__(self, folder: str | Path | None = None, source: Source | None = None,
                 profile: str = "smoke"):
        self.folder = Path(folder or figures_folder())
        self.source, self.profile = source, profile
        self.draws = DRAWS[profile]

    # --- writing ----------------------------------------------------------------------------------

    def record(self, name: str, protocol: str, answers: pd.DataFrame | Record, *,
               minutes: float | None = None, device: str = "cpu", **about: Any) -> list[Row]:
        """Keep predictions (or measures) and judge every claim that is scored on them alone.

        Parameters
        ----------
        name
            Id of a claim or of an arm.
        protocol
            A code of `claims.PROTOCOLS`.
        answers
            A table as `Predictions.from_table` takes it, packed already, or `Measures`.
        minutes, device
            What the run took.
        **about
            See `About`; without `leaks` nothing is judged.

        Returns
        -------
        list of dict
            The rows that were written: none for an arm of which no claim is scored alone.
        """
        claim = None if name in claims.load_arms() else find_claim(name)
        claims.known_protocol(protocol)
        if isinstance(answers, pd.DataFrame):
            answers = self.pack(answers)
        if claim and claim.seeds == 0:
            about["deterministic"] = True
        whole = self._about(about)
        path = self._path(name, protocol, whole["variant"])
        save_record(replace(answers, about=whole), path)
        rows.keep_volatile(self.folder, path.stem, minutes, device)
        self._warn_of_size()
        alone = [claim for claim in load_claims().values() if claim.records == {name}]
        learned = [(find_claim(row["id"]), row["protocol"]) for row in self.rows()
                   if name in find_claim(row["id"]).weights]
        scored = [(claim, protocol) for claim in alone
                  if protocol in claim.all_protocols and self._kept(claim, protocol)]
        return self._judged([*scored, *learned])[:len(scored)]

    def compare(self, name: str, protocol: str) -> Row:
        """Judge a claim that compares records: pairs them on the same tracks, folds and seeds.

        Raises
        ------
        RecordError
            If a record is missing, or the two are not the same tracks, folds and seeds.
        """
        return self._judged([(find_claim(name), protocol)])[0]

    def state(self, name: str, protocol: str = "facts",
              items: Mapping[str, tuple[Any, Any]] | None = None, *, minutes: float | None = None,
              device: str = "cpu", **about: Any) -> Row:
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
            if not claim.of_items:
                raise ClaimError(f"{name} is judged by {claim.rule}: record predictions instead of "
                                 "stating items.")
            if not items:
                raise RecordError(f"{name} needs items: name = (ours, the paper's).")
            if claim.rule == "EXACT" and claim.paper_value and len(items) != claim.paper_value:
                raise RecordError(f"{name} has {claim.paper_value:g} items, not {len(items)}.")
            path = self._path(name, protocol, ending=".json")
            rows.write_json(path, {"about": self._about(about), "items": dict(items)})
            rows.keep_volatile(self.folder, path.stem, minutes, device)
        return self._judged([(claim, protocol)])[0]

    def keep_table(self, name: str, table: pd.DataFrame) -> None:
        """Keep numbers that do not follow from predictions, such as a curve over epochs.

        Parameters
        ----------
        name
            Two digits of the lesson and some words: ``"06_fig2"``.
        table
            At most 200 kB as CSV; its index is kept if it has a name.
        """
        folder = self.folder / "tables"
        folder.mkdir(parents=True, exist_ok=True)
        named = any(level is not None for level in table.index.names)
        text = table.to_csv(index=named, float_format="%.6g", lineterminator="\n")
        if len(text) > LARGEST_TABLE:
            raise RecordError(f"{name} takes {len(text) / 1000:.0f} kB: keep quantiles or counts "
                              "instead of every value.")
        write_whole(folder / f"{name}.csv", lambda part: part.write_text(text, encoding="utf-8"))

    def pack(self, table: pd.DataFrame) -> Predictions:
        """Pack a table of predictions with the artists of the run's source, and those of its labels
        that occur as columns of probabilities, as truth or as prediction.

        Notebook: 03.
        """
        source = self._source()
        seen = set(table.columns) | set(table["truth"]) | set(table.get("predicted", ()))
        labels = [label for label in source.labels if label in seen]
        artists = source.artists.reindex(table["track"].unique())
        return Predictions.from_table(table, artists, labels)

    def recompute(self) -> list[Row]:
        """Compute every row again from the kept records alone, without audio, and write them.

        Where there are no rows, those of all kept records are made.

        Returns
        -------
        list of dict
            The rows that changed, as they are now.

        Raises
        ------
        RecordError
            If a kept file is missing or damaged; the message names it and the mend.
        """
        before = {row_key(row): row for row in self.rows()}
        wanted = [(find_claim(row["id"]), row["protocol"]) for row in before.values()]
        again = parallel(self._judge, wanted or self._computable(), "rows of the record", here=True)
        after = rows.merge_rows(self.folder, again)
        return [row for row in after if row != before.get(row_key(row))]

    # --- reading ----------------------------------------------------------------------------------

    def rows(self) -> list[Row]:
        """Return the rows of `claims.json`, sorted by id and protocol."""
        return rows.read_rows(self.folder)

    def row(self, key: str) -> Row | None:
        """Return the row ``"id@protocol"`` of this run, or None where it has not been run."""
        name, _, protocol = key.partition("@")
        find_claim(name).role(protocol)
        return next((row for row in self.rows() if row_key(row) == key), None)

    def draws_of(self, claim: Claim, protocol: str) -> int:
        """Return the number of bootstrap draws: the one of the profile that the first record was
        made with."""
        if claim.of_items or claim.rule_under(protocol) == "CONSIST":
            return self.draws  # nothing is drawn
        first = Reference.read(claim.parts[0].references()[0])
        return DRAWS[self._load(first.record, first.protocol or protocol).about["profile"]]

    # --- inside -----------------------------------------------------------------------------------

    def _source(self) -> Source:
        if self.source is None:
            raise RecordError("This ledger only reads: hand in a corpus to record.")
        return self.source

    def _about(self, about: dict[str, Any]) -> dict[str, Any]:
        return About(**about).of_run(self._source(), self.profile)

    def _path(self, name: str, protocol: str, variant: str = "", ending: str = ".npz") -> Path:
        beside = f"+{_file_name(variant)}" if variant else ""
        return self.folder / "predictions" / f"{name}@{protocol}{beside}{ending}"

    def _load(self, name: str, protocol: str) -> Any:
        claim = load_claims().get(name)
        if claim and claim.of_items:
            return rows.read_json(self._path(name, protocol, ending=".json"))
        return load_record(self._path(name, protocol))

    def _variants(self, name: str, protocol: str) -> dict[str, Record]:
        paths = (self.folder / "predictions").glob(f"{name}@{protocol}+*.npz")
        found = [load_record(path) for path in sorted(paths)]
        return {str(record.about["variant"]): record for record in found}

    def _kept(self, claim: Claim, protocol: str) -> bool:
        """Tell whether everything that a row is computed from is kept: the files, and in them the
        parts and labels."""
        if claim.rule_under(protocol) == "CONSIST":
            return True
        if claim.of_items:
            return self._path(claim.id, protocol, ending=".json").is_file()
        for part in claim.parts:
            for reference in map(Reference.read, part.references()):
                path = self._path(reference.record, reference.protocol or protocol)
                if not path.is_file():
                    return False
                record = load_record(path)
                needed = set(statistic(part.statistic).parts) or {reference.part or part.part}
                if not needed <= {PARTS[place] for place in set(record.part.tolist())}:
                    return False
                # a claim about genres that this music does not have; of several parts it loses one
                if len(claim.parts) == 1 and not part.genres <= set(record.labels.tolist()):
                    return False
        return True

    def _computable(self) -> list[tuple[Claim, str]]:
        """Return all rows whose records are kept, so that a lost `claims.json` can be made
        again."""
        return [(claim, protocol) for claim in load_claims().values()
                for protocol in claim.all_protocols if self._kept(claim, protocol)]

    def _judged(self, wanted: list[tuple[Claim, str]]) -> list[Row]:
        """Judge rows anew, then those that are held against them."""
        kept = {row_key(row) for row in self.rows()}
        wanted = wanted + [(claim, clean) for claim, own in wanted for clean in claim.all_protocols
                           if claim.held_against(clean) == own and f"{claim.id}@{clean}" in kept]
        return rows.merge_rows(self.folder, [self._judge(row) for row in wanted])

    def _judge(self, row: tuple[Claim, str]) -> Row:
        """Return a whole row: what the catalogue says, what the records give, what the machine
        tells."""
        claim, protocol = row
        about = claim.about(protocol)
        try:
            draws = self.draws_of(claim, protocol)
            found = judge(claim, protocol, self._load, self._variants, draws)
        except RecordError as error:
            raise RecordError(f"{claim.id}@{protocol}: {error}") from error
        return about | found | rows.volatile_of(self.folder, found.get("predictions", ()))

    def _warn_of_size(self) -> None:
        # Names with a dot are drafts of a notebook that runs at the same time: they vanish when
        # they are done.
        size = sum(path.stat().st_size for path in (self.folder / "predictions").glob("[!.]*"))
        if size > LARGEST_FOLDER:
            warnings.warn(f"The kept predictions take {size / 2**20:.1f} MB, more than "
                          f"{LARGEST_FOLDER / 2**20:.0f}: record fewer parts, or labels without "
                          f"probabilities.", stacklevel=3)


def _file_name(variant: str) -> str:
    """Make a name of a file from any text, readable and with no two alike."""
    plain = "".join(letter if letter.isalnum() or letter in "=-." else "_" for letter in variant)
    if plain == variant:
        return plain
    return f"{plain}-{hashlib.sha256(variant.encode()).hexdigest()[:6]}"
