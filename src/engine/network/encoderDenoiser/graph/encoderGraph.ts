import type { ModelWeights } from '../../folder/weights.js';
import { GraphBuilder, type Value } from '../../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../../onnx/onnx_pb.js';
import type { Arithmetic } from '../../graph/arithmetic.js';
import { GroupedAttention, type Attend } from '../../graph/groupedAttention.js';
import { LayerStack } from './layerStack.js';
import { Rotary } from '../../graph/rotary.js';

/** Added to the scores of what a row may not see; far below any score, and still finite. */
export const UNSEEN = -1e9;

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
  const { hiddenSize, keyValueHeads: kv, headSize, encoderLayers } = architecture;
  const graph = new GraphBuilder('encoder');
  const rows = graph.input('rows', DataType.FLOAT, ['M', hiddenSize]);
  const positions = graph.input('positions', DataType.INT64, ['B', 'R']);
  const bias = graph.input('bias', DataType.FLOAT, ['biasB', 1, 'biasRows', 'columns']);
  const rotary = new Rotary(graph, architecture, positionCount);
  const attend = attendToCache(weights, arithmetic, graph, positions, bias);
  const grouped = { value: graph.input('queryShape', DataType.INT64, [4]), sizes: () => ['q0', 'q1', 'G*R', headSize] };
  const attention = new GroupedAttention(graph, positions, architecture, rotary, grouped, attend);
  const stack = new LayerStack(graph, rows, { weights, arithmetic, attention, part: 'encoder', layers: encoderLayers });
  graph.output(stack.hidden('hidden'), DataType.FLOAT, ['M', hiddenSize]);
  // One output instead of two per layer: each costs a copy into JavaScript and an allocation.
  const keyValues = graph.op(
    'Concat',
    stack.keyValues.flatMap(({ keys, values }) => [keys, values]),
    { name: 'keyValues', attributes: { axis: { int: 0 } } },
  );
  graph.output(keyValues, DataType.FLOAT, ['N', kv, 'R', headSize]);
  return graph.toBytes();
}

/**
 * The cached prefix is large and the new rows are few, so nothing of the prefix is copied: scores against it and against the
 * rows are computed apart and joined for the softmax. Rows of the prefix that hold nothing, and the future, are ruled out by
 * `bias`.
 */
function attendToCache(
  { manifest }: ModelWeights,
  arithmetic: Arithmetic,
  graph: GraphBuilder,
  positions: Value,
  bias: Value,
): Attend {
  const { headSize } = manifest.architecture;
  const last = { attributes: { axis: { int: -1 } } };
  const keyShape = graph.input('keyShape', DataType.INT64, [4]);
  const shaped = (own: Value): Value => graph.op('Reshape', [own, keyShape], { shape: ['k0', 'k1', 'R', headSize] });
  const input = (name: string, ...shape: (number | string)[]): Value => graph.input(name, DataType.FLOAT, shape);
  const size = (value: Value, axis: number): Value =>
    graph.op('Shape', [value], { attributes: { start: { int: axis }, end: { int: axis + 1 } } });
  let lengths: Value | undefined; // of prefix and rows: alike in all layers

  return (queries, own, layer) => {
    const prefixKeys = input(`prefix.keys.${layer}`, 'p0', 'p1', 'P', headSize);
    const prefixValues = input(`prefix.values.${layer}`, 'p0', 'p1', 'P', headSize);
    lengths ??= graph.op('Concat', [size(prefixKeys, 2), size(positions, 1)], {
      attributes: { axis: { int: 0 } },
    });
    const parts: readonly [keys: Value, values: Value][] = [
      [prefixKeys, prefixValues],
      [shaped(own.keys), shaped(own.values)],
    ];
    const scores = parts.map(([keys]) => arithmetic.transposedProduct(graph, queries, keys));
    const all = graph.op('Concat', scores, { ...last, shape: ['q0', 'q1', 'G*R', 'columns'] });
    const softmax = graph.op('Softmax', [graph.op('Add', [all, bias])], last);
    const weights = graph.ops('Split', [softmax, lengths], parts.length, last);
    graph.shaped(weights, [
      ['q0', 'q1', 'G*R', 'P'],
      ['q0', 'q1', 'G*R', 'R'],
    ]);
    const attended = weights.map((weight, index) => graph.op('MatMul', [weight, parts[index]![1]]));
    return graph.op('Add', attended);
  };
}
