"""Which of the documents at hand make the corpus: training text by its groups' shares, all sorts of validation text."""

import zlib
from collections import Counter
from dataclasses import dataclass

MIX = {"ts": 0.40, "js": 0.15, "py": 0.30, "doc": 0.08, "conf": 0.07}  # shares of the bytes
STUB_SHARE = 0.045  # of all bytes
VALIDATION_FILES = 80  # of one language and package, so that no package speaks for a language
VALIDATION_STUBS = 8


@dataclass(frozen=True)
class Document:
    package: str  # "npm:name"
    path: str
    language: str  # VS Code's id
    group: str  # of MIX, or "stub"
    size: int  # bytes
    text: str

    @property
    def draw(self):
        """A number below 2^32, always the same for this path."""
        return zlib.crc32(f"{self.package}/{self.path}".encode())


def shares_to_keep(available, target):
    """{group: bytes at hand}, bytes wanted in all -> {group: share of its documents to keep}, at most 1."""
    shares = MIX | {"stub": STUB_SHARE}
    keep = {group: min(1, share * target / max(1, available[group])) for group, share in shares.items()}
    stubs = keep["stub"] * available["stub"]  # nearly all TypeScript's, so they count towards its share
    keep["ts"] = min(1, max(0, MIX["ts"] * target - stubs) / max(1, available["ts"]))
    return keep


def training_documents(documents, target):
    """-> those of `documents` that are drawn, about `target` bytes; the same ones every time."""
    available = Counter()
    for document in documents:
        available[document.group] += document.size
    keep = shares_to_keep(available, target)
    return [document for document in documents if document.draw < keep[document.group] * 2**32]


def validation_documents(documents):
    """-> as many of each package and language as VALIDATION_FILES and VALIDATION_STUBS allow."""
    taken, chosen = Counter(), []
    for document in sorted(documents, key=lambda document: (document.draw, document.package, document.path)):
        stub = document.group == "stub"
        place = (document.package, document.language, stub)
        if taken[place] < (VALIDATION_STUBS if stub else VALIDATION_FILES):
            taken[place] += 1
            chosen.append(document)
    return chosen
