import { INT4_BLOCK } from '../folder/fullSequenceTensors.js';
import type { TensorSource } from '../folder/weights.js';
import type { GraphBuilder, Value } from '../onnx/graphBuilder.js';
import { type Arithmetic, type ColumnExtras, type Operand, withExtras } from './arithmetic.js';

/** Activations are quantised to 8 bits block by block inside of the operator: two to four times as fast as float32. */
const ACCURACY_LEVEL = 4;

/**
 * Weights of 4 bits with one scale for every 32 inputs, as onnxruntime's `MatMulNBits` multiplies them: half the size of int8, and
 * slower. For models that would not fit otherwise.
 */
export class Int4Arithmetic implements Arithmetic {
  readonly #weights: TensorSource;

  constructor(weights: TensorSource) {
    this.#weights = weights;
  }

  prepare(_graph: GraphBuilder, rows: Value): Operand {
    return { value: rows, rowScale: '' };
  }

  project(graph: GraphBuilder, rows: Operand, name: string, extras: ColumnExtras = {}): Value {
    const weight = this.#weights.get(`${name}.weight`);
    const [out, blocks] = weight.shape as [number, number];
    const inputs = [
      rows.value,
      graph.external(`${name}.weight`, weight),
      graph.external(`${name}.scale`, this.#weights.get(`${name}.scale`)),
    ];
    const attributes = {
      K: { int: blocks * INT4_BLOCK },
      N: { int: out },
      bits: { int: 4 },
      block_size: { int: INT4_BLOCK },
      accuracy_level: { int: ACCURACY_LEVEL },
    };
    const product = graph.op('MatMulNBits', inputs, { domain: 'com.microsoft', attributes });
    return withExtras(graph, product, extras);
  }

  projectColumns(): Value {
    throw new Error('no model has single columns of 4-bit weights');
  }

  transposedProduct(graph: GraphBuilder, a: Value, b: Value): Value {
    return graph.op('FusedMatMul', [a, b], { domain: 'com.microsoft', attributes: { transB: { int: 1 } } });
  }
}
