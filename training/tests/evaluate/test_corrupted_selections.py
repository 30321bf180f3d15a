import json
from collections import Counter
from dataclasses import asdict

import pytest

from training.evaluate import corrupted_selections as made
from training.evaluate.corrupted_selections import FEWEST, MOST, corrupted_selections, differ_in_one, main
from training.evaluate.corruptions import KINDS
from training.evaluate.typed_lines import half_of
from training.tests.conftest import ROOT

CODE = """
// the first order is not counted here
export function total{n}(orders: Order[], rate: number): number {{
  let sum = {n};
  for (const order of orders) {{
    if (order.paid && order.amount > {n}) {{
      // add what is left of the order
      sum += scaled(order, rate);
      report(sum, order);
    }}
  }}
  return round(sum, rate);
}}
"""
PROSE = """
The engine fills a hole between two pieces of text. It does so {n} times.
Nothing else is needed for that, as the next sentence says.
There is another line with some words, and a last one.
"""


def write_files(path, packages=8, files=6):
    """A shard of TypeScript and Markdown files, every second one longer than what is told of it."""
    with path.open("w", encoding="utf-8") as out:
        for language, text in (("typescript", CODE), ("markdown", PROSE)):
            for package in range(packages):
                for file in range(files):
                    whole = "".join(text.format(n=f"{package}{file}{i}") for i in range(4 + 60 * (file % 2)))
                    place = {"package": f"package-{package}", "path": f"{language}/{file}", "language": language}
                    out.write(json.dumps(place | {"text": whole}) + "\n")
    return path


@pytest.fixture(scope="module")
def shard(tmp_path_factory):
    return write_files(tmp_path_factory.mktemp("corrupted") / "val.jsonl")


@pytest.fixture(scope="module")
def selections(shard, tiny):
    return corrupted_selections(shard, tiny.tokenizer, 40)


def test_the_same_selections_every_time(shard, selections, tiny):
    assert corrupted_selections(shard, tiny.tokenizer, 40) == selections
    assert corrupted_selections(shard, tiny.tokenizer, 15) == selections[:15]
    assert corrupted_selections(shard, tiny.tokenizer, 40, seed=1) != selections
    assert len({s.id for s in selections}) == len(selections)


def test_without_its_faults_a_selection_is_the_files_whole_lines(shard, selections):
    texts = {}
    for file in map(json.loads, shard.read_text(encoding="utf-8").splitlines()):
        texts[f"{file['package']}/{file['path']}"] = file["text"]
    cut = 0
    for s in selections:
        text = s.selection
        for fault in reversed(s.faults):
            assert text[fault.start : fault.end] == fault.wrong
            text = text[: fault.start] + fault.right + text[fault.end :]
        assert text == s.original and (text == s.selection) == (not s.faults)
        whole = texts[s.id.split(":")[0]]
        around = s.prefix + s.original + s.suffix
        at = whole.index(around)
        assert at == 0 or whole[at - 1] == "\n"
        assert FEWEST <= s.original.count("\n") <= MOST and s.original.endswith("\n")
        assert max(len(s.prefix), len(s.suffix)) <= made.AROUND
        cut += around != whole
    assert cut > 0


def test_how_many_faults_and_of_which_kinds(shard, tiny):
    every = [s for half in ("fit", "judge") for s in corrupted_selections(shard, tiny.tokenizer, 48, half)]
    counts = Counter(len(s.faults) for s in every)
    assert set(counts) <= set(range(6)) and counts[1] > counts[2] and 0.2 < counts[0] / len(every) < 0.5
    kinds = Counter(fault.kind for s in every for fault in s.faults)
    assert set(kinds) == set(KINDS) and max(kinds.values()) <= 4 * min(kinds.values())
    assert all(fault.kind in ("missing line", "doubled line", "misspelt word", "doubled word")
               for s in every if s.language == "markdown" for fault in s.faults)  # fmt: skip


def test_packages_are_of_one_half(shard, tiny, selections):
    other = corrupted_selections(shard, tiny.tokenizer, 40, "fit")
    assert {half_of(s.package) for s in selections} == {"judged"} and {half_of(s.package) for s in other} == {"fitted"}
    assert {s.half for s in other} == {"fit"}


def test_faults_of_one_token(tiny, selections):
    assert differ_in_one([1, 2, 3], [1, 5, 3])
    assert not differ_in_one([1, 2, 3], [1, 2, 3]) and not differ_in_one([1, 2], [1, 2, 3])
    assert not differ_in_one([1, 2, 3], [4, 5, 3])
    for s in selections:
        if len(s.faults) == 1:
            whole = [tiny.tokenizer.encode(s.prefix + text + s.suffix).ids for text in (s.selection, s.original)]
            assert s.faults[0].token == differ_in_one(*whole)


def test_a_file_without_room_is_told(tmp_path, tiny):
    path = tmp_path / "val.jsonl"
    path.write_text(json.dumps({"package": "package-0", "path": "a", "language": "python", "text": "x = 1\n"}))
    for half in ("fit", "judge"):
        with pytest.raises(ValueError, match="no file in which 4 lines"):
            corrupted_selections(path, tiny.tokenizer, 4, half)


def test_they_are_written_as_lines(tmp_path, shard, selections):
    out = tmp_path / "out.jsonl"
    folder = ROOT / "test" / "fixtures" / "tiny" / "fp32"
    main(["--model", str(folder), "--val", str(shard), "--out", str(out), "--selections", "15"])
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert lines == [json.loads(json.dumps(asdict(s))) for s in selections[:15]]
