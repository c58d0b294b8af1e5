"""Kinds of files: what can be decoded, what is sound of another kind, and what only has the name of
sound."""

from __future__ import annotations

import shlex
from pathlib import Path

from genrelab.runtime import printable

EXTENSIONS = set(
    ".wav .wave .w64 .rf64 .au .snd .aif .aiff .aifc .caf .flac .mp3 .mp2 .ogg .oga .opus".split()
)
"""Endings of the files that libsndfile decodes and that hold music."""

KINDS = ", ".join(sorted(EXTENSIONS))

OTHER_SOUND = set(
    ".aa3 .aac .ac3 .adts .amr .ape .asf .awb .dff .dsf .dts .eac3 .m4a .m4b .m4p .mka .mkv .mov "
    ".mp+ .mp4 .mpc .mpp .ofr .opx .oma .ra .ram .rm .shn .spx .tak .thd .tta .voc .webm .wma "
    ".wv".split()
)
"""Endings of sound, or of films with sound, that libsndfile cannot decode; `mimetypes` knows more
on some machines."""

LISTS = {".m3u", ".m3u8", ".pls", ".xspf", ".cue", ".asx", ".wpl"}
"""Endings of playlists, which some machines count as sound."""

UNFINISHED = {".part", ".partial", ".crdownload", ".download", ".opdownload"}

NOTES = {".mid", ".midi", ".kar", ".rmi", ".mod", ".xm", ".it", ".s3m"}
"""Endings of scores, which hold no sound."""

MAGIC = {b"RIFF": ".wav", b"RF64": ".wav", b"fLaC": ".flac", b"OggS": ".ogg", b"ID3": ".mp3",
         b"FORM": ".aiff", b".snd": ".au", b"caff": ".caf"}

FOREIGN = (b"0&\xb2u", b"MAC ", b"wvpk", b"MP+", b"MPCK", b"TTA1", b"DSD ", b".RMF", b"#!AMR",
           b"\x1aE\xdf\xa3")
"""Beginnings of WMA, Monkey's Audio, WavPack, Musepack, True Audio, DSD, RealAudio, AMR and
Matroska."""

PACKED = "cannot be decoded (it is packed)", "Unpack it"
LEFT_BY_LFS = "cannot be decoded (Git LFS left a pointer to it)", "Run `git lfs pull` beside it"
NO_AUDIO = {
    b"version https://git-lfs": LEFT_BY_LFS,
    b"<": ("cannot be decoded (it is a web page)", "Download the sound itself"),
    **dict.fromkeys((b"pk\x03\x04", b"\x1f\x8b", b"rar!"), PACKED),
}
"""By its beginning in small letters, what a file can be that was named like sound."""


def masked(path: Path) -> tuple[str, str] | None:
    """Return what a file is that only has the name of sound, with the mend, or None if its
    beginning is unknown."""
    try:
        with open(path, "rb") as file:
            head = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError:
        return None
    if head[4:8] == b"ftyp" or head.startswith(FOREIGN):
        return "cannot be decoded (it holds another kind of sound)", f"Convert it: {convert(path)}"
    return next((why for magic, why in NO_AUDIO.items() if head.lower().startswith(magic)), None)


def convert(path: Path) -> str:
    """Return the command that makes a file of another kind readable."""
    other = ".flac" if path.suffix.lower() == ".wav" else ".wav"
    return f"`ffmpeg -i {_quoted(path.name)} {_quoted(path.stem + other)}`"


def _quoted(name: str) -> str:
    """Return a name as it is typed in a shell; within the usual double quotes some characters keep
    a meaning."""
    name = printable(f"./{name}" if name.startswith("-") else name)
    return shlex.quote(name) if set(name) & set('"$`\\!') else f'"{name}"'
