"""Prepares what a bare GPU machine needs, as numbered packs that travel one by one: code, wheels, base model, corpus.

    python -m training.gpu.prepare --corpus .cache/corpus --gguf BASE.gguf --config training/configs/one_network/gpu.toml
    python -m training.gpu.commands

The configuration's `minutes` become those that the lease has for training. Run it again after a change: packs are made
anew."""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from training.gpu.lease import PLAN, minutes_of, rounds_of
from training.gpu.pieces import MEBIBYTE, RETURNED, RETURNED_SIZE, split
from training.gpu.travelling import LIMIT, travelling, without_released
from training.gpu.unpack import LIST, file_sha256
from training.gpu.whole_packages import packages_of, some_packages, write_shard, write_shards
from training.model.one_network_weights import read_network_weights
from training.one_network.config import NetworkConfig
from training.one_network.train import check_same
from training.train.config import read_config

TRAINING = Path(__file__).resolve().parents[1]
ROOMS = ("model", "shared", "train", "one_network", "gpu")  # of the code, as far as training needs it
WHEELS = ("gguf", "pyyaml", "tqdm", "tokenizers", "safetensors", "zstandard")
PLATFORM = "manylinux2014_x86_64"
SHARDS = 4
HELD_OUT, LARGEST_HELD_OUT = 9_000_000, 700_000  # characters of all held-out packages, and of the largest one
ROOM = 1.5  # MiB between a pack with the checkout and what may travel
REHEARSED, REHEARSED_ROOM = 0.02, 0.06  # minutes of training in each round of a rehearsal, and MiB that it gives back


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--corpus", required=True, help="folder that training/data/build_corpus.py wrote")
    source = p.add_mutually_exclusive_group(required=True)
    source.add_argument("--gguf", help="the base model")
    source.add_argument("--model", help="instead of --gguf: an fp32 model folder, for a rehearsal")
    p.add_argument("--config", required=True)
    p.add_argument("--init", help="weights to start from: network.pt of another run")
    p.add_argument("--lease", type=float, default=30, help="minutes that the machine is lent")
    p.add_argument("--stage", default=".stage")
    p.add_argument("--pack", type=float, help="MiB of a pack at most; default: what the checkout leaves")
    p.add_argument("--piece", type=float, default=4, help="MiB of a piece of a larger file")
    p.add_argument("--python", default="3.12", help="the GPU machine's")
    p.add_argument("--no-wheels", action="store_true", help=f"the GPU machine has {', '.join(WHEELS)}")
    p.add_argument("--rehearse", action="store_true", help="for a CPU, with seconds of training")
    return p.parse_args()


def main():
    a = arguments()
    stage = Path(a.stage)
    with tempfile.TemporaryDirectory() as collected:
        try:
            limit = pack_limit(without_released(travelling(".")), a.pack)
            plan = collect(a, Path(collected))
            clear(stage)
            packs = pack(Path(collected), stage, limit, min(limit, int(a.piece * MEBIBYTE)))
            rounds = rounds_of(60 * a.lease, len(packs))
        except (OSError, ValueError) as error:
            sys.exit(str(error))
    minutes = REHEARSED * len(rounds) if a.rehearse else minutes_of(rounds)
    set_minutes(next(stage.glob("*/config.toml")), minutes)
    list_packs(stage, len(packs))
    packs = [size_of(stage / str(number)) for number in range(1, len(packs) + 1)]
    plan |= {"packs": packs, "rounds": [asdict(each) for each in rounds], "minutes": minutes}
    (stage / PLAN).write_text(json.dumps(plan, indent=1) + "\n", encoding="utf-8")
    for number, size in enumerate(packs, 1):
        print(f"{stage / str(number)}  {size / MEBIBYTE:.1f} MiB")


def pack_limit(files, wanted):
    """{path: bytes} of what travels besides; MiB wanted, if any -> bytes of a pack at most. The released weights do not
    count: commands.py sees to it that they do not travel."""
    left = LIMIT - sum(files.values())
    if wanted is None:
        wanted = left / MEBIBYTE - ROOM
    if not 0 < wanted * MEBIBYTE <= left:
        raise ValueError(
            f"A pack of {wanted:.1f} MiB does not fit: the checkout has {sum(files.values()) / MEBIBYTE:.1f} MiB"
            f" without the released weights, and {LIMIT // MEBIBYTE} travel at most."
        )
    return int(wanted * MEBIBYTE)


def size_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def clear(stage):
    """Removes the packs of an earlier run, and nothing that looks like anything else."""
    if not stage.exists():
        return
    others = [path.name for path in stage.iterdir() if not (path.name.isdigit() or path.name == PLAN)]
    if others:
        raise ValueError(f"{stage} is not a folder of packs: it holds {', '.join(sorted(others)[:3])}. Name another.")
    shutil.rmtree(stage)


def list_packs(stage, count):
    """Into pack 1: the hash of every file, by pack, so that what was not brought, or not whole, is noticed."""
    packs = {}
    for number in range(1, count + 1):
        folder = stage / str(number)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        packs[number] = {path.relative_to(folder).as_posix(): file_sha256(path) for path in files}
    (stage / "1" / LIST).write_text(json.dumps(packs, indent=1) + "\n", encoding="utf-8")


def collect(a, folder):
    """Puts everything where it is to be on the GPU machine -> what commands.py must know."""
    check_config(a.config, a.init)
    for path in (TRAINING / "__init__.py", *(path for room in ROOMS for path in (TRAINING / room).rglob("*.py"))):
        _copy(path, folder / "training" / path.relative_to(TRAINING))
    _copy(a.config, folder / "config.toml")
    if a.gguf:
        _copy(a.gguf, folder / "base.gguf")
    else:
        for path in Path(a.model).iterdir():
            _copy(path, folder / "model" / path.name)
    if a.init:
        _copy(a.init, folder / "init.pt")
    write_shards(packages_of(_shards(a.corpus, "train/*.jsonl*")), folder / "train", SHARDS)
    held_out = some_packages(packages_of(_shards(a.corpus, "val.jsonl*")), HELD_OUT, LARGEST_HELD_OUT)
    write_shard([line for _, lines in held_out for line in lines], folder / "val.jsonl.zst")
    if not a.no_wheels:
        _wheels(folder / "wheels", a.python)
    return {
        "source": "--gguf base.gguf" if a.gguf else "--model model",
        "init": bool(a.init),
        "stopAfter": REHEARSED if a.rehearse else None,
        "mebibytes": REHEARSED_ROOM if a.rehearse else RETURNED * RETURNED_SIZE,
    }


def _shards(corpus, pattern):
    found = sorted(Path(corpus).glob(pattern))
    if not found:
        raise ValueError(f"There is no {pattern} in {corpus}: training/data/build_corpus.py writes it.")
    return found


def check_config(path, init=None):
    """What training would refuse is better heard before the lease than in it."""
    config = read_config(path, NetworkConfig)
    if config.minutes is None:
        raise ValueError(f"{path} must count `minutes`: those of the lease are put in their place.")
    if init:
        check_same(config, read_network_weights(init), init)


def set_minutes(path, minutes):
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^minutes *=.*$", f"minutes = {minutes}", text, count=1), encoding="utf-8")


def _copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _wheels(folder, python):
    versions = {}
    for line in (TRAINING / "requirements.txt").read_text(encoding="utf-8").splitlines():
        name, separator, version = line.partition("==")
        if separator:
            versions[name] = version
    wanted = [f"{name}=={versions[name]}" if name in versions else name for name in WHEELS]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", folder]
    command += ["--platform", PLATFORM, "--python-version", python, *wanted]
    if subprocess.run(command, check=False).returncode:
        raise ValueError(f"pip could not download the wheels of {', '.join(wanted)} for Python {python}.")


def pack(folder, stage, limit, piece):
    """Files below `folder` -> `stage`/1, 2, ..., each of at most `limit` bytes, larger files cut; packs' sizes."""
    if piece > limit:
        raise ValueError(f"A piece of {piece} bytes does not fit into a pack of {limit}.")
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.stat().st_size > piece:
            split(path, folder / "pieces" / path.parent.relative_to(folder), piece)
            path.unlink()
    packs = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        size = path.stat().st_size
        number = next((n for n, used in enumerate(packs) if used + size <= limit), len(packs))
        if number == len(packs):
            packs.append(0)
        packs[number] += size
        target = stage / str(number + 1) / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
    return packs


if __name__ == "__main__":
    main()
