"""Build the training corpus from the packages that packages.json pins.

    python -m training.data.build_corpus --cache CACHE --out OUT

writes OUT/train/000..023.jsonl.zst, OUT/val.jsonl.zst and OUT/report.json; each line is {"package", "path", "language",
"text"}. Needs Python 3.11, npm, pip, zstandard, numpy and 3 GB of memory. Stop it whenever you like: it goes on
where it was."""

import argparse
import itertools
import json
import os
import sys
import threading
import time
import zlib
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

from training.data.build_progress import Progress
from training.data.duplicates import Seen
from training.data.extraction import extract, extraction_folder
from training.data.languages import group_of, is_stub
from training.data.mix import Document, training_documents, validation_documents
from training.data.pin_packages import PACKAGES, read_packages
from training.data.registries import KINDS, download
from training.data.shards import write_shard, write_training

MISSING_LIMIT = 0.03  # share of the packages without which the corpus is still the corpus


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--cache", required=True, help="folder of the downloads, 2 GB, and of what was extracted, 0.4 GB")
    p.add_argument("--out", required=True)
    p.add_argument("--packages", default=PACKAGES)
    p.add_argument("--target-mb", type=float, default=570, help="training text, uncompressed")
    p.add_argument("--shards", type=int, default=24)
    p.add_argument("--workers", type=int, default=os.cpu_count(), help="processes that extract; 0: only this one")
    return p.parse_args()


def in_order(packages):
    """-> [(kind, pin)], validation first: of two near-copies the first one stays."""
    pins = [(kind, pin) for kind in KINDS for pin in packages[kind]]
    return sorted(pins, key=lambda item: (item[1].get("split") != "val", zlib.crc32(item[1]["name"].encode()), item[0]))


def download_all(pins, cache):
    """-> [(kind, pin, path)] of what there is, {"kind:name": why the others are missing}"""
    progress, jobs, missing = Progress("download", len(pins)), [], {}
    with ThreadPoolExecutor(8) as pool:
        tasks = [(kind, pin, pool.submit(download, kind, pin, cache)) for kind, pin in pins]
        for kind, pin, task in tasks:
            size = 0
            try:
                jobs.append((kind, pin, task.result()))
                size = jobs[-1][2].stat().st_size
            except (OSError, LookupError, ValueError) as error:
                missing[f"{kind}:{pin['name']}"] = f"{type(error).__name__}: {error}"
            progress.advance(size)
    return jobs, missing


def extract_all(jobs, folder, workers):
    """-> [Document] of training, [Document] of validation, Counter of what was left out, {package: why it is missing}.
    Near-copies of an earlier document are left out."""
    progress, seen = Progress("extract", len(jobs)), Seen()
    training, validation, dropped, missing = [], [], Counter(), {}
    for (kind, pin, _), (files, left_out, error) in zip(jobs, extractions(jobs, folder, workers), strict=True):
        package = f"{kind}:{pin['name']}"
        if error:
            missing[package] = error
        dropped.update(left_out)
        kept = [file for file in files if not seen.is_copy(file.marks)]
        dropped["near-copy"] += len(files) - len(kept)
        into = validation if pin.get("split") == "val" else training
        into += [document_of(package, file) for file in kept]
        progress.advance(sum(len(file.text) for file in files))
    return training, validation, dropped, missing


def extractions(jobs, folder, workers):
    """What `extract` answers of each job, in their order; without workers in this process."""
    columns = *zip(*jobs, strict=True), itertools.repeat(folder)
    if workers == 0:
        yield from map(extract, *columns)
        return
    with ProcessPoolExecutor(workers, initializer=end_with_parent, initargs=(os.getpid(),)) as pool:
        yield from pool.map(extract, *columns, chunksize=2)


def end_with_parent(parent):
    """A worker whose parent was killed would wait for work forever."""

    def watch():
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def document_of(package, file):
    group = "stub" if is_stub(file.path) else group_of(file.language)
    return Document(package, file.path, file.language, group, len(file.text.encode()), file.text)


def counts(documents):
    """-> {"packages", "files", "bytes", "languages": {language: {"packages", "files", "bytes"}}}"""
    by_language = {}
    for document in documents:
        by_language.setdefault(document.language, []).append(document)
    rows = {language: measure(group) for language, group in sorted(by_language.items())}
    return measure(documents) | {"languages": rows}


def measure(documents):
    packages = {document.package for document in documents}
    return {"packages": len(packages), "files": len(documents), "bytes": sum(d.size for d in documents)}


def stop_if_too_few(missing, pins):
    for package, reason in sorted(missing.items()):
        print(f"missing: {package}: {reason}", file=sys.stderr)
    if len(missing) > MISSING_LIMIT * len(pins):
        raise SystemExit(f"{len(missing)} of {len(pins)} packages are missing, and nothing was written. Run it again.")


def build(args):
    """-> report, also written. SystemExit where more than MISSING_LIMIT of the packages are missing."""
    pins = in_order(read_packages(args.packages))
    Path(args.cache).mkdir(parents=True, exist_ok=True)
    jobs, missing = download_all(pins, args.cache)
    stop_if_too_few(missing, pins)
    training, validation, dropped, unreadable = extract_all(jobs, extraction_folder(args.cache), args.workers)
    stop_if_too_few(missing | unreadable, pins)
    training = training_documents(training, args.target_mb * 1e6)
    validation = validation_documents(validation)
    out = Path(args.out)
    write_training(training, out / "train", args.shards)
    write_shard(validation, out / "val.jsonl.zst", seed=0)
    report = {
        "train": counts(training),
        "val": counts(validation),
        "groups": {
            group: sum(d.size for d in training if d.group == group)
            for group in ("ts", "js", "py", "doc", "conf", "stub")
        },
        "left_out": dict(sorted(dropped.items())),
        "missing": missing | unreadable,
    }
    (out / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return report


def main():
    began = time.monotonic()
    report = build(arguments())
    for split in ("train", "val"):
        row = report[split]
        print(f"{split}: {row['packages']} packages, {row['files']} files, {row['bytes'] / 1e6:.1f} MB")
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
