import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ExpectedTensor } from '../../engine/network/folder/expectedTensor.js';
import { INT4_BLOCK } from '../../engine/network/folder/fullSequenceTensors.js';
import { TensorProto_DataType as DataType } from '../../engine/network/onnx/onnx_pb.js';
import type { ConversionJournal } from './conversionJournal.js';
import { isTableName, type MappedTensors, matrixSize } from './mappedTensors.js';
import { quantizeInt4, quantizeInt8 } from './quantizeRows.js';
import type { SourceRows } from './sourceRows.js';
import { transposeInto } from './transposeInto.js';
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

type Rows = Pick<SourceRows, 'decode'>;

/** Writes the tensors of a model from those of a checkpoint, block by block in an order that is always the same. */
export class WeightsConverter {
  readonly #blocks: readonly Block[];
  readonly #scratch = new Scratch();

  constructor(
    private readonly tensors: MappedTensors,
    private readonly options: ConverterOptions,
  ) {
    this.#blocks = Array.from(tensors.names).flatMap((name) => this.#blocksOf(name));
  }

  /** Of all that is written, headers aside. */
  get totalBytes(): number {
    return this.#blocks.reduce((sum, block) => sum + bytesOf(block), 0);
  }

  /** Another word wherever anything of what is written, or of the order in which it is, would be another. */
  get plan(): string {
    const blocks = this.#blocks.map(({ name, from, to, extents }) => [name, from, to, extents]);
    return createHash('sha256')
      .update(JSON.stringify([this.tensors.description, blocks]))
      .digest('hex');
  }

  /** Writes what `journal` does not list, or lists with another checksum than what is there has. */
  async writeAll(writer: WeightsWriter, journal?: ConversionJournal): Promise<void> {
    for (const [index, block] of this.#blocks.entries()) {
      const known = journal?.finished.get(index);
      if (known === undefined || known !== (await checksumOf(block, writer))) {
        const written = await this.#write(block, writer);
        await journal?.add(index, written);
      }
      this.options.afterBlock(bytesOf(block));
    }
  }

  #blocksOf(name: string): Block[] {
    const vector = this.tensors.expected.get(name);
    if (vector !== undefined) {
      const [to = 0] = vector.shape;
      return [{ name, tensor: vector, from: 0, to, extents: [whole(name, 0, 4 * to)] }];
    }
    const tensor = this.tensors.expected.get(`${name}.weight`);
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
    if (tensor.name === name) return [await this.tensors.vector(name)];
    const rows = await this.tensors.rows(name, from, to);
    switch (tensor.type) {
      case DataType.FLOAT:
        return [this.#floatBlock(block, rows)];
      case DataType.INT8:
        return this.#int8Block(block, rows);
      case DataType.UINT8:
        return this.#int4Block(block, rows);
    }
  }

  /** Embeddings and positions stay [rows, in]; products are stored as `fullSequenceTensors` says. */
  #floatBlock({ name, tensor, from, to }: Block, source: Rows): Float32Array {
    const [, width] = matrixSize(name, tensor);
    const count = to - from;
    const result = this.#scratch.floats('result', count * width);
    if (isTableName(name)) {
      source.decode(0, result);
      return result;
    }
    for (let top = 0; top < count; top += TILE_ROWS) {
      const rows = Math.min(TILE_ROWS, count - top);
      const tile = this.#tile(source, top, rows, width);
      transposeInto(result, tile, { rows, width, stride: count, at: top });
    }
    return result;
  }

  #int8Block({ name, tensor, from, to }: Block, source: Rows): readonly NodeJS.TypedArray[] {
    const [, width] = matrixSize(name, tensor);
    const count = to - from;
    const result = this.#scratch.bytes('result', count * width);
    const scales = new Float32Array(count);
    const isTable = isTableName(name);
    for (let top = 0; top < count; top += TILE_ROWS) {
      const rows = Math.min(TILE_ROWS, count - top);
      const tile = this.#tile(source, top, rows, width);
      const values = isTable
        ? result.subarray(top * width, (top + rows) * width)
        : this.#scratch.bytes('tile', rows * width);
      quantizeInt8(tile, width, { values, scales: scales.subarray(top, top + rows) });
      if (!isTable) transposeInto(result, values, { rows, width, stride: count, at: top });
    }
    return [result, scales];
  }

  #int4Block({ name, tensor, from, to }: Block, source: Rows): readonly NodeJS.TypedArray[] {
    const [, width] = matrixSize(name, tensor);
    const count = to - from;
    const result = new Uint8Array((count * width) / 2);
    const scales = new Float32Array((count * width) / INT4_BLOCK);
    for (let top = 0; top < count; top += TILE_ROWS) {
      const rows = Math.min(TILE_ROWS, count - top);
      const part = <T extends Uint8Array | Float32Array>(all: T, perElement: number): T =>
        all.subarray((top * width) / perElement, ((top + rows) * width) / perElement) as T;
      quantizeInt4(this.#tile(source, top, rows, width), width, {
        values: part(result, 2),
        scales: part(scales, INT4_BLOCK),
      });
    }
    return [result, scales];
  }

  /** Rows that were read, in float32. */
  #tile(source: Rows, top: number, rows: number, width: number): Float32Array {
    const tile = this.#scratch.floats('tile', rows * width);
    source.decode(top, tile);
    return tile;
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

function bytesOf({ extents }: Pick<Block, 'extents'>): number {
  return extents.reduce((sum, extent) => sum + bytesOfExtent(extent), 0);
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
