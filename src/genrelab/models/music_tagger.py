"""A network that others have trained to tag music, rebuilt in torch: a yardstick from outside.

`musicnn` by J. Pons learned, with labels, 50 tags of Last.fm's listeners on the Million Song
Dataset; jazz, blues, metal, country and Hip-Hop are among them. It was taught genre on much other
music, so it is a ceiling, not a competitor of methods that learn from GTZAN alone; and it may know
GTZAN's artists. Weights and licence stand beside this module; `reproductions.tagger_weights` reads
them out of the published package.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import as_file, files

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from genrelab.models.weights import load_weights

RATE, N_FFT, HOP, N_MELS = 16_000, 512, 256, 96
"""Samples a second, samples in a frame, samples between frames, mel bands: as it was trained."""

FRAMES = 187
"""Frames of a patch, 3 s."""

PATCHES = 10
"""Patches of a track at most, evenly over it; 30 s hold as many side by side."""

WIDTH = 200
"""Numbers of an embedding: units of the last hidden layer."""

TAGS = (
    "rock", "pop", "alternative", "indie", "electronic", "female vocalists", "dance", "00s",
    "alternative rock", "jazz", "beautiful", "metal", "chillout", "male vocalists", "classic rock",
    "soul", "indie rock", "Mellow", "electronica", "80s", "folk", "90s", "chill", "instrumental",
    "punk", "oldies", "blues", "hard rock", "ambient", "acoustic", "experimental",
    "female vocalist", "guitar", "Hip-Hop", "70s", "party", "country", "easy listening", "sexy",
    "catchy", "funk", "electro", "heavy metal", "Progressive rock", "60s", "rnb", "indie pop",
    "sad", "House", "happy")
"""The tags in the order of the network's outputs."""

SOURCE = {
    "package": "musicnn 0.1.0, MSD_musicnn", "licence": "ISC",
    "author": "Jordi Pons, Music Technology Group, Universitat Pompeu Fabra, 2019",
    "wheel": "f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa"}
"""Where the weights are from; `wheel` is its SHA-256."""


class Block(nn.Module):
    """A convolution, ReLU, and batch normalisation, in the order of the published network."""

    def __init__(self, convolution: nn.Conv1d | nn.Conv2d):
        super().__init__()
        norm = nn.BatchNorm1d if isinstance(convolution, nn.Conv1d) else nn.BatchNorm2d
        self.convolution, self.norm = convolution, norm(convolution.out_channels, eps=1e-3)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.convolution(x).relu())


class MusicTagger(nn.Module):
    """From log-mel patches to an embedding and the scores of 50 tags.

    Notes
    -----
    Front end: filters that are high (38 and 67 bands by 7 frames) for timbre and long (128, 64, 32
    frames by one band) for rhythm, each pooled over all bands. Middle: three convolutions over
    time with residual links. Back end: largest and mean value over time, one hidden layer.

    Its outputs are those of the published graph, run by TensorFlow, to 1e-5 with 32-bit weights and
    to 0.02 with the 16-bit ones that are kept (`tests/models/test_music_tagger.py`).

    Paper: J. Pons and X. Serra, "musicnn: pre-trained convolutional neural networks for music audio
    tagging", 2019; J. Pons and others, "End-to-end learning for music audio tagging at scale",
    2018.
    Notebook: 09 and 10.
    """

    def __init__(self):
        super().__init__()
        high = [nn.Conv2d(1, 204, (bands, 7), padding=(0, 3)) for bands in (38, 67)]
        long = [nn.Conv2d(1, 51, (1, frames), padding=(0, frames // 2)) for frames in (128, 64, 32)]
        self.begin = nn.BatchNorm2d(1, eps=1e-3)
        self.front = nn.ModuleList(map(Block, [*high, *long]))
        self.middle = nn.ModuleList(
            Block(nn.Conv1d(channels, 64, 7, padding=3)) for channels in (561, 64, 64))
        self.pooled = nn.BatchNorm1d(1506, eps=1e-3)
        self.hidden, self.norm = nn.Linear(1506, WIDTH), nn.BatchNorm1d(WIDTH, eps=1e-3)
        self.output = nn.Linear(WIDTH, len(TAGS))

    def embedding(self, patches: Tensor) -> Tensor:
        """Return the last hidden layer, (n, 200), of patches, (n, 96, frames)."""
        x, n_frames = self.begin(patches[:, None]), patches.shape[2]
        # filters of even length give a frame too many: TensorFlow pads the beginning by one less
        front = [block(x).amax(dim=2)[..., -n_frames:] for block in self.front]
        layers = [torch.cat(front, dim=1)]
        layers.append(self.middle[0](layers[0]))
        for block in self.middle[1:]:
            layers.append(block(layers[-1]) + layers[-1])
        x = torch.cat(layers, dim=1)
        x = torch.stack([x.amax(dim=2), x.mean(dim=2)], dim=2).flatten(1)
        return self.norm(self.hidden(self.pooled(x)).relu())

    def forward(self, patches: Tensor) -> Tensor:
        """Return the logits of the tags, (n, 50), of patches, (n, 96, frames)."""
        return self.output(self.embedding(patches))


@lru_cache
def music_tagger() -> MusicTagger:
    """Return the network with its published weights, rounded to 16 bits.

    Raises
    ------
    FileNotFoundError
        If there are no weights of this source.

    Notes
    -----
    Notebook: 09 and 10.
    """
    model = MusicTagger().eval()
    with as_file(files("genrelab.models") / "music_tagger.npz") as path:
        if not load_weights(model, path, SOURCE):
            raise FileNotFoundError(f"{path.name} is missing or of another source. Restore it by "
                                    "git.")
    return model


def log_mel_patches(y: np.ndarray, sr: int = 22_050, most: int = PATCHES) -> np.ndarray:
    """Return patches of a sound as the network was trained with them, (n, 96, 187) float32.

    Parameters
    ----------
    y
        (n_samples,) mono sound; what is shorter than 3 s is repeated.
    sr
        Samples a second; the sound is resampled to 16 kHz.
    most
        Patches at most, evenly over the sound.

    Notes
    -----
    log10(1 + 10 000 x) of the power in 96 bands. The published code rounds x to 16 bits first, and
    overflows where the music is loud; here 32 bits are kept.
    """
    import librosa

    y = librosa.resample(y, orig_sr=sr, target_sr=RATE)
    power = librosa.feature.melspectrogram(y=y, sr=RATE, n_fft=N_FFT, hop_length=HOP,
                                           n_mels=N_MELS, pad_mode="reflect")
    power = np.tile(power, -(-FRAMES // power.shape[1]))  # once, where it is long enough
    left = power.shape[1] - FRAMES
    starts = np.linspace(0, left, min(most, 1 + left // FRAMES)).astype(int)
    patches = np.stack([power[:, start:start + FRAMES] for start in starts])
    return np.log10(1 + 10_000 * patches).astype(np.float32)


def tagger_embedding(y: np.ndarray, sr: int = 22_050, most: int = PATCHES) -> pd.Series:
    """Return the mean embedding of a sound's patches: 200 values named ``tagger1`` and so on.

    Parameters
    ----------
    y, sr, most
        As in `log_mel_patches`.

    Notes
    -----
    Notebook: 09 and 10.
    """
    with torch.no_grad():
        mean = music_tagger().embedding(torch.from_numpy(log_mel_patches(y, sr, most))).mean(dim=0)
    return pd.Series(mean.numpy(), [f"tagger{k}" for k in range(1, WIDTH + 1)])
