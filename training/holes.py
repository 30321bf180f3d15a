"""Text -> windows of tokens with several holes in each, cut as an editor cuts: anywhere, then healed to a token
boundary."""

import glob
import io
import json
import lzma
import random
from dataclasses import dataclass

import torch
import zstandard

from architecture import EOM, START

SHORTEST_TEXT = 200  # characters
SHORTEST_WINDOW = 64  # tokens
FIRST_CUT = 24  # tokens: how much a hole has before it at least


@dataclass(frozen=True)
class Shape:
    """Sizes of one training example, in tokens: P, S, C, H in the other files."""

    window: int
    suffix: int
    canvas: int
    holes: int


def documents(paths, seed, buffer=4000):
    """Endless shuffled stream of texts from .jsonl, .jsonl.xz or .jsonl.zst shards of {"text"} lines."""
    rng, pool = random.Random(seed), []
    while True:
        order = list(paths)
        rng.shuffle(order)
        for path in order:
            with open_lines(path) as lines:
                for line in lines:
                    text = json.loads(line)["text"]
                    if len(text) < SHORTEST_TEXT:
                        continue
                    pool.append(text)
                    if len(pool) >= buffer:
                        i = rng.randrange(len(pool))
                        pool[i], pool[-1] = pool[-1], pool[i]
                        yield pool.pop()
        if not pool:
            raise ValueError(f"No text of {SHORTEST_TEXT} characters or more in {', '.join(paths)}.")
        rng.shuffle(pool)
        kept = buffer // 2 if len(pool) == buffer - 1 else 0  # a full pool mixes into the next round
        while len(pool) > kept:
            yield pool.pop()


def open_lines(path):
    if path.endswith(".xz"):
        return lzma.open(path, "rt", encoding="utf-8")
    if path.endswith(".zst"):
        return io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(open(path, "rb")), "utf-8")
    return open(path, encoding="utf-8")


def cut_holes(text, tokenizer, rng, shape):
    """-> ([START] + ids, [(cut, middle ids, [START] + suffix ids)] * holes), or None where the text does not allow as
    many.

    `cut` counts the window's tokens before the hole. A hole starts at the start of token i, the token that the engine
    hands back to the canvas when the cursor stands in it or at its end, and ends at a character."""
    if len(text) > shape.window * 6:
        at = rng.randrange(len(text) - shape.window * 4)
        text = text[text.rfind("\n", 0, at) + 1 :]
    encoded = tokenizer.encode(text[: shape.window * 8])
    ids, offsets = encoded.ids[: shape.window - 1], encoded.offsets[: shape.window - 1]
    if len(ids) < SHORTEST_WINDOW:
        return None
    holes = []
    for _ in range(shape.holes * 6):
        i = rng.randrange(FIRST_CUT, len(ids))
        start, cursor = offsets[i]  # the cursor stands somewhere in (start, cursor]
        if offsets[i - 1][1] > start:
            continue  # token i starts inside a character
        end = end_of_hole(text, cursor, rng)
        if end - start > 5 * shape.canvas or not text[start:end].strip():
            continue
        middle = tokenizer.encode(text[start:end]).ids
        if len(middle) >= shape.canvas:
            continue
        room = shape.suffix - 1 if rng.random() < 0.85 else rng.randrange(shape.suffix)
        after = tokenizer.encode(text[end : end + shape.suffix * 7]).ids[:room]
        holes.append((i + 1, middle, [START, *after]))
        if len(holes) == shape.holes:
            return [START, *ids], holes
    return None


def end_of_hole(text, at, rng):
    """Rest of the line 40 %, whole lines 25 %, span inside the line 25 %, span across lines 10 %."""

    def line_end(i):
        end = text.find("\n", i)
        return len(text) if end < 0 else end

    kind = rng.random()
    if kind < 0.40:
        end = line_end(at)
    elif kind < 0.65:
        end = line_end(at)
        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            end = line_end(min(end + 1, len(text)))
    elif kind < 0.90:
        end = min(line_end(at), at + int(rng.expovariate(1 / 14)))
    else:
        end = min(len(text), at + int(rng.expovariate(1 / 50)))
    return max(end, at)


class Batches(torch.utils.data.IterableDataset):
    """Batches of `size` windows, see `collate`; shards are divided among the loader's workers."""

    def __init__(self, patterns, tokenizer, size, shape, seed):
        self.paths = sorted(path for pattern in patterns for path in glob.glob(pattern))
        if not self.paths:
            raise FileNotFoundError(f"No data: nothing matches {' '.join(patterns)}.")
        self.tokenizer, self.size, self.shape, self.seed = tokenizer, size, shape, seed

    def __iter__(self):
        info = torch.utils.data.get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        seed = self.seed * 1000 + worker
        rng = random.Random(seed)
        stream = documents(self.paths[worker::workers] or self.paths, seed, 4000 // workers + 50)
        while True:
            windows = []
            while len(windows) < self.size:
                window = cut_holes(next(stream), self.tokenizer, rng, self.shape)
                if window:
                    windows.append(window)
            yield collate(windows, self.shape)


def collate(windows, shape):
    """-> ids [B, P]; cut, length, suffix_length [B, H]; canvas [B, H, C] filled up with <eom>; suffix [B, H, S]."""
    size, holes = len(windows), shape.holes
    ids = torch.zeros(size, shape.window, dtype=torch.long)
    suffix = torch.zeros(size, holes, shape.suffix, dtype=torch.long)
    canvas = torch.full((size, holes, shape.canvas), EOM)
    cut, length, suffix_length = (torch.zeros(size, holes, dtype=torch.long) for _ in range(3))
    for b, (window, cuts) in enumerate(windows):
        ids[b, : len(window)] = torch.tensor(window)
        for h, (at, middle, after) in enumerate(cuts):
            cut[b, h], length[b, h], suffix_length[b, h] = at, len(middle), len(after)
            canvas[b, h, : len(middle)] = torch.tensor(middle)
            suffix[b, h, : len(after)] = torch.tensor(after)
    return {
        "ids": ids,
        "cut": cut,
        "length": length,
        "suffix_length": suffix_length,
        "canvas": canvas,
        "suffix": suffix,
    }
