"""Changes of sound that leave its genre alone: on batches of waveforms and of mel spectra, each
with a strength."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

SAMPLE_RATE = 22_050

AUDIO = ("noise", "gain", "filter", "pitch")
"""Changes of waveforms, in the order in which they are made, after the crop."""

SPECTRA = ("mix", "time", "frequency")
"""Changes of mel spectra, in the order in which they are made, after the crop."""


class Strengths(NamedTuple):
    """From where to where the strength of each change is drawn, evenly, and how often the change is
    made.

    Attributes
    ----------
    snr
        Decibels of the sound above white noise.
    gain
        Decibels.
    low_pass, high_pass
        Hertz; one of the two filters is drawn.
    semitones
        Of the pitch.
    mask
        Largest share of the frames, and of the bands, that a mask covers; a mask has any width up
        to it.
    mix
        Decibels of another track above this one.
    noise_often, gain_often, filter_often, pitch_often, mix_often
        Shares of the sounds that are changed. Masks are always made.

    Notes
    -----
    Source: "Multi-format Contrastive Learning for Music Genre Classification", sections 3.1 and
    3.2, which tells gain and pitch. The other values are those of CLMR's code, but for the noise:
    there it is 40 to 80 decibels below the sound, where nobody hears it. Mixing follows L. Wang and
    A. van den Oord, 2021; its strength is our choice.

    Notebook: 08.
    """

    snr: tuple[float, float] = (5.0, 30.0)
    gain: tuple[float, float] = (-6.0, 0.0)
    low_pass: tuple[float, float] = (2200.0, 4000.0)
    high_pass: tuple[float, float] = (200.0, 1200.0)
    semitones: tuple[float, float] = (-5.0, 5.0)
    mask: float = 0.1
    mix: tuple[float, float] = (-20.0, -5.0)
    noise_often: float = 0.5
    gain_often: float = 0.3
    filter_often: float = 0.8
    pitch_often: float = 0.6
    mix_often: float = 0.5


# --- waveforms ------------------------------------------------------------------------------------


def crop(audio: Tensor, tracks: np.ndarray, starts: np.ndarray, n_samples: int) -> Tensor:
    """Cut a piece out of some tracks.

    Parameters
    ----------
    audio
        (n_tracks, n_samples) int16.
    tracks, starts
        (n,) which tracks, and the first sample of each piece.
    n_samples
        Length of a piece.

    Returns
    -------
    Tensor
        (n, n_samples) float32, full scale = 1.
    """
    pieces = [audio[track, start : start + n_samples]
              for track, start in zip(tracks.tolist(), starts.tolist())]
    return torch.stack(pieces).float() / 32768


def add_noise(x: Tensor, snr: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Add white Gaussian noise, `snr` decibels, (n,), below the mean power of each of (n,
    n_samples) sounds.

    Notebook: 08.
    """
    noise = torch.randn(x.shape, generator=generator, device=x.device, dtype=x.dtype)
    power = x.square().mean(dim=1) * 10 ** (-snr / 10)
    return x + noise * power.sqrt()[:, None]


def change_gain(x: Tensor, decibels: Tensor) -> Tensor:
    """Change the level of (n, n_samples) sounds by (n,) decibels.

    Notebook: 08.
    """
    return x * 10 ** (decibels / 20)[:, None]


def pass_filter(x: Tensor, cutoff: Tensor, high: Tensor, order: int = 4) -> Tensor:
    """Take away what lies above, or below, a frequency.

    Parameters
    ----------
    x
        (n, n_samples) sounds at 22 050 Hz.
    cutoff
        (n,) Hz, where half of the power is left.
    high
        (n,) bool: whether the high frequencies pass, or the low ones.
    order
        Each order takes 6 decibels for an octave.

    Notes
    -----
    The response is Butterworth's, without its shift of phase.

    Notebook: 08.
    """
    spectrum = torch.fft.rfft(x)
    frequency = torch.fft.rfftfreq(x.shape[1], 1 / SAMPLE_RATE, device=x.device)
    ratio = frequency / cutoff[:, None]
    ratio = torch.where(high[:, None], 1 / ratio.clamp_min(1e-6), ratio)
    return torch.fft.irfft(spectrum / (1 + ratio ** (2 * order)).sqrt(), n=x.shape[1])


def shift_pitch(x: Tensor, semitones: Tensor, n_fft: int = 2048, hop: int = 512) -> Tensor:
    """Shift the pitch of (n, n_samples) sounds by (n,) semitones; their length stays.

    Notes
    -----
    A phase vocoder makes a sound longer by the ratio of the pitches: between two frames the
    magnitudes are drawn out, and each phase goes on as fast as it went. The bins of one partial are
    then locked to its strongest (Puckette), else they drift apart and cancel. Read faster by the
    same ratio, the sound has its old length and a new pitch. What would come to lie above half the
    sampling rate is taken away before.

    Sources: J. L. Flanagan and R. M. Golden, "Phase Vocoder", 1966; M. Puckette, "Phase-locked
    vocoder", 1995. Notebook: 08.
    """
    ratio = 2 ** (semitones / 12)
    window = torch.hann_window(n_fft, device=x.device)
    spectra = torch.stft(x, n_fft, hop, window=window, return_complex=True)
    bins, frames = spectra.shape[1:]
    advance = 2 * math.pi * hop * torch.arange(bins, device=x.device) / n_fft
    length, phase = spectra.abs(), spectra.angle()
    step = phase[:, :, 1:] - phase[:, :, :-1] - advance[:, None]
    step = (step - 2 * math.pi * torch.round(step / (2 * math.pi))
            + (advance % (2 * math.pi))[:, None])
    n_out = math.ceil(frames * float(ratio.max())) + 1
    place = (torch.arange(n_out, device=x.device) / ratio[:, None]).clamp(max=frames - 2 + 0.999)
    before = place.long()
    taken = before[:, None].expand(-1, bins, -1)
    part = (place - before)[:, None]
    drawn = length.gather(2, taken) * (1 - part) + length.gather(2, taken + 1) * part
    turned = step.gather(2, taken[:, :, :-1]).cumsum(dim=2)
    turned = torch.cat([phase[:, :, :1], phase[:, :, :1] + turned], dim=2)
    lowest_lost = (bins - 1) / ratio[:, None]  # bins from here on would be folded back
    drawn = drawn * (torch.arange(bins, device=x.device) < lowest_lost)[:, :, None]
    free = torch.polar(drawn, turned)
    beside = functional.pad(free, (0, 0, 1, 1))
    locked = free - beside[:, :-2] - beside[:, 2:]
    locked = locked * (drawn / locked.abs().clamp_min(1e-12))
    long = torch.istft(locked, n_fft, hop, window=window, length=(n_out - 1) * hop)
    return _read(long, ratio, x.shape[1])


def _read(x: Tensor, speed: Tensor, n_samples: int) -> Tensor:
    """Read sounds at (n,) speeds, between samples by the cubic through the four next to a place
    (Catmull and Rom)."""
    place = torch.arange(n_samples, device=x.device) * speed.double()[:, None]
    before = place.long()
    t = (place - before).float()
    padded = functional.pad(x, (1, 2))
    before = before.clamp(max=x.shape[1] - 1)
    a, b, c, d = (padded.gather(1, before + k) for k in range(4))
    return b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))


# --- mel spectra ----------------------------------------------------------------------------------


class MelSpectra(nn.Module):
    """Power on the mel scale.

    Parameters
    ----------
    filters
        (n_mels, n_fft / 2 + 1) weights of the bands, such as `librosa.filters.mel` returns.
    hop
        Samples from one frame to the next.

    Notes
    -----
    Equal to `librosa.feature.melspectrogram`. Notebook: 08.
    """

    def __init__(self, filters: np.ndarray, hop: int = 512):
        super().__init__()
        self.hop, self.n_fft = hop, 2 * (filters.shape[1] - 1)
        self.register_buffer("filters", torch.from_numpy(np.asarray(filters, np.float32)),
                             persistent=False)
        self.register_buffer("window", torch.hann_window(self.n_fft), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, n_mels, n_frames) powers of (n, n_samples) sounds."""
        spectra = torch.stft(x, self.n_fft, self.hop, window=self.window, pad_mode="constant",
                             return_complex=True)
        return self.filters @ (spectra.real.square() + spectra.imag.square())


def picture(power: Tensor, top: float = 80.0) -> Tensor:
    """Return (n, n_mels, n_frames) powers in decibels, each picture with mean 0 and deviation 1.

    Parameters
    ----------
    power
        As `MelSpectra` returns it.
    top
        Decibels below the loudest value under which all is taken as equally soft.
    """
    decibels = 10 * power.clamp_min(1e-10).log10()
    decibels = torch.maximum(decibels, decibels.amax(dim=(1, 2), keepdim=True) - top)
    centred = decibels - decibels.mean(dim=(1, 2), keepdim=True)
    return centred / centred.square().mean(dim=(1, 2), keepdim=True).sqrt().clamp_min(1e-3)


def mix(power: Tensor, other: Tensor, decibels: Tensor) -> Tensor:
    """Add to (n, n_mels, n_frames) powers those of other sounds, brought to (n,) decibels above the
    first."""
    wanted = power.mean(dim=(1, 2)) * 10 ** (decibels / 10)
    return power + other * (wanted / other.mean(dim=(1, 2)).clamp_min(1e-12))[:, None, None]


def mask(x: Tensor, start: Tensor, width: Tensor, dim: int) -> Tensor:
    """Set some frames (`dim` 2) or bands (`dim` 1) of (n, n_mels, n_frames) pictures to 0, which is
    their mean.

    Parameters
    ----------
    x
        As `picture` returns it.
    start, width
        (n,) first place that is masked, and the number of places.
    dim
        Along which axis.
    """
    place = torch.arange(x.shape[dim], device=x.device)
    hidden = (place >= start[:, None]) & (place < (start + width)[:, None])
    return x.masked_fill(hidden[:, None, :] if dim == 2 else hidden[:, :, None], 0.0)


# --- drawn at random ------------------------------------------------------------------------------


def audio_view(x: Tensor, changes: tuple[str, ...], strengths: Strengths,
               rng: np.random.Generator) -> Tensor:
    """Change each of (n, n_samples) sounds by strengths drawn anew.

    Parameters
    ----------
    x
        Sounds at 22 050 Hz, full scale = 1.
    changes
        Names out of `AUDIO`; others are passed over.
    strengths
        Ranges to draw from.
    rng
        Decides everything; the same state gives the same view on one device.

    Notes
    -----
    Notebook: 08.
    """
    if "noise" in changes:
        noise = torch.Generator(x.device).manual_seed(int(rng.integers(2**62)))
        chosen, snr = _drawn(x, rng, strengths.noise_often, strengths.snr)
        x = torch.where(chosen, add_noise(x, snr, noise), x)
    if "gain" in changes:
        chosen, decibels = _drawn(x, rng, strengths.gain_often, strengths.gain)
        x = torch.where(chosen, change_gain(x, decibels), x)
    if "filter" in changes:
        chosen, cutoff = _drawn(x, rng, strengths.filter_often, strengths.low_pass)
        _, above = _drawn(x, rng, 1.0, strengths.high_pass)
        high = _drawn(x, rng, 0.5, (0.0, 0.0))[0][:, 0]
        x = torch.where(chosen, pass_filter(x, torch.where(high, above, cutoff), high), x)
    if "pitch" in changes:
        chosen, semitones = _drawn(x, rng, strengths.pitch_often, strengths.semitones)
        rows = chosen[:, 0].nonzero()[:, 0]
        if len(rows):
            x = x.index_copy(0, rows, shift_pitch(x[rows], semitones[rows]))
    return x


def spectra_view(power: Tensor, changes: tuple[str, ...], strengths: Strengths,
                 rng: np.random.Generator) -> Tensor:
    """Change each of (n, n_mels, n_frames) powers by strengths drawn anew, and return their
    pictures.

    The names are those of `SPECTRA`; what is mixed in is the neighbour in the batch. See
    `audio_view`.

    Notebook: 08.
    """
    if "mix" in changes:
        chosen, decibels = _drawn(power, rng, strengths.mix_often, strengths.mix)
        power = torch.where(chosen[:, :, None], mix(power, power.roll(1, dims=0), decibels), power)
    x = picture(power)
    for name, dim in (("time", 2), ("frequency", 1)):
        if name in changes:
            width = rng.integers(1, max(1, round(strengths.mask * x.shape[dim])) + 1, len(x))
            start = rng.integers(0, x.shape[dim] - width + 1)
            x = mask(x, torch.from_numpy(start).to(x.device),
                     torch.from_numpy(width).to(x.device), dim)
    return x


def _drawn(x: Tensor, rng: np.random.Generator, often: float,
           span: tuple[float, float]) -> tuple[Tensor, Tensor]:
    """Draw which rows are changed, (n, 1) bool, and how strongly, (n,)."""
    chosen = torch.from_numpy(rng.random(len(x)) < often).to(x.device)
    strength = torch.from_numpy(rng.uniform(*span, len(x)).astype(np.float32)).to(x.device)
    return chosen[:, None], strength
