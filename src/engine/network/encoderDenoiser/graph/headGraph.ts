import { addStatistics, addFull, RULED_OUT } from '../../output/addStatistics.js';
import type { ModelWeights } from '../../folder/weights.js';
import { GraphBuilder, type Value } from '../../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../../onnx/onnx_pb.js';
import type { Arithmetic } from '../../graph/arithmetic.js';

/**
 * The tied output layer over M normed rows: statistics of each row's logits, which leave the session only where asked for. The columns of
 * `<mask>` and `<eom>` are ruled out and answered separately, because the denoiser and the encoder read them differently.
 *
 * Inputs: `rows` [M, D]; `targets` int64 [M, 1], ids whose logit is wanted; for F first positions the rows `denoiserRows` and
 * `encoderRows` int64 [F], whose logits are mixed as (1 - mix) * denoiser + mix * encoder, `mix` [1], plus `restriction`
 * [F, V or 1].
 * Outputs, for the rows and (`first.` before the name) for the mixtures: `ids` int32 [M, k] and `logits` [M, k], largest
 * first; `peak` [M, 1], the softmax of the first of them; `expected` [M, 1], the mean logit under the softmax; `full` [W, V],
 * all logits of the rows (or mixtures) that the input `wanted` int64 [W] names. And `target` [M, 1]; `controls` [M, 2], the ordinary logits of `<mask>` and `<eom>`; `end` [M, 1], the denoiser's own logit of
 * `<eom>`.
 */
export function headGraph(weights: ModelWeights, arithmetic: Arithmetic): Uint8Array {
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
  const ordinary = graph.op('Identity', [arithmetic.projectColumns(graph, operand, 'embedding', controls)], {
    name: 'controls',
  });
  graph.output(ordinary, DataType.FLOAT, ['M', controls.length]);
  const endRow = graph.external('denoiser.eom_out', weights.get('denoiser.eom_out'));
  const endColumn = graph.op('Reshape', [endRow, graph.ints([hiddenSize, 1])]);
  graph.output(graph.op('MatMul', [rows, endColumn], { name: 'end' }), DataType.FLOAT, ['M', 1]);

  const share = (selected: Value, weight: Value): Value =>
    graph.op('Mul', [graph.op('Gather', [logits, selected], { attributes: { axis: { int: 0 } } }), weight]);
  const denoiserShare = share(denoiserRows, graph.op('Sub', [graph.float(1), mix]));
  const mixture = graph.op('Sum', [denoiserShare, share(encoderRows, mix), restriction]);
  addStatistics(graph, arithmetic, mixture, 'first.', 'F');
  addFull(graph, mixture, 'first.');
  return graph.toBytes();
}
