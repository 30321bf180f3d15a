#!/usr/bin/env bash
# onnxruntime's RotaryEmbedding (domain com.microsoft) takes a table of cosines and sines [positions, head / 2], and position ids
# that say which row of the table turns which row of the input. One would bet that it asks of the ids only that they lie in the
# table. It also refuses any input that has more rows than the table has positions, even where all ids are in the table, as they are
# where several short texts stand beside each other in one pass. What it says names neither rows nor positions.
#
# Seen with onnxruntime 1.32.0 for Python, as with 1.30.0 for Node: a table of 4 positions turns 4 rows; 5 rows with ids from 0 to 3 fail
# with "Updating cos_cache and sin_cache in RotaryEmbedding is not currently supported".
#
# Needs Python 3 and a package registry. Exits with 1 if the behaviour is another one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnxruntime==1.32.0 onnx==1.23.2 numpy
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

POSITIONS, HEAD = 4, 8
angles = np.arange(POSITIONS)[:, None] * 0.5 ** np.arange(HEAD // 2)
tables = [
    helper.make_tensor(name, TensorProto.FLOAT, [POSITIONS, HEAD // 2], values.astype(np.float32).ravel())
    for name, values in (("cos", np.cos(angles)), ("sin", np.sin(angles)))
]
node = helper.make_node(
    "RotaryEmbedding", ["rows", "ids", "cos", "sin"], ["turned"], domain="com.microsoft", num_heads=1, rotary_embedding_dim=HEAD
)
graph = helper.make_graph(
    [node],
    "rotary",
    [
        helper.make_tensor_value_info("rows", TensorProto.FLOAT, [1, "rows", HEAD]),
        helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "rows"]),
    ],
    [helper.make_tensor_value_info("turned", TensorProto.FLOAT, [1, "rows", HEAD])],
    tables,
)
opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def run(count):
    """Rows at positions 0, 1, 2, 3, 0, 1, ... -> the error's text, or None"""
    ids = (np.arange(count) % POSITIONS)[None]
    rows = np.ones((1, count, HEAD), np.float32)
    try:
        session.run(None, {"rows": rows, "ids": ids})
    except Exception as error:
        return str(error)
    return None


print("onnxruntime", onnxruntime.__version__)
within, beyond = run(POSITIONS), run(POSITIONS + 1)
print(f"{POSITIONS} rows, ids below {POSITIONS}:", within or "computed")
print(f"{POSITIONS + 1} rows, ids below {POSITIONS}:", beyond or "computed")
sys.exit(0 if within is None and beyond is not None and "RotaryEmbedding" in beyond else 1)
PYTHON
