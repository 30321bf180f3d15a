import type { GraphBuilder } from '../onnx/graphBuilder.js';
import { type Value } from '../onnx/graphBuilder.js';
import type { Arithmetic } from '../graph/arithmetic.js';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';

/** How many of the most likely ids each row answers with. */
export const TOP_K = 16;

/** Added to what is ruled out. Far below any logit, and still finite when multiplied by a row's scale. */
export const RULED_OUT = -1e9;

/**
 * Adds outputs over rows of logits [M, V], as described at `headGraph`: `ids`, `logits`, `peak` and `expected`, with `prefix` before
 * their names.
 */
export function addStatistics(
  graph: GraphBuilder,
  arithmetic: Arithmetic,
  logits: Value,
  prefix: string,
  count: string,
): void {
  const last = { attributes: { axis: { int: -1 } } };
  const [top, ids] = graph.ops('TopK', [logits, graph.ints([TOP_K])], [`${prefix}logits`, `${prefix}ids64`], last);
  graph.output(top!, DataType.FLOAT, [count, TOP_K]);
  const cast = graph.op('Cast', [ids!], { name: `${prefix}ids`, attributes: { to: { int: DataType.INT32 } } });
  graph.output(cast, DataType.INT32, [count, TOP_K]);
  const probabilities = graph.op('Softmax', [logits], last);
  const first = graph.op('Slice', [ids!, graph.ints([0]), graph.ints([1]), graph.ints([1])]);
  const peak = graph.op('GatherElements', [probabilities, first], {
    name: `${prefix}peak`,
    attributes: { axis: { int: 1 } },
  });
  graph.output(peak, DataType.FLOAT, [count, 1]);
  // One dot product for each row; multiplying and summing would write V numbers in between.
  const rowOf = (value: Value): Value => graph.op('Unsqueeze', [value, graph.ints([1, 2])]);
  const dot = arithmetic.transposedProduct(graph, rowOf(probabilities), rowOf(logits));
  const expected = graph.op('Reshape', [dot, graph.ints([-1, 1])], { name: `${prefix}expected` });
  graph.output(expected, DataType.FLOAT, [count, 1]);
}

/** Adds the input `wanted` and the output `full`, with `prefix` before their names. */
export function addFull(graph: GraphBuilder, logits: Value, prefix: string): void {
  const wanted = graph.input(`${prefix}wanted`, DataType.INT64, [`${prefix}W`]);
  const full = graph.op('Gather', [logits, wanted], { name: `${prefix}full`, attributes: { axis: { int: 0 } } });
  graph.output(full, DataType.FLOAT, [`${prefix}W`, 'V']);
}
