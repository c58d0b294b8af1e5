"""Processes that end with the one that started them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

SIGNALS = [getattr(signal, name)
           for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""What asks a process to end: Ctrl-C, `kill`, and (not on Windows) a terminal that was closed."""

PATIENCE = 2.0
"""Seconds that a stopped process has to leave its files in order."""


class Stopped(KeyboardInterrupt):
    """Raised in the place of a signal; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def stopping_all() -> Iterator[None]:
    """While this lasts, a signal ends all processes that were started here, and raises `Stopped` in
    this one.

    Pools wait for their workers when they are left; these are gone by then, so that nothing waits
    for a notebook. A pool that was just starting one may wait all the same: then this process ends
    `PATIENCE` seconds later.
    """

    def stop(number: int, frame: object) -> None:
        end_children()
        last = threading.Timer(PATIENCE, _leave, (128 + number,))
        last.daemon = True
        last.start()
        raise Stopped(number)

    # which alone may set what signals do
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(code: int) -> None:
    end_children()
    os._exit(code)


@contextmanager
def leaving_none_behind() -> Iterator[None]:
    """Where this ends by an error, end all processes below: their pool would wait until they are
    done."""
    try:
        yield
    except BaseException:
        end_children()
        raise


def end_children(patience: float = 1.0) -> None:
    """End all processes below this one: asked first, killed after `patience` seconds.

    They are not waited for: a pool whose workers somebody else has waited for believes for ever
    that they live.
    """
    below = list(filter(_goes_on, psutil.Process().children(recursive=True)))
    for way in (psutil.Process.terminate, psutil.Process.kill):
        for child in below:
            try:
                way(child)
            except psutil.Error:  # it was faster
                pass
        end = time.monotonic() + patience
        while (below := list(filter(_goes_on, below))) and time.monotonic() < end:
            time.sleep(0.02)


def _goes_on(child: psutil.Process) -> bool:
    """Tell whether a process is alive, and not Python's own that clears up after pools: that ends
    by itself."""
    try:
        return child.status() != psutil.STATUS_ZOMBIE and "resource_tracker" not in " ".join(
            child.cmdline())
    except psutil.Error:
        return False


def end_with(parent: int, every: float = 0.5) -> None:
    """Let this process and those below it end soon after its parent, even if that was killed and
    could say nothing.

    Parameters
    ----------
    parent
        Process id of the parent, as the parent knows it: by the time a worker asks, it may be gone.
    every
        Seconds between two looks.
    """

    def watch() -> None:
        # Windows keeps the number of a parent that is gone
        while os.getppid() == parent and psutil.pid_exists(parent):
            time.sleep(every)
        _leave(1)

    threading.Thread(target=watch, daemon=True).start()
