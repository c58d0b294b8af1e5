"""Knobs and curves that grow, as they are without a browser."""

import sys

import pytest

from coursekit.driving import knob, live_curve


def test_a_knob_has_a_frame_for_each_value(monkeypatch):
    shown = []
    monkeypatch.setattr(sys.modules["genrelab.display.slider"], "show_html", shown.append)
    knob(lambda k: {"html": f"<p>{k} squared is {k * k}</p>"}, "k", [1, 2, 3])
    assert all(f"{k} squared is {k * k}" in shown[0] for k in (1, 2, 3))


def test_a_curve_is_saved_with_its_numbers(tmp_path, monkeypatch):
    monkeypatch.setenv("GENRELAB_FIGURES", str(tmp_path))
    curve = live_curve(chance=0.1)
    for step in (0.2, 0.4, 0.5):
        curve.add(training=step, validation=step / 2)
    assert curve.table()["validation"].tolist() == pytest.approx([0.1, 0.2, 0.25])
    curve.finish("98_curve", title="It learns", alt="Two curves that rise from chance.")
    lines = (tmp_path / "98" / "98_curve.csv").read_text().splitlines()
    assert lines[:2] == ["epoch,training,validation", "1,0.2,0.1"]


def test_a_knob_on_a_page_stands_where_it_is_told_to(monkeypatch):
    shown = []
    monkeypatch.setattr(sys.modules["genrelab.display.slider"], "show_html", shown.append)
    knob(lambda k: {"numbers": {"twice": 2 * k}}, "k", [1, 2, 3], start=2)
    assert 'value="1"' in shown[0] and 'aria-valuetext="2"' in shown[0]
    on = shown[0].index('genrelab-slide genrelab-on" data-step="1"')
    assert shown[0].index("<b>4</b>") > on > shown[0].index("<b>2</b>")
