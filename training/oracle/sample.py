"""The entropy-bounded sampler, step for step as src/engine/diffusion does it, and a program that fills holes with a
checkpoint.

    python -m training.oracle.sample --gguf BASE.gguf --denoiser denoiser.pt < holes.jsonl

reads JSON lines {"id", "prefix", "suffix"} and writes {"id", "text", "steps", "tokens", "ms"}: quality without
post-processing, not speed."""

import argparse
import json
import math
import sys
import time
from dataclasses import dataclass, field

import torch

from training.model.architecture import CONTROL_TOKENS, EOM, MASK
from training.model.base import Base
from training.model.model import Denoiser, Encoder
from training.model.reference import Reference, Row
from training.oracle.rng import Sfc32
from training.train.run_folder import read_weights


@dataclass(frozen=True)
class Options:
    steps: int  # N: the canvas is full after at most this many
    entropy_bound: float = 0.2  # nats
    absorb: bool = True
    encoder_mix: float = 0.5
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0


@dataclass
class Step:
    commits: list[tuple[int, int, float]]  # position on the first canvas, id, probability
    canvas: list[int]  # after the step; as long as at the start, absorbed tokens included


@dataclass
class Sample:
    canvas: list[int]
    steps: list[Step] = field(default_factory=list)


def sample(reference, prefix, suffix, canvas, options, allowed_first=None):
    """Denoises `canvas` (token ids, MASK where unknown; known ones stay) between prefix and suffix ids -> Sample
    without masks.

    `allowed_first`: the ids that canvas position 0 may take (token healing)."""
    canvas, absorbed, out = list(canvas), 0, Sample([])
    last_kept = max((i for i, token in enumerate(canvas) if token != MASK), default=-1)
    random = Sfc32(options.seed)
    for step in range(options.steps):
        masked = [i for i, token in enumerate(canvas) if token == MASK]
        if not masked:
            break
        restriction = allowed_first if canvas[0] == MASK else None
        rows = reference.predict(
            [*prefix, *canvas[:absorbed]],
            suffix,
            canvas[absorbed:],
            [i - absorbed for i in masked],
            options.encoder_mix,
            restriction,
        )
        rows = [without_end(row) if i < last_kept else row for i, row in zip(masked, rows, strict=True)]
        chosen = [choose(row, options, random) for row in rows]
        first_now = options.absorb or (step == 0 and allowed_first is not None)
        take = selection(rows, first_now, options.entropy_bound, math.ceil(len(masked) / (options.steps - step)))
        commits = [(masked[i], *chosen[i]) for i in sorted(take)]
        for position, token, _ in commits:
            canvas[position] = token
        if EOM in canvas:  # the middle ends here: nothing of it to the right
            end = canvas.index(EOM)
            canvas[end:] = [EOM] * (len(canvas) - end)
            commits = [commit for commit in commits if commit[0] <= end]
        out.steps.append(Step(commits, list(canvas)))
        if options.absorb:
            while absorbed < len(canvas) and canvas[absorbed] not in (MASK, EOM):
                absorbed += 1
    out.canvas = canvas
    return out


def without_end(row):
    """The middle cannot end left of a token that stays: <eom> leaves the candidates, and the others make up the
    whole."""
    if EOM not in row.ids:
        return row
    kept = [(token, log_p) for token, log_p in zip(row.ids, row.log_probs, strict=True) if token != EOM]
    total = math.log(sum(math.exp(log_p) for _, log_p in kept))
    return Row(row.position, [token for token, _ in kept], [log_p - total for _, log_p in kept], row.entropy)


def choose(row, options, random):
    """-> id, its probability at temperature 1. Draws one uniform, or none at temperature 0."""
    if options.temperature == 0:
        return row.ids[0], math.exp(row.log_probs[0])
    weights = [math.exp(log_p / options.temperature) for log_p in row.log_probs]
    total, cumulative, nucleus = sum(weights), 0.0, []
    for weight in weights:  # the smallest leading set with at least top_p of the probability
        nucleus.append(weight)
        cumulative += weight / total
        if cumulative >= options.top_p:
            break
    point, chosen = random.uniform() * sum(nucleus) - nucleus[0], 0
    while point >= 0 and chosen < len(nucleus) - 1:
        chosen += 1
        point -= nucleus[chosen]
    return row.ids[chosen], math.exp(row.log_probs[chosen])


def selection(rows, first_now, bound, floor):
    """Indices of the rows to commit: by entropy, as many as stay within `bound` together (the last one not counted), at
    least `floor`.

    EB-Sampler, arXiv 2505.24857. `first_now`: canvas position 0, if it is masked, comes before all others."""
    order = sorted(
        range(len(rows)), key=lambda i: (not (first_now and rows[i].position == 0), rows[i].entropy, rows[i].position)
    )
    before, bounded = 0.0, 0
    for i in order:
        if before > bound:
            break
        bounded += 1
        before += rows[i].entropy
    return order[: max(bounded, floor)]


def heal(tokenizer, prefix_ids):
    """The last prefix token goes back to the canvas -> remaining ids, the ids that start with its text (None: nothing
    to heal), its text."""
    if not prefix_ids:
        return [], None, ""
    last = tokenizer.id_to_token(prefix_ids[-1])
    spellings = tokenizer.get_vocab().items()
    allowed = sorted(i for text, i in spellings if text.startswith(last) and i >= CONTROL_TOKENS)
    return prefix_ids[:-1], allowed, tokenizer.decode([prefix_ids[-1]])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--gguf", required=True, help="the base model")
    p.add_argument("--denoiser", required=True, help="a run's denoiser.pt")
    p.add_argument("--steps", type=int, default=16)
    p.add_argument("--canvas", type=int, default=32)
    p.add_argument("--prefix", type=int, default=384, help="context tokens before the hole")
    p.add_argument("--suffix", type=int, default=64, help="context tokens after the hole")
    p.add_argument("--entropy", type=float, default=0.2, help="nats that the tokens of one step may have together")
    p.add_argument("--mix", type=float, default=0.5, help="share of the encoder's own opinion in row 0")
    p.add_argument("--pure", action="store_true", help="do not absorb committed tokens into the context")
    p.add_argument("--temperature", type=float, default=0.0)
    p.add_argument("--top-p", type=float, default=1.0)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=1)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    checkpoint = read_weights(a.denoiser)
    base = Base(a.gguf, checkpoint["layers"])
    state, tokenizer = base.encoder_state(), base.tokenizer()
    reference = Reference(
        Encoder(base.architecture, state).eval(), Denoiser(base.architecture, state, checkpoint["model"]).eval()
    )
    options = Options(a.steps, a.entropy, not a.pure, a.mix, a.temperature, a.top_p, a.seed)
    for line in sys.stdin:
        case, begin = json.loads(line), time.perf_counter()
        prefix, allowed, healed = heal(tokenizer, tokenizer.encode(case["prefix"]).ids)
        suffix = tokenizer.encode(case["suffix"]).ids[: a.suffix - 1]
        result = sample(reference, prefix[-(a.prefix - 1) :], suffix, [MASK] * a.canvas, options, allowed)
        middle = result.canvas[: result.canvas.index(EOM)] if EOM in result.canvas else result.canvas
        text = tokenizer.decode(middle).removeprefix(healed)
        ms = (time.perf_counter() - begin) * 1e3
        print(
            json.dumps({"id": case["id"], "text": text, "steps": len(result.steps), "tokens": len(middle), "ms": ms}),
            flush=True,
        )


if __name__ == "__main__":
    main()
