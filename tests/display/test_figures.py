import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from genrelab.display import save_figure, use_theme
from genrelab.display.figures import figure_html, png_bytes

ALT = "A line that falls from left to right."
DATA = pd.DataFrame({"x": [0.0, 1.0], "y": [1.0, 1 / 3]})


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GENRELAB_FIGURES", str(tmp_path))
    use_theme()
    return tmp_path


def drawing():
    fig, ax = plt.subplots()
    ax.plot([0, 1], [1, 1 / 3], "o-", label="loss")
    ax.fill_between([0, 1], [0, 0], [1, 1], hatch="/")
    ax.imshow(np.eye(4))
    ax.set(xlabel="epoch", ylabel="loss", title="It falls")
    return fig


def test_four_files_with_the_same_bytes_twice(folder):
    fig = drawing()
    save_figure(fig, "06_it_falls", alt=ALT, data=DATA)
    first = {path.name: path.read_bytes() for path in sorted((folder / "06").iterdir())}
    assert list(first) == [f"06_it_falls.{suffix}" for suffix in ("csv", "png", "svg", "txt")]
    for path in (folder / "06").iterdir():
        path.unlink()
    save_figure(drawing(), "06_it_falls", alt=ALT, data=DATA)
    assert {path.name: path.read_bytes() for path in sorted((folder / "06").iterdir())} == first
    assert first["06_it_falls.csv"] == b"x,y\n0,1\n1,0.333333\n"
    assert first["06_it_falls.txt"].decode() == ALT + "\n"
    assert (
        b"dc:date" not in first["06_it_falls.svg"] and b"Software" not in first["06_it_falls.png"]
    )
    assert not plt.fignum_exists(fig.number)


def test_an_unchanged_figure_is_not_written_again(folder):
    save_figure(drawing(), "06_it_falls", alt=ALT, data=DATA)
    before = {path: path.stat().st_mtime_ns for path in (folder / "06").iterdir()}
    save_figure(drawing(), "06_it_falls", alt=ALT, data=DATA)
    assert {path: path.stat().st_mtime_ns for path in (folder / "06").iterdir()} == before


@pytest.mark.parametrize(
    "name", ["it_falls", "6_falls", "06-falls", "06_Falls", "06_", "06_a/b", "../06_falls"]
)
def test_a_name_that_does_not_fit_is_refused(name, folder):
    with pytest.raises(ValueError, match="06_distances_by_genre"):
        save_figure(drawing(), name, alt=ALT, data=DATA)
    assert not list(folder.iterdir())


@pytest.mark.parametrize("alt", ["", "   ", "a figure"])
def test_a_figure_without_words_is_refused(alt):
    with pytest.raises(ValueError, match="at least 20 characters"):
        save_figure(drawing(), "06_it_falls", alt=alt, data=DATA)


def test_a_table_too_large_is_refused_before_anything_is_written(folder):
    with pytest.raises(ValueError, match="quantiles"):
        save_figure(
            drawing(),
            "06_it_falls",
            alt=ALT,
            data=pd.DataFrame({"d": np.random.default_rng(0).random(50_000)}),
        )
    with pytest.raises(ValueError, match="numbers drawn"):
        save_figure(drawing(), "06_it_falls", alt=ALT, data=None)
    assert not list(folder.iterdir())


def test_other_tables_and_an_axes_are_taken(folder):
    fig = drawing()
    save_figure(
        fig.axes[0],
        "06_a",
        alt=ALT,
        data=pd.Series([1.0], index=pd.Index(["blues"], name="genre"), name="n"),
    )
    assert (folder / "06/06_a.csv").read_text() == "genre,n\nblues,1\n"
    save_figure(drawing(), "06_b", alt=ALT, data={"n": [1]})
    save_figure(drawing(), "06_c", alt=ALT, data=np.ones((2, 2)))
    assert (folder / "06/06_c.csv").read_text() == "0,1\n1,1\n1,1\n"


def test_the_page_gets_the_words_and_a_sharp_picture():
    fig, _ = plt.subplots(figsize=(8, 4))
    html = figure_html(png_bytes(fig), 'Louder than "before" & <after>')
    assert 'alt="Louder than &quot;before&quot; &amp; &lt;after&gt;"' in html
    width = int(html.split('width="')[1].split('"')[0])
    assert 700 <= width <= 800


def test_type_is_large_enough_and_paper_is_opaque():
    for key in (
        "font.size",
        "axes.labelsize",
        "axes.titlesize",
        "xtick.labelsize",
        "legend.fontsize",
    ):
        assert 12 <= plt.rcParams[key] <= 14
    assert plt.rcParams["savefig.facecolor"] == "white"


def test_plotly_uploads_nothing_and_repeats_its_bytes():
    import plotly.graph_objects as go
    import plotly.io as pio

    from genrelab.display.plotly_site import CONFIG, site_html, use_plotly_theme

    use_plotly_theme()

    assert pio.templates.default == "genrelab" and pio.renderers.default == "plotly_mimetype+site"
    assert CONFIG["showSendToCloud"] is False and pio.renderers["plotly_mimetype"].config is CONFIG
    figure = go.Figure(go.Scatter(x=[1], y=[2], text=["</script><b>"]))
    one, two = (site_html(figure.to_dict()).replace(f"-{k}", "") for k in ("none", "2"))
    assert one == two
    assert one.count("</script>") == 1 and "https://" not in one
