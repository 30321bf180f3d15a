import type { FullSequenceManifest } from '../../folder/manifest.js';
import type { ModelWeights } from '../../folder/weights.js';
import { GraphBuilder, type Value } from '../../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../../onnx/onnx_pb.js';
import type { Arithmetic } from '../../graph/arithmetic.js';
import { embeddedTokens } from './embeddedTokens.js';
import { GroupedAttention, type KeyValues } from '../../graph/groupedAttention.js';
import { Modulation } from './modulation.js';
import { NetworkLayers } from './networkLayers.js';
import { NetworkNorms } from './networkNorms.js';
import { NormedHeads } from './normedHeads.js';

/**
 * A full-sequence denoiser up to its output layer: R tokens of B sequences, every one of which sees every other of its sequence.
 * Inputs: `ids` and `positions` int64 [B, R]; `wanted` int64 [W], indices into the B * R rows; `sigma` [1], the total noise,
 * where the network is told it.
 * Output: `normed` [W, D], the wanted rows after the last norm.
 *
 * With `cached`, the rows also see P rows that an earlier run computed: inputs `past.keys.i`, `past.values.i` and outputs
 * `own.keys.i`, `own.values.i` for each layer i, [B, KV, P or R, head], keys rotated to where they stand. P may be 0.
 */
export function networkGraph(
  weights: ModelWeights<FullSequenceManifest>,
  arithmetic: Arithmetic,
  positionCount: number,
  { cached }: { readonly cached: boolean },
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
  const withPast = (own: Value, kind: keyof KeyValues, layer: number): Value => {
    if (!cached) return own;
    const past = graph.input(`past.${kind}.${layer}`, DataType.FLOAT, ['B', keyValueHeads, 'P', headSize]);
    const shape = ['B', keyValueHeads, 'T', headSize];
    return graph.op('Concat', [past, own], { attributes: { axis: { int: 2 } }, shape });
  };
  const attend = (queries: Value, own: KeyValues, layer: number): Value => {
    const scores = arithmetic.transposedProduct(graph, queries, withPast(own.keys, 'keys', layer));
    const shares = graph.op('Softmax', [scores], { attributes: { axis: { int: -1 } } });
    return graph.op('MatMul', [shares, withPast(own.values, 'values', layer)]);
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
  if (cached) {
    layers.keyValues.forEach((own, layer) => {
      for (const kind of ['keys', 'values'] as const) {
        const output = graph.op('Identity', [own[kind]], { name: `own.${kind}.${layer}` });
        graph.output(output, DataType.FLOAT, ['B', keyValueHeads, 'R', headSize]);
      }
    });
  }
  return graph.toBytes();
}
