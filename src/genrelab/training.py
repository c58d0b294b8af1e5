"""One loop for every network of the course: shows progress, stops early, survives a kill, goes on
where it was."""

from __future__ import annotations

import hashlib
import json
import os
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn


@dataclass
class Training:
    """How a training went.

    Attributes
    ----------
    step
        Number of steps that were made.
    seconds
        What they took, over all runs that were needed.
    history
        One entry for each evaluation: `step`, the mean `loss` of the steps since the last, and what
        `validate` returned.
    done
        Whether it came to its end.
    """

    step: int = 0
    seconds: float = 0.0
    history: list[dict[str, float]] = field(default_factory=list)
    done: bool = False

    def column(self, name: str) -> list[float]:
        """Return one value of each evaluation."""
        return [entry[name] for entry in self.history]


def train(model: nn.Module, loss_of_step: Callable[[nn.Module, int], Tensor], *, steps: int,
          every: int, seed: int = 0, learning_rate: float = 1e-3,
          optimiser: Callable[..., torch.optim.Optimizer] = torch.optim.Adam,
          validate: Callable[[nn.Module], Mapping[str, float]] | None = None, score: str = "",
          patience: int | None = None, checkpoint: Path | None = None,
          recipe: Mapping[str, Any] | None = None, threads: int = 1,
          show: Callable[[Iterable[int]], Iterable[int]] = iter) -> Training:
    """Train a model in place.

    Parameters
    ----------
    model
        Stays on the device where it is.
    loss_of_step
        Takes the model and the number of the step, from 0, and returns the loss of that step's
        batch. What it leaves to chance it takes from the number of the step (or from torch's global
        generator, which is seeded by it), so that a training that was cut off goes on as if it had
        not been.
    steps
        How many steps at most.
    every
        After so many steps the model is validated and the checkpoint written: a kill loses no more.
    seed
        Of the global generator, which drives dropout.
    learning_rate, optimiser
        The optimiser is called with the parameters and `lr`.
    validate
        Takes the model in evaluation mode and returns named numbers.
    score
        Which of them (larger is better) decides on early stopping and on the weights that are kept
        in the end; by default the last weights are kept.
    patience
        Stop after so many evaluations without a better score.
    checkpoint
        File to go on from, and to keep the result in; a finished training is not run again.
    recipe
        All that the result depends on, as JSON values; a checkpoint of another recipe is refused.
    threads
        Threads of torch. Small nets are fastest in one, side by side with others; the number
        decides the last digit.
    show
        Wraps the numbers of the steps, such as `genrelab.runtime.progress`.

    Returns
    -------
    Training

    Raises
    ------
    ValueError
        If the checkpoint belongs to another training.
    FloatingPointError
        If the loss is no longer a number.

    Notes
    -----
    Computes in bfloat16 wherever the device is faster at it, except for the metrics, which refuse
    it.

    Notebook: 08.
    """
    recipe = json.loads(json.dumps(dict(recipe or {})))
    told = _read(checkpoint, recipe)
    training = Training(**told["training"]) if told else Training()
    best, unimproved = (told["best"], told["unimproved"]) if told else (None, 0)
    if told:
        model.load_state_dict(told["model"])
    if training.done:
        model.eval()
        return training
    optimise = optimiser(model.parameters(), lr=learning_rate)
    if told:
        optimise.load_state_dict(told["optimiser"])
    device = next(model.parameters()).device
    losses: list[float] = []
    begin = time.monotonic()
    with _threads(threads):
        for step in show(range(training.step, steps)):
            torch.manual_seed(_seed_of(seed, step))
            model.train()
            with lower_precision(device):
                loss = loss_of_step(model, step)
            optimise.zero_grad()
            loss.backward()
            optimise.step()
            losses.append(float(loss.detach()))
            if losses[-1] != losses[-1]:
                raise FloatingPointError(f"The loss of step {step} is not a number. Lower the "
                                         "learning rate.")
            if (step + 1) % every and step + 1 < steps:
                continue
            entry = {"step": step + 1, "loss": sum(losses) / len(losses)}
            if validate:
                model.eval()
                with torch.no_grad():
                    entry |= {name: float(value) for name, value in validate(model).items()}
            training.history.append(entry)
            training.step, losses = step + 1, []
            if score:
                unimproved += 1
                if best is None or entry[score] > best["score"]:
                    best, unimproved = {"score": entry[score], "weights": _copy(model)}, 0
            training.done = step + 1 == steps or (patience is not None and unimproved >= patience)
            training.seconds, begin = training.seconds + time.monotonic() - begin, time.monotonic()
            if training.done and best:
                model.load_state_dict(best["weights"])
            state = {"optimiser": optimise.state_dict(), "best": best, "unimproved": unimproved}
            if training.done:
                state = {"optimiser": {}, "best": None, "unimproved": 0}  # nobody goes on from here
            _write(checkpoint,
                   {"recipe": recipe, "training": asdict(training), "model": _copy(model)} | state)
            if training.done:
                break
    model.eval()
    return training


def best_device() -> torch.device:
    """Return the accelerator, where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def lower_precision(device: torch.device) -> torch.autocast:
    """Let convolutions and products use bfloat16 where the device is faster at it."""
    if device.type == "cpu":
        supported = (
            torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()
        )
    else:
        supported = torch.cuda.is_bf16_supported()
    return torch.autocast(device.type, torch.bfloat16, enabled=supported)


def recipe_hash(recipe: Mapping[str, Any]) -> str:
    """Return a short name of all that a training depends on."""
    return hashlib.sha256(json.dumps(dict(recipe), sort_keys=True).encode()).hexdigest()[:16]


@contextmanager
def _threads(number: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _seed_of(seed: int, step: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}/{step}".encode()).digest()[:8], "big") >> 1


def _copy(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().cpu().clone() for name, value in model.state_dict().items()}


def _read(checkpoint: Path | None, recipe: dict) -> dict | None:
    if checkpoint is None or not checkpoint.is_file():
        return None
    try:
        told = torch.load(checkpoint, map_location="cpu", weights_only=True)
    except Exception as error:
        # any damage to the file shows up as another exception of pickle or zip
        warnings.warn(f"{checkpoint} is damaged ({error!r}); the training begins again.",
                      stacklevel=3)
        return None
    if told["recipe"] != recipe:
        raise ValueError(
            f"{checkpoint} belongs to another training: it was made with {told['recipe']}, and "
            f"this one has {recipe}. "
            "Delete the file, or give this training a checkpoint of its own."
        )
    return told


def _write(checkpoint: Path | None, told: dict) -> None:
    """Write under another name, then rename: a kill leaves the old file or the new one."""
    if checkpoint is not None:
        checkpoint.parent.mkdir(parents=True, exist_ok=True)
        temporary = checkpoint.with_name(f".{os.getpid()}-{checkpoint.name}")
        torch.save(told, temporary)
        os.replace(temporary, checkpoint)
