"""Base + denoiser -> a model folder: manifest.json, tokenizer.json, safetensors in shards, MODEL_CARD.md.

    python -m training.export.export --gguf BASE.gguf --run RUN --results training/results/NAME \
        --out models/infill-code-135m

To measure a model it must have been exported, so a release is exported twice: without --results, and with them.

The same inputs give the same bytes, and the encoder's files do not depend on the denoiser."""

import argparse
import tomllib
from pathlib import Path

from training.export.folder import SHARD_BYTES, checksums, numbered, print_files, shard, write_folder
from training.export.model_card import model_card, write_card
from training.export.smooth import smoothed_states
from training.export.tensors import float32, layer, linear
from training.model.architecture import EOM, MASK, START
from training.model.base import Base
from training.train.run_folder import read_weights

INFILL_CODE_135M = Path(__file__).with_name("infill-code-135m.toml")


def read_card(path=INFILL_CODE_135M):
    """The manifest's descriptive entries."""
    return tomllib.loads(Path(path).read_text(encoding="utf-8"))


def encoder_units(architecture, state, precision):
    """The encoder's tensors as groups that stay in one file: the embedding, each layer, the last norm."""
    yield linear("embedding", state["embedding"], precision)
    for i in range(architecture.encoder_layers):
        yield layer(f"encoder.layers.{i}", f"blocks.{i}", state, precision)
    yield {"encoder.norm": float32(state["norm"])}


def denoiser_tensors(architecture, state, precision):
    tensors = {f"denoiser.{name}": float32(state[name]) for name in ("norm", "mask_in", "eom_in", "eom_out")}
    for i in range(len(architecture.denoiser_layers)):
        tensors |= layer(f"denoiser.layers.{i}", f"blocks.{i}", state, precision)
    return tensors


def write_model_folder(
    folder, card, architecture, tokenizer, encoder_state, denoiser_state, precision="int8", shard_bytes=SHARD_BYTES
):
    """Writes all but MODEL_CARD.md. `card`: the manifest's descriptive entries; precision "int8" or "fp32"."""
    denoiser = denoiser_tensors(architecture, denoiser_state, precision)
    files = [
        *numbered("encoder", shard(encoder_units(architecture, encoder_state, precision), shard_bytes)),
        ("denoiser.safetensors", "denoiser", denoiser),
    ]
    tokens = {"start": START, "mask": MASK, "endOfMiddle": EOM}
    return write_folder(folder, card, architecture.to_manifest(), tokens, tokenizer, precision, files)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--gguf", required=True, help="the base model")
    source = p.add_mutually_exclusive_group(required=True)
    source.add_argument("--run", help="folder of a training run")
    source.add_argument("--denoiser", help="instead of --run: its denoiser.pt, or other weights")
    p.add_argument("--out", required=True, help="model folder")
    p.add_argument("--results", help="folder that evaluate.py wrote, for the model card")
    p.add_argument("--version", help="of the model; default: that of infill-code-135m.toml")
    p.add_argument(
        "--plain-encoder",
        action="store_true",
        help="worse int8: without smooth.py; other encoder files than the bundled",
    )
    a = p.parse_args()
    before = checksums(a.out)
    checkpoint = read_weights(Path(a.run, "denoiser.pt") if a.run else a.denoiser)
    base = Base(a.gguf, checkpoint["layers"])
    card = read_card() | ({"version": a.version} if a.version else {})
    about = model_card(card, base.architecture, checkpoint.get("record"), a.results)
    states = smoothed_states(base, checkpoint["model"], not a.plain_encoder)
    manifest = write_model_folder(a.out, card, base.architecture, base.tokenizer(), *states)
    print_files(manifest, before)
    write_card(a.out, about, a.results, manifest)


if __name__ == "__main__":
    main()
