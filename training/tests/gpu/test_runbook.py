import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile

import pytest
import torch

from training.gpu.commands import commands
from training.gpu.pieces import join, split
from training.gpu.prepare import clear, pack
from training.gpu.unpack import unpack
from training.tests.conftest import ROOT, TEXT, TINY

PLAN = {"source": "--gguf base.gguf", "init": True, "val": "val.jsonl.zst", "minutes": 19, "packs": 6}


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """A repository root with the packs of a rehearsal in .stage: tiny model, little text, three seconds of training."""
    here = tmp_path_factory.mktemp("here")
    corpus = here / "corpus"
    (corpus / "train").mkdir(parents=True)
    for path, languages in (
        (corpus / "train" / "000.jsonl", ("typescript", "python")),
        (corpus / "val.jsonl", ("markdown",)),
    ):
        path.write_text("".join(json.dumps({"text": TEXT, "language": each}) + "\n" for each in languages))
    lines = (ROOT / "training" / "configs" / "tiny.toml").read_text().replace("steps = 12", "minutes = 0.04")
    (here / "some.toml").write_text(lines)
    what = ("--corpus", "corpus", "--config", "some.toml", "--model", TINY / "fp32")
    done = run_program(here, "prepare", *what, "--no-wheels", "--pack", "0.2", "--piece", "0.1")
    assert len(done.splitlines()) == json.loads((here / ".stage" / "plan.json").read_text())["packs"] > 3
    return here


def run_program(folder, name, *options):
    command = [sys.executable, "-m", f"training.gpu.{name}", *map(str, options)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout


def run_bash(command, here, there, out):
    """On the machine whose temporary folder is `there`."""
    out.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"TMPDIR": str(there), "OMP_NUM_THREADS": "1", "OUT": str(out)}
    environment.pop("PYTHONPATH", None)  # what was not packed is not there
    environment["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    return subprocess.run(["bash", "-c", command], cwd=here, env=environment, capture_output=True, text=True)


def test_the_runbook_from_packing_to_the_weights_that_come_back(here, tmp_path):
    """The very commands that are printed, on a CPU."""
    (there := tmp_path / "there").mkdir()
    listed = [block.split("\n", 1) for block in run_program(here, "commands", "--rehearse").split("\n\n")]
    listed = [(what.split(". ", 1)[1], command) for what, command in listed if not command.startswith("#")]
    steps = []
    for n, (what, command) in enumerate(listed):
        out = tmp_path / "back" / str(n)
        ran = run_bash(command, here, there, out)
        assert ran.returncode == 0, f"{what}: {ran.stdout}{ran.stderr}"
        assert all(file.stat().st_size < 16 << 20 for file in out.rglob("*"))
        if what.startswith("train"):
            steps.append(json.loads((out / "record.json").read_text())["steps"])
        shutil.copytree(out, tmp_path / "merged", dirs_exist_ok=True)
    (weights,) = join(tmp_path / "merged", tmp_path / "run")
    assert weights.read_bytes() == (there / "infill" / "run" / "denoiser.pt").read_bytes()
    assert len(steps) == 2 and 0 < steps[0] < steps[1] == torch.load(weights)["step"]  # the second round went on
    record = json.loads((tmp_path / "merged" / "record.json").read_text())
    assert record["steps"] == steps[1] and record["minutes"] >= 0.04 and record["name"] == "run"
    assert (tmp_path / "merged" / "curve.csv").exists()


def test_what_was_not_brought_or_not_whole_stops_it(here, tmp_path):
    (there := tmp_path / "there").mkdir()
    packs = json.loads((here / ".stage" / "plan.json").read_text())["packs"]
    for n in range(1, packs + 1):
        shutil.copytree(here / ".stage" / str(n), there / "infill", dirs_exist_ok=True)
    (command,) = (command for what, command in commands(PLAN, rehearse=True) if what.startswith("verify"))
    files = json.loads((there / "infill" / "packs.json").read_text())
    piece = next(path for path in files["2"] if ".pieces/0" in path)
    place = there / "infill" / piece
    content = place.read_bytes()
    for change, message in (
        (lambda: place.write_bytes(content[:-1] + b"!"), f"{piece} is damaged: bring pack 2 again"),
        (place.unlink, f"{piece} is missing: bring pack 2 again"),
    ):
        change()
        ran = run_bash(command, here, there, tmp_path / "out")
        assert ran.returncode != 0 and message in ran.stderr and "Traceback" not in ran.stderr
    place.write_bytes(content)
    (there / "infill" / "packs.json").unlink()
    with pytest.raises(ValueError, match="bring pack 1"):
        unpack(there / "infill")


def test_wheels_are_unpacked(tmp_path):
    (tmp_path / "wheels").mkdir()
    with zipfile.ZipFile(tmp_path / "wheels" / "some-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("some/__init__.py", "there = True\n")
    path = "wheels/some-1.0-py3-none-any.whl"
    sums = {path: hashlib.sha256((tmp_path / path).read_bytes()).hexdigest()}
    (tmp_path / "packs.json").write_text(json.dumps({"1": sums}))
    assert unpack(tmp_path) == []
    assert (tmp_path / "site" / "some" / "__init__.py").read_text() == "there = True\n"


def test_what_runs_there_first_needs_only_the_standard_library():
    for name in ("unpack", "pieces"):
        subprocess.run([sys.executable, "-S", "-c", f"import training.gpu.{name}"], cwd=ROOT, check=True)


def test_a_folder_that_holds_no_packs_is_left_alone(tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "thesis.txt").write_text("years")
    with pytest.raises(ValueError, match=r"thesis\.txt"):
        clear(tmp_path / "work")
    assert (tmp_path / "work" / "thesis.txt").exists()
    (stage := tmp_path / "stage").mkdir()
    for name in ("1", "plan.json"):
        (stage / name).mkdir()
    clear(stage)
    assert not stage.exists()
    clear(stage)


def test_on_a_gpu_it_compiles_and_trains_in_rounds_of_less_than_ten_minutes():
    listed = commands(PLAN)
    rounds = [command for what, command in listed if what.startswith("train")]
    assert len(rounds) == 3 and all("--device cuda --compile" in each and "--init init.pt" in each for each in rounds)
    assert [what for what, _ in listed[:6]] == [f"bring pack {n}" for n in range(1, 7)]
    with pytest.raises(ValueError, match="--rounds"):
        commands(PLAN | {"minutes": None})
    assert len(commands(PLAN | {"minutes": None}, rounds=2)) == len(listed) - 1
    with pytest.raises(ValueError, match="2000"):
        commands(PLAN, stage="x" * 2000)


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
