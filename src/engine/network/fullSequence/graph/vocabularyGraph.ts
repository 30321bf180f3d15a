import type { FullSequenceManifest } from '../../folder/manifest.js';
import type { ModelWeights } from '../../folder/weights.js';
import { GraphBuilder } from '../../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../../onnx/onnx_pb.js';
import type { Arithmetic } from '../../graph/arithmetic.js';
import { addStatistics, RULED_OUT } from '../../output/addStatistics.js';

/**
 * The output layer of a full-sequence network.
 * Input: `rows` [M, D], normed.
 * Outputs: `full` [M, V], the logits; and of the logits but those of `neverChosen` `ids`, `logits`, `peak` and `expected` as described at
 * `headGraph`. What is not fetched is not copied out of the session.
 */
export function vocabularyGraph(
  weights: ModelWeights<FullSequenceManifest>,
  arithmetic: Arithmetic,
  neverChosen: readonly number[],
): Uint8Array {
  const { hiddenSize, vocabularySize } = weights.manifest.architecture;
  const graph = new GraphBuilder('vocabulary');
  const rows = graph.input('rows', DataType.FLOAT, ['M', hiddenSize]);
  let logits = arithmetic.project(graph, arithmetic.prepare(graph, rows, hiddenSize), 'head');
  const bias = weights.tensors.get('head.bias');
  if (bias !== undefined) logits = graph.op('Add', [logits, graph.external('head.bias', bias)]);
  graph.output(graph.op('Identity', [logits], { name: 'full' }), DataType.FLOAT, ['M', vocabularySize]);
  if (neverChosen.length > 0) {
    const exclusion = new Float32Array(vocabularySize);
    for (const id of neverChosen) exclusion[id] = RULED_OUT;
    logits = graph.op('Add', [logits, graph.floats(exclusion)]);
  }
  addStatistics(graph, arithmetic, logits, '', 'M');
  return graph.toBytes();
}
