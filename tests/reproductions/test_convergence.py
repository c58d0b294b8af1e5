"""When trainings had come to rest, by the rule of each family."""

from types import SimpleNamespace

import numpy as np

from genrelab.models import segment_trained, supervised
from reproductions import encoders, networks, segment_networks


def run(score, values, recipe=None):
    return SimpleNamespace(recipe=recipe, history=[{score: value} for value in values])


def test_networks_rest_when_they_ended_by_themselves_or_gain_no_more_on_average():
    def fit(values):
        return run("accuracy", values, supervised.Recipe(epochs=15))

    rising, flat = 0.02 * np.arange(15), np.full(15, 0.5)
    assert not networks.at_rest([fit(rising)])
    assert networks.at_rest([fit(flat)])
    assert networks.at_rest([fit(rising[:12])])
    # one gains 0.06 in its last fifth, and what others lose does not count against it
    assert not networks.at_rest([fit(rising), fit(flat), fit(flat[0] - rising)])
    assert networks.at_rest([fit(rising), *[fit(flat)] * 6])


def test_networks_on_segments_rest_when_their_mean_curve_no_longer_rises():
    def trained(score, values, network):
        return run(score, values, segment_trained.Recipe(network))

    rising, flat = np.linspace(0, 0.8, 40), np.full(40, 0.5)
    for score, network in (("dev", "dsae"), ("explained", "autoencoder")):
        assert not segment_networks.at_rest([trained(score, rising, network)])
        assert segment_networks.at_rest([trained(score, flat, network)])


def test_encoders_rest_when_their_mean_probe_no_longer_rises():
    rising, flat = np.linspace(0.2, 0.8, 20), np.full(20, 0.5)
    assert encoders.at_rest([run("probe", flat)])
    assert not encoders.at_rest([run("probe", rising)])
    assert not encoders.at_rest([run("probe", flat + 0.4), run("probe", rising)])
    # one rises as much as the other falls
    assert encoders.at_rest([run("probe", rising), run("probe", rising[::-1])])
