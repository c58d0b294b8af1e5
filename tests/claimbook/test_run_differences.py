"""Two runs are compared with what was not the same in them."""

import json

import pytest

from claimbook.claims_text import run_differences
from coursekit import cli
from genrelab.runtime import project_root

SAME = ["Music, profile and all parameters that are recorded are the same."]


def row(corpus="gtzan", audio="pcm", profile="smoke", **parameters):
    return {"corpus": corpus, "audio": audio, "profile": profile, "parameters": parameters or None}


def test_nothing_differs():
    assert run_differences([row(k=3), row()], [row(k=3), row()]) == SAME


def test_parameters_are_listed_once_with_their_rows():
    nested = {"strengths": {"snr": [5.0, 30.0]}, "temperature": 0.5}
    other = {"strengths": {"snr": [1.0, 30.0]}, "temperature": 0.1, "mask": True}
    told = run_differences([row(audio_=nested), row(x=nested)], [row(audio_=other), row(x=other)])
    assert told == [
        "parameter mask: nothing and true (2 rows)",
        "parameter snr: [5.0, 30.0] and [1.0, 30.0] (2 rows)",
        "parameter temperature: 0.5 and 0.1 (2 rows)",
    ]
    (long,) = run_differences([row(epochs=list(range(99)))], [row(epochs=[1])])
    assert long.endswith("… and [1] (1 row)") and len(long) < 120


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        ({}, {"corpus": "synthetic"}, "not the same music, gtzan pcm and synthetic pcm"),
        ({}, {"audio": "mp3-32k"}, "not the same music, gtzan pcm and gtzan mp3-32k"),
        ({}, {"profile": "reference"}, "not the same profile, smoke and reference"),
    ],
)
def test_other_music_and_another_profile_are_warned_of(ours, theirs, said):
    (line,) = run_differences([row(**ours)], [row(**theirs)])
    assert line.startswith("Warning: ") and said in line


def test_the_command_says_so(tmp_path, capsys):
    figures = project_root() / "figures" / "gtzan"
    rows = json.loads((figures / "claims.json").read_text(encoding="utf-8"))
    chosen = next(
        row for row in rows if (row["parameters"] or {}).get("audio", {}).get("temperature")
    )
    chosen["parameters"]["audio"]["temperature"] = 0.07
    chosen |= {"profile": "smoke", "corpus": "synthetic"}
    (tmp_path / "claims.json").write_text(json.dumps([chosen]), encoding="utf-8")
    assert cli.main(["compare", str(tmp_path), str(figures)]) == 0
    said = capsys.readouterr().out
    assert (
        "Warning: not the same music, synthetic" in said
        and "Warning: not the same profile, smoke" in said
    )
    assert "parameter temperature: 0.07 and 0.5 (1 row)" in said and said.count("parameter ") == 1
