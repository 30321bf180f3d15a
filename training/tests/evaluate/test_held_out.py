import json
from collections import Counter
from dataclasses import asdict

import pytest

from training.evaluate.held_out import LEAST_BEFORE, LONGEST_MIDDLE, PREFIX, SUFFIX, held_out_holes
from training.tests.conftest import ROOT
from training.train.cuts import CODE, PROSE

CODE_TEXT = """
export function total{n}(orders: Order[], rate: number): number {{
  let sum = 0;
  for (const order of orders) {{
    if (order.paid && order.amount > {n}) {{
      sum += order.amount * rate;
      log('order', order.id, sum);
    }}
  }}
  return Math.round(sum);
}}
"""
PROSE_TEXT = """
## Part {n}

The engine fills a hole between two pieces of text. It does so {n} times. Nothing else is needed!

- One entry of a list, with some words.
- Another one.
"""


def write_shard(path, packages=3, files=2):
    """Packages of TypeScript and Markdown files, every text another; some longer than the windows."""
    with path.open("w", encoding="utf-8") as out:
        for language, text in (("typescript", CODE_TEXT), ("markdown", PROSE_TEXT)):
            for package in range(packages):
                for file in range(files):
                    sections = range(3 + 40 * file)
                    entry = {
                        "package": f"package-{package}",
                        "path": f"{language}/{file}",
                        "language": language,
                        "text": "".join(text.format(n=f"{package}{file}{i}") for i in sections),
                    }
                    out.write(json.dumps(entry) + "\n")
    return path


@pytest.fixture(scope="module")
def shard(tmp_path_factory):
    return write_shard(tmp_path_factory.mktemp("held-out") / "val.jsonl")


@pytest.fixture(scope="module")
def holes(shard, tiny):
    return held_out_holes(shard, tiny.tokenizer, 4)


def test_the_same_holes_every_time(shard, holes, tiny):
    assert held_out_holes(shard, tiny.tokenizer, 4) == holes
    assert held_out_holes(shard, tiny.tokenizer, 4, seed=1) != holes
    fewer = held_out_holes(shard, tiny.tokenizer, 2)
    for group, kind in {(h.group, h.kind) for h in holes}:
        same = [h for h in holes if (h.group, h.kind) == (group, kind)]
        assert [h for h in fewer if (h.group, h.kind) == (group, kind)] == same[:2]
    assert len({h.id for h in holes}) == len(holes)


def test_prefix_middle_and_suffix_are_the_text(shard, holes):
    texts = {(e["package"], e["language"]): [] for e in map(json.loads, shard.read_text().splitlines())}
    for entry in map(json.loads, shard.read_text().splitlines()):
        texts[entry["package"], entry["language"]].append(entry["text"])
    shortened = 0
    for hole in holes:
        whole = hole.prefix + hole.middle + hole.suffix
        (text,) = (t for t in texts[hole.package, hole.language] if whole in t)
        at = text.index(whole)
        assert at == 0 or text[at - 1] == "\n"
        assert at == 0 or len(hole.prefix) > PREFIX - 200
        assert len(hole.prefix) <= PREFIX and len(hole.suffix) <= SUFFIX
        assert len(hole.suffix) == SUFFIX or text.endswith(whole)
        shortened += at > 0
    assert shortened > 5


def test_kinds_and_sizes(holes, tiny):
    counts = Counter((h.group, h.kind) for h in holes)
    assert set(counts) == {("typescript", kind) for kind in CODE} | {("prose", kind) for kind in PROSE}
    assert set(counts.values()) == {4}
    for hole in holes:
        assert len(hole.prefix) >= LEAST_BEFORE
        assert len(tiny.tokenizer.encode(hole.middle).ids) <= LONGEST_MIDDLE
        assert (hole.middle == "") == (hole.kind == "nothing")
        if hole.kind in ("rest", "argument", "span"):
            assert "\n" not in hole.middle
        if hole.kind == "across":
            assert "\n" in hole.middle
        if hole.kind in ("rest", "lines", "block", "nothing"):
            assert hole.suffix[:1] in ("\n", "")


def test_one_of_a_kind_from_a_file_and_all_packages(holes):
    for kind in CODE:
        same = [h for h in holes if (h.group, h.kind) == ("typescript", kind)]
        assert len({h.id.split(":")[0] for h in same}) == 4
        assert len({h.package for h in same}) == 3


def test_files_without_room_for_a_hole(tmp_path, tiny):
    path = tmp_path / "val.jsonl"
    path.write_text(json.dumps({"package": "p", "path": "a", "language": "python", "text": "x = 1\n" * 9}))
    with pytest.raises(ValueError, match="no file in which a hole can be cut"):
        held_out_holes(path, tiny.tokenizer, 4)


def test_a_hole_is_plain_data(holes):
    assert json.loads(json.dumps(asdict(holes[0])))["kind"] == holes[0].kind
    assert str(ROOT) not in json.dumps([asdict(h) for h in holes])
