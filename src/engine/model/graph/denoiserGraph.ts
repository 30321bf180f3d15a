import type { ModelWeights } from '../modelWeights.js';
import { GraphBuilder } from '../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';
import type { Arithmetic } from './arithmetic.js';
import { GroupedAttention } from './groupedAttention.js';
import { LayerStack, type LayerContext } from './layerStack.js';
import { Rotary } from './rotary.js';

/**
 * The denoiser over R rows (row 0 = the encoder's last hidden state, then the canvas) of B lanes; every row sees every row.
 * Inputs: `rows` [B * R, D]; `positions` and `suffixPositions` int64 [B, R]: where the rows stand in the prefix's and in the
 * suffix's frame; `bias` broadcast to [B, KV, G * R, P + S + t + R]; for each layer i `prefix.*.i` and `tail.*.i` as for the
 * encoder, and `suffix.keys.i` [KV, head, S], `suffix.values.i` [KV, S, head].
 * Output: `normed` [B * R, D], after the denoiser's norm.
 */
export function denoiserGraph(weights: ModelWeights, arithmetic: Arithmetic, positionCount: number): Uint8Array {
  const { architecture } = weights.manifest;
  const { hiddenSize, keyValueHeads: kv, headSize, denoiserLayers } = architecture;
  const graph = new GraphBuilder('denoiser');
  const rows = graph.input('rows', DataType.FLOAT, ['M', hiddenSize]);
  const frames = ['positions', 'suffixPositions'].map((name) => graph.input(name, DataType.INT64, ['B', 'R']));
  const bias = graph.input('bias', DataType.FLOAT, ['biasB', 1, 1, 'columns']);
  const rotary = new Rotary(graph, architecture, positionCount);
  const attention = new GroupedAttention(graph, frames, bias, { architecture, arithmetic, rotary });
  const context = (layer: number): LayerContext => ({
    shared: ['prefix', 'suffix'].map((name, frame) => ({
      keys: graph.input(`${name}.keys.${layer}`, DataType.FLOAT, [kv, headSize, name]),
      values: graph.input(`${name}.values.${layer}`, DataType.FLOAT, [kv, name, headSize]),
      length: name,
      frame,
    })),
    tail: {
      keys: graph.input(`tail.keys.${layer}`, DataType.FLOAT, ['B', kv, 't', headSize]),
      values: graph.input(`tail.values.${layer}`, DataType.FLOAT, ['B', kv, 't', headSize]),
    },
  });
  const options = { weights, arithmetic, attention, part: 'denoiser', layers: denoiserLayers.length } as const;
  const stack = new LayerStack(graph, rows, context, options);
  graph.output(stack.normed('normed'), DataType.FLOAT, ['M', hiddenSize]);
  return graph.toBytes();
}
