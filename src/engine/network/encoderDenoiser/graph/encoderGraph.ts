import type { ModelWeights } from '../../folder/weights.js';
import { GraphBuilder } from '../../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../../onnx/onnx_pb.js';
import type { Arithmetic } from '../../graph/arithmetic.js';
import { attendToCache, outputKeyValues } from '../../graph/attendToCache.js';
import { GroupedAttention } from '../../graph/groupedAttention.js';
import { LayerStack } from '../../graph/layerStack.js';
import { Rotary } from '../../graph/rotary.js';

/**
 * The causal context encoder over R new tokens, of one text or of several that do not see each other: who sees whom is an input.
 * Inputs: `rows` [R, D] embedded tokens; `positions` int64 [1, R]; those of `attendToCache`, whose prefix is what all texts share;
 * `bias` [1, 1, G * R, P + R], or one row for a single token; and how queries are to be read, `queryShape` int64 [4],
 * [1, KV, -1, head] or, for a single token, [KV, G, 1, head].
 * Outputs: `hidden` [R, D] before the norm; `keyValues` [L * 2, KV, R, head], per layer keys, then values.
 */
export function encoderGraph(weights: ModelWeights, arithmetic: Arithmetic, positionCount: number): Uint8Array {
  const { architecture } = weights.manifest;
  const { hiddenSize, headSize, encoderLayers } = architecture;
  const graph = new GraphBuilder('encoder');
  const rows = graph.input('rows', DataType.FLOAT, ['R', hiddenSize]);
  const positions = graph.input('positions', DataType.INT64, [1, 'R']);
  const bias = graph.input('bias', DataType.FLOAT, [1, 1, 'biasRows', 'columns']);
  const rotary = new Rotary(graph, architecture, positionCount);
  const attend = attendToCache(architecture, arithmetic, graph, bias);
  const grouped = { value: graph.input('queryShape', DataType.INT64, [4]), sizes: () => ['q0', 'q1', 'G*R', headSize] };
  const attention = new GroupedAttention(graph, positions, architecture, rotary, grouped, attend);
  const stack = new LayerStack(graph, rows, { weights, arithmetic, attention, part: 'encoder', layers: encoderLayers });
  graph.output(stack.hidden('hidden'), DataType.FLOAT, ['R', hiddenSize]);
  outputKeyValues(graph, stack.keyValues, architecture);
  return graph.toBytes();
}
