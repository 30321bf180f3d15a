import shutil

import pytest

from training.evaluate.parses import parse_results
from training.shared.provenance import ROOT

TYPESCRIPT = ROOT / "node_modules" / "typescript"
needs_typescript = pytest.mark.skipif(
    not TYPESCRIPT.is_dir() or not shutil.which("node"), reason="needs the repository's packages: `npm ci`"
)


def test_python_and_json():
    texts = ["x = 1\n", "x = (1\n", "  x = 1\n", "if '\\d': pass\n", "x = 1\0"]
    assert parse_results([(text, "python") for text in texts]) == [True, False, False, True, False]
    texts = ['{"a": 1}', '{"a": 1,}', "", "(" * 100_000]
    assert parse_results([(text, "json") for text in texts]) == [True, False, False, False]
    assert parse_results([("[" * 100_000, "json"), ("(" * 100_000, "python")]) == [False, False]


def test_other_languages_are_not_known():
    assert parse_results([("a: b", "yaml"), ("words", "markdown")]) == [None, None]
    assert parse_results([]) == []


@needs_typescript
def test_typescript_and_javascript():
    texts = [
        ("const a: number = 1;\n", "typescript", True),
        ("const a: number = ;\n", "typescript", False),
        ("x = 1", "python", True),
        ("return <p>hi</p>;", "typescriptreact", True),
        ("return <p>hi</b>;", "typescriptreact", False),
        ("const a = b as <T>c;", "typescriptreact", False),
        ("a => { b(\u2028); }\nüber('🙂');", "javascript", True),
        ("a => { b(;", "javascript", False),
        ("function f() { return <a/>; }", "javascriptreact", True),
        ("function f() { ", "javascriptreact", False),
        ("let a = 1;", "vue", None),
        ("const a: number = 1;\n", "typescript", True),
    ]
    assert parse_results([(text, language) for text, language, _ in texts]) == [expected for *_, expected in texts]
