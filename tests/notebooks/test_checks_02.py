"""Checks of notebook 02 tell right from nearly right from wrong from untouched."""

import librosa
import numpy as np
import pandas as pd
import pytest
from scipy.ndimage import median_filter

from coursekit.exercises import assess
from genrelab.features import summary_features


def said(number, answer, *context):
    outcome = assess(number, answer, *context)
    return outcome.state, outcome.text


def stub(*_):
    """Do something."""
    ...


def test_untouched_stubs_are_not_attempted():
    assert assess("02.1", ...).state == "not attempted"
    for number, context in [("02.2", ()), ("02.3", ()), ("02.4", ()), ("02.5", ()),
                            ("02.6", (np.ones(9), None))]:
        assert assess(number, stub, *context).state == "not attempted"


def test_02_1():
    assert said("02.1", 10.77)[0] == "right"
    assert "half as many steps" in said("02.1", 5.38)[1]
    assert "only up to half" in said("02.1", 21.53 * 1.0001)[1]
    assert "A number" in said("02.1", "ten")[1]
    assert "How many seconds" in said("02.1", 44_100)[1]


def band(keep):
    def answer(y, low, high):
        spectrum = librosa.stft(y)
        rows = librosa.fft_frequencies(sr=22_050, n_fft=2048)
        spectrum[~keep(rows, low, high)] = 0
        return librosa.istft(spectrum, length=len(y))

    return answer


def test_02_2():
    assert said("02.2", band(lambda rows, low, high: (rows >= low) & (rows <= high)))[0] == "right"
    assert "150 Hz must not pass" in said("02.2", band(lambda rows, low, high: rows <= high))[1]
    assert "4000 Hz must not pass" in said("02.2", band(lambda rows, low, high: rows >= low))[1]
    assert "must pass" in said("02.2", band(lambda rows, low, high: rows > high))[1]
    assert "takes a length" in said("02.2", lambda y, low, high: y[:-5])[1]


def test_02_3():
    def right(x):
        x = x - x.mean(axis=1, keepdims=True)
        return x / np.where(x.std(axis=1, keepdims=True) > 0, x.std(axis=1, keepdims=True), 1)

    assert said("02.3", right)[0] == "right"
    assert (
        "a row that does not vary"
        in said("02.3", lambda x: (x - x.mean(1)[:, None]) / x.std(1)[:, None])[1]
    )
    assert "the other axis" in said("02.3", lambda x: (x - x.mean(0)) / x.std(0))[1]
    assert "one mean for all" in said("02.3", lambda x: (x - x.mean()) / x.std())[1]
    assert "divide each row" in said("02.3", lambda x: x - x.mean(1)[:, None])[1]
    assert (
        "not by the variance"
        in said("02.3", lambda x: (x - x.mean(1)[:, None]) / x.var(1)[:, None])[1]
    )
    assert "The shape" in said("02.3", lambda x: x.T)[1]
    assert "should be" in said("02.3", lambda x: 2 * x)[1]


WINDOW = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(2048) / 2048)
FILTERS = librosa.filters.mel(sr=22_050, n_fft=2048)


def column(window=WINDOW, power=2, level=lambda mel: 10 * np.log10(mel), scale=True, first=True):
    """Return an answer to 02.4, right or with a mistake."""
    waves = np.cos(np.pi * np.outer(np.arange(20), np.arange(128) + 0.5) / 128)
    waves *= np.sqrt(2 / 128) if scale else 1
    waves[0] /= np.sqrt(2) if first else 1
    return lambda y: waves @ level(FILTERS @ np.abs(np.fft.rfft(y * window)) ** power)


def of_librosa(y):
    levels = 10 * np.log10(FILTERS @ np.abs(np.fft.rfft(y * WINDOW)) ** 2)
    return librosa.feature.mfcc(S=levels[:, None], n_mfcc=20)[:, 0]


def test_02_4():
    assert said("02.4", column())[0] == "right"
    assert said("02.4", of_librosa)[0] == "right"
    assert "fade them" in said("02.4", column(window=1))[1]
    assert "square the magnitudes" in said("02.4", column(power=1))[1]
    assert "before the bands" in said("02.4", column(
        power=1, level=lambda mel: 20 * np.log10(mel)))[1]
    assert "natural logarithm" in said("02.4", column(level=np.log))[1]
    assert "10 times" in said("02.4", column(level=lambda mel: 20 * np.log10(mel)))[1]
    assert "levels are missing" in said("02.4", column(level=lambda mel: mel))[1]
    assert "but the first" in said("02.4", column(first=False))[1]
    assert "not scaled" in said("02.4", column(scale=False, first=False))[1]
    assert "(20,)" in said("02.4", lambda y: np.zeros(128))[1]
    assert "should be" in said("02.4", lambda y: 3 * column()(y))[1]


def masked(mask, complex_=True, length=True):
    """Return an answer to 02.5 from a function of the two medians."""
    def answer(y):
        spectrum = librosa.stft(y)
        along_time, along_frequency = (median_filter(np.abs(spectrum), size)
                                       for size in ((1, 31), (31, 1)))
        kept = (spectrum if complex_ else np.abs(spectrum)) * mask(along_time, along_frequency)
        return librosa.istft(kept, length=len(y) if length else None)

    return answer


def test_02_5():
    def right(a, b):
        return a**2 / (a**2 + b**2 + 1e-30)

    assert said("02.5", masked(right))[0] == "right"
    assert "changed places" in said("02.5", masked(lambda a, b: right(b, a)))[1]
    assert "still there" in said("02.5", lambda y: y)[1]
    assert "complex STFT" in said("02.5", masked(right, complex_=False))[1]
    assert "takes a length" in said("02.5", masked(right, length=False))[1]
    assert "real, finite" in said("02.5", lambda y: y * np.nan)[1]


@pytest.fixture(scope="module")
def some(synthetic):
    rows = {
        track: summary_features(synthetic.audio(track)) for track in synthetic.tracks.index[::20]
    }
    return synthetic.audio(synthetic.tracks.index[0])[: 3 * 22_050], pd.DataFrame(rows).T


def turned(y):
    """Turn the phase of each frequency, always alike: another wave, and the same to the ear."""
    import librosa

    spectrum = librosa.stft(y)
    turns = np.random.default_rng(1).uniform(0, 2 * np.pi, len(spectrum))[:, None]
    return librosa.istft(spectrum * np.exp(1j * turns), length=len(y))


def test_02_6(some):
    sound, table = some
    assert said("02.6", lambda y: y[::-1], sound, table)[0] == "right"
    assert "To the ear" in said("02.6", turned, sound, table)[1]
    assert "still the same sound" in said("02.6", lambda y: np.roll(0.5 * y, 300), sound, table)[1]
    noise = np.random.default_rng(0).normal(0, 0.1, len(sound))
    assert "deviations on average" in said("02.6", lambda y: noise, sound, table)[1]
    assert "As many samples" in said("02.6", lambda y: y[1:], sound, table)[1]
    assert "nothing to hear" in said("02.6", lambda y: 0 * y, sound, table)[1]
