"""Documents -> compressed JSON lines, the same bytes every time."""

import json
import random
from pathlib import Path

import zstandard

LEVEL = 6


def line_of(document):
    entry = {name: getattr(document, name) for name in ("package", "path", "language", "text")}
    return json.dumps(entry, ensure_ascii=False)


def write_shard(documents, path, seed):
    """Shuffled by `seed`, one JSON object on a line."""
    lines = [line_of(document) + "\n" for document in documents]
    random.Random(seed).shuffle(lines)
    path = Path(path)
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(zstandard.ZstdCompressor(level=LEVEL).compress("".join(lines).encode()))
    partial.replace(path)


def write_training(documents, folder, count):
    """Writes `count` shards 000.jsonl.zst, 001.jsonl.zst, ...; a document's place follows from its path."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.jsonl.zst"):
        old.unlink()  # of an earlier build with more shards
    for number in range(count):
        here = [document for document in documents if document.draw % count == number]
        write_shard(here, folder / f"{number:03d}.jsonl.zst", seed=number)
