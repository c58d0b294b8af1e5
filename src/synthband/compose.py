"""From a style and a signature to a score: the band learns a song.

Each way of playing (`Part.plays`) is a function here that takes the bars of the track and returns
notes. Rhythm, motif and chord carry the music: melodies repeat and vary a motif over the chords
instead of wandering, because repetition is what makes notes a tune.
"""

from __future__ import annotations

import numpy as np

from synthband.acts import Signature
from synthband.harmony import chord, ladder, nearest, voicing
from synthband.score import Bar, Clock, Hit, Note, Score, stream
from synthband.styles import Part, Style

LOUDNESS = {"X": 1.0, "x": 0.75, "o": 0.45}


def onsets(rhythm: str, beats: int) -> list[tuple[float, float, str]]:
    """Read a rhythm string: (beat, length in beats, symbol) of every note in the bar.

    Strings are written for four beats; a bar of three takes the first three.
    """
    step = 4 / len(rhythm)
    rhythm = rhythm[: round(beats / step)]
    found = []
    for place, symbol in enumerate(rhythm):
        if symbol in ".-":
            continue
        held = len(rhythm[place + 1 :]) - len(rhythm[place + 1 :].lstrip("-"))
        found.append((place * step, (held + 1) * step, symbol))
    return found


def lay_out(
    style: Style, sign: Signature, key: int, seconds: float, tempo: float, rng
) -> list[Bar]:
    """The bars of the track: its form, with the chords of a progression under each section."""
    needed = int(np.ceil((seconds + 3) * tempo / 60 / sign.metre)) + 1
    major = "minor" not in sign.scale and sign.scale not in ("dorian", "phrygian")
    # Prefer progressions that agree with the act's scale; bare fifths agree with any.
    fitting = [
        changes
        for changes in style.progressions
        if changes[:2] in ("I5", "i5") or changes.startswith(("I", "v")) == major
    ]
    songs = fitting or list(style.progressions)
    progressions = {name: songs[int(rng.integers(len(songs)))] for name, _ in style.form}
    bars: list[Bar] = []
    # Excerpts often begin in mid-song.
    turn = int(rng.integers(2))
    while len(bars) < needed:
        section, length = style.form[turn % len(style.form)]
        changes = progressions[section].split()
        for place in range(length):
            chords = tuple(chord(name, key) for name in changes[place % len(changes)].split("/"))
            start, last = len(bars) * sign.metre, place == length - 1
            bars.append(Bar(len(bars), start, sign.metre, section, place, last, chords))
        turn += 1
    return bars


class Writer:
    """Writes the notes of one part over the bars of one track.

    Attributes
    ----------
    part : Part
    bars : list of Bar
    key : int
        Pitch class of the tonic.
    scale : str
    centre : float
        MIDI pitch about which it plays.
    style : Style
        For how loosely, and with what swell, the band plays together.
    rng : Generator
    """

    def __init__(
        self, part: Part, bars: list[Bar], key: int, scale: str, centre: float, style: Style, rng
    ):
        self.part, self.bars, self.key, self.scale = part, bars, key, scale
        self.centre, self.style, self.rng = centre, style, rng
        self.rhythms = [str(rhythm) for rhythm in rng.permutation(part.rhythms.split())]

    def write(self) -> list[Note]:
        """Notes of the whole track, by the way of playing that the part asks for."""
        bars = [bar for bar in self.bars if bar.section not in self.part.silent]
        return getattr(self, self.part.plays)(bars)

    def note(self, beat, beats, pitch, velocity, slide=0.0, late=0.0) -> Note:
        """A note as a hand plays it: never quite on time, never twice as loud."""
        late += float(np.clip(self.rng.normal(), -2, 2)) * self.style.loose
        # All swell together over phrases of eight bars, and lean on the beats.
        turn = 2 * np.pi * beat / (8 * self.bars[0].length)
        velocity *= 1 - self.style.dynamics * (0.45 + 0.45 * np.cos(turn))
        if beat % 1.0:
            velocity *= 1 - 0.4 * self.style.dynamics
        velocity = float(np.clip(velocity * (1 + 0.1 * self.rng.normal()), 0.1, 1.0))
        return Note(beat, beats * self.part.length, pitch, velocity, slide, late)

    def rhythm(self, other: bool) -> str:
        """The rhythm that the part keeps to, or the other one, if it has one."""
        return self.rhythms[1 % len(self.rhythms) if other else 0]

    def comp(self, bars):
        """Chords in a rhythm, voices led smoothly; strings of a strum sound one after another."""
        notes, hands = [], ()
        for bar in bars:
            rhythm = self.rhythm(bar.last or bar.section == "chorus")
            for beat, beats, symbol in onsets(rhythm, bar.length):
                harmony = bar.chord_at(beat)
                hands = self.hand(harmony, hands)
                # Hands go down on the beat and come up off it, brushing the strings the other way.
                upward = (beat % 1.0) != 0
                velocity = LOUDNESS[symbol] * (0.8 if upward else 1.0)
                for order, pitch in enumerate(reversed(hands) if upward else hands):
                    late = order * self.part.spread
                    notes.append(self.note(bar.start + beat, beats, pitch, velocity, late=late))
        return notes

    def hand(self, harmony, previous):
        """The pitches of one chord; power chords move in parallel, as a guitarist's hand does."""
        if harmony.intervals == (0, 7, 12):
            root = nearest(self.centre - 3, (harmony.root,))
            return tuple(root + step for step in harmony.intervals)
        hands = voicing(harmony, self.centre, previous)
        if self.part.drive > 2:
            # Thirds growl through overdrive: keep root, fifth and octave.
            root = nearest(self.centre - 3, (harmony.root,))
            return (root, root + 7, root + 12)
        if self.part.spread > 0.007 and len(hands) == 3:
            return (hands[0] - 12 if hands[0] > 50 else hands[0], *hands, hands[0] + 12)
        return hands

    def line(self, bars):
        """A pattern of chord tones, as basses and arpeggios play."""
        notes = []
        for bar, following in zip(bars, bars[1:] + bars[-1:]):
            rhythm = self.rhythm(bar.section in ("chorus", "development"))
            for beat, beats, symbol in onsets(rhythm, bar.length):
                harmony = bar.chord_at(beat)
                root = nearest(self.centre, (harmony.root,))
                if symbol == "a":
                    target = nearest(self.centre, (following.chords[0].root,))
                    pitch = target + (-1 if self.rng.uniform() < 0.6 else 2)
                elif symbol == "8":
                    pitch = root + 12
                else:
                    degree = {"1": 0, "3": 1, "5": 2, "7": 3}[symbol]
                    intervals = harmony.intervals if harmony.intervals[1] != 7 else (0, 12, 7)
                    pitch = root + (intervals[degree] if degree < len(intervals) else 10)
                accent = 0.95 if beat == int(beat) else 0.75
                notes.append(self.note(bar.start + beat, beats, pitch, accent))
        return notes

    def walk(self, bars):
        """A walking bass: root, chord tones, and a step that leads into the next bar's root."""
        notes, last = [], self.centre
        for bar, following in zip(bars, bars[1:] + bars[-1:]):
            target = following.chords[0].root
            for beat in range(bar.length):
                harmony = bar.chord_at(beat)
                if beat == 0 or harmony != bar.chord_at(beat - 1):
                    pitch = nearest(0.5 * last + 0.5 * self.centre, (harmony.root,))
                elif beat == bar.length - 1:
                    goal = nearest(last, (target,))
                    pitch = goal + int(self.rng.choice((-1, 1, -2, 2), p=(0.4, 0.3, 0.1, 0.2)))
                else:
                    towards = 1 if last < self.centre + 5 else -1
                    ahead = last + self.rng.choice((-4, 4, 5, 3)) * towards
                    others = tuple(c for c in harmony.classes if c != round(last) % 12)
                    pitch = nearest(ahead, others)
                last = pitch = pitch + 12 if pitch < self.centre - 9 else pitch
                notes.append(self.note(bar.start + beat, 0.95, pitch, 0.85 + 0.1 * (beat % 2)))
                if self.rng.uniform() < 0.12:
                    # A skipped note, the bassist's thumb on the string.
                    notes.append(self.note(bar.start + beat + 0.5, 0.3, pitch, 0.55))
        return notes

    def motif(self, rhythm, beats):
        """A one-bar idea: a rhythm and a contour in steps that leaps seldom and turns back."""
        found = onsets(rhythm, beats)
        steps, here = [], 0
        moves, chances = (-2, -1, 1, 2, 3, 0), (0.16, 0.32, 0.28, 0.1, 0.06, 0.08)
        for _ in found:
            steps.append(here)
            move = int(self.rng.choice(moves, p=chances))
            here += -move if abs(here + move) > 4 else move
        return list(zip(found, steps))

    def melody(self, bars):
        """A tune: motifs repeated, answered and varied in four-bar phrases, with rests."""
        tune = {}
        for letter, rhythm in zip("ABC", (self.rhythms * 3)[:3]):
            tune[letter] = self.motif(rhythm, bars[0].length if bars else 4)
        plan = str(self.rng.choice(("ABAC", "AABC", "ABAB", "AABA")))
        other = str(self.rng.choice(("BCBC", "CACB", "BBCA")))
        rising = ladder(self.key, self.scale, int(self.centre) - 14, int(self.centre) + 15)
        notes = []
        for bar in bars:
            if self.rng.uniform() < self.part.rest and bar.place % 4 != 0:
                continue
            lifted = bar.section in ("chorus", "development", "solo")
            letters = other if lifted else plan
            high = 2 if lifted else 0
            ideas = tune[letters[bar.place % 4]]
            closing = bar.place % 4 == 3
            home = nearest(self.centre + high, bar.chord_at(0).classes)
            anchor = min(range(len(rising)), key=lambda i: abs(rising[i] - home))
            for count, ((beat, beats, _), step) in enumerate(ideas):
                if bar.place >= 4 and self.rng.uniform() < 0.15:
                    step += int(self.rng.choice((-1, 1)))  # the second time round, a small change
                pitch = rising[int(np.clip(anchor + step, 0, len(rising) - 1))]
                final = count == len(ideas) - 1
                if beat == int(beat) or beats > 0.9 or (closing and final):
                    pitch = nearest(pitch, bar.chord_at(beat).classes)
                if closing and final:
                    beats = max(beats, min(1.5, bar.length - beat))
                accent = 0.95 if beat == int(beat) else 0.72
                accent *= 0.9 + 0.1 * np.sin(np.pi * (bar.place % 4 + beat / bar.length) / 4)
                slide = self.scoop(pitch, notes)
                notes.append(self.note(bar.start + beat, beats, pitch, accent, slide))
        return notes

    def scoop(self, pitch: float, before: list[Note]) -> float:
        """Semitones below or above the note from which the player slides into it; mostly none."""
        if self.rng.uniform() >= self.part.slide:
            return 0.0
        if before and self.rng.uniform() < 0.5:
            # Carried over from the note before, as one breath or one finger would.
            return float(np.clip(before[-1].pitch - pitch, -5, 5))
        return float(self.rng.choice((-2.0, -1.0, 1.0), p=(0.45, 0.4, 0.15)))

    def answer(self, bars):
        """A second voice that speaks in the gaps, every other bar, against the chords' tones."""
        idea = self.motif(self.rhythms[0], bars[0].length if bars else 4)
        reply = self.motif(self.rhythms[-1], bars[0].length if bars else 4)
        notes = []
        for bar in bars:
            if bar.place % 2 == 0 and bar.section not in ("chorus", "theme", "development"):
                continue
            for (beat, beats, _), step in idea if bar.place % 4 < 2 else reply:
                # Contrary motion: what rose in the motif falls here.
                pitch = nearest(self.centre - 2 * step, bar.chord_at(beat).classes)
                slide = self.scoop(pitch, notes)
                notes.append(self.note(bar.start + beat, beats, pitch, 0.8, slide))
        return notes

    def riff(self, bars):
        """A short figure on the chord's root, the same in every bar: what one remembers."""
        idea = self.motif(self.rhythms[0], bars[0].length if bars else 4)
        steps = ladder(0, "minor pentatonic", 0, 24)
        heavy = len(idea) > 9
        notes = []
        for bar in bars:
            for count, ((beat, beats, _), step) in enumerate(idea):
                root = nearest(self.centre, (bar.chord_at(beat).root,))
                # A chug stays on the root but for its accents.
                move = 0 if heavy and count % 4 else steps[abs(step) % 5]
                if heavy and bar.place % 2 == 0:
                    move = 0
                pitch = root + move
                accent = 0.9 if beat == int(beat) else 0.75
                notes.append(self.note(bar.start + beat, beats, pitch, accent))
                if self.part.drive > 4:
                    notes.append(self.note(bar.start + beat, beats, pitch + 7, 0.7))
        return notes


def beat_drums(bars: list[Bar], style: Style, groove: dict[str, str], rng) -> list[Hit]:
    """The drummer's track: the groove, ghosted and varied, with fills before new sections."""
    hits = []
    for bar in bars:
        quiet = bar.section == "intro" and bar.index < 8
        fill = bar.last and style.drum_level > -6 and groove
        for drum, rhythm in groove.items():
            if quiet and drum not in style.intro:
                continue
            for beat, _, symbol in onsets(rhythm, bar.length):
                if fill and beat >= bar.length - 1:
                    continue
                if symbol != "X" and rng.uniform() < 0.06:
                    continue
                velocity = LOUDNESS[symbol] * (1 + 0.08 * rng.normal())
                hits.append(Hit(bar.start + beat, drum, float(np.clip(velocity, 0.1, 1.1))))
        if groove and bar.place == 0 and bar.section != "intro" and style.drum_level > -4:
            hits.append(Hit(bar.start, "crash", 0.55))
        if fill:
            step = 0.25 if style.unit == 0.5 or style.swing == 0.5 else 0.5
            for count in range(int(1 / step)):
                drum = style.fill[count * len(style.fill) // int(1 / step)]
                hits.append(Hit(bar.start + bar.length - 1 + count * step, drum, 0.6 + 0.1 * count))
    return hits


def compose(
    name: str, style: Style, sign: Signature, tempo: float, key: int, seconds: float
) -> Score:
    """Write the score of one track.

    Parameters
    ----------
    name : str
        Track id; with the signature it decides every note.
    style : Style
    sign : Signature
    tempo : float
        Beats a minute.
    key : int
        Pitch class of the tonic.
    seconds : float
        How long the music must last at least.

    Returns
    -------
    Score
    """
    rng = stream("score", name)
    bars = lay_out(style, sign, key, seconds, tempo, rng)
    clock = Clock(tempo, style.swing, style.unit, style.rubato, 4.0 * sign.metre)
    score = Score(clock, sign.metre, key)
    for part_name, part in style.parts.items():
        if part_name not in sign.band:
            continue
        centre = part.centre + (sign.register if part.plays in ("melody", "answer") else 0)
        rng_of_part = stream(name, part_name)
        writer = Writer(part, bars, key, sign.scale, centre, style, rng_of_part)
        score.parts[part_name] = writer.write()
    score.drums = beat_drums(bars, style, style.grooves[sign.groove], rng)
    return score
