"""Pin packages by name to their newest release; permissive licences only.

    python -m training.data.pin_packages --names names.txt --cache CACHE

Each line of the names is `npm NAME` or `pypi NAME`, and `val` behind it puts the package into the validation set.
Packages that have a pin keep it, and their split: models were trained on it. Each archive is downloaded into CACHE, for
its hash."""

import argparse
import hashlib
import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from training.data.registries import KINDS, archive_path, download, release

PACKAGES = Path(__file__).with_name("packages.json")
PERMISSIVE = re.compile(
    r"mit(-0)?|isc|0bsd|unlicense|bsd(-[234](-clause)?)?|apache(-| )?(software )?(license )?"
    r"(v|version )?2(\.0)?( license)?|python-2\.0(\.1)?|psf(-2\.0)?|cc0-1\.0|blueoak-1\.0\.0"
    r"|(the )?mit license|(new |modified )?bsd( license)?|(2|3)-clause bsd( license)?"
    r"|bsd (2|3)-clause( license)?|apache software license|isc license( \(iscl\))?"
    r"|hpnd|zlib|python software foundation license|mit-cmu",
    re.IGNORECASE,
)


def permissive(expression):
    """Whether a declared licence allows use with nothing but a notice: one option of an OR, each part of an AND."""
    text = re.sub(r"[()]", " ", expression or "")
    text = re.sub(r", (version)", r" \1", text, flags=re.IGNORECASE).replace(", ", " AND ")
    return any(
        all(PERMISSIVE.fullmatch(part.strip()) for part in re.split(r"\s+and\s+", option, flags=re.IGNORECASE))
        for option in re.split(r"\s+or\s+", text, flags=re.IGNORECASE)
    )


def declared_licence(kind, data):
    """Metadata as `release` answers it -> the licence's name, "" where there is none."""
    if kind == "npm":
        licence = data.get("license") or data.get("licenses") or ""
        licence = licence[0] if isinstance(licence, list) and licence else licence
        return str(licence.get("type", "") if isinstance(licence, dict) else licence)
    classifiers = [c for c in data.get("classifiers") or [] if c.startswith("License :: OSI")]
    names = [c.rsplit(" :: ", 1)[-1] for c in classifiers if not c.endswith("OSI Approved")]
    options = (data.get("license_expression"), " AND ".join(names), (data.get("license") or "")[:60].strip())
    return next((option for option in options if option), "")


def pin(kind, name, val, cache):
    """-> row of packages.json. ValueError says why a package is left out; OSError: it could not be had."""
    data, url = release(kind, name)
    row = {"name": name, "version": data["version"], "license": declared_licence(kind, data)}
    if not permissive(row["license"]):
        raise ValueError(f"its licence is {row['license']!r}")
    if url is None or data.get("deprecated"):
        raise ValueError("it has no sources" if url is None else "it is deprecated")
    download(kind, row, cache)
    row["sha256"] = hashlib.sha256(archive_path(kind, row, cache).read_bytes()).hexdigest()
    return row | ({"split": "val"} if val else {})


def read_packages(path=PACKAGES):
    """-> {kind: [{"name", "version", "license", "sha256"?, "split"?: "val"}]}"""
    packages = json.loads(Path(path).read_text(encoding="utf-8"))
    for kind in KINDS:
        names = [row["name"] for row in packages[kind]]
        if len(names) != len(set(names)):
            raise ValueError(f"{path} names a package of {kind} twice")
    return packages


def write_packages(packages, path=PACKAGES):
    lists = (f'"{kind}": [\n' + ",\n".join("  " + json.dumps(row) for row in rows) for kind, rows in packages.items())
    Path(path).write_text("{" + "\n],\n".join(lists) + "\n]}\n", encoding="utf-8")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--names", required=True)
    p.add_argument("--cache", required=True)
    p.add_argument("--packages", default=PACKAGES)
    args = p.parse_args()
    packages = read_packages(args.packages)
    pinned = {(kind, row["name"]) for kind, rows in packages.items() for row in rows}
    wanted = {}
    for words in map(str.split, Path(args.names).read_text(encoding="utf-8").splitlines()):
        if words and tuple(words[:2]) not in pinned:
            wanted[tuple(words[:2])] = words[2:] == ["val"]
    Path(args.cache).mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(8) as pool:
        tasks = {key: pool.submit(pin, *key, val, args.cache) for key, val in wanted.items()}
    for (kind, name), task in tasks.items():
        try:
            packages[kind].append(task.result())
        except (ValueError, OSError, LookupError) as error:
            print(f"left out: {kind} {name}: {error}", file=sys.stderr)
    for rows in packages.values():
        rows.sort(key=lambda row: row["name"])
    write_packages(packages, args.packages)


if __name__ == "__main__":
    main()
