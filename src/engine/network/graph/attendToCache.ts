import type { Arithmetic } from './arithmetic.js';
import type { Attend, HeadSizes, KeyValues } from './groupedAttention.js';
import type { GraphBuilder, Value } from '../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';

/** Added to the scores of what a row may not see; far below any score, and still finite. */
export const UNSEEN = -1e9;

/**
 * Prefix and rows become one block of keys and one of values. Copying the prefix costs less than what it spares: computing scores apart,
 * joining them for the softmax and dividing them again. Rows of the prefix that hold nothing, and whatever else a row may not see, are
 * ruled out by `bias`, broadcast to [1, KV, G * R, P + R].
 *
 * Adds the inputs `prefix.keys.i` and `prefix.values.i` [1, KV, P, head] for each layer i, and `keyShape` int64 [4], as which the
 * rows' own keys are to be read, [1, KV, -1, head]. Where R = 1 products of single rows are faster: the same memory is read as
 * queries [KV, G, 1, head] and keys [KV, 1, -1, head], and `prefix.*` come as [KV, 1, P, head].
 */
export function attendToCache(
  { headSize }: HeadSizes,
  arithmetic: Arithmetic,
  graph: GraphBuilder,
  bias: Value,
): Attend {
  const keyShape = graph.input('keyShape', DataType.INT64, [4]);
  const join = (own: Value, kind: string, layer: number): Value => {
    const prefix = graph.input(`prefix.${kind}.${layer}`, DataType.FLOAT, ['p0', 'p1', 'P', headSize]);
    const shaped = graph.op('Reshape', [own, keyShape], { shape: ['p0', 'p1', 'R', headSize] });
    const attributes = { axis: { int: 2 } };
    return graph.op('Concat', [prefix, shaped], { attributes, shape: ['p0', 'p1', 'columns', headSize] });
  };
  return (queries, own, layer) => {
    const keys = join(own.keys, 'keys', layer);
    const values = join(own.values, 'values', layer);
    const scores = arithmetic.transposedProduct(graph, queries, keys);
    graph.shaped([scores], [['q0', 'q1', 'G*R', 'columns']]);
    const weights = graph.op('Softmax', [graph.op('Add', [scores, bias])], { attributes: { axis: { int: -1 } } });
    return graph.op('MatMul', [weights, values]);
  };
}

/** Adds the output `keyValues` [L * 2, KV, R, head]: per layer the rows' own keys, then the values. */
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
