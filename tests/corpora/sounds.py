"""Sound files as other programs write them, for the tests."""

import io

import numpy as np
import soundfile
from conftest import tone

from genrelab.corpora.parts import read_frame


def coded(y, rate=22_050, kind="WAV", subtype=None, **options):
    """Return the bytes of a sound file."""
    buffer = io.BytesIO()
    soundfile.write(buffer, y, rate, format=kind, subtype=subtype, **options)
    return buffer.getvalue()


def varied(seconds=8.0, loud_first=False, rate=22_050):
    """Return a tone and noise, so that a variable bit rate varies: an estimate from the first
    frames is far off."""
    half = int(rate * seconds / 2)
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, half)
    parts = [tone(seconds / 2, rate=rate)[:half], noise]
    return np.concatenate(parts[::-1] if loud_first else parts)


def bare(mp3):
    """Return an MP3 without the frame that tells its length."""
    return mp3[read_frame(mp3, 0).size :]


def flac_of_unknown_length(y, rate=22_050):
    """Return a FLAC file as an encoder writes it that is fed by a pipe: it counts no samples."""
    data = bytearray(coded(y, rate, "FLAC"))
    data[21] &= 0xF0
    data[22:26] = bytes(4)
    return bytes(data)
