import type { TensorSource } from '../modelWeights.js';
import type { GraphBuilder, Value } from '../onnx/graphBuilder.js';
import type { Arithmetic, Operand } from './arithmetic.js';

/**
 * The largest magnitude of a quantised activation. 127 wherever products of unsigned and signed bytes are summed exactly.
 * On x86 without VNNI pairs of them are summed in saturating 16 bits: 2 x 127 x 127 < 32768 holds only for 63 + 64.
 */
export type ActivationRange = 127 | 63;

const CONTRIB = { domain: 'com.microsoft' } as const;

/**
 * Weights int8 per output channel as stored, activations quantised row by row (one scale per tensor destroys Llama-like
 * models, see the model card), sums exact in int32. `QuantizeLinear` wants unsigned activations, so the zero point is range + 1.
 */
export class Int8Arithmetic implements Arithmetic {
  readonly #weights: TensorSource;
  readonly #range: ActivationRange;
  readonly #perRow = new WeakMap<GraphBuilder, Map<Value, Value>>();

  constructor(weights: TensorSource, range: ActivationRange) {
    this.#weights = weights;
    this.#range = range;
  }

  prepare(graph: GraphBuilder, rows: Value, width: number, selection = ''): Operand {
    const largest = graph.op('ReduceMax', [graph.op('Abs', [rows]), graph.ints([-1])], {
      attributes: { keepdims: { int: 1 } },
    });
    // A row of zeros becomes 0 / 0, some byte or other, and in the end 0 again by its row scale of 0.
    const rowScale = graph.op('Mul', [largest, graph.float(1 / this.#range)]);
    // One block, and so one scale and one zero point, for each row.
    const attributes = { axis: { int: 1 }, block_size: { int: width } };
    const value = graph.op('QuantizeLinear', [rows, rowScale, this.#zeroPoints(graph, selection, largest)], {
      attributes,
    });
    return { value, rowScale };
  }

  project(
    graph: GraphBuilder,
    rows: Operand,
    name: string,
    { factors, bias = '' }: { factors?: Value; bias?: Value } = {},
  ): Value {
    const weight = graph.external(`${name}.weight`, this.#weights.get(`${name}.weight`));
    const scale = graph.external(`${name}.scale`, this.#weights.get(`${name}.scale`));
    const factored = factors === undefined ? scale : graph.op('Mul', [scale, factors]);
    return this.#multiply(graph, rows, weight, factored, bias);
  }

  projectColumns(graph: GraphBuilder, rows: Operand, name: string, columns: readonly number[]): Value {
    const picked = graph.ints(columns);
    const weight = graph.external(`${name}.weight`, this.#weights.get(`${name}.weight`));
    const scale = graph.external(`${name}.scale`, this.#weights.get(`${name}.scale`));
    const some = graph.op('Gather', [weight, picked], { attributes: { axis: { int: 1 } } });
    return this.#multiply(graph, rows, some, graph.op('Gather', [scale, picked]), '');
  }

  transposedProduct(graph: GraphBuilder, a: Value, b: Value): Value {
    return graph.op('FusedMatMul', [a, b], { ...CONTRIB, attributes: { transB: { int: 1 } } });
  }

  /** `bias` [out] is added before the row's scale. */
  #multiply(graph: GraphBuilder, rows: Operand, weight: Value, scale: Value, bias: Value): Value {
    const inputs = [rows.value, weight, graph.float(1), scale, graph.uint8(this.#range + 1)];
    const product = graph.op('MatMulIntegerToFloat', bias === '' ? inputs : [...inputs, '', bias], CONTRIB);
    return graph.op('Mul', [product, rows.rowScale]);
  }

  /** The zero point once for each row, shaped as `like` [M, 1]; operands of one selection have the same number of rows. */
  #zeroPoints(graph: GraphBuilder, selection: Value, like: Value): Value {
    const bySelection = this.#perRow.get(graph) ?? new Map<Value, Value>();
    this.#perRow.set(graph, bySelection);
    const known = bySelection.get(selection);
    if (known !== undefined) return known;
    const value = graph.op('Expand', [graph.uint8(this.#range + 1), graph.op('Shape', [like])]);
    bySelection.set(selection, value);
    return value;
  }
}
