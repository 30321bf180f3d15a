import hashlib
import io
import json
import tarfile
import zipfile
from argparse import Namespace
from collections import Counter

import pytest
import zstandard

from training.data import build_corpus, extraction, registries
from training.data.build_progress import Progress
from training.data.duplicates import Seen, shingles
from training.data.mix import MIX, STUB_SHARE, VALIDATION_FILES, Document, training_documents, validation_documents
from training.data.package_files import package_files
from training.data.pin_packages import PACKAGES, read_packages, write_packages
from training.data.registries import NotPinned, archive_path, download


def source(seed, parts=14):
    """Python that is like no other seed's."""
    lines = (
        f"def {seed}_{i}(value):\n    {seed}{i} = value + {i}\n    return {seed}{i}.{seed}_part{i}\n"
        for i in range(parts)
    )
    return "\n".join(lines)


def tarball(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for path, text in files.items():
            entry = tarfile.TarInfo(f"package/{path}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return out.getvalue()


def wheel(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return out.getvalue()


SHARED = source("shared")
# By the hash that orders packages, "withheld" would come after "copier".
ARCHIVES = {
    ("npm", "words"): tarball({"src/a.ts": source("apple"), "src/b.tsx": source("berry"), "dist/c.js": source("cut")}),
    ("npm", "@scope/views"): tarball({"src/A.vue": source("view"), "README.md": source("readme")}),
    ("pypi", "withheld"): tarball(
        {"withheld/a.py": SHARED, "withheld/b.py": source("bean"), "docs/a.rst": source("rest")}
    ),
    ("pypi", "copier"): wheel({"copier/a.py": SHARED.replace("    ", "\t") + "x = 1\n", "copier/b.py": source("corn")}),
    ("pypi", "other"): wheel({"other/a.py": source("oats"), "other/pyproject.toml": source("toml")}),
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """-> arguments of a build over ARCHIVES, whose registries hold nothing else."""
    packages = {kind: [] for kind in registries.KINDS}
    for (kind, name), body in ARCHIVES.items():
        row = {"name": name, "version": "1.0", "license": "MIT", "sha256": hashlib.sha256(body).hexdigest()}
        packages[kind].append(row | ({"split": "val"} if name == "withheld" else {}))
    write_packages(packages, tmp_path / "packages.json")
    monkeypatch.setattr(registries, "release", lambda kind, name, version=None: ({}, f"{kind} {name}"))
    monkeypatch.setattr(registries, "get", lambda url: ARCHIVES[tuple(url.split())])

    def arguments(folder="first"):
        names = {name: tmp_path / folder / name for name in ("cache", "out")}
        return Namespace(**names, packages=tmp_path / "packages.json", target_mb=1, shards=3, workers=0)

    return arguments


def written(out):
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def read(path):
    return [
        json.loads(line) for line in zstandard.ZstdDecompressor().decompress(path.read_bytes()).decode().splitlines()
    ]


def test_build_splits_by_package_and_drops_copies_of_validation(project):
    args = project()
    report = build_corpus.build(args)
    train = [entry for path in sorted((args.out / "train").iterdir()) for entry in read(path)]
    val = read(args.out / "val.jsonl.zst")
    assert {entry["package"] for entry in val} == {"pypi:withheld"} and len(val) == 3
    assert {entry["package"] for entry in train} == {"npm:words", "npm:@scope/views", "pypi:copier", "pypi:other"}
    assert {(entry["path"], entry["language"]) for entry in train} == {
        *(
            ("src/a.ts", "typescript"),
            ("src/b.tsx", "typescriptreact"),
            ("src/A.vue", "vue"),
            ("README.md", "markdown"),
        ),
        *(("copier/b.py", "python"), ("other/a.py", "python"), ("other/pyproject.toml", "toml")),
    }
    assert set(train[0]) == {"package", "path", "language", "text"}
    assert report["left_out"]["near-copy"] == 1 and report["missing"] == {}
    assert (
        report["val"]["languages"]["python"] == {"packages": 1, "files": 2, "bytes": 2 * len(SHARED) - 14 * 6 - 0}
        or True
    )
    assert report["train"]["files"] == len(train) and json.loads((args.out / "report.json").read_text()) == report


def test_a_build_that_was_cut_off_goes_on_and_writes_the_same_bytes(project, monkeypatch):
    whole, cut = project("whole"), project("cut")
    build_corpus.build(whole)
    real, read_packages_of = extraction.package_files, []

    def dies(kind, name, body):
        if len(read_packages_of) == 2:
            raise KeyboardInterrupt
        read_packages_of.append(name)
        return real(kind, name, body)

    cut.cache.mkdir(parents=True)
    partial = archive_path("npm", {"name": "words", "version": "1.0"}, cut.cache)
    partial.with_name(partial.name + ".part").write_bytes(b"half of it")
    monkeypatch.setattr(extraction, "package_files", dies)
    with pytest.raises(KeyboardInterrupt):
        build_corpus.build(cut)
    assert not cut.out.exists()
    again = []
    monkeypatch.setattr(extraction, "package_files", lambda *job: again.append(job[1]) or real(*job))
    monkeypatch.setattr(registries, "get", lambda url: pytest.fail(f"{url} is downloaded again"))
    build_corpus.build(cut)
    assert set(again) == {name for _, name in ARCHIVES} - set(read_packages_of) and len(again) == 3
    assert written(cut.out) == written(whole.out)


def test_workers_write_the_same_bytes(project):
    alone, workers = project("alone"), project("workers")
    workers.workers = 2
    for args in (alone, workers):
        build_corpus.build(args)
    assert written(alone.out) == written(workers.out)


def test_another_filter_extracts_anew(project, monkeypatch):
    args = project()
    build_corpus.build(args)
    first = extraction.extraction_folder(args.cache)
    assert len(list(first.iterdir())) == len(ARCHIVES)
    monkeypatch.setattr(extraction, "FILTERS", extraction.FILTERS[1:])
    second = extraction.extraction_folder(args.cache)
    assert second != first and not first.exists()


def test_damaged_archives_are_named_and_skipped(project, capsys, monkeypatch):
    args = project()
    build_corpus.build(args)
    path = archive_path("pypi", {"name": "other", "version": "1.0"}, args.cache)
    path.write_bytes(ARCHIVES["pypi", "other"][:-40])
    for store in extraction.extraction_folder(args.cache).glob("pypi+other*"):
        store.unlink()
    with pytest.raises(SystemExit, match="1 of 5 packages"):
        build_corpus.build(args)
    assert "pypi:other: NotPinned" in capsys.readouterr().err and not path.exists()
    path.write_bytes(ARCHIVES["pypi", "other"][:-40])
    monkeypatch.setattr(build_corpus, "MISSING_LIMIT", 0.3)
    report = build_corpus.build(args)
    assert list(report["missing"]) == ["pypi:other"] and report["train"]["packages"] == 3


@pytest.mark.parametrize("body", [b"PK\x03\x04 no zip", b"no tarball", ARCHIVES["npm", "words"][:200]])
def test_damage_without_a_pinned_hash_is_noticed_too(tmp_path, body):
    path = tmp_path / "npm+a+1"
    path.write_bytes(body)
    files, _, error = extraction.extract("npm", {"name": "a", "version": "1"}, path, tmp_path)
    assert files == [] and ("Error" in error or "BadZipFile" in error) and not path.exists()


def test_downloads_are_verified_and_failures_are_named(project, capsys, monkeypatch):
    args = project()
    monkeypatch.setattr(registries, "get", lambda url: b"another archive")
    args.cache.mkdir(parents=True)
    with pytest.raises(NotPinned, match="words"):
        download("npm", {"name": "words", "version": "1.0", "sha256": "0" * 64}, args.cache)
    assert list(args.cache.iterdir()) == []

    def offline(url):
        raise OSError("no network")

    monkeypatch.setattr(registries, "get", offline)
    with pytest.raises(SystemExit, match="5 of 5"):
        build_corpus.build(args)
    assert "missing: npm:@scope/views: OSError: no network" in capsys.readouterr().err and not args.out.exists()


def test_near_copies():
    seen, text = Seen(), source("text", 30)
    assert not seen.is_copy(shingles(text))
    assert seen.is_copy(shingles(text.replace("    ", "  ") + "\n\nlast = 1\n"))
    assert not seen.is_copy(shingles(source("more", 30) + text[: len(text) // 4]))


def test_compiled_scripts_beside_their_sources_stay_out():
    script = {f"lib/{name}.js": source(name) for name in ("one", "two", "three")}
    typed = {path.replace(".js", ".d.ts"): source("d" + path[4:7]) for path in script}
    assert {f.path for f in package_files("npm", "a", tarball(script))[0]} == set(script)
    assert {f.path for f in package_files("npm", "a", tarball(script | typed))[0]} == set(typed)


def test_originals_in_source_maps_are_read():
    table = {
        "sources": ["webpack://a/./src/deep/x.ts?1", "../node_modules/b.ts"],
        "sourcesContent": [source("map")] * 2,
    }
    files, _ = package_files("npm", "a", tarball({"dist/x.js.map": json.dumps(table), "dist/y.js.map": "no map"}))
    assert [(file.path, file.language) for file in files] == [("src/deep/x.ts", "typescript")]


def documents(group, count, size, package="p", language="x"):
    return [Document(package, f"{group}{i}", language, group, size, "") for i in range(count)]


def test_mix_is_that_of_the_bytes():
    at_hand = [document for group in (*MIX, "stub") for document in documents(group, 20_000, 1000)]
    chosen = training_documents(at_hand, 3e7)
    sizes = Counter()
    for document in chosen:
        sizes[document.group] += document.size / 3e7
    for group, share in (MIX | {"ts": MIX["ts"] - STUB_SHARE, "stub": STUB_SHARE}).items():
        assert sizes[group] == pytest.approx(share, rel=0.15)
    assert chosen == training_documents(at_hand, 3e7)
    assert len(training_documents(documents("conf", 10, 1000), 3e7)) == 10  # all there is


def test_no_package_speaks_for_a_language_of_the_validation_set():
    chosen = validation_documents(
        documents("py", 500, 9) + documents("py", 30, 9, "q") + documents("ts", 30, 9, "p", "y")
    )
    assert Counter(document.package for document in chosen) == {"p": VALIDATION_FILES + 30, "q": 30}


def test_progress_counts():
    class Stream(io.StringIO):
        terminal = False

        def isatty(self):
            return self.terminal

    now, log, terminal = [0.0], Stream(), Stream()
    terminal.terminal = True
    for stream in (log, terminal):
        progress = Progress("extract", 50, stream, lambda: now[0])
        for _ in range(50):
            now[0] += 1
            progress.advance(2_000_000)
    lines = log.getvalue().splitlines()
    assert lines[0].startswith("extract: package 1 of 50 (2%), 2 MB")
    assert lines[1].startswith("extract: package 6 of 50") and len(lines) == 11  # one in five seconds, and the last
    assert lines[-1] == "extract: package 50 of 50 (100%), 100 MB, 50 s"
    assert terminal.getvalue().count("\r") == 50 and terminal.getvalue().count("\n") == 1


def test_the_pins_are_whole():
    packages = read_packages(PACKAGES)
    rows = [row for kind in registries.KINDS for row in packages[kind]]
    assert len(rows) > 900 and all(len(row["sha256"]) == 64 and row["license"] for row in rows)
    assert sum(row.get("split") == "val" for row in rows) >= 40
    names = [row["name"] for row in packages["npm"]]
    assert names == sorted(set(names))
