import type { ExpectedTensor } from './expectedTensor.js';
import type { FullSequenceManifest } from './manifest.js';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';

/** Weights of 4 bits share a scale by so many inputs. */
export const INT4_BLOCK = 32;
/** Components of the sinusoidal embedding of sigma (SEDD, model/transformer.py, TimestepEmbedder). */
export const FREQUENCIES = 256;

/** A matrix product of the network; which of them are stored in few bits is decided by the precision. */
export interface Projection {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly bias: boolean;
}

/**
 * Every tensor that a full-sequence model has. Float32 and int8 weights are stored transposed, [in, out], int8 with one scale
 * per output channel; 4-bit weights as `MatMulNBits` reads them, [out, blocks, 16], with one scale per block. With 4 bits,
 * embedding and output layer have 8. Norms, biases and what computes the condition are float32 always. Queries are stored
 * divided by the root of the head size.
 */
export function* fullSequenceTensors(manifest: FullSequenceManifest): Generator<ExpectedTensor> {
  const { architecture: a, weights } = manifest;
  const { precision } = weights;
  const floats = (name: string, ...shape: number[]): ExpectedTensor => ({ name, type: DataType.FLOAT, shape });
  const isGpt2 = a.network === 'gpt2';
  const isDit = a.network === 'dit';
  const outer = precision === 'fp32' ? DataType.FLOAT : DataType.INT8;

  if (!a.tiedEmbeddings) {
    yield { name: 'embedding.weight', type: outer, shape: [a.vocabularySize, a.hiddenSize] };
    if (precision !== 'fp32') yield floats('embedding.scale', a.vocabularySize);
  }
  if (isGpt2) yield floats('positions.weight', a.maxPositions!, a.hiddenSize);
  if (a.timeInput === 'sigma') {
    const condition = a.conditionSize!;
    yield* [floats('time.in.weight', FREQUENCIES, condition), floats('time.in.bias', condition)];
    yield* [floats('time.out.weight', condition, condition), floats('time.out.bias', condition)];
  }
  for (let layer = 0; layer < a.layers; layer++) {
    const prefix = `layers.${layer}`;
    for (const norm of ['norm1', 'norm2']) {
      yield floats(`${prefix}.${norm}`, a.hiddenSize);
      if (isGpt2) yield floats(`${prefix}.${norm}.bias`, a.hiddenSize);
    }
    if (a.queryKeyNorm) yield* [floats(`${prefix}.qNorm`, a.headSize), floats(`${prefix}.kNorm`, a.headSize)];
    if (isDit) yield* modulation(manifest, `${prefix}.modulation`, 6);
    for (const projection of layerProjections(manifest)) {
      yield* stored({ ...projection, name: `${prefix}.${projection.name}` }, precision);
    }
  }
  yield floats('norm', a.hiddenSize);
  if (isGpt2) yield floats('norm.bias', a.hiddenSize);
  if (isDit) yield* modulation(manifest, 'modulation', 2);
  yield* stored(headProjection(manifest), precision === 'int4' ? 'int8' : precision);
}

/** The products of one layer, in order. */
export function layerProjections({ architecture: a }: FullSequenceManifest): readonly Projection[] {
  const queries = a.attentionHeads * a.headSize;
  const hasBias = a.network !== 'transformer';
  const attentionWidth = queries + 2 * a.keyValueHeads * a.headSize;
  return [
    { name: 'qkv', from: a.hiddenSize, to: attentionWidth, bias: a.attentionBias },
    { name: 'o', from: queries, to: a.hiddenSize, bias: a.network === 'gpt2' },
    a.network === 'transformer'
      ? { name: 'gate_up', from: a.hiddenSize, to: 2 * a.feedForwardSize, bias: false }
      : { name: 'up', from: a.hiddenSize, to: a.feedForwardSize, bias: true },
    { name: 'down', from: a.feedForwardSize, to: a.hiddenSize, bias: hasBias },
  ];
}

/** The output layer; the embedding as well, where they are tied. */
function headProjection({ architecture: a }: FullSequenceManifest): Projection {
  return { name: 'head', from: a.hiddenSize, to: a.vocabularySize, bias: a.network === 'dit' };
}

/** Shifts, scales and gates of a layer's norms: constants, or computed from the condition. */
function* modulation(
  { architecture: a }: FullSequenceManifest,
  name: string,
  parts: number,
): Generator<ExpectedTensor> {
  const width = parts * a.hiddenSize;
  if (a.timeInput === 'none') {
    yield { name, type: DataType.FLOAT, shape: [width] };
  } else {
    yield { name: `${name}.weight`, type: DataType.FLOAT, shape: [a.conditionSize!, width] };
    yield { name: `${name}.bias`, type: DataType.FLOAT, shape: [width] };
  }
}

function* stored({ name, from, to, bias }: Projection, precision: 'fp32' | 'int8' | 'int4'): Generator<ExpectedTensor> {
  if (precision === 'int4') {
    const blocks = Math.ceil(from / INT4_BLOCK);
    yield { name: `${name}.weight`, type: DataType.UINT8, shape: [to, blocks, INT4_BLOCK / 2] };
    yield { name: `${name}.scale`, type: DataType.FLOAT, shape: [to * blocks] };
  } else {
    yield { name: `${name}.weight`, type: precision === 'int8' ? DataType.INT8 : DataType.FLOAT, shape: [from, to] };
    if (precision === 'int8') yield { name: `${name}.scale`, type: DataType.FLOAT, shape: [to] };
  }
  if (bias) yield { name: `${name}.bias`, type: DataType.FLOAT, shape: [to] };
}
