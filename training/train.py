"""Train the denoiser. bf16 compute, fp32 master weights, AdamW, cosine over --minutes of training in all; resumes from
--out.

    CPU: OMP_NUM_THREADS=1 torchrun --nproc_per_node=CORES training/train.py --gguf BASE.gguf --data
    'corpus/train/*.zst' … GPU: python training/train.py --device cuda --compile --workers 14 --gguf BASE.gguf --data
    'corpus/train/*.zst' …

One process per core and one thread each: a preempted thread stalls every parallel region of a process that has
several."""

import argparse
import math
import os
import time
from dataclasses import replace

import torch
import torch.distributed as dist

from architecture import DENOISER_LAYERS
from base import Base
from holes import Batches, Shape
from loss import infill_loss
from model import Denoiser, Encoder
from model_folder import read_model_folder

HELD_OUT_BATCHES, HELD_OUT_SIZE, HELD_OUT_EVERY = 12, 2, 100  # batches, windows, steps
SAVE_EVERY = 120  # seconds
PARTS_OF_A_WEIGHTS_FILE = ("model", "layers", "step", "minutes")


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = p.add_mutually_exclusive_group(required=True)
    source.add_argument("--gguf", help="the base model")
    source.add_argument("--model", help="instead of --gguf: an fp32 model folder, such as the tests' tiny one")
    p.add_argument("--data", nargs="+", required=True, help="shards of JSON lines with a text each; patterns are fine")
    p.add_argument("--val", help="held-out shard")
    p.add_argument(
        "--out", default="denoiser.pt", help="checkpoint, written every two minutes; training resumes from it"
    )
    p.add_argument("--init", help="start from this denoiser's weights if there is no --out yet")
    p.add_argument("--weights", help="in the end also write the denoiser alone, without optimiser state, here")
    p.add_argument("--minutes", type=float, default=20, help="length of the schedule")
    p.add_argument("--stop-after", type=float, default=math.inf, help="minutes of this process")
    p.add_argument("--device", default="cpu")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--workers", type=int, default=0, help="processes that cut holes")
    p.add_argument("--compile", action="store_true")
    p.add_argument("--seed", type=int, help="of the data order; default: the time, so that a resumed run sees new text")
    p.add_argument(
        "--layers",
        help=f"encoder layers that the denoiser starts from and reads; default {','.join(map(str, DENOISER_LAYERS))}",
    )
    p.add_argument("--batch", type=int, default=2, help="windows for each process and step")
    p.add_argument("--window", type=int, default=256, help="tokens")
    p.add_argument("--suffix", type=int, default=48, help="tokens")
    p.add_argument("--canvas", type=int, default=32, help="tokens")
    p.add_argument("--holes", type=int, default=6, help="in each window")
    p.add_argument("--copies", type=int, default=2, help="noisy copies of each hole")
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--warmup", type=int, default=40, help="steps")
    return p.parse_args()


class Trainer:
    """The denoiser in bf16, its master weights in fp32 and the optimiser; one process of several, if there are
    several."""

    def __init__(self, encoder, denoiser, checkpoint, lr, device, compiled, processes=1):
        """`checkpoint`: what `state` returned, or {} for a new start."""
        self.processes = processes
        self.masters = [q.detach().clone().to(device).float() for q in denoiser.parameters()]
        self.encoder, self.denoiser = encoder.to(device, torch.bfloat16).eval(), denoiser.to(device, torch.bfloat16)
        matrices, vectors = ([m for m in self.masters if (m.ndim > 1) == wide] for wide in (True, False))
        groups = [{"params": matrices, "weight_decay": 0.01}, {"params": vectors, "weight_decay": 0}]
        self.optimizer = torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.98), fused=True)
        self.loss = torch.compile(infill_loss) if compiled else infill_loss
        if "optimizer" in checkpoint:
            self.optimizer.load_state_dict(checkpoint["optimizer"])
            for master, saved in zip(self.masters, checkpoint["masters"], strict=True):
                master.copy_(saved)
        self._publish()

    def step(self, batch, copies, lr):
        """One update -> tensor (loss, accuracy, first), norm of the gradient."""
        for group in self.optimizer.param_groups:
            group["lr"] = lr
        loss, info = self.loss(self.encoder, self.denoiser, batch, copies)
        loss.backward()
        parameters = list(self.denoiser.parameters())
        grads = [q.grad.float() for q in parameters]
        if self.processes > 1:
            flat = torch.cat([g.flatten() for g in grads])
            dist.all_reduce(flat)
            split = (flat / self.processes).split([q.numel() for q in parameters])
            grads = [g.view_as(q) for g, q in zip(split, parameters, strict=True)]
        norm = torch.linalg.vector_norm(torch.stack([g.norm() for g in grads]))
        # A step whose gradient is not finite is left out.
        scale = (1 / norm.clamp(min=1)).item() if torch.isfinite(norm) else 0.0
        for master, grad, q in zip(self.masters, grads, parameters, strict=True):
            master.grad, q.grad = grad * scale, None
        if scale:
            self.optimizer.step()
            self._publish()
        return torch.stack((loss.detach().float(), info["accuracy"], info["first"])), norm.item()

    @torch.no_grad()
    def _publish(self):
        for master, q in zip(self.masters, self.denoiser.parameters(), strict=True):
            q.copy_(master)

    @torch.no_grad()
    def evaluate(self, batches, copies):
        """Mean (loss, accuracy, first), the same noise every time."""
        with torch.random.fork_rng():
            torch.manual_seed(1)
            scores = [
                (loss, info["accuracy"], info["first"])
                for loss, info in (infill_loss(self.encoder, self.denoiser, b, copies) for b in batches)
            ]
        return torch.tensor(scores).float().mean(0)

    def state(self):
        return {
            "model": self.denoiser.state_dict(),
            "layers": self.denoiser.architecture.denoiser_layers,
            "masters": self.masters,
            "optimizer": self.optimizer.state_dict(),
        }


def schedule(step, done, lr, warmup):
    """Learning rate: linear warm-up, then a cosine over the share of the time that is `done`, down to a twentieth."""
    return lr * min(1, (step + 1) / warmup) * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * done)))


def load_base(a, layers):
    """-> architecture, encoder state, tokenizer"""
    if a.gguf:
        base = Base(a.gguf, layers or DENOISER_LAYERS)
        return base.architecture, base.encoder_state(), base.tokenizer()
    folder = read_model_folder(a.model, torch.float32)
    architecture = folder.encoder.architecture
    return (
        replace(architecture, denoiser_layers=tuple(layers or architecture.denoiser_layers)),
        folder.encoder.state_dict(),
        folder.tokenizer,
    )


def save(path, content):
    torch.save(content, f"{path}.part")
    os.replace(f"{path}.part", path)


def main():
    a = arguments()
    processes, rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
    if processes > 1:
        dist.init_process_group("nccl" if a.device == "cuda" else "gloo")
    torch.set_num_threads(a.threads)
    torch.set_float32_matmul_precision("high")

    checkpoint = torch.load(a.out, map_location="cpu") if os.path.exists(a.out) else {}
    start = checkpoint or (torch.load(a.init, map_location="cpu") if a.init else {})
    asked = tuple(int(i) for i in a.layers.split(",")) if a.layers else None
    layers = tuple(start.get("layers", ())) or asked
    if asked not in (None, layers):
        raise SystemExit(
            f"{a.out if checkpoint else a.init} has layers {layers}, not {asked}. Leave out --layers, or start anew."
        )
    architecture, encoder_state, tokenizer = load_base(a, layers)
    denoiser = Denoiser(architecture, encoder_state, start.get("model"))
    trainer = Trainer(Encoder(architecture, encoder_state), denoiser, checkpoint, a.lr, a.device, a.compile, processes)
    shape = Shape(a.window, a.suffix, a.canvas, a.holes)

    def loader(patterns, size, seed, workers):
        data = Batches(patterns, tokenizer, size, shape, seed)
        prefetch = 4 if workers else None
        loaded = torch.utils.data.DataLoader(
            data, batch_size=None, num_workers=workers, prefetch_factor=prefetch, pin_memory=a.device == "cuda"
        )
        for batch in loaded:
            yield {name: tensor.to(a.device, non_blocking=True) for name, tensor in batch.items()}

    train = loader(a.data, a.batch, (int(time.time()) if a.seed is None else a.seed) + 7 * rank, a.workers)
    held_out = []
    if a.val and rank == 0:
        source = loader([a.val], HELD_OUT_SIZE, 1, 0)
        held_out = [next(source) for _ in range(HELD_OUT_BATCHES)]

    step, before, begin, recent = checkpoint.get("step", 0), checkpoint.get("minutes", 0.0), time.time(), []
    saved = begin
    while True:
        minutes = before + (time.time() - begin) / 60
        if processes > 1:  # the first process's clock decides, so that all stop at the same step
            shared = torch.tensor([minutes], device=a.device)
            dist.broadcast(shared, 0)
            minutes = shared.item()
        if minutes >= a.minutes or minutes - before >= a.stop_after:
            break
        scores, norm = trainer.step(next(train), a.copies, schedule(step, minutes / a.minutes, a.lr, a.warmup))
        step += 1
        recent = [*recent[-19:], scores]
        if rank == 0 and step % 20 == 0:
            loss, accuracy, first = torch.stack(recent).mean(0).tolist()
            holes = step * a.batch * a.holes * processes
            scores_text = f"loss {loss:.3f} acc {accuracy:.3f} first {first:.3f}"
            print(f"{step} {minutes:.1f} min {scores_text} norm {norm:.2f} holes {holes}", flush=True)
        if held_out and step % HELD_OUT_EVERY == 0:
            loss, accuracy, first = trainer.evaluate(held_out, a.copies).tolist()
            print(f"  held-out {step} loss {loss:.3f} acc {accuracy:.3f} first {first:.3f}", flush=True)
        if rank == 0 and time.time() - saved > SAVE_EVERY:
            save(a.out, trainer.state() | {"step": step, "minutes": minutes})
            saved = time.time()
    if rank == 0:
        content = trainer.state() | {"step": step, "minutes": minutes}
        save(a.out, content)
        if a.weights:
            save(a.weights, {part: content[part] for part in PARTS_OF_A_WEIGHTS_FILE})
    if processes > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
