"""What one package gives to the corpus: its sources, filtered, cleaned, each text once, of no sort too much."""

import re
import zlib
from collections import Counter
from dataclasses import dataclass
from hashlib import sha1

from training.data.archives import mapped_sources, members
from training.data.decontaminate import is_contaminated
from training.data.duplicates import shingles
from training.data.languages import CODE, extension, group_of, is_stub, language_of
from training.data.path_filters import is_built, is_foreign, is_prose_text
from training.data.text_filters import LONGEST, SHORTEST, clean

PACKAGE_LIMIT, SORT_LIMIT = 4_000_000, 1_000_000  # bytes; the second of stubs, and of everything that is not code
LONGEST_MAP = 20_000_000  # bytes
ELSEWHERE = {  # languages that are data, or compiled, in a package of this kind
    "npm": ("python", "plaintext"),
    "pypi": ("javascript", "javascriptreact", "json", "jsonc"),
}
BUILDABLE = ("javascript", "javascriptreact", "css", "scss", "less", "html", "json", "jsonc")
COMPONENTS = ("vue", "svelte")  # code to a person, though the mix counts them as markup
MAPPED = ("typescript", "typescriptreact", "javascriptreact", *COMPONENTS)
SCRIPT, TYPED, DECLARED = (re.compile(rf"\.{end}$") for end in ("[cm]?jsx?", "[cm]?tsx?", r"d\.[cm]?ts"))
SOURCE = re.compile(r"\.([cm]?tsx?|jsx)$|^src/.*js$")


@dataclass(frozen=True)
class File:
    path: str
    language: str  # VS Code's id
    text: str
    marks: object  # shingles


def package_files(kind, name, body):
    """An archive's bytes -> [File], Counter of why files were left out. archives.UNREADABLE when it is damaged."""
    found = candidates(kind, body)
    files, dropped, seen, used = [], Counter(), set(), Counter()
    # In an order by hash, what the limits leave is a sample of the package and not the start of its alphabet.
    for path in sorted(found, key=lambda path: (zlib.crc32(f"{name}/{path}".encode()), path)):
        sort = sort_of(path)
        room = PACKAGE_LIMIT - used.total() if sort == "code" else SORT_LIMIT - used[sort]
        if len(found[path]) > min(room, PACKAGE_LIMIT - used.total()):
            dropped["limit of a package"] += 1
            continue
        text, reason = clean(path, found[path])
        if text is None:
            dropped[reason] += 1
            continue
        digest = sha1(text.encode()).digest()
        if digest not in seen:
            seen.add(digest)
            used[sort] += len(text.encode())
            files.append((path, language_of(path), text))
    files = without_compiled(files)
    clear = [file for file in files if not is_contaminated(file[2])]
    dropped["benchmark"] += len(files) - len(clear)
    return [File(*file, shingles(file[2])) for file in clear], dropped


def sort_of(path):
    """What the limits tell apart."""
    if is_stub(path):
        return "stub"
    language = language_of(path)
    return "code" if group_of(language) in CODE or language in COMPONENTS else "other"


def candidates(kind, body):
    """-> {path: bytes} of the files that are sources by path and size, those inside source maps among them."""
    found, libraries = {}, {}
    for path, size, read in members(body):
        if is_foreign(path):
            continue
        language = language_of(path)
        if kind == "npm" and extension(path) == ".map" and size < LONGEST_MAP:
            for source, text in mapped_sources(read()):
                if language_of(source) in MAPPED and not is_foreign(source) and SHORTEST <= len(text) <= LONGEST:
                    found.setdefault(source, text.encode("utf-8", "ignore"))
        elif language and language not in ELSEWHERE[kind] and SHORTEST <= size <= LONGEST:
            buildable = language in BUILDABLE
            if (kind == "npm" and buildable and is_built(path)) or (
                extension(path) == ".txt" and not is_prose_text(path)
            ):
                continue
            (libraries if buildable and path.startswith("lib/") else found)[path] = read()
    if not any(SOURCE.search(path) and not is_stub(path) for path in found):
        found.update(libraries)  # no other source: lib/ is what people wrote
    return found


def without_compiled(files):
    """[(path, language, text)] -> without the JavaScript that a compiler wrote beside its .ts or .d.ts."""
    paths = [path for path, _, _ in files]
    declared = {DECLARED.sub("", path) for path in paths if DECLARED.search(path)}
    typed = {TYPED.sub("", path) for path in paths if TYPED.search(path) and not is_stub(path)}
    scripts = {path: SCRIPT.sub("", path) for path in paths if SCRIPT.search(path)}
    paired = {path for path, stem in scripts.items() if stem in declared}
    # A few declarations written by hand beside plain JavaScript do not make it compiled.
    if len(paired) < 3 or not (typed or len(paired) > 0.5 * len(scripts)):
        paired = set()
    return [file for file in files if file[0] not in paired and scripts.get(file[0]) not in typed]
