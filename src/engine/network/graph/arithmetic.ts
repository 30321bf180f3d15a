import type { GraphBuilder, Value } from '../onnx/graphBuilder.js';

/** What changes a product's columns: `factors` [out] multiply them, a `bias` [out] is added. */
export interface ColumnExtras {
  readonly factors?: Value;
  readonly bias?: Value;
}

/** A product with its columns multiplied and shifted, where that is asked for. */
export function withExtras(graph: GraphBuilder, product: Value, { factors, bias }: ColumnExtras): Value {
  const scaled = factors === undefined ? product : graph.op('Mul', [product, factors]);
  return bias === undefined ? scaled : graph.op('Add', [scaled, bias]);
}

/** Rows [M, in] made ready for one or more projections that read them. */
export interface Operand {
  readonly value: Value;
  /** What the product's rows are multiplied with, [M, 1]; '' = nothing. */
  readonly rowScale: Value;
}

/** How a graph computes matrix products: in int8 for the CPU, in float32 for every other device and for exact comparison. */
export interface Arithmetic {
  /**
   * Prepares rows [M, width] once for all projections that read them. `selection` = what the rows were gathered by, where they
   * are not all rows of the graph.
   */
  prepare(graph: GraphBuilder, rows: Value, width: number, selection?: Value): Operand;
  /**
   * rows [M, in] x the model's weight `name` [in, out] -> [M, out]; `factors` [out] multiply the columns, a large negative
   * `bias` [out] rules columns out.
   */
  project(graph: GraphBuilder, rows: Operand, name: string, extra?: ColumnExtras): Value;
  /** The weight's columns `columns` alone: rows x [in, columns.length]. */
  projectColumns(graph: GraphBuilder, rows: Operand, name: string, columns: readonly number[]): Value;
  /** a [*, *, m, n] x b [*, *, p, n] transposed -> [*, *, m, p]. */
  transposedProduct(graph: GraphBuilder, a: Value, b: Value): Value;
}
