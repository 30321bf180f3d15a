#!/usr/bin/env bash
# A folder that save_pretrained wrote in shards has model.safetensors.index.json, which names each tensor's file. One would bet that
# from_pretrained asks the index where there is one. It asks for a file model.safetensors first: where one was left beside index and shards,
# for example by an earlier save to the same folder, the model is read from that file alone. Index and shards are not looked at, and nothing
# is reported. Readers that go by the index take other weights from the same folder.
#
# Seen with transformers 5.24.0, torch 2.13.0 and safetensors 0.8.0: a model saved in three shards, with the single file of a second model put
# beside them, loads as the second model, with no missing, unexpected or mismatched keys.
#
# Needs Python 3.11 and a package registry. Exits with 1 if the behaviour is another one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet transformers==5.24.0 torch==2.13.0 safetensors==0.8.0
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import shutil
import sys
from pathlib import Path

import torch
import transformers
from transformers import Qwen2Config, Qwen2ForCausalLM

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
NAME = "model.layers.0.self_attn.q_proj.weight"


def model(seed):
    torch.manual_seed(seed)
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    return Qwen2ForCausalLM(Qwen2Config(vocab_size=64, num_key_value_heads=2, **sizes))


sharded, single = Path(sys.argv[1], "sharded"), Path(sys.argv[1], "single")
first, second = model(1), model(2)
first.save_pretrained(sharded, max_shard_size="40KB")
second.save_pretrained(single)
assert (sharded / "model.safetensors.index.json").exists() and not (sharded / "model.safetensors").exists()
alone = Qwen2ForCausalLM.from_pretrained(sharded)
shutil.copy(single / "model.safetensors", sharded)
beside, report = Qwen2ForCausalLM.from_pretrained(sharded, output_loading_info=True)


def origin(loaded):
    """Whose weights a loaded model has."""
    names = {"first": first, "second": second}
    return [name for name, made in names.items() if torch.equal(loaded.state_dict()[NAME], made.state_dict()[NAME])]


complaints = {kind: sorted(found) for kind, found in report.items() if found}
print("transformers", transformers.__version__)
print("index and shards:", origin(alone), "- with model.safetensors beside them:", origin(beside), "- reported:", complaints)
sys.exit(0 if origin(alone) == ["first"] and origin(beside) == ["second"] and not complaints else 1)
PYTHON
