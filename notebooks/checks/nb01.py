"""Checks of notebook 01."""

from __future__ import annotations

import math

import pandas as pd

from coursekit.exercises import Hint, call, exercise, must_be_a_number
from genrelab.evaluation import audit


@exercise("01.2")
def largest(answer, corpus) -> str:
    counts = corpus.tracks.groupby("genre")["artist"].value_counts()
    shares = counts / corpus.tracks.groupby("genre").size()
    must_be_a_number(answer)
    if math.isclose(answer, shares.max(), abs_tol=0.005):
        genre, artist = shares.idxmax()
        return f"{artist} plays {shares.max():.0%} of {genre}."
    if math.isclose(answer, 100 * shares.max(), abs_tol=0.5):
        raise Hint("As a share, not as a percentage: divide by 100.")
    if math.isclose(answer, counts.max()):
        raise Hint("That is the number of tracks. Divide by the number of tracks of the genre.")
    of_all = corpus.tracks["artist"].value_counts(normalize=True).max()
    if math.isclose(answer, of_all, abs_tol=0.005):
        raise Hint("That is the share of all tracks. Divide by the number of tracks of the "
                   "artist's genre.")
    raise Hint("Count the tracks of each artist within a genre, and divide by the tracks of that "
               "genre.")


@exercise("01.1")
def find_copies(answer) -> str:
    cases = [({"a": 1, "b": 2, "c": 1}, [["a", "c"]], "two tracks with the same hash"),
             ({"d": 5, "c": 5, "b": 7, "a": 7, "e": 5}, [["a", "b"], ["c", "d", "e"]],
              "two groups, one of three tracks"), ({"a": 1, "b": 2}, [], "no copies at all")]
    for hashes, truth, case in cases:
        found = call(answer, dict(hashes))
        if not (isinstance(found, list) and all(isinstance(group, list) for group in found)):
            raise Hint(f"A list of lists is asked for; for {case}, your function returns {found}.")
        if found != truth:
            if sorted(map(sorted, found)) == truth:
                raise Hint(f"The groups are right but not in order, for {case}: sort each group, "
                           "then the list.")
            if any(len(group) < 2 for group in found):
                raise Hint(f"For {case}: groups of one track are no copies; leave them out.")
            raise Hint(f"For {case}, {hashes}, {truth} is right, and your function returns "
                       f"{found}.")
    return "Three cases, three right answers; the same idea finds the duplicates of GTZAN."


@exercise("01.3")
def shared_artists(answer, corpus) -> str:
    split = pd.Series(["train", "test", "test", "test", "removed"], index=list("abcde"))
    artist = pd.Series(["Ada", "Ada", "Ben", None, "Ben"], index=list("abcde"))
    found = call(answer, artist, split)
    if found == 2:
        raise Hint("2 counts the test track of Ben, who is not in train: his other track is "
                   "removed.")
    if math.isclose(found, 1 / 3):
        raise Hint("That is a share; the number of tracks is asked for.")
    if found != 1:
        raise Hint("One of three test tracks is by an artist in train; your function returns "
                   f"{found}.")
    unknown = pd.Series([None, "Ada", "Ben", None, "Ben"], index=list("abcde"))
    if found := call(answer, unknown, split):
        raise Hint("With an unknown artist on both sides, nobody known is shared; your function "
                   f"returns {found}.")
    parts = corpus.tracks["split"].where(corpus.tracks["split"] == "test", "train")
    train = set(corpus.tracks["artist"][parts == "train"].dropna())
    truth = int(corpus.tracks["artist"][parts == "test"].isin(train).sum())
    found = call(answer, corpus.tracks["artist"], parts)
    if found != truth:
        raise Hint(f"On the corpus at hand, with all but the test part as train, it is {truth}; "
                   f"you return {found}.")
    return f"Also on the corpus at hand: {truth} tracks, if all but the test part were train."


@exercise("01.4")
def accuracy_of_draw(answer) -> str:
    artist = pd.Series(list("AAAABBBCCD"))
    right = pd.Series([letter == "1" for letter in "1110100110"])
    for drawn in ("AABD", "ABDD"):
        names = list(drawn)
        parts = [right[artist == name] for name in names]
        truth = pd.concat(parts).mean()
        found = call(answer, right, artist, names)
        must_be_a_number(found)
        if math.isclose(found, truth):
            continue
        if math.isclose(found, right[artist.isin(names)].mean()):
            raise Hint(f"For the draw {', '.join(names)} you count each artist once. Who is drawn "
                       "twice brings all tracks twice.")
        if math.isclose(found, sum(part.mean() for part in parts) / len(parts)):
            raise Hint("You average the accuracies of the artists. All tracks of the draw count "
                       "alike, so an artist with many tracks weighs more.")
        raise Hint(f"For the drawing above and the draw {', '.join(names)}, {truth:.3f} is right; "
                   f"your function returns {found:.3g}.")
    return "As on paper: 7 of 12 and 4 of 9. Some thousand draws give an interval."


@exercise("01.5")
def artist_folds(answer, corpus) -> str:
    cards = pd.Series(list("DCCBBAAAAAEEEFFF"))
    for artist, n, case in [(cards, 2, "16 tracks by artists with 5, 3, 3, 2, 2 and 1"),
                            (corpus.tracks["artist"].dropna(), 5, "your music")]:
        fold = call(answer, artist.copy(), n)
        if not isinstance(fold, pd.Series) or set(fold.index) != set(artist.index):
            raise Hint("A Series with a fold for each track is asked for: artist.map(…) makes one.")
        if strangers := sorted(set(fold) - set(range(n))):
            raise Hint(f"Folds are numbered 0 to {n - 1}; yours has {strangers[0]}.")
        if (torn := fold.groupby(artist).nunique()).max() > 1:
            raise Hint(f"For {case}: {torn.idxmax()} is in {torn.max()} folds. That is a leak.")
        sizes = fold.value_counts().reindex(range(n), fill_value=0)
        most = 0 if artist is cards else artist.value_counts().max()
        if sizes.max() - sizes.min() > most:
            raise Hint(f"For {case}: the folds have {', '.join(map(str, sizes))} tracks. Begin "
                       "with the largest artist, and put each into the fold with fewest tracks.")
    return f"No leak, and folds of {', '.join(map(str, sizes))} tracks."


@exercise("01.6")
def my_split(answer, corpus) -> str:
    tracks = corpus.tracks
    if not isinstance(answer, pd.Series):
        raise Hint(f"A pandas Series indexed by track is asked for, not a {type(answer).__name__}.")
    if unknown := sorted(set(answer.dropna()) - {"train", "test", "removed"}):
        raise Hint(f"The values are train, test and removed; yours has {unknown[0]!r}, too.")
    if strangers := sorted(set(answer.index) - set(tracks.index)):
        raise Hint(f"There is no track {strangers[0]!r} in this corpus.")
    test = answer.index[answer == "test"]
    if missing := sorted(set(corpus.genres) - set(tracks.loc[test, "genre"])):
        raise Hint(f"{missing[0]} is not in test.")
    if len(test) < 0.1 * len(tracks):
        raise Hint(f"Only {len(test)} of {len(tracks)} tracks are in test; a tenth at least is "
                   "asked for.")
    learnt = set(tracks.loc[answer.index[answer == "train"], "genre"])
    if missing := sorted(set(corpus.genres) - learnt):
        raise Hint(f"{missing[0]} is not in train, so nothing can be learned of it.")
    found = audit(answer, corpus)
    if leaks := [finding for finding in found.findings if finding.state != "clean"]:
        raise Hint(f"The audit says {leaks[0]}")
    return f"No leak, and {len(test)} tracks in test."
