import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from safetensors.torch import save_file

from training.export import export_one_network, smooth
from training.export.export import read_card
from training.export.export_one_network import INFILL_ONE_135M, main, write_network_folder
from training.export.smooth import CALIBRATION, INPUTS, network_smoothing, smoothed, smoothing
from training.export.snippets import read_snippets
from training.export.tensors import float32
from training.model.architecture import MASK
from training.model.base import Base
from training.model.model_folder import read_model_folder
from training.model.one_network import TRUNK_POSITION, NetworkArchitecture, OneNetwork
from training.model.one_network_folder import read_network_folder, read_network_state
from training.model.one_network_reference import NetworkReference
from training.model.one_network_weights import keep_network_weights
from training.model.quantize import quantised_network, quantize_rows
from training.oracle.tiny_one_network import ARCHITECTURES, CARDS, tiny_network_state, tiny_tokenizer
from training.tests.conftest import TINY, TINY_NETWORKS, question
from training.tests.llama import write_gguf
from training.tests.outliers import with_outliers

KINDS = ("all", "adapters")


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


def export(folder, kind, state, precision="int8", shard_bytes=60_000):
    return write_network_folder(
        folder, CARDS[kind], ARCHITECTURES[kind], tiny_tokenizer(), state, precision, shard_bytes
    )


def tensors_of(folder, manifest, part=None):
    return {
        name: tensor
        for file in manifest["weights"]["files"]
        if part in (None, file["part"])
        for name, tensor in load_file(folder / file["path"]).items()
    }


# ---- the folder


def test_fp32_comes_back_exactly(tmp_path, kind):
    state = tiny_network_state(kind)
    export(tmp_path, kind, state | {"horizon": torch.ones(48)}, "fp32", 250_000)
    manifest, architecture, read = read_network_state(tmp_path)
    assert architecture == ARCHITECTURES[kind]
    assert read.keys() == state.keys() == OneNetwork(architecture).state_dict().keys()
    assert all(torch.equal(read[name], tensor) for name, tensor in state.items())
    assert manifest["tokens"] == {"start": 0, "mask": 16, "endOfMiddle": 13, "suffix": 14}


def test_every_tensor_has_its_name_shape_and_type(tmp_path, kind):
    manifest = export(tmp_path, kind, tiny_network_state(kind))
    tensors = tensors_of(tmp_path, manifest)
    width, rank = 48, 6
    projections = {"qkv": (48, 128), "o": (64, 48), "gate_up": (48, 192), "down": (96, 48)}
    shapes = {"embedding": (48, 512)} | {
        f"network.layers.{i}.{name}": shape for i in range(4) for name, shape in projections.items()
    }
    floats = {f"network.layers.{i}.{name}": (width,) for i in range(4) for name in ("norm1", "norm2")}
    floats |= dict.fromkeys(("network.norm", "mask_in", "eom_in", "suffix_in", "eom_out"), (width,))
    floats["eom_bias"] = (1,)
    if kind == "adapters":
        for i in range(4):
            for name, (inputs, outputs) in projections.items():
                shapes[f"adapters.layers.{i}.{name}.a"] = (inputs, rank)
                shapes[f"adapters.layers.{i}.{name}.b"] = (rank, outputs)
    expected = {name: (np.float32, shape) for name, shape in floats.items()}
    for name, shape in shapes.items():
        expected |= {f"{name}.weight": (np.int8, shape), f"{name}.scale": (np.float32, shape[1:])}
    assert {name: (tensor.dtype.type, tensor.shape) for name, tensor in tensors.items()} == expected
    assert manifest["architecture"].get("adapterRank") == (rank if kind == "adapters" else None)


def test_the_factor_of_adapters_is_in_their_second_product(tmp_path):
    state = tiny_network_state("adapters")
    tensors = tensors_of(tmp_path, export(tmp_path, "adapters", state, "fp32", 250_000))
    for name in ("qkv", "down"):
        a, b = (tensors[f"adapters.layers.2.{name}.{part}.weight"] for part in "ab")
        assert np.array_equal(a, float32(state[f"adapters.2.{name}.a"].T))
        assert np.array_equal(b, float32(2 * state[f"adapters.2.{name}.b"].T))


def test_adapters_change_their_own_file_alone(tmp_path):
    state = tiny_network_state("adapters")
    base = ("embedding", "norm", "blocks.")
    other = {name: tensor if name.startswith(base) else tensor + 0.1 for name, tensor in state.items()}
    first, second = export(tmp_path / "a", "adapters", state), export(tmp_path / "b", "adapters", other)
    assert [file["part"] for file in first["weights"]["files"]][-2:] == ["network", "adapters"]
    for a, b in zip(first["weights"]["files"], second["weights"]["files"], strict=True):
        assert (a == b) == (a["part"] == "network")


def test_the_same_weights_give_the_same_bytes(tmp_path, kind):
    for name in "ab":
        export(tmp_path / name, kind, tiny_network_state(kind))
    ours, again = (sorted((tmp_path / name).iterdir()) for name in "ab")
    assert [path.name for path in ours] == [path.name for path in again]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(ours, again, strict=True))


def test_a_suffix_that_does_not_fit_before_the_trunk_is_refused(tmp_path, kind):
    architecture = replace(ARCHITECTURES[kind], trunk_position=32)
    with pytest.raises(ValueError, match=r"A suffix of 32 tokens .* begins at position 32"):
        write_network_folder(tmp_path, CARDS[kind], architecture, tiny_tokenizer(), tiny_network_state(kind))


def test_a_folder_of_another_kind_is_named():
    with pytest.raises(ValueError, match="'encoder-denoiser', not 'one-network'"):
        read_network_folder(TINY_NETWORKS.parent / "tiny" / "fp32")


# ---- int8


def test_the_int8_folder_is_the_twin_of_the_original(tmp_path, kind):
    state = tiny_network_state(kind)
    export(tmp_path, kind, state)
    twin = OneNetwork(ARCHITECTURES[kind], state)
    quantised_network(twin)
    ours, theirs = read_network_folder(tmp_path).network, twin.double().eval()
    assert torch.equal(ours.blocks[1].gate.quantised, theirs.blocks[1].gate.quantised)
    left, right = (torch.cat(NetworkReference(network).middle(*question(0))) for network in (ours, theirs))
    torch.testing.assert_close(left, right, rtol=1e-6, atol=1e-5)
    exact = torch.cat(NetworkReference(OneNetwork(ARCHITECTURES[kind], state).double()).middle(*question(0)))
    assert 0.05 < (left - exact)[:, MASK + 1 :].abs().max() < 4  # close to it, and not it


def test_adapters_read_the_rows_of_their_projection_and_quantise_what_lies_between():
    network = OneNetwork(ARCHITECTURES["adapters"], tiny_network_state("adapters")).double()
    adapter = network.adapters[1]["gate_up"]
    a, b = adapter.a.detach().clone(), adapter.b.detach().clone()
    quantised_network(network)
    x = torch.randn(5, 48, dtype=torch.float64) * 3

    def quantised_rows(y):
        step = y.abs().amax(-1, keepdim=True) / 127
        return (y / step).round(), step

    def product(y, weight):
        rows, step = quantised_rows(y)
        whole, scale = quantize_rows(weight)
        return rows @ whole.double().T * step * scale

    expected = product(product(x, a), 2 * b)
    torch.testing.assert_close(network.adapters[1]["gate_up"](x), expected)
    assert (expected - 2 * x @ a.T @ b.T).abs().max() > 1e-3


# ---- smoothing


def reference_of(kind, state, int8=False):
    network = OneNetwork(ARCHITECTURES[kind], state)
    if int8:
        quantised_network(network)
    return NetworkReference(network.double().eval())


def found(kind, state):
    reference = reference_of(kind, state)
    return smoothing(reference.network.blocks, lambda: [reference.middle(*question(i)) for i in range(4)])


def distance(left, right):
    """Of middle rows and of reading rows."""

    def squared(a, b):
        return (a - b)[:, MASK + 1 :].pow(2).mean()

    middle = sum(squared(torch.cat(left.middle(*q)), torch.cat(right.middle(*q))) for q in map(question, range(4)))
    return torch.stack((middle, sum(squared(left.trunk(q[0]), right.trunk(q[0])) for q in map(question, range(4)))))


def test_smoothed_weights_are_the_same_function_and_int8_comes_closer_to_it(kind):
    state = with_outliers(tiny_network_state(kind))
    exponents = found(kind, state)
    assert set(exponents) == {f"{i}.{name}" for i in range(4) for name in INPUTS}
    assert all(e.any() for e in exponents.values())
    moved, exact = smoothed(state, exponents), reference_of(kind, state)
    assert (distance(exact, reference_of(kind, moved)) < 1e-8).all()
    plain, better = (distance(exact, reference_of(kind, each, int8=True)) for each in (state, moved))
    assert (better < 0.3 * plain).all()


def test_a_wholly_trained_network_is_calibrated_on_what_it_reads_writes_and_denoises():
    state = with_outliers(tiny_network_state("all"))
    exponents = network_smoothing(OneNetwork(ARCHITECTURES["all"], state).eval(), tiny_tokenizer())
    exact, moved = reference_of("all", state), smoothed(state, exponents)
    plain, better = (distance(exact, reference_of("all", each, int8=True)) for each in (state, moved))
    assert (better < 0.3 * plain).all()


# ---- the program


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A GGUF of the tiny encoder; it knows no head size other than width / heads."""
    tiny = read_model_folder(TINY / "fp32", torch.float32)
    return write_gguf(tmp_path_factory.mktemp("base") / "base.gguf", tiny.encoder, tiny.tokenizer)


def run_of(base, kind):
    """-> what a run leaves, and the whole network"""
    encoder = Base(base, denoiser_layers=())
    rank = 5 if kind == "adapters" else None
    network = OneNetwork(NetworkArchitecture.of_base(encoder.architecture, rank), encoder.encoder_state())
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in network.trained().values():
            parameter.copy_((parameter + 0.1 * torch.randn_like(parameter)).bfloat16())
    model = {name: parameter.detach().bfloat16() for name, parameter in network.trained().items()}
    if kind == "all":
        model |= {"horizon": torch.ones(48).bfloat16(), "horizon_bias": torch.zeros(()).bfloat16()}
    return {"model": model, "kind": kind, "rank": rank, "record": None}, network


def test_a_run_becomes_a_folder(tmp_path, monkeypatch, capsys, base, kind):
    run, network = run_of(base, kind)
    exponents = smoothing(network.blocks, lambda: NetworkReference(network).middle(*question(0)))
    save_file(exponents, tmp_path / "factors.safetensors")
    (tmp_path / "text").write_text("".join(f"=== {name}\n{text}" for name, text in read_snippets(CALIBRATION)[:2]))
    monkeypatch.setattr(export_one_network, "ENCODER_FACTORS", tmp_path / "factors.safetensors")
    monkeypatch.setattr(smooth, "CALIBRATION", tmp_path / "text")
    torch.save(run, tmp_path / "network.pt")
    keep_network_weights(tmp_path / "kept", run)
    out = tmp_path / "out"
    main(["--gguf", str(base), "--run", str(tmp_path / "network.pt"), "--out", str(out), "--version", "7.0.0"])
    first = json.loads((out / "manifest.json").read_text())
    main(["--gguf", str(base), "--run", str(tmp_path / "kept"), "--out", str(out), "--version", "7.0.0"])
    again = json.loads((out / "manifest.json").read_text())
    assert first == again and first["version"] == "7.0.0"
    lines = capsys.readouterr().out.splitlines()
    files = first["weights"]["files"]
    assert [line.split()[-1] for line in lines] == ["new"] * len(files) + ["unchanged"] * len(files)
    assert [file["part"] for file in files] == ["network"] + ["adapters"] * (kind == "adapters")
    assert (out / "MODEL_CARD.md").read_text().startswith("# infill-one-135m 7.0.0\n")
    folder = read_network_folder(out)
    assert folder.tokenizer.encode("const x").ids == Base(base, denoiser_layers=()).tokenizer().encode("const x").ids
    found = exponents if kind == "adapters" else network_smoothing(network, tiny_tokenizer())
    twin = OneNetwork(network.architecture, smoothed(network.state_dict(), found))
    quantised_network(twin)
    answers = [torch.cat(NetworkReference(n).middle(*question(1))) for n in (folder.network, twin.double().eval())]
    torch.testing.assert_close(*answers, rtol=1e-6, atol=1e-5)


def test_the_card_says_what_the_network_can_take():
    card = read_card(INFILL_ONE_135M)
    assert card["name"] == "infill-one-135m"
    assert card["limits"]["suffix"] + 1 <= TRUNK_POSITION
