import json
import lzma
import random
from itertools import islice

import pytest
import torch
import zstandard
from conftest import SHAPE, TEXT

from architecture import EOM, START
from holes import Batches, cut_holes, documents


def test_window_and_middle_and_suffix_are_one_text(tiny):
    rng = random.Random(0)
    windows = [w for w in (cut_holes(TEXT, tiny.tokenizer, rng, SHAPE) for _ in range(60)) if w]
    assert len(windows) > 30
    inside_a_token = beyond_ascii = 0
    for ids, holes in windows:
        assert ids[0] == START and len(ids) <= SHAPE.window and len(holes) == SHAPE.holes
        for cut, middle, suffix in holes:
            assert suffix[0] == START and len(suffix) <= SHAPE.suffix
            assert 24 < cut <= len(ids) and 0 < len(middle) < SHAPE.canvas
            parts = [tiny.tokenizer.decode(part) for part in (ids[1:cut], middle, suffix[1:])]
            assert "\ufffd" not in parts[0] + parts[1]
            text = "".join(parts).rstrip("\ufffd")  # the suffix may be cut off within a character
            assert text in TEXT
            beyond_ascii += not parts[1].isascii()
            inside_a_token += (
                tiny.tokenizer.encode(tiny.tokenizer.decode(middle + suffix[1:])).ids != middle + suffix[1:]
            )
    assert beyond_ascii > 0
    assert inside_a_token > 0  # cut at characters: some middles end where no token does


def test_text_that_is_too_short_gives_nothing(tiny):
    assert cut_holes("short", tiny.tokenizer, random.Random(0), SHAPE) is None


def test_every_kind_of_shard_is_read(tmp_path):
    texts = [f"{name} " * 100 for name in ("plain", "xz", "zst", "same")]
    lines = [json.dumps({"text": text}) + "\n" for text in [*texts, "too short"]]
    (tmp_path / "a.jsonl").write_text(lines[0] + lines[4])
    (tmp_path / "b.jsonl.xz").write_bytes(lzma.compress(lines[1].encode()))
    (tmp_path / "c.jsonl.zst").write_bytes(zstandard.compress((lines[2] + lines[3]).encode()))
    paths = sorted(map(str, tmp_path.iterdir()))
    assert sorted(islice(documents(paths, 0), 4)) == sorted(texts)
    assert len(list(islice(documents(paths, 0), 41))) == 41  # round after round
    assert set(islice(documents(paths, 0, buffer=3), 40)) == set(texts)


def test_batches(tmp_path, tiny):
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": TEXT}) + "\n")
    first, again = (next(iter(Batches([f"{tmp_path}/*.jsonl"], tiny.tokenizer, 2, SHAPE, seed=3))) for _ in range(2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert first["ids"].shape == (2, SHAPE.window) and first["canvas"].shape == (2, SHAPE.holes, SHAPE.canvas)
    for canvas, length in zip(first["canvas"].view(-1, SHAPE.canvas), first["length"].flatten(), strict=True):
        assert (canvas[length:] == EOM).all() and not (canvas[:length] == EOM).any()


def test_missing_data_is_named():
    with pytest.raises(FileNotFoundError, match="nowhere"):
        Batches(["nowhere/*.zst"], None, 1, SHAPE, 0)
