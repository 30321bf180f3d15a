"""The corpus for the journey: every package whole in one shard, since windows take snippets from files of their own
package, and its files side by side, which makes them small."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

import zstandard

from training.train.corpus import SHORTEST_TEXT, open_lines

LEVEL, WINDOW = 19, 27  # of zstandard; the largest window that it reads again without being asked to
SEED = 5  # which held-out packages travel


def packages_of(paths):
    """Shards of JSON lines {"package", "path", "language", "text"} -> [(package, [line])] in the packages' order, each
    with its files in theirs, without texts that are too short to train with. ValueError where there is nothing."""
    found = []
    for path in paths:
        with open_lines(str(path)) as lines:
            for line in lines:
                entry = json.loads(line)
                if len(entry["text"]) >= SHORTEST_TEXT:
                    found.append((entry["package"], entry["path"], line if line.endswith("\n") else f"{line}\n"))
    if not found:
        raise ValueError(f"No text of {SHORTEST_TEXT} characters or more in {', '.join(map(str, paths))}.")
    found.sort()
    return [(name, [line for *_, line in files]) for name, files in groupby(found, key=lambda file: file[0])]


def write_shards(packages, folder, count):
    """-> at most `count` shards of about the same size: `folder`/000.jsonl.zst, 001..."""
    shards = [[] for _ in range(count)]
    sizes = [0] * count
    for _, lines in packages:
        at = sizes.index(min(sizes))
        shards[at] += lines
        sizes[at] += sum(map(len, lines))
    paths = [Path(folder, f"{number:03}.jsonl.zst") for number, lines in enumerate(shards) if lines]
    Path(folder).mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor() as pool:
        list(pool.map(write_shard, filter(None, shards), paths))
    return paths


def write_shard(lines, path):
    settings = zstandard.ZstdCompressionParameters.from_level(LEVEL, window_log=WINDOW, enable_ldm=True)
    Path(path).write_bytes(zstandard.ZstdCompressor(compression_params=settings).compress("".join(lines).encode()))


def some_packages(packages, characters, largest):
    """About so many characters of packages drawn at random, always the same, none of which has more than `largest`; at
    least one package, the smallest where all are larger."""
    sized = [(sum(map(len, lines)), name, lines) for name, lines in packages]
    small = [each for each in sized if each[0] <= largest] or [min(sized)]
    random.Random(SEED).shuffle(small)
    chosen, total = [], 0
    for size, name, lines in small:
        if total >= characters:
            break
        chosen.append((name, lines))
        total += size
    return sorted(chosen)
