"""Clips without names, a button for each genre, and the answer at once: where the course begins."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from coursekit.ear_test import (
    FREE,
    MASK,
    PARTS,
    SILENT,
    STYLES,
    answer_buttons,
    levelled,
    masked,
)
from genrelab.corpora import SAMPLE_RATE, Corpus
from genrelab.display.html import NO_SOUND, component, show
from genrelab.display.listening import track_label
from genrelab.display.media import clip, excerpt


def ear_blind(tracks: Sequence[str], corpus: Corpus, seconds: float = 10.0) -> None:
    """Play the middle of some tracks, one after the other, and ask for the genre of each.

    Parameters
    ----------
    tracks
        Track ids, in the order in which they are heard; those whose middle is silent are left out.
    corpus
        Where they come from; each of its genres has a button.
    seconds
        How much of each is heard.

    Notes
    -----
    All clips are brought to one level, and their files bear neutral names. Notebook: 00.
    """
    parts = {track: excerpt(corpus.audio(track), SAMPLE_RATE, seconds) for track in tracks}
    parts = {track: y for track, y in parts.items() if np.sqrt(np.mean(np.square(y))) > SILENT}
    tracks, sounds = list(parts), levelled(list(parts.values()))
    addresses = [clip(y, SAMPLE_RATE, "blind", None, corpus=corpus) for y in sounds]
    genres = list(corpus.genres)
    key = {"truth": [genres.index(corpus.tracks.at[track, "genre"]) for track in tracks],
           "track": [track_label(corpus, track) for track in tracks]}
    data = {"genres": genres, "sounds": addresses, "key": masked(key), "mask": MASK.decode()}
    body = _body(genres, addresses[0]) if addresses and all(addresses) else NO_SOUND
    scripts = ("genrelab/display/player.js", PARTS, "coursekit/ear_blind.js")
    show(component("ear-blind", body, scripts, STYLES, data, call="earBlind", sounds=addresses))


def _body(genres: Sequence[str], first: str) -> str:
    """What is heard and pressed; the first address stands in it for JupyterLab to find the others
    by."""
    return (f'<audio preload="none" aria-label="clip" src="{escape(first)}"></audio>'
            f'<p><button {FREE} data-role="play">▶ Play</button> '
            f'<button {FREE} data-role="next" hidden>Next clip</button></p>'
            f"{answer_buttons(genres)}"
            '<p data-role="said" role="status" aria-live="polite"></p>')
