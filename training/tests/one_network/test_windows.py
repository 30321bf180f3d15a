import json
import random
import re
from dataclasses import replace

import pytest

from training.model.architecture import FILENAME, START, SUFFIX
from training.one_network.snippets import snippets
from training.one_network.windows import draw_window
from training.tests.conftest import TEXT
from training.tests.one_network.conftest import CONFIG, FILES
from training.train.corpus import Corpus, pack

LINES = 120  # of a file
ALWAYS = replace(CONFIG, trunk=600, named=0.5, snippets=1.0, heads=1.0)


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """Three files of one package and one of another; every line names its file and its number."""
    folder = tmp_path_factory.mktemp("marked")
    with (folder / "data.jsonl").open("w", encoding="utf-8") as file:
        for package, name in (("npm:one", "a"), ("npm:one", "b"), ("npm:one", "c"), ("npm:two", "d")):
            text = "".join(f"({name}line{n}end)\n" for n in range(LINES))
            entry = {"package": package, "path": f"src/{name}.ts", "language": "typescript", "text": text}
            file.write(json.dumps(entry) + "\n")
    return Corpus(pack([f"{folder}/data.jsonl"], folder))


def drawn(corpus, tokenizer, config, count):
    rng = random.Random(7)
    return [draw_window(corpus, corpus.shares(config.mix), tokenizer, config, rng) for _ in range(count)]


def lines_of(text):
    return [(name, int(number)) for name, number in re.findall(r"([a-d])line(\d+)end", text)]


def test_nothing_behind_a_hole_is_read_before_it(marked, tiny):
    """Whatever stands before the text, pieces of other files or this one's head: of this file it has no line that a
    hole's middle or what follows it has."""
    with_others = with_head = 0
    for window in drawn(marked, tiny.tokenizer, ALWAYS, 150):
        for hole in window.holes:
            before = lines_of(tiny.tokenizer.decode(window.trunk[1 : hole.cut]))
            behind = lines_of(tiny.tokenizer.decode([*hole.middle, *hole.suffix[1:]]))
            if behind:
                assert set(before).isdisjoint(behind)
                assert max((n for name, n in before if name == behind[0][0]), default=-1) < behind[0][1]
        own = behind[0][0] if behind else None
        files = {name for name, _ in before}
        with_others += len(files - {own}) > 0
        mine = [n for name, n in before if name == own]
        with_head += bool(mine) and mine[0] == 0 and mine != list(range(len(mine)))
        assert "d" not in files or files == {"d"}  # another package's file is never beside it
    assert with_others > 50 and with_head > 30


def test_pieces_come_from_other_files_of_the_package(marked):
    rng = random.Random(0)
    for number in range(3):
        own = "abc"[number]
        found = snippets(marked, number, "return aline0end bline3end cline119end", rng)
        assert found and all(path != f"src/{own}.ts" and f"{own}line" not in piece for path, piece in found)
    assert snippets(marked, 3, "return", rng) == []


def test_the_piece_that_shares_most_words_comes_first(tmp_path):
    words = {"a": "alpha", "b": "bravo", "c": "charlie"}
    entries = [
        {
            "package": "p",
            "path": f"{name}.py",
            "language": "python",
            "text": f"{word}_one = {word}_two + {word}_six\n" * 60,
        }
        for name, word in words.items()
    ]
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    corpus = Corpus(pack([f"{tmp_path}/x.jsonl"], tmp_path))
    found = snippets(corpus, 0, "charlie_one(charlie_two, charlie_six)", random.Random(0))
    assert [path for path, _ in found] == ["c.py", "b.py"]


def test_a_window_is_one_text_behind_what_stands_before_it(corpus, tiny):
    named = heads = 0
    for window in drawn(corpus, tiny.tokenizer, replace(ALWAYS, snippets=0.5, heads=0.5), 60):
        assert window.trunk[0] == START and len(window.trunk) <= ALWAYS.trunk
        assert 0 < len(window.holes) <= window.block.holes
        paths = [i for i, token in enumerate(window.trunk) if token == FILENAME]
        named += bool(paths)
        for at in paths:
            line = tiny.tokenizer.decode(window.trunk[at + 1 :]).split("\n")[0]
            assert any(name.endswith(line) for name, _, _ in FILES)
        for hole in window.holes:
            assert hole.suffix[0] == SUFFIX and len(hole.suffix) <= window.block.suffix
            assert 0 < len(hole.middle) < window.block.middle and 0 < hole.cut <= len(window.trunk)
            # All of it from the last path, head or piece on; the last characters before the hole are enough.
            text = tiny.tokenizer.decode(window.trunk[max(1, hole.cut - 3) : hole.cut])
            text += tiny.tokenizer.decode(hole.middle + hole.suffix[1:]).rstrip("\ufffd")
            heads += text not in TEXT  # begins before the text itself
    assert 15 < named < 45 and heads < 12


def test_a_corpus_without_holes_is_named(tmp_path, tiny):
    (tmp_path / "flat.jsonl").write_text(json.dumps({"text": " " * 250, "language": "python"}) + "\n")
    flat = Corpus(pack([f"{tmp_path}/flat.jsonl"], tmp_path))
    with pytest.raises(ValueError, match="at most 11 or 23 tokens"):
        drawn(flat, tiny.tokenizer, CONFIG, 1)
