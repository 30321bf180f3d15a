"""From packing to the weights that are joined here, by the very commands that are printed."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import asdict

import pytest
import torch

from training.gpu.changes import errors
from training.gpu.commands import BARE, commands
from training.gpu.lease import rounds_of
from training.gpu.pieces import join, split
from training.gpu.prepare import check_config, clear, pack, set_minutes
from training.gpu.unpack import unpack
from training.tests.conftest import ROOT, TEXT, TINY

PLAN = {
    "source": "--gguf base.gguf",
    "init": True,
    "stopAfter": None,
    "minutes": 20,
    "mebibytes": 60,
    "packs": [5, 5, 4],
    "rounds": [asdict(each) for each in rounds_of(1800, 3)],
}
TRAINED = ROOT / "training" / "configs" / "one_network" / "tiny.toml"


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """A checkout with the packs of a rehearsal in .stage: tiny model, little text, two rounds of a second."""
    here = tmp_path_factory.mktemp("here")
    subprocess.run(["git", "init", "--quiet", here], check=True)
    (here / ".gitignore").write_text(".stage/\n")
    (here / "corpus" / "train").mkdir(parents=True)
    for path, languages in (("train/000.jsonl", ("typescript", "python")), ("val.jsonl", ("markdown",))):
        entries = [
            {"package": f"npm:{each}", "path": f"src/{n}", "language": each, "text": TEXT[n:]}
            for each in languages
            for n in range(2)
        ]
        (here / "corpus" / path).write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    (here / "some.toml").write_text(re.sub(r"(?m)^steps = .*$", "minutes = 1", TRAINED.read_text()))
    what = ("--corpus", "corpus", "--config", "some.toml", "--model", TINY / "fp32", "--lease", 24, "--rehearse")
    done = run_program(here, "prepare", *what, "--no-wheels", "--pack", "0.2", "--piece", "0.1")
    assert len(done.splitlines()) == len(plan_of(here)["packs"]) > 3
    return here


def plan_of(here):
    return json.loads((here / ".stage" / "plan.json").read_text())


def run_program(folder, name, *options):
    command = [sys.executable, "-m", f"training.gpu.{name}", *map(str, options)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def run_bash(command, here, there, out):
    """On the machine whose temporary folder is `there`."""
    out.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"TMPDIR": str(there), "OMP_NUM_THREADS": "1", "OUT": str(out)}
    environment.pop("PYTHONPATH", None)  # what was not packed is not there
    environment["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    return subprocess.run(["bash", "-c", command], cwd=here, env=environment, capture_output=True, text=True)


def printed(here):
    """-> [(what it does, command)], as they would be sent"""
    blocks = run_program(here, "commands").strip().split("\n\n")
    return [tuple(block.removeprefix("# ").split("\n")) for block in blocks if "\n" in block]


def test_the_rehearsal_from_packing_to_the_joined_weights(here, tmp_path):
    (there := tmp_path / "there").mkdir()
    listed = printed(here)
    assert len(listed) == len(plan_of(here)["packs"]) + 2
    for n, (what, command) in enumerate(listed):
        out = tmp_path / "back" / str(n)
        ran = run_bash(command, here, there, out)
        assert ran.returncode == 0, f"{what}: {ran.stdout}{ran.stderr}"
        files = [path for path in out.rglob("*") if path.is_file()]
        assert len(files) <= 8 and all(len(path.relative_to(out).parts) <= 3 for path in files)
        assert all(re.fullmatch(r"[\w.-]+", path.name) for path in out.rglob("*"))
        assert all(path.stat().st_size < 16 << 20 for path in files)
    rounds = [tmp_path / "back" / str(len(listed) - 2), tmp_path / "back" / str(len(listed) - 1)]
    steps = [json.loads((folder / "record.json").read_text())["steps"] for folder in rounds]
    assert 0 < steps[0] < steps[1]  # the second round went on
    said = run_program(here, "join", *rounds, "--model", TINY / "fp32", "--out", tmp_path / "run" / "net.pt")
    assert re.search(r"round 1: .*\nround 2: .* of each row's change; off by 0\.\d+ % of the weights", said)
    there_now, joined = torch.load(there / "infill" / "run" / "network.pt"), torch.load(tmp_path / "run" / "net.pt")
    assert {name: joined[name] for name in joined if name != "model"} == {
        name: there_now[name] for name in there_now if name != "model"
    }
    assert joined["step"] == steps[1] and list(joined["model"]) == list(there_now["model"])
    for name, tensor in there_now["model"].items():
        assert joined["model"][name].dtype == tensor.dtype == torch.bfloat16
    stated = float(re.findall(r"at most (\d+\.\d+) %", said)[-1])
    assert 0 < stated < 5 and 100 * errors(there_now["model"], joined["model"])["worst"] == pytest.approx(
        stated, abs=1e-4
    )
    record = json.loads((tmp_path / "run" / "record.json").read_text())
    assert record["steps"] == steps[1] and record["name"] == "run" and record["minutes"] >= 0.04
    assert (tmp_path / "run" / "curve.csv").read_bytes() == (there / "infill" / "run" / "curve.csv").read_bytes()


def test_on_a_bare_machine_every_command_but_the_first_ends_by_itself(here, tmp_path):
    for what, command in printed(here)[1:]:
        (tmp_path / "bare").mkdir()
        ran = run_bash(command, here, tmp_path / "bare", tmp_path / "out")
        missing = "the packs are" if what.split(". ")[1].startswith("train") else r"pack \d is"
        assert ran.returncode == BARE
        assert (
            re.fullmatch(rf"A bare machine: {missing} not there\. Nothing was done\.\n", ran.stdout) and not ran.stderr
        )
        (tmp_path / "bare").rmdir()  # nothing is left in it


def test_a_series_on_a_machine_that_was_used_before_begins_anew(here, tmp_path):
    (tmp_path / "infill" / "run").mkdir(parents=True)
    for name in ("ready", "brought.1", "brought.2"):
        (tmp_path / "infill" / name).touch()
    (_, first), *_ = printed(here)
    assert run_bash(first, here, tmp_path, tmp_path / "out").returncode == 0
    assert (tmp_path / "infill" / "brought.1").exists()
    assert not any((tmp_path / "infill" / name).exists() for name in ("ready", "brought.2", "run"))


def test_what_was_not_brought_or_not_whole_stops_it(here, tmp_path):
    (there := tmp_path / "there").mkdir()
    packs = len(plan_of(here)["packs"])
    for n in range(1, packs + 1):
        shutil.copytree(here / ".stage" / str(n), there / "infill", dirs_exist_ok=True)
    (there / "infill" / f"brought.{packs - 1}").touch()
    *_, (what, command), _, _ = printed(here)
    assert f"bring pack {packs} of {packs}" in what
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
        assert not (there / "infill" / "ready").exists()
    place.write_bytes(content)
    (there / "infill" / "packs.json").unlink()
    with pytest.raises(ValueError, match="bring pack 1"):
        unpack(there / "infill")


def test_a_round_that_cannot_train_says_why(here, tmp_path):
    """The log leaves the machine, and nothing is sent."""
    (tmp_path / "infill").mkdir()
    (tmp_path / "infill" / "ready").touch()
    shutil.copytree(ROOT / "training", tmp_path / "infill" / "training", ignore=lambda *_: ["results", "data"])
    ran = run_bash(printed(here)[-1][1], here, tmp_path, tmp_path / "out")
    assert ran.returncode not in (0, BARE) and "There is no run/network.pt: no round has kept" in ran.stderr
    assert "There is no configuration config.toml" in (tmp_path / "out" / "log.txt").read_text()


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


def test_on_a_gpu_it_compiles_and_each_round_ends_within_its_command():
    listed = commands(PLAN)
    rounds = [each for each in listed if each[0].startswith("train")]
    assert [what for what, *_ in listed] == [f"bring pack {n} of 3" for n in (1, 2, 3)] + [
        f"train, round {n} of 3" for n in (1, 2, 3)
    ]
    assert [carries for _, carries, *_ in listed] == [".stage/1", ".stage/2", ".stage/3", None, None, None]
    for _, _, limit, command in rounds:
        assert "--device cuda --compile" in command and command.count("--init init.pt") == 2
        assert int(re.search(r"--deadline (\d+)", command)[1]) < limit <= 600
        assert "--stop-after" not in command and "--mebibytes 60" in command
    assert all(len(command) <= 2000 for *_, command in listed)
    assert [command.endswith("training.gpu.unpack") for *_, command in listed[:3]] == [False, False, True]
    only, *_ = commands(PLAN | {"packs": [5]})
    assert "rm -rf $S" in only[3] and only[3].endswith("training.gpu.unpack")
    with pytest.raises(ValueError, match="2000"):
        commands(PLAN, stage="x" * 2000)


def test_the_minutes_of_the_lease_take_the_place_of_those_in_the_configuration(here, tmp_path):
    plan = plan_of(here)
    (config,) = (here / ".stage").glob("*/config.toml")
    assert f"\nminutes = {plan['minutes']}\n" in config.read_text() and plan["minutes"] == 0.04
    path = tmp_path / "some.toml"
    path.write_text('why = "x"\nminutes = 3 # long\nseed = 1\n')
    set_minutes(path, 20.5)
    assert path.read_text() == 'why = "x"\nminutes = 20.5\nseed = 1\n'


def test_what_training_would_refuse_is_said_before_the_lease(tmp_path):
    path = tmp_path / "some.toml"
    path.write_text("minutes = 5\n")
    check_config(path)
    torch.save({"model": {}, "kind": "adapters", "rank": 4}, tmp_path / "network.pt")
    with pytest.raises(SystemExit, match=r'network\.pt has `weights` "adapters"'):
        check_config(path, tmp_path / "network.pt")
    for text, message in (("steps = 5", "must count `minutes`"), ("minutes = 5\nholes = 3", "there is no holes")):
        path.write_text(text)
        with pytest.raises(ValueError, match=message):
            check_config(path)


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
