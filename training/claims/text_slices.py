"""Cuts the experiments' text out of the corpus (training/data): Python, three streams from different packages.

    python -m training.claims.text_slices --corpus .cache/corpus --out .cache/claims

`models.txt` is what the compared networks read, `judge.txt` what the judge of their samples reads, `held-out.txt` comes
from the corpus' validation packages. A file gives one piece, so that even a short slice has many authors."""

import argparse
import hashlib
import io
import json
from pathlib import Path

import zstandard

from training.claims.characters import encode, writable

PIECE = 2048  # characters
PIECES_OF_A_PACKAGE = 60
CHARACTERS = {"models": 6_000_000, "judge": 6_000_000, "held-out": 1_000_000}  # at most


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--corpus", required=True, help="what training/data/build_corpus.py wrote")
    p.add_argument("--out", required=True)
    return p.parse_args(argv)


def read_documents(path):
    """-> [{"package", "path", "language", "text"}] one at a time"""
    with zstandard.open(path, "rb") as file:
        yield from map(json.loads, io.TextIOWrapper(file, encoding="utf-8"))


def draw(*names):
    """A number that depends on names alone, below 2**64."""
    return int.from_bytes(hashlib.sha256("/".join(names).encode()).digest()[:8])


def piece_of(document):
    """`PIECE` characters that begin at a line's start, or None where the file is short or has other characters."""
    text = document["text"].replace("\t", "    ")
    if document["language"] != "python" or len(text) < 2 * PIECE or not writable(text):
        return None
    start = text.rfind("\n", 0, draw(document["package"], document["path"], "start") % (len(text) - PIECE)) + 1
    return text[start : start + PIECE]


def stream(documents, most):
    """Pieces in an order that mixes the packages -> text of at most `most` characters."""
    pieces, taken = [], {}
    for document in documents:
        piece = piece_of(document)
        if piece:
            pieces.append((draw(document["package"], document["path"]), document["package"], piece))
    text = io.StringIO()
    for _, package, piece in sorted(pieces):
        taken[package] = taken.get(package, 0) + 1
        if taken[package] <= PIECES_OF_A_PACKAGE and text.tell() + PIECE <= most:
            text.write(piece)
    return text.getvalue()


def main(argv=None):
    options = arguments(argv)
    corpus, out = Path(options.corpus), Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    shards = sorted((corpus / "train").glob("*.zst"))
    sides = {"models": [], "judge": []}
    for shard in shards:
        for document in read_documents(shard):
            if document["language"] == "python":
                sides["judge" if draw(document["package"]) % 2 else "models"].append(document)
    sides["held-out"] = read_documents(corpus / "val.jsonl.zst")
    for name, documents in sides.items():
        text = stream(documents, CHARACTERS[name])
        (out / f"{name}.txt").write_text(text, encoding="ascii", newline="\n")
        print(f"{name}: {len(text)} characters, sha256 {hashlib.sha256(text.encode()).hexdigest()}")


def read_stream(folder, name):
    """-> [characters] int64"""
    path = Path(folder, f"{name}.txt")
    if not path.exists():
        raise FileNotFoundError(f"There is no {path}: make it with `python -m training.claims.text_slices`.")
    return encode(path.read_text(encoding="ascii"))


if __name__ == "__main__":
    main()
