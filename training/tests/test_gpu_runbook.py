import json
import os
import subprocess
import sys

import pytest
import torch
from conftest import ROOT, TEXT, TINY

GPU = ROOT / "training" / "gpu"
sys.path.insert(0, str(GPU))

from commands import commands  # noqa: E402
from pieces import join, split  # noqa: E402
from prepare import pack  # noqa: E402


def test_the_runbook_from_packing_to_the_weights_that_come_back(tmp_path):
    """The very commands, with the tiny model on a CPU."""
    corpus, here, there = (tmp_path / name for name in ("corpus", "here", "there"))
    (corpus / "train").mkdir(parents=True)
    for path, languages in (
        (corpus / "train" / "000.jsonl", ("typescript", "python")),
        (corpus / "val.jsonl", ("markdown",)),
    ):
        path.write_text("".join(json.dumps({"text": TEXT, "language": each}) + "\n" for each in languages))
    here.mkdir()
    there.mkdir()
    program = [sys.executable, str(GPU / "prepare.py"), "--corpus", str(corpus), "--model", str(TINY / "fp32")]
    program += [
        "--config",
        str(ROOT / "training" / "configs" / "tiny.toml"),
        "--no-wheels",
        "--pack",
        "0.3",
        "--piece",
        "0.1",
    ]
    done = subprocess.run(program, cwd=here, capture_output=True, text=True, check=True)
    plan = json.loads((here / ".stage" / "plan.json").read_text())
    assert plan["packs"] == len(done.stdout.splitlines()) > 3
    shown = subprocess.run(
        [sys.executable, str(GPU / "commands.py"), "--rehearse"], cwd=here, capture_output=True, text=True, check=True
    ).stdout
    environment = os.environ | {"TMPDIR": str(there), "OMP_NUM_THREADS": "1"}
    environment["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    listed = commands(plan, rehearse=True)
    refused = False
    for n, (what, command) in enumerate(listed):
        if what == "join and verify":  # once with a piece that was damaged on its way
            piece = next((there / "infill" / "pieces").rglob("000"))
            whole = piece.read_bytes()
            piece.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
            bad = subprocess.run(["bash", "-c", command], cwd=here, env=environment, capture_output=True, text=True)
            assert bad.returncode != 0 and "is damaged" in bad.stderr
            piece.write_bytes(whole)
            refused = True
        assert command in shown and len(command) < 2000
        out = tmp_path / "back" / str(n)
        out.mkdir(parents=True)
        ran = subprocess.run(
            ["bash", "-c", command], cwd=here, env=environment | {"OUT": str(out)}, capture_output=True, text=True
        )
        assert ran.returncode == 0, f"{what}: {ran.stdout}{ran.stderr}"
        assert all(file.stat().st_size < 16 << 20 for file in out.rglob("*"))
    assert refused
    merged = tmp_path / "merged"
    for n in range(len(listed)):
        subprocess.run(["cp", "-r", f"{tmp_path}/back/{n}/.", str(merged)], check=True)
    (weights,) = join(merged, tmp_path / "run")
    assert weights.read_bytes() == (there / "infill" / "run" / "denoiser.pt").read_bytes()
    assert torch.load(weights)["step"] == 12
    assert json.loads((merged / "record.json").read_text())["steps"] == 12 and (merged / "curve.csv").exists()


def test_on_a_gpu_it_compiles_and_trains_in_rounds_of_less_than_ten_minutes():
    plan = {"source": "--gguf base.gguf", "init": True, "val": "val.jsonl.zst", "minutes": 19, "packs": 6}
    listed = commands(plan)
    rounds = [command for what, command in listed if what.startswith("train")]
    assert len(rounds) == 3 and all("--device cuda --compile" in each and "--init init.pt" in each for each in rounds)
    assert [what for what, _ in listed[:6]] == [f"bring pack {n}" for n in range(1, 7)]
    assert all(len(command) < 2000 for _, command in listed)


def test_pieces_make_the_file_again_or_are_refused(tmp_path):
    path = tmp_path / "weights.pt"
    path.write_bytes(bytes(range(256)) * 41)
    assert [piece.name for piece in split(path, tmp_path / "a", 4000)] == ["000", "001", "002"]
    (joined,) = join(tmp_path / "a", tmp_path / "b")
    assert joined.read_bytes() == path.read_bytes()
    damaged = tmp_path / "a" / "weights.pt.pieces" / "001"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"!")
    joined.unlink()
    with pytest.raises(ValueError, match=r"Piece 1 of weights\.pt is damaged"):
        join(tmp_path / "a", tmp_path / "b")
    damaged.unlink()
    with pytest.raises(ValueError, match=r"Piece 1 of weights\.pt is missing"):
        join(tmp_path / "a", tmp_path / "b")
    assert not joined.exists()
    with pytest.raises(ValueError, match="no pieces"):
        join(tmp_path / "b", tmp_path / "c")


def test_some_pieces_at_a_time(tmp_path):
    path = tmp_path / "weights.pt"
    path.write_bytes(b"abcdefghij")
    for first in (0, 2, 4):
        split(path, tmp_path / "a", 2, first, 2)
    assert join(tmp_path / "a", tmp_path / "b")[0].read_bytes() == b"abcdefghij"


def test_packs_stay_within_their_limit(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    for name, size in (("a", 30), ("b", 80), ("c", 250), ("d", 10)):
        (folder / name).write_bytes(name.encode() * size)
    sizes = pack(folder, tmp_path / "stage", 1000, 100)
    assert max(sizes) <= 1000
    for number, size in enumerate(sizes, 1):
        files = [p for p in (tmp_path / "stage" / str(number)).rglob("*") if p.is_file()]
        assert sum(p.stat().st_size for p in files) == size
    with pytest.raises(ValueError, match="does not fit"):
        pack(folder, tmp_path / "stage", 50, 100)
