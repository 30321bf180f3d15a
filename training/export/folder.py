"""Writes a model folder of any kind, all but its MODEL_CARD.md. The same tensors give the same bytes."""

import hashlib
import json
from pathlib import Path

from safetensors.numpy import save

from training.shared.json_text import json_text

SHARD_BYTES = 95_000_000  # code hosts refuse files of 100 MB


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


def numbered(part, files):
    """[tensors] of one part -> [(file name, part, tensors)]"""
    return [(f"{part}-{i:05}-of-{len(files):05}.safetensors", part, tensors) for i, tensors in enumerate(files, 1)]


def write_folder(folder, card, architecture, tokens, tokenizer, precision, files):
    """`card`: the manifest's descriptive entries; `architecture`, `tokens`: its entries of these names; `files`:
    [(file name, part, {name: array})] -> the manifest"""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.safetensors"):
        old.unlink()
    weights = [_write_tensors(folder, *file) for file in files]
    tokenizer_entry = _write(folder, "tokenizer.json", tokenizer.to_str(pretty=False).encode())
    about = ("name", "displayName", "version", "license", "description")
    manifest = {
        "format": 1,
        **{key: card[key] for key in about},
        "architecture": architecture,
        "tokens": tokens,
        "limits": card["limits"],
        "recommended": card["recommended"],
        "weights": {"precision": precision, "files": weights},
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


def checksums(folder):
    """{path: sha256} of the weights that the folder's manifest names; {} if there is none yet."""
    path = Path(folder, "manifest.json")
    files = json.loads(path.read_text())["weights"]["files"] if path.is_file() else []
    return {file["path"]: file["sha256"] for file in files}


def print_files(manifest, before):
    """What an export wrote, and which of it is new; `before`: checksums of what stood there."""
    for file in manifest["weights"]["files"]:
        change = "unchanged" if before.get(file["path"]) == file["sha256"] else "new"
        print(f"{file['path']}  {file['bytes'] / 1e6:.1f} MB  {file['sha256'][:12]}  {change}")
