"""The committed fixtures of the one network are what the committed generator writes."""

from training.model.one_network_folder import read_network_folder
from training.oracle.one_network_fixtures import GENERATOR, network_fixtures
from training.oracle.tiny_one_network import ARCHITECTURES, PRECISIONS, write_tiny_networks
from training.tests.conftest import TINY_NETWORKS
from training.tests.oracle.written import assert_close, assert_same_weights, committed, fresh, same_folder


def test_parity_fixtures():
    for name, content in network_fixtures(TINY_NETWORKS).items():
        assert_close(fresh(content, GENERATOR), committed(name), name)


def test_tiny_models(tmp_path):
    write_tiny_networks(tmp_path)
    for kind in ARCHITECTURES:
        for precision in PRECISIONS:
            place = f"{kind}/{precision}"
            ours, theirs = same_folder(TINY_NETWORKS / place, tmp_path / place, read_network_folder)
            assert_same_weights(ours.network, theirs.network)
