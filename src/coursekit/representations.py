"""Every representation of a corpus that there is: features computed from its sound, and codes of
networks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from claimbook.predictions import RecordError, load_record
from claimbook.rows import REFERENCE
from genrelab import models
from genrelab.corpora import SAMPLE_RATE, Corpus, gtzan
from genrelab.evaluation.regression import principal_scores
from genrelab.features import feature_table, mel_pictures, mfcc_statistics, track_table
from genrelab.runtime import cached, code_version, project_root

FEWEST = 6
"""Tracks below which a representation is left out."""

AXES = 512
"""Of the codes of notebook 07, which have many thousand numbers, the longest axes; the committed
ones have as many."""

BLOCK = 8
"""Pixels of a picture that are averaged, in height and in width."""

NOBODY = pd.Index([], dtype=object)

TAGGER = ("The last hidden layer of a published tagger (notebook 09). It was taught, "
          "with labels, 50 tags such as jazz and metal on a million other songs, and may "
          "know these artists.")

TAGGER_WEIGHTS = Path(models.__file__).with_name("music_tagger.npz")
"""Part of the package: they are not ours, and no run makes them."""

PICTURE_SECONDS = 10.0
"""Pictures of shorter tracks would be stretched out of all likeness."""

LABELS = {
    "04_fixed_mlp_3s": "perceptron on 57 features",
    "04_cnn_mel_3s": "CNN on mel spectra",
    "04_cnn_mfcc_3s": "CNN on MFCCs",
    "04_mmnn": "multimodal network",
    "05_dsae": "deep softmax autoencoder",
    "07_mse": "noise-trained autoencoder, MSE",
    "07_ms_ssim": "noise-trained autoencoder, MS-SSIM",
    "07_nlpd": "noise-trained autoencoder, NLPD",
    "08_audio": "contrastive, audio",
    "08_spec": "contrastive, spectra",
    "08_both": "contrastive, both",
    "09_music_tagger": "tagger, trained with labels on other music",
}
"""What is shown of committed codes; others are shown by the name of their file."""


@dataclass(frozen=True, eq=False)
class Representation:
    """Tracks as points, to be compared by Euclidean distance.

    Attributes
    ----------
    name, label, about
        A short name for files, one for readers (with the notebook that made it), and a sentence.
    tracks
        Ids of the tracks that it holds; it may lack some of the corpus.
    points
        (n_tracks, width) float32.
    learned
        Tracks whose labels the representation was taught with; what is predicted of them is no
        evidence.
    own_tracks, own_points
        Ids of the reader's own tracks, and (n_own, width) float32.
    """

    name: str
    label: str
    about: str
    tracks: pd.Index
    points: np.ndarray
    learned: pd.Index
    own_tracks: pd.Index
    own_points: np.ndarray

    @property
    def table(self) -> pd.DataFrame:
        """The points as a table, one row a track."""
        return pd.DataFrame(self.points, index=self.tracks)


class CannotPlace(ValueError):
    """A representation that cannot be computed of this music; the message says why."""


class Method(NamedTuple):
    """How tracks become points.

    Attributes
    ----------
    about
        A sentence.
    rows
        Takes a corpus and ids of its tracks; returns one row of numbers a track.
    seconds
        How long a track must be.
    together
        Takes the rows of all tracks, and how many are the corpus's, which stand before the reader's
        own; returns points.
    taught
        Genres that a network knows. Where it is known which tracks it was taught with, only tracks
        of these are placed.
    """

    about: str
    rows: Callable[[Corpus, pd.Index], pd.DataFrame]
    seconds: float = 0.0
    together: Callable[[np.ndarray, int], np.ndarray] = lambda rows, n: rows
    taught: tuple[str, ...] = ()


def representations(corpus: Corpus, mine: Corpus | None = None,
                    reference: Path | None = None) -> tuple[list[Representation], dict[str, str]]:
    """Return all representations of a corpus, and the reason for each that had to be left out.

    Parameters
    ----------
    corpus
        Any. Three representations are computed from its sound. On GTZAN the committed codes of the
        full run are added, whatever files there are. On other music the committed networks are
        applied to it.
    mine
        The reader's own music; see `load_own_music`.
    reference
        Folder of the full run, with `codes/` and `weights/` in it; by default the committed one.

    Returns
    -------
    found : list of Representation
    left_out : dict
        Label to reason. Where the reader's own tracks alone cannot be placed, the representation is
        there without them.

    Notes
    -----
    Features are standardised over the corpus; codes are taken as they are.

    Notebook: 10.
    """
    reference = reference or project_root() / REFERENCE
    files = [path for kind in ("codes", "weights") for path in reference.glob(f"{kind}/[0-9]*.npz")]
    labels = {"features_57": "57 features (02)", "mfcc": "MFCC statistics (01)",
              "picture": "mel picture (06)"}
    for stem in sorted({path.stem for path in files}):
        labels[stem] = f"{LABELS.get(stem) or stem[3:].replace('_', ' ')} ({stem[:2]})"
    found, left_out = [], {}
    for name, label in labels.items():
        place = partial(_placed, name, label, corpus)
        try:
            if name in COMPUTED:
                made = place(mine, COMPUTED[name](corpus, mine))
            else:
                made = _of_network(place, corpus, mine, name, reference)
            if len(made.tracks) < FEWEST:
                raise CannotPlace(f"only {len(made.tracks)} tracks can be placed; at least "
                                  f"{FEWEST} are needed")
            if not _differ(made.points):
                raise CannotPlace("all tracks get the same numbers, so none is nearer than another")
            found.append(made)
        except CannotPlace as error:
            left_out[label] = str(error)
    return found, left_out


def _differ(points: np.ndarray) -> bool:
    """Tell whether points, (n, width), lie at more than one place, rounding aside."""
    spread = np.ptp(points, axis=0)
    return bool((spread > 1e-6 * np.abs(points).max(axis=0)).any())


def _placed(name: str, label: str, corpus: Corpus, mine: Corpus | None, method: Method,
            learned: pd.Index = NOBODY) -> Representation:
    """Place the tracks of a corpus, and the reader's own ones as far as they are long enough."""
    about, tracks = method.about, _long_enough(corpus, method.seconds)
    if method.taught and len(learned):
        tracks = tracks[corpus.tracks.loc[tracks, "genre"].isin(method.taught)]
    rows = method.rows(corpus, tracks)
    if len(learned):
        about += f" It was taught with the labels of {len(learned)} of these {len(rows)} tracks."
    own = rows.iloc[:0]
    try:
        own = method.rows(mine, _long_enough(mine, method.seconds)) if mine else own
    except CannotPlace:
        about += " Your tracks are too short for it."
    n = len(rows)
    points = method.together(np.concatenate([rows, own]), n).astype(np.float32)
    return Representation(name, label, about, rows.index, points[:n], learned, own.index,
                          points[n:])


def _long_enough(corpus: Corpus, seconds: float) -> pd.Index:
    kept = corpus.tracks.index[corpus.tracks["seconds"] >= seconds]
    if not len(kept):
        longest = corpus.tracks["seconds"].max()
        raise CannotPlace(f"needs tracks of {round(seconds, 1):g} s; the longest here has "
                          f"{longest:.1f} s")
    return kept


# --- computed from sound --------------------------------------------------------------------------


def _features(corpus: Corpus, mine: Corpus | None) -> Method:
    return Method("The 57 summary features of notebook 02, each standardised.",
                  lambda music, tracks: feature_table(music), together=_standardised)


def _mfcc(corpus: Corpus, mine: Corpus | None) -> Method:
    about = "Mean and deviation over time of 20 MFCCs, each standardised: the colour of the sound."
    return Method(about, lambda music, tracks: track_table(music, mfcc_statistics),
                  together=_standardised)


def _standardised(rows: np.ndarray, n: int) -> np.ndarray:
    table = pd.DataFrame(rows.astype(float))
    mean, spread = table[:n].mean(), table[:n].std(ddof=0)
    kept = spread.index[spread > 1e-9 * table[:n].abs().max().clip(lower=1e-30)]
    return ((table - mean) / spread)[kept].to_numpy()


def _picture(corpus: Corpus, mine: Corpus | None) -> Method:
    source, note = _pictures_from(corpus, mine)
    about = f"The mel pictures of notebook 06 ({source}), averaged over {BLOCK} × {BLOCK} pixels."
    return Method(about + note, _blocks, PICTURE_SECONDS)


def _pictures_from(corpus: Corpus, mine: Corpus | None) -> tuple[str, str]:
    """Return where pictures are from, and what is to be noted of the reader's own tracks."""
    if not corpus.pictures:
        return corpus.audio_kind, ""
    note = " Pictures of your tracks are computed by the recipe that was fitted to these."
    return "kaggle-picture", note if mine else ""


def _blocks(corpus: Corpus, tracks: pd.Index) -> pd.DataFrame:
    """Average pictures over blocks; what is left over at the right is cut off."""
    pictures = mel_pictures(corpus, tracks)
    n, height, width = pictures.images.shape
    rows, columns = height // BLOCK, width // BLOCK
    cut = pictures.images[:, : rows * BLOCK, : columns * BLOCK]
    means = cut.reshape(n, rows, BLOCK, columns, BLOCK).mean(axis=(2, 4)).reshape(n, -1)
    return pd.DataFrame(means, pictures.tracks)


COMPUTED = {"features_57": _features, "mfcc": _mfcc, "picture": _picture}


# --- by networks ----------------------------------------------------------------------------------


def _of_network(place: Callable[..., Representation], corpus: Corpus, mine: Corpus | None,
                stem: str, reference: Path) -> Representation:
    """Place tracks by the committed codes, or else by committed weights."""
    weights, codes = (reference / kind / f"{stem}.npz" for kind in ("weights", "codes"))
    weights = TAGGER_WEIGHTS if stem == "09_music_tagger" else weights
    network = next((make for begin, make in NETWORKS.items() if stem.startswith(begin)), None)
    if _is_gtzan(corpus):
        if not codes.is_file():
            raise CannotPlace(f"{codes.name} is missing among the codes of the full run; "
                              "restore it by git")
        committed, learned = _committed(corpus, codes, stem)
        if mine and network and weights.is_file():
            return place(mine, network(corpus, mine, weights), learned)
        return place(None, committed, learned)
    if not weights.is_file():
        raise CannotPlace("its weights are not part of the course, so it is known of GTZAN alone")
    if network is None:
        raise CannotPlace("this notebook does not know how to compute its input")
    return place(mine, network(corpus, mine, weights))


def _is_gtzan(corpus: Corpus) -> bool:
    return (corpus.name in ("gtzan", "gtzan-part")
            and corpus.tracks.index.isin(gtzan.facts().index).all())


def _committed(corpus: Corpus, path: Path, stem: str) -> tuple[Method, pd.Index]:
    """Return committed codes, and the tracks whose labels the network was taught with."""
    record = load_record(path)
    if not len(getattr(record, "vectors", ())):
        raise RecordError(f"{path.name} holds no codes. Restore it by git, or run the "
                          f"experiment of notebook {stem[:2]} on GTZAN again.")
    table = pd.DataFrame(record.vectors.astype(np.float32), index=record.tracks[record.track])
    table = table[~table.index.duplicated()]  # of several seeds the first
    table = table.loc[corpus.tracks.index[corpus.tracks.index.isin(table.index)]]
    about = {"07": f"The {table.shape[1]} longest axes of a code learned from noise (notebook 07); "
                   "it never saw a label.",
             "08": "Codes of notebook 08's encoders, mean over pieces of 5 s; they heard the train "
                   "tracks without labels.",
             "09": TAGGER}
    usual = f"Codes of notebook {stem[:2]}'s network in our full run on GTZAN."
    method = Method(about.get(stem[:2], usual), lambda music, tracks: table)
    return method, _learned(corpus.tracks.loc[table.index], record.about)


def _learned(tracks: pd.DataFrame, about: dict) -> pd.Index:
    """Return the tracks whose labels a network was taught with, or chosen by."""
    if "tested" in about:
        return tracks.index[~tracks.index.isin(list(about["tested"]))]
    if "supervised" in about:
        return tracks.index[tracks["split"] != "test"]
    return tracks.index[:0]


def _of_noise_trained(corpus: Corpus, mine: Corpus | None, weights: Path) -> Method:
    source, note = _pictures_from(corpus, mine)
    about = ("The longest axes of a code learned from noise (notebook 07), applied to these tracks "
             f"({source}).")

    def axes(codes: np.ndarray, n: int) -> np.ndarray:
        return principal_scores(codes, np.arange(n))[:, -AXES:]

    return Method(about + note, partial(_picture_codes, weights=weights), PICTURE_SECONDS, axes)


def _picture_codes(corpus: Corpus, tracks: pd.Index, weights: Path) -> pd.DataFrame:
    """Return the integers that a network of notebook 07 makes of pictures, uint8."""
    import torch

    from genrelab.models import compressive, noise_trained
    from genrelab.models.weights import load_weights, recipe_of

    pictures = mel_pictures(corpus, tracks)
    images = pictures.images

    def work() -> np.ndarray:
        recipe = recipe_of(weights)
        model = noise_trained.new_model(noise_trained.Recipe(**recipe)).eval()
        load_weights(model, weights, recipe)
        with torch.no_grad():
            batches = torch.from_numpy(noise_trained.padded(images)).split(4)
            parts = [model.code(batch[:, None]).flatten(1) for batch in batches]
        return (torch.cat(parts) + (model.levels - 1) / 2).round().to(torch.uint8).numpy()

    kept_by = {"pictures": hashlib.sha1(np.ascontiguousarray(images).tobytes()).hexdigest(),
               "shape": str(images.shape), "code": code_version(compressive)}
    made_by = hashlib.sha1(weights.read_bytes()).hexdigest()
    codes = cached("explored_codes", work, **kept_by, weights=made_by)
    return pd.DataFrame(codes, pictures.tracks)


def _of_softmax_autoencoder(corpus: Corpus, mine: Corpus | None, weights: Path) -> Method:
    from genrelab.features.raw_audio import SECONDS

    about = ("Codes of notebook 05's network, mean over segments of 0.9 s (it was taught "
             "classical, jazz, metal and pop).")
    return Method(about, partial(_segment_codes, weights=weights), SECONDS + 0.1,
                  taught=("classical", "jazz", "metal", "pop"))


def _segment_codes(corpus: Corpus, tracks: pd.Index, weights: Path) -> pd.DataFrame:
    """Return the mean over its segments of each track's code."""
    from genrelab.features.raw_audio import N_SEGMENTS, segment_table
    from genrelab.models.segment_trained import Recipe, asked, new_model
    from genrelab.models.weights import load_weights, recipe_of

    recipe = recipe_of(weights)
    model = new_model(Recipe(**{name: recipe[name] for name in Recipe._fields if name in recipe}))
    load_weights(model, weights, recipe)
    codes = asked(model.eval().code, segment_table(corpus, tracks).values)
    return pd.DataFrame(codes.reshape(len(tracks), N_SEGMENTS, -1).mean(axis=1), tracks)


def _of_contrastive(corpus: Corpus, mine: Corpus | None, weights: Path) -> Method:
    from genrelab.models.weights import recipe_of
    from reproductions.encoders import codes_by, recipe_from

    recipe = recipe_from(recipe_of(weights))
    most = 5 if recipe.format == "spec" else 1  # the encoder of audio takes twenty times as long
    sees = LABELS[weights.stem].split(", ")[1]
    about = f"Codes of notebook 08's encoder of {sees}, applied to these tracks; it saw no label."
    return Method(about, lambda music, tracks: pd.DataFrame(codes_by(weights, music, tracks, most),
                                                            tracks),
                  recipe.n_samples / SAMPLE_RATE + 0.1)


def _of_tagger(corpus: Corpus, mine: Corpus | None, weights: Path) -> Method:
    def rows(music: Corpus, tracks: pd.Index) -> pd.DataFrame:
        from genrelab.models.music_tagger import PATCHES, tagger_embedding

        if not _is_gtzan(corpus):  # the first 3 s: a patch takes a tenth of a second
            return track_table(music, tagger_embedding, most=1).loc[tracks]
        if music is mine:
            return track_table(music, tagger_embedding, most=PATCHES).loc[tracks]
        stem = "09_music_tagger"
        codes = project_root() / REFERENCE / "codes" / f"{stem}.npz"
        return _committed(corpus, codes, stem)[0].rows(music, tracks)

    return Method(TAGGER, rows)


NETWORKS = {"07_": _of_noise_trained, "05_dsae": _of_softmax_autoencoder, "08_": _of_contrastive,
            "09_": _of_tagger}
"""How committed weights are applied to other music, by the beginning of their name."""
