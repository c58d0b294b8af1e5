"""The artist's signature: everything that stays the same from one track of an act to the next.

Real recordings by one artist share a singer, a room, a guitar and a mastering engineer. A
classifier can learn those instead of the genre, and then seems to know more than it does. These
signatures let the course show that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthband.drums import Kit
from synthband.score import stream
from synthband.styles import Style

#: How far acts of one genre stand apart. 0 gives every act the same sound.
STRENGTH = 0.85

#: How far the tracks of one act stand apart.
SPREAD = 1.0


@dataclass(frozen=True)
class Signature:
    """The sound of one act.

    Attributes
    ----------
    cents : float
        Tuning against concert pitch.
    pace : float
        Its place in the genre's range of tempo, 0 to 1.
    keys : tuple of int
        Its two favourite tonics, as pitch classes.
    register : int
        Semitones by which it transposes its leads.
    scale : str
        Of its melodies.
    metre : int
        Beats in a bar.
    band : dict
        Part to the instrument in it; chairs that the act leaves empty are missing.
    balance : dict
        Part to decibels on top of the style's level.
    drums : float
        Decibels on top of the style's drums.
    brightness : float
        Of its instruments, -1 to 1.
    groove : int
        Which of the style's grooves it likes best.
    kit : Kit
    tilt : float
        Of its mixes, dB an octave.
    bass : float
        Shelf below 150 Hz, dB.
    colour : tuple
        One broad resonance of its mixes: centre in Hz and gain in dB.
    ceiling : float
        Upper end of its recordings, Hz.
    room : float
        Factor on the style's reverberation.
    drive : float
        Saturation of its mixes; 0 for none.
    hiss : float
        Tape hiss, dB below the music.
    press : float
        Added to the ratio of compression.
    """

    cents: float
    pace: float
    keys: tuple[int, int]
    register: int
    scale: str
    metre: int
    band: dict[str, str]
    balance: dict[str, float]
    drums: float
    brightness: float
    groove: int
    kit: Kit
    tilt: float
    bass: float
    colour: tuple[float, float]
    ceiling: float
    room: float
    drive: float
    hiss: float
    press: float


def signature(act: str, style: Style, place: int) -> Signature:
    """The signature of an act, drawn once from its name.

    Parameters
    ----------
    act : str
    style : Style
        Of its genre.
    place : int
        Its number among the genre's acts: neighbours get different grooves, scales and soloists.

    Returns
    -------
    Signature
    """
    rng = stream("act", act)

    def about(spread: float, middle: float = 0.0) -> float:
        return middle + STRENGTH * spread * float(np.clip(rng.normal(), -1.8, 1.8))

    band, balance = {}, {}
    for seat, (name, part) in enumerate(style.parts.items()):
        balance[name] = about(2.0)
        if rng.uniform() < part.chance:
            band[name] = part.instruments[(place + seat) % len(part.instruments)]
    tonic = int(rng.integers(12))
    return Signature(
        cents=float(10 * rng.integers(-1, 2)),
        pace=float(np.clip((place * 2 % 5) / 4 + about(0.06), 0, 1)),
        keys=(tonic, (tonic + int(rng.choice((5, 7)))) % 12),
        register=int(rng.integers(-3, 4)),
        scale=style.scale[place % len(style.scale)],
        metre=style.metres[place % len(style.metres)],
        band=band,
        balance=balance,
        drums=about(1.5),
        brightness=float(np.clip(about(0.5), -1, 1)),
        groove=place % len(style.grooves),
        kit=Kit(style.kits[place % len(style.kits)], tune=about(1.5), damp=2 ** about(0.5)),
        tilt=about(0.9),
        bass=about(2.5),
        colour=(float(2 ** rng.uniform(np.log2(300), np.log2(6000))), about(3.5)),
        ceiling=float(2 ** np.clip(about(0.05, np.log2(10200)), np.log2(9300), np.log2(10800))),
        room=2 ** about(0.5),
        drive=float(max(0.0, about(0.5))),
        hiss=-float(np.clip(about(7, 64), 48, 80)),
        press=float(max(0.0, about(0.4, 0.2))),
    )


def session(sign: Signature, style: Style, track: str) -> Signature:
    """A signature as it comes out on one day: another microphone, a guest, a chair left empty.

    Parameters
    ----------
    sign : Signature
        Of the act.
    style : Style
    track : str
        Track id.

    Returns
    -------
    Signature
        Near the act's own, but not equal: an act is a likeness between tracks, not a stamp.
    """
    rng = stream("session", track)

    def about(spread: float) -> float:
        return SPREAD * spread * float(np.clip(rng.normal(), -1.8, 1.8))

    band = dict(sign.band)
    for name in sign.band:
        part = style.parts[name]
        if name != "lead" and name != "bass" and len(band) > 3 and rng.uniform() < 0.15:
            del band[name]
        elif rng.uniform() < 0.15:
            band[name] = str(rng.choice(part.instruments))
    return replace(
        sign,
        band=band,
        balance={name: level + about(2.0) for name, level in sign.balance.items()},
        drums=sign.drums + about(1.5),
        brightness=float(np.clip(sign.brightness + about(0.3), -1, 1)),
        groove=sign.groove if rng.uniform() < 0.7 else int(rng.integers(len(style.grooves))),
        tilt=sign.tilt + about(0.5),
        bass=sign.bass + about(1.5),
        colour=(sign.colour[0], sign.colour[1] + about(1.5)),
        room=sign.room * 2 ** about(0.3),
        # The heads are tuned anew for each session, or two loops of one machine were one take.
        kit=replace(sign.kit, tune=sign.kit.tune + about(0.8)),
    )
