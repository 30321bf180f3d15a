import type { ExpectedTensor } from './expectedTensor.js';
import type { EncoderDenoiserArchitecture, EncoderDenoiserManifest } from './manifest.js';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';

/**
 * Every tensor that an encoder-denoiser model has. Weights of projections are stored transposed, [in, out]; in int8 each has
 * one scale per output channel. Norms and single rows are float32 always.
 */
export function* encoderDenoiserTensors({
  architecture: a,
  weights,
}: EncoderDenoiserManifest): Generator<ExpectedTensor> {
  const int8 = weights.precision === 'int8';
  const vector = (name: string): ExpectedTensor => ({ name, type: DataType.FLOAT, shape: [a.hiddenSize] });
  function* projection(name: string, from: number, to: number): Generator<ExpectedTensor> {
    yield { name: `${name}.weight`, type: int8 ? DataType.INT8 : DataType.FLOAT, shape: [from, to] };
    if (int8) yield { name: `${name}.scale`, type: DataType.FLOAT, shape: [to] };
  }
  function* layers(part: string, count: number): Generator<ExpectedTensor> {
    for (let layer = 0; layer < count; layer++) {
      const prefix = `${part}.layers.${layer}`;
      yield vector(`${prefix}.norm1`);
      yield vector(`${prefix}.norm2`);
      for (const [name, from, to] of projections(a)) yield* projection(`${prefix}.${name}`, from, to);
    }
    yield vector(`${part}.norm`);
  }
  yield* projection('embedding', a.hiddenSize, a.vocabularySize);
  yield* layers('encoder', a.encoderLayers);
  yield* layers('denoiser', a.denoiserLayers.length);
  for (const name of ['mask_in', 'eom_in', 'eom_out']) yield vector(`denoiser.${name}`);
}

/** Name, inputs and outputs of the fused projections of one layer. */
function projections(a: EncoderDenoiserArchitecture): readonly [name: string, from: number, to: number][] {
  const queries = a.attentionHeads * a.headSize;
  return [
    ['qkv', a.hiddenSize, queries + 2 * a.keyValueHeads * a.headSize],
    ['o', queries, a.hiddenSize],
    ['gate_up', a.hiddenSize, 2 * a.feedForwardSize],
    ['down', a.feedForwardSize, a.hiddenSize],
  ];
}
