import { type FullSequenceManifest, sequenceLength } from '../../folder/manifest.js';
import { TensorProto_DataType as DataType } from '../../onnx/onnx_pb.js';
import type { Value } from '../../onnx/graphBuilder.js';
import { GroupedAttention, type KeyValues } from '../../graph/groupedAttention.js';
import { Modulation } from './modulation.js';
import { NetworkLayers } from './networkLayers.js';
import { NetworkNorms } from './networkNorms.js';
import { NormedHeads } from './normedHeads.js';
import { oneLayerWeights, WeightInputsArithmetic, WeightInputsGraph } from './weightInputs.js';

/**
 * One layer in float32 whose weights are given with each run, as those of layer 0.
 * Inputs: `rows` [B * R, D]; `positions` int64 [B, R]; `wanted` int64 [W]; `sigma` [1] where the network is told it.
 * Output: `stream` [W, D], the wanted rows after the layer.
 */
export function layerGraph(manifest: FullSequenceManifest): WeightInputsGraph {
  const weights = oneLayerWeights(manifest);
  const { hiddenSize, keyValueHeads, headSize, network } = manifest.architecture;
  const graph = new WeightInputsGraph('layer');
  const arithmetic = new WeightInputsArithmetic(weights);
  const rows = graph.input('rows', DataType.FLOAT, ['M', hiddenSize]);
  const positions = graph.input('positions', DataType.INT64, ['B', 'R']);
  const wanted = graph.input('wanted', DataType.INT64, ['W']);
  const grouped = {
    value: graph.ints([0, keyValueHeads, -1, headSize]),
    sizes: (count: string) => ['B', keyValueHeads, `G*${count}`, headSize],
  };
  const attend = (queries: Value, own: KeyValues): Value => {
    const scores = arithmetic.transposedProduct(graph, queries, own.keys);
    return graph.op('MatMul', [graph.op('Softmax', [scores], { attributes: { axis: { int: -1 } } }), own.values]);
  };
  const heads = new NormedHeads(graph, weights, sequenceLength(manifest));
  const attention = new GroupedAttention(graph, positions, manifest.architecture, heads, grouped, attend);
  const norms = new NetworkNorms(graph, weights);
  const modulation = network === 'dit' ? new Modulation(graph, weights) : undefined;
  const layers = new NetworkLayers(graph, { weights, arithmetic, attention, norms, modulation, wanted });
  graph.output(graph.op('Identity', [layers.add(rows)], { name: 'stream' }), DataType.FLOAT, ['W', hiddenSize]);
  return graph;
}

/** The last norm. Input `rows` [W, D], and `sigma` as above; output `normed` [W, D]. */
export function lastNormGraph(manifest: FullSequenceManifest): WeightInputsGraph {
  const weights = oneLayerWeights(manifest);
  const { hiddenSize, network } = manifest.architecture;
  const graph = new WeightInputsGraph('norm');
  const rows = graph.input('rows', DataType.FLOAT, ['W', hiddenSize]);
  const [shift, scale] = network === 'dit' ? new Modulation(graph, weights).of('modulation', 2) : [];
  const modulation = shift === undefined || scale === undefined ? undefined : { shift, scale };
  const normed = new NetworkNorms(graph, weights).add(rows, 'norm', modulation);
  graph.output(graph.op('Identity', [normed], { name: 'normed' }), DataType.FLOAT, ['W', hiddenSize]);
  return graph;
}

/** Some columns of the output layer: `rows` [M, D], `weight` [N, D], `bias` [N] -> `logits` [M, N]. */
export function logitsGraph({ architecture: { hiddenSize } }: FullSequenceManifest): WeightInputsGraph {
  const graph = new WeightInputsGraph('logits');
  const rows = graph.input('rows', DataType.FLOAT, ['M', hiddenSize]);
  const weight = graph.input('weight', DataType.FLOAT, ['N', hiddenSize]);
  const bias = graph.input('bias', DataType.FLOAT, ['N']);
  const logits = graph.op('Gemm', [rows, weight, bias], { name: 'logits', attributes: { transB: { int: 1 } } });
  graph.output(logits, DataType.FLOAT, ['M', 'N']);
  return graph;
}
