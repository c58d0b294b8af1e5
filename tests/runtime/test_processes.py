"""Nothing that a command has started outlives it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]

POOL = """
import os, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from coursekit import cli
from genrelab.runtime.processes import end_with

def work(options):
    begun = {"initializer": end_with, "initargs": (os.getpid(),)}
    begun["mp_context"] = get_context("spawn")
    with ProcessPoolExecutor(2, **begun) as pool:
        [pool.submit(time.sleep, 60) for _ in range(2)]
        list(pool.map(time.sleep, [60] * 2))
"""

LOKY = """
import time
from coursekit import cli
from genrelab.runtime import parallel

def work(options):
    parallel(time.sleep, [60] * 3, "sleeping")
"""

CHILD = """
import subprocess, sys
from coursekit import cli

def work(options):
    return subprocess.call([sys.executable, "-c", "import time; time.sleep(60)"])
"""

RUN = """
if __name__ == "__main__":
    import sys
    cli._cache = work
    work.__name__ = "_cache"
    sys.exit(cli.main(["cache"]))
"""


@pytest.fixture
def started(tmp_path):
    """Return a function that starts a command in a process group of its own, and waits until it has
    children."""
    begun = []

    def start(code, workers):
        script = tmp_path / "command.py"
        script.write_text(code + RUN)
        env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "GENRELAB_JOBS": "2"}
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": env}
        process = subprocess.Popen([sys.executable, str(script)], start_new_session=True,
                                   preexec_fn=_hear_signals, **streams)
        begun.append(process)
        deadline = time.monotonic() + 30
        while len(_workers(process)) < workers and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(0.5)  # until they have begun to watch
        below = psutil.Process(process.pid).children(recursive=True)
        assert len(below) >= workers
        return process, below

    yield start
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _hear_signals():
    """Let a command be stopped as from a terminal: a process that runs tests may ignore some
    signals, and what it starts would, too."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _workers(process):
    below = psutil.Process(process.pid).children(recursive=True)
    return [child for child in below if "resource_tracker" not in " ".join(child.cmdline())]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("name", "what"),
    [("SIGTERM", "pool"), ("SIGHUP", "pool"), ("SIGINT", "pool"), ("SIGTERM", "joblib"),
    ("SIGINT", "joblib"),
     ("SIGTERM", "child")],
)  # fmt: skip
def test_a_signal_ends_all_with_one_line(started, name, what):
    code = {"pool": POOL, "joblib": LOKY, "child": CHILD}[what]
    process, below = started(code, 1 if code is CHILD else 2)
    number = getattr(signal, name)
    begin = time.monotonic()
    if name == "SIGINT":
        os.killpg(process.pid, number)  # as a terminal does at Ctrl-C
    else:
        process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    # the work would take a minute; other tests may keep the cores busy meanwhile
    assert time.monotonic() - begin < 20
    assert "genrelab: stopped" in err
    if name != "SIGINT":  # then children may grumble, too; those of a report do so into its log
        assert err == "genrelab: stopped\n"
    _, alive = psutil.wait_procs(below, 5)
    assert alive == []


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("code", [POOL, LOKY], ids=["pool", "joblib"])
def test_workers_of_a_killed_command_notice_and_end(started, code):
    process, below = started(code, 2)
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(below, 5)
    assert alive == []


@pytest.mark.slow
@pytest.mark.notebook
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL"])
def test_kernels_of_a_report_end_with_it(tmp_path, name):
    command = [
        sys.executable,
        "-m",
        "coursekit.cli",
        "report",
        "--only",
        "02",
        "--out",
        str(tmp_path / "run"),
    ]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "GENRELAB_JOBS": "2"}
    process = subprocess.Popen(command, start_new_session=True, env=env, stdout=subprocess.DEVNULL)
    deadline, below = time.monotonic() + 60, []
    while (
        not any("ipykernel" in " ".join(child.cmdline()) for child in below)
        and time.monotonic() < deadline
    ):
        time.sleep(0.2)
        below = _workers(process)
    time.sleep(3)  # the kernel looks for its parent, and notebook 02 takes longer
    below = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(getattr(signal, name))
    process.wait(15)
    _, alive = psutil.wait_procs(below, 8)
    assert len(below) >= 3 and alive == []
