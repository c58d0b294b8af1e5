"""Distorted versions of a sound, ordered by ear without knowing which is which, then held against
distances."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from html import escape

import numpy as np
import pandas as pd

from coursekit.ear_test import FREE, MASK, PARTS, STYLES, masked
from coursekit.listeners import unlikely_agreement
from genrelab.corpora import SAMPLE_RATE, Corpus
from genrelab.display.html import component, show
from genrelab.display.listening import group_gain
from genrelab.display.media import SECONDS, clip, excerpt
from genrelab.runtime import generator

LETTERS = "ABCDEFGH"


def ear_order(original: np.ndarray, versions: Mapping[str, np.ndarray], distances: pd.DataFrame, *,
              corpus: Corpus | None = None, seed: int = 0, guess: str = "") -> None:
    """Let the reader order versions of a sound from near to far, then compare with the orders of
    distances.

    Parameters
    ----------
    original
        (n_samples,) sound.
    versions
        What was done to it, and what came out; five to eight.
    distances
        One row a version, by the names of `versions`; one column a distance.
    corpus
        Names the folder of the sound files.
    seed
        Of the letters under which the versions are heard.
    guess
        Number of the guess at Spearman's correlation with the first distance, as given to
        `predict`.

    Raises
    ------
    ValueError
        If there are fewer than five versions or more than eight, or a distance is missing or not
        finite.

    Notes
    -----
    Levels are kept relative to each other, since a change of level may be among the versions.
    Notebook: 06.
    """
    if missing := [name for name in versions if name not in distances.index]:
        raise ValueError(f"{missing[0]!r} has no distances. Give one row for each version.")
    if not np.isfinite(distances.loc[list(versions)].to_numpy(float)).all():
        raise ValueError("A distance is no finite number. Leave its version or its column out.")
    chance = {kind: unlikely_agreement(len(versions), kind) for kind in ("spearman", "kendall")}
    names = [list(versions)[k] for k in generator(seed, "letters").permutation(len(versions))]
    sounds = [original, *(versions[name] for name in names)]
    parts = [excerpt(y, SAMPLE_RATE, SECONDS) for y in sounds]
    about = {"corpus": corpus, "gain": group_gain(parts)}
    addresses = [clip(part, SAMPLE_RATE, "version", None, **about) for part in parts]
    table = distances.loc[names].astype(float)
    values = [[str(metric), table[metric].tolist()] for metric in table]
    letters = LETTERS[: len(names)]
    data = {"id": hashlib.sha256(" ".join([*names, *map(str, addresses)]).encode())
            .hexdigest()[:10], "sounds": addresses, "letters": letters,
            "key": masked({"names": names, "distances": values}), "mask": MASK.decode(),
            "guess": guess, "chance": {kind: found._asdict() for kind, found in chance.items()}}
    body = _body(letters, addresses[0]) if all(addresses) else LEFT_OUT
    scripts = ("genrelab/display/player.js", PARTS, "coursekit/ear_order.js")
    show(component("ear-order", body, scripts, STYLES, data, call="earOrder", sounds=addresses))


LEFT_OUT = '<p class="genrelab-note">sound left out: ordering by ear needs sound</p>'


def _body(letters: str, first: str) -> str:
    items = "".join(f'<li data-letter="{letter}"><b>{letter}</b> <button {FREE} data-do="play" '
                    f'aria-label="Play {letter}">▶</button> <button {FREE} data-do="up" '
                    f'aria-label="{letter} nearer">↑ nearer</button> <button {FREE} data-do="down" '
                    f'aria-label="{letter} farther">↓ farther</button></li>' for letter in letters)
    return (f"<p><strong>By ear.</strong> {len(letters)} versions of one track, under letters "
            "drawn by seed. Put the one that sounds nearest to the original first, the farthest "
            f"last.</p>" f'<audio preload="none" aria-label="version" '
            f'src="{escape(first)}"></audio><p><button {FREE} data-do="original">▶ the '
            f'original</button></p><ol class="genrelab-order" aria-label="from nearest to '
            f'farthest">{items}</ol><p><button {FREE} data-do="compare">Compare</button> <button '
            f'{FREE} data-do="again" hidden>Start again</button></p><p data-role="said" '
            f'role="status" aria-live="polite"></p><div data-role="result"></div>')
