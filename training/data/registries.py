"""Packages of npm and PyPI: what a registry says of a release, and its archive in a local cache.

The addresses are those that the ordinary clients, npm and pip, are configured for."""

import hashlib
import json
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from functools import cache
from pathlib import Path

TRIES, TIMEOUT = 4, 60  # requests, seconds
KINDS = ("npm", "pypi")


class NotPinned(ValueError):
    """The archive's bytes are not those whose hash packages.json states."""


def get(url):
    """-> the bytes at `url`. OSError after several tries; at once where the registry says that there is nothing."""
    for attempt in range(1, TRIES + 1):
        try:
            request = urllib.request.Request(url, headers={"User-Agent": "corpus-builder"})
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                return answer.read()
        except (OSError, EOFError) as error:  # URLError and time-outs are OSErrors
            final = isinstance(error, urllib.error.HTTPError) and 400 <= error.code < 500 and error.code != 429
            if final or attempt == TRIES:
                raise
            time.sleep(2**attempt)


@cache
def npm_registry():
    shown = subprocess.run(["npm", "config", "get", "registry"], capture_output=True, text=True, check=True)
    return shown.stdout.strip().rstrip("/") + "/"


@cache
def pypi_index():
    """-> address of the index without its last part, "simple": pip's setting, or what pip has built in."""
    from pip._internal.models.index import PyPI

    shown = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    for line in shown.stdout.splitlines():
        name, _, value = line.partition("=")
        if name.endswith(".index-url"):
            return value.strip("'\" ").rstrip("/").removesuffix("/simple")
    return PyPI.url.rstrip("/")


def npm_release(name, version="latest"):
    """-> the release's metadata, the address of its tarball."""
    data = json.loads(get(npm_registry() + urllib.parse.quote(name, safe="@") + "/" + version))
    return data, data["dist"]["tarball"]


def pypi_release(name, version=None):
    """-> the project's metadata, the address of the release's source distribution, or of its pure wheel where it has no
    other; None where it has neither."""
    index = pypi_index()
    data = json.loads(get(f"{index}/pypi/{name}/json"))
    files = data["releases"].get(version or data["info"]["version"]) or []
    usable = [f["url"] for f in files if f["packagetype"] == "sdist"]
    usable += [f["url"] for f in files if f["filename"].endswith("none-any.whl")]
    # Mirrors give addresses relative to the project's page.
    return data["info"], urllib.parse.urljoin(f"{index}/simple/{name}/", usable[0]) if usable else None


def release(kind, name, version=None):
    """`kind` is one of KINDS; without `version` the newest release."""
    if kind == "npm":
        return npm_release(name, version or "latest")
    if kind == "pypi":
        return pypi_release(name, version)
    raise ValueError(f"There is no registry {kind!r}; the registries are {', '.join(KINDS)}.")


def archive_path(kind, pin, cache):
    """`pin`: {"name", "version"} -> where the package's archive is kept."""
    return Path(cache, "+".join((kind, pin["name"].replace("/", "+"), pin["version"])))


def verify(body, pin):
    """Raises NotPinned where `pin` has a "sha256" and `body` another."""
    if "sha256" in pin and hashlib.sha256(body).hexdigest() != pin["sha256"]:
        raise NotPinned(f"{pin['name']} {pin['version']}: not the archive that was pinned ({len(body)} bytes)")


def download(kind, pin, cache):
    """-> path of the archive, downloaded where the cache lacks it. A file appears under its name only when it is whole.
    LookupError, OSError, NotPinned."""
    path = archive_path(kind, pin, cache)
    if not path.exists():
        _, url = release(kind, pin["name"], pin["version"])
        if url is None:
            raise LookupError("the release has neither a source distribution nor a pure wheel")
        body = get(url)
        verify(body, pin)
        partial = path.with_name(path.name + ".part")
        partial.write_bytes(body)
        partial.replace(path)
    return path
