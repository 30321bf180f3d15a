import type { WeightSign } from '../runtime/saturationProbe.js';
import type { TensorSource } from '../folder/weights.js';
import type { GraphBuilder, Value } from '../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';
import type { Arithmetic, ColumnExtras, Operand } from './arithmetic.js';

const CONTRIB = { domain: 'com.microsoft' } as const;
/** The largest magnitude of a quantised activation or weight. */
const RANGE = 127;

/** What stands for 0 in unsigned bytes. */
const ZERO = RANGE + 1;

/**
 * Weights int8 per output channel as stored, activations quantised row by row (one scale per tensor destroys Llama-like
 * models, see the model card), sums exact in int32. `QuantizeLinear` wants unsigned activations, so their zero point is 128.
 */
export class Int8Arithmetic implements Arithmetic {
  readonly #weights: TensorSource;
  readonly #sign: WeightSign;
  readonly #perRow = new WeakMap<GraphBuilder, Map<Value, Value>>();

  constructor(weights: TensorSource, sign: WeightSign) {
    this.#weights = weights;
    this.#sign = sign;
  }

  prepare(graph: GraphBuilder, rows: Value, width: number, selection = ''): Operand {
    const largest = graph.op('ReduceMax', [graph.op('Abs', [rows]), graph.ints([-1])], {
      attributes: { keepdims: { int: 1 } },
    });
    // A row of zeros becomes 0 / 0, some byte or other, and in the end 0 again by its row scale of 0.
    const rowScale = graph.op('Mul', [largest, graph.float(1 / RANGE)]);
    // One block, and so one scale and one zero point, for each row.
    const attributes = { axis: { int: 1 }, block_size: { int: width } };
    const value = graph.op('QuantizeLinear', [rows, rowScale, this.#zeroPoints(graph, selection, largest)], {
      attributes,
    });
    return { value, rowScale };
  }

  project(graph: GraphBuilder, rows: Operand, name: string, { factors, bias = '' }: ColumnExtras = {}): Value {
    const scale = graph.external(`${name}.scale`, this.#weights.get(`${name}.scale`));
    const factored = factors === undefined ? scale : graph.op('Mul', [scale, factors]);
    return this.#multiply(graph, rows, this.#bytes(graph, name), factored, bias);
  }

  projectColumns(graph: GraphBuilder, rows: Operand, name: string, columns: readonly number[]): Value {
    const picked = graph.ints(columns);
    const scale = graph.external(`${name}.scale`, this.#weights.get(`${name}.scale`));
    const some = graph.op('Gather', [this.#bytes(graph, name), picked], { attributes: { axis: { int: 1 } } });
    return this.#multiply(graph, rows, some, graph.op('Gather', [scale, picked]), '');
  }

  transposedProduct(graph: GraphBuilder, a: Value, b: Value): Value {
    return graph.op('FusedMatMul', [a, b], { ...CONTRIB, attributes: { transB: { int: 1 } } });
  }

  /** The weight `name` as its file holds it: int8, or the same bytes called uint8. */
  #bytes(graph: GraphBuilder, name: string): Value {
    const tensor = this.#weights.get(`${name}.weight`);
    return graph.external(`${name}.weight`, this.#sign === 'signed' ? tensor : { ...tensor, type: DataType.UINT8 });
  }

  /** `bytes` [in, out] are a weight's; `bias` [out] is added before the row's scale. */
  #multiply(graph: GraphBuilder, rows: Operand, bytes: Value, scale: Value, bias: Value): Value {
    // In two's complement the other highest bit adds 128. Weights are constant: onnxruntime computes this once, at load.
    const [weight, weightZero] =
      this.#sign === 'signed' ? [bytes, ''] : [graph.op('BitwiseXor', [bytes, graph.uint8(ZERO)]), graph.uint8(ZERO)];
    const inputs = [rows.value, weight, graph.float(1), scale, graph.uint8(ZERO), weightZero, bias];
    const product = graph.op('MatMulIntegerToFloat', inputs.slice(0, inputs.findLastIndex(isGiven) + 1), CONTRIB);
    return graph.op('Mul', [product, rows.rowScale]);
  }

  /** The zero point once for each row, shaped as `like` [M, 1]; operands of one selection have the same number of rows. */
  #zeroPoints(graph: GraphBuilder, selection: Value, like: Value): Value {
    const bySelection = this.#perRow.get(graph) ?? new Map<Value, Value>();
    this.#perRow.set(graph, bySelection);
    const known = bySelection.get(selection);
    if (known !== undefined) return known;
    const value = graph.op('Expand', [graph.uint8(ZERO), graph.op('Shape', [like])]);
    bySelection.set(selection, value);
    return value;
  }
}

function isGiven(input: Value): boolean {
  return input !== '';
}
