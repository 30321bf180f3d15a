"""What both sides have before the first round: the weights that training starts from."""

import torch

from training.model.base import Base
from training.model.model_folder import read_states


def add_source(parser):
    """The same options as training's."""
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--gguf", help="the base model")
    source.add_argument("--model", help="instead of --gguf: an fp32 model folder, for a rehearsal")
    parser.add_argument("--init", help="weights that training started from: network.pt of another run")


def start_weights(a):
    """{name: tensor}; of those that training begins by itself, such as adapters, it has none."""
    if a.init:
        return torch.load(a.init, map_location="cpu")["model"]
    return Base(a.gguf).encoder_state() if a.gguf else read_states(a.model)[2]
