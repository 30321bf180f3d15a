"""The committed fixtures are what the committed generator writes."""

import os

import pytest

from training.export.snippets import read_snippets
from training.model.model_folder import read_model_folder
from training.oracle.fixtures import GENERATOR, SNIPPETS, real_fixtures, tiny_fixtures
from training.oracle.tiny import write_tiny
from training.tests.conftest import PARITY, TINY
from training.tests.oracle.written import assert_close, assert_same_weights, committed, fresh, same_folder


def test_parity_fixtures():
    fixtures = tiny_fixtures(TINY, [trace["attempt"] for trace in committed("sampling")["traces"]])
    assert {f"{name}.json" for name in fixtures} <= {path.name for path in PARITY.iterdir()}
    for name, content in fixtures.items():
        assert_close(fresh(content, GENERATOR), committed(name), name)


def test_tiny_models(tmp_path):
    write_tiny(tmp_path)
    for precision in ("fp32", "int8"):
        ours, theirs = same_folder(TINY / precision, tmp_path / precision, read_model_folder)
        for part in ("encoder", "denoiser"):
            assert_same_weights(getattr(ours, part), getattr(theirs, part))


def test_snippets_are_of_useful_length():
    real = committed("real-top1")
    assert [(s["name"]) for s in real["snippets"]] == [name for name, _ in read_snippets(SNIPPETS)]
    for snippet in real["snippets"]:
        assert 100 <= len(snippet["ids"]) <= 300
        assert len(snippet["encoderTop1"]) == len(snippet["ids"]) + 1
        assert len(snippet["denoiserTop1"]) == real["canvas"]


REAL = [os.environ.get(name) for name in ("INFILL_MODEL", "INFILL_GGUF", "INFILL_DENOISER")]


@pytest.mark.skipif(
    not all(REAL),
    reason="needs INFILL_MODEL (folder), INFILL_GGUF (base) and INFILL_DENOISER (checkpoint); takes minutes",
)
def test_real_fixtures():
    for name, content in real_fixtures(*REAL).items():
        assert_close(fresh(content, GENERATOR), committed(name), name)
