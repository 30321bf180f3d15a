import json
import os
import subprocess
import sys

import torch
from conftest import ROOT, TEXT, TINY

from model import Denoiser, Encoder
from train import Trainer, schedule


def trainer(tiny, checkpoint):
    """A denoiser that starts as a copy of the encoder's layers."""
    state = tiny.encoder.float().state_dict()
    architecture = tiny.encoder.architecture
    denoiser = Denoiser(architecture, state, checkpoint.get("model"))
    return Trainer(Encoder(architecture, state), denoiser, checkpoint, 3e-3, "cpu", compiled=False)


def test_one_batch_is_learned_and_a_resumed_run_goes_on_alike(tiny, batch, tmp_path):
    torch.manual_seed(0)
    first = trainer(tiny, {})
    encoder_before = first.encoder.blocks[0].q.weight.clone()
    losses = [first.step(batch, 2, 3e-3)[0][0].item() for _ in range(60)]
    assert sum(losses[-5:]) < 0.5 * sum(losses[:5])
    assert torch.equal(first.encoder.blocks[0].q.weight, encoder_before)  # frozen
    torch.save(first.state(), tmp_path / "checkpoint.pt")
    second = trainer(tiny, torch.load(tmp_path / "checkpoint.pt"))
    assert torch.equal(first.evaluate([batch], 2), second.evaluate([batch], 2))
    for each in (first, second):
        torch.manual_seed(1)
        for _ in range(3):
            each.step(batch, 2, 1e-3)
    assert all(torch.equal(a, b) for a, b in zip(first.masters, second.masters, strict=True))


def test_a_gradient_that_is_not_finite_changes_nothing(tiny, batch):
    one = trainer(tiny, {})
    before = [m.clone() for m in one.masters]
    one.loss = lambda *args: (
        (loss := sum(q.sum() for q in one.denoiser.parameters()) * float("nan")),
        {"accuracy": loss, "first": loss},
    )
    one.step(batch, 2, 1e-3)
    assert all(torch.equal(a, b) for a, b in zip(before, one.masters, strict=True))


def test_the_schedule_warms_up_and_falls():
    assert schedule(0, 0.0, 1.0, 10) < schedule(5, 0.0, 1.0, 10) < schedule(9, 0.0, 1.0, 10) == 1.0
    assert 1.0 > schedule(99, 0.3, 1.0, 10) > schedule(99, 0.9, 1.0, 10) > schedule(99, 1.0, 1.0, 10) > 0


def test_the_program_trains_saves_and_resumes(tmp_path):
    (tmp_path / "data.jsonl").write_text(json.dumps({"text": TEXT}) + "\n")
    out, weights = tmp_path / "denoiser.pt", tmp_path / "weights.pt"

    def run(minutes, *more):
        sizes = ["--batch", "1", "--window", "96", "--suffix", "12", "--canvas", "16", "--holes", "2"]
        command = [
            sys.executable,
            str(ROOT / "training" / "train.py"),
            "--model",
            str(TINY / "fp32"),
            "--data",
            str(tmp_path / "data.jsonl"),
        ]
        return subprocess.run(
            [*command, "--out", str(out), "--minutes", str(minutes), "--seed", "0", *sizes, *more],
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            timeout=120,
        )

    assert run(0.01).returncode == 0
    once = torch.load(out)
    assert once["step"] > 0 and once["layers"] == (1, 3)
    refused = run(0.02, "--layers", "0,2")
    assert refused.returncode != 0 and "(1, 3)" in refused.stderr
    assert run(0.02, "--weights", str(weights)).returncode == 0
    twice, alone = torch.load(out), torch.load(weights)
    assert twice["step"] > once["step"] and twice["minutes"] > once["minutes"]
    assert set(alone) == {"model", "layers", "step", "minutes"}
    assert all(tensor.dtype == torch.bfloat16 for tensor in alone["model"].values())
