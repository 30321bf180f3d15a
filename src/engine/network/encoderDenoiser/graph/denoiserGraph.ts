import type { ModelWeights } from '../../folder/weights.js';
import { GraphBuilder, type Value } from '../../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../../onnx/onnx_pb.js';
import type { Arithmetic } from '../../graph/arithmetic.js';
import { GroupedAttention, type Attend } from '../../graph/groupedAttention.js';
import { LayerStack } from '../../graph/layerStack.js';
import { Rotary } from '../../graph/rotary.js';

/**
 * The denoiser over the R rows of one canvas (row 0 = the encoder's last hidden state, then the canvas); every row sees every
 * row and all of the context.
 * Inputs: `rows` [R, D]; `positions` int64 [1, R]; `wanted` int64 [W], the rows whose result is asked for; for each layer i and key/value head h, `prefix.keys.i.h`,
 * `prefix.values.i.h` [P, head] and `suffix.keys.i.h`, `suffix.values.i.h` [S, head], keys rotated for where they stand.
 * Output: `normed` [W, D], the wanted rows after the denoiser's norm.
 */
export function denoiserGraph(weights: ModelWeights, arithmetic: Arithmetic, positionCount: number): Uint8Array {
  const { architecture } = weights.manifest;
  const { hiddenSize, denoiserLayers } = architecture;
  const graph = new GraphBuilder('denoiser');
  const rows = graph.input('rows', DataType.FLOAT, ['M', hiddenSize]);
  const positions = graph.input('positions', DataType.INT64, [1, 'R']);
  const rotary = new Rotary(graph, architecture, positionCount);
  const attend = attendToEverything(weights, arithmetic, graph);
  const { keyValueHeads: kv, headSize } = architecture;
  const grouped = {
    value: graph.ints([1, kv, -1, headSize]),
    sizes: (count: string) => [1, kv, `G*${count}`, headSize],
  };
  const attention = new GroupedAttention(graph, positions, architecture, rotary, grouped, attend);
  const layers = denoiserLayers.length;
  const wanted = graph.input('wanted', DataType.INT64, ['W']);
  const stack = new LayerStack(graph, rows, { weights, arithmetic, attention, part: 'denoiser', layers, wanted });
  graph.output(stack.normed('normed'), DataType.FLOAT, ['W', hiddenSize]);
  return graph.toBytes();
}

/**
 * There are as many query rows as would make joining scores dearer than joining keys, so context and rows become one block of
 * keys and one of values. The context comes head by head, because then it needs no padding and no mask: the first n rows of a
 * head lie together, whatever the capacity of the cache.
 */
function attendToEverything({ manifest }: ModelWeights, arithmetic: Arithmetic, graph: GraphBuilder): Attend {
  const { keyValueHeads: kv, headSize } = manifest.architecture;
  const flat = graph.ints([-1, headSize]);
  const joined = graph.ints([1, kv, -1, headSize]);
  const rowAxis = { attributes: { axis: { int: 0 } } };

  const join = (own: Value, kind: string, layer: number): Value => {
    const rows = graph.op('Reshape', [own, flat]);
    const heads = graph.ops('Split', [rows], kv, { attributes: { axis: { int: 0 }, num_outputs: { int: kv } } });
    graph.shaped(heads, Array<[string, number]>(kv).fill(['R', headSize]));
    const blocks = heads.flatMap((head, h) => [
      graph.input(`prefix.${kind}.${layer}.${h}`, DataType.FLOAT, ['P', headSize]),
      head,
      graph.input(`suffix.${kind}.${layer}.${h}`, DataType.FLOAT, ['S', headSize]),
    ]);
    const all = graph.op('Concat', blocks, { ...rowAxis, shape: ['KV*T', headSize] });
    return graph.op('Reshape', [all, joined], { shape: [1, kv, 'T', headSize] });
  };
  return (queries, own, layer) => {
    const keys = join(own.keys, 'keys', layer);
    const values = join(own.values, 'values', layer);
    const scores = arithmetic.transposedProduct(graph, queries, keys);
    const weights = graph.op('Softmax', [scores], { attributes: { axis: { int: -1 } } });
    return graph.op('MatMul', [weights, values]);
  };
}
