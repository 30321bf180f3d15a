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
import { quantizeInt4, quantizeInt8 } from './quantizeRows.js';
import { isIgnored, tensorSources, type Piece, type TensorSources } from './tensorSources.js';
import { unsupported } from './checkpoint/unsupported.js';
import type { WeightsWriter } from './weightsWriter.js';

/** Elements that are in memory at a time, as float32: what keeps a conversion small whatever the model's size. */
const BLOCK_ELEMENTS = 1 << 24;
/** Side of the squares in which matrices are transposed. */
const TILE = 32;

/** Called between blocks with the bytes just written; may throw to end the conversion. */
export type AfterBlock = (bytes: number) => void;

/** Writes the tensors of `manifest` from those of a checkpoint. */
export class WeightsConverter {
  readonly #sources: TensorSources;
  readonly #expected: ReadonlyMap<string, ExpectedTensor>;
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
    private readonly afterBlock: AfterBlock,
  ) {
    this.#sources = tensorSources(layout, manifest);
    this.#expected = new Map(Array.from(fullSequenceTensors(manifest), (tensor) => [tensor.name, tensor]));
    this.#checkNames();
    for (const [name, pieces] of this.#sources) this.#checkShapes(name, pieces);
  }

  async writeAll(writer: WeightsWriter): Promise<void> {
    for (const [name, pieces] of this.#sources) {
      const matrix = this.#expected.get(`${name}.weight`);
      const vector = this.#expected.get(name);
      if (matrix !== undefined) await this.#writeMatrix(writer, name, matrix, pieces);
      else if (vector !== undefined) await this.#writeVector(writer, vector, pieces);
    }
  }

  async #writeVector(writer: WeightsWriter, { name, shape }: ExpectedTensor, pieces: readonly Piece[]): Promise<void> {
    const values = isConstant(name) ? await this.#modulation(name) : await this.#rows(pieces, 1, 0, shape[0] ?? 0);
    await writer.write(name, 0, values);
    this.afterBlock(values.byteLength);
  }

  /** Embeddings and positions stay [rows, in]; products are stored as `fullSequenceTensors` says. */
  async #writeMatrix(
    writer: WeightsWriter,
    name: string,
    { type, shape }: ExpectedTensor,
    pieces: readonly Piece[],
  ): Promise<void> {
    const isTable = isTableName(name);
    const [out, width] = matrixSize(name, { type, shape });
    const height = Math.max(1, Math.min(out, Math.floor(BLOCK_ELEMENTS / width)));
    for (let from = 0; from < out; from += height) {
      const to = Math.min(out, from + height);
      const rows = await this.#rows(pieces, width, from, to);
      const place = { writer, name: `${name}.weight`, from, out, width, isTable };
      switch (type) {
        case DataType.FLOAT:
          await writeRows(place, rows);
          this.afterBlock(rows.byteLength);
          break;
        case DataType.INT8: {
          const { values, scales } = quantizeInt8(rows, width);
          await writeRows(place, values);
          await writer.write(`${name}.scale`, from * scales.BYTES_PER_ELEMENT, scales);
          this.afterBlock(values.byteLength + scales.byteLength);
          break;
        }
        case DataType.UINT8: {
          const { values, scales } = quantizeInt4(rows, width);
          await writer.write(`${name}.weight`, (from * values.byteLength) / (to - from), values);
          await writer.write(`${name}.scale`, (from * scales.byteLength) / (to - from), scales);
          this.afterBlock(values.byteLength + scales.byteLength);
          break;
        }
      }
    }
  }

  /** Rows `from`..`to` of what the pieces make up, [to - from, width]. */
  async #rows(pieces: readonly Piece[], width: number, from: number, to: number): Promise<Float32Array> {
    const result = new Float32Array((to - from) * width);
    let start = 0;
    for (const piece of pieces) {
      const source = this.#find(piece);
      const [first, last] = piece.rows ?? [0, pieceSize(piece, this.files.shapeOf(source))[0]];
      const begin = Math.max(from, start);
      const end = Math.min(to, start + last - first);
      if (begin < end) {
        const values = await this.#read(piece, source, first + begin - start, first + end - start);
        const { factor } = piece;
        if (factor !== undefined) for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * factor;
        result.set(values, (begin - from) * width);
      }
      start += last - first;
    }
    return result;
  }

  async #read(piece: Piece, source: string, from: number, to: number): Promise<Float32Array> {
    if (piece.transposed !== true) return this.files.rows(source, from, to);
    const [outputs, inputs] = pieceSize(piece, this.files.shapeOf(source));
    const all = await this.files.rows(source, 0, inputs);
    const rows = transposed(all, inputs, outputs).subarray(from * inputs, to * inputs);
    return rows;
  }

  /** What modulates a norm where the network is told no sigma. */
  async #modulation(name: string): Promise<Float32Array> {
    this.#condition ??= Promise.all([this.#linear('time.in'), this.#linear('time.out')]).then(([first, second]) =>
      conditionAtZero(first, second),
    );
    return Float32Array.from(applied(await this.#linear(name), await this.#condition));
  }

  async #linear(name: string): Promise<Linear> {
    const whole = async (part: string): Promise<Float32Array> => {
      const source = this.#find(this.#sources.get(part)?.[0]);
      return this.files.rows(source, 0, this.files.shapeOf(source)[0] ?? 0);
    };
    return { weight: await whole(name), bias: await whole(`${name}.bias`) };
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
    const matrix = this.#expected.get(`${name}.weight`);
    if (matrix !== undefined) return matrixSize(name, matrix);
    const vector = this.#expected.get(name);
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
        const constant = this.#expected.get(name.replace(/\.bias$/, ''));
        return constant === undefined ? undefined : [constant.shape[0] ?? 0, 1];
      }
    }
  }

  #find(piece: Piece | undefined): string {
    const found = this.files.find(piece?.names ?? []);
    if (found === undefined)
      throw unsupported(`it lacks the tensor ${piece?.names[0] ?? ''}`, 'Get the checkpoint again.');
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
    throw unsupported(`it has ${extra.length} tensors that are not known (${some})`, 'Such a variant is not known.');
  }
}

/** Compares a checkpoint's tensors with a manifest, as a `WeightsConverter` does before it writes anything; errors as for its constructor. */
export function checkTensors(files: CheckpointFiles, manifest: FullSequenceManifest, layout: TensorLayout): void {
  new WeightsConverter(files, manifest, layout, () => undefined);
}

/** Kept as [rows, width]; products are stored transposed. */
function isTableName(name: string): boolean {
  return name === 'embedding' || name === 'positions';
}

/** What modulates norms where the network is told no sigma: computed, not copied. */
function isConstant(name: string): boolean {
  return name.endsWith('modulation');
}

/** Rows, and elements of a row, of a matrix that is stored as `fullSequenceTensors` says. */
function matrixSize(name: string, { type, shape }: Pick<ExpectedTensor, 'type' | 'shape'>): readonly [number, number] {
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

interface RowPlace {
  readonly writer: WeightsWriter;
  readonly name: string;
  readonly from: number;
  /** Rows of the whole matrix. */
  readonly out: number;
  readonly width: number;
  readonly isTable: boolean;
}

/** Writes rows [n, width] from row `from` on, as they are or, for products, as columns [width, out]. */
async function writeRows(
  { writer, name, from, out, width, isTable }: RowPlace,
  rows: Float32Array | Int8Array,
): Promise<void> {
  const size = rows.BYTES_PER_ELEMENT;
  if (isTable) {
    await writer.write(name, from * width * size, rows);
    return;
  }
  const count = rows.length / width;
  const columns = transposed(rows, count, width);
  if (count === out) {
    await writer.write(name, 0, columns);
    return;
  }
  for (let i = 0; i < width; i++) {
    await writer.write(name, (i * out + from) * size, columns.subarray(i * count, (i + 1) * count));
  }
}

/** Rows [count, width] -> [width, count], tile by tile: going through memory across its grain is many times slower. */
function transposed<T extends Float32Array | Int8Array>(rows: T, count: number, width: number): T;
function transposed(rows: Float32Array | Int8Array, count: number, width: number): Float32Array | Int8Array {
  const columns = rows instanceof Int8Array ? new Int8Array(rows.length) : new Float32Array(rows.length);
  for (let top = 0; top < count; top += TILE) {
    const bottom = Math.min(count, top + TILE);
    for (let left = 0; left < width; left += TILE) {
      const right = Math.min(width, left + TILE);
      for (let row = top; row < bottom; row++) {
        for (let i = left; i < right; i++) columns[i * count + row] = rows[row * width + i] ?? 0;
      }
    }
  }
  return columns;
}

function misfit(source: string, shape: readonly number[], name: string): InfillError {
  return new InfillError(
    'model-corrupt',
    `The checkpoint's tensor ${source} has shape [${shape.join(', ')}], which does not fit ${name} as config.json describes it.`,
    'Get the checkpoint again.',
  );
}
