"""How often the denoiser alone, in PyTorch, predicts a masked token right: by the share of the canvas that is masked,
and by position.

    python -m training.evaluate.token_accuracy --val corpus/val.jsonl.zst --model models/infill-code-135m
    python -m training.evaluate.token_accuracy --val corpus/val.jsonl.zst --gguf BASE.gguf \
        --denoiser runs/NAME/denoiser.pt

prints it as JSON, for a model folder or for a checkpoint that has not been exported yet."""

import argparse
import random

import torch
import torch.nn.functional as F

from training.evaluate.held_out import held_out_holes
from training.model.architecture import EOM, MASK, START
from training.model.base import Base
from training.model.model import Denoiser, Encoder
from training.model.model_folder import read_model_folder
from training.shared.json_text import json_text, rounded
from training.shared.progress import Progress
from training.train.run_folder import read_weights

CANVAS, PREFIX, SUFFIX = 32, 383, 95  # tokens; of context without START
RATIOS = (0.1, 0.25, 0.5, 0.75, 0.9, 1.0)  # the last one: nothing of the canvas is known
POSITIONS = ((0, 0), (1, 1), (2, 2), (3, 3), (4, 7), (8, 15), (16, 31))


def token_scores(encoder, denoiser, tokenizer, holes):
    """-> yields (id, None where the hole does not fit the canvas, else for each of RATIOS a list of [position, 0 or 1,
    nats]: whether a masked token is the most likely one, and its cross-entropy).

    The hole begins where its last token before the cursor does, as in training. Counted are the tokens of the middle
    and the first <eom>. No id is ruled out at position 0, as healing does."""
    for hole in holes:
        example = _example(tokenizer, hole)
        yield hole.id, example and _scores(encoder, denoiser, *example)


def _example(tokenizer, hole):
    """-> prefix, suffix (ids without START), middle (ids), or None."""
    before = tokenizer.encode(hole.prefix)
    start = before.offsets[-1][0]
    middle = tokenizer.encode(hole.prefix[start:] + hole.middle).ids
    if len(middle) >= CANVAS:
        return None
    return before.ids[:-1][-PREFIX:], tokenizer.encode(hole.suffix).ids[:SUFFIX], middle


@torch.no_grad()
def _scores(encoder, denoiser, prefix, suffix, middle):
    n, canvas = len(prefix), torch.tensor(middle + [EOM] * (CANVAS - len(middle)))
    hidden, before = encoder(torch.tensor([[START, *prefix]]), torch.arange(n + 1)[None])
    after = torch.tensor([[START, *suffix]])
    _, behind = encoder(after, (n + CANVAS + torch.arange(after.shape[1]))[None])
    size = len(RATIOS)  # the batch axis: the same hole, masked more and more
    context = [
        tuple(torch.cat((before[layer][i], behind[layer][i]), 2).expand(size, -1, -1, -1) for i in (0, 1))
        for layer in denoiser.architecture.denoiser_layers
    ]
    masked = masks(middle)
    noisy = torch.where(masked, MASK, canvas)
    last = hidden[:, None, -1].expand(size, -1, -1)
    rows = denoiser(last, noisy[:, None], (n + torch.arange(CANVAS + 1))[None], context)
    log_p = denoiser.logits(rows[:, : len(middle) + 1]).log_softmax(-1)
    target = canvas[: len(middle) + 1].expand(size, -1)
    right = log_p.argmax(-1) == target
    loss = F.nll_loss(log_p.transpose(1, 2), target, reduction="none")
    return [
        [[i, int(right[k, i]), round(float(loss[k, i]), 5)] for i in range(len(middle) + 1) if masked[k, i]]
        for k in range(size)
    ]


def masks(middle):
    """Which of the canvas positions are masked, bool [len(RATIOS), CANVAS]; drawn from the middle's ids."""
    rng, out = random.Random(str(middle)), torch.zeros(len(RATIOS), CANVAS, dtype=torch.bool)
    for k, ratio in enumerate(RATIOS):
        out[k, rng.sample(range(CANVAS), round(ratio * CANVAS))] = True
    return out


def token_accuracy(scores):
    """What `token_scores` yielded, without ids -> {"holes", "ratio": {"0.1": {"accuracy", "loss", "count"}, ...},
    "position": {"4-7": ..., ...}}; positions from 0, with the whole canvas masked; loss in nats."""
    scores = [each for each in scores if each]
    return {
        "holes": len(scores),
        "ratio": {str(ratio): _means([t for each in scores for t in each[k]]) for k, ratio in enumerate(RATIOS)},
        "position": {
            str(first) if first == last else f"{first}-{last}": _means(
                [t for each in scores for t in each[-1] if first <= t[0] <= last]
            )
            for first, last in POSITIONS
        },
    }


def _means(tokens):
    count = len(tokens)
    if not count:
        return {"accuracy": None, "loss": None, "count": 0}
    return {"accuracy": sum(t[1] for t in tokens) / count, "loss": sum(t[2] for t in tokens) / count, "count": count}


def load(model=None, gguf=None, denoiser=None):
    """A model folder, or the base model and a checkpoint {"model", "layers"} -> encoder, denoiser, tokenizer."""
    if model:
        folder = read_model_folder(model, torch.float32)
        return folder.encoder, folder.denoiser, folder.tokenizer
    if not (gguf and denoiser):
        raise ValueError("Give --model, or both --gguf and --denoiser.")
    checkpoint = read_weights(denoiser)
    base = Base(gguf, checkpoint["layers"])
    state = base.encoder_state()
    return (
        Encoder(base.architecture, state).eval(),
        Denoiser(base.architecture, state, checkpoint["model"]).eval(),
        base.tokenizer(),
    )


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--val", required=True, help="held-out shard")
    p.add_argument("--model", help="model folder")
    p.add_argument("--gguf", help="instead of --model: the base model, and")
    p.add_argument("--denoiser", help="a run's denoiser.pt")
    p.add_argument("--holes", type=int, default=20, help="of each group and kind")
    p.add_argument("--seed", type=int, default=0, help="of the holes")
    a = p.parse_args()
    torch.set_num_threads(1)
    try:
        encoder, denoiser, tokenizer = load(a.model, a.gguf, a.denoiser)
        holes = held_out_holes(a.val, tokenizer, a.holes, a.seed)
    except (FileNotFoundError, ValueError) as error:
        raise SystemExit(str(error)) from None
    progress, scores = Progress("masked tokens", len(holes)), []
    for _, each in token_scores(encoder, denoiser, tokenizer, holes):
        scores.append(each)
        progress.step()
    print(json_text(rounded(token_accuracy(scores), 4)), end="")


if __name__ == "__main__":
    main()
