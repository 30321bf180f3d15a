import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ExpectedTensor } from '../../engine/network/folder/expectedTensor.js';
import { FREQUENCIES, fullSequenceTensors, INT4_BLOCK } from '../../engine/network/folder/fullSequenceTensors.js';
import type { FullSequenceManifest } from '../../engine/network/folder/manifest.js';
import { TensorProto_DataType as DataType } from '../../engine/network/onnx/onnx_pb.js';
import { unsupportedType } from '../../engine/network/folder/safetensors.js';
import { InfillError } from '../../shared/infillError.js';
import type { TensorLayout } from './checkpoint/checkpointFamily.js';
import type { CheckpointFiles } from './checkpoint/checkpointReader.js';
import { applied, conditionAtZero, type Linear } from './constantModulation.js';
import type { ConversionJournal } from './conversionJournal.js';
import { isDecodable } from './checkpoint/decodeFloats.js';
import { quantizeInt4, quantizeInt8 } from './quantizeRows.js';
import { SourceRows, type FoundPiece } from './sourceRows.js';
import { isIgnored, tensorSources, type Piece, type TensorSources } from './tensorSources.js';
import { transposeInto } from './transposeInto.js';
import { unsupported } from './checkpoint/unsupported.js';
import { bytesOfExtent, type Extent, type WeightsWriter } from './weightsWriter.js';

/** Elements that are converted at a time: what keeps a conversion small whatever the model's size, and what an interruption costs. */
const BLOCK_ELEMENTS = 1 << 24;
/** Rows that are decoded, quantised and transposed together: with all that becomes of them they stay in a core's own cache. */
const TILE_ROWS = 32;

export interface ConverterOptions {
  /** Called after each block with its bytes, those that were written earlier included; may throw to end the conversion. */
  readonly afterBlock: (bytes: number) => void;
  /** Elements of a block; absent = what is best. */
  readonly blockElements?: number | undefined;
}

/** Rows of one of our tensors, and where they are written. */
interface Block {
  /** Ours, less `.weight` and `.scale`. */
  readonly name: string;
  readonly tensor: ExpectedTensor;
  readonly from: number;
  readonly to: number;
  readonly extents: readonly Extent[];
}

/** Writes the tensors of `manifest` from those of a checkpoint, block by block in an order that is always the same. */
export class WeightsConverter {
  readonly #sources: TensorSources;
  readonly #expected: ReadonlyMap<string, ExpectedTensor>;
  readonly #blocks: readonly Block[];
  readonly #rows: SourceRows;
  readonly #scratch = new Scratch();
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
    private readonly options: ConverterOptions,
  ) {
    this.#sources = tensorSources(layout, manifest);
    this.#expected = new Map(Array.from(fullSequenceTensors(manifest), (tensor) => [tensor.name, tensor]));
    this.#checkNames();
    for (const [name, pieces] of this.#sources) this.#checkShapes(name, pieces);
    this.#rows = new SourceRows(files);
    this.#blocks = Array.from(this.#sources.keys()).flatMap((name) => this.#blocksOf(name));
  }

  /** Another word wherever anything of what is written, or of the order in which it is, would be another. */
  get plan(): string {
    const sources = Array.from(this.#sources, ([name, pieces]) => [
      name,
      pieces.map((piece) => {
        const source = this.#find(piece);
        return { source, ...piece, shape: this.files.shapeOf(source), type: this.files.typeOf(source) };
      }),
    ]);
    const blocks = this.#blocks.map(({ name, from, to, extents }) => [name, from, to, extents]);
    return createHash('sha256').update(JSON.stringify([sources, blocks])).digest('hex');
  }

  /** Writes what `journal` does not list, or lists with another checksum than what is there has. */
  async writeAll(writer: WeightsWriter, journal?: ConversionJournal): Promise<void> {
    for (const [index, block] of this.#blocks.entries()) {
      const known = journal?.finished.get(index);
      if (known === undefined || known !== (await checksumOf(block, writer))) {
        const written = await this.#write(block, writer);
        await journal?.add(index, written);
      }
      this.options.afterBlock(block.extents.reduce((sum, extent) => sum + bytesOfExtent(extent), 0));
    }
  }

  #blocksOf(name: string): Block[] {
    const vector = this.#expected.get(name);
    if (vector !== undefined) {
      const [to = 0] = vector.shape;
      return [{ name, tensor: vector, from: 0, to, extents: [whole(name, 0, 4 * to)] }];
    }
    const tensor = this.#expected.get(`${name}.weight`);
    if (tensor === undefined) return [];
    const [out, width] = matrixSize(name, tensor);
    const { blockElements = BLOCK_ELEMENTS } = this.options;
    const height = Math.max(1, Math.min(out, Math.floor(blockElements / width)));
    return Array.from({ length: Math.ceil(out / height) }, (_, n) => {
      const [from, to] = [n * height, Math.min(out, (n + 1) * height)];
      return { name, tensor, from, to, extents: extentsOf({ name, tensor, from, to }) };
    });
  }

  /** Answers the CRC-32 of what was written. */
  async #write(block: Block, writer: WeightsWriter): Promise<number> {
    let sum = 0;
    const parts = await this.#converted(block);
    for (const [i, extent] of block.extents.entries()) {
      const part = parts[i];
      if (part === undefined) throw new Error(`${block.name} has fewer parts than places`);
      await writer.write(extent, part);
      sum = crc32(part, sum);
    }
    return sum;
  }

  /** The data of a block's extents. It is gone when the next block is converted. */
  async #converted(block: Block): Promise<readonly NodeJS.TypedArray[]> {
    const { name, tensor, from, to } = block;
    if (tensor.name === name) return [await this.#vector(name, to)];
    const [, width] = matrixSize(name, tensor);
    await this.#rows.read(this.#found(name), width, from, to);
    switch (tensor.type) {
      case DataType.FLOAT:
        return [this.#floatBlock(block, width)];
      case DataType.INT8:
        return this.#int8Block(block, width);
      case DataType.UINT8:
        return this.#int4Block(block, width);
    }
  }

  async #vector(name: string, length: number): Promise<Float32Array> {
    if (isConstant(name)) return this.#modulation(name);
    const values = new Float32Array(length);
    await this.#rows.read(this.#found(name), 1, 0, length);
    this.#rows.decode(0, values);
    return values;
  }

  /** Embeddings and positions stay [rows, in]; products are stored as `fullSequenceTensors` says. */
  #floatBlock({ name, from, to }: Block, width: number): Float32Array {
    const count = to - from;
    const result = this.#scratch.floats('result', count * width);
    if (isTableName(name)) {
      this.#rows.decode(0, result);
      return result;
    }
    for (let top = 0; top < count; top += TILE_ROWS) {
      const rows = Math.min(TILE_ROWS, count - top);
      const tile = this.#tile(top, rows, width);
      transposeInto(result, tile, { rows, width, stride: count, at: top });
    }
    return result;
  }

  #int8Block({ name, from, to }: Block, width: number): readonly NodeJS.TypedArray[] {
    const count = to - from;
    const result = this.#scratch.bytes('result', count * width);
    const scales = new Float32Array(count);
    const isTable = isTableName(name);
    for (let top = 0; top < count; top += TILE_ROWS) {
      const rows = Math.min(TILE_ROWS, count - top);
      const tile = this.#tile(top, rows, width);
      const values = isTable
        ? result.subarray(top * width, (top + rows) * width)
        : this.#scratch.bytes('tile', rows * width);
      quantizeInt8(tile, width, { values, scales: scales.subarray(top, top + rows) });
      if (!isTable) transposeInto(result, values, { rows, width, stride: count, at: top });
    }
    return [result, scales];
  }

  #int4Block({ from, to }: Block, width: number): readonly NodeJS.TypedArray[] {
    const count = to - from;
    const result = new Uint8Array((count * width) / 2);
    const scales = new Float32Array((count * width) / INT4_BLOCK);
    for (let top = 0; top < count; top += TILE_ROWS) {
      const rows = Math.min(TILE_ROWS, count - top);
      const part = <T extends Uint8Array | Float32Array>(all: T, perElement: number): T =>
        all.subarray((top * width) / perElement, ((top + rows) * width) / perElement) as T;
      quantizeInt4(this.#tile(top, rows, width), width, { values: part(result, 2), scales: part(scales, INT4_BLOCK) });
    }
    return [result, scales];
  }

  /** Rows that were read, in float32. */
  #tile(top: number, rows: number, width: number): Float32Array {
    const tile = this.#scratch.floats('tile', rows * width);
    this.#rows.decode(top, tile);
    return tile;
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
    return Float32Array.from(applied(await this.#linear(name), await this.#condition));
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

/** Memory that is used for block after block: fresh memory costs more than what is done with it. */
class Scratch {
  readonly #buffers = new Map<string, ArrayBuffer>();

  floats(use: string, length: number): Float32Array {
    return new Float32Array(this.#buffer(`floats ${use}`, 4 * length), 0, length);
  }

  bytes(use: string, length: number): Int8Array {
    return new Int8Array(this.#buffer(`bytes ${use}`, length), 0, length);
  }

  #buffer(use: string, bytes: number): ArrayBuffer {
    const known = this.#buffers.get(use);
    if (known !== undefined && known.byteLength >= bytes) return known;
    const buffer = new ArrayBuffer(bytes);
    this.#buffers.set(use, buffer);
    return buffer;
  }
}

async function checksumOf({ extents }: Block, writer: WeightsWriter): Promise<number> {
  let sum = 0;
  for (const extent of extents) sum = await writer.checksum(extent, sum);
  return sum;
}

function whole(name: string, at: number, bytes: number): Extent {
  return { name, at, run: bytes, runs: 1, stride: 0 };
}

/** Where the rows of a matrix are written, and their scales. */
function extentsOf({ name, tensor, from, to }: Omit<Block, 'extents'>): readonly Extent[] {
  const [out, width] = matrixSize(name, tensor);
  const count = to - from;
  const weight = `${name}.weight`;
  const scale = `${name}.scale`;
  const columns = (size: number): Extent => {
    if (isTableName(name)) return whole(weight, from * width * size, count * width * size);
    if (count === out) return whole(weight, 0, out * width * size);
    return { name: weight, at: from * size, run: count * size, runs: width, stride: out * size };
  };
  switch (tensor.type) {
    case DataType.FLOAT:
      return [columns(4)];
    case DataType.INT8:
      return [columns(1), whole(scale, 4 * from, 4 * count)];
    case DataType.UINT8: {
      const scales = (4 * width) / INT4_BLOCK;
      return [whole(weight, (from * width) / 2, (count * width) / 2), whole(scale, from * scales, count * scales)];
    }
  }
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

function misfit(source: string, shape: readonly number[], name: string): InfillError {
  return new InfillError(
    'model-corrupt',
    `The checkpoint's tensor ${source} has shape [${shape.join(', ')}], which does not fit ${name} as config.json describes it.`,
    'Get the checkpoint again.',
  );
}
