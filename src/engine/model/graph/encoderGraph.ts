import type { ModelWeights } from '../modelWeights.js';
import { GraphBuilder } from '../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';
import type { Arithmetic } from './arithmetic.js';
import { GroupedAttention } from './groupedAttention.js';
import { LayerStack, type LayerContext } from './layerStack.js';
import { Rotary } from './rotary.js';

/**
 * The causal context encoder over R new tokens of B lanes.
 * Inputs: `rows` [B * R, D] embedded tokens; `positions` int64 [B, R]; `bias` broadcast to [B, KV, G * R, P + t + R]; for each
 * layer i the prefix `prefix.keys.i` [KV, head, P], `prefix.values.i` [KV, P, head] and the lanes' tails `tail.keys.i`,
 * `tail.values.i` [B, KV, t, head].
 * Outputs: `hidden` [B * R, D] before the norm; `keyValues` [L * 2 * B, KV, R, head], per layer the keys of all lanes, then
 * the values.
 */
export function encoderGraph(weights: ModelWeights, arithmetic: Arithmetic, positionCount: number): Uint8Array {
  const { architecture } = weights.manifest;
  const { hiddenSize, keyValueHeads: kv, headSize, encoderLayers } = architecture;
  const graph = new GraphBuilder('encoder');
  const rows = graph.input('rows', DataType.FLOAT, ['M', hiddenSize]);
  const positions = graph.input('positions', DataType.INT64, ['B', 'R']);
  const bias = graph.input('bias', DataType.FLOAT, ['biasB', 1, 'biasRows', 'columns']);
  const rotary = new Rotary(graph, architecture, positionCount);
  const attention = new GroupedAttention(graph, [positions], bias, { architecture, arithmetic, rotary });
  const context = (layer: number): LayerContext => ({
    shared: [
      {
        keys: graph.input(`prefix.keys.${layer}`, DataType.FLOAT, [kv, headSize, 'P']),
        values: graph.input(`prefix.values.${layer}`, DataType.FLOAT, [kv, 'P', headSize]),
        length: 'P',
        frame: 0,
      },
    ],
    tail: {
      keys: graph.input(`tail.keys.${layer}`, DataType.FLOAT, ['B', kv, 't', headSize]),
      values: graph.input(`tail.values.${layer}`, DataType.FLOAT, ['B', kv, 't', headSize]),
    },
  });
  const options = { weights, arithmetic, attention, part: 'encoder', layers: encoderLayers } as const;
  const stack = new LayerStack(graph, rows, context, options);
  graph.output(stack.hidden('hidden'), DataType.FLOAT, ['M', hiddenSize]);
  // One output instead of two per layer: each costs a copy into JavaScript and an allocation.
  const keyValues = graph.op(
    'Concat',
    stack.keyValues.flatMap(({ keys, values }) => [keys, values]),
    { name: 'keyValues', attributes: { axis: { int: 0 } } },
  );
  graph.output(keyValues, DataType.FLOAT, ['N', kv, 'R', headSize]);
  return graph.toBytes();
}
