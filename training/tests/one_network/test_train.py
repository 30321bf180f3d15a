import json
import os
import signal
import subprocess
import sys

import pytest
import torch

from training.one_network.train import main
from training.tests.conftest import ROOT, TINY
from training.tests.one_network.test_config import CONFIGS
from training.train.curve import draw_curve, read_curve


@pytest.fixture(autouse=True)
def signals():
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def arguments(shard, folder, *more, config=CONFIGS / "tiny.toml"):
    data = ["--data", str(shard), "--val", str(shard)]
    return [str(config), "--model", str(TINY / "fp32"), *data, "--out", str(folder), *more]


def started(launcher, *args):
    program = [sys.executable, *launcher, "-m", "training.one_network.train", *args]
    env = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(program, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def whole_run(shard, tmp_path_factory):
    """A run of the tiny configuration that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    main(arguments(shard, folder))
    return folder


def variant(tmp_path, **changes):
    """The tiny configuration with other entries."""
    lines = (CONFIGS / "tiny.toml").read_text().splitlines()
    kept = [line for line in lines if line.split(" = ")[0] not in changes]
    path = tmp_path / "variant.toml"
    path.write_text("\n".join([*kept, *(f"{name} = {json.dumps(value)}" for name, value in changes.items())]) + "\n")
    return path


def assert_same(a, b, **tolerance):
    a, b = (torch.load(folder / "checkpoint.pt") for folder in (a, b))
    assert a["step"] == b["step"] and a["counts"] == b["counts"]
    for ours, theirs in zip(a["masters"], b["masters"], strict=True):
        torch.testing.assert_close(ours, theirs, **tolerance or {"rtol": 0, "atol": 0})


def test_a_run_that_is_asked_to_end_saves_and_goes_on_as_if_nothing_had_happened(shard, whole_run, tmp_path):
    folder = tmp_path / "run"
    process = started([], *arguments(shard, folder))
    assert "held out" in process.stdout.readline() and process.stdout.readline().startswith("2 ")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert 2 <= torch.load(folder / "checkpoint.pt")["step"] < 12
    main(arguments(shard, folder))
    assert_same(folder, whole_run)
    curves = [
        [(row["step"], row["loss"], row["heldOutWrite"]) for row in read_curve(run)] for run in (folder, whole_run)
    ]
    assert curves[0] == curves[1]


def test_two_processes_are_one_with_the_same_batch(shard, whole_run, tmp_path):
    process = started(["-m", "torch.distributed.run", "--nproc_per_node=2"], *arguments(shard, tmp_path / "run"))
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert_same(tmp_path / "run", whole_run, rtol=0, atol=2e-3)  # Adam's first steps double what rounding leaves
    assert json.loads((tmp_path / "run" / "record.json").read_text())["processes"] == 2
    losses = [[row["loss"] for row in read_curve(run) if row["loss"]] for run in (tmp_path / "run", whole_run)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)


def test_a_run_describes_itself(whole_run):
    record = json.loads((whole_run / "record.json").read_text())
    weights = torch.load(whole_run / "network.pt")
    assert weights["record"] == record and (weights["kind"], weights["rank"]) == ("all", None)
    assert record["steps"] == 12 and record["windows"] == 24 and 24 < record["holes"] <= 72
    assert record["holes"] < record["writtenTokens"] < record["holes"] * 24 and record["trunkTokens"] == 24 * 24
    assert record["data"]["documents"] == 3 and set(record["data"]["languages"]) == {"typescript", "markdown"}
    assert all(tensor.dtype == torch.bfloat16 for tensor in weights["model"].values())
    rows = read_curve(whole_run)
    assert [row["step"] for row in rows] == [0, 2, 4, 6, 8, 10, 12]
    assert [row["step"] for row in rows if row["heldOutWrite"]] == [0, 6, 12]
    assert rows[-1]["heldOutLoss"] < rows[0]["heldOutLoss"]
    assert b"<svg" in draw_curve(whole_run).read_bytes()


def test_a_process_stops_at_its_deadline_and_saves(shard, tmp_path):
    long = variant(tmp_path, steps=100000)
    main(arguments(shard, tmp_path / "run", "--deadline", "0.1", config=long))
    assert torch.load(tmp_path / "run" / "checkpoint.pt")["step"] == 0
    main(arguments(shard, tmp_path / "run", "--stop-after", "0.005", config=long))
    assert torch.load(tmp_path / "run" / "checkpoint.pt")["step"] > 0


def test_a_run_can_start_from_another_ones_weights(shard, tmp_path):
    adapters = {"weights": "adapters", "rank": 4, "trunk_weight": 0, "horizon_weight": 0, "steps": 1}
    main(arguments(shard, tmp_path / "first", config=variant(tmp_path, **adapters)))
    weights = str(tmp_path / "first" / "network.pt")
    short = variant(tmp_path, **adapters, learning_rate=1e-9)
    main(arguments(shard, tmp_path / "next", "--init", weights, config=short))
    ours, theirs = torch.load(tmp_path / "next" / "network.pt"), torch.load(weights)
    assert set(ours["model"]) == set(theirs["model"]) and ours["rank"] == 4
    for name, tensor in theirs["model"].items():
        torch.testing.assert_close(ours["model"][name], tensor, rtol=0, atol=1e-4)
    assert ours["record"]["init"] == "first" and [each["name"] for each in ours["record"]["previous"]] == ["first"]
    with pytest.raises(SystemExit, match='"adapters" and `rank` 4, the configuration "all" and None'):
        main(arguments(shard, tmp_path / "other", "--init", weights))


def test_what_is_wrong_is_named(shard, whole_run, tmp_path):
    with pytest.raises(SystemExit, match="lerning_rate"):
        main(arguments(shard, tmp_path / "run", config=variant(tmp_path, lerning_rate=1)))
    with pytest.raises(SystemExit, match="begun with seed 0, not 5"):
        main(arguments(shard, whole_run, config=variant(tmp_path, seed=5)))
    with pytest.raises(SystemExit, match=r"nothing\.jsonl"):
        main(arguments(tmp_path / "nothing.jsonl", tmp_path / "run"))
    with pytest.raises(SystemExit, match="`batch` is 3"):
        main(arguments(shard, tmp_path / "run", config=variant(tmp_path, batch=3, micro=2)))
