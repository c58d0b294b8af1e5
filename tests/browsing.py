"""What browser tests share: Chromium without a network, a JupyterLab of one's own, and ears."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FILE = (
    "(a => decodeURIComponent((a?.dataset.address || a?.src || '').split('/').pop().split('?')[0]))"
)
SOUNDING = "[...document.querySelectorAll('audio')].filter(a => !a.paused)"
KERNEL = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"


@contextmanager
def opened(chromium, address, allowed, known_errors=(), width=1280, height=900):
    """A page on which nothing outside `allowed` can be reached; fails on errors and on outside
    requests."""
    page = chromium.new_page(viewport={"width": width, "height": height})
    outside, errors = [], []

    def route(call):
        if call.request.url.startswith(("data:", "blob:", *allowed)):
            call.continue_()
        else:
            outside.append(call.request.url)
            call.abort()

    page.route("**/*", route)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: line.type == "error" and errors.append(line.text))
    page.goto(address)
    try:
        yield page
        assert not outside
        assert not [text for text in errors if not any(known in text for known in known_errors)]
    finally:
        page.close()


def heard(page, name="", seconds=0.2):
    """Wait until one player alone sounds, its file begins with `name`, and its time passes
    `seconds` and goes on."""
    alone = f"{SOUNDING}.length === 1 && {FILE}({SOUNDING}[0]).startsWith('{name}')"
    page.wait_for_function(f"{alone} && {SOUNDING}[0].currentTime > {seconds}", timeout=10_000)
    now = page.evaluate(f"{SOUNDING}[0].currentTime")
    page.wait_for_function(f"{SOUNDING}[0]?.currentTime > {now}", timeout=5_000)


def skip_bets(page):
    """Press Skip at every bet, so that nothing on the page is covered."""
    for skip in page.locator(".genrelab-predict [data-role=skip]").all():
        if skip.is_visible():  # each uncovers the next
            skip.click()


def click_point(page, map_number, point):
    """Click a point of a plotly map, once the page has come to rest around it."""
    mark = page.locator(".js-plotly-plot").nth(map_number).locator("path.point").nth(point)
    before = None
    for _ in range(40):
        mark.scroll_into_view_if_needed()
        box = mark.bounding_box()
        if box == before:
            break
        before = box
        page.wait_for_timeout(250)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(250)
    page.mouse.down()
    page.mouse.up()


def click_track(page, track):
    """Click a track's point in the explorer, once the page and the points have come to rest."""
    root = page.locator(".genrelab-explorer[data-ready]")
    before = None
    for _ in range(40):
        root.locator("canvas").evaluate("canvas => canvas.scrollIntoView({ block: 'center' })")
        page.wait_for_timeout(250)
        box = root.locator("canvas").bounding_box()
        x, y = root.evaluate("(root, track) => root.explorer.pixel(track)", track)
        place = (box["x"] + x, box["y"] + y)
        if place == before and root.evaluate("root => root.explorer.state.from === null"):
            break
        before = place
    page.mouse.click(*place)


def serious_violations(page, context=None):
    """Return what axe finds on a page that is serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    # of rules that are kept, one place each is told: naming all takes longer than all else
    options = {"resultTypes": ["violations"], "preload": False}
    result = Axe().run(page, context=context, options=options).response
    assert len(result["passes"]) > 5
    return [
        (rule["id"], [node["html"][:120] for node in rule["nodes"]])
        for rule in result["violations"]
        if rule["impact"] in ("serious", "critical")
    ]


@contextmanager
def jupyterlab(command, home, **environment):
    """Start a JupyterLab with settings of its own under `home`; gives its address.

    `command` gets ``--port`` and the like appended; the token is "t".
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folders = {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    (home / "config").mkdir(parents=True, exist_ok=True)
    settings = {"LabApp": {"expose_app_in_browser": True}, "IdentityProvider": {"token": "t"}}
    (home / "config" / "jupyter_lab_config.json").write_text(json.dumps(settings))
    server = subprocess.Popen(
        [*command, "--port", str(port)],
        env=os.environ | folders | {"JUPYTER_PREFER_ENV_PATH": "1"} | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/api?token=t", timeout=1)
                break
            except OSError:
                time.sleep(0.25)
        yield address
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


@contextmanager
def in_lab(chromium, address, notebook, known_errors=()):
    """A notebook opened in a running JupyterLab, with its kernel connected."""
    allowed = [address, address.replace("http", "ws")]
    with opened(
        chromium, f"{address}/lab/workspaces/x/tree/{notebook}?token=t&reset", allowed, known_errors
    ) as page:
        page.set_viewport_size({"width": 1400, "height": 1200})
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        page.wait_for_function(f"{KERNEL}?.connectionStatus === 'connected'", timeout=60_000)
        yield page
