import { addStatistics, addFull, RULED_OUT } from '../output/addStatistics.js';
import type { EncoderDenoiserManifest, OneNetworkManifest } from '../folder/manifest.js';
import type { ModelWeights } from '../folder/weights.js';
import { GraphBuilder, type Value } from '../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';
import type { Arithmetic } from '../graph/arithmetic.js';

/** What differs between the kinds of models. */
export interface HeadRows {
  /** The tensor [D] whose product with a row is that row's logit of `<eom>`, and the one [1] that is added to it, if any. */
  readonly end: string;
  readonly endBias?: string;
  /** Whether the ordinary logits of `<mask>` and `<eom>` are asked for. */
  readonly controls: boolean;
}

/**
 * The tied output layer over M normed rows: statistics of each row's logits, which leave the session only where asked for. The columns of
 * `<mask>` and `<eom>` are ruled out and answered separately, because rows of different kinds read them differently.
 *
 * Inputs: `rows` [M, D]; `targets` int64 [M, 1], ids whose logit is wanted; for F first positions the rows `denoiserRows` and
 * `encoderRows` int64 [F], whose logits are mixed as (1 - mix) * denoiser + mix * encoder, `mix` [1], plus `restriction`
 * [F, V or 1].
 * Outputs, for the rows and (`first.` before the name) for the mixtures: `ids` int32 [M, k] and `logits` [M, k], largest
 * first; `peak` [M, 1], the softmax of the first of them; `expected` [M, 1], the mean logit under the softmax; `full` [W, V],
 * all logits of the rows (or mixtures) that the input `wanted` int64 [W] names. And `target` [M, 1]; where asked for `controls` [M, 2], the ordinary logits of `<mask>` and `<eom>`; `end` [M, 1], the logit of
 * `<eom>` by its own row.
 */
export function headGraph(
  weights: ModelWeights<EncoderDenoiserManifest | OneNetworkManifest>,
  arithmetic: Arithmetic,
  own: HeadRows,
): Uint8Array {
  const { architecture, tokens } = weights.manifest;
  const { hiddenSize, vocabularySize } = architecture;
  const graph = new GraphBuilder('head');
  const rows = graph.input('rows', DataType.FLOAT, ['M', hiddenSize]);
  const targets = graph.input('targets', DataType.INT64, ['M', 1]);
  const denoiserRows = graph.input('denoiserRows', DataType.INT64, ['F']);
  const encoderRows = graph.input('encoderRows', DataType.INT64, ['F']);
  const mix = graph.input('mix', DataType.FLOAT, [1]);
  const restriction = graph.input('restriction', DataType.FLOAT, ['F', 'restricted']);

  const operand = arithmetic.prepare(graph, rows, hiddenSize);
  const controls = [tokens.mask, tokens.endOfMiddle];
  const exclusion = new Float32Array(vocabularySize);
  for (const id of controls) exclusion[id] = RULED_OUT;
  const logits = arithmetic.project(graph, operand, 'embedding', { bias: graph.floats(exclusion) });
  addStatistics(graph, arithmetic, logits, '', 'M');
  addFull(graph, logits, '');
  const pick = { attributes: { axis: { int: 1 } } };
  graph.output(graph.op('GatherElements', [logits, targets], { ...pick, name: 'target' }), DataType.FLOAT, ['M', 1]);
  if (own.controls) {
    const ordinary = arithmetic.projectColumns(graph, operand, 'embedding', controls);
    graph.output(graph.op('Identity', [ordinary], { name: 'controls' }), DataType.FLOAT, ['M', controls.length]);
  }
  graph.output(endLogit(graph, weights, rows, own), DataType.FLOAT, ['M', 1]);

  const share = (selected: Value, weight: Value): Value =>
    graph.op('Mul', [graph.op('Gather', [logits, selected], { attributes: { axis: { int: 0 } } }), weight]);
  const denoiserShare = share(denoiserRows, graph.op('Sub', [graph.float(1), mix]));
  const mixture = graph.op('Sum', [denoiserShare, share(encoderRows, mix), restriction]);
  addStatistics(graph, arithmetic, mixture, 'first.', 'F');
  addFull(graph, mixture, 'first.');
  return graph.toBytes();
}

function endLogit(
  graph: GraphBuilder,
  weights: ModelWeights<EncoderDenoiserManifest | OneNetworkManifest>,
  rows: Value,
  { end, endBias }: HeadRows,
): Value {
  const { hiddenSize } = weights.manifest.architecture;
  const column = graph.op('Reshape', [graph.external(end, weights.get(end)), graph.ints([hiddenSize, 1])]);
  if (endBias === undefined) return graph.op('MatMul', [rows, column], { name: 'end' });
  const bias = graph.external(endBias, weights.get(endBias));
  return graph.op('Add', [graph.op('MatMul', [rows, column]), bias], { name: 'end' });
}
