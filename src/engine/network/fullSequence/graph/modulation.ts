import { FREQUENCIES } from '../../folder/fullSequenceTensors.js';
import type { GraphBuilder, Value } from '../../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../../onnx/onnx_pb.js';
import type { GraphWeights } from './graphWeights.js';

const MAX_PERIOD = 10_000;

/**
 * Adaptive layer norm (Peebles & Xie 2023, as in SEDD's model/transformer.py): shifts, scales and gates are a linear map of the
 * condition silu(MLP(sinusoids of sigma)). Where the network is told no sigma they are constants, computed when it was converted.
 */
export class Modulation {
  readonly #graph: GraphBuilder;
  readonly #weights: GraphWeights;
  readonly #condition: Value | undefined;

  constructor(graph: GraphBuilder, weights: GraphWeights) {
    this.#graph = graph;
    this.#weights = weights;
    this.#condition = weights.manifest.architecture.timeInput === 'sigma' ? this.#conditionOf() : undefined;
  }

  /** `parts` vectors [D]: shift, scale and gate of the first norm, then of the second; or shift and scale. */
  of(name: string, parts: number): Value[] {
    const graph = this.#graph;
    const all = this.#condition === undefined ? this.#external(name) : this.#linear(this.#condition, name);
    const flat = graph.op('Reshape', [all, graph.ints([-1])]);
    return graph.ops('Split', [flat], parts, { attributes: { axis: { int: 0 }, num_outputs: { int: parts } } });
  }

  /** [1, C] */
  #conditionOf(): Value {
    const graph = this.#graph;
    const sigma = graph.input('sigma', DataType.FLOAT, [1]);
    const half = FREQUENCIES / 2;
    const frequencies = Float32Array.from({ length: half }, (_, i) => MAX_PERIOD ** (-i / half));
    const angles = graph.op('Mul', [sigma, graph.floats(frequencies, [1, half])]);
    const waves = graph.op('Concat', [graph.op('Cos', [angles]), graph.op('Sin', [angles])], {
      attributes: { axis: { int: 1 } },
    });
    const hidden = this.#silu(this.#linear(waves, 'time.in'));
    return this.#silu(this.#linear(hidden, 'time.out'));
  }

  #linear(rows: Value, name: string): Value {
    const product = this.#graph.op('MatMul', [rows, this.#external(`${name}.weight`)]);
    return this.#graph.op('Add', [product, this.#external(`${name}.bias`)]);
  }

  /** QuickGelu with alpha 1. */
  #silu(value: Value): Value {
    return this.#graph.op('QuickGelu', [value], { domain: 'com.microsoft', attributes: { alpha: { float: 1 } } });
  }

  #external(name: string): Value {
    return this.#graph.external(name, this.#weights.get(name));
  }
}
