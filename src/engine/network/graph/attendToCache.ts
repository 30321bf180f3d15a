import type { Arithmetic } from './arithmetic.js';
import type { Attend, HeadSizes, KeyValues } from './groupedAttention.js';
import type { GraphBuilder, Value } from '../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';

/** Added to the scores of what a row may not see; far below any score, and still finite. */
export const UNSEEN = -1e9;

/**
 * The cached prefix is large and the new rows are few, so nothing of the prefix is copied: scores against it and against the
 * rows are computed apart and joined for the softmax. Rows of the prefix that hold nothing, and whatever else a row may not see, are
 * ruled out by `bias`, broadcast to [B, KV, G * R, P + R].
 *
 * Adds the inputs `prefix.keys.i` and `prefix.values.i` [1, KV, P, head] for each layer i, and `keyShape` int64 [4], as which the
 * rows' own keys are to be read, [B, KV, -1, head]. Where B = R = 1 products of single rows are faster: the same memory is read as
 * queries [KV, G, 1, head] and keys [KV, 1, -1, head], and `prefix.*` come as [KV, 1, P, head].
 */
export function attendToCache(
  { headSize }: HeadSizes,
  arithmetic: Arithmetic,
  graph: GraphBuilder,
  positions: Value,
  bias: Value,
): Attend {
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

/** Adds the output `keyValues` [L * 2 * B, KV, R, head]: per layer the rows' own keys of all sequences, then the values. */
export function outputKeyValues(
  graph: GraphBuilder,
  layers: readonly KeyValues[],
  { keyValueHeads, headSize }: HeadSizes,
): void {
  // One output instead of two per layer: each costs a copy into JavaScript and an allocation.
  const all = graph.op(
    'Concat',
    layers.flatMap(({ keys, values }) => [keys, values]),
    { name: 'keyValues', attributes: { axis: { int: 0 } } },
  );
  graph.output(all, DataType.FLOAT, ['N', keyValueHeads, 'R', headSize]);
}
