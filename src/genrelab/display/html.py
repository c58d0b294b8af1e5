"""Self-contained HTML outputs: style, markup, data and script in one piece, with stable ids."""

import base64
import hashlib
import io
import json
import re
from collections import Counter
from functools import cache
from html import escape, unescape
from importlib.resources import files

from genrelab.display.words import NO_MATH

_seen: Counter = Counter()
STATUS = '<p class="genrelab-status" role="status" aria-live="polite">Click a point to hear it.</p>'
NO_SOUND = '<p class="genrelab-note">sound left out</p>'
KEYS_ARE_MINE = 'data-lm-suppress-shortcuts="true"'
"""JupyterLab takes keys for itself unless the focused element says so."""
_SOUNDS = re.compile(r'<div class="genrelab [^>]*? data-sounds="([^"]*)"')


@cache
def asset(name: str) -> str:
    """Script or style file of a package, such as ``genrelab/display/base.css``, without indentation
    and comment lines.

    Inlined because ``<script src=...>`` does not load in JupyterLab, and shortened because each
    output carries its own.
    """
    package, _, path = name.partition("/")
    text = files(package).joinpath(path).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def safe_json(data) -> str:
    """JSON that may stand inside a ``<script>``: nothing in it can close the element."""
    text = json.dumps(data, separators=(",", ":"), sort_keys=True, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def element_id(kind: str, content: str) -> str:
    """An id made from the content: equal content, equal bytes; a repeat in one process gets an
    ordinal."""
    name = f"genrelab-{kind}-{hashlib.sha256(content.encode()).hexdigest()[:10]}"
    _seen[name] += 1
    return name if _seen[name] == 1 else f"{name}-{_seen[name]}"


def component(
    kind: str, body: str, scripts=(), styles=(), data=None, call: str = "", sounds=()
) -> str:
    """One self-contained HTML output.

    Parameters
    ----------
    kind : str
        Short name, used in the class and in the id.
    body : str
        Markup. ``"{id}`` in it (behind the quote of an attribute, where no escaped text can bring
        it) is replaced by the component's id.
    scripts, styles : sequence of str
        Names of ``.js`` and ``.css`` files below the package, such as ``display/player.js``.
    data : object, optional
        Anything JSON can hold, handed to the script's entry function.
    call : str, optional
        Name of the function to call with ``(root, data)``.
    sounds : sequence of str or None, optional
        Address of every sound file that the component may play, whatever a script makes of it: what
        carries the page elsewhere carries these (see `sounds_in`). None and ``data:`` addresses may
        be among them.

    Returns
    -------
    str
        HTML.
    """
    payload = safe_json(data if data is not None else {})
    name = element_id(kind, body + payload)
    style = "\n".join(asset(file) for file in ("genrelab/display/base.css", *styles))
    body = body.replace('"{id}', f'"{name}')
    html = f'<div class="genrelab genrelab-{kind} {NO_MATH}" id="{name}"{_sounds(sounds)}>'
    html += f"<style>\n{style}\n</style>\n{body}\n"
    if call:
        html += script(scripts, call, name, payload) + "\n"
    return html + "</div>"


def _sounds(addresses) -> str:
    """The attribute that registers sound files; their addresses hold no blanks (see
    `media.slug`)."""
    files = dict.fromkeys(one for one in addresses if one and not one.startswith("data:"))
    return f' data-sounds="{escape(" ".join(files))}"' if files else ""


def sounds_in(html: str) -> list[str]:
    """The addresses of all sound files that the components in a piece of HTML may play."""
    return [address for found in _SOUNDS.findall(html) for address in unescape(found).split()]


def script(names, call: str, name: str, payload: str) -> str:
    """A script element that calls `call` with the element called `name` and the JSON `payload`."""
    code = "\n".join(asset(file) for file in names)
    start = f'{call}(document.getElementById("{name}"), {payload});'
    return f"<script>(() => {{\n{code}\n{start}\n}})();</script>"


def player(address: str, label: str, seconds: float, more: str = "") -> str:
    """One player; until its script makes more of it, it is a native audio control."""
    about = f'data-label="{escape(label)}" data-seconds="{seconds:.2f}"'
    return f'<div class="genrelab-player" {about}>{audio(address, label)}{more}</div>'


def audio(address: str, label: str) -> str:
    """A native audio control."""
    about = f'aria-label="{escape(label)}" src="{escape(address)}"'
    return f'<audio controls preload="none" {about}></audio>'


def player_files(kind: str) -> tuple[list[str], list[str]]:
    """Scripts and styles of a component of this package that plays sound."""
    names = [f"genrelab/display/{name}" for name in ("player", kind)]
    return [f"{name}.js" for name in names], [f"{name}.css" for name in names]


def picture_address(png: bytes) -> str:
    """A picture as it stands in a page: WebP without loss, which takes half the room of PNG."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.open(io.BytesIO(png)).save(buffer, "webp", lossless=True, quality=80, method=5)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()


def show(html: str) -> None:
    """Display HTML in the running notebook; outside IPython nothing happens."""
    from IPython import get_ipython
    from IPython.display import HTML, display

    if get_ipython() is not None:
        display(HTML(html))
