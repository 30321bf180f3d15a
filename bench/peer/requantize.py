"""Rewrite a GGUF with its quantised matrices as Q4_0; the token embedding, which is the output head too, keeps its type.

    python requantize.py SRC.gguf DST.gguf
"""
import sys

import gguf
import numpy as np
from gguf.quants import dequantize, quantize


def requantize(source: str, target: str) -> None:
    kind = gguf.GGMLQuantizationType.Q4_0
    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(target, arch=reader.get_field("general.architecture").contents())
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name in ("general.architecture", "general.file_type"):
            continue
        element = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, field.contents(), field.types[0], sub_type=element)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_0)
    for tensor in reader.tensors:
        stays = tensor.tensor_type == gguf.GGMLQuantizationType.F32 or tensor.name.startswith("token_embd")
        data = np.asarray(tensor.data) if stays else quantize(dequantize(tensor.data, tensor.tensor_type), kind)
        written = tensor.tensor_type if stays else kind
        writer.add_tensor(tensor.name, data, raw_dtype=None if written == gguf.GGMLQuantizationType.F32 else written)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    requantize(sys.argv[1], sys.argv[2])
