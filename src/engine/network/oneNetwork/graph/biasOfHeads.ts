import type { HeadSizes } from '../../graph/groupedAttention.js';
import type { GraphBuilder, Value } from '../../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../../onnx/onnx_pb.js';

/**
 * What a row may see is the same for all heads, but the rows of G heads stand below each other in the scores of `attendToCache`,
 * [1, KV, G * R, columns]. The input `bias` [1, 1, R, columns] is repeated for them once for all layers, and read as the input
 * `biasShape` int64 [4] says: [1, 1, -1, 0], or [1, -1, 1, 0] for the scores of a single row, [KV, G, 1, columns].
 */
export function biasOfHeads(graph: GraphBuilder, { attentionHeads, keyValueHeads }: HeadSizes): Value {
  const bias = graph.input('bias', DataType.FLOAT, [1, 1, 'R', 'columns']);
  const shape = graph.input('biasShape', DataType.INT64, [4]);
  const group = attentionHeads / keyValueHeads;
  const repeated = graph.op('Concat', Array<Value>(group).fill(bias), { attributes: { axis: { int: 1 } } });
  return graph.op('Reshape', [repeated, shape], { shape: ['b0', 'b1', 'biasRows', 'columns'] });
}
