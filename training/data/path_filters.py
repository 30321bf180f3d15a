"""Which files of a package people wrote, judged by their paths alone."""

import re

# ruff: noqa: SIM905 (a list of words reads better as words)
FOREIGN_FOLDERS = frozenset(
    """node_modules bower_components vendor vendored _vendor _vendored third_party third-party thirdparty
    external externals extern deps _deps locale locales lang langs translations translation fixture fixtures
    __fixtures__ test-data test_data testdata snapshots __snapshots__ golden goldens .git .yarn unicode cassettes
    __generated__ generated gen baselines licenses licences jquery releasenotes icons svgs""".split()
)
FOREIGN_FILE = re.compile(
    r"^(changelog|changes|history|news|release[-_]?notes|licen[cs]e|copying|notice|authors|contributors|third[-_]?party"
    r"|package-lock|npm-shrinkwrap|composer|pnpm-lock|yarn|poetry|sources|entry_points|top_level|requires|pkg-info"
    r"|codemeta)[^/]*\.(md|txt|rst|json|ya?ml|lock)$|\.min\.|[.-]bundle\.|\.generated\.|\.pb\.|_pb2|_pb\.|\.lock\."
    r"|^(versioneer|_version)\.py$|^jquery|bootstrap.*\.css|emoji.*\.(json|ts|js|py)$|entities.*\.(json|ts|js)$"
    r"|^(cargo|uv|poetry|pdm)\.lock$"
)
BUILT_FOLDER = re.compile(
    r"^(dist|build|out|umd|cjs|esm?|commonjs|bundles?|fesm\w*|esm\d+|es6|amd|system|_?esm"
    r"|_?cjs|module|modules|compiled|lib-\w+|dist-\w+|min|cdn|browser|iife|prebuilt|output"
    r"|[^/]*\.min|legacy|es20\d\d)/|/(dist|umd|cjs|esm|es6|commonjs|fesm\w*|bundles?)/",
    re.IGNORECASE,
)
PROSE_TEXT = re.compile(r"(^|/)(docs?|requirements[^/]*|readme[^/]*)(/|\.txt)", re.IGNORECASE)
TEMPLATE = re.compile(r"(^|/)_?templates?([-_/]|$)", re.IGNORECASE)


def is_foreign(path):
    """Vendored, translated, recorded, generated or legal text, drawings, and lists of versions."""
    *folders, name = path.lower().split("/")
    return not FOREIGN_FOLDERS.isdisjoint(folders) or bool(FOREIGN_FILE.search(name))


def is_built(path):
    """Written by a compiler or bundler, to go by its folder. Templates that a tool ships below dist/ are not."""
    if path.startswith(("src/", "test", "examples/")) or TEMPLATE.search(path):
        return False
    return bool(BUILT_FOLDER.search(path))


def is_prose_text(path):
    """Whether a .txt file is documentation; most are data."""
    return bool(PROSE_TEXT.search(path))
