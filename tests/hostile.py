"""Music whose names are markup to every medium that they reach: Markdown, HTML, formulas, plotly,
URLs, CSV."""

from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

RATE = 22_050

SCRIPT = "<script>document.title='ran'</script>"
IMAGE = "<img src=x onerror=\"document.title='ran'\">"
NAMES = (
    "Ba$$in (Yelle)",
    "A$AP Rocky - L$D",
    "$x_1^2$ and $$y$$",
    r"\(x\) \[y\] \begin{align}",
    "*bold* _thin_ **more** `code`",
    "[link](javascript:alert) ![p](x.png)",
    "# 1. heading - item > quote | cell",
    "100% of %23 %(name)s {id} {0} &amp; &lt;b&gt;",
    "'single' \"double\" `back`",
    r"back\slash \n \\ \$",
    "<b>bold<b> <!-- gone --> <u>",
    "two  blanks, a comma; a semicolon",
    "=1+1 @sum -2",
    "~gone~ :smile: www.example.org",
    "שלום العربية",
    "\u202etfel ot thgir",
    "漢字かな 한글",
    "🎸🥁 e\u0301 ﬁ",
)
"""Names as somebody might type them; none holds a slash, so that files can be called so."""

BROKEN = "<b>broken<b> $x$ *y* \"two\" 'one' -- ... .wav"
"""Of a file that cannot be read, which is named in a sentence."""

GENRES = ("A$AP <b>&amp;", "[80](x) _%23_ {id} 漢字", "classical", "jazz", "metal", "pop")
"""Two that are hostile; notebook 05 asks for the others."""


def make_hostile_corpus(folder: Path, seconds: float = 20.6, tracks: int = 12) -> Path:
    """Write genre folders whose tracks, artists and titles bear the names of `NAMES`, and two more
    that run scripts."""
    rows = []
    for place, genre in enumerate(GENRES):
        (folder / genre).mkdir(parents=True)
        for number in range(tracks):
            name = NAMES[(number + 5 * place) % len(NAMES)]
            write_sound(folder / genre / f"{name}.wav", seconds, place, number)
            artist = (SCRIPT, IMAGE, *NAMES)[(number // 2 + 6 * place) % (len(NAMES) + 2)]
            artist = f"{artist.replace(';', ',')} {place}"  # a semicolon stands between artists
            title = (IMAGE, SCRIPT, *NAMES)[(number + 3 * place) % (len(NAMES) + 2)]
            rows.append({"track": f"{genre}.{name}", "artist": artist, "title": title})
    pd.DataFrame(rows).to_csv(folder / "tracks.csv", index=False)
    return folder


def make_hostile_music(folder: Path, seconds: float = 7.0) -> Path:
    """Write a reader's own files under hostile names."""
    folder.mkdir(parents=True)
    for number, name in enumerate(NAMES):
        write_sound(folder / f"{name}.wav", seconds, number % 3, 100 + number)
    write_sound(folder / "<img src=x onerror=alert(1)>.wav", seconds, 0, 200)
    (folder / BROKEN).write_bytes(b"no sound")
    return folder


def write_sound(path: Path, seconds: float, genre: int, number: int) -> None:
    """Write a few notes over noise: more noise and lower notes from genre to genre."""
    rng = np.random.default_rng([genre, number])
    t = np.arange(round(seconds * RATE)) / RATE
    notes = 110 * 2 ** (rng.integers(0, 24, 3) / 12 + 2 - genre / 2)
    beat = 0.5 + 0.5 * np.cos(2 * np.pi * (1 + genre) * t) ** 8
    y = sum(np.sin(2 * np.pi * note * t) for note in notes) * beat * 0.15
    y += rng.normal(size=t.size) * (0.01 + 0.04 * genre)
    soundfile.write(path, np.clip(y, -0.9, 0.9), RATE, subtype="PCM_16")
