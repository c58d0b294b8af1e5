"""The reader's own music is heard on the reader's own site, and in nothing that is made for
others."""

import os

import pytest

from coursekit import building, cli, handouts, slides
from coursekit.running import Pages
from genrelab.corpora import load_corpus


@pytest.mark.parametrize(
    "words", [["slides"], ["warm", "5"], ["warm", "1"], ["handout"]], ids=" ".join
)
def test_what_is_made_for_others_runs_without_it(words, monkeypatch, tmp_path, synthetic, capsys):
    (tmp_path / "pages").mkdir()
    monkeypatch.setenv("GENRELAB_MINE", "/home/ann/music")
    asked = []

    def build_pages(corpus, say=print, mine=None, **wishes):
        asked.append((mine, os.environ.get("GENRELAB_MINE")))
        return Pages(tmp_path, tmp_path, load_corpus(corpus), True, [])

    monkeypatch.setattr(building, "build_pages", build_pages)
    monkeypatch.setattr(
        slides, "build_slides", lambda place: slides.Decks(tmp_path / "index.html", {})
    )
    monkeypatch.setattr(handouts, "build_handouts", lambda *_: [])
    assert cli.main(words) == 0
    assert asked == [(None, None)]


def test_a_report_has_it_and_its_pages_are_labelled(monkeypatch, tmp_path, synthetic):
    labels = []
    monkeypatch.setattr(building, "_run_all", lambda *_, **__: [])
    monkeypatch.setattr(
        building, "_clear_other_runs", lambda place, run: labels.append(run["mine"])
    )
    monkeypatch.setenv("GENRELAB_MINE", "/home/ann/music")
    building.build_pages(only=["00"], out=tmp_path)
    monkeypatch.delenv("GENRELAB_MINE")
    building.build_pages(only=["00"], out=tmp_path, mine=tmp_path)
    building.build_pages(only=["00"], out=tmp_path)
    assert labels == ["/home/ann/music", str(tmp_path.resolve()), ""]
