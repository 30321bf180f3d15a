import { createHash } from 'node:crypto';
import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type GraphProto,
  type ValueInfoProto,
} from './onnx_pb.js';

/** The name of a tensor inside the graph. */
export type Value = string;

/** One attribute of a node: an integer, a float, a text, or a list of integers. */
export type Attribute = { int: number } | { float: number } | { text: string } | { ints: readonly number[] };

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** `com.microsoft` for onnxruntime's own operators; '' (the default) for the standard ones. */
  readonly domain?: string;
  /** Names the only output; for graph outputs and readable profiles. */
  readonly name?: string;
  /**
   * The output's shape where onnxruntime cannot tell it, symbolic sizes included. It plans memory faster and reuses more of it
   * when it knows that two tensors are alike.
   */
  readonly shape?: Shape;
}

/** Sizes; a text stands for a size that is only known when the graph runs, equal texts for equal sizes. */
export type Shape = readonly (number | string)[];

/** A tensor whose bytes stay in a file of the model folder. */
export interface ExternalTensor {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
  readonly type: DataType;
  readonly shape: readonly number[];
}

const OPSET = 21;
const IR_VERSION = 10;

/** Writes an ONNX graph node by node. Dimensions given as text are symbolic. Equal constants are stored once. */
export class GraphBuilder {
  readonly #graph: GraphProto;
  readonly #constants = new Map<string, Value>();
  readonly #external = new Set<Value>();
  #count = 0;

  constructor(name: string) {
    this.#graph = create(GraphProtoSchema, { name });
  }

  input(name: string, type: DataType, shape: Shape): Value {
    this.#graph.input.push(valueInfo(name, type, shape));
    return name;
  }

  /** Declares `value` to be an output of the graph, under its own name. */
  output(value: Value, type: DataType, shape: Shape): void {
    this.#graph.output.push(valueInfo(value, type, shape));
  }

  /** Adds a node with one output. Input '' = an optional input left out. */
  op(type: string, inputs: readonly Value[], options: NodeOptions = {}): Value {
    const output = this.ops(type, inputs, [options.name ?? this.#fresh(type)], options)[0]!;
    if (options.shape !== undefined) this.#graph.valueInfo.push(valueInfo(output, DataType.FLOAT, options.shape));
    return output;
  }

  /** States the shapes of float32 values that `ops` gave. */
  shaped(values: readonly Value[], shapes: readonly Shape[]): void {
    values.forEach((value, index) => this.#graph.valueInfo.push(valueInfo(value, DataType.FLOAT, shapes[index]!)));
  }

  /** Adds a node with several outputs: `outputs` names them, or says how many there are. */
  ops(type: string, inputs: readonly Value[], outputs: number | readonly string[], options: NodeOptions = {}): Value[] {
    const output =
      typeof outputs === 'number' ? Array.from({ length: outputs }, () => this.#fresh(type)) : Array.from(outputs);
    const attribute = Object.entries(options.attributes ?? {}).map(([name, value]) => attributeProto(name, value));
    const domain = options.domain ?? '';
    this.#graph.node.push(
      create(NodeProtoSchema, { opType: type, domain, name: output[0]!, input: [...inputs], output, attribute }),
    );
    return output;
  }

  floats(values: readonly number[] | Float32Array, shape: readonly number[] = [values.length]): Value {
    return this.#constant(DataType.FLOAT, new Float32Array(values), shape);
  }

  ints(values: readonly number[], shape: readonly number[] = [values.length]): Value {
    return this.#constant(DataType.INT64, BigInt64Array.from(values, BigInt), shape);
  }

  float(value: number): Value {
    return this.floats([value], []);
  }

  int(value: number): Value {
    return this.ints([value], []);
  }

  uint8(value: number): Value {
    return this.#constant(DataType.UINT8, Uint8Array.of(value), []);
  }

  uint8s(values: Uint8Array, shape: readonly number[]): Value {
    return this.#constant(DataType.UINT8, values, shape);
  }

  int8(values: Int8Array, shape: readonly number[]): Value {
    return this.#constant(DataType.INT8, values, shape);
  }

  /** A constant that stays in its file; asking twice for one name gives the same value. */
  external(name: string, tensor: ExternalTensor): Value {
    if (!this.#external.has(name)) {
      this.#external.add(name);
      const entries = { location: tensor.file, offset: String(tensor.offset), length: String(tensor.bytes) };
      this.#graph.initializer.push(
        create(TensorProtoSchema, {
          name,
          dataType: tensor.type,
          dims: tensor.shape.map(BigInt),
          dataLocation: TensorProto_DataLocation.EXTERNAL,
          externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
        }),
      );
    }
    return name;
  }

  /** The finished model as protobuf bytes. */
  toBytes(): Uint8Array {
    const model = create(ModelProtoSchema, {
      irVersion: BigInt(IR_VERSION),
      producerName: 'infill',
      graph: this.#graph,
      opsetImport: [
        { domain: '', version: BigInt(OPSET) },
        { domain: 'com.microsoft', version: 1n },
      ],
    });
    return toBinary(ModelProtoSchema, model);
  }

  #constant(
    type: DataType,
    values: Float32Array | BigInt64Array | Uint8Array | Int8Array,
    shape: readonly number[],
  ): Value {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const key = `${type}:${shape.join(',')}:${createHash('sha256').update(bytes).digest('base64')}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.#fresh('constant');
    this.#constants.set(key, name);
    const dims = shape.map(BigInt);
    this.#graph.initializer.push(create(TensorProtoSchema, { name, dataType: type, dims, rawData: bytes }));
    return name;
  }

  #fresh(stem: string): Value {
    this.#count += 1;
    return `${stem}_${this.#count}`;
  }
}

function valueInfo(name: string, elemType: DataType, shape: Shape): ValueInfoProto {
  const dim = shape.map((size) =>
    create(TensorShapeProto_DimensionSchema, {
      value: typeof size === 'number' ? { case: 'dimValue', value: BigInt(size) } : { case: 'dimParam', value: size },
    }),
  );
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType, shape: { dim } } } },
  });
}

function attributeProto(name: string, value: Attribute): AttributeProto {
  if ('int' in value) return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value.int) });
  if ('float' in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float });
  if ('ints' in value) {
    return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.ints.map(BigInt) });
  }
  return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: Buffer.from(value.text) });
}
