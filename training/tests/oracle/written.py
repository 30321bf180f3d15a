"""Compares what the generators write with what is committed."""

import json

import pytest
import torch

from training.oracle.fixtures import about
from training.shared.json_text import json_text
from training.tests.conftest import PARITY


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


def fresh(content, generator):
    return json.loads(json_text(about(generator) | content))


def same_folder(folder, again, read):
    """Two model folders are equal, weights aside -> both as `read` reads them."""
    assert {path.name for path in folder.iterdir()} == {path.name for path in again.iterdir()}
    assert (folder / "tokenizer.json").read_bytes() == (again / "tokenizer.json").read_bytes()
    ours, theirs = read(folder), read(again)
    for manifest in (ours.manifest, theirs.manifest):
        for file in manifest["weights"]["files"]:
            file.pop("sha256")  # random numbers may differ in their last bit from one processor to the next
    assert ours.manifest == theirs.manifest
    return ours, theirs


def assert_same_weights(ours, theirs):
    for name, tensor in ours.state_dict().items():
        torch.testing.assert_close(theirs.state_dict()[name], tensor, rtol=1e-6, atol=1e-6)
