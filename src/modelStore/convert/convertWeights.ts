import type { ExpectedTensor } from '../../engine/model/expectedTensors.js';
import { fullSequenceTensors } from '../../engine/model/fullSequenceTensors.js';
import type { FullSequenceManifest } from '../../engine/model/manifest.js';
import { TensorProto_DataType as DataType } from '../../engine/model/onnx/onnx_pb.js';
import { InfillError } from '../../shared/infillError.js';
import type { TensorLayout } from './checkpointFamily.js';
import type { CheckpointFiles } from './checkpointFiles.js';
import { applied, conditionAtZero, type Linear } from './constantModulation.js';
import { quantizeInt4, quantizeInt8 } from './quantizeRows.js';
import { isIgnored, tensorSources, type Piece, type TensorSources } from './tensorSources.js';
import { unsupported } from './unsupported.js';
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

  /** Throws InfillError model-unsupported where the checkpoint lacks a tensor, or has one that this network does not. */
  constructor(
    private readonly files: CheckpointFiles,
    private readonly manifest: FullSequenceManifest,
    layout: TensorLayout,
    private readonly afterBlock: AfterBlock,
  ) {
    this.#sources = tensorSources(layout, manifest);
    this.#expected = new Map(Array.from(fullSequenceTensors(manifest), (tensor) => [tensor.name, tensor]));
    this.#checkNames();
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
    const isConstant = name.endsWith('modulation');
    const values = isConstant ? await this.#modulation(name) : await this.#rows(pieces, 1, 0, shape[0] ?? 0, name);
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
    const isTable = name === 'embedding' || name === 'positions';
    const isInt4 = type === DataType.UINT8;
    const first = shape[0] ?? 0;
    const second = shape[1] ?? 0;
    const out = isTable || isInt4 ? first : second;
    const width = isTable ? second : isInt4 ? second * (shape[2] ?? 0) * 2 : first;
    const height = Math.max(1, Math.min(out, Math.floor(BLOCK_ELEMENTS / width)));
    for (let from = 0; from < out; from += height) {
      const to = Math.min(out, from + height);
      const rows = await this.#rows(pieces, width, from, to, name);
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
  async #rows(pieces: readonly Piece[], width: number, from: number, to: number, name: string): Promise<Float32Array> {
    const result = new Float32Array((to - from) * width);
    let start = 0;
    for (const piece of pieces) {
      const source = this.#find(piece);
      const shape = this.files.shapeOf(source);
      const [out, own] = piece.transposed === true ? [shape[1] ?? 1, shape[0] ?? 1] : [shape[0] ?? 1, shape[1] ?? 1];
      const [first, last] = piece.rows ?? [0, out];
      if (own !== width || last > out) throw misfit(source, shape, name);
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
    if (to > start) throw misfit(this.#find(pieces[0]), [start, width], name);
    return result;
  }

  async #read(piece: Piece, source: string, from: number, to: number): Promise<Float32Array> {
    if (piece.transposed !== true) return this.files.rows(source, from, to);
    const [inputs = 0, outputs = 0] = this.files.shapeOf(source);
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

  #find(piece: Piece | undefined): string {
    const found = piece?.names.find((name) => this.files.has(name));
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
