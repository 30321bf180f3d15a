import type { ExpectedTensor } from '../../engine/network/folder/expectedTensor.js';
import { FREQUENCIES, fullSequenceTensors } from '../../engine/network/folder/fullSequenceTensors.js';
import type { FullSequenceManifest } from '../../engine/network/folder/manifest.js';
import { TensorProto_DataType as DataType } from '../../engine/network/onnx/onnx_pb.js';
import { unsupportedType } from '../../engine/network/folder/safetensors.js';
import { InfillError } from '../../shared/infillError.js';
import type { TensorLayout } from './checkpoint/checkpointFamily.js';
import type { CheckpointFiles } from './checkpoint/checkpointReader.js';
import { applied, conditionAtZero, type Linear } from './constantModulation.js';
import { isDecodable } from './checkpoint/decodeFloats.js';
import { requireFinite } from './requireFinite.js';
import { SourceRows, type FoundPiece } from './sourceRows.js';
import { isIgnored, tensorSources, type Piece, type TensorSources } from './tensorSources.js';
import { unsupported } from './checkpoint/unsupported.js';

/** What to do where tensors and configuration do not fit each other. */
const FROM_ONE =
  "Either the model is a variant that Infill does not know, or its config.json is another model's: get both from one and the same place.";

/** The tensors of `manifest` as a checkpoint has them: which of its tensors each is made of, and their rows in float32. */
export class MappedTensors {
  /** By name, as they are in the model folder. */
  readonly expected: ReadonlyMap<string, ExpectedTensor>;
  readonly #sources: TensorSources;
  readonly #rows: SourceRows;
  #condition: Promise<Float64Array> | undefined;

  /**
   * Compares names, shapes and types of the checkpoint's tensors with the manifest, before anything is sized by it.
   * Throws InfillError model-unsupported where the checkpoint lacks a tensor, has one that this network does not, or has one of another
   * type; model-corrupt where a shape does not fit.
   */
  constructor(
    private readonly files: CheckpointFiles,
    private readonly manifest: FullSequenceManifest,
    layout: TensorLayout,
  ) {
    this.#sources = tensorSources(layout, manifest);
    this.expected = new Map(Array.from(fullSequenceTensors(manifest), (tensor) => [tensor.name, tensor]));
    this.#checkNames();
    for (const [name, pieces] of this.#sources) this.#checkShapes(name, pieces);
    this.#rows = new SourceRows(files);
  }

  /** Our tensors, less `.weight` and `.scale`, in an order that is always the same. */
  get names(): Iterable<string> {
    return this.#sources.keys();
  }

  /** What each tensor is made of, as values for JSON. */
  get description(): unknown {
    return Array.from(this.#sources, ([name, pieces]) => [
      name,
      pieces.map((piece) => {
        const source = this.#find(piece);
        return { source, ...piece, shape: this.files.shapeOf(source), type: this.files.typeOf(source) };
      }),
    ]);
  }

  /** The rows from `from` to `to` of a matrix [out, in], to be decoded from; those that were read before are gone. */
  async rows(name: string, from: number, to: number): Promise<Pick<SourceRows, 'decode'>> {
    await this.#rows.read(this.#found(name), this.widthOf(name), from, to);
    return this.#rows;
  }

  /** Elements of a row of a matrix. */
  widthOf(name: string): number {
    return this.#sizeOf(name)?.[1] ?? 1;
  }

  async vector(name: string): Promise<Float32Array> {
    if (isConstant(name)) return this.#modulation(name);
    const [length] = this.#sizeOf(name) ?? [0];
    const values = new Float32Array(length);
    await this.#rows.read(this.#found(name), 1, 0, length);
    this.#rows.decode(0, values);
    return values;
  }

  #found(name: string): readonly FoundPiece[] {
    return (this.#sources.get(name) ?? []).map((piece) => {
      const source = this.#find(piece);
      const [first, last] = piece.rows ?? [0, pieceSize(piece, this.files.shapeOf(source))[0]];
      return { piece, source, first, last };
    });
  }

  /** What modulates a norm where the network is told no sigma. */
  async #modulation(name: string): Promise<Float32Array> {
    this.#condition ??= Promise.all([this.#linear('time.in'), this.#linear('time.out')]).then(([first, second]) =>
      conditionAtZero(first, second),
    );
    const values = Float32Array.from(applied(await this.#linear(name), await this.#condition));
    requireFinite(values, this.#find(this.#sources.get(name)?.[0]));
    return values;
  }

  async #linear(name: string): Promise<Linear> {
    const all = async (part: string): Promise<Float32Array> => {
      const source = this.#find(this.#sources.get(part)?.[0]);
      return this.files.rows(source, 0, this.files.shapeOf(source)[0] ?? 0);
    };
    return { weight: await all(name), bias: await all(`${name}.bias`) };
  }

  #checkShapes(name: string, pieces: readonly Piece[]): void {
    const size = this.#sizeOf(name);
    if (size === undefined) return;
    const [out, width] = size;
    let total = 0;
    for (const piece of pieces) {
      const source = this.#find(piece);
      const shape = this.files.shapeOf(source);
      const type = this.files.typeOf(source);
      if (!isDecodable(type)) {
        const remedy = 'Get the weights in bfloat16, float16 or float32.';
        throw unsupportedType(source, type, this.files.fileOf(source), remedy);
      }
      const [rows, own] = pieceSize(piece, shape);
      const [first, last] = piece.rows ?? [0, rows];
      if (own !== width || last > rows) throw misfit(source, shape, name);
      total += last - first;
      if (total > out) throw misfit(source, shape, name);
    }
    if (total < out) throw misfit(this.#find(pieces[0]), [total, width], name);
  }

  /** Rows, and elements of a row, of what the pieces of `name` make up; undefined where nothing of it is used. */
  #sizeOf(name: string): readonly [rows: number, width: number] | undefined {
    const { conditionSize = 0 } = this.manifest.architecture;
    const matrix = this.expected.get(`${name}.weight`);
    if (matrix !== undefined) return matrixSize(name, matrix);
    const vector = this.expected.get(name);
    if (vector !== undefined) return [vector.shape[0] ?? 0, isConstant(name) ? conditionSize : 1];
    // What constant modulations are computed from.
    switch (name) {
      case 'time.in':
        return [conditionSize, FREQUENCIES];
      case 'time.out':
        return [conditionSize, conditionSize];
      case 'time.in.bias':
      case 'time.out.bias':
        return [conditionSize, 1];
      default: {
        const constant = this.expected.get(name.replace(/\.bias$/, ''));
        return constant === undefined ? undefined : [constant.shape[0] ?? 0, 1];
      }
    }
  }

  #find(piece: Piece | undefined): string {
    const found = this.files.find(piece?.names ?? []);
    if (found === undefined) throw unsupported(`it lacks the tensor ${piece?.names[0] ?? ''}`, FROM_ONE);
    return found;
  }

  /** A tensor that nobody asks for is a part of the network that ours does not have: leaving it out would be wrong. */
  #checkNames(): void {
    const used = new Set<string>();
    for (const pieces of this.#sources.values()) {
      for (const piece of pieces) used.add(this.#find(piece));
    }
    const extra = Array.from(this.files.names).filter((name) => !used.has(name) && !isIgnored(name, this.manifest));
    if (extra.length === 0) return;
    const some = extra.slice(0, 3).join(', ');
    throw unsupported(`it has ${extra.length} tensors that are not known (${some})`, FROM_ONE);
  }
}

/** Kept as [rows, width]; products are stored transposed. */
export function isTableName(name: string): boolean {
  return name === 'embedding' || name === 'positions';
}

/** What modulates norms where the network is told no sigma: computed, not copied. */
function isConstant(name: string): boolean {
  return name.endsWith('modulation');
}

/** Rows, and elements of a row, of a matrix that is stored as `fullSequenceTensors` says. */
export function matrixSize(
  name: string,
  { type, shape }: Pick<ExpectedTensor, 'type' | 'shape'>,
): readonly [number, number] {
  const [first = 0, second = 0, third = 0] = shape;
  if (isTableName(name)) return [first, second];
  return type === DataType.UINT8 ? [first, second * third * 2] : [second, first];
}

/** Rows, and elements of a row, of a checkpoint's tensor: all dimensions but the first are one. */
function pieceSize({ transposed }: Piece, shape: readonly number[]): readonly [rows: number, width: number] {
  const [first = 1, ...rest] = shape;
  const width = rest.reduce((product, size) => product * size, 1);
  return transposed === true ? [width, first] : [first, width];
}

function misfit(source: string, shape: readonly number[], name: string): InfillError {
  return new InfillError(
    'model-corrupt',
    `The checkpoint's tensor ${source} has shape [${shape.join(', ')}], which does not fit ${name} as config.json describes it.`,
    FROM_ONE,
  );
}
