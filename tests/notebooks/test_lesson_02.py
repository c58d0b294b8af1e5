"""The experiment of notebook 02: MFCCs find the genre by other artists' tracks, loudness does not,
and CMVN leaves nothing to find."""

import librosa
import numpy as np
import pytest
import scipy.fft
from matplotlib import pyplot

from coursekit.pairing import read_source
from genrelab.features import cmvn, feature_table
from genrelab.runtime import notebook_sources

SOURCE = next(path for path in notebook_sources() if path.stem.startswith("02_"))


def lesson(word: str, names: dict) -> dict:
    """Run the one cell of the lesson that holds a word, with the names that it needs."""
    (cell,) = (cell.source for cell in read_source(SOURCE).cells
               if cell.cell_type == "code" and word in cell.source)
    exec(cell, names)
    return names


@pytest.fixture(scope="module")
def table(synthetic):
    return feature_table(synthetic)


@pytest.mark.parametrize("seed", range(5))
def test_the_curve_leaves_chance_and_loudness_behind_on_some_of_the_artists(synthetic, table, seed):
    """Three fifths of the artists of each genre, drawn anew for each seed."""
    tracks = synthetic.tracks[synthetic.tracks.split != "removed"]
    chance = np.random.default_rng(seed)
    groups = tracks.groupby("genre")["group"].unique()
    some = [group for found in groups for group in chance.permutation(found)[: 3 * len(found) // 5]]
    names = {"np": np, "seed": seed, "music": synthetic, "feature_table": lambda music: table,
             "tracks": tracks[tracks["group"].isin(some)]}
    lesson("def hits", names)
    lesson("def mfcc_columns", names)
    left = names["left"]
    assert len(left) == 20 and left[-1] > left[0]
    assert left[-1] > 2 * max(names["chance"], names["loudness"])
    assert names["chance"] < 0.2


def test_after_cmvn_over_the_whole_track_all_tracks_have_the_same_numbers(synthetic):
    for track in synthetic.tracks.index[:40:20]:
        mfcc = librosa.feature.mfcc(y=synthetic.audio(track))
        still = cmvn(mfcc, 2 * mfcc.shape[1] + 1)
        np.testing.assert_allclose(still.mean(axis=1), 0, atol=1e-6)
        np.testing.assert_allclose(still.var(axis=1), 1, atol=1e-6)


def test_worked_examples_are_right():
    levels = np.array([60, 40, 40, 60])
    waves = np.cos(np.pi * np.outer(range(4), np.arange(4) + 0.5) / 4) * np.sqrt(2 / 4)
    waves[0] /= np.sqrt(2)
    np.testing.assert_allclose(waves @ levels, [100, 0, 20, 0], atol=1e-9)
    for run in ([1, 3, 8], [11, 13, 18]):
        assert cmvn(np.array([run]), 5)[0, 1].round(2) == -0.34
    assert round(41 * 22_050 / 2048) == 441 and round(22_050 / 2048, 1) == 10.8


@pytest.fixture(scope="module")
def turned():
    """The names of the lesson down to its last knob, and what each knob draws, by its label."""
    quiet = dict.fromkeys(["genrelab.display.listen", "genrelab.display.save_figure",
                           "claimbook.finding", "coursekit.lesson.draw", "coursekit.lesson.predict",
                           "coursekit.lesson.show_guess"], lambda *_, **__: None)
    knobs, names = {}, {}
    quiet["coursekit.lesson.knob"] = lambda redraw, label, *_, **__: knobs.update({label: redraw})
    with pytest.MonkeyPatch.context() as patch:
        for name, instead in quiet.items():
            patch.setattr(name, instead)
        for cell in read_source(SOURCE).cells:
            if cell.cell_type == "code" and "check" not in cell.metadata.get("tags", []):
                exec(cell.source, names)
            if len(knobs) == 3:
                yield names, list(knobs.values())
                return


def test_knobs_show_and_sound_what_they_say(turned):
    names, (with_window, with_bands, with_coefficients) = turned
    y, rate = names["y"], 22_050

    def drawn(frame):
        return np.asarray(frame["image"].axes[0].images[0].get_array())

    def below_loudest(levels):
        return np.maximum(levels - levels.max(), -80)

    frame = with_window(512)
    spectrum = np.abs(librosa.stft(y, n_fft=512))
    np.testing.assert_allclose(
        drawn(frame), below_loudest(librosa.amplitude_to_db(spectrum)), atol=1e-3)
    assert frame["numbers"] == {"Hz from row to row": rate / 512, "ms per window": 512_000 / rate}
    frame = with_bands(16)
    mel = librosa.feature.melspectrogram(y=y, sr=rate, n_mels=16)
    np.testing.assert_allclose(drawn(frame), below_loudest(librosa.power_to_db(mel)), atol=0.1)
    heard = librosa.feature.melspectrogram(y=frame["sound"], sr=rate, n_mels=16)
    assert np.corrcoef(np.log(heard + 1e-9).ravel(), np.log(mel + 1e-9).ravel())[0, 1] > 0.9
    frame = with_coefficients(5)
    five = librosa.feature.mfcc(y=y, sr=rate, n_mfcc=5)[:, names["loudest"]]
    line = frame["image"].axes[0].lines[1].get_ydata()
    np.testing.assert_allclose(line, scipy.fft.idct(five, norm="ortho", n=128), atol=0.01)
    heard = librosa.feature.mfcc(y=frame["sound"], sr=rate, n_mfcc=5)
    wanted = librosa.feature.mfcc(y=y, sr=rate, n_mfcc=5)
    assert np.corrcoef(heard[1:].ravel(), wanted[1:].ravel())[0, 1] > 0.9
    pyplot.close("all")
