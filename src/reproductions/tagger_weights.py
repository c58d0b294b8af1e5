"""Weights of a music tagger, read out of the published package `musicnn` without TensorFlow.

    pip download --no-deps musicnn==0.1.0
    python -m reproductions.tagger_weights musicnn-0.1.0-py3-none-any.whl

writes `genrelab/models/music_tagger.npz`, which is committed with its licence. A TensorFlow
checkpoint is two files: an index, which is a sorted table of the LevelDB format (blocks of keys,
each of which leaves out what it shares with the one before; a footer that points to a block of
blocks) with a protocol buffer for each tensor, and the tensors' bytes one after the other.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import torch

from genrelab.models import music_tagger
from genrelab.models.weights import save_weights

MODEL = "musicnn/MSD_musicnn/"
FOOTER = 48  # bytes: places of two blocks, zeros, a magic number
NAMES = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean",
         "running_var": "moving_variance"}
"""Of a batch normalisation: torch to TensorFlow."""


def convert(wheel: Path, path: Path) -> None:
    """Write the tagger's weights, read from a downloaded wheel.

    Raises
    ------
    ValueError
        If it is another file than the one whose hash `music_tagger.SOURCE` holds.
    """
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != music_tagger.SOURCE["wheel"]:
        raise ValueError(f"{wheel.name} has the SHA-256 {found}, not that of musicnn 0.1.0.")
    with ZipFile(wheel) as files:
        tensors = checkpoint(files.read(f"{MODEL}.index"),
                             files.read(f"{MODEL}.data-00000-of-00001"))
    model = music_tagger.MusicTagger()
    model.load_state_dict(as_torch(model, tensors))
    save_weights(model, path, music_tagger.SOURCE)


def as_torch(model: torch.nn.Module, tensors: Mapping[str, np.ndarray]) -> dict[str, torch.Tensor]:
    """Return tensors of the checkpoint by the names and in the layout of our network.

    Layers of a kind are numbered in both in the order in which they work; a kernel is
    (frames, bands, n_in, n_out) there and (n_out, n_in, bands, frames) here.
    """
    state, seen = model.state_dict(), {}
    for place, layer in model.named_modules():
        kind = type(layer).__name__
        if not kind.startswith(("BatchNorm", "Conv", "Linear")):
            continue
        group = {"B": "batch_normalization", "C": "conv2d", "L": "dense"}[kind[0]]
        number = seen[group] = seen.get(group, -1) + 1
        theirs = f"{group}_{number}" if number else group
        if kind[0] == "B":
            values = {ours: tensors[f"{theirs}/{name}"] for ours, name in NAMES.items()}
        else:
            kernel = tensors[f"{theirs}/kernel"].T
            kernel = kernel[:, 0] if kind == "Conv1d" else kernel  # theirs has one picture channel
            values = {"weight": kernel, "bias": tensors[f"{theirs}/bias"]}
        state |= {f"{place}.{name}": torch.tensor(value) for name, value in values.items()}
    return state


def checkpoint(index: bytes, data: bytes) -> dict[str, np.ndarray]:
    """Return the float32 tensors of a checkpoint by name."""
    blocks = index[-FOOTER:]
    for _ in range(2):  # the place of a block that is not needed
        _, blocks = number(blocks)
    begin, blocks = number(blocks)
    size, _ = number(blocks)
    tensors = {}
    for _, pointer in entries(index[begin:begin + size]):
        begin, rest = number(pointer)
        size, _ = number(rest)
        for name, value in entries(index[begin:begin + size]):
            about = dict(fields(value))
            if not name or about.get(1) != 1:  # the head, and what is no float32
                continue
            shape = [dict(fields(one)).get(1, 1) for kind, one in fields(about[2]) if kind == 2]
            begin, size = about.get(4, 0), about[5]
            values = np.frombuffer(data[begin:begin + size], "<f4")
            tensors[name.decode()] = values.reshape(shape)
    return tensors


def entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the keys and values of a block; at its end stand places to begin from, and their
    number."""
    end = len(block) - 4 - 4 * int.from_bytes(block[-4:], "little")
    left, key = block[:end], b""
    while left:
        shared, left = number(left)
        more, left = number(left)
        size, left = number(left)
        key = key[:shared] + left[:more]
        yield key, left[more:more + size]
        left = left[more + size:]


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the numbers and values of the fields of a protocol buffer."""
    while message:
        tag, message = number(message)
        if tag & 7 == 0:
            value, message = number(message)
        elif tag & 7 == 2:
            size, message = number(message)
            value, message = message[:size], message[size:]
        else:  # four bytes: a checksum
            value, message = message[:4], message[4:]
        yield tag >> 3, value


def number(text: bytes) -> tuple[int, bytes]:
    """Return the number at the beginning, seven bits a byte with the lowest first, and the rest."""
    end = next(place for place, byte in enumerate(text) if byte < 128) + 1
    return sum((byte & 127) << 7 * place for place, byte in enumerate(text[:end])), text[end:]


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(music_tagger.__file__).with_suffix(".npz"))
