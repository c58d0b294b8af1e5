"""Every representation of a corpus that there is: features computed from its sound, and codes of
networks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from claimbook.predictions import RecordError, load_record
from claimbook.rows import REFERENCE
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
    makers: dict[str, tuple[str, Callable]] = {"features_57": ("57 features (02)", _features),
                                               "mfcc": ("MFCC statistics (01)", _mfcc),
                                               "picture": ("mel picture (06)", _picture)}
    files = [path for kind in ("codes", "weights") for path in reference.glob(f"{kind}/[0-9]*.npz")]
    for stem in sorted({path.stem for path in files}):
        label = LABELS.get(stem) or stem[3:].replace("_", " ")
        makers[stem] = (f"{label} ({stem[:2]})", partial(_code, stem=stem, reference=reference))
    found, left_out = [], {}
    for name, (label, make) in makers.items():
        try:
            made = make(corpus, mine)
            if len(made["tracks"]) < FEWEST:
                raise CannotPlace(f"only {len(made['tracks'])} tracks can be placed; at least "
                                  f"{FEWEST} are needed")
            if not _differ(made["points"]):
                raise CannotPlace("all tracks get the same numbers, so none is nearer than another")
        except CannotPlace as error:
            left_out[label] = str(error)
            continue
        found.append(Representation(name=name, label=label, **made))
    return found, left_out


def _differ(points: np.ndarray) -> bool:
    """Tell whether points, (n, width), lie at more than one place, rounding aside."""
    spread = np.ptp(points, axis=0)
    return bool((spread > 1e-6 * np.abs(points).max(axis=0)).any())


def _made(about: str, tracks: pd.Index, points: np.ndarray, learned=(), own_tracks=(),
          own_points=None) -> dict:
    points = np.asarray(points, np.float32)
    own_points = points[:0] if own_points is None else np.asarray(own_points, np.float32)
    return {"about": about, "tracks": pd.Index(tracks), "points": points,
            "learned": pd.Index(learned, dtype=object),
            "own_tracks": pd.Index(own_tracks, dtype=object), "own_points": own_points}


def _standardised(about: str, table: pd.DataFrame, own: pd.DataFrame | None) -> dict:
    table = table.astype(float)
    mean, spread = table.mean(), table.std(ddof=0)
    kept = spread.index[spread > 1e-9 * table.abs().max().clip(lower=1e-30)]

    def scaled(rows: pd.DataFrame) -> np.ndarray:
        return ((rows - mean) / spread)[kept].to_numpy(np.float32)

    own = table.iloc[:0] if own is None else own
    return _made(about, table.index, scaled(table), (), own.index, scaled(own))


def _features(corpus: Corpus, mine: Corpus | None) -> dict:
    about = "The 57 summary features of notebook 02, each standardised."
    return _standardised(about, feature_table(corpus), mine and feature_table(mine))


def _mfcc(corpus: Corpus, mine: Corpus | None) -> dict:
    about = "Mean and deviation over time of 20 MFCCs, each standardised: the colour of the sound."
    return _standardised(about, track_table(corpus, mfcc_statistics),
                         mine and track_table(mine, mfcc_statistics))


def _picture(corpus: Corpus, mine: Corpus | None) -> dict:
    pictures, added = _pictures_of(corpus), mine and _pictures_of(mine)
    about = (f"The mel pictures of notebook 06 ({pictures.source}), averaged over "
             f"{BLOCK} × {BLOCK} pixels.")
    if added is None:
        return _made(about, pictures.tracks, _blocks(pictures.images))
    about += _other_source(pictures.source)
    return _made(about, pictures.tracks, _blocks(pictures.images), (), added.tracks,
                 _blocks(added.images))


def _pictures_of(corpus: Corpus, seconds: float = 10.0):
    """Return pictures of the tracks that are long enough; shorter ones would be stretched out of
    all likeness."""
    return mel_pictures(corpus, _long_enough(corpus, seconds))


def _other_source(source: str) -> str:
    if source[:3] != "kag":
        return ""
    return " Pictures of your tracks are computed by the recipe that was fitted to these."


def _blocks(images: np.ndarray) -> np.ndarray:
    """Average pictures, (n, height, width), over blocks; what is left over at the right is cut
    off."""
    n, height, width = images.shape
    rows, columns = height // BLOCK, width // BLOCK
    cut = images[:, : rows * BLOCK, : columns * BLOCK]
    return cut.reshape(n, rows, BLOCK, columns, BLOCK).mean(axis=(2, 4)).reshape(n, -1)


def _long_enough(corpus: Corpus, seconds: float) -> pd.Index:
    kept = corpus.tracks.index[corpus.tracks["seconds"] >= seconds]
    if not len(kept):
        longest = corpus.tracks["seconds"].max()
        raise CannotPlace(f"needs tracks of {round(seconds, 1):g} s; the longest here has "
                          f"{longest:.1f} s")
    return kept


def _code(corpus: Corpus, mine: Corpus | None, stem: str, reference: Path) -> dict:
    weights, codes = (reference / kind / f"{stem}.npz" for kind in ("weights", "codes"))
    network = next((make for begin, make in NETWORKS.items() if stem.startswith(begin)), None)
    appliable = network is not None and weights.is_file()
    if _is_gtzan(corpus):
        if not codes.is_file():
            raise CannotPlace(f"{codes.name} is missing among the codes of the full run; "
                              "restore it by git")
        if mine is None or not appliable:
            return _committed(corpus, codes, stem)
        return network(corpus, mine, weights, learned=_committed(corpus, codes, stem)["learned"])
    if not weights.is_file():
        raise CannotPlace("its weights are not part of the course, so it is known of GTZAN alone")
    if network is None:
        raise CannotPlace("this notebook does not know how to compute its input")
    return network(corpus, mine, weights, learned=())


def _is_gtzan(corpus: Corpus) -> bool:
    return (corpus.name in ("gtzan", "gtzan-part")
            and corpus.tracks.index.isin(gtzan.facts().index).all())


def _committed(corpus: Corpus, path: Path, stem: str) -> dict:
    record = load_record(path)
    if not len(getattr(record, "vectors", ())):
        raise RecordError(f"{path.name} holds no codes. Restore it by git, or run the "
                          f"experiment of notebook {stem[:2]} on GTZAN again.")
    table = pd.DataFrame(record.vectors.astype(np.float32), index=record.tracks[record.track])
    table = table[~table.index.duplicated()]  # of several seeds the first
    table = table.loc[corpus.tracks.index[corpus.tracks.index.isin(table.index)]]
    learned = _learned(corpus.tracks.loc[table.index], record.about)
    about = f"Codes of notebook {stem[:2]}'s network in our full run on GTZAN."
    if len(learned):
        about += f" It was taught with the labels of {len(learned)} of these {len(table)} tracks."
    if stem[:2] == "08":
        about = ("Codes of notebook 08's encoders, mean over pieces of 5 s; they heard the train "
                 "tracks without labels.")
    if stem[:2] == "07":
        about = (f"The {table.shape[1]} longest axes of a code learned from noise "
                 "(notebook 07); it never saw a label.")
    return _made(about, table.index, table.to_numpy(), learned)


def _learned(tracks: pd.DataFrame, about: dict) -> pd.Index:
    """Return the tracks whose labels a network was taught with, or chosen by."""
    if "tested" in about:
        return tracks.index[~tracks.index.isin(list(about["tested"]))]
    if "supervised" in about:
        return tracks.index[tracks["split"] != "test"]
    return tracks.index[:0]


def _of_noise_trained(corpus: Corpus, mine: Corpus | None, weights: Path, learned) -> dict:
    pictures, added = _pictures_of(corpus), mine and _pictures_of(mine)
    every = [pictures, added] if added else [pictures]
    codes = np.concatenate([_picture_codes(one.images, weights) for one in every])
    n = len(pictures.tracks)
    scores = principal_scores(codes, np.arange(n))[:, -AXES:]
    about = ("The longest axes of a code learned from noise (notebook 07), applied to these tracks "
             f"({pictures.source}).")
    if added is None:
        return _made(about, pictures.tracks, scores, learned)
    about += _other_source(pictures.source)
    return _made(about, pictures.tracks, scores[:n], learned, added.tracks, scores[n:])


def _picture_codes(images: np.ndarray, weights: Path) -> np.ndarray:
    """Return the integers that a network of notebook 07 makes of pictures, (n, n_elements)
    uint8."""
    import torch

    from genrelab.models import compressive, noise_trained
    from genrelab.models.weights import load_weights, recipe_of

    def work() -> np.ndarray:
        recipe = recipe_of(weights)
        model = noise_trained.new_model(noise_trained.Recipe(**recipe)).eval()
        load_weights(model, weights, recipe)
        with torch.no_grad():
            batches = torch.from_numpy(noise_trained.padded(images)).split(4)
            parts = [model.code(batch[:, None]).flatten(1) for batch in batches]
        return (torch.cat(parts) + (model.levels - 1) / 2).round().to(torch.uint8).numpy()

    pictures = hashlib.sha1(np.ascontiguousarray(images).tobytes()).hexdigest()
    kept_by = {"pictures": pictures, "shape": str(images.shape), "code": code_version(compressive)}
    made_by = hashlib.sha1(weights.read_bytes()).hexdigest()
    return cached("explored_codes", work, **kept_by, weights=made_by)


def _of_softmax_autoencoder(corpus: Corpus, mine: Corpus | None, weights: Path, learned) -> dict:
    from genrelab.features.raw_audio import SECONDS

    about = "Codes of notebook 05's network, mean over segments of 0.9 s"
    about += " (it was taught classical, jazz, metal and pop)."
    tracks = _long_enough(corpus, SECONDS + 0.1)
    # on GTZAN: the tracks of its four genres, of which is known whether it learned them
    if len(learned):
        known = ["classical", "jazz", "metal", "pop"]
        tracks = tracks[corpus.tracks.loc[tracks, "genre"].isin(known)]
        about += f" It was taught with the labels of {len(learned)} of these {len(tracks)} tracks."
    codes = partial(_segment_codes, weights=weights)
    return _placed(about, codes, SECONDS + 0.1, corpus, tracks, mine, learned)


def _placed(about: str, codes: Callable[[Corpus, pd.Index], np.ndarray], seconds: float,
            corpus: Corpus, tracks: pd.Index, mine: Corpus | None, learned) -> dict:
    """Return the codes of tracks, and of the reader's own ones as far as they are long enough."""
    points = codes(corpus, tracks)
    if mine is None:
        return _made(about, tracks, points, learned)
    try:
        own = _long_enough(mine, seconds)
    except CannotPlace:
        return _made(f"{about} Your tracks are too short for it.", tracks, points, learned)
    return _made(about, tracks, points, learned, own, codes(mine, own))


def _segment_codes(corpus: Corpus, tracks: pd.Index, weights: Path) -> np.ndarray:
    """Return the mean over its segments of each track's code, (n_tracks, width) float32."""
    from genrelab.features.raw_audio import N_SEGMENTS, segment_table
    from genrelab.models.segment_trained import Recipe, asked, new_model
    from genrelab.models.weights import load_weights, recipe_of

    recipe = recipe_of(weights)
    model = new_model(Recipe(**{name: recipe[name] for name in Recipe._fields if name in recipe}))
    load_weights(model, weights, recipe)
    codes = asked(model.eval().code, segment_table(corpus, tracks).values)
    return codes.reshape(len(tracks), N_SEGMENTS, -1).mean(axis=1)


def _of_contrastive(corpus: Corpus, mine: Corpus | None, weights: Path, learned) -> dict:
    from genrelab.models.weights import recipe_of
    from reproductions.encoders import codes_by, recipe_from

    recipe = recipe_from(recipe_of(weights))
    seconds = recipe.n_samples / SAMPLE_RATE + 0.1
    most = 5 if recipe.format == "spec" else 1  # the encoder of audio takes twenty times as long
    tracks = _long_enough(corpus, seconds)
    codes = partial(codes_by, weights, most=most)
    sees = LABELS[weights.stem].split(", ")[1]
    about = f"Codes of notebook 08's encoder of {sees}, applied to these tracks; it saw no label."
    return _placed(about, codes, seconds, corpus, tracks, mine, learned)


NETWORKS = {"07_": _of_noise_trained, "05_dsae": _of_softmax_autoencoder, "08_": _of_contrastive}
"""How committed weights are applied to other music, by the beginning of their name."""
