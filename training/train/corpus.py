"""The training text, packed into one file that all processes map into memory, and drawn from by group of languages."""

import glob
import hashlib
import io
import json
import lzma
import os
from bisect import bisect_right
from contextlib import closing
from pathlib import Path

import numpy as np
import zstandard

SHORTEST_TEXT = 200  # characters; shorter files hold no hole with something around it

GROUPS = {
    "typescript": ("typescript", "typescriptreact"),
    "javascript": ("javascript", "javascriptreact"),
    "python": ("python",),
    "prose": ("markdown", "plaintext", "restructuredtext"),
}


def group_of(language):
    """VS Code language id -> its group; "other" holds markup, configuration and everything else."""
    return next((group for group, languages in GROUPS.items() if language in languages), "other")


def open_lines(path):
    """The lines of a .jsonl, .jsonl.xz or .jsonl.zst shard."""
    if path.endswith(".xz"):
        return lzma.open(path, "rt", encoding="utf-8")
    if path.endswith(".zst"):
        return io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(open(path, "rb")), "utf-8")
    return open(path, encoding="utf-8")


class Corpus:
    """Documents as UTF-8 bytes one after the other, each known by its group, language and place."""

    def __init__(self, path):
        """`path`: what `pack` answered."""
        self.bytes = np.memmap(path, np.uint8, "r")
        with open(f"{path}.json", encoding="utf-8") as file:
            index = json.load(file)
        self.languages = index["languages"]  # {id: bytes}
        # {group: ([language of each document], [start of each document, ..., end of the last])}; a group is contiguous
        self.groups = {name: (entry["languages"], entry["starts"]) for name, entry in index["groups"].items()}

    @property
    def documents(self):
        return sum(len(languages) for languages, _ in self.groups.values())

    def shares(self, mix):
        """{group: share} of the groups that have text, adding up to 1."""
        unknown = sorted(set(mix) - {*GROUPS, "other"})
        if unknown:
            raise ValueError(f"`mix` names {', '.join(unknown)}; the groups are {', '.join([*GROUPS, 'other'])}.")
        present = {group: mix[group] for group in self.groups if mix.get(group, 0) > 0}
        if not present:
            raise ValueError(f"`mix` gives no share to any of the text's groups: {', '.join(self.groups)}.")
        total = sum(present.values())
        return {group: share / total for group, share in present.items()}

    def draw(self, shares, length, rng):
        """A piece of a document from a line's start on, at most `length` bytes -> text, language id. The group is drawn
        by its share, the place evenly over the group's bytes."""
        group = rng.choices(tuple(shares), tuple(shares.values()))[0]
        languages, starts = self.groups[group]
        at = rng.randrange(starts[0], starts[-1])
        document = bisect_right(starts, at) - 1
        begin, end = starts[document], starts[document + 1]
        start = max(begin, at - length // 2)
        if start > begin:
            found = np.flatnonzero(self.bytes[start : min(end, start + length)] == ord("\n"))
            start = start + int(found[0]) + 1 if len(found) else begin
        text = self.bytes[start : min(end, start + length)].tobytes().decode("utf-8", errors="ignore")
        return text, languages[document]


def pack(patterns, folder):
    """Shards of JSON lines {"text", "language"} -> path for `Corpus`, made in `folder` where it is not there yet."""
    paths = sorted(path for pattern in patterns for path in glob.glob(pattern))
    if not paths:
        raise FileNotFoundError(f"No data: nothing matches {' '.join(patterns)}. training/data/README.md makes it.")
    stamp = json.dumps([(os.path.abspath(p), os.stat(p).st_size, os.stat(p).st_mtime_ns) for p in paths])
    target = Path(folder, f"corpus-{hashlib.sha256(stamp.encode()).hexdigest()[:16]}.bin")
    if Path(f"{target}.json").exists():
        return target
    parts = {group: [] for group in (*GROUPS, "other")}
    for path in paths:
        with closing(open_lines(path)) as lines:
            for line in lines:
                entry = json.loads(line)
                if len(entry["text"]) >= SHORTEST_TEXT:
                    language = entry.get("language", "plaintext")
                    parts[group_of(language)].append((language, entry["text"].encode()))
    if not any(parts.values()):
        raise ValueError(f"No text of {SHORTEST_TEXT} characters or more in {', '.join(paths)}.")
    groups, languages, at = {}, {}, 0
    with open(f"{target}.part", "wb") as out:
        for group, documents in parts.items():
            starts = [at]
            for language, data in documents:
                out.write(data)
                at += len(data)
                starts.append(at)
                languages[language] = languages.get(language, 0) + len(data)
            if documents:
                groups[group] = {"languages": [language for language, _ in documents], "starts": starts}
    os.replace(f"{target}.part", target)
    with open(f"{target}.json.part", "w", encoding="utf-8") as file:
        json.dump({"languages": languages, "groups": groups}, file)
    os.replace(f"{target}.json.part", f"{target}.json")  # last: its presence says that the packing is whole
    return target
