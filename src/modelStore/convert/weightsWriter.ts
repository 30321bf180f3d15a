import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
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

/** Writes tensors into safetensors files, in any order and piece by piece: places are fixed before anything is written. */
export class WeightsWriter {
  readonly totalBytes: number;
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
    this.totalBytes = Array.from(places.values()).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Makes the files, network-00001-of-0000N.safetensors, with their headers. */
  static async create(folder: string, tensors: Iterable<ExpectedTensor>): Promise<WeightsWriter> {
    const groups = grouped(Array.from(tensors));
    const number = (n: number): string => String(n).padStart(5, '0');
    const names = groups.map((_, i) => `network-${number(i + 1)}-of-${number(groups.length)}.safetensors`);
    const places = new Map<string, Place>();
    const handles: FileHandle[] = [];
    try {
      for (const [file, group] of groups.entries()) {
        const { header, offsets } = headerOf(group);
        const handle = await open(path.join(folder, names[file] ?? ''), 'wx');
        handles.push(handle);
        await handle.write(header, 0, header.length, 0);
        for (const [name, place] of offsets) places.set(name, { ...place, file });
      }
    } catch (error) {
      for (const handle of handles) await handle.close();
      throw error;
    }
    return new WeightsWriter(folder, names, handles, places);
  }

  /** Writes `data` at byte `at` of tensor `name`. */
  async write(name: string, at: number, data: ArrayBufferView): Promise<void> {
    const place = this.#places.get(name);
    const handle = place && this.#handles[place.file];
    if (place === undefined || handle === undefined || at + data.byteLength > place.bytes) {
      throw new Error(`tensor ${name} has no room for ${data.byteLength} bytes at ${at}`);
    }
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (let done = 0; done < bytes.length;) {
      done += (await handle.write(bytes, done, bytes.length - done, place.offset + at + done)).bytesWritten;
    }
  }

  async close(): Promise<void> {
    for (const handle of this.#handles) await handle.close();
  }

  /** The finished files, with their sums. */
  async hashed(): Promise<HashedFile[]> {
    return Promise.all(this.#names.map(async (name) => hashedFile(this.#folder, name)));
  }
}

/** Length and SHA-256 of a file. */
export async function hashedFile(folder: string, name: string): Promise<HashedFile> {
  return { path: name, ...(await sha256OfFile(path.join(folder, name))) };
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

function headerOf(group: readonly ExpectedTensor[]): {
  readonly header: Buffer;
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
  return { header, offsets };
}

function bytesOf({ type, shape }: ExpectedTensor): number {
  return shape.reduce((product, size) => product * size, TYPES[type].bytes);
}
