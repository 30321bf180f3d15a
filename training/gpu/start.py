"""What both sides have before the first round: the weights that training starts from."""

from training.model.one_network_weights import read_network_weights
from training.one_network.train import load_base


def add_source(parser):
    """The same options as training's."""
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--gguf", help="the base model")
    source.add_argument("--model", help="instead of --gguf: an fp32 model folder, for a rehearsal")
    parser.add_argument("--init", help="weights that training started from: network.pt of another run")


def start_weights(a):
    """{name: tensor}; of those that training begins by itself, such as adapters, it has none."""
    if a.init:
        return read_network_weights(a.init)["model"]
    _, state, _ = load_base(a)
    return state
