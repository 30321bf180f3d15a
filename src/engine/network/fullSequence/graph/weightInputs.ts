import { fullSequenceTensors } from '../../folder/fullSequenceTensors.js';
import type { FullSequenceManifest } from '../../folder/manifest.js';
import { FloatArithmetic } from '../../graph/floatArithmetic.js';
import { type ColumnExtras, type Operand, withExtras } from '../../graph/arithmetic.js';
import { type ExternalTensor, GraphBuilder, type Value } from '../../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../../onnx/onnx_pb.js';
import type { GraphWeights } from './graphWeights.js';

/** A weight that a graph is given with each run. */
export interface WeightInput {
  readonly shape: readonly number[];
  /** Whether it is a matrix that lies transposed, [in, out]. */
  readonly isTransposed: boolean;
}

/** A graph whose weights are inputs instead of constants in files. */
export class WeightInputsGraph extends GraphBuilder {
  /** By the names of the model's tensors. */
  readonly weights = new Map<string, WeightInput>();

  override external(name: string, { shape }: Pick<ExternalTensor, 'shape'>): Value {
    return this.weight(name, { shape, isTransposed: name.endsWith('.weight') });
  }

  /** Asking twice for one name gives the same input. */
  weight(name: string, input: WeightInput): Value {
    if (!this.weights.has(name)) {
      this.weights.set(name, input);
      this.input(name, DataType.FLOAT, input.shape);
    }
    return name;
  }
}

/** The tensors of one layer in float32 and of what is around the layers, as far as a graph is built by them: they lie nowhere. */
export function oneLayerWeights(manifest: FullSequenceManifest): GraphWeights {
  const own: FullSequenceManifest = {
    ...manifest,
    architecture: { ...manifest.architecture, layers: 1 },
    weights: { precision: 'fp32', files: [] },
  };
  const tensors = new Map<string, ExternalTensor>();
  for (const { name, type, shape } of fullSequenceTensors(own)) {
    tensors.set(name, { file: '', offset: 0, bytes: 0, type, shape });
  }
  const get = (name: string): ExternalTensor => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`tensor ${name} is not among the expected ones`);
    return tensor;
  };
  return { manifest: own, tensors, get };
}

/** Products with weights that are inputs, as checkpoints have them: [out, in]. */
export class WeightInputsArithmetic extends FloatArithmetic {
  constructor(private readonly own: GraphWeights) {
    super(own);
  }

  override project(graph: WeightInputsGraph, rows: Operand, name: string, extras: ColumnExtras = {}): Value {
    const [from = 0, to = 0] = this.own.get(`${name}.weight`).shape;
    const weight = graph.weight(`${name}.weight`, { shape: [to, from], isTransposed: false });
    const product = graph.op('Gemm', [rows.value, weight], { attributes: { transB: { int: 1 } } });
    return withExtras(graph, product, extras);
  }
}
