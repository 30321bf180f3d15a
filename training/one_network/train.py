"""Train the one network as a configuration says. Goes on where RUN stands, however it was stopped.

    python -m training.one_network.train training/configs/one_network/NAME.toml --out runs/NAME --gguf BASE.gguf \
        --data 'corpus/train/*.zst' --val corpus/val.jsonl.zst
    several CPU cores:  OMP_NUM_THREADS=1 torchrun --nproc_per_node=CORES -m training.one_network.train …
    one GPU:            python -m training.one_network.train … --device cuda --compile --workers 14"""

import argparse
import json
import math
import os
import time
from dataclasses import replace
from pathlib import Path

import torch
import torch.distributed as dist

from training.model.base import Base
from training.model.model_folder import read_model_folder
from training.model.one_network_folder import read_network_folder
from training.model.one_network_weights import network_of, read_network_weights
from training.one_network.batches import Batches
from training.one_network.config import NetworkConfig
from training.one_network.loss import STREAMS, SUMS, means
from training.one_network.trainer import NetworkTrainer, rate_at
from training.train.batches import loader
from training.train.clock import Clock
from training.train.config import read_config
from training.train.corpus import Corpus, pack
from training.train.curve import Curve, draw_curve
from training.train.run_folder import RunFolder, device_name, origin_of, record_of

HELD_OUT_SEED = 1
COUNTED = ("windows", "holes", "writtenTokens", "canvasTokens", "trunkTokens")  # tokens that were predicted
COMPILING = 3  # first steps of a process that compiles, whose time is not training
MEASURED = ("write", "text", "canvas", "trunk", *(f"{name}Right" for name in STREAMS))
COLUMNS = (
    *("step", "minutes", "holes", "loss", *MEASURED, "horizon", "rate", "norm"),
    *(f"heldOut{name[0].upper()}{name[1:]}" for name in ("loss", *MEASURED)),
)


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("config", help="TOML, see config.py")
    p.add_argument("--out", required=True, help="folder of this run, see run_folder.py")
    source = p.add_mutually_exclusive_group(required=True)
    source.add_argument("--gguf", help="the base model")
    source.add_argument("--model", help="instead of --gguf: an fp32 model folder, such as the tests' tiny ones")
    p.add_argument("--data", nargs="+", required=True, help="shards of JSON lines, see corpus.py; or patterns")
    p.add_argument("--val", help="held-out shard")
    p.add_argument("--init", help="start from these weights (another run, or kept ones) if RUN is new")
    p.add_argument("--stop-after", type=float, default=math.inf, help="minutes of training in this process")
    p.add_argument("--deadline", type=float, default=math.inf, help="seconds after which this process stops and saves")
    p.add_argument("--device", default="cpu")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--workers", type=int, default=0, help="processes that cut holes")
    p.add_argument("--compile", action="store_true", help="worth it on GPUs")
    return p.parse_args(argv)


def load_base(a):
    """-> architecture, state, tokenizer, see `network_of`"""
    if a.gguf:
        base = Base(a.gguf)
        return base.architecture, base.encoder_state(), base.tokenizer()
    if json.loads(Path(a.model, "manifest.json").read_text(encoding="utf-8"))["architecture"]["kind"] == "one-network":
        folder = read_network_folder(a.model, torch.float32)
        return folder.network.architecture, folder.network.state_dict(), folder.tokenizer
    folder = read_model_folder(a.model, torch.float32)
    return folder.encoder.architecture, folder.encoder.state_dict(), folder.tokenizer


def check_same(config, weights, source):
    """What begun weights have decided already."""
    begun = weights["kind"], weights["rank"]
    if begun != (config.weights, config.rank):
        asked = f'"{config.weights}" and {config.rank}'
        raise SystemExit(
            f'{source} has `weights` "{begun[0]}" and `rank` {begun[1]}, the configuration {asked}.'
            " Name the same or start anew."
        )


def main(argv=None):
    a = arguments(argv)
    try:
        config = read_config(a.config, NetworkConfig)
    except (ValueError, OSError) as error:
        raise SystemExit(str(error)) from None
    processes, rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
    if processes > 1:
        dist.init_process_group("nccl" if a.device == "cuda" else "gloo")
    torch.set_num_threads(a.threads)
    torch.set_float32_matmul_precision("high")
    torch.manual_seed(config.seed)

    folder = RunFolder(a.out, "network.pt")
    checkpoint, start = folder.load(), read_network_weights(a.init) if a.init else None
    if checkpoint and (seed := checkpoint["record"]["configuration"]["seed"]) != config.seed:
        raise SystemExit(f"{a.out} was begun with seed {seed}, not {config.seed}.")
    if checkpoint or start:
        check_same(config, checkpoint or start, a.out if checkpoint else a.init)
    try:
        architecture, base_state, tokenizer = load_base(a)
        if rank == 0:
            folder.begin(a.config)
            pack(a.data, folder.path.parent)
        if processes > 1:
            dist.barrier()
        corpus = Corpus(pack(a.data, folder.path.parent))
        batches = Batches(corpus, tokenizer, config, rank, processes)
        held_out = list(_held_out(a, config, tokenizer, folder)) if a.val and rank == 0 else []
        network = network_of(architecture, base_state, start, config.rank)
    except (ValueError, OSError) as error:
        raise SystemExit(str(error)) from None
    trainer = NetworkTrainer(network, config, a.device, processes, checkpoint)
    if a.compile:
        trainer.compile()
    progress = {"step": 0, "minutes": 0.0, "counts": [0] * len(COUNTED), "heldOut": None, "recent": 0}
    progress |= {name: checkpoint[name] for name in progress if checkpoint and name in checkpoint}
    origin = checkpoint["record"] if checkpoint else origin_of(start, a.init)
    origin = {name: origin[name] for name in ("init", "previous")}
    where = {"device": device_name(a.device), "processes": processes}

    def keep():
        record = record_of(folder.path.name, config, progress, where, corpus, origin, COUNTED)
        shared = {"kind": config.weights, "rank": config.rank, "record": record}
        shared |= {name: progress[name] for name in ("step", "minutes")}
        folder.keep({"model": trainer.weights(), **shared}, trainer.state() | progress | shared, record)

    curve = Curve(a.out, progress["step"], COLUMNS) if rank == 0 else None
    _train(a, config, trainer, batches, held_out, progress, curve, keep)
    if rank == 0:
        keep()
        try:
            draw_curve(a.out)
        except ImportError:
            print(f"matplotlib is missing: python -m training.train.curve {a.out} draws the curve elsewhere.")
    if processes > 1:
        dist.barrier()  # a process that leaves early may abort the others
        dist.destroy_process_group()


def _train(a, config, trainer, batches, held_out, progress, curve, keep):
    """Until the schedule or this process's time is over, or it is asked to end. `curve`: None in all processes but the
    first."""
    clock = Clock(progress["minutes"], trainer.processes, a.device, a.stop_after, a.deadline)
    saved, ahead, first = time.monotonic(), None, progress["step"]
    if held_out and progress["step"] == 0:
        progress["heldOut"] = _measure(trainer, held_out)
        curve.add(step=0, minutes=0, holes=0, **_named(progress["heldOut"]))
    while True:
        if progress["step"] == first + (COMPILING if a.compile else 0):
            clock.start()
        minutes, stop = clock.read()
        step, progress["minutes"] = progress["step"], minutes
        done = step / config.steps if config.steps else minutes / config.minutes
        if done >= 1 or stop:
            return
        ahead = ahead or loader(batches, range(step, config.steps or 10**9), a.workers, a.device)
        rate = rate_at(step, done, config)
        scores, norm = trainer.step(next(ahead), rate)
        progress["counts"] = _added(progress["counts"], scores, config)
        progress["step"] = step = step + 1
        progress["recent"] = progress["recent"] + scores.cpu()  # since the last row of the curve
        if curve is None:
            continue
        values = {}
        if step % config.log_every == 0:
            values = means(progress["recent"]) | {"norm": norm, "rate": rate}
            said = (f"{name} {value:.3f}" for name, value in values.items() if name != "rate")
            print(step, f"{minutes:.1f} min", *said, "holes", progress["counts"][1], flush=True)
            progress["recent"] = 0
        if held_out and step % config.held_out_every == 0:
            progress["heldOut"] = _measure(trainer, held_out)
            values |= _named(progress["heldOut"])
        if values:
            curve.add(step=step, minutes=minutes, **{"holes": progress["counts"][1], **values})
        if time.monotonic() - saved >= config.save_every:
            keep()
            saved = time.monotonic()


def _added(counts, scores, config):
    """`counts` (see COUNTED) after one more step."""
    sums = dict(zip(SUMS, scores.tolist(), strict=True))
    new = (config.batch, sums["holes"], *(sums[f"{name}Count"] for name in STREAMS))
    return [old + int(more) for old, more in zip(counts, new, strict=True)]


def _measure(trainer, held_out):
    scores = trainer.evaluate(held_out)
    print("  held out:", *(f"{name} {value:.4f}" for name, value in scores.items()), flush=True)
    return scores


def _named(held_out):
    return {f"heldOut{name[0].upper()}{name[1:]}": value for name, value in held_out.items()}


def _held_out(a, config, tokenizer, folder):
    """The same batches for every run whose windows have the same sizes."""
    corpus = Corpus(pack([a.val], folder.path.parent))
    batches = Batches(corpus, tokenizer, replace(config, seed=HELD_OUT_SEED, batch=config.micro))
    return loader(batches, range(-(-config.held_out_windows // config.micro)), 0, a.device)


if __name__ == "__main__":
    main()
