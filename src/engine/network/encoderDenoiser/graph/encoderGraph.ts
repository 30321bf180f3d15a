import type { ModelWeights } from '../../folder/weights.js';
import { GraphBuilder } from '../../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../../onnx/onnx_pb.js';
import type { Arithmetic } from '../../graph/arithmetic.js';
import { attendToCache, outputKeyValues } from '../../graph/attendToCache.js';
import { GroupedAttention } from '../../graph/groupedAttention.js';
import { LayerStack } from '../../graph/layerStack.js';
import { Rotary } from '../../graph/rotary.js';

/**
 * The causal context encoder over R new tokens of B sequences.
 * Inputs: `rows` [B * R, D] embedded tokens; `positions` int64 [B, R]; for each layer i the prefix that all sequences
 * share, `prefix.keys.i` and `prefix.values.i` [1, KV, P, head]; `bias`, broadcast to [B, KV, G * R, P + R]; and how queries and keys are to be read, `queryShape` and
 * `keyShape` int64 [4], [B, KV, -1, head] both. Where B = R = 1 products of single rows are faster: the same memory is read as
 * queries [KV, G, 1, head] and keys [KV, 1, -1, head], and `prefix.*` come as [KV, 1, P, head].
 * Outputs: `hidden` [B * R, D] before the norm; `keyValues` [L * 2 * B, KV, R, head], per layer the keys of all sequences, then
 * the values.
 */
export function encoderGraph(weights: ModelWeights, arithmetic: Arithmetic, positionCount: number): Uint8Array {
  const { architecture } = weights.manifest;
  const { hiddenSize, headSize, encoderLayers } = architecture;
  const graph = new GraphBuilder('encoder');
  const rows = graph.input('rows', DataType.FLOAT, ['M', hiddenSize]);
  const positions = graph.input('positions', DataType.INT64, ['B', 'R']);
  const bias = graph.input('bias', DataType.FLOAT, ['biasB', 1, 'biasRows', 'columns']);
  const rotary = new Rotary(graph, architecture, positionCount);
  const attend = attendToCache(architecture, arithmetic, graph, bias);
  const grouped = { value: graph.input('queryShape', DataType.INT64, [4]), sizes: () => ['q0', 'q1', 'G*R', headSize] };
  const attention = new GroupedAttention(graph, positions, architecture, rotary, grouped, attend);
  const stack = new LayerStack(graph, rows, { weights, arithmetic, attention, part: 'encoder', layers: encoderLayers });
  graph.output(stack.hidden('hidden'), DataType.FLOAT, ['M', hiddenSize]);
  outputKeyValues(graph, stack.keyValues, architecture);
  return graph.toBytes();
}
