"""What decides a training of encoders: the music they learn from, and what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import torch
from torch import Tensor

from genrelab.corpora import SAMPLE_RATE, Corpus
from genrelab.models import contrastive
from genrelab.models.contrastive import Encoders, Music, Recipe, encoded
from genrelab.runtime import progress
from genrelab.training import best_device
from reproductions import pieces

MEL = {"n_mels": 128, "n_fft": 1024}
"""Of the mel spectra that the encoders see."""


def results(recipe: Recipe, music: Music, tracks: Tensor, folder: Path, name: str,
            with_weights: bool) -> dict[str, Any]:
    """Train encoders with all cores, and return what is kept of them.

    Parameters
    ----------
    recipe, music
        How, and from what.
    tracks
        (n_tracks, n_samples) int16, of which codes are kept.
    folder
        Of checkpoints.
    name
        For the progress bar.
    with_weights
        Whether the weights are kept as well.
    """
    shown = partial(progress, describe=name)
    model, training = contrastive.trained(recipe, music, folder, shown)
    weights = {part: value.detach().cpu().half().numpy()
               for part, value in model.state_dict().items()}
    codes = packed(codes_of(model, tracks, recipe.n_samples))
    best, probabilities = None, None
    if recipe.labels:
        with torch.no_grad():
            logits = model.heads[recipe.format].cpu()(torch.from_numpy(unpacked(codes)))
        probabilities = logits.softmax(dim=2).mean(dim=1).numpy()
    else:
        model.load_state_dict(contrastive.best_weights(recipe, folder))
        best = packed(codes_of(model, tracks, recipe.n_samples))
    return {"codes": codes, "best": best, "probabilities": probabilities,
            "weights": weights if with_weights else None, "history": training.history,
            "seconds": training.seconds, "device": best_device().type}


def codes_of(model: Encoders, tracks: Tensor, length: int) -> np.ndarray:
    """Return the codes of the pieces of tracks, (n_tracks, n_samples) int16, as (n_tracks,
    n_pieces, width) float32."""
    begins = pieces.starts(int(tracks.shape[1]), length)
    return encoded(model, tracks, np.arange(len(tracks)), begins, length).cpu().numpy()


def unlabelled_music(corpus: Corpus, most: int = 4000) -> Music:
    """Return music to learn from without labels, every fifth track apart to look at; at most 4000
    tracks, evenly taken.

    More would not fit into memory: 4000 clips of 29 seconds are 5 GB.
    """
    index = corpus.tracks.index
    places = np.linspace(0, len(index) - 1, min(most, len(index))).round().astype(int)
    chosen = index[np.unique(places)]
    audio = torch.from_numpy(pieces.stacked_audio(corpus, chosen)).to(best_device())
    places = np.arange(len(chosen))
    return Music(audio, np.zeros(len(chosen), int), places[places % 5 > 0], places[places % 5 == 0],
                 mel_filters())


def packed(codes: np.ndarray) -> dict[str, np.ndarray]:
    """Round each number of codes, (n_tracks, n_pieces, width), to one of 256 levels between its
    ends."""
    low, high = codes.min(axis=(0, 1)), codes.max(axis=(0, 1))
    step = (np.maximum(high - low, 1e-12) / 255).astype(np.float32)
    levels = np.rint((codes - low) / step).clip(0, 255).astype(np.uint8)
    return {"levels": levels, "low": low, "step": step}


def unpacked(kept: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the codes that `packed` has kept, (n_tracks, n_pieces, width) float32."""
    return kept["levels"] * kept["step"] + kept["low"]


def mel_filters() -> np.ndarray:
    """Return the mel filters of the course's contrastive encoders, (128, 513).

    Notebook: 08.
    """
    return librosa.filters.mel(sr=SAMPLE_RATE, **MEL)
