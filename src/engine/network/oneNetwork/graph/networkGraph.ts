import type { OneNetworkManifest } from '../../folder/manifest.js';
import type { ModelWeights } from '../../folder/weights.js';
import type { Arithmetic } from '../../graph/arithmetic.js';
import { attendToCache, outputKeyValues } from '../../graph/attendToCache.js';
import { GroupedAttention } from '../../graph/groupedAttention.js';
import { LayerStack } from '../../graph/layerStack.js';
import { Rotary } from '../../graph/rotary.js';
import { GraphBuilder } from '../../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../../onnx/onnx_pb.js';
import { biasOfHeads } from './biasOfHeads.js';

/**
 * All layers of the network over R rows of any kind, in one sequence: who sees whom is an input.
 *
 * Inputs: `rows` [R, D] embedded tokens; `positions` int64 [1, R]; those of `attendToCache`, whose prefix is a whole cache, P =
 * its front and its room for tokens; `queryShape` int64 [4], [1, KV, -1, head] or, for a single row, [KV, G, 1, head]; `bias`
 * [1, 1, R, P + R] and `biasShape` int64 [4], see `biasOfHeads`; `wanted` int64 [W], the rows whose result is asked for; and in a
 * model with adapters `middle` [R, 1]: 1 for rows of the middle, which add them, 0 for rows that read.
 * Outputs: `normed` [W, D], the wanted rows after the last norm; `keyValues` [L * 2, KV, R, head].
 */
export function networkGraph(
  weights: ModelWeights<OneNetworkManifest>,
  arithmetic: Arithmetic,
  positionCount: number,
): Uint8Array {
  const { architecture } = weights.manifest;
  const { hiddenSize, headSize, layers, adapterRank } = architecture;
  const graph = new GraphBuilder('network');
  const rows = graph.input('rows', DataType.FLOAT, ['R', hiddenSize]);
  const positions = graph.input('positions', DataType.INT64, [1, 'R']);
  const wanted = graph.input('wanted', DataType.INT64, ['W']);
  const rotary = new Rotary(graph, architecture, positionCount);
  const attend = attendToCache(architecture, arithmetic, graph, biasOfHeads(graph, architecture));
  const grouped = { value: graph.input('queryShape', DataType.INT64, [4]), sizes: () => ['q0', 'q1', 'G*R', headSize] };
  const attention = new GroupedAttention(graph, positions, architecture, rotary, grouped, attend);
  const adapters =
    adapterRank === undefined
      ? {}
      : { adapters: { rank: adapterRank, rows: graph.input('middle', DataType.FLOAT, ['R', 1]) } };
  const stack = new LayerStack(graph, rows, {
    ...{ weights, arithmetic, attention, layers, wanted, ...adapters },
    part: 'network',
    attendsForAll: true,
  });
  graph.output(stack.normed('normed'), DataType.FLOAT, ['W', hiddenSize]);
  outputKeyValues(graph, stack.keyValues, architecture);
  return graph.toBytes();
}
