import type { FullSequenceManifest } from '../manifest.js';
import type { ModelWeights } from '../modelWeights.js';
import { GraphBuilder, type Value } from '../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';
import type { Arithmetic } from './arithmetic.js';
import { embeddedTokens } from './embeddedTokens.js';
import { GroupedAttention } from './groupedAttention.js';
import { Modulation } from './modulation.js';
import { NetworkLayers } from './networkLayers.js';
import { NetworkNorms } from './networkNorms.js';
import { NormedHeads } from './normedHeads.js';

/**
 * A full-sequence denoiser up to its output layer: R tokens of B lanes, every one of which sees every other of its lane.
 * Inputs: `ids` and `positions` int64 [B, R]; `wanted` int64 [W], indices into the B * R rows; `sigma` [1], the total noise,
 * where the network is told it.
 * Output: `normed` [W, D], the wanted rows after the last norm.
 */
export function networkGraph(
  weights: ModelWeights<FullSequenceManifest>,
  arithmetic: Arithmetic,
  positionCount: number,
): Uint8Array {
  const { architecture } = weights.manifest;
  const { hiddenSize, keyValueHeads, headSize } = architecture;
  const graph = new GraphBuilder('network');
  const ids = graph.input('ids', DataType.INT64, ['B', 'R']);
  const positions = graph.input('positions', DataType.INT64, ['B', 'R']);
  const wanted = graph.input('wanted', DataType.INT64, ['W']);

  // A 0 keeps the size that is there.
  const grouped = {
    value: graph.ints([0, keyValueHeads, -1, headSize]),
    sizes: (rows: string) => ['B', keyValueHeads, `G*${rows}`, headSize],
  };
  const attend = (queries: Value, own: { readonly keys: Value; readonly values: Value }): Value => {
    const scores = arithmetic.transposedProduct(graph, queries, own.keys);
    const shares = graph.op('Softmax', [scores], { attributes: { axis: { int: -1 } } });
    return graph.op('MatMul', [shares, own.values]);
  };
  const heads = new NormedHeads(graph, weights, positionCount);
  const attention = new GroupedAttention(graph, positions, architecture, heads, grouped, attend);
  const norms = new NetworkNorms(graph, weights);
  const modulation = architecture.network === 'dit' ? new Modulation(graph, weights) : undefined;
  const layers = new NetworkLayers(graph, { weights, arithmetic, attention, norms, modulation, wanted });

  const rows = layers.add(embeddedTokens(graph, weights, ids, positions));
  const last = modulation?.of('modulation', 2);
  const normed = norms.add(rows, 'norm', last && { shift: last[0]!, scale: last[1]! });
  graph.output(graph.op('Identity', [normed], { name: 'normed' }), DataType.FLOAT, ['W', hiddenSize]);
  return graph.toBytes();
}
