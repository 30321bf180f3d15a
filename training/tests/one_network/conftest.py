import json
import random
from dataclasses import replace

import pytest
import torch

from training.model.one_network_weights import network_of
from training.one_network.config import NetworkConfig
from training.one_network.rows import lay_out
from training.one_network.windows import draw_window
from training.tests.conftest import ROOT, TEXT
from training.train.config import read_config
from training.train.corpus import Corpus, pack

CONFIG = read_config(ROOT / "training" / "configs" / "one_network" / "tiny.toml", NetworkConfig)
ADAPTERS = replace(CONFIG, weights="adapters", rank=4, trunk_weight=0.0, horizon_weight=0.0)
FILES = (("src/a.ts", "typescript", 0), ("src/b.ts", "typescript", 700), ("README.md", "markdown", 400))


@pytest.fixture(scope="session")
def shard(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "data.jsonl"
    entries = (
        {"package": "npm:tiny", "path": name, "language": language, "text": TEXT[start:]}
        for name, language, start in FILES
    )
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def corpus(shard):
    return Corpus(pack([str(shard)], shard.parent))


@pytest.fixture(scope="session")
def windows(corpus, tiny):
    """Two of short holes and two of long ones, as one batch of tensors, and as they were drawn."""
    drawn = []
    for block in CONFIG.blocks:
        config = replace(CONFIG, blocks=(block,))
        for seed in range(2):
            drawn.append(draw_window(corpus, corpus.shares(config.mix), tiny.tokenizer, config, random.Random(seed)))
    return batch_of(drawn, CONFIG), drawn


def batch_of(drawn, config, seed=0):
    laid_out = [lay_out(window, config, random.Random(f"{seed}/{i}")) for i, window in enumerate(drawn)]
    return {name: torch.stack([rows[name] for rows in laid_out]) for name in laid_out[0]}


def new_network(tiny, rank=None):
    """A network whose adapters, if it has any, do something already."""
    torch.manual_seed(3)
    network = network_of(tiny.encoder.architecture, tiny.encoder.state_dict(), rank=rank)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name.startswith("adapters.") and name.endswith(".b"):
                parameter.normal_(std=0.3)
    return network


@pytest.fixture(params=[None, 4], ids=["all weights", "adapters"])
def network(request, tiny):
    return new_network(tiny, request.param).double()
