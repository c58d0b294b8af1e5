import itertools

import pytest

from genrelab.display import GENRE_STYLES, genre_style, genre_styles
from genrelab.display.palette import luminance

from .chords import GENRES


def contrast(colour, ground):
    """WCAG contrast ratio of two ``#rrggbb`` colours, 1 to 21."""
    both = [luminance([int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)]) for c in (colour, ground)]
    return (max(both) + 0.05) / (min(both) + 0.05)


def test_every_gtzan_genre_has_its_own_colour_and_both_markers():
    assert sorted(GENRE_STYLES) == GENRES
    for part in zip(*GENRE_STYLES.values()):
        assert len(set(part)) == 10


@pytest.mark.parametrize("genre", [*GENRES, *(f"unknown {k}" for k in range(60))])
def test_colours_stand_out_on_white_and_on_dark(genre):
    colour = genre_style(genre).colour
    assert contrast(colour, "#ffffff") >= 3
    assert contrast(colour, "#121212") >= 3


def test_contrast_knows_its_two_ends():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


def test_colours_differ_for_all_kinds_of_colour_vision():
    """Smallest distance in linear RGB after Machado (2009), severity 1; the marker tells the
    rest."""
    seen = {
        "protan": [
            (0.152286, 1.052583, -0.204868),
            (0.114503, 0.786281, 0.099216),
            (-0.003882, -0.048116, 1.051998),
        ],
        "deutan": [
            (0.367322, 0.860646, -0.227968),
            (0.280085, 0.672501, 0.047413),
            (-0.011820, 0.042940, 0.968881),
        ],
        "tritan": [
            (1.255528, -0.076749, -0.178779),
            (-0.078411, 0.930809, 0.147602),
            (0.004733, 0.691367, 0.3039),
        ],
    }
    for matrix in seen.values():
        colours = [
            [sum(m * v for m, v in zip(row, _linear(style.colour))) for row in matrix]
            for style in GENRE_STYLES.values()
        ]
        for one, two in itertools.combinations(colours, 2):
            assert sum((a - b) ** 2 for a, b in zip(one, two)) ** 0.5 > 0.04


def test_names_are_taken_as_people_write_them():
    assert genre_style("Hip-Hop") == genre_style("hiphop")
    assert genre_style("Folktronica") == genre_style("Folktronica")


def test_a_set_of_unknown_genres_keeps_them_apart():
    names = [f"genre {k}" for k in range(200)]
    styles = genre_styles([*names, *GENRES])
    assert len(set(styles.values())) == 210
    assert styles == genre_styles([*GENRES, *reversed(names)])
    few = genre_styles(names[:11])
    assert len({style.colour for style in few.values()}) == 11
    assert len({style.marker for style in few.values()}) == 11
    assert len(genre_styles(f"g{k}" for k in range(1000))) == 1000


def _linear(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
