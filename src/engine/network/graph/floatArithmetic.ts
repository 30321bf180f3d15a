import type { TensorSource } from '../folder/weights.js';
import type { GraphBuilder, Value } from '../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';
import { type Arithmetic, type ColumnExtras, type Operand, withExtras } from './arithmetic.js';

/**
 * float32 throughout, in standard operators only, so that every execution provider has them. int8 weights are turned into
 * float32 when the session is made (constant folding).
 */
export class FloatArithmetic implements Arithmetic {
  readonly #weights: TensorSource;

  constructor(weights: TensorSource) {
    this.#weights = weights;
  }

  prepare(_graph: GraphBuilder, rows: Value): Operand {
    return { value: rows, rowScale: '' };
  }

  project(graph: GraphBuilder, rows: Operand, name: string, extras: ColumnExtras = {}): Value {
    const product = graph.op('MatMul', [rows.value, this.#weight(graph, name)]);
    return withExtras(graph, product, extras);
  }

  projectColumns(graph: GraphBuilder, rows: Operand, name: string, columns: readonly number[]): Value {
    const picked = graph.op('Gather', [this.#weight(graph, name), graph.ints(columns)], {
      attributes: { axis: { int: 1 } },
    });
    return graph.op('MatMul', [rows.value, picked]);
  }

  transposedProduct(graph: GraphBuilder, a: Value, b: Value): Value {
    return graph.op('MatMul', [a, graph.op('Transpose', [b], { attributes: { perm: { ints: [0, 1, 3, 2] } } })]);
  }

  #weight(graph: GraphBuilder, name: string): Value {
    const weight = this.#weights.get(`${name}.weight`);
    const stored = graph.external(`${name}.weight`, weight);
    if (weight.type === DataType.FLOAT) return stored;
    const scale = graph.external(`${name}.scale`, this.#weights.get(`${name}.scale`));
    const cast = graph.op('Cast', [stored], { attributes: { to: { int: DataType.FLOAT } } });
    return graph.op('Mul', [cast, scale]);
  }
}
