import subprocess

import pytest

from training.gpu.pieces import MEBIBYTE
from training.gpu.prepare import pack_limit
from training.gpu.travelling import LIMIT, check, travelling, without_released


@pytest.fixture
def checkout(tmp_path):
    git(tmp_path, "init", "--quiet")
    (tmp_path / ".gitignore").write_text(".stage/\n")
    for path, size in (("a/tracked.py", 30), ("models/some/m.safetensors", 5000), (".stage/1/pack", 700), ("new", 7)):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"x" * size)
    git(tmp_path, "add", "a", "models", ".gitignore")
    return tmp_path


def git(folder, *command):
    subprocess.run(["git", "-C", folder, *command], check=True)


def test_what_git_does_not_ignore_travels(checkout):
    files = travelling(checkout)
    assert files == {".gitignore": 8, "a/tracked.py": 30, "models/some/m.safetensors": 5000, "new": 7}
    assert sum(without_released(files).values()) == 45
    (checkout / "models" / "some" / "m.safetensors").rename(checkout / ".stage" / "m")
    assert travelling(checkout) == without_released(files)


def test_what_is_no_checkout_is_said(tmp_path):
    with pytest.raises(ValueError, match="is not a checkout"):
        travelling(tmp_path)


def test_too_much_is_refused_and_the_remedy_works(checkout):
    weights = checkout / "models" / "some" / "m.safetensors"
    with weights.open("ab") as file:
        file.truncate(LIMIT)
    files = travelling(checkout)
    with pytest.raises(
        ValueError, match=r"74\.0 MiB would travel.*64\.0 MiB do at most.*weights \(64\.0 MiB\)"
    ) as error:
        check(files, 10 * MEBIBYTE)
    away, back = (line.strip() for line in str(error.value).split("\n") if " mv " in line or "mv " in line.strip()[:3])
    subprocess.run(["bash", "-c", away], cwd=checkout, check=True)
    # .cache is ignored in the project's own checkout
    (checkout / ".gitignore").write_text(".stage/\n.cache/\n")
    assert not weights.exists() and "10.0 MiB travel at most" in check(travelling(checkout), 10 * MEBIBYTE)
    subprocess.run(["bash", "-c", back], cwd=checkout, check=True)
    assert weights.stat().st_size == LIMIT


def test_what_else_is_too_large_is_named(checkout):
    (checkout / "new").write_bytes(b"")
    with (checkout / "new").open("ab") as file:
        file.truncate(LIMIT)
    with pytest.raises(ValueError, match=r"smaller packs, or move large files out of the way: new \(64\.0 MiB\)"):
        check(travelling(checkout), MEBIBYTE)


def test_a_pack_takes_what_the_checkout_leaves():
    files = {"a": 14 * MEBIBYTE}
    assert pack_limit(files, None) == 48.5 * MEBIBYTE
    assert pack_limit(files, 20) == 20 * MEBIBYTE
    with pytest.raises(ValueError, match=r"pack of 51\.0 MiB does not fit: the checkout has 14\.0 MiB"):
        pack_limit(files, 51)
    with pytest.raises(ValueError, match="does not fit"):
        pack_limit({"a": 70 * MEBIBYTE}, None)
