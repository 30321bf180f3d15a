"""`package_files`, with its answer kept in the cache for as long as neither the archive nor a filter changes."""

import hashlib
import pickle
import shutil
from pathlib import Path

import zstandard

from training.data import decontaminate
from training.data.archives import UNREADABLE
from training.data.package_files import package_files
from training.data.registries import NotPinned, verify

# Files whose change changes what is extracted.
FILTERS = (
    *("archives.py", "decontaminate.py", "duplicates.py", "extraction.py", "languages.py", "licence_header.py"),
    *("package_files.py", "path_filters.py", "text_filters.py", decontaminate.FINGERPRINTS.name),
)


def filters_hash():
    """-> hexadecimal; another one after any change of the filters' source."""
    parts = (Path(__file__).with_name(name).read_bytes() for name in FILTERS)
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:12]


def extraction_folder(cache):
    """-> the folder for these filters' results. Those of other filters are of no use any more and are deleted."""
    folder = Path(cache, f"extracted-{filters_hash()}")
    for other in Path(cache).glob("extracted-*"):
        if other != folder:
            shutil.rmtree(other)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def extract(kind, pin, archive, folder):
    """-> [File], Counter of what was left out, None; or, for an archive that cannot be read or is not the pinned one,
    [], {}, the reason. Such an archive is deleted, so that the next build downloads it anew."""
    store = Path(folder, f"{Path(archive).name}+{pin.get('sha256', '')[:12]}")
    if store.exists():
        return *pickle.loads(zstandard.ZstdDecompressor().decompress(store.read_bytes())), None
    body = Path(archive).read_bytes()
    try:
        verify(body, pin)
        answer = package_files(kind, pin["name"], body)
    except (NotPinned, *UNREADABLE) as error:
        Path(archive).unlink()
        return [], {}, f"{type(error).__name__}: {error}"
    partial = store.with_name(store.name + ".part")
    partial.write_bytes(zstandard.ZstdCompressor(level=1).compress(pickle.dumps(answer, 5)))
    partial.replace(store)
    return *answer, None
