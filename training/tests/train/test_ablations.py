import json
from dataclasses import replace

import pytest
import torch

from training.model.model import Denoiser, Encoder
from training.tests.conftest import ROOT
from training.tests.train.test_trainer import CONFIG
from training.train import ablations
from training.train.ablations import ablations_markdown, read_ablations
from training.train.loss import Rows, canvas_rows, infill_loss
from training.train.trainer import Trainer


def parts(tiny):
    state = {name: tensor.float() for name, tensor in tiny.encoder.state_dict().items()}
    architecture = tiny.encoder.architecture
    return Encoder(architecture, state), Denoiser(architecture, state)


def test_rows_are_read_one_later_where_they_are_not_shifted(tiny, batch):
    encoder, denoiser = parts(tiny)
    shifted, unshifted = (canvas_rows(encoder, denoiser, batch, rows)[0] for rows in (Rows(), Rows(shifted=False)))
    torch.testing.assert_close(unshifted[..., :-1, :], shifted[..., 1:, :])


def test_without_the_last_hidden_state_the_encoders_own_row_is_lost(tiny, batch):
    encoder, denoiser = parts(tiny)
    losses = [infill_loss(encoder, denoiser, batch, Rows(last_hidden=each)).loss.item() for each in (True, False)]
    assert losses[0] != losses[1]
    encoder.norm.mul_(2)  # changes neither the keys and values nor the hidden states before it
    assert infill_loss(encoder, denoiser, batch, Rows()).loss.item() == losses[0]


def test_unfrozen_layers_change_and_the_others_stay(tiny, batch):
    encoder, denoiser = parts(tiny)
    before = [block.q.weight.clone() for block in encoder.blocks]
    trainer = Trainer(encoder, denoiser, replace(CONFIG, ema=0.9), unfrozen=1)
    trainer.step(batch, 1e-3)
    same = [torch.equal(block.q.weight, old) for block, old in zip(encoder.blocks, before, strict=True)]
    assert same == [True] * (len(same) - 1) + [False]
    assert set(trainer.weights()) == {name for name, _ in denoiser.named_parameters()}


def test_the_ways_of_the_file_are_configurations():
    base, ways = read_ablations(ROOT / "training" / "train" / "ablations.toml")
    assert base["steps"] > 0 and {way.start for way in ways} == {"encoder", "init"}
    assert len({(way.group, way.name) for way in ways}) == len(ways)


def test_a_misspelt_way_is_named(tmp_path):
    path = tmp_path / "ways.toml"
    path.write_text('[base]\nsteps = 1\n[[ablation]]\nname = "x"\nstart = "nowhere"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="x starts from 'nowhere'"):
        read_ablations(path)
    path.write_text('[base]\nsteps = 1\n[[ablation]]\nname = "x"\nstart = "init"\nstep = 3\n', encoding="utf-8")
    with pytest.raises(ValueError, match="there is no step"):
        read_ablations(path)


def test_what_is_done_is_not_done_again(tmp_path, monkeypatch):
    scores = {"loss": 5.0, "accuracy": 0.25, "first": 0.5}
    done = {"steps": 2, "holes": 8, "minutes": 0.5, "before": scores, "after": scores}
    names = []

    def fake_run(ablation, *_):
        names.append(ablation.name)
        return done

    monkeypatch.setattr(ablations, "run", fake_run)
    monkeypatch.setattr(ablations, "Corpus", lambda packed: None)
    monkeypatch.setattr(ablations, "pack", lambda data, folder: None)
    asked = [
        str(ROOT / "training" / "train" / "ablations.toml"),
        *(["--gguf", "g", "--data", "d", "--val", "v", "--init", "i"]),
    ]
    ablations.main([*asked, "--out", str(tmp_path)])
    count = len(names)
    ablations.main([*asked, "--out", str(tmp_path)])
    assert len(names) == count > 10
    results = json.loads((tmp_path / "ablations.json").read_text(encoding="utf-8"))
    assert ablations_markdown(results) == (tmp_path / "ablations.md").read_text(encoding="utf-8")
    assert "| 8 layers | encoder | 8 | 0.5 | 5.000 | 5.000 | 25.0 | 50.0 |" in ablations_markdown(results)
