import json
import os
import signal
import subprocess
import sys
import time

import pytest
import torch

from training.tests.conftest import ROOT, TEXT, TINY
from training.train.curve import draw_curve, read_curve

TRAINING = ROOT / "training"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "data.jsonl"
    path.write_text("".join(json.dumps({"text": TEXT, "language": each}) + "\n" for each in ("typescript", "markdown")))
    return path


@pytest.fixture(scope="module")
def whole_run(data, tmp_path_factory):
    """A run of the tiny configuration that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    done = train(data, folder, "--val", str(data))
    assert done.returncode == 0, done.stderr
    return folder


def command(data, folder, *more, config=TRAINING / "configs" / "tiny.toml", processes=1):
    launcher = ["-m", "torch.distributed.run", f"--nproc_per_node={processes}"] if processes > 1 else []
    program = [sys.executable, *launcher, "-m", "training.train.train", str(config)]
    return [*program, "--model", str(TINY / "fp32"), "--data", str(data), "--out", str(folder), *more]


def train(data, folder, *more, **how):
    env = os.environ | {"OMP_NUM_THREADS": "1"}
    asked = command(data, folder, *more, **how)
    return subprocess.run(asked, cwd=ROOT, env=env, capture_output=True, text=True, timeout=180)


def variant(tmp_path, **changes):
    """The tiny configuration with other entries."""
    lines = (TRAINING / "configs" / "tiny.toml").read_text().splitlines()
    kept = [line for line in lines if line.split(" = ")[0] not in changes]
    path = tmp_path / "variant.toml"
    path.write_text("\n".join([*kept, *(f"{name} = {value}" for name, value in changes.items())]) + "\n")
    return path


def assert_same(a, b, **tolerance):
    a, b = (torch.load(folder / "checkpoint.pt") for folder in (a, b))
    assert a["step"] == b["step"] and a["counts"] == b["counts"]
    for name in ("masters", "average"):
        for ours, theirs in zip(a[name], b[name], strict=True):
            torch.testing.assert_close(ours, theirs, **tolerance or {"rtol": 0, "atol": 0})


def test_a_killed_run_goes_on_as_if_nothing_had_happened(data, whole_run, tmp_path):
    folder, often = tmp_path / "run", variant(tmp_path, save_every=0)
    process = subprocess.Popen(
        command(data, folder, "--val", str(data), config=often), cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    deadline = time.monotonic() + 120
    while not (folder / "curve.csv").exists() or len(read_curve(folder)) < 2:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    stopped_at = torch.load(folder / "checkpoint.pt")["step"]
    assert 0 < stopped_at < 12
    assert train(data, folder, "--val", str(data), config=often).returncode == 0
    assert_same(folder, whole_run)
    curves = [
        [(row["step"], row["loss"], row["heldOutLoss"]) for row in read_curve(run)] for run in (folder, whole_run)
    ]
    assert curves[0] == curves[1]


def test_a_run_that_is_asked_to_end_keeps_its_last_step(data, tmp_path):
    long = variant(tmp_path, steps=100000, log_every=1)
    asked = command(data, tmp_path / "run", config=long)
    process = subprocess.Popen(asked, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    for _ in range(3):
        process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    rest = process.stdout.read().splitlines()
    assert process.wait(60) == 0
    assert torch.load(tmp_path / "run" / "checkpoint.pt")["step"] == 3 + sum("loss" in each for each in rest)


def test_two_processes_are_one_with_the_same_batch(data, whole_run, tmp_path):
    both = train(data, tmp_path / "run", "--val", str(data), processes=2)
    assert both.returncode == 0, both.stderr
    assert_same(tmp_path / "run", whole_run, rtol=0, atol=2e-3)  # Adam's first steps double what rounding leaves
    record = json.loads((tmp_path / "run" / "record.json").read_text())
    assert record["processes"] == 2
    losses = [[row["loss"] for row in read_curve(run) if row["loss"]] for run in (tmp_path / "run", whole_run)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)


def test_a_run_describes_itself(whole_run, data):
    record = json.loads((whole_run / "record.json").read_text())
    weights = torch.load(whole_run / "denoiser.pt")
    assert weights["record"] == record and weights["layers"] == (1, 3)
    assert record["steps"] == 12 and record["windows"] == 24 and record["holes"] == 72
    assert record["contextTokens"] == 24 * 96 + 72 * 12 and record["canvasRows"] == 72 * 3 * 17
    # The last copy is all masks, the others partly; a tenth of what follows an end is looked at.
    assert 72 * 2 < record["maskedTokens"] < 72 * 48
    assert record["data"]["documents"] == 2 and set(record["data"]["languages"]) == {"typescript", "markdown"}
    assert record["configuration"]["steps"] == 12 and record["init"] is None
    assert all(tensor.dtype == torch.bfloat16 for tensor in weights["model"].values())
    rows = read_curve(whole_run)
    assert [row["step"] for row in rows] == [0, 2, 4, 6, 8, 10, 12]
    assert [row["step"] for row in rows if row["heldOutLoss"]] == [0, 6, 12]
    assert record["heldOut"]["loss"] == pytest.approx(rows[-1]["heldOutLoss"], abs=1e-4)
    assert b"<svg" in draw_curve(whole_run).read_bytes()


def test_a_run_can_start_from_another_ones_weights(data, whole_run, tmp_path):
    weights = str(whole_run / "denoiser.pt")
    short = variant(tmp_path, steps=1, learning_rate=1e-9)
    assert train(data, tmp_path / "next", "--init", weights, config=short).returncode == 0
    ours, theirs = torch.load(tmp_path / "next" / "denoiser.pt"), torch.load(weights)
    for name, tensor in theirs["model"].items():
        torch.testing.assert_close(ours["model"][name], tensor, rtol=0, atol=1e-4)
    assert ours["record"]["init"] == "run" and [each["name"] for each in ours["record"]["previous"]] == ["run"]
    refused = train(data, tmp_path / "other", "--init", weights, config=variant(tmp_path, steps=1, layers="[0, 2]"))
    assert refused.returncode != 0 and "(1, 3)" in refused.stderr and "(0, 2)" in refused.stderr


def test_what_is_missing_is_named(data, tmp_path):
    refused = train(tmp_path / "nothing.jsonl", tmp_path / "run")
    assert refused.returncode != 0 and "nothing.jsonl" in refused.stderr
    refused = train(data, tmp_path / "run", config=variant(tmp_path, lerning_rate=1))
    assert refused.returncode != 0 and "lerning_rate" in refused.stderr and "Traceback" not in refused.stderr
