import json
from dataclasses import fields

import pytest
import torch

from training.model.architecture import Architecture
from training.model.one_network import OneNetwork
from training.model.one_network_weights import MOST_BYTES, RECORD, WEIGHTS, keep_network_weights, main, network_of
from training.model.one_network_weights import read_network_weights as read
from training.oracle.tiny_one_network import ARCHITECTURES, tiny_network_state

RECORD_OF_RUN = {"name": "tiny", "holes": 7, "previous": []}


def trained(kind):
    network = OneNetwork(ARCHITECTURES[kind], tiny_network_state(kind))
    model = {name: parameter.detach().bfloat16() for name, parameter in network.trained().items()}
    return {"model": model, "kind": kind, "rank": ARCHITECTURES[kind].adapter_rank, "record": RECORD_OF_RUN}


def assert_same(left, right):
    assert {key: left[key] for key in ("kind", "rank", "record")} == {
        key: right[key] for key in ("kind", "rank", "record")
    }
    assert left["model"].keys() == right["model"].keys()
    for name, tensor in right["model"].items():
        assert left["model"][name].dtype == torch.bfloat16 and torch.equal(left["model"][name], tensor), name


@pytest.mark.parametrize("kind", ["all", "adapters"])
def test_a_runs_weights_and_a_kept_checkpoint_are_read_alike(tmp_path, kind):
    weights = trained(kind)
    torch.save(weights, tmp_path / "network.pt")
    main([str(tmp_path / "network.pt"), "--out", str(tmp_path / "kept")])
    assert_same(read(tmp_path / "network.pt"), weights)
    assert_same(read(tmp_path), weights)
    assert_same(read(tmp_path / "kept"), weights)
    assert json.loads((tmp_path / "kept" / RECORD).read_text()) == RECORD_OF_RUN


def test_the_same_weights_give_the_same_bytes(tmp_path):
    weights = trained("adapters")
    shuffled = weights | {"model": dict(reversed(weights["model"].items()))}
    for name, each in (("a", weights), ("b", shuffled)):
        keep_network_weights(tmp_path / name, each)
    for file in (WEIGHTS, RECORD):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_single_precision_is_rounded(tmp_path):
    weights = trained("adapters")
    exact = weights | {"model": {name: tensor.float() + 1e-6 for name, tensor in weights["model"].items()}}
    keep_network_weights(tmp_path, exact)
    kept = read(tmp_path)["model"]
    assert all(torch.equal(kept[name], tensor.bfloat16()) for name, tensor in exact["model"].items())


def test_what_is_too_large_is_not_kept(tmp_path):
    weights = trained("adapters") | {"model": {"large": torch.zeros(MOST_BYTES // 2 + 1, dtype=torch.bfloat16)}}
    with pytest.raises(SystemExit, match="at most 25 MB are kept"):
        keep_network_weights(tmp_path / "kept", weights)
    assert not (tmp_path / "kept" / WEIGHTS).exists()


def test_what_is_missing_or_of_another_kind_is_named(tmp_path):
    with pytest.raises(SystemExit, match=r"no weights at .*nothing.*network\.pt"):
        read(tmp_path / "nothing")
    torch.save({"model": {}, "layers": (1, 3)}, tmp_path / "denoiser.pt")
    with pytest.raises(SystemExit, match=r"denoiser\.pt holds no weights of the one network"):
        read(tmp_path / "denoiser.pt")


# ---- the network that they make of a base


@pytest.fixture(params=["all", "adapters"])
def run(request):
    """-> the base's architecture and state, a run's weights, the whole network"""
    a = Architecture(denoiser_layers=(), encoder_layers=4, **shared(ARCHITECTURES["all"]))
    network = OneNetwork(ARCHITECTURES[request.param], tiny_network_state(request.param))
    base = {n: w for n, w in network.state_dict().items() if n.startswith(("embedding", "norm", "blocks."))}
    return a, base, trained(request.param), network


def shared(architecture):
    return {f.name: getattr(architecture, f.name) for f in fields(Architecture) if hasattr(architecture, f.name)}


def test_a_run_makes_its_network_of_the_base(run):
    a, base, weights, network = run
    more = {"horizon": torch.ones(48), "suffix_in": network.suffix_in.detach()} | weights["model"]
    made = network_of(a, base, weights | {"model": more})
    assert made.trained().keys() == network.trained().keys()
    for name, tensor in network.state_dict().items():
        kept = tensor.bfloat16().float() if name in weights["model"] else tensor
        assert torch.equal(made.state_dict()[name], kept), name


def test_weights_that_are_not_of_this_base_are_named(run):
    """Else what is missing would stay as random as it began."""
    a, base, weights, _ = run
    model, name = weights["model"], "adapters.1.o.b" if weights["kind"] == "adapters" else "blocks.1.o.weight"
    with pytest.raises(ValueError, match=f"do not have {name}\\."):
        network_of(a, base, weights | {"model": {n: w for n, w in model.items() if n != name}})
    with pytest.raises(ValueError, match=f"of another shape, {name}\\."):
        network_of(a, base, weights | {"model": model | {name: model[name][1:]}})
    with pytest.raises(ValueError, match=r"of another shape, blocks\.9\.a and 1 more\."):
        network_of(a, base, weights | {"model": model | {"blocks.9.a": torch.ones(1), "blocks.9.b": torch.ones(1)}})
