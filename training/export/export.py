"""Base + denoiser -> a model folder: manifest.json, tokenizer.json, safetensors in shards, MODEL_CARD.md.

    python -m training.export.export --gguf BASE.gguf --run RUN --results training/results/NAME \
        --out models/infill-code-135m

To measure a model it must have been exported, so a release is exported twice: without --results, and with them.

The same inputs give the same bytes, and the encoder's files do not depend on the denoiser."""

import argparse
import hashlib
import json
import tomllib
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save

from training.export.model_card import model_card, refuse_other_results
from training.export.smooth import smoothed_states
from training.model.architecture import EOM, MASK, START
from training.model.base import Base
from training.model.quantize import quantize_rows
from training.shared.json_text import json_text
from training.train.run_folder import read_weights

SHARD_BYTES = 95_000_000  # code hosts refuse files of 100 MB

INFILL_CODE_135M = Path(__file__).with_name("infill-code-135m.toml")


def read_card(path=INFILL_CODE_135M):
    """The manifest's descriptive entries."""
    return tomllib.loads(Path(path).read_text(encoding="utf-8"))


def encoder_units(architecture, state, precision):
    """The encoder's tensors as groups that stay in one file: the embedding, each layer, the last norm."""
    yield _linear("embedding", state["embedding"], precision)
    for layer in range(architecture.encoder_layers):
        yield _block(f"encoder.layers.{layer}", f"blocks.{layer}", state, precision)
    yield {"encoder.norm": _float(state["norm"])}


def denoiser_tensors(architecture, state, precision):
    tensors = {f"denoiser.{name}": _float(state[name]) for name in ("norm", "mask_in", "eom_in", "eom_out")}
    for layer in range(len(architecture.denoiser_layers)):
        tensors |= _block(f"denoiser.layers.{layer}", f"blocks.{layer}", state, precision)
    return tensors


def _block(name, source, state, precision):
    def joined(*parts):
        return torch.cat([state[f"{source}.{part}.weight"].float() for part in parts])

    return (
        {f"{name}.norm1": _float(state[f"{source}.norm1"]), f"{name}.norm2": _float(state[f"{source}.norm2"])}
        | _linear(f"{name}.qkv", joined("q", "k", "v"), precision)
        | _linear(f"{name}.o", joined("o"), precision)
        | _linear(f"{name}.gate_up", joined("gate", "up"), precision)
        | _linear(f"{name}.down", joined("down"), precision)
    )


def _linear(name, weight, precision):
    """weight [out, in] -> stored [in, out], as the runtime multiplies."""
    if precision == "fp32":
        return {f"{name}.weight": _float(weight.T)}
    quantised, scale = quantize_rows(weight.float())
    return {f"{name}.weight": np.ascontiguousarray(quantised.T.numpy()), f"{name}.scale": _float(scale)}


def _float(tensor):
    return np.ascontiguousarray(tensor.detach().float().numpy())


def shard(units, limit):
    """Groups of tensors -> the fewest files of at most `limit` bytes of tensor data, filled evenly, order kept."""
    units = list(units)
    sizes = [sum(tensor.nbytes for tensor in unit.values()) for unit in units]
    largest = max(sizes)
    if largest > limit:
        raise ValueError(f"One tensor group has {largest} bytes and does not fit into a file of {limit}.")
    count = -(-sum(sizes) // limit)
    while True:
        share, files, used = sum(sizes) / count, [{}], 0
        for unit, size in zip(units, sizes, strict=True):
            if files[-1] and (used + size > limit or (used + size / 2 > share and len(files) < count)):
                files.append({})
                used = 0
            files[-1] |= unit
            used += size
        if len(files) <= count:
            return files
        count = len(files)


def write_model_folder(
    folder, card, architecture, tokenizer, encoder_state, denoiser_state, precision="int8", shard_bytes=SHARD_BYTES
):
    """Writes all but MODEL_CARD.md. `card`: the manifest's descriptive entries; precision "int8" or "fp32"."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.safetensors"):
        old.unlink()
    encoder_files = shard(encoder_units(architecture, encoder_state, precision), shard_bytes)
    files = [
        _write_tensors(folder, f"encoder-{i:05}-of-{len(encoder_files):05}.safetensors", "encoder", tensors)
        for i, tensors in enumerate(encoder_files, 1)
    ]
    files.append(
        _write_tensors(
            folder, "denoiser.safetensors", "denoiser", denoiser_tensors(architecture, denoiser_state, precision)
        )
    )
    tokenizer_entry = _write(folder, "tokenizer.json", tokenizer.to_str(pretty=False).encode())
    about = ("name", "displayName", "version", "license", "description")
    manifest = {
        "format": 1,
        **{key: card[key] for key in about},
        "architecture": architecture.to_manifest(),
        "tokens": {"start": START, "mask": MASK, "endOfMiddle": EOM},
        "limits": card["limits"],
        "recommended": card["recommended"],
        "weights": {"precision": precision, "files": files},
        "tokenizer": tokenizer_entry,
    }
    _write(folder, "manifest.json", json_text(manifest).encode())
    return manifest


def _write_tensors(folder, name, part, tensors):
    # `save` puts wider types first, so that the float32 tensors are aligned, and orders the rest by name.
    entry = _write(folder, name, save(tensors))
    return {"path": name, "part": part, "bytes": entry["bytes"], "sha256": entry["sha256"]}


def _write(folder, name, data):
    (folder / name).write_bytes(data)
    return {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--gguf", required=True, help="the base model")
    source = p.add_mutually_exclusive_group(required=True)
    source.add_argument("--run", help="folder of a training run")
    source.add_argument("--denoiser", help="instead of --run: its denoiser.pt, or other weights")
    p.add_argument("--out", required=True, help="model folder")
    p.add_argument("--results", help="folder that evaluate.py wrote, for the model card")
    p.add_argument("--version", help="of the model; default: that of infill-code-135m.toml")
    p.add_argument(
        "--plain-encoder",
        action="store_true",
        help="worse int8: without smooth.py; other encoder files than the bundled",
    )
    a = p.parse_args()
    before = checksums(a.out)
    checkpoint = read_weights(Path(a.run, "denoiser.pt") if a.run else a.denoiser)
    base = Base(a.gguf, checkpoint["layers"])
    card = read_card() | ({"version": a.version} if a.version else {})
    about = model_card(card, base.architecture, checkpoint.get("record"), a.results)
    states = smoothed_states(base, checkpoint["model"], not a.plain_encoder)
    manifest = write_model_folder(a.out, card, base.architecture, base.tokenizer(), *states)
    for file in manifest["weights"]["files"]:
        change = "unchanged" if before.get(file["path"]) == file["sha256"] else "new"
        print(f"{file['path']}  {file['bytes'] / 1e6:.1f} MB  {file['sha256'][:12]}  {change}")
    if a.results:
        try:
            refuse_other_results(a.results, manifest)
        except ValueError as error:
            raise SystemExit(f"{error} The model card is left as it was.") from None
    Path(a.out, "MODEL_CARD.md").write_text(about, encoding="utf-8")


def checksums(folder):
    """{path: sha256} of the weights that the folder's manifest names; {} if there is none yet."""
    path = Path(folder, "manifest.json")
    files = json.loads(path.read_text())["weights"]["files"] if path.is_file() else []
    return {file["path"]: file["sha256"] for file in files}


if __name__ == "__main__":
    main()
