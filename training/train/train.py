"""Train the denoiser as a configuration says. Goes on where RUN stands, however it was stopped.

    python -m training.train.train training/configs/NAME.toml --out runs/NAME --gguf BASE.gguf \
        --data 'corpus/train/*.zst' --val corpus/val.jsonl.zst
    several CPU cores:  OMP_NUM_THREADS=1 torchrun --nproc_per_node=CORES -m training.train.train …
    one GPU:            python -m training.train.train … --device cuda --compile --workers 14

On CPUs use one process for each core and one thread each: a preempted thread stalls every parallel region of a process
that has several."""

import argparse
import math
import os
import time
from dataclasses import replace

import torch
import torch.distributed as dist

from training.model.architecture import DENOISER_LAYERS
from training.model.base import Base
from training.model.model import Denoiser, Encoder
from training.model.model_folder import read_model_folder
from training.train.batches import Batches, loader
from training.train.clock import Clock
from training.train.config import read_config
from training.train.corpus import Corpus, pack
from training.train.curve import Curve, draw_curve
from training.train.run_folder import (
    COUNTED,
    RunFolder,
    added,
    device_name,
    origin_of,
    progress_line,
    read_weights,
    record_of,
)
from training.train.trainer import Trainer, rate_at

HELD_OUT_SEED = 1


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("config", help="TOML, see config.py")
    p.add_argument("--out", required=True, help="folder of this run, see run_folder.py")
    source = p.add_mutually_exclusive_group(required=True)
    source.add_argument("--gguf", help="the base model")
    source.add_argument("--model", help="instead of --gguf: an fp32 model folder, such as the tests' tiny one")
    p.add_argument("--data", nargs="+", required=True, help="shards of JSON lines with text and language; or patterns")
    p.add_argument("--val", help="held-out shard")
    p.add_argument("--init", help="start from these weights (denoiser.pt of another run) if RUN is new")
    p.add_argument("--stop-after", type=float, default=math.inf, help="minutes of this process")
    p.add_argument("--device", default="cpu")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--workers", type=int, default=0, help="processes that cut holes")
    p.add_argument("--compile", action="store_true", help="worth it on GPUs")
    return p.parse_args()


def load_base(a, layers):
    """-> architecture, encoder state, tokenizer"""
    if a.gguf:
        base = Base(a.gguf, layers or DENOISER_LAYERS)
        return base.architecture, base.encoder_state(), base.tokenizer()
    folder = read_model_folder(a.model, torch.float32)
    architecture = folder.encoder.architecture
    layers = tuple(layers or architecture.denoiser_layers)
    return replace(architecture, denoiser_layers=layers), folder.encoder.state_dict(), folder.tokenizer


def chosen_layers(config, given, source):
    """The layers of the weights at hand, which the configuration may name but not change."""
    layers = tuple(given["layers"]) if given else config.layers
    if given and config.layers not in (None, layers):
        raise SystemExit(
            f"{source} has layers {layers}, the configuration {config.layers}. Name the same or start anew."
        )
    return layers


def main():
    a = arguments()
    try:
        config = read_config(a.config)
    except (ValueError, OSError) as error:
        raise SystemExit(str(error)) from None
    processes, rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
    if processes > 1:
        dist.init_process_group("nccl" if a.device == "cuda" else "gloo")
    torch.set_num_threads(a.threads)
    torch.set_float32_matmul_precision("high")

    folder = RunFolder(a.out)
    checkpoint, start = folder.load(), read_weights(a.init) if a.init else None
    if checkpoint and (seed := checkpoint["record"]["configuration"]["seed"]) != config.seed:
        raise SystemExit(f"{a.out} was begun with seed {seed}, not {config.seed}.")
    layers = chosen_layers(config, checkpoint or start, a.out if checkpoint else a.init)
    architecture, encoder_state, tokenizer = load_base(a, layers)
    if rank == 0:
        folder.begin(a.config)
        pack(a.data, folder.path.parent)
    if processes > 1:
        dist.barrier()
    corpus = Corpus(pack(a.data, folder.path.parent))
    denoiser = Denoiser(architecture, encoder_state, (start or {}).get("model"))
    trainer = Trainer(Encoder(architecture, encoder_state), denoiser, config, a.device, processes, checkpoint)
    if a.compile:
        trainer.compile()
    held_out = list(_held_out(a, config, tokenizer, folder)) if a.val and rank == 0 else []
    progress = {"step": 0, "minutes": 0.0, "counts": [0] * len(COUNTED), "heldOut": None, "recent": 0}
    progress |= {name: checkpoint[name] for name in progress if checkpoint and name in checkpoint}
    origin = checkpoint["record"] if checkpoint else origin_of(start, a.init)
    origin = {name: origin[name] for name in ("init", "previous")}
    where = {"device": device_name(a.device), "processes": processes}

    def keep():
        record = record_of(folder.path.name, config, progress, where, corpus, origin)
        shared = {"layers": architecture.denoiser_layers, "record": record}
        shared |= {name: progress[name] for name in ("step", "minutes")}
        folder.keep({"model": trainer.weights(), **shared}, trainer.state() | progress | shared, record)

    batches = Batches(corpus, tokenizer, config, rank, processes)
    _train(a, config, trainer, batches, held_out, progress, Curve(a.out, progress["step"]) if rank == 0 else None, keep)
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
    first, whose clock and signals decide, so that all stop at the same step."""
    clock = Clock(progress["minutes"], trainer.processes, a.device, a.stop_after)
    clock.start()
    saved, ahead = time.monotonic(), None
    if held_out and progress["step"] == 0:
        progress["heldOut"] = _measure(trainer, held_out)
        curve.add(step=0, minutes=0, holes=0, **_named(progress["heldOut"]))
    while True:
        minutes, stop = clock.read()
        step, progress["minutes"] = progress["step"], minutes
        done = step / config.steps if config.steps else minutes / config.minutes
        if done >= 1 or stop:
            return
        ahead = ahead or loader(batches, range(step, config.steps or 10**9), a.workers, a.device)
        rate = rate_at(step, done, config)
        scores, norm = trainer.step(next(ahead), rate)
        shape = batches.shape(step)
        progress["counts"] = added(progress["counts"], shape, config.batch, config.copies, scores)
        progress["step"] = step = step + 1
        progress["recent"] = progress["recent"] + scores  # since the last row of the curve
        if curve is None:
            continue
        values = {}
        if step % config.log_every == 0:
            text, values = progress_line(progress, norm, rate)
            print(text, flush=True)
            progress["recent"] = 0
        if held_out and step % config.held_out_every == 0:
            progress["heldOut"] = _measure(trainer, held_out)
            values |= _named(progress["heldOut"])
        if values:
            curve.add(step=step, minutes=minutes, **{"holes": progress["counts"][1], **values})
        if time.monotonic() - saved >= config.save_every:
            keep()
            saved = time.monotonic()


def _measure(trainer, held_out):
    scores = trainer.evaluate(held_out)
    print("  held out:", *(f"{name} {value:.4f}" for name, value in scores.items()), flush=True)
    return scores


def _named(held_out):
    return {f"heldOut{name.capitalize()}": value for name, value in held_out.items()}


def _held_out(a, config, tokenizer, folder):
    """The same batches for every run whose windows have the same sizes."""
    corpus = Corpus(pack([a.val], folder.path.parent))
    size = min(8, config.held_out_windows)
    batches = Batches(corpus, tokenizer, replace(config, seed=HELD_OUT_SEED, batch=size))
    return loader(batches, range(-(-config.held_out_windows // size)), 0, a.device)


if __name__ == "__main__":
    main()
