"""The committed fixtures are what the committed generator writes."""

import json
import os

import pytest
import torch

from training.export.snippets import read_snippets
from training.model.model_folder import read_model_folder
from training.oracle.fixtures import SNIPPETS, about, real_fixtures, tiny_fixtures
from training.oracle.tiny import write_tiny
from training.shared.json_text import json_text
from training.tests.conftest import PARITY, TINY


def assert_close(left, right, where=""):
    if isinstance(right, dict):
        assert left.keys() == right.keys(), where
        for key in right:
            assert_close(left[key], right[key], f"{where}.{key}")
    elif isinstance(right, list):
        assert len(left) == len(right), where
        for i, (a, b) in enumerate(zip(left, right, strict=True)):
            assert_close(a, b, f"{where}[{i}]")
    elif isinstance(right, float):
        assert left == pytest.approx(right, rel=1e-6, abs=1e-6), where
    else:
        assert left == right, where


def committed(name):
    return json.loads((PARITY / f"{name}.json").read_text(encoding="utf-8"))


def fresh(content):
    return json.loads(json_text(about() | content))


def test_parity_fixtures():
    fixtures = tiny_fixtures(TINY, [trace["attempt"] for trace in committed("sampling")["traces"]])
    assert {f"{name}.json" for name in fixtures} <= {path.name for path in PARITY.iterdir()}
    for name, content in fixtures.items():
        assert_close(fresh(content), committed(name), name)


def test_tiny_models(tmp_path):
    write_tiny(tmp_path)
    for precision in ("fp32", "int8"):
        folder, again = TINY / precision, tmp_path / precision
        assert {path.name for path in folder.iterdir()} == {path.name for path in again.iterdir()}
        assert (folder / "tokenizer.json").read_bytes() == (again / "tokenizer.json").read_bytes()
        ours, theirs = read_model_folder(folder), read_model_folder(again)
        for manifest in (ours.manifest, theirs.manifest):
            for file in manifest["weights"]["files"]:
                file.pop("sha256")  # random numbers may differ in their last bit from one processor to the next
        assert ours.manifest == theirs.manifest
        for part in ("encoder", "denoiser"):
            for name, tensor in getattr(ours, part).state_dict().items():
                torch.testing.assert_close(getattr(theirs, part).state_dict()[name], tensor, rtol=1e-6, atol=1e-6)


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
        assert_close(fresh(content), committed(name), name)
