import json

import pytest

from training.gpu.whole_packages import packages_of, some_packages, write_shards
from training.train.corpus import open_lines


def shard(path, files):
    path.write_text(
        "".join(json.dumps({"package": p, "path": f, "language": "python", "text": t}) + "\n" for p, f, t in files)
    )
    return path


@pytest.fixture
def torn(tmp_path):
    """Three packages whose files lie in two shards."""
    long = "é" * 300
    return [
        shard(tmp_path / "0.jsonl", [("b", "2.py", long), ("a", "1.py", long * 3), ("c", "1.py", long)]),
        shard(tmp_path / "1.jsonl", [("b", "1.py", long), ("a", "short.py", "x"), ("c", "2.py", long * 2)]),
    ]


def read(path):
    with open_lines(str(path)) as lines:
        return [json.loads(line) for line in lines]


def test_packages_are_whole_in_one_shard_with_their_files_side_by_side(torn, tmp_path):
    paths = write_shards(packages_of(torn), tmp_path / "out", 2)
    assert [path.name for path in paths] == ["000.jsonl.zst", "001.jsonl.zst"]
    shards = [[(entry["package"], entry["path"]) for entry in read(path)] for path in paths]
    assert shards == [[("a", "1.py")], [("b", "1.py"), ("b", "2.py"), ("c", "1.py"), ("c", "2.py")]]
    before = {(e["package"], e["path"]): e for path in torn for e in read(path) if len(e["text"]) >= 200}
    assert before == {(e["package"], e["path"]): e for path in paths for e in read(path)}
    assert len(write_shards(packages_of(torn), tmp_path / "more", 9)) == 3


def test_some_packages_are_whole_and_not_too_large(torn):
    packages = packages_of(torn)
    size = {name: sum(map(len, lines)) for name, lines in packages}
    assert [name for name, _ in some_packages(packages, 10**6, 10**6)] == ["a", "b", "c"]
    assert [name for name, _ in some_packages(packages, 10**6, size["b"])] == ["b"]
    (one,) = some_packages(packages, 1, 10**6)
    assert one in packages
    assert [name for name, _ in some_packages(packages, 10**6, 1)] == ["b"]


def test_nothing_to_take_along_is_said(tmp_path):
    with pytest.raises(ValueError, match="No text of 200 characters"):
        packages_of([shard(tmp_path / "0.jsonl", [("a", "1.py", "x")])])
