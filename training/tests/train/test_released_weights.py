import json

import torch

from training.model.model import Denoiser
from training.tests.conftest import TINY
from training.train import released_weights
from training.train.run_folder import origin_of, read_weights


def test_training_goes_on_from_what_was_released(tmp_path, tiny):
    record, out = tmp_path / "record.json", tmp_path / "new" / "denoiser.pt"
    record.write_text(json.dumps({"name": "earlier", "previous": [{"name": "first"}]}))
    released_weights.main([str(TINY / "int8"), "--record", str(record), "--out", str(out)])
    weights = read_weights(out)
    assert tuple(weights["layers"]) == tiny.encoder.architecture.denoiser_layers
    origin = origin_of(weights, out)
    assert origin["init"] == "earlier"
    assert [each["name"] for each in origin["previous"]] == ["first", "earlier"]
    state = {name: tensor.float() for name, tensor in tiny.encoder.state_dict().items()}
    denoiser = Denoiser(tiny.encoder.architecture, state, weights["model"])
    exact = tiny.denoiser.blocks[0].up.weight.float()
    off = (denoiser.blocks[0].up.weight - exact).abs() / (exact.abs().amax(1, keepdim=True) / 127)
    assert 0 < off.max() <= 0.5 + 1e-4
    assert torch.equal(denoiser.eom_out, tiny.denoiser.eom_out.float())
