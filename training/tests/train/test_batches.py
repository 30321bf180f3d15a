import json
import lzma
import random
from collections import Counter
from dataclasses import replace

import pytest
import torch
import zstandard

from training.tests.conftest import ROOT, TEXT
from training.train.batches import Batches, loader
from training.train.config import Canvas, read_config
from training.train.corpus import Corpus, group_of, pack

TINY_CONFIG = read_config(ROOT / "training" / "configs" / "tiny.toml")


def entries(*languages):
    return [json.dumps({"text": f"// {language}\n{TEXT}", "language": language}) + "\n" for language in languages]


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "a.jsonl").write_text("".join(entries("typescript", "python", "markdown", "json")), encoding="utf-8")
    return Corpus(pack([f"{tmp_path}/*.jsonl"], tmp_path))


def test_every_kind_of_shard_is_packed(tmp_path):
    lines = [
        json.dumps({"text": f"{name}\n" * 100, "language": "python"}) + "\n" for name in ("plain", "xz", "zst", "two")
    ]
    (tmp_path / "a.jsonl").write_text(lines[0] + json.dumps({"text": "too short"}) + "\n")
    (tmp_path / "b.jsonl.xz").write_bytes(lzma.compress(lines[1].encode()))
    (tmp_path / "c.jsonl.zst").write_bytes(zstandard.compress((lines[2] + lines[3]).encode()))
    path = pack([f"{tmp_path}/*.jsonl*"], tmp_path)
    corpus = Corpus(path)
    assert corpus.documents == 4 and corpus.languages == {"python": 100 * len("plain\nxz\nzst\ntwo\n")}
    rng = random.Random(0)
    seen = {corpus.draw({"python": 1}, 50, rng)[0].split("\n")[0] for _ in range(100)}
    assert seen == {"plain", "xz", "zst", "two"}
    assert pack([f"{tmp_path}/*.jsonl*"], tmp_path) == path  # made once
    (tmp_path / "d.jsonl").write_text(lines[0])
    assert Corpus(pack([f"{tmp_path}/*.jsonl*"], tmp_path)).documents == 5  # new text, new packing


def test_a_package_lies_together_whatever_the_shards(tmp_path):
    places = [("npm:b", "x.ts"), ("npm:a", "z/b.ts"), ("npm:a", "a.ts"), ("npm:b", "a.py"), ("npm:a", "z/a.md")]
    for number, (package, path) in enumerate(places):
        language = {"ts": "typescript", "py": "python", "md": "markdown"}[path[-2:]]
        entry = {"package": package, "path": path, "language": language, "text": f"{package} {path}\n" * 40}
        (tmp_path / f"{number}.jsonl").write_text(json.dumps(entry) + "\n")
    (tmp_path / "6.jsonl").write_text("".join(entries("python", "python")))  # of no package
    corpus = Corpus(pack([f"{tmp_path}/*.jsonl"], tmp_path))
    found = [corpus.document(number) for number in range(corpus.documents)]
    assert [(d.package, d.path) for d in found] == [("", ""), ("", ""), *sorted(places)]
    assert [list(corpus.package_of(number)) for number in (0, 1, 3, 6)] == [[0], [1], [2, 3, 4], [5, 6]]
    for number, document in enumerate(found[2:], 2):
        text = f"{document.package} {document.path}\n" * 40
        assert corpus.text(number) == text and corpus.size(number) == len(text)
        assert corpus.text(number, 3, 4) == text[3:7]
        assert corpus.line_start(number, 1, 100) == len(text) // 40 and corpus.line_start(number, -5, 100) == 0
        assert corpus.line_start(number, len(text) - 1, 100) == len(text)


def test_what_was_packed_in_another_layout_is_not_misread(tmp_path, monkeypatch):
    (tmp_path / "a.jsonl").write_text("".join(entries("python")))
    path = pack([f"{tmp_path}/a.jsonl"], tmp_path)
    monkeypatch.setattr("training.train.corpus.LAYOUT", 1)
    assert pack([f"{tmp_path}/a.jsonl"], tmp_path) != path


def test_missing_data_and_unknown_groups_are_named(tmp_path, corpus):
    with pytest.raises(FileNotFoundError, match=r"nowhere.*README"):
        pack(["nowhere/*.zst"], tmp_path)
    (tmp_path / "empty.jsonl").write_text('{"text": "short"}\n')
    with pytest.raises(ValueError, match="200 characters"):
        pack([f"{tmp_path}/empty.jsonl"], tmp_path)
    with pytest.raises(ValueError, match="cobol"):
        corpus.shares({"cobol": 1})
    with pytest.raises(ValueError, match="no share"):
        corpus.shares({"javascript": 1})


def test_groups_are_drawn_by_their_shares(corpus):
    shares = corpus.shares({"typescript": 0.4, "javascript": 0.15, "python": 0.3, "prose": 0.1, "other": 0.2})
    assert shares == pytest.approx({"typescript": 0.4, "python": 0.3, "prose": 0.1, "other": 0.2})
    rng = random.Random(0)
    drawn = Counter(group_of(corpus.draw(shares, 100, rng)[1]) for _ in range(4000))
    assert all(drawn[group] / 4000 == pytest.approx(share, abs=0.03) for group, share in shares.items())


def test_pieces_start_with_a_line_and_stay_in_their_document(corpus):
    rng, shares = random.Random(1), corpus.shares({"typescript": 1, "python": 1})
    starts = Counter()
    for _ in range(300):
        text, language = corpus.draw(shares, 700, rng)
        document = f"// {language}\n{TEXT}"
        at = document.index(text.rstrip("\ufffd"))
        assert at == 0 or document[at - 1] == "\n"
        assert len(text.encode()) <= 700
        starts[at == 0] += 1
    assert starts[True] > 0 and starts[False] > 100


def test_a_step_is_the_same_for_one_process_and_for_several(corpus, tiny):
    config = replace(TINY_CONFIG, batch=4)
    one = Batches(corpus, tiny.tokenizer, config)[7]
    shared = [Batches(corpus, tiny.tokenizer, config, rank, 2)[7] for rank in (0, 1)]
    for name, tensor in one.items():
        assert torch.equal(tensor[0::2], shared[0][name]) and torch.equal(tensor[1::2], shared[1][name])
    other = Batches(corpus, tiny.tokenizer, config)[8]
    assert not torch.equal(one["ids"], other["ids"])
    with pytest.raises(ValueError, match="evenly"):
        Batches(corpus, tiny.tokenizer, config, 0, 3)


def test_workers_do_not_change_the_order(corpus, tiny):
    batches = Batches(corpus, tiny.tokenizer, TINY_CONFIG)
    for ahead, step in zip(loader(batches, range(3, 6), 2, "cpu"), range(3, 6), strict=True):
        assert all(torch.equal(ahead[name], tensor) for name, tensor in batches[step].items())


def test_canvases_are_mixed_by_their_shares(corpus, tiny):
    canvases = (Canvas(8, 4, 0.2), Canvas(16, 3, 0.5), Canvas(32, 1, 0.3))
    batches = Batches(corpus, tiny.tokenizer, replace(TINY_CONFIG, canvases=canvases))
    drawn = Counter(batches.shape(step).canvas for step in range(3000))
    assert all(drawn[c.size] / 3000 == pytest.approx(c.share, abs=0.03) for c in canvases)
    step = next(step for step in range(50) if batches.shape(step).canvas == 8)
    assert batches[step]["noisy"].shape == (2, 4, 3, 8)


def test_a_corpus_without_holes_is_named(tmp_path, tiny):
    (tmp_path / "flat.jsonl").write_text(json.dumps({"text": " " * 250, "language": "python"}) + "\n")
    batches = Batches(Corpus(pack([f"{tmp_path}/flat.jsonl"], tmp_path)), tiny.tokenizer, TINY_CONFIG)
    with pytest.raises(ValueError, match="canvas of 16"):
        batches[0]
