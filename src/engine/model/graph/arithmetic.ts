import type { GraphBuilder, Value } from '../onnx/graphBuilder.js';

/** Rows [M, in] made ready for one or more projections that read them. */
export interface Operand {
  readonly value: Value;
  /** What the product's rows are multiplied with, [M, 1]; '' = nothing. */
  readonly rowScale: Value;
}

/** How a graph computes matrix products: in int8 for the CPU, in float32 for every other device and for exact comparison. */
export interface Arithmetic {
  /** Prepares rows [M, in] once for all projections that read them. */
  prepare(graph: GraphBuilder, rows: Value): Operand;
  /** rows [M, in] x the model's weight `name` [in, out] -> [M, out]. */
  project(graph: GraphBuilder, rows: Operand, name: string, bias?: Value): Value;
  /** The weight's columns `columns` alone: rows x [in, columns.length]. */
  projectColumns(graph: GraphBuilder, rows: Operand, name: string, columns: readonly number[]): Value;
  /** a [B, h, m, n] x b [B, h, p, n] transposed -> [B, h, m, p], times `factor`. */
  transposedProduct(graph: GraphBuilder, a: Value, b: Value, factor: number): Value;
}
