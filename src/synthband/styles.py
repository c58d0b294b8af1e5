"""Ten genres, each as a page of plain data: what a band must agree on before it plays.

Rhythms are strings over one bar; those that a part chooses from stand in one string, with blanks
between them. In drum rows and chord rhythms ``X`` is loud, ``x`` middling, ``o`` soft, ``-`` holds
on, ``.`` rests. In lines (bass, arpeggio) a digit is a tone of the chord counted as musicians count
(1 root, 3 third, 5 fifth, 7 seventh, 8 octave) and ``a`` steps to the next bar's root.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One chair in the band.

    Attributes
    ----------
    instruments : tuple of str
        What may sit there; an act picks one and stays with it.
    plays : str
        How its notes are found: ``"comp"``, ``"line"``, ``"walk"``, ``"melody"``, ``"riff"`` or
        ``"answer"``.
    rhythms : str
        One-bar rhythms to choose from, with blanks between them.
    centre : int
        MIDI pitch about which it plays.
    level : float
        In the mix, dB.
    silent : tuple of str
        Sections in which it rests.
    spread : float
        Seconds between the strings of a strummed chord.
    length : float
        Share of the written length that sounds.
    slide : float
        Chance that a note is slid or bent into.
    drive : float
        Amount of overdrive, through a guitar cabinet; 0 for none.
    echo : float
        Level of a tape echo three sixteenths late.
    rotate : float
        Speed in Hz of a turning loudspeaker; 0 for none.
    dusty : bool
        Sampled from an old record: narrow band, a little driven, crackling.
    rest : float
        Chance that a bar of melody is left to breathe.
    chance : float
        Chance that an act has this chair at all.
    """

    instruments: tuple[str, ...]
    plays: str
    rhythms: str = "X---------------"
    centre: int = 60
    level: float = 0.0
    silent: tuple[str, ...] = ()
    spread: float = 0.0
    length: float = 0.95
    slide: float = 0.0
    drive: float = 0.0
    echo: float = 0.0
    rotate: float = 0.0
    dusty: bool = False
    rest: float = 0.0
    chance: float = 1.0


@dataclass(frozen=True)
class Style:
    """What the acts of a genre have in common.

    Attributes
    ----------
    tempo : (float, float)
        Slowest and fastest, beats a minute.
    scale : tuple of str
        Scales of the melody; an act prefers one.
    progressions : tuple of str
        Bars of Roman numerals, ``/`` between chords that share a bar.
    parts : dict of Part
    grooves : tuple of dict
        Drum name to rhythm; an act prefers one.
    intro : str
        Which rows of the groove the intro keeps.
    fill : tuple of str
        Drums of a fill.
    swing, unit : float
        As in `score.Clock`.
    metres : tuple of int
        Beats in a bar.
    form : tuple of (str, int)
        Sections and their bars; it starts over when it runs out.
    rubato, loose : float
        Depth of tempo's ebb and flow; spread of the players' timing in seconds.
    drum_level : float
        Of the kit in the mix, dB.
    kits : tuple of int
        Drum kits of the sound font: 0 standard, 8 room, 16 power, 24 electronic, 25 a drum machine.
    tone : tuple of float
        dB by which the mix is raised in 16 half octaves from 32 Hz, so that the genre's tracks have
        together the spectrum that GTZAN's have (`genre_quartiles.csv`); one curve for all of them.
    dynamics : float
        How far the players swell and fade over a phrase, 0 to 1.
    room : (float, float)
        Reverberation time in seconds and level.
    press : float
        Ratio of compression of the mix.
    """

    tempo: tuple[float, float]
    scale: tuple[str, ...]
    progressions: tuple[str, ...]
    parts: dict[str, Part]
    grooves: tuple[dict[str, str], ...] = ({},)
    intro: tuple[str, ...] = ("kick", "hat")
    fill: tuple[str, ...] = ("snare", "high tom", "tom", "low tom")
    swing: float = 0.5
    unit: float = 1.0
    metres: tuple[int, ...] = (4,)
    form: tuple[tuple[str, int], ...] = (("intro", 2), ("verse", 8), ("chorus", 8))
    rubato: float = 0.0
    loose: float = 0.006
    drum_level: float = 0.0
    kits: tuple[int, ...] = (0, 8)
    tone: tuple[float, ...] = (0.0,) * 16
    dynamics: float = 0.0
    room: tuple[float, float] = (0.7, 0.15)
    press: float = 1.5


# Rhythms that several styles share.
SUNG = "x-x-x-x---x-x-.. ..x-x-x-x-x---.. x---x-x-x-----.. ....x-x-x-x-x--- x--x--x-x-----.."
EIGHTHS = "x.x.x.x.x.x.x.x."
GALLOP = "x.xxx.xxx.xxx.xx"
FOUR = "X...X...X...X..."
HALVES = "X.......X......."
BACKBEAT = "....X.......X..."
OFFBEATS = "..X...X...X...X."

BLUES = Style(
    tempo=(84, 132), scale=("blues",),
    progressions=(
        "I7 I7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7",
        "I7 IV7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7/IV7 I7/V7",
        "i7 i7 i7 i7 iv7 iv7 i7 i7 bVI7 V7 i7 V7",
    ),
    swing=0.66, form=(("verse", 12), ("chorus", 12)),
    parts={
        "bass": Part(("electric bass", "upright bass"), "walk", centre=38, level=-2),
        "rhythm": Part(("acoustic guitar", "electric guitar", "acoustic guitar"), "comp",
            "X-x-X-x- x-.xx-.x X-xxX-xx ..X-..X-", 55, -2, spread=0.012, length=0.7, drive=1.2),
        "keys": Part(("organ", "honky-tonk piano", "piano"), "comp",
            "X------- ..x-..x- .x.x.x.x", 62, -10, rotate=5.5, chance=0.35),
        "lead": Part(("lead guitar", "harmonica", "rough voice", "male voice", "rough voice"),
            "melody", "..xxxxx- x-xxxxx- .xx-x--- xxx-xxx- x---.xx-",
            66, 3, slide=0.5, drive=1.5, rest=0.2),
        "answer": Part(("steel guitar", "harmonica", "lead guitar"), "answer",
            "....xxxx ..xxx-x- xxxxxxx-", 70, -2, slide=0.6, drive=1.5, chance=0.7),
    },
    grooves=(
        {"kick": "X...x..x", "snare": "..X...X.", "hat": "XxXxXxXx"},
        {"kick": "X.x.X.x.", "snare": "..X...X.", "ride": "X.XxX.Xx"},
        {"kick": "X.x.X.x."},
    ),
    loose=0.011, drum_level=2, dynamics=0.25, room=(0.5, 0.08), press=1.0,
    tone=(-7, -10, -4.5, 2.5, -2, 4.5, 0, -2.5,
          1, -3.5, -3.5, -3, -8.5, -8, -4.5, 0),
)

CLASSICAL = Style(
    tempo=(66, 120), scale=("major", "harmonic minor", "major"),
    progressions=(
        "I IV/V I vi/ii V I IV/V I",
        "I V vi iii IV I ii/V I",
        "i iv/V i bVI/iv V i iv/V i",
        "I ii/V I vi IV/ii V vi/IV V/I",
    ),
    metres=(4, 3, 4), form=(("theme", 8), ("development", 8)),
    parts={
        "first": Part(("violin", "strings", "piano", "oboe", "flute", "harpsichord"), "melody",
            "x---x-x-x---x-x- x-----x-x-x-x--- x-x-x-x-x------- xxxxx-x-x---x--- x-------x-------",
            76, 1),
        "second": Part(("strings", "clarinet", "violin", "piano", "strings"), "answer",
            "x-------x---x--- x---x---x-x-x-x- x-x-x-x-x---x---", 67, -2),
        "inner": Part(("dark strings", "piano", "harp", "strings", "harpsichord"), "line",
            "1.5.3.5.1.5.3.5. 1-------3------- 135835313583531. 5---3---8---5--- 1.3.5.8.5.3.5.3.",
            57, -5, length=2.0),
        "pad": Part(("dark strings", "strings", "choir"), "comp",
            "X--------------- X-------x-------", 62, -6, chance=0.7),
        "bass": Part(("cello", "dark strings"), "line",
            "1-------5------- 1---3---5---a--- 1-----------a---", 45, -3),
    },
    rubato=0.015, loose=0.009, dynamics=0.85, room=(1.6, 0.28), press=1.0,
    tone=(10.5, 23.5, 0.5, -4.5, -1.5, 2, 1.5, 4,
          3, 0.5, -1.5, 3, 3.5, 5, 5, 10.5),
)

COUNTRY = Style(
    tempo=(92, 138), scale=("major pentatonic", "major"),
    progressions=("I I IV I I I V V I I IV IV I V I I", "I IV I V I IV V I", "I I V V V V I I",
        "I vi IV V I vi IV/V I"),
    parts={
        "bass": Part(("electric bass", "upright bass"), "line",
            "1---5---1---5--- 1-------5------- 1---5---1-5-a---", 40, -2, length=0.8),
        "strum": Part(("acoustic guitar",), "comp",
            "..X-..x-..X-..x- x-X-x-xxx-X-x-xx ....X-x-....X-x-", 58, -3, spread=0.012, length=0.8),
        "chop": Part(("electric guitar", "piano", "honky-tonk piano", "electric guitar"), "comp",
            "..x...x...x...x. X...x.x.X...x.x. ....X.......X...", 64, -6, length=0.6),
        "pick": Part(("twang guitar", "banjo", "acoustic guitar"), "line",
            "1.3.5.8.5.3.5.3. 1.5.3.5.1.5.3.5. 1358531513585315", 64, -6, length=3.0, chance=0.8),
        "steel": Part(("steel guitar", "fiddle"), "answer",
            "....x---x-x-x--- x---------x-x---", 71, -1, slide=0.7),
        "lead": Part(("male voice", "female voice", "male voice", "fiddle", "male voice"),
            "melody", SUNG, 64, 5, silent=("intro",), length=0.88, slide=0.4, rest=0.2),
    },
    grooves=(
        {"kick": HALVES, "snare": "o.o.X.o.o.o.X.oo", "hat": EIGHTHS, "shaker": "xoxoxoxoxoxoxoxo"},
        {"kick": HALVES, "rim": BACKBEAT, "snare": "..o...o...o...o.", "hat": EIGHTHS},
        {"kick": "X.....x.X.......", "snare": BACKBEAT, "hat": EIGHTHS},
    ),
    intro=("kick", "snare", "rim", "hat"),
    loose=0.008, drum_level=1, dynamics=0.15, room=(0.8, 0.14), press=1.0,
    tone=(3.5, 2, 2, 3, 4.5, 7.5, 2.5, 4.5,
          4.5, 3.5, 3.5, 6.5, 4, 2.5, -4.5, -8.5),
)

DISCO = Style(
    tempo=(110, 130), scale=("minor", "dorian", "major"),
    progressions=("i7 i7 iv7 iv7", "vi IV I V", "i7 bVII bVImaj7 V7", "IVmaj7 iii7 ii7 vi7",
        "i7 iv7 bVII bIII"),
    parts={
        "bass": Part(("picked bass", "synth bass", "electric bass"), "line",
            "1-8-1-8-1-8-1-8- 1-.81-8-1-.81-8a 1-8-1-8-5-8-7-a-", 38, -1, length=0.7),
        "chop": Part(("choppy guitar", "clavinet"), "comp",
            "..xx..x...xx..x. x.xx.xx.x.xx.xx. ..X...X...X...Xx", 64, -6, spread=0.004, length=0.5),
        "strings": Part(("strings", "synth brass", "strings"), "answer",
            "x-----x-x-x-x--- x--------------- xxxxx---x-------", 77, -4, silent=("intro",)),
        "pad": Part(("strings", "electric piano", "synth pad"), "comp",
            "X--------------- X-----X---------", 65, -11),
        "lead": Part(("female voice", "female voice", "male voice", "choir", "female voice"),
            "melody", SUNG, 70, 3, silent=("intro",), length=0.88, slide=0.35, echo=0.2, rest=0.12),
        "brass": Part(("brass section",), "comp",
            "....X.......X.X. X..X............ ..............XX",
            67, -7, silent=("intro", "verse"), length=0.7),
    },
    grooves=(
        {"kick": FOUR, "snare": BACKBEAT, "open hat": OFFBEATS, "hat": "x.......x......."},
        {"kick": FOUR, "clap": BACKBEAT, "open hat": OFFBEATS, "hat": "xx.xxx.xxx.xxx.x"},
        {"kick": FOUR, "snare": BACKBEAT, "open hat": OFFBEATS,
         "tambourine": GALLOP, "conga": "...x..x....x..xx"},
    ),
    loose=0.004, drum_level=3, kits=(0, 16), room=(0.8, 0.1), press=1.1,
    tone=(2.5, 3, 1.5, 3.5, 1, 4.5, 0.5, -1,
          -5, 0.5, 2.5, 4, 2, 2, -1, -2),
)

HIPHOP = Style(
    tempo=(80, 102), scale=("minor pentatonic", "dorian"),
    progressions=("i7 i7", "i9 iv9", "i7/bVII i7", "i7 bVImaj7"),
    swing=0.57, unit=0.5, form=(("intro", 2), ("verse", 8), ("chorus", 4)),
    parts={
        "bass": Part(("sub bass", "sub bass", "electric bass"), "line",
            "1-----1---1-.... 1---....1-1---a- 1---..1---5-....", 33, -2),
        "loop": Part(("electric piano", "strings", "vibraphone", "jazz guitar", "brass section"),
            "comp", "X-----x---x----- X-------x--x---- ..X---x-----X---", 62, 0, dusty=True),
        "hook": Part(("piano", "flute", "synth lead", "muted trumpet", "clavinet"), "riff",
            "x..x..x-....x--- ....x-x-..x-x---", 72, -4, dusty=True, chance=0.6),
        "rap": Part(("rapper",), "melody",
            "x.xxx.xxx.xxx... xxx.x.x.xxx.x.x. x.x.xxx.x.xxx.x. ..xxx.x.xxxxx...",
            50, 6, silent=("intro",), length=0.7, slide=0.6),
    },
    grooves=(
        {"kick": "X......x..X.....", "snare": BACKBEAT, "hat": EIGHTHS,
         "scratch": "..............x.", "back scratch": "...............x"},
        {"kick": "X..x......X..x..", "snare": "....X.......X..o", "hat": "xoxoxoxoxoxoxoxo"},
        {"kick": "X.....X...Xx....", "clap": BACKBEAT, "hat": "x.xxx.x.x.xxx.xx"},
    ),
    loose=0.005, drum_level=4, kits=(25, 24, 16), room=(0.35, 0.06), press=1.1,
    tone=(5.5, 12.5, 4.5, 9.5, 10, 1, -3, -3,
          2.5, 1.5, 5, 5, 4.5, 4, 0, -8),
)

JAZZ = Style(
    tempo=(104, 196), scale=("dorian", "major", "mixolydian"),
    progressions=(
        "ii7 V7 Imaj7 vi7 ii7 V7 Imaj7 Imaj7",
        "Imaj7/vi7 ii7/V7 iii7/vi7 ii7/V7 I7 IV6 ii7/V7 I6",
        "i7 i7 i7 i7 iv7 iv7 i7 V7",
        "I7 IV7 I7 I7 IV7 IV7 I7 vi7 ii9 V9 I6 V9",
    ),
    swing=0.64, form=(("head", 8), ("solo", 16)),
    parts={
        "bass": Part(("upright bass",), "walk", centre=40, level=-1),
        "comp": Part(("piano", "jazz guitar", "vibraphone", "electric piano"), "comp",
            "x..x.... ...x..x. x-....x. .x...x-- ..x....x", 61, -6, spread=0.006, length=0.8),
        "lead": Part(("tenor sax", "trumpet", "piano", "muted trumpet", "alto sax", "jazz guitar"),
            "melody", "xxxxxx.. .xxxxxxx x-xxxx-- ..xxxxxx xxx-x--- x--x--x-",
            69, 1, slide=0.2, rest=0.15),
        "horn": Part(("trumpet", "tenor sax", "brass section"), "answer",
            "....xx.x x--x----", 65, -5, silent=("solo",), chance=0.6),
    },
    grooves=(
        {"ride": "X.xoX.xo", "hat": "..x...x.", "kick": "o...o..."},
        {"ride": "X.xxX.xx", "hat": "..X...X.", "snare": "...o....", "kick": "o......o"},
        {"brush": "x.x.x.x.", "brush tap": "..X...Xo", "hat": "..o...o.", "kick": "o......."},
    ),
    intro=("ride", "hat", "brush"), fill=("snare", "brush tap", "tom", "kick"),
    loose=0.012, drum_level=-6, dynamics=0.35, room=(0.9, 0.18), press=1.0,
    tone=(-13, -7, -1.5, 3, 2.5, 3.5, 4, -1,
          6, 3.5, 5, 1, 1, 4.5, 3.5, -3),
)

METAL = Style(
    tempo=(112, 152), scale=("minor", "phrygian", "harmonic minor"),
    progressions=("i5 i5 bVI5 bVII5", "i5 i5 i5/bII5 i5", "i5 bIII5 iv5 bVI5",
        "i5 i5 bVII5/bVI5 v5"),
    parts={
        "bass": Part(("picked bass",), "line",
            "1-1-1-1-1-1-1-1- 1111111111111111 1-111-111-111-1a", 33, -4, length=0.8, drive=3.0),
        "rhythm": Part(("distorted guitar",), "comp",
            "XxxXxxXxXxxXxxXx X-xxX-xxX-xxX-xx X-----X-X---X-X- Xxxxxxxx--X-X-X-", 43, 1,
            spread=0.002, length=0.7, drive=6.0),
        "chug": Part(("muted guitar",), "riff",
            "xxxxxxxxxxxxxxxx x.xxx.xxx.xxx.xx xxx.xxx.xxx.x-x-", 41, -1, length=0.5, drive=10.0),
        "lead": Part(("lead guitar", "shout", "shout", "lead guitar", "male voice"), "melody",
            "xxxxxxxxxxxxxxxx x-x-xxxxx-x-x--- x---x-x-x-x-x--- x-------x---x---", 67, 2,
            silent=("intro",), slide=0.25, drive=4.0, echo=0.15, rest=0.1),
    },
    grooves=(
        {"hard kick": "XxXxXxXxXxXxXxXx", "snare": BACKBEAT, "ride": "X.X.X.X.X.X.X.X."},
        {"hard kick": "X.XxX.XxX.XxX.Xx", "snare": BACKBEAT, "crash": FOUR},
        {"hard kick": "X.X.X.X.X.X.X.X.", "snare": OFFBEATS, "open hat": "X.X.X.X.X.X.X.X."},
    ),
    intro=("hard kick", "crash", "ride"),
    loose=0.004, drum_level=8, room=(0.6, 0.08), press=1.0,
    tone=(1, 0.5, 0, 4.5, 2, 4.5, 1, 4.5,
          3.5, 1.5, 3.5, 1, 2.5, 4.5, 6.5, 7.5),
)

POP = Style(
    tempo=(84, 116), scale=("major", "major pentatonic"),
    progressions=("I V vi IV", "vi IV I V", "I vi IV V", "IV I V vi"),
    parts={
        "bass": Part(("electric bass", "synth bass", "picked bass"), "line",
            "1-....1-..1-.... 1-....1-1-..5-a- 1-.1-.1-1-.1-.1-", 38, -1, length=0.7),
        "keys": Part(("bright piano", "electric piano", "synth pad", "acoustic guitar"), "comp",
            "X---X---X---X--- X--x--x-X--x--x- X-----X-X-------", 62, -6, spread=0.006),
        "sparkle": Part(("acoustic guitar", "synth lead", "electric guitar", "vibraphone"), "line",
            "1.5.8.5.3.5.8.5. 8.5.3.5.8.5.3.5. 1.3.5.8.1.3.5.8.", 72, -10, silent=("intro",),
            length=3.0),
        "lead": Part(("female voice", "male voice", "female voice"), "melody",
            SUNG, 68, 6, silent=("intro",), length=0.88, slide=0.4, echo=0.12, rest=0.08),
        "harmony": Part(("female voice", "choir", "male voice"), "answer",
            "x-------x------- x---------------", 70, -7, silent=("intro", "verse")),
        "pad": Part(("synth pad", "strings"), "comp", centre=65, level=-11, silent=("intro",)),
    },
    grooves=(
        {"kick": "X.......X.x.....", "snare": BACKBEAT, "hat": EIGHTHS},
        {"kick": "X..x..x...x.X...", "clap": BACKBEAT, "hat": "xxxxxxxxxxxxxxxx"},
        {"kick": "X..x..x.X.......", "snare": BACKBEAT, "shaker": "xoxoxoxoxoxoxoxo"},
    ),
    loose=0.004, drum_level=6, kits=(16, 24, 0), dynamics=0.4, room=(0.5, 0.06),
    press=1.0,
    tone=(4, 2.5, -7, -4.5, -4, 1.5, -4, -7.5,
          -1.5, 2, 2, 7, 2, 2, 0, -4),
)

REGGAE = Style(
    tempo=(66, 92), scale=("minor", "minor pentatonic", "major"),
    progressions=("i i iv iv", "I IV I IV", "i bVII i bVII", "I ii IV I", "i iv v i"),
    swing=0.55, unit=0.5,
    parts={
        "bass": Part(("electric bass", "sub bass", "electric bass"), "line",
            "1--.1-3-5---.... ..1-1-5-3-1-.... 1---..5-5-3-1-.. 1---5-8-5---3---", 33, 2),
        "skank": Part(("choppy guitar",), "comp",
            "..X...X...X...X. ..Xx..X...Xx..X.", 66, 1, spread=0.005, length=0.35, echo=0.35),
        "bubble": Part(("organ", "reed organ"), "comp",
            ".xx..xx..xx..xx. ..xx..xx..xx..xx", 60, -7, length=0.5, rotate=5.8),
        "lead": Part(("male voice", "female voice", "male voice", "rough voice", "male voice"),
            "melody", SUNG, 64, 2, silent=("intro",), length=0.88, slide=0.45, echo=0.3, rest=0.2),
        "horns": Part(("brass section", "trumpet"), "answer",
            "x-x-x---........ ....x-x-x-x-....", 68, -6, echo=0.4, chance=0.6),
    },
    grooves=(
        {"kick": BACKBEAT, "rim": "....X.......X.o.", "hat": EIGHTHS, "shaker": "xoxoxoxoxoxoxoxo"},
        {"kick": HALVES, "rim": "....X.......X..o", "hat": "x.xox.x.x.xox.x.",
         "tambourine": OFFBEATS},
        {"kick": FOUR, "snare": BACKBEAT, "hat": "..x...x...x...x.", "conga": "..x..xx...x..x.x"},
    ),
    fill=("snare", "rim", "high tom", "low tom"),
    loose=0.007, drum_level=4, room=(0.7, 0.08), press=1.0,
    tone=(-1.5, 1, 1.5, 1.5, 1, 1, -4.5, -3.5,
          0.5, -0.5, -0.5, -0.5, -1.5, -6, -9.5, -10),
)

ROCK = Style(
    tempo=(104, 140), scale=("mixolydian", "minor pentatonic", "major"),
    progressions=("I IV V IV", "I bVII IV I", "I5 bIII5 IV5 I5", "vi IV I V", "I I bVII IV",
        "I5 bVII5 bVI5 bVII5"),
    parts={
        "bass": Part(("picked bass", "electric bass"), "line",
            "1-1-1-1-1-1-1-1- 1-1-1-5-1-1-a-a- 1---1-1-1---5-a-", 38, -2, length=0.85),
        "rhythm": Part(("electric guitar",), "comp",
            "X-x-X-x-X-x-X-x- X--X--X-X--X--X- X---x-x-X---x-x- X-----X-..X-X-x-", 52, 1,
            spread=0.008, drive=5.0),
        "riff": Part(("electric guitar", "lead guitar"), "riff",
            "x-x-..x-x---x-x- x..x..x-x-x-.... x.xxx.x-..x-x-x-", 55, -2, silent=("chorus",),
            drive=6.0),
        "keys": Part(("organ", "bright piano"), "comp",
            "X--------------- X---X---X---X---", 62, -9, rotate=6.0, chance=0.5),
        "lead": Part(("rough voice", "male voice", "lead guitar", "rough voice", "female voice"),
            "melody", SUNG, 67, 2, silent=("intro",), length=0.88, slide=0.45, drive=1.0,
            rest=0.15),
    },
    grooves=(
        {"kick": "X.......X.x.....", "snare": BACKBEAT, "hat": "X.x.X.x.X.x.X.x."},
        {"kick": "X..x....X.x.....", "snare": BACKBEAT, "ride": "X.x.X.x.X.x.X.x."},
        {"kick": "X.x...x.X.x.....", "snare": "....X.......X..x", "open hat": FOUR},
    ),
    loose=0.007, drum_level=3, dynamics=0.3, room=(0.5, 0.07), press=1.0,
    tone=(5.5, 2.5, -2, 4, 1, 6.5, 3.5, 3,
          3, 0, 2.5, -0.5, -3, -4, -3, 1.5),
)

STYLES = {
    "blues": BLUES, "classical": CLASSICAL, "country": COUNTRY, "disco": DISCO, "hiphop": HIPHOP,
    "jazz": JAZZ, "metal": METAL, "pop": POP, "reggae": REGGAE, "rock": ROCK,
}
