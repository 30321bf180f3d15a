import type { ExpectedTensor } from './expectedTensor.js';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';

/** What says how large a Llama layer's tensors are. */
export interface LayerSizes {
  readonly hiddenSize: number;
  readonly attentionHeads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly feedForwardSize: number;
}

/** Names the tensors of Llama layers, in int8 or float32. */
export class LayerTensors {
  constructor(
    private readonly sizes: LayerSizes,
    private readonly precision: 'int8' | 'fp32',
  ) {}

  vector(name: string): ExpectedTensor {
    return { name, type: DataType.FLOAT, shape: [this.sizes.hiddenSize] };
  }

  /** A projection's weight, stored transposed, [in, out]; in int8 with one scale per output channel. */
  *projection(name: string, from: number, to: number): Generator<ExpectedTensor> {
    const int8 = this.precision === 'int8';
    yield { name: `${name}.weight`, type: int8 ? DataType.INT8 : DataType.FLOAT, shape: [from, to] };
    if (int8) yield { name: `${name}.scale`, type: DataType.FLOAT, shape: [to] };
  }

  /** The layers of one part of a model, and the norm after them. */
  *layers(part: string, count: number): Generator<ExpectedTensor> {
    for (let layer = 0; layer < count; layer++) {
      const prefix = `${part}.layers.${layer}`;
      yield this.vector(`${prefix}.norm1`);
      yield this.vector(`${prefix}.norm2`);
      for (const [name, from, to] of this.projections()) yield* this.projection(`${prefix}.${name}`, from, to);
    }
    yield this.vector(`${part}.norm`);
  }

  /** Name, inputs and outputs of the fused projections of one layer. */
  projections(): readonly (readonly [name: string, from: number, to: number])[] {
    const { hiddenSize, attentionHeads, keyValueHeads, headSize, feedForwardSize } = this.sizes;
    const queries = attentionHeads * headSize;
    return [
      ['qkv', hiddenSize, queries + 2 * keyValueHeads * headSize],
      ['o', queries, hiddenSize],
      ['gate_up', hiddenSize, 2 * feedForwardSize],
      ['down', feedForwardSize, hiddenSize],
    ];
  }
}
