"""Trained weights of the one network: a run's network.pt, and the checkpoint that is kept beside the code.

network.pt            {"model": state dict of what is trained, bf16, "kind": "all" | "adapters", "rank", "record"}
weights.safetensors   of a kept checkpoint: the same state dict, bf16; its metadata has the kind
record.json           its record

    python -m training.model.one_network_weights RUN/network.pt --out training/checkpoints/one-network"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from training.model.one_network import NetworkArchitecture, OneNetwork

WEIGHTS, RECORD = "weights.safetensors", "record.json"
KINDS = ("all", "adapters")
NOT_KEPT = ("horizon", "horizon_bias")  # used in training alone
MOST_BYTES = 25_000_000  # of a kept checkpoint


def read_network_weights(path):
    """A network.pt, the folder of its run, or that of a kept checkpoint -> {"model", "kind", "rank", "record"}; `rank`
    None where all weights are trained."""
    path = Path(path)
    if (path / WEIGHTS).is_file():
        with safe_open(path / WEIGHTS, "pt") as file:
            kind = file.metadata()["kind"]
            model = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        record = json.loads((path / RECORD).read_text(encoding="utf-8"))
        return {"model": model, "kind": kind, "rank": _rank(model), "record": record}
    path = path / "network.pt" if path.is_dir() else path
    if not path.is_file():
        raise SystemExit(
            f"There are no weights at {path}: give a run's network.pt, which a training run writes when it saves or"
            f" ends, or a folder with {WEIGHTS}."
        )
    weights = torch.load(path, map_location="cpu")
    if weights.get("kind") not in KINDS or "model" not in weights:
        raise SystemExit(f"{path} holds no weights of the one network: it must have `model` and `kind`.")
    return {"record": None} | weights | {"rank": _rank(weights["model"])}


def _rank(model):
    return next((len(w) for name, w in model.items() if name.startswith("adapters.") and name.endswith(".a")), None)


def network_of(architecture, base_state, weights=None, rank=None):
    """`architecture`, `base_state`: `Base.architecture` and `Base.encoder_state()`, or those of another one network;
    `weights`: see `read_network_weights`, or None for a new start, with adapters of `rank` if that is given ->
    `OneNetwork` in single precision.

    ValueError where the weights are of another shape than the base, or the base has what the network has not."""
    rank = weights["rank"] if weights else rank
    if isinstance(architecture, NetworkArchitecture):
        architecture = replace(architecture, adapter_rank=rank)
    else:
        architecture = NetworkArchitecture.of_base(architecture, rank)
    with torch.device("meta"):
        places = OneNetwork(architecture).state_dict()
    for name, tensor in base_state.items():
        if tensor.shape != _shape(places.get(name)):
            kind = f"adapters of rank {rank}" if rank else "no adapters"
            raise ValueError(f"A network with {kind} has no place for the base's {name} {list(tensor.shape)}.")
    network = OneNetwork(architecture, base_state)
    if weights is None:
        return network
    model, named = weights["model"], dict(network.named_parameters())
    missing = [name for name in network.trained() if name not in model]
    foreign = [name for name, w in model.items() if name not in NOT_KEPT and w.shape != _shape(named.get(name))]
    for names, what in ((missing, "do not have"), (foreign, "have, and this base has not, or of another shape,")):
        if names:
            raise ValueError(f"The weights {what} {names[0]}{f' and {len(names) - 1} more' if names[1:] else ''}.")
    network.load_state_dict({name: w.float() for name, w in model.items() if name in named}, strict=False)
    return network


def _shape(parameter):
    return None if parameter is None else parameter.shape


def keep_network_weights(folder, weights, most=MOST_BYTES):
    """Writes a kept checkpoint; the same weights give the same bytes."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    model = {name: weights["model"][name].detach().bfloat16().contiguous() for name in sorted(weights["model"])}
    size = sum(tensor.nbytes for tensor in model.values())
    if size > most:
        raise SystemExit(f"These weights take {size / 1e6:.0f} MB, and at most {most / 1e6:.0f} MB are kept.")
    # One entry alone: safetensors writes several in an order that changes from one call to the next.
    save_file(model, folder / WEIGHTS, {"kind": weights["kind"]})
    text = json.dumps(weights["record"], indent=1, ensure_ascii=False) + "\n"
    (folder / RECORD).write_text(text, encoding="utf-8")


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("run", help="a run's network.pt")
    p.add_argument("--out", required=True)
    a = p.parse_args(argv)
    keep_network_weights(a.out, read_network_weights(a.run))


if __name__ == "__main__":
    main()
