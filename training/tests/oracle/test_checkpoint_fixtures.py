"""The committed checkpoints are what the committed generator writes."""

import json

import pytest
import torch
from safetensors.torch import load_file

from training.oracle.checkpoint_fixtures import write_checkpoints
from training.tests.conftest import ROOT

CHECKPOINTS = ROOT / "test" / "fixtures" / "checkpoints"


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    out = tmp_path_factory.mktemp("checkpoints")
    write_checkpoints(out)
    return out


def files(folder):
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def test_files(again):
    assert files(CHECKPOINTS) == files(again)
    assert sum((CHECKPOINTS / file).stat().st_size for file in files(CHECKPOINTS)) < 4_000_000


def test_contents(again):
    for file in files(CHECKPOINTS):
        committed, fresh = CHECKPOINTS / file, again / file
        if file.suffix == ".json":
            assert json.loads(fresh.read_text("utf-8")) == json.loads(committed.read_text("utf-8")), file
        else:
            ours, theirs = load_file(committed), load_file(fresh)
            assert ours.keys() == theirs.keys(), file
            for name, tensor in ours.items():
                # random numbers may differ in their last bit from one processor to the next
                torch.testing.assert_close(theirs[name], tensor, rtol=2e-2 if tensor.itemsize == 2 else 1e-5, atol=1e-4)
