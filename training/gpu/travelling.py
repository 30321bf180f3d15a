"""What travels to the machine with every command, beside a pack: the whole checkout, as far as git does not ignore
it."""

import subprocess
from pathlib import Path

from training.gpu.pieces import MEBIBYTE

LIMIT = 64 * MEBIBYTE  # with each command
RELEASED = "models/*/*.safetensors"  # the bundled weights, which would not leave room for anything else
AWAY = ".cache/released-weights"


def travelling(root):
    """{path: bytes} of all files of the checkout at `root` that git tracks, or does not ignore."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True)
    if listed.returncode:
        raise ValueError(f"{root} is not a checkout, so what travels cannot be told: {listed.stderr.strip()}")
    paths = sorted(set(filter(None, listed.stdout.split("\0"))))
    return {path: Path(root, path).lstat().st_size for path in paths if Path(root, path).is_file()}


def without_released(files):
    return {path: size for path, size in files.items() if not _released(path)}


def _released(path):
    return Path(path).match(RELEASED)


def check(files, pack):
    """-> what travels with the largest pack of `pack` bytes, in words. ValueError where that is too much, which says
    what to move out of the way."""
    tree, rest = sum(files.values()), sum(without_released(files).values())
    if tree + pack <= LIMIT:
        return f"{_size(tree + pack)} travel at most: the checkout's {_size(tree)} and a pack of {_size(pack)}."
    said = (
        f"{_size(tree + pack)} would travel, the checkout's {_size(tree)} and a pack of {_size(pack)};"
        f" {_size(LIMIT)} do at most."
    )
    if rest + pack <= LIMIT:
        folders = sorted({Path(path).parent.as_posix() for path in files if _released(path)})
        away = [f"mkdir -p {AWAY}/{folder} && mv {folder}/*.safetensors {AWAY}/{folder}/" for folder in folders]
        back = [f"mv {AWAY}/{folder}/*.safetensors {folder}/" for folder in folders]
        raise ValueError(
            f"{said} Move the released weights ({_size(tree - rest)}) out of the way meanwhile:\n    "
            + "\n    ".join([*away, "and afterwards back:", *back])
        )
    largest = sorted(without_released(files).items(), key=lambda file: -file[1])[:3]
    named = ", ".join(f"{path} ({_size(size)})" for path, size in largest)
    raise ValueError(f"{said} Make smaller packs, or move large files out of the way: {named}.")


def _size(count):
    return f"{count / MEBIBYTE:.1f} MiB"
