"""The files in a package's archive, and the original files that its source maps carry."""

import io
import json
import re
import tarfile
import zipfile
import zlib

UNREADABLE = (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError, zlib.error, NotImplementedError, RuntimeError)


def members(body):
    """Bytes of a .tgz or .zip -> (path, size, function that reads it) of each file; the folder that a tarball's files
    all lie in is left out of `path`. Any of UNREADABLE when the archive is damaged."""
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for entry in archive.infolist():
                if not entry.is_dir():
                    yield entry.filename, entry.file_size, lambda entry=entry: archive.read(entry)
    else:
        with tarfile.open(fileobj=io.BytesIO(body), mode="r:*") as archive:
            for entry in archive:
                if entry.isfile():
                    path = entry.name.removeprefix("./").partition("/")[2]
                    yield path, entry.size, lambda entry=entry: archive.extractfile(entry).read()


def mapped_sources(data):
    """A source map -> (path, text) of each original in it; nothing where it is none."""
    try:
        table = json.loads(data)
        pairs = list(zip(table.get("sources") or [], table.get("sourcesContent") or [], strict=False))
    except (ValueError, AttributeError, TypeError, RecursionError):
        return
    for source, text in pairs:
        if isinstance(source, str) and isinstance(text, str) and text and "node_modules" not in source:
            # webpack://name/./src/a.ts?1234 and ../../src/a.ts are both src/a.ts.
            path = re.sub(r"^[a-z-]+://+(/?[^/]*/)?(\./)?|\?.*$", "", source)
            yield re.sub(r"^(\.{1,2}/)+|^/", "", path), text
