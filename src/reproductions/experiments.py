"""All experiments in reading order, and one call that runs them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import torch

from claimbook.ledger import Ledger
from claimbook.rows import read_rows
from genrelab.corpora import CorpusLacks, load_corpus
from genrelab.runtime import compile_librosa, project_root, shown
from reproductions.records import source_of
from reproductions.sizes import Sizes
from reproductions.study import Study


class Experiment(NamedTuple):
    """One file of experiments.

    Attributes
    ----------
    name
        Of its module in this package.
    paper
        One word for the study that it repeats; `ours` has no paper.
    title
        What it is about.
    lessons
        Two digits of each lesson that teaches it; its claims name one of them.
    after
        Experiments whose answers it takes up.
    """

    name: str
    paper: str
    title: str
    lessons: tuple[str, ...]
    after: tuple[str, ...] = ()

    def run(self, study: Study) -> None:
        """Run it; what is kept already is not computed again."""
        import_module(f"reproductions.{self.name}").reproduce(study)


EXPERIMENTS = (
    Experiment("data_set", "ours", "GTZAN and its faults", ("01", "02")),
    Experiment("perceptual_distances", "namgyal", "distances made for the eye", ("06",)),
    Experiment("noise_autoencoders", "namgyal", "autoencoders trained on noise", ("07",),
               ("perceptual_distances",)),
    Experiment("softmax_autoencoder", "sawhney", "a softmax autoencoder of raw sound", ("05",)),
    Experiment("feature_selection", "cortis", "selection of features", ("03",)),
    Experiment("supervised_networks", "cortis", "networks on features and spectra", ("04",)),
    Experiment("contrastive_learning", "multiformat", "learning without labels", ("08",)),
    Experiment("equal_ground", "ours", "all methods on equal ground", ("09",),
               ("perceptual_distances", "noise_autoencoders", "softmax_autoencoder",
                "supervised_networks", "contrastive_learning")),
    Experiment("shipped_models", "ours", "models that come with the course", ("10",)),
)


def chosen(names: Iterable[str]) -> list[Experiment]:
    """Return experiments by their names or papers, in reading order; without a name all of them.

    Raises
    ------
    ValueError
        If there is no such experiment or paper; the message lists them.
    """
    names = set(names)
    known = {word for one in EXPERIMENTS for word in (one.name, one.paper)}
    if unknown := sorted(names - known):
        raise ValueError(f"There is no experiment {unknown[0]!r}. Choose papers or experiments: "
                         f"{', '.join(sorted(known))}.")
    return [one for one in EXPERIMENTS if not names or names & {one.name, one.paper}]


def with_needed(experiments: list[Experiment], folder: Path) -> list[Experiment]:
    """Return experiments with those before them whose answers they take up and a record lacks, in
    reading order."""
    there = {row["notebook"] for row in read_rows(folder)}
    needed = {name for one in experiments for name in one.after}
    return [one for one in EXPERIMENTS
            if one in experiments or (one.name in needed and not there & {*one.lessons})]


def record_folder(corpus: str, size: str) -> Path:
    """Return where a run's record goes by default; `figures/gtzan` is the full run's alone, which
    is committed."""
    if (corpus, size) == ("gtzan", "reference"):
        return project_root() / "figures" / "gtzan"
    return project_root() / "runs" / f"{corpus}-{size}"


def reproduce(names: Iterable[str] = (), corpus: str = "synthetic", size: str = "smoke",
              out: Path | None = None, seed: int = 0, say: Callable[[str], None] = print) -> Path:
    """Run experiments on a corpus and keep what they find.

    Parameters
    ----------
    names
        Papers or experiments; by default all. What they take up is run first, if the record lacks
        it.
    corpus
        ``"synthetic"`` or a folder, as for `load_corpus`.
    size
        ``"smoke"`` (does it run?), ``"reference"`` or ``"paper"``.
    out
        Folder of the record, by default `record_folder`.
    seed
        Everything that is left to chance follows from it.
    say
        Takes each line of progress.

    Returns
    -------
    Path
        The folder of the record.

    Raises
    ------
    ValueError
        If there is no such experiment or size.

    Notes
    -----
    Trainings are kept one by one, and long ones write checkpoints: after a kill the same call goes
    on where it stopped. An experiment that a corpus lacks something for is left out, with the
    reason; it stops no other.
    """
    experiments, sizes = chosen(names), Sizes(size)
    music = load_corpus(corpus)
    folder = Path(out) if out else record_folder(music.name, size)
    experiments = with_needed(experiments, folder)
    study = Study(music, Ledger(folder, source_of(music), size), sizes, seed)
    compile_librosa()  # before several processes do it at once
    say(f"{music.name}, {len(music.tracks)} tracks, size {size}: {len(experiments)} experiments")
    for one in experiments:
        say(f"{one.name:24s} {one.title}")
        begin, threads = time.monotonic(), torch.get_num_threads()
        try:
            one.run(study)
        except CorpusLacks as error:
            say(f"{one.name:24s} left out: {error}")
        else:
            say(f"{one.name:24s} done in {(time.monotonic() - begin) / 60:.1f} minutes")
        torch.set_num_threads(threads)  # an experiment may choose its own
    say(f"the record is in {shown(folder)}")
    return folder
