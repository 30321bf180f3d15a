"""The training text, packed into one file that all processes map into memory, and drawn from by group of languages."""

import glob
import hashlib
import io
import json
import lzma
import os
from bisect import bisect_right
from contextlib import closing
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Document:
    package: str  # "" where a shard does not say
    path: str
    language: str


class Corpus:
    """Documents as UTF-8 bytes one after the other, those of a package beside each other, in the order of their
    paths."""

    def __init__(self, path):
        """`path`: what `pack` answered."""
        self.bytes = np.memmap(path, np.uint8, "r")
        with open(f"{path}.json", encoding="utf-8") as file:
            index = json.load(file)
        self.entries = index["documents"]  # [package, path, language]
        self.starts = index["starts"]  # of each document, and the end of the last
        self.languages = {}  # {id: bytes}
        self.groups = {}  # {group: ([document], [0, bytes of the first, of the first two, ...])}
        self._packages = {}  # {package: [first document, one behind its last]}
        for document, (package, _, language) in enumerate(self.entries):
            size = self.size(document)
            self.languages[language] = self.languages.get(language, 0) + size
            members, ends = self.groups.setdefault(group_of(language), ([], [0]))
            members.append(document)
            ends.append(ends[-1] + size)
            self._packages.setdefault(package, [document, document])[1] = document + 1

    @property
    def documents(self):
        return len(self.entries)

    def document(self, number):
        return Document(*self.entries[number])

    def size(self, number):
        """bytes"""
        return self.starts[number + 1] - self.starts[number]

    def package_of(self, number):
        """-> range of the documents of this one's package, itself among them"""
        package = self.entries[number][0]
        return range(*self._packages[package]) if package else range(number, number + 1)

    def shares(self, mix):
        """{group: share} of the groups that have text, adding up to 1."""
        unknown = sorted(set(mix) - {*GROUPS, "other"})
        if unknown:
            raise ValueError(f"`mix` names {', '.join(unknown)}; the groups are {', '.join([*GROUPS, 'other'])}.")
        present = {group: mix[group] for group in mix if mix[group] > 0 and group in self.groups}
        if not present:
            raise ValueError(f"`mix` gives no share to any of the text's groups: {', '.join(self.groups)}.")
        total = sum(present.values())
        return {group: share / total for group, share in present.items()}

    def draw_place(self, shares, rng):
        """-> document, byte within it: the group by its share, the place evenly over the group's bytes."""
        group = rng.choices(tuple(shares), tuple(shares.values()))[0]
        members, ends = self.groups[group]
        at = rng.randrange(ends[-1])
        i = bisect_right(ends, at) - 1
        return members[i], at - ends[i]

    def line_start(self, number, at, within):
        """The first line of a document that starts behind byte `at`, at most `within` bytes on; 0 if there is none, or
        `at` is not in the document."""
        if at <= 0:
            return 0
        begin, end = self.starts[number] + at, self.starts[number + 1]
        found = np.flatnonzero(self.bytes[begin : min(end, begin + within)] == ord("\n"))
        return at + int(found[0]) + 1 if len(found) else 0

    def text(self, number, start=0, length=None):
        """At most `length` bytes of a document from byte `start` on, which a character begins."""
        begin, end = self.starts[number] + start, self.starts[number + 1]
        end = end if length is None else min(end, begin + length)
        return self.bytes[begin:end].tobytes().decode("utf-8", errors="ignore")

    def draw(self, shares, length, rng):
        """A piece of a document from a line's start on, at most `length` bytes -> text, language id; see
        `draw_place`."""
        number, at = self.draw_place(shares, rng)
        start = self.line_start(number, at - length // 2, length)
        return self.text(number, start, length), self.entries[number][2]


LAYOUT = 2  # of the packed files: counted up when it changes, so that what was packed before is not misread


def pack(patterns, folder):
    """Shards of JSON lines {"text", "language", "package", "path"} -> path for `Corpus`, made in `folder` where it is
    not there yet. What a shard says beside the text may be missing; documents without package stand alone."""
    paths = sorted(path for pattern in patterns for path in glob.glob(pattern))
    if not paths:
        raise FileNotFoundError(f"No data: nothing matches {' '.join(patterns)}. training/data/README.md makes it.")
    stamp = json.dumps([LAYOUT, *((os.path.abspath(p), os.stat(p).st_size, os.stat(p).st_mtime_ns) for p in paths)])
    target = Path(folder, f"corpus-{hashlib.sha256(stamp.encode()).hexdigest()[:16]}.bin")
    if Path(f"{target}.json").exists():
        return target
    documents = []
    for path in paths:
        with closing(open_lines(path)) as lines:
            for line in lines:
                entry = json.loads(line)
                if len(entry["text"]) >= SHORTEST_TEXT:
                    place = (entry.get("package", ""), entry.get("path", ""), entry.get("language", "plaintext"))
                    documents.append((place, entry["text"].encode()))
    if not documents:
        raise ValueError(f"No text of {SHORTEST_TEXT} characters or more in {', '.join(paths)}.")
    documents.sort(key=lambda document: document[0][:2])
    starts = [0]
    with open(f"{target}.part", "wb") as out:
        for _, data in documents:
            out.write(data)
            starts.append(starts[-1] + len(data))
    os.replace(f"{target}.part", target)
    with open(f"{target}.json.part", "w", encoding="utf-8") as file:
        json.dump({"documents": [place for place, _ in documents], "starts": starts}, file)
    os.replace(f"{target}.json.part", f"{target}.json")  # last: its presence says that the packing is whole
    return target
