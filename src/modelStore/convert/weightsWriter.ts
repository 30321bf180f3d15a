import { constants, open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { ExpectedTensor } from '../../engine/network/folder/expectedTensor.js';
import type { HashedFile } from '../../engine/network/folder/manifest.js';
import { sha256OfFile } from '../../engine/files/sha256OfFile.js';
import { TensorProto_DataType as DataType } from '../../engine/network/onnx/onnx_pb.js';

/** A file is closed once it is this large: hubs, file systems and people handle several better than one. */
const FILE_BYTES = 2e9;
/** Where data begins: vector loads want it aligned. */
const ALIGNMENT = 64;
const TYPES = {
  [DataType.FLOAT]: { name: 'F32', bytes: 4 },
  [DataType.INT8]: { name: 'I8', bytes: 1 },
  [DataType.UINT8]: { name: 'U8', bytes: 1 },
};

interface Place {
  readonly file: number;
  readonly offset: number;
  readonly bytes: number;
}

/** Where data belongs in a tensor: runs of bytes, each of which begins `stride` bytes after the one before. */
export interface Extent {
  readonly name: string;
  readonly at: number;
  readonly run: number;
  readonly runs: number;
  readonly stride: number;
}

export function bytesOfExtent({ run, runs }: Extent): number {
  return run * runs;
}

/** Bytes that are read at a time where what was written is looked at again. */
const READ_BYTES = 1 << 20;

/** Writes tensors into safetensors files, in any order and piece by piece: places are fixed before anything is written. */
export class WeightsWriter {
  readonly #folder: string;
  readonly #names: readonly string[];
  readonly #handles: readonly FileHandle[];
  readonly #places: ReadonlyMap<string, Place>;

  private constructor(
    folder: string,
    names: readonly string[],
    handles: readonly FileHandle[],
    places: ReadonlyMap<string, Place>,
  ) {
    this.#folder = folder;
    this.#names = names;
    this.#handles = handles;
    this.#places = places;
  }

  /** Makes the files, network-00001-of-0000N.safetensors, with their headers. Files that are there already keep the data that they have. */
  static async create(folder: string, tensors: Iterable<ExpectedTensor>): Promise<WeightsWriter> {
    const groups = grouped(Array.from(tensors));
    const number = (n: number): string => String(n).padStart(5, '0');
    const names = groups.map((_, i) => `network-${number(i + 1)}-of-${number(groups.length)}.safetensors`);
    const places = new Map<string, Place>();
    const handles: FileHandle[] = [];
    try {
      for (const [file, group] of groups.entries()) {
        const { header, offsets, bytes } = headerOf(group);
        const handle = await open(path.join(folder, names[file] ?? ''), constants.O_RDWR | constants.O_CREAT);
        handles.push(handle);
        await handle.truncate(bytes); // as long as it will be, so that all of it can be read
        await writeAt(handle, header, 0);
        for (const [name, place] of offsets) places.set(name, { ...place, file });
      }
    } catch (error) {
      for (const handle of handles) await handle.close();
      throw error;
    }
    return new WeightsWriter(folder, names, handles, places);
  }

  /** Writes `data`, run after run, to where `extent` says. */
  async write(extent: Extent, data: ArrayBufferView): Promise<void> {
    const { at, run, runs, stride } = extent;
    const { handle, offset } = this.#placeOf(extent);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (bytes.length !== bytesOfExtent(extent)) throw new Error(`tensor ${extent.name} takes other data there`);
    for (let i = 0; i < runs; i++) {
      await writeAt(handle, bytes.subarray(i * run, (i + 1) * run), offset + at + i * stride);
    }
  }

  /** CRC-32 of what is there, going on from `sum`. */
  async checksum(extent: Extent, sum: number): Promise<number> {
    const { at, run, runs, stride } = extent;
    const { handle, offset } = this.#placeOf(extent);
    const buffer = Buffer.alloc(Math.min(run, READ_BYTES));
    let result = sum;
    for (let i = 0; i < runs; i++) {
      for (let done = 0; done < run;) {
        const wanted = Math.min(buffer.length, run - done);
        const { bytesRead } = await handle.read(buffer, 0, wanted, offset + at + i * stride + done);
        if (bytesRead === 0) return -1; // no CRC-32
        result = crc32(buffer.subarray(0, bytesRead), result);
        done += bytesRead;
      }
    }
    return result;
  }

  /** Bytes of the files that take room on the disk already. */
  async allocatedBytes(): Promise<number> {
    const stats = await Promise.all(this.#handles.map(async (handle) => handle.stat()));
    return stats.reduce((sum, { blocks }) => sum + 512 * blocks, 0);
  }

  #placeOf({ name, at, run, runs, stride }: Extent): { readonly handle: FileHandle; readonly offset: number } {
    const place = this.#places.get(name);
    const handle = place && this.#handles[place.file];
    if (place === undefined || handle === undefined || at + (runs - 1) * stride + run > place.bytes) {
      throw new Error(`tensor ${name} has no room for ${runs} times ${run} bytes at ${at}`);
    }
    return { handle, offset: place.offset };
  }

  /** Returns when all data is on the disk: what is listed as a model then is one after a power failure as well. */
  async flush(): Promise<void> {
    for (const handle of this.#handles) await handle.datasync();
  }

  async close(): Promise<void> {
    for (const handle of this.#handles) await handle.close();
  }

  /** The finished files, with their sums. */
  async hashed(signal?: AbortSignal): Promise<HashedFile[]> {
    return Promise.all(this.#names.map(async (name) => hashedFile(this.#folder, name, signal)));
  }
}

/** Length and SHA-256 of a file. */
export async function hashedFile(folder: string, name: string, signal?: AbortSignal): Promise<HashedFile> {
  return { path: name, ...(await sha256OfFile(path.join(folder, name), signal)) };
}

function grouped(tensors: readonly ExpectedTensor[]): ExpectedTensor[][] {
  const groups: ExpectedTensor[][] = [];
  let filled = Infinity;
  for (const tensor of tensors) {
    const bytes = bytesOf(tensor);
    if (filled + bytes > FILE_BYTES) {
      groups.push([]);
      filled = 0;
    }
    groups.at(-1)?.push(tensor);
    filled += bytes;
  }
  // Floats before bytes: then all of them are aligned.
  return groups.map((group) => group.sort((a, b) => TYPES[b.type].bytes - TYPES[a.type].bytes));
}

async function writeAt(handle: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await handle.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
  }
}

function headerOf(group: readonly ExpectedTensor[]): {
  readonly header: Buffer;
  /** Of the whole file. */
  readonly bytes: number;
  readonly offsets: ReadonlyMap<string, { readonly offset: number; readonly bytes: number }>;
} {
  let end = 0;
  const entries = group.map((tensor) => {
    const start = end;
    end += bytesOf(tensor);
    return { name: tensor.name, dtype: TYPES[tensor.type].name, shape: tensor.shape, data_offsets: [start, end] };
  });
  const json = JSON.stringify(Object.fromEntries(entries.map(({ name, ...entry }) => [name, entry])));
  const length = Math.ceil((8 + Buffer.byteLength(json)) / ALIGNMENT) * ALIGNMENT;
  const header = Buffer.alloc(length, ' ');
  header.writeBigUInt64LE(BigInt(length - 8));
  header.write(json, 8);
  const offsets = new Map(
    entries.map(({ name, data_offsets: [start = 0, stop = 0] }) => [
      name,
      { offset: length + start, bytes: stop - start },
    ]),
  );
  return { header, offsets, bytes: length + end };
}

function bytesOf({ type, shape }: ExpectedTensor): number {
  return shape.reduce((product, size) => product * size, TYPES[type].bytes);
}
