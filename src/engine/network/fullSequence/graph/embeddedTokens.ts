import type { FullSequenceManifest } from '../../folder/manifest.js';
import type { ModelWeights } from '../../folder/weights.js';
import type { GraphBuilder, Value } from '../../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../../onnx/onnx_pb.js';

/** ids, positions int64 [B, R] -> [B * R, D]: the tokens' rows of the embedding, plus those of learned positions (GPT-2). */
export function embeddedTokens(
  graph: GraphBuilder,
  weights: ModelWeights<FullSequenceManifest>,
  ids: Value,
  positions: Value,
): Value {
  const { network, tiedEmbeddings } = weights.manifest.architecture;
  const flat = (value: Value): Value => graph.op('Reshape', [value, graph.ints([-1])]);
  const external = (name: string): Value => graph.external(name, weights.get(name));
  const flatIds = flat(ids);
  const name = tiedEmbeddings ? 'head' : 'embedding';
  let rows = external(`${name}.weight`);
  if (tiedEmbeddings) {
    // The output layer is stored [D, V], as its product needs it.
    const columns = graph.op('Gather', [rows, flatIds], { attributes: { axis: { int: 1 } } });
    rows = graph.op('Transpose', [columns], { attributes: { perm: { ints: [1, 0] } } });
  } else {
    rows = graph.op('Gather', [rows, flatIds]);
  }
  if (weights.get(`${name}.weight`).type === DataType.INT8) {
    const cast = graph.op('Cast', [rows], { attributes: { to: { int: DataType.FLOAT } } });
    const scale = graph.op('Gather', [external(`${name}.scale`), flatIds]);
    rows = graph.op('Mul', [cast, graph.op('Unsqueeze', [scale, graph.ints([1])])]);
  }
  if (network !== 'gpt2') return rows;
  return graph.op('Add', [rows, graph.op('Gather', [external('positions.weight'), flat(positions)])]);
}
